"""Incremental decoders: the value (or the refusal) must be the same however the bytes are cut into pieces."""

from __future__ import annotations

import random
from collections.abc import Iterator

from .checks import PASS, Finding, judge_value, no_judgement
from .harness import Subject
from .protocol import Answer, Refused
from .vectors import Vector
from .verdict import Fault, Verdict

__all__ = ["feeding", "ways_to_split"]

_MOST_PIECES = 400
_LONG = 1 << 18  # bytes from which on equal pieces and halves must do


def feeding(subject: Subject, vector: Vector, seed: int) -> Finding:
    """Feed the bytes of *vector* whole, byte by byte, in halves (also with an empty piece) and in seeded random pieces; parts one by one."""
    whole: Answer | None = None
    for name, splits in ways_to_split(vector, seed):
        answer = subject.decode(vector, splits=splits)
        finding = _judge(vector, answer, whole)
        if finding.verdict is not Verdict.PASS:
            return _named(finding, name, bool(splits))
        whole = whole or answer
    return PASS


def ways_to_split(vector: Vector, seed: int) -> Iterator[tuple[str, list[int]]]:
    """Names and split points, numbers of bytes or of parts; the same seed gives the same points on every machine."""
    size = len(vector.data)
    unit = "byte" if isinstance(vector.data, bytes) else "part"
    yield "whole", []
    if size < 2:
        return
    step = max(1, size // _MOST_PIECES)
    yield (f"{unit} by {unit}" if step == 1 else f"{step} {unit}s at a time"), list(range(step, size, step))
    if size == 2:
        return  # that was all that there is
    yield "in halves", [size // 2]
    if unit == "byte" and size >= _LONG:
        return
    if unit == "byte":
        yield "in halves with nothing between them", [size // 2, size // 2]
    draw = random.Random(f"{seed} {vector.id}")  # a text seeds the same way in every process
    for number in range(2):
        points = sorted(draw.sample(range(1, size), min(size - 1, 1 + draw.randrange(8))))
        yield f"in random pieces ({number + 1})", points


def _judge(vector: Vector, answer: Answer, whole: Answer | None) -> Finding:
    """A valid vector must give its value; an invalid one the refusal that it gave when it was fed whole.

    Whether that refusal is the right one is for decode/invalid to say: bytes behind a message are a fault for a
    decoder of one message, and the beginning of the next one for a decoder of many.
    """
    if vector.kind == "valid":
        return judge_value(vector, vector.value, answer, Fault.WRONG_VALUE, Fault.REFUSED_VALID)
    if nothing := no_judgement(answer):
        return nothing
    if not isinstance(answer, Refused):
        return Finding(Verdict.FAIL, Fault.ACCEPTED_INVALID, "expected a refusal, got a value")
    if not isinstance(whole, Refused):
        return PASS
    for name, attribute in (("category", "category"), ("offset", "at"), ("path", "path"), ("rule", "rule")):
        want, got = getattr(whole, attribute), getattr(answer, attribute)
        if want != got:
            message = f"expected the {name} {want!r} as when fed whole, got {got!r}: {answer.message}"
            return Finding(Verdict.FAIL, Fault.SPLIT_DEPENDENT, message)
    return PASS


def _named(finding: Finding, name: str, split: bool) -> Finding:
    message = f"fed {name}: {finding.message}" if finding.fault else finding.message
    fault = Fault.SPLIT_DEPENDENT if finding.verdict is Verdict.FAIL and split else finding.fault
    return Finding(finding.verdict, fault, message, finding.expected, finding.got, finding.stderr)
