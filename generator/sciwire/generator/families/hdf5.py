"""Plan of a module of the `hdf5` family: the layout as literals, the record, one statement a field in wire order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sciwire.model import Record, Spec
from sciwire.model.check import resolve
from sciwire.model.families.hdf5 import Attribute, Column, Dataset, Hdf5Body
from sciwire.model.types import Enum, NDArray, Number, Scalar, Type, Union, Vlen

from ..plan import Module, Section
from ..text import layout_table, literal, sentence, source_list
from .cbor import type_text
from .hdf5_operations import mapping, plan_operations

__all__ = ["describe", "plan"]

_WIDE = {"int": "<i8", "uint": "<u8", "float": "<f8", "bool": "?"}
_EXPORTS = ("FORMAT", "VERSIONS", "Writer", "decode", "encode", "from_plain", "open_writer", "repair", "sniff", "spans",
            "summary", "to_plain")  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of the record as the template places it."""

    name: str
    annotation: str
    comment: str
    read: str


@dataclass(frozen=True, slots=True)
class _Table:
    """One table: its parts in the signature of `append`, and the columns that may be given by name."""

    name: str
    variable: str
    method: str
    datasets: tuple[dict[str, Any], ...]
    shortcuts: tuple[dict[str, str], ...]
    columns: str
    doc: str


def plan(specs: tuple[Spec, ...]) -> Module:
    """Plan the module that serves *specs*; the newest version states the layout."""
    spec = specs[-1]
    body: Hdf5Body = spec.body
    tables = tuple(_table(body, name) for name in body.tables)
    free = any(_free_axes(body, dataset) for dataset in body.datasets if body.table_of(dataset))
    operations = plan_operations(body)
    given = tuple(_given(spec, one) for one in body.attributes if one.role not in ("created", "modified"))
    loose = tuple(_given(spec, one) for one in body.datasets if not body.table_of(one))
    follow = ("follow",) if tables else ()
    exports = (*_EXPORTS, *follow, body.cls, *(operation.name for operation in operations))
    context = {
        "format": spec.format,
        "versions": tuple(one.version for one in specs),
        "doc": _module_doc(spec),
        "profiles": tuple(profile.name for profile in spec.profiles),
        "profile": spec.default_profile,
        "limits": f"Limits({', '.join(f'{key}={value}' for key, value in spec.limits.items())})"
        if spec.limits
        else "None",
        "decode_doc": _decode_doc(body),
        "class_name": body.cls,
        "class_doc": sentence(body.doc) or f"A file of {spec.title}.",
        "layout": _layout(specs),
        "fields": _fields(spec, body),
        "tables": tables,
        "followed": tables[0].name if len(tables) == 1 else "",
        "attribute_values": mapping((one.field.name, f"value.{one.field.name}") for one in body.attributes),
        "dataset_values": mapping((one.field.name, f"value.{one.field.name}") for one in body.datasets),
        "requests": tuple(one.field.name for one in body.attributes if one.role in ("version", "content_version")),
        "given": given,
        "given_mapping": mapping((one["name"], one["name"]) for one in given),
        "loose": loose,
        "loose_mapping": mapping((one["name"], one["name"]) for one in loose),
        "places": [{"name": one.name, "default": one.default} for one in body.places],
        "places_mapping": mapping((one.name, one.name) for one in body.places),
        "free": free,
        "units": _units(body),
        "operations": operations,
        "exports": sorted(exports, key=lambda name: (not name.isupper(), not name[0].isupper(), name)),
    }
    return Module(spec.format, "hdf5/module.py.jinja", context)


def _given(spec: Spec, one: Attribute | Dataset) -> dict[str, str]:
    return {"name": one.field.name, "annotation": _annotation(spec, one)}


