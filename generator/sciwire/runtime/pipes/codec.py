"""Whole streams and incremental ones: bytes to a `Stream` and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..errors import CodecError
from ..limits import DEFAULT_LIMITS, Limits
from .fields import Definition, HeaderField, Layout, values_of
from .heading import Heading, read_heading, write_heading
from .prefix import starts_like
from .stream import Stream
from .tables import PipeFormat
from .waiting import Waiting

__all__ = ["Decoder", "Encoder", "Opened", "decode_stream", "encode_stream", "packets_to_bytes", "sniff"]

S = TypeVar("S", bound=Stream)


class Opened(NamedTuple):
    """The header has come: its fields, and the definitions of the packets that follow."""

    header: tuple[HeaderField, ...]
    fields: tuple[Definition, ...]


def sniff(data: bytes | bytearray | memoryview, table: PipeFormat) -> bool:
    """Whether *data* begin with the magic of the format."""
    return starts_like(memoryview(data).cast("B")[:4096], table)


def decode_stream(
    kind: type[S], data: bytes | bytearray | memoryview, limits: Limits, on_error: str, profile: str = ""
) -> S:
    """Decode all of *data*; packets and header values are read-only views of them."""
    if on_error not in ("raise", "keep"):
        raise ValueError(f"on_error is 'raise' or 'keep', not {on_error!r}")
    kind.table.check_profile(profile or kind.table.profiles[0])
    view = memoryview(data).cast("B")
    stream = kind()
    try:
        heading = read_heading(view, kind.table, limits)
        stream = kind(heading.header, heading.fields, declared=heading.declared)
        layout = Layout(heading.fields, heading.order)
        count = (len(view) - heading.size) // layout.size if layout.size else 0
        stream.packets = layout.view(view, count, heading.size)
        _check_rest(kind.table, heading.size, layout.size, len(view))
    except CodecError as error:
        if on_error == "keep":
            stream.error = error
            return stream
        error.partial = stream
        raise
    return stream


def _check_rest(table: PipeFormat, start: int, size: int, end: int) -> None:
    """The bytes from *start* to *end* are whole packets of *size*."""
    if not size and end > start:
        problem = "bytes follow the header of a stream that has no packet fields"
        raise table.faults.make("trailing", problem, path="packets", at=start)
    if size and (rest := (end - start) % size):
        count = (end - start) // size
        problem = f"the stream ends after {rest} of the {size} bytes of a packet"
        raise table.faults.make("packet_cut", problem, path=f"packets[{count}]", at=end - rest, needed=size - rest)


def encode_stream(stream: Stream) -> bytes:
    """Encode a whole stream; lengths and counts are derived."""
    table = stream.table
    header = [_checked(table, one) for one in stream.header]
    seen: set[str] = set()
    for one in (*(field.definition for field in header), *stream.fields):
        if not table.legal_name(one.name) or table.by_name.get(one.kind.name) != one.kind:
            raise table.faults.make("argument", f"{one.name!r} of type {one.type!r} can't be defined", path=one.name)
    for one in stream.fields:
        if one.name in seen:
            raise table.faults.make("duplicate", f"two packet fields are called {one.name!r}", path=one.name)
        seen.add(one.name)
    return write_heading(table, header, stream.fields) + packets_to_bytes(table, stream.fields, stream.packets)


def _checked(table: PipeFormat, one: HeaderField) -> HeaderField:
    return HeaderField(one.definition, values_of(table, one.definition, one.data, one.definition.shape), one.index)


def packets_to_bytes(table: PipeFormat, fields: Sequence[Definition], packets: NDArray[Any]) -> bytes:
    """Packets as they are written; columns are looked up by name. Raises the format's argument error."""
    layout = Layout(fields, table.order)
    if packets.dtype == layout.dtype:
        return packets.tobytes() if layout.size else b""
    names = packets.dtype.names or ()
    if packets.ndim != 1 or sorted(names) != sorted(one.name for one in fields):
        expected = ", ".join(one.name for one in fields)
        raise table.faults.make("value", f"the packets have the columns {', '.join(names)}, not {expected}")
    made: NDArray[Any] = np.zeros(len(packets), layout.dtype)
    bits = made.view(layout.bits)
    for one in fields:
        column = values_of(table, one, packets[one.name], (len(packets), *one.full_shape))
        bits[one.name] = column.view(layout.bits[one.name].base)
    return made.tobytes()


