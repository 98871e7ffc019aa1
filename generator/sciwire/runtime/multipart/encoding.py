"""From messages to parts. A part that says what it said when it came is written with the very bytes that came.

JSON libraries do not keep numbers (``1e-7`` comes out as ``1e-07``), so an untouched part is not made anew; an
edited one is compact with sorted keys. Sizes, shapes, dtypes and digests follow from the arrays and parts.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from sciwire.runtime.errors import CodecError, DecodeError, EncodeError, about
from sciwire.runtime.messages import MapWriter
from sciwire.runtime.messages.context import Writing
from sciwire.runtime.messages.fault import Fault
from sciwire.runtime.messages.plain import plain_pairs

from .blobs import close_array, open_array, packed_words
from .checksums import digest
from .decoding import read_record
from .form import ArrayPart, Condition, Format, JsonPart, MessageOf, PartForm, Source
from .jsontext import parse_object, write_object
from .kinds import belongs, word_of
from .packed import PackedArray

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
        self.told: dict[tuple[str, str], tuple[str, Any]] = {}  # (part, field) -> the array that it tells of, and what

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
            given = self._given(part)
            if not self._applies(part.when, given):
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

    def _given(self, part: PartForm) -> bool:
        """Whether there is this part, or an array that it has to tell of."""
        told = (one.name for one in self.message.parts if isinstance(one, ArrayPart) and one.info == part.label)
        return any(getattr(self.value, name) is not None for name in (part.name, *told))

    def _applies(self, when: Condition | None, given: bool) -> bool:
        if when is None:
            return True
        value = getattr(self.records.get(when.part), when.field, None)
        return given if value is None else value in when.values  # nobody says it: what is there is taken, as on decode

    def _bytes(self, part: PartForm) -> bytes:
        value = getattr(self.value, part.name)
        if not isinstance(value, (bytes, bytearray, memoryview)):
            problem = f"expected bytes, got {'None' if value is None else f'a {type(value).__name__}'}"
            raise EncodeError(problem, category="type", path=part.label, rule=part.rule)
        return bytes(value)

    def _blob(self, part: ArrayPart) -> bytes:
        value = getattr(self.value, part.name)
        info = self.records.get(part.info)
        if isinstance(value, (bytes, bytearray, memoryview)):
            if info is not None:
                self._prove(part, memoryview(value).cast("B"), info)
                self._tell(part, _says(part, info))
            return bytes(value)
        if value is None:
            return self._undefined(part, info)
        source: Source | None = self.value.sources.get(part.name)
        if source is not None and source.value is value and _unchanged(value) and self._as_it_was(part, info):
            self._tell(part, _says(part, info))
            return bytes(source.data)
        stated = getattr(info, part.encoding, None) if part.encoding else None
        if isinstance(value, PackedArray):
            says = packed_words(part, value, stated, self.form)
            if says is not None:
                self._tell(part, says)
                return bytes(value.payload)
            value = value.open()
        blob, says = close_array(part, value, stated, self.form)
        self._tell(part, says)
        return blob

    def _prove(self, part: ArrayPart, blob: memoryview, info: Any) -> None:
        """Refuse a ready-made *blob* that is not what the part in front says of it, as far as that costs no opening."""
        try:
            open_array(part, blob, info, self.form, self.form.limits, lazy=True)
        except DecodeError as error:
            raise EncodeError(error.problem, category=error.category, path=error.path, rule=error.rule) from None

    def _as_it_was(self, part: ArrayPart, info: Any) -> bool:
        """Whether the part that tells of the array still says what it said when the array came (which is read-only)."""
        source = self.value.sources.get(next(one.name for one in self.message.parts if one.label == part.info))
        form = self._json_form(part.info)
        if source is None or info is None or form is None:
            return False
        before = self._reread(form, source)
        return before is not None and _says(part, before) == _says(part, info)

    def _undefined(self, part: ArrayPart, info: Any) -> bytes:
        if not part.undefined:
            raise EncodeError("a value is required, got None", category="constraint", path=part.label, rule=part.rule)
        if info is None or getattr(info, part.dtype) != part.undefined:
            says: dict[str, Any] = {part.shape: [], part.dtype: part.undefined}
            if part.size:
                says[part.size] = 0
            self._tell(part, says)
        else:
            self._tell(part, _says(part, info))
        return b""

    def _tell(self, part: ArrayPart, says: dict[str, Any]) -> None:
        form = self._json_form(part.info)
        assert form is not None
        info = self.records.get(part.info)
        if info is None:
            info = self.records[part.info] = form.record.cls()
        for name, one in says.items():
            other, before = self.told.setdefault((part.info, name), (part.label, one))
            same = self.form.spelled(before) == self.form.spelled(one) if name == part.encoding else before == one
            if not same:
                path = f"{part.info}.{getattr(type(info), 'PLAIN_NAMES', {}).get(name, name)}"
                problem = f"{path} tells of {other} too, where it is {before!r}; here it would be {one!r}"
                word = next(word for word in ("shape", "dtype", "encoding", "size") if getattr(part, word) == name)
                rule = self.form.faults.get(word, part.rule)
                raise EncodeError(problem, category="constraint", path=part.label, rule=rule)
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
        source = self.value.sources.get(part.name)
        before = self._reread(part, source) if source is not None else None
        for one in part.checksums:
            form = next((other for other in sent if other.label == one.of), None)
            if form is None:
                continue
            if isinstance(form, JsonPart):
                self._json(form, sent)
            made = digest(one.algorithm, self.written[one.of])
            stated = getattr(record, one.field)
            of = self.value.sources.get(form.name)
            came = before is not None and of is not None and stated == getattr(before, one.field)
            right = not isinstance(stated, str) or stated.lower() == made
            if came and right and of is not None and of.data == self.written[one.of]:
                continue  # in its own spelling, or left out, as it came
            setattr(record, one.field, made)
        if source is not None and before is not None and _same(before, record):
            self.written[part.label] = bytes(source.data)  # with what it lacks, if a tolerant decoder took it so
            return
        entries = self._entries(part, record)
        try:
            written = write_object(entries)
            parse_object(memoryview(written), self.form, self.form.limits, 0)  # what no decoder takes is not written
        except EncodeError as error:
            raise error.within(part.label) from None
        except DecodeError as error:
            refused = EncodeError(error.problem, category=error.category, path=error.path, rule=error.rule)
            raise refused.within(part.label) from None
        self.written[part.label] = written

    def _entries(self, part: JsonPart, record: Any) -> dict[str, Any]:
        if type(record) is not part.record.cls:
            problem = f"expected a {part.record.cls.__name__}, got a {type(record).__name__}"
            raise EncodeError(problem, category="type", path=part.label)
        writer = MapWriter(Writing(raw=record.raw))
        if part.says:
            writer.entries[self.form.discriminator] = part.says
        try:
            part.record.write(writer, record)
        except Fault as fault:
            error = EncodeError(fault.problem, category=fault.category, path=fault.path, rule=fault.rule)
            raise error.within(part.label) from None
        except RecursionError:
            raise EncodeError("containers are nested too deep for JSON", category="limit", path=part.label) from None
        said = word_of(self.form, writer.entries)
        if not part.says and belongs(said, self.form):
            problem = f"this part says nothing of itself, {said!r} is what another says"
            path = f"{part.label}.{self.form.discriminator}"
            raise EncodeError(problem, category="framing", path=path, rule=self.form.faults.get("order", part.rule))
        _refuse_strangers(writer.entries, part.label, self.form)
        return writer.entries


def _says(part: ArrayPart, info: Any) -> dict[str, Any]:
    """What *info* says of the array, by field."""
    names = (part.shape, part.dtype, part.encoding, part.size)
    return {name: getattr(info, name) for name in names if name}


def _same(before: Any, record: Any) -> bool:
    """Whether *record* says what it said when it came; 1, 1.0 and True are not the same."""
    try:
        return type(before) is type(record) and repr(plain_pairs(before)) == repr(plain_pairs(record))
    except RecursionError:
        return False


def _unchanged(array: Any) -> bool:
    """Whether nobody can have written into *array* since it was decoded (one that was pickled is writable)."""
    return isinstance(array, PackedArray) or (isinstance(array, np.ndarray) and not array.flags.writeable)


def _refuse_strangers(value: Any, path: str, form: Format) -> None:
    """JSON has keys of text only, no arrays of numbers, no bytes and no dates, and no number without end."""
    rule = form.faults.get("json", "")
    waiting = [(path, value)]
    while waiting:
        place, one = waiting.pop()
        if isinstance(one, dict):
            odd = next((key for key in one if not isinstance(key, str)), None)
            if odd is not None:
                raise EncodeError(f"a key of JSON is text, got {odd!r}"[:200], category="type", path=place, rule=rule)
            waiting += [(f"{place}.{key}", item) for key, item in one.items()]
        elif isinstance(one, list):
            waiting += [(f"{place}[{index}]", item) for index, item in enumerate(one)]
        elif isinstance(one, (float, np.floating)):
            if not np.isfinite(one):
                problem = f"expected a finite number, got {one}"
                raise EncodeError(problem, path=place, rule=form.faults.get("numbers", ""))
        elif not isinstance(one, (str, int, bool, type(None), np.generic)):
            array = isinstance(one, np.ndarray) or "Array" in type(one).__name__
            octets = isinstance(one, (bytes, bytearray, memoryview))
            name = "an array" if array else "a byte string" if octets else f"a {type(one).__name__}"
            raise EncodeError(f"{name} has no form in JSON", category="type", path=place, rule=rule)