def _fields(spec: Spec, body: Hdf5Body) -> tuple[_Field, ...]:
    fields = []
    for attribute in body.attributes:
        name = attribute.field.name
        read = f"f.attribute({literal(name)})"
        if attribute.role in ("version", "content_version"):
            read = f"f.version({literal(name)}, {name})"
        fields.append(
            _Field(name, _annotation(spec, attribute), _comment(attribute.field.doc, attribute.field.unit), read)
        )
    for dataset in body.datasets:
        name = dataset.field.name
        table = body.table_of(dataset)
        read = f"{_variable(table)}[{literal(name)}]" if table else f"f.dataset({literal(name)})"
        shape = (
            f"({', '.join(map(str, dataset.shape))}{',' if len(dataset.shape) == 1 else ''})" if dataset.shape else ""
        )
        text = " ".join(part for part in (_comment(dataset.field.doc, dataset.field.unit), shape) if part)
        fields.append(_Field(name, _annotation(spec, dataset), text, read))
    return tuple(fields)


def _table(body: Hdf5Body, name: str) -> _Table:
    datasets = [dataset for dataset in body.datasets if body.table_of(dataset) == name]
    taken = {dataset.field.name for dataset in datasets}
    shortcuts = []
    for dataset in datasets:
        for column in dataset.columns:
            if column.field.name not in taken:
                taken.add(column.field.name)
                shortcuts.append(
                    {"name": column.field.name, "key": str(column.field.key), "dataset": dataset.field.name}
                )
    axis = next(axis for axis in body.axes if axis.name == name)
    return _Table(
        name=name,
        variable=_variable(name),
        method="append" if len(body.tables) == 1 else f"append_{_variable(name)}",
        datasets=tuple({"name": dataset.field.name} for dataset in datasets),
        shortcuts=tuple(shortcuts),
        columns=mapping((dataset.field.name, _given_column(dataset, shortcuts)) for dataset in datasets),
        doc=_append_doc(name, axis.doc, bool(shortcuts)),
    )


def _given_column(dataset: Dataset, shortcuts: list[dict[str, str]]) -> str:
    name = dataset.field.name
    own = mapping((one["key"], one["name"]) for one in shortcuts if one["dataset"] == name)
    return name if own == "{}" else f"hdf5.merged({name}, {own})"


def _append_doc(name: str, doc: str, shortcuts: bool) -> str:
    named = "Columns of a compound may be given by their names. " if shortcuts else ""
    return (
        f"Append rows to all datasets of table `{name}`, all or nothing; return how many. {sentence(doc)}\n\n"
        f"{named}The file is flushed: readers see the rows.\n"
        "Raises `EncodeError` before anything is written.\n"
    )


def _decode_doc(body: Hdf5Body) -> str:
    lines = ["Decode a file: a path, its bytes, or a binary file object. It may be growing.", ""]
    for one in body.attributes:
        if one.role in ("version", "content_version"):
            lines.append(f"`{one.field.name}`: the one asked for; it must go with that of the file.")
    lines += [f"`{place.name}`: part of the paths. {sentence(place.doc)}" for place in body.places]
    lines += [
        'With ``on_error="keep"`` the rows that are good in all datasets are given and the errors stand in',
        "`problems`; else the error that is raised carries them as `partial`.",
        "",
        "Raises `DecodeError` (`TruncatedError`, `LimitError`, `VersionError`, `FilterUnavailable`) with path,",
        "HDF5 object and rule.",
    ]
    return "\n".join(lines)


def _variable(name: str) -> str:
    return "rows_" + "".join(char if char.isalnum() else "_" for char in name)


def _comment(doc: str, unit: str) -> str:
    text = " ".join(doc.split())
    return f"{text}, in {unit}" if text and unit else text or (f"in {unit}" if unit else "")


def _units(body: Hdf5Body) -> dict[str, str]:
    units = {one.field.name: one.field.unit for one in (*body.attributes,) if one.field.unit}
    for dataset in body.datasets:
        if dataset.field.unit:
            units[dataset.field.name] = dataset.field.unit
        for column in dataset.columns:
            if column.field.unit:
                units[f"{dataset.field.name}.{column.field.key}"] = column.field.unit
    return units


def _free_axes(body: Hdf5Body, dataset: Dataset) -> list[str]:
    fixed = {axis.name for axis in body.axes if axis.length is not None or axis.grows}
    return [axis for axis in dataset.shape if isinstance(axis, str) and axis not in fixed]


