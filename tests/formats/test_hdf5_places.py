"""Names of places are proved before a file is touched, and the same when it is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import pytest
from harbour import FIELDS, digest, harbour, record, row

from sciwire.runtime import CodecError, EncodeError

NO_NAMES = [5, None, b"north", ["a"], "", "/", ".", "..", "a//b", "a/./b", "../a", "a\0b", "\ud800"]
TAKEN = ["ships", "ships/x", "chart", "map", "/chart/"]  # datasets of the layout
APART = ["about", "a.b", "..a", "{pier}", "a{b}", "é", "a/b/c", "east", "x@y"]


def _calls(path: Path, name: Any) -> dict[str, Callable[[], Any]]:
    """Everything that takes a place."""
    one = harbour()
    return {
        "put": lambda: one.put(path, **row(where=name)),
        "tides": lambda: one.tides(path, where=name),
        "get": lambda: one.get(path, where=name),
        "decode": lambda: one.decode(path, berth=name),
        "encode": lambda: one.encode(record(), path, berth=name),
        "open_writer": lambda: one.open_writer(path, chart=1.0, quay=[1], ships={"name": ["a"]}, berth=name),
        "follow": lambda: one.follow(path, timeout=0, berth=name),
        "repair": lambda: one.repair(path, berth=name),
    }


@pytest.mark.parametrize("name", [*NO_NAMES, *TAKEN], ids=ascii)
def test_what_is_no_name_is_refused_by_every_function(tmp_path: Path, name: Any) -> None:
    """The error names the place, its rule and the format; no file is made, and one that is there stays as it was."""
    old = tmp_path / "old.h5"
    harbour().put(old, **row())
    before = digest(old)
    for path in (tmp_path / "new.h5", old):
        for what, call in _calls(path, name).items():
            with pytest.raises(EncodeError) as caught:
                call()
            assert (caught.value.path, caught.value.rule) == ("berth", "HA-010"), what
            assert caught.value.subject == "harbour.File" and caught.value.category in ("type", "constraint")
    assert not (tmp_path / "new.h5").exists() and digest(old) == before


@pytest.mark.parametrize("name", APART)
def test_what_is_written_under_a_name_can_be_read(tmp_path: Path, name: str) -> None:
    """Any other name is kept as it is; one that looks like a parameter of the paths is not filled in."""
    path = tmp_path / "a.h5"
    harbour().put(path, **row(where=name))
    harbour().put(path, **row(where=name, ships=None, quay=None, chart=None))
    assert harbour().tides(path, where=name) == 4
    assert harbour().decode(path, berth=name).words.tolist() == ["a", "é", "a", "é"]
    with h5py.File(path) as file:
        assert f"{name}/level" in file


def test_two_places_of_one_name(tmp_path: Path) -> None:
    """They may share a group, if nothing in it falls together; an attribute of both has one value only."""
    with pytest.raises(EncodeError, match="two attributes") as caught:
        harbour().encode(record(), berth="x", pier="x")
    assert caught.value.path in ("berth", "pier") and caught.value.at == "/x@keeper"
    with pytest.raises(EncodeError, match="a group and a dataset") as clash:
        harbour().encode(record(), tmp_path / "a.h5", berth="x/quay", pier="x")
    assert clash.value.path in ("berth", "pier") and not (tmp_path / "a.h5").exists()
    harbour().put(tmp_path / "b.h5", **row(where="x", pier="x/y"))
    assert harbour().decode(tmp_path / "b.h5", berth="x", pier="x/y").quay.tolist() == [1, 2]


def test_unknown_attributes_of_objects_that_fall_together(tmp_path: Path) -> None:
    """The same attribute given under two keys would lose one of its values."""
    extra = {"/{berth}@note": "a", "/about@note": "b"}
    value = record(extra=extra)
    assert harbour().decode(harbour().encode(value)).extra == extra
    with pytest.raises(EncodeError, match=r"given as /\{berth\}@note already") as caught:
        harbour().encode(value, tmp_path / "a.h5", berth="about")
    assert caught.value.path == "extra['/about@note']" and not (tmp_path / "a.h5").exists()


def test_a_dataset_of_somebody_else_in_the_way(tmp_path: Path) -> None:
    """A file without any of our objects gains them, but not below a dataset; it is then as it was."""
    path = tmp_path / "theirs.h5"
    with h5py.File(path, "w", libver=("v110", "v110")) as file:
        file["north"] = 5
    before = digest(path)
    for name in ("north", "north/b"):
        with pytest.raises(CodecError) as caught:
            harbour().put(path, **row(where=name))
        assert caught.value.path == "north" and caught.value.at == "/north"
    assert digest(path) == before
    harbour().put(path, **row(where="south"))
    assert harbour().tides(path, where="south") == len(FIELDS["raw"])
