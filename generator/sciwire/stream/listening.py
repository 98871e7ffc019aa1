"""A socket that receives: PULL, as all three streams are pushed, bound or connected.

Nothing that this process took out of the socket is lost by it. What lies in ZeroMQ's own queue (at most
`high_water_mark` messages for each sender) and in the buffers of the network is lost when the process is killed, for the
sender takes it as delivered: ZeroMQ has no acknowledgement. `drain` empties the queue before an orderly end.
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
from .received import MOST_PARTS, Received, Refusal, size_of
from .watching import Watch

__all__ = ["Listener"]

_TICK = 0.1  # seconds after which a waiting listener looks whether it was stopped
_QUIET = 0.5  # seconds without a message after which the queue is taken to be empty
_GUARD = 1 << 32  # bytes of a frame at which ZeroMQ cuts the connection, with all that stands behind: no ordinary limit
_LOOK = 1000  # messages after which a busy listener looks at what happened to its connections


class Listener:
    """Receives multipart messages; belongs to one thread, only `stop` may be called from another. A context manager.

    Parameters
    ----------
    endpoint : ``tcp://host:port``; ``tcp://*:0`` to bind gets a port from the system, see `endpoint`.
    format : name of the format of the stream; ValueError where it is none of live streams.
    bind : bind the endpoint, and the senders connect; else connect to a sender that is bound.
    high_water_mark : messages that ZeroMQ keeps for each sender before it holds the sender back.
    max_message : bytes of a message; a greater one gives a `Refusal`, and those behind it are received. Only a single
        frame of more than 4 GiB, and more than twice as many bytes, is not taken from the network: ZeroMQ cuts the
        connection. A listener that had connected gives a `Refusal` of no parts then; one that is bound can't tell that
        from a sender that went away, which `notices` says.

    Attributes
    ----------
    endpoint : as bound or connected, with the port.
    started : ns since the Unix epoch from which `Received.elapsed` counts.
    received, refused : messages taken out of the socket, and those that a `Refusal` was given for.
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
        self.notices: list[str] = []
        self._zmq = zmq
        self._stopped = False
        self.started = time.time_ns()
        self._clock = time.monotonic_ns()
        self._context = zmq.Context()
        try:
            self._socket = self._context.socket(zmq.PULL)
            self._socket.setsockopt(zmq.LINGER, 0)
            self._socket.setsockopt(zmq.RCVHWM, high_water_mark)
            guard = max(2 * max_message, _GUARD)
            self._socket.setsockopt(zmq.MAXMSGSIZE, guard)
            self._watch = Watch(self._socket, guard, again=None if bind else self._connect_again)
            self.endpoint = attach(self._socket, endpoint, bind=bind)
        except BaseException:
            self._context.destroy(linger=0)
            raise
        self._poller = zmq.Poller()
        self._poller.register(self._socket, zmq.POLLIN)
        self._poller.register(self._watch.socket, zmq.POLLIN)

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
            self._wait(left)
            found = self._take()
        return found

    def __iter__(self) -> Iterator[Received]:
        """Messages until the listener is stopped; one that is too large is a `CodecWarning`."""
        while (found := self.receive()) is not None:
            if isinstance(found, Refusal):
                warnings.warn(found.reason, CodecWarning, stacklevel=2)
            else:
                yield found

    def drain(self, seconds: float = 2.0) -> Iterator[Received | Refusal]:
        """What waits in ZeroMQ's queue, until it is empty, at most for so many *seconds*."""
        # the queue is not made shorter first: libzmq 4.3.5 crashes when RCVHWM changes while a peer goes away
        end = time.monotonic() + seconds
        quiet = time.monotonic() + _QUIET
        while (now := time.monotonic()) < end and (now < quiet or self._watch.waiting):
            found = self._take()
            if found is None:
                self._wait(_TICK / 5)
            else:
                yield found
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

    def _connect_again(self) -> None:
        self._socket.connect(self.endpoint)

    def _take(self) -> Received | Refusal | None:
        try:
            frames: list[Any] = self._socket.recv_multipart(self._zmq.NOBLOCK, copy=False)
        except self._zmq.Again:
            return self._cut()
        elapsed = time.monotonic_ns() - self._clock
        self.received += 1
        if not self.received % _LOOK:
            self.notices += self._watch.look()
        parts = [frame.buffer for frame in frames]
        size = size_of(parts)
        if size <= self.max_message and len(parts) <= MOST_PARTS:
            return Received(elapsed, parts)
        self.refused += 1
        reason = f"a message of {size} bytes in {len(parts)} parts, the limits are {self.max_message} and {MOST_PARTS}"
        return Refusal(elapsed, len(parts), size, reason)

    def _cut(self) -> Refusal | None:
        if not self._watch.cuts:
            return None
        self.refused += 1
        return Refusal(time.monotonic_ns() - self._clock, 0, 0, self._watch.cuts.pop(0))

    def _wait(self, seconds: float) -> None:
        ready = dict(self._poller.poll(max(1, round(seconds * 1000))))
        if self._watch.socket in ready or self._watch.waiting:
            self.notices += self._watch.look()