def _annotation(spec: Spec, one: Attribute | Dataset) -> str:
    kind = resolve(one.field.type, spec)
    if isinstance(one, Dataset) and (one.columns or isinstance(kind, Record)):
        return "NDArray[Any]"
    if one.shape:
        blob = kind == Scalar("bytes") and not one.length
        if (
            isinstance(one, Dataset)
            and len(one.shape) == 1
            and (isinstance(kind, Vlen) or blob or (_is_text(kind) and not one.length))
        ):
            return "Sequence[Any]"
        return "NDArray[Any]"
    if _is_text(kind):
        return "str"
    if kind == Scalar("bytes"):
        return "bytes"
    if isinstance(kind, Vlen):
        return "NDArray[Any]"
    return "float" if _dtypes(kind)[0].lstrip("<>")[0] == "f" else "bool" if kind == Scalar("bool") else "int"


def _is_text(kind: Record | Type) -> bool:
    return isinstance(kind, Enum) or kind in (Scalar("text"), Scalar("datetime"))


def _dtypes(kind: Record | Type) -> tuple[str, ...]:
    """The numpy types of numbers, byte order explicit."""
    match kind:
        case Number():
            return (_dtype(kind),)
        case Union(alternatives=alternatives):
            return tuple(_dtype(one) for one in alternatives if isinstance(one, Number))
        case NDArray(dtypes=dtypes):
            return tuple(_dtype(one) for one in dtypes)
        case Scalar(name=name):
            return (_WIDE.get(name, "<f8"),)
        case _:
            return ("<f8",)


def _dtype(number: Number) -> str:
    return number.code if number.code.endswith("1") else f"{number.order or '<'}{number.code}"


def _layout(specs: tuple[Spec, ...]) -> dict[str, Any]:
    spec = specs[-1]
    body: Hdf5Body = spec.body
    return {
        "groups": tuple(dict.fromkeys((*(group.path for group in body.groups), *_parents(body)))),
        "attributes": [_attribute_literal(spec, one) for one in body.attributes],
        "datasets": [_dataset_literal(spec, body, one) for one in body.datasets],
        "versions": [_version_literal(specs, one) for one in body.attributes if "version" in one.role],
        "libver": body.bounds,
        "swmr": body.swmr,
        "rules": dict(body.rules),
    }


def _parents(body: Hdf5Body) -> Iterator[str]:
    """Groups that attributes need; those above datasets come with them."""
    datasets = {dataset.path for dataset in body.datasets}
    for attribute in body.attributes:
        if attribute.owner not in datasets and attribute.owner != "/":
            yield attribute.owner


def _call(name: str, *arguments: str, **named: Any) -> str:
    """A call as text; named arguments that are None say nothing."""
    parts = [*arguments, *(f"{key}={value}" for key, value in named.items() if value is not None)]
    return f"{name}({', '.join(parts)})"


def _some(value: Any) -> str | None:
    """The literal of a value that says something."""
    return literal(value) if value not in (None, "", 0, False, ()) or (value in (0,) and value is not False) else None


def _bound(value: float | int | None) -> str | None:
    return None if value is None else literal(value)


def _element(spec: Spec, one: Attribute | Dataset) -> str:
    kind = resolve(one.field.type, spec)
    low, high = _bound(one.field.constraints.minimum), _bound(one.field.constraints.maximum)
    if isinstance(one, Dataset) and one.columns:
        return _call(
            "Element",
            literal("compound"),
            columns=f"({''.join(_column(spec, column) + ', ' for column in one.columns)})",
        )
    if _is_text(kind):
        values = literal(kind.names) if isinstance(kind, Enum) else None
        return _call(
            "Element",
            literal("text"),
            length=str(one.length) if one.length else None,
            ascii="True" if one.ascii else None,
            values=values,
        )
    if kind == Scalar("bytes"):
        return (
            _call("Element", literal("bytes"), length=str(one.length))
            if one.length
            else _call("Element", literal("blob"), literal("u1"))
        )
    if isinstance(kind, Vlen):
        return _call("Element", literal("vlen"), literal(_dtypes(kind.item)[0]), low=low, high=high)
    dtypes = _dtypes(kind)
    choices = literal(dtypes) if len(dtypes) > 1 else None
    return _call("Element", literal("number"), literal(dtypes[0]), choices=choices, low=low, high=high)


