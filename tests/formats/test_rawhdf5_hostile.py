"""Files that are wrong on purpose are refused in time and memory, by a process that lives on."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hostile import refusals

from sciwire.formats import rawhdf5
from sciwire.runtime import DecodeError
from sciwire.runtime.hdf5.superblock import checksum

VECTORS = Path(__file__).resolve().parents[2] / "specs" / "rawhdf5" / "vectors"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A file with rows in several chunks and heaps."""
    path = tmp_path_factory.mktemp("sound") / "raw.h5"
    rawhdf5.to_rawfile(path, [bytes([number % 256]) * (number % 90) for number in range(2500)])
    return path.read_bytes()


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / f"{name}.h5"
    path.write_bytes(data)
    return path


def test_every_invalid_vector_is_refused_in_time_and_memory() -> None:
    """None is accepted, none takes a second or 200 MB, the process does not die."""
    groups = [json.loads(path.read_text("utf-8")) for path in sorted(VECTORS.glob("invalid.*.json"))]
    files = [VECTORS / vector["file"] for group in groups for vector in group["vectors"] if "file" in vector]
    assert len(files) > 60
    outcomes = refusals("rawhdf5", files)
    assert [file.name for file, outcome in zip(files, outcomes, strict=True) if outcome.get("accepted")] == []


def test_every_kind_of_truncation_is_refused(sound: bytes, tmp_path: Path) -> None:
    """A prefix of a file is truncated wherever it ends."""
    ends = [0, 1, 7, 8, 11, 12, 47, 48, 100, *range(500, len(sound), max(1, len(sound) // 40)), len(sound) - 1]
    outcomes = refusals("rawhdf5", [written(tmp_path, f"cut{end}", sound[:end]) for end in ends])
    assert {outcome.get("category") for outcome in outcomes} == {"truncated"}


def test_flipped_bits_do_not_crash(sound: bytes, tmp_path: Path) -> None:
    """Damage of any byte is refused, or hits what does not matter; the process lives."""
    rng = np.random.default_rng(20261120)
    files = []
    for number, at in enumerate(rng.choice(min(len(sound), 12_000), 150, replace=False)):
        data = bytearray(sound)
        data[at] ^= 1 << int(rng.integers(8))
        files.append(written(tmp_path, f"flip{number}", bytes(data)))
    outcomes = refusals("rawhdf5", files)
    refused = [outcome for outcome in outcomes if not outcome.get("accepted")]
    assert len(refused) > 20 and all(outcome["text"] for outcome in refused)


def resealed(data: bytes, start: int, size: int) -> bytes:
    """*data* with the checksum behind *size* bytes of metadata made anew, as somebody who means harm would."""
    seal = struct.pack("<I", checksum(data[start : start + size]))
    return data[: start + size] + seal + data[start + size + 4 :]


def test_resealed_object_headers_do_not_crash(sound: bytes, tmp_path: Path) -> None:
    """Bytes of object headers with all bits set and a checksum that agrees: refused or read, never a crash."""
    files = []
    at = sound.find(b"OHDR")
    while at >= 0:
        flags = sound[at + 5]
        width, head = 1 << (flags & 3), 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
        size = head + width + int.from_bytes(sound[at + head : at + head + width], "little")
        if at + size + 4 <= len(sound) and checksum(sound[at : at + size]) == int.from_bytes(
            sound[at + size : at + size + 4], "little"
        ):
            for offset in range(head + width, size, 3):
                data = bytearray(sound)
                data[at + offset] = 0xFF
                files.append(written(tmp_path, f"ohdr{at}_{offset}", resealed(bytes(data), at, size)))
        at = sound.find(b"OHDR", at + 4)
    assert len(files) > 60
    refusals("rawhdf5", files)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("rows", {"shape": (2**50,), "chunks": (1024,)}),
        ("chunk", {"shape": (2**31,), "chunks": (2**27,)}),
        ("bytes", {"shape": (2**33,), "chunks": (2**20,)}),
    ],
)
def test_declared_sizes_far_beyond_the_bytes_are_refused(name: str, options: dict[str, Any], tmp_path: Path) -> None:
    """Dimensions cost nothing to declare: they are compared with what is stored before anything is allocated."""
    path = tmp_path / f"{name}.h5"
    rawhdf5.to_rawfile(path)
    with h5py.File(path, "r+") as file:
        for dataset, dtype in (("msgs", h5py.vlen_dtype("u1")), ("msg_headers", [("io_groups", "u1")])):
            del file[dataset]
            rows = file.create_dataset(dataset, dtype=dtype, maxshape=(None,), compression="gzip", **options)
            if name == "bytes" and dataset == "msg_headers":
                rows[:5] = np.zeros(5, dtype)
    [outcome] = refusals("rawhdf5", [path])
    assert outcome.get("category") in ("size", "limit"), outcome


def test_chunks_that_unpack_to_too_much_are_refused(sound: bytes, tmp_path: Path) -> None:
    """A deflate bomb in place of a chunk ends at the size of the chunk."""
    path = written(tmp_path, "bomb", sound)
    import zlib

    bomb = zlib.compress(bytes(64 << 20), 9)
    with h5py.File(path, "r+") as file:
        file["msgs"].id.write_direct_chunk((0,), bomb)
    [outcome] = refusals("rawhdf5", [path])
    assert outcome["category"] == "compression" and outcome["path"] == "msgs"


@pytest.mark.parametrize("version", [0, 1])
def test_a_superblock_that_lies_about_its_version_has_a_place_and_a_rule(sound: bytes, version: int) -> None:
    data = bytearray(sound)
    data[8] = version

    with pytest.raises(DecodeError) as caught:
        rawhdf5.decode(bytes(data))

    assert (caught.value.category, caught.value.at, caught.value.rule) == ("framing", "/", "RAW-001")


@pytest.mark.parametrize(("field", "rule"), [("version", "RAW-012"), ("created", "RAW-013"), ("io_version", "RAW-016")])
def test_an_attribute_without_a_dataspace_is_named(sound: bytes, tmp_path: Path, field: str, rule: str) -> None:
    path = written(tmp_path, "null", sound)
    with h5py.File(path, "r+", libver="latest") as file:
        file["meta"].attrs[field] = h5py.Empty("f8")

    with pytest.raises(DecodeError, match="rank 0 is expected, found no dataspace") as caught:
        rawhdf5.decode(path)

    assert (caught.value.category, caught.value.at, caught.value.rule) == ("type", f"/meta@{field}", rule)


def test_empty_rows_that_compress_a_thousandfold_are_refused(tmp_path: Path) -> None:
    """A row in memory is dear whatever it holds: eight million of them in a small file are no file of a readout."""
    import zlib

    path, rows, chunk = tmp_path / "empty.h5", 8_000_000, 65_536
    rawhdf5.to_rawfile(path, [b"one"])
    with h5py.File(path, "r+") as file:
        for name, packed in (("msgs", bytes(chunk * 16)), ("msg_headers", b"\x01" * chunk)):
            dtype = file[name].dtype
            del file[name]
            made = file.create_dataset(name, (rows,), dtype, chunks=(chunk,), maxshape=(None,), compression="gzip")
            for start in range(0, rows, chunk):
                made.id.write_direct_chunk((start,), zlib.compress(packed))
    [outcome] = refusals("rawhdf5", [path])
    assert (outcome["category"], outcome["path"]) == ("size", "msgs")
