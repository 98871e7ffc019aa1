"""A root that ends in a run of elements, one element at a time: files longer than the memory, files that were cut.

`Walk` reads the head at once and each element when it is asked for; what is whole is given even where the rest is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic, TypeVar

from ..errors import CodecError, about
from ..limits import Limits
from .arrays import ListOf
from .cursor import Reader
from .format import Bytes, Format
from .parts import Const, Derived, Pad, Part
from .records import Record
from .scalars import Bounded, Choice, Codec, Number
from .unions import Union

__all__ = ["Walk", "leading_format", "leading_formats"]

E = TypeVar("E")


class Walk(Generic[E]):
    """The elements of the last field of a root, in order; belongs to one thread at a time.

    Attributes
    ----------
    head : the fields in front of the run, by name.
    at : offset behind the last element that was given; from here on nothing was understood yet.
    count : how many elements were given.
    """

    def __init__(self, form: Format, data: Bytes, *, limits: Limits | None = None) -> None:
        """Read the head. Raises `DecodeError`."""
        self._form = form
        self._limits = limits or form.limits
        self._data = memoryview(data).cast("B")
        reader = Reader(self._data, 0, self._limits)
        scope: dict[str, Any] = {".": 0}
        with about(form.subject):
            root = form.reads(reader)
            run = root.parts[-1]
            assert isinstance(run, Part) and isinstance(run.codec, ListOf)
            self._run = run
            reader.scopes.append(scope)
            for part in root.parts[:-1]:
                try:
                    part.read(reader, scope)
                except CodecError as error:
                    raise error.within(part.name) from None
        self._scope = scope
        self.head: dict[str, Any] = {name: scope[name] for name in form.root.public if name != run.name}
        self.at = reader.at
        self.count = 0

    def __iter__(self) -> Iterator[E]:
        """The elements that are left. Raises `DecodeError` (`TruncatedError`) at the first that is not good; `at` stays."""
        codec: Codec = self._run.codec.codec  # type: ignore[attr-defined] # the constructor has seen that it is a ListOf
        while self.at < len(self._data):
            reader = Reader(self._data, self.at, self._limits)
            reader.scopes.append(self._scope)
            with about(self._form.subject):
                try:
                    element = codec.read(reader)
                except CodecError as error:
                    raise error.within(f"{self._run.name}[{self.count}]") from None
            self.at = reader.at
            self.count += 1
            yield element

    def close(self) -> None:
        """Let go of the data."""
        self._data.release()


def leading_format(record: Record) -> str:
    """The numbers, padding and plain bytes that a record begins with, up to the first field whose size varies,
    as the `struct` module writes them.

    ValueError where they are of two byte orders, for which it has no word.
    """  # fmt: skip
    letters, orders = "", set[str]()
    for part in record.parts:
        if isinstance(part, Pad):
            letters += f"{part.size}x"
            continue
        plain = _letters(part.codec) if isinstance(part, (Part, Derived, Const)) else ""
        if not plain or getattr(part, "only", None) is not None:
            break
        orders.add(plain[0])
        letters += plain[1:]
    orders -= {"="}
    if len(orders) > 1:
        raise ValueError(f"{record.name} begins with numbers of two byte orders")
    return (orders.pop() if orders else "<") + letters


def _letters(codec: Codec) -> str:
    return _letters(codec.codec) if isinstance(codec, (Bounded, Choice)) else codec.letters


def leading_formats(union: Union) -> dict[str, tuple[int, str]]:
    """The tag of each member, and the format of the tag and the head together."""
    assert isinstance(union.codec, Number)
    tag = union.codec.letters
    found = {}
    for name, record in union.members.items():
        head = leading_format(record)
        order = head[0] if tag[0] == "=" else tag[0]
        found[name] = (union.tag_of(record.cls()), order + tag[1:] + head[1:])
    return found
