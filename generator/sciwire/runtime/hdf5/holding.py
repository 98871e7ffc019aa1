"""Files that are held by a living writer, as far as that can be told: in this process always, elsewhere by a lock.

The marks in a file do not say whether its writer lives. A writer therefore takes a shared advisory lock where the
system has such locks (readers do not mind it, a killed process loses it); what mends files asks for an exclusive
one. Programs that take no lock, and systems without them, can't be told from nobody.
"""

from __future__ import annotations

from contextlib import suppress
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:  # pathlib is a tenth of the time that importing a codec takes
    from pathlib import Path
    from types import ModuleType

__all__ = ["Hold", "held"]

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # pragma: no cover - Windows
    fcntl = None

_here: dict[tuple[int, int], int] = {}  # device and number of files that writers of this process hold, and how many


class Hold:
    """A writer's claim to the file at *path*, until `release`."""

    def __init__(self, path: Path) -> None:
        self._file: IO[bytes] | None = None
        self._key = (-1, -1)
        about = path.stat()
        self._key = (about.st_dev, about.st_ino)
        _here[self._key] = _here.get(self._key, 0) + 1
        if fcntl is not None:
            with suppress(OSError):
                self._file = path.open("rb")
                fcntl.flock(self._file.fileno(), fcntl.LOCK_SH | fcntl.LOCK_NB)

    def release(self) -> None:
        """Give it up; twice does nothing more."""
        count = _here.pop(self._key, 0)
        if count > 1:
            _here[self._key] = count - 1
        self._key = (-1, -1)
        if self._file is not None:
            self._file.close()
            self._file = None

    def __del__(self) -> None:
        self.release()


def held(path: Path) -> bool:
    """Whether a writer that lives is known to hold the file."""
    about = path.stat()
    if (about.st_dev, about.st_ino) in _here:
        return True
    if fcntl is None:
        return False
    with path.open("rb") as file:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:  # a file system without locks
            return False
    return False
