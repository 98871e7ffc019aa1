"""Layout tables of the `struct` family: offsets, types, rules and meanings of every record, word and union."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sciwire.model import Spec
from sciwire.model.families.struct import BitPart, BitWord, Extent, StructBody, StructField, StructRecord, StructUnion
from sciwire.model.families.struct_digits import is_digits
from sciwire.model.families.struct_links import field_size, hidden_fields
from sciwire.model.families.struct_orders import TOLD
from sciwire.model.families.struct_varints import is_varint
from sciwire.model.types import Named, Number, Scalar
from sciwire.model.words import range_words, value_words

from ..plan import Section
from ..text import sentence
from .attributes import described
from .records import type_rows

__all__ = ["bits_words", "describe", "field_words"]

_COLUMNS = ("offset", "field", "type", "unit", "in values", "rule", "meaning")


def describe(spec: Spec) -> list[Section]:
    """One table a record, a word of bits, a union, a table of rows; and the operations."""
    body: StructBody = spec.body
    hidden = hidden_fields(spec)
    sections = [_record(spec, record, hidden) for record in body.structs.values()]
    sections += [_union(union) for union in body.unions.values()]
    sections += [_word(word) for word in body.bits.values()]
    for name, rows in body.names.rows.items():
        columns = tuple(
            (str(label), str(one["type"] if isinstance(one, dict) else one), *_words(one, "unit", "since", "doc"))
            for label, one in rows["columns"].items()
        )
        sections.append(
            Section(
                f"Rows {name}", ("column", "type", "unit", "since", "meaning"), columns, sentence(rows.get("doc", ""))
            )
        )
    if body.mark is not None:
        told = ((", ".join(body.mark.little), "little endian"), (", ".join(body.mark.big), "big endian"))
        sections.append(Section("Byte order", (body.mark.path, "numbers that state no order"), told))
    if type_rows(spec):
        sections.append(Section("Types", ("name", "type"), type_rows(spec)))
    operations = tuple(
        (f"{name}({', '.join(one['arguments'])})", str(one.get("rule", "")), " ".join(str(one.get("doc", "")).split()))
        for name, one in body.names.operations.items()
    )
    if operations:
        sections.append(Section("Operations", ("call", "rule", "meaning"), operations))
    return sections


def _words(one: object, *keys: str) -> tuple[str, ...]:
    return tuple(" ".join(str(one.get(key, "")).split()) if isinstance(one, dict) else "" for key in keys)


def _record(spec: Spec, record: StructRecord, hidden: set[tuple[str, str]]) -> Section:
    rows = []
    at: int | None = 0
    for field in record.fields:
        size = field_size(spec, field) if field.only is None else None
        derived = (record.name, field.label) in hidden or field.role in ("pad", "align")
        meaning = "; ".join([*filter(None, [" ".join(field.doc.split())]), *_limits(field)])
        presence = _where(field) if field.only else "derived" if derived else "yes"
        label = "" if field.role in ("pad", "align") else field.label
        rows.append(
            ("" if at is None else str(at), label, _type(spec, field), field.unit, presence, field.rule, meaning)
        )
        at = at + size if at is not None and size is not None else None
    doc = " ".join(filter(None, [sentence(record.doc), _length(record)]))
    return Section(f"Record {record.cls}", _COLUMNS, tuple(rows), doc)


def _length(record: StructRecord) -> str:
    """How long the record is, where a field says so."""
    if record.length is None:
        return ""
    extent = _extent(record.length.extent)
    return (
        f"It has {extent} bytes."
        if record.length.of == "whole"
        else f"Behind {record.length.path} follow {extent} bytes."
    )


def field_words(spec: Spec, field: StructField) -> str:
    """What the docstring of a class says of a field."""
    presence = _where(field)
    return described(_type(spec, field), field.unit, presence, *_limits(field), meaning=field.doc, rule=field.rule)


def _where(field: StructField) -> str:
    return (
        f"where {field.only[0]} is {' or '.join(one if isinstance(one, str) else value_words(one) for one in field.only[1])}"
        if field.only
        else ""
    )


def bits_words(part: BitPart) -> str:
    """What the docstring of a class says of a field of bits."""
    where = f"bit {part.at}" if part.width == 1 else f"bits {part.at} to {part.at + part.width - 1}"
    return described(where, "", *_bit_limits(part), meaning=part.doc)


def _bit_limits(part: BitPart) -> list[str]:
    signed = ["signed"] if part.signed else []
    signed += ["true or false"] if part.flag else []
    return signed + (["one of " + _names(part.enum)] if part.enum else [])


def _names(enum: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {value!r}" for name, value in enum.items())


def _limits(field: StructField) -> list[str]:
    """Everything that a value must be besides its type."""
    said = [f"always {value_words(field.const)}"] if field.role == "const" else []
    if field.role in ("pad", "align") and (field.fill or field.checked):
        said.append(f"{'always' if field.checked else 'written as'} {field.fill or 0}")
    said += [f"one of {_names(field.enum)}{' or another value' if field.others else ''}"] if field.enum else []
    said += range_words(field.low, field.high)
    said += [f"known: {', '.join(map(str, field.known))}"] if field.known else []
    if field.role == "same":
        said.append(f"the same as {field.same}")
    if field.role == "sum":
        algorithm, first, last = field.sum
        said.append(f"{algorithm} of {first or 'the first field'} to {last or 'the field before'}")
    if is_digits(field) and field.fill is not None:
        said.append(
            f"byte {field.fill} {'in front' if field.justify == 'right' or field.fill == ord('0') else 'behind'}"
        )
    wide = field.encoding.startswith("utf-16")
    said += [field.encoding] if wide else []
    said += [f"ends with {'character' if wide else 'byte'} {field.terminator}"] if field.terminator is not None else []
    said += [] if field.default is None else [f"default {value_words(field.default)}"]
    return said


def _type(spec: Spec, field: StructField) -> str:
    if field.role in ("pad", "align"):
        return f"{field.role} {field.size.number if field.size else ''}"
    kind = field.type
    order = field.order or spec.body.order
    text = "?"
    if isinstance(kind, Number):
        mark = kind.order or {"little": "<", "big": ">"}.get(order, "")
        text = kind.name if kind.code.endswith("1") else mark + kind.name
    elif isinstance(kind, (Scalar, Named)):
        text = kind.name
    size = f"({_extent(field.size)})" if field.size is not None else ""
    size = f"({field.encoding})" if is_varint(field) else size
    if is_digits(field):
        size = f"({field.size.number if field.size else 'any'} {field.encoding} digits)"
    count = f"[{_extent(field.count)}]" if field.count is not None else ""
    return f"{text}{size}{count}"


def _extent(extent: Extent) -> str:
    if extent.number is not None:
        return str(extent.number)
    if not extent.path:
        return "rest"
    times = f" x {extent.unit}" if extent.unit != 1 else ""
    if extent.octets:
        return f"{extent.path}{f' {extent.plus:+}' if extent.plus else ''} bytes"
    return f"{extent.path}{times}{f' {extent.plus:+}' if extent.plus else ''}"


def _union(union: StructUnion) -> Section:
    rows = []
    for name, tag in union.members.items():
        tables = ", ".join(key for key, names in union.tables.items() if name in names)
        rows.append((repr(tag), name, tables))
    if union.others:
        rows.append(("any other", "Other", ""))
    where = "in front of the member" if union.type is not None else f"in {union.on}"
    return Section(
        f"Union {union.name}, its tag {where}", ("tag", "member", "allowed in"), tuple(rows), sentence(union.doc)
    )


def _word(word: BitWord) -> Section:
    rows = tuple(
        (
            f"{one.at}" if one.width == 1 else f"{one.at}-{one.at + one.width - 1}",
            one.name,
            "; ".join([*filter(None, [" ".join(one.doc.split())]), *_bit_limits(one)]),
        )
        for one in word.fields
    )
    order = "the byte order of the data" if word.order == TOLD else f"{word.order} endian"
    title = f"Bits {word.name}, {word.size} bytes, {order}, bit 0 the least significant"
    if word.parity is not None:
        bit, odd = word.parity
        rows += ((str(bit), "", f"makes the number of ones {'odd' if odd else 'even'}"),)
    rows += (("others", "", "must be 0"),) if word.reserved else ()
    return Section(title, ("bits", "field", "meaning"), rows, sentence(word.doc))
