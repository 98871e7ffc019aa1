"""larpix-control from PyPI under test: raw HDF5 files and PACMAN messages, by its own functions.

It has no error classes of its own, so whatever it raises is a refusal, and nothing is said about its kind; what it does
to the file meanwhile is what the scenarios look at. It runs in a process of its own: importing it changes the
environment, and a hostile file can bring HDF5 down.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sciwire.runtime import plain

from .base import NotSupported, Request
from .files import FileSteps
from .larpix_pacman import PacmanSteps, refusing

__all__ = ["LarpixAdapter"]

_KILLED = """
import h5py, os, pickle, sys
path, arguments = pickle.load(sys.stdin.buffer)
from larpix.format.rawhdf5format import to_rawfile
h5py.File.close = lambda self: os._exit(9)  # what it wrote is flushed, the file is open
to_rawfile(path, **arguments)
"""
_WORDS = {
    "DATA": ("io_channel", "receipt_timestamp", "packet"),
    "TRIG": ("trigger_type", "timestamp"),
    "SYNC": ("sync_type", "clk_source", "timestamp"),
    "PING": (),
    "PONG": (),
    "WRITE": ("register", "value"),
    "READ": ("register", "value"),
    "TX": ("io_channel", "packet"),
    "ERR": ("code", "text"),
}


class LarpixAdapter:
    """``larpix.format`` behind the protocol."""

    def start(self) -> Mapping[str, Any]:
        return {
            "implementation": {
                "name": "larpix-control",
                "version": version("larpix-control"),
                "language": "python",
                "homepage": "https://pypi.org/project/larpix-control/",
            },
            "formats": {
                "rawhdf5": {"versions": ["0.0"], "can": ["decode", "encode", "call"], "reports": []},
                "pacman": {"versions": ["0.0"], "can": ["decode", "call"], "reports": []},
            },
        }

    def decode(self, request: Request) -> Any:
        assert isinstance(request.data, bytes)
        _no_options(request)
        if request.format == "pacman":
            return _message(request.data)
        with _file(request.data) as path:
            return plain.to_plain(_rows(_Module().from_rawfile(path)))

    def encode(self, request: Request) -> bytes:
        _no_options(request)
        value = plain.from_plain(request.value)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "data.h5")
            _Module().to_rawfile(path, **value)
            return path.read_bytes()

    def call(self, request: Request) -> Sequence[Mapping[str, Any]]:
        steps = PacmanSteps(self, request) if request.format == "pacman" else _Steps(_Module(), self, request)
        with steps:
            return [steps.answer(step) for step in request.steps]


class _Module:
    """The functions by name, with every exception as a refusal."""

    __name__ = "larpix.format.rawhdf5format"
    __all__ = ("to_rawfile", "len_rawfile", "from_rawfile")

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in self.__all__:
            raise AttributeError(name)
        function: Callable[..., Any] = getattr(import_module(self.__name__), name)
        return refusing(function)


class _Steps(FileSteps):
    """The steps of a scenario; a writer is killed between its flush and its close."""

    def _kill(self, filename: Path, msgs: Any, msg_headers: Mapping[str, Any] | None = None) -> None:
        import pickle

        content = pickle.dumps((str(filename), {"msgs": msgs, "msg_headers": msg_headers}))
        command = [sys.executable, "-c", _KILLED]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        done = subprocess.run(command, input=content, capture_output=True, env=environment, check=False)
        if done.returncode != 9:
            raise NotSupported(f"no writer to kill: {done.stderr.decode('utf-8', 'replace')[-300:]}")


def _rows(read: Mapping[str, Any]) -> dict[str, Any]:
    """The canonical value: the two times left out."""
    import numpy as np

    headers = {name: np.asarray(column).tolist() for name, column in read["msg_headers"].items()}
    headers = {"io_groups": headers["io_groups"]} if "io_groups" in headers else headers  # others are no part of it
    head = {"version": read["version"], "io_version": read["io_version"]}
    return {**head, "msgs": read["msgs"], "msg_headers": headers}


def _message(data: bytes) -> Any:
    module = import_module("larpix.format.pacman_msg_format")
    (kind, timestamp, _), words = refusing(module.parse_msg)(data)
    found = [{"word": word[0], **dict(zip(_WORDS[word[0]], word[1:], strict=True))} for word in words]
    return plain.to_plain({"type": kind, "timestamp": timestamp, "words": found})


@contextlib.contextmanager
def _file(data: bytes) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "data.h5")
        path.write_bytes(data)
        yield path


def _no_options(request: Request) -> None:
    if request.options:
        raise NotSupported(f"has no option {sorted(request.options)[0]!r}")
