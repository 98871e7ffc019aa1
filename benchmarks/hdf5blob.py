"""Batches as HDF5 blobs, side by side with the way the deployed serializer takes: h5py into a BytesIO.

    PYTHONPATH=generator:generated python benchmarks/hdf5blob.py

The ratio of h5py is how many times longer it takes. "one join" is one copy of the same bytes, below which nothing
that makes a blob can be. Compressions run on all processors: two are what the targets are for.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from io import BytesIO
from itertools import repeat
from typing import Any

import h5py
import hdf5plugin
import numpy as np
from _measure import conditions, measure, report
from numpy.typing import NDArray

from sciwire.formats import hdf5blob

FIELDS = {"detector_data": "/data/data", "timestamp": "/data/timestamp"}
FILTERS: dict[str | None, Mapping[str, Any]] = {
    None: {},
    "gzip": {"compression": "gzip", "compression_opts": 3},
    "gzip_with_shuffle": {"compression": "gzip", "compression_opts": 3, "shuffle": True},
    "bitshuffle_with_lz4": hdf5plugin.Bitshuffle(nelems=0, cname="lz4"),
    "bitshuffle_with_zstd": hdf5plugin.Bitshuffle(nelems=0, cname="zstd", clevel=3),
    "zfp": hdf5plugin.Zfp(reversible=True),  # as the serializer writes it
}
Batch = Mapping[str, NDArray[Any]]


def original(batch: Batch, filters: Mapping[str, Any]) -> bytes:
    """Return the blob as h5py writes it into a buffer."""
    with BytesIO() as buffer:
        with h5py.File(buffer, "w") as file:
            for name, array in batch.items():
                chunks = (1, *array.shape[1:])
                file.create_dataset(FIELDS[name], array.shape, array.dtype, chunks=chunks, **filters)[:] = array
        return buffer.getvalue()


def batches() -> Iterator[tuple[str, Batch, str | None]]:
    """Yield names, batches and targets for blobs that are not compressed."""
    rng = np.random.default_rng(20261121)
    frames = {"detector_data": rng.integers(0, 9, (20, 512, 1024)).astype("<u2"), "timestamp": np.arange(20.0)}
    yield "20 x (512, 1024) uint16", frames, "target: at least 2.8"
    small = {"detector_data": rng.random((10, 128, 128)).astype("<f4"), "timestamp": np.arange(10.0)}
    yield "10 x (128, 128) float32", small, "target: at least 8"


def compare(name: str, batch: Batch, compression: str | None, target: str, rounds: int) -> None:
    """Measure one batch in one compression, after the two blobs were found equal."""
    config = hdf5blob.HDF5BinarySerializerConfig(FIELDS, compression)  # type: ignore[arg-type]  # one of FILTERS
    blobs = hdf5blob.HDF5BinarySerializer(config)(repeat(batch))
    filters = FILTERS[compression]
    blob, theirs = next(blobs), original(batch, filters)
    assert compression or blob == theirs
    found = hdf5blob.decode(blob, fields=FIELDS)
    assert all(np.array_equal(found[source], array) for source, array in batch.items())
    contenders = {"sciwire": lambda: next(blobs), "h5py": lambda: original(batch, filters)}
    targets = {"h5py": target}
    if compression is None:
        parts = [bytes(5568), *(memoryview(array).cast("B") for array in batch.values()), bytes(2368)]
        contenders["one join"] = lambda: b"".join(parts)
        targets["one join"] = "target: at least 0.83" if batch["detector_data"].nbytes > 1 << 24 else ""
    report(f"{name}, {compression or 'not compressed'}", measure(contenders, rounds=rounds), targets)


def main(rounds: int) -> None:
    print(f"{conditions()}, h5py {h5py.__version__}, HDF5 {h5py.version.hdf5_version}")
    for name, batch, target in batches():
        for compression in FILTERS:
            if compression == "zfp" and batch["detector_data"].dtype.kind == "u":
                batch = {**batch, "detector_data": batch["detector_data"].astype("<i4")}
            packed = "target: at least 1.2" if compression == "bitshuffle_with_lz4" else "target: at least 1"
            small = batch["detector_data"].nbytes < 1 << 24
            wanted = target if compression is None else "target: at least 1" if small else packed
            compare(name, batch, compression, wanted, rounds if compression is None else max(rounds // 4, 3))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
