"""Frames of SIMPLON Stream V1, against the bare decompressor and compressor that do the same work.

    OMP_NUM_THREADS=1 PYTHONPATH=generator:generated python benchmarks/simplon_v1.py

Targets: decode at most 1.1 times the bare decompression of the same blob, encode at most 1.12 times the bare
compression of the same frame. `lz4<` is measured beside lz4.block, `bs16-lz4<` beside dectris.compression and bitshuffle.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

import bitshuffle
import lz4.block
import numpy as np
from _measure import conditions, measure, report
from dectris.compression import decompress
from numpy.typing import NDArray

from sciwire.formats import simplon_v1

SHAPE = (2167, 2070)  # 4M pixels
HEADER = struct.Struct(">QI")


def frames() -> dict[str, NDArray[np.uint16]]:
    """Frames by name: few photons on zeros, and a background with the gaps of a detector."""
    rng = np.random.default_rng(20261121)
    sparse = rng.poisson(0.02, SHAPE).astype("<u2")
    diffuse = rng.poisson(20.0, SHAPE).astype("<u2")
    diffuse[514:551] = diffuse[1065:1102] = diffuse[1616:1653] = 65535
    return {"sparse": sparse, "diffuse": diffuse}


def parts_of(frame: NDArray[np.uint16], encoding: str) -> list[bytes]:
    return simplon_v1.encode(image(frame, encoding))


def image(frame: NDArray[np.uint16], encoding: str) -> simplon_v1.Image:
    return simplon_v1.Image(
        dimage=simplon_v1.Dimage(series=1, frame=0),
        dimage_d=simplon_v1.DimageD(encoding=encoding),
        data=frame,
        dconfig=simplon_v1.Dconfig(start_time=0, stop_time=10, real_time=10),
    )


def main() -> None:
    print(conditions())
    for name, frame in frames().items():
        shuffled, packed = parts_of(frame, "bs16-lz4<"), parts_of(frame, "lz4<")
        assert np.array_equal(simplon_v1.decode(shuffled).data, frame)  # type: ignore[union-attr, arg-type]
        decoding: dict[str, Callable[[], object]] = {
            "dectris.compression.decompress": lambda blob=shuffled[2]: decompress(blob, "bslz4", elem_size=2),
            "decode bs16-lz4<": lambda parts=shuffled: simplon_v1.decode(parts),
            "decode bs16-lz4<, lazy": lambda parts=shuffled: simplon_v1.decode(parts, lazy=True),
        }
        bare: dict[str, Callable[[], object]] = {
            "lz4.block.decompress": lambda blob=packed[2], size=frame.nbytes: lz4.block.decompress(blob, uncompressed_size=size),
            "decode lz4<": lambda parts=packed: simplon_v1.decode(parts),
        }  # fmt: skip
        message = image(frame, "bs16-lz4<")
        encoding: dict[str, Callable[[], object]] = {
            "bitshuffle.compress_lz4": lambda frame=frame: bitshuffle.compress_lz4(frame, 4096),
            "encode bs16-lz4<": lambda message=message: simplon_v1.encode(message),
        }
        print(f"\n{name}: {len(shuffled[2]) / frame.nbytes:.3f} of {frame.nbytes} bytes")
        report(" decode", measure(decoding, rounds=20), {"decode bs16-lz4<": "target 1.10"})
        report(" decode", measure(bare, rounds=20), {"decode lz4<": "target 1.10"})
        report(" encode", measure(encoding, rounds=20), {"encode bs16-lz4<": "target 1.12"})


if __name__ == "__main__":
    main()
