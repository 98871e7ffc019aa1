"""The header of a stream: prefix, definitions, header data; bytes to a `Heading`, and back.

Every size is compared with what the definitions give and with the bytes that are there before it is used.
A header that is not complete is the format's error of truncation, whose `needed` is how many bytes are
missing for the next step, never more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from ..limits import Limits
from .fields import Definition, HeaderField
from .lines import read_line, write_line
from .prefix import Prefix, read_prefix, write_prefix
from .tables import PipeFormat

__all__ = ["Heading", "read_heading", "write_heading"]

_DTYPE_MOST = 2**31 - 1  # numpy keeps the size of an item in a C int


class Heading(NamedTuple):
    """What a header says.

    `lines` are (start, stop) of every line; `data_at` the offsets of the header's fields; `size` the bytes of the
    whole header; `declared` the number of packets, None where it is not said.
    """

    order: str
    header: tuple[HeaderField, ...]
    fields: tuple[Definition, ...]
    lines: tuple[tuple[int, int], ...]
    data_at: tuple[int, ...]
    size: int
    declared: int | None


class _Line(NamedTuple):
    start: int
    stop: int
    text: str


def read_heading(data: memoryview, table: PipeFormat, limits: Limits) -> Heading:
    """Read the header at the beginning of *data*; arrays are read-only views of them."""
    prefix = read_prefix(data, table)
    _check_counts(prefix, table, limits)
    groups, end = _lines(data, prefix, table, limits)
    read: list[list[Definition]] = []
    for word, group in zip(("header", "fields"), groups, strict=True):
        read.append([read_line(table, one.text, f"{word}[{i}]", one.start) for i, one in enumerate(group)])
    header, fields = read
    _refuse_twins(table, fields, groups[1])
    header_size = sum(one.size for one in header)
    _check_length(table, prefix, "header_length", header_size)
    packet_size = sum(one.size for one in fields)
    _check_length(table, prefix, "packet_length", packet_size)
    _check_packet(table, limits, packet_size, prefix)
    begin = _pad(data, end, table)
    _need(data, begin, header_size, table, limits, "header")
    size = _pad(data, begin + header_size, table)
    places = _running(begin, header)
    values = _values(data, header, places, prefix.order)
    spans = tuple((one.start, one.stop) for group in groups for one in group)
    return Heading(prefix.order, values, tuple(fields), spans, tuple(places), size, _declared(prefix, table))


def _check_counts(prefix: Prefix, table: PipeFormat, limits: Limits) -> None:
    for role in ("header_fields", "packet_fields"):
        count = prefix.number(role) or 0
        if count > limits.datasets:
            name, at = prefix.place(role)
            problem = f"{count} definitions, the limit datasets is {limits.datasets}"
            raise table.faults.make("header_limit", problem, path=name, at=at)
    length = prefix.number("text_length")
    if length is None:
        return
    name, at = prefix.place("text_length")
    bound = min(table.bounds.header, limits.total_bytes)
    if length > bound:
        raise table.faults.make("header_limit", f"{length} bytes of text, at most {bound}", path=name, at=at)
    lines = sum(prefix.number(role) or 0 for role in ("header_fields", "packet_fields"))
    if lines * (len(table.lines.end) + 2) > length:
        problem = f"{lines} lines do not fit {length} bytes of text"
        raise table.faults.make("line_count", problem, path=name, at=at)


def _lines(
    data: memoryview, prefix: Prefix, table: PipeFormat, limits: Limits
) -> tuple[tuple[list[_Line], list[_Line]], int]:
    """The lines of the header's fields, those of the packets' fields, and where the text ends."""
    start, length = table.prefix_size, prefix.number("text_length")
    divider, counts = table.lines.divider, [prefix.number("header_fields"), prefix.number("packet_fields")]
    if length is not None:
        _need(data, start, length, table, limits, "definitions")
        text = bytes(data[start : start + length])
        _check_lines(text, start, counts, table, limits)
        found = _split(text, start, table)
    else:
        found = _found(data, start, counts, table, limits)
    if divider:
        groups, rest = _divided(found, divider)
    else:
        first = counts[0] or 0
        groups, rest = (found[:first], found[first:]), []
    told = [len(group) if count is None else count for group, count in zip(groups, counts, strict=True)]
    if rest or told != [len(group) for group in groups]:
        problem = f"expected {told[0]} and {told[1]} definitions, got {len(groups[0])} and {len(groups[1])} lines"
        raise table.faults.make("line_count", problem, path="definitions", at=start)
    return groups, (found[-1].stop if found else start) if length is None else start + length


def _check_lines(text: bytes, start: int, counts: Sequence[int | None], table: PipeFormat, limits: Limits) -> None:
    """Are there as many lines as the prefix counts? Asked before anything is made of them."""
    end, known = table.lines.end.encode("latin-1"), [count for count in counts if count is not None]
    there = text.count(end) + (bool(text) and not text.endswith(end))  # the last one may lack its end
    if not table.lines.divider and there != sum(known):
        problem = f"expected {' and '.join(map(str, known))} definitions, got {there} lines"
        raise table.faults.make("line_count", problem, path="definitions", at=start)
    if there > 2 * limits.datasets + 2:
        problem = f"{there} lines, the limit datasets is {limits.datasets}"
        raise table.faults.make("header_limit", problem, path="definitions", at=start)


def _split(text: bytes, start: int, table: PipeFormat) -> list[_Line]:
    end = table.lines.end.encode("latin-1")
    if text and not text.endswith(end):
        last = text.rfind(end) + len(end) if end in text else 0
        raise table.faults.make("line_end", "the last line has no end", path="definitions", at=start + last)
    lines, at = [], start
    for one in text.split(end)[:-1]:
        lines.append(_Line(at, at + len(one) + len(end), one.decode("latin-1")))
        at += len(one) + len(end)
    return lines


def _found(
    data: memoryview, start: int, counts: Sequence[int | None], table: PipeFormat, limits: Limits
) -> list[_Line]:
    """The lines where no length of the text is said: as many as are counted, or up to the second divider."""
    end, divider = table.lines.end.encode("latin-1"), table.lines.divider
    bound = min(table.bounds.header, limits.total_bytes)
    text, lines, at, dividers = bytes(data[start : start + bound]), list[_Line](), 0, 0
    most = None if divider else sum(count or 0 for count in counts)
    while dividers < 2 if most is None else len(lines) < most:
        stop = text.find(end, at)
        if (stop < 0 and len(text) == bound) or len(lines) > limits.datasets:
            raise table.faults.make("header_limit", f"more than {bound} bytes of text", path="definitions", at=start)
        if stop < 0:
            problem = "the stream ends inside its definitions"
            raise table.faults.make("cut", problem, path="definitions", at=start)
        lines.append(_Line(start + at, start + stop + len(end), text[at:stop].decode("latin-1")))
        dividers += bool(divider) and lines[-1].text == divider
        at = stop + len(end)
    return lines


def _divided(lines: list[_Line], divider: str) -> tuple[tuple[list[_Line], list[_Line]], list[_Line]]:
    marks = [index for index, line in enumerate(lines) if line.text == divider]
    first = marks[0] if marks else len(lines)
    second = marks[1] if len(marks) > 1 else len(lines)
    return (lines[:first], lines[first + 1 : second]), lines[second + 1 :]


def _refuse_twins(table: PipeFormat, fields: list[Definition], lines: list[_Line]) -> None:
    seen: set[str] = set()
    for index, (one, line) in enumerate(zip(fields, lines, strict=True)):
        if one.name in seen:
            problem = f"a second packet field is called {one.name!r}"
            raise table.faults.make("duplicate", problem, path=f"fields[{index}]", at=line.start)
        seen.add(one.name)


def _check_length(table: PipeFormat, prefix: Prefix, role: str, size: int) -> None:
    told = prefix.number(role)
    if told is not None and told != size:
        name, at = prefix.place(role)
        raise table.faults.make(role, f"the definitions give {size} bytes, not {told}", path=name, at=at)


def _check_packet(table: PipeFormat, limits: Limits, size: int, prefix: Prefix) -> None:
    bound = min(_DTYPE_MOST, limits.total_bytes)
    if size > bound:
        name, at = prefix.place("packet_length")
        raise table.faults.make("header_limit", f"packets of {size} bytes, at most {bound}", path=name, at=at)


def _need(data: memoryview, start: int, length: int, table: PipeFormat, limits: Limits, path: str) -> None:
    bound = min(table.bounds.header, limits.total_bytes)
    if start + length > bound:
        raise table.faults.make(
            "header_limit", f"a header of {start + length} bytes, at most {bound}", path=path, at=start
        )
    if len(data) < start + length:
        problem = f"expected {length} bytes, the stream ends after {max(len(data) - start, 0)}"
        raise table.faults.make("cut", problem, path=path, at=start, needed=start + length - len(data))


def _pad(data: memoryview, at: int, table: PipeFormat) -> int:
    """The place behind the pad that begins at *at*; its bytes are 0."""
    end = table.padded(at)
    for place in range(at, min(end, len(data))):
        if data[place]:
            raise table.faults.make("padding", f"a pad byte is {data[place]}, not 0", path="padding", at=place)
    if len(data) < end:
        problem = "the stream ends inside a pad"
        raise table.faults.make("cut", problem, path="padding", at=at, needed=end - len(data))
    return end


def _running(begin: int, header: Iterable[Definition]) -> list[int]:
    places = []
    for one in header:
        places.append(begin)
        begin += one.size
    return places


def _values(
    data: memoryview, header: Sequence[Definition], places: Sequence[int], order: str
) -> tuple[HeaderField, ...]:
    found, seen = [], dict[str, int]()
    for one, at in zip(header, places, strict=True):
        index = seen[one.name] = seen.get(one.name, -1) + 1
        dtype = one.dtype(order)
        array = np.frombuffer(data, dtype, one.size // dtype.itemsize, at).reshape(one.shape)
        array.flags.writeable = False
        found.append(HeaderField(one, array, index))
    return tuple(found)


def _declared(prefix: Prefix, table: PipeFormat) -> int | None:
    number = prefix.number("packets")
    unknown = next((field.value for field in table.prefix if field.role == "packets"), None)
    return None if number == unknown else number


def write_heading(table: PipeFormat, header: Sequence[HeaderField], fields: Sequence[Definition]) -> bytes:
    """The header in the byte order that is written; the number of packets stays unknown."""
    lines = table.lines
    divider = lines.divider + lines.end if lines.divider else ""
    groups = (header_one.definition for header_one in header), iter(fields)
    text = "".join("".join(write_line(table, one) for one in group) + divider for group in groups).encode("latin-1")
    data = b"".join(_bytes(one, table.order) for one in header)
    numbers = {
        "header_fields": len(header),
        "packet_fields": len(fields),
        "text_length": len(text),
        "header_length": len(data),
        "packet_length": sum(one.size for one in fields),
    }
    made = write_prefix(table, numbers) + text
    made += bytes(table.padded(len(made)) - len(made)) + data
    made += bytes(table.padded(len(made)) - len(made))
    if len(made) > table.bounds.header:
        raise table.faults.make("write_limit", f"a header of {len(made)} bytes, at most {table.bounds.header}")
    return made


def _bytes(one: HeaderField, order: str) -> bytes:
    """The values as they are written; as unsigned integers, so that no bit of a float changes."""
    wanted = one.definition.dtype(order)
    array = np.ascontiguousarray(one.data)
    if array.dtype == wanted:
        return array.tobytes()
    size = array.dtype.itemsize
    raw = array.view(f"{array.dtype.str[0]}u{size}")
    return raw.astype(f"{wanted.str[0]}u{size}").tobytes()
