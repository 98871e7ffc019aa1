"""A record as the data block of the page: columns and tables of indices, as small as the page has to be.

The block is JSON, packed with gzip, in base64: nothing that an implementation says can end the element it stands in.
"""

from __future__ import annotations

import base64
import gzip
import json
import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..coverage import RuleText
from .exhibits import Exhibit
from .matrix import OUTCOMES
from .record import Case, Record, outcome
from .text import cut

__all__ = ["pack"]

#: The page stays below this size, and below so many bytes a case where there are more than 10,000.
_LIMIT, _LIMIT_PER_CASE = 1_900_000, 190
#: Bytes of a vector, and characters of a text, that are kept; the first that gives a small enough page.
_CUTS = ((4096, 4000), (1024, 2000), (512, 800), (256, 300), (64, 120), (16, 60))
_TEXTS = ("fault", "message", "expected", "got", "stderr", "known")


def pack(
    record: Record,
    exhibits: Mapping[str, Exhibit],
    rules: Mapping[str, Mapping[str, RuleText]],
    covered: Sequence[tuple[str, str, int, int]] = (),
    *,
    limit: int | None = None,
) -> str:
    """The data block as text; *covered* holds format, level, rules and those exercised.

    *limit* is the largest size wanted, by default one that leaves the page of 10,000 cases below 2 MB.
    """
    limit = limit or max(_LIMIT, _LIMIT_PER_CASE * len(record.cases))
    packed = ""
    for most_bytes, most_text in _CUTS:
        content = _content(record, exhibits, rules, most_bytes, most_text) | {"coverage": covered}
        text = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
        packed = base64.b64encode(gzip.compress(text.encode("ascii"), 9, mtime=0)).decode("ascii")
        if len(packed) <= limit:
            break
    return packed


def _content(
    record: Record,
    exhibits: Mapping[str, Exhibit],
    rules: Mapping[str, Mapping[str, RuleText]],
    most_bytes: int,
    most_text: int,
) -> dict[str, Any]:
    vectors: dict[tuple[str, ...], int] = {}
    rows = [_row(case, vectors, most_text) for case in record.cases]
    names = ("vector", "check", "impl", "level", "outcome", "seconds", "more")
    columns = {name: [row[index] for row in rows] for index, name in enumerate(names)}
    tables = {name: _Table() for name in ("check", "impl", "level", "outcome")}
    tables["outcome"].take(OUTCOMES)
    for name, table in tables.items():
        columns[name] = table.take(columns[name])
    return {
        "cases": columns,
        "names": {name: list(table.order) for name, table in tables.items()},
        "commands": _commands(record),
        "vectors": [_vector(key, exhibits.get(key[0]), most_bytes, most_text) for key in vectors],
        "rules": {
            name: [[one.id, one.level, one.text, one.source] for one in texts.values()] for name, texts in rules.items()
        },
    }


class _Table:
    """Names and their numbers."""

    def __init__(self) -> None:
        self.order: dict[str, int] = {}

    def take(self, names: Iterable[str]) -> list[int]:
        return [self.order.setdefault(name, len(self.order)) for name in names]


def _row(case: Case, vectors: dict[tuple[str, ...], int], most: int) -> tuple[Any, ...]:
    """A case in the order of the columns; what is empty is left out of the last one, a map."""
    name = case["id"].partition("@")[0]
    key = (name, case["format"], case["version"], " ".join(case["rules"]), cut(case.get("doc", ""), most))
    more: dict[str, Any] = {text: cut(case[text], most) for text in _TEXTS if case.get(text)}
    if case.get("aspects"):
        more["aspects"] = {str(key): str(value) for key, value in case["aspects"].items()}
    if case.get("examples"):
        more["examples"] = case["examples"]
    if case["id"] != f"{name}@{case['check']}":  # an id of another form is kept as it is
        more["id"] = case["id"]
    if case.get("replay"):
        more["replay"] = cut(case["replay"], 1000)
    if more.get("known"):
        more["verdict"] = str(case["verdict"])
    seconds = float(f"{case.get('seconds', 0):.2g}")
    number = vectors.setdefault(key, len(vectors))
    return number, case["check"], case["impl"], str(case["level"]), outcome(case), seconds, more or 0


def _commands(record: Record) -> dict[str, str]:
    """What ``--impl`` must say for each implementation, as far as the record shows it."""
    texts = record.about.get("implementations", [])
    names = dict.fromkeys(case["impl"] for case in record.cases)
    commands = {name: name for name in names if name in texts}
    if len(texts) == 1 and len(names) == 1:
        commands = dict.fromkeys(names, str(texts[0]))
    return {name: f"--impl {shlex.quote(text)}" for name, text in commands.items()}


def _vector(key: tuple[str, ...], exhibit: Exhibit | None, most_bytes: int, most_text: int) -> list[Any]:
    head: list[Any] = list(key)
    if exhibit is None:
        return head
    first = _first(exhibit, most_bytes)
    last = first + most_bytes
    more = {
        "data": base64.b64encode(exhibit.data[first:last]).decode("ascii"),
        "first": first,
        "size": len(exhibit.data),
        "parts": list(exhibit.parts),
        "spans": [span for span in exhibit.spans if span[0] < last and span[1] > first],
        "at": exhibit.at,
        "expected": cut(exhibit.expected, most_text),
        "steps": cut(exhibit.steps, most_text),
        "provenance": exhibit.provenance,
    }
    return [*head, {name: value for name, value in more.items() if value not in ("", [], None)}]


def _first(exhibit: Exhibit, most: int) -> int:
    """Where the bytes that are kept begin: at the front, or so that the fault is among them."""
    if exhibit.at is None or exhibit.at < most:
        return 0
    return (exhibit.at - most // 2) // 16 * 16
