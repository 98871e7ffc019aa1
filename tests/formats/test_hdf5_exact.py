"""Numbers that the type of a dataset, an attribute or a run can't hold are refused before a file is touched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from harbour import digest, harbour, record, row

from sciwire.runtime import EncodeError
from sciwire.runtime.hdf5 import OutOfRangeError

INEXACT: list[tuple[str, Any, str, str]] = [
    ("clock", [1, 2**53 + 1], "north.clock[1]", "HA-004"),
    ("clock", [2**63 - 1, 0], "north.clock[0]", "HA-004"),
    ("clock", np.array([0, 2**63 - 1]), "north.clock[1]", "HA-004"),
    ("clock", np.array([2**64 - 1, 0], "u8"), "north.clock[0]", "HA-004"),
    ("clock", [2**53 + 1, 0.5], "north.clock[0]", "HA-004"),
    ("clock", [2**63, -(2**62) - 1], "north.clock[1]", "HA-004"),
    ("level", [[0.5, 1], [0.333, 1]], "north.level[1, 0]", "HA-003"),
    ("level", np.array([[0.5, 1], [1, 1e-50]]), "north.level[1, 1]", "HA-003"),
    ("level", np.array([[1, 1], [1, 2**24 + 1]]), "north.level[1, 1]", "HA-003"),
    ("waves", [[1], [2, 2**24 + 1]], "north.waves[1][1]", "HA-005"),
    ("waves", [[1 / 3], [2]], "north.waves[0][0]", "HA-005"),
    ("zero", [0.5, 1 / 3], "north.zero[1]", "HA-001"),
    ("depth", 2**53 + 1, "about.depth", "HA-002"),
    ("chart", 2**63 - 1, "chart", "HA-012"),
    ("chart", 10**400, "chart", "HA-012"),
    ("chart", -(10**5000), "chart", "HA-012"),
    ("clock", [0.5, 10**400], "north.clock[1]", "HA-004"),
    ("quay", [10**5000, 1], "east.one.quay[0]", ""),
    ("ships", {"name": ["a", "b"], "load": [0.5, 0.1]}, "ships.load[1]", "HA-011"),
]


@pytest.mark.parametrize(("field", "value", "path", "rule"), INEXACT, ids=range(len(INEXACT)))
def test_what_would_come_back_as_another_number_is_refused(field: str, value: Any, path: str, rule: str) -> None:
    """The error names the item and the rule, and is no bare OverflowError."""
    with pytest.raises(EncodeError) as caught:
        harbour().encode(record(**{field: value}))
    assert (caught.value.path, caught.value.rule) == (path, rule)
    assert len(str(caught.value)) < 200, "a long integer is not written out"


@pytest.mark.parametrize("field", ["clock", "level", "waves", "chart"])
def test_a_refused_append_changes_no_byte(tmp_path: Path, field: str) -> None:
    """Neither is a file made, nor one that is there touched."""
    bad = {one: value for one, value, _, _ in INEXACT}[field]
    new, old = tmp_path / "new.h5", tmp_path / "old.h5"
    harbour().put(old, **row())
    before = digest(old)
    for path in (new, old):
        with pytest.raises(EncodeError):
            harbour().put(path, **row(**{field: bad}))
    assert not new.exists() and digest(old) == before


def test_numbers_that_the_type_holds_are_kept() -> None:
    """Integers and wider floats go into a float that is exactly the same number; NaN is NaN."""
    value = record(
        clock=[2**63, -(2**53)],
        level=np.array([[0.25, np.nan], [np.inf, 2.0**-149]]),
        waves=[np.array([2**24, 3]), np.array([0.5])],
        chart=2**1000,
        zero=np.array([1, 2], "u1"),
    )
    again = harbour().decode(harbour().encode(value))
    assert again.clock.tolist() == [2.0**63, -(2.0**53)] and again.chart == 2.0**1000
    assert again.waves[0].tolist() == [2**24, 3] and again.zero.tolist() == [1, 2]
    assert np.array_equal(again.level, np.array([[0.25, np.nan], [np.inf, 2.0**-149]]), equal_nan=True)


def test_what_a_number_beyond_the_type_is_called() -> None:
    """Out of range is an OverflowError as well; a masked element is no number."""
    for field, value in (("level", [[1, 2], [3, 1e300]]), ("chart", 10**400), ("quay", [2**63, 1])):
        with pytest.raises(OutOfRangeError):
            harbour().encode(record(**{field: value}))
    with pytest.raises(EncodeError, match="masked elements"):
        harbour().encode(record(clock=np.ma.masked_array([1.0, 2.0], [True, False])))


def test_defaults_and_constants_are_the_nearest_number_of_the_type(tmp_path: Path) -> None:
    """0.1 in a specification is no float of 32 bits: a file has the nearest, and is read and written with it."""
    harbour().encode(record(), tmp_path / "a.h5")
    with h5py.File(tmp_path / "a.h5") as file:
        assert file["north"].attrs["zero"].tolist() == [float(np.float32(0.1))] * 2
        assert file["ships"]["load"].tolist() == [float(np.float32(0.3))] * 2
    value = harbour().decode(tmp_path / "a.h5")
    assert value.draught == float(np.float32(0.3))
    assert harbour().decode(harbour().encode(value)).draught == value.draught


@pytest.mark.parametrize(
    "message", [np.array(["a"], object), np.zeros(1, [("a", object)]), memoryview(np.array([1], object)), np.str_("a"), np.int64(5)]
)  # fmt: skip
def test_addresses_of_the_process_are_no_message(message: Any) -> None:
    """The raw bytes of an array of objects are pointers; text and numbers of numpy have buffers too."""
    with pytest.raises(EncodeError) as caught:
        harbour().encode(record(raw=[b"", message]))
    assert (caught.value.path, caught.value.category, caught.value.rule) == ("north.raw[1]", "type", "HA-008")
    kept = np.zeros(1, [("O", "u1"), ("P", "<u2")])
    assert harbour().decode(harbour().encode(record(raw=[b"", kept]))).raw[1] == b"\0\0\0", (
        "names of members say nothing"
    )
