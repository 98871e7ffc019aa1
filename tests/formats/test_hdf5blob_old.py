"""Files of the oldest generation say the same in several ways; the HDF5 library says what each of them means.

Layouts of the libraries before 1.6.3 and fill values of those before 1.6 are put in the place of today's, byte by byte.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from io import BytesIO
from typing import Any

import h5py
import numpy as np
import pytest

from sciwire.formats import hdf5blob
from sciwire.runtime import DecodeError

NIL, DATASPACE, OLD_FILL, FILL, LAYOUT = 0, 1, 4, 5, 8


def made(make: Callable[[Any], None]) -> bytearray:
    with BytesIO() as buffer:
        with h5py.File(buffer, "w", libver="earliest") as file:
            make(file)
        return bytearray(buffer.getvalue())


def message(data: bytearray, kind: int, begin: bytes) -> tuple[int, int]:
    """Where the body stands of the only message of this *kind* that begins so, and its size."""
    found = []
    for at in range(0, len(data) - 8, 8):
        number, size, flags = struct.unpack_from("<HHB3x", data, at)
        if number == kind and flags < 8 and 0 < size < 200 and data[at + 8 : at + 8 + len(begin)] == begin:
            found.append((at + 8, size))
    (one,) = found
    return one


def put(data: bytearray, kind: int, begin: bytes, body: bytes) -> None:
    at, size = message(data, kind, begin)
    assert len(body) <= size
    data[at : at + size] = body.ljust(size, b"\0")


def both(data: bytearray) -> tuple[Any, Any]:
    """What this package and what the library read under the name a."""
    with h5py.File(BytesIO(bytes(data))) as file:
        one: Any = file["a"]
        return hdf5blob.decode(bytes(data))["/a"], one[()]


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("chunks", [None, (2,)])
def test_old_layouts_are_read(version: int, chunks: tuple[int, ...] | None) -> None:
    data = made(lambda file: file.create_dataset("a", data=np.arange(6, dtype="<i4"), chunks=chunks))
    kind = 2 if chunks else 1
    at, _ = message(data, LAYOUT, bytes([3, kind]))
    (address,) = struct.unpack_from("<Q", data, at + (3 if chunks else 2))
    sizes = (2 if chunks else 6, 4)
    put(data, LAYOUT, bytes([3, kind]), struct.pack("<BBB5xQ2I", version, 2, kind, address, *sizes))

    ours, theirs = both(data)
    assert ours.tolist() == theirs.tolist() == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("version", [1, 2])
def test_old_layouts_in_the_header_are_read(version: int) -> None:
    """The old form is longer by 16 bytes: the dataset is made with four elements more than it then has."""

    def make(file: Any) -> None:
        plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plan.set_layout(h5py.h5d.COMPACT)
        space = h5py.h5s.create_simple((8,))
        one = h5py.h5d.create(file.id, b"a", h5py.h5t.STD_I32LE, space, plan)
        one.write(h5py.h5s.ALL, h5py.h5s.ALL, np.arange(8, dtype="<i4"))

    data = made(make)
    at, _ = message(data, DATASPACE, b"\x01\x01")
    flags = data[at + 2]
    put(data, DATASPACE, b"\x01\x01", struct.pack("<BBB5xQ", 1, 1, 0, 4))
    assert flags in (0, 1)
    elements = np.array([5, -6, 7, -8], "<i4").tobytes()
    put(data, LAYOUT, b"\x03\x00", struct.pack("<BBB5x3I", version, 2, 0, 4, 4, 16) + elements)

    ours, theirs = both(data)
    assert ours.tolist() == theirs.tolist() == [5, -6, 7, -8]


@pytest.mark.parametrize("axes", [0, 34, 255])
def test_an_old_layout_of_too_many_axes_is_refused(axes: int) -> None:
    data = made(lambda file: file.create_dataset("a", data=np.arange(6, dtype="<i4")))
    put(data, LAYOUT, b"\x03\x01", struct.pack("<BBB5xQ2I", 1, axes, 1, 2048, 6, 4))
    with pytest.raises(DecodeError) as caught:
        hdf5blob.decode(bytes(data))
    assert (caught.value.category, caught.value.at) == ("framing", "/a")
    with h5py.File(BytesIO(bytes(data))) as file, pytest.raises(KeyError):
        file["a"]


def test_the_old_fill_value_stands_in_for_what_was_never_written() -> None:
    data = made(lambda file: file.create_dataset("a", (4,), "<i4", chunks=(2,), fillvalue=7))
    message(data, OLD_FILL, struct.pack("<Ii", 4, 7))  # the library writes it beside the new one
    at, _ = message(data, FILL, b"\x02")
    struct.pack_into("<H", data, at - 8, NIL)

    ours, theirs = both(data)
    assert ours.tolist() == theirs.tolist() == [7, 7, 7, 7]

    at, _ = message(data, OLD_FILL, struct.pack("<I", 4))
    struct.pack_into("<I", data, at, 1 << 23)
    with pytest.raises(DecodeError, match="ends in the middle"):
        hdf5blob.decode(bytes(data))


@pytest.mark.parametrize("generation", ["earliest", "latest"])
def test_texts_of_fixed_length_end_as_their_type_says(generation: str) -> None:
    """The same whichever reader reads them, and as the library reads them."""
    kinds = {"blanks": h5py.h5t.STR_SPACEPAD, "nuls": h5py.h5t.STR_NULLPAD, "nul": h5py.h5t.STR_NULLTERM}
    texts = np.array([b"ab    ", b"a\0cdef", b"", b"      ", b" b c d"], "S6")
    with BytesIO() as buffer:
        with h5py.File(buffer, "w", libver=generation) as file:
            for name, padding in kinds.items():
                kind = h5py.h5t.C_S1.copy()
                kind.set_size(6)
                kind.set_strpad(padding)
                one = h5py.h5d.create(file.id, name.encode(), kind, h5py.h5s.create_simple((5,)))
                one.write(h5py.h5s.ALL, h5py.h5s.ALL, texts, mtype=kind)
            datasets: Any = file
            theirs = {name: datasets[name][()].tolist() for name in kinds}
        ours = hdf5blob.decode(buffer.getvalue())
    assert {name: ours["/" + name].tolist() for name in kinds} == theirs
    assert theirs["blanks"] == [b"ab", b"a\0cdef", b"", b"", b" b c d"]
    assert theirs["nul"] == [b"ab    ", b"a", b"", b"      ", b" b c d"]
