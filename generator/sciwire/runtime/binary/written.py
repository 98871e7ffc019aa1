"""What is filled in when a record has been written: counts, sizes, tags and lengths; sums when everything stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import DecodeError, EncodeError
from .bits import InWord
from .checksums import checksum
from .cursor import Reader, Writer
from .parts import Only, Sum, placeholder
from .scalars import Codec

__all__ = ["Written", "behind", "check_sum", "finish", "given"]


class Written:
    """Where the parts of a record stand that has been written, and those of its numbers that are not known yet."""

    __slots__ = ("marks", "places", "sums")

    def __init__(self, marks: dict[str, int], places: dict[str, tuple[int, int]], sums: int) -> None:
        self.marks = marks
        self.places = places
        self.sums = sums  # how many sums were put off before the record began

    def patch(self, writer: Writer, codec: Codec, at: int, value: Any) -> None:
        """Write *value* at *at*; what stands behind a number that takes more than its placeholder moves."""
        more = _patch(writer, codec, at, value)
        if not more:
            return
        for name, mark in self.marks.items():
            self.marks[name] = mark + more * (mark > at)
        for name, (first, last) in self.places.items():
            self.places[name] = (first + more * (first > at), last + more * (last > at))
        for index in range(self.sums, len(writer.deferred)):
            one, mark, first, last = writer.deferred[index]
            moved = (place + more * (place > at) for place in (mark, first, last))
            writer.deferred[index] = (one, *moved)

    def fill(self, writer: Writer, codec: InWord, path: str, told: Any, said: Any) -> None:
        """Write what a field of a word of bits tells where it was left out; EncodeError where the user *said* otherwise."""
        if said is None:
            codec.bits.fill(writer.buffer, self.marks[path.rpartition(".")[0] + "."], codec.field, told)
        elif codec.field.put(said) != codec.field.put(told):
            raise EncodeError(f"{path} says {said}, it must be {told}", category="size")


def check_sum(one: Sum, said: int, reader: Reader, places: Mapping[str, tuple[int, int]]) -> None:
    (first, _), (_, last), (at, end) = places[one.first], places[one.last], places[one.name]
    data: bytes | memoryview = reader.data[first:last]
    if first <= at < last:  # a sum that covers itself counts as zero
        data = bytes(data[: at - first]) + bytes(end - at) + bytes(data[end - first :])
    found = checksum(one.algorithm, data)
    if found != said:
        digits = 2 * (one.codec.size or 1)
        problem = f"{one.algorithm} of bytes {first} to {last} is 0x{found:0{digits}x}, stated is 0x{said:0{digits}x}"
        raise DecodeError(problem, category="checksum", at=at)


def given(scope: Mapping[str, Any], path: str) -> Any:
    """What the user's values have at *path*, None where it is left out."""
    first, *rest = path.split(".")
    found = scope.get(first)
    for name in rest:
        found = getattr(found, name, None)
    return found


def behind(tail: int | tuple[tuple[int, Only | None], ...], reader: Reader) -> int:
    """The bytes that stand behind a part: a number, or pairs of one and the condition on which they are there."""
    if isinstance(tail, int):
        return tail
    return sum(size for size, only in tail if only is None or only.holds(reader.scopes))


def finish(writer: Writer) -> None:
    """Write the sums, those of inner records first."""
    for one, at, first, last in writer.deferred:
        _patch(writer, one.codec, at, checksum(one.algorithm, memoryview(writer.buffer)[first:last]))


def _patch(writer: Writer, codec: Codec, at: int, value: Any) -> int:
    """Write *value* over its placeholder; return by how many bytes what follows has moved."""
    beside = Writer()
    codec.write(beside, value)
    held = codec.size or placeholder(codec)
    writer.buffer[at : at + held] = beside.buffer
    return len(beside.buffer) - held
