"""Plan of a module of the `packets` family: the tables that the kernel reads, and records of the descriptors."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sciwire.model import Spec
from sciwire.model.families.packets import PacketsBody, TextPacketsBody, profiles
from sciwire.model.names import class_name, identifier
from sciwire.model.xsd import XsdElement
from sciwire.runtime.packets import Binary, Element

from ..plan import Module
from ..text import layout_table, literal, sentence, source_list
from .packets_describe import describe
from .packets_text import plan_text

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
    """Plan the module of one version, the last of *specs*; `versions` joins the modules of several."""
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
