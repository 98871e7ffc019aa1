"""Messages: what the suite sends and accepts is what the published schemas say, and the rest is a clear fault."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import jsonschema
import miniatures
import numpy as np
import pytest
from referencing import Registry, Resource

from sciwire.conformance.answers import parse_answer
from sciwire.conformance.protocol import (
    Broken,
    Encoded,
    Refused,
    Request,
    Results,
    Unsupported,
    Value,
    parse_start,
)
from sciwire.conformance.verdict import Fault
from sciwire.runtime import plain

NAMES = ("value", "argument", "protocol", "vectors", "report", "known")
SCHEMAS = {
    name: json.loads((files("sciwire.conformance") / "schemas" / f"{name}.schema.json").read_text("utf-8"))
    for name in NAMES
}
REGISTRY: Registry[Any] = Registry().with_resources(
    (f"{name}.schema.json", Resource.from_contents(schema)) for name, schema in SCHEMAS.items()
)


def valid(message: Any, name: str, part: str = "") -> bool:
    reference = {"$ref": f"{name}.schema.json{f'#/$defs/{part}' if part else ''}"}
    return bool(jsonschema.Draft202012Validator(reference, registry=REGISTRY).is_valid(message))


@pytest.mark.parametrize("name", NAMES)
def test_each_schema_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])


DECODE = Request(cmd="decode", id="1", format="toy", version="1", data=b"\0\xff", options={"on_error": "keep"})
ENCODE = Request(cmd="encode", id="2", format="toy", version="1", value={"a": {"$bytes": "AA=="}})
CALL = Request(cmd="call", id="3", format="toy", version="1", steps=[{"op": "len", "args": {"filename": "x"}}])


@pytest.mark.parametrize(
    "request_",
    [DECODE, ENCODE, CALL, Request(cmd="decode", id="1", format="toy", data=[b"a", b""]), Request(cmd="decode", id="1", format="toy", data=b"abc", splits=[1, 2])],
    ids=lambda request: request.cmd,
)  # fmt: skip
def test_a_request_is_one_line_that_the_schema_describes(request_: Request) -> None:
    line = request_.line()

    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert valid(json.loads(line), "protocol", request_.cmd)


def test_half_a_surrogate_pair_is_escaped_and_comes_back() -> None:
    line = Request(cmd="encode", id="1", format="toy", value="\ud800").line()

    assert json.loads(line)["value"] == "\ud800"
    assert line.isascii()


ANSWERS: list[tuple[Request, Any, Any]] = [
    (DECODE, {"id": "1", "value": {"$float": "nan"}}, Value({"$float": "nan"})),
    (
        DECODE,
        {"id": "1", "error": {"category": "size", "path": "a", "at": 3, "message": "m"}},
        Refused("size", "a", 3, "m"),
    ),
    (DECODE, {"id": "1", "error": {"category": None}}, Refused(None)),
    (DECODE, {"id": "1", "error": {}}, Refused(None)),
    (DECODE, {"id": "1", "error": {"category": "size", "message": None}}, Refused("size")),
    (DECODE, {"id": "1", "error": {"category": "io", "at": "/msgs"}}, Refused("io", None, "/msgs")),
    (DECODE, {"id": "1", "unsupported": "no", "issue": "u"}, Unsupported("no", "u")),
    (ENCODE, {"id": "2", "data": "AP8="}, Encoded(b"\0\xff")),
    (ENCODE, {"id": "2", "parts": ["AA==", ""]}, Encoded((b"\0", b""))),
    (CALL, {"id": "3", "results": [{"value": None}]}, Results((Value(None),))),
    (CALL, {"id": "3", "results": [{"error": {"category": "state"}}]}, Results((Refused("state"),))),
    (DECODE, {"id": "1", "crashed": "IndexError"}, Broken(Fault.FOREIGN_EXCEPTION, "IndexError")),
    (CALL, {"id": "3", "crashed": "IndexError"}, Broken(Fault.FOREIGN_EXCEPTION, "IndexError")),
    (CALL, {"id": "3", "results": [{"unsupported": "no len"}]}, Results((Unsupported("no len"),))),
]
PART = {"decode": "decoded", "encode": "encoded", "call": "called"}


@pytest.mark.parametrize(("request_", "message", "answer"), ANSWERS, ids=lambda item: "")
def test_an_answer_that_the_schema_describes_is_understood(request_: Request, message: Any, answer: Any) -> None:
    assert valid(message, "protocol", PART[request_.cmd])
    assert parse_answer(message, request_) == answer


RUBBISH: list[tuple[Request, Any, str]] = [
    (DECODE, [], "expected an object"),
    (DECODE, {"id": "7", "value": 1}, "expected the id '1', got '7'"),
    (DECODE, {"value": 1}, "expected the id '1', got None"),
    (DECODE, {"id": "1"}, "expected one of the forms of an answer"),
    (DECODE, {"id": "1", "value": 1, "error": {"category": "size"}}, "expected one of the forms of an answer"),
    (DECODE, {"id": "1", "error": "bad"}, "expected one of the forms of an answer"),
    (DECODE, {"id": "1", "error": {"category": 3}}, "expected a category of truncated, framing, "),
    (DECODE, {"id": "1", "error": {"category": "wrong"}}, "or null, got 'wrong'"),
    (DECODE, {"id": "1", "error": {"category": ""}}, "or null, got ''"),
    (DECODE, {"id": "1", "error": {"category": "size", "at": True}}, "expected an offset from 0 on under 'at'"),
    (DECODE, {"id": "1", "error": {"category": "size", "at": -5}}, "or the path of an object, got -5"),
    (DECODE, {"id": "1", "error": {"category": "size", "at": 1.5}}, "expected an offset from 0 on under 'at'"),
    (DECODE, {"id": "1", "error": {"category": "size", "path": ["a"]}}, "expected text under 'path' of an error"),
    (DECODE, {"id": "1", "error": {"category": "size", "rule": 7}}, "expected text under 'rule' of an error, got 7"),
    (DECODE, {"id": "1", "error": {"category": "size", "message": {}}}, "expected text under 'message' of an error"),
    (DECODE, {"id": "1", "error": {"category": "size", "catches": "E"}}, "expected a list of names under 'catches'"),
    (DECODE, {"id": "1", "error": {"category": "size", "offset": 3}}, "message, path, rule, got 'offset'"),
    (CALL, {"id": "3", "results": [{"error": {"category": "wrong"}}]}, "step 0: expected a category of"),
    (DECODE, {"id": "1", "crashed": ""}, "expected one of the forms of an answer"),
    (DECODE, {"id": "1", "unsupported": ""}, "expected one of the forms of an answer"),
    (DECODE, {"id": "1", "data": "AA=="}, "expected one of the forms of an answer"),
    (ENCODE, {"id": "2", "data": "A"}, "expected base64 under 'data'"),
    (ENCODE, {"id": "2", "data": [1]}, "expected base64 under 'data'"),
    (ENCODE, {"id": "2", "value": 1}, "expected no value in the answer to encode"),
    (CALL, {"id": "3", "results": []}, "expected 1 results, one for each step, got 0"),
    (CALL, {"id": "3", "results": [{"id": "3"}]}, "expected a value or an error for step 0"),
]


#: What no schema can know: the request's id, how many steps it has, how long base64 must be.
BEYOND_A_SCHEMA = ("expected the id '1', got '7'", "expected 1 results", "expected base64")


@pytest.mark.parametrize(("request_", "message", "text"), RUBBISH, ids=lambda item: "")
def test_any_other_answer_is_a_fault_of_the_protocol(request_: Request, message: Any, text: str) -> None:
    answer = parse_answer(message, request_)

    if not text.startswith(BEYOND_A_SCHEMA):
        assert not valid(message, "protocol", PART[request_.cmd])
    assert isinstance(answer, Broken)
    assert answer.fault is Fault.PROTOCOL
    assert text in answer.message


def test_what_our_adapters_say_at_the_start_is_what_the_schema_says() -> None:
    about = {"ok": True, **miniatures.Good().start()}

    assert valid(about, "protocol", "started")
    assert parse_start(about) == about


@pytest.mark.parametrize(
    "message",
    [None, {"ok": False}, {"ok": True}, {"ok": True, "implementation": {"name": "x"}}, {"ok": True, "implementation": {"name": "x"}, "formats": {}}, {"ok": True, "implementation": {"name": "x"}, "formats": {"toy": {"can": "decode"}}}],
    ids=repr,
)  # fmt: skip
def test_a_wrong_start_is_refused_by_schema_and_suite(message: Any) -> None:
    assert not valid(message, "protocol", "started")
    with pytest.raises(ValueError, match="expected"):
        parse_start(message)


@pytest.mark.parametrize(
    "value",
    [None, 1, 1.5, "$", [], {"a": {"$int": "1"}}, {"$map": [[1, 2]]}, {"$tag": [1, {"$bytes": ""}]}, plain.to_plain(np.zeros((2, 0), "<f8")), {"$strings": [["a"]]}, {"$nd": {"dtype": "<u2", "shape": [1], "sha256": "0" * 64}}],
    ids=repr,
)  # fmt: skip
def test_canonical_values_fit_the_schema(value: Any) -> None:
    plain.check(value)
    assert valid(value, "value")


@pytest.mark.parametrize(
    "value",
    [{"$x": 1}, {"$int": "1", "a": 2}, {"$nd": {"dtype": "O", "shape": [1], "data": ""}}, {"$nd": {"dtype": "<u2", "shape": [-1], "data": ""}}, {"$float": "1.5"}, {"$ratio": [1]}, {"$strings": [1]}, {"$bytes": "*"}],
    ids=repr,
)  # fmt: skip
def test_what_is_not_canonical_does_not_fit_the_schema(value: Any) -> None:
    assert not valid(value, "value")
