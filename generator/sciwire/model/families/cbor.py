"""The `cbor` family: message sets, each message one CBOR map, told apart by the value of a key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sciwire.runtime.errors import CATEGORIES

from ..context import Context
from ..ir import Record, Spec
from ..names import class_name, is_identifier
from ..nodes import Node
from ..problems import did_you_mean
from ..types import Scalar, Vlen, walk_type

__all__ = ["CborBody", "Compression", "Message", "Prefix", "Refusal", "Tolerance", "check", "load", "options"]

ALGORITHMS = ("bslz4", "lz4", "bszstd")
WRITABLE = ("none", "bslz4", "lz4")
#: attributes of every message class, and names that its annotations need
RESERVED = frozenset({"extra", "raw", "problems", "stack", "int", "float", "str", "bool", "bytes", "list", "dict"})
#: names that every generated module has already
_TAKEN = frozenset(
    {"Message", "Decoder", "Encoder", "Limits", "Span", "DateTime", "Rational", "NDArray", "Any", "CodecError"}
)
_KEYS = (Scalar("text"), Scalar("int"), Scalar("uint"))


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


@dataclass(frozen=True, slots=True)
class CborBody:
    """Everything of a specification of this family that its head does not hold."""

    prefix: Prefix | None
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

    @property
    def records(self) -> tuple[Record, ...]:
        """The records of the messages, for the checks that all families share."""
        return tuple(message.record for message in self.messages)


def options(root: Node) -> dict[str, tuple[str, ...]]:
    """The options of the encoder and their values; fields may depend on them."""
    return {name: node["values"].texts() for name, node in root["options"].items()}


def load(root: Node, context: Context) -> CborBody:
    """Read the body; problems go to the context."""
    prefix = root["prefix"]
    discriminator = root["discriminator"].data
    return CborBody(
        prefix=Prefix(
            prefix["tag"].integer(),
            prefix["write"].text("always") == "always",
            prefix["read"].text("optional"),
            context.cite(prefix["rule"]),
        )
        if prefix.exists
        else None,
        discriminator=discriminator if isinstance(discriminator, (str, int)) else None,
        discriminator_rule=context.cite(root["discriminator_rule"]),
        keys=root["keys"]["kind"].text("any" if _has_integer_keys(root) else "text"),
        keys_rule=context.cite(root["keys"]["rule"]),
        tolerance=_tolerance(root["tolerance"], context),
        compression=_compression(root["compression"], context) if root["compression"].exists else None,
        array_rules={name: context.cite(node) for name, node in root["arrays"].items()},
        options=options(root),
        option_docs={name: node["doc"].text() for name, node in root["options"].items()},
        refusals=tuple(_refusal(node, context) for node in root["refuse"].elements()),
        messages=tuple(_message(name, node, context) for name, node in root["messages"].items()),
    )


def _has_integer_keys(root: Node) -> bool:
    """Whether a message, or the discriminator, has a key that is an integer."""
    keys = [field["key"].data for _, one in root["messages"].items() for _, field in one["fields"].items()]
    return any(isinstance(key, int) for key in (root["discriminator"].data, *keys))


def _tolerance(node: Node, context: Context) -> Tolerance:
    names = ("missing", "wrong_type", "null", "unknown", "arrays", "duplicates", "trailing")
    for name, rule in node["rules"].items():
        if name not in names:
            context.problems.add(
                "SPEC004", rule.key_place, f"unknown key {name!r} in 'tolerance.rules'", did_you_mean(name, names)
            )
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
    return Refusal(node["key"].data or "", node["text"].text(), category, context.cite(node["rule"]))


def _message(name: str, node: Node, context: Context) -> Message:
    record = context.record(name, node)
    value = node["value"].data if "value" in node else name
    return Message(name, node["class"].text() or class_name(name), value, record, node["stack"].text())


def check(spec: Spec, root: Node, context: Context) -> None:
    """The checks of this family."""
    body: CborBody = spec.body
    _check_messages(body, root, context)
    tags = [body.prefix.tag] if body.prefix else []
    if body.compression and body.compression.tag in (*tags, 40, 1040, *range(64, 88)):
        context.problems.add(
            "SPEC054", root["compression"]["tag"].place, f"the tag {body.compression.tag} has another meaning already"
        )
    for record in (*body.records, *(one for one in spec.types.values() if isinstance(one, Record))):
        for field in record.fields:
            for kind in walk_type(field.type):
                if isinstance(kind, Vlen):
                    context.problems.add("SPEC019", field.place, "vlen is for HDF5; CBOR has list[...] and array[...]")


def _check_messages(body: CborBody, root: Node, context: Context) -> None:
    nodes = dict(root["messages"].items())
    if body.discriminator is None and len(body.messages) > 1:
        context.problems.add(
            "SPEC051", root["messages"].place, "several messages need a discriminator to be told apart"
        )
    values: dict[object, str] = {}
    classes: dict[str, str] = {name: f"type {name}" for name in root["types"].data or {}}
    for message in body.messages:
        place = nodes[message.name].key_place
        if message.value in values:
            context.problems.add(
                "SPEC050", place, f"{message.name!r} and {values[message.value]!r} have the same discriminator value"
            )
        values[message.value] = message.name
        if message.cls in _TAKEN:
            text = f"the generated module has a {message.cls!r} of its own; name another `class`"
            context.problems.add("SPEC021", place, text)
        if not is_identifier(message.cls):
            context.problems.add("SPEC020", place, f"the class name {message.cls!r} is no identifier")
        if message.cls in classes:
            context.problems.add(
                "SPEC022", place, f"{message.name!r} and {classes[message.cls]!r} are both {message.cls!r} in Python"
            )
        classes[message.cls] = message.name
        for field in message.record.fields:
            if body.discriminator is not None and field.key == body.discriminator:
                context.problems.add("SPEC052", field.place, f"{field.key!r} is the discriminator and not a field")
        keys: Any = {field.name: field for field in message.record.fields}
        if message.stack and message.stack not in keys:
            hint = did_you_mean(message.stack, keys)
            context.problems.add(
                "SPEC035", nodes[message.name]["stack"].place, f"there is no field {message.stack!r} to stack", hint
            )
