"""Files that a killed writer left: the marks are cleared, rows that are not whole in all datasets are cut off."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import CodecError, DecodeError
from . import superblock
from .asked import check_flag, check_path
from .behind import points_behind, sweep
from .choosing import layout_in
from .faults import FileInUseError, UnwritableFileError, by, system_faults
from .holding import held
from .layout import Dataset, Layout
from .objects import Stored, find_dataset
from .rows import read_rows
from .source import Source, opened, text_path, unlocked
from .superblock import PROBE
from .windows import fitting

__all__ = ["Repair", "repair"]

_BLOCK = 65536  # rows that are proved at a time, fewer where they are large


@dataclass(frozen=True, slots=True)
class Repair:
    """What `repair` did.

    Attributes
    ----------
    flags : the consistency flags that were set, 0 when the file had been closed.
    rows : rows that each table has now.
    cut : rows that were cut off, by dataset path.
    backup : where the file's copy lies, None where none was asked for or nothing was done.
    """

    flags: int
    rows: dict[str, int] = field(default_factory=dict)
    cut: dict[str, int] = field(default_factory=dict)
    backup: Path | None = None


def repair(
    path: str | bytes | os.PathLike[str] | os.PathLike[bytes],
    layout: Layout,
    *,
    cut: bool = True,
    backup: str | os.PathLike[str] | None = None,
    places: Mapping[str, str] | None = None,
) -> Repair:
    """Make a file usable whose writer was killed. No program may have the file open.

    The superblock's checksum is proved first; then the marks of a writer are cleared and the file's end is
    set behind its last byte. With *cut*, the datasets of each table are cut to the rows that all of them
    have and that can be read, and what a broken append left behind these is taken away, so that rows can be
    appended. A file that needs nothing is left as it is. *backup* : where to copy it before.

    Raises
    ------
    FileInUseError : a writer that lives holds the file, as far as that can be told (see `holding`).
    TruncatedError, DecodeError : the file is damaged otherwise; it is then as it was.
    """
    layout = layout.placed(places or {})
    with layout.told():
        check_path("file", path)
        cut = check_flag("cut", cut)
        if backup is not None:
            check_path("backup", backup)
        target = text_path(path)
        with system_faults(target), target.open("rb") as file:
            head = file.read(PROBE)
            size = os.fstat(file.fileno()).st_size
        if held(target):
            problem = "a program has the file open and writes it, so it can't be repaired; close the writer first"
            raise by("in_use", FileInUseError(problem))
        block = superblock.parse(head, size)
        if block.flags == 0:
            return _cut(target, layout, 0, _copy(target, backup), cut)
        if not block.plain:
            raise DecodeError(
                "a file with a user block or with short addresses can't be repaired", category="unsupported"
            )
        kept = _copy(target, backup)
        _overwrite(target, superblock.patched(head, flags=0, end=max(block.end, size)))
        try:
            return _cut(target, layout, block.flags, kept, cut)
        except BaseException:
            _overwrite(target, head[:48])
            raise


def _copy(target: Path, backup: str | os.PathLike[str] | None) -> Path | None:
    if backup is None:
        return None
    try:
        with system_faults(backup):
            return Path(shutil.copy2(target, os.fsdecode(backup)))
    except OSError as error:
        if isinstance(error, CodecError):
            raise
        problem = f"the file can't be copied: {' '.join(str(error).split())}"
        raise UnwritableFileError(problem, path="backup") from error


def _overwrite(target: Path, head: bytes) -> None:
    with target.open("r+b", buffering=0) as file:
        file.write(head)
        os.fsync(file.fileno())


def _cut(target: Path, layout: Layout, flags: int, backup: Path | None, cut: bool) -> Repair:
    """Cut the tables of a file that is not marked to the rows that are good in all their datasets."""
    rows: dict[str, int] = {}
    lengths: dict[str, int] = {}
    unclean = flags != 0
    with opened(target) as source:
        layout = layout_in(source, layout)
        for table, datasets in layout.tables.items():
            good: list[int] = []
            for dataset in datasets:
                found = find_dataset(source, dataset, layout)
                if found is None:
                    continue
                lengths[dataset.path] = len(found)
                good.append(_good_rows(found, dataset, source, layout))
                unclean = unclean or (good[-1] == len(found) and points_behind(found, source))
            rows[table] = min(good, default=0)
    kept = {
        dataset.path: rows[table]
        for table, datasets in layout.tables.items()
        for dataset in datasets
        if dataset.path in lengths
    }
    shortened = {at: lengths[at] - count for at, count in kept.items() if lengths[at] > count}
    if not cut or not (shortened or unclean):
        return Repair(flags, rows, {}, backup)
    try:
        with unlocked(target, "r+", layout.libver) as file:
            for at, count in kept.items():
                if at in shortened:
                    file[at].resize(count, axis=0)
                sweep(file[at])
    except CodecError:
        raise
    except (OSError, RuntimeError, ValueError) as error:
        raise UnwritableFileError(f"the tables can't be cut: {' '.join(str(error).split())}") from error
    return Repair(flags, rows, shortened, backup)


def _good_rows(found: Stored, dataset: Dataset, source: Source, layout: Layout) -> int:
    """How many rows from the start can be read."""
    length = len(found)
    start = 0
    while start < length:
        rows = fitting([(dataset, found)], slice(start, min(length, start + _BLOCK)), source)
        try:
            read_rows(found, dataset, rows, source, layout)
        except CodecError as error:
            if error.partial is not None:
                return start + len(error.partial)
            return start if not start else _bisected(found, dataset, source, layout, start, rows.stop)
        start = rows.stop
    return length


def _bisected(found: Stored, dataset: Dataset, source: Source, layout: Layout, good: int, bad: int) -> int:
    """The largest number of rows that can be read, between *good* and *bad*."""
    begin = good
    while bad - good > 1:
        middle = (good + bad) // 2
        try:
            read_rows(found, dataset, slice(begin, middle), source, layout)
            good = middle
        except CodecError:
            bad = middle
    return good
