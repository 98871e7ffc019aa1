"""Proofs that were made before: the same module, vectors, kernel, suite and libraries give the same answer again.

They are kept in the user's folder for caches, a file each; ``SCIWIRE_CACHE`` names another folder, or none when empty.
Only success is kept: what failed is tried again.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

__all__ = ["Proofs"]

_KEPT = 200  # proofs, the newest
_LIBRARIES = ("bitshuffle", "cbor2", "dectris-compression", "h5py", "hdf5plugin", "hypothesis", "lxml", "lz4", "numpy")
_PACKAGES = ("sciwire.runtime", "sciwire.conformance", "sciwire.generator", "sciwire.model")


class Proofs:
    """What is known about modules made of *specs*, a folder of specifications or one file."""

    def __init__(self, specs: Path) -> None:
        self._specs = specs
        self._folder = _cache_folder()
        self._keys: dict[tuple[str, str], str] = {}

    def known(self, name: str, text: str) -> int | None:
        """How many vectors proved the module *name* with this *text*; None where that has to be found out."""
        if self._folder is None or not self._folder.is_dir():  # nothing was ever proved
            return None
        with suppress(OSError, ValueError):
            return int((self._folder / self._key(name, text)).read_text(encoding="ascii"))
        return None

    def prepare(self, name: str, text: str) -> None:
        """Look at all that a proof of the module leans on, for `keep`: best while it is made, as that takes a while."""
        if self._folder is not None:
            self._key(name, text)

    def keep(self, name: str, text: str, vectors: int) -> None:
        """Remember that *vectors* prove the module; a folder that can't be written remembers nothing."""
        if self._folder is None:
            return
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / self._key(name, text)
            part = path.with_name(f".{path.name}.{os.getpid()}")
            part.write_text(str(vectors), encoding="ascii")
            part.replace(path)
            for old in sorted(self._folder.iterdir(), key=lambda one: one.stat().st_mtime, reverse=True)[_KEPT:]:
                old.unlink(missing_ok=True)

    @cached_property
    def _foundation(self) -> bytes:
        return _foundation()

    def _key(self, name: str, text: str) -> str:
        if (name, text) in self._keys:
            return self._keys[name, text]
        of = self._specs / name if self._specs.is_dir() else self._specs.parent
        digest = hashlib.blake2b(self._foundation, digest_size=20)
        digest.update(f"{name}\0{text}\0".encode())
        _add(digest, of.rglob("*"), of)
        self._keys[name, text] = digest.hexdigest()
        return self._keys[name, text]


def _cache_folder() -> Path | None:
    named = os.environ.get("SCIWIRE_CACHE")
    if named is not None:
        return Path(named) / "proofs" if named else None
    base = os.environ.get("LOCALAPPDATA") if sys.platform == "win32" else os.environ.get("XDG_CACHE_HOME")
    with suppress(RuntimeError):  # no home
        return (Path(base) if base else Path.home() / ".cache") / "sciwire" / "proofs"
    return None


def _foundation() -> bytes:
    """Digest of all that a proof leans on: our own text, Python, libraries."""
    from importlib.metadata import PackageNotFoundError, version  # only where something is to be remembered

    digest = hashlib.blake2b(sys.version.encode(), digest_size=20)
    for library in _LIBRARIES:
        found = ""
        with suppress(PackageNotFoundError):
            found = version(library)
        digest.update(f"{library} {found}\0".encode())
    for package in _PACKAGES:
        spec = find_spec(package)
        for place in (spec.submodule_search_locations or ()) if spec is not None else ():
            _add(digest, Path(place).rglob("*.py"), Path(place))
    return digest.digest()


def _add(digest: hashlib.blake2b, paths: Iterable[Path], root: Path) -> None:
    for path in sorted(paths):
        if path.is_file() and path.suffix != ".pyc":
            content = path.read_bytes()
            digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
            digest.update(content)
