"""Numbers, times and properties of qstream, read by plain regular expressions and exact fractions: no sciwire here."""

from __future__ import annotations

import datetime
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

__all__ = ["FILL8", "RefusedError", "integer", "maybe_number", "number", "properties", "seconds_per", "time_value"]

FILL8 = -(2**63)
_NUMBER = re.compile(
    r"[+-]?(NaN|Infinity|(?P<dec>([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?)[dDfF]?|(?P<hex>0[xX][0-9a-fA-F.]+[pP][+-]?[0-9]+))"
)
_INTEGER = re.compile(r"[+-]?[0-9]+")
_TIME = re.compile(
    r"(?:(\d{4})-(\d\d)-(\d\d)|(\d{4})-(\d{3})|(\d{4})(\d\d)(\d\d))(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(\.\d+)?)?)?Z?",
    re.ASCII,
)
_J2000 = datetime.date(2000, 1, 1).toordinal()
_LEAPS = [
    datetime.date(*day).toordinal() - _J2000
    for day in ((2006, 1, 1), (2009, 1, 1), (2012, 7, 1), (2015, 7, 1), (2017, 1, 1))
]
_NAMES = {
    "days": 86400,
    "hours": 3600,
    "minutes": 60,
    "seconds": 1,
    "milliseconds": Fraction(1, 1000),
    "microseconds": Fraction(1, 10**6),
}
_RANGES = {"Integer": 31, "int": 31, "Long": 63, "long": 63, "Short": 15, "short": 15, "Byte": 7, "byte": 7}
_FLOATS = {"Float", "Double", "Number", "float", "double"}


class RefusedError(Exception):
    """The bytes are no qstream; `at` is the chunk (or the byte) at fault."""

    def __init__(self, why: str, at: int = -1) -> None:
        super().__init__(why)
        self.at = at


def number(text: str) -> float:
    """Return the number that *text* is, or raise `RefusedError`."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise RefusedError(f"no number: {text!r}")
    sign = -1.0 if text.startswith("-") else 1.0
    bare = text.lstrip("+-")
    if match["hex"]:
        return sign * float.fromhex(bare)
    return sign * float(match["dec"] or {"NaN": "nan", "Infinity": "inf"}[bare])


def integer(text: str, bits: int = 63) -> int:
    """Return the decimal integer that *text* is, or raise `RefusedError`."""
    if not _INTEGER.fullmatch(text) or not -(2**bits) <= int(text) < 2**bits:
        raise RefusedError(f"no integer: {text!r}")
    return int(text)


def maybe_number(text: str) -> float:
    """Return the number that *text* is, or NaN."""
    try:
        return number(text)
    except RefusedError:
        return float("nan")


def seconds_per(unit: str) -> tuple[Fraction, Fraction] | None:
    """Return the unit's epoch (seconds from 2000-01-01) and length (seconds), None for no time location."""
    day = 86400
    table: dict[str, tuple[Any, Any]] = {
        "us2000": (0, "1/1000000"),
        "UTC": (0, "1/1000000"),
        "us2020": (7305 * day, "1/1000000"),
        "us1980": (-7305 * day, "1/1000000"),
        "us1970": (-10957 * day, "1/1000000"),
        "t2000": (0, 1),
        "t2010": (3653 * day, 1),
        "t1970": (-10957 * day, 1),
        "unixTime": (-10957 * day, 1),
        "ms1970": (-10957 * day, "1/1000"),
        "mj1958": (-15340 * day, day),
        "mjd": (-51544 * day, day),
        "julianDay": (Fraction("-2451544.5") * day, day),
        "cdfEpoch": (-63113904000, "1/1000"),
        "cdfTT2000": (0, "1/1000000000"),
    }
    if unit in table:
        epoch, length = table[unit]
        return Fraction(epoch), Fraction(length)
    name, since, start = unit.partition(" since ")
    origin = _since_2000(start)
    return (origin[0], Fraction(_NAMES[name])) if since and name in _NAMES and origin else None


def _since_2000(text: str) -> tuple[Fraction, int] | None:
    """Return seconds from 2000-01-01 without leap seconds, and the day; None for no time."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    part = match.groups()
    try:
        if part[3]:
            day = datetime.date(int(part[3]), 1, 1).toordinal() + int(part[4]) - 1
        else:
            day = datetime.date(*(int(x) for x in (part[0:3] if part[0] else part[5:8]))).toordinal()
    except ValueError:
        return None
    hour, minute, second = (int(x or 0) for x in part[8:11])
    return Fraction((day - _J2000) * 86400 + hour * 3600 + minute * 60 + second) + Fraction(
        part[11] or "0"
    ), day - _J2000


def time_value(text: str, unit: str) -> float | int:
    """Return the time as a number in *unit*, or its fill."""
    found, scale = _since_2000(text), seconds_per(unit)
    assert scale is not None
    if unit == "cdfTT2000":
        if found is None:
            return FILL8
        leaps = 5 if found[1] >= _LEAPS[-1] else sum(found[1] >= leap for leap in _LEAPS)
        return int((found[0] - 43200 + Fraction("64.184") + leaps) * 10**9)
    return float("nan") if found is None else float((found[0] - scale[0]) / scale[1])


def properties(blocks: Iterable[ET.Element]) -> dict[str, Any]:
    """Return the canonical properties of *blocks*, merged."""
    return {_attribute(item, "name"): _typed(item) for block in blocks for item in block.findall("property")}


def _attribute(element: ET.Element, name: str) -> str:
    if name not in element.attrib:
        raise RefusedError(f"{element.tag} without {name}")
    return element.attrib[name]


def _typed(element: ET.Element) -> dict[str, Any]:
    kind, text = element.get("type"), element.get("value", element.text or "")
    if kind is None:
        if len(element) != 1 or "value" in element.attrib:
            raise RefusedError("neither type nor one child")
        return {"type": element[0].tag, "value": _child(element[0])}
    if kind.lower() == "boolean" and kind in ("Boolean", "boolean"):
        return {"type": kind, "value": text.lower() == "true"}
    if kind in _RANGES:
        value: Any = integer(text, _RANGES[kind])
        return {"type": kind, "value": value if abs(value) <= 2**53 else {"$int": str(value)}}
    if kind in _FLOATS:
        value = number(text.strip())
        if value != value or abs(value) == float("inf"):
            value = {"$float": str(value)}
        return {"type": kind, "value": value}
    return {"type": kind, "value": text}


def _child(element: ET.Element) -> Any:
    if element.tag == "map":
        return {_attribute(entry, "key"): _typed(entry) for entry in element.findall("entry")}
    if element.tag == "datumRange":
        return {name: element.get(name, "") for name in ("units", "value")}
    element.tail = None
    return ET.canonicalize(ET.tostring(element, encoding="unicode"))
