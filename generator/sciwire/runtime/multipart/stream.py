"""Messages one after another, without I/O: the caller feeds parts as they come; series are kept in order."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar

from sciwire.runtime.errors import DecodeError, EncodeError, LimitError, TruncatedError
from sciwire.runtime.limits import Limits

from .decoding import decode
from .encoding import encode
from .form import Format
from .passing import Data, Parts, views_of
from .series import SeriesState

__all__ = ["StreamDecoder", "StreamEncoder"]

M = TypeVar("M")

_ORDERS = ("shared", "alone", "ignore")
_MOST_PARTS = 1000  # of one message


class StreamDecoder(Generic[M]):
    """Decodes the messages of one connection; belongs to one thread at a time.

    Parameters
    ----------
    order : ``shared`` where several receivers share the messages, so that any may be missing; ``alone`` where
        this one gets them all, so that a series begins with its first message and no count is left out;
        ``ignore`` to check nothing. A format that states no series has nothing to check.
    """

    form: ClassVar[Format]
    units: ClassVar[Mapping[str, Mapping[str, str]]]

    def __init__(
        self, *, profile: str | None = None, limits: Limits | None = None, lazy: bool = False, order: str = "shared"
    ) -> None:
        profile = next(iter(self.units)) if profile is None else profile
        if profile not in self.units:
            raise ValueError(f"{self.form.name} has no profile {profile!r}; known: {', '.join(self.units)}")
        if order not in _ORDERS:
            raise ValueError(f"order is {order!r}, allowed: {', '.join(_ORDERS)}")
        self._options: dict[str, Any] = {"limits": limits, "lazy": lazy, "units": self.units[profile]}
        self._limits = limits or self.form.limits
        self._checked = order != "ignore"
        self._parts: list[Data] = []
        #: the series at hand: its `number`, the message that `began` it, the last `count`
        self.series: SeriesState[M] = SeriesState(self.form, alone=order == "alone")

    def feed(self, parts: Parts, *, more: bool = False) -> list[M]:
        """Take parts of a message, and give the message when it is whole: the call that says there are no *more*.

        Raises as `decode` of the module does, and DecodeError (``state``) for a message that its series can't
        have here, which is the error's `partial`. The next call begins the next message in any case.
        """
        self._parts += views_of(parts)
        size = sum(len(one) for one in self._parts)
        if len(self._parts) > _MOST_PARTS or size > self._limits.total_bytes:
            problem = f"the message has {len(self._parts)} parts of {size} bytes so far, allowed are {_MOST_PARTS} of {self._limits.total_bytes}"  # fmt: skip
            self._parts = []
            raise LimitError(problem, at=f"part {_MOST_PARTS}", rule=self.form.faults.get("limit", ""), subject=self.form.name)  # fmt: skip
        if more:
            return []
        whole, self._parts = self._parts, []
        message: M = decode(self.form, whole, missing=(), on_error="raise", **self._options)
        if self._checked:
            self.series.take(message, DecodeError)
        return [message]

    def finish(self) -> None:
        """Say that no more parts will come. Raises `TruncatedError` if a message has begun and not ended."""
        if self._parts:
            problem = f"the stream ends inside a message, after {len(self._parts)} of its parts"
            at = f"part {len(self._parts) + 1}"
            self._parts = []
            raise TruncatedError(problem, at=at, rule=self.form.faults.get("count", ""), subject=self.form.name)


class StreamEncoder(Generic[M]):
    """Encodes the messages of one stream; belongs to one thread at a time.

    With *order* ``alone`` (the default) a series begins with its first message, and what a message leaves open, its
    series and its count, is filled in; with ``ignore`` each message is encoded as it is.
    """

    form: ClassVar[Format]

    def __init__(self, *, order: str = "alone") -> None:
        if order not in ("alone", "ignore"):
            raise ValueError(f"order is {order!r}, allowed: alone, ignore")
        self._checked = order == "alone"
        #: the series at hand
        self.series: SeriesState[M] = SeriesState(self.form, alone=True)

    def encode(self, message: M) -> list[bytes]:
        """The parts of one message. EncodeError as of the module's `encode`, and (``state``) out of its series."""
        if not self._checked or self.form.message_of(message) is None:
            return encode(self.form, message)
        filled = self.series.filled(message)
        trial = copy.copy(self.series)
        trial.take(filled, EncodeError)
        parts = encode(self.form, filled)
        self.series = trial
        return parts
