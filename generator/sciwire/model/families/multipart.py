"""The `multipart` family: messages of several parts: JSON objects, blobs that hold arrays, bytes as they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..context import Context
from ..ir import Record, Spec
from ..names import identifier
from ..nodes import Node
from .multipart_checks import check_body
from .multipart_names import class_of, names_said_twice

__all__ = [
    "SWITCHES",
    "ArrayWords",
    "Checksum",
    "Condition",
    "Encoding",
    "MultipartBody",
    "MultipartMessage",
    "Part",
    "Tolerance",
    "check",
    "load",
]  # fmt: skip


class _Units:
    """What the switch `units` may be: a table of ``part.field`` to a unit."""

    def __contains__(self, value: object) -> bool:
        return isinstance(value, dict) and all(isinstance(one, str) for pair in value.items() for one in pair)

    def __iter__(self) -> Iterator[str]:  # for the words of a problem only
        return iter(("{part.field: unit}",))


SWITCHES = {"units": _Units()}
#: attributes of every message and part class, and names that the bodies of classes need
RESERVED = frozenset(
    ("extra", "raw", "problems", "missing", "units", "sources", "bytes", "int", "float", "str", "bool", "list", "dict", "tuple",
     "frozenset", "attribute", "ClassVar", "PLAIN_NAMES", "Any", "NDArray", "Mapping", "CodecError", "Source", "ArrayPart", "PackedArray")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What a decoder forgives; `rules` maps each of the names to the id that a refusal cites."""

    missing: str
    wrong_type: str
    null: str
    unknown: str
    rules: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a blob holds an array: a compression, its element size where it shuffles, the byte order."""

    name: str
    algorithm: str
    order: str
    element: int
    block: int
    aliases: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """A part is sent only when a field of an earlier part has one of these values."""

    part: str
    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checksum:
    """A field that holds the digest of another part's bytes."""

    field: str
    algorithm: str
    of: str
    rule: str


