"""Several requests on their way at once, and limits: whose fault it is must stay exact."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import miniatures
import pytest
import toy
from scripted import answers, requests, script

from sciwire.conformance.adapters.inprocess import InProcess
from sciwire.conformance.adapters.process import Process
from sciwire.conformance.cases import Case, plan_cases
from sciwire.conformance.harness import Subject
from sciwire.conformance.known import Known
from sciwire.conformance.protocol import Broken, Value
from sciwire.conformance.runner import run
from sciwire.conformance.verdict import Result


@pytest.fixture(autouse=True)
def find_miniatures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)]))


@pytest.fixture
def reference() -> Iterator[Subject]:
    subject = Subject("reference", InProcess(miniatures.Good))
    subject.start()
    yield subject
    subject.stop()


@pytest.fixture
def cases(tmp_path: Path, reference: Subject) -> list[Case]:
    return plan_cases(toy.write_vectors(tmp_path), ["toy"], reference, examples=0)


def brief(answer: Any) -> Any:
    return (str(answer.fault), answer.message) if isinstance(answer, Broken) else answer


def test_a_window_full_of_requests_is_on_its_way_before_the_first_answer(tmp_path: Path) -> None:
    body = """
        while True:
            waiting = [read() for _ in range(4)]
            for message in waiting: say({"id": message["id"], "value": message["id"]})
        """

    assert answers(script(tmp_path, body), requests(8)) == [Value(str(number)) for number in range(8)]


def test_no_more_than_the_window_is_on_its_way(tmp_path: Path) -> None:
    body = """
        while True:
            waiting = [read() for _ in range(2)]
            time.sleep(0.2)
            more = pending()
            for message in waiting: say({"id": message["id"], "value": more})
        """
    if os.name != "posix":
        pytest.skip("select works on sockets only")

    assert answers(script(tmp_path, body, window=2), requests(4)) == [Value(False)] * 4


def test_the_cases_of_a_run_are_sent_ahead(tmp_path: Path, cases: list[Case], reference: Subject) -> None:
    body = """
        while True:
            waiting = [read() for _ in range(2)]
            for message in waiting: say({"id": message["id"], "unsupported": "I only wait for two at a time"})
        """
    two = [case for case in cases if case.check == "decode/invalid"]
    subject = Subject("x", script(tmp_path, body, window=2))

    results = list(run(two, [subject], reference, known=Known()))

    assert [str(result.verdict) for result in results] == ["unsupported", "unsupported"]


def test_out_of_order_is_a_fault_of_that_case_and_the_run_goes_on(tmp_path: Path) -> None:
    body = """
        first = read(); second = read()
        if first["id"] == "0":
            say({"id": "1", "value": 1}); say({"id": "0", "value": 0})
            time.sleep(30)
        for message in (first, second): say({"id": message["id"], "value": message["id"]})
        while message := read(): say({"id": message["id"], "value": message["id"]})
        """

    found = [brief(answer) for answer in answers(script(tmp_path, body), requests(3))]

    assert found == [("protocol", "expected the id '0', got '1'"), Value("1"), Value("2")]


@pytest.mark.parametrize("how", ["os._exit(3)", "os.kill(os.getpid(), 9)", "time.sleep(60)"])
def test_the_one_that_brings_the_process_down_is_named_and_no_other(tmp_path: Path, how: str) -> None:
    body = f"""
        while message := read():
            print("read", message["id"], file=sys.stderr, flush=True)
            heard()
            if message["id"] == "2": {how}
            say({{"id": message["id"], "value": message["id"]}})
        """

    found = answers(script(tmp_path, body, seconds=3.0 if "sleep" in how else 60.0), requests(6))

    assert [answer for answer in found if not isinstance(answer, Broken)] == [Value(name) for name in "01345"]
    assert str(found[2].fault) == ("hang" if "sleep" in how else "died")
    assert found[2].stderr == "read 2"


def test_a_process_that_dies_of_company_is_named_once(tmp_path: Path) -> None:
    body = """
        while message := read():
            time.sleep(0.1)
            if pending(): os._exit(5)
            say({"id": message["id"], "value": message["id"]})
        """
    if os.name != "posix":
        pytest.skip("select works on sockets only")

    found = [brief(answer) for answer in answers(script(tmp_path, body), requests(3))]

    message = "the process ended with exit code 5 in place of an answer, with several requests on their way"
    assert found[:2] == [Value("0"), Value("1")]
    assert found[2] == ("died", f"{message}; alone each of them was answered")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux limits another process's memory")
def test_memory_without_end_is_the_implementation_s_own_death(tmp_path: Path) -> None:
    body = """
        while message := read():
            kept = bytearray(1 << 33) if message["id"] == "1" else b""
            say({"id": message["id"], "value": message["id"]})
        """

    found = answers(script(tmp_path, body, memory=1 << 30), requests(3))

    assert [found[0], found[2]] == [Value("0"), Value("2")]
    assert str(found[1].fault) == "died"
    assert "MemoryError" in found[1].stderr


@pytest.mark.skipif(os.name != "posix", reason="process groups are POSIX")
def test_what_an_adapter_started_goes_with_it(tmp_path: Path) -> None:
    body = """
        import subprocess
        child = subprocess.Popen(["sleep", "60"])
        message = read()
        say({"id": message["id"], "value": child.pid})
        read()
        """
    (answer,) = answers(script(tmp_path, body), requests(1))

    assert isinstance(answer, Value)
    deadline = time.monotonic() + 60  # a signal is on its way for a moment
    while time.monotonic() < deadline and _runs(answer.value):
        time.sleep(0.01)
    assert not _runs(answer.value)


def _runs(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    if not status.exists():
        return False
    return status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_the_served_miniatures_are_judged_as_in_process(cases: list[Case], reference: Subject) -> None:
    """With requests sent ahead, through frames, each fault is the same as in process."""
    for adapter in (miniatures.Good, miniatures.WrongByteOrder, miniatures.WrongOffset, miniatures.WritesRubbish):
        command = [sys.executable, "-m", "sciwire.conformance.adapters.serve", f"miniatures:{adapter.__name__}"]
        served = list(run(cases, [Subject("x", Process(command))], reference, known=Known()))
        inside = list(run(cases, [Subject("x", InProcess(adapter))], reference, known=Known()))

        assert [_judged(result) for result in served] == [_judged(result) for result in inside]


def _judged(result: Result) -> tuple[Any, ...]:
    return result.id, str(result.verdict), str(result.fault), result.message, result.got
