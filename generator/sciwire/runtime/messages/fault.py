"""A fault inside a message, on its way up: each container adds a step, the envelope makes a `CodecError` of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sciwire.runtime import cbor
from sciwire.runtime.errors import CodecError, DecodeError
from sciwire.runtime.value import shown

if TYPE_CHECKING:
    from .context import Reading

__all__ = ["Fault", "Key", "Steps", "error_of", "join_steps", "map_offset", "step_of"]

Step = str | int
_DEEP = 4  # what a key of lists in lists shows of itself
_FEW_ITEMS = 8
_FEW_BYTES = 16
_SHOWN = 60  # characters


class Key(int):
    """An integer key of the wire that the specification gives a name: ``Key(1, "name")``."""

    label: str

    def __new__(cls, number: int, label: str) -> Key:
        key = super().__new__(cls, number)
        key.label = label
        return key

    def __repr__(self) -> str:
        return f"{self.label} ({int(self)})"


class Steps(tuple[Step, ...]):
    """The way to a value, put into words by `str`: thousands of values may stand below a key of a megabyte."""

    __slots__ = ()

    def __str__(self) -> str:
        return join_steps(self)


class Fault(Exception):  # noqa: N818 - never leaves the kernel
    """What was expected and found; `steps` lead from the message to the place, innermost first."""

    def __init__(self, problem: str, category: str = "type", rule: str = "", kept: Any = None) -> None:
        super().__init__(problem)
        self.kept = kept  # what stands in the field if the fault is forgiven; None for the value as it came
        self.problem = problem
        self.category = category
        self.rule = rule
        self.steps: list[Step] = []
        self.error: DecodeError | None = None  # where it is known already, with path and place

    def up(self, step: Step) -> Fault:
        """Add the *step* by which the container reached the fault."""
        self.steps.append(step)
        return self

    @property
    def path(self) -> str:
        return join_steps(self.steps[::-1])


def join_steps(steps: Sequence[Step]) -> str:
    """``["data", "threshold_1", 0]`` -> ``data.threshold_1[0]``; keys of other kinds stand in brackets as indices do."""
    text = ""
    for step in steps:
        if isinstance(step, cbor.Inside):
            continue
        word: object = step.label if isinstance(step, Key) else step
        if isinstance(word, str):
            text += f".{word}" if text else word
        else:
            text += f"[{shown(word) if isinstance(word, int) else step_of(word)}]"
    return text


def step_of(key: Any) -> Step:
    """The step of a map *key* of any kind: text and integers as they are, others in few words.

    The words are those of CBOR's diagnostic notation (RFC 8949 section 8), cut short: ``h'0102'``, ``[4, 70(h'')]``.
    """
    return key if isinstance(key, (str, int)) and not isinstance(key, bool) else _cut(_diagnostic(key, _DEEP))


def _diagnostic(value: Any, depth: int) -> str:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f"h'{bytes(value[:_FEW_BYTES]).hex()}{'…' if len(value) > _FEW_BYTES else ''}'"
    if isinstance(value, str):
        return f'"{_cut(value)}"'
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, (int, float)):
        return shown(value)
    if isinstance(value, cbor.Simple):
        return "undefined" if value == cbor.UNDEFINED else f"simple({value.number})"
    if isinstance(value, cbor.Tagged):
        return f"{value.number}({_diagnostic(value.value, depth - 1) if depth else '…'})"
    if isinstance(value, (list, tuple)):
        inside = [_diagnostic(item, depth - 1) for item in value[:_FEW_ITEMS]] if depth else ["…"]
        return f"[{', '.join(inside)}{', …' if depth and len(value) > _FEW_ITEMS else ''}]"
    return "{…}" if isinstance(value, (dict, cbor.Pairs)) else f"a {type(value).__name__}"


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def error_of(fault: Fault, reading: Reading) -> DecodeError:
    """The error of *fault*: its path in words, its offset found again in the bytes."""
    if fault.error is not None:
        fault.error.rule = fault.error.rule or fault.rule
        return fault.error
    at: int | None = None
    if reading.base.nbytes:
        steps = fault.steps[::-1]
        known = reading.known
        try:
            at = cbor.locate(reading.base, steps, reading.start, known=known) if steps else None
        except CodecError:  # what a damaged message lacks is sought up to the damage
            at = None
        at = map_offset(reading.base, reading.start) if at is None else at
    return DecodeError(fault.problem, category=fault.category, path=fault.path, at=at, rule=fault.rule)


def map_offset(base: memoryview, start: int) -> int:
    """The offset of the map of the message, behind its prefix."""
    return cbor.locate(base, (), start, tags=1) if base.nbytes else start
