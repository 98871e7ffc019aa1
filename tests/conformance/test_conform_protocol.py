"""Messages: what the suite sends and accepts is what the published schemas say, and the rest is a clear fault."""

from __future__ import annotations

import json
import os
import sys
import textwrap
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import miniatures
import numpy as np
import pytest
from referencing import Registry, Resource

from sciwire.conformance.adapters.process import Process
from sciwire.conformance.adapters.resolve import connect
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


# -- processes that do not speak the protocol

HELLO = 'print(\'{"ok":true,"implementation":{"name":"x"},"formats":{"toy":{}}}\', flush=True)'


def process(tmp_path: Path, *lines: str, seconds: float = 60.0, max_line: int = 1 << 20) -> Process:
    script = tmp_path / "adapter.py"
    script.write_text("import sys, time\n" + "\n".join(map(textwrap.dedent, lines)) + "\n", encoding="utf-8")
    return Process([sys.executable, str(script)], seconds=seconds, max_line=max_line)


@pytest.mark.parametrize(
    ("lines", "fault", "text"),
    [
        (["print('hello', flush=True)"], "protocol", "expected a line of JSON, got something else"),
        (['print(\'{"id": "1", "value": NaN}\', flush=True)'], "protocol", "NaN is no JSON"),
        (["print('[' * 100000, flush=True)"], "protocol", "nested too deep"),
        (["sys.stdout.buffer.write(b'\\xff\\n'); sys.stdout.flush()"], "protocol", "something else"),
        (['print(\'{"id": "99", "value": 1}\', flush=True)'], "protocol", "expected the id '1', got '99'"),
        (["print('x' * (2 << 20), flush=True)"], "protocol", "an answer of more than 1048576 bytes in one line"),
        (['print(\'{"id": "1", "value": 1, "value": 2}\', flush=True)'], "protocol", "two values under 'value'"),
        (['print(\'{"id": "1", "value": {"a": {"b": 1, "b": 2}}}\', flush=True)'], "protocol", "two values under 'b'"),
        (
            ["print('rubbish without end', end='', flush=True); sys.exit(2)"],
            "died",
            "exit code 2 in place of an answer; 19 bytes of a line without its newline came, beginning b'rubbish",
        ),
        (["sys.stderr.write('last words'); sys.exit(4)"], "died", "the process ended with exit code 4"),
        (["import os; os.close(1); time.sleep(30)"], "died", "its output closed"),
    ],
    ids=lambda item: item if isinstance(item, str) else "",
)
def test_a_process_that_breaks_the_protocol_is_named_for_it(
    lines: list[str], fault: str, text: str, tmp_path: Path
) -> None:
    connection = process(tmp_path, "sys.stdin.readline()", HELLO, "sys.stdin.readline()", *lines, "time.sleep(30)")
    connection.start()
    try:
        answer = connection.ask(DECODE)
    finally:
        connection.stop()

    assert isinstance(answer, Broken)
    assert answer.fault == fault
    assert text in answer.message
    assert answer.stderr == ("last words" if "last words" in lines[0] else "")


def test_a_line_without_end_is_cut_off_and_not_waited_for(tmp_path: Path) -> None:
    endless = "while True: sys.stdout.write('x' * 65536)"
    connection = process(tmp_path, "sys.stdin.readline()", HELLO, "sys.stdin.readline()", endless)
    connection.start()

    answer = connection.ask(DECODE)

    connection.stop()
    assert isinstance(answer, Broken)
    assert answer.message == "an answer of more than 1048576 bytes in one line"


@pytest.mark.skipif(os.name != "posix", reason="pipes are looked into")
def test_stderr_is_that_of_the_case_at_hand_and_bounded(tmp_path: Path) -> None:
    connection = process(
        tmp_path,
        "sys.stdin.readline()",
        HELLO,
        "sys.stdin.readline()",
        "sys.stderr.write('first\\n' * 100000); sys.stderr.flush()",
        "import array, fcntl, termios; unread = array.array('i', [1])",
        "while unread[0]: time.sleep(0.3); fcntl.ioctl(2, termios.FIONREAD, unread)",
        'print(\'{"id": "1", "value": 1}\', flush=True)',
        "sys.stdin.readline()",
        "sys.stderr.write('second'); sys.exit(1)",
    )
    connection.start()

    first = connection.ask(DECODE)
    kept = len(connection._child._stderr) if connection._child is not None else -1
    second = connection.ask(DECODE)

    assert first == Value(1)
    assert 0 < kept <= 1 << 17
    assert isinstance(second, Broken)
    assert second.stderr == "second"


def test_a_process_that_does_not_read_is_not_waited_for_endlessly(tmp_path: Path) -> None:
    connection = process(tmp_path, "sys.stdin.readline()", HELLO, "time.sleep(30)", seconds=1.0)
    connection.start()

    answer = connection.ask(Request(cmd="decode", id="1", format="toy", data=bytes(1 << 20)))  # more than a pipe holds

    connection.stop()
    assert isinstance(answer, Broken)
    assert answer.fault is Fault.HANG


def test_a_start_and_an_end_may_take_longer_than_a_request(tmp_path: Path) -> None:
    slow = ("sys.stdin.readline()", "time.sleep(1.5)")
    connection = process(tmp_path, *slow, HELLO, *slow, seconds=0.3)

    connection.start()

    assert connection.stop() is True


def test_a_process_that_does_not_start_is_left_alone_after_three_tries(tmp_path: Path) -> None:
    connection = process(tmp_path, "sys.stderr.write('no licence\\n'); sys.exit(1)")

    answers = [connection.ask(DECODE) for _ in range(4)]

    texts = [answer.message for answer in answers if isinstance(answer, Broken)]
    assert all("no licence" in text for text in texts[:3])
    assert texts[3] == "the process failed to start 3 times in a row and is left alone"


def test_a_program_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConnectionError, match="does not start"):
        Process([str(tmp_path / "nothing")]).start()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "larpix",
            "expected python:package.module:Adapter, cmd:program, or one of bitshuffle, dectris, fastremap, h5py, larpix-control, sciwire; got 'larpix'",
        ),
        ("cmd:", "got 'cmd:'"),
        ("python:nowhere:Adapter", "the adapter 'nowhere:Adapter' cannot be loaded: No module named 'nowhere'"),
        ("python:miniatures:Missing", "cannot be loaded"),
        ("python:toy:VECTORS", "expected a class or a function"),
        ("python:miniatures", "expected package.module:Adapter, got 'miniatures'"),
    ],
)
def test_an_adapter_that_cannot_be_had_says_why(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=r"expected|cannot") as caught:
        connect(text)

    assert message in str(caught.value)
