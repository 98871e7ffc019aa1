"""The layout of a file as Python text: one call for each attribute and dataset, numpy types with their byte order."""

from __future__ import annotations

import re
import struct
from dataclasses import replace
from typing import Any, TypeVar

from sciwire.model import Record, Spec
from sciwire.model.check import resolve
from sciwire.model.families.hdf5 import Attribute, Column, Dataset, Hdf5Body
from sciwire.model.types import Enum, NDArray, Number, Scalar, Type, Union, Vlen

from ..text import literal

__all__ = ["dtypes", "is_text", "layouts", "merged"]

_WIDE = {"int": "<i8", "uint": "<u8", "float": "<f8", "bool": "?"}


def merged(specs: tuple[Spec, ...]) -> Spec:
    """The newest specification with what only older ones have behind its own: what a record of any version holds."""
    spec = specs[-1]
    body: Hdf5Body = spec.body
    types = dict(spec.types)
    for older in reversed(specs[:-1]):
        other: Hdf5Body = older.body
        known = {field.label for field in body.fields}
        names = {field.name for field in body.fields}
        axes, places = {one.name for one in body.axes}, {one.name for one in body.places}
        body = replace(
            body,
            attributes=(
                *body.attributes,
                *(_new(one, names) for one in other.attributes if one.field.label not in known),
            ),
            datasets=(*body.datasets, *(_new(one, names) for one in other.datasets if one.field.label not in known)),
            axes=(*body.axes, *(one for one in other.axes if one.name not in axes)),
            places=(*body.places, *(one for one in other.places if one.name not in places)),
        )
        types = {**older.types, **types}
    return replace(spec, body=body, types=types)


_One = TypeVar("_One", Attribute, Dataset)


def _new(one: _One, names: set[str]) -> _One:
    """A field of an older version; its name must not be that of another field."""
    name = one.field.name
    while name in names:
        name += "_"
    return replace(one, field=replace(one.field, name=name))


def layouts(specs: tuple[Spec, ...]) -> list[dict[str, Any]]:
    """The arguments of the module's `Layout`s, as text or as plain data: those of older versions that differ, the newest last.

    `older` pairs versions with the variables of their layouts.
    """
    newest = _layout(specs[-1], specs)
    found: list[dict[str, Any]] = []
    older: list[str] = []
    for spec in specs[:-1]:
        one = _layout(spec, specs)
        same = next((each for each in (newest, *found) if all(each[key] == one[key] for key in one)), None)
        variable = same.get("variable", "") if same else f"_LAYOUT_{re.sub('[^0-9A-Za-z]', '_', spec.version)}"
        if same is None:
            found.append({**one, "variable": variable, "older": ""})
        if variable:
            older.append(f"({literal(spec.version)}, {variable}), ")
    newest |= {"variable": "_LAYOUT", "older": f"({''.join(older)})" if older else ""}
    return [*found, newest]


def _layout(spec: Spec, specs: tuple[Spec, ...]) -> dict[str, Any]:
    body: Hdf5Body = spec.body
    return {
        "class_name": specs[-1].body.cls,
        "groups": _groups(body),
        "attributes": [_attribute_literal(spec, one) for one in body.attributes],
        "datasets": [_dataset_literal(spec, body, one) for one in body.datasets],
        "versions": [_version_literal(spec, specs, one) for one in body.attributes if "version" in one.role],
        "libver": body.bounds,
        "swmr": body.swmr,
        "rules": dict(body.rules),
    }


def _groups(body: Hdf5Body) -> list[str]:
    """Groups that must exist: those that are listed, and those that attributes need; what is above datasets comes with them."""
    rules = {group.path: group.rule for group in body.groups}
    optional = {group.path for group in body.groups if not group.required}
    datasets = {dataset.path for dataset in body.datasets}
    for attribute in body.attributes:
        if attribute.required and attribute.owner not in datasets and attribute.owner != "/":
            rules.setdefault(attribute.owner, "")
    return [
        _call(
            "Group",
            literal(path),
            rule=literal(rule) if rule else None,
            required="False" if path in optional else None,
        )
        for path, rule in rules.items()
    ]


def is_text(kind: Record | Type) -> bool:
    """Whether *kind* is held as text."""
    return isinstance(kind, Enum) or kind in (Scalar("text"), Scalar("datetime"))


def dtypes(kind: Record | Type) -> tuple[str, ...]:
    """The numpy types of numbers, byte order explicit."""
    match kind:
        case Number():
            return (_dtype(kind),)
        case Union(alternatives=alternatives):
            return tuple(_dtype(one) for one in alternatives if isinstance(one, Number))
        case NDArray(dtypes=numbers):
            return tuple(_dtype(one) for one in numbers)
        case Scalar(name=name):
            return (_WIDE.get(name, "<f8"),)
        case _:
            return ("<f8",)


def _dtype(number: Number) -> str:
    return number.code if number.code.endswith("1") else f"{number.order or '<'}{number.code}"


