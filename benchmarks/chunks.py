"""Images cut into cutouts, side by side with fastremap 1.21 in one process.

    PYTHONPATH=generator:generated python benchmarks/chunks.py

512 x 512 x 256 elements in cutouts of 64 cubed. The ratio of fastremap is how many times longer it takes. Memory is
the peak above what the process had with the image alone, for one call, in images.
"""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable
from typing import Any, Literal

import fastremap
import numpy as np
from _measure import conditions, measure, report
from numpy.typing import NDArray

from sciwire.formats import chunks

SHAPE, CHUNK = (512, 512, 256), (64, 64, 64)
TARGETS = {True: "target: at least 2", False: "target: at least 0.95"}


def peak(call: Callable[[], object], size: int) -> float:
    """Return the peak of what *call* allocates, its result included, in units of *size*."""
    tracemalloc.start()
    try:
        kept = call()
        found = tracemalloc.get_traced_memory()[1] / size
        del kept
    finally:
        tracemalloc.stop()
    return found


def cut(dtype: str, layout: Literal["C", "F"], rounds: int) -> NDArray[Any]:
    """Measure both orders of blobs for an image in this *layout*; return the image."""
    rng = np.random.default_rng(20261121)
    image: NDArray[Any] = np.asarray(rng.integers(0, 255, SHAPE, np.uint8), np.dtype(dtype), order=layout)
    for order in "CF":
        contenders = {
            "sciwire": lambda order=order: chunks.tobytes(image, CHUNK, order),
            "fastremap": lambda order=order: fastremap.tobytes(image, CHUNK, order=order),
        }
        target = {"fastremap": TARGETS[layout == order]}
        report(f"{dtype}, image {layout}, blobs {order}", measure(contenders, rounds=rounds), target)
    return image


def join(image: NDArray[Any], rounds: int) -> None:
    """Measure the way back, and the memory of both."""
    blobs = chunks.tobytes(image, CHUNK, "F")

    def joined() -> object:
        return chunks.frombytes(blobs, SHAPE, CHUNK, image.dtype, "F")

    contenders = {"sciwire frombytes": joined, "one copy of the image": lambda: image.copy(order="F")}
    report(f"{image.dtype}, joined again", measure(contenders, rounds=rounds))
    calls = (lambda: chunks.tobytes(image, CHUNK), lambda: chunks.tobytes(image, SHAPE), joined)
    words = ", ".join(f"{peak(call, image.nbytes):.2f}" for call in calls)
    print(f"  beside the image: {words} images (cut, cut in one, joined; target: at most 2)")


def main(rounds: int) -> None:
    print(f"{conditions()}, numpy {np.__version__}")
    for dtype in ("uint8", "float32"):
        cut(dtype, "C", rounds)
        join(cut(dtype, "F", rounds), rounds)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
