"""The protocol between the suite and an implementation: requests, answers, and how they look as JSON lines.

One JSON object a line, UTF-8; the JSON Schemas stand in `schemas/`. The suite never sends what it expects.
Rule 1: an answer that is not exactly one of the forms below is `Broken` with `Fault.PROTOCOL`.
Rule 2: a request in process carries bytes as they are; on a line they are base64, or, where both sides said so
at the start, ``{"frame": N}``: N raw bytes then follow the newline, those of several parts one after the other.
Rule 3: as many requests as the implementation's ``window`` says may be on their way; answers come in their order.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .verdict import Fault

__all__ = [
    "PROTOCOL",
    "Answer",
    "Broken",
    "Encoded",
    "Refused",
    "Request",
    "Results",
    "Unsupported",
    "Value",
    "frame_sizes",
    "is_text",
    "parse_line",
    "parse_start",
    "shortened",
    "single_keys",
]

PROTOCOL = 1

#: More requests on their way than this bring nothing, whatever an implementation says.
MAX_WINDOW = 1024


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `data` holds bytes or the parts of a multi-part format, `splits` where decoding is to pause.

    `splits` (for implementations that can ``feed``) are ascending byte offsets, or numbers of parts: the data are to be
    handed to the incremental decoder in the pieces between them, and the value must be that of the whole.
    """

    cmd: str
    id: str
    format: str
    version: str = ""
    profile: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    data: bytes | Sequence[bytes] | None = None
    value: Any = None
    steps: Sequence[Mapping[str, Any]] = ()
    splits: Sequence[int] | None = None

    def line(self, *, frames: bool = False) -> bytes:
        """The request as one JSON line, with its bytes as *frames* behind it or as base64 in it."""
        message: dict[str, Any] = {"cmd": self.cmd, "id": self.id, "format": self.format, "version": self.version}
        if self.cmd == "call":
            message["steps"] = list(self.steps)
        else:
            message |= {"profile": self.profile, "options": dict(self.options)}
        if self.cmd == "encode":
            message["value"] = self.value
        behind: list[bytes] = []
        if isinstance(self.data, (bytes, bytearray)):
            behind = [self.data] if frames else []
            message["data"] = {"frame": len(self.data)} if frames else _base64(self.data)
        elif self.data is not None:
            behind = list(self.data) if frames else []
            message["parts"] = [{"frame": len(part)} if frames else _base64(part) for part in self.data]
        if self.splits is not None:
            message["splits"] = list(self.splits)
        line = _JSON.encode(message).encode("ascii") + b"\n"
        return b"".join((line, *behind)) if behind else line


@dataclass(frozen=True, slots=True)
class Value:
    """A canonical value; whether it is one is for the check to say.

    `kept` are the paths of known fields that are of another type than specified and were kept as they came; None where
    the implementation does not say.
    """

    value: Any
    kept: tuple[str, ...] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Encoded:
    """Bytes, or the parts of a multi-part format."""

    data: bytes | tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """The implementation says that the input is wrong; None where it does not say of what kind, where, or by which rule.

    `catches` are the names under which a caller of its language can catch it, where it says so.
    """

    category: str | None
    path: str | None = None
    at: int | str | None = None
    message: str = ""
    rule: str | None = None
    catches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unsupported:
    """The implementation does not do this, and says so."""

    reason: str
    issue: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """One answer for each step of a scenario."""

    results: tuple[Value | Refused | Unsupported, ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """No answer that can be judged; `stderr` is what the process said meanwhile."""

    fault: Fault
    message: str
    stderr: str = ""


Answer = Value | Encoded | Refused | Unsupported | Results | Broken


def parse_line(line: bytes) -> Any:
    """The JSON value of a line; ValueError where it is none (NaN, two values for one key and nesting without end included)."""
    try:
        return json.loads(line.decode("utf-8"), parse_constant=_refuse_constant, object_pairs_hook=single_keys)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def single_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON; ValueError where one key has two values, of which a reader would drop one."""
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise ValueError(f"there are two values under {shortened(twice)}")
    return found


def frame_sizes(message: Any) -> list[int]:
    """How many bytes follow the line of *message*, frame by frame; ValueError where a size is none."""
    if not isinstance(message, dict):
        return []
    parts = message.get("parts", [])
    sizes: list[int] = []
    for item in (message.get("data"), *(parts if isinstance(parts, list) else [])):
        if isinstance(item, dict):
            size = item.get("frame")
            if set(item) != {"frame"} or type(size) is not int or size < 0:
                raise ValueError(f"expected {{'frame': number of bytes}}, got {shortened(item)}")
            sizes.append(size)
    return sizes


def parse_start(message: Any) -> Mapping[str, Any]:
    """The answer to ``start``, checked; ValueError says what is wrong with it."""
    if not isinstance(message, dict) or message.get("ok") is not True:
        raise ValueError(f"expected {{'ok': true, …}} as the answer to start, got {shortened(message)}")
    if (spoken := message.get("protocol", PROTOCOL)) != PROTOCOL:
        raise ValueError(
            f"expected version {PROTOCOL} of the protocol, which is the only one here, got {shortened(spoken)}"
        )
    implementation = message.get("implementation")
    if not isinstance(implementation, dict) or not is_text(implementation.get("name")):
        raise ValueError(f"expected 'implementation' with a name, got {shortened(implementation)}")
    formats = message.get("formats")
    if not isinstance(formats, dict) or not formats:
        raise ValueError(f"expected 'formats' with at least one, got {shortened(formats)}")
    for name, about in formats.items():
        if not isinstance(about, dict):
            raise ValueError(f"expected an object for the format {name}, got {shortened(about)}")
        for key in ("versions", "can", "profiles", "reports", "operations"):
            listed = about.get(key, [])
            if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
                raise ValueError(f"expected a list of texts under {key!r} of {name}, got {shortened(listed)}")
    window = message.get("window", 1)
    if type(window) is not int or window < 1:
        raise ValueError(f"expected a number from 1 on under 'window', got {shortened(window)}")
    if not isinstance(message.get("frames", False), bool):
        raise ValueError(f"expected true or false under 'frames', got {shortened(message['frames'])}")
    return message


_JSON = json.JSONEncoder(separators=(",", ":"), allow_nan=False)


def _base64(data: bytes | bytearray) -> str:
    return base64.b64encode(data).decode("ascii")


def is_text(item: Any) -> bool:
    """Whether *item* is a text that says something."""
    return isinstance(item, str) and bool(item.strip())


def shortened(item: Any) -> str:
    """*item* as Python writes it, cut where it is long: for messages about what came."""
    text = repr(item)
    return text if len(text) <= 120 else f"{text[:119]}…"


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
