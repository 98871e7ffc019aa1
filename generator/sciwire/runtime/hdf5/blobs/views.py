"""Batches for people and for other programs: canonical values, a line an array, which bytes belong to what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import CodecError, DecodeError
from .. import superblock
from ..faults import dotted
from ..source import BytesSource, Source, opened
from ..spanning import Span
from .form import BlobForm
from .read import Batch, paths_of

__all__ = ["from_plain", "sniff", "spans", "summary", "to_plain"]


def to_plain(form: BlobForm, value: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    """The canonical value: ``$nd`` or ``$strings`` by path."""
    from ... import plain  # here, because most callers only read and write

    return {path: plain.to_plain(np.asarray(array)) for path, array in value.items()}


def from_plain(form: BlobForm, obj: Any) -> Batch:
    """The arrays of a canonical value. Raises `DecodeError`."""
    from ... import plain

    if not isinstance(obj, Mapping):
        raise DecodeError(
            f"a map of arrays is expected, got {type(obj).__name__}", category="type", subject=form.subject
        )
    found = Batch()
    for path, item in obj.items():
        array = plain.from_plain(item, path=str(path))
        if not isinstance(array, np.ndarray):
            problem = f"an array is expected, got {type(array).__name__}"
            raise DecodeError(problem, category="type", path=str(path), subject=form.subject)
        found[str(path)] = array
    return found


def summary(value: Mapping[str, NDArray[Any]]) -> list[tuple[str, str]]:
    """Path and description of each array."""
    from ...summary import describe_array

    return [(dotted(path) if path.startswith("/") else path, describe_array(array)) for path, array in value.items()]


def sniff(form: BlobForm, data: bytes | bytearray | memoryview) -> bool:
    """Whether *data* are HDF5 with datasets that all have one step a chunk and the same first extent."""
    view = memoryview(data).cast("B")
    if superblock.starts(bytes(view[: superblock.PROBE])) < 0:
        return False
    try:
        with opened(view) as source:
            datasets = [source.file[path] for path in paths_of(form, source)]
            shapes = [one.shape for one in datasets]
            chunks = [one.chunks for one in datasets]
            if not datasets or not all(shapes) or not all(chunks):
                return False
            step = min(form.chunk, shapes[0][0])
            return all(
                chunk[0] == step and chunk[1:] == shape[1:] and shape[0] == shapes[0][0]
                for chunk, shape in zip(chunks, shapes, strict=True)
            )
    except (CodecError, OSError, RuntimeError, KeyError, ValueError, TypeError):
        return False


def spans(form: BlobForm, data: BytesSource) -> Iterator[Span]:
    """Spans from the first byte to the last: the chunks of each dataset, and what stands between them."""
    size, fault = 0, ""
    found: list[Span] = []
    if isinstance(data, (bytes, bytearray, memoryview)):
        size = memoryview(data).nbytes
    try:
        with opened(data) as source:
            size = source.raw.size
            for path in paths_of(form, source):
                found += _chunks(source, path)
    except CodecError as error:
        fault = str(error)
    at = 0
    for span in sorted(found):
        if span.start < at or span.stop > size:
            continue
        if span.start > at:
            yield Span(at, span.start, "", "metadata", "superblock, groups, object headers, indices")
        yield span
        at = span.stop
    if at < size:
        text = fault or "superblock, groups, object headers, indices"
        yield Span(at, size, "", "invalid" if fault else "metadata", text)


def _chunks(source: Source, path: str) -> list[Span]:
    dataset = source.file[path]
    if dataset.chunks is None:
        return []
    found: list[Any] = []
    dataset.id.chunk_iter(found.append)
    return [
        Span(
            int(one.byte_offset),
            int(one.byte_offset + one.size),
            dotted(path),
            "chunk",
            f"from row {one.chunk_offset[0]}",
        )
        for one in found
        if one.byte_offset is not None
    ]
