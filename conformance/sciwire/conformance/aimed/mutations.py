"""What is made wrong in a message, found through the spans that the format's module gives, and through its model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..vectors import Vector
from ..volume.source import Source

if TYPE_CHECKING:
    from sciwire.model import Spec

__all__ = ["Mutation", "Spot", "mutations"]

Data = bytes | tuple[bytes, ...]

_FLIPS = 6  # bits of a message, wherever they are
_SPOTS = 24  # of one kind: a long message has many alike
_KEEPS_TAIL = frozenset({"cbor", "struct"})  # families whose messages say where they end


@dataclass(frozen=True, slots=True)
class Mutation:
    """A message that is no longer what it was: `expect` is ``refuse`` or ``either``."""

    name: str
    data: Data
    expect: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A run of bytes of a message with its meaning."""

    start: int
    stop: int
    path: str
    kind: str


def mutations(spec: Spec, vector: Vector, seed: int) -> Iterator[Mutation]:
    """Every mutation of the bytes of a valid vector, aimed ones first; the same for the same seed."""
    if not isinstance(vector.data, bytes):
        yield from _of_parts(spec, vector.data, Source.of("aimed", seed, vector.id))
        return
    data = vector.data
    aim = import_module(f"{__package__}.aims").AIMS.get(_carrier(spec), _no_aims)
    for spot in _thinned(spots(vector)):
        for name, new, expect in aim(spec, data, spot):
            changed = data[: spot.start] + new + data[spot.stop :]
            if changed != data:
                yield Mutation(f"{spot.path or 'the message'}: {name}", changed, expect)
    yield from _ends(spec, data)
    yield from _flips(data, Source.of("aimed", seed, vector.id))


def spots(vector: Vector) -> list[Spot]:
    """The spans of the valid message, from our own module; none where it has none to give."""
    try:
        module: Any = import_module(f"sciwire.formats.{vector.format}")
        return [Spot(one.start, one.stop, one.path, one.kind) for one in module.spans(vector.data)]
    except (ImportError, AttributeError):
        return []


def _no_aims(spec: Spec, data: bytes, spot: Spot) -> Iterator[tuple[str, bytes, str]]:
    """A family of which nothing is known but that it has ends and bits."""
    return iter(())


def _carrier(spec: Spec) -> str:
    from sciwire.model.families.packets_text import TextPacketsBody

    return "packets-text" if isinstance(spec.body, TextPacketsBody) else spec.family


def _thinned(found: Sequence[Spot]) -> list[Spot]:
    """Not more than some of each kind, the first and the last among them."""
    chosen: list[Spot] = []
    for kind in dict.fromkeys(one.kind for one in found):
        alike = [one for one in found if one.kind == kind]
        step = max(1, -(-len(alike) // _SPOTS))
        chosen += alike[::step] if alike[-1] in alike[::step] else [*alike[::step], alike[-1]]
    return chosen


def _ends(spec: Spec, data: bytes) -> Iterator[Mutation]:
    closed = spec.family in _KEEPS_TAIL and not _runs_to_the_end(spec)
    sure = "refuse" if closed and _ends_itself(spec) else "either"
    cut = "refuse" if closed else "either"
    if len(data) > 1:
        yield Mutation("the last byte is missing", data[:-1], cut)
        yield Mutation("the second half is missing", data[: len(data) // 2], cut)
    yield Mutation("a byte of nought behind the end", data + b"\0", sure)
    yield Mutation("the message twice", data + data, sure)
    yield Mutation("nothing at all", b"", "either")


def _ends_itself(spec: Spec) -> bool:
    """Whether bytes behind a message are a fault."""
    trailing = getattr(spec.body, "trailing", None) or getattr(getattr(spec.body, "tolerance", None), "trailing", "")
    return trailing in ("error", "refuse")


def _runs_to_the_end(spec: Spec) -> bool:
    """Whether the last bytes are bytes or numbers of which nothing says how many there are."""
    from sciwire.model.families.struct import Extent, StructBody
    from sciwire.model.types import Named

    if not isinstance(spec.body, StructBody):
        return False
    name, seen = spec.body.root, set[str]()
    while name in spec.body.structs and name not in seen:
        seen.add(name)
        record = spec.body.structs[name]
        if record.length is not None or not record.fields:
            return False
        last = record.fields[-1]
        kind = last.type if isinstance(last.type, Named) else None
        if last.size == Extent() or (last.count == Extent() and kind is None):
            return True
        name = kind.name if kind is not None else ""
    return False


def _flips(data: bytes, source: Source) -> Iterator[Mutation]:
    for _ in range(_FLIPS if data else 0):
        at, bit = source.below(len(data)), source.below(8)
        changed = bytearray(data)
        changed[at] ^= 1 << bit
        yield Mutation(f"bit {bit} of byte {at}", bytes(changed), "either")
    if len(data) > 8:
        start, length = source.below(len(data) - 4), source.between(1, 4)
        yield Mutation(f"bytes {start} to {start + length} twice", data[: start + length] + data[start:], "either")


def _of_parts(spec: Spec, parts: Sequence[bytes], source: Source) -> Iterator[Mutation]:
    """Messages of several parts, and arrays in blobs: one part fewer, more, shorter, longer; one bit of one."""
    grid = spec.family == "grid"
    for index, part in enumerate(parts[:_SPOTS]):
        before, behind = tuple(parts[:index]), tuple(parts[index + 1 :])
        yield Mutation(f"part {index} is missing", (*before, *behind), "refuse" if grid else "either")
        yield Mutation(f"part {index} twice", (*before, part, part, *behind), "refuse" if grid else "either")
        at, bit = source.below(max(1, len(part))), source.below(8)
        changes = {
            "a byte of nought behind it": part + b"\0",
            "its last byte is missing": part[:-1],
            f"bit {bit} of byte {at}": part[:at] + bytes(one ^ 1 << bit for one in part[at : at + 1]) + part[at + 1 :],
        }
        for name, new in changes.items():
            sized = grid and len(new) != len(part)
            broken = index == 0 and not grid and not _is_json(new)  # the first part says what the message is
            if new != part:
                expect = "refuse" if sized or broken else "either"
                yield Mutation(f"part {index}: {name}", (*before, new, *behind), expect)
    yield Mutation("no part at all", (), "either")


def _is_json(part: bytes) -> bool:
    import json

    try:
        json.loads(part)
    except ValueError:
        return False
    return True
