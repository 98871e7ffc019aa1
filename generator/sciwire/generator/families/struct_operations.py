"""Plan of the functions that stand in for those of another program: signature, docstring, one statement each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sciwire.model.families.struct import StructBody
from sciwire.model.names import identifier

from ..text import literal, sentence
from .struct_tellers import attribute_name

__all__ = ["plan_operations"]

#: part -> annotation, meaning
_PARTS = {
    "data": ("Any", "the bytes"),
    "kind": ("str", "which kind of message it stands in"),
    "member": ("str", "the name of the word"),
    "fields": ("Any", "its fields in wire order"),
    "members": ("Any", "tuples of a name and its fields"),
    "objects": ("Any", "the objects"),
    "given": ("Any", "set on every object, or one for each message"),
    "version": ("str", "version of the table"),
    "source": ("Any", "path of the file of messages, its bytes, or a binary file object"),
    "target": ("Any", "path of the new file"),
}
_RETURNS = {
    "parse_head": "tuple[Any, ...]", "format_head": "bytes", "parse_member": "tuple[Any, ...]", "format_member": "bytes",
    "parse": "tuple[tuple[Any, ...], list[tuple[Any, ...]]]", "format": "bytes", "parse_objects": "list[Any]",
    "format_objects": "bytes", "rows": "NDArray[Any]", "convert": "int",
}  # fmt: skip


def plan_operations(body: StructBody) -> list[dict[str, Any]]:
    """Every operation, ready to be placed."""
    return [_operation(body, name, one) for name, one in body.names.operations.items()]


def _operation(body: StructBody, name: str, one: Mapping[str, Any]) -> dict[str, Any]:
    arguments = {str(label): str(part) for label, part in one["arguments"].items()}
    makings = body.names.operations[one["like"]] if "like" in one else one
    planned = {
        "name": name,
        "signature": [_parameter(body, label, part, one) for label, part in arguments.items()],
        "returns": _RETURNS[one["does"]],
        "doc": _doc(one, arguments),
        "before": [],
        "head": _making(makings.get("head")),
        "members": [
            f"{literal(member)}: {_making(making)}" for member, making in (makings.get("members") or {}).items()
        ],
        "variable": f"_{identifier(one.get('like', name)).upper()}",
        "owns": bool(one.get("members")),
    }
    return {**planned, "statement": _statement(body, one, {part: label for label, part in arguments.items()}, planned)}


def _parameter(body: StructBody, label: str, part: str, one: Mapping[str, Any]) -> str:
    annotation = _PARTS.get(part, ("Any", ""))[0]
    if part == "fields":
        return f"*{label}: Any"
    defaults = one.get("defaults") or {}
    if label in defaults:
        return f"{label}: {annotation} = {literal(defaults[label])}"
    if part == "given":
        return f"{label}: Any = None"
    if part == "version":
        files = [
            file
            for name, file in body.names.files.items()
            if name == one.get("file") or file["rows"] == one.get("table")
        ]
        newest = str(files[0]["versions"][-1]) if files else ""
        return f"{label}: str = {literal(newest)}"
    return f"{label}: {annotation}"


def _doc(one: Mapping[str, Any], arguments: Mapping[str, str]) -> str:
    lines = [sentence(str(one.get("doc", ""))) or "As the original does.", ""]
    for label, part in arguments.items():
        meaning = _PARTS.get(part, ("", part.replace("missing ", "what stands for a missing ")))[1]
        lines.append(f"`{label}`: {meaning}")
    raised = "EncodeError" if one["does"].startswith("format") else "DecodeError"
    rule = f" ({one['rule']})" if one.get("rule") else ""
    lines += ["", f"Raises `{raised}` with path and rule{rule}."]
    return "\n".join(lines)


def _statement(body: StructBody, one: Mapping[str, Any], labels: Mapping[str, str], planned: Mapping[str, Any]) -> str:
    now = f", now={literal(one['now'])}" if "now" in one else ""
    does = one["does"]
    if does == "format_head":
        values = ", ".join(f"{literal(attribute_name(part))}: {label}" for part, label in labels.items())
        return f"_CALLS.format_head({{{values}}}{now})"
    if does in ("parse_head", "parse"):
        return f"_CALLS.{does}({labels['data']})"
    if does == "parse_member":
        return f"_CALLS.parse_member({labels['kind']}, {labels['data']})"
    if does == "format_member":
        return f"_CALLS.format_member({labels['kind']}, {labels['member']}, {labels['fields']})"
    if does == "format":
        return f"_CALLS.format({labels['kind']}, {labels['members']}{now})"
    if does == "parse_objects":
        given = ", ".join(f"{literal(label)}: {label}" for part, label in labels.items() if part == "given")
        return f"_CALLS.parse_objects({labels['data']}, {planned['head']}, {planned['variable']}, {{{given}}})"
    if does == "format_objects":
        missing = ", ".join(
            f"{literal(part.removeprefix('missing '))}: {label}"
            for part, label in labels.items()
            if part.startswith("missing ")
        )
        writes = literal({str(key): tuple(names) for key, names in one["writes"].items()})
        return f"_CALLS.format_objects({labels['objects']}, {labels['kind']}, {planned['variable']}, {writes}, {{{missing}}}{now})"
    version = labels.get("version", "''")
    if does == "rows":
        table = f"_ROWS_{identifier(one['table']).upper()}"
        return f"{table}.of({labels['data']}, {labels.get('given', 'None')}, {version})"
    source = one["from"]
    planned["before"].append(f"from sciwire.formats import {identifier(source['format'])}")
    planned["before"].append("")
    follow = f"{identifier(source['format'])}.follow({labels['source']}, timeout=0, even=True)"
    given = ".".join(attribute_name(word) for word in str(source.get("given", "")).split("."))
    taken = f"{literal(attribute_name(source['records']))}, {literal(given)}"
    stated = f", stated={literal(attribute_name(source['version']))}, known=VERSIONS" if source.get("version") else ""
    table = f"_FILE_{identifier(one['file']).upper()}"
    return f"binary.convert({table}, {follow}, {taken}, {labels['target']}, {version}{stated})"


def _making(one: Mapping[str, Any] | None) -> str:
    if not one:
        return "None"
    attributes = {
        attribute_name(label): attribute_name(said)
        if isinstance(said, str)
        else (attribute_name(said["field"]), int(said["mask"]))
        for label, said in (one.get("attributes") or {}).items()
    }
    return f"binary.Making({one['class']}, {literal(attribute_name(one['word']) if one.get('word') else '')}, {literal(attributes)})"
