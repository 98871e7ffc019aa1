"""Elements of variable length, and attributes of other programs, that would make the HDF5 library take memory or end."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from strange_modules import edited, module

from sciwire.runtime import CodecWarning, DecodeError

WORDS = ["hollow", "meadow", "thicket", "quarry"]


def _file(place: str) -> bytes:
    """A file of `voyage` with WORDS stored at *place*, in the way that its name says."""
    one = module("voyage")
    data = one.encode(
        one.File(ship="s", captain=WORDS[0], ports=["x", "y"], signals=[["a", "b"]] * 2, flags=["log", WORDS[1]])
    )
    text = h5py.string_dtype()

    def change(file: Any) -> None:
        if place == "compact":
            del file["captain"]
            plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
            plist.set_layout(h5py.h5d.COMPACT)
            kind, space = h5py.h5t.py_create(text, logical=True), h5py.h5s.create(h5py.h5s.SCALAR)
            h5py.Dataset(h5py.h5d.create(file.id, b"captain", kind, space, plist))[()] = WORDS[0]
        elif place in ("chunked", "contiguous"):
            del file["signals"]
            chunks = (1, 2) if place == "chunked" else None
            file.create_dataset("signals", (2, 2), text, chunks=chunks)[:] = np.array(WORDS, object).reshape(2, 2)
        elif place == "extra":
            file.attrs["woods"] = np.array(WORDS[2:], object)

    return edited(data, change)


def _claiming(data: bytes, word: str, length: int) -> bytes:
    """The file with another length in the reference to *word*, where that stands last in a heap."""
    body = data.rindex(word.encode())
    index = struct.unpack_from("<H", data, body - 16)[0]
    behind = struct.pack("<QI", data.rindex(b"GCOL", 0, body), index)
    old = struct.pack("<I", len(word)) + behind
    assert old in data
    return data.replace(old, struct.pack("<I", length) + behind)


@pytest.mark.parametrize(
    ("place", "word", "at"),
    [
        ("scalar", WORDS[0], "/captain"), ("compact", WORDS[0], "/captain"), ("contiguous", WORDS[2], "/signals"),
        ("chunked", WORDS[3], "/signals"), ("attribute", WORDS[1], "/log@flags"),
    ],
)  # fmt: skip
def test_elements_that_claim_more_than_the_file_has_are_refused(place: str, word: str, at: str) -> None:
    """HDF5 takes the memory before it looks: 256 MB here for a file of a few thousand bytes."""
    one, data = module("voyage"), _file(place)
    assert one.decode(data).captain == WORDS[0]
    with pytest.raises(DecodeError, match=r"claim 26843\d+ bytes, the file has \d+") as caught:
        one.decode(_claiming(data, word, 1 << 28))
    assert (caught.value.category, caught.value.at) == ("size", at)
    with pytest.raises(DecodeError):  # HDF5 says that it has fewer, or gives what it has
        one.decode(_claiming(data, word, 200))


def test_attributes_that_claim_more_than_the_file_has_are_not_carried() -> None:
    one, data = module("voyage"), _file("extra")
    assert one.decode(data).extra["/@woods"].tolist() == WORDS[2:]
    assert "/@woods" not in one.decode(_claiming(data, WORDS[3], 1 << 28)).extra


def test_runs_of_anything_but_numbers_are_not_carried() -> None:
    """h5py ends the process when it reads runs of text of a fixed length; references have no meaning elsewhere."""

    def change(file: Any) -> None:
        space = h5py.h5s.create(h5py.h5s.SCALAR)
        h5py.h5a.create(file.id, b"letters", h5py.h5t.vlen_create(h5py.h5t.C_S1), space)
        file.attrs["to"] = file["log"].ref
        file.attrs["rows"] = np.array([1, 2], h5py.vlen_dtype("<i2"))[:0]
        file.attrs["kept"] = np.array([b"a", b"b"])

    value = module("voyage").decode(edited(_file("scalar"), change))
    assert set(value.extra) == {"/@kept"} and not value.problems


def test_an_attribute_whose_name_is_no_text_is_left_out(tmp_path: Path) -> None:
    """With a warning; the rest of the file is read."""

    def change(file: Any) -> None:
        space = h5py.h5s.create(h5py.h5s.SCALAR)
        h5py.h5a.create(file.id, b"caf\xe9", h5py.h5t.STD_I32LE, space)

    data = edited(_file("scalar"), change)
    assert b"caf\xe9" in data and len(h5py.File(io.BytesIO(data)).attrs) == 3
    with pytest.warns(CodecWarning, match=r"/@b'caf.xe9' is left out, its name is no UTF-8"):
        assert module("voyage").decode(data).extra == {}


def test_attributes_of_other_programs_are_shown_as_they_read() -> None:
    """Text of a fixed length is text, what is none is bytes."""

    def change(file: Any) -> None:
        file.attrs["CLASS"], file.attrs["odd"] = np.bytes_(b"GROUP"), np.bytes_(b"\xff\x01")

    one = module("voyage")
    value = one.decode(edited(_file("scalar"), change))
    shown = dict(one.summary(value))
    assert shown["CLASS"] == "'GROUP'" and "ff 01" in shown["odd"]
    assert one.decode(one.encode(value)).extra == value.extra
