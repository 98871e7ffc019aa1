"""The entries of maps: a `MapReader` hands them out by field, a `MapWriter` gathers them in wire order.

What a decoder forgives (`Tolerance`) is decided here, once for all fields: a key that is missing, a
null, a value of another type, a key that nobody knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sciwire.runtime.errors import CodecError
from sciwire.runtime.value import shown

from .anything import ANY
from .context import Reading, Writing
from .fault import Fault, error_of, join_steps, step_of
from .fields import FieldOf, Key
from .kept import Kept
from .scalars import Converter

__all__ = ["MapReader", "MapWriter"]

# a field that is forgiven keeps its raw value for these; sizes and payloads that lie are never forgiven
_FORGIVEN = ("type", "constraint")

_PLAIN = Reading()


class MapReader:
    """The entries of one map; each is taken once, what is left over is `rest`."""

    __slots__ = ("entries", "positions", "reading", "taken")

    def __init__(self, entries: dict[Any, Any], reading: Reading, positions: Mapping[Key, Key] | None = None) -> None:
        self.entries = entries
        self.reading = reading
        self.positions = positions or {}  # where the wire has an index in place of a key
        self.taken: set[Key] = set()

    def take(self, field: FieldOf) -> Any:
        """The value of *field*, or its default; a value of another type stays raw where that is tolerated."""
        key = field.wire_key
        found = self._found(key, field.also) if field.also else key
        value = self._take(found, field)
        if found is not key and found != key:
            steps, raw = self.reading.steps, self.reading.raw
            path = join_steps([*steps, found])
            if raw and raw[-1] == path:
                one = raw[-1]
                own = join_steps([*steps, key])  # it will be written under its own key
                raw.append(Kept(own, one.value, one.form) if isinstance(one, Kept) else own)
        return value

    def _found(self, key: Key, also: tuple[Key, ...]) -> Key:
        return key if key in self.entries else next((one for one in also if one in self.entries), key)

    def skip(self, *keys: Key) -> None:
        """Leave out *keys*: they have been dealt with."""
        self.taken.update(keys)

    def rest(self) -> dict[Any, Any]:
        """The entries that no field has taken, as plain values; an error where unknown keys are not allowed."""
        if self.taken.issuperset(self.entries):
            return {}
        left = {key: value for key, value in self.entries.items() if key not in self.taken}
        if self.reading.tolerance.unknown == "error":
            rule = self.reading.tolerance.rules.get("unknown", "")
            raise _unknown(next(iter(left)), rule)
        result = {}
        for key, value in left.items():
            self.reading.steps.append(key)
            try:
                result[key] = ANY.decode(value, self.reading)
            except (Fault, CodecError) as fault:
                self._keep_or_raise(fault.up(key) if isinstance(fault, Fault) else fault)
            finally:
                self.reading.steps.pop()
        return result

    def _take(self, key: Key, field: FieldOf) -> Any:
        self.taken.add(key)
        reading = self.reading
        value = self.entries.get(key)
        if value is None and field.default is None and not field.required and key not in self.entries:
            return None
        step = self.positions.get(key, key)
        steps, odd, opened = reading.steps, reading.odd, reading.opened
        steps.append(step)
        depth = len(steps)
        try:
            if value is None and (key not in self.entries or reading.tolerance.null == "absent"):
                decoded = self._absent(key, field)
            else:
                decoded = field.converter.decode(value, reading)
                if reading.odd > odd:
                    reading.raw.append(join_steps(steps))
        except (Fault, CodecError) as fault:
            del steps[depth:]
            reading.opened = opened
            decoded = self._forgiven(key, value, fault, field)
        steps.pop()
        return decoded

    def _forgiven(self, key: Key, value: Any, fault: Fault | CodecError, field: FieldOf) -> Any:
        """What stands for a *value* that is wrong; raises *fault* unless that is tolerated, or faults are kept."""
        reading, depth = self.reading, len(self.reading.steps)
        wrong_type = field.wrong_type or ("error" if field.required else reading.tolerance.wrong_type)
        try:
            if value is not None and wrong_type == "keep" and fault.category in _FORGIVEN:
                where = f"{key}" if depth == 1 else join_steps(reading.steps)
                where += f": {fault.path}" if isinstance(fault, Fault) and fault.steps else ""
                reading.warnings.append(f"{where[:1000]}: {fault.problem}; kept as it is")
                form = ANY.decode(value, reading)
                kept = fault.kept if isinstance(fault, Fault) and not fault.steps else None
                kept = form if kept is None else kept
                reading.raw.append(Kept(join_steps(reading.steps), kept, form))
                return kept
            if isinstance(fault, Fault):
                fault.rule = fault.rule or field.rule or reading.tolerance.rules.get("wrong_type", "")
                fault.up(reading.steps[-1])
            self._keep_or_raise(fault)
        except (Fault, CodecError):
            del reading.steps[depth - 1 :]
            raise
        return None

    def _absent(self, key: Key, field: FieldOf) -> Any:
        if field.required and self.reading.tolerance.missing == "error" and not self._null_is_left_out(field):
            cited = field.rule or self.reading.tolerance.rules.get("missing", "")
            raise Fault(f"the required key {key!r} is missing", "constraint", cited)
        return None if field.default is None else field.converter.decode(field.default, _PLAIN)

    def _null_is_left_out(self, field: FieldOf) -> bool:
        """Whether null, a value of *field*, is what is absent: canonical values leave it out."""
        if self.reading.base.nbytes:
            return False
        try:
            return field.converter.decode(None, _PLAIN) is None
        except Fault:
            return False

    def _keep_or_raise(self, fault: Fault | CodecError) -> None:
        if not self.reading.keep:
            raise fault
        if isinstance(fault, CodecError):
            self.reading.note(fault)
            return
        # the fault has not risen to the message yet: the steps above its key complete its path
        fault.steps += reversed(self.reading.steps[:-1])
        self.reading.note(error_of(fault, self.reading))


class MapWriter:
    """The entries of one map in the order in which they are put."""

    __slots__ = ("entries", "writing")

    def __init__(self, writing: Writing) -> None:
        self.entries: dict[Any, Any] = {}
        self.writing = writing

    def put(self, field: FieldOf, value: Any) -> None:
        """Put the *value* of *field* unless it is None, or the field waits for another value of an option.

        None is an error for a required field.
        """
        when, key = field.when, field.wire_key
        if when is not None and self.writing.options.get(when[0]) not in when[1]:
            return
        if value is None and not field.required:
            return
        if key in self.entries:
            raise _twice(key)
        steps = self.writing.steps
        steps.append(key)
        try:
            kept = self.writing.raw.get(join_steps(steps)) if self.writing.raw else None
            if isinstance(kept, Kept) and kept.value is value:
                self.entries[key] = ANY.encode(kept.form, self.writing)  # as it came
            else:
                self.entries[key] = self._encoded(field.converter, value)
        except Fault as fault:
            if fault.category in _FORGIVEN and join_steps(steps) in self.writing.raw:
                self.entries[key] = ANY.encode(value, self.writing)  # as a tolerant decoder kept it
                return
            fault.rule = fault.rule or field.rule
            raise fault.up(key) from None
        finally:
            steps.pop()

    def _encoded(self, converter: Converter[Any], value: Any) -> Any:
        try:
            return converter.encode(value, self.writing)
        except Fault:
            if value is None:  # and the type has no null either
                raise Fault("a value is required, got None", "constraint") from None
            raise

    def extra(self, entries: Mapping[Any, Any]) -> None:
        """Put entries that the specification does not know, where a decoder would take them."""
        if entries and self.writing.tolerance.unknown == "error":
            raise _unknown(next(iter(entries)), self.writing.tolerance.rules.get("unknown", ""))
        for key, value in entries.items():
            if key in self.entries:
                raise _twice(key)
            try:
                self.entries[key] = ANY.encode(value, self.writing)
            except Fault as fault:
                raise fault.up(step_of(key)) from None


def _twice(key: Key) -> Fault:
    return Fault(f"the key {key!r} belongs to a field and can't be in `extra` too", "constraint").up(key)


def _unknown(key: Any, rule: str) -> Fault:
    return Fault(f"unknown key {shown(key)[:100]}", "constraint", rule).up(step_of(key))
