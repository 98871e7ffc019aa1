"""Messages that are arrays: where their fields stand; what stands in order has no keys."""

from __future__ import annotations

from dataclasses import replace

from ..context import Context
from ..followed import takes_null
from ..ir import Record, Spec
from ..nodes import Node
from ..types import Scalar
from .cbor import CborBody, Message

__all__ = ["check_positions", "positioned"]

_OF_KEYS = ("keys", "refuse", "recognised_by")  # what is about the keys of maps
_OF_FIELDS = ("key", "also", "last")
_PLACE = "fields of an array stand in the order of the file"


def positioned(body: CborBody, record: Record) -> Record:
    """The *record* of a message as a map whose keys are the positions of items, where messages are arrays."""
    if body.layout != "array":
        return record
    at = body.discriminator
    skipped = at if isinstance(at, int) else len(record.fields)
    fields = (replace(field, key=index + (index >= skipped)) for index, field in enumerate(record.fields))
    return replace(record, fields=tuple(fields), layout="map")


def check_positions(spec: Spec, root: Node, context: Context) -> None:
    """Report what messages of the layout `array` can't have."""
    body: CborBody = spec.body
    if body.layout != "array":
        return
    for word in _OF_KEYS:
        if root[word].exists:
            text = f"`{word}` is about the keys of messages, which are arrays here"
            context.problems.add("SPEC267", root[word].place, text)
    _check_discriminator(body, root, context)
    for message in body.messages:
        _check_fields(spec, message, root["messages"][message.name]["fields"], context)


def _check_discriminator(body: CborBody, root: Node, context: Context) -> None:
    at, place = body.discriminator, root["discriminator"].place
    if at is None:
        return
    if not isinstance(at, int) or at < 0:
        text = f"the discriminator {at!r} is no position of an array"
        context.problems.add("SPEC267", place, text, "a number from 0 on")
        return
    for message in body.messages:
        if at > len(message.record.fields):
            text = f"item {at} is to name the message, in {message.name!r} it would stand behind a gap"
            context.problems.add("SPEC267", place, text, f"it has {len(message.record.fields)} fields")


def _check_fields(spec: Spec, message: Message, node: Node, context: Context) -> None:
    """Report words about keys, the name under which the discriminator stands, and gaps that nothing can fill."""
    body: CborBody = spec.body
    fields = message.record.fields
    for index, field in enumerate(fields):
        for word in _OF_FIELDS:
            one = node[field.label][word]
            if one.exists:
                text = f"`{word}` is about the keys of messages, which are arrays here"
                context.problems.add("SPEC267", one.place, text, _PLACE)
        if body.discriminator is not None and field.label == str(body.discriminator):
            context.problems.add("SPEC052", field.place, f"{field.label!r} is the discriminator and not a field")
        behind = [one.label for one in fields[index + 1 :] if one.when is None]
        filled = body.tolerance.null == "absent" or takes_null(field.type, spec) or field.type == Scalar("any")
        if field.when is not None and behind and not filled:
            text = f"{field.label!r} is left out where {field.when.option!r} says so, and {behind[0]!r} follows it"
            hint = "`tolerance: {null: absent}` lets null stand for it"
            context.problems.add("SPEC267", field.place, text, hint)
