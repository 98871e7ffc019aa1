"""Which series the messages of a stream belong to, and whether they come in its order."""

from __future__ import annotations

import copy
from typing import Any, Generic, TypeVar

from sciwire.runtime.errors import CodecError

from .form import Format, JsonPart

__all__ = ["SeriesState"]

M = TypeVar("M")


class SeriesState(Generic[M]):
    """The series at hand.

    Attributes
    ----------
    number : of the series; None before the first message of one, and after its last.
    began : the message that began it; None where another receiver got it.
    count : of the last message that counts.
    """

    def __init__(self, form: Format, *, alone: bool) -> None:
        self._form = form
        self._alone = alone
        self._over: Any = None
        self.number: Any = None
        self.began: M | None = None
        self.count: int | None = None

    def take(self, message: M, kind: type[CodecError]) -> None:
        """Go on to *message*. Raises an error of *kind* (``state``) where the series can't have it; nothing changes then."""
        words = self._form.series
        found = self._form.message_of(message)
        if words is None or found is None or found.name not in words.number:
            return
        number, path = self._said(message, words.number[found.name])
        if found.name == words.end and number not in (None, self.number):
            return  # the end of an earlier series: receivers that come late see it first
        problem = self._wrong(found.name, number)
        count: Any = None
        if not problem and found.name in words.count:
            count, path = self._said(message, words.count[found.name])
            problem = self._miscounted(count, number)
        if problem:
            subject = f"{self._form.name}.{found.cls.__name__}"
            raise kind(problem, category="state", path=path, rule=words.rule, subject=subject, partial=message)
        if found.name == words.end:
            self._over, self.number, self.began, self.count = self.number, None, None, None
            return
        if found.name == words.begin or number not in (None, self.number):
            self.number, self.began, self.count = number, None, None
        if found.name == words.begin:
            self.began = message
        self.count = count if type(count) is int else self.count

    def filled(self, message: M) -> M:
        """*message*, or a copy whose series and count are filled in where it leaves them open."""
        words = self._form.series
        found = self._form.message_of(message)
        if words is None or found is None:
            return message
        following = 0 if self.count is None else self.count + 1
        for origins, value in ((words.number, self.number), (words.count, following)):
            part, field = origins.get(found.name, ("", ""))
            if not part or value is None:
                continue
            form = next(one for one in found.parts if one.name == part)
            record = getattr(message, part)
            assert isinstance(form, JsonPart)
            if record is not None and getattr(record, field, None) is not None:
                continue
            message = copy.copy(message)
            record = form.record.cls() if record is None else copy.copy(record)
            setattr(record, field, value)
            setattr(message, part, record)
        return message

    def _said(self, message: M, origin: tuple[str, str]) -> tuple[Any, str]:
        """What *message* says at *origin*, and the path of it."""
        part, field = origin
        found = self._form.message_of(message)
        assert found is not None
        label = next(one.label for one in found.parts if one.name == part)
        return getattr(getattr(message, part), field, None), f"{label}.{field}"

    def _wrong(self, name: str, number: Any) -> str:
        words = self._form.series
        assert words is not None
        if number is not None and number == self._over:
            return f"series {number} is over"
        if name == words.begin:
            return f"series {number} has begun already" if number == self.number and self.began is not None else ""
        if not self._alone:
            return ""
        if self.began is None:
            return f"no {words.begin} of a series came before this {name}"
        return f"series {self.number} is not over, this is of series {number}" if number not in (None, self.number) else ""  # fmt: skip

    def _miscounted(self, count: Any, number: Any) -> str:
        last = self.count if number in (None, self.number) else None
        if type(count) is not int:
            return ""
        if last is not None and count <= last:
            return f"expected more than {last}, the count of the message before, got {count}"
        expected = 0 if last is None else last + 1
        if self._alone and count != expected:
            return f"expected the count {expected}, got {count}"
        return ""
