"""Text in files that is no UTF-8, or that could not be written again, is told; it is never given as if it were sound."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from harbour import harbour, record

from sciwire.runtime import CodecWarning, DecodeError, EncodeError
from sciwire.runtime.hdf5 import Ragged


def _set(path: str, index: Any, raw: bytes) -> Callable[[Any], None]:
    def change(file: Any) -> None:
        file[path][index] = raw

    return change


def _member(file: Any) -> None:
    table = file["ships"][:]
    table["name"][1] = b"\xffab"
    file["ships"][:] = table


def _attribute(file: Any) -> None:
    del file["about"].attrs["version"]
    kind = h5py.string_dtype("utf-8")
    file["about"].attrs.create("version", np.array(b"1.\xff", dtype=object), dtype=kind)


BAD: list[tuple[str, Callable[[Any], None], str, str]] = [
    ("words", _set("north/words", 1, b"\xff\xfe"), "north.words[1]", "HA-006"),
    ("flags", _set("north/flags", 1, b"\xc3"), "north.flags[1]", "HA-007"),
    ("flags", _set("north/flags", 0, b"a\0b"), "north.flags[0]", "HA-007"),
    ("ships", _member, "ships.name[1]", "HA-011"),
    ("map", _set("map", (), b"\xe9"), "map", ""),
    ("map", _set("map", (), "é".encode()), "map", ""),
    ("version", _attribute, "about.version", ""),
]


def _file(path: Path, change: Callable[[Any], None]) -> Path:
    harbour().encode(record(map="a"), path)
    with h5py.File(path, "r+") as file:
        change(file)
    return path


@pytest.mark.parametrize(("field", "change", "path", "rule"), BAD, ids=range(len(BAD)))
def test_text_that_is_none_is_told(tmp_path: Path, field: str, change: Any, path: str, rule: str) -> None:
    """A DecodeError names the item; with ``keep`` it is a problem, and what is given can be written again."""
    file = _file(tmp_path / "a.h5", change)
    with pytest.raises(DecodeError) as caught:
        harbour().decode(file)
    assert (caught.value.category, caught.value.path) == ("constraint", path) and caught.value.rule in (rule, "HA-009")
    kept = harbour().decode(file, on_error="keep")
    assert [one.path for one in kept.problems] == [path]
    if field in ("words", "flags"):
        assert len(kept.words) == int(path[-2]) == len(kept.level), "the rows before the first bad one"
    if field != "ships":
        harbour().encode(kept)


def test_a_character_cut_between_two_rows_is_told(tmp_path: Path) -> None:
    """Each row is judged by itself: the halves of a character are no text, though joined they are one."""

    def change(file: Any) -> None:
        file["north/words"][0] = b"a\xc3"
        file["north/words"][1] = b"\xa9"

    with pytest.raises(DecodeError) as caught:
        harbour().decode(_file(tmp_path / "a.h5", change))
    assert caught.value.path == "north.words[0]" and "61 c3" in caught.value.problem


def test_sound_text_of_any_script_is_read() -> None:
    """What is UTF-8 comes back, whatever its length in bytes."""
    words = ["", "日本語" * 1000]
    value = harbour().decode(harbour().encode(record(words=words, flags=["é€"[:1], "𝄞"])))
    assert value.words.tolist() == words and value.flags.tolist() == ["é", "𝄞"]
    assert harbour().decode(harbour().encode(value)).words == words


def test_unknown_attributes_that_are_no_text_are_left_out_with_a_warning(tmp_path: Path) -> None:
    """They could not be written again."""

    def change(file: Any) -> None:
        raw = np.array(b"\xff", dtype=object)
        file["about"].attrs.create("note", raw, dtype=h5py.string_dtype())
        file["about"].attrs["other"] = "é"

    path = _file(tmp_path / "a.h5", change)
    with pytest.warns(CodecWarning, match="/about@note is left out, its text is no UTF-8"):
        value = harbour().decode(path)
    assert value.extra == {"/about@other": "é"}
    assert harbour().decode(harbour().encode(value)).extra == {"/about@other": "é"}


def test_bytes_are_text_only_if_they_are_utf8() -> None:
    """Members of compounds are bytes when they are read, so bytes may be given; runs of text are proved too."""
    assert (
        harbour().decode(harbour().encode(record(ships={"name": [b"Ada\0\0", "é".encode()]}))).ships["name"][1]
        == "é".encode()
    )
    with pytest.raises(EncodeError) as caught:
        harbour().encode(record(ships={"name": [b"Ada", b"\xff"]}))
    assert caught.value.path == "ships.name[1]"
    broken = Ragged(b"a\xff", np.array([0, 1]), np.array([1, 1]), str)
    with pytest.raises(EncodeError) as run:
        harbour().encode(record(words=broken))
    assert run.value.path == "north.words[1]"
