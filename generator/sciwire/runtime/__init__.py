"""What generated codecs lean on; it knows bytes, sizes and buffers, and no format."""

from __future__ import annotations

from .errors import (
    CodecError,
    CodecWarning,
    DecodeError,
    EncodeError,
    FilterUnavailable,
    LimitError,
    SpecError,
    TruncatedError,
    VersionError,
)
from .limits import DEFAULT_LIMITS, Limits

__all__ = [
    "DEFAULT_LIMITS",
    "CodecError",
    "CodecWarning",
    "DecodeError",
    "EncodeError",
    "FilterUnavailable",
    "LimitError",
    "Limits",
    "SpecError",
    "TruncatedError",
    "VersionError",
]
