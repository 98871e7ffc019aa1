"""Scenarios: what is judged step by step, and steps on files."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import toy

from sciwire.conformance.adapters.base import Request
from sciwire.conformance.adapters.files import FileSteps
from sciwire.conformance.adapters.inprocess import InProcess
from sciwire.conformance.checks import Finding
from sciwire.conformance.harness import Subject
from sciwire.conformance.scenario import scenario
from sciwire.conformance.vectors import load_vectors
from sciwire.runtime import DecodeError


class Answers:
    """Gives the results that it was made with."""

    def __init__(self, results: Sequence[Mapping[str, Any]]) -> None:
        self.results = results

    def start(self) -> Mapping[str, Any]:
        return {"implementation": {"name": "answers"}, "formats": {"toy": {"can": ["call"]}}}

    def call(self, request: Request) -> Sequence[Mapping[str, Any]]:
        return self.results


def judge(tmp_path: Path, expect: list[Any], results: list[Any]) -> Finding:
    steps = [{"op": "look", "args": {}} for _ in expect]
    entry = {"id": "toy/plain/a", "kind": "scenario", "steps": steps, "expect": expect}
    (vector,) = load_vectors(toy.write_vectors(tmp_path, [entry]), "toy")
    subject = Subject("x", InProcess(lambda: Answers(results)))
    subject.start()
    return scenario(subject, vector)


REFUSED = {"error": {"category": "state", "path": "msgs", "at": "/msgs", "message": "m"}}
RIGHT: list[tuple[list[Any], list[Any]]] = [
    ([{"value": 3}], [{"value": 3}]),
    ([{"any": True}, {"any": True}], [{"value": 3}, REFUSED]),
    ([{"error": {"category": "state"}}], [REFUSED]),
    ([{"error": {"category": ["io", "state"], "path": "msgs", "at": "/msgs"}}], [REFUSED]),
    ([{"any": True}, {"same": 0}], [{"value": {"size": 3}}, {"value": {"size": 3}}]),
    ([{"includes": {"a": {"b": 1}}}], [{"value": {"a": {"b": 1, "c": 2}, "d": 3}}]),
]


@pytest.mark.parametrize(("expect", "results"), RIGHT, ids=lambda item: "")
def test_steps_that_answer_as_expected_pass(expect: list[Any], results: list[Any], tmp_path: Path) -> None:
    assert judge(tmp_path, expect, results) == Finding(judge(tmp_path, expect, results).verdict)
    assert judge(tmp_path, expect, results).verdict == "pass"


WRONG: list[tuple[list[Any], list[Any], str]] = [
    ([{"value": 3}], [{"value": 4}], "step 0 (look): the value: expected integer 3, got integer 4"),
    ([{"value": 3}], [REFUSED], "step 0 (look): expected a value, got a refusal: state path msgs at /msgs: m"),
    ([{"error": {"category": "io"}}], [REFUSED], "step 0 (look): expected the category 'io', got 'state': m"),
    ([{"error": {"category": "state", "at": "/x"}}], [REFUSED], "step 0 (look): expected at '/x', got '/msgs'"),
    ([{"error": {"category": "state", "path": "x"}}], [REFUSED], "step 0 (look): expected path 'x', got 'msgs'"),
    ([{"error": {"category": "io"}}], [{"value": 1}], "step 0 (look): expected a refusal, got a value"),
    (
        [{"any": True}, {"same": 0}],
        [{"value": {"size": 3}}, {"value": {"size": 4}}],
        "step 1 (look): not as in step 0: size: expected integer 3, got integer 4",
    ),
    ([{"any": True}, {"same": 0}], [{"value": 3}, REFUSED], "step 1 (look): not as in step 0: expected a value, got a refusal: state path msgs at /msgs: m"),
    ([{"includes": {"a": 1}}], [{"value": {"b": 1}}], "step 0 (look): a: expected integer 1, got nothing"),
    ([{"includes": {"a": {"b": 1}}}], [{"value": {"a": 1}}], "step 0 (look): a: expected a map of 1 items, got integer 1"),
    ([{"value": None}, {"value": 2}], [{"value": None}, {"value": 3}], "step 1 (look): the value: expected integer 2, got integer 3"),
]  # fmt: skip


@pytest.mark.parametrize(("expect", "results", "message"), WRONG, ids=lambda item: "")
def test_the_first_wrong_step_is_named(expect: list[Any], results: list[Any], message: str, tmp_path: Path) -> None:
    finding = judge(tmp_path, expect, results)

    assert (finding.verdict, finding.fault, finding.message) == ("fail", "wrong-step", message)


def test_a_step_that_is_not_supported_makes_the_scenario_unsupported_unless_another_fails(tmp_path: Path) -> None:
    unsupported = {"unsupported": "no look"}

    skipped = judge(tmp_path, [{"value": 1}, {"value": 2}], [unsupported, {"value": 2}])
    failed = judge(tmp_path, [{"value": 1}, {"value": 2}], [unsupported, {"value": 3}])

    assert (skipped.verdict, skipped.message) == ("unsupported", "step 0 (look): no look")
    assert failed.verdict == "fail"


def test_too_few_results_are_a_fault_of_the_protocol(tmp_path: Path) -> None:
    finding = judge(tmp_path, [{"any": True}, {"any": True}], [{"value": 1}])

    assert (finding.verdict, finding.fault) == ("error", "protocol")


# -- steps on files


def module(**functions: Callable[..., Any]) -> ModuleType:
    made = ModuleType("toy")
    for name, function in functions.items():
        setattr(made, name, function)
    made.__all__ = list(functions)  # type: ignore[attr-defined]  # a module has what it is given
    return made


def run(made: ModuleType, *steps: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
    with FileSteps(made) as folder:
        return [folder.answer({"op": op, "args": args}) for op, args in steps]


def test_files_are_put_looked_at_and_gone_afterwards() -> None:
    seen: list[Path] = []

    def length(filename: str) -> int:
        seen.append(Path(filename))
        return len(seen[0].read_bytes())

    data = {"$bytes": base64.b64encode(b"abc").decode()}
    answers = run(
        module(length=length),
        ("stat", {"filename": "a"}),
        ("put", {"filename": "a", "data": data}),
        ("length", {"filename": "a"}),
        ("stat", {"filename": "a"}),
        ("mkdir", {"filename": "b"}),
        ("stat", {"filename": "b"}),
    )

    # sha256 of abc: FIPS 180-4, example B.1
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert answers == [
        {"value": {"kind": None}},
        {"value": None},
        {"value": 3},
        {"value": {"kind": "file", "size": 3, "sha256": digest}},
        {"value": None},
        {"value": {"kind": "directory"}},
    ]
    assert not seen[0].parent.exists()


@pytest.mark.parametrize("name", ["../a", "/etc/passwd", "x/../../a"])
def test_no_step_leaves_the_folder(name: str) -> None:
    (answer,) = run(module(), ("put", {"filename": name, "data": {"$bytes": ""}}))

    assert answer == {"unsupported": f"{name!r} leads out of the scenario's folder"}


def test_a_refusal_is_the_answer_to_its_step_and_the_next_is_taken() -> None:
    def refuse(filename: Path) -> None:
        raise DecodeError("expected rows, got none", category="state", path="msgs", at="/msgs")

    answers = run(module(refuse=refuse), ("refuse", {"filename": "a"}), ("stat", {"filename": "a"}))

    about = {"category": "state", "path": "msgs", "at": "/msgs", "message": "msgs at /msgs: expected rows, got none"}
    catches = answers[0]["error"].pop("catches")
    assert answers == [{"error": about}, {"value": {"kind": None}}]
    assert {"DecodeError", "CodecError"} <= set(catches)


def test_a_foreign_exception_is_not_swallowed() -> None:
    def crash(filename: Path) -> None:
        raise KeyError("msgs")

    with pytest.raises(KeyError):
        run(module(crash=crash), ("crash", {"filename": "a"}))


@pytest.mark.parametrize("name", ["missing", "__class__", "os"])
def test_only_public_functions_are_operations(name: str) -> None:
    made = module()
    made.os = base64  # type: ignore[attr-defined]  # something that is there and not public

    (answer,) = run(made, (name, {"filename": "a"}))

    assert answer == {"unsupported": f"no operation {name!r}"}


def test_a_writer_stays_open_from_step_to_step() -> None:
    log: list[Any] = []

    class Writer:
        def append(self, msgs: list[bytes], io_groups: list[int]) -> None:
            log.append((msgs, io_groups))

        def close(self) -> None:
            log.append("closed")

    answers = run(
        module(open_writer=lambda filename: Writer()),
        ("open_writer", {"filename": "a"}),
        ("append", {"msgs": [{"$bytes": "YQ=="}], "msg_headers": {"io_groups": [1]}}),
    )

    assert answers == [{"value": None}, {"value": None}]
    assert log == [([b"a"], [1]), "closed"]


def test_batches_that_are_followed_are_one_value() -> None:
    def batch(*rows: int) -> dict[str, Any]:
        msgs = [{"$bytes": base64.b64encode(bytes([row])).decode()} for row in rows]
        return {"version": "0.0", "io_version": None, "msgs": msgs, "msg_headers": {"io_groups": list(rows)}}

    made = module(follow=lambda filename, start, timeout: iter([batch(1, 2), batch(3)]), to_plain=lambda found: found)

    (answer,) = run(made, ("follow", {"filename": "a"}))

    assert answer == {"value": batch(1, 2, 3)}


def test_a_reader_that_cannot_open_is_refused_with_io() -> None:
    (answer,) = run(module(), ("open_reader", {"filename": "a"}))

    assert answer["error"]["category"] == "io"
