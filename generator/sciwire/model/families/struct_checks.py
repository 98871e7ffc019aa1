"""The checks of the `struct` family: sizes, paths, bits, unions, sums, constants, ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sciwire.runtime.binary.checksums import ALGORITHMS

from ..context import Context
from ..ir import Record, Spec
from ..names import is_word
from ..nodes import Node
from ..problems import did_you_mean
from ..taken import check_module_name
from ..types import Named, Number, Scalar
from .struct_around import outside, path_hint, told_around
from .struct_digits import check_digits, digits_codec, is_digits
from .struct_extents import check_depth, check_extents
from .struct_links import (
    field_size,
    find,
    find_bits,
    goes_to_the_end,
    links,
    plain_type,
    records_inside,
    tail,
)
from .struct_names_checks import check_names
from .struct_orders import check_order
from .struct_unsaid import check_octets, check_unsaid
from .struct_values_checks import check_tags, check_values, integer_ends
from .struct_varints import check_varint, check_varint_places, check_varint_tag, is_varint

if TYPE_CHECKING:
    from .struct import BitPart, BitWord, StructBody, StructField, StructRecord, StructUnion

__all__ = ["check_body"]


def check_body(spec: Spec, root: Node, context: Context) -> None:
    """Report everything that the schema can't see."""
    body: StructBody = spec.body
    if body.root not in body.structs:
        hint = did_you_mean(body.root, body.structs)
        context.problems.add("SPEC301", root["root"].place, f"there is no record {body.root!r}", hint)
    if not check_depth(spec, context):
        return
    for section in ("records", "unions", "bits", "enums"):
        for name, node in root[section].items():
            if not is_word(name):
                context.problems.add("SPEC020", node.key_place, f"the name {name!r} in {section!r} is no identifier")
    for name, kind in spec.types.items():
        if isinstance(kind, Record):
            place = root["types"][name].key_place
            context.problems.add("SPEC019", place, "records of this family stand in `records`")
    for word in body.bits.values():
        _check_bits(word, context)
    classes: dict[str, str] = {}
    for record in body.structs.values():
        _check_class(record, classes, context)
        _check_record(spec, record, context)
    for union in body.unions.values():
        _check_union(spec, union, context)
    if body.root in body.structs:
        check_order(spec, root, context)
    if not context.problems.errors:
        check_extents(spec, context)
    if not context.problems.errors:
        check_names(spec, root, context)


def _check_class(record: StructRecord, classes: dict[str, str], context: Context) -> None:
    check_module_name(record.cls, record.place, "struct", context)
    if record.cls in classes:
        text = f"{record.name!r} and {classes[record.cls]!r} are both {record.cls!r} in Python"
        context.problems.add("SPEC022", record.place, text)
    classes[record.cls] = record.name


def _check_record(spec: Spec, record: StructRecord, context: Context) -> None:
    labels = [field.label for field in record.fields]
    names: dict[str, str] = {}
    for field in record.fields:
        context.check_name(field.label, field.place, "a field")
        if field.role not in ("pad", "align"):
            if field.name in names:
                text = f"{field.label!r} and {names[field.name]!r} are both {field.name!r} in Python"
                context.problems.add("SPEC022", field.place, text)
            names[field.name] = field.label
            _check_type(spec, field, context)
            check_values(spec, record, field, context)
        _check_paths(spec, record, field, labels, context)
        check_octets(spec, record, field, context)
        check_unsaid(spec, record, field, labels[: labels.index(field.label)], context)
    _check_end(spec, record, context)
    check_varint_places(spec, record, context)
    if record.length is not None and record.length.path:  # else the schema has told
        found, bits = find(spec, record, record.length.path), find_bits(spec, record, record.length.path)
        if not (_is_number(bits) if bits is not None else found is not None and _is_integer(spec, found[1])):
            text = f"{record.length.path!r} is no integer field of {record.name!r} or of a record in it"
            context.problems.add("SPEC301", record.place, text)
    inside, waiting = set[str](), {record.name}
    while waiting:
        new = {name for one in waiting for name in records_inside(spec, one)} - inside
        inside |= new
        waiting = new
    if record.name in inside:
        context.problems.add("SPEC307", record.place, f"{record.name!r} contains itself, without end")


