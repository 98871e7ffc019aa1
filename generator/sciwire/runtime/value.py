"""Small frozen values without generated code.

A frozen dataclass writes and compiles its methods when the class is made, about a millisecond each;
a codec leans on forty of them and must import in a few milliseconds. `Value` gives the same
behaviour (fields from annotations, defaults, equality by content, repr, pickling) by lookup.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self, dataclass_transform

__all__ = ["Value", "shown"]

_LONG = 10_000  # bits; Python refuses to write integers not much longer in decimal


def shown(value: Any) -> str:
    """`repr` of *value*, in which an integer too long for Python to write is ``an integer of 120,000 bits``."""
    if isinstance(value, int) and value.bit_length() > _LONG:
        return f"an integer of {value.bit_length():,} bits"
    try:
        return repr(value)
    except ValueError:
        pass
    if isinstance(value, dict):
        return "{" + ", ".join(f"{shown(key)}: {shown(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        inside = ", ".join(shown(item) for item in value)
        return f"[{inside}]" if isinstance(value, list) else f"({inside}{',' if len(value) == 1 else ''})"
    return f"a {type(value).__name__}"


@dataclass_transform(frozen_default=True)
class Value:
    """Base of frozen values: ``class Prefix(Value): tag: int; write: bool = True``."""

    FIELDS: ClassVar[tuple[str, ...]] = ()
    __match_args__: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        own = [name for name, kind in cls.__annotations__.items() if not str(kind).startswith("ClassVar")]
        cls.FIELDS = (*cls.FIELDS, *(name for name in own if name not in cls.FIELDS))
        cls.__match_args__ = cls.FIELDS  # type: ignore[misc] # so that a value can stand in a match statement

    def __init__(self, *values: Any, **named: Any) -> None:
        fields = self.FIELDS
        if len(values) == len(fields) and not named:
            self.__dict__.update(zip(fields, values))  # noqa: B905 - the usual case, as fast as it can be
            return
        if len(values) > len(fields):
            raise TypeError(f"{type(self).__name__} has {len(fields)} fields, {len(values)} values are given")
        state = dict(zip(fields, values, strict=False))
        for name, value in named.items():
            if name not in fields or name in state:
                raise TypeError(f"{type(self).__name__} has no field {name!r}, or it is given twice")
            state[name] = value
        if len(state) < len(fields):
            missing = [name for name in fields if name not in state and not hasattr(type(self), name)]
            if missing:
                raise TypeError(f"{type(self).__name__} needs {', '.join(missing)}")
        self.__dict__.update(state)

    def but(self, **changes: Any) -> Self:
        """The same value with some fields changed."""
        for name in changes:
            if name not in self.FIELDS:
                raise TypeError(f"{type(self).__name__} has no field {name!r}")
        state = self.__dict__
        other = object.__new__(type(self))
        other.__dict__.update({name: state[name] for name in self.FIELDS if name in state}, **changes)
        return other

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"a {type(self).__name__} can't be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a {type(self).__name__} can't be changed")

    def _content(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.FIELDS)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return False
        from .equality import same  # here, because it brings numpy

        return same(self._content(), other._content())

    def __hash__(self) -> int:
        return hash((type(self), self._content()))

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={shown(getattr(self, name))}" for name in self.FIELDS)
        return f"{type(self).__name__}({inside})"
