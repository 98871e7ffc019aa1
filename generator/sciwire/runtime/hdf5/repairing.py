"""Files that a killed writer left: the marks are cleared, rows that are not whole in all datasets are cut off."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import CodecError, DecodeError
from ..limits import product
from ..value import shown
from . import superblock
from .asked import check_flag, check_path
from .behind import points_behind, sweep
from .choosing import layout_in
from .closing import close_heaps, needed_size
from .draft import Draft, DraftStream
from .faults import FileThereError, UnwritableFileError, system_faults
from .holding import Hold
from .layout import Layout
from .objects import find_dataset
from .redo import finish, put
from .soundness import sound_rows
from .source import RawBytes, Source, opened, text_path
from .superblock import PROBE

__all__ = ["Repair", "repair"]

_CHUNKS = 40  # by which a table must be able to grow
_BYTES = 16 << 20


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
    appended. A file that needs nothing is left as it is. All of this is done in memory and proved before the file
    is touched; a repair that is killed is finished by the next one. *backup* : where to copy the file before it is
    changed, to a new file; without one nothing is cut off that no append which was broken off leaves (rows that
    can't be read before others that can, chunks that are damaged).

    Raises
    ------
    FileInUseError : a writer that lives holds the file, as far as that can be told (see `holding`).
    TruncatedError, DecodeError : the file is damaged otherwise; it is then as it was.
    UnwritableFileError : it can't be written; it says whether the file is as it was. `FileThereError` : there is
        something at *backup*.
    """
    layout = layout.placed(places or {})
    with layout.told():
        check_path("file", path)
        cut = check_flag("cut", cut)
        if backup is not None:
            check_path("backup", backup)
        target = text_path(path)
        with system_faults(target):
            _head(target)
            hold = Hold(target, alone=True)
        try:
            _check_plain(_head(target)[1])
            finish(target)  # of what that begins with a copy was made, if any
            return _repaired(target, layout, backup, cut)
        finally:
            hold.release()


def _head(target: Path) -> tuple[bytes, superblock.Superblock, int]:
    """The first bytes, what the superblock says, and the length of the file."""
    with target.open("rb") as file:
        head = file.read(PROBE)
        size = os.fstat(file.fileno()).st_size
    return head, superblock.parse(head, size), size


def _check_plain(block: superblock.Superblock) -> None:
    if block.flags and not block.plain:
        problem = "a file with a user block or with short addresses can't be repaired"
        raise DecodeError(problem, category="unsupported")


def _copy(target: Path, backup: str | os.PathLike[str] | None) -> Path | None:
    if backup is None:
        return None
    copy = Path(os.fsdecode(backup))
    try:
        with copy.open("xb") as file, target.open("rb") as source:
            shutil.copyfileobj(source, file)
            file.flush()
            os.fsync(file.fileno())  # it must be there before the file is touched
        shutil.copystat(target, copy)
    except FileExistsError as error:
        problem = f"there is {shown(str(copy))} already, a backup replaces nothing"
        raise FileThereError(problem, path="backup") from error
    except OSError as error:
        copy.unlink(missing_ok=True)
        problem = f"the file can't be copied: {' '.join(str(error).split())}"
        raise UnwritableFileError(problem, path="backup") from error
    return copy


