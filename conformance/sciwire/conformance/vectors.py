"""The vectors: bytes with the value or the error that they must give, one small JSON file per group.

``specs/<format>/vectors/*.json`` holds ``{"format", "version", "group", "provenance", "vectors": [...]}``;
`schemas/vectors.schema.json` describes it. Anything wrong in a file is a `VectorError` that names the file,
the vector and what to do; a folder without vectors is one, too, because nothing tested must not look like
everything passed.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .arguments import filled, is_short
from .protocol import single_keys
from .rule_ids import are_spelled_there, refuse_unknown_rules
from .vector_check import VectorError, check_file, check_vector
from .verdict import Level

__all__ = [
    "Step",
    "Vector",
    "VectorError",
    "digest",
    "formats_with_vectors",
    "load_file",
    "load_vectors",
    "specified_formats",
]

_EXACT = 1 << 53  # integers up to this size survive every JSON library


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a scenario.

    `expect` has one key: ``value``, ``error``, ``any`` (whatever it is, but no crash), ``same`` (as the answer to the
    step of that number), ``includes`` (a map with at least these entries) ``like`` (see `likeness`)
    or ``either`` (one of several such).
    """

    op: str
    args: Mapping[str, Any]
    expect: Mapping[str, Any]

    @property
    def request(self) -> dict[str, Any]:
        """What is sent: never the expectation."""
        return {"op": self.op, "args": dict(self.args)}


@dataclass(frozen=True, slots=True)
class Vector:
    """One vector; `data` is bytes, a list of parts for multi-part formats, or empty for a scenario.

    `value` is the canonical value where `has_value`; `error` the expectation ``{"category": [..], "path", "at"}``.
    `encode` is empty, or the reason why the value is not to be written again. `partial` is what a decoder that was told
    to keep what is good gives for an invalid vector. `kept` are the fields of a valid one that are of another type than
    specified and kept as they came; None where that is not stated. `recognised` says whether the bytes, before they are
    decoded, look like a message of the format; None where that is not stated. One of kind ``encode`` is written only: `value` gives
    `data`, or is refused with `error`. A refusal of a vector that `needs` a program's version is no failure.
    """

    id: str
    format: str
    version: str
    group: str
    kind: str
    level: Level
    data: bytes | tuple[bytes, ...]
    rules: tuple[str, ...] = ()
    doc: str = ""
    provenance: str = ""
    profile: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    encode_options: Mapping[str, Any] = field(default_factory=dict)
    value: Any = None
    has_value: bool = False
    error: Mapping[str, Any] | None = None
    canonical: bool = False
    any_nan: bool = False
    encode: str = ""
    kept: tuple[str, ...] | None = None
    recognised: bool | None = None
    partial: Any = None
    has_partial: bool = False
    needs: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    file: str = ""


def formats_with_vectors(root: Path) -> list[str]:
    """Names of the formats below *root* (the folder ``specs``) that have a folder ``vectors``, sorted."""
    return sorted(path.parent.name for path in root.glob("*/vectors") if path.is_dir())


def specified_formats(root: Path) -> list[str]:
    """Names of the formats below *root* that have a specification or a folder ``vectors``, sorted."""
    return sorted({path.parent.name for path in root.glob("*/*.yaml")} | set(formats_with_vectors(root)))


def load_vectors(root: Path, format_name: str, *, values: bool = True) -> list[Vector]:
    """Every vector of a format, in the order of file names; raises `VectorError`.

    Without *values* nobody looks whether those are canonical, nor reads the specification for the rules that are cited
    if they are spelled there: both take longer than all the rest.
    """
    folder = root / format_name / "vectors"
    if not folder.is_dir():
        known = ", ".join(formats_with_vectors(root)) or "none"
        raise VectorError(folder, "", f"there is no such folder; formats with vectors: {known}")
    vectors: list[Vector] = []
    for path in sorted(folder.glob("*.json")):
        vectors += load_file(path, format_name, values=values)
    if not vectors:
        raise VectorError(folder, "", "the folder holds no vectors; write them with its assemble.py")
    _refuse_twins(folder, vectors)
    _refuse_strange_versions(folder, vectors)
    if values or not are_spelled_there(root, format_name, vectors):
        refuse_unknown_rules(root, format_name, vectors)
    return vectors


def digest(folder: Path) -> str:
    """sha256 over the names and bytes of a format's specifications and vectors."""
    whole = hashlib.sha256()
    for path in sorted((*folder.glob("*.yaml"), *folder.glob("*.xsd"), *folder.glob("vectors/*.json"))):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        whole.update(f"{path.relative_to(folder).as_posix()}\0{content}\n".encode())
    return whole.hexdigest()


