"""Answers that are like what is expected, and those that are not: each form of freedom lets pass what it names only."""

from __future__ import annotations

import base64
import io
import struct
import time
from typing import Any

import h5py
import numpy as np
import pytest

from sciwire.conformance.arguments import check_argument, filled, python_argument
from sciwire.conformance.likeness import check_like, unlike
from sciwire.conformance.protocol import Refused, Value
from sciwire.conformance.scenario import judge_step
from sciwire.conformance.vectors import Step, Vector
from sciwire.conformance.verdict import Level, Verdict
from sciwire.runtime import plain


def raw(data: bytes) -> dict[str, str]:
    return {"$bytes": base64.b64encode(data).decode()}


def told(expected: Any, got: Any) -> str:
    assert check_like(expected) == ""
    return unlike(expected, got, plain.difference)


NOW = int(time.time())


#: The parameters hold the present: their numbers make the names, which every worker must find alike.
FREE: list[tuple[Any, Any]] = [
    ({"$hex": "44 [now:<u4] 0002"}, raw(b"D" + struct.pack("<I", NOW) + b"\0\2")),
    ({"$hex": "[now:>f8]"}, raw(struct.pack(">d", NOW + 0.5))),
    ({"$hex": "01 .. 03"}, raw(b"\1\xff\3")),
    ({"$hex": ""}, raw(b"")),
    ({"$now": 9000}, NOW - 30.5),
    ({"$text": "a.*z"}, raw(b"a\n\xffz")),
    ({"$text": r"\d+"}, "12"),
    ({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}}),
    ([{"a": 1}, {}], [{"a": 1}, {"z": 0}]),
    (
        {"$nd": {"dtype": "<u2", "shape": [1], "data": "AQA="}},
        {"$nd": {"dtype": ">u2", "shape": [1], "data": "AAE="}},
    ),
]


@pytest.mark.parametrize(("expected", "got"), FREE, ids=range(len(FREE)))
def test_what_is_free_may_be_anything(expected: Any, got: Any) -> None:
    assert told(expected, got) == ""


FIXED: list[tuple[Any, Any, str]] = [
    (
        {"$hex": "44 [now:<u4] 00"},
        raw(b"D" + struct.pack("<I", NOW - 9999) + b"\0"),
        "byte 1: expected the present",
    ),
    ({"$hex": "44 [now:<u4] 00"}, raw(b"D" + struct.pack(">I", NOW) + b"\0"), "byte 1: expected the present"),
    ({"$hex": "44 45"}, raw(b"DF"), "byte 1: expected 45, got 46"),
    ({"$hex": "44 45"}, raw(b"D"), "byte 1: the bytes end too early"),
    ({"$hex": "44"}, raw(b"DE"), "expected 1 bytes, got 2"),
    ({"$hex": "44"}, "44", "expected bytes, got '44'"),
    ({"$now": 60}, NOW - 99999, "expected the present time"),
    ({"$now": 60}, None, "expected the present time"),
    ({"$now": 60}, {"$float": "nan"}, "expected the present time"),
    ({"$text": "a"}, "ab", "expected 'a' to fit"),
    ({"$text": "a"}, 1, "expected text or bytes"),
    ({"a": {"b": 1}}, {"a": {"c": 2}}, "a: expected an entry 'b', got 'c'"),
    ({"a": [1, 2]}, {"a": [1]}, "a: expected 2 items, got 1 items"),
    ({"a": [1, 2]}, {"a": [1, 3]}, "a[1]: "),
    ([], [1], "expected 0 items, got 1 items"),
    ({"a": 1}, [1], "expected a map"),
    ({"$hdf5": {}}, raw(b"no file"), "h5py cannot read it"),
]


@pytest.mark.parametrize(("expected", "got", "problem"), FIXED, ids=range(len(FIXED)))
def test_what_is_not_free_is_told(expected: Any, got: Any, problem: str) -> None:
    assert problem in told(expected, got)


def blob(**attributes: Any) -> Any:
    with io.BytesIO() as buffer:
        with h5py.File(buffer, "w") as file:
            file.create_dataset("/a/b", data=np.array([[1, 2]], "<u2"), chunks=(1, 2), compression="gzip")
            file["/a"].attrs.update(attributes)
        return raw(buffer.getvalue())


BARE = {"kind": "group", "attribute_names": [], "times": False}
DATASET = {
    "kind": "dataset", "dtype": "<u2", "shape": [1, 2], "maxshape": [1, 2], "chunks": [1, 2], "filters": [[1, 4]], "times": False,
    "value": {"$nd": {"dtype": "<u2", "shape": [1, 2], "data": "AQACAA=="}},
}  # fmt: skip


