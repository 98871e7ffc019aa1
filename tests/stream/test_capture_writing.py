"""Captures are appended to message by message, whole or not at all, and are what the specification says."""

from __future__ import annotations

import errno
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loopback import DEADLINE, at_once, numbered

from sciwire.formats import capture
from sciwire.runtime import EncodeError
from sciwire.stream import CaptureReader, CaptureWriteError, CaptureWriter, Listener, Received, Sender, record

STARTED = 1_767_225_600_000_000_000


class Raw(io.RawIOBase):
    """A file that takes at most `chunk` bytes a call and `room` in all."""

    def __init__(self, room: int = 1 << 40, chunk: int = 1 << 40, truncates: bool = True) -> None:
        self.data = bytearray()
        self.room = room
        self.chunk = chunk
        self.calls = 0
        self.truncates = truncates

    def write(self, data: Any) -> int:
        self.calls += 1
        taken = min(len(data), self.chunk, self.room - len(self.data))
        if taken <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.data += bytes(data[:taken])
        return taken

    def seek(self, offset: int, whence: int = 0) -> int:
        return offset

    def truncate(self, size: int | None = None) -> int:
        if not self.truncates:
            raise OSError(errno.EIO, "Input/output error")
        del self.data[size:]
        return size or 0


def _messages(data: bytes | bytearray) -> list[list[bytes]]:
    with CaptureReader(data) as reader:
        return [[bytes(part) for part in message.parts] for message in reader]


@settings(max_examples=60, deadline=None)
@given(
    messages=st.lists(
        st.tuples(st.integers(0, 2**64 - 1), st.lists(st.binary(max_size=50) | st.just(bytes(70_000)), max_size=4)),
        max_size=5,
    ),
    note=st.text(st.characters(codec="utf-8"), max_size=20),
)
def test_a_capture_is_byte_for_byte_what_the_generated_encoder_writes(
    messages: list[tuple[int, list[bytes]]], note: str
) -> None:
    raw = Raw()
    writer = CaptureWriter(raw, "simplon", note=note, started=STARTED)
    for elapsed, parts in messages:
        writer.write(parts, elapsed)
    writer.refuse(3, 10**12, "too large", 7)
    writer.close("tested", 9)

    value = capture.decode(bytes(raw.data))

    assert value.header.note == note
    assert [block for block in value.blocks if isinstance(block, capture.Message)] == [
        capture.Message(elapsed=elapsed, parts=[capture.Part(data=part) for part in parts])
        for elapsed, parts in messages
    ]
    assert value.blocks[-2:] == [
        capture.Refused(elapsed=7, parts=3, size=10**12, reason="too large"),
        capture.End(elapsed=9, messages=len(messages), size=sum(len(p) for _, parts in messages for p in parts), reason="tested"),
    ]  # fmt: skip
    assert capture.encode(value) == raw.data


