"""JSON lines: a line about the run, a line for every case as it ends, a last line with the counts.

A report without its last line is of a run that did not end. `schemas/report.schema.json` describes the lines.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from ..runner import Totals
from ..verdict import Result

__all__ = ["JsonLines", "case_line"]


class JsonLines:
    """Writes the report to *path* while the run goes on; every line is complete on disk when it is written."""

    def __init__(self, path: Path) -> None:
        self._file: IO[str] = path.open("w", encoding="utf-8", newline="\n")

    def begin(self, about: Mapping[str, Any], count: int | None) -> None:
        self._line({"sciwire-conformance": 1, **about, **({} if count is None else {"cases": count})})

    def case(self, result: Result) -> None:
        self._line(case_line(result))

    def end(self, totals: Totals) -> None:
        counts = {name: totals.verdicts[name] for name in ("pass", "fail", "unsupported", "error")}
        self._line({"complete": True, "counts": counts, "breaking": totals.breaking, "failed": totals.failed})
        self.close()

    def close(self) -> None:
        self._file.close()

    def _line(self, content: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(content, ensure_ascii=True, separators=(",", ":")) + "\n")
        self._file.flush()


def case_line(result: Result) -> dict[str, Any]:
    """A result as an object for JSON; what is empty is left out."""
    line: dict[str, Any] = {
        "id": result.id,
        "impl": result.impl,
        "format": result.format,
        "version": result.version,
        "check": result.check,
        "level": result.level,
        "rules": list(result.rules),
        "verdict": result.verdict,
    }
    optional = {
        "fault": result.fault,
        "message": result.message,
        "expected": result.expected,
        "got": result.got,
        "stderr": result.stderr,
        "aspects": {name: str(verdict) for name, verdict in result.aspects.items()},
        "examples": result.examples,
        "known": result.known,
        "doc": result.doc,
    }
    line |= {key: value for key, value in optional.items() if value}
    line["seconds"] = result.seconds
    if result.replay:
        line["replay"] = result.replay
    return line
