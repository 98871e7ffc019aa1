"""The superblock is judged before HDF5 sees the file; its checksum is that of the library."""

from __future__ import annotations

import io
from pathlib import Path

import h5py
import pytest
from hdf5_files import LAYOUT, columns, made, rows_of

from sciwire.runtime import DecodeError, TruncatedError, hdf5
from sciwire.runtime.hdf5 import superblock
from sciwire.runtime.hdf5.superblock import PROBE, checksum, parse, patched


@pytest.mark.parametrize(
    ("data", "value"),
    [  # from the author of the function: lookup3.c, driver5; the empty one is the initial value
        (b"", 0xDEADBEEF),
        (b"Four score and seven years ago", 0x17770551),
    ],
)
def test_checksum_is_lookup3(data: bytes, value: int) -> None:
    """Published results of hashlittle with a seed of 0."""
    assert checksum(data) == value


@pytest.mark.parametrize("libver", ["earliest", "v108", "v110", "latest"])
def test_every_generation_of_superblock_is_read(tmp_path: Path, libver: str) -> None:
    """Versions 0, 2 and 3 give the length that the library allocated; h5py wrote them."""
    path = tmp_path / "a.h5"
    with h5py.File(path, "w", libver=libver) as file:
        file["a"] = 1
    data = path.read_bytes()
    block = parse(data[:PROBE], len(data))

    assert block.version == data[8] and block.end == len(data) and block.plain


def test_every_truncation_is_said_as_such(tmp_path: Path) -> None:
    """Each proper prefix of a file is truncated, with the number of bytes that are missing where it is known."""
    data = made(tmp_path / "a.h5", [b"abc", b""]).read_bytes()
    for end in [*range(0, 600), *range(600, len(data), 97), len(data) - 1]:
        with pytest.raises(TruncatedError) as caught:
            rows_of(data[:end])
        assert caught.value.category == "truncated"
        if end >= 48:
            assert caught.value.needed == len(data) - end, end


def test_one_changed_bit_is_found(tmp_path: Path) -> None:
    """Every bit of the superblock is held by the checksum, or by the signature and the version before it."""
    data = made(tmp_path / "a.h5", [b"abc"]).read_bytes()
    for bit in range(48 * 8):
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(DecodeError) as caught:
            rows_of(bytes(damaged))
        assert caught.value.category in ("checksum", "framing", "unsupported", "truncated"), bit


def test_patched_is_accepted_by_the_library(tmp_path: Path) -> None:
    """A superblock with other flags and its new checksum is one that HDF5 takes."""
    path = made(tmp_path / "a.h5", [b"abc"])
    data = path.read_bytes()
    marked = patched(data, flags=5, end=len(data)) + data[48:]
    path.write_bytes(marked)
    with pytest.raises(OSError, match="already open for write"):
        h5py.File(path, "r")
    assert patched(marked, flags=0, end=len(data)) + data[48:] == data
    path.write_bytes(patched(marked, flags=0, end=len(data) + 8) + data[48:] + bytes(8))
    with h5py.File(path, "r") as file:
        assert len(file["words"]) == 1


def test_marked_bytes_and_files_are_read(tmp_path: Path) -> None:
    """A mark of a writer with readers beside it does not hinder reading; one of a writer alone does."""
    path = made(tmp_path / "a.h5", [b"abc", b"de"])
    data = path.read_bytes()
    path.write_bytes(patched(data, flags=5, end=len(data)) + data[48:])
    assert rows_of(path) == rows_of(path.read_bytes()) == [b"abc", b"de"]
    path.write_bytes(patched(data, flags=1, end=len(data)) + data[48:])
    with pytest.raises(OSError, match=r"repair\(\) clears the mark") as caught:
        hdf5.read(path, LAYOUT, columns)
    assert isinstance(caught.value, DecodeError) and caught.value.category == "state"


def test_a_user_block_is_looked_behind(tmp_path: Path) -> None:
    """HDF5 may begin at byte 512; rows come through h5py then."""
    path = tmp_path / "a.h5"
    with h5py.File(path, "w", userblock_size=512, libver=("v110", "v110")) as file:
        about = file.create_group("about").attrs
        about["version"], about["touched"], about["unit"] = "1.0", 1.5, "V"
        rows = file.create_dataset("words", (2,), dtype=h5py.vlen_dtype("u1"), maxshape=(None,), chunks=(8,))
        rows[1] = [7, 8]
        file.create_dataset("heads", (2,), dtype=[("site", "u1"), ("gain", "<i2")], maxshape=(None,), chunks=(8,))
    assert superblock.starts(path.read_bytes()[:PROBE]) == 512
    assert rows_of(path) == [b"", b"\7\x08"]


@pytest.mark.parametrize("text", [b"", b"\x89HDF", b"not a file of this kind at all", b"\0" * 5000])
def test_what_is_not_hdf5_is_an_oserror_too(tmp_path: Path, text: bytes) -> None:
    """Callers that catch OSError for a file that is none still do; a beginning of the signature is truncated."""
    path = tmp_path / "a.h5"
    path.write_bytes(text)
    for source in (path, text, io.BytesIO(text)):
        with pytest.raises(DecodeError) as caught:
            rows_of(source)
        short = b"\x89HDF\r\n\x1a\n".startswith(text)
        assert isinstance(caught.value, EOFError if short else OSError)
        assert caught.value.category == ("truncated" if short else "framing")
