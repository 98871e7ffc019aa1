"""Messages one after another in a stream of bytes, without I/O: the caller feeds, in pieces of any size."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, Literal, TypeVar

from sciwire.runtime.errors import TruncatedError
from sciwire.runtime.limits import Limits

from .decoding import decode
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
        self, *, limits: Limits | None = None, on_error: Literal["raise", "keep"] = "raise", lazy: bool = False
    ) -> None:
        self._limits = limits
        self._on_error = on_error
        self._lazy = lazy
        self._buffer = bytearray()
        self._wanted = 1
        self.offset = 0  # of the first byte that is not yet part of a message

    def feed(self, data: bytes | bytearray | memoryview) -> list[M]:
        """Take more bytes; return the messages that they complete. Raises as `decode` does."""
        self._buffer += data
        messages: list[M] = []
        if len(self._buffer) < self._wanted:
            return messages
        whole = bytes(self._buffer)
        start = 0
        try:
            while start < len(whole):
                message, end = decode(
                    self.form,
                    whole,
                    limits=self._limits,
                    on_error=self._on_error,
                    lazy=self._lazy,
                    trailing="ignore",
                    start=start,
                )
                messages.append(message)
                start = end
            self._wanted = 1
        except TruncatedError as error:
            # nothing is tried again before the bytes that are known to be missing have come
            self._wanted = len(whole) - start + max(error.needed, 1)
        del self._buffer[:start]
        self.offset += start
        return messages

    def finish(self) -> None:
        """Say that no more bytes will come. Raises `TruncatedError` if a message has begun and not ended."""
        if self._buffer:
            left = len(self._buffer)
            raise TruncatedError(
                f"the stream ends inside a message, {left} bytes after its start",
                at=self.offset,
                subject=self.form.name,
            )


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
