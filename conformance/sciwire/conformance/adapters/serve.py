"""Serve an adapter written in Python on stdin and stdout, so that it runs in a process of its own.

    python -m sciwire.conformance.adapters.serve package.module:Adapter

An exception that is no refusal is printed to stderr and ends the process, as it would in any language.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Mapping
from typing import Any

from ..protocol import Broken, Encoded, Refused, Request, Results, Unsupported, Value
from .base import Adapter
from .inprocess import answer
from .resolve import load_adapter

__all__ = ["main", "serve"]


def serve(adapter: Adapter) -> int:
    """Answer requests until ``stop`` or the end of input; the exit code."""
    lines, out = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what the implementation prints must not reach the protocol
    for line in lines:
        message = json.loads(line)
        if message["cmd"] == "stop":
            return 0
        if message["cmd"] == "start":
            reply: Mapping[str, Any] = {"ok": True, "window": 1, "frames": False, **adapter.start()}
        else:
            reply = {"id": message["id"], **_reply(adapter, _request(message))}
        out.write(json.dumps(reply, allow_nan=False).encode() + b"\n")
        out.flush()
    return 0


def _request(message: Mapping[str, Any]) -> Request:
    data: Any = None
    if "data" in message:
        data = base64.b64decode(message["data"])
    elif "parts" in message:
        data = [base64.b64decode(part) for part in message["parts"]]
    return Request(**{**{key: item for key, item in message.items() if key != "parts"}, "data": data})


def _reply(adapter: Adapter, request: Request) -> dict[str, Any]:
    got = answer(adapter, request)
    match got:
        case Broken():
            raise SystemExit(got.message)
        case Encoded(data=data):
            if isinstance(data, bytes):
                return {"data": base64.b64encode(data).decode("ascii")}
            return {"parts": [base64.b64encode(part).decode("ascii") for part in data]}
        case Results(results=results):
            return {"results": [_single(one) for one in results]}
        case _:
            return _single(got)


def _single(got: Value | Refused | Unsupported) -> dict[str, Any]:
    match got:
        case Value(value=value):
            return {"value": value}
        case Refused():
            return {"error": {"category": got.category, "path": got.path, "at": got.at, "message": got.message}}
        case _:
            return {"unsupported": got.reason, **({"issue": got.issue} if got.issue else {})}


def main() -> None:
    if len(sys.argv) != 2:
        raise SystemExit("expected one argument, package.module:Adapter")
    raise SystemExit(serve(load_adapter(sys.argv[1])()))


if __name__ == "__main__":
    main()
