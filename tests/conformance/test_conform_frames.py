"""Bytes behind the lines: as the schema says, both ways, and checked before they are read."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from scripted import HELLO, answers, script
from test_conform_protocol import valid

from sciwire.conformance.adapters.process import Process
from sciwire.conformance.protocol import Broken, Encoded, Request


def test_frames_carry_bytes_both_ways(tmp_path: Path) -> None:
    body = """
        while message := read():
            sizes = [part["frame"] for part in message.get("parts", [])] or [message["data"]["frame"]]
            parts = [stdin.read(size) for size in sizes]
            say({"id": message["id"], "parts": [{"frame": len(part)} for part in parts]}, b"".join(parts))
        """
    data = [b"\n{}\n", b"", bytes(300_000)]
    both = [
        Request(cmd="decode", id="1", format="toy", data=data),
        Request(cmd="decode", id="2", format="toy", data=b"\n"),
    ]
    process = script(tmp_path, body.replace('"parts": [', '"value": None, "parts": ['), frames=True)
    assert [type(answer) for answer in answers(process, both)] == [Broken, Broken]  # a value and parts are no answer

    encodes = [Request(cmd="encode", id=one.id, format="toy", data=one.data) for one in both]
    assert answers(script(tmp_path, body, frames=True), encodes) == [Encoded(tuple(data)), Encoded((b"\n",))]


def test_a_request_with_frames_is_what_the_schema_says() -> None:
    line, _, behind = Request(cmd="decode", id="1", format="toy", data=[b"ab", b""]).line(frames=True).partition(b"\n")

    assert valid(json.loads(line), "protocol", "decode")
    assert behind == b"ab"


@pytest.mark.parametrize(
    ("frame", "text"),
    [
        ('{"frame": -1}', "expected {'frame': number of bytes}, got {'frame': -1}"),
        ('{"frame": 1e9}', "expected {'frame': number of bytes}"),
        ('{"frame": 1, "more": 2}', "expected {'frame': number of bytes}"),
        ('{"frame": 1000000000000000000}', "an answer with frames of more than 1048576 bytes"),
        ('{"frame": 9}', "no answer within 1 s"),
    ],
)
def test_a_hostile_frame_is_refused_before_it_is_read(tmp_path: Path, frame: str, text: str) -> None:
    body = f"""
        message = read()
        say({{"id": message["id"], "data": json.loads({frame!r})}}, b"short")
        time.sleep(30)
        """
    seconds = 1.0 if "within 1 s" in text else 60.0
    process = script(tmp_path, body, frames=True, seconds=seconds, max_line=1 << 20)

    (answer,) = answers(process, [Request(cmd="encode", id="1", format="toy")])

    assert isinstance(answer, Broken)
    assert text in answer.message


@pytest.mark.parametrize("change", [{"window": 0}, {"window": "2"}, {"window": True}, {"frames": "yes"}], ids=str)
def test_a_hello_with_a_wrong_window_or_frames_is_no_hello(tmp_path: Path, change: dict[str, Any]) -> None:
    path = tmp_path / "adapter.py"
    path.write_text(f"import time; print({json.dumps({**HELLO, **change})!r}, flush=True); time.sleep(30)")

    assert not valid({**HELLO, **change}, "protocol", "started")
    with pytest.raises(ConnectionError, match=r"'window'|'frames'"):
        Process([sys.executable, str(path)]).start()
