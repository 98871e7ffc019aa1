"""What `sciwire describe` and module docstrings tell of the `packets` family, as tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sciwire.model import Spec
from sciwire.model.families.packets import PacketsBody, TextPacketsBody
from sciwire.runtime.packets import Binary, Chunk, Element

from ..plan import Section
from .packets_text import describe_text

__all__ = ["describe"]


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
