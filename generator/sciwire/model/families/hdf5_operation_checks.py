"""Operations of the `hdf5` family: do they name tables, arguments and fields that are there and that they can use?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..context import Context
from ..nodes import Node
from ..problems import did_you_mean

if TYPE_CHECKING:
    from .hdf5_body import Hdf5Body, Operation

__all__ = ["PARTS", "check_operation"]

#: parts besides places and fields that an operation can make use of
PARTS = {"append": ("file",), "count": ("file", "attempts"), "read": ("file", "start", "stop", "mask", "attempts")}
_ALL = ("file", "start", "stop", "mask", "attempts")


def check_operation(operation: Operation, body: Hdf5Body, node: Node, context: Context) -> None:
    """Add a problem (SPEC105) for everything that the operation at *node* names and that is not there."""
    _check_table(operation, body, node, context)
    if "file" not in [part for _, part in operation.arguments]:
        context.problems.add("SPEC105", node["arguments"].place, "one argument must be the file")
    _check_parts(operation, body, node, context)
    fields = _fields(body)
    own = operation.table or next(iter(body.tables), "")
    tables = {dataset.field.label: body.table_of(dataset) for dataset in body.datasets}
    for index, field in enumerate(operation.gives):
        place = node["gives"].elements()[index].place
        if field not in fields:
            hint = did_you_mean(field, fields)
            context.problems.add("SPEC105", place, f"there is no field {field!r} to give", hint)
        elif tables.get(field, "") not in ("", own):
            context.problems.add("SPEC105", place, f"{field!r} is of the table {tables[field]!r}, not of {own!r}")
    if operation.does == "read" and not operation.gives:
        context.problems.add("SPEC105", node.place, "a read operation says in `gives` what it returns")
    if operation.does != "read" and operation.gives:
        context.problems.add("SPEC105", node["gives"].place, f"an operation that does {operation.does} gives no fields")
    if operation.does == "append":
        parts = {part for _, part in operation.arguments}
        for one in body.datasets:
            if one.required and one.field.label not in parts and body.table_of(one) == own and own:
                text = f"{one.field.label!r} has no argument: without it no row can be appended"
                context.problems.add("SPEC105", node["arguments"].place, text)


def _fields(body: Hdf5Body) -> list[str]:
    return [*(one.field.label for one in body.attributes), *(one.field.label for one in body.datasets)]


def _check_table(operation: Operation, body: Hdf5Body, node: Node, context: Context) -> None:
    if operation.table not in ("", *body.tables) or not body.tables:
        hint = did_you_mean(operation.table, body.tables)
        place = node["table"].place if "table" in node else node.place
        context.problems.add("SPEC105", place, f"there is no table {operation.table!r}", hint)
    elif len(body.tables) > 1 and not operation.table:
        context.problems.add("SPEC105", node.place, f"which table: {', '.join(body.tables)}?")


def _check_parts(operation: Operation, body: Hdf5Body, node: Node, context: Context) -> None:
    fields = _fields(body)
    places = tuple(place.name for place in body.places)
    usable = (*PARTS.get(operation.does, _ALL), *places, *_usable(operation, body))
    seen: set[str] = set()
    for name, part in operation.arguments:
        place = node["arguments"][name].place
        word = part.removeprefix("without ")
        if part not in (*_ALL, *places) and word not in fields:
            parts = (*_ALL, *places)
            hint = did_you_mean(word, (*parts, *fields))
            text = f"an argument is {', '.join(parts)} or a field, not {part!r}"
            context.problems.add("SPEC105", place, text, hint)
        elif part not in usable:
            text = f"an operation that does {operation.does} has no use for {part!r}"
            context.problems.add("SPEC105", place, text)
        elif part in seen:
            context.problems.add("SPEC105", place, f"two arguments are {part!r}")
        seen.add(part)


def _usable(operation: Operation, body: Hdf5Body) -> list[str]:
    """The fields that an operation takes: to append, those of its table and of none; to read, versions and what to leave."""
    own = operation.table or next(iter(body.tables), "")
    tables = {dataset.field.label: body.table_of(dataset) for dataset in body.datasets}
    if operation.does == "append":
        given = [one.field.label for one in body.attributes if one.role not in ("created", "modified")]
        return [*given, *(label for label, table in tables.items() if table in ("", own))]
    if operation.does == "read":
        versions = [one.field.label for one in body.attributes if one.role in ("version", "content_version")]
        return [*versions, *(f"without {label}" for label, table in tables.items() if table == own and table)]
    return []
