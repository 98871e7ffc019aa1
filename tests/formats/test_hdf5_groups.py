"""Groups that a file may lack: what lies below is required where the group is there, and nowhere else."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import h5py
import pytest
from strange_modules import SPECS, edited, module, sciwire

from sciwire.runtime import DecodeError, EncodeError

BARE: dict[str, Any] = {"ship": "Beagle", "captain": "Robert", "ports": ["x"], "remarks": ["calm"], "depth": [1]}
CARGO: dict[str, Any] = {"weighed": True, "bales": [4, 5], "moved": []}


def encoded(**changes: Any) -> bytes:
    data: bytes = module("voyage").encode(module("voyage").File(**{**BARE, **changes}))
    return data


def _names(data: bytes) -> set[str]:
    found: set[str] = set()
    with h5py.File(io.BytesIO(data)) as file:
        file.visit(found.add)
    return found


def test_a_group_without_values_is_not_made() -> None:
    """Neither are its constants, defaults and tables; the fields are None, and so is the canonical value."""
    one, data = module("voyage"), encoded()
    assert not {name for name in _names(data) if name.startswith("cargo")}
    value = one.decode(data)
    assert (value.weighed, value.unit, value.clerk, value.bales, value.moved) == (None,) * 5
    assert one.decode(one.encode(one.from_plain(one.to_plain(value)))) == value and one.sniff(data)


def test_a_group_with_values_is_whole() -> None:
    one, data = module("voyage"), encoded(**CARGO)
    with h5py.File(io.BytesIO(data)) as file:
        assert file["cargo/hold"].attrs["unit"] == "t" and file["cargo"].attrs["clerk"] == "none"
        assert file["cargo/moved"].shape == (0,) and "seals" not in file["cargo"]
    value = one.decode(data)
    assert (value.weighed, value.bales.tolist(), value.moved.tolist()) == (True, [4, 5], [])
    assert one.decode(one.encode(value)) == value


@pytest.mark.parametrize(
    ("given", "path", "rule"),
    [
        ({"weighed": True}, "cargo.hold.bales", "VO-003"), ({"seals": 1}, "cargo.weighed", ""),
        ({"bales": [1]}, "cargo.weighed", ""), ({"clerk": "me", "bales": [1]}, "cargo.weighed", ""),
    ],
)  # fmt: skip
def test_one_value_asks_for_all_that_are_required(given: dict[str, Any], path: str, rule: str) -> None:
    with pytest.raises(EncodeError, match="is missing") as caught:
        encoded(**given)
    assert (caught.value.path, caught.value.rule) == (path, rule)


@pytest.mark.parametrize(
    ("gone", "at", "rule"),
    [
        ("cargo/hold/bales", "/cargo/hold/bales", "VO-003"), ("cargo/hold", "/cargo/hold", ""),
        ("cargo/moved", "/cargo/moved", ""), ("cargo@weighed", "/cargo@weighed", ""),
    ],
)  # fmt: skip
def test_a_group_that_is_there_needs_what_it_asks_for(gone: str, at: str, rule: str) -> None:
    """A group that is there and empty is wrong; one of another kind is, too."""

    def change(file: Any) -> None:
        path, _, name = gone.partition("@")
        if name:
            del file[path].attrs[name]
        else:
            del file[path]

    with pytest.raises(DecodeError, match="is missing") as caught:
        module("voyage").decode(edited(encoded(**CARGO), change))
    assert (caught.value.at, caught.value.rule) == (at, rule)
    for wrong in (lambda file: file.create_group("cargo"), lambda file: file.create_dataset("cargo", data=1)):
        with pytest.raises(DecodeError) as error:
            module("voyage").decode(edited(encoded(), wrong))
        assert str(error.value.at).startswith("/cargo")


def test_files_with_and_without_the_group_are_written_on(tmp_path: Path) -> None:
    """A table below it grows where it is there; elsewhere rows for it are refused, and the others grow."""
    one, path = module("voyage"), tmp_path / "v.h5"
    path.write_bytes(encoded(**CARGO))
    with one.open_writer(path) as writer:
        writer.append_move([1, 2])
        writer.append_leg(["x"], [2.0])
    assert one.decode(path).moved.tolist() == [1, 2] and len(one.decode(path).remarks) == 2
    assert [batch.moved.tolist() for batch in one.follow(path, table="move", timeout=0)] == [[1, 2]]
    path.write_bytes(encoded())
    with one.open_writer(path) as writer:
        writer.append_leg(["x"], [2.0])
        with pytest.raises(EncodeError, match="the file does not have this dataset"):
            writer.append_move([1])
    assert one.decode(path).moved is None and one.repair(path).rows["leg"] == 2
    assert list(one.follow(path, table="move", timeout=0)) == []
    with one.open_writer(tmp_path / "n.h5", ship="s", captain="c", ports=[], weighed=False, bales=[]) as writer:
        writer.append_move([7])
    assert one.decode(tmp_path / "n.h5").moved.tolist() == [7]


def test_what_is_told_of_groups() -> None:
    """`describe` lists them with their presence; `diff` says whom it breaks that one must be there."""
    told = sciwire("describe", str(SPECS / "voyage" / "1.2.0.yaml")).stdout
    assert "/cargo       optional  VO-002  what is on board" in told and "/cargo/hold  required" in told
    for length in ("text, stored with any length, or an array of one", "always 'log'", "0.1 by default"):
        assert length in told


def test_a_group_that_becomes_optional_is_told(tmp_path: Path) -> None:
    old = (SPECS / "voyage" / "1.2.0.yaml").read_text(encoding="utf-8")
    new = old.replace("/cargo: {required: false, ", "/cargo: {")
    for name, text in (("old", old), ("new", new)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.2.0.yaml").write_text(text, encoding="utf-8")
    paths = [str(tmp_path / name / "1.2.0.yaml") for name in ("old", "new")]
    done = sciwire("diff", *paths)
    assert done.returncode == 1 and "groups./cargo" in done.stdout and "files" in done.stdout, done.stdout
    assert sciwire("diff", *reversed(paths), "--for", "files").returncode == 0
