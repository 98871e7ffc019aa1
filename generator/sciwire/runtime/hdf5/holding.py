"""Files that are held by a living writer, as far as that can be told: in this process always, elsewhere by a lock.

The marks in a file do not say whether its writer lives, and two programs that look at the same time both find none.
A writer therefore takes an exclusive advisory lock, where the system has such locks, before it looks, and lets it be
shared when its marks are in the file (readers that lock do not mind it then; a killed process loses it). What mends
files keeps it exclusive. Programs that take no lock, and systems without them, can't be told from nobody.
"""

from __future__ import annotations

import os
import weakref
from contextlib import suppress
from typing import IO, TYPE_CHECKING

from .faults import FileInUseError, by
from .pause import Patience

if TYPE_CHECKING:  # pathlib is a tenth of the time that importing a codec takes
    from pathlib import Path
    from types import ModuleType

__all__ = ["HAS_LOCKS", "Hold"]

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # pragma: no cover - Windows
    fcntl = None

HAS_LOCKS = fcntl is not None
_holds: weakref.WeakSet[Hold] = weakref.WeakSet()
_here: dict[tuple[int, int], int] = {}  # device and number of files that writers of this process hold, and how many
_SECONDS = 0.05  # for which a lock is tried: programs that read with locks have them for less, mostly


class Hold:
    """A claim to the file at *path*, exclusive until `share`, until `release`.

    alone : nobody else may have it at all; else programs that read with locks of their own are let be.

    Raises FileInUseError where somebody has it.
    """

    def __init__(self, path: Path, *, alone: bool = False) -> None:
        self._file: IO[bytes] | None = path.open("rb")
        self._key = (-1, -1)
        try:
            about = os.fstat(self._file.fileno())
            key = (about.st_dev, about.st_ino)
            if not self._locked(alone) or (alone and key in _here):
                problem = "a program has the file open and writes it"
                problem += ", so it can't be repaired; close the writer first" if alone else ""
                raise by("in_use", FileInUseError(problem))
        except BaseException:
            self._file.close()
            raise
        self._key = key
        _here[key] = _here.get(key, 0) + 1
        _holds.add(self)

    @property
    def gone(self) -> bool:
        """Whether the file was deleted: what is written to it is lost."""
        return self._file is not None and os.fstat(self._file.fileno()).st_nlink == 0

    def share(self) -> None:
        """Let programs in that read with locks."""
        self._lock("LOCK_SH")

    def release(self) -> None:
        """Give it up; twice does nothing more."""
        count = _here.pop(self._key, 0)
        if count > 1:
            _here[self._key] = count - 1
        self._key = (-1, -1)
        self.drop()

    def drop(self) -> None:
        """Close the file; the lock is gone when no other process has it from this one."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __del__(self) -> None:
        with suppress(AttributeError):  # it was not even opened
            self.release()

    def _locked(self, alone: bool) -> bool:
        patience = Patience(_SECONDS)
        while not self._lock("LOCK_EX"):
            if not patience.pause():
                return not alone and self._lock("LOCK_SH")
        return True

    def _lock(self, kind: str) -> bool:
        """Whether the file is locked so; true as well where there are no locks."""
        if fcntl is None or self._file is None:
            return True
        try:
            fcntl.flock(self._file.fileno(), getattr(fcntl, kind) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # a file system without locks
            return True
        return True


def _forked() -> None:
    """A child has none of its parent's files, nor their locks when the parent has ended."""
    _here.clear()
    for hold in _holds:
        hold.drop()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
