"""What follows from the tables of a `struct` specification: where paths lead, which fields are derived, sizes.

A field that says how many, how long or which kind is derived: it stands on the wire and not in the user's
class, provided that the path that leads to it begins in the record of the field that it tells about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..ir import Spec
from ..types import Named, Number, Scalar, Type

if TYPE_CHECKING:
    from .struct import BitPart, BitWord, StructBody, StructField, StructRecord, StructUnion

__all__ = [
    "Link",
    "WordLink",
    "const_bytes",
    "element_size",
    "field_size",
    "find",
    "find_bits",
    "goes_to_the_end",
    "hidden_fields",
    "length_word",
    "links",
    "plain_type",
    "record_size",
    "records_inside",
    "tail",
    "tells_bytes",
    "word_links",
]

_DEEPEST = 64  # types that lead to types
_Only = tuple[str, tuple[Any, ...]] | None


@dataclass(frozen=True, slots=True)
class Link:
    """The field at `path` (owned by the record `owner`) tells the ``count``, ``size`` or ``tag`` of `target`."""

    path: str
    owner: str
    teller: StructField
    tells: str
    target: StructField


@dataclass(frozen=True, slots=True)
class WordLink:
    """The field at `path`, which is `part` of the word of bits `word`, tells the ``count``, ``size`` or ``tag`` of `target`."""

    path: str
    word: BitWord
    part: BitPart
    tells: str
    target: StructField


def plain_type(spec: Spec, kind: Type | None) -> Type | None:
    """*kind*, followed through the named types of the head; records, unions and words of bits stay names."""
    for _ in range(min(len(spec.types), _DEEPEST) + 1):  # what leads further is told of
        found = spec.types.get(kind.name) if isinstance(kind, Named) else None
        if found is None or not isinstance(found, Type):
            return kind
        kind = found
    return kind


def find(spec: Spec, record: StructRecord, path: str) -> tuple[StructRecord, StructField] | None:
    """The field that *path* leads to from *record*, through records inside it."""
    body: StructBody = spec.body
    here: StructRecord | None = record
    words = path.split(".")
    for word in words[:-1]:
        field = _named(here, word)
        kind = plain_type(spec, field.type) if field and field.count is None else None
        here = body.structs.get(kind.name) if isinstance(kind, Named) else None
    field = _named(here, words[-1])
    return (here, field) if here is not None and field is not None else None


def find_bits(spec: Spec, record: StructRecord, path: str) -> BitPart | None:
    """The field of a word of bits that *path* leads to from *record*; it stays in the user's class."""
    found = _find_word(spec, record, path)
    return found[1] if found is not None else None


def _find_word(spec: Spec, record: StructRecord, path: str) -> tuple[BitWord, BitPart] | None:
    owner, _, last = path.rpartition(".")
    found = find(spec, record, owner) if owner else None
    kind = plain_type(spec, found[1].type) if found is not None and found[1].count is None else None
    word = spec.body.bits.get(kind.name) if isinstance(kind, Named) else None
    parts = word.fields if word is not None and not word.shared else ()
    return next(((word, part) for part in parts if word is not None and part.name == last), None)


def links(spec: Spec, record: StructRecord) -> Iterator[Link]:
    """The links of *record*: every count, size and tag that a field of it, or inside it, tells."""
    for tells, path, field in _told(spec, record):
        found = find(spec, record, path)
        if found is not None:
            yield Link(path, found[0].name, found[1], tells, field)


def word_links(spec: Spec, record: StructRecord) -> Iterator[WordLink]:
    """The same of fields of words of bits, which stay in the class; of unions with tables the tag is left to the user."""
    for tells, path, field in _told(spec, record):
        found = _find_word(spec, record, path)
        kind = plain_type(spec, field.type)
        tables = tells == "tag" and isinstance(kind, Named) and bool(spec.body.unions[kind.name].tables)
        if found is not None and not tables:
            yield WordLink(path, *found, tells, field)


def length_word(spec: Spec, record: StructRecord) -> tuple[BitWord, BitPart] | None:
    """The word of bits that tells the length of *record*, with the field that does."""
    return _find_word(spec, record, record.length.path) if record.length is not None else None


def _told(spec: Spec, record: StructRecord) -> Iterator[tuple[str, str, StructField]]:
    """(what is told, path, of which field): counts, sizes and tags that fields of *record* ask for."""
    body: StructBody = spec.body
    for field in record.fields:
        if field.count is not None and field.count.path:
            yield "count", field.count.path, field
        if field.size is not None and field.size.path:
            yield "size", field.size.path, field
        kind = plain_type(spec, field.type)
        union = body.unions.get(kind.name) if isinstance(kind, Named) else None
        if union is not None and union.on and field.count is None:
            yield "tag", union.on, field


def tells_bytes(spec: Spec, union: StructUnion) -> bool:
    """Whether the field that holds the tag of *union* is bytes that have no names: the tags are bytes then."""
    tellers = [find(spec, record, union.on) for record in spec.body.structs.values()]
    return any(
        one is not None and one[1].enum is None and plain_type(spec, one[1].type) == Scalar("bytes") for one in tellers
    )


