"""Proof of a module: it is imported from a folder, and runs the vectors of its format, or a part of them.

A way there and back is a property of a codec rather than a vector: an eighth of them is tried here, all by `sciwire conform`.

It stands on this being done in a process of its own (`proof_process`), which leaves what it found in files of the folder: one
that a module ended leaves none, whatever its exit code.
"""

from __future__ import annotations

import importlib
import json
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

__all__ = ["Outcome", "Part", "answer_of", "leave_answer", "leave_outcome", "outcome_of", "prove"]

_SHOWN = 20  # vectors that fail, of each format

#: Which vectors of a format: those of which the number, divided by the second, leaves the first.
Part = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a part of the vectors came to: why nothing could be proved, and the lines of those that failed, by number.

    `vectors` is how many the format has.
    """

    broken: str = ""
    failed: Sequence[tuple[int, str]] = ()
    vectors: int = 0


def prove(folder: Path, specs: Path, name: str, part: Part) -> Outcome:
    """Import the module *name* from *folder* and run *part* of its vectors."""
    importlib.invalidate_caches()  # it was written a moment ago
    try:
        module = importlib.import_module(f"sciwire.formats.{name}")
    except BaseException:  # SystemExit too: a module has no business to end the process
        return Outcome(f"{name} does not import:\n{traceback.format_exc()}")
    if Path(str(module.__file__)).parent.resolve() != (folder / "sciwire" / "formats").resolve():
        return Outcome(f"{name} was imported from {module.__file__}, not from {folder}")
    if find_spec("sciwire.conformance") is None:
        return Outcome()  # the suite is not installed; the import alone has to do
    try:
        conformance = importlib.import_module("sciwire.conformance.prove")
        failed = list(conformance.numbered_failures(name, module, specs, part, sparing=True))
        return Outcome(failed=failed, vectors=conformance.vector_count(name, specs))
    except BaseException:
        return Outcome(f"{name} can't be proved:\n{traceback.format_exc()}")


def leave_outcome(folder: Path, name: str, part: Part, found: Outcome) -> None:
    """Write what a part came to, for `outcome_of`."""
    _write(
        folder, f"{name}.{part[0]}", {"broken": found.broken, "failed": list(found.failed), "vectors": found.vectors}
    )


def outcome_of(folder: Path, name: str, part: Part) -> Outcome | None:
    """What a part came to; None where nobody has said it."""
    path = folder / f"{name}.{part[0]}.proof"
    if not path.is_file():
        return None
    found = json.loads(path.read_text(encoding="utf-8"))
    return Outcome(found["broken"], [(number, line) for number, line in found["failed"]], found["vectors"])


def leave_answer(folder: Path, name: str, outcomes: Sequence[Outcome]) -> None:
    """Write the answer on a module, of which all parts came to *outcomes*, for `answer_of`."""
    refusal = next((one.broken for one in outcomes if one.broken), "")
    lines = [line for _, line in sorted({failure for one in outcomes for failure in one.failed})]
    more = [f"... and {len(lines) - _SHOWN} more vectors of {name} that fail"] if len(lines) > _SHOWN else []
    refusal = refusal or "\n".join([*lines[:_SHOWN], *more])
    _write(folder, name, {"refusal": refusal, "vectors": 0 if refusal else outcomes[0].vectors})


def answer_of(folder: Path, name: str) -> tuple[str, int]:
    """Why the module *name* must not replace another, empty if it may; and how many vectors prove it."""
    path = folder / f"{name}.proof"
    if path.is_file():
        answer = json.loads(path.read_text(encoding="utf-8"))
        return str(answer["refusal"]), int(answer["vectors"])
    return f"{name} ended the process that was to prove it", 0


def _write(folder: Path, name: str, content: object) -> None:
    """Write all of it or nothing."""
    part = folder / f"{name}.part"
    part.write_text(json.dumps(content), encoding="utf-8")
    part.rename(folder / f"{name}.proof")
