"""``sciwire conform doctor``: is an adapter fit to be judged? Step by step, with what to mend; no test runs yet.

Each step stands on the one before it, so the first that fails is the one to mend. What an adapter does not claim is
not asked for; whether its answers are right is for the run to say, whether they are answers is for the doctor.
"""

from __future__ import annotations

import difflib
import os
import shlex
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .harness import Subject
from .protocol import Answer, Broken, Encoded, Refused, Results, Unsupported, Value
from .vectors import Vector, formats_with_vectors, load_vectors

if TYPE_CHECKING:
    from .settings import Settings

__all__ = ["Step", "examine", "steps"]

_CAN = ("decode", "encode", "call", "feed", "recognise")
_REPORTS = ("category", "path", "offset", "rule", "kept")


@dataclass(frozen=True, slots=True)
class Step:
    """A step and how it came out: `ok`, or a `problem` and what to `mend`; a `note` is no problem."""

    name: str
    problem: str = ""
    mend: str = ""
    note: str = ""

    @property
    def ok(self) -> bool:
        return not self.problem


def examine(settings: Settings) -> int:
    """Examine every implementation of *settings* and print the steps; 1 if one of them has something to mend."""
    from sciwire.runtime.errors import SpecError

    from .vectors import VectorError

    bad = 0
    try:
        plan = settings.plan()
        for text in settings.impls:
            print(f"{text}:")
            before = bad
            for step in steps(text, plan.specs, settings):
                print("\n".join(_lines(step)), flush=True)
                bad += not step.ok
            print("  nothing to mend" if bad == before else f"  {bad - before} to mend")
    except (VectorError, SpecError, FileNotFoundError) as error:
        print(f"sciwire conform doctor: {error}", file=sys.stderr)
        return 3
    except ValueError as error:
        print(f"sciwire conform doctor: {error}", file=sys.stderr)
        return 2
    return 1 if bad else 0


def steps(text: str, specs: Path, settings: Settings) -> Iterator[Step]:
    """The steps of one implementation, as they are taken; a fault that leaves nothing to look at ends them."""
    if missing := _not_there(text):
        yield missing
        return
    try:
        subject = Subject(
            text, seconds=settings.time_limit, memory=settings.memory_limit << 20, formats=settings.formats
        )
    except ValueError as error:
        yield Step("it can be found", str(error), _mend_import(text))
        return
    yield Step("it can be found")
    began = time.perf_counter()
    subject.start()
    try:
        if subject.problem:
            yield Step("it starts and says hello", subject.problem, _mend_start(text, subject.problem))
            return
        yield Step(
            "it starts and says hello", note=f"{subject.name} {subject.version}, {time.perf_counter() - began:.2f} s"
        )
        yield from _hello(subject.about, specs, settings.formats)
        for name in settings.formats or subject.formats:
            if name in subject.formats and name in formats_with_vectors(specs):
                yield from _format(subject, load_vectors(specs, name))
        yield _stranger(subject, specs)
        yield from _window(subject, specs)
    finally:
        stopped = subject.stop()
    if stopped is False:
        yield Step("it ends when it is told to stop", "it was still there seconds after {\"cmd\":\"stop\"}", "leave the loop on stop, and at the end of stdin")  # fmt: skip
    elif stopped is True:
        yield Step("it ends when it is told to stop")


def _lines(step: Step) -> Iterator[str]:
    note = f" ({step.note})" if step.note else ""
    yield f"  {'ok  ' if step.ok else 'MEND'} {step.name}{note}"
    if not step.ok:
        yield f"       {step.problem}"
        yield f"       -> {step.mend}"


def _not_there(text: str) -> Step | None:
    kind, _, rest = text.partition(":")
    if kind != "cmd" or not rest.strip():
        return None
    program = shlex.split(rest, posix=os.name == "posix")[0]
    if shutil.which(program):
        return None
    if Path(program).is_file():
        return Step("it can be found", f"{program} is there and cannot be executed", f"chmod +x {program}, or name its interpreter: cmd:python3 {program}")  # fmt: skip
    return Step("it can be found", f"there is no program {program!r} in this folder or on PATH", "give its path from here: cmd:./my_adapter")  # fmt: skip


