"""Make a dataset of a Python array, with the property types of its format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..times import TimeUnit, to_unit
from .dataset import Dataset
from .parts import Label, Property
from .properties import property_of
from .stream import Stream
from .tables import PacketFormat

__all__ = ["build"]

_DAY = 86_400_000_000_000


def build(
    stream: Stream,
    id: str,
    values: ArrayLike,
    units: str | None,
    depend: tuple[Dataset | str | None, ...],
    labels: Mapping[int, str] | None,
    write_as: str,
    properties: Mapping[str, Any],
) -> Dataset:
    """The dataset that `Stream.add` adds; see there."""
    table = stream.table
    if not id.strip():
        raise table.faults.encode("dataset_id", "a dataset needs an id")
    array = np.asarray(values)
    if array.dtype.kind == "M":
        array, units = _from_datetimes(array, units, id, table)
    elif array.dtype.kind in "UT":
        array, labels = _from_texts(array, labels)
    if array.dtype.kind not in "biuf":
        raise table.faults.encode("not_writable", f"no encoding holds values of type {array.dtype}", path=id)
    if array.ndim > table.limits.rank:
        raise table.faults.encode("rank", f"expected a rank from 0 to {table.limits.rank}, got {array.ndim}", path=id)
    dataset = stream.new_dataset(id, array.ndim)
    dataset.data, dataset.write_as = array, write_as
    references = table.references
    if labels is not None:
        name = units or id
        dataset.properties[references.units] = Property(f"{name}[]", _word(table, "enumeration", id), text=f"{name}[]")
        known = stream.enumerations.setdefault(name, {})
        known.update({int(code): Label(text) for code, text in labels.items()})
    elif units is not None:
        dataset.properties[references.units] = Property(units, _word(table, "units", id), text=units)
    for index, target in enumerate(depend):
        if target is not None:
            dataset.properties[references.depend[0].format(index)] = _reference(target, table, id)
    for name, value in properties.items():
        known_reference = isinstance(value, Dataset)
        dataset.properties[name] = _reference(value, table, id) if known_reference else property_of(value, table)
    return dataset


def _word(table: PacketFormat, kind: str, id: str) -> str:
    for one in table.property_types:
        if one.kind == kind:
            return one.name
    raise table.faults.encode("not_writable", f"the format has no property type for {kind}", path=id)


def _reference(target: Dataset | str, table: PacketFormat, id: str) -> Property:
    name = target.id if isinstance(target, Dataset) else target
    return Property(name, _word(table, "reference", id), text=name)


def _from_datetimes(array: NDArray[Any], units: str | None, id: str, table: PacketFormat) -> tuple[NDArray[Any], str]:
    """The numbers of the unit for datetime64 values (UTC); NaT becomes the unit's fill."""
    unit = _time_unit(units, table)
    if unit is None:
        raise table.faults.encode("time_units", f"{units!r} is no unit that counts time from an epoch", path=id)
    moments = array.astype("datetime64[ns]").ravel()
    nat = np.isnat(moments)
    if bool((moments.astype(array.dtype) != array.ravel())[~nat].any()) or bool((nat != np.isnat(array.ravel())).any()):
        raise table.faults.encode("not_exact", "times beyond the years 1677 to 2262 need numbers of a unit", path=id)
    days, ns = np.divmod(np.where(nat, np.int64(0), moments.view(np.int64)), _DAY)
    return to_unit(days, ns, unit, ~nat).reshape(array.shape), unit.name


def _time_unit(units: str | None, table: PacketFormat) -> TimeUnit | None:
    if units is not None:
        return table.times.find(units)
    return table.times.words[0].unit if table.times.words else None


def _from_texts(array: NDArray[Any], labels: Mapping[int, str] | None) -> tuple[NDArray[Any], dict[int, str]]:
    """Codes from 1 on for texts, and the label of each; codes that *labels* has already are used."""
    known = {text: code for code, text in (labels or {}).items()}
    texts = array.ravel().tolist()
    for text in texts:
        known.setdefault(text, max(known.values(), default=0) + 1)
    codes = np.array([known[text] for text in texts], dtype=np.float64).reshape(array.shape)
    return codes, {code: text for text, code in known.items()}
