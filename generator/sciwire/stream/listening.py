"""A socket that receives: PULL, as all three streams are pushed, bound or connected.

What lies in ZeroMQ's own queue (at most `high_water_mark` messages for each sender) and in the buffers of the network is
lost when the process is killed, for the sender takes it as delivered: ZeroMQ has no acknowledgement. `drain` empties the
queue before an orderly end.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

from sciwire.runtime import CodecWarning

from .kinds import streamed
from .loading import attach, load_zmq
from .memory import available
from .received import MOST_PARTS, Received, Refusal
from .watching import Watch

__all__ = ["Listener"]

_TICK = 0.1  # seconds after which a waiting listener looks whether it was stopped
_GREATEST = (1 << 63) - 1  # that the guard of a socket can be
_SMALL = 1 << 16  # bytes below which a message is copied out of ZeroMQ's memory
_QUIET = 0.5  # seconds without a message after which the queue is taken to be empty


class Listener:
    """Receives multipart messages; belongs to one thread, only `stop` may be called from another. A context manager.

    Parameters
    ----------
    endpoint : ``tcp://host:port``; ``tcp://*:0`` to bind gets a port from the system, see `endpoint`.
    format : name of the format of the stream; ValueError where it is none of live streams.
    bind : bind the endpoint, and the senders connect; else connect to a sender that is bound.
    high_water_mark : messages that ZeroMQ keeps for each sender before it holds the sender back.
    max_message : bytes of a message; a greater one is received, and gives a `Refusal` with its size. Only a frame of
        more than `guard` bytes is not taken from the network: ZeroMQ cuts the connection, which gives a `Refusal` of no
        parts, and a listener that had connected connects again.

    Attributes
    ----------
    endpoint : as bound or connected, with the port.
    started : ns since the Unix epoch from which `Received.elapsed` counts.
    guard : bytes of a frame: half of the memory that was free when the listener was made, and at least `max_message`.
    received, refused : messages taken out of the socket, and those that a `Refusal` was given for.
    still_sending : whether senders went on sending when `drain` ended.
    notices : what happened to connections, in words; taken out by whoever shows them.
    """

    def __init__(
        self, endpoint: str, *, format: str, bind: bool = False, high_water_mark: int = 200, max_message: int = 1 << 30
    ) -> None:  # fmt: skip
        zmq = load_zmq()
        self.format = streamed(format).name
        self.max_message = max_message
        self.received = 0
        self.refused = 0
        self.still_sending = False
        self._zmq = zmq
        self._stopped = False
        self.started = time.time_ns()
        self._clock = time.monotonic_ns()
        self._most = high_water_mark
        self._gone = 0  # peers that had gone when the queue was last seen empty
        self._copies = False  # whether the message before was so small that a copy costs less than a view
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.PULL)
        self.guard = min(max(max_message, available() // 2), _GREATEST)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.setsockopt(zmq.RCVHWM, high_water_mark)
        self._socket.setsockopt(zmq.MAXMSGSIZE, self.guard)
        self._watch = Watch(self._context, self._socket, self.guard, connects=not bind, heard=lambda: self.received > 0)
        self.notices = self._watch.notices
        self._poller = zmq.Poller()
        self._poller.register(self._socket, zmq.POLLIN)
        try:
            self.endpoint = attach(self._socket, endpoint, bind=bind)
        except BaseException:
            self.close()
            raise

    @property
    def peers(self) -> int:
        """Senders that are connected now."""
        return self._watch.peers

    @property
    def met(self) -> bool:
        """Whether any sender was ever connected."""
        return self.received > 0 or self._watch.met

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stopped

    def receive(self, timeout: float | None = None) -> Received | Refusal | None:
        """The next message; None after *timeout* seconds without one, or when the listener was stopped.

        A message that waits already is given even to a listener that was stopped.
        """
        found = self._take()
        end = None if timeout is None else time.monotonic() + timeout
        while found is None and not self._stopped:
            left = _TICK if end is None else min(_TICK, end - time.monotonic())
            if left <= 0:
                break
            if self._watch.again and time.monotonic() >= self._watch.again:
                self._watch.again = 0.0
                self._socket.connect(self.endpoint)
            self._wait(left)
            found = self._take()
        return found

    def receive_waiting(self, timeout: float | None, most: int, size: int) -> list[Received | Refusal]:
        """The next message as `receive` gives it, and those that wait behind it already.

        At most *most*, and no more once they have *size* bytes; none after *timeout*.
        """
        found = self.receive(timeout)
        several: list[Received | Refusal] = []
        while found is not None:
            several.append(found)
            size -= found.size
            if size <= 0 or len(several) >= most:
                break
            found = self._take()
        return several

    def __iter__(self) -> Iterator[Received]:
        """Messages until the listener is stopped; one that is too large is a `CodecWarning`."""
        while (found := self.receive()) is not None:
            if isinstance(found, Refusal):
                warnings.warn(found.reason, CodecWarning, stacklevel=2)
            else:
                yield found

    def drain(self, seconds: float = 2.0) -> Iterator[Received | Refusal]:
        """What waits in ZeroMQ's queue, all of it, and what comes behind it until nothing does for a moment.

        Where senders go on sending, it ends after so many *seconds*, or where they are faster than it is taken, after
        as many messages as the queue holds; `still_sending` is true then.
        """
        # the queue is not made shorter first: libzmq 4.3.5 crashes when RCVHWM changes while a peer goes away
        end = time.monotonic() + seconds
        quiet = time.monotonic() + _QUIET
        left = (self._most + 1) * max(self.peers + self._watch.gone - self._gone, 1)
        emptied = more = False
        while (now := time.monotonic()) < quiet:
            if left <= 0 or (emptied and now >= end):
                self.still_sending = more or not emptied
                return
            found = self._take()
            if found is None:
                emptied = True
                self._wait(_TICK / 5)
            else:
                yield found
                left -= not emptied
                more = emptied
                quiet = time.monotonic() + _QUIET

    def stop(self) -> None:
        """Make `receive` return, from a signal handler or another thread."""
        self._stopped = True

    def close(self) -> None:
        """Close the socket; what waits in its queue is dropped. Twice does no harm."""
        if not self._context.closed:
            self._watch.close()
            self._context.destroy(linger=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.close()

    def _take(self) -> Received | Refusal | None:
        gone = self._watch.gone
        try:
            frames: list[Any] = self._socket.recv_multipart(self._zmq.NOBLOCK, copy=self._copies)
        except self._zmq.Again:
            self._gone = gone
            return self._cut() if self._watch.cuts else None
        elapsed = time.monotonic_ns() - self._clock
        parts = frames if self._copies else [frame.buffer for frame in frames]
        size = sum(map(len, parts))
        self.received += 1
        self._copies = size < _SMALL
        if size <= self.max_message and len(parts) <= MOST_PARTS:
            return Received(elapsed, parts)
        self.refused += 1
        reason = f"a message of {size} bytes in {len(parts)} parts, the limits are {self.max_message} and {MOST_PARTS}"
        return Refusal(elapsed, len(parts), size, reason)

    def _cut(self) -> Refusal:
        self.refused += 1
        return Refusal(time.monotonic_ns() - self._clock, 0, 0, self._watch.cuts.pop(0))

    def _wait(self, seconds: float) -> None:
        self._poller.poll(max(1, round(seconds * 1000)))
