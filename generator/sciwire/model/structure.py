"""Does the file have the shape that the JSON Schema states? The schema's errors become ours, with places."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from .hints import did_you_mean, key_hint
from .marks import Marked, Pointer
from .problems import Problems
from .shape import Fits, fits
from .specs import specs_dir

__all__ = ["check_structure", "schema_of"]

_CORE = "sciwire.schema.json"
_NAMES = {"object": "a table", "array": "a list", "string": "text", "integer": "an integer", "number": "a number",
          "boolean": "true or false", "null": "nothing"}  # fmt: skip


def check_structure(marked: Marked, family: str, problems: Problems) -> None:
    """Report everything in *marked* that the schema of *family* does not allow."""
    name = _schema_name(marked.data, family)
    if _fits(name)(marked.data):
        return
    for error in sorted(
        _validator(name).iter_errors(marked.data),
        key=lambda one: [str(p) for p in one.absolute_path],
    ):
        _report(error, marked, problems)


def _schema_name(data: Any, family: str) -> str:
    """The name of the fragment; a family with two carriers has one for each."""
    return "packets-text" if family == "packets" and "descriptors" in data else family


@cache
def schema_of(family: str) -> dict[str, Any]:
    """The schema of the head and of the body of *family*, or of one carrier of it, as one closed table."""
    merged = dict(_file(_CORE))
    body = _file(f"{family}.schema.json")
    merged["properties"] = {**merged["properties"], **body.get("properties", {})}
    merged["required"] = [*merged["required"], *body.get("required", [])]
    merged["additionalProperties"] = False
    for key in ("allOf", "unevaluatedProperties"):
        merged.pop(key, None)
    merged["$id"] = f"merged/{family}"
    merged["$defs"] = {**merged["$defs"], **body.get("$defs", {})}
    return merged


@cache
def _file(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((specs_dir() / "schema" / name).read_text(encoding="utf-8"))
    return loaded


@cache
def _fits(family: str) -> Fits:
    merged = schema_of(family)
    return fits(merged, merged, _file)


@cache
def _validator(family: str) -> Any:
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource

    names = [path.name for path in (specs_dir() / "schema").glob("*.schema.json")]
    resources = [(name, Resource.from_contents(_file(name))) for name in sorted(names)]
    # a family file refers to the head by its file name, whatever the merged schema is called
    aliases = [(f"merged/{name}", resource) for name, resource in resources]
    registry: Any = Registry().with_resources([*resources, *aliases])
    return Draft202012Validator(schema_of(family), registry=registry)


def _report(error: Any, marked: Marked, problems: Problems) -> None:
    pointer: Pointer = tuple(error.absolute_path)
    if error.validator in ("anyOf", "oneOf"):
        best = min(error.context, key=lambda one: -len(one.absolute_path), default=None)
        if best is not None and len(best.absolute_path) > len(error.absolute_path):
            _report(best, marked, problems)
            return
        problems.add("SPEC006", marked.place(pointer), f"{_where(pointer)} does not have any of the allowed shapes")
    elif error.validator == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        for key in error.instance:
            if key not in known and isinstance(error.schema.get("additionalProperties"), bool):
                place = marked.place((*pointer, key), key=True)
                problems.add("SPEC004", place, f"unknown key {key!r} in {_where(pointer)}", key_hint(key, known))
    elif error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        for key in missing:
            problems.add("SPEC005", marked.place(pointer), f"the key {key!r} is missing in {_where(pointer)}")
    elif error.validator == "type":
        wanted: list[str] = (
            error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
        )
        expected = " or ".join(_NAMES.get(name, name) for name in wanted)
        quoted = (
            "string" in wanted and isinstance(error.instance, (int, float)) and not isinstance(error.instance, bool)
        )
        hint = f'"{error.instance}" in quotes is text' if quoted else ""
        text = f"{_where(pointer)} must be {expected}, not {_kind(error.instance)}"
        problems.add("SPEC006", marked.place(pointer), text, hint)
    elif error.validator in ("enum", "const") or (
        error.validator == "pattern" and _WORDS.fullmatch(error.validator_value)
    ):
        given = error.validator_value
        allowed = {"enum": given, "const": [given]}.get(error.validator) or given[2:-2].split("|")
        text = ", ".join(str(one) for one in allowed)
        hint = did_you_mean(str(error.instance), [str(one) for one in allowed])
        code = "SPEC010" if pointer == ("sciwire",) else "SPEC007"
        problems.add(code, marked.place(pointer), f"{_where(pointer)} is {error.instance!r}, allowed: {text}", hint)
    else:
        problems.add("SPEC007", marked.place(pointer), f"{_where(pointer)}: {_plain(error)}")


#: a pattern that is a list of words, which is what a text must be where a table may stand too
_WORDS = re.compile(r"\^\([a-z0-9|-]+\)\$")


def _where(pointer: Pointer) -> str:
    return "'" + ".".join(str(part) for part in pointer) + "'" if pointer else "the specification"


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    names = {dict: "a table", list: "a list", str: f"the text {value!r}"[:60], int: f"the number {value!r}"[:40]}
    return names.get(type(value), f"the number {value!r}"[:40])


def _plain(error: Any) -> str:
    limit = error.validator_value
    sentences = {
        "minimum": f"{error.instance!r} is less than {limit}",
        "maximum": f"{error.instance!r} is more than {limit}",
        "pattern": f"{error.instance!r} does not match {limit}",
        "minLength": "the text is empty",
        "minItems": f"at least {limit} entries are needed",
        "maxItems": f"at most {limit} entries are allowed",
        "minProperties": f"at least {limit} entries are needed",
        "maxProperties": f"at most {limit} entries are allowed",
        "uniqueItems": "an entry stands twice",
    }
    return sentences.get(error.validator, str(error.message)[:200])
