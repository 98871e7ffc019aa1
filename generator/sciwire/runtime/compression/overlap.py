"""Walk the block lengths of a long payload in a second thread, while the vendor's decoder has released the GIL.

The walk is a chain of some thousand reads, 5 to 12 % of the decompression when it comes after it and
nothing beside it. Short payloads are walked on the spot; so are all where threads can't be had.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from .framing import end_of_blocks

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

__all__ = ["SHORTEST_OVERLAP", "begin_walk"]

SHORTEST_OVERLAP: Final = 256  # blocks; handing over a shorter walk costs more than the walk

_pools: list[ThreadPoolExecutor] = []  # at most one, made on first need

# the thread does not live on in a forked child, and a pool without its thread would wait for ever
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pools.clear)


def begin_walk(payload: memoryview, position: int, blocks: int) -> Callable[[], int]:
    """Begin `end_of_blocks` of these arguments; the function returned waits for its result."""
    if blocks >= SHORTEST_OVERLAP:
        try:
            return _pool().submit(end_of_blocks, payload, position, blocks).result
        except RuntimeError:  # no new threads: at interpreter exit, or on a platform without
            pass
    return lambda: end_of_blocks(payload, position, blocks)


def _pool() -> ThreadPoolExecutor:
    if not _pools:
        from concurrent.futures import ThreadPoolExecutor

        _pools.append(ThreadPoolExecutor(1, "sciwire-walk"))
    return _pools[0]
