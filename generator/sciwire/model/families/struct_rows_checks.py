"""Do the columns of rows have types, and do their sources lead to fields? Nobody else asks before the first row is made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..context import Context
from ..nodes import Node
from ..problems import did_you_mean
from ..types import Named

if TYPE_CHECKING:
    from .struct import StructBody

__all__ = ["check_rows"]

_TYPE = re.compile(r"[<>]?(?:[iu][1248]|f[248])|[SV][1-9][0-9]*")
_VERSION = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_SOURCE = re.compile(r"(?P<field>\w+)(?:\.(?P<bits>\w+))?(?: & [0-9]+)?")


def check_rows(body: StructBody, rows: Mapping[str, Any], node: Node, root: str, context: Context) -> None:
    """Report columns without a type, versions that are no numbers, and sources that lead nowhere."""
    columns = rows.get("columns") or {}
    for name, one in columns.items():
        kind, since = (one, "") if isinstance(one, str) else (one.get("type"), one.get("since", ""))
        if not _TYPE.fullmatch(str(kind)):
            problem = f"{kind!r} is no type of a column, as u1, <u4 or S8"
            context.problems.add("SPEC012", node["columns"][name].place, problem)
        _check_since(since, node["columns"][name], context)
    members = rows.get("members") or {}
    _check_sources(body, root, rows.get("head") or {}, node["head"], context)
    for name, row in members.items():
        if name in body.structs:
            _check_sources(body, name, row or {}, node["members"][name], context)
        _check_since((row or {}).get("since", ""), node["members"][name], context)
    blank = rows.get("blank")
    if blank:
        _check_since(blank.get("until", ""), node["blank"], context)
        kept = [name for names in (blank.get("keep") or {}).values() for name in names]
        for name in (blank.get("by"), *kept):
            _known(str(name), columns, "column", node["blank"], context)


def _check_since(since: Any, node: Node, context: Context) -> None:
    if since and not _VERSION.fullmatch(str(since)):
        context.problems.add("SPEC308", node.place, f"{since!r} is no version, as 2.1")


def _check_sources(body: StructBody, record: str, row: Mapping[str, Any], node: Node, context: Context) -> None:
    """Each source is a number, ``field``, ``field & mask`` or ``word.bits`` of *record*; `all` names a word."""
    fields = {one.label: one for one in body.structs[record].fields if one.label} if record in body.structs else {}
    for column, source in row.items():
        if column == "since" or isinstance(source, int):
            continue
        found = _SOURCE.fullmatch(str(source))
        if found is None:
            problem = f"{source!r} is no number, field, field & mask or word.bits"
            context.problems.add("SPEC308", node[column].place, problem)
            continue
        if not _known(found["field"], fields, f"field of {record}", node[column], context):
            continue
        kind = fields[found["field"]].type
        word = body.bits.get(kind.name) if isinstance(kind, Named) else None
        if found["bits"] or column == "all":
            if word is None:
                problem = f"{found['field']} of {record} is no word of bits"
                context.problems.add("SPEC308", node[column].place, problem)
            elif found["bits"]:
                known = ["valid", *(one.name for one in word.fields)]
                _known(found["bits"], known, f"field of bits in {word.name}", node[column], context)


def _known(name: str, known: Any, what: str, node: Node, context: Context) -> bool:
    if name in known:
        return True
    context.problems.add("SPEC308", node.place, f"there is no {what} {name!r}", did_you_mean(name, list(known)))
    return False
