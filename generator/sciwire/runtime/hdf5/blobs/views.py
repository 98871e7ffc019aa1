"""Batches for people and for other programs: canonical values, a line an array, which bytes belong to what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import CodecError, DecodeError, EncodeError, about
from .. import superblock
from ..faults import dotted
from ..source import BytesSource, check_source
from ..spanning import Span
from .files import opened_blob
from .form import Batch, BlobForm

__all__ = ["from_plain", "sniff", "spans", "summary", "to_plain"]


def to_plain(form: BlobForm, value: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    """The canonical value: ``$nd`` or ``$strings`` by path."""
    from ... import plain  # here, because most callers only read and write

    _check_batch(form, value)
    found: dict[str, Any] = {}
    with about(form.subject):
        for path, array in value.items():
            try:
                found[path] = plain.to_plain(np.asarray(array))
            except CodecError as error:
                raise error.within(str(path)) from error.__cause__
            except ValueError as error:
                problem = f"an array is expected: {error}"
                raise EncodeError(problem, category="type", path=str(path)) from error
    return found


def _check_batch(form: BlobForm, value: Any) -> None:
    """EncodeError unless *value* is a table, of what may be arrays."""
    if not isinstance(value, Mapping):
        problem = f"a table of arrays is expected, got {type(value).__name__}"
        raise EncodeError(problem, category="type", path="value", subject=form.subject)


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


def summary(form: BlobForm, value: Mapping[str, NDArray[Any]]) -> list[tuple[str, str]]:
    """Path and description of each array."""
    from ...summary import describe_array

    _check_batch(form, value)
    named = {str(path): array for path, array in value.items()}
    for path, array in named.items():
        if not isinstance(array, np.ndarray):
            problem = f"an array is expected, got {type(array).__name__}"
            raise EncodeError(problem, category="type", path=path, subject=form.subject)
    return [(dotted(path) if path.startswith("/") else path, describe_array(array)) for path, array in named.items()]


def sniff(form: BlobForm, data: bytes | bytearray | memoryview) -> bool:
    """Whether *data* are HDF5 with datasets that all have one step a chunk and the same first extent."""
    if not isinstance(data, (bytes, bytearray, memoryview)):
        problem = f"bytes are expected, got a {type(data).__name__}"
        raise EncodeError(problem, category="type", path="data", subject=form.subject)
    view = memoryview(data).cast("B")
    if superblock.starts(bytes(view[: superblock.PROBE])) < 0:
        return False
    try:
        with opened_blob(view, form.limits) as file:
            found = [file.about(path) for path in file.paths()]
    except (CodecError, OSError, RuntimeError, KeyError, ValueError, TypeError):
        return False
    depth = next((one.shape[0] for one in found if one.shape), 0)
    return depth > 0 and all(
        one.shape and one.chunks == (min(form.chunk, depth), *one.shape[1:]) and one.shape[0] == depth for one in found
    )


def spans(form: BlobForm, data: BytesSource) -> Iterator[Span]:
    """Spans from the first byte to the last: the chunks of each dataset, and what stands between them."""
    with about(form.subject):
        check_source(data)
    size, fault = 0, ""
    found: list[Span] = []
    if isinstance(data, (bytes, bytearray, memoryview)):
        size = memoryview(data).nbytes
    try:
        with opened_blob(data, form.limits) as file:
            size = file.size
            for path in file.paths():
                places = file.places(path)
                found += [Span(one.start, one.stop, dotted(path), "chunk", f"from row {one.row}") for one in places]
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
