"""From the bytes of a file to its arrays: those that a configuration names, or all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ...errors import CodecError, EncodeError, FilterUnavailable, LimitError, about
from ...limits import Limits
from ...value import shown
from ..asked import limits_of
from ..source import BytesSource
from .config import checked_options
from .files import opened_blob
from .form import Batch, BlobForm

__all__ = ["own_paths", "read"]


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
    if not isinstance(on_error, str) or on_error not in ("raise", "keep"):
        problem = f"on_error is {shown(on_error)[:80]}, allowed: raise, keep"
        raise EncodeError(problem, path="on_error", subject=form.subject)
    wanted = None if fields is None else checked_options(form, fields).fields
    found = Batch()
    with about(form.subject), _ruled(form), opened_blob(data, _limits(form, limits)) as file:
        paths = {path: path for path in file.paths()} if wanted is None else dict(wanted)
        for name, path in paths.items():
            try:
                array = _array(file, path)
            except CodecError as error:
                error.partial = None  # rows of one dataset are no part of a batch
                found.problems.append(_with_rule(form, error, "array"))
                continue
            if array is not None:
                found[name] = array
        if found.problems and on_error == "raise":
            first = found.problems[0]
            first.partial = found
            raise first
    return found


def _array(file: Any, path: str) -> Any:
    try:
        return file.array(path)
    except MemoryError as error:
        name = path.strip("/").replace("/", ".")
        raise LimitError("the array needs more memory than there is", path=name, at=path) from error


def _limits(form: BlobForm, limits: Limits | None) -> Limits:
    return form.limits if limits is None else limits_of(limits)


@contextmanager
def _ruled(form: BlobForm) -> Iterator[None]:
    try:
        yield
    except CodecError as error:
        raise _with_rule(form, error) from error.__cause__


_OF_ARRAYS = {"compression": "damaged", "limit": "size", "constraint": "damaged"}  # category -> fault, of one dataset
_OF_FILES = {"unsupported": "framing"}  # and of the file as a whole


def _with_rule(form: BlobForm, error: CodecError, of: str = "file") -> CodecError:
    """The error with the rule that the format ties to what is wrong, where it has none of its own."""
    name = (_OF_ARRAYS if of == "array" else _OF_FILES).get(error.category, error.category)
    if isinstance(error, FilterUnavailable):
        name = "filter"
    error.rule = error.rule or form.rules.get(name, "")
    error.subject = error.subject or form.subject
    return error


def own_paths(value: Any) -> Any:
    """The configuration of arrays by path: each path is its own source. What is no table stays what it is."""
    return {path: path for path in value} if isinstance(value, Mapping) else {}
