"""An adapter in a process of its own, in any language, that speaks the protocol on stdin and stdout.

One that dies, hangs, prints rubbish or answers another request is killed and started again with the next
request; the case at hand gets a `Broken` with what the process wrote to stderr.
"""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from typing import IO, Any

from ..protocol import PROTOCOL, Answer, Broken, Request, parse_answer, parse_line, parse_start
from ..verdict import Fault

__all__ = ["Process"]

MAX_LINE = 1 << 28  # bytes of one answer (256 MiB); more is a fault
_KEPT = 1 << 16  # bytes of stderr that are kept
_TRIES = 3  # starts in a row that may fail before the suite stops trying


class Process:
    """A connection to the command *arguments*; *seconds* is the limit of one request, a start gets three times that."""

    def __init__(self, arguments: Sequence[str], *, seconds: float = 10.0, max_line: int = MAX_LINE) -> None:
        self._arguments = list(arguments)
        self._seconds = seconds
        self._max_line = max_line
        self._child: _Child | None = None
        self._failed_starts = 0

    def start(self) -> Mapping[str, Any]:
        """Start the process (anew) and return what it says about itself; ConnectionError where it does not."""
        self._drop()
        try:
            self._child = _Child(self._arguments, self._max_line)
            hello = {"cmd": "start", "protocol": PROTOCOL, "frames": False}
            line = self._child.exchange(json.dumps(hello).encode() + b"\n", self._seconds * 3)
            about = parse_start(parse_line(line))
        except (OSError, ValueError, _SilentError) as error:
            self._failed_starts += 1
            stderr = self._drop()
            said = f"; it said on stderr: {stderr}" if stderr else ""
            raise ConnectionError(f"{' '.join(self._arguments)} does not start: {error}{said}") from error
        self._failed_starts = 0
        return about

    def ask(self, request: Request) -> Answer:
        if self._child is None:
            if self._failed_starts >= _TRIES:
                return Broken(Fault.NO_START, f"the process failed to start {_TRIES} times in a row and is left alone")
            try:
                self.start()
            except ConnectionError as error:
                return Broken(Fault.NO_START, str(error))
        child = self._child
        if child is None:
            return Broken(Fault.NO_START, "the process is not there")
        try:
            answer = parse_answer(parse_line(child.exchange(request.line(), self._seconds)), request)
        except _SilentError as error:
            return Broken(error.fault, str(error), self._drop())
        except ValueError as error:
            return Broken(Fault.PROTOCOL, f"expected a line of JSON, got something else: {error}", self._drop())
        if isinstance(answer, Broken):
            return Broken(answer.fault, answer.message, self._drop())
        return answer

    def stop(self) -> None:
        if self._child is not None:
            self._child.say_goodbye()
        self._drop()

    def _drop(self) -> str:
        """Kill the process; what it wrote to stderr."""
        child, self._child = self._child, None
        return child.kill() if child is not None else ""


class _SilentError(Exception):
    """No line came."""

    def __init__(self, fault: Fault, message: str) -> None:
        super().__init__(message)
        self.fault = fault


class _Child:
    """The process with three threads: no pipe that is full or empty can stop the suite."""

    def __init__(self, arguments: Sequence[str], max_line: int) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(arguments, stdin=pipe, stdout=pipe, stderr=pipe)
        self._max_line = max_line
        self._stderr = bytearray()
        self._requests: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._lines: queue.Queue[bytes | None] = queue.Queue(maxsize=2)  # a flood waits in the pipe, not in memory
        self._gone = False
        jobs = (
            (self._write, self._process.stdin),
            (self._read, self._process.stdout),
            (self._keep, self._process.stderr),
        )
        self._threads = [threading.Thread(target=job, args=(stream,), daemon=True) for job, stream in jobs]
        for thread in self._threads:
            thread.start()

    def exchange(self, line: bytes, seconds: float) -> bytes:
        """Send a line and return the next one; `_SilentError` where none comes in time or it is too long."""
        self._stderr.clear()
        self._requests.put(line)
        try:
            answer = self._lines.get(timeout=seconds)
        except queue.Empty:
            raise _SilentError(Fault.HANG, f"no answer within {seconds:g} s") from None
        if answer is None:
            code = self._exit_code()
            raise _SilentError(Fault.DIED, f"the process ended with {code} in place of an answer")
        if len(answer) > self._max_line:
            raise _SilentError(Fault.PROTOCOL, f"an answer of more than {self._max_line} bytes in one line")
        return answer

    def say_goodbye(self) -> None:
        self._requests.put(b'{"cmd":"stop"}\n')
        self._requests.put(None)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=1.0)

    def kill(self) -> str:
        self._gone = True
        self._requests.put(None)
        self._process.kill()
        self._process.wait()
        self._threads[2].join(timeout=1.0)  # so that the last words on stderr are not lost
        return bytes(self._stderr[-_KEPT:]).decode("utf-8", "replace").strip()

    def _exit_code(self) -> str:
        try:
            code = self._process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            return "its output closed"
        return f"exit code {code}" if code >= 0 else f"signal {-code}"

    def _write(self, stream: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError):
            while (line := self._requests.get()) is not None:
                stream.write(line)
                stream.flush()
        with contextlib.suppress(OSError):
            stream.close()

    def _read(self, stream: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError):
            while line := stream.readline(self._max_line + 1):
                self._offer(line)
        self._offer(None)

    def _offer(self, line: bytes | None) -> None:
        while not self._gone:
            with contextlib.suppress(queue.Full):
                self._lines.put(line, timeout=0.2)
                return

    def _keep(self, stream: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError):
            while chunk := stream.read1(_KEPT):  # type: ignore[attr-defined]  # Popen's pipes are BufferedReader
                self._stderr += chunk
                if len(self._stderr) > 2 * _KEPT:
                    del self._stderr[:-_KEPT]
                    time.sleep(0.001)  # a flood must not take the processor from the test
