"""Known failures: what an implementation is expected to get wrong, so that only news fails a run.

A JSON file::

    {"implementation": "larpix-control",
     "known": [{"id": "rawhdf5/rows/one@roundtrip/value", "verdict": "fail", "fault": "value-lost",
                "reason": "why", "link": "where it is said"}]}

An expected outcome is reported with its reason and does not break the run. A case that passes although it is
listed, or fails in another way, does: a list that is out of date is worse than none.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from .protocol import single_keys
from .verdict import Fault, Level, Result, Verdict

__all__ = ["Known", "KnownError"]

#: How the reason of an entry begins that nobody has looked into yet.
TO_EXPLAIN = "to be explained"

_ENTRY = {"id", "verdict", "fault", "reason", "link", "sometimes"}


#: Checks of a few vectors, spread over those that there are: others may have their turn when vectors are added.
_CHOSEN = ("@fuzz/invalid", "@fuzz/volume", "@again")


class KnownError(Exception):
    """A file of known failures that cannot be used; the text says the file, the place and what to do."""


class Known:
    """The expected failures of any number of implementations."""

    def __init__(self, entries: Mapping[tuple[str, str], Mapping[str, Any]] | None = None) -> None:
        self._entries = dict(entries or {})
        self._files: dict[Path, str] = {}  # and the implementation that each is about, empty for a new one
        self._changes: Counter[str] = Counter()
        self._seen: set[tuple[str, str]] = set()

    @classmethod
    def load(cls, paths: Iterable[Path], *, missing: bool = False) -> Known:
        """Read files of known failures; raises `KnownError`, also for one that is *missing* unless it may be."""
        known = cls()
        for path in paths:
            if missing and not path.exists():
                known._files[path] = ""
                continue
            content = _read(path)
            known._files[path] = content["implementation"]
            for index, entry in enumerate(content["known"]):
                if problem := _problem(entry):
                    raise KnownError(f"{_where(path, index)}: {problem}")
                name = (content["implementation"], entry["id"])
                if name in known._entries:
                    problem = f"({entry['id']}): listed before; leave one of the two"
                    raise KnownError(f"{_where(path, index)}: {problem}")
                known._entries[name] = entry
        if missing and not known._files:
            raise KnownError("--update-known needs --known FILE, the file to update; it is made where there is none")
        return known

    def settle(self, result: Result) -> Result:
        """The result as it stands with what was expected of this case."""
        entry = self._entries.get((result.impl, result.id))
        if entry is None:
            return result
        self._seen.add((result.impl, result.id))
        if result.verdict == entry["verdict"] and _as_listed(result, entry):
            return replace(result, known=entry["reason"])
        expected = f"{entry['verdict']} ({' or '.join(_faults(entry))})"
        got = f"{result.verdict}{f' ({result.fault})' if result.fault else ''}"
        passes = result.verdict in (Verdict.PASS, Verdict.UNSUPPORTED)
        if passes and entry.get("sometimes") is True:  # memory that is overrun is not always missed
            return result
        message = f"listed as known to end with {expected}, got {got}; take it from the list, or mend the list"
        return replace(
            result,
            verdict=Verdict.FAIL,
            level=Level.MUST,
            fault=Fault.UNEXPECTED_PASS if passes else Fault.OTHER_FAILURE,
            message=f"{message}. {result.message}" if result.message else message,
        )

    def stale(self, impls: Iterable[str], formats: Iterable[str]) -> list[tuple[str, str]]:
        """The entries about *impls* and *formats*, all of whose cases were run, that no case came to."""
        judged, whole = set(impls), set(formats)
        firm = (name for name, entry in self._entries.items() if not entry.get("sometimes"))
        unseen = [name for name in firm if name not in self._seen and not name[1].endswith(_CHOSEN)]
        return sorted((impl, name) for impl, name in unseen if impl in judged and name.partition("/")[0] in whole)

    def forget(self, names: Iterable[tuple[str, str]]) -> None:
        """Take entries out."""
        for name in names:
            del self._entries[name]
            self._changes["taken out"] += 1

    def learn(self, result: Result) -> Result:
        """Take the outcome as the one to expect from now on; the result as it then stands."""
        name = (result.impl, result.id)
        entry = self._entries.get(name)
        if result.verdict in (Verdict.PASS, Verdict.UNSUPPORTED):
            if entry is not None:
                del self._entries[name]
                self._changes["taken out"] += 1
        elif result.fault is Fault.NOT_RUN:  # nobody knows how it would end
            return self.settle(result)
        elif entry is None or entry["verdict"] != result.verdict or result.fault not in _faults(entry):
            self._entries[name] = self._entry(result, entry)
            self._changes["changed" if entry else "added"] += 1
        return self.settle(result)

    def _entry(self, result: Result, before: Mapping[str, Any] | None) -> Mapping[str, Any]:
        if not any(impl in ("", result.impl) for impl in self._files.values()):
            files = ", ".join(map(str, self._files))
            raise KnownError(f"{files}: no file is about {result.impl}; give it one of its own with --known")
        reason = before["reason"] if before else f"{TO_EXPLAIN}: {result.message}"[:300]
        link = {"link": before["link"]} if before and "link" in before else {}
        return {"id": result.id, "verdict": str(result.verdict), "fault": str(result.fault), "reason": reason, **link}

    def write(self) -> str:
        """Write the files anew where something was learnt, sorted by id; a line about it."""
        impls = sorted({impl for impl, _ in self._entries})
        for path, about in self._files.items():
            impl = about or next((one for one in impls if one not in self._files.values()), "")
            if impl and (self._changes or about):
                entries = [entry for (name, _), entry in sorted(self._entries.items()) if name == impl]
                lines = ",\n".join(f"  {json.dumps(entry, ensure_ascii=False)}" for entry in entries)
                body = f"[\n{lines}\n ]" if entries else "[]"
                head = json.dumps(impl, ensure_ascii=False)
                path.write_text(f'{{\n "implementation": {head},\n "known": {body}\n}}\n', encoding="utf-8")
        what = ", ".join(f"{count} {word}" for word, count in self._changes.items()) or "nothing changed"
        return f"known failures: {what} ({', '.join(map(str, self._files))})"


def _as_listed(result: Result, entry: Mapping[str, Any]) -> bool:
    """Whether the fault is the expected one; what is known to hang need not be asked to be as expected."""
    faults = _faults(entry)
    return result.fault in faults or (result.fault is Fault.NOT_RUN and Fault.HANG in faults)


def _faults(entry: Mapping[str, Any]) -> list[str]:
    """The fault expected, or those of which any may come: a crash and a hang can be one bug on different days."""
    fault = entry.get("fault")
    return [fault] if isinstance(fault, str) else list(fault) if isinstance(fault, list) else []


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=single_keys)
    except OSError as error:
        raise KnownError(f"{path}: the file cannot be read ({error.strerror})") from error
    except json.JSONDecodeError as error:
        raise KnownError(f"{path}:{error.lineno}:{error.colno}: {error.msg}; mend the JSON there") from error
    except (ValueError, RecursionError) as error:
        raise KnownError(f"{path}: the file is no JSON in UTF-8: {error}") from error
    fits = isinstance(content, dict) and isinstance(content.get("implementation"), str)
    if not fits or not isinstance(content.get("known"), list):
        raise KnownError(f"{path}: expected an object with 'implementation' (a name) and 'known' (a list)")
    return dict(content)


def _where(path: Path, index: int) -> str:
    """The file, the line and the number of an entry."""
    text, decoder = path.read_text(encoding="utf-8"), json.JSONDecoder()
    at = text.index("[", text.index('"known"')) + 1
    for number in range(index + 1):
        while text[at] in " \t\r\n,":
            at += 1
        if number < index:
            at = decoder.raw_decode(text, at)[1]
    return f"{path}:{text.count(chr(10), 0, at) + 1}: known[{index}]"


def _problem(entry: Any) -> str:
    """What is wrong with an entry, or an empty text."""
    if not isinstance(entry, dict) or set(entry) - _ENTRY or not isinstance(entry.get("id"), str):
        return f"expected an object of {', '.join(sorted(_ENTRY))}, got {entry!r}"
    if entry.get("verdict") not in (Verdict.FAIL, Verdict.ERROR):
        return f"({entry['id']}): expected the verdict fail or error, got {entry.get('verdict')!r}"
    faults = [str(fault) for fault in Fault if fault is not Fault.NOT_RUN]  # which is no outcome to rely on
    if not _faults(entry) or not all(fault in faults for fault in _faults(entry)):
        return f"({entry['id']}): expected a fault of {', '.join(faults)}, got {entry.get('fault')!r}"
    if not isinstance(entry.get("reason"), str) or not entry["reason"].strip():
        return f"({entry['id']}): expected a reason, so that the list can be judged later"
    return ""
