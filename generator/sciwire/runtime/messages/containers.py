"""Converters of values that hold others: lists, maps, unions, tags. Each adds its step to a rising fault."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Generic, TypeVar

from sciwire.runtime import cbor
from sciwire.runtime.errors import CodecError
from sciwire.runtime.value import Value
from sciwire.runtime.values import Tagged

from .context import Reading, Writing
from .fault import Fault, step_of
from .scalars import Converter, kind_of

__all__ = ["ListOf", "MapOf", "TaggedOf", "UnionOf"]

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")


class ListOf(Value, Generic[T]):
    """Arrays whose items are all of one type, of a fixed length where one is stated."""

    item: Converter[T]
    length: int | None = None

    @property
    def expects(self) -> str:
        return f"an array of {self.length}" if self.length is not None else "an array"

    @property
    def leaf(self) -> bool:
        return getattr(self.item, "leaf", False)

    def decode(self, value: Any, reading: Reading) -> list[T]:
        items = self._items(value)
        decode, steps = self.item.decode, reading.steps
        result: list[T] = []
        steps.append(0)
        try:
            for index, item in enumerate(items):
                steps[-1] = index
                result.append(decode(item, reading))
        except Fault as fault:
            raise fault.up(len(result)) from None
        finally:
            steps.pop()
        return result

    def encode(self, value: Any, writing: Writing) -> Any:
        items = self._items(value)
        result: list[Any] = []
        writing.steps.append(0)
        try:
            for index, item in enumerate(items):
                writing.steps[-1] = index
                result.append(self.item.encode(item, writing))
        except Fault as fault:
            raise fault.up(len(result)) from None
        finally:
            writing.steps.pop()
        return result

    def _items(self, value: Any) -> Any:
        if not isinstance(value, (list, tuple)):
            raise Fault(f"expected {self.expects}, got {kind_of(value)}")
        if self.length is not None and len(value) != self.length:
            raise Fault(f"expected {self.expects}, got {kind_of(value)}", "constraint")
        return value


class MapOf(Value, Generic[K, V]):
    """Maps whose keys are of one type and whose values are of another; their order is kept."""

    key: Converter[K]
    value: Converter[V]
    expects: str = "a map"

    def decode(self, value: Any, reading: Reading) -> dict[K, V]:
        result: dict[K, V] = {}
        for key, item in self._entries(value):
            step = step_of(key)
            reading.steps.append(step)
            try:
                result[self.key.decode(key, reading)] = self.value.decode(item, reading)
            except CodecError as error:
                if not reading.keep:
                    raise
                reading.note(error)  # the other entries are good
            except Fault as fault:
                raise fault.up(step) from None
            finally:
                reading.steps.pop()
        return result

    def encode(self, value: Any, writing: Writing) -> Any:
        result: dict[Any, Any] = {}
        for key, item in self._entries(value):
            step = step_of(key)
            writing.steps.append(step)
            try:
                result[self.key.encode(key, writing)] = self.value.encode(item, writing)
            except Fault as fault:
                raise fault.up(step) from None
            finally:
                writing.steps.pop()
        return result

    def _entries(self, value: Any) -> Any:
        if isinstance(value, cbor.Pairs):
            return value.pairs
        if not isinstance(value, Mapping):
            raise Fault(f"expected {self.expects}, got {kind_of(value)}")
        return value.items()


class TaggedOf(Value, Generic[T]):
    """Another converter's value under a tag, which is demanded on reading and put on writing."""

    number: int
    inner: Converter[T]

    @property
    def expects(self) -> str:
        return f"tag {self.number}"

    def decode(self, value: Any, reading: Reading) -> T:
        if isinstance(value, Tagged):
            if value.number != self.number:
                raise Fault(f"expected {self.expects}, got {kind_of(value)}")
            value = value.value
        elif reading.base.nbytes:
            raise Fault(f"expected {self.expects}, got {kind_of(value)}")
        reading.tags += 1
        try:
            return self.inner.decode(value, reading)
        finally:
            reading.tags -= 1

    def encode(self, value: Any, writing: Writing) -> Any:
        return Tagged(self.number, self.inner.encode(value, writing))


class UnionOf(Value):
    """The first of several converters that takes the value."""

    alternatives: tuple[Converter[Any], ...]

    @property
    def expects(self) -> str:
        return " or ".join(dict.fromkeys(self._kinds()))

    def _kinds(self) -> Iterator[str]:
        for one in self.alternatives:
            yield from one._kinds() if isinstance(one, UnionOf) else (one.expects,)

    def decode(self, value: Any, reading: Reading) -> Any:
        return self._first("decode", value, reading)

    def encode(self, value: Any, writing: Writing) -> Any:
        return self._first("encode", value, writing)

    def _first(self, method: str, value: Any, context: Reading | Writing) -> Any:
        nearest: Fault | None = None
        opened = context.opened if isinstance(context, Reading) else 0
        for one in self.alternatives:
            try:
                return getattr(one, method)(value, context)
            except Fault as fault:
                if isinstance(context, Reading):
                    context.opened = opened  # what it had opened is given up
                # the alternative that came furthest knows best what is wrong
                if nearest is None or (len(fault.steps), fault.category != "type") > (
                    len(nearest.steps),
                    nearest.category != "type",
                ):
                    nearest = fault
        if nearest is None or (not nearest.steps and nearest.category == "type"):
            raise Fault(f"expected {self.expects}, got {kind_of(value)}")
        raise nearest
