"""What is checked with a vector; every check is a function from an implementation and a vector to a `Finding`.

================  ==========================================================================
decode/valid      bytes -> the expected value
decode/invalid    refused; with the right category, path and offset, each judged on its own
decode/rule       refused by a rule that the bytes break
decode/either     the expected value, or a refusal of the expected category, and nothing else
decode/keep       invalid bytes with ``on_error="keep"`` -> what was good
decode/kept       the fields that are of another type than specified, and were kept as they came
recognise         whether the bytes look like a message of the format, before they are decoded
encode/bytes      value -> exactly these bytes
encode/invalid    a value that the format does not have: refused, with the right category and path
encode/reference  value -> their bytes -> our decoder -> the same value
encode/form       value -> their bytes, in the form that rules and options ask of a writer
roundtrip/value   value -> their bytes -> their decoder -> the same value
roundtrip/bytes   bytes -> their decoder -> their encoder -> the same bytes (canonical vectors)
================  ==========================================================================
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from .answers import identical
from .finding import PASS, Finding, no_judgement
from .harness import Subject
from .protocol import Answer, Broken, Encoded, Refused, Unsupported, Value
from .refusal import decode_rule, judge_refusal, refusal_text
from .vectors import Vector
from .verdict import Fault, Verdict
from .written import compare_bytes, decode_kept, encode_bytes, encode_invalid, recognise

__all__ = [
    "DTYPE_IS_DATA",
    "PASS",
    "VECTOR_CHECKS",
    "Finding",
    "VectorCheck",
    "has_hash",
    "is_crossed",
    "judge_value",
    "no_bytes",
    "no_judgement",
    "written_and_read",
]

#: Formats in which the dtype, byte order included, is part of the data (conformance.md section 3).
DTYPE_IS_DATA = frozenset({"chunks", "hdf5blob"})


@dataclass(frozen=True, slots=True)
class VectorCheck:
    """A check, the vectors that it `applies` to, and how it is `run` with an implementation and the reference.

    `first` asks what `run` asks first, so that it can be sent ahead; None where that was asked already.
    """

    name: str
    applies: Callable[[Vector], bool]
    run: Callable[[Subject, Vector, Subject], Finding]
    first: Callable[[Subject, Vector], object] | None


def judge_value(vector: Vector, expected: Any, answer: Answer, wrong: Fault, refused: Fault) -> Finding:
    """Compare an answer with the *expected* value; *wrong* and *refused* name the fault of either outcome."""
    from sciwire.runtime import plain

    if nothing := no_judgement(answer):
        return nothing
    if isinstance(answer, Refused):
        return Finding(
            Verdict.FAIL, refused, f"expected a value, got a refusal: {refusal_text(answer)}", got=refusal_text(answer)
        )
    if not isinstance(answer, Value):
        return Finding(Verdict.ERROR, Fault.PROTOCOL, f"expected a value, got {type(answer).__name__.lower()}")
    if identical(expected, answer.value):
        return PASS
    found = plain.difference(expected, answer.value, any_nan=vector.any_nan, byte_order=vector.format in DTYPE_IS_DATA)
    if not found:
        return PASS
    return Finding(Verdict.FAIL, wrong, found, expected=_text(expected), got=_text(answer.value))


def decode_valid(subject: Subject, vector: Vector, reference: Subject) -> Finding:
    return judge_value(vector, vector.value, subject.decode(vector), Fault.WRONG_VALUE, Fault.REFUSED_VALID)


def decode_keep(subject: Subject, vector: Vector, reference: Subject) -> Finding:
    answer = _keep(subject, vector)
    return judge_value(vector, vector.partial, answer, Fault.WRONG_VALUE, Fault.REFUSED_VALID)


def decode_invalid(subject: Subject, vector: Vector, reference: Subject) -> Finding:
    answer = subject.decode(vector)
    accepted = isinstance(answer, Broken) and answer.fault is Fault.NOT_CANONICAL  # whatever it read, it did not refuse
    if not accepted and (nothing := no_judgement(answer)):
        return nothing
    if not isinstance(answer, Refused):
        got = _text(answer.value) if isinstance(answer, Value) else ""
        fails = {"refused": Verdict.FAIL}
        return Finding(Verdict.FAIL, Fault.ACCEPTED_INVALID, "expected a refusal, got a value", got=got, aspects=fails)
    return judge_refusal(subject, vector, answer)


def decode_either(subject: Subject, vector: Vector, reference: Subject) -> Finding:
    answer = subject.decode(vector)
    if isinstance(answer, Refused):
        return judge_refusal(subject, vector, answer)
    if not vector.has_value:
        return no_judgement(answer) or PASS
    return judge_value(vector, vector.value, answer, Fault.WRONG_VALUE, Fault.REFUSED_VALID)


def encode_reference(subject: Subject, vector: Vector, reference: Subject) -> Finding:
    encoded = subject.encode(vector, vector.value)
    if (stop := no_bytes(encoded)) or not isinstance(encoded, Encoded):
        return stop or PASS
    again = reference.decode(vector, encoded.data)
    if isinstance(again, Unsupported):
        return Finding(Verdict.UNSUPPORTED, message=f"there is no reference to read it with: it {again.reason}")
    return judge_value(vector, vector.value, again, Fault.WRONG_OUTPUT, Fault.UNREADABLE_OUTPUT)


def roundtrip_value(subject: Subject, vector: Vector, reference: Subject) -> Finding:
    value = vector.value
    if has_hash(value):  # the vector states only a digest of an array: the value is then the implementation's own
        first = subject.decode(vector)
        finding = judge_value(vector, value, first, Fault.WRONG_VALUE, Fault.REFUSED_VALID)
        if finding.verdict is not Verdict.PASS or not isinstance(first, Value):
            return finding
        value = first.value
    encoded = subject.encode(vector, value)
    if (stop := no_bytes(encoded)) or not isinstance(encoded, Encoded):
        return stop or PASS
    again = subject.decode(vector, encoded.data)
    return judge_value(vector, value, again, Fault.VALUE_LOST, Fault.UNREADABLE_OUTPUT)


def written_and_read(subject: Subject, vector: Vector, reference: Subject | None) -> Finding:
    """The value survives the way through the subject, and the *reference* reads it from the same bytes."""
    encoded = subject.encode(vector, vector.value)
    if (stop := no_bytes(encoded)) or not isinstance(encoded, Encoded):
        return stop or PASS
    again = subject.decode(vector, encoded.data)
    finding = judge_value(vector, vector.value, again, Fault.VALUE_LOST, Fault.UNREADABLE_OUTPUT)
    if reference is None or finding.verdict in (Verdict.ERROR, Verdict.UNSUPPORTED):
        return finding
    theirs = reference.decode(vector, encoded.data)
    if isinstance(theirs, (Unsupported, Broken)):
        return finding
    written = judge_value(vector, vector.value, theirs, Fault.WRONG_OUTPUT, Fault.UNREADABLE_OUTPUT)
    if written.verdict is not Verdict.PASS:
        return replace(written, message=f"written wrongly: {written.message}")
    if finding.verdict is Verdict.PASS:
        return PASS
    fault = Fault.WRONG_VALUE if isinstance(again, Value) else Fault.REFUSED_VALID
    return replace(finding, fault=fault, message=f"written well and read wrongly: {finding.message}")


def roundtrip_bytes(subject: Subject, vector: Vector, reference: Subject) -> Finding:
    value = subject.decode(vector)
    finding = judge_value(vector, vector.value, value, Fault.WRONG_VALUE, Fault.REFUSED_VALID)
    if finding.verdict is not Verdict.PASS or not isinstance(value, Value):
        return finding
    encoded = subject.encode(vector, value.value)
    if (stop := no_bytes(encoded)) or not isinstance(encoded, Encoded):
        return stop or PASS
    return compare_bytes(vector, encoded)


def has_hash(value: Any) -> bool:
    """Whether a canonical value gives an array by its sha256, so that it cannot be sent."""
    if isinstance(value, dict):
        body = value.get("$nd")
        if isinstance(body, dict) and "sha256" in body:
            return True
        return any(has_hash(item) for item in value.values())
    return isinstance(value, list) and any(has_hash(item) for item in value)


def no_bytes(answer: Answer) -> Finding | None:
    """The finding where an answer to ``encode`` holds no bytes, else None."""
    if nothing := no_judgement(answer):
        return nothing
    if isinstance(answer, Refused):
        text = refusal_text(answer)
        return Finding(Verdict.FAIL, Fault.REFUSED_TO_ENCODE, f"expected bytes, got a refusal: {text}", got=text)
    if not isinstance(answer, Encoded):
        return Finding(Verdict.ERROR, Fault.PROTOCOL, f"expected bytes, got {type(answer).__name__.lower()}")
    return None


def _text(value: Any) -> str:
    import json

    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= 2000 else f"{text[:1999]}…"


def _writable(vector: Vector) -> bool:
    return vector.kind == "valid" and not vector.encode


def is_crossed(vector: Vector) -> bool:
    """Whether one implementation is to write a vector's value and another to read it."""
    return _writable(vector) and not has_hash(vector.value)