def load_file(path: Path, format_name: str, *, values: bool = True) -> list[Vector]:
    """The vectors of one file; raises `VectorError`. *values* is as for `load_vectors`."""
    large = False  # whether there is an integer that is sent in another way

    def integer(digits: str) -> int:
        nonlocal large
        large = large or len(digits) > 15
        return int(digits)

    try:
        text = path.read_text(encoding="utf-8")
        content = json.loads(text, parse_constant=_refuse_constant, parse_int=integer, object_pairs_hook=single_keys)
    except OSError as error:
        raise VectorError(path, "", f"the file cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise VectorError(path, "", f"the file is not UTF-8 ({error.reason} at byte {error.start})") from error
    except json.JSONDecodeError as error:
        problem = f"line {error.lineno} column {error.colno}: {error.msg}; write the file again with assemble.py"
        raise VectorError(path, "", problem) from error
    except (ValueError, RecursionError) as error:
        raise VectorError(path, "", f"the file is no JSON that can be read: {error}") from error
    check_file(path, content, format_name)
    short = '"$repeat"' in text or '"$fill"' in text
    vectors = []
    for item in content["vectors"]:
        data = check_vector(path, content, item, values=values)
        vectors.append(_vector(path, content, item, data, _sent(short, large)))
    return vectors


def _sent(short: bool, large: bool) -> Callable[[Any], Any]:
    """How the values of a file become what is sent; where there is nothing *short* or *large* they are as they stand."""

    def sent(value: Any) -> Any:
        exact = _exact(value) if large else value  # before anything is repeated
        return filled(exact) if short and is_short(exact) else exact

    return sent


def _vector(
    path: Path,
    content: Mapping[str, Any],
    item: Mapping[str, Any],
    data: bytes | tuple[bytes, ...],
    sent: Callable[[Any], Any],
) -> Vector:
    error = item.get("error")
    if error is not None:
        category = error.get("category", [])
        error = {**error, "category": [category] if isinstance(category, str) else list(category)}
    return Vector(
        id=item["id"],
        format=content["format"],
        version=content["version"],
        group=content["group"],
        kind=item["kind"],
        level=Level(item.get("level", "MUST")),
        data=data,
        rules=tuple(item.get("rules", ())),
        doc=item.get("doc", ""),
        provenance=item.get("provenance", content["provenance"]),
        profile=item.get("profile", ""),
        options=item.get("options", {}),
        encode_options=item.get("encode_options", {}),
        value=sent(item.get("value")),
        has_value="value" in item,
        error=error,
        canonical=item.get("canonical", False),
        recognised=item.get("recognised"),
        kept=tuple(item["kept"]) if "kept" in item else None,
        any_nan=item.get("nan") == "any",
        encode=item.get("encode", ""),
        partial=sent(item.get("partial")),
        has_partial="partial" in item,
        needs=item["needs"] if isinstance(item.get("needs"), dict) else {},
        steps=_steps(path, item),
        file=path.name,
    )


def _exact(value: Any) -> Any:
    """*value* as it is sent: integers that not every JSON library keeps are ``$int``, however the file has them."""
    if isinstance(value, dict):
        return value if "$fill" in value else {key: _exact(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_exact(item) for item in value]
    large = isinstance(value, int) and not -_EXACT <= value <= _EXACT
    return {"$int": str(value)} if large else value


def _steps(path: Path, item: Mapping[str, Any]) -> tuple[Step, ...]:
    """The steps of a scenario; a file beside the vectors becomes its bytes, for no implementation knows our folder."""
    steps = []
    for step, expect in zip(item.get("steps", []), item.get("expect", []), strict=True):
        args = dict(step.get("args", {}))
        if step["op"] == "put" and "file" in args:
            content = (path.parent / args.pop("file")).read_bytes()
            args["data"] = {"$bytes": base64.b64encode(content).decode("ascii")}
        steps.append(Step(step["op"], filled(args) if is_short(args) else args, expect))
    return tuple(steps)


def _refuse_strange_versions(folder: Path, vectors: list[Vector]) -> None:
    """A vector of a version that is not specified would be asked of nobody."""
    known = {path.stem for path in folder.parent.glob("*.yaml")}
    for vector in vectors if known else ():
        if vector.version not in known:
            problem = f"there is no specification of version {vector.version!r}; there are: {', '.join(sorted(known))}"
            raise VectorError(folder / vector.file, vector.id, problem)


def _refuse_twins(folder: Path, vectors: Iterable[Vector]) -> None:
    seen: dict[str, str] = {}
    for vector in vectors:
        if vector.id in seen:
            problem = f"the id stands in {seen[vector.id]} and in {vector.file}; give the newer one its own"
            raise VectorError(folder / vector.file, vector.id, problem)
        seen[vector.id] = vector.file


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON; write {{'$float': …}}")
