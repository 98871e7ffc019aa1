"""Files that a process writes do not belong to the children that it forks.

A child has a copy of what HDF5 knows of the file, and when the child ends, the library closes it: takes off the marks
and cuts the file to the length that it had at the fork, under the parent that has appended since.
"""

from __future__ import annotations

import os

__all__ = ["own"]

_descriptors: set[int] = set()


def own(descriptor: int, open_: bool) -> None:
    """Say of a file descriptor that HDF5 writes by it, or no longer does; below 0 there is none."""
    if descriptor >= 0 and open_:
        _descriptors.add(descriptor)
    else:
        _descriptors.discard(descriptor)


def _forked() -> None:
    """In the child: what is still written goes nowhere."""
    if not _descriptors:
        return
    nowhere = os.open(os.devnull, os.O_RDWR | getattr(os, "O_CLOEXEC", 0))
    for descriptor in _descriptors:
        os.dup2(nowhere, descriptor, inheritable=False)
    os.close(nowhere)
    _descriptors.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
