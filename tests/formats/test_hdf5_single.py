"""Values that files of other programs have in another shape, or not at all: arrays of one item, defaults, bounds."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from strange_modules import edited, module

from sciwire.runtime import DecodeError, EncodeError

BARE: dict[str, Any] = {"ship": "Beagle", "captain": "Robert", "ports": ["x"], "remarks": ["calm"], "depth": [1]}


def encoded(**changes: Any) -> bytes:
    data: bytes = module("voyage").encode(module("voyage").File(**{**BARE, **changes}))
    return data


def changed(change: Callable[[Any], Any], data: bytes = b"") -> bytes:
    """The file after *change* by h5py."""
    return edited(data or encoded(), change)


def _boxed(items: list[int], dtype: str) -> Any:
    """One run of variable length as an array of one item."""
    box = np.empty(1, h5py.vlen_dtype(dtype))
    box[0] = np.array(items, dtype)
    return box


SINGLES: dict[str, tuple[Any, Any, Any]] = {
    "crew": (np.array([[7]], ">u2"), 7, None),
    "captain": (np.array(["Robert"], object), "Robert", h5py.string_dtype()),
    "sailed": (np.array([[b"1831-12-27T11:00:00Z"]]), "1831-12-27T11:00:00Z", None),
    "star": (np.array([1 + 2j]), (1.0, 2.0), None),
    "seal": (np.array([b"a\0\0"], "S3"), b"a\0\0", None),
    "blob": (_boxed([1, 0, 2], "u1"), b"\1\0\2", h5py.vlen_dtype("u1")),
    "run": (_boxed([1, -2], "<i2"), [1, -2], h5py.vlen_dtype("<i2")),
}


@pytest.mark.parametrize("name", SINGLES)
def test_an_array_of_one_item_stands_for_a_scalar(name: str) -> None:
    """Of any rank, in datasets and attributes alike; the value is the scalar, and a scalar is written."""
    one, (stored, value, kind) = module("voyage"), SINGLES[name]

    def change(file: Any) -> None:
        if name in file:
            del file[name]
        made = file.create_dataset(name, stored.shape, kind or stored.dtype)
        if stored.dtype.metadata:  # a run
            made[0] = stored[0]
        else:
            made[...] = stored
        if name != "star":  # attributes are no compounds
            file["log"].attrs.create(name, stored, stored.shape, kind)

    read = one.decode(changed(change))
    for found in (getattr(read, name), getattr(read, f"log_{name}", value)):
        assert (found.tolist() if isinstance(found, (np.ndarray, np.void)) else found) == value
    again = one.encode(read)
    with h5py.File(io.BytesIO(again)) as file:
        assert file[name].shape == () and (name == "star" or file["log"].attrs.get_id(name).shape == ())
    assert one.decode(again) == read


@pytest.mark.parametrize(("stored", "category"), [(np.array([1, 2], "u1"), "type"), (np.array([], "u1"), "type"),
                                                  (np.array([1.5]), "type"), (np.array([901], "<u2"), "constraint")])  # fmt: skip
def test_other_arrays_are_none(stored: Any, category: str) -> None:
    """Two items, no item, another type, a value out of bounds."""
    for change in (
        lambda file: file.create_dataset("crew", data=stored),
        lambda file: file["log"].attrs.create("crew", stored),
    ):
        with pytest.raises(DecodeError) as caught:
            module("voyage").decode(changed(change))
        assert caught.value.category == category
    with pytest.raises(DecodeError, match="rank 0 is expected, found rank 1"):  # where nothing says `single`
        module("voyage").decode(changed(lambda file: file.create_dataset("tare", data=[1])))


def test_nul_bytes_at_the_end_of_fixed_bytes_stay() -> None:
    """numpy takes them off what a file has as text of a fixed length."""

    def exact(file: Any) -> None:
        file.create_dataset("seal", (), "S3")[()] = np.array(b"a", "S3")
        file["log"].attrs.create("seal", np.array(b"b", "S3"), dtype="S3")

    value = module("voyage").decode(changed(exact))
    assert (value.seal, value.log_seal) == (b"a\0\0", b"b\0\0")
    assert module("voyage").decode(module("voyage").encode(value)) == value


def test_an_attribute_that_a_file_lacks() -> None:
    """It has its default, and with a constant it stays absent from a copy, unless it is given."""
    one = module("voyage")
    usual = one.decode(encoded())
    assert (usual.tons, usual.oars.tolist(), usual.flag) == (90.5, [3, 3], None)
    bare = changed(lambda file: (file["log"].attrs.pop("tons"), file["log"].attrs.pop("oars")))
    value = one.decode(bare)
    assert value == usual and value.oars.dtype == "<i2"
    with h5py.File(io.BytesIO(one.encode(value))) as file:
        assert file["log"].attrs["tons"] == 90.5 and "flag" not in file["log"].attrs
    assert one.decode(encoded(flag="ensign")).flag == "ensign"
    with pytest.raises(EncodeError, match="'ensign' is expected, got 'pirate'"):
        encoded(flag="pirate")


def test_bounds_are_numbers_of_the_type() -> None:
    """The float of 32 bits that is nearest to 0.01 lies below it, that of 0.1 above: both are allowed, both ways."""
    one = module("voyage")
    for bound in (0.01, 0.1):
        near = float(np.float32(bound))
        assert near != bound and one.decode(one.encode(one.decode(encoded(wind=near)))).wind == near
        beyond = float(np.nextafter(np.float32(bound), np.float32(0 if bound == 0.01 else 1)))
        with pytest.raises(EncodeError, match=r"is outside 0.01 to 0.1"):
            encoded(wind=beyond)
        with pytest.raises(DecodeError, match=r"is outside 0.01 to 0.1"):
            one.decode(changed(lambda file, beyond=beyond: file["log"].attrs.create("wind", beyond, dtype="<f4")))


def test_a_float_is_written_as_one_where_integers_stand_first() -> None:
    """2.0 comes back as a float, 2 as an integer; a constant of several types is the same in all places."""
    one = module("voyage")
    assert repr(one.decode(encoded(sail=2.0)).sail) == "2.0" and repr(one.decode(encoded(sail=2)).sail) == "2"
    assert one.decode(encoded()).mode.tolist() == [1, 1]


def test_datasets_have_constants_and_defaults() -> None:
    """Written where nothing is given, read where an optional one is absent; another value is refused both ways."""
    one = module("voyage")
    with h5py.File(io.BytesIO(encoded())) as file:
        assert file["kind"][()] == b"log" and file["spare"][()].tolist() == [[-1, -1]] * 2 and "sails" not in file
        assert file["grade"][()] == np.float32(0.1) and file["tags"][()].tolist() == [b"aa", b"aa"]
    usual = one.decode(encoded())

    def bare(file: Any) -> None:
        for name in ("grade", "watch", "tags"):
            del file[name]

    value = one.decode(changed(bare))
    assert value == usual and value.watch.tolist() == ["dog", "first"] and value.grade == np.float32(0.1)
    assert (value.tags.tolist(), value.sails) == (["aa", "aa"], None)
    assert one.decode(encoded(sails=[4, 2], watch=["a", "b"])).sails.tolist() == [4, 2]
    for given, path in (({"kind": "chart"}, "kind"), ({"sails": [4, 3]}, "sails"), ({"sails": [2**40, 2]}, "sails")):
        with pytest.raises(EncodeError, match="is expected, got") as caught:
            encoded(**given)
        assert caught.value.path == path
    for change in (
        lambda file: file["kind"].write_direct(np.array("chart", h5py.string_dtype())),
        lambda file: file.create_dataset("sails", data=np.array([4, 3], "<i8")),
    ):
        with pytest.raises(DecodeError, match="is expected, found") as error:
            one.decode(changed(change))
        assert (error.value.category, error.value.at) == ("constraint", f"/{error.value.path}")
    with pytest.raises(DecodeError, match=r"spare at /spare: the dataset is missing"):
        one.decode(changed(lambda file: file.pop("spare")))


def test_a_writer_fills_in_constants_and_defaults(tmp_path: Path) -> None:
    path = tmp_path / "v.h5"
    with module("voyage").open_writer(path, ship="s", captain="c", ports=["p"]) as writer:
        writer.append_leg(["x"], [1.0])
    value = module("voyage").decode(path)
    assert (value.kind, value.spare.tolist(), value.sails) == ("log", [[-1, -1]] * 2, None)
    with pytest.raises(EncodeError, match="kind at /kind: 'log' is expected, got 'chart'"):
        module("voyage").open_writer(tmp_path / "w.h5", ship="s", captain="c", ports=["p"], kind="chart")
    assert not (tmp_path / "w.h5").exists()
