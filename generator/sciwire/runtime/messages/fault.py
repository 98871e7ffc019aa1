"""A fault inside a message, on its way up: each container adds a step, the envelope makes a `CodecError` of it."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["Fault", "join_steps"]

Step = str | int


class Fault(Exception):  # noqa: N818 - never leaves the kernel
    """What was expected and found; `steps` lead from the message to the place, innermost first."""

    def __init__(self, problem: str, category: str = "type", rule: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.category = category
        self.rule = rule
        self.steps: list[Step] = []

    def up(self, step: Step) -> Fault:
        """Add the *step* by which the container reached the fault."""
        self.steps.append(step)
        return self

    @property
    def path(self) -> str:
        return join_steps(self.steps[::-1])


def join_steps(steps: Sequence[Step]) -> str:
    """``["data", "threshold_1", 0]`` -> ``data.threshold_1[0]``."""
    text = ""
    for step in steps:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
