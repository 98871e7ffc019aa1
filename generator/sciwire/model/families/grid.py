"""The `grid` family: n-dimensional arrays cut into a regular grid of cutouts, one blob each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..context import Context
from ..ir import Record, Spec
from ..nodes import Node
from ..types import NDArray, Number, Scalar, Type, Union
from .grid_checks import check_body

__all__ = ["GridBody", "GridType", "HeaderEntry", "Operation", "check", "load"]

#: Meanings that have a public name, and the name they have unless the specification gives another.
MEANINGS = ("array", "chunk", "order", "edges", "shape", "dtype", "compression")
_CODED = frozenset({"dtype", "order", "compression"})


@dataclass(frozen=True, slots=True)
class GridType:
    """Arrays with these `axes` and one of these `dtypes`; both are empty where any will do."""

    dtypes: tuple[str, ...]
    axes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeaderEntry:
    """One field in front of every blob; `type` is an integer or bytes of `length`."""

    name: str
    role: str
    type: Type
    value: int | bytes
    length: int
    codes: Mapping[int, str]
    reverse: bool
    doc: str

    @property
    def width(self) -> int:
        """Bytes of one item."""
        return int(self.type.code[1:]) if isinstance(self.type, Number) else self.length


@dataclass(frozen=True, slots=True)
class Operation:
    """A function by the name that users of another program know; `arguments` pairs names with meanings."""

    name: str
    does: str
    doc: str
    rule: str
    arguments: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class GridBody:
    """Everything of a specification of this family that its head does not hold; 0 in `chunk` is a whole axis."""

    cls: str
    doc: str
    types: tuple[GridType, ...]
    ranks: tuple[int, int]
    shape: tuple[int, ...] | None
    chunk: tuple[int, ...] | None
    order: str
    points: str
    edges: str
    on_request: str
    fill: float
    compressions: tuple[str, ...]
    level: int | None
    header: tuple[HeaderEntry, ...]
    names: Mapping[str, str]
    checks: Mapping[str, str]
    operations: tuple[Operation, ...]

    @property
    def records(self) -> tuple[Record, ...]:
        """None: the fields of a header are of their own kind."""
        return ()

    @property
    def dtypes(self) -> tuple[str, ...]:
        """Every element type that is named."""
        return tuple(dict.fromkeys(dtype for one in self.types for dtype in one.dtypes))

    def in_header(self, role: str) -> bool:
        """Whether the header says this."""
        return any(one.role == role for one in self.header)

    def given(self, meaning: str) -> bool:
        """Whether a value has this as an attribute: neither the format nor the array itself says it."""
        return {
            "array": True,
            "chunk": self.chunk is None,
            "order": not self.order,
            "edges": bool(self.on_request),
            "compression": len(self.compressions) > 1,
        }.get(meaning, False)

    def needed(self, meaning: str) -> bool:
        """Whether a decoder must be given this, because the bytes do not say it."""
        if self.in_header(meaning):
            return False
        return {
            "chunk": self.chunk is None,
            "shape": self.shape is None,
            "dtype": len(self.dtypes) != 1,
        }.get(meaning, False)


def load(root: Node, context: Context) -> GridBody:
    """Read the body; problems go to the context."""
    array, cutouts, packing = root["array"], root["cutouts"], root["compression"]
    types = _types(array["type"], context)
    ranks = sorted(len(one.axes) for one in types if one.axes)
    order = cutouts["order"].text("given")
    return GridBody(
        cls=array["class"].text("Grid"),
        doc=array["doc"].text(),
        types=types,
        ranks=(ranks[0], ranks[-1]) if ranks else _ranks(array["rank"]),
        shape=_integers(array["shape"]),
        chunk=_integers(cutouts["extents"]),
        order="" if order == "given" else order,
        points=cutouts["points"].text("F"),
        edges=cutouts["edges"].text("refuse"),
        on_request=cutouts["on_request"].text(),
        fill=cutouts["fill"].maybe_number() or 0,
        compressions=packing["algorithms"].texts() or ("none",),
        level=packing["level"].maybe_integer(),
        header=tuple(_entry(name, node, context) for name, node in root["header"].items()),
        names={one: root["names"][one].text(one) for one in MEANINGS},
        checks={name: context.cite(node) for name, node in root["checks"].items()},
        operations=tuple(_operation(name, node, context) for name, node in root["operations"].items()),
    )


def check(spec: Spec, root: Node, context: Context) -> None:
    """The checks of this family."""
    check_body(spec.body, root, context)


def _types(node: Node, context: Context) -> tuple[GridType, ...]:
    kind = context.type(node)
    if kind == Scalar("any"):
        return (GridType((), ()),)
    found = []
    for one in kind.alternatives if isinstance(kind, Union) else (kind,):
        if isinstance(one, NDArray):
            found.append(GridType(tuple(dtype.dtype for dtype in one.dtypes), one.axes))
        elif one != Scalar("unknown"):
            context.problems.add("SPEC350", node.place, "an array is `any`, or ndarray[dtypes; axes]")
    return tuple(found) or (GridType((), ()),)


def _ranks(node: Node) -> tuple[int, int]:
    one = node.maybe_integer()
    return (one, one) if one is not None else (node["min"].integer(1), node["max"].integer(32))


def _integers(node: Node) -> tuple[int, ...] | None:
    """Extents; the word all is 0."""
    return tuple(one.integer() for one in node.elements()) if node.exists else None


def _entry(name: str, node: Node, context: Context) -> HeaderEntry:
    value = node["value"].data
    raw: int | bytes = value if isinstance(value, int) else 0
    if isinstance(value, str):
        raw = value.encode("latin-1", "replace")
    role = node["is"].text()
    codes = {
        one.integer(): _word(word, role, one, context) if role in _CODED else word
        for word, one in node["codes"].items()
    }
    kind = context.type(node["type"])
    length = node["length"].integer(len(raw) if isinstance(raw, bytes) else 0)
    if kind == Scalar("bytes") and isinstance(raw, int):
        raw = b"\0" * length
    return HeaderEntry(name, role, kind, raw, length, codes, node["reverse"].flag(), node["doc"].text())


def _word(word: str, role: str, node: Node, context: Context) -> str:
    """The word of a code as the kernel knows it: ``uint16le`` is ``<u2``."""
    if role != "dtype":
        return word
    if word == "bool":
        return "b1"
    kind = context.type(Node(node.marked, node.pointer, word))
    if not isinstance(kind, Number) or (not kind.code.endswith("1") and not kind.order):
        problem = f"{word!r} is no element type with its byte order"
        context.problems.add("SPEC352", node.key_place, problem)
        return word
    return kind.dtype


def _operation(name: str, node: Node, context: Context) -> Operation:
    arguments = tuple((argument, one.text()) for argument, one in node["arguments"].items())
    return Operation(name, node["does"].text(), node["doc"].text(), context.cite(node["rule"]), arguments)
