"""An invented format with everything in it: arrays of any rank, compounds of arrays and texts, runs, enumerations."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from strange_modules import module

from sciwire.runtime import CodecWarning, DecodeError, EncodeError, plain

TEMPERATURES = np.arange(12, dtype="<f8").reshape(2, 3, 2)


def weather(**changes: Any) -> Any:
    fields: dict[str, Any] = {
        "station": "ABCDEF", "names": ["a", "bé", ""], "key": b"\0\1\2\0", "blob": b"abc\0", "steps": [1, -2, 3],
        "when": "2026-01-01T00:00:00Z", "temp": TEMPERATURES,
        "wind": {"speed": np.ones((2, 4)), "names": [[["a", "b"]] * 4] * 2}, "state": ["dry", "wet"],
        "tag": [b"ab\0", b"abc"], "track": [[1, 2], []], "logs": ["x", "é"], "blobs": [b"", b"\0"], "lats": [1, 2, 3],
        "labels": ["e", "w"], "sites": [["a", "b"], ["c", "dd"]], "best": {"when": 5, "who": "me", "where": [1, 2]},
        "record": {"n": [1, 2, 3]}, "words": ["x", "y", "z"],
    }  # fmt: skip
    return module("weather").Weather(**{**fields, **changes})


def encoded(**changes: Any) -> bytes:
    data: bytes = module("weather").encode(weather(**changes))
    return data


def changed(change: Callable[[Any], Any], data: bytes = b"") -> bytes:
    """The file after *change* by h5py."""
    stream = io.BytesIO(data or encoded())
    with h5py.File(stream, "r+") as file:
        change(file)
    return stream.getvalue()


def test_h5py_finds_what_the_specification_says() -> None:
    """Defaults with a shape are spread or taken as lists, constants are written, columns have their inner shapes."""
    with h5py.File(io.BytesIO(encoded())) as file:
        sky, wind = file["sky"].attrs, file["ground/wind"]
        assert sky["flags"].tolist() == [1, 2] and sky["grid"].tolist() == [[0.5, 0.5]] * 2
        assert sky["codes"].tolist() == [b"aa", b"aa"] and sky["steps"].tolist() == [1, -2, 3]
        assert file["ground/temp"].attrs["layout"].tolist() == [4, 2] and sky["key"].tobytes() == b"\0\1\2\0"
        assert bytes(sky["blob"]) == b"abc\0"
        assert (wind.shape, wind.dtype["names"].shape, wind.dtype["box"].shape) == ((2, 4), (2,), (2, 2))
        assert wind["names"][0, 0].tolist() == [b"a", b"b"] and wind["box"].min() == wind["box"].max() == -1
        assert wind.id.get_create_plist().get_filter(0)[:3:2] == (32015, (3,)), "zstd, level 3"
        assert file["axis/best"][()]["where"].tolist() == [1, 2] and file["axis/record"].maxshape == (3,)
        assert [row.tolist() for row in file["sky/balloon/track"]] == [[1, 2], []]


def test_everything_comes_back() -> None:
    """Values, types and the canonical form; lines for people name no types of numpy."""
    one = module("weather")
    value = one.decode(encoded())
    assert value.blob == b"abc\0" and value.key == b"\0\1\2\0" and value.open is True
    assert value.tag.tolist() == [b"ab\0", b"abc"] and list(value.state) == ["dry", "wet"]
    assert value.best["who"] == b"me" and value.record["v"].tolist() == [0, 0, 0]
    seen = one.to_plain(value)
    assert seen["best"] == {"when": 5, "who": "me", "where": [1, 2]}
    assert seen["tag"] == plain.to_plain([b"ab\0", b"abc"])
    assert not plain.difference(seen, one.to_plain(one.decode(one.encode(one.from_plain(seen)))))
    lines = dict(one.summary(value))
    assert lines["sky.names"] == "text 3" and lines["ground.tag"] == "3 bytes 2" and lines["sky.blob"].startswith("4 b")
    assert not [line for line in lines.values() if "np." in line or "<U" in line or "|S" in line]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"best": {"when": 5, "who": "toolongname", "where": [1, 2]}}, r"axis\.best\.who\[0\].*at most 8 bytes"),
        ({"record": {"n": [1, 2]}}, r"axis\.record at /axis/record: axis 0 is 3 long, got 2"),
        ({"words": ["a"]}, r"axis\.words at /axis/words: axis 0 is 3 long, got 1"),
        ({"labels": ["only"]}, r"axis\.labels.*axis lon is 1 long, in ground\.temp it is 2"),
        ({"wind": {"speed": np.ones((2, 3))}}, r"ground\.wind at /ground/wind: axis 1 is 4 long, got 3"),
        ({"wind": {"speed": np.full((2, 4), 130)}}, r"ground\.wind\.speed\[0, 0\].*outside 0 to 120 \[WE-008\]"),
        ({"state": ["dry", "damp"]}, r"ground\.state\[1\].*one of dry, wet is expected, got 'damp' \[WE-003\]"),
        ({"tag": [b"ab", b"abc"]}, r"ground\.tag\[0\].*3 bytes are expected, got 2"),
        ({"station": "é"}, r"text in ASCII is expected, got 'é'"),
        ({"grid": 2}, r"sky\.grid at /sky@grid: rank 2 is expected"),
        ({"kind": "lake"}, r"ground\.net\.kind at /ground/net@kind.*\[WE-006\]"),
        ({"extra": {"/nowhere@x": 1}}, r"an attribute of one of /, /ground"),
        ({"extra": {"/sky@grid": 1}}, r"the attribute has a field of its own, grid"),
    ],
)
def test_what_does_not_fit_is_refused(changes: dict[str, Any], message: str) -> None:
    """With the place of the value, and the rule of the innermost thing that has one."""
    with pytest.raises(EncodeError, match=message):
        encoded(**changes)


def _set(path: str, index: Any, value: Any, member: str = "") -> Callable[[Any], None]:
    def change(file: Any) -> None:
        rows = file[path][:]
        (rows[member] if member else rows)[index] = value
        file[path][...] = rows

    return change


@pytest.mark.parametrize(
    ("change", "message", "kept"),
    [
        (_set("/ground/wind", (1, 2), 500, "speed"), r"wind\.speed\[1, 2\] at /ground/wind: .*WE-008", {"temp": 1}),
        (_set("/ground/state", 1, "foggy"), r"ground\.state\[1\].*found 'foggy' \[WE-003", {"state": 1, "temp": 1}),
        (_set("/axis/lats", 1, 1000), r"axis\.lats\[1\] at /axis/lats: .*WE-003", {"lats": None, "temp": 2}),
        (_set("/sky/balloon/track", 0, np.array([1, 200], "f4")), r"track\[0\]\[1\].*WE-010", {"track": 0, "temp": 2}),
        (lambda f: f["/ground/net"].attrs.__setitem__("kind", "lake"), r"WE-006", {"kind": None, "temp": 2}),
        (lambda f: f["/ground/temp"].attrs.__setitem__("units", "C"), r"'K' is expected.*WE-004", {"units": None}),
        (lambda f: f["/sky"].attrs.__setitem__("grid", np.full((2, 2), 11, "f4")), r"WE-007", {"grid": None}),
        (lambda f: f.__delitem__("/sky"), r"sky at /sky: the group is missing \[WE-005", {"track": None, "temp": 2}),
    ],
)
def test_faults_are_named_and_the_rest_is_kept(
    change: Callable[[Any], Any], message: str, kept: dict[str, int | None]
) -> None:
    """Ranges, enumerations, constants, groups: refused with rule and place; kept, the rest of the file is there."""
    data = changed(change)
    with pytest.raises(DecodeError, match=message):
        module("weather").decode(data)
    value = module("weather").decode(data, on_error="keep")
    assert value.problems and all(problem.subject == "weather.Weather" for problem in value.problems)
    for name, rows in kept.items():
        found = getattr(value, name)
        assert found is None if rows is None else len(found) == rows, name


def test_attributes_that_nobody_knows_survive() -> None:
    """Those of the root, of groups on the way and of datasets, of every type but references."""

    def change(file: Any) -> None:
        file.attrs["who"] = "me"
        file.attrs["pair"] = np.array([(1, 2.0)], dtype="i4,f8")
        file["axis"].attrs["n"] = 2.5
        file["sky/balloon"].attrs["list"] = ["a", "bé"]
        file["ground/temp"].attrs["nothing"] = h5py.Empty("f4")
        file["sky"].attrs["fixed"] = np.bytes_(b"xy")
        file["ground/net"].attrs["yes"] = True
        file["axis/best"].attrs["where"] = file["axis/lats"].ref

    data = changed(change)
    one = module("weather")
    value = one.decode(data)
    assert set(value.extra) == {
        "/@who", "/@pair", "/axis@n", "/sky/balloon@list", "/ground/temp@nothing", "/sky@fixed", "/ground/net@yes",
    }  # fmt: skip
    with h5py.File(io.BytesIO(data)) as old, h5py.File(io.BytesIO(one.encode(value))) as new:
        for at in value.extra:
            path, _, name = at.partition("@")
            assert repr(new[path].attrs[name]) == repr(old[path].attrs[name])
            assert new[path].attrs.get_id(name).dtype == old[path].attrs.get_id(name).dtype
    assert "2.5" in dict(one.summary(value))["axis.n"]


def test_what_goes_with_an_absent_dataset_is_told() -> None:
    """An attribute of a dataset that is left out can't be written; that is no secret."""
    with pytest.warns(CodecWarning, match="the attribute /axis/words@q is left out, the file has no /axis/words"):
        encoded(words=None, extra={"/axis/words@q": 1})


