"""Records of files: their canonical values, and one line of text for each of their fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

import numpy as np

from .. import plain
from ..errors import CodecError, DecodeError, EncodeError, about
from ..summary import describe_array, describe_value
from ..value import shown
from .asked import check_mapping
from .choosing import layout_for
from .compounds import columns_of
from .faults import dotted
from .layout import Dataset, Element, Layout
from .ragged import Ragged

__all__ = ["as_lists", "check_profile", "fields_of_plain", "merged", "plain_of_fields", "summary"]


def plain_of_fields(layout: Layout, values: Mapping[str, Any]) -> dict[str, Any]:
    """The canonical value of a file: its fields by name, times of making and changing left out.

    Rows of variable length are lists; a compound is a map of columns, each a list.
    """
    layout = layout_for(layout, values)
    result: dict[str, Any] = {}
    for attribute in layout.attributes:
        if not attribute.stamp:
            with _field(layout, attribute.field):
                result[attribute.field] = plain.to_plain(_unwrapped(values[attribute.field], attribute.element))
    for dataset in layout.datasets:
        value = values[dataset.field]
        with _field(layout, dataset.field):
            result[dataset.field] = None if value is None else _plain_dataset(dataset, value)
    return result


@contextmanager
def _field(layout: Layout, name: str) -> Iterator[None]:
    """Name the field in what is raised over a value that no decoder has given."""
    with about(layout.subject):
        try:
            yield
        except CodecError as error:
            raise error.within(name) from error.__cause__
        except (TypeError, ValueError, AttributeError, KeyError, OverflowError) as error:
            problem = f"a value of this field is expected: {' '.join(str(error).split())}"
            raise EncodeError(problem, category="type", path=name) from error


def fields_of_plain(layout: Layout, obj: Any, names: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
    """The fields of a canonical value; the inverse of `plain_of_fields`. Raises DecodeError for other keys.

    names : what fields are called in Python, where that is another name.
    """
    if not isinstance(obj, Mapping):
        raise DecodeError(f"a map of fields is expected, got {type(obj).__name__}", category="type")
    known = {field for each in layout.all for field in each.fields}
    for key in obj:
        if key not in known:
            raise DecodeError(f"there is no field {shown(key)[:80]}, known: {', '.join(sorted(known))}")
    return {names.get(key, key): plain.from_plain(value, path=key) for key, value in obj.items()}


def check_profile(name: str, profile: str, known: tuple[str, ...]) -> None:
    """EncodeError (a ValueError) where the format *name* has no such *profile*."""
    if not isinstance(profile, str) or profile not in known:
        problem = f"{name} has no profile {shown(profile)[:80]}; known: {', '.join(known)}"
        raise EncodeError(problem, path="profile", subject=name)


def as_lists(values: Any) -> Any:
    """Rows as Python lists: of bytes, text or arrays, of numbers; a compound as a dict of them. None stays None."""
    if values is None:
        return None
    if isinstance(values, Ragged):
        return values.tolist()
    if values.dtype.names:
        return {name: as_lists(values[name]) for name in values.dtype.names}
    if values.dtype.kind == "S":
        return np.char.decode(values, "utf-8", "surrogateescape").tolist()
    return list(values.astype(np.int64) if values.dtype.kind in "iu" else values)


def merged(table: Any, columns: Mapping[str, Any]) -> Any:
    """A compound's columns, given as one *table* or each by name (None for those not given)."""
    given = {name: values for name, values in columns.items() if values is not None}
    if not given:
        return table
    if table is None:
        return given
    return {**columns_of(table), **given}


def summary(layout: Layout, values: Mapping[str, Any], units: Mapping[str, str]) -> list[tuple[str, str]]:
    """The fields of a file, a path and a line of text each: shapes, units and statistics of arrays."""
    check_mapping("extra", values["extra"])
    layout = layout_for(layout, values)
    rows: list[tuple[str, str]] = []
    for attribute in layout.attributes:
        value = values[attribute.field]
        if value is not None:
            path = attribute.field if "{" in attribute.path else attribute.path
            rows.append((path, _described(value, units.get(attribute.field, ""))))
    for dataset in layout.datasets:
        rows += _summary_of(dataset, values[dataset.field], units)
    return rows + [(dotted(str(at)), _described(_read_out(value))) for at, value in values["extra"].items()]


