"""Records of invented runs, for the tests of reports."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sciwire.conformance.report.record import Record

#: Opens the HTML report in a browser: the part of the address behind the file, ``width=``, options of playwright.
Open = Callable[..., Any]

#: Text that breaks a page which takes it for markup, a table, a terminal or a direction of writing.
HOSTILE = "</script><script>window.broken=1</script><img src=x onerror='window.broken=1'> \u202eright-to-left\x00\x1b[31m|`*_&lt;"


def case(name: str = "toy/plain/two", check: str = "decode/valid", **changes: Any) -> dict[str, Any]:
    """A line of a report about one case, passed unless *changes* say otherwise."""
    line: dict[str, Any] = {
        "id": f"{name}@{check}",
        "impl": "mine",
        "format": name.split("/")[0],
        "version": "1",
        "check": check,
        "level": "MUST",
        "rules": [],
        "verdict": "pass",
        "seconds": 0.001,
    }
    return line | changes


def failed(name: str = "toy/plain/bad", **changes: Any) -> dict[str, Any]:
    """A case that failed, with all that a failure has."""
    about = {"fault": "wrong-value", "message": "items[0]: expected 1, got 2", "expected": "[1]", "got": "[2]"}
    return case(name, **{"verdict": "fail", **about, "replay": f"sciwire conform toy --only {name}", **changes})


def about(**changes: Any) -> dict[str, Any]:
    return {
        "sciwire-conformance": 1, "suite": "1.0", "python": "3.11", "seed": 0, "examples": 1,
        "implementations": ["cmd:./mine"], "formats": {}, **changes,
    }  # fmt: skip


def record(*cases: Mapping[str, Any], ended: bool = True, expected: int | None = None, **changes: Any) -> Record:
    return Record(about(**changes), list(cases), len(cases) if expected is None else expected, ended)


def write_lines(path: Path, cases: Sequence[Mapping[str, Any]], *, ended: bool = True, **changes: Any) -> Path:
    """A file as ``--jsonl`` writes it."""
    lines: list[Mapping[str, Any]] = [{**about(**changes), "cases": len(cases)}, *cases]
    if ended:
        lines.append({"complete": True, "counts": {}, "breaking": 0})
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path
