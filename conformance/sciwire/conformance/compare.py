"""``sciwire conform compare``: two reports side by side, case by case: what got worse, better, or is new."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Report", "ReportError", "compare", "read_report"]

_SHOWN = 50  # lines of each kind
_GRAVITY = {"pass": 0, "unsupported": 1, "fail": 2, "error": 3}


class ReportError(ValueError):
    """A file that is no report; the text says the file, the line and why."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it was written; `footer` is None where the run did not end."""

    path: Path
    header: Mapping[str, Any]
    cases: dict[tuple[str, str], Mapping[str, Any]]  # by implementation and id
    footer: Mapping[str, Any] | None

    @property
    def impls(self) -> list[str]:
        return list(dict.fromkeys(impl for impl, _ in self.cases))


def read_report(path: Path) -> Report:
    """Read the JSON lines of a run, also of one that was cut short; raises `ReportError`."""
    header: Mapping[str, Any] | None = None
    footer = None
    cases: dict[tuple[str, str], Mapping[str, Any]] = {}
    with path.open(encoding="utf-8", errors="replace") as lines:
        for number, text in enumerate(lines, 1):
            try:
                line = json.loads(text)
            except ValueError as error:
                if text.endswith("\n"):
                    raise ReportError(f"{path}:{number}: no line of JSON: {error}") from error
                break  # the run was killed in the middle of this line
            if not isinstance(line, dict):
                raise ReportError(f"{path}:{number}: expected an object")
            if header is None:
                if line.get("sciwire-conformance") != 1:
                    raise ReportError(f"{path}:1: not a report of `sciwire conform --jsonl` (version 1)")
                header = line
            elif "complete" in line:
                footer = line
            else:
                cases[_key(line, path, number)] = line
    if header is None:
        raise ReportError(f"{path}: the file is empty")
    return Report(path, header, cases, footer)


def compare(before: Path, after: Path) -> int:
    """Print what changed from one report to the other; 1 if anything is worse, 2 where a file is no report."""
    try:
        old, new = read_report(before), read_report(after)
    except (OSError, ReportError) as error:
        print(f"sciwire conform compare: {error}", file=sys.stderr)
        return 2
    print("\n".join(_heads(old, new)))
    pairs = _pairs(old, new)
    worse = sorted(name for name, (a, b) in pairs.items() if a and b and _gravity(b) > _gravity(a))
    better = sorted(name for name, (a, b) in pairs.items() if a and b and _gravity(b) < _gravity(a))
    other = sorted(
        name
        for name, (a, b) in pairs.items()
        if a and b and _gravity(a) == _gravity(b) and a.get("fault") != b.get("fault")
    )
    gone = sorted(name for name, (a, b) in pairs.items() if b is None)
    added = sorted(name for name, (a, b) in pairs.items() if a is None)
    for what, names in (("worse", worse), ("better", better), ("another fault", other)):
        print("\n".join(_changes(what, names, pairs)))
    for what, names in (("only before", gone), ("only after", added)):
        print("\n".join(_listed(what, [f"{' '.join(filter(None, name))}" for name in names])))
    if new.footer is None or any(b and _bad(b) and a is None for a, b in pairs.values()):
        return 1
    return 1 if worse else 0


def _key(line: Mapping[str, Any], path: Path, number: int) -> tuple[str, str]:
    try:
        if line["verdict"] not in _GRAVITY:
            raise KeyError("verdict")
        return str(line["impl"]), str(line["id"])
    except KeyError as error:
        raise ReportError(f"{path}:{number}: expected a case with impl, id and verdict; {error} is wrong") from error


def _pairs(old: Report, new: Report) -> dict[tuple[str, str], tuple[Any, Any]]:
    """Cases of both by implementation and id; by id alone where each report has one implementation and they differ."""
    alone = len(old.impls) == len(new.impls) == 1 and old.impls != new.impls
    left, right = (
        {("" if alone else impl, name): case for (impl, name), case in one.cases.items()} for one in (old, new)
    )
    return {name: (left.get(name), right.get(name)) for name in {**left, **right}}


def _heads(old: Report, new: Report) -> Iterator[str]:
    for what, one in (("before", old), ("after", new)):
        state = "complete" if one.footer else "INCOMPLETE: the run did not end"
        impls = ", ".join(one.impls) or "nobody"
        yield f"{what + ':':8} {one.path}: {len(one.cases)} results of {impls}, {state}"
    for key in ("suite", "seed", "examples", "shard"):
        if old.header.get(key) != new.header.get(key):
            yield f"  {key}: {old.header.get(key)} -> {new.header.get(key)}"
    formats = (old.header.get("formats", {}), new.header.get("formats", {}))
    changed = [name for name in {**formats[0], **formats[1]} if formats[0].get(name) != formats[1].get(name)]
    if changed:
        yield f"  other specifications or vectors: {', '.join(sorted(changed))}"


def _changes(
    what: str, names: list[tuple[str, str]], pairs: Mapping[tuple[str, str], tuple[Any, Any]]
) -> Iterator[str]:
    texts = []
    for name in names:
        a, b = pairs[name]
        message = f": {b['message'][:200]}" if b.get("message") else ""
        texts.append(f"{' '.join(filter(None, name))}: {_outcome(a)} -> {_outcome(b)}{message}")
    yield from _listed(what, texts)


def _listed(what: str, texts: list[str]) -> Iterator[str]:
    yield f"{what}: {len(texts)}"
    yield from (f"  {text}" for text in texts[:_SHOWN])
    if len(texts) > _SHOWN:
        yield f"  … and {len(texts) - _SHOWN} more"


def _outcome(case: Mapping[str, Any]) -> str:
    return f"{case['verdict']}{' (' + case['fault'] + ')' if case.get('fault') else ''}"


def _gravity(case: Mapping[str, Any]) -> int:
    return _GRAVITY[case["verdict"]]


def _bad(case: Mapping[str, Any]) -> bool:
    return _gravity(case) >= _GRAVITY["fail"] and case.get("level", "MUST") == "MUST" and not case.get("known")
