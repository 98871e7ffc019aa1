"""``sciwire conform compare``: two reports side by side, case by case: what got worse, better, or is new."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .report.record import Case, Record, RecordError, read_run

__all__ = ["compare"]

_SHOWN = 50  # lines of each kind
_GRAVITY = {"pass": 0, "unsupported": 1, "fail": 2, "error": 3}


@dataclass(frozen=True, slots=True)
class _Report:
    """A run and where it was read from; the cases by implementation and id."""

    path: Path
    run: Record
    cases: dict[tuple[str, str], Case]

    @classmethod
    def read(cls, path: Path) -> _Report:
        run = read_run([path])
        return cls(path, run, {(case["impl"], case["id"]): case for case in run.cases})

    @property
    def impls(self) -> list[str]:
        return list(dict.fromkeys(impl for impl, _ in self.cases))


def compare(before: Path, after: Path) -> int:
    """Print what changed from one report to the other; 1 if anything is worse, 2 where a file is no report."""
    try:
        old, new = _Report.read(before), _Report.read(after)
    except RecordError as error:
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
    if not new.run.complete or any(b and _bad(b) and a is None for a, b in pairs.values()):
        return 1
    return 1 if worse else 0


def _pairs(old: _Report, new: _Report) -> dict[tuple[str, str], tuple[Any, Any]]:
    """Cases of both by implementation and id; by id alone where each report has one implementation and they differ."""
    alone = len(old.impls) == len(new.impls) == 1 and old.impls != new.impls
    left, right = (
        {("" if alone else impl, name): case for (impl, name), case in one.cases.items()} for one in (old, new)
    )
    return {name: (left.get(name), right.get(name)) for name in {**left, **right}}


def _heads(old: _Report, new: _Report) -> Iterator[str]:
    for what, one in (("before", old), ("after", new)):
        state = "complete" if one.run.complete else "INCOMPLETE: the run did not end"
        impls = ", ".join(one.impls) or "nobody"
        yield f"{what + ':':8} {one.path}: {len(one.cases)} results of {impls}, {state}"
    for key in ("suite", "seed", "examples", "shard"):
        if old.run.about.get(key) != new.run.about.get(key):
            yield f"  {key}: {old.run.about.get(key)} -> {new.run.about.get(key)}"
    formats = (old.run.about.get("formats", {}), new.run.about.get("formats", {}))
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
