"""What a format of such files is: ready-made values, printed by the generator."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from numpy.typing import NDArray

from ...errors import CodecError, DecodeError
from ...limits import DEFAULT_LIMITS, Limits
from ...value import Value
from ..layout import Filter

__all__ = ["FAULTS", "Batch", "BlobForm", "Packing", "fault"]

#: The names of what can be wrong, and the category of each; permanent.
FAULTS: dict[str, str] = {
    # the configuration
    "config": "type",  # no table of parameters, or one with others than there are
    "fields": "type",  # no table of sources and paths
    "path": "constraint",  # a path that can't be
    "same_path": "constraint",  # two sources on one path
    "below": "constraint",  # a path under another source's dataset
    "compression": "unsupported",  # a compression that the format does not have
    "level": "constraint",  # a level that the compression does not have
    # a batch
    "batch": "type",  # no table of arrays
    "array": "type",  # what is no array, or of elements that HDF5 has no type for
    "packed_type": "type",  # elements that the compression does not take
    "scalar": "constraint",  # an array without a first extent
    "empty": "size",  # nothing to write: no array, or no step, or arrays without elements
    "depth": "size",  # first extents that differ
    "text": "constraint",  # text that HDF5 can't hold
    # a file
    "missing": "constraint",  # a dataset that the configuration names and the file lacks
    "limit": "limit",  # more datasets or deeper groups than the limits allow
    "type": "type",  # elements that stand for no array
    "framing": "framing",  # not HDF5, or what HDF5 can't make sense of
    "truncated": "truncated",  # the file ends early
    "unsupported": "unsupported",  # data in other files
    "filter": "unsupported",  # a filter that is not there, or not undone here
    "size": "size",  # more declared than the file can hold
    "damaged": "compression",  # a chunk that does not decompress
    "checksum": "checksum",  # bytes that do not add up
}


class Packing(Value):
    """A compression by the name that users give: its filters in order; `level` is low and high, None without levels.

    `kinds` are the element types that it takes, empty for all.
    """

    filters: tuple[Filter, ...] = ()
    level: tuple[int, int] | None = None
    kinds: tuple[str, ...] = ()


class BlobForm(Value):
    """Everything that a specification states of such files.

    Attributes
    ----------
    packings : name of a compression -> how; ``none`` is that of no compression.
    level : the default level. libver : bounds of the HDF5 library versions, as h5py takes them; None for its own.
    names : meaning (fields, compression, level) -> parameter.
    """

    subject: str
    packings: Mapping[str, Packing] = MappingProxyType({"none": Packing()})
    level: int = 3
    chunk: int = 1
    libver: tuple[str, str] | None = None
    names: Mapping[str, str] = MappingProxyType({})
    rules: Mapping[str, str] = MappingProxyType({})
    limits: Limits = DEFAULT_LIMITS

    def said(self, meaning: str) -> str:
        """The public name of a *meaning*."""
        return self.names.get(meaning, meaning)


class Batch(dict[str, NDArray[Any]]):
    """Arrays by source or path; `problems` is what a decoder with ``on_error="keep"`` found wrong."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]] | None = None) -> None:
        super().__init__(arrays or {})
        self.problems: list[CodecError] = []


def fault(
    form: BlobForm,
    name: str,
    problem: str,
    *,
    kind: type[CodecError] = DecodeError,
    path: str = "",
    at: str | None = None,
) -> CodecError:
    """Return (not raise) the error called *name*, with its category and the rule that *form* ties to it."""
    rule = form.rules.get(name, "")
    return kind(problem, category=FAULTS[name], path=path, at=at, rule=rule, subject=form.subject)
