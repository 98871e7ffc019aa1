"""Files made, and files kept open to grow, by a layout.

Rule 1: everything is checked before a file is opened for writing; a refused call changes no byte.
Rule 2: an append is all or nothing (`append`), and ends with a flush of the whole file: rows, heaps and
the file's end reach the disk together, so that readers beside the writer find what the lengths promise.
Rule 3: a file that some program has open for writing, or that a killed one left so, is refused with a
word about `repair`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, BinaryIO, Self, cast

from ..errors import CodecError, EncodeError
from ..value import shown
from .append import Appender, check_room, prepared
from .asked import check_stream
from .choosing import layout_for
from .create import build
from .existing import State, examine, layout_at
from .extra import check_extra
from .faults import FolderError, UnwritableFileError, system_faults
from .holding import Hold
from .layout import Layout
from .making import axes_of, check_axes_given, content_of, image_of, make, new_image, ready_attributes, ready_datasets
from .optional import unsupplied
from .settling import settled_by
from .source import text_path, unlocked, whole
from .values import Rows, no_rows

__all__ = ["Target", "Writer", "encode"]

Target = str | bytes | os.PathLike[str] | os.PathLike[bytes] | BinaryIO


def encode(
    layout: Layout,
    attributes: Mapping[str, Any],
    datasets: Mapping[str, Any],
    path: Target | None = None,
    *,
    extra: Mapping[str, Any] | None = None,
    places: Mapping[str, str] | None = None,
) -> bytes:
    """Return the file as bytes; with a *path* write it there (what is there is replaced, at once) and return b"".

    attributes, datasets : values by field, None for what is left out. Stamps that are not given are taken now.

    Raises
    ------
    EncodeError : a value does not fit the layout; nothing has been written.
    """
    layout = layout.placed(places or {})
    with layout.told():
        if path is not None:
            check_stream("path", path, "write")
        layout = unsupplied(layout_for(layout, attributes), {**attributes, **datasets})
        ready = ready_attributes(layout, attributes, time.time(), newer=True)
        values = ready_datasets(layout, datasets)
        check_extra(layout, {} if extra is None else extra)
        if path is None:
            return image_of(layout, ready, values, extra or {})
        if not isinstance(path, (str, bytes, os.PathLike)):
            image = image_of(layout, ready, values, extra or {})
            with _stream_faults():
                path.write(image)
            return b""
        target = text_path(path)
        if not target.name:
            raise FolderError(f"the folder {str(target)!r} stands where a file is expected")
        beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        try:
            make(beside, layout, ready, values, extra or {}).close()
            with system_faults(target):
                beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    return b""


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
        now = time.time()
        with layout.told():
            check_stream("file", target, "read", "write", "seek", "truncate")
            on_disk = isinstance(target, (str, bytes, os.PathLike))
            self._stream = None if on_disk else cast("BinaryIO", target)
            self._path = text_path(target if on_disk else "")
            check_axes_given(layout, axes)
            given = {field: value for field, value in (attributes or {}).items() if value is not None}
            source = self._path if self._stream is None else self._content()
            self.layout = layout = layout_at(
                source, layout, {**given, **(datasets or {}), **(first[1] if first else {})}
            )
            rows = prepared(layout, *first) if first else {}
            fresh = (state := examine(source, layout, given, rows, datasets)) is not State.KNOWN
            ready = ready_attributes(layout, given, now) if fresh else {}
            values = ready_datasets(layout, datasets or {}, {**axes_of(layout, rows), **(axes or {})}) if fresh else {}
            for dataset in layout.datasets:  # one that is not required is made for its first rows
                if fresh and dataset.grows and dataset.field in rows:
                    values.setdefault(dataset.field, no_rows(rows[dataset.field]))
            self._check_room(rows)
            if state is State.ABSENT:
                self._create(ready, values, rows, now)
            else:
                self._open(swmr=state is State.KNOWN)
                if state is State.FOREIGN:
                    self._furnish(ready, values)
                self._write(rows, now)
            self.layout = settled_by(self._file, layout)

    def append_to(self, table: str, columns: Mapping[str, Any]) -> int:
        """Append the *columns* (by field) to *table*, all or nothing; return how many rows that were.

        Raises EncodeError before anything is written, UnwritableFileError when the file could not be written.
        """
        with self.layout.told():
            if self._file is None:
                raise UnwritableFileError("the writer is closed", category="state")
            rows = prepared(self.layout, table, columns)
            if self._appender is not None:
                self._appender.check(table, rows)
            self._check_room(rows)
            self._write(rows, time.time())
        return len(next(iter(rows.values()), ()))

    def count(self, table: str) -> int:
        """The number of rows of *table*."""
        with self.layout.told():
            if self._file is None:
                raise UnwritableFileError("the writer is closed", category="state")
            if not isinstance(table, str) or table not in self.layout.tables:
                raise EncodeError(f"files of this version have no {shown(table)[:80]}", path="table")
        growing = self._appender.growing if self._appender else {}
        return next((growing[d.field].length for d in self.layout.tables[table] if d.field in growing), 0)

    def close(self) -> None:
        """Close the file, and take off the mark that says that it is being written. Closing twice does nothing."""
        file, self._file, self._appender = self._file, None, None
        if self._hold is not None:
            self._hold.release()
            self._hold = None
        if file is None:
            return
        try:
            file.close()
        except (OSError, RuntimeError, ValueError) as error:
            problem = f"the file could not be closed: {' '.join(str(error).split())}"
            raise UnwritableFileError(problem, subject=self.layout.subject) from error

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
        existed = self._path.exists()
        try:
            self._file = make(self._path, self.layout, attributes, values, {})
            self._hold = Hold(self._path)
            self._start_swmr()
            self._write(rows, now)
        except BaseException:
            with suppress(OSError, RuntimeError, ValueError, EncodeError):
                self.close()
            if existed:
                os.truncate(self._path, 0)
            else:
                self._path.unlink(missing_ok=True)
            raise

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
        self._start_swmr()

    def _open(self, *, swmr: bool) -> None:
        import h5py  # loaded by the first file, not by the import of a codec

        try:
            if self._stream is not None:
                self._file = h5py.File(h5py.h5f.open_file_image(self._content(), h5py.h5f.ACC_RDWR))
                return
            with system_faults(self._path):
                self._file = unlocked(self._path, "r+", self.layout.libver)
            self._hold = Hold(self._path)
            if swmr:
                self._start_swmr()
        except (OSError, ValueError, RuntimeError) as error:
            if isinstance(error, CodecError):
                raise
            with suppress(OSError, RuntimeError, ValueError, EncodeError):
                self.close()
            raise UnwritableFileError(
                f"the file can't be opened for writing: {' '.join(str(error).split())}"
            ) from error

    def _start_swmr(self) -> None:
        if self.layout.swmr and self._stream is None:
            self._file.swmr_mode = True

    def _write(self, rows: Mapping[str, Rows], now: float) -> None:
        try:
            if self._appender is None:
                self._appender = Appender(self._file, self.layout)
            self._appender.append(rows, now)
        except BaseException:
            with suppress(OSError, RuntimeError, ValueError, EncodeError):
                self.close()
            raise
        if self._stream is not None:
            image = content_of(self._file)
            with _stream_faults():
                self._stream.seek(0)
                self._stream.write(image)
                self._stream.truncate()

    def _check_room(self, rows: Mapping[str, Rows]) -> None:
        if self._stream is None:
            check_room(self._path, rows)


@contextmanager
def _stream_faults() -> Iterator[None]:
    """What a file object of the caller raises while it is written."""
    try:
        yield
    except (OSError, ValueError, TypeError) as error:
        problem = f"the file object can't be written: {' '.join(str(error).split())}"
        raise UnwritableFileError(problem, path="file") from error
