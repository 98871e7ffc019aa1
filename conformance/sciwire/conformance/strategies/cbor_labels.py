"""What can be drawn of a `cbor` specification: each message, with each option of the encoder that changes its bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sciwire.model.ir import Record, Spec
from sciwire.model.types import Array, MapOf, NDArray, walk_type

from . import Label

__all__ = ["labels", "message_and_options"]


def labels(spec: Spec) -> tuple[Label, ...]:
    """``image``, ``image.compression.lz4``, ``start.header_detail.basic``: a name says what its options are."""
    return tuple(label for message in spec.body.messages for label in _of(spec, message))


def message_and_options(spec: Spec, label: str) -> tuple[Any, dict[str, str]]:
    """The message that a label names, and the options that its encoder is given."""
    name, *option = label.split(".", 2)
    message = next(message for message in spec.body.messages if message.name == name)
    return message, dict([(option[0], option[1])] if option else [])


def _of(spec: Spec, message: Any) -> Iterator[Label]:
    yield Label(message.name)
    used = {field.when.option for field in message.record.fields if field.when is not None}
    for option, allowed in spec.body.options.items():
        if option in used:
            for value in allowed[1:]:
                yield Label(f"{message.name}.{option}.{value}", {option: value})
    if spec.body.compression is not None and _has_arrays(message.record):
        for algorithm in spec.body.compression.write[1:]:
            yield Label(f"{message.name}.compression.{algorithm}", {"compression": algorithm})


def _has_arrays(record: Record) -> bool:
    kinds = [kind for field in record.fields for kind in walk_type(field.type)]
    return any(isinstance(kind, (NDArray, Array)) and not isinstance(kind, MapOf) for kind in kinds)
