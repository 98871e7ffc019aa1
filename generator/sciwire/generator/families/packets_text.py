"""Plan of a module of the `packets` family with descriptors in text: the tables of `sciwire.runtime.pipes`."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from sciwire.model import Spec
from sciwire.model.families.packets_text import TextPacketsBody
from sciwire.model.names import is_identifier
from sciwire.runtime.pipes.faults import KINDS

from ..plan import Module, Section
from ..text import layout_table, literal, sentence, source_list

__all__ = ["describe_text", "plan_text"]

_EXPORTS = (
    "DEFAULT_PROFILE",
    "FORMAT",
    "VERSIONS",
    "Decoder",
    "Definition",
    "Encoder",
    "HeaderField",
    "Pipe",
    "Stream",
    "decode",
    "encode",
    "from_plain",
    "sniff",
    "spans",
    "summary",
    "to_plain",
)
_ERRORS = {
    "argument": ("ArgumentFault", "ArgumentError", "A request that can't be met, or work out of order."),
    "stream": ("StreamFault", "StreamError", "A stream that is not what the specification says, or an image that holds nothing."),
    "io": ("IOFault", "InputOutputError", "A stream that ends too early, or a source or target that fails."),
    "memory": ("MemoryFault", "OutOfMemoryError", "More memory than there is, or than the limits allow."),
}  # fmt: skip
#: Roles of the prefix whose number is stated, where other numbers are counted.
_VALUED = ("constant", "ignored", "packets", "version")
_CONSTANTS = {"core": "CORE", "output": "OUTPUT", "input": "INPUT", "last": "LAST", "all": "ALL", "no_type": "NO_TYPE"}


def plan_text(specs: tuple[Spec, ...]) -> Module:
    """Plan the module of one version, the last of *specs*; `versions` joins the modules of several."""
    spec = specs[-1]
    body: TextPacketsBody = spec.body
    errors = [(kind, body.errors.get(kind, _ERRORS[kind][1]), _ERRORS[kind]) for kind in KINDS]
    constants = [(name, _constant(word)) for name, word in body.constants.items()]
    constants += [(name, literal(kind)) for name, kind in _type_constants(body)]
    programs = [(name, word) for name, word in body.programs.items()]
    names = (*(name for _, name, _ in errors), *(name for name, _ in constants), *body.programs)
    context = {
        "format": spec.format,
        "versions": tuple(one.version for one in specs),
        "profile": spec.default_profile,
        "profiles": tuple(profile.name for profile in sorted(spec.profiles, key=lambda one: not one.default)),
        "doc": _module_doc(spec),
        "errors": [{"kind": kind, "name": name, "base": known[0], "doc": known[2]} for kind, name, known in errors],
        "prefix": [_call("PrefixField", _telling(one)) for one in body.prefix],
        "types": [_call("DataType", one) for one in body.types],
        "lines": _call("Lines", body.lines),
        "bounds": _call("Bounds", body.bounds),
        "core": _call("Core", body.core),
        "order": body.order,
        "padding": body.padding,
        "rules": sorted(body.checks.items()),
        "limits": ", ".join(f"{name}={value}" for name, value in sorted(spec.limits.items())),
        "constants": constants,
        "operations": [(name, word) for name, word in body.operations.items() if name != word],
        "keeps": [name for name, word in programs if word == "keep"],
        "merges": [name for name, word in programs if word == "merge"],
        "tables": [name for name, word in programs if word == "table"],
        "exports": sorted((*_EXPORTS, *names), key=lambda name: (name.lower(), name)),
    }
    return Module(spec.format, "packets/text.py.jinja", context)


def _constant(word: str) -> str:
    return "None" if word == "all_channels" else f"pipes.{_CONSTANTS[word]}"


def _type_constants(body: TextPacketsBody) -> Iterator[tuple[str, str]]:
    for kind in body.types:
        name = f"{body.type_prefix}{kind.name}"
        if body.type_prefix and is_identifier(name) and name not in body.constants:
            yield name, kind.name


def _telling(field: Any) -> Any:
    """A field of the prefix without what its role leaves unread: bytes but of a magic, a value that is counted."""
    kept = field if field.role == "magic" else field._replace(data=b"")
    return kept if field.role in _VALUED else kept._replace(value=0)


def _call(kind: str, value: Any) -> str:
    """A table as Python source: a call with the arguments that are not defaults."""
    defaults = value._field_defaults
    arguments = []
    for name, told in zip(value._fields, value, strict=True):
        if name not in defaults:
            arguments.append(literal(told))
        elif told != defaults[name]:
            arguments.append(f"{name}={literal(told)}")
    return f"pipes.{kind}({', '.join(arguments)})"


# -- the reference


def _module_doc(spec: Spec) -> str:
    parts = [sentence(spec.title), spec.doc.strip()]
    parts += [
        f"{section.title}\n\n{layout_table(section.columns, section.rows)}"
        for section in describe_text(spec)
        if section.rows
    ]
    parts.append(f"Sources\n\n{source_list(spec)}" if spec.sources else "")
    return "\n\n".join(part for part in parts if part)


def describe_text(spec: Spec) -> list[Section]:
    """Prefix, parts of the stream, types, and the names of the original."""
    body: TextPacketsBody = spec.body
    names = [(name, f"Pipe.{word}") for name, word in body.operations.items()]
    names += [(name, word) for name, word in body.constants.items()]
    names += [(name, f"{word}, a function") for name, word in body.programs.items()]
    names += [(name, f"error ({kind})") for kind, name in body.errors.items()]
    sections = [
        Section("Prefix", ("offset", "bytes", "field", "role", "value", "meaning"), tuple(_prefix(body))),
        Section("Parts of a stream", ("part", "content"), tuple(_parts(body))),
        Section("Types of fields", ("type", "bytes", "atoms", "numpy", "meaning"), tuple(_types(body))),
        Section("Names of the original", ("name", "here"), tuple(names)),
    ]
    return [one for one in sections if one.rows]


def _prefix(body: TextPacketsBody) -> Iterator[tuple[str, ...]]:
    at = 0
    for one in body.prefix:
        marks = ", ".join(f"{mark.hex(' ')} {word}-endian" for word, mark in one.orders)
        value = one.data.hex(" ") or marks
        if one.role in ("version", "constant", "ignored"):
            value = str(one.value)
        elif one.role == "packets":
            value = f"{one.value}: unknown"
        yield str(at), str(one.size), one.name, one.role, value, body.docs.get(f"prefix.{one.name}", "")
        at += one.size


def _parts(body: TextPacketsBody) -> Iterator[tuple[str, str]]:
    lines = body.lines
    pad = f", then NUL to a multiple of {body.padding}" if body.padding > 1 else ""
    first = "lowest" if lines.lowest_first else "highest"
    form = lines.form.replace("{extents}", f"{lines.opening}e0{lines.between}e1…{lines.closing}")
    form = form.replace("{type}", "TYPE").replace("{name}", "NAME")
    close = f", the line {lines.divider!r} behind those of the header and of the packets" if lines.divider else ""
    yield (
        "definitions",
        f"one line a field, header fields first: {form}, {first} dimension first, end {lines.end!r}{close}{pad}",
    )
    yield "header data", f"the values of the header fields in the order of their lines{pad}"
    yield "packets", "the values of the packet fields in the order of their lines, packet after packet to the end"


def _types(body: TextPacketsBody) -> Iterator[tuple[str, ...]]:
    for one in body.types:
        members = f"{' '.join(one.members)}" if one.members else ""
        doc = body.docs.get(f"type.{one.name}", "")
        shape = f"{one.atom}, shape (..., {one.atoms})" if one.atoms > 1 else one.atom
        text = "; ".join(part for part in (members, doc) if part)
        yield one.name, str(one.size), str(one.atoms), shape, "\n".join(textwrap.wrap(text, 200))
