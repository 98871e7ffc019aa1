"""Processes that do not speak the protocol, and adapters that are not there: a clear fault, and no endless wait."""

from __future__ import annotations

import os
import sys
import textwrap
from pathlib import Path

import pytest
from test_conform_protocol import DECODE

from sciwire.conformance.adapters.process import Process
from sciwire.conformance.adapters.resolve import connect
from sciwire.conformance.protocol import (
    Broken,
    Request,
    Value,
)
from sciwire.conformance.verdict import Fault

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
