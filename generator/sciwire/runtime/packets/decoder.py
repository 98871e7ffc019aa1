"""Bytes to streams, at once or as they arrive. What does the work is loaded when it is first needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from ..limits import DEFAULT_LIMITS, Limits
from .stream import Stream

if TYPE_CHECKING:
    from .events import Event

__all__ = ["Decoder", "decode_stream"]

S = TypeVar("S", bound=Stream)


class Decoder(Generic[S]):
    """An incremental decoder: `feed` it bytes as they come, `finish` it, read its `stream`.

    Any split of the bytes gives the same stream and, where there is one, the same error. A decoder
    belongs to one thread at a time.

    Parameters
    ----------
    profile : name of a profile of the format; None for the default one.
    limits : see `sciwire.runtime.Limits`; None for those of the format.
    on_error : ``raise``, or ``keep``: reading ends quietly at the first error, which `stream.error` holds.
    own : copy packet data when they are fed; False only where all fed buffers outlive the decoder.
    """

    stream_type: type[S]
    default_limits: ClassVar[Limits] = DEFAULT_LIMITS

    def __init__(
        self, *, profile: str | None = None, limits: Limits | None = None, on_error: str = "raise", own: bool = True
    ) -> None:
        if on_error not in ("raise", "keep"):
            raise ValueError(f"on_error is 'raise' or 'keep', not {on_error!r}")
        from .reading import Reading

        self._stream = self.stream_type()
        table = self._stream.table
        chosen = table.profile(profile) if profile is not None else table.profiles[0]
        limits = limits if limits is not None else self.default_limits
        self._reading = Reading(self._stream, chosen, limits, keep=on_error == "keep", own=own)

    @property
    def stream(self) -> S:
        """The stream as far as it has come; its columns are made anew where more has come since."""
        self._reading.bring_up()
        return self._stream

    def feed(self, data: bytes | bytearray | memoryview) -> list[Event]:
        """Take *data* and return what is newly complete, in stream order.

        Raises DecodeError at the first fault (with `partial`, the stream before it), and again on every
        later call; StreamError where the producer reports its own.
        """
        return self._reading.feed(data)

    def finish(self) -> S:
        """Say that the stream ends here, and return it; TruncatedError where it ends inside a chunk."""
        self._reading.finish()
        return self.stream


def decode_stream(decoder: Decoder[S], data: bytes | bytearray | memoryview) -> S:
    """Decode all of *data* with a fresh *decoder*."""
    decoder.feed(data)
    return decoder.finish()
