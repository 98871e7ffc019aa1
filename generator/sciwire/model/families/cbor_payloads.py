"""Words of the `cbor` family for streams: bytes in front of messages, and payloads that other fields describe."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..check import resolve
from ..context import Context
from ..ir import Spec
from ..nodes import Node
from ..problems import did_you_mean
from ..types import Enum, ListOf, Number, Scalar, TaggedType, Type, Union, type_text

if TYPE_CHECKING:
    from .cbor import CborBody, Message

__all__ = ["Payload", "PrefixBytes", "check_payloads", "load_payload", "load_prefix_bytes", "spelling"]

_DTYPE = re.compile("u1|u2|u4|u8|i1|i2|i4|i8|f2|f4|f8")
_HEADS = {"map": range(0xA0, 0xC0), "array": range(0x80, 0xA0)}  # first bytes of CBOR maps and arrays
_TOPS = {"map": "a map", "array": "an array"}


@dataclass(frozen=True, slots=True)
class PrefixBytes:
    """A byte in front of every message; `read` is optional or required, `mixed` error or accept."""

    read: str
    mixed: str
    rule: str


@dataclass(frozen=True, slots=True)
class Payload:
    """A field of bytes that holds an array; `shape` and `dtype` are (message or None, field)."""

    field: str
    algorithm: str
    block: int
    dtypes: tuple[str, ...]
    shape: tuple[tuple[str | None, str], ...]
    dtype: tuple[tuple[str | None, str], ...]
    separator: str
    raw: bool
    match: tuple[tuple[str, str | None, str], ...]
    tells: tuple[tuple[str, str], ...]
    rule: str


def load_prefix_bytes(node: Node, context: Context) -> PrefixBytes | None:
    """Read `prefix_bytes`, if it is there."""
    if not isinstance(node.data, dict):
        return None
    return PrefixBytes(node["read"].text("optional"), node["mixed"].text("error"), context.cite(node["rule"]))


def load_payload(field: str, node: Node, context: Context) -> Payload:
    """Read one entry of `payloads`."""
    return Payload(
        field=field,
        algorithm=node["algorithm"].text(),
        block=node["block"].integer(4096),
        dtypes=node["dtypes"].texts(),
        shape=tuple(_origin(text) for text in node["shape"].texts()),
        dtype=tuple(_origin(text) for text in node["dtype"].texts()),
        separator=node["separator"].text("x"),
        raw=node["raw"].text("error") == "accept",
        match=tuple((own, *_origin(one.text())) for own, one in node["match"].items()),
        tells=tuple((what, one.text()) for what, one in node["tells"].items()),
        rule=context.cite(node["rule"]),
    )


def _origin(text: str) -> tuple[str | None, str]:
    """``start.shape`` -> (start, shape); ``shape`` -> (None, shape)."""
    message, dot, field = text.rpartition(".")
    return (message if dot else None, field)


def spelling(kind: Type, spec: Spec) -> str:
    """How a field of the type *kind* says what an array is like: ``text``, ``list`` (of integers), or not at all.

    Of a union the first alternative counts that can say it.
    """
    found = resolve(kind, spec)
    match found:
        case Scalar(name="text" | "any") | Enum():
            return "text"
        case ListOf(item=item):
            inside = resolve(item, spec)
            whole = inside in (Scalar("uint"), Scalar("int"), Scalar("any"))
            return "list" if whole or (isinstance(inside, Number) and inside.code[0] in "ui") else ""
        case Union(alternatives=alternatives):
            return next(filter(None, (spelling(one, spec) for one in alternatives)), "")
        case TaggedType(item=item):
            return spelling(item, spec)
        case _:
            return ""


def check_payloads(spec: Spec, root: Node, context: Context) -> None:
    """Report prefixes that can't be told from a map, and payloads whose description can't be found."""
    body: CborBody = spec.body
    messages = {message.name: message for message in body.messages}
    for message in body.messages:
        node = root["messages"][message.name]
        _check_prefix(body, message, node, context)
        for payload in message.payloads:
            _check_payload(payload, message, messages, node["payloads"][payload.field], context)
            _check_told(payload, message, spec, node["payloads"][payload.field]["tells"], context)


def _check_prefix(body: CborBody, message: Message, node: Node, context: Context) -> None:
    if bool(message.prefix) != (body.prefix_bytes is not None):
        text = "`prefix_bytes` and a `prefix` in every message go together"
        context.problems.add("SPEC261", node.key_place, text)
    elif message.prefix and (
        len(message.prefix) > 1 or ord(message.prefix) > 0xFF or ord(message.prefix) in _HEADS[body.layout]
    ):
        text = f"{message.prefix!r} is no single byte that can be told from the head of {_TOPS[body.layout]}"
        context.problems.add("SPEC261", node["prefix"].place, text)
    if message.prefix and any(field.name == "prefix" for field in message.record.fields):
        context.problems.add("SPEC021", node.key_place, "'prefix' is the attribute that holds the byte in front")


def _check_payload(payload: Payload, message: Message, messages: dict[str, Message], node: Node, context: Context) -> None:  # fmt: skip
    fields = {field.label: field for field in message.record.fields}
    found = fields.get(payload.field)
    if found is None or found.type != Scalar("bytes"):
        text = f"{payload.field!r} is no field of bytes"
        context.problems.add("SPEC262", node.key_place, text, did_you_mean(payload.field, fields))
    for code in payload.dtypes:
        if not _DTYPE.fullmatch(code):
            context.problems.add("SPEC262", node["dtypes"].place, f"{code!r} is no number such as u2 or f8")
    if payload.block % 8:
        context.problems.add("SPEC262", node["block"].place, f"a block of {payload.block} elements is no multiple of 8")
    for word, origins in (("shape", payload.shape), ("dtype", payload.dtype)):
        for kind, field in origins:
            _check_origin(kind, field, message, messages, node[word], context)
    for own, kind, field in payload.match:
        _check_origin(None, own, message, messages, node["match"], context)
        _check_origin(kind, field, message, messages, node["match"], context)
    for _, field in payload.tells:
        _check_origin(None, field, message, messages, node["tells"], context)


def _check_told(payload: Payload, message: Message, spec: Spec, node: Node, context: Context) -> None:
    """Report fields in which an encoder can't say what an array is like."""
    fields = {field.label: field for field in message.record.fields}
    wanted = {"shape": ("text", "list"), "dtype": ("text",)}
    for what, name in payload.tells:
        field = fields.get(name)
        if field is not None and spelling(field.type, spec) not in wanted.get(what, ("text",)):
            form = "text or a list of integers" if what == "shape" else "text"
            text = f"{name!r} is to say the {what}: expected {form}, it is {type_text(field.type)}"
            context.problems.add("SPEC262", node[what].place, text)


def _check_origin(kind: str | None, field: str, message: Message, messages: dict[str, Message], node: Node, context: Context) -> None:  # fmt: skip
    other = message if kind is None else messages.get(kind)
    names = {one.label for one in other.record.fields} if other is not None else set(messages)
    if field not in names or other is None:
        path = field if kind is None else f"{kind}.{field}"
        hint = did_you_mean(field if other is not None else str(kind), names)
        context.problems.add("SPEC262", node.place, f"{path} is no field of a message", hint)
