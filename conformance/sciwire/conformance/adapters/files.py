"""Scenarios on files: steps in a fresh folder, the operations of a module by name and some that look and harm.

An operation is a public function of the module with its own argument names (``to_rawfile``), or one of the steps
below. Names of files are relative to the folder; nothing outside it is touched. A step that is refused does not
end the scenario; an exception that is no `CodecError` does.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

from sciwire.runtime import CodecError, plain

from . import h5look
from .base import ENVIRONMENT, NotSupported, Refusal

__all__ = ["FileSteps"]

#: What two runs never have in common.
_CLOCK = frozenset({"created", "modified"})
_LONGEST_WAIT = 5.0  # seconds

_KILLED = """
import importlib, os, pickle, sys
module, path, arguments = pickle.load(sys.stdin.buffer)
writer = importlib.import_module(module).open_writer(path)
writer.append(**arguments)
os._exit(9)  # no handler runs, no file is closed
"""

_READER = """
import sys, h5py
with h5py.File(sys.argv[1], "r", swmr=True):
    print("open", flush=True)
    sys.stdin.read()
"""


class FileSteps:
    """The steps of one scenario; use it as a context, the folder goes at the end."""

    def __init__(self, module: Any) -> None:
        self._module = module
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._open: dict[str, Any] = {}  # the writer and the reader that the scenario holds open
        self._steps: dict[str, Callable[..., Any]] = {
            "put": self._put,
            "mkdir": lambda filename: filename.mkdir(),
            "wait": lambda seconds: time.sleep(min(seconds, _LONGEST_WAIT)),
            "stat": h5look.stat,
            "meta": _looking(h5look.meta),
            "layout": _looking(h5look.layout),
            "times": _looking(lambda filename: h5look.times(filename, self._public("from_rawfile")(filename))),
            "environment": _environment,
            "open_writer": self._open_writer,
            "append": self._append,
            "close_writer": lambda: self._close("writer"),
            "open_reader": self._open_reader,
            "close_reader": lambda: self._close("reader"),
            "follow": self._follow,
            "repair": self._repair,
            "kill": self._kill,
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self._open):
            self._close(name)
        self._folder.cleanup()

    def answer(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to one step, as the protocol has it."""
        try:
            arguments = {name: self._argument(name, value) for name, value in step["args"].items()}
            return {"value": plain.to_plain(self._operation(step["op"])(**arguments))}
        except NotSupported as error:
            return {"unsupported": error.reason}
        except (CodecError, Refusal) as error:
            about = {"category": error.category, "path": error.path, "at": error.at}
            return {"error": {**about, "message": error.message if isinstance(error, Refusal) else str(error)}}

    def _operation(self, name: str) -> Callable[..., Any]:
        if name in self._steps:
            return self._steps[name]
        operation = self._public(name)
        return lambda **arguments: _python(operation(**arguments))

    def _public(self, name: str) -> Callable[..., Any]:
        if name not in self._module.__all__ or not callable(getattr(self._module, name, None)):
            raise NotSupported(f"no operation {name!r}")
        operation: Callable[..., Any] = getattr(self._module, name)
        return operation

    def _argument(self, name: str, value: Any) -> Any:
        if name != "filename":
            return plain.from_plain(value)
        path = Path(self._folder.name, str(value))
        if not path.resolve().is_relative_to(Path(self._folder.name).resolve()):
            raise NotSupported(f"{value!r} leads out of the scenario's folder")
        return path

    def _put(self, filename: Path, data: bytes) -> None:
        filename.write_bytes(data)

    def _open_writer(self, filename: Path, **options: Any) -> None:
        self._open["writer"] = self._public("open_writer")(filename, **options)

    def _append(self, msgs: Any, msg_headers: Mapping[str, Any] | None = None) -> None:
        if "writer" not in self._open:
            raise NotSupported("no writer is open")
        self._open["writer"].append(msgs, **(msg_headers or {}))

    def _open_reader(self, filename: Path) -> None:
        self._open["reader"] = _Reader(filename)

    def _close(self, name: str) -> None:
        if name not in self._open:
            raise NotSupported(f"no {name} is open")
        self._open.pop(name).close()

    def _follow(self, filename: Path, start: int = 0) -> Any:
        """The rows that are there from *start* on: `follow` is told to give up at once where nothing new comes."""
        batches = [self._module.to_plain(batch) for batch in self._public("follow")(filename, start=start, timeout=0)]
        whole: dict[str, Any] = dict(batches[0]) if batches else {}
        for batch in batches[1:]:
            whole["msgs"] = whole["msgs"] + batch["msgs"]
            groups = whole["msg_headers"]["io_groups"] + batch["msg_headers"]["io_groups"]
            whole["msg_headers"] = {"io_groups": groups}
        return plain.from_plain(whole)

    def _repair(self, filename: Path) -> None:
        self._public("repair")(filename)

    def _kill(self, filename: Path, msgs: Any, msg_headers: Mapping[str, Any] | None = None) -> None:
        import pickle

        self._public("open_writer")
        content = pickle.dumps((self._module.__name__, str(filename), {"msgs": msgs, **(msg_headers or {})}))
        paths = os.pathsep.join(path for path in sys.path if path)
        environment = {**os.environ, "PYTHONPATH": paths}
        command = [sys.executable, "-c", _KILLED]
        done = subprocess.run(command, input=content, capture_output=True, env=environment, check=False)
        if done.returncode != 9:
            raise RuntimeError(
                f"the process to be killed failed first: {done.stderr.decode('utf-8', 'replace')[-500:]}"
            )


class _Reader:
    """Another process that has the file open for reading, and a lock on it where the library takes one."""

    def __init__(self, filename: Path) -> None:
        pipe = subprocess.PIPE
        command = [sys.executable, "-c", _READER, str(filename)]
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
        if self._process.stdout is None or self._process.stdout.readline().strip() != b"open":
            self.close()
            raise CodecError("the reader cannot open the file", category="io")

    def close(self) -> None:
        self._process.communicate(timeout=10)


def _environment() -> dict[str, Any]:
    """The variables that are not as they were when the process came to the suite."""
    now = {name: value for name, value in os.environ.items() if not name.startswith("HYPOTHESIS_")}  # the suite's own
    return {name: now.get(name) for name in sorted({*now, *ENVIRONMENT}) if now.get(name) != ENVIRONMENT.get(name)}


def _looking(look: Callable[..., Any]) -> Callable[..., Any]:
    """A look at a file that is not there, or is not what it should be, is an answer and no crash."""

    def answer(filename: Path) -> Any:
        try:
            return look(filename)
        except (OSError, KeyError) as error:
            raise Refusal("io", message=f"nothing to look at: {error}") from error

    return answer


def _python(value: Any) -> Any:
    """Lists of Python values in place of numpy's; time stamps, which differ in every run, left out."""
    import numpy as np

    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return {key: _python(item) for key, item in value.items() if key not in _CLOCK}
    if isinstance(value, (list, tuple)):
        return [_python(item) for item in value]
    return value
