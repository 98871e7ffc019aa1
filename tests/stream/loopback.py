"""What the tests of live streams share: sockets on loopback with ports from the system, commands in processes of their own.

Nothing waits without a limit: every wait has a deadline, which only a failing test reaches.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count, islice
from pathlib import Path

from click.testing import CliRunner, Result

from sciwire.cli.app import app
from sciwire.stream import Received, Sender

__all__ = ["DEADLINE", "ROOT", "Command", "at_once", "call", "command", "endless", "numbered", "numbers", "wait_for"]

ROOT = Path(__file__).resolve().parents[2]
DEADLINE = 200.0  # seconds; a machine under load is slow, not wrong


def numbered(many: int, size: int = 100, sender: int = 0) -> list[list[bytes]]:
    """Messages of two parts that say their own number."""
    return list(islice(endless(size, sender), many))


def endless(size: int, sender: int = 0) -> Iterator[list[bytes]]:
    """The same without an end, made as they are sent."""
    for number in count():
        yield [f"{sender} {number}".encode(), bytes([number % 251]) * size]


def numbers(messages: Sequence[Received], sender: int = 0) -> list[int]:
    """The numbers of the messages of one *sender*, in the order they came in. What they carry is looked at too."""
    found = []
    for message in messages:
        who, number = bytes(message.parts[0]).split()
        assert len(message.parts) == 2
        assert bytes(message.parts[1]) == bytes([int(number) % 251]) * len(message.parts[1])
        if int(who) == sender:
            found.append(int(number))
    return found


def call(*words: str | Path) -> Result:
    """Run ``sciwire`` with *words* in this process. An exception that is no exit fails the test."""
    result = CliRunner().invoke(app, [str(word) for word in words], prog_name="sciwire")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def wait_for(what: Callable[[], object], seconds: float = DEADLINE) -> None:
    """Wait until *what* is true; fail after so many *seconds*."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "the deadline is over"
        time.sleep(0.01)


@contextmanager
def at_once(sender: Sender, messages: Iterable[Sequence[bytes]]) -> Iterator[threading.Thread]:
    """Send *messages* from another thread, and close the sender there."""

    def run() -> None:
        for parts in messages:
            if not sender.send(parts):
                break
        sender.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        sender.stop()
        thread.join(DEADLINE)
        assert not thread.is_alive()


class Command:
    """``sciwire`` in a process of its own; what it says goes to a file, for a pipe that nobody reads would hold it up."""

    def __init__(self, folder: Path, *words: str | Path) -> None:
        roots = os.pathsep.join(str(ROOT / name) for name in ("generator", "generated", "conformance"))
        self._said = folder / f"said-{time.monotonic_ns()}.txt"
        with self._said.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "sciwire.cli", *map(str, words)],
                stdin=subprocess.DEVNULL, stdout=file, stderr=file, cwd=folder,
                env={**os.environ, "PYTHONPATH": roots},
            )  # fmt: skip

    @property
    def said(self) -> str:
        """Everything so far."""
        return self._said.read_text(encoding="utf-8")

    def says(self, pattern: str) -> re.Match[str]:
        """Wait until *pattern* is said."""

        def seen() -> bool:
            found = re.search(pattern, self.said)
            assert found or self.process.poll() is None, self.said
            return found is not None

        wait_for(seen)
        found = re.search(pattern, self.said)
        assert found
        return found

    @property
    def endpoint(self) -> str:
        """Where it listens or sends, once it does."""
        return self.says(r"(?:from|to) (tcp://\S+?)[, ]")[1].replace("0.0.0.0", "127.0.0.1")

    def ends(self) -> int:
        """Wait for its end; the exit code."""
        return self.process.wait(DEADLINE)


@contextmanager
def command(folder: Path, *words: str | Path) -> Iterator[Command]:
    """A `Command` that does not outlive the block."""
    running = Command(folder, *words)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
        running.process.wait(DEADLINE)
