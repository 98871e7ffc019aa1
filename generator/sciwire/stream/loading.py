"""pyzmq, loaded when a socket is first needed: captures can be read and simulated where it is not installed."""

from __future__ import annotations

import errno
import re
from types import ModuleType
from typing import Any

__all__ = ["StreamUnavailable", "attach", "load_zmq"]

_PORT = re.compile(r"tcp://.*:(\d+)")
_TRANSPORT = re.compile(r"[a-z]+://.+")
_EXAMPLE = "tcp://detector:31001"


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
        raise OSError(error.errno, f"{endpoint}: {_why(error.errno, endpoint, bind)}") from error
    last: bytes = socket.getsockopt(zmq.LAST_ENDPOINT)
    return last.rstrip(b"\0").decode()


def _why(number: int, endpoint: str, bind: bool) -> str:
    """What ZeroMQ means, where its own words say little."""
    zmq = load_zmq()
    if number == zmq.EINVAL and not _TRANSPORT.fullmatch(endpoint):
        return f"expected an endpoint such as {_EXAMPLE}"
    if number == zmq.EINVAL and not bind and endpoint.startswith("tcp://*"):
        return "* stands for every address of this computer and can only be bound; connect to a name or an address"
    if number == zmq.EINVAL and endpoint.startswith("tcp://") and not re.search(r":[\d*]+$", endpoint):
        return f"the port is missing, as in {_EXAMPLE}"
    if number in (zmq.EADDRNOTAVAIL, errno.ENODEV):
        return (
            "this computer has no such address to bind; * stands for all that it has, others can only be connected to"
        )
    if number in (zmq.EPROTONOSUPPORT, zmq.ENOCOMPATPROTO):
        return "there is no such transport here; tcp:// and ipc:// can be used"
    return str(zmq.strerror(number))
