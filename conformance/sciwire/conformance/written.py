"""What a writer must do with a value: write exactly these bytes, or refuse it. And what a reader must say it forgave.

Vectors of kind ``encode`` have a value and either bytes or an error, and are never decoded: their bytes may hold less
than the value (an option leaves a part out), and a value that must be refused has none.
"""

from __future__ import annotations

from .finding import PASS, Finding, no_judgement
from .harness import Subject
from .protocol import Encoded, Refused, Value
from .refusal import judge_refusal, not_binding, refusal_text
from .vectors import Vector
from .verdict import Fault, Verdict

__all__ = ["compare_bytes", "decode_kept", "encode_bytes", "encode_invalid", "recognise"]


def encode_bytes(subject: Subject, vector: Vector, reference: Subject) -> Finding:
    """Whether the value, written with the options of the vector, gives its bytes."""
    answer = subject.encode(vector, vector.value)
    if nothing := no_judgement(answer):
        return nothing
    if isinstance(answer, Refused):
        text = refusal_text(answer)
        return Finding(Verdict.FAIL, Fault.REFUSED_TO_ENCODE, f"expected bytes, got a refusal: {text}", got=text)
    if not isinstance(answer, Encoded):
        return Finding(Verdict.ERROR, Fault.PROTOCOL, f"expected bytes, got {type(answer).__name__.lower()}")
    return compare_bytes(vector, answer)


def encode_invalid(subject: Subject, vector: Vector, reference: Subject) -> Finding:
    """Whether a value that the format does not have is refused, with the right category and path."""
    answer = subject.encode(vector, vector.value)
    if nothing := no_judgement(answer):
        return nothing
    if isinstance(answer, Refused):
        return judge_refusal(subject, vector, answer)
    fails = {"refused": Verdict.FAIL}
    return Finding(Verdict.FAIL, Fault.WROTE_INVALID, "expected a refusal to encode, got bytes", aspects=fails)


def decode_kept(subject: Subject, vector: Vector, reference: Subject) -> Finding:
    """Whether a decoder says which fields it kept though they are of another type than specified: these and no others.

    It binds an implementation that promises to say so; of any other it is a SHOULD.
    """
    answer = subject.decoded(vector)
    promised = subject.reports(vector.format, "kept")
    level = None if promised else not_binding(vector.level)
    if not isinstance(answer, Value):  # what is wrong with that, decode/valid says
        return Finding(Verdict.UNSUPPORTED, message="there was no value with fields that were kept", level=level)
    wanted = sorted(vector.kept or ())
    if answer.kept is None:
        verdict = Verdict.FAIL if promised else Verdict.UNSUPPORTED
        message = "expected the fields that were kept as they came, got none"
        return Finding(verdict, Fault.WRONG_KEPT if promised else None, message, level=level)
    got = sorted(answer.kept)
    if got == wanted:
        return PASS
    message = f"expected {', '.join(wanted) or 'nothing'} to be kept as it came, got {', '.join(got) or 'nothing'}"
    return Finding(Verdict.FAIL, Fault.WRONG_KEPT, message, str(wanted), str(got), level=level)


def recognise(subject: Subject, vector: Vector, reference: Subject) -> Finding:
    """Whether a reader tells a message of this format from others, by its first bytes; only those who can are judged."""
    answer = subject.recognise(vector)
    if nothing := no_judgement(answer):
        return nothing
    if not isinstance(answer, Value) or not isinstance(answer.value, bool):
        return Finding(
            Verdict.FAIL, Fault.NOT_RECOGNISED, f"expected true or false, got {type(answer).__name__.lower()}"
        )
    if answer.value is vector.recognised:
        return PASS
    if vector.recognised:
        return Finding(Verdict.FAIL, Fault.NOT_RECOGNISED, "expected to be taken for a message of this format, was not")
    return Finding(Verdict.FAIL, Fault.TAKEN_FOR_ITS_OWN, "was taken for a message of this format, which nothing says")


def compare_bytes(vector: Vector, encoded: Encoded) -> Finding:
    """Whether *encoded* are the bytes of *vector*, part for part."""
    expected = [vector.data] if isinstance(vector.data, bytes) else list(vector.data)
    got = [encoded.data] if isinstance(encoded.data, bytes) else list(encoded.data)
    if expected == got:
        return PASS
    message, left, right = _first_difference(expected, got)
    return Finding(Verdict.FAIL, Fault.BYTES_DIFFER, message, expected=left, got=right)


def _first_difference(expected: list[bytes], got: list[bytes]) -> tuple[str, str, str]:
    if len(expected) != len(got):
        return f"expected {len(expected)} parts, got {len(got)}", "", ""
    part = next(index for index, (left, right) in enumerate(zip(expected, got, strict=True)) if left != right)
    left, right = expected[part], got[part]
    at = next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    where = f"byte {at} of part {part}" if len(expected) > 1 else f"byte {at}"
    message = f"the bytes differ first at {where} (expected {len(left)} bytes, got {len(right)})"
    start = max(0, at - 8)
    return message, f"{start}: {left[start : at + 16].hex(' ')}", f"{start}: {right[start : at + 16].hex(' ')}"
