"""Is what came back an answer? Of the form that the published schemas say, and with the id of the request.

Rule 1: what is no answer is `Broken`, and says what is wrong with it; it is never judged for what it says.
Rule 2: answers of an adapter in this process are held to the same forms as those that came as a line.
"""

from __future__ import annotations

import base64
import binascii
import json
import marshal
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sciwire.runtime.errors import CATEGORIES, CodecError

from .protocol import (
    Answer,
    Broken,
    Encoded,
    Refused,
    Request,
    Results,
    Unsupported,
    Value,
    is_text,
    shortened,
)
from .verdict import Fault

__all__ = ["identical", "parse_answer", "well_formed"]

_ERROR = frozenset({"category", "path", "at", "rule", "message", "catches"})


def parse_answer(message: Any, request: Request) -> Answer:
    """The answer to *request*; `Broken` where the message is none. Values are looked at by `well_formed`."""
    if not isinstance(message, dict):
        return _broken(f"expected an object, got {shortened(message)}")
    if message.get("id") != request.id:
        return _broken(f"expected the id {request.id!r}, got {shortened(message.get('id'))}")
    if set(message) == {"id", "results"} and request.cmd == "call":
        return _results(message["results"], request)
    if set(message) == {"id", "data"} and request.cmd == "encode":
        return _encoded(message["data"])
    if set(message) == {"id", "parts"} and request.cmd == "encode" and isinstance(message["parts"], list):
        return _encoded_parts(message["parts"])
    if set(message) == {"id", "crashed"} and is_text(message["crashed"]):
        return Broken(Fault.FOREIGN_EXCEPTION, message["crashed"])
    if request.cmd == "recognise" and set(message) == {"id", "value"}:
        fits = isinstance(message["value"], bool)
        return (
            Value(message["value"]) if fits else _broken(f"expected true or false, got {shortened(message['value'])}")
        )
    if set(message) in ({"id", "value"}, {"id", "value", "kept"}) and request.cmd != "decode":
        return _broken(f"expected no value in the answer to {request.cmd}")
    single = _single({key: item for key, item in message.items() if key != "id"})
    return (
        single if single is not None else _broken(f"expected one of the forms of an answer, got {shortened(message)}")
    )


def identical(expected: Any, actual: Any) -> bool:
    """Whether two values are the same to the letter, order of keys inside of them included; False says nothing.

    Of a canonical value *expected* it tells faster than `plain.difference` that *actual* is one too, and is equal.
    """
    if expected is actual:
        return True
    if type(expected) is dict and type(actual) is dict and len(expected) == len(actual):
        return all(key in actual and _same(item, actual[key]) for key, item in expected.items())
    return _same(expected, actual)


def _same(expected: Any, actual: Any) -> bool:
    try:  # in version 0 nothing but types and values decides: 1 is not 1.0, nor a key 1 the key "1"
        return marshal.dumps(expected, 0) == marshal.dumps(actual, 0)
    except ValueError:  # of a type that JSON does not have, or nested deep
        return False


def well_formed(answer: Answer) -> Answer:
    """The answer, or `Broken` where it holds an error or a value that no answer may hold."""
    if isinstance(answer, Refused):
        return _refusal(answer)
    if isinstance(answer, Value):
        return _wrong_value(answer.value) or answer
    if isinstance(answer, Results):
        for index, one in enumerate(answer.results):
            if isinstance(broken := well_formed(one), Broken):
                return Broken(broken.fault, f"step {index}: {broken.message}")
    return answer


def _single(body: Mapping[str, Any]) -> Value | Refused | Unsupported | Broken | None:
    if set(body) == {"value"}:
        return Value(body["value"])
    if set(body) == {"value", "kept"}:
        kept = body["kept"]
        fits = isinstance(kept, list) and all(isinstance(path, str) for path in kept)
        return Value(body["value"], tuple(kept)) if fits else None
    if set(body) == {"error"} and isinstance(body["error"], dict):
        return _refused(body["error"])
    if "unsupported" in body and set(body) <= {"unsupported", "issue"} and is_text(body["unsupported"]):
        issue = body.get("issue", "")
        return Unsupported(body["unsupported"], issue) if isinstance(issue, str) else None
    return None


