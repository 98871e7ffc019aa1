"""The words of a format: names of elements, attributes, properties and units, and what the kernel makes of them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ..times import TimeUnit

__all__ = ["Attribute", "Element", "EnumerationText", "PropertyType", "References", "TimeWord", "Times"]


class Attribute(NamedTuple):
    """An attribute of an element: its *name* in the XML and the *role* that the kernel knows it by.

    `required` means present and not blank. `aliases` are read as well. `words` maps what the attribute
    may say to what the kernel makes of it; `separator` stands between the pieces of a list.
    """

    name: str
    role: str
    required: bool = False
    aliases: tuple[str, ...] = ()
    words: tuple[tuple[str, str], ...] = ()
    separator: str = ","


class Element(NamedTuple):
    """An element: its *name* in the XML, the *role* that the kernel knows it by, and its attributes.

    For root elements `ids` is the range of ids they may stand under, `wild` whether also the wild id
    (``no``, ``yes``, ``inline``: where no plane comes in packets), and `elsewhere` what happens
    under any other id (``refuse`` or ``ignore``).
    """

    name: str
    role: str
    attributes: tuple[Attribute, ...] = ()
    ids: tuple[int, int] | None = None
    wild: str = "no"
    elsewhere: str = "refuse"

    def attribute(self, role: str) -> Attribute:
        """The attribute with *role*; KeyError where the element has none."""
        for attribute in self.attributes:
            if attribute.role == role:
                return attribute
        raise KeyError(role)

    def maybe_attribute(self, role: str) -> Attribute | None:
        """The attribute with *role*, or None."""
        return next((attribute for attribute in self.attributes if attribute.role == role), None)


class PropertyType(NamedTuple):
    """A type of properties: *name* in the XML and what *kind* of value its text is.

    Kinds: ``text``, ``boolean``, ``integer`` (of *bits*), ``real``, ``units``, ``enumeration``,
    ``reference`` (the id of a dataset), ``map`` (child elements), ``opaque`` (kept as it came).
    """

    name: str
    kind: str
    aliases: tuple[str, ...] = ()
    bits: int = 0


class EnumerationText(NamedTuple):
    """How a property's text names an enumeration: ``name[1:ON::2:OFF]``, *joint* between code and label.

    `separators` stand between the labels; the first one that the text holds counts.
    """

    opening: str = "["
    closing: str = "]"
    separators: tuple[str, ...] = ("::",)
    joint: str = ":"


class References(NamedTuple):
    """Names of properties with a meaning: patterns with ``{}`` for an index, the first of each is written.

    `companions` travel as planes of the packet of the dataset that names them. Real values under
    `fill_below` are fill whatever the fill property says.
    """

    units: str = "UNITS"
    fill: str = "FILL_VALUE"
    name: str = "NAME"
    label: str = "LABEL"
    depend: tuple[str, ...] = ("DEPEND_{}",)
    bundle: tuple[str, ...] = ("BUNDLE_{}",)
    plane: tuple[str, ...] = ("PLANE_{}",)
    companions: tuple[str, ...] = ()
    fill_below: float | None = None


class TimeWord(NamedTuple):
    """A unit that counts time: its *name*, the ISO time of number 0, and the length of a step.

    `step` is seconds (``86400``, ``1e-6``, ``1/1000``) or a word (``microseconds``). `leap_seconds`: the
    numbers count leap seconds too. `integer`: numbers read from text are int64, rounded to the nearest
    step; None: where leap seconds count and a step is at most 1 ns.
    """

    name: str
    epoch: str
    step: str
    leap_seconds: bool = False
    integer: bool | None = None

    @property
    def unit(self) -> TimeUnit:
        """The unit that the words mean; ValueError where they mean none."""
        return _unit(self)


class Times(NamedTuple):
    """The units that count time from an epoch; `since` says whether ``<unit> since <ISO time>`` is one too."""

    words: tuple[TimeWord, ...] = ()
    since: bool = False

    def find(self, name: str) -> TimeUnit | None:
        """The unit called *name*, or None."""
        for word in self.words:
            if word.name == name:
                return word.unit
        if not self.since:
            return None
        from ..times import parse_since

        return parse_since(name)


@cache
def _unit(word: TimeWord) -> TimeUnit:
    from ..times import time_unit

    return time_unit(word.name, epoch=word.epoch, step=word.step, leap_seconds=word.leap_seconds, integer=word.integer)
