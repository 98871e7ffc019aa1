"""What is to be written or refused, and what a reader kept: vectors of kind encode, and `kept`, each for its fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import toy

from sciwire.conformance.adapters.base import Refusal, Request, Value
from sciwire.conformance.adapters.inprocess import InProcess
from sciwire.conformance.adapters.sciwire_formats import SciwireAdapter
from sciwire.conformance.answers import parse_answer
from sciwire.conformance.cases import plan_cases
from sciwire.conformance.harness import Subject
from sciwire.conformance.known import Known
from sciwire.conformance.protocol import Broken, Unsupported
from sciwire.conformance.runner import run
from sciwire.conformance.vectors import VectorError, load_vectors
from sciwire.conformance.verdict import Result
from sciwire.model import specs_dir

Answer = Callable[[Request], Any]
WRITTEN = {"kind": "encode", "value": 1, "hex": "0102"}
UNWRITTEN = {"kind": "encode", "value": 1, "error": {"category": ["size", "type"], "path": "a"}}
KEPT = {"kind": "valid", "value": 1, "hex": "00", "kept": ["a", "b.c"], "encode": "not here"}


class Scripted:
    def __init__(self, decode: Answer, encode: Answer, recognise: Answer | None = None, **about: Any) -> None:
        self.decode, self.encode, self.recognise = decode, encode, recognise
        self.about = {"can": ["decode", "encode"], **about}

    def start(self) -> Mapping[str, Any]:
        return {"implementation": {"name": "scripted"}, "formats": {"toy": self.about}}


def nothing(request: Request) -> Any:
    raise AssertionError("a vector of kind encode is never decoded, one that is not to be written never encoded")


def results(folder: Path, vector: Mapping[str, Any], decode: Answer = nothing, encode: Answer = nothing, **about: Any) -> dict[str, Result]:  # fmt: skip
    specs = toy.write_vectors(folder, [{"id": "toy/plain/a", **vector}])
    subject = Subject("x", InProcess(lambda: Scripted(decode, encode, **about)))
    subject.start()
    cases = plan_cases(specs, ["toy"], subject, examples=0)
    return {result.check: result for result in run(cases, [subject], subject, known=Known())}


def refuse(category: str | None, path: str | None = None) -> Answer:
    def answer(request: Request) -> Any:
        raise Refusal(category, path=path)

    return answer


@pytest.mark.parametrize(
    ("encode", "verdict", "fault"),
    [
        (lambda request: b"\1\2", "pass", None),
        (lambda request: b"\1\3", "fail", "bytes-differ"),
        (lambda request: b"\1", "fail", "bytes-differ"),
        (lambda request: [b"\1", b"\2"], "fail", "bytes-differ"),
        (refuse("type"), "fail", "refused-to-encode"),
    ],
)
def test_a_value_gives_exactly_these_bytes(tmp_path: Path, encode: Answer, verdict: str, fault: str | None) -> None:
    found = results(tmp_path, WRITTEN, encode=encode)

    assert list(found) == ["encode/bytes"]
    assert (found["encode/bytes"].verdict, found["encode/bytes"].fault) == (verdict, fault)


def test_options_of_the_encoder_reach_it(tmp_path: Path) -> None:
    seen = []
    vector = {**WRITTEN, "encode_options": {"detail": "none"}}
    results(tmp_path, vector, encode=lambda request: seen.append((request.value, dict(request.options))) or b"\1\2")

    assert seen == [(1, {"detail": "none"})]


@pytest.mark.parametrize(
    ("encode", "verdict", "fault"),
    [
        (refuse("type", "a"), "pass", None),
        (refuse("size", "a"), "pass", None),
        (refuse("limit", "a"), "fail", "wrong-category"),
        (refuse("type", "b"), "fail", "wrong-path"),
        (lambda request: b"", "fail", "wrote-invalid"),
    ],
)
def test_a_value_that_the_format_has_not_is_refused(tmp_path: Path, encode: Answer, verdict: str, fault: str | None) -> None:  # fmt: skip
    found = results(tmp_path, UNWRITTEN, encode=encode, reports=["category", "path"])

    assert list(found) == ["encode/invalid"]
    assert (found["encode/invalid"].verdict, found["encode/invalid"].fault) == (verdict, fault)


@pytest.mark.parametrize(
    ("kept", "verdict", "fault"),
    [
        (("b.c", "a"), "pass", None),
        (("a",), "fail", "wrong-kept"),
        (("a", "b.c", "d"), "fail", "wrong-kept"),
        ((), "fail", "wrong-kept"),
        (None, "fail", "wrong-kept"),
    ],
)
def test_what_was_kept_is_told(tmp_path: Path, kept: Any, verdict: str, fault: str | None) -> None:
    found = results(tmp_path, KEPT, decode=lambda request: Value(1, kept), reports=["kept"])

    assert found["decode/valid"].verdict == "pass"
    assert (found["decode/kept"].verdict, found["decode/kept"].fault) == (verdict, fault)


def test_nobody_must_tell_what_they_did_not_promise(tmp_path: Path) -> None:
    silent = results(tmp_path / "silent", KEPT, decode=lambda request: 1)["decode/kept"]
    wrong = results(tmp_path / "wrong", KEPT, decode=lambda request: Value(1, ()))["decode/kept"]

    assert (silent.verdict, silent.level) == ("unsupported", "SHOULD")
    assert (wrong.verdict, wrong.level) == ("fail", "SHOULD")


def test_kept_travels_on_a_line() -> None:
    request = Request("decode", "1", "toy")

    answer = parse_answer({"id": "1", "value": 3, "kept": ["a"]}, request)
    assert isinstance(answer, Value)
    assert (answer.value, answer.kept) == (3, ("a",))
    assert isinstance(parse_answer({"id": "1", "value": 3, "kept": "a"}, request), Broken)
    assert isinstance(parse_answer({"id": "1", "value": 3, "kept": [1]}, request), Broken)


@pytest.mark.parametrize(
    ("says", "stated", "verdict", "fault"),
    [
        (True, True, "pass", None),
        (False, False, "pass", None),
        (False, True, "fail", "not-recognised"),
        (True, False, "fail", "taken-for-its-own"),
    ],
)
def test_bytes_are_recognised_or_not(tmp_path: Path, says: bool, stated: bool, verdict: str, fault: str | None) -> None:
    vector = {"kind": "invalid", "hex": "00", "error": {"category": "type"}, "recognised": stated}

    found = results(tmp_path, vector, refuse("type"), can=["decode", "recognise"], recognise=lambda request: says)
    assert (found["recognise"].verdict, found["recognise"].fault) == (verdict, fault)
    assert found["decode/invalid"].verdict == "pass"


def test_nobody_must_recognise_who_does_not_claim_it(tmp_path: Path) -> None:
    vector = {"kind": "invalid", "hex": "00", "error": {"category": "type"}, "recognised": True}

    assert results(tmp_path, vector, refuse("type"))["recognise"].verdict == "unsupported"


def test_to_recognise_is_to_say_true_or_false() -> None:
    request = Request("recognise", "1", "toy", data=b"T")

    answer = parse_answer({"id": "1", "value": False}, request)
    assert isinstance(answer, Value)
    assert answer.value is False
    assert isinstance(parse_answer({"id": "1", "value": 1}, request), Broken)


def test_our_codec_reads_a_message_after_those_that_came_before() -> None:
    """The shape of a frame stands in the start message of its run."""
    specs = specs_dir()
    vectors = {one.id: one for one in load_vectors(specs, "lclstreamer") if one.group == "session"}
    subject = Subject("sciwire", InProcess(lambda: SciwireAdapter(["lclstreamer", "pacman"])))
    subject.start()

    one = vectors["lclstreamer/session/after-start"]
    answer = subject.decode(one)
    alone = subject.decode(one, options={})
    assert isinstance(answer, Value)
    assert isinstance(alone, Value)
    assert "$nd" in answer.value["compressed_data"]
    assert "$bytes" in alone.value["compressed_data"]
    refused = subject.decode(replace(one, format="pacman", version="0.0"))
    assert isinstance(refused, Unsupported)
    assert "do not describe each other" in refused.reason


@pytest.mark.parametrize(
    "vector",
    [
        {"kind": "encode", "hex": "00"},
        {"kind": "encode", "value": 1},
        {**UNWRITTEN, "hex": "00"},
        {**WRITTEN, "kept": []},
        {**KEPT, "kept": "a"},
        {**KEPT, "recognised": "yes"},
    ],
)
def test_a_vector_that_says_too_little_or_too_much_is_refused(tmp_path: Path, vector: Mapping[str, Any]) -> None:
    with pytest.raises(VectorError):
        results(tmp_path, vector)
