"""The module of `hdf5_refused`, a specification invented for the tests of what is refused, and a good record of it."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from strange_modules import sciwire

__all__ = ["FIELDS", "digest", "harbour", "record", "row"]

#: what a file of two tides holds
FIELDS: dict[str, Any] = {
    "level": [[0.5, 1], [2, 3]], "clock": [1, 2], "waves": [[1], [2, 3]], "words": ["a", "é"], "flags": ["up", "é"],
    "raw": [b"a", b""], "ships": {"name": ["Ada", "é"]}, "quay": [1, 2], "chart": 1.5,
}  # fmt: skip


@cache
def harbour() -> Any:
    """The generated module."""
    output = Path(mkdtemp(prefix="sciwire-harbour-"))
    done = sciwire("generate", "--specs", str(Path(__file__).with_name("hdf5_refused")), "--output", str(output))
    assert done.returncode == 0, done.stdout + done.stderr
    found = importlib.util.spec_from_file_location("harbour", output / "sciwire" / "formats" / "harbour.py")
    assert found is not None and found.loader is not None
    made = importlib.util.module_from_spec(found)
    sys.modules["harbour_module"] = made
    found.loader.exec_module(made)
    return made


def record(**changes: Any) -> Any:
    """A good record with *changes*."""
    return harbour().File(**{**FIELDS, **changes})


def row(**changes: Any) -> dict[str, Any]:
    """The arguments of `put` for a new file, with *changes*."""
    return {**FIELDS, **changes}


def digest(path: Path) -> str:
    """What must not change when a call is refused."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "absent"
