"""What a case was about: the bytes of its vector with the field that each belongs to, and what was expected.

Exhibits come from the folder of specifications, not from the report, and only where that folder is the one that the
run used: its digest stands in the line about the run.
"""

from __future__ import annotations

import importlib
import json
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from ..vectors import Vector, VectorError, digest, load_vectors
from .record import Record

__all__ = ["Exhibit", "Span", "load_exhibits"]

#: Start, stop, path, kind and text of a field.
Span = tuple[int, int, str, str, str]

_MOST_SPANS = 400
_MOST_TEXT = 80


@dataclass(frozen=True, slots=True)
class Exhibit:
    """The vector behind a case; `at` is the offset of its fault, `parts` the lengths where there are several."""

    id: str
    data: bytes
    parts: tuple[int, ...]
    spans: tuple[Span, ...]
    at: int | None
    expected: str
    steps: str
    provenance: str


def load_exhibits(specs: Path, record: Record) -> tuple[dict[str, Exhibit], list[str]]:
    """The exhibits by the id of their vector, and the formats that have changed since the run (these have none)."""
    exhibits: dict[str, Exhibit] = {}
    changed = []
    wanted = {case["id"].partition("@")[0] for case in record.cases}
    for name, was in record.about.get("formats", {}).items():
        if Path(name).name != name or digest(specs / name) != was:
            changed.append(name)
            continue
        try:
            vectors = load_vectors(specs, name)
        except VectorError:  # the run has already said so
            continue
        module = _module(name)
        exhibits |= {vector.id: _exhibit(vector, module) for vector in vectors if vector.id in wanted}
    return exhibits, changed


def _exhibit(vector: Vector, module: ModuleType | None) -> Exhibit:
    parts = () if isinstance(vector.data, bytes) else tuple(len(part) for part in vector.data)
    data = vector.data if isinstance(vector.data, bytes) else b"".join(vector.data)
    at = (vector.error or {}).get("at")
    return Exhibit(
        id=vector.id,
        data=data,
        parts=parts,
        spans=tuple(_spans(module, vector.data)) if data and module is not None else (),
        at=at if isinstance(at, int) else None,
        expected=_expected(vector),
        steps="\n".join(_step(number, step.op, step.args, step.expect) for number, step in enumerate(vector.steps)),
        provenance=vector.provenance,
    )


def _spans(module: ModuleType, data: bytes | tuple[bytes, ...]) -> Iterable[Span]:
    """The fields of *data* as our codec walks them; of bytes that are wrong as far as it comes."""
    found: list[Span] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what a codec forgives the finding tells, not the view
            for span in module.spans(data if isinstance(data, bytes) else list(data)):
                found.append((span.start, span.stop, span.path[:_MOST_TEXT], span.kind, span.text[:_MOST_TEXT]))
                if len(found) == _MOST_SPANS:
                    break
    except Exception:  # a view of bytes that are wrong on purpose must not cost the report
        return found
    return found


def _module(name: str) -> ModuleType | None:
    """The codec whose `spans` are shown; without one the bytes are shown plain."""
    try:
        module = importlib.import_module(f"sciwire.formats.{name}") if name.isidentifier() else None
    except Exception:  # a codec under construction
        return None
    return module if hasattr(module, "spans") else None


def _expected(vector: Vector) -> str:
    lines = []
    if vector.has_value:
        lines.append(_json(vector.value))
    if vector.error is not None:
        lines.append(f"a refusal{''.join(_clause(name, vector.error) for name in ('category', 'path', 'at'))}")
    return "\nor ".join(lines)


def _clause(name: str, error: Mapping[str, Any]) -> str:
    value = error.get(name)
    if value is None or value == []:
        return ""
    return f", {name} {' or '.join(map(str, value)) if isinstance(value, list) else value}"


def _step(number: int, op: str, args: Mapping[str, Any], expect: Mapping[str, Any]) -> str:
    return f"{number}  {op} {_json(args)}\n   -> {_json(expect)}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
