"""Plan of a module of the `cbor` family: messages on maps, and what is around them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sciwire.model import Record, Spec
from sciwire.model.families.cbor import CborBody, Message, Payload, class_of
from sciwire.model.families.cbor_payloads import spelling
from sciwire.model.families.cbor_positions import positioned

from ..plan import Module, Section
from ..text import layout_table, literal, sentence, source_list
from .cbor_names import embedded_at, key_names
from .cbor_serializer import plan_serializer
from .cbor_types import function_names, type_text
from .records import COLUMNS, PlannedClass, field_rows, key_text, nested_classes, plan_class, type_rows

__all__ = ["describe", "plan", "type_text"]


def plan(specs: tuple[Spec, ...]) -> Module:
    """Plan the module of one version, the last of *specs*; `versions` joins the modules of several."""
    spec = specs[-1]
    body: CborBody = spec.body
    nested = nested_classes(spec)
    classes = [*nested, *(_class(spec, message) for message in body.messages)]
    messages = classes[len(nested) :]
    options = [
        {
            "name": name,
            "values": values,
            "annotation": f"Literal[{', '.join(literal(value) for value in values)}]",
            "doc": sentence(body.option_docs[name]),
        }
        for name, values in body.options.items()
    ]
    payloads = any(message.payloads for message in body.messages)
    context = {
        "format": spec.format,
        "versions": tuple(one.version for one in specs),
        "doc": _module_doc(spec),
        "profiles": tuple(profile.name for profile in spec.profiles),
        "profile": spec.default_profile,
        "classes": classes,
        "messages": messages,
        "aliases": [
            (literal(word), function_names(spec)[message.cls]) for message in body.messages for word in message.also
        ],
        "key_names": literal(key_names(spec)),
        "embedded": literal(embedded_at(spec)),
        "span_words": _span_words(spec),
        "has_payloads": payloads,
        "serializer": plan_serializer(spec),
        "message_union": " | ".join(message.cls for message in body.messages),
        "form": _form(spec, body),
        "options": options,
        "compressions": _compressions(body),
        "compression": body.compression.write[0] if body.compression else "none",
        "units": _units(spec),
        "exports": sorted(
            [
                *_EXPORTS,
                *_serializer_names(body),
                *(("Session",) if payloads else ()),
                *(one.name for one in classes),
            ],
            key=lambda name: (name.lower(), name),
        ),
    }
    return Module(spec.format, "cbor/module.py.jinja", context)


def _span_words(spec: Spec) -> list[str]:
    """The arguments that the kernel needs to name every byte."""
    body: CborBody = spec.body
    prefixes = "".join(sorted({message.prefix for message in body.messages}))
    words = ["data", *([f'{literal(prefixes)}.encode("latin-1")'] if prefixes else [])]
    named = bool(key_names(spec))
    words += ["names=_KEY_NAMES", f"discriminator={literal(body.discriminator)}"] if named else []
    words += [f"tag={body.prefix.tag}"] if body.prefix and body.layout == "array" else []
    return [*words, *(["embedded=_EMBEDDED"] if embedded_at(spec) else [])]


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


def _serializer_names(body: CborBody) -> tuple[str, ...]:
    return (body.serializer.cls, body.serializer.config) if body.serializer is not None else ()


def _class(spec: Spec, message: Message) -> PlannedClass:
    special = {one.field: (_payload_converter(one), "NDArray[Any] | bytes") for one in message.payloads}
    made = plan_class(spec, message.record, message.cls, literal(message.value), message.stack, True, special)
    payloads = ", ".join(_payload(spec, message, one) for one in message.payloads)
    options = f"{made.record_options}, payloads=({payloads},)" if payloads else made.record_options
    return replace(made, prefix=message.prefix, record_options=options)


def _payload_converter(payload: Payload) -> str:
    return f"PayloadOf({literal(payload.algorithm)}, {payload.block}, {literal(payload.dtypes)})"


def _payload(spec: Spec, message: Message, payload: Payload) -> str:
    """The arguments of the module's `Payload`; fields by their Python names, messages by what they are called on the wire."""
    messages = {one.name: one for one in spec.body.messages}
    fields = positioned(spec.body, message.record).fields

    def name(kind: str | None, label: str) -> str:
        record = (message if kind is None else messages[kind]).record
        return next(field.name for field in record.fields if field.label == label)

    def origins(pairs: tuple[tuple[str | None, str], ...]) -> str:
        return literal(tuple((None if kind is None else messages[kind].value, name(kind, label)) for kind, label in pairs))  # fmt: skip

    found = next(field for field in fields if field.label == payload.field)
    words = [
        literal(found.name), key_text(found), literal(payload.algorithm), str(payload.block),
        f"shape={origins(payload.shape)}", f"dtype={origins(payload.dtype)}",
    ]  # fmt: skip
    words += [f"separator={literal(payload.separator)}"] if payload.separator != "x" else []
    words += ["raw=True"] if payload.raw else []
    if payload.match:
        match = tuple((name(None, own), None if kind is None else messages[kind].value, name(kind, label)) for own, kind, label in payload.match)  # fmt: skip
        words.append(f"match={literal(match)}")
    if payload.tells:
        words.append(f"tells={literal(tuple((what, name(None, label)) for what, label in payload.tells))}")
    told = next((field for field in message.record.fields if field.label == dict(payload.tells).get("shape")), None)
    words += ["listed=True"] if told is not None and spelling(told.type, spec) == "list" else []
    own = [label for kind, label in (*payload.shape, *payload.dtype) if kind is None]
    others = [one for one in fields if one.label in own and (one.name != one.key or one.also)]
    keys = {one.name: [key_text(replace(one, key=key)) for key in (one.key, *one.also)] for one in others}
    if keys:
        words.append(f"keys={{{', '.join(f'{literal(name)}: {_tuple(texts)}' for name, texts in keys.items())}}}")
    words += [f"rule={literal(payload.rule)}"] if payload.rule else []
    return f"Payload({', '.join(words)})"


