"""Values that did not fit their field and were kept as they came, where the specification tolerates that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["Kept", "kept_of"]


class Kept(str):
    """The path of such a value, as `raw` of a message lists it; *value* stands in the field, *form* is what is written.

    What stands in the field may be more than what came: text that is no date is a `DateTime` there, and plain text on
    the wire. Once the user puts another value into the field it is that one which is written, as its type says.
    """

    value: Any
    form: Any
    __slots__ = ("form", "value")

    def __new__(cls, path: str, value: Any, form: Any) -> Kept:
        kept = super().__new__(cls, path)
        kept.value = value
        kept.form = form
        return kept

    def __reduce__(self) -> tuple[Any, ...]:
        return Kept, (str(self), self.value, self.form)


def kept_of(raw: Iterable[str]) -> Mapping[str, str]:
    """The paths of *raw*, to be found by their text."""
    return {str(path): path for path in raw}
