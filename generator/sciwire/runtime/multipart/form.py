"""What a specification says of its messages and their parts, as the generated module states it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sciwire.runtime.limits import DEFAULT_LIMITS, Limits
from sciwire.runtime.messages import RecordOf, Tolerance
from sciwire.runtime.value import Value

__all__ = [
    "ArrayPart",
    "BytesPart",
    "Checksum",
    "Condition",
    "Encoding",
    "Format",
    "JsonPart",
    "MessageOf",
    "PartForm",
    "Series",
    "Source",
]


class Condition(Value):
    """A part is sent only when *field* of the earlier *part* has one of *values*."""

    part: str
    field: str
    values: tuple[Any, ...]


class Checksum(Value):
    """*field* holds the digest of the bytes of the part *of*, as hexadecimal text."""

    field: str
    algorithm: str
    of: str
    rule: str = ""


class Encoding(Value):
    """How a blob holds an array: compression, byte order, the shuffled element; *aliases* are read too, *guessed* with a warning."""

    algorithm: str
    order: str = "<"
    element: int = 0
    block: int = 8192
    aliases: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()


class JsonPart(Value):
    """A JSON object; *says* is what the discriminator says in it, *accept* a pattern of other words taken for it."""

    name: str
    label: str
    record: RecordOf[Any]
    says: str = ""
    accept: str = ""
    checksums: tuple[Checksum, ...] = ()
    when: Condition | None = None
    optional: bool = False
    rule: str = ""


class ArrayPart(Value):
    """A blob that holds an array, described by fields of the JSON part *info*; *dtypes* are its own, () for all.

    An encoder holds to *writes* (dtypes), *rank* and *lengths* (by axis from the end), a decoder warns of the latter two.
    """

    name: str
    label: str
    info: str
    shape: str
    dtype: str
    encoding: str = ""
    size: str = ""
    fastest_first: bool = False
    byte_order: str = "<"
    undefined: str = ""
    dtypes: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    rank: tuple[int, ...] = ()
    lengths: Mapping[int, int] = MappingProxyType({})
    when: Condition | None = None
    optional: bool = False
    rule: str = ""


class BytesPart(Value):
    """Bytes that are kept as they are."""

    name: str
    label: str
    when: Condition | None = None
    optional: bool = False
    rule: str = ""


PartForm = JsonPart | ArrayPart | BytesPart


class MessageOf(Value):
    """One kind of message: its class and its parts in order."""

    name: str
    cls: type[Any]
    parts: tuple[PartForm, ...]


class Series(Value):
    """Messages belong to series: which one begins a series, which ends it, where they say its number and count up.

    *number* and *count* map names of messages to (part, field).
    """

    begin: str
    end: str
    number: Mapping[str, tuple[str, str]]
    count: Mapping[str, tuple[str, str]] = MappingProxyType({})
    rule: str = ""


class Format(Value):
    """What a specification says of all its messages."""

    name: str
    messages: tuple[MessageOf, ...]
    discriminator: str
    discriminator_rule: str = ""
    json_bytes: int = 1 << 24
    tolerance: Tolerance = Tolerance()
    dtypes: Mapping[str, str] = MappingProxyType({})
    encodings: Mapping[str, Encoding] = MappingProxyType({})
    write: Mapping[str, str] = MappingProxyType({})
    faults: Mapping[str, str] = MappingProxyType({})
    limits: Limits = DEFAULT_LIMITS
    series: Series | None = None

    def spelled(self, word: Any) -> str:
        """The usual spelling of the encoding *word*; empty where there is none."""
        if not isinstance(word, str) or word in self.encodings:
            return word if isinstance(word, str) else ""
        return next((name for name, one in self.encodings.items() if word in (*one.aliases, *one.guessed)), "")

    def message_of(self, value: Any) -> MessageOf | None:
        """The form of the message *value*, by its class."""
        return next((one for one in self.messages if type(value) is one.cls), None)


class Source(Value):
    """A part as it came: its bytes, and the array that was made of them where it is a blob."""

    data: Any
    value: Any = None

    def __reduce__(self) -> tuple[Any, ...]:
        return Source, (bytes(self.data), self.value)  # a view can't be pickled, and errors carry messages
