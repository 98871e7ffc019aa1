"""One record as a whole format: decoding, encoding, looking; a stream of records where each tells its own end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Generic, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..errors import CodecError, DecodeError, EncodeError, LimitError, TruncatedError, about
from ..limits import Limits
from .cursor import Reader, Span, Writer
from .orders import Mark
from .records import Record
from .scalars import Codec
from .signs import signs
from .written import finish

__all__ = ["Format", "StreamDecoder", "StreamEncoder", "check_profile", "decode", "encode", "from_plain", "sniff", "spans",
           "summary", "to_plain", "view"]  # fmt: skip

M = TypeVar("M")
Bytes = bytes | bytearray | memoryview


class Format:
    """A format: the record that is the whole of it, what to do with bytes behind it, and what tells the byte order.

    Of a format with a `mark` the `root` is that of little endian numbers.
    """

    def __init__(
        self,
        name: str,
        root: Record,
        *,
        trailing: Literal["error", "ignore"] = "error",
        trailing_rule: str = "",
        limits: Limits | None = None,
        mark: Mark | None = None,
    ) -> None:
        self.name = name
        self.root = root
        self.trailing = trailing
        self.trailing_rule = trailing_rule
        self.limits = limits
        self.mark = mark

    def reads(self, reader: Reader) -> Record:
        """The root that reads what begins where *reader* stands. DecodeError where nothing tells the byte order."""
        return self.root if self.mark is None else self.mark.reads(self.root, reader)

    def writes(self, value: Any) -> Record:
        """The root that writes *value*."""
        return self.root if self.mark is None else self.mark.writes(self.root, value)

    @property
    def subject(self) -> str:
        return f"{self.name}.{self.root.name}"


def check_profile(name: str, profile: str, known: tuple[str, ...]) -> None:
    """ValueError where the format *name* has no such *profile*."""
    if profile not in known:
        raise ValueError(f"{name} has no profile {profile!r}; known: {', '.join(known)}")


def decode(
    form: Format, data: Bytes, *, limits: Limits | None = None, on_error: str = "raise", trailing: str | None = None,
    start: int = 0,
) -> tuple[Any, int]:  # fmt: skip
    """The value that begins at *start*, and the offset behind it. Raises `DecodeError`, with `partial`."""
    reader = Reader(memoryview(data).cast("B"), start, limits or form.limits)
    reader.keep = on_error == "keep"
    with about(form.subject):
        try:
            root = form.root if form.mark is None else form.reads(reader)
            value = root.read(reader)
            if reader.at < reader.size and (trailing or form.trailing) == "error":
                problem = f"expected the end of the data, got {reader.size - reader.at} more"
                raise DecodeError(problem, category="size", at=reader.at, rule=form.trailing_rule, partial=value)
        except CodecError as error:
            if on_error != "keep" or error.partial is None or isinstance(error, LimitError):
                raise
            value, error.partial = error.partial, None
            error.subject = form.subject
            value.problems = [error]
        return value, reader.at


def encode(form: Format, value: Any) -> bytes:
    """The bytes of *value*. Raises `EncodeError` with path and rule."""
    writer = Writer()
    with about(form.subject):
        root = form.root if form.mark is None else form.writes(value)
        root.write(writer, value)
        finish(writer)
    return bytes(writer.buffer)


def sniff(form: Format, data: Bytes) -> bool:
    """Whether *data* begin with a magic number of this format, or are one whole value where it has none."""
    begin = signs(form.root)
    if begin and min(map(len, begin)) >= _CERTAIN:
        return bytes(memoryview(data).cast("B")[: max(map(len, begin))]).startswith(begin)
    try:
        decode(form, data)
    except CodecError:
        return False
    return len(data) > 0


#: bytes of a magic number that other data hardly begin with
_CERTAIN = 4


def to_plain(form: Format, value: Any) -> Any:
    """The canonical value."""
    from .. import plain  # here, because many programs never ask for it

    return plain.to_plain(form.root.tree(value))


def from_plain(form: Format, obj: Any) -> Any:
    """The value of a canonical one. Raises `DecodeError`."""
    from .. import plain

    with about(form.subject):
        return form.root.build(plain.from_plain(obj))


def spans(form: Format, data: Bytes) -> Iterator[Span]:
    """Every byte of *data* in order; from a fault on they are ``invalid``, behind the end ``trailing``."""
    reader = Reader(memoryview(data).cast("B"), 0, form.limits)
    reader.spans = []
    rest = ("trailing", "")
    try:
        form.reads(reader).read(reader)
    except CodecError as error:
        rest = ("invalid", str(error))
    at = 0
    for span in sorted(reader.spans):
        if span.start < at:
            continue
        if span.start > at:
            yield Span(at, span.start, "", "pad", "")
        yield span
        at = span.stop
    if at < reader.size:
        yield Span(at, reader.size, "", *rest)


def view(
    form: Format,
    fixed: Mapping[str, Codec],
    record: str,
    data: Bytes,
    offset: int = 0,
    count: int | None = None,
    check: bool = False,
) -> NDArray[Any]:
    """*data* from *offset* on as a read-only array of the *record*, one of *fixed*, shape (count,); nothing is copied.

    With *check* every row is one that `decode` takes. DecodeError (``size``) where the bytes that are left are no whole
    number of records, or are too few; ValueError for a record that has no fixed size, or is none.
    """
    codec = fixed.get(record)
    if codec is None or codec.dtype is None:
        raise ValueError(f"record is one of {', '.join(fixed)}, not {record!r}")
    buffer = memoryview(data).cast("B")
    size = codec.dtype.itemsize
    left = len(buffer) - offset
    number = left // size if count is None else count
    if offset < 0 or number < 0 or number * size > left or (count is None and left % size):
        problem = f"{left} bytes are no whole number of records of {size}" if count is None else (
            f"{number} records of {size} bytes are asked for, there are {left} bytes")  # fmt: skip
        raise DecodeError(problem, category="size", at=offset, subject=form.name)
    array = np.frombuffer(buffer, codec.dtype, number, offset)
    array.flags.writeable = False
    if check:
        from .record_tables import check_rows

        with about(form.name):
            check_rows(codec, Reader(buffer, 0, form.limits), array, offset)
    return array


def summary(form: Format, value: Any, units: Mapping[str, str]) -> list[tuple[str, str]]:
    """A path and a line of text for each field that is there; of long lists the first elements."""
    rows: list[tuple[str, str]] = []
    _rows(form.root.tree(value), "", units, rows)
    return rows


_SHOWN = 20
_INDEX = re.compile(r"\[\d+\]")


def _rows(tree: Any, path: str, units: Mapping[str, str], rows: list[tuple[str, str]]) -> None:
    from ..summary import describe_value

    if isinstance(tree, Mapping):
        for name, item in tree.items():
            _rows(item, f"{path}.{name}" if path else name, units, rows)
    elif isinstance(tree, list) and any(isinstance(item, (Mapping, list)) for item in tree):
        rows.append((path, f"{len(tree)} elements"))
        for index, item in enumerate(tree[:_SHOWN]):
            _rows(item, f"{path}[{index}]", units, rows)
        if len(tree) > _SHOWN:
            rows.append((f"{path}[...]", f"{len(tree) - _SHOWN} more"))
    else:
        rows.append((path, describe_value(tree, units.get(_INDEX.sub("", path), ""))))


class StreamDecoder(Generic[M]):
    """Cuts a sequence of records at their own ends; belongs to one thread at a time. Any split gives the same."""

    form: ClassVar[Format]

    def __init__(self, *, limits: Limits | None = None) -> None:
        self._limits = limits
        self._error: CodecError | None = None
        self._buffer = bytearray()
        self._wanted = 1
        self.offset = 0  # of the first byte that is not yet part of a record

    def feed(self, data: Bytes) -> list[M]:
        """Take more bytes; return the records that they complete.

        Raises as `decode` does, with offsets in the stream. Records before the damage are returned first;
        the error is raised by the next call, and by every call after it.
        """
        if self._error is not None:
            raise self._error
        self._buffer += data
        if len(self._buffer) < self._wanted:
            return []
        whole = bytes(self._buffer)
        found, end = self._cut(whole)
        del self._buffer[:end]
        self.offset += end
        if self._error is not None and not found:
            raise self._error
        return found

    def finish(self) -> None:
        """Say that no more bytes will come. Raises `TruncatedError` if a record has begun and not ended."""
        if self._error is not None:
            raise self._error
        if self._buffer:
            problem = f"the stream ends inside a record, {len(self._buffer)} bytes after its start"
            raise TruncatedError(problem, at=self.offset, subject=self.form.name)

    def _cut(self, whole: bytes) -> tuple[list[M], int]:
        found: list[M] = []
        start = 0
        self._wanted = 1
        try:
            while start < len(whole):
                record, end = decode(self.form, whole, limits=self._limits, trailing="ignore", start=start)
                found.append(record)
                start = end
        except TruncatedError as error:
            # nothing is tried again before the bytes that are known to be missing have come
            self._wanted = len(whole) - start + max(error.needed, 1)
        except CodecError as error:
            error.at = error.at + self.offset if isinstance(error.at, int) else error.at
            self._error = error
        return found, start


class StreamEncoder(Generic[M]):
    """Encodes records one after another; belongs to one thread at a time."""

    form: ClassVar[Format]

    def encode(self, record: M) -> bytes:
        """The bytes of one record. Raises `EncodeError`."""
        if record is None:
            raise EncodeError("expected a record, got None", category="type")
        return encode(self.form, record)
