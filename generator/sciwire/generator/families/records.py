"""Records as the templates place them: classes, and one statement a field in wire order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from sciwire.model import Field, Record, Spec
from sciwire.model.families.cbor import class_of
from sciwire.model.followed import takes_null
from sciwire.model.words import constraint_words, value_words

from ..text import literal, sentence
from .attributes import attributes_text, described
from .cbor_types import annotation, bounded, converter, function_names, snake, type_text

__all__ = [
    "COLUMNS",
    "PlannedAttribute",
    "PlannedClass",
    "field_rows",
    "key_text",
    "nested_classes",
    "plan_class",
    "plan_field",
    "type_rows",
]


@dataclass(frozen=True, slots=True)
class PlannedAttribute:
    """One field as the template places it; *key* and *converter* are Python text."""

    name: str
    annotation: str
    key: str
    converter: str
    reader: str
    read_options: str
    write_options: str

    @property
    def read(self) -> str:
        return f"m.{self.reader}({self.key}, {self.converter}{self.read_options})"

    @property
    def write(self) -> str:
        return f"m.put({self.key}, {self.converter}, value.{self.name}{self.write_options})"


@dataclass(frozen=True, slots=True)
class PlannedClass:
    """One record as the template places it."""

    name: str
    function: str
    doc: str
    attributes: tuple[PlannedAttribute, ...]
    before_extra: tuple[PlannedAttribute, ...]
    after_extra: tuple[PlannedAttribute, ...]
    value: str
    stack: str
    keys: str
    names: str
    plain_names: str
    is_message: bool
    prefix: str = ""
    payloads: str = ""

    def with_attributes(self, attributes: Mapping[str, PlannedAttribute]) -> PlannedClass:
        """The same class with other *attributes* of the same names."""
        before, after = (tuple(attributes[one.name] for one in some) for some in (self.before_extra, self.after_extra))
        return replace(self, attributes=tuple(attributes.values()), before_extra=before, after_extra=after)


def nested_classes(spec: Spec) -> list[PlannedClass]:
    """The records among the named types, in file order."""
    return [plan_class(spec, kind, class_of(name)) for name, kind in spec.types.items() if isinstance(kind, Record)]


def plan_class(
    spec: Spec,
    record: Record,
    name: str,
    value: str = "",
    stack: str = "",
    is_message: bool = False,
    special: Mapping[str, tuple[str, str]] = MappingProxyType({}),
) -> PlannedClass:
    """The class of *record*; of a message *value* is what its discriminator says, as text of a literal.

    *special* gives the converter and the annotation of fields that a family treats in its own way, by label.
    """
    attributes = {field.name: _attribute(spec, field, special.get(field.label)) for field in record.fields}
    ordered = [(field, attributes[field.name]) for field in record.in_wire_order]
    plain_names = {field.name: field.plain for field in record.fields if field.plain != field.name}
    doc = sentence(record.doc) or f"{name} of {spec.title}."
    told = [(field.name, _told(field)) for field in record.fields]
    return PlannedClass(
        name=name,
        function=function_names(spec).get(name, snake(name)),
        doc=attributes_text(doc, told, (field.rule for field in record.fields), spec),
        attributes=tuple(attributes.values()),
        before_extra=tuple(one for field, one in ordered if not field.last),
        after_extra=tuple(one for field, one in ordered if field.last),
        value=value,
        stack=stack,
        keys=literal(tuple(field.key for field in record.fields)) if record.layout == "array" else "()",
        names=literal({field.plain: field.key for field in record.fields if field.plain != field.key}),
        plain_names=literal(plain_names) if plain_names else "",
        is_message=is_message,
    )


def key_text(field: Field) -> str:
    """The key on the wire; an integer has the name of the field with it."""
    return literal(field.key) if isinstance(field.key, str) else f"Key({field.key}, {literal(field.label)})"


def plan_field(spec: Spec, field: Field) -> tuple[str, str, str]:
    """The converter, the annotation and the comment of a field that stands alone."""
    return bounded(converter(spec, field.type), field.constraints, field.rule, null=takes_null(field.type, spec)), annotation(spec, field.type), _comment(field)  # fmt: skip


def _attribute(spec: Spec, field: Field, special: tuple[str, str] | None) -> PlannedAttribute:
    typed = (converter(spec, field.type), annotation(spec, field.type)) if special is None else special
    rule = f", {literal(field.rule)}" if field.rule else ""
    also = f", also={literal(field.also)}" if field.also else ""
    required = field.required and field.wrong_type != "keep"
    when = f", when={literal((field.when.option, field.when.values))}" if field.when is not None else ""
    return PlannedAttribute(
        name=field.name,
        annotation=_optional(typed[1]),
        key=key_text(field),
        converter=bounded(typed[0], field.constraints, field.rule, null=takes_null(field.type, spec)),
        reader="required" if required else "optional",
        read_options=f"{rule}{'' if required else _read_options(field)}{also}",
        write_options=f"{rule}{', required=True' if field.required else ''}{when}",
    )


def _optional(text: str) -> str:
    return text if text == "Any" or "None" in text.split(" | ") else f"{text} | None"


def _read_options(field: Field) -> str:
    default = f", default={literal(field.default)}" if field.default is not None else ""
    return (
        default
        + (f", wrong_type={literal(field.wrong_type)}" if field.wrong_type else "")
        + (", needed=True" if field.required else "")
    )


def _told(field: Field) -> str:
    """What the docstring of a class says of a field."""
    key = f"key {field.key!r}" if field.key != field.label else ""
    kind = type_text(field.type)
    return described(kind, field.unit, _presence(field), key, *_limits(field), meaning=field.doc, rule=field.rule)


def _limits(field: Field) -> list[str]:
    words = constraint_words(field.constraints)
    return words if field.default is None else [*words, f"default {value_words(field.default)}"]


def _presence(field: Field) -> str:
    if field.when is not None:
        return f"{field.when.option} {'/'.join(field.when.values)}"
    return "required" if field.required else "optional"


def _comment(field: Field) -> str:
    unit = f", in {field.unit}" if field.unit else ""
    text = " ".join(field.doc.split())
    return f"{text}{unit}".strip(", ") if text or unit else ""


COLUMNS = ("key", "type", "unit", "presence", "rule", "meaning")


def field_rows(record: Record) -> Iterator[tuple[str, ...]]:
    """The rows of the table of a record: wire keys, with the name where the key is another; constraints in the meaning."""
    for field in record.in_wire_order:
        key = str(field.key) if field.key == field.label else f"{field.key} ({field.label})"
        also = [f"also read as {', '.join(map(str, field.also))}"] if field.also else []
        meaning = "; ".join([*filter(None, [" ".join(field.doc.split())]), *_limits(field), *also])
        yield (key, type_text(field.type), field.unit, _presence(field), field.rule, meaning)


def type_rows(spec: Spec) -> tuple[tuple[str, str], ...]:
    """The named types that are no records: name and type."""
    return tuple((name, type_text(kind)) for name, kind in spec.types.items() if not isinstance(kind, Record))
