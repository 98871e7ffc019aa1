"""Rows appended to the datasets of one table, all of them or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import EncodeError
from ..value import shown
from .asked import check_mapping
from .faults import UnequalLengthsError, UnwritableFileError, by
from .growing import Growing
from .layout import Dataset, Layout
from .ragged import Ragged
from .values import Rows, rows_value

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

resource: ModuleType | None
try:
    import resource
except ImportError:  # pragma: no cover - Windows
    resource = None

__all__ = ["Appender", "check_growth", "check_room", "prepared"]

_SLACK = 1 << 20  # bytes of room that an append may need besides its rows


def prepared(layout: Layout, table: str, columns: Mapping[str, Any]) -> dict[str, Rows]:
    """Return the *columns* (by field) of an append to *table*, each ready to be written and all of one length.

    A required dataset that is not given is filled with the defaults of its columns, where it has them all; one that
    is not required stays out.

    Raises
    ------
    EncodeError : a value does not fit; `UnequalLengthsError` : unequal numbers of rows. No file is needed for this.
    """
    check_mapping("columns", columns)
    datasets = layout.tables.get(table, ()) if isinstance(table, str) else ()
    odd = [field for field, value in columns.items() if value is not None and not layout.has(field)]
    if odd or not datasets:
        problem = f"files of this version have no {shown(odd[0] if odd else table)[:80]}"
        raise EncodeError(problem, path=shown(odd[0]).strip("'")[:80] if odd else "table")
    ready: dict[str, Rows] = {}
    count: int | None = None
    for dataset in sorted(datasets, key=lambda one: one.element.kind == "compound"):  # these may have defaults
        value = columns.get(dataset.field)
        compound = dataset.element.kind == "compound"
        if value is None and not compound:
            if not dataset.required:
                continue
            rule = layout.rule("missing_dataset", dataset.rule)
            raise EncodeError("the column is missing", path=dataset.name, at=dataset.path, rule=rule)
        if value is None and not dataset.required:
            continue
        rows = rows_value(dataset, value, count if compound and not _counts(value) else None)
        if count is not None and len(rows) != count:
            error = UnequalLengthsError(
                f"{count} rows are expected, got {len(rows)}", path=dataset.name, at=dataset.path
            )
            raise by("unequal", error)
        count = len(rows)
        ready[dataset.field] = rows
    return {dataset.field: ready[dataset.field] for dataset in datasets if dataset.field in ready}


def _counts(value: Any) -> bool:
    """Whether a compound's columns say by themselves how many rows there are."""
    return value is not None and (len(value) > 0 if isinstance(value, Mapping) else True)


def check_growth(dataset: Dataset, length: int, most: int | None, inner: tuple[int, ...], rows: Rows) -> None:
    """Raise EncodeError (``size``) unless a dataset of *length* rows, *most* at most (None for any), can take *rows*."""
    if most is not None and length + len(rows) > most:
        problem = f"the dataset can't grow beyond {most} rows"
    elif isinstance(rows, np.ndarray) and rows.shape[1:] != inner and len(rows):
        problem = f"rows of shape {inner} are expected, got {rows.shape[1:]}"
    else:
        return
    raise EncodeError(problem, category="size", path=dataset.name, at=dataset.path)


