"""Make a dataset of a Python array, with the property types of its format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .dataset import Dataset
from .masks import unmasked
from .moments import numbers_of
from .parts import Label, Property
from .properties import check_id, property_of, property_path
from .stream import Stream
from .tables import PacketFormat

__all__ = ["build"]


def build(
    stream: Stream,
    id: str,
    values: ArrayLike,
    units: str | None,
    depend: tuple[Dataset | str | None, ...],
    labels: Mapping[int, str] | None,
    write_as: str,
    exact: bool,
    properties: Mapping[str, Any],
) -> Dataset:
    """The dataset that `Stream.add` adds; see there."""
    table = stream.table
    check_id(id, table)
    if id in stream.datasets:
        raise table.faults.encode("dataset_id", f"the stream has a dataset {id!r} already", path=id)
    if units is not None and not isinstance(units, str):
        raise table.faults.encode("not_writable", f"units are text, not {units!r:.40}", path=id)
    if labels is not None:
        _check_labels(labels, id, table)
    fill = properties.get(table.references.fill)
    with table.faults.citing("not_exact"):
        array = unmasked(values, fill.value if isinstance(fill, Property) else fill, id)
    if array.dtype.kind == "M":
        array, units = numbers_of(array, units, exact, id, table)
    elif array.dtype.kind in "UT":
        array, labels = _from_texts(array, labels)
    if array.dtype.kind not in "biuf":
        raise table.faults.encode("not_writable", f"no encoding holds values of type {array.dtype}", path=id)
    if array.ndim > table.limits.rank:
        raise table.faults.encode("rank", f"expected a rank from 0 to {table.limits.rank}, got {array.ndim}", path=id)
    dataset = stream.new_dataset(id, array.ndim)
    dataset.data, dataset.write_as = array, write_as
    _describe(dataset, units, depend, labels, properties, table)
    if labels is not None:
        stream.enumerations.setdefault(units or id, {}).update(
            {int(code): Label(text) for code, text in labels.items()}
        )
    return dataset


def _check_labels(labels: Mapping[int, str], id: str, table: PacketFormat) -> None:
    code: object
    text: object
    for code, text in labels.items():
        whole = isinstance(code, (int, np.integer)) or (
            isinstance(code, (float, np.floating)) and code == np.rint(code)
        )
        if not whole or not -(2**63) <= int(code) < 2**63:
            raise table.faults.encode("label", "the code of a label is an integer of 64 bits", path=id)
        if not isinstance(text, str):
            problem = f"the label of code {int(code)} is text, not {type(text).__name__}"
            raise table.faults.encode("not_writable", problem, path=id)


def _describe(
    dataset: Dataset,
    units: str | None,
    depend: tuple[Dataset | str | None, ...],
    labels: Mapping[int, str] | None,
    properties: Mapping[str, Any],
    table: PacketFormat,
) -> None:
    """Put the properties in their order: the unit, the coordinates, the rest."""
    references, id = table.references, dataset.id
    if labels is not None:
        name = units or id
        dataset.properties[references.units] = Property(f"{name}[]", _word(table, "enumeration", id), text=f"{name}[]")
    elif units is not None:
        dataset.properties[references.units] = Property(units, _word(table, "units", id), text=units)
    for index, target in enumerate(depend):
        if target is not None:
            dataset.properties[references.depend[0].format(index)] = _reference(target, dataset.stream, table, id)
    for name, value in properties.items():
        if isinstance(value, Dataset):
            dataset.properties[name] = _reference(value, dataset.stream, table, id)
        else:
            dataset.properties[name] = property_of(value, table, path=property_path(id, name, table))


def _word(table: PacketFormat, kind: str, id: str) -> str:
    for one in table.property_types:
        if one.kind == kind:
            return one.name
    raise table.faults.encode("not_writable", f"the format has no property type for {kind}", path=id)


def _reference(target: Dataset | str, stream: Stream | None, table: PacketFormat, id: str) -> Property:
    if isinstance(target, Dataset) and target.stream is not stream:
        problem = f"the dataset {target.id!r} belongs to no stream or another one, and would not be found here"
        raise table.faults.encode("not_writable", problem, path=id)
    name = target.id if isinstance(target, Dataset) else target
    check_id(name, table, id)
    return Property(name, _word(table, "reference", id), text=name)


def _from_texts(array: NDArray[Any], labels: Mapping[int, str] | None) -> tuple[NDArray[Any], dict[int, str]]:
    """Codes from 1 on for texts, and the label of each; codes that *labels* has already are used."""
    known = {text: code for code, text in (labels or {}).items()}
    texts = array.ravel().tolist()
    free = max(known.values(), default=0) + 1
    for text in texts:
        free += known.setdefault(text, free) == free
    codes = np.array([known[text] for text in texts], dtype=np.float64).reshape(array.shape)
    return codes, {code: text for text, code in known.items()}
