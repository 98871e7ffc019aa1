"""Records of fixed size as one structured array; what a record says of its fields holds for every row.

All rows are looked at at once, but only to find the doubtful ones: those are read one by one, as single records are, so
that an error says the same wherever it arises.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import CodecError, DecodeError, EncodeError
from .arrays import ListOf, Many, Numbers, cast_numbers, view_of
from .bits import Bits
from .checksums import checksum
from .cursor import Reader, Writer
from .parts import Align, AnyPart, Const, Pad, Same, Sum, Version, record_dtype
from .records import Record
from .scalars import Bool, Bounded, Choice, Codec, Extent, Integer, Number
from .texts import Bytes, Text

__all__ = ["Table", "check_rows"]

_Octets = NDArray[np.uint8]


class Table(Many):
    """A run of records of fixed size: a read-only structured array, shape (count,), that shares the caller's buffer."""

    def __init__(self, codec: Codec, extent: Extent | int) -> None:
        super().__init__(codec, extent)
        self._columns = record_dtype(codec.parts, public=True) if isinstance(codec, Record) else codec.dtype

    def read(self, reader: Reader) -> Any:
        start = reader.at
        table = view_of(reader, self.count(reader), self._columns)
        self._check(reader, table, start)
        return table

    def write(self, writer: Writer, value: Any) -> None:
        dtype = self._columns
        if not isinstance(value, np.ndarray) or value.ndim != 1 or value.dtype.names != dtype.names:
            raise EncodeError(f"expected a table of {', '.join(dtype.names)}", category="type")
        self.check_length(writer, len(value))
        table = np.zeros(len(value), dtype)
        for name in dtype.names:
            try:
                table[name] = _cast(value[name], dtype[name].base)
            except CodecError as error:
                raise error.within(name) from None
        record = self._record
        if record is not None:
            _furnish(record, table.view("u1").reshape(len(table), dtype.itemsize))
        reader = Reader(memoryview(table.tobytes()))
        reader.scopes = writer.scopes
        try:
            self._check(reader, table, 0)
        except DecodeError as error:
            raise EncodeError(error.problem, category=error.category, path=error.path, rule=error.rule) from None
        writer.buffer += reader.data

    @property
    def _record(self) -> Record | None:
        return self.codec if isinstance(self.codec, Record) else None

    def _check(self, reader: Reader, table: NDArray[Any], start: int) -> None:
        if self._record is not None:
            check_rows(self._record, reader, table, start)

    def tree(self, value: Any) -> Any:
        return {self._plain(name): np.ascontiguousarray(value[name]) for name in value.dtype.names}

    def _plain(self, name: str) -> str:
        names: dict[str, str] = getattr(getattr(self.codec, "cls", None), "PLAIN_NAMES", {})
        return names.get(name, name)

    def build(self, tree: Any) -> Any:
        dtype = self._columns
        names = [self._plain(name) for name in dtype.names]
        if not isinstance(tree, dict) or set(tree) != set(names):
            raise DecodeError(f"expected a map of the columns {', '.join(names)}", category="type")
        columns = {name: _column(tree[self._plain(name)], dtype[name].base) for name in dtype.names}
        lengths = {len(column) if column.ndim else -1 for column in columns.values()}
        if len(lengths) != 1 or -1 in lengths:
            raise DecodeError("expected columns of one length", category="size")
        table = np.zeros(lengths.pop(), dtype)
        for name, column in columns.items():
            if column.shape != table[name].shape:
                problem = f"expected the shape {table[name].shape}, got {column.shape}"
                raise DecodeError(problem, category="size", path=name)
            table[name] = _cast(column, dtype[name].base)
        return table


def check_rows(codec: Codec, reader: Reader, table: NDArray[Any], start: int) -> None:
    """Read the rows that may be wrong one by one. DecodeError at the first that is, with the rows before it."""
    size = table.dtype.itemsize
    if not len(table):
        return
    rows = np.frombuffer(reader.data[start : start + len(table) * size], "u1").reshape(len(table), size)
    end, spans, reader.spans = reader.at, reader.spans, None
    doubtful = (
        _doubtful(codec, rows) if isinstance(codec, Record) else np.broadcast_to(_doubted(codec, rows), len(rows))
    )
    for index in np.flatnonzero(doubtful):
        reader.at = start + int(index) * size
        try:
            codec.read(reader)
        except CodecError as error:
            error.partial = table[:index]
            raise error.within(f"[{index}]") from None
    reader.at, reader.spans = end, spans


def _column(tree: Any, dtype: np.dtype[Any]) -> NDArray[Any]:
    """A column of a canonical value; one of records is a map of columns again."""
    if dtype.names is None or not isinstance(tree, dict):
        return np.asarray(tree)
    if set(tree) != set(dtype.names):
        raise DecodeError(f"expected a map of the columns {', '.join(dtype.names)}", category="type")
    inside = {name: _column(tree[name], dtype[name].base) for name in dtype.names}
    shapes = {one.shape[: one.ndim - len(dtype[name].shape)] for name, one in inside.items()}
    if len(shapes) != 1:
        raise DecodeError("expected columns of one length", category="size")
    table = np.zeros(shapes.pop(), dtype)
    for name, one in inside.items():
        table[name] = _cast(one, dtype[name].base)
    return table


def _cast(given: NDArray[Any], dtype: np.dtype[Any]) -> Any:
    if given.dtype.kind == dtype.kind == "S" and given.dtype.itemsize <= dtype.itemsize:
        return given
    return cast_numbers(given, dtype)


