"""The prefix: a row of numbers and marks in front of the lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .tables import PipeFormat, PrefixField

__all__ = ["Prefix", "read_prefix", "starts_like", "write_prefix"]

_ENDIAN = {"big": "big", "little": "little"}


class Prefix(NamedTuple):
    """What a prefix says: the byte order, and the numbers by role with the offset of each; absent roles are absent."""

    order: str
    numbers: Mapping[str, int]
    places: Mapping[str, tuple[str, int]]

    def number(self, role: str) -> int | None:
        """The number with a role, or None."""
        return self.numbers.get(role)

    def place(self, role: str) -> tuple[str, int]:
        """Name and offset of the field with a role."""
        return self.places.get(role, ("", 0))


def starts_like(data: memoryview, table: PipeFormat) -> bool:
    """Whether *data* begin with the magic of the format, in full."""
    magic = [(at, field) for at, field in _placed(table) if field.role == "magic"]
    return bool(magic) and all(bytes(data[at : at + field.size]) == field.data for at, field in magic)


def _placed(table: PipeFormat) -> list[tuple[int, PrefixField]]:
    at, found = 0, []
    for field in table.prefix:
        found.append((at, field))
        at += field.size
    return found


def read_prefix(data: memoryview, table: PipeFormat) -> Prefix:
    """Read the prefix; the magic is looked at first, as far as there are bytes of it, then the byte order."""
    faults, order = table.faults, table.order
    for at, field in _placed(table):
        have = bytes(data[at : at + field.size])
        if field.role == "magic" and have != field.data[: len(have)]:
            wrong = next(i for i, (one, known) in enumerate(zip(have, field.data, strict=False)) if one != known)
            problem = (
                f"expected the bytes {field.data.hex(' ')}, got {have[: wrong + 1].hex(' ')}"  # any split says the same
            )
            raise faults.make("magic", problem, path=field.name, at=at)
    if len(data) < table.prefix_size:
        problem = f"the stream ends inside the {table.prefix_size} bytes in front of its definitions"
        raise faults.make("cut", problem, path="prefix", at=0, needed=table.prefix_size - len(data))
    for at, field in _placed(table):
        if field.role == "byte_order":
            mark = bytes(data[at : at + field.size])
            order = next((word for word, known in field.orders if known == mark), "")
            if not order:
                known = " or ".join(f"{one.hex(' ')} ({word}-endian)" for word, one in field.orders)
                problem = f"expected {known}, got {mark.hex(' ')}"
                raise faults.make("byte_order", problem, path=field.name, at=at)
    numbers: dict[str, int] = {}
    for at, field in _placed(table):
        if field.role not in ("magic", "byte_order"):
            numbers[field.role] = _number(data, at, field, order, table)
    return Prefix(order, numbers, {field.role: (field.name, at) for at, field in _placed(table)})


def _number(data: memoryview, at: int, field: PrefixField, order: str, table: PipeFormat) -> int:
    number = int.from_bytes(data[at : at + field.size], "big" if order == "big" else "little")
    if field.role in ("version", "constant") and number != field.value:
        problem = f"expected {field.value}, got {number}"
        raise table.faults.make(field.role, problem, path=field.name, at=at)
    return number


def write_prefix(table: PipeFormat, numbers: Mapping[str, int]) -> bytes:
    """The prefix with these numbers by role; one without a number has its constant."""
    parts = []
    for field in table.prefix:
        if field.role == "magic":
            parts.append(field.data)
        elif field.role == "byte_order":
            parts.append(next(mark for word, mark in field.orders if word == table.order))
        else:
            number = numbers.get(field.role, field.value)
            if number >= 1 << 8 * field.size:
                problem = f"{number} does not fit the {field.size} bytes of {field.name}"
                raise table.faults.make("write_limit", problem, path=field.name)
            parts.append(number.to_bytes(field.size, "big" if table.order == "big" else "little"))
    return b"".join(parts)
