"""Stateful formats: a list of steps in a fresh folder, each with the answer that it must give."""

from __future__ import annotations

from .checks import PASS, Finding, judge_value, no_judgement
from .harness import Subject
from .protocol import Refused, Results, Unsupported, Value
from .vectors import Step, Vector
from .verdict import Fault, Verdict

__all__ = ["scenario"]


def scenario(subject: Subject, vector: Vector) -> Finding:
    """Run the steps and judge each; the first wrong one is the finding, and a failed step does not end the run."""
    answer = subject.call(vector)
    if nothing := no_judgement(answer):
        return nothing
    if isinstance(answer, Refused):
        return Finding(Verdict.FAIL, Fault.WRONG_STEP, f"expected results, got a refusal: {answer.message}")
    if not isinstance(answer, Results):
        return Finding(Verdict.ERROR, Fault.PROTOCOL, f"expected results, got {type(answer).__name__.lower()}")
    skipped = ""
    for index, (step, got) in enumerate(zip(vector.steps, answer.results, strict=True)):
        finding = _judge(vector, step, got)
        where = f"step {index} ({step.op})"
        if finding.verdict is Verdict.FAIL:
            message = f"{where}: {finding.message}"
            return Finding(Verdict.FAIL, Fault.WRONG_STEP, message, finding.expected, finding.got)
        if finding.verdict is Verdict.UNSUPPORTED:
            skipped = skipped or f"{where}: {finding.message}"
    return Finding(Verdict.UNSUPPORTED, message=skipped) if skipped else PASS


def _judge(vector: Vector, step: Step, got: Value | Refused | Unsupported) -> Finding:
    if isinstance(got, Unsupported):
        return no_judgement(got) or PASS
    if step.expect is None:
        return PASS
    if "value" in step.expect:
        return judge_value(vector, step.expect["value"], got, Fault.WRONG_STEP, Fault.WRONG_STEP)
    if isinstance(got, Value):
        return Finding(Verdict.FAIL, Fault.WRONG_STEP, "expected a refusal, got a value")
    error = step.expect["error"]
    allowed = error.get("category", [])
    allowed = [allowed] if isinstance(allowed, str) else allowed
    if allowed and got.category not in allowed:
        message = f"expected the category {' or '.join(map(repr, allowed))}, got {got.category!r}: {got.message}"
        return Finding(Verdict.FAIL, Fault.WRONG_STEP, message)
    for name, value in (("path", got.path), ("at", got.at)):
        if name in error and error[name] != value:
            return Finding(Verdict.FAIL, Fault.WRONG_STEP, f"expected {name} {error[name]!r}, got {value!r}")
    return PASS