@dataclass(frozen=True, slots=True)
class ArrayWords:
    """Where an array's description stands: fields of the JSON part `info`; empty where there is none."""

    info: str
    shape: str
    dtype: str
    encoding: str
    size: str
    order: str
    byte_order: str
    undefined: str
    dtypes: tuple[str, ...]
    axes: tuple[str, ...]
    writes: tuple[str, ...] = ()
    rank: tuple[int, ...] = ()
    lengths: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a message; `kind` is ``json``, ``array`` or ``bytes``."""

    name: str
    label: str
    kind: str
    cls: str
    record: Record | None
    says: str
    accept: str
    when: Condition | None
    optional: bool
    array: ArrayWords | None
    checksums: tuple[Checksum, ...]
    doc: str
    unit: str
    rule: str


@dataclass(frozen=True, slots=True)
class MultipartMessage:
    """One kind of message: its parts in order."""

    name: str
    cls: str
    parts: tuple[Part, ...]
    doc: str


@dataclass(frozen=True, slots=True)
class Series:
    """Messages belong to series; *number* and *count* are (part, field) by message, as labels."""

    begin: str
    end: str
    number: Mapping[str, tuple[str, str]]
    count: Mapping[str, tuple[str, str]]
    rule: str


@dataclass(frozen=True, slots=True)
class MultipartBody:
    """Everything of a specification of this family that its head does not hold."""

    discriminator: str
    discriminator_rule: str
    json_bytes: int
    tolerance: Tolerance
    dtypes: Mapping[str, str]
    encodings: tuple[Encoding, ...]
    write: Mapping[str, str]
    faults: Mapping[str, str]
    messages: tuple[MultipartMessage, ...]
    series: Series | None = None

    @property
    def records(self) -> tuple[Record, ...]:
        """The records of the JSON parts, for the checks that all families share."""
        return tuple(part.record for message in self.messages for part in message.parts if part.record is not None)


def load(root: Node, context: Context) -> MultipartBody:
    """Read the body; problems go to the context."""
    tolerance = root["tolerance"]
    twice = names_said_twice(root)
    return MultipartBody(
        discriminator=root["discriminator"].text(),
        discriminator_rule=context.cite(root["discriminator_rule"]),
        json_bytes=root["json_bytes"].integer(1 << 24),
        tolerance=Tolerance(
            missing=tolerance["missing"].text("error"),
            wrong_type=tolerance["wrong_type"].text("error"),
            null=tolerance["null"].text("error"),
            unknown=tolerance["unknown"].text("keep"),
            rules={name: context.cite(rule) for name, rule in tolerance["rules"].items()},
        ),
        dtypes={name: node.text() for name, node in root["dtypes"].items()},
        encodings=tuple(_encoding(name, node) for name, node in root["encodings"].items()),
        write={name: node.text() for name, node in root["write"].items()},
        faults={name: context.cite(node) for name, node in root["faults"].items()},
        messages=tuple(_message(name, node, context, twice) for name, node in root["messages"].items()),
        series=_series(root["series"], context) if root["series"].data else None,
    )


def _series(node: Node, context: Context) -> Series:
    return Series(
        begin=node["begin"].text(),
        end=node["end"].text(),
        number={name: _two(one) for name, one in node["number"].items()},
        count={name: _two(one) for name, one in node["count"].items()},
        rule=context.cite(node["rule"]),
    )


def _two(node: Node) -> tuple[str, str]:
    """``head.series`` -> the part and the field."""
    part, _, field = node.text().partition(".")
    return part, field


def _encoding(name: str, node: Node) -> Encoding:
    return Encoding(
        name,
        node["algorithm"].text("none"),
        node["order"].text("<"),
        node["element"].integer(),
        node["block"].integer(8192),
        node["aliases"].texts(),
        node["guessed"].texts(),
    )


def _message(name: str, node: Node, context: Context, twice: frozenset[str]) -> MultipartMessage:
    cls = node["class"].text() or class_of(name, "Message")
    parts = tuple(_part(label, one, context, cls, twice) for label, one in node["parts"].items())
    return MultipartMessage(name, cls, parts, node["doc"].text())


def _part(label: str, node: Node, context: Context, message: str, twice: frozenset[str]) -> Part:
    cls = class_of(label, "Part")
    kind = node["kind"].text("json")
    name = identifier(label)
    return Part(
        name=f"{name}_" if name in RESERVED else name,
        label=label,
        kind=kind,
        cls=node["class"].text() or (f"{message}{cls}" if cls in twice else cls),
        record=context.record(label, node) if kind == "json" else None,
        says=node["says"].text(),
        accept=node["accept"].text(),
        when=_condition(node["when"]),
        optional=node["optional"].flag(),
        array=_array(node["array"]) if kind == "array" else None,
        checksums=tuple(
            Checksum(one["field"].text(), one["algorithm"].text(), one["of"].text(), context.cite(one["rule"]))
            for one in node["checksums"].elements()
        ),
        doc=node["doc"].text(),
        unit=node["unit"].text(),
        rule=context.cite(node["rule"]),
    )


def _condition(node: Node) -> Condition | None:
    for path, values in node.items():
        part, _, field = path.partition(".")
        return Condition(part, field, values.texts())
    return None


def _array(node: Node) -> ArrayWords:
    return ArrayWords(
        info=node["info"].text(),
        shape=node["shape"].text(),
        dtype=node["dtype"].text(),
        encoding=node["encoding"].text(),
        size=node["size"].text(),
        order=node["order"].text("slowest_first"),
        byte_order=node["byte_order"].text("<"),
        undefined=node["undefined"].text(),
        dtypes=node["dtypes"].texts(),
        axes=node["axes"].texts(),
        writes=node["writes"].texts(),
        rank=tuple(one.integer() for one in node["rank"].elements()),
        lengths={name: one.integer() for name, one in node["lengths"].items()},
    )


def check(spec: Spec, root: Node, context: Context) -> None:
    """The checks of this family."""
    check_body(spec, root, context)