def _has_form(vector: Vector) -> bool:
    from .forms import has_form

    return has_form(vector)


def _encode_form(subject: Subject, vector: Vector, reference: Subject) -> Finding:
    from .forms import encode_form

    return encode_form(subject, vector, reference)


def _read(subject: Subject, vector: Vector) -> Answer:
    return subject.decode(vector)


def _keep(subject: Subject, vector: Vector) -> Answer:
    return subject.decode(vector, options={**vector.options, "on_error": "keep"})


def _write(subject: Subject, vector: Vector) -> Answer:
    return subject.decode(vector) if has_hash(vector.value) else subject.encode(vector, vector.value)


VECTOR_CHECKS = (
    VectorCheck("decode/valid", lambda vector: vector.kind == "valid", decode_valid, _read),
    VectorCheck("decode/invalid", lambda vector: vector.kind == "invalid", decode_invalid, _read),
    VectorCheck("decode/rule", lambda vector: vector.kind == "invalid" and bool(vector.rules), decode_rule, None),
    VectorCheck("decode/either", lambda vector: vector.kind == "either", decode_either, _read),
    VectorCheck("decode/keep", lambda vector: vector.has_partial, decode_keep, _keep),
    VectorCheck("decode/kept", lambda vector: vector.kept is not None, decode_kept, None),
    VectorCheck("recognise", lambda vector: vector.recognised is not None, recognise, None),
    VectorCheck("encode/bytes", lambda vector: vector.kind == "encode" and not vector.error, encode_bytes, _write),
    VectorCheck(
        "encode/invalid", lambda vector: vector.kind == "encode" and bool(vector.error), encode_invalid, _write
    ),
    VectorCheck("encode/reference", is_crossed, encode_reference, _write),
    VectorCheck("encode/form", _has_form, _encode_form, None),
    VectorCheck("roundtrip/value", _writable, roundtrip_value, _write),
    VectorCheck("roundtrip/bytes", lambda vector: _writable(vector) and vector.canonical, roundtrip_bytes, _read),
)
