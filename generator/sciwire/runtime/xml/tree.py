"""The light tree that XML is read into and written from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = ["Element"]


@dataclass(slots=True)
class Element:
    """One element.

    Attributes
    ----------
    tag : the name as written, with its prefix if it has one.
    attributes : name to value, in the order of the document.
    children : the elements inside.
    text : the characters before the first child; tail : those behind this element, up to the next.
    line : where the element starts, from 1; 0 for elements that were not read.
    offset : the byte at which it starts, in the data that were read.
    """

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    text: str = ""
    tail: str = ""
    line: int = field(default=0, compare=False)
    offset: int = field(default=0, compare=False)

    def get(self, name: str, default: str | None = None) -> str | None:
        """Return an attribute's value."""
        return self.attributes.get(name, default)

    def find(self, tag: str) -> Element | None:
        """Return the first child with this *tag*."""
        return next(self.findall(tag), None)

    def findall(self, tag: str) -> Iterator[Element]:
        """Return the children with this *tag*."""
        return (child for child in self.children if child.tag == tag)
