"""What an adapter in Python is, and what it may raise.

An adapter puts the suite's requests before an implementation. The smallest one::

    class Adapter:
        def start(self):
            return {"implementation": {"name": "mine", "version": "1"}, "formats": {"qstream": {"can": ["decode"]}}}

        def decode(self, request):            # -> canonical value; request.data is bytes
            try:
                return my_canonical(my_reader(request.data))
            except MyError as error:
                raise Refusal("syntax", at=error.offset, message=str(error)) from error

A `Value` with `kept` in place of the bare value tells which fields are of another type than specified and were kept.
`recognise` says whether the bytes look like a message of the format. `encode` gives bytes (or a list of parts), `call` a list with ``{"value": …}`` or ``{"error": {…}}`` for each step.
A `sciwire.runtime.CodecError` is a refusal as it stands. Any other exception counts as a crash.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from ..protocol import Answer, Request, Value

__all__ = ["ENVIRONMENT", "Able", "Adapter", "Ahead", "Connection", "NotSupported", "Refusal", "Request", "Value"]

#: The environment before any implementation was imported.
ENVIRONMENT = dict(os.environ)


class Refusal(Exception):  # noqa: N818 - what an adapter says, not what went wrong in it
    """The implementation refuses the input; `category` is one of `sciwire.runtime.errors.CATEGORIES`.

    `catches` are names of classes under which a caller can catch it.
    """

    def __init__(
        self,
        category: str | None,
        *,
        path: str | None = None,
        at: int | str | None = None,
        message: str = "",
        rule: str | None = None,
        catches: Sequence[str] = (),
    ) -> None:
        super().__init__(category)
        self.category = category
        self.path = path
        self.at = at
        self.message = message
        self.rule = rule
        self.catches = catches


class NotSupported(Exception):  # noqa: N818 - the same
    """The implementation does not do this; the case is counted as unsupported, with the `reason`."""

    def __init__(self, reason: str, issue: str = "") -> None:
        super().__init__(reason, issue)
        self.reason = reason
        self.issue = issue


class Adapter(Protocol):
    """What every adapter has; of the methods of `Able` it needs those that ``can`` in `start` lists."""

    def start(self) -> Mapping[str, Any]: ...


class Able(Adapter, Protocol):
    """An adapter that can do everything."""

    def decode(self, request: Request) -> Any: ...

    def encode(self, request: Request) -> bytes | Sequence[bytes]: ...

    def recognise(self, request: Request) -> bool: ...

    def call(self, request: Request) -> Sequence[Mapping[str, Any]]: ...


class Connection(Protocol):
    """A way to an implementation; it answers every request, with `Broken` if need be, and never raises."""

    def start(self) -> Mapping[str, Any]:
        """The implementation's words about itself; ConnectionError where it does not start."""
        ...

    def ask(self, request: Request) -> Answer:
        """The answer within the time limit."""
        ...

    def stop(self) -> bool | None:
        """End it; whether it went when it was asked to, None where that cannot be said."""
        ...


@runtime_checkable
class Ahead(Protocol):
    """A connection on which requests may be sent before the answers to earlier ones are there."""

    @property
    def room(self) -> int:
        """How many requests may be sent now."""
        ...

    def send(self, request: Request) -> None: ...

    def receive(self, request: Request) -> Answer:
        """The answer to a request that was sent; `Broken` if need be."""
        ...

    def said(self) -> str:
        """What the implementation wrote to stderr meanwhile."""
        ...
