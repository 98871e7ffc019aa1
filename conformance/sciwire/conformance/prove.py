"""The vectors of one format over one module, for the generator: may this module replace the one that is there?

What has a process of its own (a writer that is killed) or waits is left to `sciwire conform`; so are values of very many
items, feeding, which tests the kernel and not what is printed, and the form of what is written. Where that is asked for,
most of what may be written in several ways is not written again: a vector says no more of it than its value.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from .adapters.base import Adapter
from .adapters.inprocess import answer, loud_answer
from .adapters.sciwire_formats import SciwireAdapter, about_format
from .answers import identical
from .checks import VECTOR_CHECKS, Finding, VectorCheck, has_hash, judge_value, no_judgement
from .harness import Subject
from .protocol import Answer, Encoded, Request, Value, parse_start
from .scenario import scenario
from .vectors import Vector, VectorError, formats_with_vectors, load_vectors
from .verdict import Fault, Level, Verdict

__all__ = [
    "failed_vectors",
    "failures",
    "findings",
    "load_steps",
    "numbered_failures",
    "subject_of",
    "vector_count",
    "weight",
]

_SLOW_STEPS = frozenset({"kill", "wait", "follow"})
_MERGED = frozenset({"decode/valid", "encode/reference", "roundtrip/value", "roundtrip/bytes"})
_UNPROVED = frozenset({"encode/form"})
_MANY = 30_000  # items of a list
_STEP = 5  # times the work of a small vector
_AGAIN, _OF = 2, 16
_BAD = (Verdict.FAIL, Verdict.ERROR)


def failed_vectors(name: str, module: ModuleType, specs: Path) -> list[str]:
    """One line for each MUST vector of the format *name* that *module*, already imported, does not meet.

    *specs* is the folder of specifications, or one file of it. A format without vectors has none that fail.
    """
    return list(failures(name, module, specs))


def vector_count(name: str, specs: Path) -> int:
    """How many vectors of the format *name* there are below *specs*; 0 too where they can't be used."""
    root = specs.parent.parent if specs.is_file() else specs
    if name not in formats_with_vectors(root) or (specs.is_file() and specs.parent.name != name):
        return 0
    try:
        return len(_vectors(root, name))
    except VectorError:
        return 0


