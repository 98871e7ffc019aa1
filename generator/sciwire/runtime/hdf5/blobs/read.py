"""From the bytes of a file to its arrays: those that a configuration names, or all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import CodecError, about
from ...limits import Limits
from ..faults import dotted
from ..layout import Dataset, Element, Layout
from ..objects import Stored, find, find_dataset
from ..ragged import Ragged
from ..rows import read_whole
from ..source import BytesSource, Source, foreign, opened
from .config import checked_options
from .form import BlobForm, fault

__all__ = ["Batch", "own_paths", "paths_of", "read"]


class Batch(dict[str, NDArray[Any]]):
    """Arrays by source or path; `problems` is what a decoder with ``on_error="keep"`` found wrong."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]] | None = None) -> None:
        super().__init__(arrays or {})
        self.problems: list[CodecError] = []


def read(
    form: BlobForm,
    data: BytesSource,
    *,
    fields: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    on_error: str = "raise",
) -> Batch:
    """Return the arrays of a file by source, or by path where *fields* is None.

    Text is an array of objects (str). Arrays that stand in *data* as they are become read-only views of it. A source
    whose dataset is not there is left out.

    Raises `DecodeError` and its kin with the HDF5 path as `at`, and `partial`, the arrays that are good.
    """
    if on_error not in ("raise", "keep"):
        raise ValueError(f"on_error is {on_error!r}, allowed: raise, keep")
    wanted = None if fields is None else checked_options(form, fields).fields
    with about(form.subject), _ruled(form), opened(data, limits=limits or form.limits) as source:
        paths = {path: path for path in paths_of(form, source)} if wanted is None else dict(wanted)
        found = Batch()
        for name, path in paths.items():
            try:
                array = _array(form, source, path)
            except CodecError as error:
                found.problems.append(_with_rule(form, error))
                continue
            if array is not None:
                found[name] = array
        if found.problems and on_error == "raise":
            first = found.problems[0]
            first.partial = found
            raise first
    return found


@contextmanager
def _ruled(form: BlobForm) -> Iterator[None]:
    try:
        yield
    except CodecError as error:
        raise _with_rule(form, error) from error.__cause__


def _with_rule(form: BlobForm, error: CodecError) -> CodecError:
    """The error with the rule that the format ties to its category, where it has none of its own."""
    name = "damaged" if error.category == "compression" else error.category
    error.rule = error.rule or form.rules.get(name, "")
    return error


def own_paths(value: Any) -> Any:
    """The configuration of arrays by path: each path is its own source. What is no table stays what it is."""
    return {path: path for path in value} if isinstance(value, Mapping) else {}


def paths_of(form: BlobForm, source: Source) -> list[str]:
    """The paths of all datasets, in the order of the file; only hard links inside it are followed."""
    import h5py  # a file is open, so it is loaded

    library: Any = h5py  # type checkers do not see its compiled parts
    found: list[str] = []
    seen = {int(library.h5o.get_info(source.file.id).addr)}  # a link may lead back to a group above
    waiting = [("", source.file.id)]
    while waiting:
        path, group = waiting.pop()
        for name in _names(group, path, source.limits.datasets):
            here = f"{path}/{name.decode('utf-8', 'surrogateescape')}"
            if group.links.get_info(name).type != library.h5l.TYPE_HARD:
                continue
            try:
                one = library.h5o.open(group, name)
            except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
                raise foreign(error, here) from error
            if isinstance(one, library.h5d.DatasetID):
                found.append(here)
            elif isinstance(one, library.h5g.GroupID) and (place := int(library.h5o.get_info(one).addr)) not in seen:
                seen.add(place)
                if here.count("/") > source.limits.depth:
                    problem = f"groups are nested more than {source.limits.depth} deep"
                    raise fault(form, "limit", problem, path=dotted(here), at=here)
                waiting.append((here, one))
            if len(found) + len(waiting) > source.limits.datasets:
                problem = f"more than {source.limits.datasets} objects, the limit datasets"
                raise fault(form, "limit", problem, path=dotted(here), at=here)
    return sorted(found)


def _names(group: Any, path: str, most: int) -> list[bytes]:
    """The names in a group, the last first; one more than *most* is enough to say that there are too many."""
    try:
        return sorted(islice(group, most + 1), reverse=True)
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        raise foreign(error, path or "/") from error


def _array(form: BlobForm, source: Source, path: str) -> NDArray[Any] | None:
    h5 = find(source, path, "dataset", form.rules.get("type", ""))
    if h5 is None:
        return None
    try:
        element, rank = _element(h5), len(h5.shape or ())
    except (OSError, RuntimeError, TypeError, ValueError) as error:
        raise foreign(error, path) from error
    if element is None or h5.shape is None:
        raise fault(form, "type", "the elements stand for no array of numbers or text", path=dotted(path), at=path)
    dataset = Dataset(dotted(path), path, element, tuple(f"axis {axis}" for axis in range(rank)))
    layout = Layout("", "", datasets=(dataset,), rules=form.rules)
    stored = find_dataset(source, dataset, layout)
    if stored is None:
        return None
    view = _view(stored, source)
    return view if view is not None else _whole(read_whole(stored, dataset, source, layout))


def _element(h5: Any) -> Element | None:
    """The element type of a dataset, as a layout would describe it; None for one that is no number or text."""
    import h5py  # a file is open, so it is loaded

    dtype = h5.dtype
    text = h5py.check_string_dtype(dtype)
    if text is not None and text.length is None:
        return Element("text")
    if dtype.kind in "SV" and dtype.names is None and dtype.subdtype is None:
        return Element("bytes", length=dtype.itemsize)
    return Element("number", dtype.str) if dtype.kind in "biufc" else None


def _whole(value: Any) -> NDArray[Any]:
    if isinstance(value, Ragged):
        texts = np.empty(len(value), object)
        texts[:] = value.tolist()
        return texts
    if isinstance(value, str):
        return np.array(value, object)
    return np.asarray(value)


def _view(stored: Stored, source: Source) -> NDArray[Any] | None:
    """A read-only view, where chunks without filters follow each other in the file as in the array; else None."""
    if stored.chunks is None or stored.dtype.kind == "O" or not source.block.plain or not stored.shape:
        return None
    if stored.chunks[1:] != stored.shape[1:] or len(stored) % stored.chunks[0]:
        return None
    if stored.id.get_create_plist().get_nfilters():
        return None
    size = stored.row_size * stored.chunks[0]
    number = len(stored) // stored.chunks[0]
    if stored.id.get_num_chunks() != number or not number:
        return None
    chunks: list[Any] = []
    stored.id.chunk_iter(chunks.append)
    ordered = sorted((int(one.chunk_offset[0]), int(one.byte_offset), int(one.size)) for one in chunks)
    start = ordered[0][1]
    for index, (row, offset, length) in enumerate(ordered):
        if (row, offset, length) != (index * stored.chunks[0], start + index * size, size):
            return None
    raw = source.raw.read(start, size * number)
    if not isinstance(raw, memoryview):
        return None
    array: NDArray[Any] = np.frombuffer(raw, stored.dtype).reshape(stored.shape)  # reinterprets
    array.setflags(write=False)
    return array
