"""Records, words of bits and unions of the `struct` family as expressions of the kernel's classes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sciwire.model import Spec
from sciwire.model.families.struct import BitWord, Extent, StructBody, StructField, StructRecord, StructUnion
from sciwire.model.families.struct_digits import is_digits
from sciwire.model.families.struct_links import (
    const_bytes,
    element_size,
    plain_type,
    tells_bytes,
)
from sciwire.model.families.struct_orders import TOLD, dependent
from sciwire.model.families.struct_varints import is_varint
from sciwire.model.names import identifier
from sciwire.model.types import Named, Number, Scalar, Type

from ..text import literal
from .struct_tellers import attribute_name, extent_words, only_words, path_words, variable

__all__ = ["Codecs"]


class Codecs:
    """Prints the codecs of one specification; `order` has records and unions such that each finds its parts.

    spoken : the byte order that the data told, where they tell it; the codecs of big endian numbers have their own names.
    """

    def __init__(self, spec: Spec, hidden: set[tuple[str, str]], spoken: str = "little") -> None:
        self.spec = spec
        self._spoken = spoken
        self._other = dependent(spec) if spec.body.mark is not None and spoken == "big" else frozenset()
        self.body: StructBody = spec.body
        self.hidden = hidden
        self.order: list[str] = []
        self._done: set[str] = set()
        self._later: set[tuple[str, str]] = set()
        for name in (*self.body.structs, *self.body.unions):
            self._visit(name, ())

    def _visit(self, name: str, above: tuple[str, ...]) -> None:
        if name in self._done:
            return
        for part in dict.fromkeys(self._parts(name)):
            if part in (*above, name):
                self._later.add((name, part))
            else:
                self._visit(part, (*above, name))
        if name not in self._done:
            self._done.add(name)
            self.order.append(name)

    def _parts(self, name: str) -> Iterator[str]:
        if name in self.body.unions:
            yield from self.body.unions[name].members
            return
        for field in self.body.structs[name].fields:
            kind = plain_type(self.spec, field.type)
            if isinstance(kind, Named) and kind.name not in self.body.bits:
                yield kind.name

    def variable(self, name: str) -> str:
        """The name of a codec in this byte order."""
        return f"{variable(name)}_big" if name in self._other else variable(name)  # the others have no small letters

    def has(self, name: str) -> bool:
        """Whether this byte order needs a codec of its own."""
        return self._spoken != "big" or name in self._other

    def named_early(self, name: str) -> bool:
        """Whether a codec in front of that of *name* names it; what it is must be said then."""
        return any(part == name for _, part in self._later)

    def bits(self, word: BitWord) -> str:
        """``Bits(Flags, 2, "little", (...))``."""
        fields = []
        for part in word.fields:
            more = [f"signed={part.signed}"] if part.signed else []
            more += [f"names={literal(dict(part.enum))}"] if part.enum else []
            more += ["flag=True"] if part.flag else []
            fields.append(
                f"binary.BitField({', '.join([literal(attribute_name(part.name)), str(part.at), str(part.width), *more])})"
            )
        cls = "None" if word.shared else identifier(word.name)
        options = [", reserved=True"] if word.reserved else []
        options += [f", parity={literal(word.parity)}"] if word.parity else []
        options += [f", rule={literal(word.rule)}"] if word.rule else []
        return f"binary.Bits({cls}, {word.size}, {literal(self._spoken if word.order == TOLD else word.order)}, ({', '.join(fields)},){''.join(options)})"

    def union(self, union: StructUnion) -> str:
        """``Union("kind", {...}, {"": {...}}, codec=Bytes(1))``."""
        kind = plain_type(self.spec, union.type)
        character = kind == Scalar("bytes")
        plain = character or (kind is None and tells_bytes(self.spec, union))
        tags = {
            name: tag.encode("latin-1") if plain and isinstance(tag, str) else tag
            for name, tag in union.members.items()
        }
        members = ", ".join(f"{literal(name)}: {self._named(union.name, name)}" for name in union.members)
        tables: dict[str, Any] = {key: {name: tags[name] for name in names} for key, names in union.tables.items()} or {
            "": tags
        }
        words = [literal(union.tag), f"{{{members}}}", literal(tables)]
        if kind is not None:
            own = "binary.Bytes(1)" if character else _varint(union) if union.encoding else ""
            words.append(f"codec={own or self._base(kind, None, union.name)}")
        words += [f"on={literal(path_words(union.on))}"] if union.on else []
        words += [f"select={literal(path_words(union.select))}"] if union.select else []
        words += ["others=True"] if union.others else []
        words += [f"rule={literal(union.rule)}"] if union.rule else []
        return f"binary.Union({', '.join(words)})"

    def parts(self, record: StructRecord) -> list[str]:
        """One expression a part, in wire order."""
        return [self._part(record, field) for field in record.fields]

    def _part(self, record: StructRecord, field: StructField) -> str:
        rule = f", rule={literal(field.rule)}" if field.rule else ""
        only = f", only={only_words(field.only)}" if field.only is not None else ""
        if field.role in ("pad", "align"):
            more = f", {field.fill}" if field.fill else ""
            more += ", checked=True" if field.checked else ""
            if field.label in _summed(record):
                more += f", name={literal(attribute_name(field.label))}"
            return f"binary.{field.role.title()}({field.size.number if field.size else 1}{more}{rule}{only})"
        name, codec = literal(attribute_name(field.label)), self.codec(field, record.name)
        if field.role == "const":
            return f"binary.Const({name}, {codec}, {literal(self._wire(field, field.const))}{rule}{only})"
        if field.role == "sum":
            algorithm = field.sum[0]
            first, last = _ends(record, field)
            places = f"{literal(attribute_name(first))}, {literal(attribute_name(last))}"
            return f"binary.Sum({name}, {codec}, {literal(algorithm)}, {places}{rule}{only})"
        if field.role == "same":
            return f"binary.Same({name}, {codec}, {literal(path_words(field.same))}{rule}{only})"
        if field.role == "version":
            return f"binary.Version({name}, {codec}, {literal(field.known)}{rule})"
        if (record.name, field.label) in self.hidden:
            return f"binary.Derived({name}, {codec}{rule})"
        more = f", default={literal(self._value(field, field.default))}" if field.default is not None else ""
        return f"binary.Part({name}, {codec}{rule}{more}{only})"

    def codec(self, field: StructField, owner: str) -> str:
        """The codec of a field with its enumeration, bounds and number."""
        kind = plain_type(self.spec, field.type)
        assert kind is not None
        codec = self._base(kind, field, owner)
        if field.enum is not None:
            names = {name: self._wire(field, value) for name, value in field.enum.items()}
            codec = f"binary.Choice({codec}, {literal(names)}{', True' if field.others else ''})"
        if field.low is not None or field.high is not None:
            codec = f"binary.Bounded({codec}, {literal(field.low)}, {literal(field.high)})"
        if field.count is None:
            return codec
        numbers = isinstance(kind, Number) and field.enum is None and field.low is None and field.high is None
        many = "Table" if field.table else "Numbers" if numbers else "ListOf"
        extent = (
            str(field.count.number)
            if field.count.number is not None
            else extent_words(field.count, element=element_size(self.spec, field, ()))
        )
        return f"binary.{many}({codec}, {extent})"

    def _base(self, kind: Type, field: StructField | None, owner: str) -> str:
        order = (field.order if field else "") or (self._spoken if self.body.mark else self.body.order)
        if isinstance(kind, Number):
            code = (
                kind.dtype
                if kind.order or kind.code.endswith("1")
                else f"{'<' if order == 'little' else '>'}{kind.code}"
            )
            return f"binary.Number({literal(code)})"
        if isinstance(kind, Named):
            return self._named(owner, kind.name)
        assert isinstance(kind, Scalar)
        if field is not None and is_varint(field):
            return _varint(field)
        if field is not None and is_digits(field):
            return _digits(field, kind)
        if kind.name in ("uint", "int"):
            size = field.size.number if field and field.size else 1
            return f"binary.Integer({size}, {literal(order)}{', True' if kind.name == 'int' else ''})"
        if kind.name == "bool":
            return "binary.Bool()"
        assert field is not None
        return self._sized(kind, field)

    def _sized(self, kind: Scalar, field: StructField) -> str:
        size = field.size
        if size is None and field.role == "const":
            size = Extent(len(const_bytes(kind, field)))
        extent = (
            "binary.Extent()" if size is None else str(size.number) if size.number is not None else extent_words(size)
        )
        if kind.name == "bytes":
            more = f", fill={field.fill}" + (", strip=True" if field.strip else "") if field.fill is not None else ""
            return f"binary.Bytes({extent}{more})"
        words = [extent, literal(field.encoding)]
        if field.terminator is not None:
            words.append(f"terminator={field.terminator}")
        elif size is not None and size.number is not None and field.enum is None and field.role != "const":
            words.append(f"fill={field.fill or 0}")
        return f"binary.Text({', '.join(words)})"

    def _named(self, owner: str, name: str) -> str:
        named = self.variable(name)
        return f"binary.Later(lambda: {named})" if (owner, name) in self._later else named

    def _wire(self, field: StructField, value: Any) -> Any:
        """A value of the file as the base codec gives it."""
        kind = plain_type(self.spec, field.type)
        if kind == Scalar("bytes") and not isinstance(value, bytes):
            return bytes([value]) if isinstance(value, int) else str(value).encode("latin-1")
        return value

    def _value(self, field: StructField, value: Any) -> Any:
        return value if field.enum is not None else self._wire(field, value)


def _varint(one: StructField | StructUnion) -> str:
    """An integer of as many bytes as it needs."""
    return f"binary.Varint({literal(one.encoding)}{', overlong=True' if one.overlong else ''})"


def _digits(field: StructField, kind: Scalar) -> str:
    """An integer as text."""
    words = [literal(field.encoding)]
    words += [str(field.size.number)] if field.size is not None else []
    words += ["signed=True"] if kind.name == "int" else []
    words += [f"fill={field.fill}"] if field.fill is not None else []
    words += ["right=True"] if field.justify == "right" else []
    words += [f"terminator={field.terminator}"] if field.terminator is not None else []
    return f"binary.Digits({', '.join(words)}{', overlong=True' if field.overlong else ''})"


def _ends(record: StructRecord, field: StructField) -> tuple[str, str]:
    """The first and the last field that the sum *field* covers."""
    labels = [one.label for one in record.fields]
    _, first, last = field.sum
    return first or labels[0], last or labels[labels.index(field.label) - 1]


def _summed(record: StructRecord) -> set[str]:
    """The fields at which sums begin and end; padding has a name of its own only where it is one of these."""
    return {label for one in record.fields if one.role == "sum" for label in _ends(record, one)}
