"""What is lost is told: by the capture itself, by `missing`, by the exit code, and nothing behind it is lost with it."""

from __future__ import annotations

import errno
import io
import re
import socket
from pathlib import Path
from typing import Any

import pytest
from loopback import DEADLINE, at_once, call, command, endless, numbered, wait_for

from sciwire.formats import simplon
from sciwire.stream import CaptureReader, CaptureWriter, Listener, Received, Sender, Tally, record

zmq = pytest.importorskip("zmq", reason="pyzmq is the extra stream")
ANY = "tcp://127.0.0.1:*"
LISTEN = ("listen", ANY, "--bind", "--format", "simplon", "-o", "got.swc", "-q")


@pytest.mark.parametrize("size", [30_000, 70_000, 3_000_000])
def test_what_stands_behind_a_message_that_is_too_large_is_kept(size: int, tmp_path: Path) -> None:
    messages = [[b"x" * (size if number == 2 else 100)] for number in range(53)]
    with (
        command(tmp_path, *LISTEN, "--max-message", "20kB", "--count", "52", "--duration", str(DEADLINE)) as listener,
        at_once(Sender(listener.endpoint, bind=False), messages),
    ):
        assert listener.ends() == 1, listener.said
    with CaptureReader(tmp_path / "got.swc") as reader:
        assert len(list(reader)) == 52
        assert [one.size for one in reader.refusals] == [size]
        assert f"a message of {size} bytes" in reader.missing
    shown = call("inspect", tmp_path / "got.swc")
    assert shown.exit_code == 1
    assert "not everything that arrived was kept" in shown.stderr


def test_a_sender_that_goes_away_is_no_cut() -> None:
    with Sender(ANY) as sender, Listener(sender.endpoint, format="simplon") as listener:
        sender.send([b"a"])
        assert isinstance(listener.receive(DEADLINE), Received)
        sender.close()
        wait_for(lambda: not listener.receive(0.05) and listener.notices)
        assert "the peer went away" in listener.notices[0]
        assert (listener.met, listener.refused) == (True, 0)


class Disk(io.RawIOBase):
    """Full for messages, not for short words."""

    def __init__(self, room: int, words: int) -> None:
        self.data = bytearray()
        self.room = room
        self.words = words

    def write(self, data: Any) -> int:
        if len(self.data) + len(data) > (self.room if len(data) > 500 else self.words):
            raise OSError(errno.ENOSPC, "No space left on device")
        self.data += bytes(data)
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        return offset

    def truncate(self, size: int | None = None) -> int:
        del self.data[size:]
        return size or 0


@pytest.mark.parametrize("words", [10_000, 100])
def test_a_capture_that_lost_messages_says_so(words: int) -> None:
    disk = Disk(5_150, words)
    with Listener(ANY, format="simplon", bind=True) as listener:  # noqa: SIM117
        with at_once(Sender(listener.endpoint, bind=False), numbered(20, 1000)) as thread:
            thread.join(DEADLINE)  # the network has all
            done = record(listener, CaptureWriter(disk, "simplon"), patience=0.1)

    assert done.reason == "full"
    assert (done.messages, done.lost) == (4, 16)
    with CaptureReader(bytes(disk.data)) as reader:
        assert len(list(reader)) == 4
        if words == 10_000:
            assert reader.refusals[0][1:3] == (32, sum(len(part) for parts in numbered(20, 1000)[4:] for part in parts))
            assert reader.missing.endswith("16 lost, they had arrived and could not be written")
        else:
            assert "the capture was not closed" in reader.missing


def test_only_what_was_written_counts_as_seen() -> None:
    start = simplon.encode(simplon.Start(series_id=7, series_unique_id="7" * 600))
    disk = Disk(2_000, 10_000)
    tally = Tally("simplon")
    with Listener(ANY, format="simplon", bind=True) as listener:  # noqa: SIM117
        with at_once(Sender(listener.endpoint, bind=False), [[start]] * 9) as thread:
            thread.join(DEADLINE)
            done = record(listener, CaptureWriter(disk, "simplon"), patience=0.1, tally=tally)

    assert done.lost
    assert tally.starts == done.messages == 9 - done.lost


@pytest.mark.parametrize(("bind", "said"), [(True, "nobody came to tcp://"), (False, "nobody answered at tcp://")])
def test_a_listener_to_whom_nobody_spoke_says_so(bind: bool, said: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    words = ("--bind",) if bind else ("--connect",)
    with command(tmp_path, "listen", f"tcp://127.0.0.1:{port}", *words, "--format", "simplon", "-q", "--duration", "0.3") as alone:  # fmt: skip
        assert alone.ends() == 1
    assert said in alone.said


def test_a_listener_to_whom_nobody_spoke_and_that_is_stopped_has_lost_nothing(tmp_path: Path) -> None:
    with command(tmp_path, "listen", ANY, "--bind", "--format", "simplon", "-q") as alone:
        assert alone.endpoint
        alone.process.terminate()
        assert alone.ends() == 0
    assert "nobody came to tcp://" in alone.said


def test_all_that_waits_is_taken_however_long_that_takes() -> None:
    """What waits when a listener ends was taken by the sender's socket: a slow disk is no reason to lose it."""
    with Listener(ANY, format="simplon", bind=True) as listener:
        with at_once(Sender(listener.endpoint, bind=False), numbered(100)) as thread:
            thread.join(DEADLINE)
        with at_once(Sender(listener.endpoint, bind=False), numbered(100)) as thread:
            thread.join(DEADLINE)
        assert len(list(listener.drain(0.0))) == 200
        assert listener.still_sending is False


def test_a_sender_that_never_ends_does_not_keep_a_listener_from_ending(tmp_path: Path) -> None:
    with command(tmp_path, *LISTEN, "--count", "5", "--high-water-mark", "10") as listener:
        sender = Sender(listener.endpoint, bind=False, patience=DEADLINE)
        with at_once(sender, endless(1000)):
            assert listener.ends() == 0, listener.said
    assert "a sender was still sending at the end" in listener.said
    assert re.search(r"\d+ had arrived beyond --count and were not kept", listener.said)
