"""`sciwire listen`, `replay`, `simulate` as processes of their own: killed, stopped, held back, with a full disk."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from loopback import DEADLINE, ROOT, Command, at_once, call, command, endless, numbered, numbers, wait_for

from sciwire.stream import CaptureReader, Received, Sender

zmq = pytest.importorskip("zmq", reason="pyzmq is the extra stream")
LISTEN = ("listen", "tcp://127.0.0.1:*", "--bind", "--format", "simplon", "-o", "got.swc")
unix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits of another process are set on Linux")


def read(path: Path) -> tuple[list[Received], CaptureReader]:
    with CaptureReader(path) as reader:
        return list(reader), reader


@pytest.mark.parametrize("name", ["simplon", "simplon_v1", "lclstreamer"])
def test_a_simulated_detector_is_listened_to_inspected_and_replayed(name: str, tmp_path: Path) -> None:
    with command(tmp_path, "simulate", name, "tcp://127.0.0.1:*", "--images", "12", "--shape", "40,50", "--rate", "200") as source:  # fmt: skip
        with command(tmp_path, "listen", source.endpoint, "--format", name, "-o", "a.swc", "--until-end") as first:
            assert first.ends() == 0, first.said
        assert source.ends() == 0, source.said
    with command(tmp_path, "replay", "a.swc", "tcp://127.0.0.1:*", "--rate", "max") as source:
        with command(tmp_path, "listen", source.endpoint, "--format", name, "-o", "b.swc", "--count", "14") as second:
            assert second.ends() == 0, second.said
        assert source.ends() == 0, source.said
    shown = call("inspect", tmp_path / "b.swc", "--all")

    sent, _ = read(tmp_path / "a.swc")
    again, reader = read(tmp_path / "b.swc")
    assert [one.parts for one in sent] == [one.parts for one in again]
    assert reader.missing == ""
    assert "14 messages" in first.said and "seen: 1 series: 12 image, 1 start, 1 end" in first.said
    assert shown.exit_code == 0
    assert shown.stdout.count(" 40 x 50  min 0") == 12


@unix
@pytest.mark.parametrize("run", range(3))
def test_a_killed_listener_leaves_every_message_up_to_the_last(run: int, tmp_path: Path) -> None:
    """SIGKILL at any moment: the capture is a beginning of what was sent without a gap, cut inside one message at most."""
    path = tmp_path / "got.swc"
    with command(tmp_path, *LISTEN, "-q") as listener:
        sender = Sender(listener.endpoint, bind=False, patience=DEADLINE)
        with at_once(sender, endless(30_000)):
            wait_for(lambda: path.stat().st_size > 2_000_000)
            time.sleep(random.Random(run).uniform(0, 0.2))
            listener.process.kill()
            assert listener.ends() == -signal.SIGKILL
    size = path.stat().st_size
    messages, reader = read(path)

    assert numbers(messages) == list(range(len(messages)))
    whole = 31 + len(reader.software) + sum(one.size + 40 for one in messages)
    assert size - 30_100 < whole <= size
    assert "its writer was killed or is still writing" in reader.missing
    shown = call("inspect", path)
    assert shown.exit_code == 1
    assert f"{len(messages)} messages" in shown.stdout
    assert "its writer was killed or is still writing" in shown.stderr


@unix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_takes_what_waits_in_the_queue_and_closes_the_capture(number: int, tmp_path: Path) -> None:
    with command(tmp_path, *LISTEN) as listener:
        sender = Sender(listener.endpoint, bind=False)
        sender.wait()
        listener.process.send_signal(signal.SIGSTOP)
        with at_once(sender, numbered(100)) as thread:
            thread.join(DEADLINE)  # all is with the network, and the listener has seen nothing of it
            listener.process.send_signal(number)
            listener.process.send_signal(signal.SIGCONT)
            assert listener.ends() == 0, listener.said
    messages, reader = read(tmp_path / "got.swc")

    assert numbers(messages) == list(range(100))
    assert reader.missing == ""
    assert reader.end is not None and reader.end.reason == "stopped"


def limit(running: Command, size: int) -> None:
    """Let no file of the process become larger: what a full disk is like, and it can be lifted again."""
    import resource

    _, hard = resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (size if size else hard, hard))


@linux
def test_a_full_disk_holds_the_sender_back_and_nothing_is_lost_when_there_is_room_again(tmp_path: Path) -> None:
    with command(tmp_path, *LISTEN, "--count", "100") as listener:
        endpoint = listener.endpoint
        limit(listener, 300_000)
        sender = Sender(endpoint, bind=False)
        with at_once(sender, numbered(100, 10_000)):
            listener.says(
                r"got.swc can't be written \(File too large\); it is whole up to message 29; the senders are held"
            )
            messages, _ = read(tmp_path / "got.swc")
            assert numbers(messages) == list(range(29))
            limit(listener, 0)
            assert listener.ends() == 0, listener.said
    messages, reader = read(tmp_path / "got.swc")

    assert numbers(messages) == list(range(100))
    assert reader.missing == ""
    assert "writing goes on" in listener.said


@linux
def test_a_disk_that_stays_full_ends_with_the_number_of_what_is_lost(tmp_path: Path) -> None:
    with command(tmp_path, *LISTEN, "--disk-wait", "0.5", "--count", "50") as listener:
        endpoint = listener.endpoint
        limit(listener, 300_000)
        sender = Sender(endpoint, bind=False)
        with at_once(sender, numbered(50, 10_000)) as thread:
            thread.join(DEADLINE)
            assert listener.ends() == 1, listener.said
    messages, reader = read(tmp_path / "got.swc")

    assert numbers(messages) == list(range(29))
    lost = re.search(r"(\d+) lost, they had arrived and could not be written: got.swc", listener.said)
    assert lost is not None, listener.said
    assert 1 <= int(lost[1]) <= 21  # the network may still have held some
    assert reader.missing.endswith(f"{lost[1]} lost, they had arrived and could not be written")
    assert call("inspect", tmp_path / "got.swc").exit_code == 1


@linux
def test_a_second_capture_takes_what_does_not_fit_in_the_first(tmp_path: Path) -> None:
    with command(tmp_path, *LISTEN, "--overflow", "more.swc", "--count", "50") as listener:
        endpoint = listener.endpoint
        limit(listener, 300_000)
        with at_once(Sender(endpoint, bind=False), numbered(50, 10_000)):
            assert listener.ends() == 0, listener.said
    first, _ = read(tmp_path / "got.swc")
    second, reader = read(tmp_path / "more.swc")

    assert numbers([*first, *second]) == list(range(50))
    assert len(first) == 29
    assert reader.missing == ""
    assert first[-1].elapsed < second[0].elapsed < (reader.end.elapsed if reader.end else 0)


def test_a_message_that_is_too_large_gives_exit_code_1_and_is_told(tmp_path: Path) -> None:
    with (
        command(tmp_path, *LISTEN, "--max-message", "20kB", "--count", "2") as listener,
        at_once(Sender(listener.endpoint, bind=False), [[b"a"], [bytes(30_000)], [b"b"]]),
    ):
        assert listener.ends() == 1, listener.said
    messages, _ = read(tmp_path / "got.swc")

    assert [one.parts for one in messages] == [[b"a"], [b"b"]]
    assert "not kept: a message of 30000 bytes in 1 parts" in listener.said
    assert "1 not kept, larger than --max-message" in listener.said
    assert "30000 bytes" in call("inspect", tmp_path / "got.swc").stdout


def test_a_duration_that_ends_before_the_count_is_exit_code_1(tmp_path: Path) -> None:
    with command(tmp_path, *LISTEN, "--duration", "0.3", "--count", "5") as waiting:
        assert waiting.ends() == 1
    with Sender("tcp://127.0.0.1:*") as sender:
        words = ("--format", "simplon", "-o", "got.swc", "--overwrite", "--duration", "3")
        with command(tmp_path, "listen", sender.endpoint, *words) as plain:
            assert plain.ends() == 0, plain.said

    assert "--duration ended before what was waited for came" in waiting.said
    assert "0 messages" in plain.said


def test_a_stale_end_does_not_end_a_recording(tmp_path: Path) -> None:
    from sciwire.formats import simplon

    def end(series: int) -> list[bytes]:
        return [simplon.encode(simplon.End(series_id=series, series_unique_id=str(series)))]

    start = [simplon.encode(simplon.Start(series_id=7, series_unique_id="7"))]
    with command(tmp_path, *LISTEN, "--until-end") as listener:
        sender = Sender(listener.endpoint, bind=False)
        before = (tmp_path / "got.swc").stat().st_size
        assert sender.send(end(6))
        wait_for(lambda: (tmp_path / "got.swc").stat().st_size > before)
        time.sleep(0.5)
        assert listener.process.poll() is None
        with at_once(sender, [[b"junk"], start, end(6), end(7)]):
            assert listener.ends() == 0, listener.said
    messages, _ = read(tmp_path / "got.swc")

    assert len(messages) == 5
    assert "1 series: 1 start, 3 end, 1 unknown" in listener.said


def test_a_replay_of_a_cut_capture_sends_what_is_whole_and_says_so(tmp_path: Path) -> None:
    call("simulate", "simplon", "--images", "5", "--shape", "20,20", "-o", tmp_path / "a.swc")
    path = tmp_path / "cut.swc"
    path.write_bytes((tmp_path / "a.swc").read_bytes()[:-100])
    with command(tmp_path, "replay", path, "tcp://127.0.0.1:*", "--rate", "max") as source:
        with command(tmp_path, "listen", source.endpoint, "--format", "simplon", "-o", "b.swc", "--duration", "60", "--count", "6") as sink:  # fmt: skip
            assert sink.ends() == 0, sink.said
        assert source.ends() == 1

    assert "6 messages" in source.said
    assert "error: the capture ends inside a block" in source.said


@unix
def test_a_sender_without_a_receiver_is_stopped_by_a_signal(tmp_path: Path) -> None:
    for words in (("simulate", "simplon", "tcp://127.0.0.1:*"), ("simulate", "simplon", "tcp://127.0.0.1:*", "--wait", "0.2")):  # fmt: skip
        with command(tmp_path, *words, "--shape", "8,8") as source:
            assert source.endpoint
            if "--wait" not in words:
                source.process.send_signal(signal.SIGTERM)
            assert source.ends() == ("--wait" in words), source.said
    assert "error: no receiver came" in source.said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("listen", "tcp://127.0.0.1:1", "--format", "qstream"), "is not one of"),
        (("listen", "nonsense", "--format", "simplon"), "nonsense: expected an endpoint such as tcp://detector:31001"),
        (("listen", "tcp://*:99999", "--format", "simplon", "--bind"), "there is no port 99999"),
        (("listen", "tcp://*:*", "--format", "simplon", "--bind", "--max-message", "lots"), "no number of bytes"),
        (("listen", "tcp://*:*", "--format", "simplon", "--bind", "-o", "there.swc"), "--overwrite replaces it"),
        (("replay", "there.swc", "tcp://*:*"), "there.swc: capture.Capture header.magic at byte 0"),
        (("replay", "missing.swc", "tcp://*:*"), "does not exist"),
        (("simulate", "simplon", "--shape", "0,5"), "is not between 1 and"),
        (("simulate", "simplon", "--shape", "1,2,3", "-o", "a.swc"), "images of 2 dimensions"),
        (("simulate", "simplon", "--shape", "wide"), "is no shape"),
        (("simulate", "simplon", "--dtype", "float64"), "known: uint16, uint32, uint8"),
        (("simulate", "lclstreamer", "--compression", "lz4"), "known: bslz4"),
        (("simulate", "simplon", "--rate", "0"), "is no rate"),
        (("simulate", "simplon", "--rate", "nan"), "is no rate"),
        (("simulate", "simplon", "--rate", "as-recorded"), "for replay"),
        (("simulate", "simplon", "tcp://*:*", "-o", "a.swc"), "not both"),
        (("simulate", "simplon", "-o", "there.swc"), "--overwrite replaces it"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_wrong_command_line_is_exit_code_2_and_makes_no_file(
    words: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.swc").write_bytes(b"precious and no capture")

    result = call(*words)

    assert result.exit_code == 2, result.output
    assert said in " ".join(result.stderr.replace("│", " ").split())
    assert [path.name for path in tmp_path.iterdir()] == ["there.swc"]
    assert (tmp_path / "there.swc").read_bytes() == b"precious and no capture"


@pytest.mark.parametrize(
    "words",
    [
        ("listen", "tcp://127.0.0.1:*", "--bind", "--format", "simplon"),
        ("replay", "a.swc", "tcp://127.0.0.1:*"),
        ("simulate", "simplon"),
    ],
    ids=lambda words: words[0],
)
def test_without_pyzmq_the_extra_is_named(words: tuple[str, ...], tmp_path: Path) -> None:
    call("simulate", "simplon", "--images", "1", "--shape", "8,8", "-o", tmp_path / "a.swc")
    program = "import sys; sys.modules['zmq'] = None\nfrom sciwire.cli import main; main()"
    roots = os.pathsep.join(str(ROOT / name) for name in ("generator", "generated", "conformance"))

    done = subprocess.run(
        [sys.executable, "-c", program, *words], cwd=tmp_path, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": roots}, check=False,
    )  # fmt: skip

    assert done.returncode == 2
    assert "pip install 'sciwire[stream]'" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["a.swc"]
