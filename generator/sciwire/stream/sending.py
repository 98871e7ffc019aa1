"""A socket that sends: PUSH, as a detector does; it waits for a receiver, and tells how long it was held back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from .loading import attach, load_zmq
from .received import Buffer, size_of

__all__ = ["NoReceiverError", "Sender"]

_TICK = 0.1  # seconds after which a waiting sender looks whether it was stopped
_BLOCKED = 0.001  # seconds of waiting that count as being held back
_HURRY = 2.0  # seconds that a sender that was stopped, or has waited in vain, waits at most for the network


class NoReceiverError(TimeoutError):
    """Nobody took messages for as long as the sender was willing to wait."""


class Sender:
    """Sends multipart messages; belongs to one thread, only `stop` may be called from another. A context manager.

    Several receivers share the messages, each goes to one of them. Nothing is dropped: where the queue is full,
    `send` waits.

    Parameters
    ----------
    endpoint : ``tcp://host:port``; ``tcp://*:0`` to bind gets a port from the system, see `endpoint`.
    bind : bind the endpoint as a detector does; else connect to a receiver that is bound.
    high_water_mark : messages that ZeroMQ takes for each receiver before `send` waits.
    patience : seconds to wait for a receiver, or for one that takes more. None waits for ever.
    linger : seconds that `close` waits for the network to take what was sent; 2 at most where it was stopped,
        or no receiver took more.

    Attributes
    ----------
    sent, size : messages that ZeroMQ took, and the bytes in their parts.
    held_back : seconds that `send` waited because the receivers took no more.
    """

    def __init__(
        self, endpoint: str, *, bind: bool = True, high_water_mark: int = 200, patience: float | None = 60.0,
        linger: float = 30.0,
    ) -> None:  # fmt: skip
        zmq = load_zmq()
        self._zmq = zmq
        self._patience = patience
        self._linger = linger
        self._stopped = False
        self._closed = False
        self.sent = 0
        self.size = 0
        self.held_back = 0.0
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.PUSH)
        self._socket.setsockopt(zmq.SNDHWM, high_water_mark)
        self._socket.setsockopt(zmq.IMMEDIATE, 1)  # no queue for a receiver that is not there
        try:
            self.endpoint = attach(self._socket, endpoint, bind=bind)
        except OSError:
            self._context.destroy(linger=0)
            raise

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stopped

    def wait(self) -> bool:
        """Wait for a receiver; False where the sender was stopped. Raises `NoReceiverError`."""
        return self._ready(time.monotonic())

    def send(self, parts: Sequence[Buffer], on_wait: Callable[[], None] | None = None) -> bool:
        """Send a message; False where the sender was stopped before. Raises `NoReceiverError`.

        Parts of more than 64 KiB are not copied: they must not be changed afterwards. *on_wait* is called while it waits.
        """
        begin = time.monotonic()
        while True:
            if self._stopped:
                return False
            try:
                self._socket.send_multipart(parts, self._zmq.NOBLOCK, copy=size_of(parts) < self._zmq.COPY_THRESHOLD)
                break
            except self._zmq.Again:
                if not self._ready(begin, on_wait):
                    return False
        waited = time.monotonic() - begin
        if waited > _BLOCKED:
            self.held_back += waited
        self.sent += 1
        self.size += size_of(parts)
        return True

    def stop(self) -> None:
        """Make `send` return, from a signal handler or another thread."""
        self._stopped = True

    def close(self) -> bool:
        """Close the socket once the network has taken what was sent; whether it did within `linger`.

        What it took may still be in its buffers when a receiver goes away: ZeroMQ has no acknowledgement.
        """
        if self._closed:
            return True
        self._closed = True
        begin = time.monotonic()
        linger = min(self._linger, _HURRY) if self._stopped else self._linger
        self._socket.close(linger=round(linger * 1000))
        ending = threading.Thread(target=self._context.term, daemon=True)  # it can't be interrupted
        ending.start()
        until = begin + linger + _HURRY  # ZeroMQ keeps to its time; more is for threads that wait for their turn
        while ending.is_alive() and time.monotonic() < until:
            ending.join(_TICK)
            if self._stopped:
                until = min(until, time.monotonic() + _HURRY)
                linger = min(linger, time.monotonic() - begin + _HURRY)
        return not ending.is_alive() and (time.monotonic() - begin < linger or not linger)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.close()

    def _ready(self, begin: float, on_wait: Callable[[], None] | None = None) -> bool:
        while not self._stopped:
            if self._socket.poll(round(_TICK * 1000), self._zmq.POLLOUT):
                return True
            waited = time.monotonic() - begin
            if self._patience is not None and waited >= self._patience:
                self._linger = min(self._linger, _HURRY)
                doing = "took any more messages" if self.sent else "came"
                raise NoReceiverError(f"no receiver {doing} at {self.endpoint} within {self._patience:g} seconds")
            if on_wait is not None:
                on_wait()
        return False
