"""Answers that break the published schemas are errors of the protocol, however they come, and cost no new process."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import miniatures
import numpy as np
import pytest
from scripted import answers, requests, script
from test_conform_protocol import valid

from sciwire.conformance.adapters.inprocess import InProcess
from sciwire.conformance.answers import identical, well_formed
from sciwire.conformance.harness import Subject
from sciwire.conformance.protocol import Broken, Refused, Results, Value
from sciwire.conformance.vectors import Vector
from sciwire.conformance.verdict import Fault, Level
from sciwire.runtime import plain


@pytest.mark.parametrize(
    ("value", "fault", "text"),
    [
        ({"$nd": {"dtype": "int16", "shape": [1], "data": "AAA="}}, Fault.PROTOCOL, "is no dtype with an explicit byte"),
        ({"a": {"$int": 5}}, Fault.PROTOCOL, "a: expected a value that $int can hold: not a decimal integer"),
        ({"$what": 1}, Fault.PROTOCOL, "expected an object with one known $ key"),
        ({"$nd": {"dtype": "<u2", "shape": [3], "data": "AAA="}}, Fault.NOT_CANONICAL, "3 of <u2 need 6 bytes"),
        ({"$map": ["ab"]}, Fault.PROTOCOL, "expected a value that $map can hold: not a list of pairs"),
        ({"$map": {"ab": 1}}, Fault.PROTOCOL, "expected a value that $map can hold: not a list of pairs"),
    ],
    ids=repr,
)  # fmt: skip
def test_a_value_that_is_none_says_so_and_which_schema_it_breaks(value: Any, fault: Fault, text: str) -> None:
    broken = well_formed(Value(value))

    assert isinstance(broken, Broken)
    assert broken.fault is fault
    assert text in broken.message
    assert ("value.schema.json" in broken.message) == (fault is Fault.PROTOCOL)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (1, 1.0), (1, True), (0, False), (0.0, -0.0), ("1", 1), (None, False), ([1], (1,)), ([], {}), ("a", b"a"),
        ({"1": 0}, {1: 0}), ({"a": 1}, {"a": 1, "b": 2}), ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 2.0}]}),
        ({"a": 1}, {"b": 1}), ([1, 2], [1]), (0.1, 0.1 + 2**-56), ({"$float": "nan"}, float("nan")),
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_another_value_is_not_identical(expected: Any, actual: Any) -> None:
    assert identical(expected, expected)
    assert not identical(expected, actual)
    assert not identical([expected], [actual])
    assert not identical({"x": [expected]}, {"x": [actual]})


def test_the_same_value_is_identical_however_it_was_made() -> None:
    value = {"a": ["x" * 3, 1, 2.5, None, True, {"$nd": {"dtype": "<u2", "shape": [1], "data": "AAA="}}], "b": {}}
    other = {"b": {}, "a": ["xxx", int("1"), float("2.5"), None, True, {"$nd": {**value["a"][5]["$nd"]}}]}  # type: ignore[index]

    assert identical(value, other)


@pytest.mark.parametrize(
    "actual",
    [np.float64(1.0), np.array(1.0), np.int64(1), memoryview(b"a"), np.str_("a"), object()],
    ids=["double", "array", "integer", "view", "text", "object"],
)
def test_what_no_json_holds_is_not_identical(actual: Any) -> None:
    """So that it is looked at, and found to be no answer."""
    assert not any(identical({"a": expected}, {"a": actual}) for expected in (1, 1.0, "a", [1.0], {}))


def test_a_value_that_is_nested_too_deep_says_so() -> None:
    value: Any = 0
    for _ in range(900):
        value = [value]

    broken = well_formed(Value(value))

    assert isinstance(broken, Broken)
    assert "nested deeper" in broken.message


def test_a_step_with_a_bad_value_is_named() -> None:
    broken = well_formed(Results((Value(1), Value({"$int": 1}))))

    assert isinstance(broken, Broken)
    assert broken.message.startswith("step 1: ")


def test_what_passes_for_canonical_is_what_the_schema_says() -> None:
    """Bodies of other tags, lists, texts and numbers under every tag: the quick check lets pass no more than the schema."""
    draw = random.Random(4)
    tags = ["$int", "$float", "$bytes", "$nd", "$strings", "$date", "$ratio", "$tag", "$map", "$simple", "$x", "plain"]
    bodies: list[Any] = [
        None, True, -1, 0, 7, 300, 1.5, "", "1", "-0.0", "0x1p3", "nan", "AA==", "ab", "*", [], [1], [1, 2], ["a"], [["a"]],
        [[1, 2]], ["ab"], [[[1, 2]]], {}, {"a": 1}, {"ab": 1}, {"dtype": "<u2", "shape": [], "data": "AAA="},
        {"dtype": "|b1", "shape": [2], "data": "AAE="}, {"dtype": "<u2", "shape": [1.0], "data": "AAA="}, {"$int": "7"},
    ]  # fmt: skip
    for _ in range(4000):
        inner = {draw.choice(tags): draw.choice(bodies)}
        body = draw.choice(
            [inner, [inner], [inner, draw.choice(bodies)], [[inner, draw.choice(bodies)]], draw.choice(bodies)]
        )
        value = {draw.choice(tags): body}
        try:
            plain.check(value)
        except plain_error():
            continue
        assert valid(value, "value"), value


def plain_error() -> type[Exception]:
    from sciwire.runtime import CodecError

    return CodecError


def vector(data: bytes) -> Vector:
    return Vector(id="toy/x", format="toy", version="1", group="x", kind="valid", level=Level.MUST, data=data)


@pytest.mark.parametrize(
    ("adapter", "text"),
    [
        (miniatures.InventsCategory, "expected a category of"),
        (miniatures.NegativeOffset, "expected an offset from 0 on"),
        (miniatures.NotCanonical, "value.schema.json"),
    ],
)
def test_an_adapter_in_process_is_held_to_the_same_forms(adapter: type[miniatures.Good], text: str) -> None:
    subject = Subject("x", InProcess(adapter))
    subject.start()

    data = b"T\0\0" if adapter is miniatures.NotCanonical else b"X"
    answer = subject.decode(vector(data))

    assert isinstance(answer, Broken)
    assert answer.fault is Fault.PROTOCOL
    assert text in answer.message


def test_a_bad_answer_to_the_right_request_costs_no_new_process(tmp_path: Path) -> None:
    body = """
    while True:
        message = read()
        bodies = [{"error": {"category": "wrong"}}, {"crashed": "IndexError"}, {"value": 1, "extra": 2}]
        number = int(message["id"])
        body = bodies[number] if number < 3 else {"error": {"category": "state", "message": str(os.getpid())}}
        sys.stderr.write(f"about {number}"); sys.stderr.flush(); heard()
        say({"id": message["id"], **(body if number else {"error": {"category": "state", "message": str(os.getpid())}})})
    """
    got = answers(script(tmp_path, body, window=1), requests(4))

    assert [getattr(one, "fault", None) for one in got] == [None, Fault.FOREIGN_EXCEPTION, Fault.PROTOCOL, None]
    assert isinstance(got[0], Refused)
    assert isinstance(got[3], Refused)
    assert got[0].message == got[3].message  # the process of the first answers the last
    assert got[2].stderr == "about 2"


def test_a_frame_where_none_is_due_costs_one_case(tmp_path: Path) -> None:
    body = """
    while True:
        message = read()
        stdin.read(message["data"]["frame"])
        if message["id"] == "1":
            say({"id": "1", "data": {"frame": 30}}, b"half" if pending() else b"h" * 30)
        else:
            say({"id": message["id"], "value": 7})
    """
    got = answers(script(tmp_path, body, window=4, frames=True), requests(5))

    assert [isinstance(one, Broken) for one in got] == [False, True, False, False, False]


def test_an_answer_that_comes_twice_is_told_from_one_to_another_request(tmp_path: Path) -> None:
    body = """
    while True:
        message = read()
        say({"id": message["id"], "value": 7})
        if message["id"] == "1": say({"id": message["id"], "value": 7})
    """
    got = answers(script(tmp_path, body, window=1), requests(4))

    assert isinstance(got[2], Broken)
    assert got[2].message == "expected the id '2', got '1', to which there was an answer before"
    assert [isinstance(one, Broken) for one in got] == [False, False, True, False]