def _check_type(spec: Spec, field: StructField, context: Context) -> None:
    add = context.problems.add
    kind = plain_type(spec, field.type)
    if kind is None:
        hint = "bytes in hex are of the type 'bytes'" if isinstance(field.const, bytes) else ""
        add("SPEC005", field.place, f"the key 'type' is missing in {field.label!r}", hint)
        return
    if kind == Scalar("unknown"):
        return
    sized = isinstance(kind, Scalar) and kind.name in ("uint", "int", "bytes", "text")
    if not sized and not (isinstance(kind, (Number, Named)) or kind == Scalar("bool")):
        add("SPEC019", field.place, f"{field.label!r}: a record of bytes can't carry this type")
        return
    if not sized and field.size is not None:
        add(
            "SPEC300",
            field.place,
            f"{field.label!r} has the size of its type, `size` has no meaning; `count` says how many",
        )
    check_varint(spec, field, context)
    check_digits(spec, field, context)
    if not sized or field.role == "const" or is_varint(field) or is_digits(field):
        return
    if field.size is None and field.terminator is None:
        add("SPEC300", field.place, f"{field.label!r} needs a `size`: a number, a field, or rest")
    whole = isinstance(kind, Scalar) and kind.name in ("uint", "int")
    if whole and field.size is not None and not 1 <= (field.size.number or 0) <= 8:
        add("SPEC300", field.place, f"an integer has 1 to 8 bytes, {field.label!r} has another size")
    size = field.size.number if field.size is not None else None
    if kind == Scalar("text") and field.encoding.startswith("utf-16") and size is not None and size % 2:
        add("SPEC300", field.place, f"text in {field.encoding} has an even number of bytes, {field.label!r} has {size}")
    if field.terminator is not None and (field.size is not None or kind != Scalar("text")):
        add("SPEC300", field.place, f"a terminator ends text that has no size, {field.label!r} is not that")


def _check_paths(spec: Spec, record: StructRecord, field: StructField, labels: list[str], context: Context) -> None:
    add = context.problems.add
    before = labels[: labels.index(field.label)]
    for extent in (field.size, field.count):
        if extent is not None and extent.path:
            first = extent.path.split(".")[0]
            found = find(spec, record, extent.path)
            bits = find_bits(spec, record, extent.path)
            if (found is not None or bits is not None) and first not in before:
                add("SPEC301", field.place, f"{extent.path!r} must stand before {field.label!r}")
            elif found is not None and not _is_integer(spec, found[1]):
                add("SPEC301", field.place, f"{extent.path!r} is no integer")
            elif bits is not None and not _is_number(bits):
                add("SPEC301", field.place, f"{extent.path!r} is no unsigned integer")
            elif found is None and bits is None and not told_around(spec, record, extent.path):
                hint = path_hint(spec, record, extent.path, before)
                add("SPEC301", field.place, f"there is no field {extent.path!r} for {field.label!r}", hint)
    if field.only is not None:
        first = field.only[0].split(".")[0]
        here = find(spec, record, field.only[0]) or find_bits(spec, record, field.only[0])
        if not (first in before and here) and (here or not told_around(spec, record, field.only[0])):
            hint = path_hint(spec, record, field.only[0], before)
            add("SPEC301", field.place, f"there is no field {field.only[0]!r} before {field.label!r}", hint)
    if field.role == "sum" and field.sum[0]:
        algorithm, first, last = field.sum
        width = ALGORITHMS[algorithm][0] if algorithm in ALGORITHMS else 0
        if not width:
            add("SPEC305", field.place, f"unknown sum {algorithm!r}", did_you_mean(algorithm, ALGORITHMS))
        elif _bits(spec, field) < width:
            add("SPEC305", field.place, f"{field.label!r} does not hold the {width} bits of {algorithm}")
        for name in (first, last):
            if name and name not in labels:
                add(
                    "SPEC305", field.place, f"there is no field {name!r} for a sum to cover", did_you_mean(name, labels)
                )
        if first in labels and last in labels and labels.index(first) > labels.index(last):
            add("SPEC305", field.place, f"{first!r} stands behind {last!r}, a sum is over fields in their order")
        if not last and not before:
            add("SPEC305", field.place, f"{field.label!r} covers nothing; say `from` and `to`")


