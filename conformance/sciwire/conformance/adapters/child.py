"""A process that is spoken to over its pipes: bytes in, messages out, and nothing that it does can stop the suite.

Three threads keep the pipes moving, so none that is full or empty blocks the caller. What it prints waits in the
pipe until somebody asks for it, so that a flood costs it time and the suite no memory; of stderr the end is kept.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from typing import IO, Any

from ..protocol import frame_sizes, parse_line
from ..verdict import Fault

__all__ = ["MAX_ANSWER", "Child", "SilentError"]

MAX_ANSWER = 1 << 28  # bytes of one answer (256 MiB), its frames included; more is a fault
_KEPT = 1 << 16  # bytes of stderr that are kept
_CHUNK = 1 << 16
_LAST_WORDS = 5.0  # seconds for a process to end, or for its stderr to arrive; a busy machine needs more than one


class SilentError(Exception):
    """No message came."""

    def __init__(self, fault: Fault, message: str) -> None:
        super().__init__(message)
        self.fault = fault


class Child:
    """The process that *arguments* start; *memory* bytes of address space are all it may have (0: any number)."""

    def __init__(self, arguments: Sequence[str], *, max_answer: int = MAX_ANSWER, memory: int = 0) -> None:
        pipe = subprocess.PIPE
        # a group of its own, so that what an adapter started goes with it
        self._process = subprocess.Popen(
            arguments, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=os.name == "posix"
        )
        _limit_memory(self._process.pid, memory)
        self._max = max_answer
        self._stderr = bytearray()
        self._requests: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._chunks: queue.Queue[bytes | None] = queue.Queue(maxsize=4)
        self._unread = bytearray()
        self._within_frame = False
        self._gone = False
        jobs = (
            (self._write, self._process.stdin),
            (self._read, self._process.stdout),
            (self._keep, self._process.stderr),
        )
        self._threads = [threading.Thread(target=job, args=(stream,), daemon=True) for job, stream in jobs]
        for thread in self._threads:
            thread.start()

    def send(self, data: bytes) -> None:
        """Put *data* on their way; this returns at once."""
        self._requests.put(data)

    def message(self, seconds: float) -> Any:
        """The next message, its frames in place; `SilentError` where none comes, ValueError where it is rubbish."""
        deadline = time.monotonic() + seconds
        self._within_frame = False
        line = self._line(deadline, seconds)
        try:
            message = parse_line(line)
        except ValueError as error:
            raise ValueError(f"{error}; the line begins {line[:60]!r}") from error
        sizes = frame_sizes(message)
        if not sizes:
            return message
        if sum(sizes) > self._max:
            raise SilentError(Fault.PROTOCOL, f"an answer with frames of more than {self._max} bytes")
        self._within_frame = True
        frames = iter([self._exactly(size, deadline, seconds) for size in sizes])
        for key in ("data", "parts"):
            body = message.get(key)
            if isinstance(body, list):
                message[key] = [next(frames) if isinstance(part, dict) else part for part in body]
            elif isinstance(body, dict):
                message[key] = next(frames)
        return message

    def forget_stderr(self) -> None:
        """What was said so far belongs to requests that are done."""
        self._stderr.clear()

    def stderr(self) -> str:
        """The end of what it said on stderr since it was last forgotten."""
        return bytes(self._stderr[-_KEPT:]).decode("utf-8", "replace").strip()

    def say_goodbye(self) -> bool:
        """Ask it to stop; whether it did, soon."""
        self._requests.put(b'{"cmd":"stop"}\n')
        self._requests.put(None)
        return self._ended(_LAST_WORDS) is not None

    def kill(self) -> str:
        """End it, and everything it started; its last words on stderr."""
        self._gone = True
        self._requests.put(None)
        if os.name == "posix" and self._process.returncode is None:  # until it is reaped, the number is ours
            with contextlib.suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()
        self._threads[2].join(timeout=_LAST_WORDS)
        return self.stderr()

    def _line(self, deadline: float, seconds: float) -> bytes:
        searched = 0
        while (end := self._unread.find(b"\n", searched)) < 0:
            searched = len(self._unread)
            if searched > self._max:
                break
            self._more(deadline, seconds)
        if not 0 <= end <= self._max:
            raise SilentError(Fault.PROTOCOL, f"an answer of more than {self._max} bytes in one line")
        return self._take(end + 1)

    def _exactly(self, size: int, deadline: float, seconds: float) -> bytes:
        while len(self._unread) < size:
            self._more(deadline, seconds)
        return self._take(size)

    def _take(self, size: int) -> bytes:
        taken = bytes(self._unread[:size])
        del self._unread[:size]
        return taken

    def _more(self, deadline: float, seconds: float) -> None:
        try:
            chunk = self._chunks.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            raise SilentError(Fault.HANG, f"no answer within {seconds:g} s{self._begun()}") from None
        if chunk is None:
            self._chunks.put(None)  # whoever asks again gets the same
            text = f"the process ended with {self._exit_code()} in place of an answer{self._begun()}"
            raise SilentError(Fault.DIED, text)
        self._unread += chunk

    def _begun(self) -> str:
        """What came of the message: a forgotten newline, or less of a frame than was said, is found by that."""
        if not self._unread:
            return ""
        what = "of a frame" if self._within_frame else "of a line without its newline"
        return f"; {len(self._unread)} bytes {what} came, beginning {bytes(self._unread[:60])!r}"

    def _exit_code(self) -> str:
        code = self._ended(_LAST_WORDS)
        if code is None:
            return "its output closed"
        return f"exit code {code}" if code >= 0 else f"signal {-code}"

    def _ended(self, seconds: float) -> int | None:
        """Its exit code (minus a signal) once it ended, None if it did not; it is left to `kill` to be reaped."""
        if os.name != "posix":
            with contextlib.suppress(subprocess.TimeoutExpired):
                return self._process.wait(timeout=seconds)
            return None
        deadline = time.monotonic() + seconds
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        while (state := os.waitid(os.P_PID, self._process.pid, flags)) is None:
            if time.monotonic() > deadline:
                return None
            time.sleep(0.002)
        return state.si_status if state.si_code == os.CLD_EXITED else -state.si_status

    def _write(self, stream: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError):
            while (data := self._requests.get()) is not None:
                stream.write(data)
                stream.flush()
        with contextlib.suppress(OSError):
            stream.close()

    def _read(self, stream: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError):
            while chunk := stream.read1(_CHUNK):  # type: ignore[attr-defined]  # Popen's pipes are BufferedReader
                self._offer(chunk)
        self._offer(None)

    def _offer(self, chunk: bytes | None) -> None:
        while not self._gone:
            with contextlib.suppress(queue.Full):
                self._chunks.put(chunk, timeout=0.2)
                return

    def _keep(self, stream: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError):
            while chunk := stream.read1(_KEPT):  # type: ignore[attr-defined]  # as above
                self._stderr += chunk
                if len(self._stderr) > 2 * _KEPT:
                    del self._stderr[:-_KEPT]
                    time.sleep(0.001)  # a flood must not take the processor from the test


def _limit_memory(pid: int, memory: int) -> None:
    """Set RLIMIT_AS of the new process, on the platforms that have it (Linux); elsewhere there is no limit.

    From outside, for code between fork and exec may not run where there are threads; no request was sent yet.
    """
    if not memory:
        return
    try:
        import resource

        prlimit = resource.prlimit
    except (ImportError, AttributeError):
        return
    with contextlib.suppress(OSError, ValueError):  # it ended already, or has less by the system's own limit
        prlimit(pid, resource.RLIMIT_AS, (memory, memory))
