"""What a JSON part says of other parts must be of a type that can say it: extents, names, numbers of bytes, digests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..check import resolve
from ..context import Context
from ..ir import Field, Record, Spec
from ..nodes import Node
from ..types import Enum, ListOf, Number, Scalar, Type, Union

if TYPE_CHECKING:
    from .multipart import MultipartMessage, Part

__all__ = ["check_told"]

_SAYS = {"shape": "a list of unsigned integers", "dtype": "text", "encoding": "text", "size": "an unsigned integer"}


def check_told(spec: Spec, message: MultipartMessage, node: Node, context: Context) -> None:
    """Report fields of the wrong type, words that two parts say, and arrays that can't be alike though one field describes them."""
    parts = {part.label: part for part in message.parts}
    says: dict[str, str] = {}
    for part in message.parts:
        here = node["parts"][part.label]
        if part.says and part.says in says:
            text = f"{part.label!r} and {says[part.says]!r} both say {part.says!r}: which one is there can't be told"
            context.problems.add("SPEC050", here["says"].place, text)
        says[part.says] = part.label
        for word, meant in _SAYS.items() if part.array is not None else ():
            field = _field(parts.get(part.array.info), getattr(part.array, word)) if part.array else None
            if field is not None and not _can_say(word, field.type, spec):
                text = f"{field.label!r} can't say the {word} of {part.label!r}: that is {meant}"
                context.problems.add("SPEC253", here["array"][word].place, text)
        for one, digest in zip(here["checksums"].elements(), part.checksums, strict=True):
            field = _field(part, digest.field)
            if field is not None and not _can_say("digest", field.type, spec):
                context.problems.add(
                    "SPEC253", one["field"].place, f"{field.label!r} can't hold a digest: that is text"
                )
        if part.array is not None and len(set(part.array.axes)) != len(part.array.axes):
            context.problems.add("SPEC039", here["array"]["axes"].place, f"{part.label!r} names an axis twice")
    _check_ranks(message, node, context)


def _check_ranks(message: MultipartMessage, node: Node, context: Context) -> None:
    ranks: dict[tuple[str, str], tuple[str, set[int]]] = {}
    for part in message.parts:
        if part.array is not None and part.array.rank:
            key = (part.array.info, part.array.shape)
            other, known = ranks.setdefault(key, (part.label, set(part.array.rank)))
            if not known & set(part.array.rank):
                text = f"{key[0]}.{key[1]} gives the shape of {other!r} too, which has other numbers of axes"
                context.problems.add("SPEC250", node["parts"][part.label]["array"]["rank"].place, text)


def _field(part: Part | None, label: str) -> Field | None:
    fields = part.record.fields if part is not None and part.record is not None else ()
    return next((one for one in fields if one.label == label), None)


def _can_say(word: str, kind: Type, spec: Spec) -> bool:
    found: Record | Type = resolve(kind, spec)
    if isinstance(found, Union):
        return any(_can_say(word, one, spec) for one in found.alternatives)
    if found in (Scalar("any"), Scalar("unknown")):
        return True
    if word == "shape":
        return isinstance(found, ListOf) and _can_say("size", found.item, spec)
    if word == "size":
        whole = isinstance(found, Number) and not found.code.startswith("f")
        return whole or found in (Scalar("uint"), Scalar("int"))
    return found == Scalar("text") or (word != "digest" and isinstance(found, Enum))