def _read_out(value: Any) -> Any:
    """Text of a fixed length, which h5py gives as bytes, as text."""
    if isinstance(value, np.bytes_):
        text = value.decode("utf-8", "replace")
        return text if text.isprintable() else value
    return value


def _summary_of(dataset: Dataset, value: Any, units: Mapping[str, str]) -> list[tuple[str, str]]:
    unit = units.get(dataset.field, "")
    path = dataset.field if "{" in dataset.name else dataset.name
    if value is None:
        return []
    if isinstance(value, Ragged):
        lengths = value.lengths
        spread = f", lengths {lengths.min()} to {lengths.max()}" if len(lengths) else ""
        kind = "bytes" if value.dtype is None else "text" if value.dtype is str else f"rows of {value.dtype}"
        return [(path, f"{kind} {len(value)} rows, {value.nbytes} bytes{spread}{f'  {unit}' if unit else ''}")]
    if isinstance(value, (np.ndarray, np.void)) and value.dtype.names:
        return [
            (
                f"{path}.{name}",
                _described(np.asarray(value[name]), units.get(f"{dataset.field}.{name}", "")),
            )
            for name in value.dtype.names
        ]
    return [(path, _described(value, unit))]


def _described(value: Any, unit: str = "") -> str:
    """A value in one line, without names of numpy's types for text and bytes."""
    if isinstance(value, np.generic) and not value.dtype.names:
        value = value.item()
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "OSUV":
        return describe_array(value, unit) if isinstance(value, np.ndarray) else describe_value(value, unit)
    kind = "compound" if value.dtype.names else f"{value.dtype.itemsize} bytes" if value.dtype.kind == "V" else "text"
    shape = " x ".join(map(str, value.shape)) or "scalar"
    return f"{kind} {shape}{f'  {unit}' if unit else ''}"


def _unwrapped(value: Any, element: Element) -> Any:
    """Scalars as Python values: the width of a number is the layout's, not the value's."""
    if isinstance(value, np.generic) and not value.dtype.names:
        return value.item()
    if isinstance(value, np.ndarray) and element.kind == "text":
        return value.astype(object)
    if isinstance(value, np.ndarray) and value.dtype.kind == "V" and not value.dtype.names:
        return _bytes_of(value)
    return value


def _bytes_of(array: Any) -> Any:
    """An array of fixed bytes as nested lists of bytes."""
    return [_bytes_of(one) if isinstance(one, np.ndarray) else one.tobytes() for one in array]


def _plain_bytes(array: Any) -> Any:
    return plain.to_plain(_bytes_of(array))


def _plain_dataset(dataset: Dataset, value: Any) -> Any:
    if not dataset.shape:
        if isinstance(value, np.void) and value.dtype.names:
            return {name: _plain_column(np.asarray(value[name])) for name in value.dtype.names}
        return plain.to_plain(_unwrapped(value, dataset.element))
    if isinstance(value, Mapping):
        return {name: _plain_column(np.asarray(column)) for name, column in value.items()}
    if isinstance(value, np.ndarray) and value.dtype.names:
        return {name: _plain_column(value[name]) for name in value.dtype.names}
    if isinstance(value, Ragged) and value.dtype is str:
        return {"$strings": value.tolist()}
    if isinstance(value, np.ndarray) and value.dtype.kind == "V":
        return _plain_bytes(value)
    if dataset.element.kind in ("blob", "vlen"):
        return [plain.to_plain(row) for row in (value.tolist() if isinstance(value, Ragged) else value)]
    return plain.to_plain(np.asarray(value))


def _plain_column(column: Any) -> Any:
    if column.dtype.kind == "S":
        column = np.char.decode(column, "utf-8", "surrogateescape")
    if not column.ndim:
        return plain.to_plain(column.item())
    return plain.to_plain(column.tolist()) if column.ndim == 1 else plain.to_plain(column)
