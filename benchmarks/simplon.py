"""CBOR messages with one 4-megapixel uint16 array, against the bare compressors that do the same work.

    OMP_NUM_THREADS=1 PYTHONPATH=generator:generated python benchmarks/simplon.py

Targets: decode at most 1.1 times `dectris.compression.decompress`, encode at most 1.12 times
`bitshuffle.compress_lz4`, both on Poisson counts around a beam with masked gaps (recorded images of 16 bits cost
the decompressor as much for each pixel). The other pictures are the worst cases: counts without structure, which
decompress twice as fast, nothing to decompress (zeros) and nothing to gain (random bits).
"""

from __future__ import annotations

import struct

import bitshuffle
import numpy as np
from _measure import conditions, measure, report
from dectris.compression import decompress
from numpy.typing import NDArray

from sciwire.formats import simplon
from sciwire.runtime import arrays, cbor
from sciwire.runtime.arrays_writing import write_ndarray

SHAPE = (2162, 2068)  # rows, columns: 4.47 million pixels
TARGET = "Poisson counts around a beam"
ULID = "01HBV3JPF9T4ZDPADX6EMK6XMZ"


def pictures() -> dict[str, NDArray[np.uint16]]:
    """Return the images by name, all uint16 of `SHAPE`."""
    rng = np.random.default_rng(20261120)
    rows, columns = np.ogrid[: SHAPE[0], : SHAPE[1]]
    halo = 40 * np.exp(-((rows - 1000) ** 2 + (columns - 1000) ** 2) / 2e5)
    made = {
        TARGET: rng.poisson(halo + 0.1).astype("<u2"),
        "Poisson counts, mean 2 everywhere": rng.poisson(2.0, SHAPE).astype("<u2"),
    }
    for counts in made.values():
        counts[:, 1028:1040] = 65535
        counts[512:550] = 65535
    made["zeros"] = np.zeros(SHAPE, "<u2")
    made["random bits"] = rng.integers(0, 65536, SHAPE).astype("<u2")
    return made


def message(picture: NDArray[np.uint16]) -> bytes:
    """Encode an image message of ten keys, as detectors send it."""
    writer = cbor.Writer()
    writer.tag(55799)
    writer.map(10)
    for key, value in {
        "type": "image",
        "series_id": 15614,
        "series_unique_id": ULID,
        "image_id": 7,
        "real_time": [999995, 50000000],
        "series_date": cbor.Tagged(0, "2026-11-20T17:47:49.434+02:00"),
        "start_time": [0, 50000000],
        "stop_time": [999995, 50000000],
        "user_data": {"run": 12},
    }.items():
        writer.text(key)
        writer.value(value)
    writer.text("data")
    writer.map(1)
    writer.text("threshold_1")
    write_ndarray(writer, picture, "bslz4", byte_order="<")
    return writer.tobytes()


def opened(data: bytes) -> NDArray[np.uint16]:
    """Decode a message and open its array."""
    item = cbor.decode(data).value.value["data"]["threshold_1"]
    place = arrays.Place("data.threshold_1", data, 0, ("data", "threshold_1"))
    array = arrays.decode_array(item, place=place)
    return array.open() if isinstance(array, arrays.CompressedArray) else array


def main() -> None:
    print(conditions())
    for name, picture in pictures().items():
        target = name == TARGET
        payload = struct.pack(">QI", picture.nbytes, 8192) + bitshuffle.compress_lz4(picture).tobytes()
        data = message(picture)
        assert np.array_equal(opened(data), picture)
        decoding = {
            "dectris.compression.decompress": lambda payload=payload: decompress(payload, "bslz4", elem_size=2),
            "simplon.decode": lambda data=data: simplon.decode(data),
            "decode the CBOR, open the array": lambda data=data: opened(data),
            "simplon.decode, lazy": lambda data=data: simplon.decode(data, lazy=True),
        }
        encoding = {
            "bitshuffle.compress_lz4": lambda picture=picture: bitshuffle.compress_lz4(picture),
            "encode the message": lambda picture=picture: message(picture),
        }
        print(f"\n{name}: {len(data) / picture.nbytes:.3f} of {picture.nbytes} bytes")
        report(" decode", measure(decoding), {"simplon.decode": "target 1.10"} if target else {})
        report(" encode", measure(encoding), {"encode the message": "target 1.12"} if target else {})


if __name__ == "__main__":
    main()
