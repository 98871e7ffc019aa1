"""Answers that cannot be stated as one value: with a clock in them, with bytes that are free, or files to be looked into.

An expectation ``like`` is a canonical value of which maps need these entries and no fewer, lists these items, and in which

=========== =======================================================================================================
``$now``    is a number within so many seconds of the present
``$hex``    are bytes in hex: spaces as you like, ``..`` is any byte, ``[now:<u4]`` (``>u4``, ``<f8``, ``>f8``) the present
``$text``   is text, or bytes read as Latin-1, that the regular expression fits as a whole
``$hdf5``   are the bytes of an HDF5 file with exactly these objects, each of them like what is said (`likeness_hdf5`)
=========== =======================================================================================================
"""

from __future__ import annotations

import base64
import math
import re
import struct
import time
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["check_like", "unlike"]

_CLOCK = 600.0  # seconds that a run may take from an answer to its judgement
_PART = re.compile(r"\s*(?:(?P<hex>[0-9a-fA-F]{2})|(?P<any>\.\.)|\[now:(?P<now>[<>][uf][48])\])")
_LEAVES = frozenset({"$now", "$hex", "$text", "$hdf5"})


def check_like(expected: Any) -> str:
    """What is wrong with an expectation, or an empty text."""
    tag = _leaf(expected)
    if tag is None:
        if not isinstance(expected, (dict, list)) or _tagged(expected):
            return _canonical(expected)
        items = expected.values() if isinstance(expected, dict) else expected
        return next(filter(None, map(check_like, items)), "")
    body: Any = expected[tag]
    if tag == "$hdf5":
        return check_like(body) if isinstance(body, dict) else f"expected a map of objects under '$hdf5', got {body!r}"
    if tag == "$now":
        return "" if isinstance(body, (int, float)) else f"expected seconds under '$now', got {body!r}"
    try:
        _pattern(body) if tag == "$hex" else re.compile(body)
    except (ValueError, TypeError, re.error) as error:
        return f"nothing can fit {tag} {str(body)[:80]!r}: {error}"
    return ""


def unlike(expected: Any, got: Any, equal: Callable[[Any, Any], str], path: str = "") -> str:
    """Where *got* is not like *expected*, or an empty text; *equal* tells the difference of two canonical values.

    Raises ImportError where the program is missing that looks into a file.
    """
    where = f"{path}: " if path else ""
    tag = _leaf(expected)
    if tag is not None:
        problem = _JUDGES[tag](expected[tag], got, equal)
        return f"{where}{problem}" if problem else ""
    if isinstance(expected, dict) and not _tagged(expected):
        if not isinstance(got, dict):
            return f"{where}expected a map, got {_short(got)}"
        missing = [key for key in expected if key not in got]
        if missing:
            return f"{where}expected an entry {missing[0]!r}, got {', '.join(map(repr, list(got)[:20])) or 'none'}"
        items = ((f"{path}.{key}" if path else key, item, got[key]) for key, item in expected.items())
        return next(filter(None, (unlike(item, own, equal, name) for name, item, own in items)), "")
    if isinstance(expected, list):
        if not isinstance(got, list) or len(got) != len(expected):
            count = f"{len(got)} items" if isinstance(got, list) else _short(got)
            return f"{where}expected {len(expected)} items, got {count}"
        pairs = enumerate(zip(expected, got, strict=True))
        return next(filter(None, (unlike(item, own, equal, f"{path}[{number}]") for number, (item, own) in pairs)), "")
    problem = equal(expected, got)
    return f"{where}{problem}" if problem else ""


def _now(tolerance: float, got: Any, _: Any) -> str:
    value = _number(got)
    if value is None or not math.isfinite(value) or abs(value - time.time()) > tolerance:
        return f"expected the present time in seconds, got {_short(got)}"
    return ""


def _hex(template: str, got: Any, _: Any) -> str:
    data = _bytes(got)
    if data is None:
        return f"expected bytes, got {_short(got)}"
    at = 0
    for part in _pattern(template):
        piece = data[at : at + part.size]
        if problem := part.problem(piece):
            return f"byte {at}: {problem}; the bytes are {data.hex()[:400]}"
        at += part.size
    return "" if at == len(data) else f"expected {at} bytes, got {len(data)}: {data.hex()[:400]}"


def _text(expression: str, got: Any, _: Any) -> str:
    data = _bytes(got)
    text = data.decode("latin-1") if data is not None else got
    if not isinstance(text, str):
        return f"expected text or bytes, got {_short(got)}"
    return "" if re.fullmatch(expression, text, re.DOTALL) else f"expected {expression!r} to fit, got {text[:400]!r}"


def _hdf5(objects: Mapping[str, Any], got: Any, equal: Callable[[Any, Any], str]) -> str:
    from .likeness_hdf5 import look

    data = _bytes(got)
    if data is None:
        return f"expected the bytes of a file, got {_short(got)}"
    found = look(data)
    if isinstance(found, str):
        return found
    if set(found) != set(objects):
        return f"expected the objects {', '.join(sorted(objects))}, got {', '.join(sorted(found))}"
    return unlike(objects, found, equal)


_JUDGES: Mapping[str, Callable[[Any, Any, Any], str]] = {"$now": _now, "$hex": _hex, "$text": _text, "$hdf5": _hdf5}


class _Piece:
    """A run of bytes: these, any one, or the present."""

    def __init__(self, match: re.Match[str]) -> None:
        self._bytes = bytes.fromhex(match["hex"]) if match["hex"] else b""
        self._clock = match["now"] or ""
        self.size = int(self._clock[-1]) if self._clock else 1

    def problem(self, piece: bytes) -> str:
        if len(piece) < self.size:
            return "the bytes end too early"
        if self._bytes and piece != self._bytes:
            return f"expected {self._bytes.hex()}, got {piece.hex()}"
        if not self._clock:
            return ""
        code = {"u4": "I", "u8": "Q", "f4": "f", "f8": "d"}[self._clock[1:]]
        (value,) = struct.unpack(self._clock[0] + code, piece)
        return _now(_CLOCK, value, None)


def _pattern(template: str) -> list[_Piece]:
    found, at = [], 0
    text = template.rstrip()
    while at < len(text):
        match = _PART.match(text, at)
        if match is None:
            raise ValueError(f"no hex at {text[at : at + 20]!r}")
        found.append(_Piece(match))
        at = match.end()
    return found


def _leaf(expected: Any) -> str | None:
    if isinstance(expected, dict) and len(expected) == 1:
        (key,) = expected
        return key if key in _LEAVES else None
    return None


def _tagged(value: Any) -> bool:
    return isinstance(value, dict) and any(isinstance(key, str) and key.startswith("$") for key in value)


def _bytes(got: Any) -> bytes | None:
    if not isinstance(got, dict) or set(got) != {"$bytes"} or not isinstance(got["$bytes"], str):
        return None
    try:
        return base64.b64decode(got["$bytes"], validate=True)
    except ValueError:
        return None


def _number(got: Any) -> float | None:
    from sciwire.runtime import CodecError, plain

    try:
        value = plain.from_plain(got)
        return None if isinstance(value, (str, bytes, bool)) or value is None else float(value)
    except (CodecError, TypeError, ValueError):
        return None


def _canonical(value: Any) -> str:
    from sciwire.runtime import CodecError, plain

    try:
        plain.check(value)
    except CodecError as error:
        return f"the value is not canonical: {error}"
    return ""


def _short(got: Any) -> str:
    text = repr(got)
    return text if len(text) <= 160 else f"{text[:159]}…"