def weight(name: str, specs: Path) -> int:
    """How much work the vectors are, about, in that of a small one; 0 where there are none. They are not loaded for it."""
    root = specs.parent.parent if specs.is_file() else specs
    texts = [path.read_bytes() for path in root.glob(f"{name}/vectors/*.json")]
    return sum(text.count(b'"id":') + _STEP * text.count(b'"op":') + len(text) // 2000 for text in texts)


def load_steps() -> None:
    """Load what scenarios need, of which each process that is forked behind this has no more to load."""
    for name in ("files", "module_steps", "pipe_steps"):
        importlib.import_module(f".adapters.{name}", __package__)


def failures(name: str, module: ModuleType, specs: Path) -> Iterator[str]:
    """The lines of `failed_vectors` as they are found."""
    for _, line in numbered_failures(name, module, specs):
        yield line


def numbered_failures(
    name: str, module: ModuleType, specs: Path, part: tuple[int, int] = (0, 1), *, sparing: bool = False
) -> Iterator[tuple[int, str]]:
    """The lines of `failed_vectors` as they are found, each with the number of its vector.

    *part* says which vectors are run: those of which the number, divided by the second, leaves the first. A *sparing* proof
    leaves most of the ways there and back to `sciwire conform`.
    """
    root = specs.parent.parent if specs.is_file() else specs
    if name not in formats_with_vectors(root) or (specs.is_file() and specs.parent.name != name):
        return
    try:
        vectors = _vectors(root, name)
    except VectorError as error:
        yield 0, f"the vectors cannot be used: {error}"
        return
    failed = False
    subject = _subject(_Direct(module, loud_answer))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # at once for all, as doing it takes longer than reading a small message
        for number in range(part[0], len(vectors), part[1]):
            for line in _wrong(vectors[number], subject, again=not sparing or number % _OF < _AGAIN):
                failed = True
                yield number, line
    if failed:
        try:
            load_vectors(root, name)  # may be the vector's own fault: so far nobody looked at its value
        except VectorError as error:
            yield len(vectors), f"the vectors cannot be used: {error}"


def _wrong(vector: Vector, subject: Subject, *, again: bool) -> Iterator[str]:
    if vector.level is not Level.MUST or _is_long(vector.value):
        return
    for check, finding in findings(vector, subject, apart_from=_UNPROVED, again=again):
        if finding.verdict in _BAD and finding.level in (None, Level.MUST):
            yield f"{vector.id}@{check}: {finding.message}"


def _is_long(value: Any) -> bool:
    """Whether a list of very many items stands somewhere in *value*; of a list its first item is looked into."""
    if isinstance(value, dict):
        return any(map(_is_long, value.values()))
    return isinstance(value, list) and (len(value) > _MANY or (bool(value) and _is_long(value[0])))


@cache
def _vectors(root: Path, name: str) -> list[Vector]:
    return load_vectors(root, name, values=False)


def subject_of(module: ModuleType) -> Subject:
    """*module*, already imported, as an implementation under test."""
    return _subject(_Direct(module))


def _subject(connection: _Direct) -> Subject:
    subject = Subject("sciwire", connection)
    subject.start()
    return subject


class _Direct:
    """Our adapter called without the thread that a time limit needs: the caller's process has a limit of its own."""

    def __init__(self, module: ModuleType, ask: Callable[[Adapter, Request], Answer] = answer) -> None:
        self._ask = ask
        self._name = module.__name__.rpartition(".")[2]
        self._adapter = SciwireAdapter([self._name], there=True)

    def start(self) -> Mapping[str, Any]:
        known = {self._name: about_format(self._name)}
        return parse_start({"ok": True, "implementation": {"name": "sciwire", "language": "python"}, "formats": known})

    def ask(self, request: Request) -> Answer:
        return self._ask(self._adapter, request)

    def stop(self) -> None:
        pass


def findings(
    vector: Vector, subject: Subject, *, apart_from: frozenset[str] = frozenset(), again: bool = True
) -> Iterator[tuple[str, Finding]]:
    """The checks of one vector, *apart_from* some, and what they find; those that need no process of their own.

    A value that is not canonical is written *again*, and read, only if that is asked for.
    """
    if vector.kind == "scenario":
        if not any(step.op in _SLOW_STEPS or "after" in step.args for step in vector.steps):
            yield "scenario", scenario(subject, vector)
        return
    for check in _apart_from(_MERGED | apart_from):
        if check.applies(vector):
            yield check.name, check.run(subject, vector, subject)
    if vector.kind == "valid":
        yield from _valid(vector, subject, again=again or vector.canonical)


@cache
def _apart_from(names: frozenset[str]) -> list[VectorCheck]:
    return [check for check in VECTOR_CHECKS if check.name not in names]


def _valid(vector: Vector, subject: Subject, *, again: bool) -> Iterator[tuple[str, Finding]]:
    """What `_MERGED` checks say together, with each pass of the codec made once."""
    first = subject.decode(vector)
    finding = judge_value(vector, vector.value, first, Fault.WRONG_VALUE, Fault.REFUSED_VALID)
    yield "decode/valid", finding
    if vector.encode or not again or finding.verdict is not Verdict.PASS or not isinstance(first, Value):
        return
    same = identical(vector.value, first.value)  # then it holds no hash
    value = vector.value if same or not has_hash(vector.value) else first.value
    encoded = subject.encode(vector, value)
    if isinstance(encoded, Encoded) and encoded.data == vector.data:
        return
    if not isinstance(encoded, Encoded):
        yield "roundtrip/value", no_judgement(encoded) or Finding(Verdict.FAIL, message=f"not encoded: {encoded}")
    elif vector.canonical:
        yield "roundtrip/bytes", Finding(Verdict.FAIL, Fault.BYTES_DIFFER, "the bytes differ")
    else:
        second = subject.decode(vector, encoded.data)
        yield "roundtrip/value", judge_value(vector, value, second, Fault.VALUE_LOST, Fault.UNREADABLE_OUTPUT)