def _mend_import(text: str) -> str:
    if text.startswith("python:"):
        return "python:package.module:Class, importable from this folder; is its package installed here?"
    return "python:package.module:Class, cmd:program with arguments, or the short name of a shipped adapter"


def _mend_start(text: str, problem: str) -> str:
    hints = (
        ("no answer within", "answer the first line, {\"cmd\":\"start\",…}, at once; and flush stdout after every line"),
        ("the line begins", "print nothing but answers on stdout; logs belong on stderr"),
        ("in place of an answer", "run it by hand: echo '{\"cmd\":\"start\",\"protocol\":1,\"frames\":true}' | PROGRAM; with a memory limit in its way, --memory-limit 0"),
        ("'ok': true", 'answer {"ok":true,"implementation":{"name":…},"formats":{…}}'),
        ("expected", "see the answer to start in protocol.schema.json"),
    )  # fmt: skip
    found = next((mend for sign, mend in hints if sign in problem), "")
    return found or (
        "start() has to return implementation and formats" if text.startswith("python:") else "run it by hand"
    )


def _hello(about: Mapping[str, Any], specs: Path, wanted: Sequence[str]) -> Iterator[Step]:
    """What it says about itself, or about the *wanted* formats, looked at more closely than a run would."""
    known = formats_with_vectors(specs)
    for name in wanted:
        if name not in about["formats"]:
            has = ", ".join(about["formats"])
            yield Step(f"it has the format {name}", f"it says that it has {has}", f"name {name} under formats in the answer to start")  # fmt: skip
    for name, claim in about["formats"].items():
        if wanted and name not in wanted:
            continue
        title = f"what it says about {name} makes sense"
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            yield Step(title, f"there is no format {name!r}, so nothing of it will be tested", hint)
            continue
        versions = sorted({vector.version for vector in load_vectors(specs, name)})
        known_words = (
            ("can", _CAN),
            ("reports", _REPORTS),
            ("versions", versions),
            ("operations", _operations(specs, name)),
        )
        for key, allowed in known_words:
            strange = [word for word in claim.get(key, []) if word not in allowed]
            if strange:
                near = difflib.get_close_matches(strange[0], allowed, 1)
                hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(allowed)}"
                yield Step(title, f"{strange[0]!r} under {key!r} is none", hint)
                break
        else:
            yield Step(title, note=f"can {', '.join(claim.get('can', ['decode']))}")
    if not about["implementation"].get("version"):
        yield Step("it says its version", "no version, so that reports cannot be compared later", "add it to implementation in the answer to start")  # fmt: skip


def _operations(specs: Path, name: str) -> list[str]:
    """The operations and steps that scenarios of a format can ask for."""
    from .operations import common_steps, operations
    from .strategies import load_specs

    return sorted({one.name for spec in load_specs(specs, name) for one in (*operations(spec), *common_steps(spec))})


def _format(subject: Subject, vectors: list[Vector]) -> Iterator[Step]:
    """One small question of each kind that it says it can answer."""
    name = vectors[0].format
    asks: list[tuple[str, str, Callable[[Vector], Answer], tuple[type, ...]]] = [
        ("decode", "valid", subject.decode, (Value, Refused)),
        ("decode", "invalid", subject.decode, (Value, Refused)),
        ("encode", "valid", lambda vector: subject.encode(vector, vector.value), (Encoded, Refused)),
        ("feed", "valid", lambda vector: subject.decode(vector, splits=[1] if len(vector.data) > 1 else []), (Value, Refused)),
        ("call", "scenario", subject.call, (Results, Refused)),
        ("recognise", "valid", subject.recognise, (Value, Refused)),
    ]  # fmt: skip
    answers: list[Answer] = []
    for what, kind, ask, forms in asks:
        if not subject.can(name, what):
            continue
        vector = _smallest(subject, vectors, what, kind)
        if vector is None:
            continue
        title = f"{name}: it answers to {what} ({vector.id})"
        answers.append(ask(vector))
        yield _judged(title, answers[-1], forms, kind)
    if answers and all(isinstance(answer, Unsupported) for answer in answers):
        yield Step(f"{name}: it does what it says", "it says that it has the format and answers unsupported to all of this", "take the format from its answer to start, or make it answer")  # fmt: skip


