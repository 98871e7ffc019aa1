"""Constraints in the words of the manual, for tables, docstrings and reports."""

from __future__ import annotations

from typing import Any

from .ir import Constraints

__all__ = ["constraint_words", "range_words", "short", "value_words"]


def constraint_words(limits: Constraints) -> list[str]:
    """``["0 to 100", "matches [a-z]+", "length 4"]``; empty where there is none."""
    said = [] if limits.const is None else [f"always {value_words(limits.const)}"]
    said += range_words(limits.minimum, limits.maximum)
    said += [] if limits.pattern is None else [f"matches {limits.pattern}"]
    if limits.min_length is not None and limits.min_length == limits.max_length:
        said.append(f"length {limits.min_length}")
    else:
        said += [f"length {one}" for one in range_words(limits.min_length, limits.max_length)]
    return said


def range_words(low: float | int | None, high: float | int | None) -> list[str]:
    """``["0 to 100"]``, ``["at least 0"]``, ``["at most 100"]`` or nothing."""
    if low is None and high is None:
        return []
    if low is None or high is None:
        return [f"at most {high}" if low is None else f"at least {low}"]
    return [f"{low} to {high}"]


def value_words(value: Any) -> str:
    """A value of a specification as one writes it there: ``true``, ``[1, 2]``, ``'a'``."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return f"[{', '.join(map(value_words, value))}]" if isinstance(value, list) else repr(value)


def short(value: object) -> str:
    """*value* on a line, cut where it is long."""
    text = repr(value) if not isinstance(value, int) or abs(value) < 10**40 else "a number of more than 40 digits"
    return text if len(text) <= 60 else f"{text[:57]}..."
