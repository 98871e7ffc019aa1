"""Plan of a module of the `hdf5` family: the layout as literals, the record, one statement a field in wire order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sciwire.model import Record, Spec
from sciwire.model.check import resolve
from sciwire.model.families.hdf5 import Attribute, Dataset, Hdf5Body
from sciwire.model.families.hdf5_collection import CollectionBody
from sciwire.model.types import Scalar, Vlen

from ..plan import Module
from ..text import layout_table, literal, sentence, source_list
from .hdf5_collection import plan_collection
from .hdf5_describe import describe
from .hdf5_layout import dtypes, is_text, layouts, merged
from .hdf5_operations import mapping, plan_operations

__all__ = ["describe", "plan"]

_EXPORTS = ("FORMAT", "VERSIONS", "Writer", "decode", "encode", "from_plain", "open_writer", "repair", "sniff", "spans",
            "summary", "to_plain")  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of the record as the template places it."""

    name: str
    label: str
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
    if isinstance(specs[-1].body, CollectionBody):
        return plan_collection(specs)
    spec = merged(specs)
    body: Hdf5Body = spec.body
    tables = tuple(_table(body, name) for name in body.tables)
    free = any(_free_axes(body, dataset) for dataset in body.datasets if body.table_of(dataset))
    operations = plan_operations(specs[-1].body)
    given = tuple(_given(spec, one) for one in body.attributes if one.role not in ("created", "modified"))
    loose = tuple(_given(spec, one) for one in body.datasets if not body.table_of(one))
    follow = ("follow",) if tables else ()
    exports = (*_EXPORTS, *follow, body.cls, *(operation.name for operation in operations))
    fields = _fields(spec, body)
    requests = tuple(one for one in body.attributes if one.role in ("version", "content_version"))
    context = {
        "format": spec.format,
        "versions": tuple(one.version for one in specs),
        "doc": _module_doc(specs),
        "profiles": tuple(profile.name for profile in spec.profiles),
        "profile": spec.default_profile,
        "limits": f"Limits({', '.join(f'{key}={value}' for key, value in spec.limits.items())})"
        if spec.limits
        else "None",
        "decode_doc": _decode_doc(body),
        "class_name": body.cls,
        "class_doc": sentence(body.doc) or f"One file: {sentence(spec.title)}",
        "layouts": layouts(specs),
        "fields": fields,
        "tables": tables,
        "followed": tables[0].name if len(tables) == 1 else "",
        "attribute_values": mapping((one.field.label, f"value.{one.field.name}") for one in body.attributes),
        "dataset_values": mapping((one.field.label, f"value.{one.field.name}") for one in body.datasets),
        "renamed": {one.label: one.name for one in fields if one.label != one.name},
        "requests": [_given(spec, one) for one in requests],
        "given": given,
        "given_mapping": mapping((one["label"], one["name"]) for one in given),
        "loose": loose,
        "loose_mapping": mapping((one["label"], one["name"]) for one in loose),
        "places": [{"name": one.argument, "default": one.default} for one in body.places],
        "places_mapping": mapping((one.name, one.argument) for one in body.places),
        "usual_places": {one.name: one.default for one in body.places},
        "free": free,
        "optional": bool(given or loose or body.places or free),
        "units": _units(body),
        "operations": operations,
        "exports": sorted(exports, key=lambda name: (not name.isupper(), not name[0].isupper(), name)),
    }
    return Module(spec.format, "hdf5/module.py.jinja", context)


def _given(spec: Spec, one: Attribute | Dataset) -> dict[str, str]:
    return {"name": one.field.name, "label": one.field.label, "annotation": _annotation(spec, one)}


