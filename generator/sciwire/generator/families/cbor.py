"""Plan of a module of the `cbor` family: classes, converters, and one statement a field in wire order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sciwire.model import Field, Record, Spec
from sciwire.model.families.cbor import CborBody, Message, class_of

from ..plan import Module, Section
from ..text import layout_table, literal, sentence, source_list
from .cbor_types import annotation, bounded, converter, function_names, type_text

__all__ = ["describe", "plan"]


@dataclass(frozen=True, slots=True)
class _Attribute:
    """One field as the template places it."""

    name: str
    annotation: str
    comment: str
    read: str
    write: str
    key: str


@dataclass(frozen=True, slots=True)
class _Class:
    """One record as the template places it."""

    name: str
    function: str
    doc: str
    attributes: tuple[_Attribute, ...]
    before_extra: tuple[_Attribute, ...]
    after_extra: tuple[_Attribute, ...]
    value: str
    stack: str
    keys: str
    names: str
    plain_names: str
    is_message: bool


def plan(specs: tuple[Spec, ...]) -> Module:
    """Plan the module that serves *specs*; the newest version states the layout."""
    spec = specs[-1]
    body: CborBody = spec.body
    nested = [_class(spec, kind, class_of(name), None) for name, kind in spec.types.items() if isinstance(kind, Record)]
    messages = [_class(spec, message.record, message.cls, message) for message in body.messages]
    options = [
        {
            "name": name,
            "values": values,
            "annotation": f"Literal[{', '.join(literal(value) for value in values)}]",
            "doc": sentence(body.option_docs[name]),
        }
        for name, values in body.options.items()
    ]
    context = {
        "format": spec.format,
        "versions": tuple(one.version for one in specs),
        "doc": _module_doc(spec),
        "profiles": tuple(profile.name for profile in spec.profiles),
        "profile": spec.default_profile,
        "classes": [*nested, *messages],
        "messages": messages,
        "message_union": " | ".join(message.cls for message in body.messages),
        "form": _form(spec, body),
        "options": options,
        "compressions": _compressions(body),
        "compression": body.compression.write[0] if body.compression else "none",
        "units": _units(spec),
        "exports": sorted(
            [*_EXPORTS, *(one.name for one in (*nested, *messages))], key=lambda name: (name.lower(), name)
        ),
    }
    return Module(spec.format, "cbor/module.py.jinja", context)


_EXPORTS = (
    "FORMAT",
    "VERSIONS",
    "Decoder",
    "Encoder",
    "Message",
    "decode",
    "encode",
    "encode_parts",
    "from_plain",
    "sniff",
    "spans",
    "summary",
    "to_plain",
)


def _units(spec: Spec) -> dict[str, dict[str, str]]:
    """Class to attribute to unit, for those that have one."""
    names = [class_of(name) for name, kind in spec.types.items() if isinstance(kind, Record)]
    classes = zip((*names, *(message.cls for message in spec.body.messages)), _records(spec), strict=True)
    units = {name: {field.name: field.unit for field in record.fields if field.unit} for name, record in classes}
    return {name: found for name, found in units.items() if found}


def _records(spec: Spec) -> tuple[Record, ...]:
    return (*(kind for kind in spec.types.values() if isinstance(kind, Record)), *spec.body.records)


def _compressions(body: CborBody) -> tuple[str, ...]:
    write = body.compression.write if body.compression else ()
    return tuple(dict.fromkeys((*write, "none")))


def _class(spec: Spec, record: Record, name: str, message: Message | None) -> _Class:
    attributes = {field.name: _attribute(spec, field, name) for field in record.fields}
    ordered = [(field, attributes[field.name]) for field in record.in_wire_order]
    plain_names = {field.name: field.plain for field in record.fields if field.plain != field.name}
    doc = sentence(record.doc) or f"{name} of {spec.title}."
    return _Class(
        name=name,
        function=function_names(spec)[name],
        doc=doc,
        attributes=tuple(attributes.values()),
        before_extra=tuple(one for field, one in ordered if not field.last),
        after_extra=tuple(one for field, one in ordered if field.last),
        value=literal(message.value) if message else "",
        stack=message.stack if message else "",
        keys=literal(tuple(field.key for field in record.fields)) if record.layout == "array" else "()",
        names=literal({field.plain: field.key for field in record.fields if field.plain != field.key}),
        plain_names=literal(plain_names) if plain_names else "",
        is_message=message is not None,
    )


def _attribute(spec: Spec, field: Field, owner: str) -> _Attribute:
    reader = bounded(converter(spec, field.type), field.constraints, field.rule)
    key = literal(field.key) if isinstance(field.key, str) else f"Key({field.key}, {literal(field.label)})"
    rule = f", {literal(field.rule)}" if field.rule else ""
    required = field.required and field.wrong_type != "keep"
    read = (
        f"m.required({key}, {reader}{rule})" if required else f"m.optional({key}, {reader}{rule}{_read_options(field)})"
    )
    options = ", required=True" if field.required else ""
    if field.when is not None:
        options += f", when={literal((field.when.option, field.when.values))}"
    return _Attribute(
        name=field.name,
        annotation=_optional(annotation(spec, field.type)),
        comment=_comment(field),
        read=read,
        write=f"m.put({key}, {reader}, value.{field.name}{rule}{options})",
        key=key,
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


def _comment(field: Field) -> str:
    unit = f", in {field.unit}" if field.unit else ""
    text = " ".join(field.doc.split())
    return f"{text}{unit}".strip(", ") if text or unit else ""


def _form(spec: Spec, body: CborBody) -> dict[str, str]:
    """The arguments of the module's `Format`, as text; those that say nothing are left out."""
    form: dict[str, str] = {}
    if body.discriminator is not None:
        form["discriminator"] = literal(body.discriminator)
    if body.discriminator_rule:
        form["discriminator_rule"] = literal(body.discriminator_rule)
    form["keys"] = f"({literal(body.keys)}, {literal(body.keys_rule)})"
    if body.prefix:
        form["prefix"] = (
            f"Prefix({body.prefix.tag}, write={body.prefix.write}, read={literal(body.prefix.read)}, rule={literal(body.prefix.rule)})"
        )
    names = ("missing", "wrong_type", "null", "unknown", "arrays", "duplicates", "trailing")
    words = [f"{name}={literal(getattr(body.tolerance, name))}" for name in names]
    form["tolerance"] = f"Tolerance({', '.join(words)}, rules={literal(dict(body.tolerance.rules))})"
    if body.compression:
        one = body.compression
        form["compression"] = (
            f"Compression({one.tag}, read={literal(one.read)}, write={literal(one.write)}, block={one.block}, rule={literal(one.rule)})"
        )
    if body.array_rules:
        form["array_rules"] = literal(dict(body.array_rules))
    if body.refusals:
        refusals = "".join(
            f"Refusal({literal(r.key)}, {literal(r.text)}, {literal(r.category)}, {literal(r.rule)}), "
            for r in body.refusals
        )
        form["refusals"] = f"({refusals})"
    if body.options:
        form["options"] = literal(dict(body.options))
    if spec.limits:
        form["limits"] = f"Limits({', '.join(f'{name}={value}' for name, value in spec.limits.items())})"
    return form


