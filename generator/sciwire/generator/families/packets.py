"""Plan of a module of the `packets` family: the tables that the kernel reads, and records of the descriptors."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sciwire.model import Spec
from sciwire.model.families.packets import PacketsBody, TextPacketsBody, profiles
from sciwire.model.names import class_name, identifier
from sciwire.model.xsd import XsdElement
from sciwire.runtime.packets import Binary, Chunk, Element

from ..plan import Module, Section
from ..text import layout_table, literal, sentence, source_list
from .packets_text import describe_text, plan_text

__all__ = ["describe", "plan"]

_EXPORTS = (
    "DEFAULT_PROFILE",
    "FORMAT",
    "PROFILES",
    "VERSIONS",
    "Dataset",
    "Decoder",
    "Encoder",
    "Property",
    "Stream",
    "StreamError",
    "decode",
    "descriptors",
    "encode",
    "from_plain",
    "sniff",
    "spans",
    "summary",
    "to_plain",
)
#: fields that every record has besides those of its schema
_RESERVED = ("text", "extra", "others", "ATTRIBUTES", "CHILDREN")
#: roles of attributes that hold a list
_LISTS = ("bundle", "inline", "length")
_WIDTH = 108  # of wrapped comments and docstrings inside a class


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of a record as the template places it."""

    name: str
    annotation: str
    default: str
    comment: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Record:
    """One record of an element as the template places it; `attributes` and `children`: wire name -> field."""

    name: str
    tag: str
    doc: str
    fields: tuple[_Field, ...]
    attributes: str
    children: str


def plan(specs: tuple[Spec, ...]) -> Module:
    """Plan the module that serves *specs*; the newest version states the layout."""
    spec = specs[-1]
    if isinstance(spec.body, TextPacketsBody):
        return plan_text(specs)
    body: PacketsBody = spec.body
    known = profiles(spec)
    records = [_record(schema, body) for schema in body.schemas]
    context = {
        "format": spec.format,
        "title": sentence(spec.title),
        "versions": tuple(one.version for one in specs),
        "doc": _module_doc(spec),
        "profiles": tuple(profile.name for profile in known),
        "profile": known[0].name,
        "records": records,
        "record_table": [(record.tag, record.name) for record in records],
        "framing": construct(body.framing),
        "elements": [construct(_telling(element)) for element in body.elements],
        "encodings": [construct(encoding) for encoding in body.encodings],
        "times": [construct(word) for word in body.times],
        "time_since": body.time_since,
        "property_types": [
            construct(kind if kind.kind == "integer" else kind._replace(bits=0)) for kind in body.property_types
        ],
        "references": construct(body.names),
        "enumeration": construct(body.enumeration),
        "profile_tables": [construct(profile) for profile in known],
        "bounds": construct(body.bounds),
        "writing": construct(body.writing),
        "rules": sorted(body.checks.items()),
        "limits": ", ".join(f"{name}={value}" for name, value in sorted(spec.limits.items())),
        **_choices(body),
        "exports": sorted((*_EXPORTS, *(record.name for record in records)), key=lambda name: (name.lower(), name)),
    }
    return Module(spec.format, "packets/module.py.jinja", context)


def _telling(element: Element) -> Element:
    """*element* without what the kernel does not ask of its role, or of an element that is no root."""
    attributes = tuple(
        one._replace(
            required=one.required and one.role == "default", separator=one.separator if one.role in _LISTS else ","
        )
        for one in element.attributes
    )
    root = element.ids is not None
    wild = element.wild if root else "no"
    return element._replace(
        attributes=attributes,
        wild="yes" if wild == "inline" and element.role != "packet" else wild,
        elsewhere=element.elsewhere if root and element.elsewhere == "ignore" else "refuse",
    )


