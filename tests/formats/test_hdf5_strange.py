"""Specifications unlike any format of this project: no attributes at all, names that Python needs, versions apart."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from strange_modules import SPECS, folder, module, sciwire

from sciwire.runtime import CodecError, DecodeError, EncodeError, VersionError, plain


def test_a_table_without_anything_beside_it(tmp_path: Path) -> None:
    """No attributes, groups, places: the module is made, appends, follows, and is told by its one dataset."""
    barelog, path = module("barelog"), tmp_path / "a.h5"
    with barelog.open_writer(path) as writer:
        writer.append([2, 3])
        writer.append(count=np.array([4]))
    assert barelog.decode(path).count.tolist() == [2, 3, 4]
    assert [batch.count.tolist() for batch in barelog.follow(path, 1, rows=1, timeout=0)] == [[3], [4]]
    assert barelog.sniff(path.read_bytes()) and not module("weather").sniff(path.read_bytes())
    with pytest.raises(EncodeError, match=r"count\[0\] at /count: 1 is outside 2 or more \[BA-001\]"):
        barelog.encode(barelog.File(count=[1]))


def test_names_that_python_needs_get_an_underscore(tmp_path: Path) -> None:
    """The file has the names of the specification, and so has the canonical value; Python has others."""
    wordlist, path = module("wordlist"), tmp_path / "w.h5"
    wordlist.put(path, [1, 2], {"self": [3, 4], "f": [0.5, 1]}, [1.0, 2.0, 3.0])
    with h5py.File(path) as file:
        assert set(file) == {"one", "three", "four"} and dict(file["one"].attrs) == {"limits": "2.0"}
        assert file["one/two"].attrs["list"] == 3 and file.attrs["value of"] == 0
        assert file.attrs["str"].tolist() == [7, 7], "one default for all places"
        assert file["three/five/timeout"].dtype.names == ("self", "f", "import")
    value = wordlist.decode(path)
    assert (value.limits_, value.list_, value.field_.tolist()) == ("2.0", 3, [1, 2])
    assert wordlist.to_plain(value)["field"] == plain.to_plain(np.array([1, 2], "<u2"))
    assert wordlist.get(path, 1, quick=True) == {
        "limits": "2.0", "f": None, "field": [2], "timeout": None, "filename": pytest.approx([1, 2, 3]),
    }  # fmt: skip
    assert wordlist.get(path)["timeout"]["import"] == ["abc", "abc"] and wordlist.size(path) == 2
    again = wordlist.from_plain(wordlist.to_plain(value))
    assert not plain.difference(wordlist.to_plain(value), wordlist.to_plain(wordlist.decode(wordlist.encode(again))))
    with wordlist.open_writer(tmp_path / "v.h5", filename_=[1.0], list_=9) as writer:
        writer.append([1], self_=[2], import_=["é"])
    assert wordlist.decode(tmp_path / "v.h5").timeout["import"].tolist() == ["é".encode()]


def test_the_usual_places_are_recognised(tmp_path: Path) -> None:
    """`sniff` and `inspect` look at the paths that the defaults give; unknown attributes move with the places."""
    wordlist, path = module("wordlist"), tmp_path / "w.h5"
    wordlist.put(path, [1], {"self": [1]}, [1.0], where="one")
    assert wordlist.sniff(path.read_bytes())
    shown = sciwire("inspect", str(path), output=folder())
    assert shown.returncode == 0 and "wordlist" in shown.stdout, shown.stdout + shown.stderr
    with h5py.File(path, "r+") as file:
        file["one"].attrs["note"] = "kept"
        file["three"].attrs["pass"] = 5
    value = wordlist.decode(path)
    assert value.extra == {"/{start}@note": "kept", "/{path}@pass": 5}
    wordlist.encode(value, tmp_path / "v.h5", start_="other/place")
    with h5py.File(tmp_path / "v.h5") as file:
        assert file["other/place"].attrs["note"] == "kept" and file["three"].attrs["pass"] == 5


def _ledger(version: str | None) -> Any:
    ledger = module("ledger")
    old = {"amount": [1, 2], "memo": ["a", "b"]}
    fields: dict[str | None, Any] = {
        "1.0": old,
        "1.1": {**old, "cents": [5, 6]},
        "2.0": {"book": {"amount": [1]}, "pages": ["p"]},
    }
    return ledger.File(version=version, owner="me", **fields[version or "2.0"])


@pytest.mark.parametrize("version", ["1.0", "1.1", "2.0", None])
def test_each_version_has_its_own_layout(version: str | None) -> None:
    """Objects are where the version that the file states has them; fields of other versions are None."""
    ledger = module("ledger")
    data = ledger.encode(_ledger(version))
    with h5py.File(io.BytesIO(data)) as file:
        assert set(file) == ({"entries"} if version in ("1.0", "1.1") else {"book", "pages", "people"})
        assert ("owner" in file.attrs) == (version in ("1.0", "1.1"))
    value = ledger.decode(data)
    assert value.version == (version or "2.0") and value.owner == "me" and ledger.sniff(data)
    assert (value.book is None) == (version in ("1.0", "1.1")) and (value.cents is not None) == (version == "1.1")
    seen = ledger.to_plain(value)
    assert "cents" not in seen or version == "1.1"
    assert not plain.difference(seen, ledger.to_plain(ledger.decode(ledger.encode(ledger.from_plain(seen)))))


def test_files_of_old_versions_are_written_on(tmp_path: Path) -> None:
    """The stored version decides what may be appended; what it has no place for is refused, and nothing changes."""
    ledger, path = module("ledger"), tmp_path / "l.h5"
    with ledger.open_writer(path, version="1.0", owner="me") as writer:
        writer.append_entry(amount=[1], memo=["x"])
    before = path.read_bytes()
    with pytest.raises(EncodeError, match="files of this version have no 'book'"):
        ledger.add(path, {"amount": [5]})
    assert path.read_bytes() == before
    with ledger.open_writer(path) as writer:
        writer.append_entry(amount=[2], memo=["y"])
        with pytest.raises(EncodeError, match="files of this version have no 'pages'"):
            writer.append_page(["z"])
    assert ledger.decode(path).amount.tolist() == [1, 2] and ledger.size(path) == 2
    assert [batch.amount.tolist() for batch in ledger.follow(path, table="entry", timeout=0)] == [[1, 2]]
    assert ledger.repair(path).rows == {"entry": 2}
    with pytest.raises(EncodeError, match="files of this version have no dataset 'cents'"):
        ledger.encode(ledger.File(version="1.0", owner="x", amount=[1], memo=["a"], cents=[1]))


def test_an_unknown_minor_is_read_as_the_newest_known_below_it(tmp_path: Path) -> None:
    """1.3 is read as 1.1, keeps its number, and can be written again."""
    ledger, path = module("ledger"), tmp_path / "l.h5"
    ledger.encode(_ledger("1.1"), path)
    with h5py.File(path, "r+") as file:
        file.attrs["version"] = "1.3"
    value = ledger.decode(path)
    assert value.version == "1.3" and value.cents.tolist() == [5, 6]
    assert ledger.decode(ledger.encode(value)).version == "1.3"
    assert ledger.decode(ledger.encode(ledger.File(version="02.00", owner="x", book={"amount": [1]}))).version == "2.0"
    with pytest.raises(VersionError, match=r"a new file can't have version 3.0, known are 1.0, 1.1, 2.0"):
        ledger.encode(ledger.File(version="3.0", owner="x"))


def test_numbered_versions_stay_numbers() -> None:
    """A version that is an integer in the file is one in Python; each number has its layout."""
    trace = module("trace")
    old = trace.Trace(version=1, wave=[[1.0, 2.0]])
    new = trace.Trace(
        wave=[[1.0]], cube=np.full((1, 2, 3, 1), -5), flags=[[True, False]], codes=[7], names=[["a", "b"]], note="n",
        raw=b"\0x", run=[1, 256, -7][:2:2], table=[[1, 2], [3, 4]], fill=[0.5],
    )  # fmt: skip
    assert (trace.decode(trace.encode(old)).version, trace.decode(trace.encode(new)).version) == (1, 2)
    value = trace.decode(trace.encode(new))
    assert value.point is None, "an optional compound that nobody gave is not made of defaults"
    assert value.run.tolist() == [1] and value.run.dtype == ">i4", "runs of foreign byte order"
    assert value.raw == b"\0x" and value.cube.dtype == ">i2"


def test_the_generated_values_of_every_strange_format_come_back() -> None:
    """`conform` draws values of each specification, says that there are no vectors, and finds nothing."""
    done = sciwire("conform", "--specs", str(SPECS), "--examples", "25", output=folder())
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ledger has no vectors, only generated values judge it" in done.stderr
    assert "10 passed" in done.stdout


@pytest.mark.parametrize("name", ["barelog", "ledger", "wordlist"])
def test_every_truncation_is_told(name: str) -> None:
    """No cut of a file gives anything but an error of ours."""
    made = {
        "barelog": lambda one: one.encode(one.File(count=[2, 3])),
        "ledger": lambda one: one.encode(_ledger("1.1")),
        "wordlist": lambda one: one.encode(one.File(field_=[1], timeout={"self": [1]}, filename_=[1.0])),
    }
    data = made[name](module(name))
    for length in (*range(0, 300), *range(300, len(data), 97)):
        with pytest.raises(DecodeError):
            module(name).decode(data[:length], on_error="keep")


@pytest.mark.parametrize("name", ["barelog", "ledger"])
def test_turned_bits_give_values_or_errors(name: str) -> None:
    """Nothing but a `CodecError` leaves a decoder, in either mode, and what it gives can be shown."""
    one = module(name)
    data = bytearray(one.encode(one.File(count=[2, 3]) if name == "barelog" else _ledger("1.1")))
    random = np.random.default_rng(5)
    places = np.flatnonzero(np.frombuffer(data, "u1"))
    for place in random.choice(places, 150, replace=False):
        bit = 1 << int(random.integers(8))
        data[place] ^= bit
        for mode in ("raise", "keep"):
            try:
                value = one.decode(bytes(data), on_error=mode)
                one.summary(value)
            except CodecError as error:
                assert str(error)
        data[place] ^= bit
