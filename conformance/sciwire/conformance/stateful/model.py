"""What a model is, and how scenarios are drawn from one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ..strategies import drawing as st
from ..strategies.drawing import Drawn
from ..vectors import Step

__all__ = ["Model", "Move", "walk"]

_LONGEST = 8  # steps that are drawn


@dataclass(frozen=True, slots=True)
class Move:
    """One step: the operation, its arguments, and the answer (as `Step.expect` has it)."""

    op: str
    args: Mapping[str, Any]
    expect: Mapping[str, Any]

    @property
    def step(self) -> Step:
        return Step(self.op, self.args, self.expect)


class Model(Protocol):
    """Rules are methods that draw what they need; those that cannot be used now are not offered."""

    def first(self, draw: st.DrawFn) -> list[Move]:
        """The steps with which every scenario begins."""
        ...

    def rules(self) -> list[Callable[[st.DrawFn], Move]]: ...

    def last(self) -> list[Move]:
        """The steps that look at what has become of it."""
        ...


def walk(make: Callable[[], Model]) -> Drawn[tuple[Step, ...]]:
    """Scenarios of one model, from the shortest on."""

    @st.composite
    def steps(draw: st.DrawFn) -> tuple[Step, ...]:
        model = make()
        moves = model.first(draw)
        for _ in range(draw(st.integers(0, _LONGEST))):
            rules = model.rules()
            moves.append(rules[draw(st.integers(0, len(rules) - 1))](draw))
        return tuple(move.step for move in [*moves, *model.last()])

    return steps()
