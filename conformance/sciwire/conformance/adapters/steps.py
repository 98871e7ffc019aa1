"""Scenarios: steps in a fresh folder, and those of them that every adapter in Python takes in the same way.

A step that is refused does not end the scenario; an exception that is no refusal does. Names of files are relative to
the folder; nothing outside it is touched. An adapter adds its operations as methods of a subclass.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from sciwire.runtime import CodecError, plain

from ..arguments import python_argument
from . import h5look
from .base import NotSupported, Refusal, Request, Value

__all__ = ["Steps"]

_LONGEST_WAIT = 5.0  # seconds
#: What two runs never have in common.
_CLOCK = frozenset({"created", "modified"})


class Steps:
    """The steps of one scenario; use it as a context, the folder goes at the end.

    *adapter* and *request* are for the steps ``encode`` and ``decode``, which are the requests of these names.
    """

    def __init__(self, adapter: Any = None, request: Request | None = None) -> None:
        self._folder = ""  # made for the first step that names a file; many scenarios have none
        self._adapter, self._request = adapter, request
        self._later: list[threading.Timer] = []
        self._sent: list[bytes] = []
        #: those that take paths as `Path`, whatever the scenario hands over
        self._steps: dict[str, Callable[..., Any]] = {
            "put": self._put,
            "mkdir": lambda filename: filename.mkdir(),
            "wait": lambda seconds: time.sleep(min(seconds, _LONGEST_WAIT)),
            "stat": h5look.stat,
            "bytes": lambda filename: filename.read_bytes(),
            "sent": lambda: self._sent,
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for timer in self._later:
            timer.join(_LONGEST_WAIT)
        self.close()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    def close(self) -> None:
        """Let go of what the scenario holds open."""

    def answer(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to one step, as the protocol has it."""
        name, args = step["op"], step["args"]
        try:
            if name in ("encode", "decode"):
                return {"value": self._coded(name, **args)}
            own = self._steps.get(name)
            arguments = {key: self._argument(key, value, own is not None) for key, value in args.items()}
            given = own(**arguments) if own else self.told(self.operation(name)(**arguments))
            return {"value": plain.to_plain(given)}
        except NotSupported as error:
            return {"unsupported": error.reason}
        except Refusal as error:
            about = {"category": error.category, "path": error.path, "at": error.at, "message": error.message}
            return {"error": {**about, **({"catches": list(error.catches)} if error.catches else {})}}
        except CodecError as error:
            about = {"category": error.category, "path": error.path, "at": error.at, "message": str(error)}
            return {"error": {**about, "catches": [one.__name__ for one in type(error).__mro__]}}
        except OSError as error:
            return {
                "error": {"category": "io", "path": None, "at": None, "message": f"{type(error).__name__}: {error}"}
            }

    def operation(self, name: str) -> Callable[..., Any]:
        """The function for an operation of the format; `NotSupported` where there is none."""
        raise NotSupported(f"no operation {name!r}")

    def told(self, value: Any) -> Any:
        """What an operation of the format gives, with lists of Python values in place of numpy's, and without time stamps."""
        import numpy as np

        if isinstance(value, np.generic) and value.dtype.names is None:
            return value.item()
        if isinstance(value, Mapping):
            return {key: self.told(item) for key, item in value.items() if key not in _CLOCK}
        if isinstance(value, (list, tuple)):
            return [self.told(item) for item in value]
        return value

    def serialized(self, messages: Any) -> list[bytes]:
        """All that a serializer makes; what there was before it was refused is what the step ``sent`` gives."""
        self._sent = []
        for message in messages:
            self._sent.append(bytes(message))
        return self._sent

    def _coded(self, name: str, options: Mapping[str, Any] | None = None, profile: str = "", **body: Any) -> Any:
        if self._adapter is None or self._request is None:
            raise NotSupported(f"no operation {name!r}")
        more: dict[str, Any] = {"options": options or {}, "profile": profile, "steps": ()}
        if name == "encode":
            data = self._adapter.encode(replace(self._request, cmd=name, value=body["value"], **more))
            return plain.to_plain(data if isinstance(data, bytes) else list(data))
        data = plain.from_plain(body["data"])
        found = self._adapter.decode(replace(self._request, cmd=name, data=data, **more))
        return found.value if isinstance(found, Value) else found

    def _argument(self, name: str, value: Any, own: bool) -> Any:
        if not name.endswith("filename"):
            return python_argument(value)
        is_path = isinstance(value, dict) and set(value) == {"$path"}
        said = value["$path"] if is_path else python_argument(value)
        self._folder = self._folder or os.path.realpath(tempfile.mkdtemp())
        path = Path(self._folder, os.fsdecode(said) if isinstance(said, (str, bytes)) else str(said))
        if not Path(os.path.realpath(path)).is_relative_to(self._folder):
            raise NotSupported(f"{value!r} leads out of the scenario's folder")
        if own or is_path:
            return path
        return os.fsencode(path) if isinstance(said, bytes) else str(path)

    def _put(self, filename: Path, data: bytes, after: float = 0.0) -> None:
        if not after:
            filename.write_bytes(data)
            return
        self._later.append(threading.Timer(min(after, _LONGEST_WAIT), _replace, (filename, data)))
        self._later[-1].start()


def _replace(filename: Path, data: bytes) -> None:
    """All at once, so that nobody reads half of what was put there."""
    other = filename.with_name(f"{filename.name}.new")
    other.write_bytes(data)
    other.replace(filename)
