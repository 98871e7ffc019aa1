"""The check ``again``: the answer to a request does not depend on what was asked before it.

A message is asked for, then something else happens (it is asked for once more, something is refused, written, read with
options, cut in the middle of feeding), and it is asked for again: the answer must be that of before. Whether that was the
right one, other checks say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from .checks import DTYPE_IS_DATA, has_hash
from .finding import PASS, Finding
from .harness import Subject
from .protocol import Answer, Broken, Encoded, Refused, Unsupported, Value
from .refusal import refusal_text
from .vectors import Vector
from .verdict import Fault, Level, Verdict

if TYPE_CHECKING:
    from .cases import Case

__all__ = ["again", "again_cases"]

_CASES = 24  # of a format, evenly over its groups
_CASES_ON_FILES = 6  # where a message is a file
_LARGEST = 1 << 16  # bytes of a message

#: What may happen between two requests: its name, and what is asked.
Disturbance = tuple[str, Callable[[Subject], Answer]]


def again_cases(vectors: Sequence[Vector], on_files: bool) -> Iterator[Case]:
    """A case for some of the vectors that hold a message, and for those that are read with options."""
    from .cases import Case

    messages = [
        one for one in vectors if one.kind in ("valid", "invalid") and one.data and not one.needs and _small(one)
    ]
    valid, invalid = ([one for one in messages if one.kind == kind] for kind in ("valid", "invalid"))
    if not valid or not invalid:
        return
    most = _CASES_ON_FILES if on_files else _CASES
    odd = _by_options(messages)
    chosen = {one.id: one for one in (*_spread(valid, most), *_spread(invalid, most // 2), *odd)}
    for number, vector in enumerate(chosen.values()):
        others = [valid[number % len(valid)], invalid[number % len(invalid)], *odd[number % max(1, len(odd)) :][:1]]
        others += [one for one in _writing_options(valid) if one.encode_options != vector.encode_options]
        about = (vector.format, vector.version, "again", Level.MUST, (), f"asked for again: {vector.doc}")
        yield Case(
            f"{vector.id}@again", *about, _run(vector, [one for one in others if one is not vector]), None, vector
        )


def again(subject: Subject, vector: Vector, others: Sequence[Vector]) -> Finding:
    """Ask for *vector* again after every disturbance that *others* make; the finding is that of the first difference."""
    if given_up := subject.given_up(vector.format, "again"):
        return given_up
    asked = [(name, ask, ask(subject)) for name, ask in _requests(vector)]
    if isinstance(first := asked[0][2], (Unsupported, Broken)):  # what is broken decode/valid reports
        subject.count_hang(vector.format, "again", first)
        return Finding(Verdict.UNSUPPORTED, message=first.reason if isinstance(first, Unsupported) else first.message)
    before = [one for one in asked if not isinstance(one[2], (Unsupported, Broken))]
    for name, ask, first in before:
        if worse := _compared(vector, first, ask(subject), f"{name} twice in a row"):
            return worse
    disturbances = [(*one, False) for one in _of_others(others)] + [(*one, True) for one in _of_itself(vector)]
    for happened, disturb, alone in disturbances:
        if isinstance(stop := disturb(subject), Broken):
            subject.count_hang(vector.format, "again", stop)
            text = f"{happened} had no answer: {stop.message}"
            if alone:
                return Finding(Verdict.ERROR, stop.fault, text, stderr=stop.stderr)
            return Finding(Verdict.UNSUPPORTED, message=text)  # other checks ask for the same, and report it
        for name, ask, first in before:
            if worse := _compared(vector, first, ask(subject), f"{name} before and after {happened}"):
                return worse
    return PASS


def _run(vector: Vector, others: Sequence[Vector]) -> Callable[[Subject, Subject], Finding]:
    return lambda subject, _: again(subject, vector, others)


def _requests(vector: Vector) -> list[Disturbance]:
    """What is asked for: the message read, read without its options, written."""
    found: list[Disturbance] = [("read", partial(_read, vector))]
    if vector.options:
        found.append(("read without options", lambda subject: subject.decode(vector, options={})))
    if vector.kind == "valid" and not vector.encode and not has_hash(vector.value):
        found.append(("written", partial(_write, vector)))
    return found


def _of_others(others: Sequence[Vector]) -> Iterator[Disturbance]:
    for other in others:
        yield f"{other.id} was read", partial(_read, other)
        if other.kind == "valid" and not other.encode and not has_hash(other.value):
            yield f"{other.id} was written", partial(_write, other)


def _of_itself(vector: Vector) -> Iterator[Disturbance]:
    """What no other check asks."""
    if isinstance(vector.data, bytes) and len(vector.data) > 2:
        half, changed = len(vector.data) // 2, bytearray(vector.data)
        changed[-1] ^= 1
        yield "half of it was read", lambda subject: subject.decode(vector, vector.data[:half])
        yield "it was read with another last byte", lambda subject: subject.decode(vector, bytes(changed))
        yield "half of it was fed", lambda subject: subject.decode(vector, vector.data[:half], splits=[1])


def _read(vector: Vector, subject: Subject) -> Answer:
    return subject.decode(vector, vector.data)


def _write(vector: Vector, subject: Subject) -> Answer:
    return subject.encode(vector, vector.value)


def _compared(vector: Vector, first: Answer, second: Answer, when: str) -> Finding | None:
    """What there is to say of a *second* answer; a crash is one, and no other answer."""
    if isinstance(second, Broken):
        return Finding(Verdict.ERROR, second.fault, f"{when}: {second.message}", stderr=second.stderr)
    changed = _difference(vector, first, second)
    return Finding(Verdict.FAIL, Fault.UNSTABLE, f"{when}: {changed}") if changed else None


def _difference(vector: Vector, first: Answer, second: Answer) -> str:
    """What is different in two answers to one request, or an empty text."""
    from sciwire.runtime import plain

    if isinstance(first, Value) and isinstance(second, Value):
        byte_order = vector.format in DTYPE_IS_DATA
        return plain.difference(first.value, second.value, any_nan=True, byte_order=byte_order) or ""
    if isinstance(first, Refused) and isinstance(second, Refused):
        place = [(one.category, one.path, one.at, one.rule) for one in (first, second)]
        return "" if place[0] == place[1] else f"expected {refusal_text(first)}, got {refusal_text(second)}"
    if isinstance(first, Encoded) and isinstance(second, Encoded):
        return "" if _length(first) == _length(second) else f"expected {_length(first)} bytes, got {_length(second)}"
    if type(first) is type(second):
        return ""
    return f"expected {_kind(first)}, got {_kind(second)}"


def _length(answer: Encoded) -> int:
    """Of what is written only the length is compared: a file may well have its time in it."""
    return len(answer.data) if isinstance(answer.data, bytes) else sum(map(len, answer.data))


def _kind(answer: Answer) -> str:
    if isinstance(answer, Refused):
        return f"a refusal ({refusal_text(answer)})"
    return type(answer).__name__.lower()


def _small(vector: Vector) -> bool:
    return (len(vector.data) if isinstance(vector.data, bytes) else sum(map(len, vector.data))) <= _LARGEST


def _by_options(vectors: Sequence[Vector]) -> list[Vector]:
    """One vector for each set of names of options."""
    found: dict[Any, Vector] = {}
    for vector in vectors:
        if vector.options:
            found.setdefault(tuple(sorted(vector.options)), vector)
    return list(found.values())


def _writing_options(vectors: Sequence[Vector]) -> list[Vector]:
    """The first vector that is written with options, and the first that is written without, but never with both."""
    written = [one for one in vectors if not one.encode and not has_hash(one.value)]
    with_options = next((one for one in written if one.encode_options), None)
    return [] if with_options is None else [with_options, replace(with_options, encode_options={})]


def _spread(vectors: Sequence[Vector], most: int) -> list[Vector]:
    """One vector of every group in turn, until there are enough."""
    groups: dict[str, list[Vector]] = {}
    for vector in vectors:
        groups.setdefault(vector.group, []).append(vector)
    rounds = [group[turn] for turn in range(max(map(len, groups.values()), default=0)) for group in groups.values() if turn < len(group)]  # fmt: skip
    return rounds[:most]
