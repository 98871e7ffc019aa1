"""Implementations with one subtle fault each: our codecs, with one thing done to a request or to its answer."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from bad_codecs import GONE

from sciwire.conformance.adapters.inprocess import answer
from sciwire.conformance.adapters.sciwire_formats import SciwireAdapter, about_format
from sciwire.conformance.protocol import Answer, Encoded, Refused, Request, Results, Value, parse_start

Change = Callable[[Any], Any]
Where = Callable[[str, Sequence[int]], bool]
Answered = Callable[[Request, Answer, dict[str, Any]], Answer]
_ADAPTER = SciwireAdapter()
_ANSWERS: dict[Any, Answer] = {}


@dataclass(frozen=True)
class Subtle:
    """A fault, the check that must find it, and the word that must name it; `only` are the vectors that are asked."""

    name: str
    format: str
    check: str
    fault: str
    asked: Callable[[Request], Request] | None = None
    answered: Answered | None = None
    only: str = ""


class Connection:
    """The way to such an implementation; `state` is what it keeps between requests."""

    def __init__(self, bad: Subtle) -> None:
        self._bad = bad
        self._state: dict[str, Any] = {}

    def start(self) -> Mapping[str, Any]:
        about = {"implementation": {"name": self._bad.name, "version": "1"}}
        return parse_start({"ok": True, **about, "formats": {self._bad.format: about_format(self._bad.format)}})

    def stop(self) -> None:
        pass

    def ask(self, request: Request) -> Answer:
        asked = self._bad.asked(request) if self._bad.asked else request
        got = good(asked)
        return self._bad.answered(request, got, self._state) if self._bad.answered else got


def good(request: Request) -> Answer:
    """What our codec answers; each request is answered once, however many implementations are asked."""
    if request.cmd == "call":
        body: Any = json.dumps(list(request.steps))
    else:
        body = json.dumps(request.value), request.data if isinstance(request.data, bytes) else tuple(request.data or ())
    splits = None if request.splits is None else tuple(request.splits)
    key = request.cmd, request.format, request.profile, json.dumps(dict(request.options)), body, splits
    if key not in _ANSWERS:
        _ANSWERS[key] = answer(_ADAPTER, request)
    return _ANSWERS[key]


# What is asked


def other(request: Request, **changes: Any) -> Request:
    return Request(**{**{name: getattr(request, name) for name in Request.__slots__}, **changes})


def options(cmd: str, **changes: Any) -> Callable[[Request], Request]:
    """Requests of *cmd* with other options; None takes one away."""

    def asked(request: Request) -> Request:
        if request.cmd != cmd:
            return request
        whole = {**request.options, **changes}
        return other(request, options={key: item for key, item in whole.items() if item is not None})

    return asked


def instead(cmd: str, key: str, *pairs: tuple[Any, Any]) -> Callable[[Request], Request]:
    """Where an option has one value, the codec is given another."""

    def asked(request: Request) -> Request:
        now = request.options.get(key)
        wanted = next((new for old, new in pairs if old == now), now)
        return options(cmd, **{key: wanted})(request) if wanted != now else request

    return asked


def writing(change: Change) -> Callable[[Request], Request]:
    """What is done to a value before it is written."""
    return lambda request: other(request, value=change(request.value)) if request.cmd == "encode" else request


# What is answered


def reading(change: Change) -> Answered:
    return lambda request, got, state: Value(change(got.value)) if isinstance(got, Value) else got


def written(change: Callable[[bytes], bytes]) -> Answered:
    def answered(request: Request, got: Answer, state: dict[str, Any]) -> Answer:
        return Encoded(change(got.data)) if isinstance(got, Encoded) and isinstance(got.data, bytes) else got

    return answered


def refusing(when: Callable[[Request], bool], category: str = "constraint") -> Answered:
    """Valid messages of a kind are refused."""
    return lambda request, got, state: Refused(category) if isinstance(got, Value) and request.cmd == "decode" and when(request) else got  # fmt: skip


def refusal(change: Callable[[Refused], Answer]) -> Answered:
    return lambda request, got, state: change(got) if isinstance(got, Refused) else got


def accepting(when: Callable[[Refused], bool]) -> Answered:
    return refusal(lambda got: Value({}) if when(got) else got)


def rule(*names: str) -> Answered:
    """A rule that is not looked at."""
    return accepting(lambda got: got.rule in names)


def moved(category: str, step: int) -> Answered:
    """Offsets of one category, that far off."""
    return refusal(lambda got: replace(got, at=got.at + step) if got.category == category and isinstance(got.at, int) else got)  # fmt: skip


def path(change: Callable[[str], str]) -> Answered:
    return refusal(lambda got: replace(got, path=change(got.path)) if got.path else got)


def step(change: Callable[[Mapping[str, Any], Any, Sequence[Mapping[str, Any]]], Any]) -> Answered:
    """The answers to steps of a scenario; None leaves one as it is."""

    def answered(request: Request, got: Answer, state: dict[str, Any]) -> Answer:
        if not isinstance(got, Results):
            return got
        pairs = zip(request.steps, got.results, strict=True)
        return Results(tuple(change(asked, one, request.steps) or one for asked, one in pairs))

    return answered


def content(request: Request) -> bytes:
    return request.data if isinstance(request.data, bytes) else b"".join(request.data or ())


# Changes of canonical values


def deep(change: Callable[[tuple[Any, ...], Any], Any]) -> Change:
    """*change* (place, value) done to everything in a value, the innermost first; what becomes GONE is left out."""

    def go(value: Any, place: tuple[Any, ...]) -> Any:
        if isinstance(value, dict):
            inner = ((key, go(item, (*place, key))) for key, item in value.items())
            value = {key: item for key, item in inner if item is not GONE}
        elif isinstance(value, list):
            value = [item for item in (go(item, (*place, at)) for at, item in enumerate(value)) if item is not GONE]
        return change(place, value)

    return lambda value: go(value, ())


def key(name: str, change: Change) -> Change:
    return deep(lambda place, value: change(value) if place[-1:] == (name,) else value)


def drop(name: str) -> Change:
    return key(name, lambda _: GONE)


def record(change: Callable[[dict[str, Any]], dict[str, Any]], *having: str) -> Change:
    """Something done to every map that has these keys."""
    return deep(lambda _, value: change(value) if isinstance(value, dict) and set(having) <= set(value) else value)


def integers(change: Callable[[int], int]) -> Change:
    def one(place: tuple[Any, ...], value: Any) -> Any:
        if isinstance(value, dict) and set(value) == {"$int"}:
            value = int(value["$int"])
        elif type(value) is not int or {"shape", "$ratio", "$tag"} & set(place):
            return value
        new = change(value)
        return new if abs(new) <= 2**53 else {"$int": str(new)}

    return deep(one)


def texts(change: Callable[[str], str]) -> Change:
    def one(place: tuple[Any, ...], value: Any) -> Any:
        tagged = any(isinstance(name, str) and name.startswith("$") for name in place)
        return change(value) if type(value) is str and not tagged else value

    return deep(one)


def tagged(name: str, change: Change) -> Change:
    """What stands under a tag; the result takes the place of the whole."""
    return deep(lambda _, value: change(value[name]) if isinstance(value, dict) and set(value) == {name} else value)


def blob(change: Callable[[bytes], bytes]) -> Change:
    def one(text: str) -> dict[str, str]:
        return {"$bytes": base64.b64encode(change(base64.b64decode(text))).decode()}

    return tagged("$bytes", one)


def arrays(change: Callable[[Any], Any], where: Where = lambda dtype, shape: True) -> Change:
    """Something done to every array of a dtype and a shape."""

    def one(body: dict[str, Any]) -> dict[str, Any]:
        if "data" not in body or not where(body["dtype"], body["shape"]):
            return {"$nd": body}
        given = np.frombuffer(base64.b64decode(body["data"]), body["dtype"]).reshape(body["shape"]).copy()
        new = change(given)
        data = base64.b64encode(np.ascontiguousarray(new).tobytes()).decode()
        return {"$nd": {"dtype": new.dtype.str, "shape": list(new.shape), "data": data}}

    return tagged("$nd", one)


def dtype(*names: str) -> Where:
    return lambda name, shape: name in names or name[1:] in names


def kind(letters: str) -> Where:
    return lambda name, shape: name[1] in letters


@cache
def signed(bits: int) -> Callable[[int], int]:
    return lambda number: number - 2**bits if 2 ** (bits - 1) <= number < 2**bits else number


def damaged(got: Answer) -> Answer:
    """A value that is another one, if only by the last number or text in it."""

    def go(value: Any) -> tuple[Any, bool]:
        if isinstance(value, dict):
            for name, item in reversed(value.items()):
                new, done = (item, False) if name.startswith("$") else go(item)
                if done:
                    return {**value, name: new}, True
        elif isinstance(value, list):
            for at in range(len(value) - 1, -1, -1):
                new, done = go(value[at])
                if done:
                    return [*value[:at], new, *value[at + 1 :]], True
        elif type(value) in (int, str):
            return value + (1 if type(value) is int else "x"), True
        return value, False

    return Value(go(got.value)[0]) if isinstance(got, Value) else got
