"""What happens to the connections of a socket: who came, who went, who was cut off by ZeroMQ.

ZeroMQ cuts a connection without a word when a frame is larger than the socket's guard, or is no frame at all; its event
is the same when the peer goes away. A thread therefore keeps a duplicate of every connection. When ZeroMQ has
closed its own, the duplicate shows who ended it: a peer that went away has left an end of the stream and nothing in
front of it; where ZeroMQ cut, the peer is still there, or bytes that it sent were never read.

A bound socket asks for leave (ZAP, ZeroMQ's authentication, here given to everybody) before it takes messages from a
connection, and gets it when the duplicate is made: no connection, however short, is missed. Of a socket that connects,
ZeroMQ says whether it tries again, which it does where the peer went away and not where it cut.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from .loading import load_zmq

__all__ = ["Watch"]

_TICK = 0.5  # seconds after which the thread looks whether it is to end
_RETRY = 3.0  # seconds within which ZeroMQ says that it tries again; it does so at once, where it is let
_PAUSE = 0.2  # seconds before a socket that was cut connects again: a hostile peer shall not keep us busy
_MOST_WORDS = 1000  # that wait to be taken out
_NO_ZEROMQ = "what answers there does not speak ZeroMQ, or hangs up at once; connecting again"
_ZAP = "inproc://zeromq.zap.01"  # where ZeroMQ asks


class Watch:
    """Watches the connections of *socket*, which must have none yet; *limit* is its guard, in bytes of a frame.

    connects : whether it connects, so that ZeroMQ tries again where a peer went away, and does not where it cut.
    heard : whether any message came.

    notices : what happened, in words; taken out by whoever shows them.
    cuts : connections that were cut with messages in them, in words; taken out by whoever tells them.
    met : whether anybody ever came as far as ZeroMQ's greetings.
    gone : connections that ended.
    again : time (monotonic) at which the socket is to connect anew, as ZeroMQ does not; 0 where it is not.
    """

    def __init__(
        self, context: Any, socket: Any, limit: int, *, connects: bool, heard: Callable[[], bool] = bool
    ) -> None:  # fmt: skip
        zmq = load_zmq()
        self._zmq = zmq
        self._connects = connects
        self._heard = heard
        self._why = f"a frame of more than {limit} bytes came, or something that is no message"
        self.notices: list[str] = []
        self.cuts: list[str] = []
        self.met = False
        self.gone = 0
        self.again = 0.0
        self._open: dict[int, _Duplicate] = {}
        self._strange = False  # whether the last event was that of a handshake that failed,
        self._faulty = False  # and for a fault of the peer, so that ZeroMQ does not try again
        self._doubt = 0.0  # when a connection ended, until it is known whether ZeroMQ tries again
        self._greeted = False  # whether the last connection came as far as ZeroMQ's greetings
        self._said = ""
        self._ends = False
        events = zmq.EVENT_ACCEPTED | zmq.EVENT_CONNECTED | zmq.EVENT_DISCONNECTED | zmq.EVENT_CONNECT_RETRIED
        events |= zmq.EVENT_HANDSHAKE_SUCCEEDED | zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL
        events |= zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL | zmq.EVENT_MONITOR_STOPPED
        if not connects:  # with it, ZeroMQ takes no peers of versions before 4: old detectors, which are connected to
            socket.setsockopt(zmq.ZAP_DOMAIN, b"sciwire")
        self._leave = context.socket(zmq.REP)
        self._leave.setsockopt(zmq.LINGER, 0)
        self._leave.bind(_ZAP)
        self._watched = socket
        self._monitor = socket.get_monitor_socket(events)
        self._thread = threading.Thread(target=self._run, name="sciwire watch", daemon=True)
        self._thread.start()

    @property
    def peers(self) -> int:
        """Connections that are open."""
        return len(self._open)

    def close(self) -> None:
        """End the watch; to be called before the socket is closed."""
        self._ends = True
        self._watched.disable_monitor()
        self._thread.join()

    def _run(self) -> None:
        poller = self._zmq.Poller()
        poller.register(self._monitor, self._zmq.POLLIN)
        poller.register(self._leave, self._zmq.POLLIN)
        with contextlib.suppress(self._zmq.ZMQError):
            while not self._ends:
                ready = dict(poller.poll(round(_TICK * 1000)))
                while not self._ends and self._monitor.poll(0):
                    self._look()
                if self._leave in ready:  # behind the events: those of this connection came before
                    version, number, *_ = self._leave.recv_multipart()
                    self._leave.send_multipart([version, number, b"200", b"", b"", b""])
                if self._doubt and time.monotonic() - self._doubt > _RETRY:
                    self._end_of_doubt()
        for duplicate in self._open.values():
            duplicate.close()
        self._monitor.close(linger=0)
        self._leave.close(linger=0)

    def _look(self) -> None:
        from zmq.utils.monitor import recv_monitor_message

        zmq = self._zmq
        event = recv_monitor_message(self._monitor)
        kind, value = event["event"], event["value"]
        if kind in (zmq.EVENT_ACCEPTED, zmq.EVENT_CONNECTED):
            self._open[value] = _Duplicate(value)
            self._greeted = False
        elif kind == zmq.EVENT_HANDSHAKE_SUCCEEDED:
            self._greeted = self.met = True
            for duplicate in self._open.values():  # the event does not say which: all that may be it
                duplicate.greeted = True
        elif kind == zmq.EVENT_DISCONNECTED:
            duplicate = self._open.pop(value, None)
            left, greeted = (duplicate.left(), duplicate.greeted) if duplicate is not None else (None, False)
            if duplicate is not None:
                duplicate.close()
            self.gone += 1
            (self._ended_there if self._connects else self._ended_here)(left, greeted)
        elif kind == zmq.EVENT_CONNECT_RETRIED and self._doubt:
            self._doubt = 0.0
            self._say("the peer went away; waiting for it to come back" if self._spoke() else _NO_ZEROMQ)
        self._faulty = kind == zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL
        self._strange = self._faulty or kind == zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL

    def _ended_here(self, left: bool | None, greeted: bool) -> None:
        """A connection of a bound socket ended."""
        if self._strange or not greeted:  # the event of a handshake that failed stands directly in front
            self._say("somebody who came does not speak ZeroMQ 4")
        elif left is None:
            self._say(f"a peer disconnected: it went away, or ZeroMQ cut the connection, as {self._why}")
        elif left:
            self._say("a peer went away")
        else:
            self._cut()

    def _ended_there(self, left: bool | None, greeted: bool) -> None:
        """The connection of a socket that connects ended: ZeroMQ tries again unless it was itself that ended it."""
        self._greeted = greeted
        if self._faulty or (left is False and not self._strange):
            self._end_of_doubt()
        else:
            self._doubt = time.monotonic()

    def _end_of_doubt(self) -> None:
        self._doubt = 0.0
        self.again = time.monotonic() + _PAUSE
        if self._spoke() and not self._faulty:
            self._cut("; connecting again")
        else:
            self._say(_NO_ZEROMQ)

    def _spoke(self) -> bool:
        """Whether it is ZeroMQ that answers; versions before 4 have greetings without an event."""
        return self._greeted or self._heard()

    def _cut(self, more: str = "") -> None:
        text = f"ZeroMQ cut the connection: {self._why}; that one is lost, and whatever stood behind it{more}"
        if len(self.cuts) < _MOST_WORDS:
            self.cuts.append(text)

    def _say(self, text: str) -> None:
        if len(self.notices) < _MOST_WORDS and not text == self._said == _NO_ZEROMQ:  # each time it tries
            self.notices.append(text)
        self._said = text


class _Duplicate:
    """A connection of ZeroMQ, kept open beside it; only looked at, nothing is read from it and no flag is set.

    greeted : whether it may be one that came as far as ZeroMQ's greetings.
    """

    greeted = False

    def __init__(self, number: int) -> None:
        self._socket: socket.socket | None = None
        if os.name == "nt":  # sockets are no file descriptors there
            return
        with contextlib.suppress(OSError):
            copy = os.dup(number)
            try:
                self._socket = socket.socket(fileno=copy)
            except OSError:
                os.close(copy)
                raise

    def left(self) -> bool | None:
        """Whether the peer ended the connection and all that it sent was read; None where that can't be known."""
        if self._socket is None:
            return None
        try:
            return not self._socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:  # it broke off
            return True

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
