"""What must stay the same where a dataset is described again and its values go on."""

from __future__ import annotations

from dataclasses import replace

from .dataset import Dataset
from .tables import PacketFormat

__all__ = ["check_units"]


def check_units(old: Dataset, new: Dataset, table: PacketFormat, path: str, at: int) -> None:
    """Refuse another unit: values of both would stand in one column. A unit that is not told again stays."""
    before, now = _unit(old, table) or "", _unit(new, table)
    if now is None or now == before or _same_time(before, now, table):
        return
    properties = table.roles["properties"].name
    problem = f"{new.id!r} had unit {before[:40]!r}, now it has {now[:40]!r}: values of both can't follow each other"
    raise table.faults.decode("units_changed", problem, path=f"{path}.{properties}.{table.references.units}", at=at)


def _unit(dataset: Dataset, table: PacketFormat) -> str | None:
    """The unit's name; the bare text where the property is of a type that names no unit; None where none is told."""
    found = dataset.properties.get(table.references.units)
    if found is None:
        return None
    return dataset.units if dataset.units is not None else str(found.value)


def _same_time(before: str, now: str, table: PacketFormat) -> bool:
    """Whether two names mean the same count of time."""
    one, other = table.times.find(before), table.times.find(now)
    return one is not None and other is not None and replace(one, name=other.name) == other
