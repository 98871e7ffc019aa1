"""The `serializer` of the `cbor` family: how batches of events from named sources become messages of a stream."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..check import resolve
from ..context import Context
from ..ir import Field, Record, Spec
from ..names import is_identifier
from ..nodes import Node
from ..problems import did_you_mean

if TYPE_CHECKING:
    from .cbor import CborBody

__all__ = ["Filled", "Serializer", "check_serializer", "load_serializer"]

_ORIGINS = ("value", "parameter", "source", "array", "rank", "clock")
_OF_ARRAYS = ("data", "dtype", "shape", "sum")


@dataclass(frozen=True, slots=True)
class Filled:
    """Where a field (a dotted path) comes from: one of `value`, `parameter`, `source`, `array`, `rank`, `clock`."""

    path: str
    origin: str
    what: Any
    item: str | int | None
    cut: tuple[int, int] | None
    upper: bool
    default: Any
    as_text: bool
    constant: Any


@dataclass(frozen=True, slots=True)
class Serializer:
    """A class that makes messages of batches; `first`, `each` and `last` are names of messages.

    `rules` are those that refusals of parameters, sources and frames cite.
    """

    cls: str
    config: str
    doc: str
    parameters: tuple[Field, ...]
    sources: tuple[str, ...]
    optional: tuple[str, ...]
    frames: str
    first: str
    each: str
    last: str
    fill: tuple[tuple[str, tuple[Filled, ...]], ...]
    rules: Mapping[str, str]


def load_serializer(node: Node, context: Context) -> Serializer | None:
    """Read the serializer, if there is one."""
    if not isinstance(node.data, dict):
        return None
    name = node["class"].text()
    return Serializer(
        cls=name,
        config=f"{name}Config",
        doc=node["doc"].text(),
        parameters=context.fields(node["parameters"]),
        sources=node["sources"].texts(),
        optional=node["optional"].texts(),
        frames=node["frames"].text(),
        first=node["first"].text(),
        each=node["each"].text(),
        last=node["last"].text(),
        fill=tuple(
            (message, tuple(_filled(path, one) for path, one in fields.items()))
            for message, fields in node["fill"].items()
        ),
        rules={name: context.cite(rule) for name, rule in node["rules"].items()},
    )


def _filled(path: str, node: Node) -> Filled:
    origin = next((word for word in _ORIGINS if word in node), "")
    cut = node["slice"].data
    return Filled(
        path=path,
        origin=origin,
        what=node[origin].data if origin else None,
        item=node["item"].data,
        cut=(cut[0], cut[1]) if isinstance(cut, list) and len(cut) == 2 else None,
        upper=node["upper"].flag(),
        default=node["default"].data,
        as_text=node["text"].flag(),
        constant=node["constant"].data,
    )


def check_serializer(spec: Spec, root: Node, context: Context) -> None:
    """Report what the serializer fills that is not there, and what comes from nowhere."""
    body: CborBody = spec.body
    serializer = body.serializer
    if serializer is None:
        return
    node = root["serializer"]
    messages = {message.name: message.record for message in body.messages}
    for name in (serializer.cls, serializer.config):
        if not is_identifier(name) or name in {message.cls for message in body.messages}:
            context.problems.add("SPEC020", node["class"].place, f"{name!r} can't be the name of the class")
    for word in ("first", "each", "last"):
        if getattr(serializer, word) not in messages:
            text = f"there is no message {getattr(serializer, word)!r}"
            context.problems.add("SPEC263", node[word].place, text, did_you_mean(getattr(serializer, word), messages))
    parameters = {field.label for field in serializer.parameters}
    if serializer.frames not in parameters:
        text = f"there is no parameter {serializer.frames!r}"
        context.problems.add("SPEC263", node["frames"].place, text, did_you_mean(serializer.frames, parameters))
    for message, fields in serializer.fill:
        if message not in messages:
            place = node["fill"][message].key_place
            context.problems.add("SPEC263", place, f"there is no message {message!r}", did_you_mean(message, messages))
            continue
        for one in fields:
            _check_filled(one, messages[message], spec, node["fill"][message][one.path], context)


def _check_filled(one: Filled, record: Record, spec: Spec, node: Node, context: Context) -> None:
    serializer = spec.body.serializer
    known: dict[str, set[str]] = {
        "parameter": {field.label for field in serializer.parameters},
        "source": {*serializer.sources, *serializer.optional},
        "array": set(_OF_ARRAYS),
    }
    if sum(word in node for word in _ORIGINS) != 1:
        text = f"{one.path!r} comes from exactly one of {', '.join(_ORIGINS)}"
        context.problems.add("SPEC263", node.key_place, text)
    elif one.origin in known and one.what not in known[one.origin]:
        text = f"there is no {one.origin} {one.what!r}"
        hint = did_you_mean(str(one.what), known[one.origin])
        context.problems.add("SPEC263", node[one.origin].place, text, hint)
    found: Any = record
    for step in one.path.split("."):
        fields = {field.label: field for field in found.fields} if isinstance(found, Record) else {}
        if step not in fields:
            context.problems.add("SPEC263", node.key_place, f"there is no field {step!r}", did_you_mean(step, fields))
            return
        found = resolve(fields[step].type, spec)
