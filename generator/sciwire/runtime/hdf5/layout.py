"""What a file of one format holds, as frozen values: the generated modules state it, the kernel obeys it.

Objects are named by their HDF5 path. A path may hold parameters in braces (``/{entry}/data``) that
`Layout.placed` fills in. An axis is an int (fixed), a name (free, equal wherever the name stands
in one file) or None (grows by appending); only the first axis of a dataset may grow.
Datasets that name the same `table` have the same number of rows at all times. The values are named tuples
because a codec must be imported in a few milliseconds, and each dataclass takes one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import numpy as np

from ..errors import CodecError, about
from .broader import BROADER
from .faults import dotted
from .places import fill, placed

__all__ = ["BROADER", "Attribute", "Axis", "Column", "Dataset", "Element", "Filter", "Group", "Layout", "VersionRule"]

type_of_kind = Literal["number", "compound", "vlen", "blob", "text", "bytes"]
Axis = int | str | None


class Column(NamedTuple):
    """One member of a compound element.

    Attributes
    ----------
    name : the member's name in the file.
    dtype : numpy type with explicit byte order, ``<u2``; ``S12`` for fixed text.
    shape : inner dimensions of the member, () for a scalar.
    default : what a row holds when the caller gives nothing; None when the column must be given.
    aliases : other names that callers may use when writing.
    low, high : inclusive bounds that the values must keep, None for those of the type.
    rule : id of the requirement; that of the dataset where it is empty.
    """

    name: str
    dtype: str
    shape: tuple[int, ...] = ()
    default: Any = None
    aliases: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    rule: str = ""


class Element(NamedTuple):
    """The type of one element.

    kind : ``number`` (`dtype`), ``compound`` (`columns`), ``vlen`` (variable-length runs of `dtype`),
        ``blob`` (the same with ``u1``, seen as bytes), ``text`` (UTF-8; `length` bytes, or variable
        where that is 0) or ``bytes`` (exactly `length` bytes).
    choices : other dtypes that are as good; the first is `dtype`.
    low, high : inclusive bounds of numbers. values : the texts that are allowed, () for any.
    free : text of any fixed length is as good; a variable one is written.
    """

    kind: type_of_kind
    dtype: str = ""
    columns: tuple[Column, ...] = ()
    length: int = 0
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    ascii: bool = False
    values: tuple[str, ...] = ()
    free: bool = False

    @property
    def dtypes(self) -> tuple[str, ...]:
        """All dtypes that a file may use, the one that is written first."""
        return self.choices or (self.dtype,)

    @property
    def variable(self) -> bool:
        """Whether elements lie in the global heap, with a reference in the dataset."""
        return self.kind in ("vlen", "blob") or (self.kind == "text" and self.length == 0)

    def numpy(self) -> np.dtype[Any]:
        """The dtype of elements in memory; object where their length varies."""
        if self.kind == "compound":
            return np.dtype([(c.name, c.dtype, c.shape) for c in self.columns])
        if self.variable:
            return np.dtype(object)
        return np.dtype(f"S{self.length}") if self.kind in ("text", "bytes") else np.dtype(self.dtype)


class Group(NamedTuple):
    """A group that must exist, or may be absent with all that lies below it; `rule` is the id of the requirement."""

    path: str
    rule: str = ""
    required: bool = True


class Attribute(NamedTuple):
    """An attribute of a group or dataset.

    Attributes
    ----------
    field : the name in the decoded value.
    owner : path of the object that holds it.
    name : its name in the file.
    required : whether a file without it is wrong.
    const : the only value it may have, or None.
    default : what a new file holds when the caller gives nothing.
    single : whether an array of one item is as good as the scalar.
    stamp : ``created`` (unix time of the file's making) or ``modified`` (of the last append), else "".
    rule : id of the requirement.
    """

    field: str
    owner: str
    name: str
    element: Element
    shape: tuple[Axis, ...] = ()
    required: bool = True
    const: Any = None
    default: Any = None
    stamp: Literal["", "created", "modified"] = ""
    rule: str = ""
    single: bool = False

    @property
    def at(self) -> str:
        """The HDF5 path, ``/meta@version``."""
        return f"{self.owner}@{self.name}"

    @property
    def path(self) -> str:
        """The dotted name, ``meta.version``."""
        return dotted(self.at)


class Filter(NamedTuple):
    """A step of a dataset's filter pipeline, by name; `options` are the filter's own (level, block size)."""

    name: Literal["deflate", "shuffle", "fletcher32", "bitshuffle", "zstd", "lz4", "blosc", "zfp", "lzf"]
    options: tuple[tuple[str, Any], ...] = ()


class Dataset(NamedTuple):
    """A dataset; `shape` () is a scalar, or an array of one item if `single`. Axes other than the first never grow.

    const, default : as for attributes, of one that belongs to no table.
    """

    field: str
    path: str
    element: Element
    shape: tuple[Axis, ...] = (None,)
    chunks: tuple[int, ...] = ()
    filters: tuple[Filter, ...] = ()
    required: bool = True
    table: str = ""
    rule: str = ""
    single: bool = False
    const: Any = None
    default: Any = None

    @property
    def name(self) -> str:
        """The dotted name, ``entry.data``."""
        return dotted(self.path)

    @property
    def grows(self) -> bool:
        """Whether rows can be appended."""
        return bool(self.shape) and self.shape[0] is None


class VersionRule(NamedTuple):
    """Which stored versions serve which requests: majors equal, stored minor >= requested, as numbers.

    Attributes
    ----------
    attribute : the field that holds the version, ``major.minor``.
    kind : ``minor``; ``major``: equal majors are enough; ``exact``: both numbers must be equal.
    known : versions that this codec knows, oldest first; () where any may stand (a version of the content).
    absent : whether a request is refused when the file has none: ``(on read, on write)``.
    """

    attribute: str
    known: tuple[str, ...] = ()
    absent: tuple[bool, bool] = (False, True)
    kind: Literal["minor", "major", "exact"] = "minor"
    rule: str = ""


class Layout(NamedTuple):
    """A whole file.

    Attributes
    ----------
    libver : bounds of the HDF5 library versions that can read what is written.
    swmr : whether readers may have the file open while it grows (needs bounds of v110 or newer).
    rules : ids of requirements by check: ``missing``, ``type``, ``lengths``, ``range``, ``version``, ``heap``.
    older : layouts of older versions that differ, by version.
    places, origin : what the parameters of its paths were filled in with, and the layout before that.
    """

    format: str
    record: str
    groups: tuple[Group, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    datasets: tuple[Dataset, ...] = ()
    versions: tuple[VersionRule, ...] = ()
    libver: tuple[str, str] = ("v110", "v110")
    swmr: bool = False
    rules: Mapping[str, str] = MappingProxyType({})
    older: tuple[tuple[str, Layout], ...] = ()
    places: Mapping[str, str] = MappingProxyType({})
    origin: Layout | None = None

    @property
    def subject(self) -> str:
        """How errors name the file: ``format.Record``."""
        return f"{self.format}.{self.record}"

    def rule(self, check: str, own: str = "") -> str:
        """The id of the requirement that *check* enforces: the check's, else the object's *own*, else that of what it is part of."""
        exact = self.rules.get(check, "") or own
        return exact or next((self.rules[word] for word in BROADER.get(check, ()) if word in self.rules), "")

    def cite(self, error: CodecError, own: str = "") -> None:
        """Give *error* the rule of the check that found it; *own* is the rule of the object at fault."""
        own = error.rule or own
        error.rule = self.rule(error.check or error.category, own) or self.rules.get(error.category, "")

    @contextmanager
    def told(self) -> Iterator[None]:
        """Name this format, and the rule, in every `CodecError` that leaves the block without them."""
        with about(self.subject):
            try:
                yield
            except CodecError as error:
                if error.check or not error.rule:
                    self.cite(error)
                raise

    @property
    def tables(self) -> dict[str, tuple[Dataset, ...]]:
        """The datasets of each table, by the table's name."""
        found: dict[str, tuple[Dataset, ...]] = {}
        for dataset in self.datasets:
            if dataset.table:
                found[dataset.table] = (*found.get(dataset.table, ()), dataset)
        return found

    @property
    def all(self) -> tuple[Layout, ...]:
        """This layout and those of older versions, each once."""
        return tuple({id(one): one for one in (self, *(one for _, one in reversed(self.older)))}.values())

    def dataset(self, field: str) -> Dataset:
        """The dataset with that field name."""
        return next(d for d in self.datasets if d.field == field)

    def attribute(self, field: str) -> Attribute:
        """The attribute with that field name."""
        return next(a for a in self.attributes if a.field == field)

    @property
    def fields(self) -> set[str]:
        """The names of all fields."""
        return {one.field for one in self.attributes} | {one.field for one in self.datasets}

    def has(self, field: str) -> bool:
        """Whether a field of that name is in files of this layout."""
        return field in self.fields

    def placed(self, places: Mapping[str, str]) -> Layout:
        """Return the layout with the parameters of its paths filled in: ``{entry}`` by ``places["entry"]``.

        EncodeError : what is given is no name, or would make one object of two.
        """
        with self.told():
            return placed(self, places) if places else self

    def filled(self, path: str) -> str:
        """A *path* as the layout stated it, with the places of this one."""
        return fill(path, self.places)
