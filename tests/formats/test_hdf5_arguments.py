"""Values of other kinds than a function takes: whatever it is given, nothing but a `CodecError` comes out."""

from __future__ import annotations

import dataclasses
import inspect
import io
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from harbour import digest, harbour, record, row

from sciwire.formats import hdf5blob, rawhdf5
from sciwire.runtime import CodecError, EncodeError

WRONG: list[Any] = [
    None, 5, -1, 10**5000, float("nan"), object(), "x", "\ud800", "a\0b", b"\xff", [], [None], {"a": 1}, {5: 5}, np.array(5),
    np.zeros((2, 2)), np.array([1j]), [[1], [1, 2]], io.StringIO("x"), io.BytesIO(b"x"), range(3), int, Ellipsis,
]  # fmt: skip
#: arguments that a caller may get wrong, and the path of the error
NAMED: list[tuple[str, dict[str, Any], str]] = [
    ("decode", {"path": None}, "file"),
    ("decode", {"path": 5}, "file"),
    ("decode", {"path": "a\0b"}, "file"),
    ("decode", {"path": io.StringIO("x")}, "file"),
    ("decode", {"limits": 5}, "limits"),
    ("decode", {"on_error": None}, "on_error"),
    ("decode", {"profile": 5}, "profile"),
    ("decode", {"version": 5}, "about.version"),
    ("decode", {"version": 10**5000}, "about.version"),
    ("encode", {"value": None}, "value"),
    ("encode", {"value": 5}, "value"),
    ("encode", {"path": 5}, "path"),
    ("encode", {"path": "a\0b"}, "path"),
    ("to_plain", {"value": None}, "value"),
    ("summary", {"value": object()}, "value"),
    ("sniff", {"data": 5}, "data"),
    ("sniff", {"data": "x"}, "data"),
    ("spans", {"data": None}, "file"),
    ("open_writer", {"filename": None}, "file"),
    ("open_writer", {"filename": 5}, "file"),
    ("open_writer", {"filename": "\ud800"}, "file"),
    ("follow", {"filename": None}, "file"),
    ("follow", {"start": -1}, "start"),
    ("follow", {"start": "x"}, "start"),
    ("follow", {"rows": 0}, "rows"),
    ("follow", {"rows": None}, "rows"),
    ("follow", {"timeout": None}, "timeout"),
    ("follow", {"poll": float("nan")}, "poll"),
    ("follow", {"even": "x"}, "even"),
    ("repair", {"filename": None}, "file"),
    ("repair", {"cut": "x"}, "cut"),
    ("repair", {"backup": 5}, "backup"),
    ("put", {"to": None}, "file"),
    ("put", {"to": 5}, "file"),
    ("tides", {"to": 5}, "file"),
    ("get", {"to": None}, "file"),
    ("get", {"start": object()}, "start"),
    ("get", {"tries": None}, "attempts"),
    ("get", {"tries": np.zeros(1, [("a", "u1")])}, "attempts"),
]


def _good(name: str, path: Path) -> dict[str, Any]:
    """Arguments with which the function *name* does its work, on a file that is there."""
    usual = {"value": record(), "data": path.read_bytes(), "path": path, "filename": path, "to": path, "timeout": 0}
    words = inspect.signature(getattr(harbour(), name)).parameters
    return {
        **({"obj": harbour().to_plain(record())} if name == "from_plain" else {}),
        **(row(to=path, ships=None, quay=None, chart=None) if name == "put" else {}),
        **{word: usual[word] for word in words if word in usual and not (name == "encode" and word == "path")},
    }


def _call(name: str, arguments: dict[str, Any]) -> None:
    made = getattr(harbour(), name)(**arguments)
    if isinstance(made, Iterator):
        list(islice(made, 20))
    elif name == "open_writer":
        made.close()


def _functions() -> list[str]:
    return [name for name in harbour().__all__ if inspect.isfunction(getattr(harbour(), name))]


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A good file in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    harbour().encode(record(), tmp_path / "a.h5")
    return tmp_path / "a.h5"


def _only_ours(call: Callable[[], Any], about: str) -> None:
    try:
        call()
    except CodecError as error:
        assert str(error) and isinstance(error.path, str)
    except Exception as error:
        pytest.fail(f"{about}: {type(error).__name__}: {error}")


@pytest.mark.parametrize(("name", "wrong", "where"), NAMED, ids=range(len(NAMED)))
def test_the_argument_is_named(path: Path, name: str, wrong: dict[str, Any], where: str) -> None:
    """The error's path is the argument; a file that is there is not touched."""
    before = digest(path)
    with pytest.raises(CodecError) as caught:
        _call(name, {**_good(name, path), **wrong})
    assert caught.value.path == where and str(caught.value).startswith("harbour"), str(caught.value)
    assert digest(path) == before and [one.name for one in path.parent.iterdir()] == ["a.h5"]


