"""The whole message: prefix, map, discriminator; faults become errors with path and offset, once, here.

`decode` and `encode` are what a generated module calls with its own `Format` (what the
specification says of all messages) and its tables of records.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from itertools import islice
from types import MappingProxyType
from typing import Any, Protocol

from sciwire.runtime import cbor
from sciwire.runtime.errors import CodecError, CodecWarning, DecodeError, EncodeError, about
from sciwire.runtime.limits import DEFAULT_LIMITS, Limits
from sciwire.runtime.value import Value
from sciwire.runtime.values import Tagged

from .anything import EncodedArray
from .context import STRICT, Compression, Prefix, Reading, Refusal, Tolerance, Writing
from .fault import Fault, join_steps, wire_steps
from .records import MapReader, MapWriter, RecordOf
from .scalars import kind_of

__all__ = ["Format", "decode", "encode_parts", "error_of", "sniff", "top_map"]

Data = bytes | bytearray | memoryview
_SNIFFED = 1000  # items looked at


class Format(Value):
    """What a specification says of all its messages; `records` maps discriminator values to messages."""

    name: str
    records: Mapping[str | int | None, RecordOf[Any]]
    discriminator: str | int | None = None
    discriminator_rule: str = ""
    keys: tuple[str, str] = ("text", "")
    prefix: Prefix | None = None
    tolerance: Tolerance = STRICT
    compression: Compression | None = None
    array_rules: Mapping[str, str] = MappingProxyType({})
    refusals: tuple[Refusal, ...] = ()
    options: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    limits: Limits = DEFAULT_LIMITS

    def reading(
        self, limits: Limits | None, *, base: memoryview | None = None, lazy: bool = False, keep: bool = False
    ) -> Reading:
        return Reading(
            base=base if base is not None else memoryview(b""),
            limits=limits or self.limits,
            tolerance=self.tolerance,
            compression=self.compression,
            size_rule=self.array_rules.get("size", ""),
            array_rules=self.array_rules,
            lazy=lazy,
            keep=keep,
        )


class Message(Protocol):
    """What all generated message classes have."""

    extra: dict[Any, Any]
    raw: tuple[str, ...]
    problems: list[CodecError]


def decode(
    form: Format, data: Data, *, limits: Limits | None, on_error: str, lazy: bool, trailing: str | None, start: int = 0
) -> tuple[Any, int]:
    """Decode the message at *start*; return it and the offset behind it. Raises DecodeError and its kin."""
    if on_error not in ("raise", "keep"):
        raise ValueError(f"on_error is {on_error!r}, allowed: raise, keep")
    base = memoryview(data).cast("B").toreadonly()
    reading = form.reading(limits, base=base, lazy=lazy, keep=on_error == "keep")
    reading.start = start
    with about(form.name):
        value, end, duplicates = cbor.decode(base, limits=reading.limits, start=start)
        try:
            if end != len(base) and (trailing or form.tolerance.trailing) == "error":
                rule = form.tolerance.rules.get("trailing", "")
                problem = f"the message ends here, {len(base) - end} more bytes follow"
                raise DecodeError(problem, category="framing", at=end, rule=rule)
            entries = top_map(form, value, base, start)
            _check_duplicates(form, duplicates, reading)
            message = _record(form, entries, reading, start)
        except Fault as fault:
            error = error_of(fault, reading, start)
            error.subject = _subject(form, value)
            raise error from None
    message.problems = reading.problems
    message.raw = tuple(reading.raw)
    for text in reading.warnings:
        warnings.warn(f"{form.name}: {text}", CodecWarning, stacklevel=3)
    return message, end


def top_map(form: Format, value: Any, base: memoryview, start: int = 0) -> dict[Any, Any]:
    """The map of the message inside its prefix."""
    prefix = form.prefix
    tagged = prefix is not None and isinstance(value, Tagged) and value.number == prefix.tag
    if prefix is not None and not tagged and prefix.read == "required":
        raise DecodeError(
            f"expected tag {prefix.tag} in front of the message", category="framing", at=start, rule=prefix.rule
        )
    if prefix is not None and tagged and prefix.read == "forbidden":
        raise DecodeError(f"tag {prefix.tag} in front of the message", category="framing", at=start, rule=prefix.rule)
    inner = value.value if tagged else value
    kind, rule = form.keys
    if isinstance(inner, cbor.Pairs) or (isinstance(inner, dict) and not all(_key_fits(key, kind) for key in inner)):
        words = {"text": "text", "integer": "an integer", "any": "text or an integer"}[kind]
        at = _odd_key(base, _map_offset(base, start), kind)
        raise DecodeError(f"expected every key to be {words}", category="type", at=at, rule=rule)
    if not isinstance(inner, dict):
        at = cbor.locate(base, (), start, tags=1) if tagged else start
        raise DecodeError(f"expected a map, got {kind_of(inner)}", category="type", at=at, rule=rule)
    return inner


def _key_fits(key: Any, kind: str) -> bool:
    return (isinstance(key, str) and kind != "integer") or (isinstance(key, int) and kind != "text")


def _odd_key(base: memoryview, start: int, kind: str) -> int:
    """The offset of the first key of the map at *start* that is not of its *kind*."""
    majors = {"text": (3,), "integer": (0, 1), "any": (0, 1, 3)}[kind]
    position = cbor.read_head(base, start).body
    while cbor.read_head(base, position).major in majors:
        position = cbor.skip(base, cbor.skip(base, position))
    return position


def _check_duplicates(form: Format, duplicates: tuple[str, ...], reading: Reading) -> None:
    for path in duplicates:
        if form.tolerance.duplicates == "error":
            raise DecodeError(
                "the key stands here twice",
                category="constraint",
                path=path,
                rule=form.tolerance.rules.get("duplicates", ""),
            )
        reading.warnings.append(f"{path}: the key stands here twice, the last one counts")


def _record(form: Format, entries: dict[Any, Any], reading: Reading, start: int) -> Any:
    for refusal in form.refusals:
        if refusal.key in entries:
            raise DecodeError(
                refusal.text, category=refusal.category, at=_map_offset(reading.base, start), rule=refusal.rule
            )
    kind = None if form.discriminator is None else entries.get(form.discriminator)
    try:
        record = form.records.get(kind)
    except TypeError:
        record = None
    if record is None or isinstance(kind, bool):
        known = ", ".join(str(one) for one in form.records)
        got = "it is missing" if kind is None else f"got {kind_of(kind)}"
        at = _map_offset(reading.base, start)
        problem = f"expected {form.discriminator!r} to be one of {known}, {got}"
        raise DecodeError(
            problem, category="constraint", path=str(form.discriminator), at=at, rule=form.discriminator_rule
        )
    reader = MapReader(entries, reading)
    if form.discriminator is not None:
        reader.skip(form.discriminator)
    return record.read(reader)


def error_of(fault: Fault, reading: Reading, start: int = 0) -> CodecError:
    """The `CodecError` of *fault*: its path in words, its offset found again in the bytes."""
    at: int | str | None = None
    if reading.base.nbytes:
        steps = wire_steps(fault.steps[::-1])
        at = cbor.locate(reading.base, steps, start) if steps else _map_offset(reading.base, start)
    return DecodeError(fault.problem, category=fault.category, path=fault.path, at=at, rule=fault.rule)


def _map_offset(base: memoryview, start: int) -> int:
    return cbor.locate(base, (), start, tags=1) if base.nbytes else start


def _subject(form: Format, value: Any) -> str:
    inner = value.value if isinstance(value, Tagged) else value
    kind = inner.get(form.discriminator) if isinstance(inner, dict) else None
    record = form.records.get(kind) if isinstance(kind, (str, int)) or kind is None else None
    return f"{form.name}.{record.cls.__name__}" if record is not None else form.name


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


def sniff(form: Format, data: Data) -> bool:
    """Whether *data* begin like a message of this format: a map in which the discriminator says a known word."""
    view = memoryview(data).cast("B")
    path = None if form.discriminator is None else join_steps([form.discriminator])
    try:
        for span in islice(cbor.walk(view), _SNIFFED):
            if span.kind == "map" and path is None:
                return True
            if span.path == path and span.kind in ("unsigned", "negative", "text"):
                return cbor.decode(view, start=span.start).value in form.records
    except CodecError:
        pass
    return False
