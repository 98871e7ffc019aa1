"""What generated codecs lean on; it knows bytes, sizes and buffers, and no format.

The errors, limits and kinds of values that users of a codec meet stand here under their names. Values are
loaded when they are asked for, so that a codec that has none of them pays nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .errors import (
    CATEGORIES,
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

if TYPE_CHECKING:
    from .arrays import CompressedArray
    from .values import DateTime, Rational, Tagged

__all__ = [
    "CATEGORIES",
    "DEFAULT_LIMITS",
    "CodecError",
    "CodecWarning",
    "CompressedArray",
    "DateTime",
    "DecodeError",
    "EncodeError",
    "FilterUnavailable",
    "LimitError",
    "Limits",
    "Rational",
    "SpecError",
    "Tagged",
    "TruncatedError",
    "VersionError",
]

_LATER = {"CompressedArray": ".arrays", "DateTime": ".values", "Rational": ".values", "Tagged": ".values"}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATER[name], __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})
