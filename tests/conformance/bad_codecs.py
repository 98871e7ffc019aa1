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

__all__ = ["BAD", "Bad", "Damaged"]

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


def _clip(limit: int) -> Change:
    return tag("$int", lambda text: {"$int": str(max(-limit, min(int(text), limit)))})


def _f32(value: float) -> Any:
    return struct.unpack("<f", struct.pack("<f", value))[0] if abs(value) < 3e38 else value


def _reduced(pair: list[Any]) -> Any:
    if not all(type(one) is int for one in pair) or not math.gcd(*pair):
        return {"$ratio": pair}
    return {"$ratio": [one // math.gcd(*pair) for one in pair]}


def _one_nan(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.where(np.isnan(values), np.array(np.nan, values.dtype), values) if values.dtype.kind == "f" else values


def _no_minus(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return values + np.array(0, values.dtype) if values.dtype.kind == "f" else values


def _swapped(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return values.view(values.dtype.newbyteorder("<" if values.dtype.byteorder == ">" else ">"))


def _refusal(category: str, to: Callable[[Refused], Answer]) -> Callable[[Request, Answer, list[Answer]], Answer]:
    def whole(request: Request, got: Answer, earlier: list[Answer]) -> Answer:
        return to(got) if isinstance(got, Refused) and category in ("", got.category) else got

    return whole


def _leaks(request: Request, got: Answer, earlier: list[Answer]) -> Answer:
    """Fields that a message does not have are those of the message before."""
    before = next((one.value for one in reversed(earlier) if isinstance(one, Value)), None)
    if isinstance(got, Value) and isinstance(before, dict) and isinstance(got.value, dict):
        return Value({**{key: item for key, item in before.items() if key.startswith("series")}, **got.value})
    return got


def _cached(request: Request, got: Answer, earlier: list[Answer]) -> Answer:
    """The answer before, where the bytes are as long as those before."""
    same = isinstance(got, Value) and request.cmd == "decode" and len(request.data or b"") % 7 == 3
    return next((one for one in reversed(earlier) if isinstance(one, Value)), got) if same else got


def _splits(wrong: Callable[[Request], bool]) -> Callable[[Request, Answer, list[Answer]], Answer]:
    def whole(request: Request, got: Answer, earlier: list[Answer]) -> Answer:
        return Value({}) if request.splits and isinstance(got, Value) and wrong(request) else got

    return whole


def _at(step: int) -> Callable[[Refused], Answer]:
    return lambda got: replace(got, at=got.at + step) if isinstance(got.at, int) else got


S, Q, P, B, V = "simplon", "qstream", "pacman", "bpipe", "simplon_v1"
DECODE, INVALID, BYTES, VALUES, FEED = "decode/valid", "decode/invalid", "roundtrip/bytes", "roundtrip/value", "feeding"
WRONG, OPEN = Fault.WRONG_VALUE, Fault.ACCEPTED_INVALID

BAD = (
    Bad("bytes swapped in arrays", S, "typed-arrays", DECODE, WRONG, array(_swapped)),
    Bad("last element lost", S, "typed-arrays", DECODE, WRONG, array(lambda one: one[:-1])),
    Bad("first element lost", Q, "binary", DECODE, WRONG, array(lambda one: one[1:] if one.ndim else one)),
    Bad("rows for columns", S, "shapes", DECODE, WRONG, array(lambda one: one.T)),
    Bad("axes of one squeezed", S, "shapes", DECODE, WRONG, array(np.squeeze)),
    Bad(
        "signed for unsigned",
        S,
        "typed-arrays",
        DECODE,
        WRONG,
        array(lambda one: one.view(f"<i{one.itemsize}") if one.dtype.kind == "u" else one),
    ),
    Bad(
        "float32 for float64",
        S,
        "typed-arrays",
        DECODE,
        WRONG,
        array(lambda one: one.astype("<f4") if one.dtype.itemsize == 8 and one.dtype.kind == "f" else one),
    ),
    Bad("lossy float32", S, "extremes", DECODE, WRONG, on(float, _f32)),
    Bad("payload of NaN lost", S, "typed-arrays", DECODE, WRONG, array(_one_nan)),
    Bad("minus nought lost in arrays", Q, "binary", DECODE, WRONG, array(_no_minus)),
    Bad(
        "minus nought lost",
        S,
        "extremes",
        DECODE,
        WRONG,
        tag("$float", lambda text: 0.0 if text == "-0.0" else {"$float": text}),
    ),
    Bad(
        "infinity clipped",
        S,
        "extremes",
        DECODE,
        WRONG,
        tag("$float", lambda text: 1.7e308 if text == "inf" else {"$float": text}),
    ),
    Bad("1 for true", S, "user-data", DECODE, WRONG, on(bool, int)),
    Bad("true for 1", S, "user-data", DECODE, WRONG, number(lambda one: True if one == 1 else one)),
    Bad("text for numbers", S, "messages", DECODE, WRONG, number(str)),  # type: ignore[arg-type, return-value]
    Bad("sign lost", S, "user-data", DECODE, WRONG, number(abs)),
    Bad("one too many below nought", S, "user-data", DECODE, WRONG, number(lambda one: one + 1 if one < 0 else one)),
    Bad("clipped at 2^53", S, "extremes", DECODE, WRONG, _clip(2**53)),
    Bad("clipped at 2^63", S, "extremes", DECODE, WRONG, _clip(2**63 - 1)),
    Bad("clipped at 2^64", S, "user-data", DECODE, WRONG, _clip(2**64 - 1)),
    Bad("ratios reduced", S, "image-fields", DECODE, WRONG, tag("$ratio", _reduced)),
    Bad("ratios turned round", S, "image-fields", DECODE, WRONG, tag("$ratio", lambda pair: {"$ratio": pair[::-1]})),
    Bad("no leap second", S, "dates", DECODE, WRONG, tag("$date", lambda text: {"$date": text.replace(":60", ":59")})),
    Bad(
        "fraction of a second cut",
        S,
        "dates",
        DECODE,
        WRONG,
        tag("$date", lambda text: {"$date": text.partition(".")[0]}),
    ),
    Bad(
        "every date in UTC",
        S,
        "dates",
        DECODE,
        WRONG,
        tag("$date", lambda text: {"$date": text.replace("-00:00", "Z").replace("+00:00", "Z")}),
    ),
    Bad("dates as text", S, "dates", DECODE, WRONG, tag("$date", lambda text: text)),
    Bad("bytes as text", S, "user-data", DECODE, WRONG, tag("$bytes", lambda text: text)),
    Bad("tags dropped", S, "user-data", DECODE, WRONG, tag("$tag", lambda pair: pair[1])),
    Bad("text stripped", S, "user-data", DECODE, WRONG, on(str, lambda text: text.strip() or "-")),
    Bad("text in small letters", S, "messages", DECODE, WRONG, on(str, str.lower)),
    Bad("empty lists absent", S, "user-data", DECODE, WRONG, on(list, lambda one: one or GONE)),
    Bad("empty text absent", S, "user-data", DECODE, WRONG, on(str, lambda one: one or GONE)),
    Bad("null absent in lists", S, "user-data", DECODE, WRONG, lambda one: GONE if one is None else one),
    Bad("a known field dropped", S, "start-fields", DECODE, WRONG, without("sensor_thickness")),
    Bad("a channel dropped", S, "channels", DECODE, WRONG, without("threshold_2")),
    Bad(
        "unknown key dropped",
        S,
        "messages",
        DECODE,
        WRONG,
        without("note", "x", "unknown", "answer", "custom", "extra"),
    ),
    Bad("a message leaks into the next", S, "messages", DECODE, WRONG, whole=_leaks),
    Bad("an old answer from a cache", S, "messages", DECODE, WRONG, whole=_cached),
    Bad("truncation accepted", S, "truncated", INVALID, OPEN, whole=_refusal("truncated", lambda got: Value({}))),
    Bad("bytes behind accepted", S, "order", INVALID, OPEN, whole=_refusal("framing", lambda got: Value({}))),
    Bad("sizes not checked", S, "dimensions", INVALID, OPEN, whole=_refusal("size", lambda got: Value({}))),
    Bad(
        "payloads not checked", S, "payload-blocks", INVALID, OPEN, whole=_refusal("compression", lambda got: Value({}))
    ),
    Bad("syntax not checked", Q, "xml", INVALID, OPEN, whole=_refusal("syntax", lambda got: Value({}))),
    Bad(
        "everything is syntax",
        S,
        "truncated",
        INVALID,
        Fault.WRONG_CATEGORY,
        whole=_refusal("", lambda got: replace(got, category="syntax")),
    ),
    Bad("offsets one too high", S, "truncated", INVALID, Fault.WRONG_OFFSET, whole=_refusal("", _at(1))),
    Bad("offsets one too high in chunks", Q, "truncated", INVALID, Fault.WRONG_OFFSET, whole=_refusal("", _at(1))),
    Bad(
        "offsets not given", P, "count", INVALID, Fault.NO_OFFSET, whole=_refusal("", lambda got: replace(got, at=None))
    ),
    Bad(
        "paths without their index",
        P,
        "type",
        INVALID,
        Fault.WRONG_PATH,
        whole=_refusal("", lambda got: replace(got, path="words") if got.path and "[" in got.path else got),
    ),
    Bad(
        "only the last word of a path",
        S,
        "dimensions",
        INVALID,
        Fault.WRONG_PATH,
        whole=_refusal("", lambda got: replace(got, path=(got.path or "").rpartition(".")[2])),
    ),
    Bad(
        "no prefix written",
        S,
        "messages",
        BYTES,
        Fault.BYTES_DIFFER,
        output=lambda data: data.removeprefix(b"\xd9\xd9\xf7"),
    ),
    Bad("a newline written behind", S, "messages", VALUES, Fault.UNREADABLE_OUTPUT, output=lambda data: data + b"\n"),
    Bad("the last byte not written", S, "messages", VALUES, Fault.UNREADABLE_OUTPUT, output=lambda data: data[:-1]),
    Bad(
        "keys written in another order",
        S,
        "user-data",
        BYTES,
        Fault.BYTES_DIFFER,
        encode=on(dict, lambda one: dict(sorted(one.items(), reverse=True))),
    ),
    Bad(
        "minus nought not written",
        S,
        "extremes",
        VALUES,
        Fault.VALUE_LOST,
        encode=tag("$float", lambda text: 0.0 if text == "-0.0" else {"$float": text}),
    ),
    Bad("arrays written as float32", S, "extremes", VALUES, Fault.VALUE_LOST, encode=on(float, _f32)),
    Bad(
        "units not read",
        Q,
        "units",
        DECODE,
        WRONG,
        on(dict, lambda one: {**one, "units": None} if "units" in one else one),
    ),
    Bad(
        "comments not read",
        Q,
        "messages",
        DECODE,
        WRONG,
        on(dict, lambda one: {**one, "comments": []} if "comments" in one else one),
    ),
    Bad(
        "exceptions not read",
        Q,
        "messages",
        DECODE,
        WRONG,
        on(dict, lambda one: {**one, "exception": None} if "exception" in one else one),
    ),
    Bad(
        "properties not read",
        Q,
        "references",
        DECODE,
        WRONG,
        on(dict, lambda one: {**one, "properties": {}} if "properties" in one else one),
    ),
    Bad(
        "single bytes lost between pieces",
        Q,
        "",
        FEED,
        Fault.SPLIT_DEPENDENT,
        whole=_splits(lambda request: len(request.splits or ()) > 20),
    ),
    Bad(
        "halves not put together",
        S,
        "",
        FEED,
        Fault.SPLIT_DEPENDENT,
        whole=_splits(lambda request: len(request.splits or ()) == 1),
    ),
    Bad(
        "time of a message off by one",
        P,
        "",
        DECODE,
        WRONG,
        on(dict, lambda one: {**one, "timestamp": one["timestamp"] + 1} if type(one.get("timestamp")) is int else one),
    ),
    Bad(
        "the last word lost",
        P,
        "",
        DECODE,
        WRONG,
        on(dict, lambda one: {**one, "words": one["words"][:-1]} if one.get("words") else one),
    ),
    Bad(
        "extents turned round",
        B,
        "",
        DECODE,
        WRONG,
        on(
            dict,
            lambda one: (
                {**one, "fields": [[name, kind, size[::-1]] for name, kind, size in one["fields"]]}
                if "fields" in one
                else one
            ),
        ),
    ),
    Bad(
        "repeated header fields once",
        B,
        "",
        DECODE,
        WRONG,
        on(
            dict,
            lambda one: (
                {**one, "header": list({row[0]: row for row in one["header"]}.values())} if "header" in one else one
            ),
        ),
    ),
    Bad(
        "parts merged in another order",
        V,
        "",
        DECODE,
        WRONG,
        on(dict, lambda one: {**one, "kind": "image"} if one.get("kind") == "end" else one),
    ),
    Bad(
        "dead packets forgotten", B, "", DECODE, WRONG, array(lambda one: one[:1] if one.ndim and len(one) > 1 else one)
    ),
)  # fmt: skip
