"""Canonical values of a `struct` specification: records, members that the tables allow, bits, arrays, text that fits.

A field that chooses a table of a union, or that says whether another is there, is drawn first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from sciwire.model.families.struct import BitWord, StructBody, StructField
from sciwire.model.families.struct_digits import digits_codec, is_digits
from sciwire.model.families.struct_links import field_size, hidden_fields, plain_type, record_size
from sciwire.model.families.struct_varints import is_varint
from sciwire.model.ir import Spec
from sciwire.model.types import Named, Number, Scalar
from sciwire.runtime import plain

from ..volume.source import Source
from . import drawing as st
from . import leaves
from .drawing import Drawn
from .struct_leaves import byte_text, text, whole
from .struct_lengths import fit
from .struct_told import TOLD, Told, bounded
from .struct_told import said as _said

__all__ = ["value"]

_MOST = 4  # elements in a list
_DEEP = 4  # records inside records


def value(spec: Spec, label: str) -> Drawn[Any]:
    """Canonical values of the record *label*."""
    return _Drawing(spec).record(label, {}, 0)


class _Drawing:
    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.body: StructBody = spec.body
        self.hidden = hidden_fields(spec)
        self.told = Told(spec)
        unions = self.body.unions.values()
        self.asked = (
            {union.select for union in unions}
            | {union.on.split(".")[0] for union in unions}
            | {
                field.only[0].split(".")[0]
                for record in self.body.structs.values()
                for field in record.fields
                if field.only
            }
            | self.told.first
        )

    def record(self, name: str, around: Mapping[str, Any], depth: int) -> Drawn[Any]:
        record = self.body.structs[name]
        own = {one.label for one in record.fields}
        told = {path: one for path, one in around.get(TOLD, {}).items() if path.split(".")[0] not in own}
        around = {label: value for label, value in around.items() if label not in own}
        shared = self.told.shared(name)
        if shared:
            numbers = {path: st.integers(*both) for path, both in shared.items()}
            drawn = st.fixed_dictionaries(numbers).flatmap(
                lambda said: self._record(name, {**around, TOLD: {**told, **said}}, depth)
            )
        else:
            drawn = self._record(name, {**around, TOLD: told}, depth)
        if record.length is None:
            return drawn
        kept = frozenset(one.label for one in record.fields for extent in (one.size, one.count) if extent and extent.path in shared)  # fmt: skip
        return drawn.map(lambda value: fit(self.spec, record, value, kept)).filter(lambda value: value is not None)

    def _record(self, name: str, around: Mapping[str, Any], depth: int) -> Drawn[Any]:
        fields = [one for one in self.body.structs[name].fields if self._seen(name, one)]
        first = {one.label: self.field(one, around, depth) for one in fields if one.label in self.asked}

        def whole(known: dict[str, Any]) -> Drawn[Any]:
            said = {**around, **known}
            later = {
                one.label: self.field(one, said, depth)
                for one in fields
                if one.label not in known and (one.only is None or _said(one.only[0], said) in one.only[1])
            }
            order = [one.label for one in fields]
            return st.fixed_dictionaries(later).map(
                lambda drawn: {label: {**known, **drawn}[label] for label in order if label in known or label in drawn}
            )

        unions = [self.body.unions[one.type.name] for one in fields
                  if isinstance(one.type, Named) and one.type.name in self.body.unions]  # fmt: skip

        def told(known: dict[str, Any]) -> bool:
            """Whether every union has a member for what is said of it."""
            said = [(union, _said(union.on, {**around, **known})) for union in unions]
            return all(what is None or union.others or what in union.members.values() for union, what in said)

        return st.fixed_dictionaries(first).filter(told).flatmap(whole)

    def _seen(self, name: str, field: StructField) -> bool:
        return field.role in ("value", "version") and (name, field.label) not in self.hidden

    def field(self, field: StructField, around: Mapping[str, Any], depth: int) -> Drawn[Any]:
        if field.role == "version":
            return st.sampled_from(field.known)
        if field.count is None:
            return self.one(field, around, depth)
        kind = plain_type(self.spec, field.type)
        exact = field.count.number if field.count.number is not None else self.told.extent(field.count, around)
        least, most = (
            (exact, exact) if exact is not None else (_least(field), _least(field) if depth >= _DEEP else _MOST)
        )
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
        told = self.told.extent(field.size, around)
        if kind.name in ("uint", "int"):
            tells = self.told.range(field.label)
            if tells is not None:
                return st.integers(*bounded(field, tells))
            bits = 64 if is_varint(field) else 8 * (size or 1)
            low, high = (0, (1 << bits) - 1) if kind.name == "uint" else (-(1 << bits - 1), (1 << bits - 1) - 1)
            if is_digits(field):
                codec = digits_codec(field, signed=kind.name == "int")
                low, high = codec.low, codec.high
            least, most = low if field.low is None else int(field.low), high if field.high is None else int(field.high)
            return leaves.integer(max(low, least), min(high, most))
        if kind.name == "bool":
            return st.booleans()
        if kind.name == "bytes":
            return byte_text(field, size) if told is None else leaves.byte_string(told, told)
        return text(field, size) if told is None else text(field, told).map(lambda text: whole(text, told, field))

    def named(self, name: str, around: Mapping[str, Any], depth: int) -> Drawn[Any]:
        if name in self.body.structs:
            return self.record(name, around, depth)
        if name in self.body.bits:
            return _bits(self.body.bits[name], self.told)
        union = self.body.unions[name]
        members = union.tables[around[union.select]] if union.select else tuple(union.members)
        said = _said(union.on, around)
        if said is not None:
            meant = tuple(one for one in members if union.members[one] == said)
            if not meant and union.others:
                return leaves.byte_string().map(lambda data: {union.tag: said, "data": data})
            members = meant or members
        shallow = [one for one in members if record_size(self.spec, one) is not None] if depth >= _DEEP else members
        return st.sampled_from(list(shallow or members)).flatmap(
            lambda member: self.record(member, around, depth).map(lambda fields: {union.tag: member, **fields})
        )

    def table(self, name: str, least: int, most: int) -> Drawn[Any]:
        """Columns of random bytes where every pattern of bits is a value, else of random values."""
        fields = [one for one in self.body.structs[name].fields if self._seen(name, one)]

        def columns(draw: tuple[int, bytes]) -> dict[str, Any]:
            rows, seed = draw
            random = Source.of("table", seed.hex())
            return {one.label: plain.to_plain(self._column(one, rows, random)) for one in fields}

        return st.tuples(st.integers(least, most), st.binary(min_size=1, max_size=4)).map(columns)

    def _column(self, field: StructField, rows: int, random: Source) -> np.ndarray[Any, Any]:
        kind = plain_type(self.spec, field.type)
        if field.count is not None:
            many = field.count.number or 0
            flat = self._column(replace(field, count=None), rows * many, random)
            return flat.reshape((rows, many, *flat.shape[1:]))
        size = field_size(self.spec, field) or 1
        word = self.body.bits.get(kind.name) if isinstance(kind, Named) else None
        if word is not None:
            numbers = [_some_word(word, random) for _ in range(rows)]
            data = b"".join(one.to_bytes(word.size, "little" if word.order == "little" else "big") for one in numbers)
            whole = word.size in (1, 2, 4, 8)
            dtype = f"{'<' if word.order == 'little' else '>'}u{word.size}" if whole else f"({word.size},)u1"
            return np.frombuffer(data, dtype, rows)
        if isinstance(kind, Named):
            inner = [one for one in self.body.structs[kind.name].fields if one.role not in ("pad", "align")]
            columns = {one.label: self._column(one, rows, random) for one in inner}
            table = np.zeros(rows, [(label, one.dtype, one.shape[1:]) for label, one in columns.items()])
            for label, one in columns.items():
                table[label] = one
            return table
        if field.role in ("const", "version"):
            value = field.const if field.role == "const" else field.known[-1]
            return np.full(rows, value, self._dtype(kind, field) if isinstance(kind, Number) else None)
        if isinstance(kind, Number) and (field.enum is not None or (field.low, field.high) != (None, None)):
            choices = list((field.enum or {}).values()) or [one for one in (field.low, field.high) if one is not None]
            return np.array([choices[random.below(len(choices))] for _ in range(rows)], self._dtype(kind, field))
        if kind == Scalar("text") and field.encoding.startswith("utf-16"):
            drawn = [
                ("ab"[: random.below(size // 2 + 1)]).encode(field.encoding).ljust(size, b"\0") for _ in range(rows)
            ]
            return np.frombuffer(b"".join(drawn), f"({size},)u1", rows)
        if kind == Scalar("text"):
            return np.array(
                [b"ab"[: random.below(size + 1)].ljust(size, bytes([field.fill or 0])) for _ in range(rows)], f"S{size}"
            )
        data = random.octets(rows * size)
        if kind == Scalar("bool"):
            data = bytes(byte & 1 for byte in data)
        dtype = self._dtype(kind, field) if isinstance(kind, Number) else "u1" if size == 1 else f"({size},)u1"
        return np.frombuffer(data, dtype, rows)

    def _number(self, kind: Number, field: StructField) -> Drawn[Any]:
        tells = self.told.range(field.label)
        if tells is not None:
            return st.integers(*bounded(field, tells))
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


def _some_word(word: BitWord, random: Source) -> int:
    """Random bits, none of them reserved, the parity right."""
    taken = sum(((1 << one.width) - 1) << one.at for one in word.fields)
    number = int.from_bytes(random.octets(word.size), "little") & (taken if word.reserved else (1 << 8 * word.size) - 1)
    if word.parity is None:
        return number
    bit, ones = word.parity
    number &= ~(1 << bit)
    return number | (number.bit_count() % 2 != ones) << bit


def _least(field: StructField) -> int:
    """How few elements the field that says how many can say."""
    return max(0, field.count.plus) if field.count is not None and field.count.path else 0


def _bits(word: BitWord, told: Told) -> Drawn[Any]:
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
        tells = told.range(one.name)
        if tells is not None and not one.enum and not one.signed:
            numbers = st.integers(tells[0], min(tells[1], (1 << one.width) - 1))
        fields[one.name] = st.booleans() if one.flag else numbers
    return st.fixed_dictionaries(fields)


def _other_than(known: set[int], value: int) -> bool:
    return value not in known
