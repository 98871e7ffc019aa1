"""Records as the templates place them: classes, and one statement a field in wire order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
    """One field as the template places it: an attribute of a class, and the statement of the *field*."""

    name: str
    annotation: str
    field: str


@dataclass(frozen=True, slots=True)
class PlannedClass:
    """One record as the template places it."""

    name: str
    function: str
    doc: str
    attributes: tuple[PlannedAttribute, ...]
    value: str
    stack: str
    record_options: str
    plain_names: str
    is_message: bool
    prefix: str = ""


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
    plain_names = {field.name: field.plain for field in record.fields if field.plain != field.name}
    doc = sentence(record.doc) or f"{name} of {spec.title}."
    told = [(field.name, _told(field)) for field in record.fields]
    return PlannedClass(
        name=name,
        function=function_names(spec).get(name, snake(name)),
        doc=attributes_text(doc, told, (field.rule for field in record.fields), spec),
        attributes=tuple(_attribute(spec, field, special.get(field.label)) for field in record.fields),
        value=value,
        stack=stack,
        record_options=_record_options(record),
        plain_names=literal(plain_names) if plain_names else "",
        is_message=is_message,
    )


def _record_options(record: Record) -> str:
    """The arguments of a `RecordOf` behind its fields, where it needs any."""
    names = {field.plain: field.key for field in record.fields if field.plain != field.key}
    keys = f", keys={literal(tuple(field.key for field in record.fields))}" if record.layout == "array" else ""
    return f"{keys}{f', names={literal(names)}' if names else ''}"


def key_text(field: Field) -> str:
    """The key on the wire; an integer has the name of the field with it."""
    return literal(field.key) if isinstance(field.key, str) else f"Key({field.key}, {literal(field.label)})"


def plan_field(spec: Spec, field: Field) -> tuple[str, str, str]:
    """The converter, the annotation and the comment of a field that stands alone."""
    return bounded(converter(spec, field.type), field.constraints, field.rule, null=takes_null(field.type, spec)), annotation(spec, field.type), _comment(field)  # fmt: skip


def _attribute(spec: Spec, field: Field, special: tuple[str, str] | None) -> PlannedAttribute:
    converted, annotated = (converter(spec, field.type), annotation(spec, field.type)) if special is None else special
    return PlannedAttribute(
        name=field.name,
        annotation=_optional(annotated),
        field=f"FieldOf({literal(field.name)}, {bounded(converted, field.constraints, field.rule, null=takes_null(field.type, spec))}{_options(field)})",
    )


def _optional(text: str) -> str:
    return text if text == "Any" or "None" in text.split(" | ") else f"{text} | None"


def _options(field: Field) -> str:
    """The arguments of a `FieldOf` behind its converter, where it needs any."""
    kept = field.wrong_type == "keep"
    when = (field.when.option, field.when.values) if field.when is not None else None
    said = {
        "required": field.required or None,
        "default": field.default if kept or not field.required else None,
        "wrong_type": (field.wrong_type or None) if kept or not field.required else None,
        "also": field.also or None,
        "when": when,
        "last": field.last or None,
    }
    rule = f", {literal(field.rule)}" if field.rule else ""
    key = f", key={key_text(field)}" if field.key != field.name else ""
    return rule + key + "".join(f", {name}={literal(value)}" for name, value in said.items() if value is not None)


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
