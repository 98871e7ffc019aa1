"""Values of the `hdf5` family: a file as a map of its attributes and datasets, tables with equally many rows.

Times of making and changing are no part of a value (conformance.md section 3); rows of variable length are
lists, a compound is a map of columns.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from sciwire.model.check import resolve
from sciwire.model.families.hdf5 import Attribute, Column, Dataset, Hdf5Body
from sciwire.model.families.hdf5_collection import CollectionBody
from sciwire.model.ir import Constraints, Record, Spec
from sciwire.model.types import Enum, NDArray, Number, Scalar, Type, Union, Vlen
from sciwire.runtime import plain

from . import drawing as st
from . import leaves
from .drawing import DrawFn, Drawn

__all__ = ["value"]

Kind = Type | Record

_ROWS = 5  # rows of a table, and lengths of axes that may have any
_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)  # HDF5 ends text at a NUL
_FREE = Constraints()
_WIDE = {"int": "i8", "uint": "u8", "float": "f8"}
_ASCII = st.text(st.characters(codec="ascii", exclude_characters="\0"), max_size=12)


def value(spec: Spec, label: str) -> Drawn[Any]:
    """Files with tables of few rows; an attribute or dataset that is not required is null at times."""
    if isinstance(spec.body, CollectionBody):
        from .hdf5_collection import batch

        return batch(spec.body, label)
    return _file(spec, spec.body)


@st.composite
def _file(draw: DrawFn, spec: Spec, body: Hdf5Body) -> dict[str, Any]:
    axes = {axis.name: draw(_extent(axis.length, grows=axis.grows)) for axis in body.axes}
    gone = [one.path for one in body.groups if not one.required and draw(st.booleans())]
    datasets = {
        one.field.label: None if _below(one.path, gone) else draw(_maybe(_dataset(spec, one, axes), _given(one)))
        for one in body.datasets
    }
    absent = {one.path for one in body.datasets if datasets[one.field.label] is None}
    found: dict[str, Any] = {}
    for attribute in body.attributes:
        if attribute.role not in ("created", "modified"):
            drawn = _maybe(_attribute(spec, attribute, axes), _given(attribute))
            away = attribute.owner in absent or _below(attribute.owner, gone)
            found[attribute.field.label] = None if away else draw(drawn)
    return {**found, **datasets}


def _extent(length: int | None, *, grows: bool) -> Drawn[int]:
    return st.just(length) if length is not None else st.integers(0 if grows else 1, _ROWS)


def _below(path: str, groups: list[str]) -> bool:
    return any(path == one or path.startswith(f"{one}/") for one in groups)


def _given(one: Attribute | Dataset) -> bool:
    """Whether it is never null: where it is absent, its default is read."""
    return one.required or one.field.default is not None


def _maybe(drawn: Drawn[Any], required: bool) -> Drawn[Any]:
    return drawn if required else st.one_of(st.none(), drawn)


def _attribute(spec: Spec, attribute: Attribute, axes: dict[str, int]) -> Drawn[Any]:
    if attribute.role == "version":
        return st.just(int(spec.version) if _whole(spec, attribute) else spec.version)
    if attribute.role == "content_version":
        return st.tuples(st.integers(0, 99), st.integers(0, 99)).map("{0[0]}.{0[1]}".format)
    kind = resolve(attribute.field.type, spec)
    leaf = _Leaf(attribute.field.constraints, attribute.length, attribute.ascii)
    shape = _lengths(attribute.shape, axes)
    if attribute.field.constraints.const is not None:
        return st.just(_constant(kind, attribute.field.constraints.const, shape))
    return leaf.array(kind, shape) if attribute.shape else leaf.one(kind)


def _whole(spec: Spec, attribute: Attribute) -> bool:
    kind = resolve(attribute.field.type, spec)
    return isinstance(kind, Number) and kind.code[0] in "iu"


def _constant(kind: Kind, const: Any, shape: list[int]) -> Any:
    """A constant as it is read: of an array, in all places."""
    if not shape:
        held = isinstance(kind, Number) and kind.code[0] == "f"  # the nearest number of the type
        return plain.to_plain(float(np.dtype(_dtype(kind)).type(const)) if held and isinstance(kind, Number) else const)
    if isinstance(kind, (NDArray, Union)):
        kind = (kind.dtypes if isinstance(kind, NDArray) else kind.alternatives)[0]
    if isinstance(kind, Scalar) and kind.name in _WIDE:
        kind = Number(_WIDE[kind.name], "<")
    if isinstance(kind, Number):
        return plain.plain_array(np.full(shape, const, _dtype(kind)))
    return {"$strings": np.full(shape, const, object).tolist()}


def _dataset(spec: Spec, dataset: Dataset, axes: dict[str, int]) -> Drawn[Any]:
    shape = _lengths(dataset.shape, axes)
    if dataset.columns:
        return st.fixed_dictionaries({str(one.field.key): _column(spec, one, shape) for one in dataset.columns})
    kind = resolve(dataset.field.type, spec)
    if dataset.field.constraints.const is not None:
        return st.just(_constant(kind, dataset.field.constraints.const, shape))
    leaf = _Leaf(dataset.field.constraints, dataset.length, dataset.ascii)
    return leaf.array(kind, shape) if dataset.shape else leaf.one(kind)


def _lengths(shape: tuple[int | str, ...], axes: dict[str, int]) -> list[int]:
    return [axes[one] if isinstance(one, str) else one for one in shape]


def _column(spec: Spec, column: Column, shape: list[int]) -> Drawn[Any]:
    """A column of one dimension is a list of numbers or texts; one of several is an array."""
    kind = resolve(column.field.type, spec)
    leaf = _Leaf(column.field.constraints, column.length)
    whole = [*shape, *column.shape]
    if len(whole) > 1:
        return leaf.array(kind, whole)
    return st.lists(leaf.one(kind), min_size=whole[0], max_size=whole[0]) if whole else leaf.one(kind)


@dataclass(frozen=True, slots=True)
class _Leaf:
    """Values without structure, within *limits*; *length* is that of fixed text or bytes."""

    limits: Constraints = _FREE
    length: int = 0
    ascii: bool = False

    def one(self, kind: Kind) -> Drawn[Any]:
        """A number, a text or bytes as a plain value: the width of a number is the file's, not the value's."""
        match kind:
            case Number(code=code):
                return self._number(code)
            case Scalar(name="int" | "uint" | "float" as name):
                return self._number(_WIDE[name])
            case Enum(names=names):
                return st.sampled_from(names)
            case Scalar(name="text" | "datetime"):
                if self.length:
                    return _fixed(self.length)
                return _ASCII if self.ascii else _TEXT
            case Scalar(name="bytes"):
                return leaves.byte_string(self.length, self.length or None)
            case Scalar(name="bool"):
                return st.booleans()
            case Union(alternatives=alternatives):
                return st.one_of(*(self.one(one) for one in alternatives))
            case Vlen(item=item):
                return self._run(item)
            case _:
                raise LookupError(f"no strategy for a single {kind!r}")

    def array(self, kind: Kind, shape: list[int]) -> Drawn[Any]:
        """An array: tagged numbers or texts; runs of variable length and bytes are lists."""
        match kind:
            case Vlen(item=item):
                return _nested(self._run(item), shape)
            case NDArray(dtypes=dtypes):
                return st.sampled_from(dtypes).flatmap(lambda one: self.array(one, shape))
            case Union(alternatives=alternatives):
                return st.one_of(*(self.array(one, shape) for one in alternatives))
            case Number():
                return self._numbers(kind, shape)
            case Scalar(name="int" | "uint" | "float" as name):
                return self._numbers(Number(_WIDE[name], "<"), shape)
            case Scalar(name="bytes"):
                return _nested(self.one(kind), shape)
            case Scalar(name="bool"):
                return _Leaf()._numbers(Number("u1"), shape).map(_booleans)
            case _:
                return _nested(self.one(kind), shape).map(lambda items: {"$strings": items})

    def _number(self, code: str) -> Drawn[Any]:
        low, high = self.limits.minimum, self.limits.maximum
        if code[0] == "f":
            return leaves.real(8 * int(code[1:]), _inside(code, low, math.inf), _inside(code, high, -math.inf))
        info = np.iinfo(code)
        least = int(info.min) if low is None else max(int(info.min), math.ceil(low))
        return leaves.integer(least, int(info.max) if high is None else min(int(info.max), math.floor(high)))

    def _run(self, item: Type) -> Drawn[Any]:
        """A row of its own length, an array."""
        if isinstance(item, Scalar):
            item = Number(_WIDE[item.name], "<")
        if not isinstance(item, Number):
            raise LookupError(f"no strategy for rows of {item!r}")
        return st.integers(0, _ROWS).flatmap(lambda length: self._numbers(item, [length]))

    def _numbers(self, kind: Number, shape: list[int]) -> Drawn[Any]:
        count = int(np.prod(shape))

        def filled(few: list[Any]) -> Any:
            return plain.plain_array(np.array((few * (count // len(few) + 1))[:count], _dtype(kind)).reshape(shape))

        return st.lists(self._number(kind.code).map(plain.from_plain), min_size=1, max_size=4).map(filled)


def _dtype(kind: Number) -> str:
    return f"{'|' if kind.code.endswith('1') else kind.order or '<'}{kind.code}"


def _inside(code: str, bound: float | None, direction: float) -> float | None:
    """*bound* as a float of this width, not outside it."""
    if bound is None:
        return None
    kind = np.dtype(code).type
    near = kind(bound)
    outside = near < bound if direction > 0 else near > bound
    return float(np.nextafter(near, kind(direction)) if outside else near)


def _nested(one: Drawn[Any], shape: list[int]) -> Drawn[Any]:
    for size in reversed(shape):
        one = st.lists(one, min_size=size, max_size=size)
    return one


def _fixed(length: int) -> Drawn[str]:
    """Text of a fixed number of bytes: padding cannot be told from blanks and NULs at its end."""
    return st.text(st.characters(codec="ascii", exclude_characters="\0 "), max_size=length)


def _booleans(array: Any) -> Any:
    return plain.plain_array(plain.from_plain(array) % 2 == 1)
