"""The memory that this process may still take, as far as the system tells."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

__all__ = ["available"]

_UNKNOWN = 1 << 33  # bytes, where the system tells nothing


def available() -> int:
    """Bytes: the least of what the machine has free, what the group of processes (cgroup) may take, and RLIMIT_AS."""
    return max(min([*_known(), *_group(), *_limit()], default=_UNKNOWN), 0)


def _known() -> Iterator[int]:
    with contextlib.suppress(OSError, ValueError):
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                yield int(line.split()[1]) * 1024
                return
    with contextlib.suppress(AttributeError, OSError, ValueError):
        yield os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _group() -> Iterator[int]:
    with contextlib.suppress(OSError, ValueError):
        groups = Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()
        name = next((line[3:] for line in groups if line.startswith("0::")), "")
        for folder in {Path("/sys/fs/cgroup"), Path("/sys/fs/cgroup") / name.lstrip("/")}:
            with contextlib.suppress(OSError, ValueError):  # "max" is no number, and no limit
                yield int((folder / "memory.max").read_text()) - int((folder / "memory.current").read_text())


def _limit() -> Iterator[int]:
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        most, _ = resource.getrlimit(resource.RLIMIT_AS)
        if most != resource.RLIM_INFINITY:
            pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
            yield most - pages * os.sysconf("SC_PAGE_SIZE")
