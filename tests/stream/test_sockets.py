"""Listener and sender on real sockets: nothing that was taken out of a socket is lost, and what is lost is named."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import signal
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import pytest
from loopback import DEADLINE, at_once, numbered, numbers

from sciwire.runtime import CodecWarning
from sciwire.stream import (
    CaptureReader,
    CaptureWriter,
    Listener,
    NoReceiverError,
    Received,
    Refusal,
    Replayer,
    Sender,
    record,
    send_all,
)

zmq = pytest.importorskip("zmq", reason="pyzmq is the extra stream")
ANY = "tcp://127.0.0.1:*"
FOR_EVER = 100_000.0  # seconds; a test that waits so long hangs


def take(listener: Listener, count: int) -> list[Received]:
    """*count* messages, none of them refused."""
    found = []
    for _ in range(count):
        message = listener.receive(DEADLINE)
        assert isinstance(message, Received)
        found.append(message)
    return found


@pytest.mark.parametrize("listener_binds", [True, False])
def test_messages_arrive_whole_and_in_order_whoever_binds(listener_binds: bool) -> None:
    messages = numbered(300)
    with Listener(ANY, format="simplon", bind=True) if listener_binds else Sender(ANY) as first:
        endpoint = first.endpoint
        with (
            Sender(endpoint, bind=False) if listener_binds else Listener(endpoint, format="simplon") as second,
        ):
            listener, sender = (first, second) if listener_binds else (second, first)
            assert isinstance(listener, Listener) and isinstance(sender, Sender)
            with at_once(sender, messages):
                assert numbers(take(listener, 300)) == list(range(300))
            assert (sender.sent, sender.size) == (300, sum(len(part) for parts in messages for part in parts))
            assert listener.receive(0.05) is None


def test_two_senders_share_a_listener_and_each_keeps_its_order(tmp_path: Path) -> None:
    path = tmp_path / "two.swc"
    with Listener(ANY, format="simplon", bind=True) as listener:
        senders = [Sender(listener.endpoint, bind=False) for _ in range(2)]
        with at_once(senders[0], numbered(200, 5000, 0)), at_once(senders[1], numbered(200, 5000, 1)):
            done = record(listener, CaptureWriter(path, "simplon"), count=400, duration=DEADLINE)

    assert (done.reason, done.messages, done.whole) == ("count", 400, True)
    with CaptureReader(path) as reader:
        messages = list(reader)
        assert reader.missing == ""
    assert numbers(messages, 0) == numbers(messages, 1) == list(range(200))
    assert [one.elapsed for one in messages] == sorted(one.elapsed for one in messages)


def test_a_slow_receiver_loses_nothing_and_the_sender_says_that_it_was_held_back() -> None:
    """60 MB do not fit in the buffers of the network: without back-pressure they would have to be dropped somewhere."""
    messages = numbered(300, 200_000)
    with Listener(ANY, format="simplon", bind=True, high_water_mark=2) as listener:
        sender = Sender(listener.endpoint, bind=False, high_water_mark=2)
        with at_once(sender, messages):
            sent = 0
            while not sent or sent != sender.sent:  # until it is held back
                sent = sender.sent
                time.sleep(1.0)
            assert sent < 300
            assert numbers(take(listener, 300)) == list(range(300))
        assert sender.held_back > 0.2


def test_a_message_that_is_too_large_is_named_and_those_around_it_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "large.swc"
    trouble: list[str] = []
    with Listener(ANY, format="simplon", bind=True, max_message=10_000) as listener:
        sender = Sender(listener.endpoint, bind=False)
        with at_once(sender, [[b"0 0", bytes(5000)], [b"0 1", bytes(7000), bytes(8000)], [b"0 2", bytes(10_000 - 3)]]):
            done = record(
                listener,
                CaptureWriter(path, "simplon"),
                count=2,
                duration=DEADLINE,
                on_trouble=trouble.append,
            )

    assert (done.messages, done.refused, done.whole) == (2, 1, False)
    assert trouble == ["not kept: a message of 15003 bytes in 3 parts, the limits are 10000 and 65535"]
    with CaptureReader(path) as reader:
        assert [bytes(one.parts[0]) for one in reader] == [b"0 0", b"0 2"]
        assert reader.missing == f"not everything that arrived was kept: {trouble[0].removeprefix('not kept: ')}"
        assert [(one.parts, one.size) for one in reader.refusals] == [(3, 15_003)]
    with Listener(ANY, format="simplon", bind=True, max_message=10) as listener:
        sender = Sender(listener.endpoint, bind=False)
        with at_once(sender, [[bytes(15)], [b"fits"]]), warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            listener.receive = functools.partial(listener.receive, DEADLINE)  # type: ignore[method-assign]
            assert bytes(next(iter(listener)).parts[0]) == b"fits"
    assert [one.category for one in caught] == [CodecWarning]


def test_a_sender_that_is_killed_leaves_only_whole_messages_and_the_next_one_is_heard() -> None:
    program = (
        "import sys; from sciwire.stream import Sender\n"
        "sender = Sender(sys.argv[1], bind=False, high_water_mark=3)\n"
        "number = 0\n"
        "while True: sender.send([b'0 %d' % number, bytes([number % 251]) * 3_000_000]); number += 1\n"
    )
    with Listener(ANY, format="simplon", bind=True, high_water_mark=3) as listener:
        process = subprocess.Popen(
            [sys.executable, "-c", program, listener.endpoint],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
        try:
            found = take(listener, 20)
        finally:
            process.kill()
            process.wait(DEADLINE)
        while (message := listener.receive(1.0)) is not None or not listener.notices:
            assert message is None or isinstance(message, Received)
            found += [message] if message else []

        assert numbers(found) == list(range(len(found)))
        assert listener.notices == ["a peer went away"]
        with Sender(listener.endpoint, bind=False) as other:
            assert other.send([b"1 7", bytes([7]) * 3])
            assert numbers(take(listener, 1), 1) == [7]


def test_what_waits_in_the_queue_is_taken_before_the_end(tmp_path: Path) -> None:
    path = tmp_path / "drained.swc"
    with Listener(ANY, format="simplon", bind=True) as listener:
        sender = Sender(listener.endpoint, bind=False)
        with at_once(sender, numbered(100)) as thread:
            thread.join(DEADLINE)  # the sender is gone, and the network has all
            listener.stop()
            done = record(listener, CaptureWriter(path, "simplon"))

    assert (done.reason, done.messages) == ("stopped", 100)
    with CaptureReader(path) as reader:
        assert numbers(list(reader)) == list(range(100))


def test_messages_beyond_the_count_are_counted_and_not_kept(tmp_path: Path) -> None:
    with Listener(ANY, format="simplon", bind=True) as listener:
        sender = Sender(listener.endpoint, bind=False)
        with at_once(sender, numbered(30)) as thread:
            thread.join(DEADLINE)
            done = record(listener, CaptureWriter(tmp_path / "ten.swc", "simplon"), count=10)

    assert (done.messages, done.left, done.whole) == (10, 20, False)


def test_stop_from_another_thread_ends_a_wait() -> None:
    with Listener(ANY, format="simplon", bind=True) as listener:
        threading.Timer(0.1, listener.stop).start()
        assert listener.receive() is None  # which waits for ever


@pytest.mark.parametrize("bind", [True, False])
def test_a_sender_without_a_receiver_says_so(bind: bool) -> None:
    with Sender(ANY, bind=True) as somebody:
        closed = somebody.endpoint
    with Sender(ANY if bind else closed, bind=bind, patience=0.2) as sender, pytest.raises(NoReceiverError) as caught:
        sender.send([b"a"])

    assert "no receiver came at tcp://127.0.0.1:" in str(caught.value)
    assert sender.sent == 0
    with (
        Listener(ANY, format="simplon", bind=True, high_water_mark=1) as deaf,
        Sender(deaf.endpoint, bind=False, high_water_mark=1, patience=0.3, linger=0) as sender,
        pytest.raises(NoReceiverError, match="no receiver took any more messages at tcp://"),
    ):
        for _ in range(1000):
            sender.send([bytes(1_000_000)])


def test_a_sender_that_gave_up_does_not_wait_on() -> None:
    """What it was willing to wait is over; the queue is given a moment more, not what it would be given else."""
    with Listener(ANY, format="simplon", bind=True, high_water_mark=1) as deaf:
        sender = Sender(deaf.endpoint, bind=False, high_water_mark=1, patience=0.3, linger=FOR_EVER)
        with pytest.raises(NoReceiverError):
            for _ in range(1000):
                sender.send([bytes(1_000_000)])
        assert not sender.close()
        assert sender.close()  # again, which is nothing more


def test_a_sender_that_is_stopped_while_it_closes_ends() -> None:
    with Listener(ANY, format="simplon", bind=True, high_water_mark=1) as deaf:
        sender = Sender(deaf.endpoint, bind=False, high_water_mark=2, patience=None, linger=FOR_EVER)
        with contextlib.suppress(RuntimeError):
            for _ in range(1000):
                sender.send([bytes(1_000_000)], _full)
        threading.Timer(0.5, sender.stop).start()
        assert not sender.close()


def _full() -> None:
    raise RuntimeError("the receiver takes no more")


def test_an_endpoint_that_can_not_be_used_is_an_oserror_that_names_it() -> None:
    with Sender(ANY) as sender:
        for endpoint in (sender.endpoint, "nonsense", "tcp://127.0.0.1:99999"):
            with pytest.raises(OSError, match=re.escape(endpoint)):
                Listener(endpoint, format="simplon", bind=True)
    with pytest.raises(ValueError, match="known: simplon, simplon_v1, lclstreamer"):
        Listener(ANY, format="qstream", bind=True)


def test_a_replay_keeps_the_distances_or_the_rate_or_neither(tmp_path: Path) -> None:
    path = tmp_path / "timed.swc"
    with CaptureWriter(path, "simplon") as writer:
        for number, parts in enumerate(numbered(6)):
            writer.write(parts, 10**15 + number * 60_000_000)
    with Listener(ANY, format="simplon", bind=True) as listener:
        for rate, least in (("as-recorded", 0.3), (40.0, 0.125), ("max", 0.0)):
            with Sender(listener.endpoint, bind=False) as sender:
                done = Replayer(path, sender, rate=rate, loop=2).run()  # type: ignore[arg-type]
            assert numbers(take(listener, 12)) == [*range(6), *range(6)]
            assert (done.messages, done.rounds) == (12, 2)
            assert done.seconds >= 2 * least - 0.01


def test_messages_need_no_capture_to_be_sent() -> None:
    with Listener(ANY, format="simplon", bind=True) as listener, Sender(listener.endpoint, bind=False) as sender:
        done = send_all(sender, numbered(20), "max")
        assert numbers(take(listener, 20)) == list(range(20))
    assert done.messages == 20


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_refusal_leaves_its_word_even_when_the_listener_is_killed_next(tmp_path: Path) -> None:
    path = tmp_path / "killed.swc"
    pid = os.fork()
    if not pid:
        writer = CaptureWriter(path, "simplon")
        writer.write([b"kept"])
        writer.refuse(1, 10**10, "too large")
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(pid, 0)

    with CaptureReader(path) as reader:
        assert len(list(reader)) == 1
        assert reader.refusals[0][1:] == Refusal(0, 1, 10**10, "too large")[1:]
        assert "not closed" in reader.missing
