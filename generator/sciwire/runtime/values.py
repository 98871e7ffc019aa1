"""Small values that Python and numpy have no exact word for, each kept as it was sent.

A rational is not reduced, a date keeps its text (an offset of ``-00:00`` or a leap second says
something that `datetime.datetime` cannot hold), an unknown CBOR tag keeps its number.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import Any

from .value import Value, shown

__all__ = ["DateTime", "Rational", "Tagged"]

# RFC 3339 section 5.6; `datetime.fromisoformat` alone accepts much more (weeks, basic form, no offset)
_RFC3339 = r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d+))?([Zz]|[+-]\d{2}:\d{2})"


@cache
def _rfc3339() -> re.Pattern[str]:
    return re.compile(_RFC3339, re.ASCII)


class Rational(Value):
    """A ratio of two integers, *numerator* and *denominator* as sent: 2/4 is not 1/2, and x/0 may be held.

    ``float(value)`` divides, correctly rounded; it raises ZeroDivisionError where the denominator is 0.
    """

    numerator: int
    denominator: int

    def __init__(self, numerator: int, denominator: int) -> None:
        state = self.__dict__  # messages are full of them
        state["numerator"] = numerator
        state["denominator"] = denominator

    def __float__(self) -> float:
        return self.numerator / self.denominator

    def __str__(self) -> str:
        return f"{shown(self.numerator)}/{shown(self.denominator)}"


class DateTime(Value):
    """A date and time as its RFC 3339 *text* on the wire; texts that break the RFC may be held too."""

    text: str

    def __init__(self, text: str) -> None:
        self.__dict__["text"] = text

    @property
    def datetime(self) -> dt.datetime | None:
        """The aware `datetime.datetime` (digits below microseconds dropped), or None where *text* gives none.

        None covers what is not RFC 3339, days that no calendar has, and leap seconds (``23:59:60``).
        """
        match = _rfc3339().fullmatch(self.text)
        if match is None:
            return None
        day, clock, fraction, offset = match.groups()
        zone = "+00:00" if offset in "Zz" else offset
        try:
            return dt.datetime.fromisoformat(f"{day}T{clock}.{(fraction or '0')[:6]:0<6}{zone}")
        except ValueError:
            return None

    @property
    def well_formed(self) -> bool:
        """Whether *text* is a date and time of RFC 3339; leap seconds are, though `datetime` has no word for them."""
        match = _rfc3339().fullmatch(self.text)
        if match is None:
            return False
        try:
            dt.datetime.fromisoformat(self.text)  # which takes more than the RFC, and not all of it
        except ValueError:
            pass
        else:
            return True
        if self.datetime is not None:
            return True
        if match[2][6:] != "60":
            return False
        return DateTime(self.text[:17] + "59" + self.text[19:]).datetime is not None

    @classmethod
    def of(cls, moment: dt.datetime) -> DateTime:
        """Return the text of an aware *moment*, UTC as ``Z``; a naive one is a ValueError."""
        if moment.tzinfo is None:
            raise ValueError("expected a datetime with a time zone, got a naive one")
        text = moment.isoformat()
        return cls(text.removesuffix("+00:00") + "Z" if moment.utcoffset() == dt.timedelta(0) else text)

    def __str__(self) -> str:
        return self.text


class Tagged(Value):
    """A CBOR tag *number* (RFC 8949 section 3.4) that the specification gives no meaning, and the *value* under it."""

    number: int
    value: Any

    def __init__(self, number: int, value: Any) -> None:
        state = self.__dict__  # every tag of every message makes one
        state["number"] = number
        state["value"] = value
