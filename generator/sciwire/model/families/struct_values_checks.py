"""Values that stand in a specification of the `struct` family: constants, defaults, ranges, codes and tags that fit."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from ..context import Context
from ..field_checks import check_bounds, check_whole
from ..ir import Spec
from ..members import bounds_of
from ..problems import did_you_mean
from ..types import Named, Number, Scalar, Type
from .struct_digits import digits_codec, has_digits, is_digits
from .struct_links import find, find_bits, hidden_fields, links, plain_type, record_size
from .struct_unsaid import has_repeats
from .struct_varints import is_varint

if TYPE_CHECKING:
    from .struct import StructField, StructRecord, StructUnion

__all__ = ["check_tags", "check_values", "integer_ends"]


def check_values(spec: Spec, record: StructRecord, field: StructField, context: Context) -> None:
    """Report what *field* says of its values and can't have."""
    add = context.problems.add
    kind = plain_type(spec, field.type)
    if kind is None:
        return  # which is told of
    _check_range(kind, field, context)
    if list(field.known) != sorted(set(field.known)):
        add("SPEC306", field.place, f"the versions of {field.label!r} go up, the newest is the last")
    if field.role == "const" and field.count is not None:
        add(
            "SPEC306",
            field.place,
            f"{field.label!r} is several values, a constant is one: `hex` says the bytes of many",
        )
    given = [field.const] if field.role == "const" else []
    given += [*field.known, *(_defaults(field, context) if field.enum is None else [])]
    for value in [*given, *(field.enum or {}).values()]:
        if not _fits(spec, field, value):
            add(
                "SPEC306",
                field.place,
                f"{field.label!r} can't hold {value!r}",
                _decimal(value) or _length(kind, field, value),
            )
        elif _is_number(kind) and not _low(field) <= value <= _high(field):
            add("SPEC306", field.place, f"{value!r} is outside the range of {field.label!r}")
    if field.enum is not None:
        if len(set(map(str, field.enum.values()))) != len(field.enum):
            add("SPEC304", field.place, f"two names of {field.label!r} have one value")
        for value in _defaults(field, context):
            if value not in list(field.enum):
                add(
                    "SPEC306",
                    field.place,
                    f"{field.label!r} can't hold {value!r}",
                    did_you_mean(str(value), field.enum),
                )
    if field.only is not None:
        _check_only(spec, record, field, context)
    if field.table:
        element = kind.name if isinstance(kind, Named) else ""
        if field.count is None or element not in spec.body.structs or record_size(spec, element) is None:
            add("SPEC300", field.place, f"a table is a number of records of fixed size, {field.label!r} is not that")
        elif has_digits(spec, element):
            add("SPEC300", field.place, f"{field.label!r} has numbers in digits, of which a table has no columns")
        elif has_repeats(spec, element):
            add("SPEC300", field.place, f"{field.label!r} has numbers that stand there twice, which no table has")


def _check_range(kind: Type | None, field: StructField, context: Context) -> None:
    if field.low is None and field.high is None:
        return
    if not _is_number(kind) or field.enum is not None:
        what = "has names" if field.enum is not None else "is none"
        context.problems.add("SPEC031", field.place, f"min and max need a number, {field.label!r} {what}")
        return
    least, most = _ends(kind, field)
    if _low(field) > _high(field) or _low(field) > most or _high(field) < least:
        context.problems.add("SPEC032", field.place, f"no value of {field.label!r} can satisfy its range")
        return
    check_bounds(field.label, field.low, field.high, [(least, most)], field.place, context)
    if _is_integer(kind):
        check_whole(field.label, field.low, field.high, field.place, context)


def _defaults(field: StructField, context: Context) -> list[Any]:
    """The values of the default; of a field that has a number of them it is a list."""
    value = field.default
    if value is None or field.count is None:
        return [] if value is None else [value]
    several = field.count.number
    if not isinstance(value, list) or several not in (None, len(value)):
        what = "a list" if several is None else f"a list of {several}"
        context.problems.add(
            "SPEC306", field.place, f"the default of {field.label!r} must be {what}, as it has a `count`"
        )
        return []
    return value


def _check_only(spec: Spec, record: StructRecord, field: StructField, context: Context) -> None:
    """The values on which the presence of *field* depends are values of the field that says them."""
    assert field.only is not None
    path, values = field.only
    found, bits = find(spec, record, path), find_bits(spec, record, path)
    allowed: Collection[Any] | None = None
    if bits is not None:
        low, high = integer_ends(bits.width, bits.signed)
        allowed = bits.enum or ((False, True) if bits.flag else range(low, high + 1))
    elif found is not None:
        kind, teller = plain_type(spec, found[1].type), found[1]
        if teller.enum is not None:
            allowed = None if teller.others else teller.enum
        elif _is_integer(kind):
            low, high = map(int, _ends(kind, teller))
            allowed = range(max(low, math.ceil(_low(teller))) if teller.low is not None else low, high + 1)
        elif kind == Scalar("bool"):
            allowed = (False, True)
    if allowed is None:
        return
    flags = False in allowed and not isinstance(allowed, range)
    for value in values:
        if isinstance(value, bool) != flags or value not in allowed:
            hint = (
                did_you_mean(value, map(str, allowed))
                if isinstance(value, str) and not isinstance(allowed, range)
                else ""
            )
            context.problems.add(
                "SPEC070", field.place, f"{field.label!r} depends on {path}, which is never {value!r}", hint
            )


