"""A connection that ZeroMQ cut is told, one that its peer ended is not: bound or connected, from the first message on."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from loopback import DEADLINE, at_once, call, command, wait_for
from peers import GREETING, HUGE, READY, connected, leaves, says, serving, short

from sciwire.stream import CaptureReader, Listener, Received, Refusal, Sender, listening, memory, watching

zmq = pytest.importorskip("zmq", reason="pyzmq is the extra stream")
ANY = "tcp://127.0.0.1:*"
unix = pytest.mark.skipif(os.name == "nt", reason="connections are not duplicated there")


def port(listener: Listener) -> tuple[str, int]:
    return "127.0.0.1", int(listener.endpoint.rsplit(":", 1)[1])


def take(listener: Listener, count: int) -> tuple[list[bytes], list[Refusal]]:
    """*count* messages or refusals, apart."""
    kept, refused = [], []
    for _ in range(count):
        found = listener.receive(DEADLINE)
        assert found is not None
        if isinstance(found, Received):
            kept.append(bytes(found.parts[0]))
        else:
            refused.append(found)
    return kept, refused


@unix
def test_a_bound_listener_tells_every_cut_and_no_peer_that_left() -> None:
    """As fast as they come: none is over before it is known."""
    with Listener(ANY, format="simplon", bind=True) as listener:
        for number in range(40):
            connected(port(listener), (says if number % 2 else leaves)(short(b"kept"), HUGE if number % 2 else b""))
        kept, refused = take(listener, 60)

        assert kept == [b"kept"] * 40
        assert {one[1:3] for one in refused} == {(0, 0)}
        assert all(one.reason.startswith("ZeroMQ cut the connection: a frame of more than ") for one in refused)
        wait_for(lambda: len(listener.notices) >= 20)
        assert listener.notices == ["a peer went away"] * 20
        assert listener.receive(0.05) is None
        assert (listener.received, listener.refused, listener.peers, listener.met) == (40, 20, 0, True)


@unix
def test_a_peer_that_was_cut_and_left_meanwhile_is_told() -> None:
    with Listener(ANY, format="simplon", bind=True) as listener:
        connected(port(listener), leaves(short(b"kept"), HUGE, bytes(3_000_000)))

        kept, refused = take(listener, 2)
        assert kept == [b"kept"]
        assert refused[0][1:3] == (0, 0)


@unix
def test_a_connected_listener_tells_a_cut_and_connects_again() -> None:
    with (
        serving(says(short(b"one"), HUGE), leaves(short(b"two")), says(short(b"three"))) as endpoint,
        Listener(endpoint, format="simplon") as listener,
    ):
        kept, refused = take(listener, 4)

        assert kept == [b"one", b"two", b"three"]
        assert [one[1:3] for one in refused] == [(0, 0)]
        assert refused[0].reason.endswith("; connecting again")
        assert listener.notices == ["the peer went away; waiting for it to come back"]


@pytest.mark.parametrize(
    "strange",
    [GREETING + READY + short(b"early") + short(b"too early"), b"SSH-2.0-OpenSSH_9.6\r\n"],
    ids=["before-the-handshake", "ssh"],
)
@unix
def test_what_does_not_speak_zeromq_is_named_and_is_no_loss(strange: bytes) -> None:
    """ZeroMQ takes a message before its own greetings are through for a fault of the handshake."""
    with Listener(ANY, format="simplon", bind=True) as listener:
        connected(port(listener), lambda peer: peer.sendall(strange))
        wait_for(lambda: listener.notices)
        assert listener.notices == ["somebody who came does not speak ZeroMQ 4"]
        assert listener.met is False
        connected(port(listener), leaves(short(b"heard")))
        assert take(listener, 1) == ([b"heard"], [])
    with (
        serving(*[lambda peer: peer.sendall(strange)] * 3, says(short(b"heard"))) as endpoint,
        Listener(endpoint, format="simplon") as listener,
    ):
        assert take(listener, 1) == ([b"heard"], [])
        assert listener.notices == ["what answers there does not speak ZeroMQ, or hangs up at once; connecting again"]


@pytest.mark.parametrize("bind", [True, False])
def test_a_frame_that_memory_can_not_hold_is_cut_and_a_smaller_one_refused(
    bind: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a real sender, that connects again after it."""
    monkeypatch.setattr(listening, "available", lambda: 4_000_000)
    with Listener(ANY, format="simplon", bind=True, max_message=1000) if bind else Sender(ANY) as first:  # noqa: SIM117
        with Sender(first.endpoint, bind=False) if bind else Listener(first.endpoint, format="simplon", max_message=1000) as second:  # fmt: skip
            listener, sender = (first, second) if bind else (second, first)
            assert isinstance(listener, Listener) and isinstance(sender, Sender)
            assert listener.guard == 2_000_000
            for size in (10, 1_900_000, 2_100_000):
                sender.send([bytes(size)])
            kept, refused = take(listener, 3)
            assert kept == [bytes(10)]
            assert [one.size for one in refused] == [1_900_000, 0]
            assert "more than 2000000 bytes" in refused[1].reason
            with at_once(sender, [[b"behind"]] * 1000):  # some may still go into the connection that is gone
                assert take(listener, 1) == ([b"behind"], [])


