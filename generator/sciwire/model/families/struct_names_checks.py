"""Do rows, files, objects, constants and operations name things that are there?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..context import Context
from ..ir import Spec
from ..nodes import Node
from ..problems import did_you_mean
from ..taken import check_module_name
from .struct_operations_checks import check_operations

if TYPE_CHECKING:
    from .struct import StructBody

__all__ = ["check_names"]


def check_names(spec: Spec, root: Node, context: Context) -> None:
    """Report every name that leads nowhere."""
    body: StructBody = spec.body
    taken = {record.cls for record in body.structs.values()} | set(body.bits)
    for section in ("objects", "constants", "operations"):
        for name, node in root[section].items():
            check_module_name(name, node.key_place, "struct", context, function=True)
            if name in taken:
                context.problems.add("SPEC022", node.key_place, f"{name!r} is in the module twice")
            taken.add(name)
    for name, rows in body.names.rows.items():
        node = root["rows"][name]
        columns = set(rows.get("columns") or {})
        _known(context, node["given"], rows.get("given") or {}, columns, "column")
        _known(context, node["head"], rows.get("head") or {}, columns | {"all", "since"}, "column")
        for member, row in (rows.get("members") or {}).items():
            _known(context, node["members"], [member], body.structs, "record")
            _known(context, node["members"][member], row or {}, columns | {"all", "since"}, "column")
    for name, file in body.names.files.items():
        _known(context, root["files"][name], [file.get("rows")], body.names.rows, "table of rows")
    for name, one in body.names.objects.items():
        if "word" in one:
            _known(context, root["objects"][name], [one["word"]], body.bits, "word of bits")
    for name, one in body.names.constants.items():
        for kind, value in one.items():
            known: Iterable[Any] | None = {
                "enum": body.enums, "tags": body.unions, "formats": body.unions,
                "size": [*body.structs, *body.unions], "head_size": body.structs, "head_format": body.structs,
                "leading_format": body.structs, "leading_formats": [name for name, union in body.unions.items() if union.type is not None],
            }.get(kind)  # fmt: skip
            if known is not None:
                _known(context, root["constants"][name], [value], known, kind)
    for name, one in body.names.operations.items():
        node = root["operations"][name]
        _known(context, node, filter(None, [one.get("union")]), body.unions, "union")
        _known(context, node, filter(None, [one.get("like")]), body.names.operations, "operation")
        _known(context, node, filter(None, [one.get("table")]), body.names.rows, "table of rows")
        _known(context, node, filter(None, [one.get("file")]), body.names.files, "file")
        for member, making in (one.get("members") or {}).items():
            _known(context, node["members"], [member], body.structs, "record")
            _known(context, node["members"][member], [(making or {}).get("class")], body.names.objects, "object")
    if not context.problems.errors:
        check_operations(spec, root, context)


def _known(context: Context, node: Node, names: Iterable[Any], known: Iterable[Any], what: str) -> None:
    allowed = [str(one) for one in known]
    for name in names:
        if str(name) not in allowed:
            place = node[str(name)].key_place if str(name) in node else node.place
            context.problems.add("SPEC308", place, f"there is no {what} {name!r}", did_you_mean(str(name), allowed))
