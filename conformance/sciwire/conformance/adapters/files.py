"""Scenarios on files: steps in a fresh folder, the operations of a module by name and some that look and harm.

An operation is a public function of the module with its own argument names (``to_rawfile``), or one of `STEPS`.
Names of files are relative to the folder; nothing outside it is touched. A step that is refused does not end
the scenario; an exception that is no `CodecError` does.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Self

from sciwire.runtime import CodecError, plain

from .base import NotSupported

__all__ = ["FileSteps"]

#: Arguments that name a file of the scenario.
_NAMES = frozenset({"filename", "file", "path", "to", "as"})
#: What two runs never have in common.
_CLOCK = frozenset({"created", "modified"})

_KILLED = """
import importlib, os, pickle, sys
module, path, arguments = pickle.load(sys.stdin.buffer)
writer = importlib.import_module(module).open_writer(path)
writer.append(**arguments)
os._exit(9)  # no handler runs, no file is closed
"""


class FileSteps:
    """The steps of one scenario; use it as a context, the folder goes at the end."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._writers: dict[Path, Any] = {}
        self._steps: dict[str, Callable[..., Any]] = {
            "put": self._put,
            "get": lambda file: file.read_bytes(),
            "stat": lambda file: {"exists": file.exists(), "size": file.stat().st_size if file.exists() else 0},
            "remove": lambda file: file.unlink(),
            "copy": lambda file, to: shutil.copyfile(file, to) and None,
            "same": lambda **files: files["file"].read_bytes() == files["as"].read_bytes(),
            "meta": self._meta,
            "open_writer": self._open_writer,
            "append": self._append,
            "close_writer": self._close_writer,
            "follow": self._follow,
            "kill": self._kill,
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for writer in self._writers.values():
            writer.close()
        self._folder.cleanup()

    def answer(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to one step, as the protocol has it."""
        try:
            arguments = {name: self._argument(name, value) for name, value in step["args"].items()}
            return {"value": plain.to_plain(_python(self._operation(step["op"])(**arguments)))}
        except NotSupported as error:
            return {"unsupported": error.reason}
        except CodecError as error:
            about = {"category": error.category, "path": error.path, "at": error.at, "message": str(error)}
            return {"error": about}

    def _operation(self, name: str) -> Callable[..., Any]:
        if name in self._steps:
            return self._steps[name]
        if name not in self._module.__all__ or not callable(getattr(self._module, name, None)):
            raise NotSupported(f"no operation {name!r}")
        operation: Callable[..., Any] = getattr(self._module, name)
        return operation

    def _argument(self, name: str, value: Any) -> Any:
        if name not in _NAMES:
            return plain.from_plain(value)
        if not isinstance(value, str) or Path(value).name != value:
            raise NotSupported(f"{value!r} is no name of a file in the scenario's folder")
        return Path(self._folder.name, value)

    def _put(self, file: Path, data: bytes) -> None:
        file.write_bytes(data)

    def _meta(self, file: Path, names: list[str] | None = None) -> dict[str, Any]:
        import h5py

        with h5py.File(file, "r") as content:
            found = {name: _python(value) for name, value in content["meta"].attrs.items()}
        return {name: found.get(name) for name in names} if names is not None else found

    def _open_writer(self, filename: Path, **options: Any) -> None:
        self._writers[filename] = self._module.open_writer(filename, **options)

    def _append(self, filename: Path | None = None, **rows: Any) -> None:
        if not self._writers:
            raise NotSupported("no writer is open")
        writer = self._writers[filename] if filename is not None else next(reversed(self._writers.values()))
        writer.append(**rows)

    def _close_writer(self, filename: Path | None = None) -> None:
        key = filename if filename is not None else next(reversed(self._writers), None)
        if key is None or key not in self._writers:
            raise NotSupported("no writer is open")
        self._writers.pop(key).close()

    def _follow(self, filename: Path, start: int = 0) -> list[Any]:
        """The batches that are there now: `follow` is told to give up at once where nothing new comes."""
        return [self._module.to_plain(batch) for batch in self._module.follow(filename, start=start, timeout=0)]

    def _kill(self, filename: Path, **rows: Any) -> None:
        import pickle

        content = pickle.dumps((self._module.__name__, str(filename), rows))
        paths = os.pathsep.join(path for path in sys.path if path)
        command = [sys.executable, "-c", _KILLED]
        done = subprocess.run(
            command, input=content, capture_output=True, env={**os.environ, "PYTHONPATH": paths}, check=False
        )
        if done.returncode != 9:
            raise RuntimeError(
                f"the process to be killed failed first: {done.stderr.decode('utf-8', 'replace')[-500:]}"
            )


def _python(value: Any) -> Any:
    """Lists of Python values in place of numpy scalars; time stamps, which differ in every run, left out."""
    import numpy as np

    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return {key: _python(item) for key, item in value.items() if key not in _CLOCK}
    if isinstance(value, (list, tuple)):
        return [_python(item) for item in value]
    return value
