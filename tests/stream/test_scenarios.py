"""What happens at a beamline: a detector that restarts, a look at a running capture, disks and endpoints that can't be used."""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from loopback import at_once, call, command, endless, numbered, numbers, wait_for

from sciwire.stream import CaptureReader, Replayed, Sender, replaying, send_all

zmq = pytest.importorskip("zmq", reason="pyzmq is the extra stream")
ANY = "tcp://127.0.0.1:*"
SIMPLON = ("--format", "simplon")
unix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such endpoints")


def test_a_detector_that_restarts_is_heard_again(tmp_path: Path) -> None:
    with Sender(ANY) as first:
        endpoint = first.endpoint
        with command(tmp_path, "listen", endpoint, *SIMPLON, "-o", "got.swc", "--count", "60") as listener:
            for parts in numbered(30, sender=1):
                assert first.send(parts)
            assert first.close()
            listener.says("the peer went away; waiting for it to come back")
            with at_once(Sender(endpoint), numbered(30, sender=2)):
                assert listener.ends() == 0, listener.said
    with CaptureReader(tmp_path / "got.swc") as reader:
        messages = list(reader)
        assert reader.missing == ""
    assert numbers(messages, 1) == numbers(messages, 2) == list(range(30))


def test_a_bound_listener_hears_a_sender_that_comes_again_and_again(tmp_path: Path) -> None:
    with command(tmp_path, "listen", ANY, "--bind", *SIMPLON, "-o", "got.swc", "--count", "50") as listener:
        for sender in range(5):
            with Sender(listener.endpoint, bind=False) as one:
                for parts in numbered(10, sender=sender):
                    assert one.send(parts)
        assert listener.ends() == 0, listener.said
    with CaptureReader(tmp_path / "got.swc") as reader:
        messages = list(reader)
    assert [numbers(messages, sender) for sender in range(5)] == [list(range(10))] * 5


def slowly(messages: Iterable[list[bytes]]) -> Iterator[list[bytes]]:
    for message in messages:
        yield message
        time.sleep(0.002)


def test_a_capture_is_read_while_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "got.swc"
    with command(tmp_path, "listen", ANY, "--bind", *SIMPLON, "-o", path) as listener:
        sender = Sender(listener.endpoint, bind=False)
        counts = [0]
        with at_once(sender, slowly(endless(2000))):
            while len(counts) < 6:
                size = path.stat().st_size
                wait_for(lambda size=size: path.stat().st_size > size + 20_000)
                with CaptureReader(path) as reader:
                    messages = list(reader)
                    assert numbers(messages) == list(range(len(messages)))
                    assert (
                        reader.missing.endswith("still writing") or "it is whole up to its last byte" in reader.missing
                    )
                    assert list(map(len, (one.parts for one in reader))) == [2] * len(messages)  # the same once more
                counts.append(len(messages))
            shown = call("inspect", path)
            sender.stop()
        listener.process.terminate()
        assert listener.ends() == 0, listener.said

    assert counts == sorted(set(counts))
    assert shown.exit_code == 1
    assert "its writer was killed or is still writing" in shown.stderr
    with CaptureReader(path) as reader:
        assert numbers(list(reader)) == list(range(reader.messages))
        assert reader.missing == ""
        assert reader.messages == sender.sent


@unix
def test_endpoints_without_a_network_do_for_all_three_commands(tmp_path: Path) -> None:
    endpoint = f"ipc://{tmp_path}/detector"
    words = ("--images", "8", "--shape", "20,30", "--rate", "max")
    with command(tmp_path, "simulate", "simplon", endpoint, *words) as source:
        with command(tmp_path, "listen", endpoint, *SIMPLON, "-o", "a.swc", "--until-end") as first:
            assert first.ends() == 0, first.said
        assert source.ends() == 0, source.said
    with command(tmp_path, "listen", endpoint, "--bind", *SIMPLON, "-o", "b.swc", "--count", "10") as second:
        with command(tmp_path, "replay", "a.swc", endpoint, "--connect", "--rate", "max") as source:
            assert source.ends() == 0, source.said
        assert second.ends() == 0, second.said
    with CaptureReader(tmp_path / "a.swc") as a, CaptureReader(tmp_path / "b.swc") as b:
        assert [one.parts for one in a] == [one.parts for one in b]
        assert (a.messages, b.missing) == (10, "")