def _choices(body: PacketsBody) -> dict[str, str]:
    """The annotations of what a caller may choose among."""
    decimal = [
        one.name for one in body.encodings if not isinstance(one, Binary) and one.kind == "decimal" and one.written
    ]
    binary = ["binary"] if any(isinstance(one, Binary) for one in body.encodings) else []
    orders = [word for element in body.elements for attribute in element.attributes for word, _ in attribute.words]
    return {
        "encoding_choice": _literals([*decimal[:1], *binary]),
        "order_choice": _literals(orders),
        "order_words": " or ".join(f"``{word}``" for word in orders) or "nothing: the format has one byte order",
        "decimal": decimal[0] if decimal else "binary",
    }


def _literals(words: list[str]) -> str:
    return f"Literal[{', '.join(literal(word) for word in words)}] | None" if words else "None"


def construct(value: Any) -> str:
    """*value* as Python source: a call of its class with the arguments that are not defaults, or a literal."""
    if not isinstance(value, tuple):
        return literal(value)
    names: tuple[str, ...] | None = getattr(value, "_fields", None)
    if names is None:
        tables = any(hasattr(item, "_fields") for item in value)
        return "(" + "".join(f"{construct(item)}, " for item in value) + ")" if tables else literal(value)
    defaults: Mapping[str, Any] = value._field_defaults  # type: ignore[attr-defined]
    arguments = []
    for name, told in zip(names, value, strict=True):
        if name not in defaults:
            arguments.append(construct(told))
        elif told != defaults[name]:
            arguments.append(f"{name}={construct(told)}")
    return f"packets.{type(value).__name__}({', '.join(arguments)})"


# -- records of the descriptors


def _record(schema: XsdElement, body: PacketsBody) -> _Record:
    attributes: dict[str, str] = {}
    found: list[_Field] = []
    for one in schema.attributes:
        name = _free(_snake(one.name), (*attributes.values(), *_RESERVED))
        attributes[one.name] = name
        comment = textwrap.wrap(sentence(one.doc), _WIDTH) if one.doc else []
        found.append(_Field(name, "str | None", "None", tuple(comment)))
    children: dict[str, str] = {}
    declared = {other.name for other in body.schemas}
    for tag in schema.children:
        if tag in declared:
            name = _free(_snake(tag), (*attributes.values(), *children.values(), *_RESERVED))
            children[tag] = name
            found.append(_Field(name, f"tuple[{_class(tag)}, ...]", "()", ()))
    doc = f"``<{schema.name}>``.\n\n" + "\n".join(textwrap.wrap(sentence(schema.doc), _WIDTH))
    return _Record(_class(schema.name), schema.name, doc, tuple(found), literal(attributes), literal(children))


