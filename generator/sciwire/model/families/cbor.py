"""The `cbor` family: message sets, each message one CBOR map or array, told apart by the value of a key or an item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sciwire.runtime.errors import CATEGORIES

from ..context import Context
from ..ir import Record, Spec
from ..names import class_name
from ..nodes import Node
from ..problems import did_you_mean
from ..taken import TAKEN
from .cbor_payloads import Payload, PrefixBytes, load_payload, load_prefix_bytes
from .cbor_serializer import Serializer, load_serializer

__all__ = [
    "CborBody",
    "Compression",
    "Message",
    "Payload",
    "Prefix",
    "PrefixBytes",
    "Refusal",
    "Tolerance",
    "check",
    "class_of",
    "load",
    "options",
]

ALGORITHMS = ("bslz4", "lz4", "bszstd")
WRITABLE = ("none", "bslz4", "lz4")
#: attributes of every message class, and names that the body of a class needs
RESERVED = frozenset(
    ("extra", "raw", "problems", "stack", "int", "float", "str", "bool", "bytes",
     "list", "dict", "tuple", "attribute", "ClassVar", "PLAIN_NAMES", "Any", "NDArray", "DateTime", "Rational", "CodecError")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Prefix:
    """A tag around the message; `write` says whether an encoder puts it, `read` is required, optional or forbidden."""

    tag: int
    write: bool
    read: str
    rule: str


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What a decoder forgives; `rules` maps each of the names to the id that a refusal cites."""

    missing: str
    wrong_type: str
    null: str
    unknown: str
    arrays: str
    duplicates: str
    trailing: str
    rules: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Compression:
    """Byte strings that stand compressed under `tag`; the first of `write` is the default."""

    tag: int
    read: tuple[str, ...]
    write: tuple[str, ...]
    block: int
    rule: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A key by which something else is recognised and refused."""

    key: str | int
    text: str
    category: str
    rule: str


@dataclass(frozen=True, slots=True)
class Message:
    """One kind of message; `value` is what the discriminator says."""

    name: str
    cls: str
    value: str | int
    record: Record
    stack: str
    prefix: str
    also: tuple[str | int, ...]
    payloads: tuple[Payload, ...]


@dataclass(frozen=True, slots=True)
class CborBody:
    """Everything of a specification of this family that its head does not hold."""

    prefix: Prefix | None
    prefix_bytes: PrefixBytes | None
    recognised_by: tuple[str, ...]
    discriminator: str | int | None
    discriminator_rule: str
    keys: str
    keys_rule: str
    tolerance: Tolerance
    compression: Compression | None
    array_rules: Mapping[str, str]
    options: Mapping[str, tuple[str, ...]]
    option_docs: Mapping[str, str]
    refusals: tuple[Refusal, ...]
    messages: tuple[Message, ...]
    serializer: Serializer | None
    layout: str = "map"

    @property
    def records(self) -> tuple[Record, ...]:
        """The records of the messages, for the checks that all families share."""
        return tuple(message.record for message in self.messages)


def class_of(name: str) -> str:
    """The class of a message or record; one that the module needs for itself gets an underscore."""
    found = class_name(name)
    return f"{found}_" if found in TAKEN["cbor"] else found


def options(root: Node) -> dict[str, tuple[str, ...]]:
    """The options of the encoder and their values; fields may depend on them."""
    return {name: node["values"].texts() for name, node in root["options"].items()}


def load(root: Node, context: Context) -> CborBody:
    """Read the body; problems go to the context."""
    prefix = root["prefix"]
    layout = root["layout"].text("map")
    discriminator = root["discriminator"].data
    if layout == "array" and discriminator is None and len(root["messages"].table()) > 1:
        discriminator = 0
    return CborBody(
        prefix=Prefix(
            prefix["tag"].integer(),
            prefix["write"].text("always") == "always",
            prefix["read"].text("optional"),
            context.cite(prefix["rule"]),
        )
        if prefix.exists
        else None,
        prefix_bytes=load_prefix_bytes(root["prefix_bytes"], context),
        recognised_by=root["recognised_by"].texts(),
        discriminator=discriminator if isinstance(discriminator, (str, int)) else None,
        discriminator_rule=context.cite(root["discriminator_rule"]),
        keys=root["keys"]["kind"].text("any" if layout == "array" or _has_integer_keys(root) else "text"),
        keys_rule=context.cite(root["keys"]["rule"]),
        tolerance=_tolerance(root["tolerance"], context),
        compression=_compression(root["compression"], context) if root["compression"].exists else None,
        array_rules={name: context.cite(node) for name, node in root["arrays"].items()},
        options=options(root),
        option_docs={name: node["doc"].text() for name, node in root["options"].items()},
        refusals=tuple(_refusal(node, context) for node in root["refuse"].elements()),
        messages=tuple(_message(name, node, layout, context) for name, node in root["messages"].items()),
        serializer=load_serializer(root["serializer"], context),
        layout=layout,
    )


def _has_integer_keys(root: Node) -> bool:
    """Whether a message, or the discriminator, has a key that is an integer."""
    fields = [field for _, one in root["messages"].items() for _, field in one["fields"].items()]
    keys = [key for field in fields for key in (field["key"].data, *field["also"].keys())]
    return any(isinstance(key, int) for key in (root["discriminator"].data, *keys))


def _tolerance(node: Node, context: Context) -> Tolerance:
    names = (
        "missing", "wrong_type", "null", "unknown", "arrays", "duplicates", "trailing", "depth", "truncated", "syntax", "utf8",
        "reserved", "break", "chunk", "indefinite", "simple",
    )  # fmt: skip
    for name, rule in node["rules"].items():
        if name not in names:
            text = f"unknown key {name!r} in 'tolerance.rules'"
            context.problems.add("SPEC004", rule.key_place, text, did_you_mean(name, names))
    return Tolerance(
        missing=node["missing"].text("error"),
        wrong_type=node["wrong_type"].text("error"),
        null=node["null"].text("error"),
        unknown=node["unknown"].text("keep"),
        arrays=node["arrays"].text("declared"),
        duplicates=node["duplicates"].text("error"),
        trailing=node["trailing"].text("error"),
        rules={name: context.cite(rule) for name, rule in node["rules"].items()},
    )


def _compression(node: Node, context: Context) -> Compression:
    for key, known in (("read", ALGORITHMS), ("write", WRITABLE)):
        for one in node[key].elements():
            if one.text() not in known:
                hint = did_you_mean(one.text(), known)
                context.problems.add(
                    "SPEC053", one.place, f"no compression {one.text()!r} to {key}, known: {', '.join(known)}", hint
                )
    for one in node["write"].elements():
        if one.text() in ALGORITHMS and one.text() not in node["read"].texts():
            context.problems.add("SPEC055", one.place, f"{one.text()!r} would be written but is not read")
    block = node["block"].integer(8192)
    if block % 64:
        context.problems.add("SPEC007", node["block"].place, f"a block of {block} bytes is no multiple of 64")
    return Compression(
        node["tag"].integer(), node["read"].texts(), node["write"].texts(), block, context.cite(node["rule"])
    )


def _refusal(node: Node, context: Context) -> Refusal:
    category = node["category"].text("unsupported")
    if category not in CATEGORIES:
        hint = did_you_mean(category, CATEGORIES)
        context.problems.add("SPEC007", node["category"].place, f"unknown category {category!r}", hint)
    key = node["key"].data
    return Refusal(
        key if isinstance(key, (str, int)) else "", node["text"].text(), category, context.cite(node["rule"])
    )


def _message(name: str, node: Node, layout: str, context: Context) -> Message:
    record = replace(context.record(name, node), layout=layout)
    value = node["value"].data if "value" in node else name
    return Message(
        name=name,
        cls=node["class"].text() or class_of(name),
        value=value,
        record=record,
        stack=node["stack"].text(),
        prefix=node["prefix"].text(),
        also=node["also"].keys(),
        payloads=tuple(load_payload(field, one, context) for field, one in node["payloads"].items()),
    )


def check(spec: Spec, root: Node, context: Context) -> None:
    """The checks that need the whole body."""
    from .cbor_checks import check_body

    check_body(spec, root, context)