def _call(name: str, *arguments: str, **named: Any) -> str:
    """A call as text; named arguments that are None say nothing."""
    parts = [*arguments, *(f"{key}={value}" for key, value in named.items() if value is not None)]
    return f"{name}({', '.join(parts)})"


def _bound(value: Any) -> str | None:
    return None if value is None else literal(value)


def _nearest(value: Any, kind: Record | Type) -> Any:
    """A default or constant as the type holds it: 0.1 is no float of 32 bits, the one that is nearest is meant."""
    if isinstance(value, list):
        return [_nearest(one, kind) for one in value]
    if not isinstance(value, float) or not isinstance(kind, Number) or not kind.code.startswith("f"):
        return value
    form = {"f2": "<e", "f4": "<f"}.get(kind.code, "<d")
    try:
        return struct.unpack(form, struct.pack(form, value))[0]
    except OverflowError:
        return value


def _element(spec: Spec, one: Attribute | Dataset) -> str:
    kind = resolve(one.field.type, spec)
    low, high = _bound(one.field.constraints.minimum), _bound(one.field.constraints.maximum)
    if isinstance(one, Dataset) and one.columns:
        return _call(
            "Element",
            literal("compound"),
            columns=f"({''.join(_column(spec, column) + ', ' for column in one.columns)})",
        )
    if is_text(kind):
        values = literal(kind.names) if isinstance(kind, Enum) else None
        return _call(
            "Element",
            literal("text"),
            length=str(one.length) if one.length else None,
            ascii="True" if one.ascii else None,
            free="True" if one.any_length else None,
            values=values,
        )
    if kind == Scalar("bytes"):
        return (
            _call("Element", literal("bytes"), length=str(one.length))
            if one.length
            else _call("Element", literal("blob"), literal("u1"))
        )
    if isinstance(kind, Vlen):
        return _call("Element", literal("vlen"), literal(dtypes(kind.item)[0]), low=low, high=high)
    found = dtypes(kind)
    first, *others = found
    choices = literal(found) if others else None
    return _call("Element", literal("number"), literal(first), choices=choices, low=low, high=high)


def _column(spec: Spec, column: Column) -> str:
    kind = resolve(column.field.type, spec)
    dtype = f"S{column.length}" if is_text(kind) else dtypes(kind)[0]
    return _call(
        "Column",
        literal(str(column.field.key)),
        literal(dtype),
        shape=literal(column.shape) if column.shape else None,
        default=_bound(_nearest(column.default, kind)),
        aliases=literal(column.aliases) if column.aliases else None,
        low=_bound(column.field.constraints.minimum),
        high=_bound(column.field.constraints.maximum),
        rule=literal(column.field.rule) if column.field.rule else None,
    )


def _axes(body: Hdf5Body, shape: tuple[int | str, ...]) -> str:
    known = {axis.name: axis for axis in body.axes}
    parts: list[int | str | None] = []
    for axis in shape:
        found = known.get(axis) if isinstance(axis, str) else None
        parts.append(axis if found is None else None if found.grows else found.length or axis)
    return literal(tuple(parts))


def _attribute_literal(spec: Spec, one: Attribute) -> str:
    kind = resolve(one.field.type, spec)
    const, default = _nearest(one.field.constraints.const, kind), _nearest(one.field.default, kind)
    return _call(
        "Attribute",
        literal(one.field.label),
        literal(one.owner),
        literal(one.key),
        _element(spec, one),
        shape=_axes(spec.body, one.shape) if one.shape else None,
        required=None if one.required else "False",
        const=None if const is None else literal(const),
        default=None if default is None else literal(default),
        single="True" if one.single else None,
        stamp=literal(one.role) if one.role in ("created", "modified") else None,
        rule=literal(one.field.rule) if one.field.rule else None,
    )


def _dataset_literal(spec: Spec, body: Hdf5Body, one: Dataset) -> str:
    table = body.table_of(one)
    kind = resolve(one.field.type, spec)
    const, default = _nearest(one.field.constraints.const, kind), _nearest(one.field.default, kind)
    filters = "".join(
        _call("Filter", literal(step.name), *([literal(step.options)] if step.options else [])) + ", "
        for step in one.filters
    )
    return _call(
        "Dataset",
        literal(one.field.label),
        literal(one.path),
        _element(spec, one),
        shape=_axes(body, one.shape),
        chunks=literal(one.chunks) if one.chunks else None,
        filters=f"({filters})" if filters else None,
        required=None if one.required else "False",
        const=None if const is None else literal(const),
        default=None if default is None else literal(default),
        single="True" if one.single else None,
        table=literal(table) if table else None,
        rule=literal(one.field.rule) if one.field.rule else None,
    )


def _version_literal(spec: Spec, specs: tuple[Spec, ...], one: Attribute) -> str:
    known = literal(tuple(each.version for each in specs)) if one.role == "version" else None
    kind = spec.version_rule.kind
    return _call(
        "VersionRule",
        literal(one.field.label),
        known=known,
        kind=None if kind == "minor" else literal(kind),
        rule=literal(spec.version_rule.rule) if spec.version_rule.rule else None,
    )
