"""Implementations that are right but for one subtle fault each: our codecs with something done to what goes in or out.

Each fault has the check and the word by which the suite must name it, and the group of vectors that must find it.
"""

from __future__ import annotations

import base64
import math
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sciwire.conformance.adapters.inprocess import answer
from sciwire.conformance.adapters.sciwire_formats import SciwireAdapter, about_format
from sciwire.conformance.protocol import Answer, Encoded, Refused, Request, Value, parse_start
from sciwire.conformance.verdict import Fault

__all__ = [
    "GONE",
    "Bad",
    "Damaged",
    "array",
    "at",
    "cached",
    "changed",
    "clip",
    "f32",
    "leaks",
    "no_minus",
    "number",
    "on",
    "one_nan",
    "reduced",
    "refusal",
    "splits",
    "swapped",
    "tag",
    "without",
]

Change = Callable[[Any], Any]


@dataclass(frozen=True)
class Bad:
    """A fault: what is `decode`d or given to `encode` is changed, or the `output`, or the answer as a whole."""

    name: str
    format: str
    group: str
    check: str
    fault: Fault
    decode: Change | None = None
    encode: Change | None = None
    output: Callable[[bytes], bytes] | None = None
    whole: Callable[[Request, Answer, list[Answer]], Answer] | None = None


class Damaged:
    """The connection to such an implementation, in this thread."""

    def __init__(self, bad: Bad) -> None:
        self._bad = bad
        self._adapter = SciwireAdapter()
        self._earlier: list[Answer] = []

    def start(self) -> Mapping[str, Any]:
        about = {"implementation": {"name": self._bad.name, "version": "1"}}
        return parse_start({"ok": True, **about, "formats": {self._bad.format: about_format(self._bad.format)}})

    def stop(self) -> None:
        pass

    def ask(self, request: Request) -> Answer:
        bad = self._bad
        if request.cmd == "encode" and bad.encode:
            fields = {name: getattr(request, name) for name in Request.__slots__}
            request = Request(**{**fields, "value": changed(request.value, bad.encode)})
        got = answer(self._adapter, request)
        if isinstance(got, Value) and bad.decode:
            got = Value(changed(got.value, bad.decode))
        if isinstance(got, Encoded) and bad.output and isinstance(got.data, bytes):
            got = Encoded(bad.output(got.data))
        if bad.whole:
            kept, self._earlier = list(self._earlier), [*self._earlier[-3:], got]
            got = bad.whole(request, got, kept)
        return got


GONE = object()


def changed(value: Any, change: Change) -> Any:
    """*value* with *change* done to everything in it, the innermost first; what becomes `GONE` is left out."""
    if isinstance(value, dict):
        inner = {key: new for key, item in value.items() if (new := changed(item, change)) is not GONE}
        return change(inner)
    if isinstance(value, list):
        return change([new for item in value if (new := changed(item, change)) is not GONE])
    return change(value)


def on(kind: type, do: Change) -> Change:
    return lambda value: do(value) if type(value) is kind else value


def array(do: Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]]) -> Change:
    """Something done to every array."""

    def change(value: Any) -> Any:
        body = value.get("$nd") if isinstance(value, dict) else None
        if not isinstance(body, dict) or "data" not in body or body["dtype"][1] in "SMV":
            return value
        new = do(np.frombuffer(base64.b64decode(body["data"]), body["dtype"]).reshape(body["shape"]))
        data = base64.b64encode(np.ascontiguousarray(new).tobytes()).decode()
        return {"$nd": {"dtype": new.dtype.str, "shape": list(new.shape), "data": data}}

    return change


def tag(name: str, do: Change) -> Change:
    """Something done to what stands under ``$name``; the result replaces the whole."""
    return lambda value: do(value[name]) if isinstance(value, dict) and name in value else value


def without(*names: str) -> Change:
    return on(dict, lambda value: {key: item for key, item in value.items() if key not in names})


def number(do: Callable[[int], int]) -> Change:
    return lambda value: do(value) if type(value) is int else value


def clip(limit: int) -> Change:
    return tag("$int", lambda text: {"$int": str(max(-limit, min(int(text), limit)))})


def f32(value: float) -> Any:
    return struct.unpack("<f", struct.pack("<f", value))[0] if abs(value) < 3e38 else value


def reduced(pair: list[Any]) -> Any:
    if not all(type(one) is int for one in pair) or not math.gcd(*pair):
        return {"$ratio": pair}
    return {"$ratio": [one // math.gcd(*pair) for one in pair]}


def one_nan(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.where(np.isnan(values), np.array(np.nan, values.dtype), values) if values.dtype.kind == "f" else values


def no_minus(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return values + np.array(0, values.dtype) if values.dtype.kind == "f" else values


def swapped(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return values.view(values.dtype.newbyteorder("<" if values.dtype.byteorder == ">" else ">"))


def refusal(category: str, to: Callable[[Refused], Answer]) -> Callable[[Request, Answer, list[Answer]], Answer]:
    def whole(request: Request, got: Answer, earlier: list[Answer]) -> Answer:
        return to(got) if isinstance(got, Refused) and category in ("", got.category) else got

    return whole


def leaks(request: Request, got: Answer, earlier: list[Answer]) -> Answer:
    """Fields that a message does not have are those of the message before."""
    before = next((one.value for one in reversed(earlier) if isinstance(one, Value)), None)
    if isinstance(got, Value) and isinstance(before, dict) and isinstance(got.value, dict):
        return Value({**{key: item for key, item in before.items() if key.startswith("series")}, **got.value})
    return got


def cached(request: Request, got: Answer, earlier: list[Answer]) -> Answer:
    """The answer before, where the bytes are as long as those before."""
    same = isinstance(got, Value) and request.cmd == "decode" and len(request.data or b"") % 7 == 3
    return next((one for one in reversed(earlier) if isinstance(one, Value)), got) if same else got


def splits(wrong: Callable[[Request], bool]) -> Callable[[Request, Answer, list[Answer]], Answer]:
    def whole(request: Request, got: Answer, earlier: list[Answer]) -> Answer:
        return Value({}) if request.splits and isinstance(got, Value) and wrong(request) else got

    return whole


def at(step: int) -> Callable[[Refused], Answer]:
    return lambda got: replace(got, at=got.at + step) if isinstance(got.at, int) else got
