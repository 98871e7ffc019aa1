"""Values within limits: a constant, a range, a pattern, a length."""

from __future__ import annotations

import math
import re
from typing import Any, Generic, TypeVar

from sciwire.runtime.value import Value, shown
from sciwire.runtime.values import DateTime, Rational

from .context import Reading, Writing
from .fault import Fault
from .scalars import Converter, kind_of

__all__ = ["Bounded"]

T = TypeVar("T")
_PLAIN = Reading()


class Bounded(Value, Generic[T]):
    """Another converter's values within limits: a constant, a range, a pattern, a length.

    With `null` the type has null, which the limits say nothing about.
    """

    inner: Converter[T]
    const: Any = None
    minimum: float | int | None = None
    maximum: float | int | None = None
    pattern: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    rule: str = ""
    null: bool = False

    @property
    def expects(self) -> str:
        return self.inner.expects

    @property
    def leaf(self) -> bool:
        return getattr(self.inner, "leaf", False)

    def decode(self, value: Any, reading: Reading) -> T:
        decoded = self.inner.decode(value, reading)
        self.check(decoded)
        return decoded

    def encode(self, value: Any, writing: Writing) -> Any:
        self.check(self.inner.decode(value, _PLAIN))
        return self.inner.encode(value, writing)

    def check(self, value: Any) -> None:
        """Raise Fault for a value beyond the limits."""
        if value is None and self.null:
            return
        if self.const is not None and (value.text if isinstance(value, DateTime) else value) != self.const:
            raise Fault(f"expected {self.const!r}, got {kind_of(value)}", "constraint", self.rule)
        value = value.numerator if isinstance(value, Rational) else value
        if self.minimum is not None and not value >= self.minimum:
            raise Fault(f"expected at least {self.minimum}, got {shown(value)}", "constraint", self.rule)
        if self.maximum is not None and not value <= self.maximum:
            raise Fault(f"expected at most {self.maximum}, got {shown(value)}", "constraint", self.rule)
        if self.pattern is not None and re.fullmatch(self.pattern, value) is None:
            raise Fault(f"expected text that matches {self.pattern}, got {kind_of(value)}", "constraint", self.rule)
        if self.min_length is None and self.max_length is None:
            return
        length = math.prod(value.shape) if hasattr(value, "shape") else len(value)  # an unopened array has no len
        if self.min_length is not None and length < self.min_length:
            raise Fault(f"expected a length of at least {self.min_length}, got {length}", "constraint", self.rule)
        if self.max_length is not None and length > self.max_length:
            raise Fault(f"expected a length of at most {self.max_length}, got {length}", "constraint", self.rule)
