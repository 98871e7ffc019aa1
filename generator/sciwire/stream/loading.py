"""pyzmq, loaded when a socket is first needed: captures can be read and simulated where it is not installed."""

from __future__ import annotations

from types import ModuleType

__all__ = ["StreamUnavailable", "load_zmq"]


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
