"""Canonical values of a `struct` specification: records, members that the tables allow, bits, arrays, text that fits.

A field that chooses a table of a union, or that says whether another is there, is drawn first.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from sciwire.model.families.struct import BitWord, StructBody, StructField
from sciwire.model.families.struct_links import field_size, hidden_fields, plain_type, record_size
from sciwire.model.ir import Spec
from sciwire.model.types import Named, Number, Scalar
from sciwire.runtime import plain

from ..volume.source import Source
from . import drawing as st
from . import leaves
from .drawing import Drawn

__all__ = ["value"]

_MOST = 4  # elements in a list
_DEEP = 4  # records inside records
_ENCODINGS = {"ascii": 0x7F, "latin-1": 0xFF, "utf-8": 0x10FFFF}


def value(spec: Spec, label: str) -> Drawn[Any]:
    """Canonical values of the record *label*."""
    return _Drawing(spec).record(label, {}, 0)


class _Drawing:
    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.body: StructBody = spec.body
        self.hidden = hidden_fields(spec)
        unions = self.body.unions.values()
        self.asked = {union.select for union in unions} | {
            field.only[0] for record in self.body.structs.values() for field in record.fields if field.only
        }

    def record(self, name: str, around: Mapping[str, Any], depth: int) -> Drawn[Any]:
        fields = [one for one in self.body.structs[name].fields if self._seen(name, one)]
        first = {one.label: self.field(one, around, depth) for one in fields if one.label in self.asked}

        def whole(known: dict[str, Any]) -> Drawn[Any]:
            said = {**around, **known}
            later = {
                one.label: self.field(one, said, depth)
                for one in fields
                if one.label not in known and (one.only is None or said.get(one.only[0]) in one.only[1])
            }
            order = [one.label for one in fields]
            return st.fixed_dictionaries(later).map(
                lambda drawn: {label: {**known, **drawn}[label] for label in order if label in known or label in drawn}
            )

        return st.fixed_dictionaries(first).flatmap(whole)

    def _seen(self, name: str, field: StructField) -> bool:
        return field.role in ("value", "version") and (name, field.label) not in self.hidden

    def field(self, field: StructField, around: Mapping[str, Any], depth: int) -> Drawn[Any]:
        if field.role == "version":
            return st.sampled_from(field.known)
        if field.count is None:
            return self.one(field, around, depth)
        kind = plain_type(self.spec, field.type)
        least, most = (field.count.number, field.count.number) if field.count.number is not None else (0, _MOST)
        if depth >= _DEEP and field.count.number is None:
            most = 0
        if field.table:
            assert isinstance(kind, Named)
            return self.table(kind.name, least, most)
        if isinstance(kind, Number) and field.enum is None and field.low is None and field.high is None:
            return st.lists(leaves.number(kind.code), min_size=least, max_size=most).map(
                lambda items: plain.to_plain(
                    np.array([plain.from_plain(one) for one in items], self._dtype(kind, field))
                )
            )
        return st.lists(self.one(field, around, depth), min_size=least, max_size=most)

    def one(self, field: StructField, around: Mapping[str, Any], depth: int) -> Drawn[Any]:
        kind = plain_type(self.spec, field.type)
        if field.enum is not None:
            return st.sampled_from(list(field.enum))
        if isinstance(kind, Number):
            return self._number(kind, field)
        if isinstance(kind, Named):
            return self.named(kind.name, around, depth + 1)
        assert isinstance(kind, Scalar)
        size = field.size.number if field.size else None
        if kind.name in ("uint", "int"):
            bits = 8 * (size or 1)
            low, high = (0, (1 << bits) - 1) if kind.name == "uint" else (-(1 << bits - 1), (1 << bits - 1) - 1)
            return leaves.integer(max(low, int(field.low or low)), min(high, int(field.high or high)))
        if kind.name == "bool":
            return st.booleans()
        if kind.name == "bytes":
            return _bytes(field, size)
        return _text(field, size)

    def named(self, name: str, around: Mapping[str, Any], depth: int) -> Drawn[Any]:
        if name in self.body.structs:
            return self.record(name, around, depth)
        if name in self.body.bits:
            return _bits(self.body.bits[name])
        union = self.body.unions[name]
        members = union.tables[around[union.select]] if union.select else tuple(union.members)
        shallow = [one for one in members if record_size(self.spec, one) is not None] if depth >= _DEEP else members
        return st.sampled_from(list(shallow or members)).flatmap(
            lambda member: self.record(member, around, depth).map(lambda fields: {union.tag: member, **fields})
        )

    def table(self, name: str, least: int, most: int) -> Drawn[Any]:
        """Columns of random bytes: every pattern of bits is a value."""
        fields = [one for one in self.body.structs[name].fields if one.role == "value"]

        def columns(draw: tuple[int, bytes]) -> dict[str, Any]:
            rows, seed = draw
            random = Source.of("table", seed.hex())
            found = {}
            for one in fields:
                kind = plain_type(self.spec, one.type)
                size = field_size(self.spec, one) or 1
                data = random.octets(rows * size)
                dtype = (
                    self._dtype(kind, one) if isinstance(kind, Number) else f"u{size}" if size == 1 else f"({size},)u1"
                )
                found[one.label] = plain.to_plain(np.frombuffer(data, dtype, rows))
            return found

        return st.tuples(st.integers(least, most), st.binary(min_size=1, max_size=4)).map(columns)

    def _number(self, kind: Number, field: StructField) -> Drawn[Any]:
        if field.low is None and field.high is None:
            return leaves.number(kind.code)
        bits = 8 * int(kind.code[1:])
        if kind.code[0] == "f":
            return leaves.real(bits, field.low, field.high)
        low, high = (0, (1 << bits) - 1) if kind.code[0] == "u" else (-(1 << bits - 1), (1 << bits - 1) - 1)
        return leaves.integer(
            low if field.low is None else int(field.low), high if field.high is None else int(field.high)
        )

    def _dtype(self, kind: Number, field: StructField) -> str:
        order = "<" if (field.order or self.body.order) == "little" else ">"
        return kind.dtype if kind.order or kind.code.endswith("1") else order + kind.code


def _bytes(field: StructField, size: int | None) -> Drawn[Any]:
    if size is None:
        return st.binary(max_size=20).map(lambda data: plain.plain_bytes(data + b"x" * _missing(field, len(data))))
    if field.fill is None or not field.strip:
        return leaves.byte_string(size, size)
    fill = bytes([field.fill])
    return st.binary(max_size=size).map(lambda data: plain.plain_bytes(data.rstrip(fill)))


def _text(field: StructField, size: int | None) -> Drawn[Any]:
    characters = st.characters(max_codepoint=_ENCODINGS[field.encoding], exclude_categories=("Cs",))
    drawn = st.text(characters, max_size=20 if size is None else size)
    if field.terminator is not None:
        return drawn.map(lambda text: text.replace(chr(field.terminator or 0), ""))
    if size is None:
        return drawn.map(lambda text: text + "x" * _missing(field, len(text.encode(field.encoding))))
    return drawn.map(lambda text: _cut(text, size, field.encoding).rstrip(chr(field.fill or 0)))


def _missing(field: StructField, length: int) -> int:
    """How many bytes more there must be, so that the field that says how many can say it."""
    if field.size is None or not field.size.path:
        return 0
    over = length - field.size.plus
    return -over if over < 0 else -over % field.size.unit


def _cut(text: str, size: int, encoding: str) -> str:
    while len(text.encode(encoding)) > size:
        text = text[:-1]
    return text


def _bits(word: BitWord) -> Drawn[Any]:
    if word.shared:
        return leaves.byte_string(word.size, word.size)
    fields: dict[str, Drawn[Any]] = {}
    for one in word.fields:
        low = -(1 << one.width - 1) if one.signed else 0
        numbers = leaves.integer(low, low + (1 << one.width) - 1)
        if one.enum:
            named = set(one.enum.values())
            others = st.integers(0, (1 << one.width) - 1).filter(partial(_other_than, named))
            full = len(named) == 1 << one.width
            numbers = st.sampled_from(list(one.enum)) if full else st.one_of(st.sampled_from(list(one.enum)), others)
        fields[one.name] = st.booleans() if one.flag else numbers
    return st.fixed_dictionaries(fields)


def _other_than(known: set[int], value: int) -> bool:
    return value not in known
