"""The functions that stand in for the original's: its results, and this project's decisions where it is wrong.

Numbers such as B2 are those of the list of contradictions in the description of the format.
"""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from sciwire.formats import rawhdf5
from sciwire.formats.rawhdf5 import from_rawfile, len_rawfile, to_rawfile
from sciwire.runtime import CodecError, DecodeError, EncodeError, VersionError

MSGS = [b"first", b"", b"\0third\0"]
GROUPS = [0, 7, 255]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "raw.h5"


def filled(path: Path, **options: Any) -> Path:
    to_rawfile(path, MSGS, msg_headers={"io_groups": GROUPS}, **options)
    return path


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "absent"


def test_results_have_the_types_of_the_original(path: Path) -> None:
    """The keys in their order; float64, str, None, list of bytes, list of int64."""
    read = from_rawfile(filled(path))

    assert list(read) == ["created", "modified", "version", "io_version", "msgs", "msg_headers"]
    assert type(read["created"]) is np.float64 and read["created"] <= read["modified"]
    assert (read["version"], read["io_version"], read["msgs"]) == ("0.0", None, MSGS)
    assert type(read["msgs"]) is list and {type(msg) for msg in read["msgs"]} == {bytes}
    assert list(read["msg_headers"]) == ["io_groups"] and read["msg_headers"]["io_groups"] == GROUPS
    assert {type(group) for group in read["msg_headers"]["io_groups"]} == {np.int64}
    assert len_rawfile(path) == 3 and type(len_rawfile(path)) is int


@pytest.mark.parametrize("name", [str, os.fsencode, Path])
def test_file_names_are_of_any_kind(path: Path, name: Any) -> None:
    """str, bytes and path objects, for all three functions."""
    filled(name(path))
    assert len_rawfile(name(path)) == len(from_rawfile(name(path))["msgs"]) == 3


def test_streams_can_be_written_and_read() -> None:
    """A BytesIO grows by appends."""
    stream = io.BytesIO()
    to_rawfile(stream, MSGS)
    to_rawfile(stream, [b"more"], msg_headers={"io_groups": [9]})
    read = from_rawfile(stream)
    assert read["msgs"] == [*MSGS, b"more"] and read["msg_headers"]["io_groups"] == [0, 0, 0, 9]


@pytest.mark.parametrize("headers", [None, {}])
def test_headers_may_be_left_out(path: Path, headers: Any) -> None:
    """B1, B2: without headers the io groups are 0."""
    to_rawfile(path, MSGS, msg_headers=headers)
    assert from_rawfile(path)["msg_headers"]["io_groups"] == [0, 0, 0]


def test_both_names_of_the_header_are_taken(path: Path) -> None:
    """B3: the documentation says io_group, the file says io_groups; both at once are one too many."""
    to_rawfile(path, [b"a"], msg_headers={"io_group": [5]})
    to_rawfile(path, [b"b"], msg_headers={"io_groups": [6]})
    with h5py.File(path) as file:
        assert file["msg_headers"].dtype.names == ("io_groups",) and file["msg_headers"]["io_groups"].tolist() == [5, 6]
    with pytest.raises(EncodeError, match="given twice"):
        to_rawfile(path, [b"b"], msg_headers={"io_groups": [6], "io_group": [6]})


@pytest.mark.parametrize(
    ("arguments", "kind", "rules"),
    [
        ({"version": "1.0"}, AssertionError, ("RAW-049", "RAW-048")),
        ({"version": "0.1"}, RuntimeError, ("RAW-049", "RAW-048")),
        ({"io_version": "1.2"}, AssertionError, ("RAW-055", "RAW-057")),
        ({"io_version": "0.11"}, RuntimeError, ("RAW-055", "RAW-057")),
    ],
)
def test_versions_that_do_not_go_together_are_refused_both_ways(
    path: Path, arguments: dict[str, str], kind: type[Exception], rules: tuple[str, str]
) -> None:
    """B4, B5: one rule for writing and reading; AssertionError and RuntimeError at once."""
    filled(path, io_version="0.10")
    before = digest(path)
    calls = (lambda: to_rawfile(path, [b"x"], **arguments), lambda: from_rawfile(path, **arguments))
    for call, rule in zip(calls, rules, strict=True):
        with pytest.raises(kind) as caught:
            call()
        assert isinstance(caught.value, VersionError) and caught.value.rule == rule
    assert digest(path) == before


