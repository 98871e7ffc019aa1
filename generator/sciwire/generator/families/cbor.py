"""Plan of a module of the `cbor` family: classes, converters, and one statement a field in wire order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sciwire.model import Constraints, Field, Record, Spec
from sciwire.model.check import resolve
from sciwire.model.families.cbor import CborBody, Message
from sciwire.model.names import class_name
from sciwire.model.types import (
    Array,
    Enum,
    ListOf,
    MapOf,
    Named,
    NDArray,
    Number,
    Scalar,
    TaggedType,
    Type,
    Union,
)

from ..plan import Module, Section
from ..text import layout_table, literal, sentence, source_list

__all__ = ["describe", "plan"]

_PYTHON = {
    "uint": "int", "int": "int", "float": "float", "bool": "bool", "text": "str", "bytes": "bytes",
    "datetime": "DateTime", "rational": "Rational", "any": "Any", "null": "None",
}  # fmt: skip


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
    nested = [
        _class(spec, kind, class_name(name), None) for name, kind in spec.types.items() if isinstance(kind, Record)
    ]
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
        "units": {str(field.key): field.unit for record in _records(spec) for field in record.fields if field.unit},
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
        function=_snake(name),
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


def _snake(name: str) -> str:
    """``SeriesStart`` -> ``series_start``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _attribute(spec: Spec, field: Field, owner: str) -> _Attribute:
    converter = _bounded(_converter(spec, field.type), field.constraints, field.rule)
    key = literal(field.key) if isinstance(field.key, str) else f"Key({field.key}, {literal(field.label)})"
    rule = f", {literal(field.rule)}" if field.rule else ""
    required = field.required and field.wrong_type != "keep"
    read = (
        f"m.required({key}, {converter}{rule})"
        if required
        else f"m.optional({key}, {converter}{rule}{_read_options(field)})"
    )
    options = ", required=True" if field.required else ""
    if field.when is not None:
        options += f", when={literal((field.when.option, field.when.values))}"
    return _Attribute(
        name=field.name,
        annotation=_annotation(spec, field.type),
        comment=_comment(field),
        read=read,
        write=f"m.put({key}, {converter}, value.{field.name}{rule}{options})",
        key=key,
    )


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


def _annotation(spec: Spec, kind: Type) -> str:
    match kind:
        case Scalar(name=name):
            return _PYTHON[name]
        case Number():
            return "float" if kind.code.startswith("f") else "int"
        case ListOf(item=item):
            return f"list[{_annotation(spec, item)}]"
        case MapOf(key=key, value=value):
            return f"dict[{_annotation(spec, key)}, {_annotation(spec, value)}]"
        case NDArray() | Array():
            return "NDArray[Any]"
        case Enum():
            return "str"
        case TaggedType(item=item):
            return _annotation(spec, item)
        case Union(alternatives=alternatives):
            names = list(dict.fromkeys(_annotation(spec, one) for one in alternatives))
            return "Any" if "Any" in names else " | ".join(names)
        case Named(name=name):
            found = resolve(kind, spec)
            return class_name(name) if isinstance(found, Record) else _annotation(spec, found)
        case _:
            raise TypeError(f"{kind} has no form in CBOR")


def _converter(spec: Spec, kind: Type) -> str:
    match kind:
        case Scalar(name=name):
            return name.upper()
        case Number():
            return (
                f"FixedFloat({literal(kind.code)})"
                if kind.code in ("f2", "f4")
                else "FLOAT"
                if kind.code == "f8"
                else f"FixedInt({literal(kind.code)})"
            )
        case ListOf(item=item, length=length):
            return f"ListOf({_converter(spec, item)}{'' if length is None else f', {length}'})"
        case MapOf(key=key, value=value):
            return f"MapOf({_converter(spec, key)}, {_converter(spec, value)})"
        case NDArray(dtypes=dtypes, axes=axes):
            return f"NDArrayOf({literal(tuple(one.dtype for one in dtypes))}, {literal(axes)})"
        case Array(dtypes=dtypes):
            return f"TypedArrayOf({literal(tuple(one.dtype for one in dtypes))})"
        case Enum(names=names):
            return f"EnumText({literal(names)})"
        case TaggedType(number=number, item=item):
            return f"TaggedOf({number}, {_converter(spec, item)})"
        case Union(alternatives=alternatives):
            return f"UnionOf(({', '.join(_converter(spec, one) for one in alternatives)},))"
        case Named(name=name):
            found = spec.types[name]
            return f"_{_snake(class_name(name)).upper()}" if isinstance(found, Record) else _converter(spec, found)
        case _:
            raise TypeError(f"{kind} has no form in CBOR")


def _bounded(converter: str, limits: Constraints, rule: str) -> str:
    if not limits:
        return converter
    named = {
        "const": limits.const, "minimum": limits.minimum, "maximum": limits.maximum,
        "pattern": limits.pattern, "min_length": limits.min_length, "max_length": limits.max_length, "rule": rule or None,
    }  # fmt: skip
    return f"Bounded({converter}, {', '.join(f'{name}={literal(value)}' for name, value in named.items() if value is not None)})"


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
            sections.append(Section(f"Record {class_name(name)}", _COLUMNS, tuple(_rows(kind)), sentence(kind.doc)))
    return sections


_COLUMNS = ("key", "type", "unit", "presence", "rule", "meaning")


def _rows(record: Record) -> Iterator[tuple[str, ...]]:
    for field in record.in_wire_order:
        presence = "required" if field.required else "optional"
        if field.when is not None:
            presence = f"{field.when.option} {'/'.join(field.when.values)}"
        yield (str(field.key), type_text(field.type), field.unit, presence, field.rule, " ".join(field.doc.split()))


def type_text(kind: Type) -> str:
    """*kind* as the author writes it."""
    match kind:
        case Scalar(name=name) | Named(name=name):
            return name
        case Number():
            return kind.order + kind.name
        case ListOf(item=item, length=length):
            return f"list[{type_text(item)}{'' if length is None else f', {length}'}]"
        case MapOf(key=key, value=value):
            return f"map[{type_text(key)}, {type_text(value)}]"
        case NDArray(dtypes=dtypes, axes=axes):
            return f"ndarray[{'|'.join(type_text(one) for one in dtypes)}; {', '.join(axes)}]"
        case Array(dtypes=dtypes):
            return f"array[{'|'.join(type_text(one) for one in dtypes)}]"
        case Enum(names=names):
            return f"enum[{', '.join(names)}]"
        case TaggedType(number=number, item=item):
            return f"tag[{number}, {type_text(item)}]"
        case Union(alternatives=alternatives):
            return " | ".join(type_text(one) for one in alternatives)
        case _:
            return str(kind)
