"""The packet fields of a pipe: what reaches the core image, and what each output gets of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .fields import Definition, checked_extents, define
from .header_edits import NO_TYPE, HeaderEdits
from .images import Submatrix, submatrix
from .inout import Writer
from .tables import PipeFormat

__all__ = ["CORE", "INPUT", "OUTPUT", "CoreField", "FieldEdits", "Output"]

CORE, OUTPUT, INPUT = "core", "output", "input"


class CoreField:
    """A field of the core image; `source` is the field of the input that feeds it, `part` how where it was resized."""

    __slots__ = ("definition", "initial", "part", "source")

    def __init__(self, definition: Definition, source: Definition | None = None) -> None:
        self.definition, self.source = definition, source
        self.part: Submatrix | None = None
        self.initial: Any = None


class Output:
    """An output of a pipe: its name, the fields that it does not get, and those that it gets resized."""

    def __init__(self, target: Any, name: str, index: int, table: PipeFormat) -> None:
        self.target, self.name, self.index = target, name, index
        self.writer = Writer(target, table)
        self.deleted: list[CoreField] = []
        self.resized: list[tuple[CoreField, Definition, Submatrix]] = []

    def __repr__(self) -> str:
        return f"Output({self.name!r}, index={self.index})"

    def lacks(self, field: CoreField) -> bool:
        """Whether the field is deleted from this output."""
        return any(one is field for one in self.deleted)

    def forget(self, field: CoreField) -> None:
        """Drop what was asked for a field that is no more."""
        self.deleted = [one for one in self.deleted if one is not field]
        self.resized = [one for one in self.resized if one[0] is not field]

    def images(self, fields: Sequence[CoreField]) -> Iterator[tuple[CoreField, Definition, Submatrix | None]]:
        """The fields that this output gets, with their definition and part."""
        sizes = {id(field): (definition, part) for field, definition, part in self.resized}
        gone = {id(field) for field in self.deleted}
        for one in fields:
            if id(one) not in gone:
                definition, part = sizes.get(id(one), (one.definition, None))
                yield one, definition, part


class FieldEdits(HeaderEdits):
    """What can be done to the packet fields before `map`."""

    def __init__(self) -> None:
        super().__init__()
        self._fields: list[CoreField] = []
        self._named: dict[str, CoreField] = {}
        self.outputs: list[Output] = []

    @property
    def fields(self) -> tuple[Definition, ...]:
        """The fields of the core image in order."""
        return tuple(one.definition for one in self._fields)

    def field(self, name: str) -> Definition | None:
        """The definition of a field in the core image, or None."""
        found = self._named.get(name)
        return None if found is None else found.definition

    def field_type(self, name: str) -> str:
        """The name of the type of a field in the core image; `NO_TYPE` where there is none."""
        found = self._named.get(name)
        return NO_TYPE if found is None else found.definition.type

    def field_extents(self, name: str) -> tuple[int, ...] | None:
        """The extents of a field in the core image, lowest dimension first; None where there is none."""
        found = self._named.get(name)
        return None if found is None else found.definition.extents

    def output_fields(self, channel: Any = 0) -> tuple[Definition, ...]:
        """What packets of one output consist of."""
        return tuple(definition for _, definition, _ in self._channels(channel)[0].images(self._fields))

    def add(self, name: str, type: str, extents: Any = None) -> int:
        """Add a field at the end of the core image, *extents* lowest dimension first. Returns 0, or 1 if it exists.

        Raises the format's argument error: an illegal name, an unknown type, extents, or after `map`.
        """
        self._before_map("a packet field is added")
        definition = define(self.table, name, type, extents)
        if name in self._named:
            return 1
        self._put(CoreField(definition))
        return 0

    def delete(self, name: str, site: str = OUTPUT, channel: Any = None) -> int:
        """Keep a field out of the core image (and so of all outputs), or out of one output or (None) all there are.

        Returns 0, or 1 where there is no such field. Raises the format's argument error: another site, a channel
        that is none, or after `map`.
        """
        self._before_map("a packet field is deleted")
        if site not in (CORE, OUTPUT):
            raise self.table.faults.make("argument", f"fields are deleted from core or output, not {site!r:.40}")
        channels = self._channels(channel) if site == OUTPUT else []
        found = self._named.get(name) if isinstance(name, str) else None
        if found is None:
            return 1
        if site == CORE:
            self._fields = [one for one in self._fields if one is not found]
            del self._named[name]
            for output in self.outputs:
                output.forget(found)
            return 0
        having = [output for output in channels if not output.lacks(found)]
        for output in having:
            output.forget(found)
            output.deleted.append(found)
        return 0 if having or not channels else 1

    def resize_core(
        self, name: str, extents: Any = None, source_offset: Any = None, target_offset: Any = None, extent: Any = None
    ) -> None:
        """Give a field other extents on its way from the input into the core image.

        The part of *extent* from *source_offset* goes to *target_offset*; None: the same extents, the origin, the
        largest part that fits. Raises the format's argument error; nothing has changed then.
        """
        self._before_map("a packet field is resized")
        found = self._found(name)
        if found.source is None:
            problem = f"{name!r} does not come from the input, so nothing can be resized on the way"
            raise self.table.faults.make("argument", problem, path=name)
        new = found.source.extents if extents is None else checked_extents(self.table, extents, name)
        part = submatrix(self.table, name, found.source.extents, new, source_offset, target_offset, extent)
        for output in self.outputs:  # parts of the old extents mean nothing any more
            output.resized = [one for one in output.resized if one[0] is not found]
        found.definition, found.part, found.initial = found.definition._replace(extents=new), part, None

    def resize_output(
        self, name: str, extents: Any = None, source_offset: Any = None, target_offset: Any = None,
        extent: Any = None, channel: Any = None,
    ) -> None:  # fmt: skip
        """Give a field other extents on its way from the core image to one output or (None) all; the rest is 0.

        Raises the format's argument error; nothing has changed then.
        """
        self._before_map("a packet field is resized")
        found, channels = self._found(name), self._channels(channel)
        old = found.definition
        new = old._replace(extents=old.extents if extents is None else checked_extents(self.table, extents, name))
        part = submatrix(self.table, name, old.extents, new.extents, source_offset, target_offset, extent)
        having = [output for output in channels if not output.lacks(found)]
        if channels and not having:
            raise self.table.faults.make("argument", f"{name!r} is deleted from the output", path=name)
        for output in having:
            output.resized = [one for one in output.resized if one[0] is not found]
            output.resized.append((found, new, part))

    # -- helpers

    def _put(self, field: CoreField) -> None:
        self._fields.append(field)
        self._named[field.definition.name] = field

    def _found(self, name: str) -> CoreField:
        found = self._named.get(name) if isinstance(name, str) else None
        if found is None:
            raise self.table.faults.make("argument", f"there is no packet field {name!r:.80}", path=str(name)[:80])
        return found

    def _channels(self, channel: Any) -> list[Output]:
        """All outputs for None or ``all``; else the one that is meant: itself, its index, its name, its target."""
        if channel is None or (isinstance(channel, str) and channel == "all"):
            return list(self.outputs)
        for one in self.outputs:
            if one is channel or one.target is channel or (isinstance(channel, str) and one.name == channel):
                return [one]
        if (
            isinstance(channel, (int, np.integer))
            and not isinstance(channel, bool)
            and 0 <= channel < len(self.outputs)
        ):
            return [self.outputs[channel]]
        raise self.table.faults.make("argument", f"there is no output {channel!r:.80}")
