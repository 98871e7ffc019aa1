"""Rules that no bytes can show: each with the reason, and the test of ours that shows it (`elsewhere.json`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Elsewhere"]

_FILE = Path(__file__).parent / "elsewhere.json"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A rule about a program rather than its bytes."""

    rule: str
    why: str
    test: str

    @classmethod
    def load(cls, path: Path = _FILE) -> dict[str, Elsewhere]:
        """By rule; ValueError where the file is not what it should be."""
        try:
            rows = json.loads(path.read_text(encoding="utf-8"))["rules"]
            return {rule: cls(rule, row["why"], row["test"]) for rule, row in rows.items()}
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path}: expected rules with why and test: {error!r}") from error
