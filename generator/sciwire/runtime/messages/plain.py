"""Messages as canonical values and back: the names are the specification's, None is left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sciwire.runtime.arrays import CompressedArray
from sciwire.runtime.errors import CodecError, DecodeError, about
from sciwire.runtime.limits import DEFAULT_LIMITS
from sciwire.runtime.record import Record

from .context import Reading
from .entries import MapReader
from .fault import Fault
from .records import surplus

if TYPE_CHECKING:
    from .form import Format

__all__ = ["from_plain", "plain_pairs", "plain_table", "to_plain"]

_HIDDEN = ("extra", "raw", "problems")


def to_plain(form: Format, message: Any) -> dict[str, Any]:
    """The canonical value of *message*; compressed arrays are opened."""
    kind = next((kind for kind, record in form.records.items() if type(message) is record.cls), None)
    head: list[tuple[Any, Any]] = [] if form.discriminator is None else [(str(form.discriminator), kind)]
    head += [] if form.prefix_bytes is None else [("prefix", message.prefix)]
    return plain_table([*head, *plain_pairs(message)])


def plain_pairs(record: Any) -> list[tuple[Any, Any]]:
    """The fields of *record* by their names in canonical values, then its unknown keys."""
    hidden = (*_HIDDEN, *getattr(type(record), "HIDDEN", ()))
    values = [(name, getattr(record, name)) for name in record.__fields__ if name not in hidden]
    named = [(_key(record, name), _value(value)) for name, value in values if value is not None]
    return [*named, *((key, _value(item)) for key, item in record.extra.items())]


def plain_table(pairs: list[tuple[Any, Any]]) -> dict[str, Any]:
    """The pairs as an object where every key is text that can stand there, else as a tagged list."""
    if all(isinstance(key, str) and not key.startswith("$") for key, _ in pairs):
        return dict(pairs)
    return {"$map": [[_value(key), item] for key, item in pairs]}


def _key(record: Any, name: str) -> str:
    key: str = getattr(type(record), "PLAIN_NAMES", {}).get(name, name)
    return key


def _value(value: Any) -> Any:
    if isinstance(value, Record) and hasattr(value, "extra"):
        return plain_table(plain_pairs(value))
    if isinstance(value, dict):
        return plain_table([(key, _value(item)) for key, item in value.items()])
    if isinstance(value, list):
        return [_value(item) for item in value]
    if isinstance(value, CompressedArray):
        value = value.open()
    from sciwire.runtime import cbor, plain  # brings json and hashlib, which decoding does not need

    if isinstance(value, cbor.Pairs):
        return {"$map": [[_value(key), _value(item)] for key, item in value.pairs]}
    if isinstance(value, cbor.Tagged):
        return {"$tag": [plain.plain_int(value.number), _value(value.value)]}
    return plain.to_plain(value)


def from_plain(form: Format, obj: Any) -> Any:
    """The message of a canonical value. Raises `DecodeError` where it is none."""
    from sciwire.runtime import plain

    with about(form.name):
        value = plain.from_plain(obj)
        if not isinstance(value, Mapping):
            raise DecodeError(f"expected a map, got {type(value).__name__}", category="type")
        entries = dict(value)
        kind = entries.pop(str(form.discriminator), None) if form.discriminator is not None else None
        record = form.records.get(kind) if isinstance(kind, (str, int)) or kind is None else None
        if record is None:
            known = ", ".join(str(one) for one in form.records)
            raise DecodeError(
                f"expected {form.discriminator!r} to be one of {known}, got {kind!r}", category="constraint"
            )
        prefix = entries.pop("prefix", None) if form.prefix_bytes is not None else None
        reading = Reading(limits=DEFAULT_LIMITS, tolerance=form.tolerance, compression=form.compression)
        try:
            renamed = {record.names.get(key, key): item for key, item in entries.items()}
            message = record.read(MapReader(renamed, reading))
            if form.layout == "array":
                surplus(tuple(form.positions[kind]), message.extra)
        except Fault as fault:
            error: CodecError = DecodeError(fault.problem, category=fault.category, path=fault.path, rule=fault.rule)
            raise error from None
    if prefix is not None:
        message.prefix = prefix
    message.raw = tuple(reading.raw)
    return message