def test_a_sender_of_an_old_version_is_heard_and_its_cut_told() -> None:
    """ZMTP 2.0, as ZeroMQ 3 speaks it, has greetings of another kind."""
    greeting = b"\xff" + bytes(8) + b"\x7f\x01\x08" + short(b"")

    def old(*frames: bytes) -> Callable[[socket.socket], None]:
        def speak(peer: socket.socket) -> None:
            peer.sendall(greeting)
            peer.recv(1)
            peer.sendall(short(b"old"))
            until.wait(DEADLINE)  # it was heard
            peer.sendall(b"".join(frames))
            while frames and peer.recv(4096):
                pass

        return speak

    until = threading.Event()
    with serving(old(), old(HUGE), says(short(b"new"))) as endpoint, Listener(endpoint, format="simplon") as listener:
        assert take(listener, 1) == ([b"old"], [])
        until.set()
        kept, refused = take(listener, 3)
        assert kept == [b"old", b"new"]
        assert [one[1:3] for one in refused] == [(0, 0)]
        assert listener.notices == ["the peer went away; waiting for it to come back"]


def test_the_guard_is_half_of_the_memory_and_never_below_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    for free, limit, guard in ((8 << 30, 1 << 30, 4 << 30), (1 << 30, 1 << 30, 1 << 30), (1 << 70, 5, (1 << 63) - 1)):
        monkeypatch.setattr(listening, "available", lambda free=free: free)
        with Listener(ANY, format="simplon", bind=True, max_message=limit) as listener:
            assert listener.guard == guard


def test_the_memory_that_may_be_taken_is_the_least_that_the_system_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {
        "/proc/meminfo": "MemTotal: 9000 kB\nMemFree: 1 kB\nMemAvailable:    7000 kB\n",
        "/proc/self/cgroup": "0::/user/session\n",
        "/sys/fs/cgroup/memory.max": "max\n",
        "/sys/fs/cgroup/memory.current": "5\n",
    }

    def read(path: Path, **_: object) -> str:
        if str(path) not in found:
            raise FileNotFoundError(str(path))
        return found[str(path)]

    monkeypatch.setattr(Path, "read_text", read)
    assert memory.available() == 7000 * 1024
    found["/sys/fs/cgroup/user/session/memory.max"] = "5000000"
    found["/sys/fs/cgroup/user/session/memory.current"] = "1000000"
    assert memory.available() == 4_000_000
    found["/sys/fs/cgroup/user/session/memory.current"] = "6000000"
    assert memory.available() == 0
    found.clear()
    assert memory.available() > 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits of memory are read on Linux")