def _fields(spec: Spec, body: Hdf5Body) -> tuple[_Field, ...]:
    fields = []
    for attribute in body.attributes:
        one = attribute.field
        asked = attribute.role in ("version", "content_version")
        read = one.name if asked else f"f.attribute({literal(one.label)})"
        fields.append(_Field(one.name, one.label, _annotation(spec, attribute), _comment(one.doc, one.unit), read))
    for dataset in body.datasets:
        one = dataset.field
        table = body.table_of(dataset)
        read = f"{_variable(body, table)}[{literal(one.label)}]" if table else f"f.dataset({literal(one.label)})"
        shape = (
            f"({', '.join(map(str, dataset.shape))}{',' if len(dataset.shape) == 1 else ''})" if dataset.shape else ""
        )
        text = " ".join(part for part in (_comment(one.doc, one.unit), shape) if part)
        fields.append(_Field(one.name, one.label, _annotation(spec, dataset), text, read))
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
                    {"name": column.field.name, "key": str(column.field.key), "dataset": dataset.field.label}
                )
    axis = next(axis for axis in body.axes if axis.name == name)
    return _Table(
        name=name,
        variable=_variable(body, name),
        method="append" if len(body.tables) == 1 else f"append_{_word(name)}",
        datasets=tuple({"name": dataset.field.name} for dataset in datasets),
        shortcuts=tuple(shortcuts),
        columns=mapping((dataset.field.label, _given_column(dataset, shortcuts)) for dataset in datasets),
        doc=_append_doc(name, axis.doc, bool(shortcuts)),
    )


def _given_column(dataset: Dataset, shortcuts: list[dict[str, str]]) -> str:
    name = dataset.field.name
    own = mapping((one["key"], one["name"]) for one in shortcuts if one["dataset"] == dataset.field.label)
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
    versions = [one.field.name for one in body.attributes if one.role in ("version", "content_version")]
    lines += [f"`{name}`: the one asked for; it must go with that of the file." for name in versions]
    lines += [f"`{place.argument}`: part of the paths. {sentence(place.doc)}".rstrip() for place in body.places]
    lines += [
        'With ``on_error="keep"`` the rows that are good in all datasets are given and the errors stand in',
        "`problems`; else the error that is raised carries them as `partial`.",
        "",
        "Raises `DecodeError` (`TruncatedError`, `LimitError`, `VersionError`, `FilterUnavailable`) with path,",
        "HDF5 object and rule.",
    ]
    return "\n".join(lines)


def _word(name: str) -> str:
    return "".join(char if char.isalnum() else "_" for char in name)


def _variable(body: Hdf5Body, table: str) -> str:
    fields = {one.field.name for one in body.attributes}
    name = f"rows_{_word(table)}"
    return f"{name}_" if name in fields else name


def _comment(doc: str, unit: str) -> str:
    text = " ".join(doc.split())
    return f"{text}, in {unit}" if text and unit else text or (f"in {unit}" if unit else "")


def _units(body: Hdf5Body) -> dict[str, str]:
    units = {one.field.label: one.field.unit for one in body.attributes if one.field.unit}
    for dataset in body.datasets:
        if dataset.field.unit:
            units[dataset.field.label] = dataset.field.unit
        for column in dataset.columns:
            if column.field.unit:
                units[f"{dataset.field.label}.{column.field.key}"] = column.field.unit
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
            and (isinstance(kind, Vlen) or blob or (is_text(kind) and not one.length))
        ):
            return "Sequence[Any]"
        return "NDArray[Any]"
    if is_text(kind):
        return "str"
    if kind == Scalar("bytes"):
        return "bytes"
    if isinstance(kind, Vlen):
        return "NDArray[Any]"
    return "float" if dtypes(kind)[0].lstrip("<>")[0] == "f" else "bool" if kind == Scalar("bool") else "int"


def _module_doc(specs: tuple[Spec, ...]) -> str:
    spec = specs[-1]
    parts = [sentence(spec.title), spec.doc.strip()]
    parts += [f"{section.title}\n\n{layout_table(section.columns, section.rows)}" for section in describe(spec)]
    for older in reversed(specs[:-1] if len(layouts(specs)) > 1 else ()):
        parts += [
            f"{section.title}, version {older.version}\n\n{layout_table(section.columns, section.rows)}"
            for section in describe(older)
            if section.title.startswith(("Attributes", "Datasets", "Columns"))
        ]
    parts.append(f"Sources\n\n{source_list(spec)}" if spec.sources else "")
    return "\n\n".join(part for part in parts if part)
