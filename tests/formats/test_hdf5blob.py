"""Blobs of batches as people make and read them; h5py judges."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from needs import lacking

from sciwire.formats import hdf5blob
from sciwire.runtime import DecodeError, EncodeError, LimitError, Limits

hdf5plugin = pytest.importorskip("hdf5plugin", reason="hdf5plugin is not installed")

FIELDS = {"timestamp": "/data/timestamp", "detector_data": "data/data"}
PATHS = {"timestamp": "/data/timestamp", "detector_data": "/data/data"}
BATCH = {"detector_data": np.arange(3 * 4 * 5, dtype="<u2").reshape(3, 4, 5), "timestamp": np.array([0.5, 1.5, 2.5])}
FILTERS: dict[str | None, Mapping[str, Any]] = {
    None: {},
    "gzip": {"compression": "gzip", "compression_opts": 3},
    "gzip_with_shuffle": {"compression": "gzip", "compression_opts": 3, "shuffle": True},
    "bitshuffle_with_lz4": hdf5plugin.Bitshuffle(nelems=0, cname="lz4"),
    "bitshuffle_with_zstd": hdf5plugin.Bitshuffle(nelems=0, cname="zstd", clevel=3),
    "zfp": hdf5plugin.Zfp(reversible=True),
}


def by_h5py(batch: Mapping[str, Any], filters: Mapping[str, Any] | None = None) -> bytes:
    """The file as h5py makes it with default settings, one dataset after another."""
    with BytesIO() as buffer:
        with h5py.File(buffer, "w") as file:
            for source, array in batch.items():
                chunks = (1, *array.shape[1:])
                file.create_dataset(PATHS[source], array.shape, array.dtype, chunks=chunks, **(filters or {}))[:] = (
                    array
                )
        return buffer.getvalue()


def serialize(*batches: Any, **config: Any) -> list[bytes]:
    return list(hdf5blob.HDF5BinarySerializer({"fields": FIELDS, **config})(batches))


@pytest.mark.parametrize(
    "dtype", ["u1", "<u2", ">u2", "<i4", ">i8", "<f2", "<f4", ">f8", "<c8", ">c16", "?", "S4"]
)  # fmt: skip
@pytest.mark.parametrize("shape", [(1,), (300,), (3, 7), (2, 3, 4), (2, 1, 3, 2)])
def test_without_compression_the_bytes_are_those_of_h5py(dtype: str, shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(7)
    for _ in range(3):  # the first makes the template, the others come from it
        numbers = rng.integers(0, 2, shape)
        batch = {"detector_data": numbers.astype(dtype), "timestamp": rng.random(shape[0])}
        (blob,) = serialize(batch)
        assert blob == by_h5py(batch)


def test_layouts_that_differ_in_order_or_byte_order_are_not_taken_for_each_other() -> None:
    turned = {"timestamp": BATCH["timestamp"], "detector_data": BATCH["detector_data"]}
    big = {**BATCH, "detector_data": BATCH["detector_data"].astype(">u2")}
    for _ in range(2):
        assert serialize(BATCH, turned, big) == [by_h5py(one) for one in (BATCH, turned, big)]


def test_arrays_of_any_layout_in_memory_are_written_as_they_look() -> None:
    image = np.arange(2 * 3 * 8, dtype="<u2").reshape(2, 3, 8)
    for given in (np.asfortranarray(image), image[::-1].copy()[::-1], np.repeat(image, 2, axis=2)[:, :, ::2]):
        assert serialize({"detector_data": given}) == [by_h5py({"detector_data": image})]
    broad = np.broadcast_to(np.float32(2), (2, 3))
    assert serialize({"detector_data": broad}) == [by_h5py({"detector_data": broad.copy()})]


@pytest.mark.parametrize("compression", [name for name in FILTERS if name])
@pytest.mark.parametrize("size", [20, 300])
def test_compressed_blobs_equal_those_of_h5py_in_content_filters_and_chunks(compression: str, size: int) -> None:
    dtype = "<i4" if compression == "zfp" else "<u2"
    image = (np.arange(5 * size * 100).reshape(5, size, 100) % 251).astype(dtype)
    batch = {"detector_data": image, "timestamp": np.arange(5.0)}
    (blob,) = serialize(batch, compression=compression)

    with h5py.File(BytesIO(blob)) as ours, h5py.File(BytesIO(by_h5py(batch, FILTERS[compression]))) as theirs:
        for source, path in PATHS.items():
            mine, other = ours[path], theirs[path]
            np.testing.assert_array_equal(mine[...], batch[source])
            assert (mine.dtype, mine.shape, mine.chunks, mine.maxshape) == (other.dtype, other.shape, other.chunks, other.maxshape)  # fmt: skip
            assert not mine.attrs
            lists = [one.id.get_create_plist() for one in (mine, other)]
            filters = [[one.get_filter(which) for which in range(one.get_nfilters())] for one in lists]
            assert filters[0] == filters[1]
            for row in range(5):
                place = (row, *[0] * (mine.ndim - 1))
                if not compression.startswith("gzip"):  # deflate may be another release of zlib
                    assert mine.id.read_direct_chunk(place) == other.id.read_direct_chunk(place)
    again = hdf5blob.decode(blob, fields=FIELDS)
    for source, array in batch.items():
        np.testing.assert_array_equal(again[source], array)


@pytest.mark.parametrize(
    ("compression", "level", "values"),
    [("gzip", 9, (9,)), ("gzip", "0", (0,)), ("bitshuffle_with_zstd", 22, (0, 4, 2, 0, 3, 22)), ("gzip", None, (3,))],
)
def test_the_level_that_is_asked_for_stands_in_the_file(compression: str, level: Any, values: tuple[int, ...]) -> None:
    (blob,) = serialize({"detector_data": BATCH["detector_data"]}, compression=compression, compression_level=level)

    with h5py.File(BytesIO(blob)) as file:
        assert file["/data/data"].id.get_create_plist().get_filter(0)[2] == values
        np.testing.assert_array_equal(file["/data/data"][...], BATCH["detector_data"])


@pytest.mark.parametrize("compression", [None, "gzip", "gzip_with_shuffle"])
def test_h5dump_reads_a_blob(tmp_path: Path, compression: str | None) -> None:
    if shutil.which("h5dump") is None:
        lacking("h5dump", "h5dump is not installed")
    batch = {"detector_data": np.arange(6, dtype="<u2").reshape(2, 3), "timestamp": np.array([1.5, 2.5])}
    (tmp_path / "blob.h5").write_bytes(serialize(batch, compression=compression)[0])
    done = subprocess.run(["h5dump", str(tmp_path / "blob.h5")], capture_output=True, text=True, check=True)

    assert 'DATASET "timestamp"' in done.stdout
    assert "(0,0): 0, 1, 2" in done.stdout and "(0): 1.5, 2.5" in done.stdout


def test_text_is_written_as_utf8_of_variable_length() -> None:
    run = np.array(["größe", "", "日本"])
    (blob,) = serialize({"detector_data": run, "timestamp": np.arange(3.0)})

    with h5py.File(BytesIO(blob)) as file:
        assert h5py.check_string_dtype(file["/data/data"].dtype) == ("utf-8", None)
        assert file["/data/data"].chunks == (1,)
        assert file["/data/data"].asstr()[...].tolist() == run.tolist()
    assert hdf5blob.decode(blob)["/data/data"].tolist() == run.tolist()
    (packed,) = serialize({"detector_data": run.astype(object)}, compression="gzip")
    assert hdf5blob.decode(packed)["/data/data"].tolist() == run.tolist()


def test_sources_that_are_not_named_missing_or_none_are_left_out() -> None:
    batch = {"other": np.arange(9), "timestamp": BATCH["timestamp"], "detector_data": None}
    (blob,) = serialize(batch)

    assert list(hdf5blob.decode(blob)) == ["/data/timestamp"]
    assert list(hdf5blob.decode(blob, fields=FIELDS)) == ["timestamp"]


def test_batches_are_taken_one_by_one() -> None:
    taken: list[int] = []

    def batches() -> Any:
        for number in range(3):
            taken.append(number)
            yield {"timestamp": np.full(2, number, "<f8")}

    blobs = hdf5blob.HDF5BinarySerializer(hdf5blob.HDF5BinarySerializerConfig(FIELDS))(batches())
    next(blobs)
    assert taken == [0]
    next(blobs)
    assert taken == [0, 1]


def test_a_wrong_batch_is_refused_and_the_next_one_can_be_written() -> None:
    serializer = hdf5blob.HDF5BinarySerializer({"fields": FIELDS})
    with pytest.raises(EncodeError):
        next(serializer([{}]))
    assert next(serializer([BATCH])) == by_h5py(BATCH)


def test_uncompressed_arrays_are_read_only_views_of_the_blob() -> None:
    (blob,) = serialize({"detector_data": np.zeros((50, 20), "<u4"), "timestamp": np.zeros(50)})
    found = hdf5blob.decode(blob)
    memory = np.frombuffer(blob, "u1")

    assert all(np.shares_memory(array, memory) and not array.flags.writeable for array in found.values())


def test_what_is_wrong_in_a_file_is_left_out_on_request() -> None:
    (blob,) = serialize(BATCH, compression="gzip")
    with h5py.File(BytesIO(blob)) as file:
        place = file["/data/data"].id.get_chunk_info(1)
    broken = blob[: place.byte_offset] + b"\xff" * place.size + blob[place.byte_offset + place.size :]
    kept = hdf5blob.decode(broken, fields=FIELDS, on_error="keep")

    assert list(kept) == ["timestamp"]
    assert [(error.category, error.at, error.rule) for error in kept.problems] == [
        ("compression", "/data/data", "HB-036")
    ]
    with pytest.raises(DecodeError) as caught:
        hdf5blob.decode(broken, fields=FIELDS)
    assert list(caught.value.partial) == ["timestamp"]
    with pytest.raises(ValueError, match="on_error is 'odd', allowed: raise, keep"):
        hdf5blob.decode(blob, on_error="odd")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="hdf5blob has no profile 'odd'"):
        hdf5blob.decode(blob, profile="odd")


def test_a_blob_may_be_a_path_bytes_or_a_file_object(tmp_path: Path) -> None:
    (blob,) = serialize(BATCH)
    path = tmp_path / "blob.h5"
    path.write_bytes(blob)

    for source in (blob, bytearray(blob), memoryview(blob), path, str(path), BytesIO(blob)):
        found = hdf5blob.decode(source, fields=FIELDS)
        np.testing.assert_array_equal(found["detector_data"], BATCH["detector_data"])
        np.testing.assert_array_equal(found["timestamp"], BATCH["timestamp"])
    with pytest.raises(FileNotFoundError):
        hdf5blob.decode(tmp_path / "none.h5")
    with pytest.raises(TypeError):
        hdf5blob.decode(5)  # type: ignore[arg-type]


def test_limits_hold_before_anything_is_read() -> None:
    (blob,) = serialize({"detector_data": np.zeros((4, 100))}, compression="gzip")

    with pytest.raises(LimitError, match="3200 bytes are asked for, the limit total_bytes is 3199"):
        hdf5blob.decode(blob, limits=Limits(total_bytes=3199))
    with pytest.raises(DecodeError, match="the dataset declares"):
        hdf5blob.decode(hdf5blob.encode({"/a": np.zeros((2, 1 << 23))}, compression="gzip"), limits=Limits(expansion=2))


def test_the_uniform_interface_goes_round() -> None:
    value = {"/x/numbers": np.arange(4, dtype=">u2"), "/x/text": np.array(["a", "b", "c", "d"], object)}
    plain = hdf5blob.to_plain(value)
    blob = hdf5blob.encode(hdf5blob.from_plain(plain), compression="gzip_with_shuffle", compression_level=1)

    assert plain["/x/text"] == {"$strings": ["a", "b", "c", "d"]}
    assert hdf5blob.to_plain(hdf5blob.decode(blob)) == plain
    assert hdf5blob.summary(hdf5blob.decode(blob)) == [
        ("x.numbers", "uint16 4  min 0  max 3  mean 1.5"),
        ("x.text", "text 4  'a', 'b', 'c', 'd'"),
    ]
    spans = list(hdf5blob.spans(blob))
    assert [one.start for one in spans[1:]] == [one.stop for one in spans[:-1]]
    assert (spans[0].start, spans[-1].stop) == (0, len(blob))
    assert sum(one.kind == "chunk" and one.path == "x.numbers" for one in spans) == 4
    for wrong in (None, [], {"/a": 5}, {"/a": {"$nd": 5}}):
        with pytest.raises(DecodeError):
            hdf5blob.from_plain(wrong)


def test_sniffing_tells_blobs_from_other_files() -> None:
    (blob,) = serialize(BATCH)
    other = BytesIO()
    with h5py.File(other, "w") as file:
        file.create_dataset("/a", data=np.zeros((4, 4)), chunks=(2, 4))

    assert hdf5blob.sniff(blob)
    assert not hdf5blob.sniff(other.getvalue())
    assert not hdf5blob.sniff(blob[:200])
    assert not hdf5blob.sniff(b"") and not hdf5blob.sniff(b"not HDF5")


def test_several_threads_make_and_read_blobs_at_once() -> None:
    failed: list[Any] = []

    def work(number: int) -> None:
        try:
            for step in range(20):
                batch = {"detector_data": np.full((2, 3 + number % 3), step, "<u2"), "timestamp": np.zeros(2)}
                (blob,) = serialize(batch, compression=[None, "gzip"][step % 2])
                np.testing.assert_array_equal(hdf5blob.decode(blob, fields=FIELDS)["detector_data"], batch["detector_data"])  # fmt: skip
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_more_layouts_than_are_kept_still_give_the_bytes_of_h5py() -> None:
    for size in (*range(1, 40), *range(1, 40)):
        batch = {"detector_data": np.full((2, size), 7, "u1")}
        assert serialize(batch) == [by_h5py(batch)]
