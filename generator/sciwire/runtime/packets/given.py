"""Datasets as a caller put them into a stream: made at home there, or refused, before anything leans on them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .dataset import Dataset
from .masks import unmasked
from .parts import Property
from .properties import check_id, check_map_depth, check_named, property_path
from .stream import Stream
from .tables import PacketFormat
from .writing import came_through

__all__ = ["check_dataset", "check_given"]


def check_given(stream: Stream) -> None:
    """Adopt the datasets of *stream* that belong to none; EncodeError for what no dataset can be."""
    table = stream.table
    seen: dict[str, object] = {}
    if stream.dataset_id:
        check_named(stream.dataset_id, table, table.roles["stream"].attribute("default").name)
    if not isinstance(stream.datasets, Mapping):
        problem = f"datasets are a mapping from ids, not {type(stream.datasets).__name__}"
        raise table.faults.encode("not_writable", problem)
    for key, dataset in stream.datasets.items():
        if not isinstance(dataset, Dataset):
            problem = f"expected a dataset, got {type(dataset).__name__}"
            raise table.faults.encode("not_writable", problem, path=str(key)[:40])
        stream.adopt(dataset)
        check_dataset(dataset, table)
        if dataset.id in seen:
            problem = f"datasets {seen[dataset.id]!r} and {key!r} have the same id"
            raise table.faults.encode("dataset_id", problem, path=dataset.id)
        seen[dataset.id] = key


def check_dataset(dataset: Dataset, table: PacketFormat) -> None:
    """EncodeError where *dataset*, or a part of it, is none that a stream can have; values that are no array become one."""
    if not isinstance(dataset, Dataset):
        raise table.faults.encode("not_writable", f"expected a dataset, got {type(dataset).__name__}")
    check_id(dataset.id, table)
    if dataset.stream is None:
        raise table.faults.encode("not_writable", "the dataset belongs to no stream, see adopt", path=dataset.id)
    rank: object = dataset.rank
    if isinstance(rank, bool) or not isinstance(rank, (int, np.integer)):
        raise table.faults.encode("rank", f"expected a rank, got {rank!r:.40}", path=dataset.id)
    if dataset.data is not None and not isinstance(dataset.data, np.ndarray):
        with table.faults.citing("not_writable"):
            dataset.data = unmasked(dataset.data, dataset.get(table.references.fill), dataset.id)
    for name in dataset.bundle:
        check_id(name, table, dataset.id)
    if dataset.rows is not None:
        _check_rows(dataset, table)
    for properties in (dataset.properties, *dataset.indexed.values()):
        for name, one in properties.items():
            _check_property(one, table, property_path(dataset.id, name, table), 0)
    for part in dataset.parts or ():
        check_dataset(part, table)


def _check_property(one: Property, table: PacketFormat, path: str, depth: int) -> None:
    """EncodeError where *one*, or what is in its mapping, is no property, or mappings are nested too deep."""
    if not isinstance(one, Property):
        raise table.faults.encode("not_writable", f"expected a Property, got {type(one).__name__}", path=path[:80])
    if one.child is None and isinstance(one.value, Mapping):
        ranged = table.roles.get("range")
        if ranged is not None and one.type == ranged.name:
            return  # of texts
        check_map_depth(depth, table, path)
        for key, inside in one.value.items():
            _check_property(inside, table, f"{path}.{key}", depth + 1)


def _check_rows(dataset: Dataset, table: PacketFormat) -> None:
    """Rows are doubles, one list of them a record: others become them, or are refused."""
    if dataset.rank != 2:
        raise table.faults.encode("inline_rank", f"rows are of rank 2, not {dataset.rank}", path=dataset.id)
    rows = []
    for row in dataset.rows or ():
        with table.faults.citing("not_writable"):
            array = unmasked(row, dataset.get(table.references.fill), dataset.id)
        if array.ndim != 1 or array.dtype.kind not in "biuf":
            problem = f"a row is a list of numbers, not an array of {array.dtype} {array.shape}"
            raise table.faults.encode("not_writable", problem, path=dataset.id)
        doubles = array.astype(np.float64)
        if not came_through(array, doubles):
            problem = f"no doubles are these {array.dtype.name} values exactly"
            raise table.faults.encode("not_exact", problem, path=dataset.id)
        rows.append(doubles)
    dataset.rows = rows