def _column(spec: Spec, column: Column) -> str:
    kind = resolve(column.field.type, spec)
    dtype = f"S{column.length}" if _is_text(kind) else _dtypes(kind)[0]
    return _call(
        "Column",
        literal(str(column.field.key)),
        literal(dtype),
        shape=literal(column.shape) if column.shape else None,
        default=_bound(column.default),
        aliases=literal(column.aliases) if column.aliases else None,
        low=_bound(column.field.constraints.minimum),
        high=_bound(column.field.constraints.maximum),
    )


def _axes(body: Hdf5Body, shape: tuple[int | str, ...]) -> str:
    known = {axis.name: axis for axis in body.axes}
    parts: list[int | str | None] = []
    for axis in shape:
        found = known.get(axis) if isinstance(axis, str) else None
        parts.append(axis if found is None else None if found.grows else found.length or axis)
    return literal(tuple(parts))


def _attribute_literal(spec: Spec, one: Attribute) -> str:
    const, default = one.field.constraints.const, one.field.default
    return _call(
        "Attribute",
        literal(one.field.name),
        literal(one.owner),
        literal(one.key),
        _element(spec, one),
        shape=_axes(spec.body, one.shape) if one.shape else None,
        required=None if one.required else "False",
        const=None if const is None else literal(const),
        default=None if default is None else literal(default),
        stamp=literal(one.role) if one.role in ("created", "modified") else None,
        rule=literal(one.field.rule) if one.field.rule else None,
    )


def _dataset_literal(spec: Spec, body: Hdf5Body, one: Dataset) -> str:
    table = body.table_of(one)
    filters = "".join(
        _call("Filter", literal(step.name), *([literal(step.options)] if step.options else [])) + ", "
        for step in one.filters
    )
    return _call(
        "Dataset",
        literal(one.field.name),
        literal(one.path),
        _element(spec, one),
        shape=_axes(body, one.shape),
        chunks=literal(one.chunks) if one.chunks else None,
        filters=f"({filters})" if filters else None,
        required=None if one.required else "False",
        table=literal(table) if table else None,
        rule=literal(one.field.rule) if one.field.rule else None,
    )


def _version_literal(specs: tuple[Spec, ...], one: Attribute) -> str:
    spec = specs[-1]
    known = literal(tuple(each.version for each in specs)) if one.role == "version" else None
    kind = spec.version_rule.kind
    return _call(
        "VersionRule",
        literal(one.field.name),
        known=known,
        kind=None if kind == "minor" else literal(kind),
        rule=literal(spec.version_rule.rule) if spec.version_rule.rule else None,
    )


def _module_doc(spec: Spec) -> str:
    parts = [sentence(spec.title), spec.doc.strip()]
    parts += [f"{section.title}\n\n{layout_table(section.columns, section.rows)}" for section in describe(spec)]
    parts.append(f"Sources\n\n{source_list(spec)}" if spec.sources else "")
    return "\n\n".join(part for part in parts if part)


def describe(spec: Spec) -> list[Section]:
    """Tables of the attributes, the datasets, the columns of compounds, and the operations."""
    body: Hdf5Body = spec.body
    sections = []
    if body.attributes:
        rows = [
            (
                f"{one.owner}@{one.key}",
                one.field.name,
                type_text(one.field.type),
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
    rows = [
        (
            one.path,
            "compound" if one.columns else type_text(one.field.type),
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
                    type_text(c.field.type),
                    c.field.unit,
                    "" if c.default is None else str(c.default),
                    ", ".join(c.aliases),
                    _words(c.field.doc),
                )
                for c in one.columns
            )
            sections.append(
                Section(
                    f"Columns of {one.path}", ("column", "type", "unit", "default", "also called", "meaning"), columns
                )
            )
    if body.operations:
        operations = tuple(
            (f"{o.name}({', '.join(name for name, _ in o.arguments)})", o.rule, _words(o.doc)) for o in body.operations
        )
        sections.append(Section("Operations", ("call", "rule", "meaning"), operations))
    return sections


def _words(text: str) -> str:
    return " ".join(text.split())


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
