"""Serve an adapter written in Python on stdin and stdout, so that it runs in a process of its own.

    python -m sciwire.conformance.adapters.serve package.module:Adapter

An exception that is no refusal is printed to stderr and ends the process, as it would in any language. Requests are
taken in their order, as many ahead as the suite likes; bytes travel behind the lines where the suite can.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Mapping
from typing import IO, Any

from ..protocol import Broken, Encoded, Refused, Request, Results, Unsupported, Value, frame_sizes
from .base import Adapter
from .inprocess import answer
from .resolve import load_adapter

__all__ = ["main", "serve"]


#: What is asked ahead hides the time on the way; more than this hides nothing more.
_WINDOW = 32


def serve(adapter: Adapter, *, telling: bool = False) -> int:
    """Answer requests until ``stop`` or the end of input; the exit code.

    An exception that is no refusal ends the process, or is told as ``crashed`` with *telling*.
    """
    lines, out = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what the implementation prints must not reach the protocol
    frames = False
    for line in lines:
        message = json.loads(line)
        if message["cmd"] == "stop":
            return 0
        behind: list[bytes] = []
        if message["cmd"] == "start":
            frames = message.get("frames") is True
            reply: Mapping[str, Any] = {"ok": True, "window": _WINDOW, "frames": frames, **adapter.start()}
        else:
            body, behind = _reply(adapter, _request(message, lines), frames, telling)
            reply = {"id": message["id"], **body}
        out.write(b"".join((json.dumps(reply, allow_nan=False).encode(), b"\n", *behind)))
        out.flush()
    return 0


def _request(message: dict[str, Any], lines: IO[bytes]) -> Request:
    behind = [lines.read(size) for size in frame_sizes(message)]
    parts = message.pop("parts", None)
    if parts is not None:
        message["data"] = behind or [base64.b64decode(part) for part in parts]
    elif "data" in message:
        message["data"] = behind[0] if behind else base64.b64decode(message["data"])
    return Request(**message)


def _reply(adapter: Adapter, request: Request, frames: bool, telling: bool) -> tuple[dict[str, Any], list[bytes]]:
    """The answer without its id, and the bytes that follow it."""
    got = answer(adapter, request)
    match got:
        case Broken() if telling:
            return {"crashed": got.message}, []
        case Broken():
            raise SystemExit(got.message)
        case Encoded(data=bytes() as data):
            return {"data": _bytes(data, frames)}, [data] if frames else []
        case Encoded(data=tuple() as parts):
            return {"parts": [_bytes(part, frames) for part in parts]}, list(parts) if frames else []
        case Results(results=results):
            return {"results": [_single(one) for one in results]}, []
        case Value() | Refused() | Unsupported():
            return _single(got), []
    raise TypeError(f"no answer: {got!r}")


def _bytes(data: bytes, frames: bool) -> Any:
    return {"frame": len(data)} if frames else base64.b64encode(data).decode("ascii")


def _single(got: Value | Refused | Unsupported) -> dict[str, Any]:
    match got:
        case Value(value=value):
            return {"value": value}
        case Refused():
            about = {"category": got.category, "path": got.path, "at": got.at, "message": got.message}
            return {"error": {**about, **({"rule": got.rule} if got.rule else {})}}
        case _:
            return {"unsupported": got.reason, **({"issue": got.issue} if got.issue else {})}


def main() -> None:
    telling = sys.argv[2:] == ["--tell-crashes"]
    if len(sys.argv) != 2 + telling:
        raise SystemExit("expected package.module:Adapter, and --tell-crashes where that is wanted")
    raise SystemExit(serve(load_adapter(sys.argv[1])(), telling=telling))


if __name__ == "__main__":
    main()
