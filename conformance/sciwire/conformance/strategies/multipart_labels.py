"""What can be drawn of a `multipart` specification: each message, and each value of the fields that parts depend on."""

from __future__ import annotations

from typing import Any

from sciwire.model.check import resolve
from sciwire.model.ir import Spec
from sciwire.model.types import Enum

from . import Label

__all__ = ["labels", "message_and_choice"]


def labels(spec: Spec) -> tuple[Label, ...]:
    """``header.dheader.header_detail.all``, ``image``: a name says which parts the message has."""
    return tuple(Label(name) for message in spec.body.messages for name in _names(spec, message))


def message_and_choice(spec: Spec, label: str) -> tuple[Any, dict[str, str]]:
    """The message that a label names, and the value of the field on which its parts depend."""
    name, *choice = label.split(".", 3)
    message = next(message for message in spec.body.messages if message.name == name)
    return message, {f"{choice[0]}.{choice[1]}": choice[2]} if choice else {}


def _names(spec: Spec, message: Any) -> list[str]:
    conditions = {(part.when.part, part.when.field) for part in message.parts if part.when is not None}
    if len(conditions) != 1:
        return [message.name]
    ((label, field),) = conditions
    record = next(part.record for part in message.parts if part.label == label)
    kind = resolve(next(one.type for one in record.fields if one.label == field), spec)
    asked = dict.fromkeys(value for part in message.parts if part.when is not None for value in part.when.values)
    return [f"{message.name}.{label}.{field}.{value}" for value in (kind.names if isinstance(kind, Enum) else asked)]
