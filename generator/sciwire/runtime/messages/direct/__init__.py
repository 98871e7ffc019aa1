"""Messages read straight from their bytes, in one pass instead of two, where all in them is as usual."""

from __future__ import annotations

from .form import DirectForm

__all__ = ["DirectForm"]
