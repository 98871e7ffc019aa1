"""From messages to parts. A part that says what it said when it came is written with the very bytes that came.

JSON libraries do not keep numbers (``1e-7`` comes out as ``1e-07``), so an untouched part is not made anew; an
edited one is compact with sorted keys. Sizes, shapes, dtypes and digests follow from the arrays and parts.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from sciwire.runtime.errors import CodecError, EncodeError, about
from sciwire.runtime.messages import MapWriter
from sciwire.runtime.messages.context import Writing
from sciwire.runtime.messages.fault import Fault

from .blobs import close_array
from .checksums import digest
from .decoding import read_record
from .form import ArrayPart, Condition, Format, JsonPart, MessageOf, PartForm, Source
from .jsontext import parse_object, write_object

__all__ = ["encode"]


def encode(form: Format, value: Any) -> list[bytes]:
    """The parts of the message *value* in order. Raises EncodeError with path and rule; nothing is half written."""
    found = form.message_of(value)
    if found is None:
        known = ", ".join(one.cls.__name__ for one in form.messages)
        problem = f"expected one of {known}, got a {type(value).__name__}"
        raise EncodeError(problem, category="type", subject=form.name)
    with about(f"{form.name}.{found.cls.__name__}"):
        return _Writer(form, found, value).parts()


class _Writer:
    def __init__(self, form: Format, message: MessageOf, value: Any) -> None:
        self.form = form
        self.message = message
        self.value = value
        self.records = {part.label: copy.copy(getattr(value, part.name)) for part in message.parts if isinstance(part, JsonPart)}  # fmt: skip
        self.written: dict[str, bytes] = {}

    def parts(self) -> list[bytes]:
        """Blobs first, for JSON parts tell of them; then JSON parts, those that are digested before those that say so.

        What an array tells may be what decides whether its part is sent.
        """
        for part in self.message.parts:
            if isinstance(part, ArrayPart) and getattr(self.value, part.name) is not None:
                self.written[part.label] = self._blob(part)
        sent = self._sent()
        for part in sent:
            if isinstance(part, ArrayPart) and part.label not in self.written:
                self.written[part.label] = self._blob(part)
            elif not isinstance(part, (ArrayPart, JsonPart)):
                self.written[part.label] = self._bytes(part)
        for part in sent:
            if isinstance(part, JsonPart):
                self._json(part, sent)
        return [self.written[part.label] for part in sent]

    def _sent(self) -> list[PartForm]:
        """The parts that the message has, by its conditions and by what is given."""
        sent: list[PartForm] = []
        number = 0
        for part in self.message.parts:
            given = getattr(self.value, part.name) is not None
            if not self._applies(part.when):
                if given:
                    assert part.when is not None
                    problem = f"this part is sent only when {part.when.part}.{part.when.field} is {' or '.join(map(str, part.when.values))}"  # fmt: skip
                    raise EncodeError(problem, category="constraint", path=part.label, rule=part.rule)
                continue
            if part.optional and not given:
                continue
            number += 1
            if not given and number in self.value.missing:
                continue
            sent.append(part)
        return sent

    def _applies(self, when: Condition | None) -> bool:
        return when is None or getattr(self.records.get(when.part), when.field, None) in when.values

    def _bytes(self, part: PartForm) -> bytes:
        value = getattr(self.value, part.name)
        if not isinstance(value, (bytes, bytearray, memoryview)):
            problem = f"expected bytes, got {'None' if value is None else f'a {type(value).__name__}'}"
            raise EncodeError(problem, category="type", path=part.label, rule=part.rule)
        return bytes(value)

    def _blob(self, part: ArrayPart) -> bytes:
        value = getattr(self.value, part.name)
        if isinstance(value, (bytes, bytearray, memoryview)):
            return bytes(value)
        info = self.records.get(part.info)
        if value is None:
            return self._undefined(part, info)
        source: Source | None = self.value.sources.get(part.name)
        if source is not None and source.value is value and _unchanged(value) and self._as_it_was(part, info):
            return bytes(source.data)
        stated = getattr(info, part.encoding, None) if part.encoding else None
        blob, says = close_array(part, value, stated, self.form)
        self._tell(part, says)
        return blob

    def _as_it_was(self, part: ArrayPart, info: Any) -> bool:
        """Whether the part that tells of the array still says what it said when the array came (which is read-only)."""
        source = self.value.sources.get(next(one.name for one in self.message.parts if one.label == part.info))
        form = self._json_form(part.info)
        if source is None or info is None or form is None:
            return False
        before = self._reread(form, source)
        names = [name for name in (part.shape, part.dtype, part.encoding, part.size) if name]
        return before is not None and all(getattr(before, name) == getattr(info, name) for name in names)

    def _undefined(self, part: ArrayPart, info: Any) -> bytes:
        if not part.undefined:
            raise EncodeError("a value is required, got None", category="constraint", path=part.label, rule=part.rule)
        if info is None or getattr(info, part.dtype) != part.undefined:
            says: dict[str, Any] = {part.shape: [], part.dtype: part.undefined}
            if part.size:
                says[part.size] = 0
            self._tell(part, says)
        return b""

    def _tell(self, part: ArrayPart, says: dict[str, Any]) -> None:
        form = self._json_form(part.info)
        assert form is not None
        info = self.records.get(part.info)
        if info is None:
            info = self.records[part.info] = form.record.cls()
        for name, one in says.items():
            setattr(info, name, one)

    def _json_form(self, label: str) -> JsonPart | None:
        return next((one for one in self.message.parts if one.label == label and isinstance(one, JsonPart)), None)

    def _reread(self, part: JsonPart, source: Source) -> Any:
        try:
            entries = parse_object(source.data, self.form, self.form.limits, 0)
            return read_record(part, entries, self.form, self.form.limits)
        except CodecError:
            return None

    def _json(self, part: JsonPart, sent: list[PartForm]) -> None:
        """Write *part*, after those whose digests it holds."""
        if part.label in self.written:
            return
        record = self.records.get(part.label)
        if record is None:
            raise EncodeError("a value is required, got None", category="constraint", path=part.label, rule=part.rule)
        for one in part.checksums:
            form = next((other for other in sent if other.label == one.of), None)
            if form is None:
                continue
            if isinstance(form, JsonPart):
                self._json(form, sent)
            setattr(record, one.field, digest(one.algorithm, self.written[one.of]))
        entries = self._entries(part, record)
        source = self.value.sources.get(part.name)
        before = self._reread(part, source) if source is not None else None
        if (
            source is not None
            and before is not None
            and write_object(self._entries(part, before)) == write_object(entries)
        ):
            self.written[part.label] = bytes(source.data)
            return
        try:
            self.written[part.label] = write_object(entries)
        except EncodeError as error:
            raise error.within(part.label) from None

    def _entries(self, part: JsonPart, record: Any) -> dict[str, Any]:
        if type(record) is not part.record.cls:
            problem = f"expected a {part.record.cls.__name__}, got a {type(record).__name__}"
            raise EncodeError(problem, category="type", path=part.label)
        writer = MapWriter(Writing(raw=frozenset(record.raw)))
        if part.says:
            writer.entries[self.form.discriminator] = part.says
        try:
            part.record.write(writer, record)
        except Fault as fault:
            error = EncodeError(fault.problem, category=fault.category, path=fault.path, rule=fault.rule)
            raise error.within(part.label) from None
        _refuse_arrays(writer.entries, part.label)
        return writer.entries


def _unchanged(array: Any) -> bool:
    """Whether nobody can have written into *array* since it was decoded (one that was pickled is writable)."""
    return isinstance(array, np.ndarray) and not array.flags.writeable


def _refuse_arrays(value: Any, path: str) -> None:
    """JSON has no arrays of numbers as such, no bytes and no dates; what they are is for the caller to say."""
    waiting = [(path, value)]
    while waiting:
        place, one = waiting.pop()
        if isinstance(one, dict):
            odd = next((key for key in one if not isinstance(key, str)), None)
            if odd is not None:
                raise EncodeError(f"a key of JSON is text, got {odd!r}"[:200], category="type", path=place)
            waiting += [(f"{place}.{key}", item) for key, item in one.items()]
        elif isinstance(one, list):
            waiting += [(f"{place}[{index}]", item) for index, item in enumerate(one)]
        elif not isinstance(one, (str, int, float, bool, type(None), np.generic)):
            raise EncodeError(f"a {type(one).__name__} has no form in JSON", category="type", path=place)
