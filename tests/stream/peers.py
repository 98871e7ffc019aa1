"""Peers written by hand, byte for byte as the protocol of ZeroMQ (ZMTP 3.0) has it: what no library would send."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from loopback import DEADLINE

__all__ = ["GREETING", "HUGE", "READY", "connected", "leaves", "says", "serving", "short"]

GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00NULL" + bytes(16 + 1 + 31)
_READY = b"\x05READY\x0bSocket-Type" + struct.pack(">I", 4) + b"PUSH"
READY = b"\x04" + bytes([len(_READY)]) + _READY
#: the head of a frame that nobody will ever send
HUGE = b"\x02" + struct.pack(">Q", 1 << 50)


def short(data: bytes) -> bytes:
    """A frame of at most 255 bytes."""
    return b"\x00" + bytes([len(data)]) + data


def says(*frames: bytes, pause: float = 0.0) -> Callable[[socket.socket], None]:
    """Speaks as a sender does, sends *frames* at once, or after a *pause*, and stays until it is cut off."""

    def speak(peer: socket.socket) -> None:
        peer.sendall(GREETING + READY)
        _hear(peer, len(GREETING) + 1)  # the other side is ready too
        time.sleep(pause)
        peer.sendall(b"".join(frames))
        while peer.recv(4096):
            pass

    return speak


def leaves(*frames: bytes) -> Callable[[socket.socket], None]:
    """The same, and goes away at once."""

    def speak(peer: socket.socket) -> None:
        peer.sendall(GREETING + READY)
        _hear(peer, len(GREETING) + len(READY))  # all of it: a socket with unread bytes is not closed but reset
        peer.sendall(b"".join(frames))

    return speak


def connected(address: str | tuple[str, int], speak: Callable[[socket.socket], None]) -> None:
    """Connect to a listener that is bound, and *speak*."""
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as peer:
        peer.settimeout(DEADLINE)
        peer.connect(address)
        _guarded(speak, peer)


@contextmanager
def serving(*speakers: Callable[[socket.socket], None]) -> Iterator[str]:
    """Serve each who connects with the next of *speakers*, the last one for ever; the endpoint."""

    def serve() -> None:
        for number in range(1 << 30):
            try:
                peer, _ = server.accept()
            except OSError:
                return
            with peer:
                peer.settimeout(DEADLINE)
                _guarded(speakers[min(number, len(speakers) - 1)], peer)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        finally:
            server.shutdown(socket.SHUT_RDWR)


def _guarded(speak: Callable[[socket.socket], None], peer: socket.socket) -> None:
    try:
        speak(peer)
    except ConnectionError:  # it was cut off
        return


def _hear(peer: socket.socket, count: int) -> None:
    while count > 0:
        heard = peer.recv(4096)
        if not heard:
            raise ConnectionError("the other side hung up")
        count -= len(heard)
