"""From parts to messages: each part in its turn, the errors with the number of the part and the path in it."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from sciwire.runtime.errors import CodecError, CodecWarning, DecodeError, TruncatedError, about
from sciwire.runtime.limits import Limits, checked_size
from sciwire.runtime.messages import MapReader
from sciwire.runtime.messages.context import Reading
from sciwire.runtime.messages.fault import Fault

from .blobs import open_array
from .checksums import digest
from .form import ArrayPart, BytesPart, Format, JsonPart, MessageOf, PartForm, Source
from .kinds import belongs, is_taken, kind_of_message, word_of
from .packed import PackedArray
from .passing import Data, Parts, Pass, views_of
from .presence import applies, is_left, is_there

__all__ = ["decode", "decode_all", "parts_by_number", "read_record"]


def decode(
    form: Format,
    parts: Parts,
    *,
    missing: Iterable[int],
    limits: Limits | None,
    on_error: str,
    units: Any,
    lazy: bool = False,
) -> Any:
    """Decode the one message that *parts* make; *missing* are the numbers of parts, from 1, that are not there.

    Raises DecodeError and its kin, whose `partial` is the message as far as it is good.
    """
    if on_error not in ("raise", "keep"):
        raise ValueError(f"on_error is {on_error!r}, allowed: raise, keep")
    views = views_of(parts)
    with about(form.name):
        message, used = _message(form, views, _numbers(missing), limits, on_error == "keep", units, 0, lazy)
        if used < len(views):
            problem = f"the message ends after {used} parts, {len(views) - used} more follow"
            at = f"part {used + 1 + len(message.missing)}"
            error = DecodeError(problem, category="framing", at=at, rule=form.faults.get("count", ""))
            if on_error == "raise":
                error.partial = message
                raise error
            message.problems.append(error)
    return message


def decode_all(form: Format, parts: Sequence[Data], *, missing: Iterable[int], limits: Limits | None, units: Any, lazy: bool = False) -> list[Any]:  # fmt: skip
    """The messages of a recording, which has their parts one after another; *missing* counts through all of it.

    An optional part at the end of a message is taken unless it is the first part of another one.
    """
    views = views_of(parts)
    absent = _numbers(missing)
    messages: list[Any] = []
    start = number = 0
    with about(form.name):
        while start < len(views):
            here = frozenset(one - number for one in absent if one > number)
            message, used = _message(form, views[start:], here, limits, False, units, number, lazy, alone=False)
            messages.append(message)
            start += used
            number += used + len(message.missing)
    return messages


def parts_by_number(form: Format, views: list[memoryview]) -> dict[int, PartForm]:
    """What each of *views* is, by its number from 1, as far as it can be told; nothing is raised."""
    state = Pass(form, views, form.limits, True, 0, lazy=True)
    state.number = 1
    try:
        found = kind_of_message(form, word_of(form, state.object_at(0)), state.place)
    except (CodecError, IndexError):
        return {}
    with suppress(CodecError):
        _walk(found, state, frozenset(), set())
    return {state.numbers[part.label]: part for part in found.parts if part.label in state.numbers}


def _numbers(missing: Iterable[int]) -> frozenset[int]:
    numbers = frozenset(missing)
    for one in numbers:
        if type(one) is not int or one < 1:
            raise ValueError(f"missing has {one!r}, the parts have numbers from 1")
    return numbers


def _message(
    form: Format, views: list[memoryview], missing: frozenset[int], limits: Limits | None, keep: bool, units: Any, first: int, lazy: bool, alone: bool = True
) -> tuple[Any, int]:  # fmt: skip
    state = Pass(form, views, limits or form.limits, keep, first, lazy, alone)
    if not views:
        raise TruncatedError("a message has at least one part, there is none", at=f"part {first + 1}", rule=form.faults.get("count", ""))  # fmt: skip
    state.number = 1
    if 1 in missing:
        problem = "the first part says what the message is and can't be missing"
        raise DecodeError(problem, category="state", at=state.place, rule=form.discriminator_rule)
    found = kind_of_message(form, word_of(form, state.object_at(0)), state.place)
    state.subject = f"{form.name}.{found.cls.__name__}"
    lacking: set[int] = set()
    error: CodecError | None = None
    with about(state.subject):
        try:
            _walk(found, state, missing, lacking)
            _check_sums(found, state)
        except CodecError as raised:
            error = raised
        message = found.cls(**state.values)
        message.missing, message.sources, message.problems = frozenset(lacking), state.sources, state.problems
        if units:
            message.units = units
        if error is not None:
            if not keep:
                error.partial = message
                raise error
            message.problems.append(error)
    for text in state.warnings:
        warnings.warn(f"{form.name}: {text}", CodecWarning, stacklevel=4)
    return message, len(views) if error is not None else state.index


def _walk(message: MessageOf, state: Pass, missing: frozenset[int], lacking: set[int]) -> None:
    state.number = 0
    for part in message.parts:
        if not applies(part.when, state):
            continue
        if part.optional and not (is_there(part, state) and (missing or is_left(part, message, state))):
            continue
        state.number += 1
        if state.number in missing:
            lacking.add(state.number)
            continue
        if state.index >= len(state.parts):
            problem = f"the message ends after {state.index} parts, this one is missing"
            raise TruncatedError(
                problem, path=part.label, at=state.place, rule=state.form.faults.get("count") or part.rule
            )
        state.numbers[part.label] = state.first + state.number
        _read(part, state)
        state.by_label[part.label] = state.values.get(part.name)
        state.index += 1


def _read(part: PartForm, state: Pass) -> None:
    data = state.parts[state.index]
    try:
        if isinstance(part, JsonPart):
            state.values[part.name] = _read_json(part, state)
            state.sources[part.name] = Source(data)
        elif isinstance(part, BytesPart):
            checked_size(len(data), state.limits, path=part.label, rule=state.form.faults.get("limit", ""))
            state.values[part.name] = bytes(data)  # copies, so that a small value does not hold a big buffer
            state.sources[part.name] = Source(data, state.values[part.name])
        else:
            state.values[part.name] = _read_array(part, data, state)
            state.sources[part.name] = Source(data, state.values[part.name])
    except CodecError as error:
        if isinstance(error.at, int):
            error.at = f"{state.place} byte {error.at}"
        error.at = error.at or state.place
        error.rule = error.rule or part.rule
        if not state.keep:
            raise
        error.subject = error.subject or state.form.name
        state.problems.append(error)


def _read_json(part: JsonPart, state: Pass) -> Any:
    try:
        entries = state.object_at(state.index)
    except CodecError as error:
        raise error.within(part.label) from None
    says = word_of(state.form, entries)
    if (part.says and says != part.says and not is_taken(part, says)) or (not part.says and belongs(says, state.form)):
        expected = f"{state.form.discriminator!r} to be {part.says!r}" if part.says else "an object that says nothing of itself"  # fmt: skip
        problem = f"expected {expected}, got {says!r}"[:200]
        rule = part.rule or state.form.faults.get("order", "")
        raise DecodeError(problem, category="framing", path=f"{part.label}.{state.form.discriminator}", rule=rule)
    return read_record(part, entries, state.form, state.limits, state)


def read_record(part: JsonPart, entries: dict[str, Any], form: Format, limits: Limits, state: Pass | None = None) -> Any:  # fmt: skip
    """The record of a JSON object. Raises DecodeError with the path from the part on."""
    reading = Reading(limits=limits, tolerance=form.tolerance, keep=state is not None and state.keep)
    reader = MapReader(entries, reading)
    if part.says:
        reader.skip(form.discriminator)
    try:
        record = part.record.read(reader)
    except Fault as fault:
        error = DecodeError(fault.problem, category=fault.category, path=fault.path, rule=fault.rule)
        raise error.within(part.label) from None
    record.raw = tuple(reading.raw)
    if state is not None:
        state.warnings += [f"{part.label}.{text}" for text in reading.warnings]
        for problem in reading.problems:
            problem.at = state.place
            state.problems.append(problem.within(part.label))
    return record


def _read_array(part: ArrayPart, data: memoryview, state: Pass) -> Any:
    info = state.by_label.get(part.info)
    if info is None:
        return bytes(data)  # what describes it is missing
    try:
        value = open_array(part, data, info, state.form, state.limits, state.lazy)
        if isinstance(value, PackedArray):
            value.part, value.subject = state.place, state.subject
        return value
    except DecodeError as error:
        if error.path.startswith(f"{part.info}."):
            error.at = f"part {state.numbers[part.info]}"
        raise


def _check_sums(message: MessageOf, state: Pass) -> None:
    """Compare every stated digest with that of the bytes, where both are there."""
    sources = {part.label: state.sources.get(part.name) for part in message.parts}
    for part in message.parts:
        record = state.values.get(part.name)
        if not isinstance(part, JsonPart) or record is None:
            continue
        for one in part.checksums:
            stated, source = getattr(record, one.field), sources.get(one.of)
            if source is None or not isinstance(stated, str):
                continue
            made = digest(one.algorithm, source.data)
            if stated.lower() != made:
                problem = f"the {one.algorithm} of {one.of} is {made}, {stated[:128]!r} is stated"
                place = f"part {state.numbers[part.label]}"
                error = DecodeError(problem, category="checksum", path=f"{part.label}.{one.field}", at=place, rule=one.rule)  # fmt: skip
                if not state.keep:
                    raise error
                state.problems.append(error)
