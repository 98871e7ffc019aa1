"""A stream in which some messages can be read whole only with the help of one that came before."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar

from sciwire.runtime.limits import Limits

from .decoding import decode
from .form import Format
from .payloads import remember

__all__ = ["Session"]

M = TypeVar("M")


class Session(Generic[M]):
    """Decodes one message after another and remembers those that describe others; belongs to one thread at a time.

    A message that comes before the one that describes it keeps its arrays as bytes.
    """

    form: ClassVar[Format]

    def __init__(self, *, limits: Limits | None = None, lazy: bool = False) -> None:
        self._limits = limits
        self._lazy = lazy
        #: the last message of each kind that describes others
        self.remembered: dict[Any, M] = {}

    def decode(self, data: bytes | bytearray | memoryview) -> M:
        """Decode one message; raises as `decode` of the module does."""
        message, _ = decode(
            self.form,
            data,
            limits=self._limits,
            on_error="raise",
            lazy=self._lazy,
            trailing=None,
            remembered=self.remembered,
        )
        self.remember(message)
        return message  # type: ignore[no-any-return]

    def remember(self, message: M) -> None:
        """Take *message* as one that describes others, if it is of such a kind."""
        remember(self.form.records, message, self.remembered)