def test_a_file_is_looked_into_object_by_object() -> None:
    objects = {"/": {**BARE, "superblock": 0}, "/a": BARE, "/a/b": DATASET}

    assert told({"$hdf5": objects}, blob()) == ""
    assert "/a.attribute_names: expected 0 items, got 1" in told({"$hdf5": objects}, blob(unit="s"))
    assert told({"$hdf5": {**objects, "/a": {"attributes": {"time": {"$now": 9000}}}}}, blob(time=float(NOW))) == ""
    for name, wrong in {"dtype": "<u4", "chunks": [1, 1], "filters": [], "maxshape": [None, 2]}.items():
        assert f"/a/b.{name}" in told({"$hdf5": {**objects, "/a/b": {**DATASET, name: wrong}}}, blob())
    assert "expected the objects /, /a, got /, /a, /a/b" in told({"$hdf5": {"/": {}, "/a": {}}}, blob())


@pytest.mark.parametrize(
    "expected", [{"$hex": "4"}, {"$hex": "[now:<u3]"}, {"$text": "("}, {"$now": "soon"}, {"$hdf5": []}, {"$what": 1}]
)
def test_an_expectation_that_nothing_can_fit_is_told_when_it_is_loaded(expected: Any) -> None:
    assert check_like(expected)
    assert check_like({"a": [expected]})


def judged(expect: Any, got: Any) -> Verdict:
    vector = Vector("chunks/x/y", "chunks", "1.21", "x", "scenario", Level.MUST, b"")
    return judge_step(vector, Step("x", {}, expect), got, [got], True).verdict


def test_a_refusal_is_judged_by_the_classes_that_it_names() -> None:
    expect = {"error": {"category": "version", "catches": ["AssertionError"]}}

    assert judged(expect, Refused("version", catches=("VersionError", "AssertionError"))) is Verdict.PASS
    assert judged(expect, Refused("version", catches=("VersionError",))) is Verdict.FAIL
    assert judged(expect, Refused("version")) is Verdict.PASS  # a language without classes


def test_one_of_several_answers_is_enough() -> None:
    expect = {"either": [{"value": 1}, {"error": {"category": "limit"}}]}

    assert judged(expect, Value(1)) is Verdict.PASS
    assert judged(expect, Refused("limit")) is Verdict.PASS
    assert judged(expect, Value(2)) is Verdict.FAIL
    assert judged(expect, Refused("type")) is Verdict.FAIL
    assert judged({"like": {"$text": "a"}}, Refused("type")) is Verdict.FAIL


@pytest.mark.parametrize("axes", [[0, 1, 2], [2, 0, 1], [1, 2, 0]])
@pytest.mark.parametrize("steps", [[1, 1, 1], [-1, 2, 1], [3, -2, -1]])
def test_an_array_is_laid_out_as_it_says_and_holds_the_same(axes: list[int], steps: list[int]) -> None:
    array = np.arange(24, dtype="<u2").reshape(2, 3, 4)
    body = {"array": plain.to_plain(array), "axes": axes, "steps": steps, "writable": False}
    made = python_argument({"image": {"$memory": body}})["image"]

    assert np.array_equal(made, array)
    assert not made.flags.writeable
    assert [stride > 0 for stride in made.strides] == [step > 0 for step in steps]
    sizes = [abs(stride // step) for stride, step in zip(made.strides, steps, strict=True)]
    assert sorted(range(3), key=lambda axis: -sizes[axis]) == axes


def test_masked_filled_and_repeated() -> None:
    masked = {"data": plain.to_plain(np.array([1.0, 2.0])), "mask": plain.to_plain(np.array([False, True]))}
    made = python_argument([{"$masked": masked}])[0]

    assert np.ma.getmaskarray(made).tolist() == [False, True]
    assert filled({"a": [{"$fill": {"dtype": "<u2", "shape": [2], "value": 1}}]}) == {
        "a": [{"$nd": {"dtype": "<u2", "shape": [2], "data": "AQABAA=="}}]
    }
    assert filled({"$repeat": ["ab", 3]}) == "ababab"


@pytest.mark.parametrize(
    "argument",
    [
        {"$fill": {"dtype": "<u2", "shape": [1 << 40], "value": 0}}, {"$fill": {"dtype": "u"}}, {"$repeat": ["x", 1 << 60]},
        {"$masked": {"data": 1, "mask": 2}}, {"$memory": {"array": 1}}, {"$path": 5}, {"$nd": {}}, {"a": [{"$what": 1}]},
    ],
)  # fmt: skip
def test_an_argument_that_is_none_is_told_when_it_is_loaded(argument: Any) -> None:
    assert check_argument(argument)
