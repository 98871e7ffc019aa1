"""Definitions of fields, the arrays that hold their values, and the layout of packets as numpy dtypes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..equality import same
from ..masked import MASKED, hides
from .tables import DataType, PipeFormat

__all__ = ["ORDERS", "Definition", "HeaderField", "Layout", "define", "structured", "text_bytes", "values_of"]

ORDERS = {"big": ">", "little": "<"}


class Definition(NamedTuple):
    """A field as a line defines it; `extents` have the lowest dimension first, (1,) for a scalar."""

    name: str
    kind: DataType
    extents: tuple[int, ...] = (1,)

    @property
    def type(self) -> str:
        """The name of the type."""
        return self.kind.name

    @property
    def size(self) -> int:
        """Bytes of the field, exact whatever the extents are."""
        return math.prod(self.extents) * self.kind.size

    @property
    def full_shape(self) -> tuple[int, ...]:
        """The extents reversed, so that the lowest dimension is the fastest, and the atoms where there are several."""
        return (*reversed(self.extents), *((self.kind.atoms,) if self.kind.atoms > 1 else ()))

    @property
    def shape(self) -> tuple[int, ...]:
        """As `full_shape`, without the dimension of a scalar."""
        return self.full_shape[1:] if self.extents == (1,) else self.full_shape

    def dtype(self, order: str) -> np.dtype[Any]:
        """The dtype of an atom in ``big`` or ``little`` order."""
        return np.dtype(ORDERS[order] + self.kind.atom)


class HeaderField:
    """A field of the header: its definition, its values, and its index among those of the same name.

    `data` has the shape of the definition; edit it in place where the header is still to be written.
    """

    __slots__ = ("data", "definition", "index")

    def __init__(self, definition: Definition, data: NDArray[Any], index: int = 0) -> None:
        self.definition, self.data, self.index = definition, data, index

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return same((self.definition, self.data, self.index), (other.definition, other.data, other.index))

    __hash__ = None  # type: ignore[assignment]  # the data can be changed

    @property
    def name(self) -> str:
        return self.definition.name

    @property
    def type(self) -> str:
        """The name of the type."""
        return self.definition.type

    @property
    def extents(self) -> tuple[int, ...]:
        """Lowest dimension first; (1,) for a scalar."""
        return self.definition.extents

    @property
    def text(self) -> str:
        """The string up to its first NUL, each byte one character; empty where the field is none."""
        if not self.definition.kind.text:
            return ""
        return self.data.tobytes().split(b"\0", 1)[0].decode("latin-1")

    def __repr__(self) -> str:
        said = repr(self.text) if self.definition.kind.text else self.data.tolist()
        return f"HeaderField({self.name!r}, {self.type!r}, {list(self.extents)}, {said}, index={self.index})"


class Layout:
    """Packets of *definitions* in one byte order, packed as in the stream or aligned as in memory.

    `dtype` is what a caller sees; `bits` has the same bytes as unsigned integers with every dimension, so that
    copying goes through no arithmetic.
    """

    __slots__ = ("bits", "definitions", "dtype", "offsets", "order", "size")

    def __init__(
        self, definitions: Iterable[Definition], order: str, *, aligned: bool = False, rounded: int = 1
    ) -> None:
        self.definitions, self.order = tuple(definitions), order
        end, offsets = 0, []
        for one in self.definitions:
            step = one.kind.atom_size if aligned else 1
            offsets.append(-(-end // step) * step)
            end = offsets[-1] + one.size
        self.offsets = tuple(offsets)
        self.size = -(-end // rounded) * rounded
        self.dtype = self._structured([(one.dtype(order), one.shape) for one in self.definitions])
        raw = [np.dtype(f"{ORDERS[order]}u{one.kind.atom_size}") for one in self.definitions]
        self.bits = self._structured([(r, one.full_shape) for r, one in zip(raw, self.definitions, strict=True)])

    def _structured(self, formats: Sequence[tuple[np.dtype[Any], tuple[int, ...]]]) -> np.dtype[Any]:
        names = [one.name for one in self.definitions]
        table: dict[str, Any] = {"names": names, "formats": list(formats), "offsets": list(self.offsets)}
        return structured({**table, "itemsize": self.size})

    def view(self, data: bytes | memoryview, count: int, at: int) -> NDArray[Any]:
        """*count* packets of *data* from byte *at*, a read-only view."""
        if not self.size:
            return np.zeros(0, self.dtype)
        array = np.frombuffer(data, self.dtype, count, at) if count else np.zeros(0, self.dtype)
        array.flags.writeable = False
        return array


def structured(table: dict[str, Any]) -> np.dtype[Any]:
    """A structured dtype of names, formats, offsets and itemsize."""
    make: Any = np.dtype  # the stubs of numpy know no such table
    made: np.dtype[Any] = make(table)
    return made


def define(table: PipeFormat, name: Any, kind: Any, extents: Any = None) -> Definition:
    """A definition from what a caller says: *kind* is the name of a type, *extents* an integer, a sequence, or None.

    Raises the format's argument error for an illegal name, an unknown type, extents that are empty, 0 or too many.
    """
    if not table.legal_name(name):
        raise table.faults.make("argument", f"{name!r} is no name of a field", path=str(name)[:80])
    known = table.by_name.get(kind) if isinstance(kind, str) else None
    if known is None:
        problem = f"{kind!r} is no type, known: {', '.join(table.by_name)}"
        raise table.faults.make("argument_type", problem, path=name)
    return Definition(name, known, checked_extents(table, extents, name))


def checked_extents(table: PipeFormat, extents: Any, path: str) -> tuple[int, ...]:
    """*extents* as a tuple; None is a scalar. Raises the format's argument error."""
    if extents is None:
        return (1,)
    scalar = isinstance(extents, (str, bytes)) or getattr(extents, "ndim", 1) == 0
    listed = isinstance(extents, (Iterable, np.ndarray)) and not scalar
    given: tuple[Any, ...] = tuple(extents) if listed else (extents,)
    whole = all(isinstance(one, (int, np.integer)) and not isinstance(one, bool) and one >= 1 for one in given)
    bounds = table.bounds
    if not given or not whole or len(given) > bounds.dimensions or math.prod(map(int, given)) > bounds.elements:
        problem = (
            f"extents are 1 to {bounds.dimensions} integers from 1, "
            f"at most {bounds.elements} elements together, not {given!r:.100}"
        )
        raise table.faults.make("argument", problem, path=path)
    return tuple(int(one) for one in given)