class Appender:
    """The growing datasets and stamps of an open *file*, each found once: small appends are mostly overhead."""

    def __init__(self, file: Any, layout: Layout) -> None:
        import h5py  # a file is open, so it is loaded

        self._file = file.id
        self._flush = h5py.h5f.flush
        self._begun: list[tuple[Growing, int]] = []  # what an append extends, and the lengths until it is done
        self.layout = layout
        self.growing = {
            dataset.field: Growing(file[dataset.path])
            for datasets in layout.tables.values()
            for dataset in datasets
            if dataset.path in file
        }
        self._present = {
            table: {dataset.field: dataset for dataset in datasets if dataset.field in self.growing}
            for table, datasets in layout.tables.items()
        }
        self.stamps = {
            attribute.field: h5py.h5a.open(file[attribute.owner].id, attribute.name.encode())
            for attribute in layout.attributes
            if attribute.stamp == "modified"
            and attribute.owner in file
            and attribute.name in file[attribute.owner].attrs
        }

    def check(self, table: str, rows: Mapping[str, Rows]) -> None:
        """Raise EncodeError unless the file has just the datasets of *rows* (by field) in *table*, with room for them.

        HDF5 would leave zeros where rows are shorter than those of the file.
        """
        present = self._present.get(table, {})
        if present.keys() != rows.keys():
            odd = min(present.keys() ^ rows.keys())
            there = odd in present
            problem = (
                "the file has this dataset, the append does not" if there else "the file does not have this dataset"
            )
            raise EncodeError(problem, path=odd, at=self.layout.dataset(odd).path)
        for field, values in rows.items():
            target = self.growing[field]
            check_growth(present[field], target.length, target.most, target.inner, values)

    def append(self, rows: Mapping[str, Rows], now: float) -> None:
        """Extend the datasets of one table, write the *rows* (by field), then the stamps, and flush the file.

        Every dataset is extended before any is written. If anything fails they get their old lengths back.

        Raises
        ------
        UnwritableFileError : HDF5 could not write; says so where the old lengths could not be restored either.
        """
        begun = self._begun = [(self.growing[field], self.growing[field].length) for field in rows]
        try:
            for (target, length), values in zip(begun, rows.values(), strict=True):
                target.resize(length + len(values))
            for (target, length), values in zip(begun, rows.values(), strict=True):
                target.write(length, values)
            for stamp in self.stamps.values():
                stamp.write(np.array(now, "<f8"))
            self._flush(self._file)
            self._begun = []
        except BaseException as error:
            restored = self.take_back()
            if isinstance(error, (OSError, RuntimeError, ValueError, TypeError)):
                after = "the rows before it are as they were" if restored else "the file needs repair()"
                said = " ".join(str(error).split())
                failed = UnwritableFileError(f"the append failed, {after}: {said}")
                failed.system = said
                raise failed from error
            raise

    def take_back(self) -> bool:
        """Give what an append that did not come to its end has extended its old lengths; whether all have these.

        It may be called again where a signal has struck in the middle of it.
        """
        try:
            for target, length in self._begun:
                target.resize(length)
            if self._begun:
                self._flush(self._file)
        except (OSError, RuntimeError, ValueError):
            return False
        self._begun = []
        return True


def check_room(path: Path | None, rows: Mapping[str, Rows]) -> None:
    """Raise `UnwritableFileError` when the disk has no room for *rows*: a full disk in mid-write spoils HDF5 files.

    path : None where the file is in memory.
    """
    if path is None:
        return
    import shutil  # a tenth of the time that importing a codec takes

    need = sum(_size(values) for values in rows.values()) + _SLACK
    try:
        free = shutil.disk_usage(path if path.exists() else path.absolute().parent).free
        most = _allowed()
        more = None if most is None else most - (path.stat().st_size if path.exists() else 0)
    except OSError:
        return  # the folder is missing or tells nothing; opening the file says so better
    if need > free:
        raise UnwritableFileError(f"the rows need about {need} bytes, the disk has {free} free")
    if more is not None and need > more:
        raise UnwritableFileError(f"the rows need about {need} bytes, files of this process may grow by {more} here")


def _allowed() -> int | None:
    """The largest length that the system lets this process give a file; None for any."""
    if resource is None:  # pragma: no cover - Windows
        return None
    most = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    return None if most == resource.RLIM_INFINITY else most


def _size(values: Rows) -> int:
    if isinstance(values, np.ndarray):
        return int(values.nbytes)
    payload = values.nbytes if isinstance(values, Ragged) else sum(map(len, values))
    return 2 * payload + 40 * len(values)  # a row that does not fit into the rest of a heap leaves that empty
