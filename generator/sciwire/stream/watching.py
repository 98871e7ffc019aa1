"""What happens to the connections of a socket, from ZeroMQ's own events: who came, who went, who was cut off.

When a frame is larger than the socket's guard, ZeroMQ cuts the connection without a word, and a socket that had
connected does not try again. It does try again where the other side went away: that tells the two apart. A socket that
is bound has nothing to tell them apart by.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from .loading import load_zmq

__all__ = ["Watch"]

_RETRY = 1.0  # seconds within which ZeroMQ says that it tries again


class Watch:
    """Reads the events of *socket*; *again* connects it anew where ZeroMQ does not."""

    def __init__(self, socket: Any, limit: int, again: Callable[[], None] | None = None) -> None:
        zmq = load_zmq()
        self._zmq = zmq
        self._limit = limit
        self._again = again
        self._gone = 0.0  # when a connection ended of which it is not yet known why
        self._greeted = False  # whether the last connection came as far as ZeroMQ's greetings
        self.met = False  # whether anybody ever did
        self.cuts: list[str] = []  # connections that ZeroMQ cut with messages in them; taken out by whoever tells them
        self._open: set[int] = set()
        events = zmq.EVENT_ACCEPTED | zmq.EVENT_CONNECTED | zmq.EVENT_DISCONNECTED | zmq.EVENT_CONNECT_RETRIED
        events |= zmq.EVENT_HANDSHAKE_SUCCEEDED
        self._watched = socket
        self.socket = socket.get_monitor_socket(events)

    @property
    def peers(self) -> int:
        """Connections that are open."""
        return len(self._open)

    @property
    def waiting(self) -> bool:
        """Whether the reason of an end is to be looked for again."""
        return bool(self._gone)

    def look(self) -> list[str]:
        """What happened since the last look, in words; see `cuts` too."""
        from zmq.utils.monitor import recv_monitor_message

        zmq, words = self._zmq, []
        while self.socket.poll(0):
            event = recv_monitor_message(self.socket, zmq.NOBLOCK)
            kind, value = event["event"], event["value"]
            if kind in (zmq.EVENT_ACCEPTED, zmq.EVENT_CONNECTED):
                self._open.add(value)
                self._greeted = False
            elif kind == zmq.EVENT_HANDSHAKE_SUCCEEDED:
                self._greeted = self.met = True
            elif kind == zmq.EVENT_DISCONNECTED:
                self._open.discard(value)
                if self._again is not None:
                    self._gone = time.monotonic()
                else:
                    words.append(
                        f"a peer disconnected: it went away, or sent a frame of more than {self._limit} bytes, at which "
                        "ZeroMQ cuts the connection"
                    )
            elif kind == zmq.EVENT_CONNECT_RETRIED and self._gone:
                self._gone = 0.0
                words.append("the peer went away; waiting for it to come back")
        if self._gone and time.monotonic() - self._gone > _RETRY:
            self._gone = 0.0
            if self._greeted:
                self.cuts.append(
                    f"ZeroMQ cut the connection: the peer sent a frame of more than {self._limit} bytes, or something "
                    "that is no message; that one is lost, and whatever stood behind it; connecting again"
                )
            else:
                words.append("what answers there does not speak ZeroMQ; connecting again")
            assert self._again is not None
            self._again()
        return words

    def close(self) -> None:
        """End the watch."""
        self._watched.disable_monitor()
        self.socket.close(linger=0)
