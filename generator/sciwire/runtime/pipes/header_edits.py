"""The header of a pipe: fields with repeated names, whose indices never change while they live."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from .fields import Definition, HeaderField, checked_extents, define, text_bytes, values_of
from .images import submatrix
from .tables import PipeFormat

__all__ = ["ALL", "LAST", "NO_TYPE", "HeaderEdits"]

LAST = "last"  # the highest index of a name
ALL = "all"
NO_TYPE = ""  # the type of what is not there


class HeaderEdits:
    """What can be done to the header before `map`; every edit takes effect at once."""

    table: ClassVar[PipeFormat]

    def __init__(self) -> None:
        self._header: list[HeaderField] = []
        self._mapped = False

    @property
    def header(self) -> tuple[HeaderField, ...]:
        """The fields in the order in which they will be written."""
        return tuple(self._header)

    def header_fields(self, name: str | None = None) -> Iterator[HeaderField]:
        """The fields in order, all or those with a name."""
        return (one for one in self.header if name is None or one.name == name)

    def add_header(self, name: str, type: str, extents: Any = None, data: Any = None) -> HeaderField:
        """Append a field; its index is one more than the highest of that name. Without *data* it is 0.

        extents : lowest dimension first; None for a scalar. data : an array of the reversed extents, or flat.

        Raises the format's argument error: an illegal name, an unknown type, extents, values, or after `map`.
        """
        self._before_map("a header field is added")
        definition = define(self.table, name, type, extents)
        data = 0 if data is None else data
        return self._append(definition, values_of(self.table, definition, data, definition.shape))

    def add_string(self, name: str, text: str | bytes, length: int = 0) -> HeaderField:
        """Append a string, NUL at its end: *length* bytes, or as many as it needs; a longer one is cut.

        Raises the format's argument error.
        """
        self._before_map("a header field is added")
        kind = self.table.text_type
        if kind is None:
            raise self.table.faults.make("argument_type", "the format has no type of strings", path=str(name)[:80])
        raw = text_bytes(self.table, text, name) if isinstance(text, str) else bytes(text)
        if not isinstance(length, int) or length < 0:
            raise self.table.faults.make("argument", f"a string has 0 bytes or more, not {length!r}", path=name)
        size = length or len(raw) + 1
        definition = define(self.table, name, kind.name, size)
        data = np.frombuffer(raw[: size - 1].ljust(size, b"\0"), np.uint8)
        return self._append(definition, values_of(self.table, definition, data, definition.shape))

    def find_header(self, name: str, index: int | str = LAST) -> HeaderField | None:
        """The field with a name and an index, or None. Raises the format's argument error for an illegal index."""
        named = [one for one in self._header if one.name == name]
        if index == LAST:
            return max(named, key=lambda one: one.index, default=None)
        self._legal_index(name, index)
        return next((one for one in named if one.index == index), None)

    def header_data(self, name: str, index: int | str = LAST) -> NDArray[Any] | None:
        """The values of a field, to be edited in place until the header is written; None where it is not."""
        found = self.find_header(name, index)
        return None if found is None else found.data

    def header_type(self, name: str, index: int | str = LAST) -> str:
        """The name of the type of a field; `NO_TYPE` where there is none."""
        found = self.find_header(name, index)
        return NO_TYPE if found is None else found.type

    def header_extents(self, name: str, index: int | str = LAST) -> tuple[int, ...] | None:
        """The extents of a field, lowest dimension first; None where there is none."""
        found = self.find_header(name, index)
        return None if found is None else found.extents

    def header_count(self, name: str) -> int:
        """How many fields have this name."""
        return sum(one.name == name for one in self._header)

    def resize_header(
        self, name: str, index: int | str = LAST, extents: Any = None,
        source_offset: Any = None, target_offset: Any = None, extent: Any = None,
    ) -> HeaderField:  # fmt: skip
        """Give a field other extents, at once: part of its values is kept, the rest is 0. Earlier views are stale.

        Raises the format's argument error; nothing has changed then.
        """
        self._before_map("a header field is resized")
        found = self.find_header(name, index)
        if found is None:
            raise self.table.faults.make("argument", f"there is no header field {name!r} {index}", path=str(name)[:80])
        old = found.definition
        new = old._replace(extents=old.extents if extents is None else checked_extents(self.table, extents, name))
        part = submatrix(self.table, name, old.extents, new.extents, source_offset, target_offset, extent)
        data: NDArray[Any] = np.zeros(new.full_shape, new.dtype(self.table.order))
        source = np.ascontiguousarray(found.data).reshape(old.full_shape)
        bits = f"{data.dtype.str[0]}u{data.dtype.itemsize}"
        data.view(bits)[part.target] = source.view(bits)[part.source]
        found.definition, found.data = new, data.reshape(new.shape)
        return found

    def delete_header(self, name: str, index: int | str = LAST) -> int:
        """Remove one field, or `ALL` of a name; the others keep their indices. Returns 0, or 1 where there is none.

        Raises the format's argument error for an illegal index, or after `map`.
        """
        self._before_map("a header field is deleted")
        if index == ALL:
            gone = [one for one in self._header if one.name == name]
        else:
            found = self.find_header(name, index)
            gone = [] if found is None else [found]
        self._header = [one for one in self._header if not any(one is other for other in gone)]
        return 0 if gone else 1

    # -- helpers

    def _append(self, definition: Definition, data: NDArray[Any]) -> HeaderField:
        index = max((one.index for one in self._header if one.name == definition.name), default=-1) + 1
        made = HeaderField(definition, data, index)
        self._header.append(made)
        return made

    def _legal_index(self, name: str, index: Any) -> None:
        if not isinstance(index, (int, np.integer)) or isinstance(index, bool) or index < 0:
            problem = f"an index is 0 or more, {LAST!r}, or {ALL!r} to delete, not {index!r}"
            raise self.table.faults.make("argument", problem, path=str(name)[:80])

    def _before_map(self, what: str) -> None:
        if self._mapped:
            raise self.table.faults.make("order", f"{what} after map, which froze all definitions")
