"""Looking at messages: the tree of a summary, the spans of a hex view, channels stacked to one array."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sciwire.runtime import cbor
from sciwire.runtime.arrays import CompressedArray
from sciwire.runtime.cbor.values import join_path
from sciwire.runtime.errors import EncodeError
from sciwire.runtime.record import Record
from sciwire.runtime.summary import describe_value
from sciwire.runtime.value import shown

if TYPE_CHECKING:
    from .form import Format

__all__ = ["check_profile", "record_rows", "spans", "stack", "summary"]

_HIDDEN = ("extra", "raw", "problems")
Units = Mapping[str, Mapping[str, str]]
#: record (a message by what its discriminator says) -> key or position -> name, record inside, steps to that
KeyNames = Mapping[Any, Mapping[Any, tuple[str, str, int]]]
#: a record, how many steps lead there first; how many lead to byte strings that hold CBOR, how many were taken
_Around = tuple[Any, int, tuple[int, ...], int]


def check_profile(name: str, profile: str, known: tuple[str, ...]) -> None:
    """ValueError where the format *name* has no such *profile*."""
    if profile not in known:
        raise ValueError(f"{name} has no profile {profile!r}; known: {', '.join(known)}")


def spans(
    data: bytes | bytearray | memoryview,
    prefixes: bytes = b"",
    names: KeyNames | None = None,
    discriminator: str | int | None = None,
    tag: int | None = None,
    embedded: Mapping[Any, Mapping[Any, tuple[int, ...]]] = MappingProxyType({}),
) -> Iterator[cbor.Span]:
    """Every byte of *data* in order, each with the field that it belongs to; one of *prefixes* may stand in front.

    *names* are those of integer keys and of positions, by record; a message is found by its *discriminator*. One that is
    an array may stand under the *tag* of its prefix. *embedded* are the fields with byte strings that hold CBOR: how many
    steps lead there from the field.
    """
    first = memoryview(data).cast("B")[:1].tobytes()
    start = 1 if first and first in prefixes else 0
    if start:
        yield cbor.Span(0, 1, "prefix", "text", first.decode("latin-1"))
    if not names:
        yield from cbor.walk(data, start, tag=tag)
        return
    kind = next(iter(names)) if discriminator is None else _kind_of(data, start, discriminator, tag)

    def named(step: str | int, around: _Around) -> tuple[str | int, _Around]:
        """The name of the field that *step* leads to."""
        record, wait, held, steps = around
        if wait or record not in names:
            return step, (record if wait else "", wait - 1 if wait else 0, held, steps + 1)
        name, inside, more = names[record].get(step, ("", "", 0))
        return name or step, (inside, more, embedded.get(record, {}).get(step, ()), 0)

    def opens(around: _Around) -> bool:
        return around[3] in around[2]

    yield from cbor.walk(data, start, named, (kind, 0, (), 0), tag, opens if embedded else None)


def _kind_of(data: bytes | bytearray | memoryview, start: int, discriminator: str | int, tag: int | None) -> Any:
    """What the discriminator says, as far as the message can be read."""
    path = join_path([discriminator])
    for span in cbor.walk(data, start, tag=tag):
        if span.path == path and span.kind in ("text", "unsigned", "negative"):
            return ast.literal_eval(span.text)
    return None


def stack(arrays: Mapping[str, Any] | None) -> NDArray[Any]:
    """The arrays as one, shape (number of arrays, ...), in their order; compressed ones are opened in place.

    EncodeError (category ``size``) where shapes or dtypes differ, or where there is none.
    """
    if not arrays:
        raise EncodeError("there is no array to stack", category="size")
    first = next(iter(arrays.values()))
    for name, array in arrays.items():
        if tuple(array.shape) != tuple(first.shape) or array.dtype != first.dtype:
            problem = (
                f"expected {first.dtype} {tuple(first.shape)} as in the first, got {array.dtype} {tuple(array.shape)}"
            )
            raise EncodeError(problem, category="size", path=name)
    result: NDArray[Any] = np.empty((len(arrays), *first.shape), first.dtype)
    for row, array in zip(result, arrays.values(), strict=True):
        if isinstance(array, CompressedArray):
            array.open(out=row)
        else:
            row[...] = array
    return result


def summary(form: Format, message: Any, units: Units) -> list[tuple[str, str]]:
    """A path and a line of text for each field that is there."""
    rows: list[tuple[str, str]] = []
    kind = next((kind for kind, record in form.records.items() if type(message) is record.cls), None)
    if form.discriminator is not None:
        word = str(form.discriminator) if form.layout == "map" else join_path([form.discriminator])
        rows.append((word, repr(kind)))
    if form.prefix_bytes is not None:
        rows.append(("prefix", repr(message.prefix)))
    record_rows(message, "", units, rows)
    return rows


def record_rows(record: Any, path: str, units: Units, rows: list[tuple[str, str]]) -> None:
    """Add a row for each field of *record* that is there, below *path*; *units* are by class and field."""
    names = getattr(type(record), "PLAIN_NAMES", {})
    hidden = (*_HIDDEN, *getattr(type(record), "HIDDEN", ()))
    own = units.get(type(record).__name__, {})
    for name in record.__fields__:
        value = getattr(record, name)
        if name not in hidden and value is not None:
            _rows(value, _joined(path, names.get(name, name)), own.get(name, ""), units, rows)
    for key, value in record.extra.items():
        _rows(value, _joined(path, key if isinstance(key, str) else shown(key)), "", units, rows)


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _rows(value: Any, path: str, unit: str, units: Units, rows: list[tuple[str, str]]) -> None:
    if isinstance(value, CompressedArray):
        rows.append((path, f"{value.dtype} {tuple(value.shape)}  {value.algorithm}, {len(value.payload)} bytes"))
    elif isinstance(value, Record) and hasattr(value, "extra"):
        record_rows(value, path, units, rows)
    elif isinstance(value, dict) and value:
        for key, item in value.items():
            _rows(item, f"{path}.{key if isinstance(key, str) else shown(key)}", unit, units, rows)
    else:
        rows.append((path, describe_value(value, unit)))
