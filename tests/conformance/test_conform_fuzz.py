"""Generated values: drawn from the specification, the same for the same seed, shrunk when they fail."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sciwire.conformance.adapters.base import Request
from sciwire.conformance.adapters.inprocess import InProcess
from sciwire.conformance.cases import plan_cases
from sciwire.conformance.fuzz import fuzz, targets
from sciwire.conformance.harness import Subject
from sciwire.runtime import plain

SPEC = """
    sciwire: 1
    format: note
    version: "1"
    family: cbor
    title: A note
    sources: [{id: S, text: "made for a test"}]
    discriminator: type
    tolerance: {unknown: keep}
    compression: {tag: 56500, read: [bslz4, lz4], write: [none, lz4]}
    options:
      detail: {values: [all, little]}
    types:
      Point: {fields: {x: {type: float}, y: {type: float, required: true}}}
    messages:
      note:
        fields:
          id: {type: uint, required: true, max: 9}
          text: {type: text, required: true, length: {max: 3}}
          kind: {type: "enum[a, b]"}
          point: {type: Point}
          pixels: {type: "ndarray[u2; y, x]", required: true}
          hidden: {type: bool, when: {detail: [all]}}
          counts: {type: "map[int, u1]"}
      end:
        fields: {}
    rules: []
"""


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    (tmp_path / "note").mkdir()
    (tmp_path / "note" / "1.yaml").write_text(textwrap.dedent(SPEC), encoding="utf-8")
    return tmp_path


class Keeper:
    """Writes canonical JSON and reads it back; what it sees is kept."""

    def __init__(self) -> None:
        self.seen: list[Any] = []
        self.options: list[Mapping[str, Any]] = []

    def start(self) -> Mapping[str, Any]:
        return {"implementation": {"name": "keeper"}, "formats": {"note": {"can": ["decode", "encode"]}}}

    def encode(self, request: Request) -> bytes:
        self.seen.append(request.value)
        self.options.append(request.options)
        return json.dumps(self.changed(request.value)).encode()

    def changed(self, value: Any) -> Any:
        return value

    def decode(self, request: Request) -> Any:
        assert isinstance(request.data, bytes)
        return json.loads(request.data)


class ForgetsLongText(Keeper):
    def changed(self, value: Any) -> Any:
        return {**value, "text": value["text"][:1]} if "text" in value else value


class Crashes(Keeper):
    def changed(self, value: Any) -> Any:
        return {**value, "text": value["text"]["$bytes"]} if len(value.get("text", "")) > 1 else value


class Hangs(Keeper):
    def changed(self, value: Any) -> Any:
        while value.get("text"):
            time.sleep(0.01)
        return value


class ForgetsNow(Keeper):
    """Wrong only the first time that it sees a value."""

    def changed(self, value: Any) -> Any:
        return {**value, "id": 77} if len(self.seen) == 5 else value


def drawn(specs: Path, keeper: Keeper, label: str, seed: int = 0, examples: int = 60, seconds: float = 60.0) -> Any:
    subject = Subject("x", InProcess(lambda: keeper, seconds=seconds))
    subject.start()
    target = next(target for target in targets(specs, "note") if target.label == label)
    return fuzz(subject, target, seed=seed, examples=examples)


def test_each_message_is_a_target_with_each_option_that_changes_its_bytes(specs: Path) -> None:
    found = {target.label: dict(target.options) for target in targets(specs, "note")}

    assert found == {
        "note": {},
        "note.detail.little": {"detail": "little"},
        "note.compression.lz4": {"compression": "lz4"},
        "end": {},
    }


def test_values_are_what_the_specification_says(specs: Path) -> None:
    keeper = Keeper()
    finding = drawn(specs, keeper, "note")

    assert (finding.verdict, finding.examples) == ("pass", 60)
    known = {"type", "id", "text", "kind", "point", "pixels", "hidden", "counts"}
    for value in keeper.seen:
        plain.check(value)
        assert value["type"] == "note"
        assert 0 <= value["id"] <= 9
        assert len(value["text"]) <= 3
        assert value.get("kind", "a") in ("a", "b")
        assert "y" in value.get("point", {"y": 0.0})
        assert plain.from_plain(value["pixels"]).dtype.kind == "u"
        assert min(plain.from_plain(value["pixels"]).shape) >= 1
    # what can be there is there at times, and at times not; so are keys that nobody knows
    for name in ("kind", "point", "hidden", "counts"):
        assert {name in value for value in keeper.seen} == {True, False}
    assert any(set(value) - known for value in keeper.seen)
    assert {plain.from_plain(value["pixels"]).dtype.str for value in keeper.seen} == {"<u2", ">u2"}
    assert any("$map" in value.get("counts", {}) for value in keeper.seen)


def test_a_field_that_the_option_leaves_out_is_not_drawn(specs: Path) -> None:
    keeper = Keeper()
    drawn(specs, keeper, "note.detail.little")

    assert not any("hidden" in value for value in keeper.seen)
    assert all(options == {"detail": "little"} for options in keeper.options)


def test_the_same_seed_draws_the_same_values(specs: Path) -> None:
    keepers = [Keeper() for _ in range(3)]
    for keeper, seed in zip(keepers, (1, 1, 2), strict=True):
        drawn(specs, keeper, "note", seed=seed, examples=20)

    assert keepers[0].seen == keepers[1].seen
    assert keepers[0].seen != keepers[2].seen


def test_a_failure_is_shrunk_to_the_smallest_value(specs: Path) -> None:
    finding = drawn(specs, ForgetsLongText(), "note")

    assert (finding.verdict, finding.fault) == ("fail", "value-lost")
    value = json.loads(finding.expected)
    assert (value["id"], value["text"]) == (0, "00")
    assert finding.message.startswith('text: expected text "00", got text "0"; the value was {')


def test_an_exception_is_shrunk_like_a_failure(specs: Path) -> None:
    finding = drawn(specs, Crashes(), "note")

    assert (finding.verdict, finding.fault) == ("error", "foreign-exception")
    assert json.loads(finding.expected)["text"] == "00"


def test_a_hang_ends_the_case_at_once(specs: Path) -> None:
    keeper = Hangs()
    finding = drawn(specs, keeper, "note", seconds=2.0)

    assert (finding.verdict, finding.fault) == ("error", "hang")
    assert [bool(value["text"]) for value in keeper.seen].count(True) == 1


def test_an_answer_that_changes_is_unstable(specs: Path) -> None:
    finding = drawn(specs, ForgetsNow(), "end")

    assert (finding.verdict, finding.fault) == ("fail", "unstable")


def test_what_is_not_claimed_is_not_drawn(specs: Path) -> None:
    class DecodesOnly(Keeper):
        def start(self) -> Mapping[str, Any]:
            return {"implementation": {"name": "keeper"}, "formats": {"note": {"can": ["decode"]}}}

    finding = drawn(specs, DecodesOnly(), "note")

    assert (finding.verdict, finding.message) == ("unsupported", "does not claim to encode note")


def test_ids_of_generated_cases_are_stable_and_carry_the_version(specs: Path) -> None:
    (specs / "note" / "vectors").mkdir()
    entry = {"id": "note/a/b", "kind": "valid", "hex": "00", "value": 1}
    content = {"format": "note", "version": "1", "group": "a", "provenance": "by hand", "vectors": [entry]}
    (specs / "note" / "vectors" / "a.json").write_text(json.dumps(content), encoding="utf-8")
    reference = Subject("x", InProcess(Keeper))
    reference.start()

    names = [case.id for case in plan_cases(specs, ["note"], reference) if case.check == "fuzz/valid"]

    assert names == [
        "note/1/fuzz/note@fuzz/valid",
        "note/1/fuzz/note.detail.little@fuzz/valid",
        "note/1/fuzz/note.compression.lz4@fuzz/valid",
        "note/1/fuzz/end@fuzz/valid",
    ]
    assert not any(case.check == "fuzz/valid" for case in plan_cases(specs, ["note"], reference, examples=0))


def test_hypothesis_leaves_nothing_in_the_folder_of_the_caller(specs: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    program = (
        "import sys, pathlib, test_conform_fuzz as tests\n"
        "finding = tests.drawn(pathlib.Path(sys.argv[1]), tests.ForgetsLongText(), 'note', examples=60)\n"
        "print(finding.fault)"
    )
    path = os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)])
    environment = {name: text for name, text in os.environ.items() if name != "HYPOTHESIS_STORAGE_DIRECTORY"}
    done = subprocess.run(
        [sys.executable, "-c", program, str(specs)],
        cwd=work,
        env={**environment, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.split() == ["value-lost"]  # in a new process the same value fails
    assert list(work.iterdir()) == []
