"""Values of the `hdf5` family: a file as a map of its attributes and datasets, tables with equally many rows.

Times of making and changing are no part of a value (conformance.md section 3); rows of variable length are
lists, a compound is a map of columns.
"""

from __future__ import annotations

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


def value(spec: Spec, label: str) -> Drawn[Any]:
    """Files with tables of few rows; an attribute or dataset that is not required is null at times."""
    if isinstance(spec.body, CollectionBody):
        from .hdf5_collection import batch

        return batch(spec.body, label)
    return _file(spec, spec.body)


@st.composite
def _file(draw: DrawFn, spec: Spec, body: Hdf5Body) -> dict[str, Any]:
    axes = {axis.name: draw(_extent(axis.length, grows=axis.grows)) for axis in body.axes}
    found: dict[str, Any] = {}
    for attribute in body.attributes:
        if attribute.role not in ("created", "modified"):
            found[attribute.field.name] = draw(_maybe(_attribute(spec, attribute, axes), attribute.required))
    for dataset in body.datasets:
        found[dataset.field.name] = draw(_maybe(_dataset(spec, dataset, axes), dataset.required))
    return found


def _extent(length: int | None, *, grows: bool) -> Drawn[int]:
    return st.just(length) if length is not None else st.integers(0 if grows else 1, _ROWS)


def _maybe(drawn: Drawn[Any], required: bool) -> Drawn[Any]:
    return drawn if required else st.one_of(st.none(), drawn)


def _attribute(spec: Spec, attribute: Attribute, axes: dict[str, int]) -> Drawn[Any]:
    if attribute.role == "version":
        return st.just(spec.version)
    if attribute.role == "content_version":
        return st.tuples(st.integers(0, 99), st.integers(0, 99)).map("{0[0]}.{0[1]}".format)
    kind, limits = resolve(attribute.field.type, spec), attribute.field.constraints
    if attribute.shape:
        return _array(spec, kind, _lengths(attribute.shape, axes), attribute.length)
    return _scalar(kind, limits, attribute.length)


def _dataset(spec: Spec, dataset: Dataset, axes: dict[str, int]) -> Drawn[Any]:
    shape = _lengths(dataset.shape, axes)
    if dataset.columns:
        columns = {one.field.name: _column(spec, one, shape) for one in dataset.columns}
        return st.fixed_dictionaries(columns)
    kind = resolve(dataset.field.type, spec)
    if not shape:
        return _scalar(kind, dataset.field.constraints, dataset.length)
    return _array(spec, kind, shape, dataset.length)


def _lengths(shape: tuple[int | str, ...], axes: dict[str, int]) -> list[int]:
    return [axes[one] if isinstance(one, str) else one for one in shape]


def _column(spec: Spec, column: Column, shape: list[int]) -> Drawn[Any]:
    """A column of a table is a list of numbers or texts; one with inner dimensions is an array."""
    kind = resolve(column.field.type, spec)
    if column.shape:
        return _array(spec, kind, [*shape, *column.shape], column.length)
    one = _scalar(kind, column.field.constraints, column.length)
    for length in reversed(shape):
        one = st.lists(one, min_size=length, max_size=length)
    return one


def _scalar(kind: Kind, limits: Constraints, length: int = 0) -> Drawn[Any]:
    """A number, a text or bytes as a plain value: the width of a number is the file's, not the value's."""
    if limits.const is not None:
        return st.just(plain.to_plain(limits.const))
    match kind:
        case Number(code=code) if code[0] == "f":
            return leaves.real(8 * int(code[1:]), limits.minimum, limits.maximum)
        case Number(code=code):
            low, high = _range(code)
            stated = (limits.minimum, limits.maximum)
            return leaves.integer(
                *(bound if own is None else int(own) for own, bound in zip(stated, (low, high), strict=True))
            )
        case Enum(names=names):
            return st.sampled_from(names)
        case Scalar(name="text"):
            return _fixed(length) if length else _TEXT
        case Scalar(name="bytes"):
            return leaves.byte_string(length, length or None)
        case Scalar(name="bool"):
            return st.booleans()
        case _:
            raise LookupError(f"no strategy for a single {kind!r}")


def _fixed(length: int) -> Drawn[str]:
    """Text of a fixed number of bytes: padding cannot be told from blanks and NULs at its end."""
    return st.text(st.characters(codec="ascii", exclude_characters="\0 "), max_size=length)


def _range(code: str) -> tuple[int, int]:
    info = np.iinfo(code)
    return int(info.min), int(info.max)


def _array(spec: Spec, kind: Kind, shape: list[int], length: int = 0) -> Drawn[Any]:
    match kind:
        case Vlen(item=item):
            rows = shape[0]
            return st.lists(_row(spec, item), min_size=rows, max_size=rows)
        case NDArray(dtypes=dtypes):
            return st.sampled_from(dtypes).flatmap(lambda one: _numbers(one, shape))
        case Union(alternatives=alternatives):
            return st.one_of(*(_array(spec, one, shape, length) for one in alternatives))
        case Number():
            return _numbers(kind, shape)
        case Scalar(name="bytes"):
            one = _scalar(kind, Constraints(), length)
            return st.lists(one, min_size=shape[0], max_size=shape[0])
        case Scalar(name="bool"):
            return _numbers(Number("u1"), shape).map(_booleans)
        case _:
            texts = _scalar(kind, Constraints(), length)
            for size in reversed(shape):
                texts = st.lists(texts, min_size=size, max_size=size)
            return texts.map(lambda items: {"$strings": items})


def _row(spec: Spec, item: Type) -> Drawn[Any]:
    """A row of its own length: bytes where its items are bytes, else an array."""
    kind = resolve(item, spec)
    if kind == Number("u1"):
        return leaves.byte_string()
    if isinstance(kind, Number):
        return st.integers(0, _ROWS).flatmap(lambda length: _numbers(kind, [length]))
    raise LookupError(f"no strategy for rows of {kind!r}")


def _numbers(kind: Number, shape: list[int]) -> Drawn[Any]:
    dtype = f"{'|' if kind.code.endswith('1') else kind.order or '<'}{kind.code}"
    count = int(np.prod(shape))

    def filled(few: list[Any]) -> Any:
        return plain.plain_array(np.array((few * (count // len(few) + 1))[:count], dtype).reshape(shape))

    return st.lists(leaves.number(kind.code).map(plain.from_plain), min_size=1, max_size=4).map(filled)


def _booleans(array: Any) -> Any:
    return plain.plain_array(plain.from_plain(array) % 2 == 1)
