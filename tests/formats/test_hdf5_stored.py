"""Files as other programs store them: text of any length, complex numbers, the wider of two types, soft links."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from strange_modules import edited, module

from sciwire.runtime import CodecError, DecodeError, EncodeError, VersionError, plain
from sciwire.runtime.hdf5 import OutOfRangeError


def voyage(**changes: Any) -> Any:
    fields: dict[str, Any] = {
        "ship": "Beagle", "captain": "Robert", "sailed": "1831-12-27T11:00:00Z", "ports": ["Bahía", "Cocos"],
        "signals": [["a", "bé"], ["", "d"]], "remarks": ["calm", "été"], "depth": [1.5, 2], "flags": ["x", "yé"],
    }  # fmt: skip
    return module("voyage").File(**{**fields, **changes})


def encoded(**changes: Any) -> bytes:
    data: bytes = module("voyage").encode(voyage(**changes))
    return data


def changed(change: Callable[[Any], Any], data: bytes = b"") -> bytes:
    """The file after *change* by h5py."""
    return edited(data or encoded(), change)


def _fix_text(file: Any) -> None:
    """Store all text with a fixed length."""
    for owner, name in ((file, "version"), (file, "ship"), (file["log"], "rig")):
        owner.attrs[name] = np.bytes_(owner.attrs[name])
    file["log"].attrs["flags"] = np.array(["x", "yé".encode()], "S5")
    for path, length, more in (("captain", 9, {}), ("sailed", 20, {}), ("ports", 6, {}), ("signals", 3, {})):
        _replace(file, path, f"S{length}", more)
    _replace(file, "log/remarks", "S6", {"maxshape": (None,), "chunks": (4,)})


def _replace(file: Any, path: str, dtype: Any, more: Any) -> None:
    values = np.asarray(file[path][()])
    raw = np.array([one if isinstance(one, bytes) else one.encode() for one in values.ravel().tolist()], dtype)
    del file[path]
    file.create_dataset(path, data=raw.reshape(values.shape), **more)


def test_text_of_any_length_is_read_and_written_as_variable() -> None:
    """The value is the same whichever way the file has its text; bytes of several characters and empty text, too."""
    one, data = module("voyage"), changed(_fix_text)
    with h5py.File(io.BytesIO(data)) as file:
        assert file["log/remarks"].dtype == "S6" and file["captain"].dtype == "S9", "the test stores what it means to"
    value, usual = one.decode(data), one.decode(encoded())
    assert value == usual and not plain.difference(one.to_plain(value), one.to_plain(usual))
    assert type(value.remarks) is type(usual.remarks) and value.remarks[1] == "été"
    assert value.signals.dtype == usual.signals.dtype == object
    with h5py.File(io.BytesIO(one.encode(value))) as file:
        assert h5py.check_string_dtype(file["captain"].dtype).length is None
    assert one.from_plain(one.to_plain(value)).signals[0, 1] == "bé"


@pytest.mark.parametrize(
    ("path", "raw", "said", "rows"),
    [
        (
            "log/remarks",
            [b"ok", b"a\0b"],
            r"log.remarks\[1\] at /log/remarks: text without a NUL inside is expected",
            ["ok"],
        ),
        ("log/remarks", [b"\xff", b"ok"], r"log.remarks\[0\] at /log/remarks: text in UTF-8 is expected", []),
        ("ports", [b"a", b"\xc3"], r"ports\[1\] at /ports: text in UTF-8 is expected", ["calm", "été"]),
    ],
)
def test_what_is_no_text_is_told_in_a_fixed_length_too(path: str, raw: list[bytes], said: str, rows: list[str]) -> None:
    """Nothing behind a NUL is left out without a word; rows in front of the fault are kept."""

    def change(file: Any) -> None:
        del file[path]
        file[path] = np.array(raw, "S5")

    with pytest.raises(DecodeError, match=said):
        module("voyage").decode(changed(change))
    kept = module("voyage").decode(changed(change), on_error="keep")
    assert len(kept.problems) == 1 and list(kept.remarks) == rows


@pytest.mark.parametrize("value", [5, np.zeros((2, 2), "S3"), np.zeros(2, "V4")], ids=["number", "rank", "opaque"])
def test_what_is_stored_as_no_text_is_refused(value: Any) -> None:
    def change(file: Any) -> None:
        del file["ports"]
        file["ports"] = value

    with pytest.raises(DecodeError) as caught:
        module("voyage").decode(changed(change))
    assert (caught.value.category, caught.value.at) == ("type", "/ports")


def test_rows_that_are_appended_fit_the_text_of_the_file(tmp_path: Path) -> None:
    """HDF5 would cut a text that is longer; here it is refused, and what fits is followed and read."""
    one, path = module("voyage"), tmp_path / "v.h5"
    path.write_bytes(changed(_fix_text, encoded()))
    with one.open_writer(path) as writer:
        writer.append_leg(["squall"], [3])
    before = path.read_bytes()
    for rows in (["too long by far"], ["squallé"]):
        with pytest.raises(EncodeError, match=r"text of at most 6 bytes is expected") as caught, one.open_writer(path) as writer:  # fmt: skip
            writer.append_leg(rows, [4])
        assert (caught.value.path, caught.value.rule) == ("log.remarks[0]", "VO-003")
    assert one.decode(path).remarks.tolist() == ["calm", "été", "squall"] and len(path.read_bytes()) == len(before)
    assert [batch.remarks.tolist() for batch in one.follow(path, table="leg", rows=2, timeout=0)] == [
        ["calm", "été"],
        ["squall"],
    ]
    with pytest.raises(EncodeError, match="the file has another value"):
        one.open_writer(path, ports=["Bahía", "Lima"])
    one.open_writer(path, ports=["Bahía", "Cocos"], captain="Robert", flags=["x", "yé"]).close()


def test_compounds_of_r_and_i_are_complex_numbers_for_h5py(tmp_path: Path) -> None:
    """Both ways, rows and scalars, either byte order; picked rows and followed ones."""
    one, path = module("voyage"), tmp_path / "v.h5"
    waves = np.array([1 + 2j, -3j, 5], "c8")
    data = encoded(depth=[1, 2, 3], remarks=["", "", ""], tide=waves, star={"r": 0.5, "i": 2})
    with h5py.File(io.BytesIO(data)) as file:
        assert file["log/tide"].dtype == "c8" and file["log/tide"][:].tolist() == waves.tolist()
        assert file["star"][()] == 0.5 + 2j
    value = one.decode(data)
    assert value.tide["i"].tolist() == [2, -3, 0] and value.tide.dtype.names == ("r", "i") and value.star["i"] == 2
    assert not plain.difference(one.to_plain(value), one.to_plain(one.decode(one.encode(value))))

    def foreign(file: Any) -> None:
        del file["log/tide"]
        file["log/tide"] = waves.astype(">c8")

    assert one.decode(changed(foreign, data)).tide["r"].tolist() == [1, 0, 5]
    path.write_bytes(data)
    with one.open_writer(path) as writer:
        writer.append_leg(["a", "b"], [1, 2], r=[1, 2], i=[0, 9])
    assert one.decode(path).tide["i"].tolist() == [2, -3, 0, 0, 9]
    assert [len(batch.tide) for batch in one.follow(path, table="leg", rows=2, timeout=0)] == [2, 2, 1]
    with pytest.raises(DecodeError, match=r"log.tide.i\[1\] at /log/tide: 10.0 is outside 9 or less"):
        one.decode(changed(lambda file: file["log/tide"].write_direct(np.array([0, 10j, 0], "c8")), data))
    with pytest.raises(DecodeError, match=r"elements of compound{r: f4, i: f4} are expected, found compound{r: f8, i: f8}"):  # fmt: skip
        one.decode(changed(lambda file: (file.pop("log/tide"), file.create_dataset("log/tide", (3,), "c16")), data))


def test_the_wider_type_is_written_where_the_narrower_can_t_hold_the_value() -> None:
    """Of several types the one that a value has, else the first that holds it: in scalars, attributes and arrays."""
    one = module("voyage")
    wide = voyage(gains=np.array([2**40, 1]), scale=0.1, crew=300, depth=[0.1, 2], miles=[1, 2**40])
    with h5py.File(io.BytesIO(one.encode(wide))) as file:
        assert file["log"].attrs["gains"].tolist() == [2**40, 1] and file["log"].attrs["scale"] == 0.1
        assert file["log"].attrs.get_id("scale").dtype == ">f8" and file["crew"][()] == 300
        assert file["log/depth"].dtype == "<f8" and file["log/miles"][:].tolist() == [1, 2**40]
    with h5py.File(io.BytesIO(encoded(gains=[1, 2], scale=0.5, crew=3))) as file:
        assert file["log"].attrs["gains"].dtype == "<i2" and file["crew"].dtype == "u1"
        assert file["log"].attrs.get_id("scale").dtype == "<f4" and file["log/depth"].dtype == "<f4"
    value = one.decode(one.encode(wide))
    assert value == one.decode(one.encode(value)) and value.crew == 300
    with pytest.raises(OutOfRangeError, match="70000 does not fit uint16"):
        encoded(crew=70000)


def test_rows_that_are_appended_fit_the_type_of_the_file(tmp_path: Path) -> None:
    """HDF5 would round or clip them: the file has chosen, also where it was made without rows."""
    one, path = module("voyage"), tmp_path / "v.h5"
    path.write_bytes(encoded(miles=np.array([1, 2], "<i2")))
    with one.open_writer(path) as writer:
        writer.append_leg(["x"], [0.5], miles=np.array([7]))
        with pytest.raises(OutOfRangeError, match=r"40000 does not fit int16"):
            writer.append_leg(["x"], [1], miles=np.array([40000]))
    with one.open_writer(path) as writer, pytest.raises(EncodeError, match=r"0.1 can't be held by a float of 32 bits"):
        writer.append_leg(["x"], np.array([0.1]), miles=[1])
    assert one.decode(path).miles.tolist() == [1, 2, 7]
    with one.open_writer(tmp_path / "n.h5", ship="a", captain="b", ports=[]) as writer:
        with pytest.raises(EncodeError, match=r"0.1 can't be held by a float of 32 bits"):
            writer.append_leg(["x"], np.array([0.1]))
        writer.append_leg(["x"], np.array([0.5]))
    assert one.decode(tmp_path / "n.h5").depth.tolist() == [0.5]


def test_versions_of_three_numbers(tmp_path: Path) -> None:
    """They are compared by major and minor; patches go together; a file says all three."""
    one = module("voyage")
    assert one.VERSIONS == ("1.0.3", "1.2.0") and one.decode(encoded()).version == "1.2.0"
    for stored, star in (("1.0.9", False), ("1.2.7", True), ("1.9.0", True), ("1.0.0", False)):
        value = one.decode(changed(lambda file, stored=stored: file.attrs.__setitem__("version", stored), encoded(star={"r": 1, "i": 2})))  # fmt: skip
        assert value.version == stored and (value.star is not None) == star, "the newest layout that is not above"
    assert one.decode(encoded(), version="1.0.3").version == "1.0.3"
    assert one.decode(encoded(), version="1.2.5").version == "1.2.0"
    for wrong, said in (("1.2", "three decimal numbers, major.minor.patch, found '1.2'"), ("2.0.0", "2.0.0 is stored, known are 1.0.3, 1.2.0")):  # fmt: skip
        with pytest.raises(VersionError, match=said) as caught:
            one.decode(changed(lambda file, wrong=wrong: file.attrs.__setitem__("version", wrong)))
        assert caught.value.rule == "VO-001"
    with pytest.raises(VersionError, match=r"version 1.3.0 is asked for, the file has 1.2.0"):
        one.decode(encoded(), version="1.3.0")
    assert one.decode(encoded(version="1.00.3")).version == "1.0.3"
    with pytest.raises(VersionError, match=r"a new file can't have version 3.0.0"):
        encoded(version="3.0.0")


@pytest.mark.parametrize("as_bytes", [True, False], ids=["bytes", "path"])
def test_soft_links_are_followed_inside_the_file_alone(tmp_path: Path, as_bytes: bool) -> None:
    """One that leads on through a link to another file, a ring, or into nothing is an error that says so."""
    one = module("voyage")
    (tmp_path / "other.h5").write_bytes(encoded(captain="Mallory"))

    def decode(change: Callable[[Any], Any]) -> Any:
        data = changed(change)
        (tmp_path / "v.h5").write_bytes(data)
        return one.decode(data if as_bytes else tmp_path / "v.h5")

    def relink(path: str, target: str, **links: Any) -> Callable[[Any], None]:
        def change(file: Any) -> None:
            file.move(path, "kept")
            file[path] = h5py.SoftLink(target)
            for name, link in links.items():
                file[name] = link

        return change

    external = h5py.ExternalLink("other.h5", "/captain")
    assert decode(relink("captain", "/kept")).captain == "Robert"
    assert decode(relink("captain", "./log/../kept/.", **{"log/..": h5py.SoftLink("/")})).captain == "Robert"
    assert decode(relink("log", "kept")).remarks.tolist() == ["calm", "été"], "rows below a group behind a link"
    for change in (
        relink("captain", "/out", out=external),
        relink("captain", "/more/captain", more=h5py.ExternalLink("other.h5", "/")),
        relink("captain", "one", one=h5py.SoftLink("two"), two=external),
    ):
        with pytest.raises(DecodeError, match="the object lies in another file, which is not followed") as caught:
            decode(change)
        assert (caught.value.category, caught.value.at) == ("unsupported", "/captain")
    with pytest.raises(DecodeError, match="more than 16 soft links follow one on the other, as in a ring") as caught:
        decode(relink("captain", "ring", ring=h5py.SoftLink("/captain")))
    assert (caught.value.category, caught.value.at) == ("limit", "/captain")
    long = "/" + "again/" * 100_000
    with pytest.raises(DecodeError, match="a soft link leads on by more than 1000 names") as caught:
        decode(relink("captain", "long", long=h5py.SoftLink(long[:60_000]), again=h5py.SoftLink("/")))
    assert (caught.value.category, caught.value.at) == ("limit", "/captain")
    with pytest.raises(DecodeError, match=r"a soft link leads to '/log/nowhere', where there is nothing \[VO-002\]"):
        decode(relink("captain", "/log/nowhere"))


def test_what_stands_behind_links_is_not_written_to(tmp_path: Path) -> None:
    """A writer looks at links as a reader does: rows never go to another file."""
    one, other = module("voyage"), tmp_path / "other.h5"
    other.write_bytes(encoded())
    before = other.read_bytes()

    def change(file: Any) -> None:
        del file["log"]
        file["out"] = h5py.ExternalLink("other.h5", "/log")
        file["log"] = h5py.SoftLink("/out")

    (tmp_path / "v.h5").write_bytes(changed(change))
    with (
        pytest.raises(CodecError, match="the object lies in another file"),
        one.open_writer(tmp_path / "v.h5") as writer,
    ):
        writer.append_leg(["x"], [1])
    assert other.read_bytes() == before
