"""JSON objects from strangers: what a small text can make a parser do is bounded before it is parsed.

Refused with the path of the fault: nesting beyond the limit, more items than the limit, a key said twice,
NaN and infinities, integers of more digits than a float has use for, numbers beyond every float, lone
surrogates. Written texts are compact with sorted keys.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sciwire.runtime.cbor.values import join_path
from sciwire.runtime.errors import DecodeError, EncodeError, LimitError
from sciwire.runtime.limits import Limits

from .form import Format

__all__ = ["parse_object", "write_object"]

_DIGITS: Final = 400  # of an integer; the largest float has 309
# what Python's parser says, and what we do
_SAID: Final = {
    "Expecting value": "a value is missing",
    "Expecting property name": "a key in double quotes is missing",
    "Illegal trailing comma": "a key in double quotes is missing",
    "Expecting ',' delimiter": "a comma or the end of the container is missing",
    "Expecting ':' delimiter": "a colon is missing behind the key",
    "Extra data": "more text follows the object",
    "Unterminated string": "the text in quotes that begins here has no end",
    "Invalid control character": "a control character in text must be escaped",
    "Invalid \\": "there is no such escape",
    "Unexpected UTF-8 BOM": "a byte order mark stands in front",
}


class _Wrong:
    """A value that must not be; it stands in the result until its path is known."""

    __slots__ = ("category", "fault", "problem")

    def __init__(self, problem: str, category: str, fault: str) -> None:
        self.problem = problem
        self.category = category
        self.fault = fault


_END: Final = object()


def parse_object(data: memoryview, form: Format, limits: Limits, number: int) -> dict[str, Any]:
    """The object in part *number*. DecodeError with the part as its place: syntax, type, constraint, limit."""
    most = form.json_bytes
    where = f"part {number}"
    if len(data) > most:
        raise LimitError(
            f"a JSON part may take {most} bytes, this has {len(data)}", at=where, rule=form.faults.get("limit", "")
        )
    raw = bytes(data)
    _check_extent(raw, form, limits, where)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        place = f"{where} byte {error.start}"
        problem = f"expected UTF-8 text: {error.reason}"
        raise DecodeError(problem, category="syntax", at=place, rule=form.faults.get("json", "")) from None
    wrong: list[_Wrong] = []
    value = _parse(text, form, where, wrong)
    if not isinstance(value, dict):
        kind = {list: "a list", str: "text", bool: "true or false", type(None): "null"}.get(type(value), "a number")
        raise DecodeError(f"expected a JSON object, got {kind}", category="type", at=where, rule=form.faults.get("json", ""))  # fmt: skip
    if wrong:
        _refuse(value, form, where)
    if "\\u" in text:
        _check_surrogates(value, form, where)
    return value


def _parse(text: str, form: Format, where: str, wrong: list[_Wrong]) -> Any:
    import json  # here and below: a codec imports in a few milliseconds

    def mark(problem: str, category: str, fault: str) -> _Wrong:
        wrong.append(_Wrong(problem, category, fault))
        return wrong[-1]

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(items)
        if len(result) != len(items):
            seen: set[str] = set()
            twice = next(key for key, _ in items if key in seen or seen.add(key))  # type: ignore[func-returns-value]
            result[twice] = mark("the key stands here twice", "constraint", "duplicates")
        return result

    def integer(digits: str) -> Any:
        if len(digits) > _DIGITS:
            return mark(f"an integer has at most {_DIGITS} digits, this has {len(digits)}", "limit", "numbers")
        return int(digits)

    def real(digits: str) -> Any:
        number = float(digits)
        if number in (float("inf"), float("-inf")):
            return mark(f"the number {digits[:40]} is beyond every float", "constraint", "numbers")
        return number

    def constant(word: str) -> Any:
        return mark(f"{word} is no JSON", "syntax", "numbers")

    try:
        return json.loads(text, object_pairs_hook=pairs, parse_int=integer, parse_float=real, parse_constant=constant)
    except json.JSONDecodeError as error:
        place = f"{where} byte {len(text[: error.pos].encode())}"
        words = next((ours for theirs, ours in _SAID.items() if error.msg.startswith(theirs)), error.msg)
        problem = f"expected JSON: {words}"
        raise DecodeError(problem, category="syntax", at=place, rule=form.faults.get("json", "")) from None
    except RecursionError:  # the depth was counted, so this is a caller's own deep stack
        raise LimitError("the stack is too deep to parse JSON", at=where) from None


def _check_extent(raw: bytes, form: Format, limits: Limits, where: str) -> None:
    """Count brackets and commas outside strings before anything is made of them."""
    brackets = raw.count(b"[") + raw.count(b"{")
    items = brackets + raw.count(b",")
    if brackets <= limits.depth and items <= limits.items:
        return
    opened, commas = _outside_text(raw)
    items = int((opened > 0).sum()) + commas
    if items > limits.items:
        problem = f"the limit items is {limits.items}, the JSON text has {items}"
        raise LimitError(problem, at=where, rule=form.faults.get("limit", ""))
    if int(np.cumsum(opened, dtype=np.int64).max(initial=0)) > limits.depth:
        problem = f"containers are nested deeper than the limit depth, which is {limits.depth}"
        raise LimitError(problem, at=where, rule=form.faults.get("limit", ""))


def _outside_text(raw: bytes) -> tuple[NDArray[np.int8], int]:
    """The brackets of a JSON text in order, 1 where one opens and -1 where it closes, and how many commas there are.

    What stands in quotes does not count. Whole arrays are looked at: a match for each of millions of small texts
    would take far more time and memory than the text itself.
    """
    if b"\\" in raw:  # from the left, so that a quote behind is one that ends
        raw = raw.replace(b"\\\\", b"xx").replace(b'\\"', b"xx")
    data = np.frombuffer(raw, np.uint8)
    quotes = data == ord('"')
    outside = np.cumsum(quotes, dtype=np.uint8) & 1 == 0  # only whether it is odd counts
    of_lists = (data | 32) == ord("{")  # [ and { differ in one bit, as ] and } do
    ends = (data | 32) == ord("}")
    signs = of_lists.astype(np.int8)
    signs -= ends
    signs *= outside
    return signs[signs != 0], int(((data == ord(",")) & outside).sum())


def _refuse(value: Any, form: Format, where: str) -> None:
    """Raise for the first `_Wrong` in *value*, with its path."""
    steps: list[Any] = []  # to what is looked at, and no texts: thousands may stand below a key of a megabyte
    around: list[Any] = [iter([(None, value)])]  # the containers on the way, as far as they are still to be looked at
    while around:
        del steps[len(around) - 1 :]
        step, one = next(around[-1], (None, _END))
        if one is _END:
            around.pop()
            continue
        steps.append(step)
        if isinstance(one, _Wrong):
            kind = LimitError if one.category == "limit" else DecodeError
            rule = form.faults.get(one.fault, "")
            raise kind(one.problem, category=one.category, path=join_path(steps[1:]), at=where, rule=rule)
        if isinstance(one, dict):
            around.append(iter(one.items()))
        elif isinstance(one, list):
            around.append(iter(enumerate(one)))
    raise DecodeError("a key stands twice", category="constraint", at=where, rule=form.faults.get("duplicates", ""))


def _check_surrogates(value: dict[str, Any], form: Format, where: str) -> None:
    import json

    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        problem = "expected text, got half of a surrogate pair"
        raise DecodeError(problem, category="syntax", at=where, rule=form.faults.get("json", "")) from None


def write_object(entries: dict[str, Any]) -> bytes:
    """*entries* as compact JSON with sorted keys. EncodeError for what JSON can't hold."""
    import json

    try:
        text = json.dumps(entries, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"), default=_number)  # fmt: skip
        return text.encode()
    except UnicodeEncodeError:
        raise EncodeError("text with half of a surrogate pair has no form in JSON", category="type") from None
    except RecursionError:
        raise EncodeError("containers are nested too deep for JSON", category="limit") from None
    except TypeError as error:
        raise EncodeError(f"JSON can't hold it: {error}", category="type") from None
    except ValueError as error:
        if "digits" in str(error):
            raise EncodeError(f"an integer has at most {_DIGITS} digits", category="limit") from None
        problem = "NaN, infinities and circular containers have no form in JSON"
        raise EncodeError(problem, category="constraint") from None


def _number(value: Any) -> Any:
    """numpy's numbers as Python's; TypeError for everything else."""
    if hasattr(value, "dtype") and getattr(value, "shape", None) == ():
        return value.item()
    raise TypeError(f"a {type(value).__name__} is no JSON value")
