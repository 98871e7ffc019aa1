"""The `packets` family: self-describing packet streams, descriptors in XML that define the packets that follow.

A stream whose descriptors are lines of text (``descriptors: text``) has a body of its own, `packets_text`.

The body holds the same frozen tables that the kernel reads (`sciwire.runtime.packets`), so what is
checked here is what a codec does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sciwire.runtime.packets import (
    Binary,
    Element,
    EnumerationText,
    Framing,
    PacketLimits,
    Profile,
    PropertyType,
    References,
    Text,
    TimeWord,
    Writing,
)

from ..context import Context
from ..ir import Record, Spec
from ..nodes import Node
from ..xsd import XsdElement
from .packets_checks import check_body
from .packets_elements import read_elements
from .packets_framing import read_bounds, read_framing
from .packets_text import TextPacketsBody, load_text
from .packets_words import (
    read_checks,
    read_encodings,
    read_enumeration,
    read_names,
    read_times,
    read_types,
    read_writing,
)

__all__ = ["SWITCHES", "PacketsBody", "TextPacketsBody", "check", "load", "profiles"]


class _Encoding:
    """Any text: ``refuse``, or the name of an encoding, which the check of the family looks up."""

    def __contains__(self, value: object) -> bool:
        return isinstance(value, str)

    def __iter__(self) -> Iterator[str]:
        return iter(("refuse", "the name of a text encoding with its width"))


SWITCHES: Mapping[str, Any] = {
    "byte_order": ("little", "big"),
    "byte_order_other": ("refuse", "little", "big"),
    "inline_packets": _Encoding(),
    "whole_rank": tuple(range(1, 17)),
    "mixed": ("refuse", "allow"),
}


@dataclass(frozen=True, slots=True)
class PacketsBody:
    """Everything of a specification of this family that its head does not hold.

    `docs` gives the meaning of elements, attributes, encodings, times and property types by a key
    such as ``encoding.ascii``; `schemas` are the elements that the XSD files declare.
    """

    framing: Framing
    elements: tuple[Element, ...]
    encodings: tuple[Binary | Text, ...]
    times: tuple[TimeWord, ...]
    time_since: bool
    property_types: tuple[PropertyType, ...]
    names: References
    enumeration: EnumerationText
    bounds: PacketLimits
    writing: Writing
    checks: Mapping[str, str]
    schemas: tuple[XsdElement, ...]
    docs: Mapping[str, str] = field(default_factory=dict)

    @property
    def records(self) -> tuple[Record, ...]:
        """The family has no records in the language of types; its elements are checked here."""
        return ()


def load(root: Node, context: Context) -> PacketsBody | TextPacketsBody:
    """Read the body; problems go to the context."""
    if "descriptors" in root:
        return load_text(root, context)
    docs: dict[str, str] = {}
    framing = read_framing(root["framing"], context)
    elements, schemas = read_elements(root, framing, context, docs)
    return PacketsBody(
        framing=framing,
        elements=elements,
        encodings=read_encodings(root["encodings"], context, docs),
        times=read_times(root["times"], context, docs),
        time_since=root["time_since"].flag(),
        property_types=read_types(root["properties"]["types"], context, docs),
        names=read_names(root["properties"], context),
        enumeration=read_enumeration(root["enumeration"]),
        bounds=read_bounds(root["bounds"], framing, context),
        writing=read_writing(root["writing"]),
        checks=read_checks(root["checks"], context),
        schemas=schemas,
        docs=docs,
    )


def profiles(spec: Spec) -> tuple[Profile, ...]:
    """The profiles of *spec* as the kernel knows them, the default one first."""
    if not spec.profiles:
        return (Profile("documented"),)
    ordered = sorted(spec.profiles, key=lambda profile: not profile.default)
    return tuple(Profile(profile.name, **profile.settings) for profile in ordered)


def check(spec: Spec, root: Node, context: Context) -> None:
    """The checks of this family that need the whole body."""
    if isinstance(spec.body, TextPacketsBody):
        return
    check_body(spec, spec.body, root, context)
