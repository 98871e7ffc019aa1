"""Columns of fixed-width text fields to numpy arrays and back, a block of rows at a time.

Fields are uint8 arrays (n, width), contiguous or strided views of a caller's bytes. Reading never
fails: what is not a number is NaN or a fill value, and marked where the caller asks for the mark.
Writing is exact or refused, unless rounding is asked for.
"""

from __future__ import annotations

from .decimal import parse_decimal
from .decimal_text import format_decimal
from .hexadecimal import format_hex, parse_hex
from .integers import format_integer, parse_integer

__all__ = ["format_decimal", "format_hex", "format_integer", "parse_decimal", "parse_hex", "parse_integer"]
