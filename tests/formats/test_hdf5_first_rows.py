"""Files whose first rows bring a dataset that is not required, chunks longer than an axis, text beyond ASCII of fixed length.

What the file holds is read with h5py.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import h5py
import numpy as np
import pytest
from made import module_of

SPEC = """\
sciwire: 1
format: firsts
version: "1"
family: hdf5
title: First rows
axes: {time: {grows: true}, beam: {}}
attributes:
  station: {at: /@station, type: text, length: 12}
datasets:
  wind: {at: /wind, type: <f4, shape: [time, beam], chunks: [16, 4]}
  raw: {at: /raw, type: "vlen[<u2]", shape: [time], required: false}
  gust: {at: /gust, type: <f4, shape: [time, beam], chunks: [16, 4], required: false}
  fixed: {at: /fixed, type: <u2, shape: [beam], chunks: [8], required: false}
  name: {at: /name, type: text, length: 6, required: false}
operations:
  add: {does: append, arguments: {file: file, wind: wind, raw: raw, gust: gust, station: station}}
"""


@pytest.fixture(scope="module")
def firsts(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return module_of(tmp_path_factory.mktemp("firsts"), SPEC)


def test_the_first_rows_of_an_optional_dataset(firsts: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    for _ in range(2):
        firsts.add(path, np.ones((2, 3), "f4"), raw=[[1], [2, 3]], gust=np.zeros((2, 3), "f4"), station="x")

    with h5py.File(path) as file:
        assert [list(row) for row in file["raw"]] == [[1], [2, 3], [1], [2, 3]]
        assert file["gust"].shape == (4, 3)
    with firsts.open_writer(tmp_path / "b.h5", station="x", axes={"beam": 3}) as writer:
        writer.append(wind=np.ones((1, 3), "f4"))
    assert "raw" not in h5py.File(tmp_path / "b.h5")


def test_chunks_are_no_longer_than_their_axis(firsts: ModuleType, tmp_path: Path) -> None:
    """HDF5 refuses others: a spec can't know how many beams a file will have."""
    path = tmp_path / "a.h5"
    value = firsts.File(station="x", wind=np.ones((1, 2), "f4"), fixed=np.array([1, 2], "u2"))
    firsts.encode(value, path)

    with h5py.File(path) as file:
        assert file["wind"].chunks == (16, 2)
        assert file["fixed"].chunks == (2,)
        assert list(file["fixed"]) == [1, 2]


def test_text_of_a_fixed_length_is_utf8(firsts: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    firsts.encode(firsts.File(station="Zürich", wind=np.ones((0, 1), "f4"), name="µÅ"), path)

    with h5py.File(path) as file:
        assert file.attrs["station"] in ("Zürich", "Zürich".encode())
        assert file["name"][()].decode() == "µÅ"
    assert (firsts.decode(path).station, firsts.decode(path).name) == ("Zürich", "µÅ")