def test_an_endpoint_in_use_is_exit_code_2_and_makes_no_file(tmp_path: Path) -> None:
    call("simulate", "simplon", "--images", "1", "--shape", "8,8", "-o", tmp_path / "a.swc")
    with Sender(ANY) as sender:
        for words in (
            ("listen", sender.endpoint, "--bind", *SIMPLON, "-o", tmp_path / "b.swc"),
            ("replay", tmp_path / "a.swc", sender.endpoint),
            ("simulate", "simplon", sender.endpoint),
        ):
            result = call(*words)
            assert result.exit_code == 2
            said = " ".join(result.stderr.replace("│", " ").split())
            assert f"{sender.endpoint}: Address already in use" in said
    assert [path.name for path in tmp_path.iterdir()] == ["a.swc"]


@pytest.mark.parametrize("case", ["not a folder", "no such folder", "not allowed", "full"])
def test_a_capture_that_can_not_be_begun_is_exit_code_2(case: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"precious")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    if case == "not allowed" and os.access(closed, os.W_OK):
        pytest.skip("this user may write everywhere")
    if case == "full" and not Path("/dev/full").exists():
        pytest.skip("the system has no disk that is always full")
    path, said = {
        "not a folder": (tmp_path / "file" / "a.swc", "Not a directory"),
        "no such folder": (tmp_path / "none" / "a.swc", "No such file or directory"),
        "not allowed": (closed / "a.swc", "Permission denied"),
        "full": (Path("/dev/full"), "No space left on device"),
    }[case]
    for words in (("listen", ANY, "--bind", *SIMPLON, "--overwrite"), ("simulate", "simplon", "--overwrite")):
        result = call(*words, "-o", path)

        assert result.exit_code == 2, result.output
        assert said in " ".join(result.stderr.replace("│", " ").split())
    assert (tmp_path / "file").read_bytes() == b"precious"


@unix
def test_a_sender_that_nobody_holds_back_is_stopped_by_a_signal(tmp_path: Path) -> None:
    words = ("--images", "100000000", "--shape", "8,8", "--frames", "1", "--rate", "max")
    with (
        command(tmp_path, "simulate", "simplon", ANY, *words) as source,
        command(tmp_path, "listen", source.endpoint, *SIMPLON, "-o", "a.swc") as sink,
    ):
        wait_for(lambda: (tmp_path / "a.swc").exists() and (tmp_path / "a.swc").stat().st_size > 10_000)
        source.process.terminate()
        assert source.ends() == 0, source.said
        sink.process.terminate()
        assert sink.ends() == 0, sink.said
    assert " messages, " in source.said


class Clock:
    """Time that passes only where somebody sleeps or works."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def sent_at(monkeypatch: pytest.MonkeyPatch, rate: Any, works: Sequence[float]) -> tuple[list[float], Replayed]:
    """When messages are sent at *rate*, each of which takes so many seconds to send."""
    clock, times = Clock(), list[float]()
    monkeypatch.setattr(replaying, "time", clock)
    work = itertools.chain(works)

    def send(parts: object, on_wait: object) -> bool:
        times.append(clock.now - 1000.0)
        clock.now += next(work)
        return True

    sender: Any = SimpleNamespace(wait=lambda: True, stopped=False, send=send, sent=len(works), size=0)
    done = send_all(sender, [[b"a"]] * len(works), rate)
    return times, done


def test_a_rate_is_kept_to_the_moment_and_what_was_late_is_made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    times, done = sent_at(monkeypatch, 50.0, [0.003] * 200)
    assert times == pytest.approx([number / 50 for number in range(200)])
    assert done.late == pytest.approx(0.003)

    works = [0.003] * 100
    works[10] = 0.25  # held back, as by a receiver that is slow for a moment
    times, _ = sent_at(monkeypatch, 50.0, works)
    assert times[11] == pytest.approx(0.45)
    assert times[30:] == pytest.approx([number / 50 for number in range(30, 100)])

    times, done = sent_at(monkeypatch, 1000.0, [0.01] * 100)
    assert times == pytest.approx([number / 100 for number in range(100)])
    assert done.late == pytest.approx(1.0 - 0.099)