def _tuple(texts: list[str]) -> str:
    return f"({', '.join(texts)}{',' * (len(texts) == 1)})"


def _form(spec: Spec, body: CborBody) -> dict[str, str]:
    """The arguments of the module's `Format`, as text; those that say nothing are left out."""
    form: dict[str, str] = {}
    if body.layout != "map":
        form["layout"] = literal(body.layout)
    if body.discriminator is not None:
        form["discriminator"] = literal(body.discriminator)
    if body.discriminator_rule:
        form["discriminator_rule"] = literal(body.discriminator_rule)
    if body.layout == "map":
        form["keys"] = f"({literal(body.keys)}, {literal(body.keys_rule)})"
    if body.prefix:
        form["prefix"] = (
            f"Prefix({body.prefix.tag}, write={body.prefix.write}, read={literal(body.prefix.read)}, rule={literal(body.prefix.rule)})"
        )
    if body.prefix_bytes:
        of = literal({message.cls: message.prefix for message in body.messages})
        front = body.prefix_bytes
        form["prefix_bytes"] = (
            f"PrefixBytes({of}, read={literal(front.read)}, mixed={literal(front.mixed)}, rule={literal(front.rule)})"
        )
    if body.recognised_by:
        form["recognised_by"] = literal(body.recognised_by)
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
        record = positioned(body, message.record)
        sections.append(
            Section(f"Message {message.cls}{says}", COLUMNS, tuple(field_rows(record)), sentence(record.doc))
        )
    for name, kind in spec.types.items():
        if isinstance(kind, Record):
            sections.append(Section(f"Record {class_of(name)}", COLUMNS, tuple(field_rows(kind)), sentence(kind.doc)))
    if type_rows(spec):
        sections.append(Section("Types", ("name", "type"), type_rows(spec)))
    sections.append(Section("Carrier", ("what", "is"), tuple(_carrier(body))))
    return sections


def _carrier(body: CborBody) -> Iterator[tuple[str, str]]:
    """What stands around and between the fields."""
    if body.prefix is not None:
        write = "written" if body.prefix.write else "not written"
        yield "prefix", f"tag {body.prefix.tag} around a message, {write}, {body.prefix.read} to read"
    if body.prefix_bytes is not None:
        said = ", ".join(f"{message.prefix} {message.cls}" for message in body.messages)
        yield "prefix byte", f"{said}; {body.prefix_bytes.read} to read"
    if body.discriminator is not None:
        word = "the key" if body.layout == "map" else "item"
        yield "discriminator", f"{word} {body.discriminator!r}"
    if body.layout == "array":
        yield "layout", "an array, its items by position; what is absent at its end is left out"
    else:
        yield "keys", {"any": "text or integers", "text": "text", "integer": "integers"}[body.keys]
    if body.compression is not None:
        one = body.compression
        yield (
            "compression",
            f"tag {one.tag}: reads {', '.join(one.read)}; writes {', '.join(one.write)}, the first by default; blocks of {one.block} bytes",
        )
    for name, values in body.options.items():
        yield (
            f"option {name}",
            f"{', '.join(values)}, the first by default; {' '.join(body.option_docs[name].split())}".strip("; "),
        )
    names = ("missing", "wrong_type", "null", "unknown", "arrays", "duplicates", "trailing")
    yield "a decoder on", ", ".join(f"{name.replace('_', ' ')}: {getattr(body.tolerance, name)}" for name in names)
