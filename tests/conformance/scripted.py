"""Programs that speak the protocol as a test wants them to."""

from __future__ import annotations

import json
import sys
import textwrap
from pathlib import Path
from typing import Any

from sciwire.conformance.adapters.process import Process
from sciwire.conformance.protocol import Request

HELLO = {"ok": True, "implementation": {"name": "x"}, "formats": {"toy": {}}}


def script(tmp_path: Path, body: str, *, window: int = 4, frames: bool = False, **limits: Any) -> Process:
    """A program that says hello and goes on with *body*, where ``read()`` is the next request, ``say()`` answers.

    ``heard()`` waits until what it wrote to stderr was read.
    """
    hello = {**HELLO, "window": window, "frames": frames}
    head = f"""
        import io, json, os, select, sys, time
        class Raw(io.RawIOBase):
            unread = b""
            def readline(self):
                while b"\\n" not in self.unread: self.more()
                line, _, self.unread = self.unread.partition(b"\\n")
                return line
            def read(self, size):
                while len(self.unread) < size: self.more()
                data, self.unread = self.unread[:size], self.unread[size:]
                return data
            def more(self):
                chunk = os.read(0, 1 << 20)
                if not chunk: os._exit(0)
                self.unread += chunk
        stdin = Raw()
        def pending(): return bool(stdin.unread or select.select([0], [], [], 0)[0])
        def read():
            message = json.loads(stdin.readline())
            if message["cmd"] == "stop": sys.exit(0)
            return message
        def heard():
            import array, fcntl, termios
            unread = array.array("i", [1])
            while unread[0]: time.sleep(0.2); fcntl.ioctl(2, termios.FIONREAD, unread)
        def say(message, behind=b""):
            sys.stdout.buffer.write(json.dumps(message).encode() + b"\\n" + behind)
            sys.stdout.flush()
        read()
        say(json.loads({json.dumps(json.dumps(hello))}))
        """
    path = tmp_path / "adapter.py"
    path.write_text(textwrap.dedent(head) + textwrap.dedent(body), encoding="utf-8")
    return Process([sys.executable, str(path)], **{"seconds": 60.0, **limits})


def requests(count: int) -> list[Request]:
    return [Request(cmd="decode", id=str(number), format="toy", data=bytes([number])) for number in range(count)]


def answers(process: Process, asked: list[Request]) -> list[Any]:
    """The answers to *asked*, all of them sent before the first is waited for."""
    process.start()
    try:
        for request in asked:
            process.send(request)
        return [process.receive(request) for request in asked]
    finally:
        process.stop()
