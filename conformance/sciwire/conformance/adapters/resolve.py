"""From the text of ``--impl`` to a connection: ``sciwire``, ``python:package.module:Adapter``, ``cmd:program``."""

from __future__ import annotations

import importlib
import importlib.util
import os
import shlex
import shutil
import sys
from collections.abc import Callable, Sequence

from .base import Adapter, Connection
from .pair import ARROW, Pair

__all__ = ["ARROW", "CLAIMS", "MEMORY", "NEEDS", "SHIPPED", "connect", "expand", "installed", "load_adapter", "pairs"]

MEMORY = 4 << 30  # bytes of address space that an adapter in a process of its own may have unless told otherwise

#: Short names of the adapters that come with the suite, and where they are.
SHIPPED = {
    "sciwire": "sciwire.conformance.adapters.sciwire_formats:SciwireAdapter",
    "fastremap": "sciwire.conformance.adapters.fastremap_chunks:FastremapAdapter",
    "h5py": "sciwire.conformance.adapters.h5py_blobs:H5pyBlobAdapter",
    "larpix-control": "sciwire.conformance.adapters.larpix_control:LarpixAdapter",
    "dectris": "sciwire.conformance.adapters.dectris_cbor2:DectrisAdapter",
    "bitshuffle": "sciwire.conformance.adapters.bitshuffle_cbor:BitshuffleAdapter",
}
#: The modules that each of them tests or stands on.
NEEDS: dict[str, tuple[str, ...]] = {
    "sciwire": (),
    "fastremap": ("fastremap",),
    "h5py": ("h5py", "hdf5plugin"),
    "larpix-control": ("larpix", "h5py"),
    "dectris": ("dectris", "cbor2"),
    "bitshuffle": ("bitshuffle", "cbor"),
}
#: The formats that each of the third parties has, so that nobody asks them for others.
CLAIMS: dict[str, tuple[str, ...]] = {
    "fastremap": ("chunks",),
    "h5py": ("hdf5blob",),
    "larpix-control": ("pacman", "rawhdf5"),
    "dectris": ("simplon",),
    "bitshuffle": ("lclstreamer",),
}
#: Those that hostile bytes can bring down with the process they run in.
_APART = frozenset({"bitshuffle", "dectris", "h5py", "larpix-control"})


def connect(
    text: str, *, seconds: float = 10.0, memory: int = MEMORY, formats: Sequence[str] = (), apart: bool = False
) -> Connection:
    """The connection that *text* names; ValueError says what could have been said.

    *seconds* is the time limit of a request, *memory* that of a process in bytes (0 for none); *formats*, where given,
    are all that will be asked, so that our own codecs of others need not be loaded. With *apart* an adapter in Python
    runs in a process of its own, which it may end without ending this one.
    """
    if ARROW in text:
        writer, reader = (
            connect(one, seconds=seconds, memory=memory, formats=formats, apart=apart) for one in text.split(ARROW, 1)
        )
        return Pair(writer, reader)
    kind, _, rest = text.partition(":")
    if kind == "cmd" and rest.strip():
        from .process import Process

        words = shlex.split(rest, posix=os.name == "posix")
        if shutil.which(words[0]) is None:
            raise ValueError(f"there is no program {words[0]!r} that can be run")
        return Process(words, seconds=seconds, memory=memory)
    if kind == "python" and rest:
        from .inprocess import InProcess

        adapter = load_adapter(rest)
        return _served(rest, seconds, memory, "--tell-crashes") if apart else InProcess(adapter, seconds=seconds)
    if text in _APART:
        return _served(SHIPPED[text], seconds, memory)
    if text == "sciwire":
        from .inprocess import InProcess
        from .sciwire_formats import SciwireAdapter

        return InProcess(lambda: SciwireAdapter(formats), seconds=seconds)
    if text in SHIPPED:
        return connect(f"python:{SHIPPED[text]}", seconds=seconds, memory=memory, apart=apart)
    names = ", ".join(sorted(SHIPPED))
    raise ValueError(f"expected python:package.module:Adapter, cmd:program, or one of {names}; got {text!r}")


def _served(adapter: str, seconds: float, memory: int, *flags: str) -> Connection:
    from .process import Process

    command = [sys.executable, "-m", "sciwire.conformance.adapters.serve", adapter, *flags]
    return Process(command, seconds=seconds, memory=memory)


def expand(texts: Sequence[str], formats: Sequence[str] = ()) -> tuple[str, ...]:
    """What ``--impl`` says, with ``installed`` in place of every shipped adapter whose program is there.

    Where *formats* are named, ``installed`` stands for those that have one of them; who is named is asked in any case.
    """
    found: list[str] = []
    for text in texts:
        found += installed(formats) if text == "installed" else [text]
    return tuple(dict.fromkeys(found))


def installed(formats: Sequence[str] = ()) -> list[str]:
    """The short names of the shipped adapters that can run here and have one of *formats*, our own codecs first."""
    names = [name for name, needs in NEEDS.items() if all(importlib.util.find_spec(module) for module in needs)]
    asked = [name for name in names if not formats or set(CLAIMS.get(name, formats)) & set(formats)]
    return ["sciwire", *(name for name in asked if name != "sciwire")]


def pairs(texts: Sequence[str]) -> list[str]:
    """``A -> B`` for each two of *texts* that may share a format, in both ways; what we read, ``encode/reference`` says."""
    single = [text for text in texts if ARROW not in text]
    found = [(writer, reader) for writer in single for reader in single if writer != reader and reader != "sciwire"]
    return [f"{one}{ARROW}{other}" for one, other in found if _share(one, other)]


def _share(one: str, other: str) -> bool:
    claims = [CLAIMS[name] for name in (one, other) if name in CLAIMS]
    return len(claims) < 2 or bool(set(claims[0]) & set(claims[1]))


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