def check_tags(spec: Spec, union: StructUnion, context: Context) -> None:
    """Report tags of *union* that its type, or the field that holds them, can't be; and members that hide them."""
    _check_tag_name(spec, union, context)
    kind = plain_type(spec, union.type)
    held = [("its type", bounds_of(kind))] if isinstance(kind, Number) else []
    held += [("its type", integer_ends(64, False))] if union.encoding else []
    for record in spec.body.structs.values():
        for link in links(spec, record):
            if link.tells == "tag" and link.target.type == Named(union.name) and not link.teller.enum:
                kind = plain_type(spec, link.teller.type)
                _check_words(spec, union, link.path, link.teller, context)
                held += [(repr(link.path), _ends(kind, link.teller))] if _is_integer(kind) else []
    for what, ends in held:
        for member, tag in union.members.items():
            if ends is not None and not (_is_whole(tag) and ends[0] <= tag <= ends[1]):
                text = f"the tag {tag!r} of {member!r} is no value of {what}"
                context.problems.add("SPEC070", union.place, text, _decimal(tag))


def _check_tag_name(spec: Spec, union: StructUnion, context: Context) -> None:
    """In canonical values the tag stands among the fields of the member."""
    hidden = hidden_fields(spec)
    for member in union.members:
        for one in spec.body.structs[member].fields if member in spec.body.structs else ():
            if one.label == union.tag and one.role in ("value", "version") and (member, one.label) not in hidden:
                text = f"{member!r} has a field {union.tag!r}, which would hide the tag of {union.name!r} in canonical values"
                hint = f"another word for it is said by `tag` of {union.name!r}"
                context.problems.add("SPEC303", one.place, text, hint)


def _check_words(spec: Spec, union: StructUnion, path: str, teller: StructField, context: Context) -> None:
    """Report tags that text or bytes, without names, can't be."""
    if plain_type(spec, teller.type) not in (Scalar("bytes"), Scalar("text")):
        return
    for member, tag in union.members.items():
        if not isinstance(tag, str) or not _fits(spec, teller, tag) or _padded(spec, teller, tag):
            text = f"the tag {tag!r} of {member!r} is no value of {path!r}"
            context.problems.add("SPEC070", union.place, text)


def _padded(spec: Spec, teller: StructField, tag: str) -> bool:
    """Whether *tag* is shorter than bytes that nothing fills up."""
    whole = plain_type(spec, teller.type) == Scalar("bytes") and teller.fill is None
    return whole and teller.size is not None and len(tag) != (teller.size.number or len(tag))


def integer_ends(bits: int, signed: bool) -> tuple[int, int]:
    """The least and the most of an integer of so many *bits*, at most 64."""
    bits = min(bits, 64)
    if not bits:
        return 0, 0
    return (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)


def _fits(spec: Spec, field: StructField, value: Any) -> bool:
    kind = plain_type(spec, field.type)
    if isinstance(kind, Number) and kind.code.startswith("f"):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if _is_integer(kind):
        low, high = _ends(kind, field)
        return _is_whole(value) and low <= value <= high
    if kind == Scalar("bool"):
        return isinstance(value, bool)
    if kind in (Scalar("bytes"), Scalar("text")):
        length = field.size.number if field.size else None
        if _is_whole(value):
            return length == 1 and 0 <= value <= 255
        exact = field.role == "const" or field.enum is not None
        size = _bytes_of(value, field.encoding if kind == Scalar("text") else "latin-1")
        return size is not None and (length is None or size == length or (not exact and size < length))
    return kind == Scalar("unknown")


def _bytes_of(value: Any, encoding: str) -> int | None:
    """How many bytes *value* takes; None for what is no text, or none of this encoding."""
    try:
        return (
            len(value.encode(encoding) if isinstance(value, str) else value)
            if isinstance(value, (str, bytes))
            else None
        )
    except (UnicodeEncodeError, LookupError):
        return None


def _ends(kind: Type | None, field: StructField) -> tuple[float, float]:
    """The least and the most that a number of *field* can be, whatever its range says."""
    if isinstance(kind, Number):
        return bounds_of(kind) or (0, 0)
    if is_digits(field):
        codec = digits_codec(field, signed=kind == Scalar("int"))
        return codec.low, codec.high
    size = 8 if is_varint(field) else (field.size.number or 0) if field.size else 0
    return integer_ends(8 * size, kind == Scalar("int"))


def _is_integer(kind: Type | None) -> bool:
    return (isinstance(kind, Number) and kind.code[0] in "iu") or kind in (Scalar("uint"), Scalar("int"))


def _is_number(kind: Type | None) -> bool:
    return isinstance(kind, Number) or _is_integer(kind)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _decimal(value: Any) -> str:
    """What to write in place of *value*, where it is a number in the way of other languages; here such a word is text."""
    if isinstance(value, str) and re.fullmatch(r"0x[0-9A-Fa-f]{1,16}", value):
        return f"numbers are decimal: {int(value, 16)}"
    return ""


def _length(kind: Type | None, field: StructField, value: Any) -> str:
    """How long a text or bytes would have to be that stand for what is always there, or for a name."""
    size = _bytes_of(value, field.encoding if kind == Scalar("text") else "latin-1")
    wanted = field.size.number if field.size else None
    exact = field.role == "const" or field.enum is not None
    if kind not in (Scalar("bytes"), Scalar("text")) or not exact or size is None or wanted is None or size == wanted:
        return ""
    return f"it takes {size} bytes of {wanted}; what fills the field up belongs to it"


def _low(field: StructField) -> float:
    return -math.inf if field.low is None else field.low


def _high(field: StructField) -> float:
    return math.inf if field.high is None else field.high
