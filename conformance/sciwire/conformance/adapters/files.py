"""Scenarios on files of rows: the operations of a module by name, and steps that look and harm.

An operation is a public function of the module with its own argument names (``to_rawfile``), or one of the steps
below, or of those that all scenarios have (`steps`).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sciwire.runtime import CodecError, plain

from . import h5look
from .base import ENVIRONMENT, NotSupported, Refusal, Request
from .steps import Steps

__all__ = ["FileSteps"]

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


class FileSteps(Steps):
    """The steps of one scenario on files of rows."""

    def __init__(self, module: Any, adapter: Any = None, request: Request | None = None) -> None:
        super().__init__(adapter, request)
        self._module = module
        self._open: dict[str, Any] = {}  # the writer and the reader that the scenario holds open
        self._steps |= {
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

    def close(self) -> None:
        for name in list(self._open):
            self._close(name)

    def operation(self, name: str) -> Callable[..., Any]:
        return self._public(name)

    def _public(self, name: str) -> Callable[..., Any]:
        if name not in self._module.__all__ or not callable(getattr(self._module, name, None)):
            raise NotSupported(f"no operation {name!r}")
        operation: Callable[..., Any] = getattr(self._module, name)
        return operation

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
