"""What the fields of a record of the `struct` family tell of each other, as expressions of the kernel's classes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from sciwire.model import Spec
from sciwire.model.families.struct import BitPart, BitWord, Extent, StructField, StructRecord
from sciwire.model.families.struct_links import (
    Link,
    WordLink,
    element_size,
    find,
    goes_to_the_end,
    length_word,
    links,
    tail,
    word_links,
)
from sciwire.model.names import identifier

from ..text import literal

if TYPE_CHECKING:
    from .struct_codecs import Codecs

__all__ = ["attribute_name", "extent_words", "only_words", "path_words", "record_options", "variable"]

#: what the annotations of a class need
_RESERVED = frozenset({"problems", "TAG", "PLAIN_NAMES", "int", "float", "str", "bool", "bytes", "list"})


def variable(name: str) -> str:
    """The name of the codec of a record, union or word in the module."""
    return f"_{identifier(name).upper()}"


def attribute_name(label: str) -> str:
    """The name of a field in Python."""
    name = identifier(label)
    return f"{name}_" if name in _RESERVED else name


def path_words(path: str) -> str:
    """A path of the specification with the names of Python."""
    return ".".join(attribute_name(word) for word in path.split("."))


def extent_words(extent: Extent, *, told: bool = False, element: int | None = None) -> str:
    """An extent of a field, or one whose number somebody else tells; what is up to the end has no unit."""
    words = [f"path={literal(path_words(extent.path))}"] if extent.path else []
    words += [f"unit={extent.unit}"] if extent.unit != 1 and (extent.path or told) else []
    words += [f"plus={extent.plus}"] if extent.plus and (extent.path or told) else []
    words += [f"per={element}"] if extent.octets and element != 1 else []
    return f"binary.Extent({', '.join(words)})"


def record_options(codecs: Codecs, record: StructRecord) -> list[str]:
    """``links=(...)``, ``length=...`` and ``tails={...}``, where there are any."""
    spec = codecs.spec
    found = list(_links(codecs, record))
    options = [f"links=({', '.join(found)},)"] if found else []
    teller = _length_teller(codecs, record)
    if record.length is not None and teller:
        path = path_words(record.length.path)
        words = [literal(path), teller, literal(record.length.of)]
        words += [literal(path.split(".")[0]), extent_words(replace(record.length.extent, path=""), told=True)]
        words += [f"rule={literal(record.length.rule)}"] if record.length.rule else []
        options.append(f"length=binary.Length({', '.join(words)})")
    ends = [field for field in record.fields[:-1] if goes_to_the_end(spec, field)]
    tails = [f"{literal(attribute_name(field.label))}: {_tail(spec, record, field)}" for field in ends]
    return options + ([f"tails={{{', '.join(tails)}}}"] if tails else [])


def only_words(only: tuple[str, tuple[object, ...]]) -> str:
    """The condition on which a field is there."""
    return f"binary.Only({literal(path_words(only[0]))}, {literal(only[1])})"


def _tail(spec: Spec, record: StructRecord, field: StructField) -> str:
    """The bytes that stand behind *field*: a number, or pairs of one and the condition on which they do."""
    found = tail(spec, record, field) or ()
    if not any(only for _, only in found):
        return str(sum(size for size, _ in found))
    pairs = (f"({size}, {only_words(only) if only else None})" for size, only in found)
    return f"({', '.join(pairs)},)"


def _links(codecs: Codecs, record: StructRecord) -> Iterator[str]:
    """What derived fields tell, and what fields of words of bits do: an encoder fills in those that it is not given."""
    told: list[tuple[Link | WordLink, str]] = [
        (link, codecs.codec(link.teller, link.owner)) for link in links(codecs.spec, record)
    ]
    told += [(link, _in_word(codecs, link.word, link.part)) for link in word_links(codecs.spec, record)]
    for link, codec in told:
        extent = link.target.count if link.tells == "count" else link.target.size
        words = [literal(path_words(link.path)), codec, literal(link.tells), literal(attribute_name(link.target.label))]
        words += (
            [extent_words(extent, element=element_size(codecs.spec, link.target, ()))]
            if extent is not None and link.tells != "tag"
            else []
        )
        yield f"binary.Link({', '.join(words)})"


def _length_teller(codecs: Codecs, record: StructRecord) -> str:
    """The codec of the field that tells the length of *record*, empty where there is none."""
    bound = find(codecs.spec, record, record.length.path) if record.length else None
    word = length_word(codecs.spec, record)
    return codecs.codec(bound[1], bound[0].name) if bound else _in_word(codecs, *word) if word else ""


def _in_word(codecs: Codecs, word: BitWord, part: BitPart) -> str:
    return f"binary.InWord({codecs.variable(word.name)}, {literal(attribute_name(part.name))})"
