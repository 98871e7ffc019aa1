"""Tables of a specification of the `hdf5` family, for people: attributes, datasets, columns, operations."""

from __future__ import annotations

from sciwire.model import Spec
from sciwire.model.families.hdf5 import Attribute, Axis, Column, Dataset, Hdf5Body
from sciwire.model.families.hdf5_collection import CollectionBody
from sciwire.model.types import NDArray
from sciwire.model.words import value_words
from sciwire.runtime.hdf5.numbers import bounds_text

from ..plan import Section
from .cbor_types import type_text
from .hdf5_collection import describe_collection

__all__ = ["describe"]


def describe(spec: Spec) -> list[Section]:
    """Tables of the attributes, the groups, the datasets, the columns of compounds, and the operations."""
    if isinstance(spec.body, CollectionBody):
        return describe_collection(spec)
    body: Hdf5Body = spec.body
    sections = []
    if body.attributes:
        rows = [
            (
                f"{one.owner}@{one.key}",
                one.field.label,
                _type(one),
                one.field.unit,
                _presence(one.required),
                one.field.rule,
                _words(one.field.doc),
            )
            for one in body.attributes
        ]
        sections.append(
            Section("Attributes", ("path", "field", "type", "unit", "presence", "rule", "meaning"), tuple(rows))
        )
    if body.groups:
        groups = tuple((one.path, _presence(one.required), one.rule, _words(one.doc)) for one in body.groups)
        sections.append(Section("Groups", ("path", "presence", "rule", "meaning"), groups))
    rows = [
        (
            one.path,
            "compound" if one.columns else _type(one),
            _shape_text(body, one),
            _storage(one),
            one.field.unit,
            one.field.rule,
            _words(one.field.doc),
        )
        for one in body.datasets
    ]
    sections.append(Section("Datasets", ("path", "type", "shape", "storage", "unit", "rule", "meaning"), tuple(rows)))
    for one in body.datasets:
        if one.columns:
            columns = tuple(
                (
                    str(c.field.key),
                    _type(c),
                    c.field.unit,
                    c.field.rule,
                    "" if c.default is None else value_words(c.default),
                    ", ".join(c.aliases),
                    _words(c.field.doc),
                )
                for c in one.columns
            )
            sections.append(
                Section(
                    f"Columns of {one.path}",
                    ("column", "type", "unit", "rule", "default", "also called", "meaning"),
                    columns,
                )
            )
    if body.axes:
        axes = tuple((a.name, _length(a), a.unit, _words(a.doc)) for a in body.axes)
        sections.append(Section("Axes", ("axis", "length", "unit", "meaning"), axes))
    if body.operations:
        operations = tuple(
            (f"{o.name}({', '.join(name for name, _ in o.arguments)})", o.rule, _words(o.doc)) for o in body.operations
        )
        sections.append(Section("Operations", ("call", "rule", "meaning"), operations))
    return sections


def _type(one: Attribute | Dataset | Column) -> str:
    """The type with what narrows it: length, shape, bounds, constant."""
    limits = one.field.constraints
    parts = [type_text(one.field.type)]
    if one.length:
        parts.append(f"{one.length} bytes")
    if not isinstance(one, Column) and one.any_length:
        parts.append("stored with any length")
    if not isinstance(one, Column) and one.ascii:
        parts.append("ASCII")
    if not isinstance(one, Dataset) and one.shape and not isinstance(one.field.type, NDArray):
        parts.append(f"shape {' x '.join(map(str, one.shape))}")
    if not isinstance(one, Column) and one.single:
        parts.append("or an array of one")
    if limits.minimum is not None or limits.maximum is not None:
        parts.append(bounds_text(limits.minimum, limits.maximum))
    if limits.const is not None:
        parts.append(f"always {value_words(limits.const)}")
    elif not isinstance(one, Column) and one.field.default is not None:
        parts.append(f"{value_words(one.field.default)} by default")
    return ", ".join(parts)


def _words(text: str) -> str:
    return " ".join(text.split())


def _length(axis: Axis) -> str:
    return "grows" if axis.grows else "any" if axis.length is None else str(axis.length)


def _presence(required: bool) -> str:
    return "required" if required else "optional"


def _shape_text(body: Hdf5Body, one: Dataset) -> str:
    grows = {axis.name for axis in body.axes if axis.grows}
    parts = [f"{axis} (grows)" if axis in grows else str(axis) for axis in one.shape]
    return (", ".join(parts) if parts else "scalar") + ("" if one.required else ", optional")


def _storage(one: Dataset) -> str:
    parts = (
        [f"chunks {' x '.join('all' if length == 0 else str(length) for length in one.chunks)}"] if one.chunks else []
    )
    parts += [step.name + "".join(f" {value}" for _, value in step.options) for step in one.filters]
    return ", ".join(parts)
