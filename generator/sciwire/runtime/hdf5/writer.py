"""Files made, and files kept open to grow, by a layout.

Rule 1: everything is checked before a file is opened for writing; a refused call changes no byte.
Rule 2: an append is all or nothing (`append`), and ends with a flush of the whole file: rows, heaps and
the file's end reach the disk together, so that readers beside the writer find what the lengths promise.
Rule 3: a file that some program has open for writing, or that a killed one left so, is refused with a
word about `repair`; so is the second of two that open it at once. A new file gets its name when it is whole.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from itertools import count
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Self, cast

from ..errors import CodecError, EncodeError
from ..value import shown
from .append import Appender, check_room, prepared
from .asked import check_stream
from .create import build
from .existing import State, examine, layout_at
from .faults import FileThereError, UnwritableFileError, stream_faults, system_faults
from .forking import own
from .holding import HAS_LOCKS, Hold
from .layout import Layout
from .making import axes_of, check_axes_given, content_of, make, new_image, publish, ready_attributes, ready_datasets
from .settling import settled_by
from .source import mark, text_path, unlocked, whole
from .values import Rows, no_rows

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Target", "Writer"]

Target = str | bytes | os.PathLike[str] | os.PathLike[bytes] | BinaryIO

_numbers = count()  # of files that are made under other names: threads may make the same one


class Writer:
    """A file that is kept open to grow; a context manager. Readers may have the file open beside it.

    target : a path, or a binary file object (its content is rewritten by every append).
    attributes : values by field for a new file; those given for an existing one must go with what it says.
    datasets : values of the datasets that belong to no table, for a new file.
    first : a table and columns to append at once; if that fails, a new file is not left behind.

    Raises
    ------
    VersionError : versions do not go together. FileInUseError : the file is marked as being written.
    EncodeError, DecodeError : values or file do not fit the layout; the file is as it was.
    """

    def __init__(
        self,
        target: Target,
        layout: Layout,
        *,
        attributes: Mapping[str, Any] | None = None,
        datasets: Mapping[str, Any] | None = None,
        first: tuple[str, Mapping[str, Any]] | None = None,
        axes: Mapping[str, int] | None = None,
    ) -> None:
        self.layout = layout
        self._file: Any = None
        self._appender: Appender | None = None
        self._hold: Hold | None = None
        self._descriptor = -1
        self._process = os.getpid()
        self._turn = threading.RLock()  # threads append one after the other
        now = time.time()
        with layout.told():
            check_stream("file", target, "read", "write", "seek", "truncate")
            on_disk = isinstance(target, (str, bytes, os.PathLike))
            self._stream = None if on_disk else cast("BinaryIO", target)
            self._path = text_path(target if on_disk else "")
            check_axes_given(layout, axes)
            given = {field: value for field, value in (attributes or {}).items() if value is not None}
            try:
                self._start(layout, given, datasets or {}, first, axes or {}, now)
            except BaseException:
                self._let_go()
                raise

    def _start(
        self,
        layout: Layout,
        given: Mapping[str, Any],
        datasets: Mapping[str, Any],
        first: tuple[str, Mapping[str, Any]] | None,
        axes: Mapping[str, int],
        now: float,
    ) -> None:
        """Look at what is there, make or open the file, and append the first rows."""
        if self._stream is None and self._path.is_file():
            with system_faults(self._path):
                self._hold = Hold(self._path)
        source = self._path if self._stream is None else self._content()
        self.layout = layout = layout_at(source, layout, {**given, **datasets, **(first[1] if first else {})})
        rows = prepared(layout, *first) if first else {}
        state = examine(source, layout, given, rows, datasets)
        fresh = state is not State.KNOWN
        ready = ready_attributes(layout, given, now) if fresh else {}
        values = ready_datasets(layout, datasets, {**axes_of(layout, rows), **axes}) if fresh else {}
        for dataset in layout.datasets:
            if fresh and dataset.grows and dataset.field in rows:  # one that is not required is made for its first rows
                values.setdefault(dataset.field, no_rows(rows[dataset.field]))
        check_room(self._path if self._stream is None else None, rows)
        if state is State.ABSENT:
            self._create(ready, values, rows, now)
        else:
            self._open(swmr=state is State.KNOWN)
            if state is State.FOREIGN:
                self._furnish(ready, values)
            self._write(rows, now)
        self.layout = settled_by(self._file, layout)

    def append_to(self, table: str, columns: Mapping[str, Any]) -> int:
        """Append the *columns* (by field) to *table*, all or nothing; return how many rows that were. Any thread may.

        Raises EncodeError before anything is written, UnwritableFileError when the file could not be written.
        """
        with self.layout.told(), self._own_turn():
            self._check_open()
            rows = prepared(self.layout, table, columns)
            if self._appender is not None:
                self._appender.check(table, rows)
            check_room(self._path if self._stream is None else None, rows)
            self._write(rows, time.time())
        return len(next(iter(rows.values()), ()))

    def count(self, table: str) -> int:
        """The number of rows of *table*."""
        with self.layout.told(), self._own_turn():
            self._check_open()
            if not isinstance(table, str) or table not in self.layout.tables:
                raise EncodeError(f"files of this version have no {shown(table)[:80]}", path="table")
        growing = self._appender.growing if self._appender else {}
        return next((growing[d.field].length for d in self.layout.tables[table] if d.field in growing), 0)

    def close(self) -> None:
        """Close the file, and take off the mark that says that it is being written. Closing twice does nothing."""
        with self._own_turn():
            self._close()

    def _close(self) -> None:
        broken = self._appender is not None and not self._appender.take_back()
        file, self._file, self._appender = self._file, None, None
        own(self._descriptor, False)
        try:
            if file is not None and self._process == os.getpid():
                file.close()
        except (OSError, RuntimeError, ValueError) as error:
            said = " ".join(str(error).split())
            raise UnwritableFileError(f"the file could not be closed: {said}", subject=self.layout.subject) from error
        finally:
            if broken:
                from .redo import leave_marked  # hardly ever needed

                leave_marked(self._path)
            if self._hold is not None:
                self._hold.release()  # not before: who finds the file free finds it closed
                self._hold = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _content(self) -> bytes:
        assert self._stream is not None
        return whole(self._stream)

    def _create(
        self, attributes: Mapping[str, Any], values: Mapping[str, Any], rows: Mapping[str, Rows], now: float
    ) -> None:
        if self._stream is not None:
            self._file = new_image(self.layout)
            build(self._file, self.layout, attributes, values, {})
            self._write(rows, now)
            return
        if self._path.exists():
            if self._hold is None or self._path.stat().st_size:
                raise FileThereError("another program has made the file meanwhile", category="state")
            try:  # it stays the file that it is, for those who have it open
                self._make(self._path, attributes, values, rows, now)
            except BaseException:
                self._let_go()
                os.truncate(self._path, 0)
                raise
            return
        path = self._path.resolve()  # a link may lead to where there is nothing yet
        beside = path.with_name(f".{path.name}.{os.getpid()}.{next(_numbers)}.tmp") if HAS_LOCKS else path
        try:
            self._make(beside, attributes, values, rows, now)
            if beside != path:
                publish(beside, path)
        except BaseException:
            self._let_go()
            beside.unlink(missing_ok=True)
            raise

    def _make(
        self, path: Path, attributes: Mapping[str, Any], values: Mapping[str, Any], rows: Mapping[str, Rows], now: float
    ) -> None:
        """Make the file, and append its first rows."""
        self._file = make(path, self.layout, attributes, values, {}, named=self._path)
        self._opened(path)
        self._start_swmr(path)
        self._write(rows, now)

    def _opened(self, path: Path) -> None:
        self._descriptor = self._file.id.get_vfd_handle()
        own(self._descriptor, True)
        if self._hold is None:
            self._hold = Hold(path)

    def _furnish(self, attributes: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """Make the layout's objects in an HDF5 file of somebody else; on failure it loses them again."""
        before = set(self._file)
        try:
            build(self._file, self.layout, attributes, values, {})
            self._file.flush()
        except BaseException:
            for name in set(self._file) - before:
                del self._file[name]
            self.close()
            raise
        self._start_swmr(self._path)

    def _open(self, *, swmr: bool) -> None:
        import h5py  # loaded by the first file, not by the import of a codec

        try:
            if self._stream is not None:
                self._file = h5py.File(h5py.h5f.open_file_image(self._content(), h5py.h5f.ACC_RDWR))
                return
            with system_faults(self._path):
                self._file = unlocked(self._path, "r+", self.layout.libver)
            self._opened(self._path)
            if swmr:
                self._start_swmr(self._path)
        except (OSError, ValueError, RuntimeError) as error:
            if isinstance(error, CodecError):
                raise
            said = " ".join(str(error).split())
            raise UnwritableFileError(f"the file can't be opened for writing: {said}") from error

    def _start_swmr(self, path: Path) -> None:
        if self.layout.swmr and self._stream is None:
            self._file.swmr_mode = True
        if self._hold is not None and (mark(path) or (0,))[0]:  # the marks keep other writers away from now on
            self._hold.share()

    def _write(self, rows: Mapping[str, Rows], now: float) -> None:
        try:
            if self._appender is None:
                self._appender = Appender(self._file, self.layout)
            self._appender.append(rows, now)
        except BaseException:
            self._let_go()
            raise
        if self._stream is not None:
            image = content_of(self._file)
            with stream_faults():
                self._stream.seek(0)
                self._stream.write(image)
                self._stream.truncate()

    def _let_go(self) -> None:
        """Close the file after a failure that says more than one of closing would."""
        with suppress(OSError, RuntimeError, ValueError, EncodeError):
            self.close()

    def _own_turn(self) -> AbstractContextManager[object]:
        """While no other thread has it; a forked child, in which that thread does not go on, is refused anyway."""
        return self._turn if self._process == os.getpid() else nullcontext()

    def _check_open(self) -> None:
        if self._file is None:
            raise UnwritableFileError("the writer is closed", category="state")
        if self._process != os.getpid():
            raise UnwritableFileError("the writer belongs to the process that opened it", category="state")
        if self._hold is not None and self._hold.gone:
            raise UnwritableFileError("the file was deleted, rows that are appended to it would be lost")
