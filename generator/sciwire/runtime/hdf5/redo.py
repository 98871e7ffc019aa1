"""Changes of a file that are made as a whole: a program that is killed at any byte of it leaves what can be finished.

Behind the file's end goes a list of what changes, with a checksum; readers of HDF5 do not look there. Then the file is
marked as being written, changed, cut to its length (the list is gone), and the marks are taken off. `finish` does what
a killed program left of that; the marks keep others away until then.
"""

from __future__ import annotations

import os
import struct
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from . import superblock
from .draft import Draft
from .faults import UnwritableFileError

if TYPE_CHECKING:  # pathlib is a tenth of the time that importing a codec takes
    from pathlib import Path

__all__ = ["finish", "leave_marked", "put"]

_SIGNATURE = b"sw-redo1"
_TAIL = struct.Struct("<QQ32s8s")  # where the list begins, the file's length afterwards, the checksum, the signature
_HEAD = 48  # bytes of the superblock, of which those at the start come first
_RUN = struct.Struct("<QQ")

_Run = tuple[int, bytes, bytes]


def put(target: Path, draft: Draft) -> None:
    """Make the file at *target* what *draft* is; its superblock has no marks.

    Raises
    ------
    UnwritableFileError : it could not be written; the file is as it was, or, as the error says, to be repaired again.
    """
    old_size, runs = draft.raw.size, draft.changes()
    if not runs and draft.size == old_size:
        return
    heads, rest = _split(runs)
    head = heads[0] if heads else (0, bytes(draft.raw.read(0, _HEAD)), draft.read(0, _HEAD))
    touched = False
    try:
        with target.open("r+b", buffering=0) as file:
            if not rest and draft.size == old_size:
                _write(file, 0, head[2])  # one write of less than a page: there or not
                _sync(file)
                return
            try:
                start = max(old_size, draft.size)
                body = b"".join(_RUN.pack(at, len(new)) + old + new for at, old, new in [head, *rest])
                _write(file, start, body + _TAIL.pack(start, draft.size, _sum(body, start, draft.size), _SIGNATURE))
                _sync(file)
            except OSError:
                file.truncate(old_size)
                raise
            touched = True
            _redo(file, head, rest, draft.size)
    except OSError as error:
        after = "repair() must be called again" if touched else "the file is as it was"
        raise UnwritableFileError(f"the file can't be written, {after}: {' '.join(str(error).split())}") from error


def finish(target: Path) -> bool:
    """Finish what a killed `put` has begun; whether there was something."""
    with target.open("rb") as file:
        found = _pending(file)
    if found is None:
        return False
    head, rest, size = found
    try:
        with target.open("r+b", buffering=0) as file:
            _redo(file, head, rest, size)
    except OSError as error:
        raise UnwritableFileError(f"the file can't be written: {' '.join(str(error).split())}") from error
    return True


def leave_marked(target: Path) -> None:
    """Mark a file that an append has spoiled, though HDF5 closed it: only `repair` may have it now.

    Where the disk was full HDF5 says that the file ends behind its last byte. Nothing is raised.
    """
    with suppress(OSError), target.open("r+b", buffering=0) as file:
        head, size = file.read(_HEAD), file.seek(0, os.SEEK_END)
        if len(head) == _HEAD and head[:8] == superblock.SIGNATURE and head[8] == 3:
            end = min(size, int.from_bytes(head[28:36], "little"))
            _write(file, 0, superblock.patched(head, flags=superblock.FLAG_WRITE | superblock.FLAG_SWMR, end=end))


def _redo(file: BinaryIO, head: _Run, rest: list[_Run], size: int) -> None:
    clean = head[2]
    _write(file, 0, _marked(clean))
    for at, _, new in rest:
        _write(file, at, new)
    _sync(file)
    file.truncate(size)
    _sync(file)
    _write(file, 0, clean)
    _sync(file)


def _pending(file: BinaryIO) -> tuple[_Run, list[_Run], int] | None:
    """The changes that a list behind the end of *file* tells of, unless the file was changed otherwise since."""
    size = file.seek(0, os.SEEK_END)
    if size < _HEAD + _TAIL.size:
        return None
    file.seek(size - _TAIL.size)
    start, after, stated, signature = _TAIL.unpack(file.read(_TAIL.size))
    if signature != _SIGNATURE or not _HEAD <= start <= size - _TAIL.size or after > start:
        return None
    file.seek(start)
    body = file.read(size - _TAIL.size - start)
    if _sum(body, start, after) != stated:
        return None
    runs = list(_runs(body))
    for at, old, new in runs:
        file.seek(at)
        have = np.frombuffer(file.read(len(new)).ljust(len(new), b"\0"), np.uint8)
        known = (have == np.frombuffer(old, np.uint8)) | (have == np.frombuffer(new, np.uint8))
        if at == 0:  # with the marks on it
            known |= have == np.frombuffer(_marked(new), np.uint8)
        if not known.all():
            return None
    return runs[0], runs[1:], after


def _marked(head: bytes) -> bytes:
    """The superblock with the mark of a writer, where its version has one."""
    if head[:8] != superblock.SIGNATURE or head[8] != 3:
        return head
    return superblock.patched(head, flags=superblock.FLAG_WRITE, end=int.from_bytes(head[28:36], "little"))


def _runs(body: bytes) -> list[_Run]:
    runs: list[_Run] = []
    at = 0
    while at + _RUN.size <= len(body):
        offset, count = _RUN.unpack_from(body, at)
        at += _RUN.size
        runs.append((offset, body[at : at + count], body[at + count : at + 2 * count]))
        at += 2 * count
    return runs


def _split(runs: list[_Run]) -> tuple[list[_Run], list[_Run]]:
    """The superblock's change, and the others."""
    if not runs or runs[0][0] != 0:
        return [], runs
    _, old, new = runs[0]
    rest = [(_HEAD, old[_HEAD:], new[_HEAD:])] if old[_HEAD:] != new[_HEAD:] else []
    return [(0, old[:_HEAD], new[:_HEAD])], rest + runs[1:]


def _write(file: BinaryIO, at: int, data: bytes) -> None:
    file.seek(at)
    done = 0
    while done < len(data):
        done += file.write(data[done:]) or 0


def _sync(file: BinaryIO) -> None:
    os.fsync(file.fileno())


def _sum(body: bytes, start: int, size: int) -> bytes:
    import hashlib  # not by the import of a codec: another tenth

    return hashlib.sha256(_RUN.pack(start, size) + body).digest()
