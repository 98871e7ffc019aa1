"""Scenarios and feeding: what is judged, step by step and split by split."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import miniatures
import pytest
import toy

from sciwire.conformance.adapters.base import Request
from sciwire.conformance.adapters.files import FileSteps
from sciwire.conformance.adapters.inprocess import InProcess
from sciwire.conformance.checks import Finding
from sciwire.conformance.feeding import feeding, ways_to_split
from sciwire.conformance.harness import Subject
from sciwire.conformance.scenario import scenario
from sciwire.conformance.vectors import Vector, load_vectors
from sciwire.runtime import CodecError, DecodeError


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


@pytest.mark.parametrize("name", ["missing", "__class__", "open_writer", "repair", "os"])
def test_only_public_functions_are_operations(name: str) -> None:
    made = module()
    made.os = base64  # type: ignore[attr-defined]  # something that is there and not public

    (answer,) = run(made, (name, {"filename": "a"}))

    assert answer in ({"unsupported": f"no operation {name!r}"}, {"unsupported": "no writer is open"})


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


# -- feeding


def vector(data: bytes, **more: Any) -> Vector:
    about: dict[str, Any] = {"id": "toy/plain/a", "format": "toy", "version": "1", "group": "plain", "kind": "valid"}
    return Vector(**{**about, "level": "MUST", "data": data, **more})


def test_every_way_to_split_covers_the_bytes_and_the_seed_decides() -> None:
    ways = dict(ways_to_split(vector(bytes(100)), 0))

    assert list(ways) == ["whole", "byte by byte", "in halves", "in halves with nothing between them", "in random pieces (1)", "in random pieces (2)"]  # fmt: skip
    assert ways["whole"] == []
    assert ways["byte by byte"] == list(range(1, 100))
    assert ways.pop("in halves with nothing between them") == [50, 50]
    assert all(sorted(set(points)) == points and all(0 < point < 100 for point in points) for points in ways.values())
    assert ways.items() <= dict(ways_to_split(vector(bytes(100)), 0)).items()
    assert dict(ways_to_split(vector(bytes(100)), 1)) != ways
    assert [name for name, _ in ways_to_split(vector(b""), 0)] == ["whole"]
    assert len(dict(ways_to_split(vector(bytes(10**6)), 0))["2500 bytes at a time"]) == 399
    assert list(dict(ways_to_split(vector(bytes(10**6)), 0))) == ["whole", "2500 bytes at a time", "in halves"]


def test_a_message_of_parts_comes_part_by_part() -> None:
    """The split points are numbers of parts; those that are late say so."""
    asked: list[Any] = []

    class Parts(miniatures.Good):
        def decode(self, request: Request) -> Any:
            asked.append(request.splits)
            return {"items": []} if request.splits == [1, 2, 3] else "all"

    parts = vector((b"a", b"b", b"c", b"d"), value="all", has_value=True)
    subject = Subject("x", InProcess(Parts))
    subject.start()
    finding = feeding(subject, parts, 0)

    assert (finding.verdict, finding.fault) == ("fail", "split-dependent")
    assert finding.message.startswith("fed part by part: ")
    assert asked == [[], [1, 2, 3]]


@pytest.mark.parametrize("late", [False, True])
def test_our_decoder_of_parts_is_fed_as_it_is_asked(late: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A decoder that forgets the parts before the last is found."""
    from sciwire.conformance.vectors import load_vectors
    from sciwire.model import specs_dir

    simplon_v1: Any = import_module("sciwire.formats.simplon_v1")  # as the adapter takes it
    if late:
        whole = simplon_v1.Decoder.feed
        monkeypatch.setattr(
            simplon_v1.Decoder, "feed", lambda self, parts, more=False: [] if more else whole(self, parts)
        )
    image = next(one for one in load_vectors(specs_dir(), "simplon_v1") if one.kind == "valid" and len(one.data) == 4)
    subject = Subject("sciwire", formats=["simplon_v1"])
    subject.start()

    finding = feeding(subject, image, 0)

    assert finding.verdict == ("fail" if late else "pass")
    assert finding.message.startswith("fed part by part: " if late else "")


def in_halves(answer: Callable[[], Any]) -> type[miniatures.Good]:
    """An implementation that answers otherwise when the bytes come in two pieces."""

    class Other(miniatures.Good):
        def decode(self, request: Request) -> Any:
            return answer() if request.splits and len(request.splits) == 1 else super().decode(request)

    return Other


def raise_(error: Exception) -> Any:
    raise error


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda: raise_(CodecError("m", category="state", at=3)), "the category 'truncated' as when fed whole, got 'state'"),
        (lambda: raise_(CodecError("m", category="truncated", at=4)), "the offset 3 as when fed whole, got 4"),
        (lambda: {"items": []}, "a refusal, got a value"),
    ],
)  # fmt: skip
def test_an_invalid_vector_must_be_refused_the_same_way_however_it_comes(
    answer: Callable[[], Any], message: str
) -> None:
    cut = vector(bytes.fromhex("54020001000200")[:6], kind="invalid", error={"category": ["truncated"]})
    good, bad = Subject("x", InProcess(miniatures.Good)), Subject("x", InProcess(in_halves(answer)))
    for subject in (good, bad):
        subject.start()

    assert feeding(good, cut, 0).verdict == "pass"
    finding = feeding(bad, cut, 0)
    assert (finding.verdict, finding.fault) == ("fail", "split-dependent")
    assert finding.message.startswith(f"fed in halves: expected {message}")
