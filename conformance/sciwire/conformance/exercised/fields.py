"""Fields, enum members, dtypes: which of those that a specification names stand in a value of a vector, or in a drawn one."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..vectors import Vector

if TYPE_CHECKING:
    from sciwire.model import Spec

__all__ = ["FieldCover", "drawn_names", "field_cover"]

_DRAWN = 200  # generated values of each label


@dataclass(frozen=True, slots=True)
class FieldCover:
    """A `name` of the specification, of the `kind` field, enum or dtype."""

    kind: str
    name: str
    vectors: bool
    generated: bool


def field_cover(spec: Spec, vectors: Iterable[Vector], drawn: set[str]) -> list[FieldCover]:
    """Every name that *spec* has, sorted; *drawn* is what `drawn_names` found in generated values."""
    said = {word for vector in vectors if vector.kind == "valid" for word in _words(vector.value)}
    said |= {word for vector in vectors for step in vector.steps for word in _words([step.args, step.expect])}
    return [FieldCover(kind, name, name in said, name in drawn) for kind, name in sorted(set(_named(spec)))]


def drawn_names(spec: Spec, seed: int = 0, count: int = _DRAWN) -> set[str]:
    """Every key, text and dtype of *count* values of each label of the volume generator."""
    from .. import strategies
    from ..volume import case_value

    found: set[str] = set()
    for label in strategies.labels(spec):
        for index in range(count if spec.family != "packets" else count // 20):
            found.update(_words(case_value(spec, label.name, seed, index)))
    return found


def _named(spec: Spec) -> Iterator[tuple[str, str]]:
    from sciwire.model.types import Enum, Number

    waiting: list[Any] = [spec.body, spec.types]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Enum):
            yield from (("enum", name) for name in one.names)
        elif isinstance(one, Number):
            yield "dtype", one.code
        elif dataclasses.is_dataclass(one):
            plain = getattr(one, "plain", None) or getattr(one, "label", None)
            if hasattr(one, "type") and isinstance(plain, str):
                yield "field", plain
            waiting += [getattr(one, part.name) for part in dataclasses.fields(one) if part.name != "place"]
        elif isinstance(one, Mapping):
            waiting += one.values()
        elif isinstance(one, tuple):
            waiting += one


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key == "dtype" and isinstance(item, str):
                yield item.lstrip("<>|")
            yield str(key)
            yield from _words(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _words(item)
    elif isinstance(value, str) and len(value) < 80:
        yield value
