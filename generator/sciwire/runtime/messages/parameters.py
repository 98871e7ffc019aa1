"""Parameters of a serializer, proved when they are given."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from sciwire.runtime.errors import EncodeError
from sciwire.runtime.masked import MASKED, hides
from sciwire.runtime.record import Record

from .context import Reading
from .fault import Fault

__all__ = ["Parameters"]


class Parameters(Record):
    """Base of the parameters of a serializer; proved when they are given, and not changed after that.

    EncodeError names the parameter that can't be; each is put into its own type (1 becomes 1.0 where a float is asked).
    """

    CONVERTERS: ClassVar[Mapping[str, Any]] = {}
    #: the rule of each parameter; under the empty name that of all others
    RULES: ClassVar[Mapping[str, str]] = {}

    def __init__(self, /, *values: Any, **named: Any) -> None:
        self.check_names(values, named)
        super().__init__(*values, **named)
        for parameter, converter in self.CONVERTERS.items():
            try:
                value = converter.decode(_number(getattr(self, parameter), converter), Reading())
            except Fault as fault:
                path = f"{parameter}{fault.path if fault.path.startswith('[') else ''}"
                subject = type(self).__name__
                rule = fault.rule or self.RULES.get(parameter) or self.RULES.get("", "")
                raise EncodeError(fault.problem, category=fault.category, path=path, rule=rule, subject=subject) from None  # fmt: skip
            object.__setattr__(self, parameter, value)

    @classmethod
    def check_names(cls, values: tuple[Any, ...], named: Mapping[Any, Any]) -> None:
        """Raise EncodeError unless every parameter is given, once, and nothing else."""
        names = cls.__fields__
        rule = cls.RULES.get("", "")
        if len(values) > len(names):
            problem = f"there are {len(names)} parameters, {len(values)} are given"
            raise EncodeError(problem, rule=rule, subject=cls.__name__)
        placed = set(names[: len(values)])
        wrong = {
            "unknown": set(named) - set(names),
            "missing": set(names) - placed - set(named),
            "given twice": placed & set(named),
        }
        for kind, found in wrong.items():
            if found:
                problem = f"the parameter is {kind}; known are {', '.join(sorted(names))}"
                raise EncodeError(problem, path=min(map(str, found)), rule=rule, subject=cls.__name__)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"a {type(self).__name__} can't be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a {type(self).__name__} can't be changed")

    def _content(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in type(self).__fields__)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and isinstance(other, Parameters) and self._content() == other._content()

    __hash__ = None  # lists are among the parameters

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._content()


def _number(value: Any, converter: Any) -> Any:
    """A parameter as it is given, arrays as lists. Raises Fault for what is masked, and for numbers that are not finite."""
    if hides(value):
        raise Fault(MASKED)
    value = value.tolist() if isinstance(value, np.ndarray) else value
    for index, one in enumerate(value if isinstance(value, (list, tuple)) else (value,)):
        if isinstance(one, (float, np.floating)) and not math.isfinite(one):
            fault = Fault(f"expected a finite number, got {one}", "constraint", getattr(converter, "rule", ""))
            raise fault.up(index) if isinstance(value, (list, tuple)) else fault
    return value
