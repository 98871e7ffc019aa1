"""Messages as canonical values and back: ``{"kind", part name: its fields, "missing"}``.

Sizes and digests are left out: they follow from the other parts, and two writers need not agree on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sciwire.runtime.errors import DecodeError, about
from sciwire.runtime.messages.plain import plain_pairs, plain_table
from sciwire.runtime.value import Value

from .decoding import read_record
from .form import ArrayPart, Format, JsonPart, MessageOf
from .packed import PackedArray

__all__ = ["from_plain", "to_plain"]


def to_plain(form: Format, value: Any) -> dict[str, Any]:
    """The canonical value of the message *value*."""
    from sciwire.runtime import plain

    found = form.message_of(value)
    if found is None:
        raise DecodeError(f"a {type(value).__name__} is no message of {form.name}", category="type")
    result: dict[str, Any] = {"kind": found.name}
    derived = _derived(found)
    for part in found.parts:
        one = getattr(value, part.name)
        if one is None:
            continue
        if isinstance(part, JsonPart):
            names = getattr(type(one), "PLAIN_NAMES", {})
            hidden = {names.get(name, name) for name in derived.get(part.label, ())}
            result[part.label] = plain_table([(key, item) for key, item in plain_pairs(one) if key not in hidden])
        else:
            result[part.label] = plain.to_plain(one.open() if isinstance(one, PackedArray) else one)
    if value.missing:
        result["missing"] = sorted(value.missing)
    return result


def _derived(message: MessageOf) -> dict[str, set[str]]:
    """The names of sizes and digests, by part."""
    result: dict[str, set[str]] = {}
    for part in message.parts:
        if isinstance(part, JsonPart):
            result.setdefault(part.label, set()).update(one.field for one in part.checksums)
        elif isinstance(part, ArrayPart) and part.size:
            result.setdefault(part.info, set()).add(part.size)
    return result


def _asking_less(part: JsonPart, derived: set[str]) -> JsonPart:
    """*part*, in which what is *derived* may be absent though a decoder of bytes misses it: the encoder will know it."""
    fields = part.record.fields()
    if not any(one.required and one.name in derived for one in fields):
        return part
    lenient = tuple(_changed(one, required=False) if one.name in derived else one for one in fields)
    changed: JsonPart = _changed(part, record=_changed(part.record, fields=lambda: lenient))
    return changed


def _changed(one: Value, **what: Any) -> Any:
    return type(one)(**{name: getattr(one, name) for name in one.FIELDS} | what)


def from_plain(form: Format, obj: Any) -> Any:
    """The message of a canonical value. Raises `DecodeError` where it is none."""
    from sciwire.runtime import plain

    with about(form.name):
        value = plain.from_plain(obj)
        if not isinstance(value, Mapping):
            raise DecodeError(f"expected a map, got {type(value).__name__}", category="type")
        entries = dict(value)
        kind = entries.pop("kind", None)
        found = next((one for one in form.messages if one.name == kind), None)
        if found is None:
            known = ", ".join(one.name for one in form.messages)
            raise DecodeError(f"expected 'kind' to be one of {known}, got {kind!r}", category="constraint", path="kind")
        missing = entries.pop("missing", [])
        if not isinstance(missing, list) or any(type(one) is not int or one < 1 for one in missing):
            raise DecodeError("expected the numbers of parts, from 1", category="type", path="missing")
        values: dict[str, Any] = {}
        derived = _derived(found)
        for part in found.parts:
            one = entries.pop(part.label, None)
            if isinstance(part, JsonPart) and one is not None:
                if not isinstance(one, Mapping):
                    raise DecodeError(f"expected a map, got {type(one).__name__}", category="type", path=part.label)
                one = read_record(_asking_less(part, derived.get(part.label, set())), dict(one), form, form.limits)
            values[part.name] = one
        if entries:
            raise DecodeError(f"there is no part {next(iter(entries))!r}", category="constraint", path=next(iter(entries)))  # fmt: skip
        message = found.cls(**values)
        message.missing = frozenset(missing)
    return message
