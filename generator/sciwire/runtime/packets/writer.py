"""Chunks of one stream as bytes: descriptors with ids and lengths, packets of a type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..xml import Element as Node
from ..xml import write
from .dataset import Dataset
from .elements import Elements, Values, laid_out
from .given import check_dataset
from .masks import unmasked
from .parts import Comment, Extra, Label, StreamException
from .properties import check_named
from .tables import PacketFormat
from .writing import Column, Wish, write_column

__all__ = ["Writer", "packets", "wish_of"]


def wish_of(table: PacketFormat, encoding: str | None, byte_order: str | None, exact: bool, order: str = "") -> Wish:
    """The caller's wish in the words of the format; ValueError for a word it does not have."""
    words = table.orders
    if byte_order is not None and not words:
        raise ValueError(f"{table.name} has no word for a byte order, so byte_order is None, not {byte_order!r}")
    if byte_order is not None and byte_order not in words:
        raise ValueError(f"byte_order is {' or '.join(map(repr, words))}, not {byte_order!r}")
    usual = (order or "little") if words else table.profiles[0].byte_order
    modes = {table.decimal: "text", "binary": "binary"} if table.decimal else {"binary": "binary"}
    if encoding is not None and encoding not in modes:
        raise ValueError(f"encoding is {' or '.join(map(repr, modes))} or None, not {encoding!r}")
    return Wish(modes[encoding] if encoding else "", words[byte_order] if byte_order else usual, exact)


class _Type(NamedTuple):
    """A packet type that was described: the datasets of its planes."""

    tag: bytes
    members: tuple[Dataset, ...]
    encodings: tuple[str, ...]


