"""Names that generated modules of the `hdf5` family need for themselves, and what that asks of a specification."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..context import Context
from ..names import is_identifier
from ..nodes import Node

if TYPE_CHECKING:
    from .hdf5_body import Hdf5Body

__all__ = ["PARAMETERS", "RESERVED", "TAKEN", "check_names"]

#: fields of these names get an underscore in Python: what a record has besides, the words that stand in its class,
#: and the arguments of the functions to which fields are given by name
RESERVED = frozenset(
    ("extra", "start", "problems", "field", "list", "dict", "str", "int", "float", "bool", "bytes", "Any", "NDArray",
     "Sequence", "CodecError", "self", "f", "path", "profile", "limits", "on_error", "filename", "axes", "hdf5",
     "FORMAT", "Writer")
)  # fmt: skip
#: and so do places, which are arguments of more functions
PARAMETERS = RESERVED | {"value", "data", "table", "rows", "timeout", "poll", "cut", "backup"}
#: what a module defines, imports, or uses of Python's own: no class and no operation can have such a name
TAKEN = frozenset(
    ("FORMAT", "VERSIONS", "Writer", "field", "list", "dict", "str", "int", "float", "bool", "bytes", "Any", "NDArray",
     "ByContent", "Sequence", "CodecError", "hdf5", "annotations",
     "os", "Iterator", "Mapping", "dataclass", "TYPE_CHECKING", "Literal", "Attribute",
     "Column", "Dataset", "Element", "Filter", "Group", "Layout", "Reader", "VersionRule", "Limits", "Repair", "Span",
     "decode", "encode", "follow", "from_plain", "open_writer", "repair", "sniff", "spans", "summary", "to_plain",
     "bytearray", "memoryview", "tuple")
)  # fmt: skip
#: of arguments of operations, whose names are another program's and can't be changed
_HIDING = frozenset({"hdf5"})
_METHODS = frozenset({"to"})  # append_to is what every writer has


def check_names(body: Hdf5Body, root: Node, context: Context) -> None:
    """Refuse names that can't be, that the module needs itself, or that fall together."""
    _check_class(body, root, context)
    _check_fields(body, root, context)
    for operation in body.operations:
        _check_operation(operation.name, body, root["operations"][operation.name], context)
    words: dict[str, str] = {}
    for table in body.tables:
        word = "".join(char if char.isalnum() else "_" for char in table)
        place = root["axes"][table].key_place
        if not word.isascii() or not f"x{word}".isidentifier():
            context.problems.add("SPEC020", place, f"the growing axis {table!r} is no identifier")
        elif word in words or word in _METHODS:
            other = f"{words[word]!r} is one already" if word in words else "that is a method of every writer"
            context.problems.add("SPEC022", place, f"{table!r} would make a method append_{word}, {other}")
        words[word] = table


def _check_class(body: Hdf5Body, root: Node, context: Context) -> None:
    place = root["file"]["class"].place
    if not is_identifier(body.cls):
        context.problems.add("SPEC020", place, f"the class name {body.cls!r} is no identifier")
    elif body.cls in TAKEN or body.cls.startswith("_"):
        context.problems.add("SPEC021", place, f"the class name {body.cls!r} is reserved; give the class another")


def _check_fields(body: Hdf5Body, root: Node, context: Context) -> None:
    seen: dict[str, str] = {}
    for place in body.places:
        where = root["places"][place.name].key_place
        if not is_identifier(place.argument) or "{" in place.name or "}" in place.name:
            context.problems.add("SPEC020", where, f"the place {place.name!r} is no identifier")
        elif place.argument in seen:
            context.problems.add("SPEC022", where, f"{place.name!r} is {seen[place.argument]} already")
        seen[place.argument] = "a place"
    for kind, fields in (("an attribute", body.attributes), ("a dataset", body.datasets)):
        for one in fields:
            name, where = one.field.name, one.field.place
            if name == body.cls:
                context.problems.add("SPEC021", where, f"the name {name!r} is that of the class; give one another")
            if name in seen:
                context.problems.add("SPEC022", where, f"{one.field.label!r} is {seen[name]} already")
            seen[name] = kind
    for dataset in body.datasets:
        known: set[str] = set()
        for column in dataset.columns:
            for word in (str(column.field.key), *column.aliases):
                if word in known:
                    context.problems.add("SPEC022", column.field.place, f"{word!r} is a column already")
                known.add(word)


def _check_operation(name: str, body: Hdf5Body, node: Node, context: Context) -> None:
    if not is_identifier(name):
        context.problems.add("SPEC020", node.key_place, f"{name!r} is no identifier")
    elif name in TAKEN or name == body.cls or name.startswith("_"):
        context.problems.add("SPEC021", node.key_place, f"the operation {name!r} would take the place of the module's")
    for argument, part in node["arguments"].items():
        if not is_identifier(argument):
            context.problems.add("SPEC020", part.key_place, f"the argument {argument!r} is no identifier")
        elif argument in _HIDING or argument.startswith("_"):
            context.problems.add("SPEC021", part.key_place, f"the argument {argument!r} would hide the module's own")
