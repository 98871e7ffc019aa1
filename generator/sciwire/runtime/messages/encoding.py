"""From a message to bytes: entries in wire order, the prefix in front, big payloads never copied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sciwire.runtime import cbor
from sciwire.runtime.errors import EncodeError, about
from sciwire.runtime.value import shown
from sciwire.runtime.values import Tagged

from .anything import EncodedArray
from .context import Writing
from .embedded import EmbeddedItem
from .entries import MapWriter
from .fault import Fault, join_steps
from .form import Format
from .records import RecordOf, key_fits, surplus

__all__ = ["encode_parts"]

_CONTAINERS = (dict, list, tuple, Tagged, cbor.Pairs)


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
        compression=form.compression,
        algorithm=_algorithm(form, compression, subject),
        chosen=compression is not None,
        tolerance=form.tolerance,
        limits=form.limits,
        options=_options(form, options, subject),
        raw=message.raw,
    )
    out = cbor.Writer(_write_special)
    if form.prefix is not None and form.prefix.write:
        out.tag(form.prefix.tag)
    with about(subject):
        prefix = _prefix(form, message)
        if prefix:
            out.raw(prefix)
        if record.payloads:
            from .payloads import describe_payloads

            message = describe_payloads(record.payloads, message)
        try:
            entries = _entries(form, kind, record, message, writing)
            _check_depth(entries, form.limits.depth, (*_CONTAINERS, EmbeddedItem) if writing.embedded else _CONTAINERS)
        except Fault as fault:
            raise EncodeError(fault.problem, category=fault.category, path=fault.path, rule=fault.rule) from None
        except RecursionError as error:
            raise EncodeError("the value nests too deep, or holds itself", category="limit") from error
        if isinstance(entries, list):
            _write_items(out, entries, tuple(form.positions[kind]))
        else:
            out.value(entries)
    return out.parts


def _prefix(form: Format, message: Any) -> bytes:
    """The byte in front of *message*, as it says itself."""
    words = form.prefix_bytes
    if words is None:
        return b""
    known = {words.of[type(message).__name__], *(words.of.values() if words.mixed == "accept" else ())}
    known |= {""} if words.read == "optional" else set()
    if message.prefix not in known:
        allowed = ", ".join(repr(one) for one in sorted(known))
        problem = f"expected one of {allowed}, got {message.prefix!r}"
        raise EncodeError(problem, category="constraint", path="prefix", rule=words.rule)
    return str(message.prefix).encode("latin-1")


def _entries(
    form: Format, kind: Any, record: RecordOf[Any], message: Any, writing: Writing
) -> dict[Any, Any] | list[Any]:
    """The entries of a message that is a map, the items of one that is an array."""
    writer = MapWriter(writing)
    if form.discriminator is not None:
        writer.entries[form.discriminator] = kind
    record.write(writer, message)
    if form.layout == "array":
        keys = tuple(form.positions[kind])
        return record.in_order(writer.entries, (*keys, *surplus(keys, message.extra)), writing)
    for key in writer.entries:
        if not key_fits(key, form.keys[0]):
            raise Fault(f"expected every key to be {form.keys[0]}, got {shown(key)[:100]}", "type", form.keys[1])
    return writer.entries


def _write_items(out: cbor.Writer, items: list[Any], keys: tuple[str | int, ...]) -> None:
    """Write a message that is an array; what has no form is told by the name of its field."""
    out.array(len(items))
    for index, item in enumerate(items):
        try:
            out.value(item)
        except EncodeError as error:
            raise error.within(join_steps([keys[index] if index < len(keys) else index])) from error.__cause__


def _check_depth(value: Any, most: int, containers: tuple[type, ...]) -> None:
    """What a decoder with the same limits would refuse is not written."""
    level = [value]
    depth = 0
    while level:
        below: list[Any] = []
        for one in level:
            if isinstance(one, dict):
                below += [item for item in one.values() if isinstance(item, containers)]
            elif isinstance(one, (list, tuple)):
                below += [item for item in one if isinstance(item, containers)]
            elif isinstance(one, cbor.Pairs):
                below += [item for pair in one.pairs for item in pair if isinstance(item, containers)]
            elif isinstance(one, (Tagged, EmbeddedItem)):
                below.append(one.value)
        level = below
        depth += 1
        if depth > most:
            raise Fault(f"items nest deeper than the limit depth, {most}", "limit")


def _algorithm(form: Format, chosen: str | None, subject: str) -> str:
    known = form.compression.write if form.compression is not None else ("none",)
    algorithm = chosen if chosen is not None else known[0]
    if algorithm not in known:
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
    if isinstance(value, EncodedArray):
        writer.raw(*value.parts)
    elif isinstance(value, EmbeddedItem):
        inside = cbor.Writer(_write_special)
        inside.value(value.value)
        writer.byte_string(*inside.parts)
    else:
        raise EncodeError(f"a {type(value).__name__} has no form in CBOR", category="type")
