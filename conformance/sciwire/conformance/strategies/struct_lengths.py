"""Records of a `struct` specification that say their own length: values that the length can say.

A length that counts words, or that is too narrow for what was drawn, can't be said of every value: bytes are added to
a field that takes any number, and what does not fit then is not used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from sciwire.model.families.struct import StructField, StructRecord
from sciwire.model.families.struct_digits import digits_codec, is_digits
from sciwire.model.families.struct_links import field_size, find, length_word, plain_type
from sciwire.model.families.struct_varints import is_varint
from sciwire.model.ir import Spec
from sciwire.model.types import Named, Number, Scalar
from sciwire.runtime import plain
from sciwire.runtime.binary import Varint

__all__ = ["fit", "measured"]


def fit(spec: Spec, record: StructRecord, value: dict[str, Any], kept: frozenset[str]) -> dict[str, Any] | None:
    """*value* with a length that the record can say, None where there is no such; fields of *kept* stay as they are."""
    length = record.length
    assert length is not None
    unit, plus = length.extent.unit, length.extent.plus
    over = _counted(spec, record, value) - plus
    need = -over if over < 0 else -over % unit
    if need:
        field = next((one for one in reversed(record.fields) if one.label not in kept and _grows(spec, one)), None)
        if field is None or field.label not in value:
            return None
        value = {**value, field.label: _longer(spec, field, value[field.label], need, unit)}
    count, rest = divmod(_counted(spec, record, value) - plus, unit)
    word = length_word(spec, record)
    if word is not None:
        return _said(value, length.path.split("."), count) if not rest and 0 <= count < 1 << word[1].width else None
    teller = find(spec, record, length.path)
    bits = 8 * (field_size(spec, teller[1]) or 8) if teller is not None else 64
    return value if not rest and 0 <= count < 1 << (bits - 1) else None


def _said(value: Mapping[str, Any], path: list[str], number: int) -> dict[str, Any]:
    """*value* with *number* at *path*."""
    inner = number if len(path) == 1 else _said(value[path[0]], path[1:], number)
    return {**value, path[0]: inner}


def _counted(spec: Spec, record: StructRecord, value: Mapping[str, Any]) -> int:
    length = record.length
    assert length is not None
    before = 0 if length.of == "whole" else measured(spec, record, value, upto=length.path.split(".")[0])
    return measured(spec, record, value) - before


def _grows(spec: Spec, field: StructField) -> bool:
    extent = field.size if field.count is None else field.count
    free = extent is not None and extent.number is None and not (field.table or (extent.path and extent.unit > 1))
    kind = plain_type(spec, field.type)
    return (
        field.role == "value"
        and free
        and (isinstance(kind, Number) or (field.count is None and isinstance(kind, Scalar)))
    )


def _longer(spec: Spec, field: StructField, value: Any, need: int, unit: int) -> Any:
    if isinstance(value, str):
        return value + "x" * (need // len("x".encode(field.encoding)))
    data = plain.from_plain(value)
    if isinstance(data, bytes):
        return plain.plain_bytes(data + b"x" * need)
    array = np.asarray(data)
    more = next((many for many in range(need, need + unit) if many * array.itemsize % unit == need % unit), 0)
    return plain.to_plain(np.concatenate([array, np.zeros(more, array.dtype)]).astype(array.dtype))


def measured(spec: Spec, record: StructRecord, value: Mapping[str, Any], *, upto: str = "") -> int:
    """The bytes of a canonical value of *record*, or of its fields up to *upto*."""
    total = 0
    for field in record.fields:
        if field.role == "align":
            total += -total % (field.size.number or 1) if field.size else 0
        elif field.label in value:
            total += _bytes_of(spec, field, value[field.label])
        elif field.only is None or field.role in ("const", "sum", "pad", "same"):
            total += field_size(spec, field) or 0
        if field.label == upto:
            break
    return total


def _bytes_of(spec: Spec, field: StructField, value: Any) -> int:
    if field.count is None:
        return _one(spec, field, value)
    if isinstance(value, list):
        return sum(_one(spec, field, one) for one in value)
    if "$nd" in value:
        return int(np.asarray(plain.from_plain(value)).nbytes)
    rows = next(iter(value.values()))["$nd"]["shape"][0] if value else 0
    return rows * (_one(spec, field, {}) if field.table else 0)


def _one(spec: Spec, field: StructField, value: Any) -> int:
    kind = plain_type(spec, field.type)
    if isinstance(kind, Named):
        return _named(spec, kind.name, value)
    if isinstance(kind, Number) or kind == Scalar("bool"):
        return int(kind.code[1:]) if isinstance(kind, Number) else 1
    if field.size is not None and field.size.number is not None:
        return field.size.number
    if is_digits(field):
        number = field.enum[value] if field.enum is not None and isinstance(value, str) else plain.from_plain(value)
        return len(digits_codec(field, signed=True).bytes(number)) + 1
    if is_varint(field):
        number = field.enum[value] if field.enum is not None and isinstance(value, str) else plain.from_plain(value)
        return len(Varint(_form(field.encoding)).bytes(number))
    data = value.encode(field.encoding) if isinstance(value, str) else plain.from_plain(value)
    return len(data) + (len("x".encode(field.encoding)) if field.terminator is not None else 0)


def _named(spec: Spec, name: str, value: Mapping[str, Any]) -> int:
    body = spec.body
    if name in body.bits:
        return int(body.bits[name].size)
    if name in body.structs:
        return measured(spec, body.structs[name], value)
    union = body.unions[name]
    tag = plain_type(spec, union.type)
    head = int(tag.code[1:]) if isinstance(tag, Number) else int(tag is not None)
    member = value[union.tag]
    if union.encoding:
        head = len(Varint(_form(union.encoding)).bytes(int(union.members.get(member, member))))
    if member in union.members:
        return head + measured(spec, body.structs[member], value)
    return head + len(plain.from_plain(value["data"]))


def _form(encoding: str) -> Literal["leb128", "vlq", "vlq9"]:
    return "leb128" if encoding == "leb128" else "vlq" if encoding == "vlq" else "vlq9"