def test_minors_are_numbers(path: Path) -> None:
    """B5: 10 is more than 9; 0.00 is 0.0; a stored minor may be newer than the one asked for."""
    filled(path, io_version="0.10")
    assert from_rawfile(path, io_version="0.9")["io_version"] == "0.10"
    to_rawfile(path, [b"x"], io_version="0.9", version="0.00")
    assert from_rawfile(path, version="0.00")["version"] == "0.0" and len_rawfile(path) == 4


def test_an_io_version_is_never_added(path: Path) -> None:
    """Asked for when appending to a file that has none: refused; when reading: accepted, and None."""
    filled(path)
    before = digest(path)
    with pytest.raises(VersionError, match="the file has none"):
        to_rawfile(path, [b"x"], io_version="0.0")
    assert digest(path) == before and from_rawfile(path, io_version="0.0")["io_version"] is None


def test_mismatches_do_not_vanish_under_optimisation(path: Path) -> None:
    """B4: `python -O` removes assertions, not errors."""
    filled(path, io_version="0.0")
    code = "import sys; from sciwire.formats.rawhdf5 import *; to_rawfile(sys.argv[1], io_version='0.1')"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(part for part in sys.path if part)}
    done = subprocess.run(
        [sys.executable, "-O", "-c", code, str(path)], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 1 and "VersionError" in done.stderr


@pytest.mark.parametrize("version", ["0.1", "1.0", "0", "", "0.0.0", "x", 0])
def test_an_unknown_version_makes_no_file(path: Path, version: Any) -> None:
    """No crippled file stays behind."""
    with pytest.raises(VersionError):
        to_rawfile(path, MSGS, version=version)
    assert not path.exists()


@pytest.mark.parametrize(
    ("arguments", "kinds"),
    [
        ({"msgs": ["text"]}, (TypeError,)),
        ({"msgs": [5]}, (TypeError,)),
        ({"msgs": "text"}, (TypeError,)),
        ({"msgs": [b"a"], "msg_headers": {"other": [1]}}, (RuntimeError,)),
        ({"msgs": [b"a"], "msg_headers": {"io_groups": [1, 2]}}, (AssertionError,)),
        ({"msgs": [b"a"], "msg_headers": {"io_groups": [256]}}, (OverflowError, ValueError)),
        ({"msgs": [b"a"], "msg_headers": {"io_groups": np.array([300])}}, (OverflowError,)),
        ({"msgs": [b"a"], "msg_headers": {"io_groups": [-1]}}, (OverflowError,)),
        ({"msgs": [b"a"], "msg_headers": {"io_groups": [1.5]}}, (ValueError,)),
        ({"msgs": [b"a"], "msg_headers": {"io_groups": ["1"]}}, (TypeError,)),
        ({"msgs": [b"a"], "msg_headers": {"io_groups": None, "other": [1]}}, (CodecError,)),
    ],
)
def test_refused_calls_change_nothing(path: Path, arguments: Any, kinds: tuple[type[Exception], ...]) -> None:
    """No rollback is needed where everything is checked first: the old file's bytes, or no file."""
    for start in (None, filled):
        if start:
            start(path)
        before = digest(path)
        for kind in kinds:
            with pytest.raises(kind) as caught:
                to_rawfile(path, **arguments)
            assert isinstance(caught.value, EncodeError)
        assert digest(path) == before


def test_any_iterable_will_do(path: Path) -> None:
    """Generators, tuples, arrays and mixed buffers, for messages and headers."""
    to_rawfile(path, (msg for msg in MSGS), msg_headers={"io_groups": (group for group in GROUPS)})
    to_rawfile(path, (bytearray(b"x"), memoryview(b"yz")), msg_headers={"io_groups": np.array([1.0, 2.0])})
    to_rawfile(path, np.arange(6, dtype="u1").reshape(2, 3), msg_headers={"io_groups": range(2)})
    read = from_rawfile(path)
    assert read["msgs"] == [*MSGS, b"x", b"yz", b"\0\1\2", b"\3\4\5"]
    assert read["msg_headers"]["io_groups"] == [*GROUPS, 1, 2, 0, 1]


def test_modified_moves_and_created_stays(path: Path) -> None:
    """One time in a fresh file; a successful write moves `modified`, a refused one (B9) does not."""
    filled(path)
    fresh = from_rawfile(path)
    assert fresh["created"] == fresh["modified"]
    with pytest.raises(EncodeError):
        to_rawfile(path, ["text"])
    assert from_rawfile(path)["modified"] == fresh["modified"]
    to_rawfile(path)
    later = from_rawfile(path)
    assert later["created"] == fresh["created"] < later["modified"] and later["msgs"] == MSGS


def test_headers_alone_are_not_used(path: Path) -> None:
    """Without messages no rows are added."""
    filled(path)
    to_rawfile(path, msg_headers={"io_groups": [1, 2]})
    assert len_rawfile(path) == 3


@pytest.mark.parametrize("start", [None, 0, 1, -1, -2, 5, -9, 1.9, "2", True, 2**70])
@pytest.mark.parametrize("end", [None, 0, 2, -1, 9, -9, 2.9, "1", -(2**70)])
def test_bounds_are_those_of_a_list(path: Path, start: Any, end: Any) -> None:
    """As `int` takes them, then as a slice of a list."""
    filled(path)
    bounds = slice(*(None if bound is None else int(bound) for bound in (start, end)))
    read = from_rawfile(path, start=start, end=end)
    assert read["msgs"] == MSGS[bounds] and read["msg_headers"]["io_groups"] == GROUPS[bounds]


@pytest.mark.parametrize("bound", ["x", float("nan"), float("inf"), [1], b"", object()])
def test_what_int_refuses_is_refused(path: Path, bound: Any) -> None:
    """Even where a mask takes precedence."""
    filled(path)
    for arguments in ({"start": bound}, {"end": bound}, {"start": bound, "mask": np.ones(3, bool)}):
        with pytest.raises(EncodeError) as caught:
            from_rawfile(path, **arguments)
        assert isinstance(caught.value, TypeError) and isinstance(caught.value, ValueError)


def test_masks_choose_rows(path: Path) -> None:
    """A mask wins over bounds; headers only keeps them for the headers."""
    filled(path)
    for mask in ([True, False, True], [False] * 3, [True] * 3):
        chosen = np.array(mask)
        read = from_rawfile(path, start=2, mask=chosen)
        assert read["msgs"] == [msg for msg, wanted in zip(MSGS, mask, strict=True) if wanted]
        assert read["msg_headers"]["io_groups"] == [group for group, wanted in zip(GROUPS, mask, strict=True) if wanted]
        only = from_rawfile(path, mask=chosen, msg_headers_only=True)
        assert only["msgs"] is None and only["msg_headers"] == read["msg_headers"]
    for wrong in (np.ones(2, bool), np.ones((3, 1), bool), np.ones(0, bool), np.array([0, 1, 0]), "x", np.ones(3)):
        with pytest.raises(TypeError):
            from_rawfile(path, mask=wrong)


def test_attempts_are_looks_at_uneven_files(path: Path) -> None:
    """B10: the original's RuntimeError; 0 does not compare; an append never fills the gap."""
    filled(path)
    with h5py.File(path, "r+") as file:
        file["msg_headers"].resize(2, axis=0)
    before = digest(path)
    for call in (from_rawfile, len_rawfile):
        for attempts in (1, 3):
            with pytest.raises(RuntimeError) as caught:
                call(path, attempts=attempts)
            assert isinstance(caught.value, DecodeError) and caught.value.category == "state"
        with pytest.raises(TypeError):
            call(path, attempts=None)
    assert len_rawfile(path, attempts=0) == 3 and from_rawfile(path, attempts=0)["msgs"] == MSGS[:2]
    with pytest.raises(RuntimeError):
        to_rawfile(path, [b"x"])
    assert digest(path) == before
    assert rawhdf5.decode(path, on_error="keep").msgs == MSGS[:2]


def test_counting_looks_at_nothing_else(path: Path) -> None:
    """No metadata, no version."""
    filled(path)
    with h5py.File(path, "r+") as file:
        del file["meta"]
    assert len_rawfile(path) == 3
    with pytest.raises(KeyError):
        from_rawfile(path)