class Decoder(Generic[S]):
    """An incremental decoder: `feed` it bytes as they come; it returns `Opened`, then batches of packets.

    `finish` returns the whole stream; with ``keep=False`` packets are handed out and forgotten, so that a stream
    of any length takes constant memory. Any split of the bytes gives the same packets and the same error.
    """

    stream_type: type[S]
    default_limits: ClassVar[Limits] = DEFAULT_LIMITS

    def __init__(self, *, limits: Limits | None = None, on_error: str = "raise", keep: bool = True) -> None:
        if on_error not in ("raise", "keep"):
            raise ValueError(f"on_error is 'raise' or 'keep', not {on_error!r}")
        self._limits = limits if limits is not None else self.default_limits
        self._on_error, self._keep = on_error, keep
        self._table = self.stream_type.table
        self._buffer, self._need, self._end = bytearray(), 0, 0
        self._waiting = Waiting(self._table, self._limits)
        self._heading: Heading | None = None
        self._layout: Layout | None = None
        self._batches: list[NDArray[Any]] = []
        self._error: CodecError | None = None

    @property
    def stream(self) -> S:
        """The stream as far as it has come."""
        heading, layout = self._heading, self._layout
        if heading is None or layout is None:
            made = self.stream_type()
        else:
            made = self.stream_type(heading.header, heading.fields, declared=heading.declared)
            made.packets = self._joined(layout)
        made.error = self._error
        return made

    def _joined(self, layout: Layout) -> NDArray[Any]:
        """All batches in one array of the stream's own dtype; `numpy.concatenate` would make it native."""
        joined: NDArray[Any] = np.empty(sum(map(len, self._batches)), layout.dtype)
        at = 0
        for batch in self._batches:
            joined[at : at + len(batch)] = batch
            at += len(batch)
        return joined

    def feed(self, data: bytes | bytearray | memoryview) -> list[Opened | NDArray[Any]]:
        """Take *data* and return what is newly complete. Raises at the first fault, and again on every later call."""
        if self._error is not None:
            return self._again()
        self._buffer += data
        self._end += len(memoryview(data).cast("B"))
        try:
            return self._advance()
        except CodecError as error:
            return self._fault(error)

    def finish(self) -> S:
        """Say that the stream ends here, and return it; the format's error of truncation where it is cut."""
        if self._error is None:
            try:
                if self._heading is None:
                    read_heading(memoryview(bytes(self._buffer)), self._table, self._limits)
                elif self._layout is not None:
                    _check_rest(self._table, self._heading.size, self._layout.size, self._end)
            except CodecError as error:
                self._fault(error)
        else:
            self._again()
        return self.stream

    def _again(self) -> list[Opened | NDArray[Any]]:
        if self._on_error == "raise" and self._error is not None:
            raise self._error
        return []

    def _fault(self, error: CodecError) -> list[Opened | NDArray[Any]]:
        self._error = error
        error.partial = self.stream
        return self._again()

    def _advance(self) -> list[Opened | NDArray[Any]]:
        found: list[Opened | NDArray[Any]] = []
        if self._heading is None:
            if len(self._buffer) < self._need or not self._open():
                return found
            assert self._heading is not None
            found.append(Opened(self._heading.header, self._heading.fields))
        assert self._layout is not None and self._heading is not None
        size = self._layout.size
        if not size:
            _check_rest(self._table, self._heading.size, 0, self._end)
            return found
        if count := len(self._buffer) // size:
            batch = self._layout.view(bytes(memoryview(self._buffer)[: count * size]), count, 0)
            del self._buffer[: count * size]
            self._batches += [batch] if self._keep else []
            found.append(batch)
        return found

    def _open(self) -> bool:
        """Read the header if it is complete; else note how many bytes are needed before it is tried again."""
        if missing := self._waiting.missing(self._buffer):
            self._need = len(self._buffer) + missing
            return False
        have = bytes(self._buffer)
        try:
            self._heading = read_heading(memoryview(have), self._table, self._limits)
        except self._table.kinds.io as error:
            self._need = len(have) + error.needed
            return False
        self._layout = Layout(self._heading.fields, self._heading.order)
        del self._buffer[: self._heading.size]
        return True


class Encoder:
    """An incremental encoder: `begin` gives the header, `packets` the bytes of a batch."""

    table: ClassVar[PipeFormat]

    def __init__(self, stream: Stream) -> None:
        """*stream* has the header and the definitions; its packets are not written."""
        self._stream = stream

    def begin(self) -> bytes:
        """The header."""
        empty = type(self._stream)(self._stream.header, self._stream.fields)
        return encode_stream(empty)

    def packets(self, batch: NDArray[Any]) -> bytes:
        """The bytes of a batch, a structured array with the stream's columns."""
        return packets_to_bytes(self.table, self._stream.fields, batch)
