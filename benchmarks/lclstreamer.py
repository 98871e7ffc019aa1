"""float64 frames of LCLStreamer, against the bare decompressor and compressor that do the same work.

    OMP_NUM_THREADS=1 PYTHONPATH=generator:generated python benchmarks/lclstreamer.py

Targets: decode at most 1.15 times `dectris.compression.decompress` of the same payload on sparse frames, 1.4 times
on noise. The payload is given to the decompressor with the 12-byte header that the stream leaves out.
"""

from __future__ import annotations

import struct

import bitshuffle
import numpy as np
from _measure import conditions, measure, report
from dectris.compression import decompress
from numpy.typing import NDArray

from sciwire.formats import lclstreamer

SHAPE = (8, 512, 1024)
TARGETS = {"sparse": "target 1.15", "noise": "target 1.40"}


def frames() -> dict[str, NDArray[np.float64]]:
    """Frames by name: few photons on zeros, and noise in every bit of the mantissa."""
    rng = np.random.default_rng(20261120)
    return {"sparse": rng.poisson(0.02, SHAPE).astype("<f8"), "noise": rng.normal(0.0, 1.0, SHAPE).astype("<f8")}


def main() -> None:
    print(conditions())
    for name, frame in frames().items():
        blocks = bitshuffle.compress_lz4(frame, 4096).tobytes()
        payload = struct.pack(">QI", frame.nbytes, 4096 * 8) + blocks
        image = lclstreamer.Image(run="51", compressed_data=frame, sum=float(frame.sum()), message_id=1, timestamp=1.0)
        data = lclstreamer.encode(image)
        session = lclstreamer.Session()
        shape = "x".join(map(str, SHAPE))
        session.remember(lclstreamer.Start(run_number="51", shape=shape, datatype="float64"))
        opened = session.decode(data)
        assert isinstance(opened, lclstreamer.Image)
        assert np.array_equal(opened.compressed_data, frame)  # type: ignore[arg-type]
        decoding = {
            "dectris.compression.decompress": lambda payload=payload: decompress(payload, "bslz4", elem_size=8),
            "decode the message by its session": lambda data=data, session=session: session.decode(data),
        }
        encoding = {
            "bitshuffle.compress_lz4": lambda frame=frame: bitshuffle.compress_lz4(frame, 4096),
            "encode the message": lambda image=image: lclstreamer.encode(image),
        }
        print(f"\n{name}: {len(data) / frame.nbytes:.3f} of {frame.nbytes} bytes")
        report(" decode", measure(decoding, rounds=20), {"decode the message by its session": TARGETS[name]})
        report(" encode", measure(encoding, rounds=20))


if __name__ == "__main__":
    main()
