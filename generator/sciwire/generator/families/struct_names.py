"""Plan of what a `struct` module offers under the names of other programs: tables, objects, constants, functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sciwire.model import Spec
from sciwire.model.families.struct import StructBody
from sciwire.model.families.struct_links import record_size, union_size
from sciwire.model.names import identifier
from sciwire.model.types import Named, Scalar

from ..text import literal, sentence
from .struct_operations import plan_operations
from .struct_tellers import attribute_name, variable

__all__ = ["plan_names"]


def plan_names(specs: tuple[Spec, ...]) -> dict[str, Any]:
    """The names of *specs*, ready to be placed."""
    spec = specs[-1]
    body: StructBody = spec.body
    names = body.names
    operations = plan_operations(body)
    constants = [(name, _constant(spec, one)) for name, one in names.constants.items()]
    return {
        "exports": [*names.objects, *names.constants, *names.operations],
        "kernel": _kernel(spec, bool(constants), operations),
        "objects": [_object(body, name, one) for name, one in names.objects.items()],
        "rows": [_rows(body, name, one) for name, one in names.rows.items()],
        "files": [_file(spec, name, one) for name, one in names.files.items()],
        "constants": [f"{name}: {annotation} = {value}" for name, (annotation, value) in constants],
        "calls": bool(operations) and any(one["does"] not in ("rows", "convert") for one in names.operations.values()),
        "operations": operations,
    }


def _kernel(spec: Spec, constants: bool, operations: list[dict[str, Any]]) -> bool:
    """Whether the parts of the kernel that stand behind such names are needed."""
    names = spec.body.names
    return bool(constants or operations or names.rows or names.objects)


def _object(body: StructBody, name: str, one: Mapping[str, Any]) -> dict[str, Any]:
    word = body.bits.get(str(one.get("word", "")))
    return {
        "name": name,
        "doc": sentence(str(one.get("doc", ""))) or f"{name}.",
        "noqa": "  # noqa: N801 - the name that users of the original know" if "_" in name else "",
        "base": "binary.LightWord" if word else "binary.Light",
        "codec": variable(word.name) if word else "",
        "stands_for": literal(str(one.get("stands_for", ""))),
        "attributes": literal({attribute_name(key): value for key, value in (one.get("attributes") or {}).items()}),
        "constants": [
            {"name": attribute_name(key), "value": literal(value), "annotation": type(value).__name__}
            for key, value in (one.get("constants") or {}).items()
        ],
        "bits": [
            {
                "name": attribute_name(part.name),
                "at": part.at,
                "width": part.width,
                "doc": _bit_doc(part.at, part.width, part.doc),
            }
            for part in (word.fields if word else ())
        ],
    }


def _bit_doc(at: int, width: int, doc: str) -> str:
    where = f"Bit {at}" if width == 1 else f"Bits {at} to {at + width - 1}"
    return sentence(f"{where}: {' '.join(doc.split())}" if doc else where)


def _rows(body: StructBody, name: str, one: Mapping[str, Any]) -> dict[str, Any]:
    columns = {
        str(label): (kind, "") if isinstance(kind, str) else (str(kind["type"]), str(kind.get("since", "")))
        for label, kind in one["columns"].items()
    }
    members: dict[str, dict[str, Any]] = {}
    since = {}
    for member, row in one["members"].items():
        row = dict(row or {})
        if "since" in row:
            since[member] = str(row.pop("since"))
        word = str(row.pop("all", ""))
        members[member] = {
            **_bits_of(body, member, word, columns),
            **{key: _source(value) for key, value in row.items()},
        }
    options = []
    if one.get("given"):
        (column, called), = one["given"].items()  # fmt: skip
        options += [f"given={literal(column)}", f"called={literal(str(called))}"]
    versions = [
        str(version) for file in body.names.files.values() if file["rows"] == name for version in file["versions"]
    ]
    options += [f"versions={literal(tuple(versions))}"] if versions else []
    options += [f"since={literal(since)}"] if since else []
    if one.get("blank"):
        keep = {int(key): tuple(value) for key, value in one["blank"]["keep"].items()}
        options.append(
            f"blank=binary.Blank({literal(one['blank']['until'])}, {literal(one['blank']['by'])}, {literal(keep)})"
        )
    return {
        "variable": f"_ROWS_{identifier(name).upper()}",
        "columns": [
            f"binary.Column({literal(label)}, {literal(kind)}{f', {literal(first)}' if first else ''})"
            for label, (kind, first) in columns.items()
        ],
        "head": literal({key: _source(value) for key, value in one["head"].items()}) if one.get("head") else "None",
        "members": [f"{literal(member)}: {literal(row)}" for member, row in members.items()],
        "options": options,
    }


def _bits_of(body: StructBody, member: str, field: str, columns: Mapping[str, Any]) -> dict[str, str]:
    """All bits of the *field* of *member* that have the name of a column."""
    found = next((one for one in body.structs[member].fields if one.label == field), None)
    word = body.bits.get(found.type.name) if found is not None and isinstance(found.type, Named) else None
    return {part.name: f"{field}.{part.name}" for part in (word.fields if word else ()) if part.name in columns}


def _source(value: Any) -> Any:
    return value if isinstance(value, int) else str(value)


def _file(spec: Spec, name: str, one: Mapping[str, Any]) -> dict[str, Any]:
    versions = tuple(str(version) for version in one["versions"])
    attributes = {
        path: {str(key): text for key, text in said.items()} if isinstance(said, dict) else {versions[0]: said}
        for path, said in (one.get("attributes") or {}).items()
    }
    empty = {
        path: (str(table.get("since", "")), {key: _shaped(kind) for key, kind in table["columns"].items()})
        for path, table in (one.get("empty") or {}).items()
    }
    words = [
        literal(spec.format), f"_ROWS_{identifier(one['rows']).upper()}", f"at={literal(one['at'])}", f"versions={literal(versions)}",
        f"version_at={literal(one['version_at'])}", f"created_at={literal(one.get('created_at', ''))}",
        f"modified_at={literal(one.get('modified_at', ''))}", f"attributes={literal(attributes)}", f"empty={literal(empty)}",
    ]  # fmt: skip
    return {"variable": f"_FILE_{identifier(name).upper()}", "words": words}


def _shaped(kind: str) -> tuple[str, tuple[int, ...]]:
    """``u1[239]`` -> ``("u1", (239,))``."""
    match = re.fullmatch(r"(\S+?)\[(\d+)\]", kind)
    return (match[1], (int(match[2]),)) if match else (kind, ())


def _constant(spec: Spec, one: Mapping[str, Any]) -> tuple[str, str]:
    """The annotation and the value of a constant."""
    body: StructBody = spec.body
    (kind, said), = one.items()  # fmt: skip
    owner, _, name = str(said).partition(".")
    if kind == "value":
        return type(said).__name__, literal(said)
    if kind == "enum":
        return "dict[str, Any]", f"binary.TwoWay({literal(_wires(body, owner))})"
    if kind == "name":
        value = _wires(body, owner)[name]
        return type(value).__name__, literal(value)
    if kind == "tag":
        value = _tags(body, owner)[name]
        return type(value).__name__, literal(value)
    if kind == "tags":
        tables = ", ".join(
            f"{literal(key)}: binary.TwoWay({literal({member: _tags(body, owner)[member] for member in members})})"
            for key, members in body.unions[owner].tables.items()
        )
        return "dict[str, Any]", f"{{{tables}}}" if tables else f"binary.TwoWay({literal(_tags(body, owner))})"
    if kind == "size":
        return "int", str(union_size(spec, owner) if owner in body.unions else record_size(spec, owner))
    if kind == "leading_formats":
        return "dict[str, tuple[int, str]]", f"binary.leading_formats({variable(owner)})"
    if kind == "leading_format":
        return "str", f"binary.leading_format({variable(owner)})"
    return {
        "head_size": ("int", "_CALLS.head_size"),
        "head_format": ("str", "_CALLS.head_format"),
        "formats": ("dict[str, str]", "_CALLS.member_formats"),
    }[kind]


def _wires(body: StructBody, name: str) -> dict[str, Any]:
    """The names of an enumeration with what stands on the wire: bytes where a field of one character uses it."""
    enum = body.enums[name]
    users = [field for record in body.structs.values() for field in record.fields if field.enum == enum]
    characters = any(field.type == Scalar("bytes") for field in users)
    return {
        key: value.encode("latin-1") if characters and isinstance(value, str) else value for key, value in enum.items()
    }


def _tags(body: StructBody, name: str) -> dict[str, Any]:
    union = body.unions[name]
    characters = union.type == Scalar("bytes")
    return {
        key: tag.encode("latin-1") if characters and isinstance(tag, str) else tag for key, tag in union.members.items()
    }
