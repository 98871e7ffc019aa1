"""A dataset of an old file: shape, element type, storage, and its elements. Sections IV.A.2.b, d, f, i, l."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import DecodeError
from ...limits import Limits, checked_size, product
from ..heap import REFERENCE, resolve
from ..source import RawBytes
from . import groups
from .budget import Budget
from .chunks import Chunk, chunks_of
from .cursor import UNDEFINED, Cursor, framing
from .filters import Step, steps_of, undo
from .groups import Message
from .types import NUL_ENDED, NUL_PADDED, TEXT, element_type, padding_of

__all__ = ["Stored", "until_nul"]

_SPARE = 1 << 24  # bytes that were never written take no place in the file
_MOST_AXES = 32


class Stored:
    """A dataset: *shape* (None without a dataspace), *dtype* (`TEXT`: text), *chunks* (None where it is not chunked)."""

    def __init__(self, raw: RawBytes, messages: list[Message], limits: Limits, budget: Budget) -> None:
        self._raw, self._limits, self._budget = raw, limits, budget
        self._array: NDArray[Any] | None = None
        bodies = {one.kind: one.body for one in messages}
        if any(one.shared for one in messages if one.kind in (groups.DATATYPE, groups.DATASPACE, groups.PIPELINE)):
            raise framing("the dataset shares its description with others", "unsupported")
        if groups.EXTERNAL in bodies:
            raise framing("the dataset's data lie in other files, which are not followed", "unsupported")
        self.shape = _shape(bodies[groups.DATASPACE])
        self._storage(bodies[groups.LAYOUT])
        self.dtype = element_type(bodies[groups.DATATYPE])
        self._padding = padding_of(bodies[groups.DATATYPE])
        self.steps: tuple[Step, ...] = steps_of(bodies[groups.PIPELINE]) if groups.PIPELINE in bodies else ()
        self._fill = _fill(bodies.get(groups.FILL), bodies.get(groups.OLD_FILL))

    @property
    def item(self) -> np.dtype[Any]:
        """The type of an element as it is stored: a reference for text."""
        return REFERENCE if self.dtype == TEXT else self.dtype

    def read(self, at: str) -> NDArray[Any]:
        """Return all elements; a read-only view of the file's bytes where they stand there as they are.

        A dataset that has several names is read once.
        """
        if self._array is None:
            self._array = _locked(self._read(at))
        return self._array

    def _read(self, at: str) -> NDArray[Any]:
        if self.shape is None:
            raise DecodeError("the dataset has no dataspace, so it stands for no array", category="type")
        values = self._values(self.shape)
        if self.dtype != TEXT:
            return values if self._padding == NUL_PADDED else self._ended(values)
        flat: NDArray[Any] = np.ascontiguousarray(values).reshape(-1)
        rows = resolve(flat, self._raw, str, self._limits, at=at)
        texts = np.empty(len(rows), object)
        texts[:] = until_nul(rows.tolist())
        return texts.reshape(self.shape)

    def _ended(self, values: NDArray[Any]) -> NDArray[Any]:
        """Texts of fixed length without what is behind their ends, as the library reads them."""
        size = values.dtype.itemsize
        self._budget.memory(2 * values.nbytes)  # the copy, and a mask of its bytes
        cells = np.array(values, order="C", copy=True).reshape(-1).view(np.uint8).reshape(-1, size)
        ends = cells == 0 if self._padding == NUL_ENDED else cells != ord(" ")
        if self._padding == NUL_ENDED:
            ends = np.logical_or.accumulate(ends, axis=1, out=ends)
        else:
            ends = ~np.logical_or.accumulate(ends[:, ::-1], axis=1)[:, ::-1]
        cells[ends] = 0
        return cells.view(values.dtype).reshape(values.shape)

    def chunk_places(self) -> list[Chunk]:
        """The chunks that are stored, by their places in the array."""
        if self.chunks is None or self.shape is None or self._address == UNDEFINED:
            return []
        return chunks_of(self._raw, self._address, self.shape, self.chunks, self._limits)

    def _values(self, shape: tuple[int, ...]) -> NDArray[Any]:
        size = checked_size(product((*(n or 1 for n in shape), self.item.itemsize)), self._limits)
        if self._inside is not None or self.chunks is None:
            return self._whole(shape, product((*shape, self.item.itemsize)))
        chunks = self.chunk_places()
        step = product((*self.chunks, self.item.itemsize))
        stored = min(sum(one.size for one in chunks), self._raw.size)  # chunks may lie over each other
        if max(size, step) > stored * self._limits.expansion + _SPARE:
            raise framing(f"the dataset declares {max(size, step)} bytes, {stored} bytes are stored", "size")
        view = self._view(shape, chunks, step)
        if view is not None:
            return view
        self._budget.memory(size)
        return self._assembled(shape, chunks, step)

    def _whole(self, shape: tuple[int, ...], size: int) -> NDArray[Any]:
        """Contiguous or compact storage; bytes that were never written are the fill value."""
        if self._inside is not None:
            data: bytes | memoryview = self._inside
            if len(data) != size:
                raise framing(f"the dataset needs {size} bytes, {len(data)} are stored in its header", "size")
        elif self._address == UNDEFINED or not size:
            if size > _SPARE:
                raise framing(f"the dataset declares {size} bytes, none is stored", "size")
            self._budget.memory(size)
            return self._filled(shape)
        else:
            data = self._raw.read(self._address, size)
        return _locked(np.frombuffer(data, self.item).reshape(shape))  # reinterprets

    def _view(self, shape: tuple[int, ...], chunks: list[Chunk], step: int) -> NDArray[Any] | None:
        """A view, where chunks without filters follow each other in the file as in the array."""
        assert self.chunks is not None
        if self.steps or not shape or not chunks or self.chunks[1:] != shape[1:] or shape[0] % self.chunks[0]:
            return None
        if len(chunks) != shape[0] // self.chunks[0]:  # before anything is made for each of them
            return None
        start = chunks[0].address
        wanted = [(number * self.chunks[0], start + number * step) for number in range(shape[0] // self.chunks[0])]
        if [(one.start[0], one.address) for one in chunks] != wanted or any(one.size != step for one in chunks):
            return None
        return _locked(np.frombuffer(self._raw.read(start, step * len(chunks)), self.item).reshape(shape))

    def _assembled(self, shape: tuple[int, ...], chunks: list[Chunk], step: int) -> NDArray[Any]:
        assert self.chunks is not None
        array = self._filled(shape)
        for one in chunks:
            data = self._raw.read(one.address, one.size)
            flat = undo(data, one.mask, self.steps, self.item, self.chunks, step, self._limits)
            block = np.frombuffer(flat, self.item).reshape(self.chunks)
            target = array[tuple(slice(begin, begin + n) for begin, n in zip(one.start, self.chunks, strict=True))]
            target[...] = block[tuple(map(slice, target.shape))]
        return _locked(array)

    def _filled(self, shape: tuple[int, ...]) -> NDArray[Any]:
        array = np.zeros(shape, self.item)
        if self._fill is not None and len(self._fill) == self.item.itemsize and any(self._fill):
            array[...] = np.frombuffer(self._fill, self.item)[0]
        return array

    def _storage(self, body: memoryview) -> None:
        """Where the elements are. Section IV.A.2.i (data layout message)."""
        self.chunks: tuple[int, ...] | None = None
        self._inside: memoryview | None = None
        self._address = UNDEFINED
        cursor = Cursor(body, "a layout message")
        version, kind = cursor.uint(1), cursor.uint(1)
        if version == 4 and kind == 3:
            raise framing("the dataset's data lie in other files, which are not followed", "unsupported")
        axes = 0
        if version in (1, 2):  # of libraries before 1.6.3: the axes stand in front, for all classes
            axes, kind = kind, cursor.uint(1)
            cursor.skip(5)
            if not 1 <= axes <= _MOST_AXES + 1:
                raise framing(f"a layout of version {version} with {axes} sizes can't be")
        if not 1 <= version <= 3 or kind > 2:
            raise framing(f"a layout of version {version} and class {kind} is not of this generation", "unsupported")
        if kind == 0:
            if version < 3:
                cursor.skip(4 * axes)
            self._inside = cursor.take(cursor.uint(2 if version == 3 else 4))
            return
        if version == 3 and kind == 2:
            axes = cursor.uint(1)
        self._address = cursor.uint(8)
        if kind == 2:
            self.chunks = tuple(cursor.uint(4) for _ in range(axes - 1))
            if self.shape is None or len(self.chunks) != len(self.shape) or not all(self.chunks):
                raise framing(f"chunks of {' x '.join(map(str, self.chunks))} do not go with the shape")


def until_nul(texts: list[Any]) -> list[Any]:
    """Texts as HDF5 reads them: a NUL ends a text, whatever bytes its row has behind it."""
    return [text.partition("\0")[0] if "\0" in text else text for text in texts]


def _locked(array: NDArray[Any]) -> NDArray[Any]:
    array.setflags(write=False)
    return array


def _shape(body: memoryview) -> tuple[int, ...] | None:
    """Section IV.A.2.b (dataspace message)."""
    cursor = Cursor(body, "a dataspace message")
    version, axes, _ = cursor.uint(1), cursor.uint(1), cursor.uint(1)
    if version not in (1, 2) or axes > _MOST_AXES:
        raise framing(f"a dataspace of version {version} with {axes} axes can't be")
    kind = cursor.uint(1)
    if version == 1:
        cursor.skip(4)
    elif kind == 2:
        return None
    return tuple(cursor.uint(8) for _ in range(axes))


def _fill(body: memoryview | None, old: memoryview | None) -> bytes | None:
    """What was never written holds; None for zeros. Sections IV.A.2.e and f (fill value messages, the *old* one)."""
    if body is None and old is not None:  # libraries before 1.6 wrote no other
        cursor = Cursor(old, "a fill value message")
        return bytes(cursor.take(cursor.uint(4)))
    if body is None or len(body) < 8:
        return None
    cursor = Cursor(body, "a fill value message")
    version = cursor.uint(1)
    if version == 3:
        defined = bool(cursor.uint(1) & 0x20)
    else:
        cursor.skip(2)
        defined = bool(cursor.uint(1))
    return bytes(cursor.take(cursor.uint(4))) if defined else None