class Writer:
    """Writes the chunks of one stream; see `Encoder` for what its methods promise."""

    def __init__(self, table: PacketFormat, wish: Wish) -> None:
        self.table = table
        self._wish = wish
        self._elements = Elements(table)
        self._types: dict[int, _Type] = {}
        self._next = 0
        self._ordered: bool | None = None  # whether readers know the byte order; None before the stream has begun

    def begin(self, dataset_id: str, *, byte_order: bool = True, extra: Extra | None = None) -> bytes:
        """The stream descriptor; *dataset_id* names the default dataset. *byte_order*: binary data may follow."""
        default = self.table.roles["stream"].attribute("default")
        if not dataset_id and default.required:
            raise self.table.faults.encode("default_missing", f"a stream needs a {default.name}", path=default.name)
        if dataset_id:
            check_named(dataset_id, self.table, default.name)
        order = self._wish.order if byte_order else ""
        self._ordered = bool(self._ordered or order or not self.table.orders)
        first = self.table.roles["stream"].ids or (0, 0)
        return self._chunk(
            self.table.framing.ids.text(first[0]), self._elements.stream(dataset_id, order, extra or Extra())
        )

    def comment(self, type: str, message: str) -> bytes:
        """A remark."""
        return self._beside(self._elements.comment(Comment(type, message)))

    def exception(self, type: str, message: str) -> bytes:
        """The producer's own error; readers stop here."""
        return self._beside(self._elements.exception(StreamException(type, message)))

    def label(self, name: str, code: int, text: str, color: str = "") -> bytes:
        """The label of one code of the enumeration *name*; it stands before the first record that uses it."""
        return self._beside(self._elements.label(name, code, Label(text, color)))

    def describe(self, *datasets: Dataset) -> tuple[int, bytes]:
        """Describe datasets that travel in the same packets; their values only give dtype and record shape.

        Returns the number of the packet type, for `records`, and the bytes of the descriptor.
        """
        columns = []
        for dataset in datasets:
            check_dataset(dataset, self.table)
            sample = self._template(dataset)
            empty = np.empty((0, *sample.shape[1:]), dtype=sample.dtype)
            columns.append(
                write_column(self._as_is(dataset, self._encoding(dataset, sample)), empty, self._wish, self.table)
            )
        self._check_size(datasets, columns)
        self._check_order(datasets, columns)
        number = self._number()
        nodes = [self._plane(dataset, column, None) for dataset, column in zip(datasets, columns, strict=True)]
        self._types[number] = _Type(self._tag(number), datasets, tuple(column.encoding for column in columns))
        return number, self._chunk(self.table.framing.ids.text(number), self._elements.packet(nodes, Extra()))

    def records(self, number: int, values: Mapping[str, ArrayLike]) -> bytes:
        """Packets of a described type: *values* by dataset id, equally many records of each."""
        kind = self._types.get(number)
        if kind is None:
            raise self.table.faults.encode("packet_unbound", f"no packet type {number} was described")
        self._check_named(kind, values, number)
        columns = []
        for dataset, encoding in zip(kind.members, kind.encodings, strict=True):
            with self.table.faults.citing("not_writable"):
                array = unmasked(values[dataset.id], dataset.get(self.table.references.fill), dataset.id)
            record = dataset.values.shape[1:]
            if array.shape[1:] != record or not array.ndim:
                problem = f"expected records of {record}, got an array of {array.shape}"
                raise self.table.faults.encode("length_rank", problem, path=dataset.id)
            columns.append(write_column(self._as_is(dataset, encoding), array, self._wish, self.table))
        return packets(kind.tag, columns, self.table)

    # -- parts

    def _check_order(self, datasets: tuple[Dataset, ...], columns: list[Column]) -> None:
        for dataset, column in zip(datasets, columns, strict=True):
            if column.binary and self._ordered is False:
                name = self.table.roles["stream"].name
                problem = f"{column.encoding} is binary, and the {name} descriptor was written without a byte order"
                raise self.table.faults.encode("byte_order_absent", problem, path=dataset.id)

    def _check_named(self, kind: _Type, values: Mapping[str, ArrayLike], number: int) -> None:
        """Each plane of a packet type has values, and nothing else has."""
        ids = [dataset.id for dataset in kind.members]
        where = self.table.framing.path(self.table.framing.packet, self.table.framing.ids.text(number))
        for id in ids:
            if id not in values:
                problem = f"expected values of {', '.join(map(repr, ids))}, those of {id!r} are missing"
                raise self.table.faults.encode("not_writable", problem, path=f"{where}.{id}")
        known = set(ids)
        for id in values:
            if id not in known:
                problem = f"expected values of {', '.join(map(repr, ids))}, got some of {id!r} too"
                raise self.table.faults.encode("not_writable", problem, path=f"{where}.{id}")

    def _template(self, dataset: Dataset) -> NDArray[Any]:
        if dataset.rank < 1:
            raise self.table.faults.encode(
                "rank", "an incremental stream has datasets of rank 1 and more", path=dataset.id
            )
        return dataset.values

    def _encoding(self, dataset: Dataset, sample: NDArray[Any]) -> str:
        """How to write values that nobody has seen yet: text fields are wide enough for every double."""
        text = sample.dtype == np.float64 or self._wish.mode == "text"
        if dataset.write_as or self._wish.mode == "binary" or not text or not self.table.decimal:
            return dataset.write_as
        return f"{self.table.decimal}{_WIDEST_DOUBLE}"

    def _as_is(self, dataset: Dataset, encoding: str) -> Dataset:
        """*dataset* without its values, to be written in *encoding*."""
        return Dataset(
            dataset.id,
            dataset.rank,
            properties=dataset.properties,
            encoding=dataset.encoding,
            write_as=encoding,
            stream=dataset.stream,
        )

    def _check_size(self, datasets: Sequence[Dataset], columns: Sequence[Column]) -> None:
        """Refuse packets longer than may be written, and say how to split them."""
        limit = self.table.limits.write_data
        size = sum(column.data.shape[1] for column in columns)
        if size <= limit:
            return
        largest = max(range(len(columns)), key=lambda index: columns[index].data.shape[1])
        dataset, width = datasets[largest], columns[largest].data.shape[1]
        pieces = -(-width // max(limit - (size - width), 1))
        problem = (
            f"a packet of {size} bytes, at most {limit} can be written; {dataset.id!r} takes {width} of them: "
            f"split its records {dataset.values.shape[1:]} into {pieces} datasets or more"
        )
        raise self.table.faults.encode("write_limit", problem, path=dataset.id)

    def _plane(self, dataset: Dataset, column: Column, join_id: str | None) -> Node:
        lengths = dataset.values.shape[1:]
        return self._elements.dataset(dataset, values=Values(column.encoding, lengths), join_id=join_id)

    def _number(self) -> int:
        """The next id of a packet type; after the last one the first is bound anew."""
        first, last = self.table.roles["packet"].ids or (1, 1)
        number = first + self._next % (last - first + 1)
        self._next += 1
        return number

    def _tag(self, number: int) -> bytes:
        packet = self.table.framing.packet
        return packet.opening + self.table.framing.ids.text(number).encode() + packet.closing

    def _beside(self, node: Node) -> bytes:
        """A chunk that no packet refers to, under the wild id where its element may stand there."""
        ids = self.table.framing.ids
        element = self.table.roots[node.tag]
        wild = ids.wild if element.wild != "no" else ""
        return self._chunk(wild or ids.text((element.ids or (1, 1))[0]), node)

    def _chunk(self, key: str, node: Node) -> bytes:
        document = write(laid_out(node), declaration=True, end="\n")
        limit = self.table.limits.write_xml
        if len(document) > limit:
            document = write(laid_out(node, compact=True))
        if len(document) > limit:
            problem = (
                f"a descriptor of {len(document)} bytes, at most {limit} can be written; split it into several datasets"
            )
            raise self.table.faults.encode("xml_limit", problem, path=node.tag)
        chunk = self.table.framing.descriptor
        assert chunk.length is not None
        return b"".join(
            (chunk.opening, key.encode(), chunk.closing, b"%0*d" % (chunk.length.digits, len(document)), document)
        )


_WIDEST_DOUBLE = 25  # -1.2345678901234567e-308 and a blank


def packets(tag: bytes, columns: Iterable[Column], table: PacketFormat) -> bytes:
    """The packets of a type: *tag* and a row of each column, record by record."""
    rows = list(columns)
    count = {len(column.data) for column in rows}
    if len(count) != 1:
        raise table.faults.encode("mixed", f"planes of one packet have {sorted(count)} records, expected equally many")
    data = [column.data for column in rows]
    size = sum(one.shape[1] for one in data)
    length = table.framing.packet.length
    head = tag + (b"%0*d" % (length.digits, size) if length else b"")
    out = np.empty((count.pop(), len(head) + size), dtype=np.uint8)
    out[:, : len(head)] = np.frombuffer(head, dtype=np.uint8)
    start = len(head)
    for one in data:
        out[:, start : start + one.shape[1]] = one
        start += one.shape[1]
    if size and not rows[-1].binary and rows[-1].data.shape[1]:
        blank = out[:, -1] == ord(" ")
        out[blank, -1] = ord("\n")  # one record a line
    return out.tobytes()
