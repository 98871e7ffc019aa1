"""The checks of the `cbor` family that need the whole body."""

from __future__ import annotations

from typing import Any

from ..check import resolve
from ..context import Context
from ..ir import Field, Record, Spec
from ..names import is_identifier, is_word
from ..nodes import Node
from ..problems import did_you_mean
from ..taken import check_module_name
from ..types import Array, MapOf, NDArray, Number, Type, Union, Vlen, walk_type
from ..words import short
from .cbor import CborBody, class_of
from .cbor_payloads import check_payloads
from .cbor_positions import check_positions
from .cbor_satisfiable import check_satisfiable
from .cbor_serializer import check_serializer
from .cbor_unions import check_unions

__all__ = ["check_body"]

_OPTION_WORDS = frozenset({"value", "compression", "options", "messages"})


def check_body(spec: Spec, root: Node, context: Context) -> None:
    """Messages that can be told apart, names that can stand in Python, types that CBOR can carry."""
    body: CborBody = spec.body
    _check_messages(spec, root, context)
    _check_keys(body, root, context)
    check_positions(spec, root, context)
    check_unions(spec, root, context)
    check_satisfiable(spec, root, context)
    check_payloads(spec, root, context)
    check_serializer(spec, root, context)
    for name, node in root["options"].items():
        if not is_identifier(name):
            context.problems.add("SPEC020", node.key_place, f"the option {name!r} is no identifier")
        elif name in _OPTION_WORDS:
            context.problems.add("SPEC021", node.key_place, f"the encoder has an argument {name!r} of its own")
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
            _check_order(field, context)
            if field.required and field.when is not None and body.tolerance.missing != "allow":
                text = f"{field.label!r} is required, and left out where {field.when.option!r} says so"
                context.problems.add("SPEC266", field.place, text, "`tolerance: {missing: allow}` lets it be absent")


def _check_order(field: Field, context: Context) -> None:
    """A number of its own has no byte order in CBOR; those of arrays have."""
    inside = [one for kind in walk_type(field.type) if isinstance(kind, (Array, NDArray)) for one in kind.dtypes]
    for kind in walk_type(field.type):
        if isinstance(kind, Number) and kind.order and not any(kind is one for one in inside):
            text = f"{kind.order + kind.name!r}: numbers of CBOR have one byte order, only those of arrays may state theirs"
            context.problems.add("SPEC018", field.place, text)


def _check_keys(body: CborBody, root: Node, context: Context) -> None:
    """Every key of a message must be of the kind that `keys` allows, and one that CBOR has."""
    wanted = {"text": str, "integer": int}.get(body.keys)
    named = [(body.discriminator, root["discriminator"].place)] if body.discriminator is not None else []
    named += [(field.key, field.place) for message in body.messages for field in message.record.fields]
    named += [(key, one.place) for message in body.messages for one in message.record.fields for key in one.also]
    words = dict(root["messages"].items())
    said = [(word, words[one.name].place) for one in body.messages for word in (one.value, *one.also)]
    for number, place in (*named, *said):
        if isinstance(number, int) and not -(2**64) <= number < 2**64:
            text = f"{short(number)} is no integer of CBOR, which go from -2^64 to 2^64-1"
            context.problems.add("SPEC070", place, text)
    for key, place in named:
        if wanted is not None and not isinstance(key, wanted):
            text = f"`keys` allows {body.keys} keys only, {key!r} is none"
            context.problems.add("SPEC264", place, text)


def _check_messages(spec: Spec, root: Node, context: Context) -> None:
    body: CborBody = spec.body
    nodes = dict(root["messages"].items())
    if body.discriminator is None and len(body.messages) > 1:
        context.problems.add(
            "SPEC051", root["messages"].place, "several messages need a discriminator to be told apart"
        )
    values: dict[object, str] = {}
    classes: dict[str, str] = {class_of(name): f"type {name}" for name in root["types"].table()}
    for message in body.messages:
        place = nodes[message.name].key_place
        if message.value in values:
            context.problems.add(
                "SPEC050", place, f"{message.name!r} and {values[message.value]!r} have the same discriminator value"
            )
        values[message.value] = message.name
        for word in message.also:
            if word in values:
                text = f"{word!r} names {values[word]!r} already"
                context.problems.add("SPEC050", nodes[message.name]["also"].place, text)
            values[word] = message.name
        check_module_name(message.cls, place, "cbor", context)
        if not is_word(message.name):
            hint = "`value` is what stands on the wire"
            context.problems.add("SPEC020", place, f"the message name {message.name!r} is no identifier", hint)
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
        elif message.stack and not _stacks(resolve(keys[message.stack].type, spec), spec):
            text = f"{message.stack!r} is no map of arrays, so there is nothing to stack"
            context.problems.add("SPEC031", nodes[message.name]["stack"].place, text)


def _stacks(kind: Record | Type, spec: Spec) -> bool:
    """Whether *kind* is a map of arrays."""
    if not isinstance(kind, MapOf):
        return False
    item = resolve(kind.value, spec)
    items = [resolve(one, spec) for one in item.alternatives] if isinstance(item, Union) else [item]
    return all(isinstance(one, (NDArray, Array)) for one in items)