def _repaired(target: Path, layout: Layout, backup: str | os.PathLike[str] | None, cut: bool) -> Repair:
    """Mend a draft of the file, and make the file what the draft is."""
    head, block, size = _head(target)
    raw = RawBytes(target)
    try:
        draft = Draft(raw)
        if block.flags:
            draft.write(0, superblock.patched(head, flags=0, end=max(block.end, size)))
            with opened(draft) as source:
                draft.truncate(needed_size(source, layout_in(source, layout)))
            draft.write(0, superblock.patched(head, flags=0, end=max(block.end, draft.size)))
        with opened(draft) as source:
            placed = layout_in(source, layout)
            lengths, rows, unclean = _found(source, placed, backup is not None, block.flags != 0)
            unclean = unclean or block.flags != 0
            kept = {
                one.path: rows[table]
                for table, datasets in placed.tables.items()
                for one in datasets
                if one.path in lengths
            }
            shortened = {at: lengths[at] - count for at, count in kept.items() if lengths[at] > count}
            mended = cut and bool(shortened or unclean)
            if mended:
                close_heaps(draft, source, placed, kept)
        if mended:
            _cut(draft, placed, kept)
            _prove(draft, placed, rows)
            _prove_growth(Draft(draft), placed, kept)
        kept_at = _copy(target, backup) if draft.changed else None
        put(target, draft)
    finally:
        raw.close()
    return Repair(block.flags, rows, shortened if mended else {}, kept_at)


def _found(source: Source, layout: Layout, forced: bool, marked: bool) -> tuple[dict[str, int], dict[str, int], bool]:
    """Rows by dataset path, good rows by table, and whether something stands behind the last row of a dataset."""
    rows: dict[str, int] = {}
    lengths: dict[str, int] = {}
    unclean = False
    for table, datasets in layout.tables.items():
        good: list[int] = []
        for dataset in datasets:
            found = find_dataset(source, dataset, layout)
            if found is None:
                continue
            lengths[dataset.path] = len(found)
            good.append(sound_rows(found, dataset, source, layout, forced=forced, marked=marked))
            unclean = unclean or (good[-1] == len(found) and points_behind(found, source))
        rows[table] = min(good, default=0)
    return lengths, rows, unclean


def _cut(draft: Draft, layout: Layout, kept: Mapping[str, int]) -> None:
    """Cut the datasets to the rows to be *kept* (by path), and take away what is behind these."""
    import h5py  # a file is open, so it is loaded

    try:
        stream: Any = DraftStream(draft)
        with h5py.File(stream, "r+", libver=layout.libver) as file:
            for at, count in kept.items():
                dataset: Any = file[at]
                if dataset.shape[0] > count:
                    dataset.resize(count, axis=0)
                sweep(dataset)
    except CodecError:
        raise
    except (OSError, RuntimeError, ValueError) as error:
        raise UnwritableFileError(f"the tables can't be cut: {' '.join(str(error).split())}") from error


def _prove(draft: Draft, layout: Layout, rows: Mapping[str, int]) -> None:
    """What HDF5 made of a file that was damaged must have the rows, or it does not get into the file."""
    with opened(draft) as source:
        _, good, unclean = _found(source, layout, True, True)
    if unclean or good != dict(rows):
        problem = f"the file can't be repaired: of the rows {dict(rows)} {good} would be left"
        raise DecodeError(problem, category="state")


def _prove_growth(trial: Draft, layout: Layout, kept: Mapping[str, int]) -> None:
    """What leads to chunks that are not there yet must be sound: the next writer would wait for it for minutes."""
    import h5py  # a file is open, so it is loaded

    try:
        stream: Any = DraftStream(trial)
        with h5py.File(stream, "r+", libver=layout.libver) as file:
            for at, count in kept.items():
                dataset: Any = file[at]
                if not dataset.chunks:
                    continue
                rows, most = dataset.chunks[0], dataset.maxshape[0]
                size = product(dataset.chunks) * dataset.dtype.itemsize
                content = bytes(8 if dataset.id.get_create_plist().get_nfilters() else size)  # of no matter
                end = count + min(_CHUNKS, _BYTES // len(content) + 1) * rows
                dataset.resize(end if most is None else min(most, end), axis=0)
                for row in range(count // rows * rows, dataset.shape[0], rows):
                    dataset.id.write_direct_chunk((row, *(0 for _ in dataset.shape[1:])), content)
    except (OSError, RuntimeError, ValueError) as error:
        problem = f"the file can't be repaired, its tables could not grow: {' '.join(str(error).split())}"
        raise DecodeError(problem, category="framing") from error
