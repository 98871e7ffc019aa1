"""Messages captured from a socket, beside a bare PULL loop that writes the same bytes with plain file writes.

    PYTHONPATH=generator:generated python benchmarks/stream.py

A process of its own pushes the same messages to each contender in turn, over loopback. The peer takes the parts as
bytes and writes each with its length in front to a buffered file; the capture does that, with times, limits, a look at
the connections, and all that has come handed to the system before it waits for more. The ratio is of processor time
(the threads of ZeroMQ included), the rates are of the clock. Targets: at most 3 times the peer at 100 B, at most 1.2
times at 10 kB, at most 1.1 times from 500 kB on (nothing is copied).
"""

from __future__ import annotations

import os
import resource
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import zmq
from _measure import conditions

from sciwire.stream import CaptureReader, CaptureWriter, Listener, record

CASES = {"100 B": (100, 100_000), "10 kB": (10_000, 50_000), "500 kB": (500_000, 1000), "8 MB": (8_000_000, 60)}
ROUNDS = 3
_PUSH = """
import sys, zmq
endpoint, size, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
context = zmq.Context()
socket = context.socket(zmq.PUSH)
socket.setsockopt(zmq.SNDHWM, 200)
socket.connect(endpoint)
part = bytes(size)
for number in range(count):
    socket.send(part, copy=size < 65536)
socket.close(linger=60_000)
context.term()
"""


class Run(NamedTuple):
    """Seconds of the clock and of the processor."""

    wall: float
    cpu: float


def bare(path: Path, endpoint: Callable[[str], None], count: int) -> Run:
    """The peer: what one writes in five minutes."""
    context = zmq.Context()
    socket = context.socket(zmq.PULL)
    socket.setsockopt(zmq.RCVHWM, 200)
    socket.setsockopt(zmq.RCVTIMEO, 30_000)
    socket.bind("tcp://127.0.0.1:*")
    endpoint(socket.getsockopt_string(zmq.LAST_ENDPOINT))
    with path.open("wb") as file:
        parts = socket.recv_multipart()
        begin = time.perf_counter(), time.process_time()
        for number in range(count):
            parts = parts if number == 0 else socket.recv_multipart()
            file.write(struct.pack("<I", len(parts)))
            for part in parts:
                file.write(struct.pack("<Q", len(part)))
                file.write(part)
    run = Run(time.perf_counter() - begin[0], time.process_time() - begin[1])
    context.destroy(linger=0)
    return run


def captured(path: Path, endpoint: Callable[[str], None], count: int) -> Run:
    """Our way: the same messages in a capture."""
    with Listener("tcp://127.0.0.1:*", format="simplon", bind=True) as listener:
        endpoint(listener.endpoint)
        writer = CaptureWriter(path, "simplon")
        first = listener.receive(30)
        assert first is not None
        begin = time.perf_counter(), time.process_time()
        writer.write(first.parts, first.elapsed)  # type: ignore[arg-type]
        done = record(listener, writer, count=count - 1, duration=120)
        run = Run(time.perf_counter() - begin[0] - 0.5, time.process_time() - begin[1])  # the wait for a late message
        assert done.messages == count - 1
    return run


def once(contender: Callable[[Path, Callable[[str], None], int], Run], folder: Path, size: int, count: int) -> Run:
    """One run of *contender* with a sender of its own."""
    senders: list[subprocess.Popen[bytes]] = []

    def start(endpoint: str) -> None:
        senders.append(subprocess.Popen([sys.executable, "-c", _PUSH, endpoint, str(size), str(count)]))

    path = folder / "taken"
    try:
        run = contender(path, start, count)
    finally:
        for sender in senders:
            sender.wait(60)
    if contender is captured:
        with CaptureReader(path) as reader:
            assert sum(1 for _ in reader) == count
            assert (reader.size, reader.missing) == (size * count, "")
    path.unlink()
    return run


def main() -> None:
    print(conditions())
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as name:
        for label, (size, count) in CASES.items():
            runs: dict[str, list[Run]] = {"bare": [], "capture": []}
            for _ in range(ROUNDS):
                runs["bare"].append(once(bare, Path(name), size, count))
                runs["capture"].append(once(captured, Path(name), size, count))
            print(f"{count:,} messages of {label}")
            for who, taken in runs.items():
                wall = min(run.wall for run in taken)
                cpu = statistics.median(run.cpu for run in taken) / count * 1e6
                pairs = zip(taken, runs["bare"], strict=True)
                ratio = statistics.median(run.cpu / peer.cpu for run, peer in pairs)
                print(f"  {who:<8} {count / wall:12,.0f} /s {size * count / wall / 1e6:10,.0f} MB/s {cpu:10.1f} us of processor each  x {ratio:.3f}")  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of all of it {peak:,.0f} MB, which both contenders' queues share")


if __name__ == "__main__":
    main()
