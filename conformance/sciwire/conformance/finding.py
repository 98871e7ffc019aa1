"""What a check found, and the findings that any answer may lead to."""

from __future__ import annotations

from dataclasses import dataclass, field

from .protocol import Answer, Broken, Unsupported
from .verdict import Fault, Level, Verdict

__all__ = ["PASS", "Finding", "no_judgement"]


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of a check; a `fault` for every fail and error, a `level` where it is not that of the vector."""

    verdict: Verdict
    fault: Fault | None = None
    message: str = ""
    expected: str = ""
    got: str = ""
    stderr: str = ""
    aspects: dict[str, Verdict] = field(default_factory=dict)
    examples: int = 0
    level: Level | None = None


PASS = Finding(Verdict.PASS)


def no_judgement(answer: Answer) -> Finding | None:
    """The finding where an answer leaves nothing to judge: unsupported, or broken; else None.

    A value of the right form that is none (an array with too few bytes) is a wrong answer; whatever else is broken is none.
    """
    if isinstance(answer, Unsupported):
        issue = f" ({answer.issue})" if answer.issue else ""
        return Finding(Verdict.UNSUPPORTED, message=answer.reason + issue)
    if isinstance(answer, Broken):
        verdict = Verdict.FAIL if answer.fault is Fault.NOT_CANONICAL else Verdict.ERROR
        return Finding(verdict, answer.fault, answer.message, stderr=answer.stderr)
    return None