def _placed(record: Record) -> Iterator[tuple[AnyPart, int, int]]:
    """The parts of a *record* of fixed size with the bytes where they stand."""
    at = 0
    for part in record.parts:
        if isinstance(part, Align):
            size = -at % part.size
        else:
            size = part.size if isinstance(part, Pad) else part.codec.size or 0
        yield part, at, at + size
        at += size


def _furnish(record: Record, rows: _Octets) -> None:
    """Write what no column has into *rows*, shape (count, bytes of a row): constants, padding, fill, sums (last)."""
    places: dict[str, tuple[int, int]] = {}
    for part, start, stop in _placed(record):
        places[part.name] = (start, stop)
        here = rows[:, start:stop]
        if isinstance(part, (Pad, Align)):
            here[:] = part.fill
        elif isinstance(part, Const):
            here[:] = np.frombuffer(_written(part.codec, part.value), "u1")
        else:
            _furnish_codec(part.codec, here)
    for one in (part for part in record.parts if isinstance(part, Sum)):
        (first, _), (_, last), (start, stop) = places[one.first], places[one.last], places[one.name]
        rows[:, start:stop] = 0  # a sum that covers itself counts as zero
        for row in rows:
            row[start:stop] = np.frombuffer(
                _written(one.codec, checksum(one.algorithm, row[first:last].tobytes())), "u1"
            )


def _furnish_codec(codec: Codec, here: _Octets) -> None:
    inner = codec.codec if isinstance(codec, (Choice, Bounded)) else codec
    if isinstance(inner, Record):
        _furnish(inner, here)
    elif isinstance(inner, (ListOf, Table)) and inner.codec.size:
        for at in range(0, here.shape[1], inner.codec.size):
            _furnish_codec(inner.codec, here[:, at : at + inner.codec.size])
    elif isinstance(inner, Text) and inner.fill and inner.unit == 1:  # numpy pads with NUL
        padding = np.logical_and.accumulate((here == 0)[:, ::-1], axis=1)[:, ::-1]
        here[padding] = inner.fill


def _doubtful(record: Record, rows: _Octets) -> NDArray[np.bool_]:
    """Which *rows* may be wrong: all that are, and some that are not."""
    found: NDArray[np.bool_] = np.zeros(len(rows), bool)
    if record.length is not None or record.links or any(isinstance(part, (Same, Sum)) for part in record.parts):
        return ~found
    for part, start, stop in _placed(record):
        here = rows[:, start:stop]
        if isinstance(part, (Pad, Align)):
            found |= (here != part.fill).any(1) if part.checked else False
        elif isinstance(part, (Const, Version)):
            found |= _none_of(here, part.codec, [part.value] if isinstance(part, Const) else part.known)
        else:
            found |= _doubted(part.codec, here)
    return found


def _doubted(codec: Codec, here: _Octets) -> Any:
    """`_doubtful` for the bytes *here* of one codec in every row."""
    match codec:
        case Number() | Numbers() | Bytes() | Integer():
            return False
        case Bool():
            return here[:, 0] > 1
        case Text():
            if codec.unit > 1:  # half of a pair is what can be wrong
                words = np.ascontiguousarray(here).view("<u2" if codec.encoding.endswith("le") else ">u2")
                return ((words & 0xF800) == 0xD800).any(1) if here.shape[1] else False
            return (here > 0x7F).any(1) if codec.encoding != "latin-1" else False
        case Choice():
            return _doubted(codec.codec, here) if codec.others else _none_of(here, codec.codec, codec.names.values())
        case Bounded(codec=Number()):
            column = np.ascontiguousarray(here).view(codec.dtype)[:, 0]
            low = column >= codec.low if codec.low is not None else True
            high = column <= codec.high if codec.high is not None else True
            return ~(np.ones(len(here), bool) & low & high)  # so that a NaN is doubted
        case Bits():
            return _odd_bits(codec, here)
        case Record():
            return _doubtful(codec, here)
        case ListOf() | Table() if codec.codec.size:
            steps = range(0, here.shape[1], codec.codec.size)
            return np.any([_doubted(codec.codec, here[:, at : at + (codec.codec.size or 0)]) for at in steps], axis=0)
        case _:
            return True


def _none_of(here: _Octets, codec: Codec, values: Any) -> NDArray[np.bool_]:
    """Where none of the *values* stands, as *codec* writes them."""
    known = [np.frombuffer(_written(codec, value), "u1") for value in values]
    found: NDArray[np.bool_] = ~np.any([(here == one).all(1) for one in known], axis=0)
    return found


def _odd_bits(codec: Bits, here: _Octets) -> Any:
    if codec.cls is None:
        return False
    order = range(codec.width) if codec.order == "little" else range(codec.width - 1, -1, -1)
    words = np.zeros(len(here), "u8")
    for place, at in enumerate(order):
        words |= here[:, at].astype("u8") << np.uint64(8 * place)
    found = (words & np.uint64(codec.free)) != 0 if codec.reserved else np.zeros(len(here), bool)
    if codec.parity is not None:
        for shift in (32, 16, 8, 4, 2, 1):
            words ^= words >> np.uint64(shift)
        found |= (words & np.uint64(1)) != codec.parity[1]
    return found


def _written(codec: Codec, value: Any) -> bytes:
    writer = Writer()
    codec.write(writer, value)
    return bytes(writer.buffer)
