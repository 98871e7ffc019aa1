"""Arguments of callers that are of another kind than the function takes: said at once, by the argument's name.

The errors are `EncodeError`, which is a TypeError and a ValueError too, when reading as well: no file is at fault.
"""

from __future__ import annotations

import operator
import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..errors import EncodeError
from ..limits import DEFAULT_LIMITS, Limits
from ..value import shown

__all__ = [
    "check_count",
    "check_flag",
    "check_mapping",
    "check_path",
    "check_record",
    "check_seconds",
    "check_stream",
    "limits_of",
]

_SHOWN = 80  # characters of a value in a message


def check_record(value: Any, kind: type, name: str) -> None:
    """Raise unless *value* is a record of *kind*, of the format *name*."""
    if not isinstance(value, kind):
        error = _wrong("value", f"a {kind.__name__}", value)
        error.subject = name
        raise error


def check_mapping(name: str, value: Any) -> None:
    """Raise unless *value* is a mapping."""
    if not isinstance(value, Mapping):
        raise _wrong(name, "a mapping", value)


def check_path(name: str, value: Any) -> None:
    """Raise unless *value* names a file: text, bytes or a path object, without a NUL."""
    if not isinstance(value, (str, bytes, os.PathLike)):
        raise _wrong(name, "a path", value)
    try:
        text = os.fsdecode(value)
        sound = b"\0" not in os.fsencode(text)
    except TypeError as error:
        raise _wrong(name, "a path", value) from error
    except UnicodeError:
        sound = False
    if not sound:
        problem = f"a path that the system can have is expected, got {shown(value)[:_SHOWN]}"
        raise EncodeError(problem, path=name)


def check_stream(name: str, value: Any, *methods: str) -> None:
    """Raise unless *value* is a path, or something with all of *methods*."""
    if isinstance(value, (str, bytes, os.PathLike)):
        check_path(name, value)
    elif not all(callable(getattr(value, method, None)) for method in methods):
        raise _wrong(name, "a path or a binary file object", value)


def check_count(name: str, value: Any, least: int) -> int:
    """*value* as an integer of at least *least*."""
    try:
        number = None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = None
    if number is None:
        raise _wrong(name, "a whole number", value)
    if number < least:
        raise EncodeError(f"a number of {least} or more is expected, got {shown(number)[:_SHOWN]}", path=name)
    return number


def check_flag(name: str, value: Any) -> bool:
    """*value* as true or false."""
    if not isinstance(value, (bool, int, np.bool_)):
        raise _wrong(name, "True or False", value)
    return bool(value)


def check_seconds(name: str, value: Any) -> float:
    """*value* as seconds, 0 or more."""
    try:
        seconds = None if isinstance(value, (str, bytes)) else float(value)
    except (TypeError, ValueError):
        seconds = None
    except OverflowError:
        seconds = float("inf")
    if seconds is None:
        raise _wrong(name, "a number of seconds", value)
    if not seconds >= 0:
        raise EncodeError(f"0 seconds or more are expected, got {shown(value)[:_SHOWN]}", path=name)
    return seconds


def limits_of(value: Limits | None) -> Limits:
    """*value*, or the usual limits for None."""
    if value is None:
        return DEFAULT_LIMITS
    if not isinstance(value, Limits):
        raise _wrong("limits", "Limits", value)
    return value


def _wrong(name: str, wanted: str, value: Any) -> EncodeError:
    shows = value is None or isinstance(value, (bool, int, float, str))
    found = shown(value)[:_SHOWN] if shows else f"a {type(value).__name__}"
    return EncodeError(f"{wanted} is expected, got {found}", category="type", path=name)