def _smallest(subject: Subject, vectors: list[Vector], what: str, kind: str) -> Vector | None:
    from .checks import has_hash

    def fits(vector: Vector) -> bool:
        if vector.kind != kind or subject.lacks(what, vector.format, vector.version, vector.profile):
            return False
        if subject.other_operation(vector):
            return False
        return what != "encode" or not (vector.encode or has_hash(vector.value))

    return min(filter(fits, vectors), key=lambda one: (bool(one.options), len(one.data), len(one.steps)), default=None)


def _judged(title: str, answer: Answer, forms: tuple[type, ...], kind: str) -> Step:
    if isinstance(answer, Broken):
        stderr = f"; stderr: {answer.stderr[-300:]}" if answer.stderr else ""
        return Step(title, f"{answer.fault}: {answer.message}{stderr}", _mend_answer(answer))
    if isinstance(answer, Unsupported):
        return Step(title, note=f"unsupported: {answer.reason}")
    if not isinstance(answer, forms):
        return Step(title, f"an answer of another kind: {type(answer).__name__.lower()}", "see the answers in protocol.schema.json")  # fmt: skip
    if isinstance(answer, Refused):
        note = (
            "refused, and does not say of what category" if answer.category is None else f"refused: {answer.category}"
        )
        return Step(title, note=note if kind == "invalid" else f"{note}; the run will tell whether rightly")
    accepted = isinstance(answer, Value) and kind == "invalid"
    return Step(title, note="accepted, and it should be refused; the run will say so" if accepted else "")


def _mend_answer(answer: Broken) -> str:
    if "value.schema.json" in answer.message or str(answer.fault) == "not-canonical":
        return 'see value.schema.json: arrays are {"$nd": {dtype, shape, data}}'
    if "expected a category" in answer.message:
        return "one of these words, or null where it does not tell"
    hints = {
        "hang": "flush stdout after every line; does it read exactly one line for each request?",
        "died": "catch what the implementation raises and answer {\"id\":…,\"error\":{…}}",
        "foreign-exception": "raise Refusal(category, …) where the implementation refuses; every other exception is a crash",
        "protocol": "answer one line of JSON with the request's id; print nothing else on stdout",
    }  # fmt: skip
    return hints.get(str(answer.fault), "see the message")


def _stranger(subject: Subject, specs: Path) -> Step:
    """A format that it never heard of: it may say so, and may not die of it."""
    title = "a request that it does not know does not end it"
    from .protocol import Request

    answer = subject.connection.ask(Request(cmd="decode", id="stranger", format="no-such-format", data=b"\0"))
    if isinstance(answer, Broken) and str(answer.fault) != "foreign-exception":
        return Step(title, f"{answer.fault}: {answer.message}", 'answer {"id":…,"unsupported":"reason"} to what it does not know')  # fmt: skip
    return Step(title, note=type(answer).__name__.lower())


def _window(subject: Subject, specs: Path) -> Iterator[Step]:
    """As many requests at once as it says it takes: answered all, in their order."""
    if subject.room < 2:
        return
    from .protocol import Request

    line = subject.connection
    requests = [Request(cmd="decode", id=f"window-{number}", format="no-such-format", data=b"\0") for number in range(subject.room)]  # fmt: skip
    for request in requests:
        line.send(request)  # type: ignore[attr-defined]  # `room` says that it can
    answers = [line.receive(request) for request in requests]  # type: ignore[attr-defined]  # as above
    title = f"{len(requests)} requests at once are answered in their order"
    broken = next((one for one in answers if isinstance(one, Broken)), None)
    yield Step(title, f"{broken.fault}: {broken.message}", "answer in the order of the requests, or say window 1") if broken else Step(title)  # fmt: skip
