"""The form of a CBOR message: shortest heads, definite lengths, floats of 64 bits, keys in order, the compression asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..vectors import Vector

__all__ = ["look"]

_SELF_DESCRIBED = b"\xd9\xd9\xf7"
_COMPRESSED, _ARRAY, _DATE = 56500, 40, 0
_BLOCK = 8192
_FLOATS = {25: 16, 26: 32}
#: Rules by what they are about.
_RULES = {
    "simplon": {"short": "SV2-010", "definite": "SV2-012", "float": "SV2-011", "map": "SV2-005"},
    "lclstreamer": {"short": "LCL-004", "definite": "LCL-004", "float": "LCL-004", "map": "LCL-004"},
}


class _CutError(ValueError):
    """The bytes are no CBOR: that they can't be read other checks say."""


@dataclass(slots=True)
class _Item:
    """An item: where its head stands, its major type, its number (or simple value), and what it encloses."""

    at: int
    major: int
    number: int
    inner: list[_Item]
    content: bytes = b""

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace") if self.major == 3 else ""


class _Walk:
    """Reads items and keeps what is wrong with their heads."""

    def __init__(self, data: bytes, rules: dict[str, str]) -> None:
        self.data, self.at, self.rules = data, 0, rules
        self.wrong: list[str] = []

    def item(self, depth: int = 0) -> _Item:
        if self.at >= len(self.data) or depth > 200:
            raise _CutError
        at, head = self.at, self.data[self.at]
        major, said = head >> 5, head & 31
        width = {24: 1, 25: 2, 26: 4, 27: 8}.get(said, 0)
        number = int.from_bytes(self.data[at + 1 : at + 1 + width], "big") if width else said
        self.at += 1 + width
        if said == 31:
            self.wrong.append(
                f"{self.rules['definite']}: expected a definite length at byte {at}, got an indefinite one"
            )
            raise _CutError
        self._heads(at, major, said, width, number)
        found = _Item(at, major, number, [])
        if major in (2, 3):
            found.content = self.data[self.at : self.at + number]
            self.at += number
        elif major == 6:
            found.inner = [self.item(depth + 1)]
        elif major in (4, 5):
            found.inner = [self.item(depth + 1) for _ in range(number * (major - 3))]
        return found

    def _heads(self, at: int, major: int, said: int, width: int, number: int) -> None:
        if major == 7:
            if said in _FLOATS:
                self.wrong.append(
                    f"{self.rules['float']}: expected floats of 64 bits, got one of {_FLOATS[said]} at byte {at}"
                )
        elif width and number < (24 if width == 1 else 1 << 4 * width):
            self.wrong.append(f"{self.rules['short']}: expected the shortest head for {number} at byte {at}, got {1 + width} bytes")  # fmt: skip


def look(data: bytes, vector: Vector) -> Iterator[str]:
    """What is not in its form, the rule in front."""
    start = 0
    if vector.format == "simplon":
        if not data.startswith(_SELF_DESCRIBED):
            yield f"SV2-002: expected the message to begin with d9 d9 f7, got {data[:3].hex(' ')}"
        start = 3 if data.startswith(_SELF_DESCRIBED) else 0
    elif data[:1] in (b"c", b"m"):
        start = 1
    walk = _Walk(data, _RULES[vector.format])
    walk.at = start
    try:
        top = walk.item()
    except _CutError:
        yield from walk.wrong
        return
    yield from walk.wrong
    if vector.format == "simplon" and top.major == 5:
        yield from _message(top, vector)


def _message(top: _Item, vector: Vector) -> Iterator[str]:
    keys = [key.text for key in top.inner[::2]]
    if keys[:1] != ["type"]:
        yield f"SV2-007: expected the key type first, got {keys[:1]}"
    known = [key for key in keys if key in _known(vector)]  # where others stand no rule says
    wanted = [key for key in _known(vector) if key in known]
    if known != wanted:
        wrong = next(pair for pair in zip(wanted, known, strict=True) if pair[0] != pair[1])
        yield f"SV2-009: expected the key {wrong[0]!r}, got {wrong[1]!r}: keys out of order"
    values = dict(zip(keys, top.inner[1::2], strict=True))
    for key in ("arm_date", "series_date"):
        wire = vector.value.get(key)
        if key in values and isinstance(wire, dict) and "$date" in wire and (values[key].major, values[key].number) != (6, _DATE):  # fmt: skip
            yield f"SV2-013: expected {key} under tag 0"
    yield from _arrays(values, vector)


def _arrays(values: dict[str, _Item], vector: Vector) -> Iterator[str]:
    asked = vector.encode_options.get("compression", "bslz4")
    raw = '"$tag"' in repr(vector.value).replace("'", '"')  # kept as it came, compressed or not
    for name, item in values.items():
        if name == "user_data":
            continue
        if any(one.major == 6 and one.number == 1040 for one in _all(item)) and not raw:
            yield f"SV2-054: expected arrays under tag 40, got tag 1040 in {name}"
        for typed in (one for one in _all(item) if one.major == 6 and 64 <= one.number < 88 and not raw):
            packed = typed.inner[0]
            if packed.major == 6 and packed.number == _COMPRESSED:
                yield from _packed(packed, name, asked, _size(typed.number))
    channels = vector.value.get("data")
    if asked == "none" or "data" not in values or not isinstance(channels, dict) or vector.value.get("type") != "image":
        return
    written = {key.text: one for key, one in zip(values["data"].inner[::2], values["data"].inner[1::2], strict=False)}
    for channel, value in channels.items():
        array = value.get("$nd") if isinstance(value, dict) else None
        if array and array["data"] and not any(one.number == _COMPRESSED for one in _all(written.get(channel))):
            yield f"SV2-068: expected data.{channel} compressed as {asked}, got it as it is"


def _packed(packed: _Item, name: str, asked: str, expected: int) -> Iterator[str]:
    parts = packed.inner[0].inner
    if len(parts) != 3:
        return
    algorithm, size, payload = parts[0].text, parts[1].number, parts[2].content
    if algorithm != asked:
        yield f"SV2-070: expected {name} as {asked} was asked for, got {algorithm}"
    block = int.from_bytes(payload[8:12], "big")
    total = int.from_bytes(payload[:8], "big")
    if block != _BLOCK and algorithm in ("bslz4", "lz4") and total:
        yield f"SV2-080: expected blocks of {_BLOCK} bytes in {name}, got {block}"
    if size != expected and algorithm == "bslz4":
        yield f"SV2-080: expected the element size of the array, {expected}, in {name}, got {size}"


def _size(tag: int) -> int:
    """Bytes of an element of a typed array (RFC 8746 section 2.1)."""
    return 1 << (tag >> 4 & 1) + (tag & 3)


@cache
def _fields() -> dict[str, tuple[str, ...]]:
    """The keys of each message in the order of the specification."""
    from sciwire.model import specs_dir

    from ..strategies import load_specs

    body: Any = load_specs(specs_dir(), "simplon")[-1].body
    return {one.name: tuple(field.key for field in one.record.fields) for one in body.messages}


def _known(vector: Vector) -> tuple[str, ...]:
    return ("type", *_fields().get(vector.value.get("type"), ()))


def _all(item: _Item | None) -> Iterator[_Item]:
    waiting: list[Any] = [item] if item is not None else []
    while waiting:
        one = waiting.pop()
        yield one
        waiting += one.inner
