"""Constants and defaults as a codec reads them back: the 7 of a float is 7.0, a record has its own defaults filled in."""

from __future__ import annotations

from typing import Any

from sciwire.model.check import accepts, alternatives
from sciwire.model.ir import Constraints, Field, Record, Spec
from sciwire.model.types import ListOf, MapOf, Number, Scalar, Type
from sciwire.runtime import plain

__all__ = ["plain_name", "stated"]

_FREE = Constraints()
_DEEPEST = 64  # records inside each other


def plain_name(field: Field) -> str:
    """What *field* is called in canonical values: a record whose wire keys are numbers takes the specification's names."""
    return field.key if isinstance(field.key, str) else field.label


def stated(spec: Spec, value: Any, kind: Record | Type, depth: int = _DEEPEST) -> Any:
    """The canonical value of what the specification states as *value* for a field of *kind*: the first alternative that takes it."""
    found = next((one for one in alternatives(kind, spec) if accepts(value, one, _FREE, spec)), None)
    match found:
        case Number(code=code) if code.startswith("f"):
            return plain.plain_float(float(value))
        case Scalar(name="float"):
            return plain.plain_float(float(value))
        case Scalar(name="datetime"):
            return {"$date": value}
        case ListOf(item=item):
            return [stated(spec, one, item, depth) for one in value]
        case MapOf(value=item) if all(isinstance(key, str) for key in value):
            return {key: stated(spec, one, item, depth) for key, one in value.items()}
        case Record() if depth:
            return _record(spec, value, found, depth - 1)
        case _:
            return plain.to_plain(value)


def _record(spec: Spec, value: Any, record: Record, depth: int) -> dict[str, Any]:
    said: dict[Any, Any] = dict(enumerate(value)) if record.layout == "array" and isinstance(value, list) else value
    result: dict[str, Any] = {}
    for index, field in enumerate(record.fields):
        one = said.get(index if said is not value else field.key, field.default)
        if one is not None:
            result[plain_name(field)] = stated(spec, one, field.type, depth)
    return result
