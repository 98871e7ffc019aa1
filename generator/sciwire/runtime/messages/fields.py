"""One field of a record: where it stands, what it holds, and what is asked of it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from sciwire.runtime.value import Value

from .scalars import Converter

__all__ = ["FieldOf"]

Key = str | int


class FieldOf(Value):
    """A field as the generated module states it, for reading and writing alike.

    *key* is what it has on the wire where that is not its *name*; where it is absent the value is looked for under
    *also*, in order. Of a *wrong_type* a value is an error or kept as it is; where nothing is said it is an error for
    what is *required*, else as the format says. *when* names an option, and the values of it with which the field is
    written. What is *last* is written behind the keys that nobody knows.
    """

    name: str
    converter: Converter[Any]
    rule: str = ""
    required: bool = False
    key: Key | None = None
    default: Any = None
    wrong_type: str = ""
    also: tuple[Key, ...] = ()
    when: tuple[str, tuple[str, ...]] | None = None
    last: bool = False

    @cached_property
    def wire_key(self) -> Key:
        return self.name if self.key is None else self.key

    @property
    def same(self) -> type | None:
        """The type of values that are in the record what they are on the wire; None if there are none."""
        return None if self.also else getattr(self.converter, "same", None)

    @property
    def leaf(self) -> Any:
        """The converter's `decode`, where it asks nothing of the pass but the value; else None."""
        return self.converter.decode if not self.also and getattr(self.converter, "leaf", False) else None
