"""pyzmq, loaded when a socket is first needed: captures can be read and simulated where it is not installed."""

from __future__ import annotations

import errno
import re
from types import ModuleType
from typing import Any

__all__ = ["StreamUnavailable", "attach", "load_zmq"]

_PORT = re.compile(r"tcp://.*:(\d+)")


class StreamUnavailable(ImportError):  # noqa: N818 - named as FilterUnavailable is
    """A socket is needed and pyzmq is not installed; the message has the pip line."""


def load_zmq() -> ModuleType:
    """The module `zmq`. Raises `StreamUnavailable`."""
    try:
        import zmq
    except ImportError as error:
        problem = "live streams need pyzmq, which is not installed: pip install 'sciwire[stream]'"
        raise StreamUnavailable(problem, name="zmq") from error
    return zmq


def attach(socket: Any, endpoint: str, *, bind: bool) -> str:
    """Bind or connect *socket*; the endpoint with the port that it got. Raises OSError, which names the endpoint."""
    zmq = load_zmq()
    found = _PORT.fullmatch(endpoint)
    if found and int(found[1]) > 65535:  # ZeroMQ would take it modulo 65536
        raise OSError(errno.EINVAL, f"{endpoint}: there is no port {found[1]}")
    try:
        (socket.bind if bind else socket.connect)(endpoint)
    except zmq.ZMQError as error:
        raise OSError(error.errno, f"{endpoint}: {error.strerror}") from error
    last: bytes = socket.getsockopt(zmq.LAST_ENDPOINT)
    return last.rstrip(b"\0").decode()
