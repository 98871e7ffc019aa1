"""Integers of as many bytes as they need: where a specification may have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..context import Context
from ..ir import Spec
from ..types import Scalar
from .struct_digits import is_digits
from .struct_links import find, links, plain_type

if TYPE_CHECKING:
    from .struct import StructField, StructRecord, StructUnion

__all__ = ["VARINTS", "check_varint", "check_varint_places", "check_varint_tag", "is_varint"]

#: encodings of an integer, and the most bytes that each takes
VARINTS = {"leb128": 10, "vlq": 10, "vlq9": 9}


def is_varint(field: StructField) -> bool:
    """Whether *field* is an integer of as many bytes as it needs."""
    return field.encoding in VARINTS


def _grows(field: StructField) -> bool:
    """Whether an integer takes as many bytes as its value needs."""
    return is_varint(field) or (is_digits(field) and field.size is None)


def check_varint(spec: Spec, field: StructField, context: Context) -> None:
    """Report an encoding that does not go with the type of *field*, and what such a number can't have."""
    add = context.problems.add
    kind = plain_type(spec, field.type)
    if not is_varint(field):
        if field.overlong and not is_digits(field):
            add("SPEC300", field.place, f"{field.label!r} has one form only, `overlong` has no meaning")
        return
    if kind != Scalar("uint"):
        hint = "numbers with a sign have no such form here" if kind == Scalar("int") else ""
        add("SPEC300", field.place, f"{field.encoding} is a form of `uint`, which {field.label!r} is not", hint)
    for word, said in (("size", field.size), ("order", field.order)):
        if said:
            add("SPEC300", field.place, f"{field.label!r} takes as many bytes as it needs, `{word}` has no meaning")


def check_varint_tag(spec: Spec, union: StructUnion, context: Context) -> None:
    """Report a form of the tag in front of *union* that it can't have."""
    kind = plain_type(spec, union.type)
    if union.encoding and kind != Scalar("uint"):
        context.problems.add("SPEC303", union.place, f"{union.encoding} is a form of `uint`, which the tag is not")
    elif not union.encoding and kind in (Scalar("uint"), Scalar("int")):
        text = f"the tag of {union.name!r} needs a width (`u2`), or an `encoding`"
        context.problems.add("SPEC303", union.place, text)


def check_varint_places(spec: Spec, record: StructRecord, context: Context) -> None:
    """Report where what follows from a number that is written last would have to be known before it."""
    add = context.problems.add
    tellers = [link.path for link in links(spec, record) if _grows(link.teller)]
    bound = find(spec, record, record.length.path) if record.length is not None else None
    if record.length is not None and bound is not None and _grows(bound[1]):
        tellers.append(record.length.path)
        if record.length.of == "whole":
            text = f"the length {record.length.path!r} counts itself, whose bytes depend on it; `of: rest` does not"
            add("SPEC300", record.place, text)
    for path in dict.fromkeys(tellers):
        here: StructRecord | None = record
        words = path.split(".")
        for depth, word in enumerate(words):
            if here is None:
                break
            labels = [one.label for one in here.fields]
            if any(one.role == "align" for one in here.fields[labels.index(word) :]):
                add(
                    "SPEC300",
                    record.place,
                    f"{path!r} takes as many bytes as it needs, so nothing behind it is aligned",
                )
            if depth and here.length is not None and not (here.length.path == word and len(words) == depth + 1):
                add(
                    "SPEC300", record.place, f"{path!r} takes as many bytes as it needs, and {here.name!r} has a length"
                )
            inner = find(spec, here, f"{word}.{words[depth + 1]}") if depth + 1 < len(words) else None
            here = inner[0] if inner is not None else None