def _snake(word: str) -> str:
    """``joinId`` -> ``join_id``."""
    return identifier(re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", word).lower())


def _class(tag: str) -> str:
    return f"{class_name(tag)}Element"


def _free(name: str, taken: tuple[str, ...]) -> str:
    while name in taken:
        name += "_"
    return name


# -- the reference


def _module_doc(spec: Spec) -> str:
    parts = [sentence(spec.title), spec.doc.strip()]
    parts += [
        f"{section.title}\n\n{layout_table(section.columns, section.rows)}"
        for section in describe(spec)
        if section.rows
    ]
    parts.append(f"Sources\n\n{source_list(spec)}" if spec.sources else "")
    return "\n\n".join(part for part in parts if part)


def describe(spec: Spec) -> list[Section]:
    """Chunks, descriptors and their attributes, encodings, units of time, types of properties."""
    if isinstance(spec.body, TextPacketsBody):
        return describe_text(spec)
    body: PacketsBody = spec.body
    return [
        Section("Chunks", ("kind", "bytes"), tuple(_chunks(body))),
        Section("Descriptors", ("element", "ids", "role", "meaning"), tuple(_elements(body))),
        Section("Attributes", ("element", "attribute", "role", "presence", "meaning"), tuple(_attributes(body))),
        Section("Encodings", ("name", "bytes", "numpy", "content"), tuple(_encodings(body))),
        Section("Units of time", ("unit", "epoch", "step", "meaning"), tuple(_times(body))),
        Section("Types of properties", ("type", "also", "value", "meaning"), tuple(_types(body))),
    ]


def _chunks(body: PacketsBody) -> Iterator[tuple[str, str]]:
    wild = f" or {body.framing.ids.wild}" if body.framing.ids.wild else ""
    for kind, chunk, other, content in (
        ("descriptor", body.framing.descriptor, wild, f"XML, at most {body.bounds.write_xml} bytes are written"),
        (
            "packet",
            body.framing.packet,
            "",
            f"data, at most {body.bounds.read_data} bytes are read and {body.bounds.write_data} written",
        ),
    ):
        yield kind, f"{_tag(chunk, body, other)}, {content}"


def _tag(chunk: Chunk, body: PacketsBody, other: str) -> str:
    opening, closing = chunk.opening.decode("latin-1"), chunk.closing.decode("latin-1")
    length = (
        f", {chunk.length.digits} digits of length"
        if chunk.length
        else ", no length: the descriptor of the id gives it"
    )
    return f"{opening} {body.framing.ids.width} digits{other} {closing}{length}"


def _elements(body: PacketsBody) -> Iterator[tuple[str, str, str, str]]:
    for element in body.elements:
        yield element.name, _ids(element, body), element.role, body.docs.get(f"element.{element.name}", "")


def _ids(element: Element, body: PacketsBody) -> str:
    if element.ids is None:
        return "inside"
    first, last = element.ids
    text = body.framing.ids.text
    ids = text(first) if first == last else f"{text(first)}-{text(last)}"
    ids = ids if first <= last else ""
    wild = {"yes": body.framing.ids.wild, "inline": f"{body.framing.ids.wild} (inline)"}.get(element.wild, "")
    return " ".join(part for part in (ids, wild) if part)


def _attributes(body: PacketsBody) -> Iterator[tuple[str, str, str, str, str]]:
    for element in body.elements:
        for attribute in element.attributes:
            names = "/".join((attribute.name, *attribute.aliases))
            doc = body.docs.get(f"attribute.{element.name}.{attribute.name}", "")
            words = ", ".join(word for word, _ in attribute.words)
            presence = "required" if attribute.required else "optional"
            yield element.name, names, attribute.role, presence, " ".join(part for part in (words, doc) if part)


def _encodings(body: PacketsBody) -> Iterator[tuple[str, str, str, str]]:
    for one in body.encodings:
        doc = body.docs.get(f"encoding.{one.name}", "")
        if isinstance(one, Binary):
            yield "/".join((one.name, *one.aliases)), one.dtype[1:], one.dtype, doc
        else:
            bound = f"NN < {one.below}" if one.below else "NN"
            numpy = "f8 or i8, by the unit" if one.kind == "time" else "f8"
            yield f"{one.name}NN", bound, numpy, doc + ("" if one.written else "; written only where it came so")


def _times(body: PacketsBody) -> Iterator[tuple[str, str, str, str]]:
    for one in body.times:
        leap = "counts leap seconds" if one.leap_seconds else ""
        doc = body.docs.get(f"time.{one.name}", "")
        yield one.name, one.epoch, one.step, "; ".join(part for part in (doc, leap) if part)
    if body.time_since:
        yield "<unit> since <time>", "as said", "as said", "seconds since 2010-01-01T00:00"


def _types(body: PacketsBody) -> Iterator[tuple[str, str, str, str]]:
    python: dict[str, Any] = {"boolean": "bool", "integer": "int", "real": "float"}
    for one in body.property_types:
        bits = f", {one.bits} bits" if one.bits else ""
        yield one.name, " ".join(one.aliases), python.get(one.kind, "str") + bits, body.docs.get(f"type.{one.name}", "")