def test_every_argument_of_every_function(path: Path) -> None:
    """Each is given everything that it can't be, one after the other."""
    names = _functions()
    assert {"decode", "encode", "follow", "from_plain", "open_writer", "put", "repair", "spans"} <= set(names)
    for name in names:
        for word in inspect.signature(getattr(harbour(), name)).parameters:
            for number, wrong in enumerate(WRONG):
                if word == "timeout" and isinstance(wrong, int):
                    continue  # 10**5000 seconds
                harbour().encode(record(), path)
                _only_ours(lambda: _call(name, {**_good(name, path), word: wrong}), f"{name} {word} {number}")  # noqa: B023


def test_every_field_of_a_record() -> None:
    """Whatever stands in a record, it is encoded or refused with a path, and can be shown or is refused."""
    for one in dataclasses.fields(harbour().File):
        for number, wrong in enumerate(WRONG):
            value = record(**{one.name: wrong})
            for use in (harbour().encode, harbour().to_plain, harbour().summary):
                _only_ours(lambda: use(value), f"{one.name} {number}")  # noqa: B023


def test_every_column_of_an_append(path: Path) -> None:
    """A writer that is kept open refuses and goes on."""
    with harbour().open_writer(path) as writer:
        good = {name: row()[name] for name in ("level", "clock", "waves", "words", "flags", "raw")}
        for name in good:
            for number, wrong in enumerate(WRONG):
                _only_ours(lambda: writer.append(**{**good, name: wrong}), f"{name} {number}")  # noqa: B023
        for wrong in (None, 5, "x", 10**5000, [], object()):
            for call in (lambda: writer.count(wrong), lambda: writer.append_to(wrong, good)):  # noqa: B023
                with pytest.raises(EncodeError) as caught:
                    call()
                assert caught.value.path == "table"
        assert writer.append(**good) == 2 and writer.count("tide") % 2 == 0
    assert len(harbour().decode(path).words) >= 4


def test_file_objects_that_fail(tmp_path: Path) -> None:
    """One that can't be read, written or gone back in is told as an error of the file."""
    closed = io.BytesIO()
    closed.close()
    (tmp_path / "a").write_bytes(harbour().encode(record()))
    with (tmp_path / "a").open("rb") as only_read:
        for call in (lambda: harbour().decode(closed), lambda: harbour().encode(record(), only_read), lambda: harbour().put(only_read, **row(chart=None))):  # fmt: skip
            with pytest.raises(CodecError) as caught:
                call()
            assert caught.value.category == "io" and caught.value.path == "file"


@pytest.mark.parametrize("name", [None, 5, object(), 1.5, ["a"]])
def test_a_file_name_of_the_original_that_is_none(name: Any) -> None:
    """`to_rawfile` and its kin say which argument is at fault, as a TypeError as with the original."""
    for call in (
        lambda: rawhdf5.to_rawfile(name, [b"a"]),
        lambda: rawhdf5.len_rawfile(name),
        lambda: rawhdf5.from_rawfile(name),
    ):
        with pytest.raises(TypeError) as caught:
            call()
        assert isinstance(caught.value, EncodeError) and caught.value.path == "file"
        assert str(caught.value).startswith("rawhdf5.File file: a path or a binary file object is expected")


BLOB: list[tuple[Callable[[Any], Any], str]] = [
    (hdf5blob.decode, "file"),
    (hdf5blob.spans, "file"),
    (hdf5blob.sniff, "data"),
    (hdf5blob.to_plain, "value"),
    (hdf5blob.summary, "value"),
    (lambda one: hdf5blob.decode(b"", limits=one or 5), "limits"),
    (lambda one: hdf5blob.decode(b"", on_error=one), "on_error"),
    (lambda one: hdf5blob.decode(b"", profile=one), "profile"),
    (hdf5blob.HDF5BinarySerializer({"fields": {"a": "/a"}}), "batches"),
    (lambda one: hdf5blob.encode({"/a": np.ones(2)}, compression=one or 5), "compression"),
    (lambda one: hdf5blob.encode({"/a": np.ones(2)}, compression="gzip", compression_level=one or object()), "compression_level"),
]  # fmt: skip


@pytest.mark.parametrize("wrong", [None, 10**5000, object(), np.array(5)], ids=range(4))
@pytest.mark.parametrize(("call", "where"), BLOB, ids=range(len(BLOB)))
def test_arguments_of_files_whose_arrays_a_configuration_names(
    call: Callable[[Any], Any], where: str, wrong: Any
) -> None:
    """They too say which argument is at fault; what is wrong as a whole has no path."""
    if where == "compression_level" and isinstance(wrong, np.ndarray):
        wrong = np.array([1.5])
    with pytest.raises(CodecError) as caught:
        made = call(wrong)
        list(made)
    assert caught.value.path == where and caught.value.subject.startswith("hdf5blob")
