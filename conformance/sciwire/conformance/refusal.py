"""A refusal is judged: is the category, the path, the offset, the rule the expected one? Each on its own."""

from __future__ import annotations

from typing import Any

from .finding import PASS, Finding
from .harness import Subject
from .protocol import Refused
from .vectors import Vector
from .verdict import Fault, Level, Verdict, worst

__all__ = ["decode_rule", "judge_refusal", "refusal_text"]


def decode_rule(subject: Subject, vector: Vector, reference: Subject) -> Finding:
    """Whether a refusal names a rule that the vector breaks.

    It binds an implementation that promises to name rules as the vector does; of any other it is a SHOULD.
    """
    answer = subject.decoded(vector)
    promised = subject.reports(vector.format, "rule")
    level = None if promised else not_binding(vector.level)
    if not isinstance(answer, Refused):  # what is wrong with that, decode/invalid says
        return Finding(Verdict.UNSUPPORTED, message="there was no refusal that could name a rule", level=level)
    if answer.rule in vector.rules:
        return PASS
    wanted = _choice(list(vector.rules))
    if answer.rule is None:
        message = f"expected the rule {wanted}, got none"
        verdict = Verdict.FAIL if promised else Verdict.UNSUPPORTED
        return Finding(verdict, Fault.NO_RULE if promised else None, message, got=refusal_text(answer), level=level)
    message = f"expected the rule {wanted}, got {answer.rule}"
    return Finding(Verdict.FAIL, Fault.WRONG_RULE, message, got=refusal_text(answer), level=level)


def not_binding(level: Level) -> Level:
    """The level of what nobody promised: never MUST."""
    return Level.SHOULD if level is Level.MUST else level


def judge_refusal(subject: Subject, vector: Vector, answer: Refused) -> Finding:
    """Refused it is; is the category, the path, the offset the expected one? Each where the vector states it."""
    want = vector.error or {}
    aspects, faults = {"refused": Verdict.PASS}, []
    rows = (
        ("category", answer.category, want.get("category") or None, Fault.NO_CATEGORY, Fault.WRONG_CATEGORY),
        ("path", answer.path, [want["path"]] if "path" in want else None, Fault.NO_PATH, Fault.WRONG_PATH),
        ("offset", answer.at, [want["at"]] if "at" in want else None, Fault.NO_OFFSET, Fault.WRONG_OFFSET),
    )
    for aspect, got, allowed, absent, wrong in rows:
        if allowed is None:
            continue
        if got in allowed:
            aspects[aspect] = Verdict.PASS
        elif got is None or (got == "" and not subject.reports(vector.format, aspect)):
            promised = subject.reports(vector.format, aspect)
            aspects[aspect] = Verdict.FAIL if promised else Verdict.UNSUPPORTED
            faults += [(absent, f"expected the {aspect} {_choice(allowed)}, got none")] if promised else []
        else:
            aspects[aspect] = Verdict.FAIL
            faults.append((wrong, f"expected the {aspect} {_choice(allowed)}, got {got!r}"))
    verdict = worst([one for one in aspects.values() if one is not Verdict.UNSUPPORTED])
    if not faults:
        return Finding(verdict, aspects=aspects, got=refusal_text(answer))
    message = "; ".join(text for _, text in faults)
    return Finding(verdict, faults[0][0], message, got=refusal_text(answer), aspects=aspects)


def refusal_text(answer: Refused) -> str:
    """A refusal in one line, for reports."""
    place = "".join(
        f" {name} {value}" for name, value in (("path", answer.path), ("at", answer.at)) if value not in (None, "")
    )
    return f"{answer.category or 'no category'}{place}: {answer.message}"[:1000]


def _choice(allowed: list[Any]) -> str:
    return " or ".join(repr(one) for one in allowed)
