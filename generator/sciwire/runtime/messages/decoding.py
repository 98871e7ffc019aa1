"""From bytes to a message: prefix, map or array, discriminator; faults become errors with path and offset, once, here."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Any

from sciwire.runtime import cbor
from sciwire.runtime.errors import CodecError, CodecWarning, DecodeError, LimitError, VersionError, about
from sciwire.runtime.limits import Limits
from sciwire.runtime.value import shown
from sciwire.runtime.values import Tagged

from .context import Reading
from .embedded import check_duplicates
from .entries import MapReader
from .fault import Fault, error_of, join_steps, map_offset
from .form import Format
from .scalars import kind_of
from .tops import HEADS, TOPS, begins_as_array, check_count, entries_before_damage, top_entries

__all__ = ["decode", "prefix_at", "sniff"]

Data = bytes | bytearray | memoryview
_SNIFFED = 1000  # items looked at
_SALVAGED_ITEMS = 50_000  # the same of items in each, where nobody asked for what is left


def decode(
    form: Format,
    data: Data,
    *,
    limits: Limits | None,
    on_error: str,
    lazy: bool,
    trailing: str | None,
    start: int = 0,
    remembered: Mapping[Any, Any] = MappingProxyType({}),
    shape: Sequence[int] | str | None = None,
    dtype: Any = None,
) -> tuple[Any, int]:
    """Decode the message at *start*; return it and the offset behind it.

    *shape* and *dtype* are of payloads that the message does not describe; *remembered* messages may, too.

    Raises DecodeError and its kin; `partial` of the error is the message as far as it is good, its
    compressed arrays unopened, or None where not even its kind is known.
    """
    if on_error not in ("raise", "keep"):
        raise ValueError(f"on_error is {on_error!r}, allowed: raise, keep")
    if trailing not in (None, "error", "ignore"):
        raise ValueError(f"trailing is {shown(trailing)[:80]}, allowed: error, ignore")
    base = memoryview(data).cast("B").toreadonly()
    reading = form.reading(limits, base=base, lazy=lazy, keep=on_error == "keep")
    reading.shape, reading.dtype = shape, dtype
    trailing = trailing or form.tolerance.trailing
    prefix = ""
    with about(form.name):
        if form.prefix_bytes is not None:
            start, prefix = prefix_at(form, base, start)
        reading.start = start
        try:
            source = data if isinstance(data, bytes) else base  # bytes answer faster than a view of them
            found = form.direct.read(reading, source)
            if found is None or (found[1] != len(base) and trailing == "error"):
                reading = form.reading(limits, base=base, lazy=lazy, keep=on_error == "keep")
                reading.shape, reading.dtype, reading.start = shape, dtype, start
                found = _whole(form, reading, trailing, source)
            message, end = found
            if prefix:
                _check_prefix(form, message, prefix, start)
            if form.payloads:
                _open(form, message, reading, remembered)
                _check_description(form, message, reading)
        except CodecError as error:
            error.rule = error.rule or _cited(form, error)
            again = form.reading(limits, base=base, lazy=lazy or not reading.keep, keep=True)
            if not reading.keep:
                again.limits = again.limits.but(items=min(again.limits.items, _SALVAGED_ITEMS))
            partial = _salvaged(form, again, error, start)
            if not reading.keep or partial is None:
                error.partial = partial
                raise
            if form.prefix_bytes is not None:
                partial.prefix = prefix
            return partial, len(base)
    if form.prefix_bytes is not None:
        message.prefix = prefix
    for text in reading.warnings:
        warnings.warn(f"{form.name}: {text}", CodecWarning, stacklevel=3)
    return message, end


def _cited(form: Format, error: CodecError) -> str:
    """The rule for what is wrong with the CBOR itself: that of its own word, else that of its category."""
    if isinstance(error, LimitError):
        return form.tolerance.rules.get("depth", "")
    wider = error.category if error.category in ("truncated", "syntax") else ""
    return form.tolerance.rules.get(error.check) or form.tolerance.rules.get(wider, "")


def _whole(form: Format, reading: Reading, trailing: str, source: Data) -> tuple[Any, int]:
    base, start = reading.base, reading.start
    decoded = cbor.decode(source, limits=reading.limits, start=start)
    end = decoded.end
    entries = top_entries(
        form, decoded.value, base, start
    )  # first, for bytes of another format are no message that ends
    if end != len(base) and trailing == "error":
        rule = form.tolerance.rules.get("trailing", "")
        problem = f"the message ends here, {len(base) - end} more bytes follow"
        raise DecodeError(problem, category="framing", at=end, rule=rule)
    if decoded.duplicates:
        check_duplicates(decoded, reading)
    reading.items, reading.tags = decoded.items, int(isinstance(decoded.value, Tagged))
    try:
        return _record(form, entries, reading), end
    except Fault as fault:
        error = error_of(fault, reading)
        error.subject = _subject(form, entries)
        raise error from None


def prefix_at(form: Format, base: memoryview, start: int) -> tuple[int, str]:
    """Where the message itself begins, and the prefix byte in front of it. DecodeError (``framing``)."""
    words = form.prefix_bytes
    if words is None or start >= len(base):
        return start, ""
    first = base[start]
    if chr(first) in words.of.values():
        return start + 1, chr(first)
    if words.read == "required" or first not in HEADS[form.layout]:
        known = ", ".join(sorted(set(words.of.values())))
        expected = f"one of the bytes {known}" + (f" or {TOPS[form.layout]}" if words.read == "optional" else "")
        problem = f"expected {expected} in front, got the byte {first:02x}"
        raise DecodeError(problem, category="framing", at=start, rule=words.rule)
    return start, ""


def _check_prefix(form: Format, message: Any, prefix: str, start: int) -> None:
    words = form.prefix_bytes
    if words is None or words.mixed == "accept":
        return
    own = words.of[type(message).__name__]
    if own != prefix:
        problem = f"expected the prefix {own} in front of this message, got {prefix}"
        raise DecodeError(problem, category="framing", path="prefix", at=start - 1, rule=words.rule)


def _open(form: Format, message: Any, reading: Reading, remembered: Mapping[Any, Any]) -> None:
    payloads = form.payloads.get(type(message))
    if payloads:
        from .payloads import open_payloads

        with about(f"{form.name}.{type(message).__name__}"):
            open_payloads(payloads, message, reading, remembered)


def _check_description(form: Format, message: Any, reading: Reading) -> None:
    from .payloads import check_description

    check_description(form.records, message, reading)


def _salvaged(form: Format, reading: Reading, cause: CodecError, start: int) -> Any:
    """The message made of the entries that can be read, with *cause* among its problems; None if there is none."""
    reading.start = start
    try:
        entries = entries_before_damage(form, reading)
        message = _record(form, entries, reading)
        _open(form, message, reading, {})
    except (CodecError, Fault):
        return None
    message.problems = [cause, *(one for one in reading.problems if str(one) != str(cause))]
    return message


def _record(form: Format, entries: dict[Any, Any], reading: Reading) -> Any:
    for refusal in form.refusals:
        if refusal.key in entries:
            kinds = {"version": VersionError, "limit": LimitError}
            raise kinds.get(refusal.category, DecodeError)(
                refusal.text, category=refusal.category, at=map_offset(reading.base, reading.start), rule=refusal.rule
            )
    kind = None if form.discriminator is None else entries.get(form.discriminator)
    try:
        record = form.records.get(kind)
    except TypeError:
        record = None
    if record is None or isinstance(kind, (bool, float)):
        known = ", ".join(str(one) for one in form.records)
        got = "it is missing" if kind is None else f"got {kind_of(kind)}"
        at = map_offset(reading.base, reading.start)
        word = "the key" if form.layout == "map" else "item"
        key = repr(form.discriminator) if isinstance(form.discriminator, str) else f"{word} {form.discriminator}"
        problem = f"expected {key} to be one of {known}, {got}"
        raise DecodeError(
            problem,
            category="constraint",
            path=join_steps([form.discriminator or 0]),
            at=at,
            rule=form.discriminator_rule,
        )
    if form.layout == "array":
        check_count(form, kind, entries)
        reader = MapReader(entries, reading, form.positions[kind])
    else:
        reader = MapReader(entries, reading)
    if form.discriminator is not None:
        reader.skip(form.discriminator)
    message = record.read(reader)
    message.problems = reading.problems
    message.raw = tuple(reading.raw)
    return message


def _subject(form: Format, entries: dict[Any, Any]) -> str:
    record = form.records.get(entries.get(form.discriminator) if form.discriminator is not None else None)
    return f"{form.name}.{record.cls.__name__}" if record is not None else form.name


def sniff(form: Format, data: Data) -> bool:
    """Whether *data* begin like a message of this format: a map, or an array, in which the discriminator says a known word."""
    view = memoryview(data).cast("B")
    path = None if form.discriminator is None else join_steps([form.discriminator])
    known = path is None
    try:
        start, prefix = prefix_at(form, view, 0)
        if form.layout == "array":
            return begins_as_array(form, view, start)
        signed = bool(prefix) or not form.recognised_by
        for span in islice(cbor.walk(view, start), _SNIFFED):
            if span.path == path and span.kind in ("unsigned", "negative", "text"):
                known = cbor.decode(view, start=span.start).value in form.records
                if not known:
                    return False
            signed = signed or (span.kind == "key" and span.path in form.recognised_by)
            if known and signed and (path is not None or span.kind == "map"):
                return True
    except CodecError:
        pass
    return False