def _refused(error: Mapping[str, Any]) -> Refused | Broken:
    if strange := [key for key in error if key not in _ERROR]:
        return _broken(f"expected an error of {', '.join(sorted(_ERROR))}, got {shortened(strange[0])}")
    category, path, at, rule, message = (error.get(key) for key in ("category", "path", "at", "rule", "message"))
    catches = error.get("catches", [])
    if not isinstance(catches, list) or not all(isinstance(one, str) for one in catches):
        return _broken(f"expected a list of names under 'catches' of an error, got {shortened(catches)}")
    return _refusal(Refused(category, path, at, "" if message is None else message, rule, tuple(catches)))


def _refusal(got: Refused) -> Refused | Broken:
    """*got*, where its parts are what they may be."""
    texts = {"path": got.path, "rule": got.rule, "message": got.message}
    wrong = next((name for name, text in texts.items() if text is not None and not isinstance(text, str)), "")
    if wrong:
        return _broken(f"expected text under {wrong!r} of an error, got {shortened(texts[wrong])}")
    if got.category is not None and got.category not in CATEGORIES:
        return _broken(f"expected a category of {', '.join(CATEGORIES)}, or null, got {shortened(got.category)}")
    if got.at is not None and not isinstance(got.at, str) and (type(got.at) is not int or got.at < 0):
        return _broken(f"expected an offset from 0 on under 'at' of an error, or the path of an object, got {shortened(got.at)}")  # fmt: skip
    return got


def _results(results: Any, request: Request) -> Results | Broken:
    if not isinstance(results, list) or len(results) != len(request.steps):
        got = len(results) if isinstance(results, list) else shortened(results)
        return _broken(f"expected {len(request.steps)} results, one for each step, got {got}")
    whole: list[Value | Refused | Unsupported] = []
    for index, item in enumerate(results):
        answer = _single(item) if isinstance(item, dict) else None
        if answer is None:
            return _broken(f"expected a value or an error for step {index}, got {shortened(results)}")
        if isinstance(answer, Broken):
            return Broken(answer.fault, f"step {index}: {answer.message}")
        whole.append(answer)
    return Results(tuple(whole))


def _encoded(text: Any) -> Encoded | Broken:
    if isinstance(text, bytes):  # a frame
        return Encoded(text)
    try:
        return Encoded(base64.b64decode(text, validate=True))
    except (TypeError, ValueError, binascii.Error):
        return _broken(f"expected base64 under 'data', got {shortened(text)}")


def _encoded_parts(parts: Sequence[Any]) -> Encoded | Broken:
    whole = [_encoded(part) for part in parts]
    wrong = next((part for part in whole if isinstance(part, Broken)), None)
    return wrong or Encoded(
        tuple(part.data for part in whole if isinstance(part, Encoded) and isinstance(part.data, bytes))
    )


def _wrong_value(value: Any) -> Broken | None:
    """What is wrong with a value that is not canonical: it breaks the schema, or what no schema can say."""
    from sciwire.runtime import plain

    try:
        plain.check(value)
    except CodecError as error:
        fits = _fits_schema(value)
        text = "the value is not canonical" if fits else "the value is not what value.schema.json says"
        return Broken(Fault.NOT_CANONICAL if fits else Fault.PROTOCOL, f"{text}: {_middle_out(str(error))}")
    return None


def _fits_schema(value: Any) -> bool:
    try:
        return bool(_value_schema().is_valid(value))
    except RecursionError:
        return True  # that it is nested too deep is all that can be said


@cache
def _value_schema() -> Any:
    from importlib.resources import files

    import jsonschema

    text = (files("sciwire.conformance") / "schemas" / "value.schema.json").read_text("utf-8")
    return jsonschema.Draft202012Validator(json.loads(text))


def _broken(message: str) -> Broken:
    return Broken(Fault.PROTOCOL, message)


def _middle_out(text: str) -> str:
    """*text* without the middle of a path that is too long to read."""
    return text if len(text) <= 500 else f"{text[:200]}…{text[-200:]}"