def values_of(table: PipeFormat, definition: Definition, given: Any, shape: tuple[int, ...]) -> NDArray[Any]:
    """*given* as an array of *shape* in the byte order that is written, a copy; every number must survive.

    Raises the format's argument error for another number of values, or one that the type can't hold.
    """
    path = definition.name
    if definition.kind.text and isinstance(given, (str, bytes)):
        raw = text_bytes(table, given, path) if isinstance(given, str) else given
        given = np.frombuffer(raw.ljust(math.prod(shape), b"\0"), np.uint8)
    if hides(given):
        raise table.faults.make("value", MASKED, path=path)
    target = definition.dtype(table.order)
    try:
        array = _atoms(definition.kind, given, target)
    except ValueError as error:
        raise table.faults.make(
            "value", f"values of shape {shape} are needed, not rows of unequal lengths", path=path
        ) from error
    alike = array.ndim <= 1 or [one for one in array.shape if one != 1] == [one for one in shape if one != 1]
    if alike and array.size == math.prod(shape):
        array = array.reshape(shape)
    elif array.ndim == 0:  # one number for all; rows are never repeated, a bracket may be missing
        array = np.broadcast_to(array, shape)
    else:
        raise table.faults.make("value", f"values of shape {shape} are needed, not {np.shape(given)}", path=path)
    if array.dtype.kind not in "iufb" or (target.kind in "iu" and array.dtype.kind == "f"):
        raise table.faults.make("value", f"numbers for {definition.type} are needed, not {array.dtype}", path=path)
    made: NDArray[Any] = np.empty(shape, target)
    if array.dtype.kind == target.kind and array.dtype.itemsize == target.itemsize:
        raw_type = f"u{target.itemsize}"
        wide = np.ascontiguousarray(array).reshape(shape)
        made.view(f"{target.str[0]}{raw_type}")[...] = wide.view(f"{wide.dtype.str[0]}{raw_type}")
        return made
    with np.errstate(all="ignore"):
        made[...] = array
    if not _survived(array, made):
        raise table.faults.make("value", f"{definition.type} can't hold all of the values", path=path)
    return made


def _atoms(kind: DataType, given: Any, target: np.dtype[Any]) -> NDArray[Any]:
    """*given* as an array; complex numbers as their two atoms, an empty list as one of *target*."""
    array = np.asarray(given)
    if array.dtype.kind == "c" and kind.is_complex:
        return np.stack([np.real(array), np.imag(array)], axis=-1)
    return array.astype(target) if not array.size and not isinstance(given, np.ndarray) else array


def _survived(given: NDArray[Any], made: NDArray[Any]) -> bool:
    """Whether every number is still the same; an integer beyond 2^53 may have been rounded to a float."""
    if made.dtype.kind == "f" and given.dtype.kind in "iu":
        with np.errstate(all="ignore"):
            return np.array_equal(made.astype(given.dtype), given)
    return np.array_equal(made, given, equal_nan=made.dtype.kind == "f")


def text_bytes(table: PipeFormat, text: str, path: str) -> bytes:
    """*text* with each character one byte. Raises the format's argument error for one that is none."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError as error:
        problem = f"a char is one byte, {text[error.start : error.start + 1]!r} is none; give the bytes themselves"
        raise table.faults.make("value", problem, path=str(path)[:80]) from error
