"""What no specification names: any item that CBOR has, and keys that a message may have besides its fields."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from sciwire.model.ir import Record, Spec
from sciwire.model.types import Number
from sciwire.runtime import plain

from . import drawing as st
from . import leaves
from .drawing import Drawn

__all__ = [
    "MOST",
    "anything",
    "canonical_map",
    "label_of",
    "orders",
    "surplus",
    "text_map",
    "unknown",
    "unknown_numbers",
]

#: entries of a drawn list or map
MOST = 4

_INT = (-(2**64), 2**64 - 1)
#: Tags that mean nothing to a reader of arrays and dates, those that other readers act on among them.
_TAGS = (6, 28, 29, 35, 258, 1000, 2**32, 2**63)


def text_map(keys: Drawn[str], item: Drawn[Any]) -> Drawn[Any]:
    pairs = st.lists(st.tuples(keys, item).map(list), max_size=MOST, unique_by=label_of)
    return pairs.map(canonical_map)


def label_of(pair: list[Any]) -> str:
    return json.dumps(pair[0], sort_keys=True)


def canonical_map(pairs: list[list[Any]]) -> Any:
    if all(isinstance(key, str) and not key.startswith("$") for key, _ in pairs):
        return dict(pairs)
    return {"$map": pairs}


@cache  # one strategy for all fields: it is costly to make
def anything() -> Drawn[Any]:
    """What a user may put into a message: every kind of CBOR item, nested a little."""
    leaf = st.one_of(
        st.none(),
        st.booleans(),
        leaves.integer(*_INT),
        leaves.integer(-(2**80), 2**80),  # bignums
        leaves.real(),
        leaves.text(),
        leaves.byte_string(),
        leaves.date(),
        leaves.array(_ANY_DTYPES, 1, low=0),
        leaves.array(_ANY_DTYPES, 2),
    )
    keys = st.one_of(leaves.text(), leaves.text().map("${}".format), leaves.integer(*_INT), leaves.byte_string())

    def containers(inner: Drawn[Any]) -> Drawn[Any]:
        pairs = st.lists(st.tuples(keys, inner).map(list), max_size=MOST, unique_by=label_of)
        tags = st.tuples(st.sampled_from(_TAGS).map(plain.plain_int), inner).map(lambda pair: {"$tag": list(pair)})
        return st.one_of(st.lists(inner, max_size=MOST), text_map(leaves.text(), inner), pairs.map(canonical_map), tags)

    return st.recursive(leaf, containers, max_leaves=8)


def unknown(spec: Spec, record: Record) -> Drawn[dict[str, Any]]:
    """Now and then a key that the specification does not know; never one by which something else is refused."""
    known = {field.key for field in record.fields} | {field.name for field in record.fields} | {"prefix"}
    known |= {word for field in record.fields for word in field.also}
    taken = {spec.body.discriminator, *known, *(refusal.key for refusal in spec.body.refusals)}
    keys = leaves.text(1).filter(lambda key: key not in taken and not key.startswith("$"))
    return st.one_of(st.just({}), st.dictionaries(keys, anything(), max_size=2))


def unknown_numbers(spec: Spec, record: Record) -> Drawn[list[list[Any]]]:
    """Now and then integer keys that the specification does not know, with their values."""
    taken = {spec.body.discriminator, *(refusal.key for refusal in spec.body.refusals)}
    taken |= {key for field in record.fields for key in (field.key, *field.also)}
    keys = leaves.integer(-(2**63), 2**63 - 1).filter(
        lambda key: (int(key["$int"]) if isinstance(key, dict) else key) not in taken
    )
    pairs = st.lists(st.tuples(keys, anything()).map(list), max_size=2, unique_by=label_of)
    return st.one_of(st.just([]), pairs)


def surplus(spec: Spec, record: Record) -> Drawn[list[list[Any]]]:
    """Now and then items behind the fields of a message that is an array, with their positions."""
    first = len(record.fields) + (spec.body.discriminator is not None)
    items = st.lists(anything(), max_size=2)
    return items.map(lambda found: [[first + index, item] for index, item in enumerate(found)])


def orders(dtypes: tuple[Number, ...]) -> tuple[str, ...]:
    """The dtypes with an explicit byte order: both where the specification leaves it to the writer."""
    found: list[str] = []
    for dtype in dtypes:
        if dtype.code.endswith("1"):
            found.append(f"|{dtype.code}")
        else:
            found += [order + dtype.code for order in (dtype.order or "<>")]
    return tuple(found)


_ANY_DTYPES = orders(tuple(Number(code) for code in ("u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8")))