def hidden_fields(spec: Spec) -> set[tuple[str, str]]:
    """(record, field) of all that is derived."""
    found = set()
    for record in spec.body.structs.values():
        found |= {(link.owner, link.teller.label) for link in links(spec, record)}
        bound = find(spec, record, record.length.path) if record.length else None
        if bound is not None:
            found.add((bound[0].name, bound[1].label))
        found |= {(record.name, field.label) for field in record.fields if field.role in ("const", "sum", "same")}
    return found


def record_size(spec: Spec, name: str, seen: tuple[str, ...] = ()) -> int | None:
    """Bytes of the record, None where they vary."""
    sizes: dict[str, int | None] = spec.body.sizes
    if name in seen:
        return None
    if name not in sizes:
        sizes[name] = _summed(spec, name, (*seen, name))
    return sizes[name]


def _summed(spec: Spec, name: str, seen: tuple[str, ...]) -> int | None:
    total = 0
    for field in spec.body.structs[name].fields:
        if field.role == "align" and field.size and field.size.number:
            total += -total % field.size.number
            continue
        size = field_size(spec, field, seen)
        if size is None or field.only is not None:
            return None
        total += size
    return total


def field_size(spec: Spec, field: StructField, seen: tuple[str, ...] = ()) -> int | None:
    """Bytes of one field, None where they vary."""
    if field.role in ("pad", "align"):
        return field.size.number if field.size and field.role == "pad" else None
    one = element_size(spec, field, seen)
    if field.count is None:
        return one
    return one * field.count.number if one is not None and field.count.number is not None else None


def element_size(spec: Spec, field: StructField, seen: tuple[str, ...]) -> int | None:
    body: StructBody = spec.body
    kind = plain_type(spec, field.type)
    if isinstance(kind, Number):
        return int(kind.code[1:])
    if isinstance(kind, Scalar):
        if kind.name == "bool":
            return 1
        if field.role == "const" and isinstance(field.const, (bytes, str)) and field.size is None:
            return len(const_bytes(kind, field))
        return field.size.number if field.size and field.terminator is None else None
    if isinstance(kind, Named):
        if kind.name in body.bits:
            return body.bits[kind.name].size
        if kind.name in body.structs:
            return record_size(spec, kind.name, seen)
        return union_size(spec, kind.name, seen)
    return None


def const_bytes(kind: Scalar, field: StructField) -> bytes:
    """The constant of a field of bytes or text, as it stands on the wire."""
    if isinstance(field.const, bytes):
        return field.const
    if kind.name == "bytes" and isinstance(field.const, int):
        return bytes([field.const])
    return str(field.const).encode("latin-1" if kind.name == "bytes" else field.encoding, "replace")


def union_size(spec: Spec, name: str, seen: tuple[str, ...] = ()) -> int | None:
    """Bytes of a union with its tag, where all members have one size."""
    union = spec.body.unions.get(name)
    if union is None or union.others:
        return None
    sizes = {record_size(spec, member, seen) for member in union.members if member in spec.body.structs}
    size = sizes.pop() if len(sizes) == 1 else None
    kind = plain_type(spec, union.type)
    if union.encoding:
        return None
    tag = int(kind.code[1:]) if isinstance(kind, Number) else 1
    return None if size is None else size + (tag if union.type is not None else 0)


def goes_to_the_end(spec: Spec, field: StructField) -> bool:
    """Whether the field may take all bytes that are left: it, what stands last in it, or an unknown member of a union."""
    body: StructBody = spec.body
    seen = set[str]()
    waiting = [field]
    while waiting:
        one = waiting.pop()
        if any(extent is not None and extent.number is None and not extent.path for extent in (one.size, one.count)):
            return True
        kind = plain_type(spec, one.type)
        names = [kind.name] if isinstance(kind, Named) else []
        while names:
            name = names.pop()
            if name in seen:
                continue
            seen.add(name)
            if name in body.unions:
                if body.unions[name].others:
                    return True
                names += body.unions[name].members
            elif name in body.structs and body.structs[name].length is None:
                waiting += body.structs[name].fields
    return False


def tail(spec: Spec, record: StructRecord, field: StructField) -> tuple[tuple[int, _Only], ...] | None:
    """Bytes of the fields behind *field*, each with its condition, which *field* leaves to them; None where that is not known.

    Fields that are never there together with *field* do not count.
    """
    at = record.fields.index(field)
    unread = {one.label for one in record.fields[at:]}
    found: list[tuple[int, _Only]] = []
    for one in record.fields[at + 1 :]:
        if _never_both(field, one):
            continue
        size = field_size(spec, one)
        if size is None or (one.only is not None and one.only[0].split(".")[0] in unread):
            return None
        found.append((size, one.only))
    return tuple(found)


def _never_both(one: StructField, other: StructField) -> bool:
    """Whether what says that *one* is there says that *other* is not."""
    if one.only is None or other.only is None or one.only[0] != other.only[0]:
        return False
    return not any(value == another for value in one.only[1] for another in other.only[1])


def records_inside(spec: Spec, name: str) -> set[str]:
    """The records that stand in every value of the record *name*: neither counted nor chosen nor left out."""
    found = set()
    for field in spec.body.structs[name].fields:
        kind = plain_type(spec, field.type)
        if isinstance(kind, Named) and kind.name in spec.body.structs and field.only is None:
            counted = field.count is not None and not (field.count.number or 0)
            found |= set() if counted else {kind.name}
    return found


def _named(record: StructRecord | None, name: str) -> StructField | None:
    return next((field for field in record.fields if field.label == name), None) if record else None
