"""From the text of ``--impl`` to a connection: ``sciwire``, ``python:package.module:Adapter``, ``cmd:program``."""

from __future__ import annotations

import importlib
import os
import shlex
import shutil
import sys
from collections.abc import Callable

from .base import Adapter, Connection

__all__ = ["SHIPPED", "connect", "load_adapter"]

#: Short names of the adapters that come with the suite, and where they are.
SHIPPED = {
    "sciwire": "sciwire.conformance.adapters.sciwire_formats:SciwireAdapter",
    "fastremap": "sciwire.conformance.adapters.fastremap_chunks:FastremapAdapter",
    "h5py": "sciwire.conformance.adapters.h5py_blobs:H5pyBlobAdapter",
}
#: Those that hostile bytes can bring down with the process they run in.
_APART = frozenset({"h5py"})


def connect(text: str, *, seconds: float = 10.0) -> Connection:
    """The connection that *text* names; ValueError says what could have been said."""
    kind, _, rest = text.partition(":")
    if kind == "cmd" and rest.strip():
        from .process import Process

        words = shlex.split(rest, posix=os.name == "posix")
        if shutil.which(words[0]) is None:
            raise ValueError(f"there is no program {words[0]!r} that can be run")
        return Process(words, seconds=seconds)
    if kind == "python" and rest:
        from .inprocess import InProcess

        return InProcess(load_adapter(rest), seconds=seconds)
    if text in _APART:
        from .process import Process

        return Process([sys.executable, "-m", "sciwire.conformance.adapters.serve", SHIPPED[text]], seconds=seconds)
    if text in SHIPPED:
        return connect(f"python:{SHIPPED[text]}", seconds=seconds)
    names = ", ".join(sorted(SHIPPED))
    raise ValueError(f"expected python:package.module:Adapter, cmd:program, or one of {names}; got {text!r}")


def load_adapter(text: str) -> Callable[[], Adapter]:
    """The class (or factory) that ``package.module:Adapter`` names; modules of the current folder are found, too."""
    module_name, _, attribute = text.partition(":")
    if not module_name or not attribute:
        raise ValueError(f"expected package.module:Adapter, got {text!r}")
    if "" not in sys.path:
        sys.path.append("")
    try:
        found = getattr(importlib.import_module(module_name), attribute)
    except (ImportError, AttributeError) as error:
        raise ValueError(f"the adapter {text!r} cannot be loaded: {error}") from error
    if not callable(found):
        raise ValueError(f"expected a class or a function under {text!r}, got {type(found).__name__}")
    return found  # type: ignore[no-any-return]  # whether it is an adapter shows when it starts