def _module_doc(spec: Spec) -> str:
    parts = [sentence(spec.title), spec.doc.strip()]
    parts += [f"{section.title}\n\n{layout_table(section.columns, section.rows)}" for section in describe(spec)]
    parts.append(f"Sources\n\n{source_list(spec)}" if spec.sources else "")
    return "\n\n".join(part for part in parts if part)


def describe(spec: Spec) -> list[Section]:
    """One table a message and a record: key, type, unit, presence, meaning, rule."""
    body: CborBody = spec.body
    sections = []
    for message in body.messages:
        says = f" ({body.discriminator}: {message.value})" if body.discriminator is not None else ""
        sections.append(
            Section(
                f"Message {message.cls}{says}", _COLUMNS, tuple(_rows(message.record)), sentence(message.record.doc)
            )
        )
    for name, kind in spec.types.items():
        if isinstance(kind, Record):
            sections.append(Section(f"Record {class_of(name)}", _COLUMNS, tuple(_rows(kind)), sentence(kind.doc)))
    return sections


_COLUMNS = ("key", "type", "unit", "presence", "rule", "meaning")


def _rows(record: Record) -> Iterator[tuple[str, ...]]:
    for field in record.in_wire_order:
        presence = "required" if field.required else "optional"
        if field.when is not None:
            presence = f"{field.when.option} {'/'.join(field.when.values)}"
        yield (str(field.key), type_text(field.type), field.unit, presence, field.rule, " ".join(field.doc.split()))
