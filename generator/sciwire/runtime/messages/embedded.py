"""CBOR inside byte strings (RFC 8949 section 3.4.5.1): one item, with offsets and limits of the whole message."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from sciwire.runtime import cbor
from sciwire.runtime.errors import CodecError, DecodeError, LimitError
from sciwire.runtime.value import Value

from .bounded import Bounded
from .containers import ListOf, MapOf, TaggedOf, UnionOf
from .context import Reading, Writing
from .fault import Fault, join_steps
from .records import RecordOf
from .scalars import Converter, kind_of

__all__ = ["EmbeddedItem", "EmbeddedOf", "check_duplicates", "holds_embedded"]

T = TypeVar("T")


class EmbeddedItem(Value):
    """What is to be written inside a byte string."""

    value: Any


class EmbeddedOf(Value, Generic[T]):
    """Byte strings that hold one item of CBOR, whose value another converter reads and writes.

    What is wrong with the bytes is a Fault, so that a union may take them for something else; a limit is none.
    """

    inner: Converter[T]

    @property
    def expects(self) -> str:
        return f"a byte string that holds {self.inner.expects}"

    def decode(self, value: Any, reading: Reading) -> T:
        if not reading.base.nbytes:
            return self.inner.decode(value, reading)  # a canonical value, or the user's own
        if not isinstance(value, memoryview):
            raise Fault(f"expected {self.expects}, got {kind_of(value)}")
        if not value.nbytes:
            raise Fault(f"expected {self.expects}, got no bytes", "framing")
        item = _item(value, reading)
        reading.steps.append(cbor.INSIDE)
        try:
            return self.inner.decode(item, reading)
        except Fault as fault:
            raise fault.up(cbor.INSIDE) from None
        finally:
            reading.steps.pop()

    def encode(self, value: Any, writing: Writing) -> Any:
        writing.embedded = True
        return EmbeddedItem(self.inner.encode(value, writing))


def _item(content: memoryview, reading: Reading) -> Any:
    """The item that *content* holds, and nothing else; its arrays and byte strings are views of the message."""
    limits = reading.limits
    depth = limits.depth - len(reading.steps) - reading.tags - 1
    offset = cbor.offset_of(content, reading.base)
    # where the string came in chunks there is no place of what is in it but that of the string
    data, start = (content, 0) if offset is None else (reading.base[: offset + content.nbytes], offset)
    try:
        if depth < 1:
            raise LimitError(_too_deep(reading), at=start)
        found = cbor.decode(data, limits=limits.but(depth=depth), start=start)
        if reading.items + found.items > limits.items:
            problem = f"{reading.items + found.items} items are announced, the limit items is {limits.items}"
            raise LimitError(problem, at=start)
        if found.end != len(data):
            problem = f"the item in these bytes ends here, {len(data) - found.end} more bytes follow"
            error = DecodeError(problem, category="framing", at=found.end)
            error.rule = reading.tolerance.rules.get("trailing", "")
            raise error
    except CodecError as error:
        raise _placed(error, offset is not None, reading) from None
    reading.items += found.items
    check_duplicates(found, reading, placed=offset is not None)
    return found.value


def _too_deep(reading: Reading) -> str:
    return f"items nest deeper than the limit depth, {reading.limits.depth}"


def _placed(error: CodecError, placed: bool, reading: Reading) -> CodecError | Fault:
    """The *error* of an item in bytes as one of the message; LimitError stays, others are a Fault."""
    error.within(join_steps(reading.steps))
    if not placed:
        error.at = cbor.locate(reading.base, reading.steps, reading.start, known=reading.known)
    if isinstance(error, LimitError):
        deep = "limit depth" in error.problem  # of what the containers around have left
        return LimitError(_too_deep(reading), path=error.path, at=error.at) if deep else error
    rules, problem, category = reading.tolerance.rules, error.problem, error.category
    if category == "truncated":  # more bytes of the stream would be of no use
        problem, category = f"these bytes end inside the item that they hold: {problem}", "framing"
    fault = Fault(problem, category, error.rule or rules.get(error.check, ""))
    fault.rule = fault.rule or (rules.get("syntax", "") if category == "syntax" else "")
    fault.error = DecodeError(problem, category=category, path=error.path, at=error.at)
    fault.error.check = error.check
    return fault


def check_duplicates(decoded: cbor.Decoded, reading: Reading, *, placed: bool = True) -> None:
    """Note keys that stand twice in what was decoded at the place of the pass; DecodeError where that is not forgiven."""
    tolerance, around = reading.tolerance, join_steps(reading.steps)
    for path, start in zip(decoded.duplicates, decoded.maps, strict=True):
        whole = f"{around}.{path}" if around and not path.startswith("[") else f"{around}{path}"
        if tolerance.duplicates == "error":
            problem, rule = "the key stands here twice", tolerance.rules.get("duplicates", "")
            at = cbor.repeated_key(reading.base, start) if placed else cbor.locate(reading.base, reading.steps, reading.start)  # fmt: skip
            raise DecodeError(problem, category="constraint", path=whole, at=at, rule=rule)
        reading.warnings.append(f"{whole}: the key stands here twice, the last one counts")


def holds_embedded(converter: Any, seen: set[int] | None = None) -> bool:
    """Whether a value of *converter* may hold CBOR in a byte string."""
    seen = set() if seen is None else seen
    if id(converter) in seen:
        return False
    seen.add(id(converter))
    inside: tuple[Any, ...] = ()
    match converter:
        case EmbeddedOf():
            return True
        case Bounded(inner=inner) | TaggedOf(inner=inner):
            inside = (inner,)
        case ListOf(item=item):
            inside = (item,)
        case MapOf(value=value):
            inside = (value,)
        case UnionOf(alternatives=alternatives):
            inside = alternatives
        case RecordOf():
            inside = tuple(field.converter for field in converter.fields())
    return any(holds_embedded(one, seen) for one in inside)