def test_a_limit_of_the_process_counts() -> None:
    program = (
        "import resource; from sciwire.stream.memory import available\n"
        "resource.setrlimit(resource.RLIMIT_AS, (3_000_000_000, resource.RLIM_INFINITY)); print(available())"
    )
    roots = os.pathsep.join(path for path in sys.path if path)
    told = subprocess.run([sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": roots}, capture_output=True, check=True)  # fmt: skip
    assert 1_000_000_000 < int(told.stdout) < 3_000_000_000


def without_duplicates(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    if how == "windows":
        monkeypatch.setattr(watching._Duplicate, "left", lambda self: None)
    else:

        def dup(number: int) -> int:
            raise OSError(24, "Too many open files")

        monkeypatch.setattr(os, "dup", dup)


@pytest.mark.parametrize("how", ["windows", "no file descriptor left"])
def test_what_can_not_be_known_is_said(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    without_duplicates(monkeypatch, how)
    monkeypatch.setattr(watching, "_RETRY", 1.0)
    with Listener(ANY, format="simplon", bind=True) as listener:
        connected(port(listener), leaves(short(b"kept")))
        connected(port(listener), says(HUGE))
        assert take(listener, 1) == ([b"kept"], [])
        wait_for(lambda: len(listener.notices) == 2)
        assert all("it went away, or ZeroMQ cut the connection, as" in one for one in listener.notices)
        assert listener.refused == 0
    with (
        serving(leaves(short(b"one")), says(short(b"two"), HUGE), says(short(b"three"))) as endpoint,
        Listener(endpoint, format="simplon") as listener,
    ):
        kept, refused = take(listener, 4)  # ZeroMQ tries again by itself where the peer left
        assert kept == [b"one", b"two", b"three"]
        assert [one[1:3] for one in refused] == [(0, 0)]
        assert listener.notices == ["the peer went away; waiting for it to come back"]


@unix
def test_words_that_nobody_takes_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "_MOST_WORDS", 3)
    with Listener(ANY, format="simplon", bind=True) as listener:
        for _ in range(6):
            connected(port(listener), leaves(short(b"a")))
        assert take(listener, 6)[0] == [b"a"] * 6
        wait_for(lambda: not listener.peers)
        assert len(listener.notices) == 3


@unix
@pytest.mark.parametrize("bind", [True, False])
def test_the_capture_and_the_exit_code_tell_a_cut(bind: bool, tmp_path: Path) -> None:
    def record(endpoint: str, *words: str, then: Callable[[Any], object] = bool) -> str:
        said = ("listen", endpoint, *words, "--format", "simplon", "-o", "got.swc", "-q", "--count", "2")
        with command(tmp_path, *said) as listener:
            then(listener)
            assert listener.ends() == 1, listener.said
            return listener.said

    def twice(listener: Any) -> None:
        address = "127.0.0.1", int(listener.endpoint.rsplit(":", 1)[1])
        connected(address, says(short(b"kept"), HUGE))
        listener.says("ZeroMQ cut the connection")
        connected(address, leaves(short(b"kept")))

    if bind:
        said = record(ANY, "--bind", then=twice)
    else:
        with serving(says(short(b"kept"), HUGE, pause=0.2), says(short(b"kept"))) as endpoint:
            said = record(endpoint)

    assert "1 times a connection was cut" in said
    with CaptureReader(tmp_path / "got.swc") as reader:
        assert [bytes(one.parts[0]) for one in reader] == [b"kept"] * 2
        assert reader.refusals[0][1:3] == (0, 0)
        assert "not everything that arrived was kept: ZeroMQ cut the connection" in reader.missing
    assert call("inspect", tmp_path / "got.swc").exit_code == 1


@unix
def test_endpoints_without_a_network_are_watched_as_well(tmp_path: Path) -> None:
    endpoint = f"ipc://{tmp_path}/socket"
    with Listener(endpoint, format="simplon", bind=True, max_message=1000) as listener:
        sender = Sender(endpoint, bind=False)
        with at_once(sender, [[b"a"], [bytes(2000)], [b"b"]]):
            kept, refused = take(listener, 3)
        assert (kept, [one.size for one in refused]) == ([b"a", b"b"], [2000])
        wait_for(lambda: listener.notices)
        assert listener.notices == ["a peer went away"]
        connected(f"{tmp_path}/socket", says(short(b"c"), HUGE))
        kept, refused = take(listener, 2)
        assert (kept, refused[0][1:3]) == ([b"c"], (0, 0))


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="the system does not say what is open")
def test_nothing_of_a_listener_stays_open() -> None:
    def opened() -> int:
        return sum(1 for _ in Path("/proc/self/fd").iterdir())

    before = opened()
    for _ in range(5):
        with Listener(ANY, format="simplon", bind=True) as listener, socket.create_connection(port(listener)):
            wait_for(lambda one=listener: one.peers)
    wait_for(lambda: opened() <= before)
