"""Stateful formats: a list of steps in a fresh folder, each with the answer that it must give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from .checks import DTYPE_IS_DATA, PASS, Finding, judge_value, no_judgement
from .harness import Subject
from .protocol import Refused, Results, Unsupported, Value
from .vectors import Step, Vector
from .verdict import Fault, Verdict

__all__ = ["judge_step", "scenario"]

#: Steps on files that later steps stand on.
_CHANGES = frozenset({"put", "mkdir", "open_writer", "append", "close_writer", "open_reader", "repair", "kill"})


def scenario(subject: Subject, vector: Vector) -> Finding:
    """Run the steps and judge each; the first wrong one is the finding, and a failed step does not end the run.

    What follows a step that changes something and is not supported proves nothing, for it stands on it.
    """
    answer = subject.call(vector)
    if nothing := no_judgement(answer):
        return nothing
    if isinstance(answer, Refused):
        return Finding(Verdict.FAIL, Fault.WRONG_STEP, f"expected results, got a refusal: {answer.message}")
    if not isinstance(answer, Results):
        return Finding(Verdict.ERROR, Fault.PROTOCOL, f"expected results, got {type(answer).__name__.lower()}")
    skipped = ""
    for index, (step, got) in enumerate(zip(vector.steps, answer.results, strict=True)):
        finding = judge_step(vector, step, got, answer.results, subject.reports(vector.format, "category"))
        where = f"step {index} ({step.op})"
        if finding.verdict is Verdict.FAIL:
            message = f"{where}: {finding.message}"
            return Finding(Verdict.FAIL, Fault.WRONG_STEP, message, finding.expected, finding.got)
        if finding.verdict is Verdict.UNSUPPORTED:
            skipped = skipped or f"{where}: {finding.message}"
            if step.op in _CHANGES:
                break
    return Finding(Verdict.UNSUPPORTED, message=skipped) if skipped else PASS


_Step = Value | Refused | Unsupported


def judge_step(vector: Vector, step: Step, got: _Step, results: Sequence[_Step], categories: bool) -> Finding:
    """Is *got* the answer that *step* must have? *results* are those of all steps, for `same`."""
    if isinstance(got, Unsupported):
        return no_judgement(got) or PASS
    ((form, body),) = step.expect.items()
    if form == "any":
        return PASS
    if form == "either":
        found = [judge_step(vector, replace(step, expect=one), got, results, categories) for one in body]
        return next((one for one in found if one.verdict is Verdict.PASS), found[0])
    if form == "error":
        return _judge_refusal(body, got, categories)
    if form == "same":
        earlier = results[body]
        if isinstance(earlier, Unsupported):
            return no_judgement(earlier) or PASS
        if not isinstance(earlier, Value):
            return PASS if got == earlier else _wrong(f"expected the answer to step {body}, got another")
        finding = judge_value(vector, earlier.value, got, Fault.WRONG_STEP, Fault.WRONG_STEP)
        return finding if finding.verdict is Verdict.PASS else _wrong(f"not as in step {body}: {finding.message}")
    if form == "like":
        return _judge_like(vector, body, got)
    if form == "includes" and isinstance(got, Value):
        return judge_value(vector, body, Value(_only(body, got.value)), Fault.WRONG_STEP, Fault.WRONG_STEP)
    return judge_value(vector, body, got, Fault.WRONG_STEP, Fault.WRONG_STEP)


def _judge_refusal(error: Mapping[str, Any], got: Value | Refused, categories: bool) -> Finding:
    """*categories*: whether the implementation promised them; one that is named is judged in any case."""
    if isinstance(got, Value):
        return _wrong("expected a refusal, got a value")
    allowed = error.get("category", [])
    allowed = [allowed] if isinstance(allowed, str) else allowed
    if allowed and got.category not in allowed and (categories or got.category is not None):
        return _wrong(f"expected the category {' or '.join(map(repr, allowed))}, got {got.category!r}: {got.message}")
    lacking = [name for name in error.get("catches", ()) if got.catches and name not in got.catches]
    if lacking:
        return _wrong(f"expected an error that {lacking[0]} catches, got one of {', '.join(got.catches)}")
    for name, value in (("path", got.path), ("at", got.at)):
        if name in error and error[name] != value and (categories or value is not None):
            return _wrong(f"expected {name} {error[name]!r}, got {value!r}")
    return PASS


def _judge_like(vector: Vector, body: Any, got: Value | Refused) -> Finding:
    from sciwire.runtime import CodecError, plain

    from .likeness import unlike

    if isinstance(got, Refused):
        return _wrong(f"expected a value, got a refusal: {got.message}")
    byte_order = vector.format in DTYPE_IS_DATA
    try:
        plain.check(got.value)
        found = unlike(body, got.value, lambda left, right: plain.difference(left, right, byte_order=byte_order))
    except CodecError as error:
        return _wrong(f"the value is not canonical: {error}")
    except ImportError as error:
        return Finding(Verdict.UNSUPPORTED, message=f"nobody here can look into it: {error}")
    return _wrong(found) if found else PASS


def _only(wanted: Any, value: Any) -> Any:
    """The part of *value* that *wanted* speaks of."""
    if not isinstance(wanted, dict) or not isinstance(value, dict):
        return value
    return {key: _only(wanted[key], item) for key, item in value.items() if key in wanted}


def _wrong(message: str) -> Finding:
    return Finding(Verdict.FAIL, Fault.WRONG_STEP, message)
