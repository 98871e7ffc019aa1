"""Incremental decoders: the value (or the refusal) must be the same however the bytes are cut into pieces."""

from __future__ import annotations

import random
from collections.abc import Iterator

from .checks import PASS, Finding, judge_value, no_judgement
from .harness import Subject
from .protocol import Refused
from .vectors import Vector
from .verdict import Fault, Verdict

__all__ = ["feeding", "ways_to_split"]

_MOST_PIECES = 2000


def feeding(subject: Subject, vector: Vector, seed: int) -> Finding:
    """Feed the bytes of *vector* whole, byte by byte, in halves and in seeded random pieces."""
    if not isinstance(vector.data, bytes):
        return Finding(Verdict.UNSUPPORTED, message="the format has parts, there is nothing to feed")
    for name, splits in ways_to_split(vector, seed):
        finding = _one_way(subject, vector, splits)
        if finding.verdict is not Verdict.PASS:
            message = f"fed {name}: {finding.message}" if finding.fault else finding.message
            fault = Fault.SPLIT_DEPENDENT if finding.verdict is Verdict.FAIL and splits else finding.fault
            return Finding(finding.verdict, fault, message, finding.expected, finding.got, finding.stderr)
    return PASS


def ways_to_split(vector: Vector, seed: int) -> Iterator[tuple[str, list[int]]]:
    """Names and split points; the same seed gives the same points for a vector on every machine."""
    size = len(vector.data)
    yield "whole", []
    if size < 2:
        return
    step = max(1, size // _MOST_PIECES)
    yield ("byte by byte" if step == 1 else f"{step} bytes at a time"), list(range(step, size, step))
    yield "in halves", [size // 2]
    draw = random.Random(f"{seed} {vector.id}")  # a text seeds the same way in every process
    for number in range(2):
        points = sorted(draw.sample(range(1, size), min(size - 1, 1 + draw.randrange(8))))
        yield f"in random pieces ({number + 1})", points


def _one_way(subject: Subject, vector: Vector, splits: list[int]) -> Finding:
    answer = subject.decode(vector, splits=splits)
    if vector.kind == "valid":
        return judge_value(vector, vector.value, answer, Fault.WRONG_VALUE, Fault.REFUSED_VALID)
    if nothing := no_judgement(answer):
        return nothing
    if not isinstance(answer, Refused):
        return Finding(Verdict.FAIL, Fault.ACCEPTED_INVALID, "expected a refusal, got a value")
    allowed = (vector.error or {}).get("category", [])
    if allowed and answer.category not in allowed:
        message = f"expected the category {' or '.join(map(repr, allowed))}, got {answer.category!r}"
        return Finding(Verdict.FAIL, Fault.WRONG_CATEGORY, message)
    return PASS
