"""A run as data: what the line about it said, a mapping for every case, and whether it came to its end.

A record is kept while a run goes on (`Recorder`) or read from JSON lines afterwards (`read_run`), and all reports that
need the whole run are written from it, so that both ways give the same files.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..runner import Totals
from ..verdict import Level, Result, Verdict
from .jsonl import case_line

__all__ = ["Case", "Record", "RecordError", "Recorder", "outcome", "read_run"]

#: A line of a report that is about a case; `schemas/report.schema.json` has its keys.
Case = Mapping[str, Any]

_TEXTS = ("id", "impl", "format", "version", "check")
_ANY_TEXTS = ("fault", "message", "expected", "got", "stderr", "known", "doc", "replay")


class RecordError(Exception):
    """A file that is no report of a run; the text says the file, the line and what to do."""


@dataclass(slots=True)
class Record:
    """A run; `expected` is the number of cases that it set out to judge, 0 where it planned as it went."""

    about: dict[str, Any] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    expected: int = 0
    ended: bool = False
    failed: bool = False  # by its own word at the end, which knows what share may be unsupported

    @property
    def complete(self) -> bool:
        """Whether the run ended by itself; of a run that was killed nothing may be concluded from what is missing."""
        return self.ended

    @property
    def breaking(self) -> list[Case]:
        """The results that make the exit code 1."""
        return [case for case in self.cases if breaks(case)]


def outcome(case: Case) -> str:
    """The verdict as reports count it: a failure that was expected is ``known``."""
    return "known" if case.get("known") else str(case["verdict"])


def breaks(case: Case) -> bool:
    """A MUST that failed, or an error of any level, and nobody said that it would."""
    return outcome(case) == Verdict.ERROR or (outcome(case) == Verdict.FAIL and case["level"] == Level.MUST)


class Recorder:
    """Keeps a run and hands it to *writers* at its end, and also where it is cut short."""

    def __init__(self, writers: Sequence[Callable[[Record], None]]) -> None:
        self._writers = writers
        self._record: Record | None = Record()

    def begin(self, about: Mapping[str, Any], count: int | None) -> None:
        assert self._record is not None
        self._record.about, self._record.expected = dict(about), count or 0

    def case(self, result: Result) -> None:
        assert self._record is not None
        self._record.cases.append(case_line(result))

    def end(self, totals: Totals) -> None:
        assert self._record is not None
        self._record.ended, self._record.failed = True, totals.failed

    def close(self) -> None:
        record, self._record = self._record, None
        if record is not None:
            for write in self._writers:
                write(record)


def read_run(paths: Iterable[Path]) -> Record:
    """The run that JSON lines hold; several files are the shards of one run. Raises `RecordError`."""
    records = [_read(path) for path in paths]
    whole = Record(ended=all(record.ended for record in records), failed=any(record.failed for record in records))
    for record in records:
        whole.cases += record.cases
        whole.expected += record.expected
        for key, value in record.about.items():
            whole.about[key] = _joined(whole.about.get(key), value)
    return whole


def _read(path: Path) -> Record:
    record = Record()
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RecordError(f"{path}: the file cannot be read ({error.strerror})") from error
    lines = content.split(b"\n")
    for number, line in enumerate(lines, 1):
        where = f"{path}:{number}"
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError) as error:
            if number == len(lines):  # the runner was killed while it wrote the line
                break
            raise RecordError(f"{where}: expected a line of JSON as --jsonl writes it, got {line[:60]!r}") from error
        _take(record, entry, where)
    if not record.about:
        raise RecordError(f"{path}: there is no line about the run; give the file that --jsonl wrote")
    return record


def _take(record: Record, entry: Any, where: str) -> None:
    if not isinstance(entry, dict):
        raise RecordError(f"{where}: expected an object, got {type(entry).__name__}")
    if not record.about:
        if entry.get("sciwire-conformance") != 1:
            raise RecordError(f"{where}: expected the line about the run ({{'sciwire-conformance': 1, …}}) first")
        if problem := _wrong_about(entry):
            raise RecordError(f"{where}: {problem}")
        record.expected = entry.get("cases", 0)
        record.about = {key: value for key, value in entry.items() if key != "cases"}
    elif entry.get("complete") is True:
        record.ended, record.failed = True, entry.get("failed") is True
    elif problem := _wrong_case(entry):
        raise RecordError(f"{where}: {problem}")
    else:
        record.cases.append(entry)


def _wrong_about(entry: Mapping[str, Any]) -> str:
    formats, impls = entry.get("formats"), entry.get("implementations")
    if not isinstance(formats, dict) or not all(isinstance(value, str) for value in formats.values()):
        return f"expected the digests of 'formats', got {formats!r}"
    if not isinstance(impls, list) or not all(isinstance(one, str) for one in impls):
        return f"expected a list of 'implementations', got {impls!r}"
    return "" if type(entry.get("cases", 0)) is int else f"expected the number of 'cases', got {entry.get('cases')!r}"


def _wrong_case(entry: Mapping[str, Any]) -> str:
    for key in _TEXTS:
        if not isinstance(entry.get(key), str):
            return f"expected a case with a text under {key!r}, got {entry.get(key)!r}"
    if entry.get("level") not in tuple(Level) or entry.get("verdict") not in tuple(Verdict):
        return f"expected a level and a verdict, got {entry.get('level')!r} and {entry.get('verdict')!r}"
    rules = entry.get("rules")
    if not isinstance(rules, list) or not all(isinstance(rule, str) for rule in rules):
        return f"expected a list of rules, got {rules!r}"
    strange = [key for key in _ANY_TEXTS if not isinstance(entry.get(key, ""), str)]
    if strange:
        return f"expected a text under {strange[0]!r}, got {entry[strange[0]]!r}"
    if not isinstance(entry.get("seconds", 0), (int, float)) or not isinstance(entry.get("aspects", {}), dict):
        return "expected 'seconds' as a number and 'aspects' as an object"
    return ""


def _joined(first: Any, second: Any) -> Any:
    """What two shards say under one key."""
    if isinstance(first, dict) and isinstance(second, dict):
        return {**first, **second}
    if isinstance(first, list) and isinstance(second, list):
        return [*first, *(one for one in second if one not in first)]
    return second if first is None else first
