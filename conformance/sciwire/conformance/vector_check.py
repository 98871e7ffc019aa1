"""Is this a vector? Every mistake with the file, the id and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .arguments import check_argument, is_short, once
from .likeness import check_like

__all__ = ["VectorError", "check_file", "check_vector"]

_KINDS = ("valid", "invalid", "either", "encode", "scenario")
_KEYS = frozenset(
    (
        *("id", "kind", "level", "rules", "doc", "provenance"),
        *("hex", "text", "file", "parts", "runs", "profile", "options", "needs"),
        *("value", "error", "partial", "kept", "recognised", "nan", "canonical", "encode", "encode_options"),
        *("steps", "expect", "deviates"),
    )
)
_FORMS = ("value", "error", "any", "same", "includes", "like", "either")
_ID = re.compile(r"[a-z0-9_]+(?:/[A-Za-z0-9][A-Za-z0-9._+-]*){2}")
_RULE = re.compile(r"[A-Z][A-Z0-9]*-\d{3,4}")
_SOURCES = ("hex", "text", "file", "parts", "runs")
_MOST = 1 << 26  # bytes that runs may make


class VectorError(Exception):
    """A vector file that cannot be used; `file`, `vector` (its id or empty) and `problem`."""

    def __init__(self, file: Path | str, vector: str, problem: str) -> None:
        super().__init__(str(file), vector, problem)
        self.file = str(file)
        self.vector = vector
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.file}:{self._line()} {self.vector}{': ' if self.vector else ''}{self.problem}"

    def _line(self) -> str:
        """The line with the id of the vector, and a colon; of twins it is the second."""
        try:
            text = Path(self.file).read_text(encoding="utf-8") if self.vector else ""
        except (OSError, ValueError):
            return ""
        at = text.rfind(f'"{self.vector}"')
        return "" if at < 0 else f"{text.count(chr(10), 0, at) + 1}:"


def check_file(path: Path, content: Any, format_name: str) -> None:
    """Raise `VectorError` unless *content* has the head of a vector file of this format."""
    if not isinstance(content, dict):
        raise VectorError(path, "", f"expected an object, got {type(content).__name__}")
    for key in ("format", "version", "group", "provenance"):
        if not isinstance(content.get(key), str) or not content[key].strip():
            raise VectorError(path, "", f"expected a text under {key!r}, got {content.get(key)!r}")
    if content["format"] != format_name:
        raise VectorError(path, "", f"expected the format {format_name!r} (its folder), got {content['format']!r}")
    if not isinstance(content.get("vectors"), list) or not content["vectors"]:
        raise VectorError(path, "", "expected a list with at least one vector under 'vectors'; delete an empty file")


def check_vector(
    path: Path, content: Mapping[str, Any], item: Any, *, values: bool = True
) -> bytes | tuple[bytes, ...]:
    """Return the bytes of a vector (empty for a scenario); raise `VectorError` where it is none.

    Whether its *values* are canonical takes longer than all the rest.
    """
    if not isinstance(item, dict):
        raise VectorError(path, "", f"expected an object for each vector, got {type(item).__name__}")
    name = item.get("id")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise VectorError(path, str(name), "expected an id of the form format/group/what-is-special")
    if name.split("/")[:2] != [content["format"], content["group"]]:
        raise VectorError(path, name, f"the id must begin with {content['format']}/{content['group']}/")

    def wrong(problem: str) -> VectorError:
        return VectorError(path, name, problem)

    if unknown := sorted(set(item) - _KEYS):
        raise wrong(f"unknown keys {', '.join(unknown)}; known are {', '.join(sorted(_KEYS))}")
    if item.get("kind") not in _KINDS:
        raise wrong(f"expected a kind of {', '.join(_KINDS)}, got {item.get('kind')!r}")
    problem = _wrong_head(item) or _wrong_expectation(item) or (_wrong_values(item) if values else "")
    if problem:
        raise wrong(problem)
    if item["kind"] == "scenario":
        if problem := _wrong_steps(path, item, values):
            raise wrong(problem)
        return b""
    if item["kind"] == "encode" and "error" in item:
        if given := [key for key in _SOURCES if key in item]:
            raise wrong(f"a value that must be refused has no bytes, got {given[0]!r}")
        return b""
    return _data(path, name, item)


def _wrong_head(item: Mapping[str, Any]) -> str:
    if item.get("level", "MUST") not in ("MUST", "SHOULD", "MAY"):
        return f"expected a level of MUST, SHOULD, MAY, got {item['level']!r}"
    rules = item.get("rules", [])
    if not isinstance(rules, list) or not all(isinstance(rule, str) and _RULE.fullmatch(rule) for rule in rules):
        return f"expected a list of rule ids such as QS-014 under 'rules', got {rules!r}"
    kinds: tuple[tuple[str, type], ...] = (
        ("doc", str), ("provenance", str), ("profile", str), ("encode", str),
        ("options", dict), ("encode_options", dict), ("deviates", dict), ("canonical", bool), ("recognised", bool),
    )  # fmt: skip
    for key, kind in kinds:
        if key in item and not isinstance(item[key], kind):
            return f"expected {kind.__name__} under {key!r}, got {item[key]!r}"
    if not isinstance(item.get("needs", {}), (dict, list)):
        return f"expected versions by program, or a list of abilities, under 'needs', got {item['needs']!r}"
    if item.get("nan", "any") != "any":
        return f"expected 'any' under 'nan' (every NaN is as good), got {item['nan']!r}"
    return ""


def _wrong_expectation(item: Mapping[str, Any]) -> str:
    kind, error = item["kind"], item.get("error")
    needed = {"valid": "value", "invalid": "error", "encode": "value", "scenario": "steps"}.get(kind)
    if needed is not None and needed not in item:
        return f"a vector of kind {kind} needs {needed!r}"
    if kind == "valid" and "error" in item:
        return "a valid vector has no 'error'; kind 'either' allows both"
    if kind == "invalid" and "value" in item:
        return "an invalid vector has no 'value'; kind 'either' allows both"
    if item.get("canonical") and kind != "valid":
        return "only a valid vector can be 'canonical'"
    if error is not None and (problem := wrong_error(error)):
        return problem
    if "kept" in item and (kind != "valid" or not _texts(item["kept"])):
        return "expected a list of paths under 'kept', of a valid vector"
    if "partial" in item and kind != "invalid":
        return "only an invalid vector has a 'partial' value"
    return ""


def _wrong_values(item: Mapping[str, Any]) -> str:
    return next((wrong for key in ("value", "partial") if key in item and (wrong := _wrong_value(item[key]))), "")


def _texts(listed: Any) -> bool:
    return isinstance(listed, list) and all(isinstance(one, str) for one in listed)


def wrong_error(error: Any) -> str:
    """What is wrong with an expected error, or an empty text."""
    from sciwire.runtime.errors import CATEGORIES

    if not isinstance(error, dict) or set(error) - {"category", "path", "at", "catches"}:
        return f"expected an error of category, path, at and catches, got {error!r}"
    if not isinstance(error.get("catches", []), list):
        return f"expected a list of names under 'catches', got {error['catches']!r}"
    categories = error.get("category", [])
    categories = [categories] if isinstance(categories, str) else categories
    if not isinstance(categories, list) or not categories:
        return "expected a category, or a list of those that fit, in 'error'"
    if strange := [category for category in categories if category not in CATEGORIES]:
        return f"unknown category {strange[0]!r}; known are {', '.join(CATEGORIES)}"
    if not isinstance(error.get("path", ""), str):
        return f"expected a text under 'path', got {error['path']!r}"
    at = error.get("at", 0)
    if isinstance(at, bool) or not (isinstance(at, str) or (isinstance(at, int) and at >= 0)):
        return f"expected a byte offset or the path of an HDF5 object under 'at', got {at!r}"
    return ""


def _wrong_value(value: Any) -> str:
    from sciwire.runtime import CodecError, plain

    try:
        plain.check(value)
    except CodecError as error:
        return _wrong_short_value(value) if is_short(value) else f"the value is not canonical: {error}"
    return ""


def _wrong_short_value(value: Any) -> str:
    """What is wrong with a value in which something is said to repeat; that is looked at once."""
    from sciwire.runtime import CodecError, plain

    try:
        plain.check(once(value))
    except CodecError as error:
        return f"the value is not canonical: {error}"
    except Exception as error:  # what Python and numpy say about what a vector holds
        return f"the value cannot be made: {error}"
    return ""


def _wrong_steps(path: Path, item: Mapping[str, Any], values: bool) -> str:
    steps, expect = item["steps"], item.get("expect")
    if not isinstance(steps, list) or not steps:
        return "expected a list with at least one step under 'steps'"
    if not isinstance(expect, list) or len(expect) != len(steps):
        return f"expected a list of {len(steps)} expectations under 'expect', one for each step"
    for index, step in enumerate(steps):
        if not isinstance(step, dict) or set(step) - {"op", "args"} or not isinstance(step.get("op"), str):
            return f"step {index}: expected op and args, got {step!r}"
        args = step.get("args", {})
        if not isinstance(args, dict):
            return f"step {index}: expected an object under 'args', got {args!r}"
        if step["op"] == "put" and "file" in args and not _beside(path, args["file"]).is_file():
            return (
                f"step {index}: there is no file {args['file']!r} beside the vectors; write it again with assemble.py"
            )
        if values and (problem := _wrong_expected_answer(expect[index], index) or check_argument(args)):
            return f"step {index}: {problem}"
    return ""


def _wrong_expected_answer(expect: Any, index: int) -> str:
    if not isinstance(expect, dict) or len(expect) != 1:
        return f"expected one of {', '.join(_FORMS)} under 'expect', got {expect!r}"
    ((form, body),) = expect.items()
    if form == "value":
        return _wrong_value(body)
    if form == "error":
        return wrong_error(body)
    if form == "like":
        return check_like(body)
    if form == "either" and isinstance(body, list) and body:
        return next(filter(None, (_wrong_expected_answer(one, index) for one in body)), "")
    fits = {
        "any": body is True,
        "same": type(body) is int and 0 <= body < index,
        "includes": isinstance(body, dict) and not _wrong_value(body),
    }
    if form not in fits:
        return f"expected one of {', '.join(_FORMS)} under 'expect', got {form!r}"
    return "" if fits[form] else f"expected true, the number of an earlier step, or a map under {form!r}, got {body!r}"


def _data(path: Path, name: str, item: Mapping[str, Any]) -> bytes | tuple[bytes, ...]:
    given = [key for key in _SOURCES if key in item]
    if len(given) != 1:
        problem = f"expected the bytes under one of {', '.join(_SOURCES)}, got {' and '.join(given) or 'none'}"
        raise VectorError(path, name, problem)
    source, body = given[0], item[given[0]]
    try:
        if source == "parts":
            return tuple(_runs(part) if isinstance(part, list) else bytes.fromhex(part) for part in body)
        if source == "hex":
            return bytes.fromhex(body)
        if source == "runs":
            return _runs(body)
        if source == "text":
            return str.encode(body, "utf-8")
        return _beside(path, body).read_bytes()
    except OSError as error:
        problem = f"the file {body!r} cannot be read ({error.strerror}); write it again with assemble.py"
        raise VectorError(path, name, problem) from error
    except (TypeError, ValueError) as error:
        raise VectorError(path, name, f"the bytes under {source!r} cannot be read: {error}") from error


def _runs(body: Any) -> bytes:
    """Bytes that repeat: pairs of hex and how often it stands there, one behind the other."""
    pieces = [(bytes.fromhex(one), count) for one, count in body]
    if not all(type(count) is int and count >= 0 for _, count in pieces):
        raise ValueError("expected pairs of hex and a number from 0")
    if sum(len(one) * count for one, count in pieces) > _MOST:
        raise ValueError(f"runs make at most {_MOST} bytes")
    return b"".join(one * count for one, count in pieces)


def _beside(path: Path, name: Any) -> Path:
    """A file of the same folder; a name that leads elsewhere is none."""
    plain_name = isinstance(name, str) and Path(name).name == name
    return path.parent / name if plain_name else path.parent / "(not a name)"