@pytest.mark.parametrize("large", [50, 70_000, 600_000])
def test_several_messages_are_written_as_one_by_one_and_all_or_none(large: int) -> None:
    messages = [Received(number, [b"a" * number] * (number % 4)) for number in range(20)]
    messages.insert(7, Received(99, [b"h", bytes(large), b"t"]))
    apart = Raw()
    writer = CaptureWriter(apart, "simplon", started=STARTED)
    begin = writer.position
    for message in messages:
        writer.write(message.parts, message.elapsed)
    for room in (begin, begin + 1, len(apart.data) // 2, len(apart.data) - 1):
        raw = Raw(room, chunk=65_000)
        together = CaptureWriter(raw, "simplon", started=STARTED)

        with pytest.raises(CaptureWriteError, match="whole up to message 0"):
            together.write_all(messages)

        assert (len(raw.data), together.messages, together.size) == (begin, 0, 0)
        raw.room = 1 << 40
        together.write_all(messages)
        assert raw.data == apart.data
        assert (together.messages, together.size, together.position) == (21, writer.size, writer.position)


def test_small_messages_that_wait_take_one_call_together(tmp_path: Path) -> None:
    raw = Raw()
    zmq = pytest.importorskip("zmq", reason="pyzmq is the extra stream")
    assert zmq
    with Listener("tcp://127.0.0.1:*", format="simplon", bind=True) as listener:
        sender = Sender(listener.endpoint, bind=False)
        with at_once(sender, numbered(50)) as thread:
            thread.join(DEADLINE)
            writer = CaptureWriter(raw, "simplon")
            before = raw.calls
            done = record(listener, writer, count=50, duration=DEADLINE)

    assert done.messages == 50
    assert raw.calls - before < 25


def test_every_message_is_with_the_system_when_write_returns(tmp_path: Path) -> None:
    """What a process has written when it is killed is what another one can read now."""
    path = tmp_path / "live.swc"
    writer = CaptureWriter(path, "simplon")
    for number in range(20):
        writer.write([b"%d" % number, bytes(number * 10_000)])

        assert path.stat().st_size == writer.position
        assert [parts[0] for parts in _messages(path.read_bytes())] == [b"%d" % one for one in range(number + 1)]
    writer.close()


def test_large_parts_are_not_copied_and_small_messages_take_one_call() -> None:
    raw = Raw()
    writer = CaptureWriter(raw, "simplon")
    before = raw.calls
    writer.write([b"a" * 100, b"b" * 200])
    assert raw.calls == before + 1

    large = bytes(1 << 20)
    written: list[Any] = []
    raw.write = lambda data: written.append(data) or len(data)  # type: ignore[method-assign,func-returns-value]
    writer.write([b"head", large, b"tail"])

    assert [len(piece) for piece in written] == [24 + 8 + 4 + 8, 1 << 20, 8 + 4]
    assert written[1] is large


def test_a_file_that_takes_a_few_bytes_a_call_gets_all_of_them() -> None:
    raw = Raw(chunk=7)
    writer = CaptureWriter(raw, "lclstreamer", note="in pieces")
    writer.write([bytes(range(256)), b"x" * 100_000])
    writer.close()

    assert _messages(raw.data) == [[bytes(range(256)), b"x" * 100_000]]


@pytest.mark.parametrize("size", [50, 100_000])
def test_a_full_disk_is_named_and_leaves_the_capture_whole(size: int) -> None:
    """At every byte at which the disk may be full: what was written stays, and the same message fits once there is room."""
    whole = Raw()
    writer = CaptureWriter(whole, "simplon", started=STARTED)
    begin = writer.position
    writer.write([b"first"], 1)
    first = writer.position
    writer.write([b"second", b"s" * size], 2)
    for room in [*range(first, first + 60), len(whole.data) - 1]:
        raw = Raw(room)
        writer = CaptureWriter(raw, "simplon", started=STARTED)
        assert writer.position == begin
        writer.write([b"first"], 1)

        with pytest.raises(CaptureWriteError, match=r"No space left on device.*whole up to message 1") as caught:
            writer.write([b"second", b"s" * size], 2)

        assert (caught.value.category, caught.value.errno, caught.value.at) == ("io", errno.ENOSPC, first)
        assert raw.data == whole.data[:first]
        raw.room = 1 << 40
        writer.write([b"second", b"s" * size], 2)
        assert raw.data == whole.data
        assert writer.messages == 2


def test_what_can_not_be_taken_back_is_never_written_behind() -> None:
    raw = Raw(room=100, truncates=False)
    writer = CaptureWriter(raw, "simplon")
    with pytest.raises(CaptureWriteError):
        writer.write([bytes(200)])
    raw.room = 1 << 40

    with pytest.raises(CaptureWriteError, match="ends inside a message") as caught:
        writer.write([b"more"])

    assert caught.value.category == "state"
    writer.close()
    assert len(raw.data) == 100


def test_a_file_that_is_there_is_not_touched_unless_asked(tmp_path: Path) -> None:
    path = tmp_path / "there.swc"
    path.write_bytes(b"precious")

    with pytest.raises(FileExistsError):
        CaptureWriter(path, "simplon")
    assert path.read_bytes() == b"precious"
    CaptureWriter(path, "simplon", overwrite=True).close()
    assert capture.sniff(path.read_bytes())


@pytest.mark.parametrize("name", ["détecteur", "f" * 256])
def test_a_name_that_does_not_fit_is_refused_before_a_file_is_made(name: str, tmp_path: Path) -> None:
    with pytest.raises(EncodeError, match="format"):
        CaptureWriter(tmp_path / "new.swc", name)

    assert list(tmp_path.iterdir()) == []


def test_sync_brings_it_to_the_disk_at_most_that_often(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    monkeypatch.setattr("os.fsync", calls.append)
    for sync, wanted in ((None, 0), (3600.0, 1), (0.0, 12)):
        calls.clear()
        with CaptureWriter(tmp_path / f"{sync}.swc", "simplon", sync=sync) as writer:
            for _ in range(9):
                writer.write([b"a"])

        assert len(calls) == wanted


def test_the_end_tells_how_the_block_was_left(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), CaptureWriter(tmp_path / "a.swc", "simplon") as writer:
        writer.write([b"a"])
        raise KeyboardInterrupt

    with CaptureReader(tmp_path / "a.swc") as reader:
        assert len(list(reader)) == 1
        assert reader.end is not None
        assert reader.end.reason == "stopped by KeyboardInterrupt"
