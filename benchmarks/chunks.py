"""Images cut into cutouts, side by side with fastremap 1.21 in one process.

    PYTHONPATH=generator:generated python benchmarks/chunks.py

512 x 512 x 256 elements in cutouts of 64 cubed. The ratio of fastremap is how many times longer it takes. Memory is
the peak above what the process had with the image alone, for one call, in images.
"""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable

import fastremap
import numpy as np
from _measure import conditions, measure, report

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


def main(rounds: int) -> None:
    print(f"{conditions()}, numpy {np.__version__}")
    rng = np.random.default_rng(20261121)
    for dtype in ("uint8", "float32"):
        for layout in "CF":
            image = np.asarray(rng.integers(0, 255, SHAPE, np.uint8), dtype, order=layout)  # type: ignore[call-overload]
            for order in "CF":
                contenders = {
                    "sciwire": lambda: chunks.tobytes(image, CHUNK, order),
                    "fastremap": lambda: fastremap.tobytes(image, CHUNK, order=order),
                }
                target = {"fastremap": TARGETS[layout == order]}
                report(f"{dtype}, image {layout}, blobs {order}", measure(contenders, rounds=rounds), target)
        blobs = chunks.tobytes(image, CHUNK, "F")
        joined = {
            "sciwire frombytes": lambda: chunks.frombytes(blobs, SHAPE, CHUNK, dtype, "F"),
            "one copy of the image": lambda: image.copy(order="F"),
        }
        report(f"{dtype}, joined again", measure(joined, rounds=rounds))
        grown = [
            peak(lambda: chunks.tobytes(image, CHUNK, "C"), image.nbytes),
            peak(lambda: chunks.tobytes(image, SHAPE, "C"), image.nbytes),
            peak(lambda: chunks.frombytes(blobs, SHAPE, CHUNK, dtype, "F"), image.nbytes),
        ]
        words = ", ".join(f"{one:.2f}" for one in grown)
        print(f"  beside the image: {words} images (cut, cut in one, joined; target: at most 2)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
