"""Files of batches: the way to the bytes that costs least for what is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import CodecError, EncodeError
from ..create import filters_of
from ..layout import Filter
from .batch import checked_batch
from .config import Options
from .form import BlobForm, fault
from .packing import Packer, packer_of
from .template import template_of

if TYPE_CHECKING:
    from concurrent.futures import Executor

__all__ = ["serialize", "write"]

_WORTH_HANDING = 1 << 14  # bytes of a step; HDF5 compresses smaller chunks itself in less time
_WORKERS = 8
_MOST_CHUNKS = 1 << 16  # of a layout that is kept; the parts between more of them are larger than their data


def serialize(form: BlobForm, options: Options, batches: Iterable[Any]) -> Iterator[bytes]:
    """Yield one file for each batch (source -> array), as it comes. Raises EncodeError for a batch that is wrong."""
    if not isinstance(batches, Iterable) or (isinstance(batches, np.ndarray) and not batches.ndim):
        problem = f"expected batches, got {type(batches).__name__}"
        raise fault(form, "batch", problem, kind=EncodeError, path="batches")
    with _workers(options) as pool:
        for batch in batches:
            yield _file(form, options, batch, pool)


def write(form: BlobForm, options: Options, batch: Any) -> bytes:
    """Return the file of one *batch*."""
    with _workers(options) as pool:
        return _file(form, options, batch, pool)


@contextmanager
def _workers(options: Options) -> Iterator[Executor | None]:
    """Threads for compressions that are made here; each starts when it is first needed."""
    import os
    from concurrent.futures import ThreadPoolExecutor

    count = min(os.cpu_count() or 1, _WORKERS)
    if not options.packing.filters or count < 2:
        yield None
        return
    pool = ThreadPoolExecutor(count, thread_name_prefix="compress")
    try:
        yield pool
    finally:
        pool.shutdown()


def _file(form: BlobForm, options: Options, batch: Any, pool: Executor | None) -> bytes:
    arrays = checked_batch(form, batch, options)
    placed = {options.fields[source]: arrays[source] for source in batch if source in arrays}
    if not options.packing.filters:
        return _plain(form, placed)
    try:
        arguments, packer = _pipeline(options.packing.filters, options.level)
    except CodecError as error:  # the package of the filter is not installed
        error.subject, error.path = form.subject, form.said("compression")
        error.rule = form.rules.get("filter", "")
        raise
    if packer is None:
        return _painted(form, placed, arguments)
    return _packed(form, placed, arguments, packer, pool)


def _plain(form: BlobForm, placed: Mapping[str, NDArray[Any]]) -> bytes:
    """Without compression: by the template of the layout, or as h5py writes it."""
    chunks = sum(-(-len(array) // form.chunk) for array in placed.values())
    if chunks > _MOST_CHUNKS or any(array.dtype.hasobject or array.dtype.metadata for array in placed.values()):
        return _painted(form, placed, {})  # h5py's own types, as enumerations, say more than the words of a dtype
    layout = (form.libver, form.chunk, *((path, array.dtype.str, array.shape) for path, array in placed.items()))
    return template_of(layout, placed, lambda: _painted(form, placed, {}))


@lru_cache
def _pipeline(filters: tuple[Filter, ...], level: int) -> tuple[dict[str, Any], Packer | None]:
    """The arguments of h5py for *filters*, the level where they say ``level``, and what can do their work here."""
    ready = tuple(
        one._replace(options=tuple((key, level if value == "level" else value) for key, value in one.options))
        for one in filters
    )
    return filters_of(ready), packer_of(ready)


def _painted(form: BlobForm, placed: Mapping[str, NDArray[Any]], arguments: Mapping[str, Any]) -> bytes:
    """The file as h5py writes it into a buffer."""
    import h5py  # loaded by the first file, not by the import of a codec

    with BytesIO() as buffer:
        with h5py.File(buffer, "w", libver=form.libver) as file:
            for path, array in placed.items():
                with _told(form, path):
                    _dataset(form, file, path, array, arguments, data=array)
        return buffer.getvalue()


def _packed(
    form: BlobForm,
    placed: Mapping[str, NDArray[Any]],
    arguments: Mapping[str, Any],
    packer: Packer,
    pool: Executor | None,
) -> bytes:
    """The file with chunks that were compressed here, by several threads at once; HDF5 only stores them."""
    import h5py  # loaded by the first file, not by the import of a codec

    with BytesIO() as buffer:  # measured: HDF5's own files in memory cost more
        with h5py.File(buffer, "w", libver=form.libver) as file:
            for path, array in placed.items():
                with _told(form, path):
                    if pool is None or not _worth_handing(array, packer):
                        _dataset(form, file, path, array, arguments, data=array)
                        continue
                    dataset = _dataset(form, file, path, array, arguments)
                    steps = range(0, len(array), form.chunk)
                    chunks = (_chunk(array, first, form.chunk) for first in steps)
                    for first, payload in zip(steps, pool.map(packer.pack, chunks), strict=True):
                        dataset.id.write_direct_chunk((first, *[0] * (array.ndim - 1)), payload)
        return buffer.getvalue()


def _worth_handing(array: NDArray[Any], packer: Packer) -> bool:
    """Whether threads compress the chunks of *array* sooner than HDF5 would."""
    large = array.nbytes >= packer.worth_threads and array.nbytes // len(array) >= _WORTH_HANDING
    return large and not array.dtype.hasobject


def _chunk(array: NDArray[Any], first: int, count: int) -> NDArray[Any]:
    """The elements of a chunk; one at the end that is not full is filled with zeros, as HDF5 does."""
    chunk = array[first : first + count]
    if len(chunk) == count:
        return chunk
    whole = np.zeros((count, *array.shape[1:]), array.dtype)
    whole[: len(chunk)] = chunk
    return whole


def _dataset(
    form: BlobForm, file: Any, path: str, array: NDArray[Any], arguments: Mapping[str, Any], *, data: Any = None
) -> Any:
    import h5py  # a file is open, so it is loaded

    dtype = h5py.string_dtype() if array.dtype.hasobject else array.dtype
    chunks = (min(form.chunk, len(array)), *array.shape[1:])
    return file.create_dataset(path, shape=array.shape, dtype=dtype, chunks=chunks, data=data, **arguments)


@contextmanager
def _told(form: BlobForm, path: str) -> Iterator[None]:
    """Turn what h5py says of a dataset into an error of ours."""
    try:
        yield
    except CodecError:
        raise
    except (TypeError, ValueError, OSError, RuntimeError) as error:
        problem = f"HDF5 can't write it: {' '.join(str(error).split())}"
        name = path.strip("/").replace("/", ".")
        raise EncodeError(problem, category="unsupported", path=name, at=path, subject=form.subject) from error
