"""Messages one after another in a stream of bytes, without I/O: the caller feeds, in pieces of any size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Generic, TypeVar

from sciwire.runtime import cbor
from sciwire.runtime.errors import CodecError, LimitError, TruncatedError
from sciwire.runtime.limits import Limits

from .decoding import decode, prefix_at
from .encoding import encode_parts
from .form import Format

__all__ = ["StreamDecoder", "StreamEncoder"]

M = TypeVar("M")


class StreamDecoder(Generic[M]):
    """Cuts a sequence of messages (RFC 8742) at their own ends; belongs to one thread at a time.

    Any split of the bytes gives the same messages. The arrays of a message are views of a copy that
    the decoder made, so the caller's buffers may be used again.
    """

    form: ClassVar[Format]

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        lazy: bool = False,
        shape: Sequence[int] | str | None = None,
        dtype: str | None = None,
    ) -> None:
        """*shape* and *dtype* are of payloads that no message describes, where the format has such."""
        self._limits = limits or self.form.limits
        self._options: dict[str, Any] = {"limits": self._limits, "on_error": "raise", "lazy": lazy}
        self._options |= {"shape": shape, "dtype": dtype, "remembered": {}}
        self._error: CodecError | None = None
        self._buffer = bytearray()
        self._scanner = cbor.Scanner()
        self.offset = 0  # of the first byte that is not yet part of a message

    def feed(self, data: bytes | bytearray | memoryview) -> list[M]:
        """Take more bytes; return the messages that they complete.

        Raises as `decode` does, with offsets in the stream. Messages before the damage are returned
        first; the error is raised by the next call, and by every call after it.
        """
        if self._error is not None:
            raise self._error
        self._buffer += data
        self._begin()
        messages: list[M] = []
        while self._error is None and len(self._buffer) >= self._scanner.wanted:
            end = self._scanner.end(self._buffer, self._limits.depth)
            if end is None:
                break
            self._take(end, messages)
        if self._scanner.wanted > self._limits.total_bytes and self._error is None:
            problem = f"a message of {self._scanner.wanted} bytes or more, the limit is {self._limits.total_bytes}"
            self._error = LimitError(problem, at=self.offset, subject=self.form.name)
        if self._error is not None and not messages:
            raise self._error
        return messages

    def finish(self) -> None:
        """Say that no more bytes will come. Raises `TruncatedError` if a message has begun and not ended."""
        if self._error is not None:
            raise self._error
        if self._buffer:
            problem = f"the stream ends inside a message, {len(self._buffer)} bytes after its start"
            raise TruncatedError(problem, at=self.offset, subject=self.form.name)

    def _take(self, end: int, messages: list[M]) -> None:
        """Decode the message in front of *end*; an error stays for the next call."""
        whole = bytes(self._buffer[:end])
        try:
            message, end = decode(self.form, whole, trailing="ignore", **self._options)
        except CodecError as error:
            error.at = error.at + self.offset if isinstance(error.at, int) else error.at
            self._error = error
            return
        if self.form.payloads:
            from .payloads import remember

            remember(self.form.records, message, self._options["remembered"])
        messages.append(message)
        del self._buffer[:end]
        self.offset += end
        self._scanner = cbor.Scanner()
        self._begin()

    def _begin(self) -> None:
        """Let the scanner begin behind the byte in front of the message, where the format has one."""
        if self.form.prefix_bytes is None or not self._buffer or self._scanner.begun:
            return
        try:
            start, _ = prefix_at(self.form, memoryview(bytes(self._buffer[:1])), 0)
            self._scanner = cbor.Scanner(start)
        except CodecError as error:
            error.at = self.offset
            error.subject = self.form.name
            self._error = error


class StreamEncoder(Generic[M]):
    """Encodes messages with the same options for all; belongs to one thread at a time."""

    form: ClassVar[Format]

    def __init__(self, *, compression: str | None = None, **options: str) -> None:
        self._compression = compression
        self._options = options

    def encode(self, message: M) -> bytes:
        """The bytes of one message. Raises `EncodeError`."""
        parts: list[Any] = encode_parts(self.form, message, compression=self._compression, options=self._options)
        return b"".join(parts)
