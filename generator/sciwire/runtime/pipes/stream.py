"""A whole stream as a value: header fields, definitions of packet fields, packets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..equality import same
from ..errors import CodecError
from .fields import Definition, HeaderField, Layout, define, values_of
from .tables import PipeFormat

__all__ = ["Stream"]


class Stream:
    """What a stream holds.

    Attributes
    ----------
    header : the fields of the header in order; names may repeat.
    fields : the definitions of the packet fields, in wire order.
    packets : structured array, shape (packets,): one column a field, its extents reversed, then its atoms.
    declared : the number of packets that the header announces, which nothing depends on; None: not said.
    error : with ``on_error="keep"`` the first fault, behind which nothing was read.
    """

    table: ClassVar[PipeFormat]
    __slots__ = ("declared", "error", "fields", "header", "packets")

    def __init__(
        self,
        header: Sequence[HeaderField] = (),
        fields: Sequence[Definition] = (),
        packets: NDArray[Any] | None = None,
        *,
        declared: int | None = None,
    ) -> None:
        self.header: list[HeaderField] = list(header)
        self.fields: tuple[Definition, ...] = tuple(fields)
        empty = np.zeros(0, Layout(self.fields, self.table.order).dtype)
        self.packets: NDArray[Any] = empty if packets is None else packets
        self.declared = declared
        self.error: CodecError | None = None

    def __eq__(self, other: object) -> bool:
        """Whether header, fields and packets are the same; NaN is equal to NaN, in either byte order."""
        if type(other) is not type(self):
            return NotImplemented
        return same((self.header, self.fields, self.packets), (other.header, other.fields, other.packets))

    __hash__ = None  # type: ignore[assignment]  # it can be changed

    def __getitem__(self, name: str) -> NDArray[Any]:
        """The column of a packet field, shape (packets, ...); KeyError where there is none."""
        if name not in (self.packets.dtype.names or ()):
            raise KeyError(name)
        column: NDArray[Any] = self.packets[name]
        return column

    def __len__(self) -> int:
        return len(self.packets)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.header)} header fields, {len(self.fields)} packet fields, {len(self)} packets)"

    def all_named(self, name: str) -> list[HeaderField]:
        """The header fields with a name, in order."""
        return [one for one in self.header if one.name == name]

    def add_header(self, name: str, type: str, data: Any, extents: Any = None) -> HeaderField:
        """Append a header field; *extents* lowest dimension first, None for a scalar, or what a string needs.

        Raises the format's argument error.
        """
        if extents is None and isinstance(data, (str, bytes)):
            extents = len(data) + 1
        definition = define(self.table, name, type, extents)
        made = HeaderField(definition, values_of(self.table, definition, data, definition.shape))
        made.index = len(self.all_named(name))
        self.header.append(made)
        return made

    def add(self, name: str, type: str, values: Any, extents: Any = None) -> Definition:
        """Append a packet field with *values* of shape (packets, ...), which all fields have alike.

        Raises the format's argument error.
        """
        definition = define(self.table, name, type, extents)
        if any(one.name == name for one in self.fields):
            raise self.table.faults.make("duplicate", f"there is a packet field {name!r} already", path=name)
        column = self._column(definition, values)
        count = len(column)
        layout = Layout((*self.fields, definition), self.table.order)
        packets: NDArray[Any] = np.zeros(count, layout.dtype)
        for one in self.fields:
            packets[one.name] = values_of(self.table, one, self.packets[one.name], (count, *one.shape))
        packets[name] = column
        self.fields, self.packets = layout.definitions, packets
        return definition

    def _column(self, definition: Definition, values: Any) -> NDArray[Any]:
        """One value for each packet: a vector alone is one value and no column."""
        if not hasattr(values, "__len__"):
            problem = f"a column of values is needed, one for each packet, not a {type(values).__name__}"
            raise self.table.faults.make("value", problem, path=definition.name)
        count = len(self.packets) if self.fields else len(values)
        return values_of(self.table, definition, values, (count, *definition.shape))
