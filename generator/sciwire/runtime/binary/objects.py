"""Light objects that stand for those of another program, and how they are made of members and written as such.

Where the other program is loaded, `isinstance` takes a light object for its own (``__class__`` names the class that
it stands for), so that functions of that program work with it; without it nothing is imported.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, ClassVar

from .bits import BitView, has_parity

__all__ = ["BitRun", "Light", "LightWord", "is_like"]

_MISSING = object()


class Light:
    """Attributes with the names that the original has; any other may be added."""

    STANDS_FOR: ClassVar[str] = ""
    #: name -> value at the beginning; these make two objects equal
    ATTRIBUTES: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(self.ATTRIBUTES)
        for name, value in values.items():
            if name not in self.ATTRIBUTES:
                raise TypeError(f"{type(self).__name__} has no attribute {name!r}")
            self.__dict__[name] = value

    @property  # type: ignore[misc]  # isinstance asks it, and it may be answered by each object
    def __class__(self) -> type:  # pyright: ignore[reportIncompatibleMethodOverride] # it can't be set
        return stood_for(type(self))

    def __eq__(self, other: object) -> bool:
        return all(getattr(self, name) == getattr(other, name, _MISSING) for name in self.ATTRIBUTES)

    __hash__ = None  # type: ignore[assignment]  # they can be changed

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), dict(self.__dict__))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.__dict__.items())})"


class LightWord(BitView, Light):
    """A word of bits whose fields are attributes; equal to any object whose `bits` are the same."""

    def __init__(self, data: bytes | bytearray | memoryview | None = None) -> None:
        BitView.__init__(self, data)
        self.__dict__.update(self.ATTRIBUTES)

    @property
    def bits(self) -> BitRun:
        """The bits, to be compared with those of another object."""
        return BitRun(self.bytes())

    def compute_parity(self) -> int:
        """The parity bit that would be right."""
        bit, wanted = self.CODEC.parity or (0, 1)
        return int(((self.as_int() & ~(1 << bit)).bit_count() & 1) != wanted)

    def has_valid_parity(self) -> bool:
        """Whether the number of ones is as the parity bit promises."""
        return has_parity(self.as_int(), self.CODEC.parity or (0, 1))

    def __eq__(self, other: object) -> bool:
        return self.bits == getattr(other, "bits", _MISSING)

    __hash__ = None

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore_word, (type(self), self.bytes(), dict(self.__dict__))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.bytes()!r})"


class BitRun(bytes):
    """Bits as bytes; equal to whatever gives the same bytes by ``tobytes()``."""

    def __eq__(self, other: object) -> bool:
        tobytes = getattr(other, "tobytes", None)
        theirs = other if tobytes is None else tobytes()
        return bytes.__eq__(self, theirs) is True

    def __ne__(self, other: object) -> bool:
        return not self == other

    def tobytes(self) -> bytes:
        """The bits as bytes."""
        return bytes(self)

    __hash__ = bytes.__hash__


def stood_for(kind: type[Light]) -> type:
    """The class that *kind* stands for where its module is loaded, else *kind*."""
    module, _, name = kind.STANDS_FOR.rpartition(".")
    found = getattr(sys.modules.get(module), name, None)
    return found if isinstance(found, type) else kind


def is_like(thing: object, kind: type[Light]) -> bool:
    """Whether *thing* is a *kind*, or one of those that it stands for."""
    package, _, name = kind.STANDS_FOR.partition(".")
    name = name.rpartition(".")[2]
    return any(
        one is kind or (one.__name__ == name and one.__module__.split(".")[0] == package) for one in type(thing).__mro__
    )


def _restore(kind: type[Light], state: dict[str, Any]) -> Light:
    made = kind()
    made.__dict__.update(state)
    return made


def _restore_word(kind: type[LightWord], data: bytes, state: dict[str, Any]) -> LightWord:
    made = kind(data)
    made.__dict__.update(state)
    return made