def test_rows_have_the_shape_and_the_room_that_the_file_has(tmp_path: Path) -> None:
    """HDF5 would fill narrower rows up with zeros; a dataset that another program made may not grow at all."""
    one, path = module("weather"), tmp_path / "w.h5"
    path.write_bytes(encoded(state=None, tag=None))
    wind = {"speed": np.ones((1, 4))}
    with one.open_writer(path) as writer:
        for shape in ((1, 3, 1), (1, 2, 2), (1, 4, 2)):
            with pytest.raises(EncodeError, match=r"rows of shape \(3, 2\) are expected, got") as caught:
                writer.append_hour(np.ones(shape), wind)
            assert (caught.value.path, caught.value.at, caught.value.category) == (
                "ground.temp",
                "/ground/temp",
                "size",
            )
        assert writer.append_hour(np.ones((1, 3, 2)), wind) == 1 and writer.append_hour([], {"speed": []}) == 0
    assert one.decode(path).temp.shape == (3, 3, 2)

    def fix(file: Any) -> None:
        logs = file["sky/balloon/logs"][()]
        del file["sky/balloon/logs"]
        file.create_dataset("sky/balloon/logs", data=logs, dtype=h5py.string_dtype())

    path.write_bytes(changed(fix))
    before = path.read_bytes()
    with one.open_writer(path) as writer:
        with pytest.raises(EncodeError, match="can't grow beyond 2 rows") as caught:
            writer.append_flight([[1]], ["x"], [b""])
        assert caught.value.at == "/sky/balloon/logs"
    assert path.read_bytes() == before


def test_no_rows_have_no_lengths_of_their_own() -> None:
    """An empty list goes with what others say of the free axes; a file of no rows is read and written again."""
    one = module("weather")
    none = {"wind": {"speed": np.ones((0, 4))}, "state": [], "tag": []}
    value = one.decode(encoded(temp=[], **none))
    assert value.temp.shape == (0, 3, 2), "lats and labels have 3 and 2"
    assert one.decode(one.encode(one.from_plain(one.to_plain(value)))).temp.shape == (0, 3, 2)
    with pytest.raises(EncodeError, match=r"axis lat is 3 long, in ground.temp it is 2|axis lat is 2 long"):
        encoded(temp=np.ones((0, 2, 1)), **none)