def _is_integer(spec: Spec, field: StructField) -> bool:
    kind = plain_type(spec, field.type)
    whole = (isinstance(kind, Number) and kind.code[0] in "iu") or kind in (Scalar("uint"), Scalar("int"))
    return whole and field.count is None and field.enum is None


def _bits(spec: Spec, field: StructField) -> int:
    """How many bits of a sum *field* holds."""
    if is_digits(field):
        return (digits_codec(field, signed=False).high + 1).bit_length() - 1
    return 8 * (field_size(spec, field) or 0)


def _is_number(bits: BitPart) -> bool:
    return bits.enum is None and not bits.flag and not bits.signed


def _check_end(spec: Spec, record: StructRecord, context: Context) -> None:
    """What goes up to the end must stand there, or in front of fields of fixed sizes."""
    for field in record.fields[:-1]:
        if goes_to_the_end(spec, field) and tail(spec, record, field) is None:
            text = f"{field.label!r} goes up to the end, so what follows it must have a fixed size and always be there"
            hint = "or be there by what a field in front of it says; of several that do, only one may be there (`only`)"
            context.problems.add("SPEC307", field.place, text, hint)


def _check_union(spec: Spec, union: StructUnion, context: Context) -> None:
    add = context.problems.add
    body: StructBody = spec.body
    if (union.type is None) == (not union.on):
        add(
            "SPEC303",
            union.place,
            f"{union.name!r} needs either the `type` of its tag, or the field (`on`) that holds it",
        )
    check_varint_tag(spec, union, context)
    for member in union.members:
        if member not in body.structs:
            add("SPEC303", union.place, f"there is no record {member!r}", did_you_mean(member, body.structs))
    for key, names in union.tables.items():
        for name in set(names) - set(union.members):
            hint = did_you_mean(name, union.members)
            add("SPEC303", union.place, f"the table {key!r} names {name!r}, which is no member", hint)
        tags = [union.members[name] for name in names if name in union.members]
        if len(set(map(str, tags))) != len(tags):
            add("SPEC303", union.place, f"two members of the table {key!r} have one tag")
    if not union.tables and len(set(map(str, union.members.values()))) != len(union.members):
        add("SPEC303", union.place, f"two members of {union.name!r} have one tag")
    if bool(union.tables) != bool(union.select):
        add("SPEC303", union.place, f"`tables` and `select` of {union.name!r} go together")
    for path in filter(None, (union.select, union.on)):
        if not outside(spec, path):
            add("SPEC301", union.place, f"there is no field {path!r} for the union {union.name!r}")
    check_tags(spec, union, context)
    for record in body.structs.values():
        for link in links(spec, record):
            if link.tells == "tag" and link.teller.enum and link.target.type == Named(union.name):
                for tag in set(map(str, union.members.values())) - set(link.teller.enum):
                    add("SPEC303", union.place, f"the tag {tag!r} is no name of {link.path!r}")
        bits = find_bits(spec, record, union.on) if union.on else None
        if bits is not None:
            for tag in union.members.values():
                if tag not in (bits.enum or range(integer_ends(bits.width, False)[1] + 1)):
                    add(
                        "SPEC303",
                        union.place,
                        f"the tag {tag!r} is no {'name' if bits.enum else 'value'} of {union.on!r}",
                    )


def _check_bits(word: BitWord, context: Context) -> None:
    taken: dict[int, str] = {}
    if word.parity is not None and not word.shared:
        taken[word.parity[0]] = "the parity bit"
    if word.parity is not None and word.parity[0] >= 8 * word.size:
        context.problems.add(
            "SPEC302", word.place, f"the parity bit is outside the {8 * word.size} bits of {word.name!r}"
        )
    for part in word.fields:
        if part.at + part.width > 8 * word.size:
            text = f"{part.name!r} ends at bit {part.at + part.width - 1}, the word has {8 * word.size} bits"
            context.problems.add("SPEC302", part.place, text)
        for bit in range(part.at, part.at + part.width):
            if bit in taken and not word.shared:
                context.problems.add("SPEC302", part.place, f"bit {bit} of {part.name!r} belongs to {taken[bit]}")
                break
            taken[bit] = repr(part.name)
        low, high = integer_ends(part.width, part.signed)
        for name, value in (part.enum or {}).items():
            if not isinstance(value, int) or not low <= value <= high:
                context.problems.add("SPEC304", part.place, f"{part.width} bits can't hold {name} ({value!r})")
