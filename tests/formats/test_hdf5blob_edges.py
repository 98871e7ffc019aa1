"""Blobs at the edges: element types that say more than their words, odd names, files that cost more than they hold."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hostile import refusals

from sciwire.formats import hdf5blob
from sciwire.runtime import DecodeError, EncodeError, LimitError, Limits
from sciwire.runtime.hdf5.direct.budget import Budget


def by_h5py(path: str, array: Any) -> bytes:
    with BytesIO() as buffer:
        with h5py.File(buffer, "w") as file:
            file.create_dataset(path, data=array, chunks=(1, *array.shape[1:]))
        return buffer.getvalue()


def serialize(array: Any, path: str = "/a", **config: Any) -> bytes:
    return next(hdf5blob.HDF5BinarySerializer({"fields": {"a": path}, **config})([{"a": array}]))


def test_types_that_h5py_gave_a_meaning_are_not_taken_for_plain_ones() -> None:
    """The layout of the plain type is kept, so that the second file would be made from it."""
    levels = h5py.enum_dtype({"LOW": 0, "HIGH": 1}, "i4")
    fixed = h5py.string_dtype("utf-8", 5)
    for plain, special in ((np.arange(2, dtype="i4"), levels), (np.array([b"ab", b"c"], "S5"), fixed)):
        for array in (plain, plain.astype(special), plain, plain.astype(special)):
            assert serialize(array) == by_h5py("/a", array)


@pytest.mark.parametrize("dtype", ["g", "G"])
def test_long_doubles_come_back(dtype: str) -> None:
    array = np.array([0.1, -2.5, np.inf], dtype)
    blob = serialize(array)

    assert blob == by_h5py("/a", array)
    again = hdf5blob.decode(blob)["/a"]
    assert again.dtype == array.dtype and (again == array).all()


def test_text_of_numpys_own_type_is_text() -> None:
    texts = np.array(["größe", ""], np.dtypes.StringDType()) if hasattr(np.dtypes, "StringDType") else None
    if texts is None:
        pytest.skip("numpy 1 has no such type")
    assert hdf5blob.decode(serialize(texts))["/a"].tolist() == ["größe", ""]


def test_names_may_be_long_and_groups_deep() -> None:
    array = np.arange(3.0)
    for path in ("/" + "n" * 30_000, "/".join(["", *"d" * 100, "a"])):
        for _ in range(2):
            assert serialize(array, path) == by_h5py(path, array)
    assert list(hdf5blob.decode(serialize(array, "/" + "n" * 30_000))) == ["/" + "n" * 30_000]


def test_masked_elements_are_not_written_as_if_they_were_good() -> None:
    masked = np.ma.masked_array([1, 2, 3], mask=[0, 1, 0])
    with pytest.raises(EncodeError) as caught:
        serialize(masked)
    assert (caught.value.path, caught.value.rule) == ("a", "HB-011")
    assert hdf5blob.decode(serialize(np.ma.masked_array([1, 2])))["/a"].tolist() == [1, 2]


def test_a_level_that_is_whole_is_taken_and_a_text_that_is_long_is_cut_in_errors() -> None:
    assert serialize(np.arange(3.0), compression="gzip", compression_level=5.0)
    with pytest.raises(EncodeError) as caught:
        serialize(np.array(["\0" + "x" * 9999]))
    assert len(str(caught.value)) < 200


def test_a_dataset_with_many_names_is_read_and_held_once() -> None:
    with BytesIO() as buffer:
        with h5py.File(buffer, "w") as file:
            zeros = np.zeros((4, 1 << 20), "u1")
            file.create_dataset("a", data=zeros, chunks=(1, 1 << 20), compression="gzip")
            for number in range(500):
                file[f"name{number}"] = file["a"]
        data = buffer.getvalue()
    found = hdf5blob.decode(data, limits=Limits(total_bytes=1 << 23))

    assert len(found) == 501 and found["/a"] is found["/name7"]


def test_what_all_datasets_need_together_is_bounded() -> None:
    arrays = {f"/a{number}": np.zeros((2, 1 << 16), "u1") for number in range(8)}
    blob = hdf5blob.encode(arrays, compression="gzip")

    assert len(hdf5blob.decode(blob, limits=Limits(total_bytes=8 << 17))) == 8
    with pytest.raises(LimitError, match="datasets of more than 1048575 bytes in all") as caught:
        hdf5blob.decode(blob, limits=Limits(total_bytes=(8 << 17) - 1))
    assert caught.value.at == "/a7"
    kept = hdf5blob.decode(blob, limits=Limits(total_bytes=(8 << 17) - 1), on_error="keep")
    assert len(kept) == 7 and len(kept.problems) == 1


@pytest.mark.parametrize(("spend", "problem"), [
    (lambda budget: [budget.parts(10), budget.parts(2)], ""),
    (lambda budget: [budget.parts(10), budget.parts(3)], "more than 12 parts"),
    (lambda budget: [budget.text("x" * (1 << 25))], ""),
    (lambda budget: [budget.text("x"), budget.text("x" * (1 << 25))], "paths of more than"),
    (lambda budget: [budget.memory(600), budget.memory(400)], ""),
    (lambda budget: [budget.memory(600), budget.memory(401)], "more than 1000 bytes in all"),
])  # fmt: skip
def test_a_budget_is_spent_to_the_last_piece(spend: Any, problem: str) -> None:
    budget = Budget(100, Limits(total_bytes=1000, items=10, datasets=1))
    if not problem:
        spend(budget)
        return
    with pytest.raises(LimitError, match=problem):
        spend(budget)


def test_rows_that_were_never_written_cost_nothing_before_they_are_asked_for(tmp_path: Path) -> None:
    """A few bytes say that there are millions of rows."""
    data = bytearray(by_h5py("/a", np.zeros((3, 3), "u2")))
    shape = (3).to_bytes(8, "little") * 2
    at = data.index(shape)
    data[at : at + 8] = (2_600_000).to_bytes(8, "little")
    if data[at + 16 : at + 32] == shape:  # the largest extents, where they are said
        data[at + 16 : at + 24] = (2_600_000).to_bytes(8, "little")
    (tmp_path / "rows.h5").write_bytes(data)
    (outcome,) = refusals("hdf5blob", [tmp_path / "rows.h5"])

    assert outcome.get("accepted") and hdf5blob.decode(bytes(data))["/a"].shape == (2_600_000, 3)
    assert outcome["megabytes"] < 60  # type: ignore[operator]


def test_a_file_of_a_wrong_name_is_told(tmp_path: Path) -> None:
    with pytest.raises(DecodeError) as caught:
        hdf5blob.decode(by_h5py("/g/a", np.zeros(3)), fields={"s": "/g"})
    assert (caught.value.path, caught.value.at, caught.value.rule) == ("g", "/g", "HB-032")
