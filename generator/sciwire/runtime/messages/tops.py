"""What a message is at its top, inside its prefix: a map of entries, or an array whose items stand for them."""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

from sciwire.runtime import cbor
from sciwire.runtime.errors import CodecError, DecodeError
from sciwire.runtime.values import Tagged

from .context import Reading
from .fault import Fault, join_steps, map_offset
from .form import Format
from .records import RecordOf, keys_fit
from .scalars import kind_of

__all__ = ["HEADS", "TOPS", "begins_as_array", "check_count", "entries_before_damage", "top_entries"]

#: the first bytes of maps and of arrays
HEADS: Final = {"map": range(0xA0, 0xC0), "array": range(0x80, 0xA0)}
TOPS: Final = {"map": "a map", "array": "an array"}
_SALVAGED = 2000  # entries that are kept of a damaged message, which may have been made to cost time
_SELF_DESCRIBED: Final = 55799
_SNIFFED: Final = 1000  # items looked at
_WORDS: Final = ("unsigned", "negative", "text")  # kinds of spans that can be a word of the discriminator
_FEW: Final = 3  # tags in front of a message


def top_entries(form: Format, value: Any, base: memoryview, start: int = 0) -> dict[Any, Any]:
    """The entries of the message inside its prefix. DecodeError where it is no map, or no array."""
    prefix = form.prefix
    tagged = prefix is not None and isinstance(value, Tagged) and value.number == prefix.tag
    if prefix is not None and not tagged and prefix.read == "required":
        raise DecodeError(
            f"expected tag {prefix.tag} in front of the message", category="framing", at=start, rule=prefix.rule
        )
    if prefix is not None and tagged and prefix.read == "forbidden":
        raise DecodeError(f"tag {prefix.tag} in front of the message", category="framing", at=start, rule=prefix.rule)
    inner = value.value if tagged else value
    kind, rule = form.keys
    if form.layout == "array":
        if isinstance(inner, list):
            return _by_key(form, inner)
        rule = form.tolerance.rules.get("wrong_type", "")
    elif isinstance(inner, cbor.Pairs) or (isinstance(inner, dict) and not keys_fit(inner, kind)):
        words = {"text": "text", "integer": "an integer", "any": "text or an integer"}[kind]
        at = _odd_key(base, map_offset(base, start), kind)
        raise DecodeError(f"expected every key to be {words}", category="type", at=at, rule=rule)
    elif isinstance(inner, dict):
        return inner
    at = cbor.locate(base, (), start, tags=1) if tagged else start
    raise DecodeError(f"expected {TOPS[form.layout]}, got {kind_of(inner)}", category="type", at=at, rule=rule)


def check_count(form: Format, kind: Any, entries: dict[Any, Any]) -> None:
    """Raise Fault for an array that has more items than the message *kind*, where these are not kept."""
    most = len(form.positions[kind])
    if len(entries) > most and form.tolerance.unknown == "error":
        problem = f"expected an array of at most {most}, got an array of {len(entries)}"
        raise Fault(problem, "constraint", form.tolerance.rules.get("unknown", ""))


def entries_before_damage(form: Format, reading: Reading) -> dict[Any, Any]:
    """The entries of a message that can be read up to where it is damaged."""
    base, kind = reading.base, form.keys[0]
    head = cbor.read_head(base, reading.start)
    for _ in range(reading.limits.depth):  # tags behind more of them are the damage
        if head.major == 6:
            head = cbor.read_head(base, head.body)
    array = form.layout == "array"
    entries: dict[Any, Any] = {}
    items: list[Any] = []
    position, left = head.body, head.argument if head.major == (4 if array else 5) else 0
    try:
        for _ in range(_SALVAGED if left is None else min(left, _SALVAGED)):
            if array:
                item, position, *_ = cbor.decode(base, limits=reading.limits, start=position)
                items.append(item)
                continue
            key, position, *_ = cbor.decode(base, limits=reading.limits, start=position)
            value, position, *_ = cbor.decode(base, limits=reading.limits, start=position)
            if keys_fit((key,), kind):  # of another kind it is the damage, or among it
                entries[key] = value
    except (CodecError, TypeError):
        pass
    return _by_key(form, items) if array else entries


def _by_key(form: Format, items: list[Any]) -> dict[Any, Any]:
    """*items* under the keys of the fields that they belong to; under their index where they belong to none."""
    at = form.discriminator
    kind = items[at] if isinstance(at, int) and at < len(items) else None
    try:
        keys = tuple(form.positions.get(kind, ()))
    except TypeError:  # a list, which is told as no word of the discriminator
        keys = ()
    return {keys[index] if index < len(keys) else index: item for index, item in enumerate(items)}


def _odd_key(base: memoryview, start: int, kind: str) -> int:
    """The offset of the first key of the map at *start* that is not of its *kind*."""
    majors = {"text": (3,), "integer": (0, 1), "any": (0, 1, 3)}[kind]
    position = cbor.read_head(base, start).body
    while cbor.read_head(base, position).major in majors:
        position = cbor.skip(base, cbor.skip(base, position))
    return position


def begins_as_array(form: Format, view: memoryview, start: int) -> bool:
    """Whether what stands at *start* is an array in which the discriminator says a known word.

    Where there is no discriminator it is an array of as many items as the message has. Raises CodecError.
    """
    head = cbor.read_head(view, start)
    tags = []
    for _ in range(_FEW):
        if head.major == 6:
            tags += [] if head.argument == _SELF_DESCRIBED else [head.argument]
            head = cbor.read_head(view, head.body)
    prefix = form.prefix
    own = [] if prefix is None or prefix.read == "forbidden" else [prefix.tag]
    if head.major != 4 or (tags != own and (tags or (prefix is not None and prefix.read == "required"))):
        return False
    if not isinstance(form.discriminator, int):
        return _is_long_enough(form, form.records[None], head.argument)
    path = join_steps([form.discriminator])
    for span in islice(cbor.walk(view, start, tag=None if prefix is None else prefix.tag), _SNIFFED):
        if span.path == path:
            return span.kind in _WORDS and cbor.decode(view, start=span.start).value in form.records
    return False


def _is_long_enough(form: Format, record: RecordOf[Any], count: int | None) -> bool:
    """Whether an array of *count* items, None for one that ends somewhere, can be the message *record*."""
    if count is None:
        return True
    needed = [index for index, field in enumerate(record.fields(), 1) if field.required]
    least = needed[-1] if needed and form.tolerance.missing == "error" else 0
    return least <= count and (form.tolerance.unknown == "keep" or count <= len(record.keys))
