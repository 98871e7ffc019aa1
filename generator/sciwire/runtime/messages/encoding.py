"""From a message to bytes: entries in wire order, the prefix in front, big payloads never copied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sciwire.runtime import cbor
from sciwire.runtime.errors import EncodeError, about

from .anything import EncodedArray
from .context import Writing
from .fault import Fault
from .form import Format
from .records import MapWriter

__all__ = ["encode_parts"]


def encode_parts(
    form: Format, message: Any, *, compression: str | None, options: Mapping[str, str]
) -> list[bytes | memoryview]:
    """The parts of the message in order; nothing is joined, big payloads are not copied. Raises EncodeError."""
    found = next(((kind, record) for kind, record in form.records.items() if type(message) is record.cls), None)
    if found is None:
        known = ", ".join(record.cls.__name__ for record in form.records.values())
        raise EncodeError(
            f"expected one of {known}, got a {type(message).__name__}", category="type", subject=form.name
        )
    kind, record = found
    subject = f"{form.name}.{record.cls.__name__}"
    writing = Writing(
        form.compression,
        _algorithm(form, compression, subject),
        _options(form, options, subject),
        frozenset(message.raw),
    )
    writer = MapWriter(writing)
    try:
        if form.discriminator is not None:
            writer.entries[form.discriminator] = kind
        record.write(writer, message)
    except Fault as fault:
        error = EncodeError(fault.problem, category=fault.category, path=fault.path, rule=fault.rule, subject=subject)
        raise error from None
    out = cbor.Writer(_write_special)
    if form.prefix is not None and form.prefix.write:
        out.tag(form.prefix.tag)
    with about(subject):
        out.value(writer.entries)
    return out.parts


def _algorithm(form: Format, chosen: str | None, subject: str) -> str:
    known = form.compression.write if form.compression is not None else ("none",)
    algorithm = chosen if chosen is not None else known[0]
    if algorithm not in (*known, "none"):
        raise EncodeError(
            f"compression is {algorithm!r}, allowed: {', '.join(known)}", category="unsupported", subject=subject
        )
    return algorithm


def _options(form: Format, chosen: Mapping[str, str], subject: str) -> dict[str, str]:
    options = {name: values[0] for name, values in form.options.items()}
    for name, value in chosen.items():
        if value not in form.options.get(name, ()):
            allowed = ", ".join(form.options.get(name, ()))
            raise EncodeError(f"{name} is {value!r}, allowed: {allowed}", category="constraint", subject=subject)
        options[name] = value
    return options


def _write_special(writer: cbor.Writer, value: Any) -> None:
    if not isinstance(value, EncodedArray):
        raise EncodeError(f"a {type(value).__name__} has no form in CBOR", category="type")
    writer.raw(*value.parts)
