"""Stateful scenarios against models; the law that pixels are the same in every format; rule-based machines of Hypothesis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from sciwire.conformance.adapters.files import FileSteps
from sciwire.conformance.adapters.inprocess import InProcess
from sciwire.conformance.adapters.pipe_steps import PipeSteps
from sciwire.conformance.adapters.resolve import connect
from sciwire.conformance.harness import Subject
from sciwire.conformance.protocol import Refused, Results, Value
from sciwire.conformance.scenario import judge_step
from sciwire.conformance.stateful import Model, Move, stateful
from sciwire.conformance.stateful.pipes import Pipes
from sciwire.conformance.stateful.raw_files import RawFiles
from sciwire.conformance.vectors import Vector
from sciwire.conformance.verdict import Fault, Level, Verdict
from sciwire.formats import bpipe, hdf5blob, lclstreamer, rawhdf5, simplon, simplon_v1
from sciwire.runtime import plain


def machine(model: Callable[[], Model], steps: Callable[[], Any], name: str) -> type[RuleBasedStateMachine]:
    """A machine that does one drawn move after the other and compares each answer with the model's."""

    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.model, self.steps = model(), steps()

        @initialize(data=st.data())
        def begin(self, data: st.DataObject) -> None:
            for move in self.model.first(lambda one: data.draw(one.hypothesis())):
                self.do(move)

        @rule(data=st.data(), choice=st.integers(0, 99))
        def move(self, data: st.DataObject, choice: int) -> None:
            rules = self.model.rules()
            self.do(rules[choice % len(rules)](lambda one: data.draw(one.hypothesis())))

        def do(self, move: Move) -> None:
            reply = self.steps.answer({"op": move.op, "args": move.args})
            got = Value(reply["value"]) if "value" in reply else Refused(reply["error"]["category"], None, None, "")
            vector = Vector(f"{name}/x/y", name, "1", "x", "scenario", Level.MUST, b"")
            finding = judge_step(vector, move.step, got, [], True)
            assert finding.verdict is Verdict.PASS, f"{move.op}: {finding.message}"

        def teardown(self) -> None:
            for move in self.model.last():
                self.do(move)
            self.steps.__exit__(None, None, None)

    return Machine


@pytest.mark.parametrize(
    ("model", "steps", "name"),
    [(RawFiles, lambda: FileSteps(rawhdf5), "rawhdf5"), (Pipes, lambda: PipeSteps(bpipe), "bpipe")],
)
def test_any_order_of_operations_gives_what_the_model_says(
    model: Callable[[], Model], steps: Callable[[], Any], name: str
) -> None:
    limits = settings(
        max_examples=15, stateful_step_count=8, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(machine(model, steps, name), settings=limits)  # type: ignore[no-untyped-call]


class Forgets:
    """Our codec, of which one operation does not do what it says."""

    def __init__(self, op: str, wrong: Any) -> None:
        self.inner, self.op, self.wrong = connect("sciwire", seconds=20), op, wrong

    def start(self) -> Any:
        return self.inner.start()

    def stop(self) -> None:
        self.inner.stop()

    def ask(self, request: Any) -> Any:
        answer = self.inner.ask(request)
        if isinstance(answer, Results):
            rows = zip(request.steps, answer.results, strict=True)
            return Results(tuple(self.wrong(step, got) if step["op"] == self.op else got for step, got in rows))
        return answer


def _slice_to_the_end(step: Any, got: Any) -> Any:
    """Negative bounds are taken for nought."""
    if not isinstance(got, Value) or step["args"].get("start", 0) >= 0:
        return got
    return Value({**got.value, "msgs": []})


@pytest.mark.parametrize(
    ("name", "version", "model", "op", "wrong"),
    [
        ("rawhdf5", "0.0", RawFiles, "len_rawfile", lambda step, got: Value(got.value + 1) if isinstance(got, Value) else got),
        ("rawhdf5", "0.0", RawFiles, "from_rawfile", _slice_to_the_end),
        ("rawhdf5", "0.0", RawFiles, "to_rawfile", lambda step, got: Value(None)),
        ("bpipe", "1.0", Pipes, "delete", lambda step, got: Value(0)),
        ("bpipe", "1.0", Pipes, "add", lambda step, got: Value(0)),
        ("bpipe", "1.0", Pipes, "copy", lambda step, got: Value(0) if isinstance(got, Value) else got),
    ],
)  # fmt: skip
def test_an_operation_that_is_wrong_is_found_by_a_short_scenario(
    name: str, version: str, model: Callable[[], Model], op: str, wrong: Any
) -> None:
    subject = Subject("forgets", Forgets(op, wrong), seconds=20)
    subject.start()

    finding = stateful(subject, name, version, model, seed=0, examples=40)

    assert (finding.verdict, finding.fault) == (Verdict.FAIL, Fault.WRONG_STEP)
    assert f"({op})" in finding.message
    assert finding.message.count("; ") < 9  # it was shrunk


def test_an_implementation_without_operations_is_not_asked() -> None:
    class Reads:
        def start(self) -> dict[str, Any]:
            return {"implementation": {"name": "reads"}, "formats": {"simplon": {"can": ["decode"]}}}

    subject = Subject("reads", InProcess(Reads))
    subject.start()

    assert stateful(subject, "simplon", "1.8", RawFiles, seed=0, examples=3).verdict is Verdict.UNSUPPORTED


@pytest.mark.parametrize("dtype", ["<u1", "<u2", "<u4"])
def test_the_same_image_has_the_same_pixels_in_every_format(dtype: str) -> None:
    pixels = (np.arange(6 * 5, dtype="u8") * 2654435761 % (1 << 8 * int(dtype[2:]))).astype(dtype).reshape(6, 5)
    pixels[0, 0], pixels[-1, -1] = 0, np.iinfo(dtype).max
    array, words = plain.plain_array(pixels), {"<u1": "uint8", "<u2": "uint16", "<u4": "uint32"}
    ratio, one = {"$ratio": [0, 1]}, {"series_id": 1, "series_unique_id": "u", "image_id": 0}
    v2 = simplon.from_plain({"type": "image", **one, "real_time": ratio, "start_time": ratio, "stop_time": ratio, "data": {"a": array}})  # fmt: skip
    described = {"shape": [5, 6], "type": words[dtype], "encoding": "lz4<"}
    v1 = simplon_v1.from_plain({
        "kind": "image", "dimage": {"series": 1, "frame": 0}, "dimage_d": described, "data": array,
        "dconfig": {"start_time": 0, "stop_time": 1, "real_time": 1},
    })  # fmt: skip
    lcls = lclstreamer.from_plain(
        {"type": "image", "prefix": "m", "run": "r1", "dtype": words[dtype], "compressed_data": array}
    )
    events = plain.plain_array(pixels[None])

    found = {
        "simplon": simplon.decode(simplon.encode(v2)).data["a"],
        "simplon_v1": simplon_v1.decode(simplon_v1.encode(v1)).data,
        "hdf5blob": hdf5blob.decode(hdf5blob.encode(hdf5blob.from_plain({"/d/d": events})))["/d/d"][0],
    }
    told = lclstreamer.decode(lclstreamer.encode(lcls), shape=[6, 5], dtype=words[dtype])
    found["lclstreamer"] = plain.from_plain(lclstreamer.to_plain(told)["compressed_data"])

    for name, got in found.items():
        assert got.dtype.newbyteorder("<").str.replace("|", "<") == dtype, name
        assert np.array_equal(got, pixels), name
