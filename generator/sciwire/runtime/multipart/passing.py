"""One message on its way through the decoder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sciwire.runtime.errors import CodecError
from sciwire.runtime.limits import Limits

from .form import Format, Source
from .jsontext import parse_object

__all__ = ["Data", "Parts", "Pass", "views_of"]

Data = bytes | bytearray | memoryview
Parts = Sequence[Data] | Data


class Pass:
    """One message on its way: the parts, the values made so far, the problems found."""

    def __init__(
        self,
        form: Format,
        parts: list[memoryview],
        limits: Limits,
        keep: bool,
        first: int,
        lazy: bool = False,
        alone: bool = True,
    ) -> None:
        self.form = form
        self.parts = parts
        self.limits = limits
        self.keep = keep
        self.lazy = lazy
        self.alone = alone  # the parts are those of one message, so that one more is the optional last
        self.first = first  # number of the message's first part, less one
        self.subject = form.name
        self.index = 0  # of the next part in `parts`
        self.number = 0  # of the next part in the message, from 1, missing ones counted
        self.values: dict[str, Any] = {}
        self.sources: dict[str, Source] = {}
        self.by_label: dict[str, Any] = {}
        self.numbers: dict[str, int] = {}
        self.objects: dict[int, dict[str, Any]] = {}
        self.problems: list[CodecError] = []
        self.warnings: list[str] = []

    @property
    def place(self) -> str:
        """The part at hand, as errors name it."""
        return f"part {self.first + self.number}"

    def object_at(self, index: int) -> dict[str, Any]:
        """The JSON object of the part at *index*, parsed once."""
        if index not in self.objects:
            number = self.first + max(self.number, 1)
            self.objects[index] = parse_object(self.parts[index], self.form, self.limits, number)
        return self.objects[index]


def views_of(parts: Parts) -> list[memoryview]:
    """Read-only views of the bytes of *parts*, or of the only part."""
    several = [parts] if isinstance(parts, (bytes, bytearray, memoryview)) else list(parts)
    return [memoryview(one).cast("B").toreadonly() for one in several]
