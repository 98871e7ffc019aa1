"""Every failure in a small named file of its own, with its bytes, so that it can be looked at, sent on and kept."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .cases import Case
from .report.jsonl import case_line
from .verdict import Result, Verdict

__all__ = ["Keeper"]

_MOST = 1 << 20  # bytes of a vector that are written out; a bigger one is named by its digest


class Keeper:
    """Writes a file for each bad result below *folder*; *seed* is that of the run, *find* gives the case of an id."""

    def __init__(self, folder: Path, seed: int, find: Callable[[str], Case | None]) -> None:
        self._folder = folder
        self._seed = seed
        self._find = find
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ValueError(f"the folder {folder} for failures cannot be made: {error.strerror}") from error

    def case(self, result: Result) -> None:
        """Keep *result* if it is a failure that nobody expected."""
        if result.verdict not in (Verdict.FAIL, Verdict.ERROR) or result.known:
            return
        case = self._find(result.id)
        content = {"seed": self._seed, **case_line(result), **(_bytes(case) if case else {})}
        name = re.sub(r"[^A-Za-z0-9._+-]+", "-", f"{result.impl}--{result.id}")
        path = self._folder / f"{name[:200]}.json"
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _bytes(case: Case) -> dict[str, Any]:
    """The bytes of the case's vector, or its steps; generated values stand in the message."""
    vector = case.vector
    if vector is None:
        return {}
    if vector.steps:
        return {"steps": [step.request for step in vector.steps]}
    if isinstance(vector.data, bytes):
        return (
            {"hex": vector.data.hex()}
            if len(vector.data) <= _MOST
            else {"sha256": hashlib.sha256(vector.data).hexdigest()}
        )
    return {"parts": [part.hex() for part in vector.data]}
