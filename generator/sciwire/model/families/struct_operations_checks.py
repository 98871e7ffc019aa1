"""Can rows, constants and operations be made of the records that they name? What `struct_names_checks` proves to be
there is looked at here: fields, bits, columns, the parts that a function needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..context import Context
from ..ir import Spec
from ..names import is_identifier
from ..nodes import Node
from ..problems import did_you_mean
from ..types import Named
from .struct_links import field_size, plain_type, record_size, union_size

if TYPE_CHECKING:
    from .struct import StructBody, StructRecord

__all__ = ["PARTS", "check_operations"]

_COLUMN = re.compile(r"[<>]?[iu][1248]|[<>]?f[248]|S[1-9][0-9]{0,4}")
#: what a function does -> the parts that it must be given, and those that it may be
PARTS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "parse": (("data",), ()),
    "format": (("kind", "members"), ()),
    "parse_head": (("data",), ()),
    "format_head": ((), ()),
    "parse_member": (("kind", "data"), ()),
    "format_member": (("kind", "member", "fields"), ()),
    "parse_objects": (("data",), ("given",)),
    "format_objects": (("objects", "kind"), ()),
    "rows": (("data",), ("given", "version")),
    "convert": (("source", "target"), ("version",)),
}
_NEEDS = {"rows": ("table",), "convert": ("file", "from"), "format_objects": ("writes",)}


class _Checker:
    """Adds the problems of one specification; all are SPEC308."""

    def __init__(self, spec: Spec, context: Context) -> None:
        self.spec = spec
        self.body: StructBody = spec.body
        self.context = context
        self.head = self.body.structs[self.body.root]

    def add(self, node: Node, text: str, hint: str = "") -> None:
        self.context.problems.add("SPEC308", node.place, text, hint)

    def known(self, node: Node, name: Any, known: Iterable[str], what: str) -> bool:
        allowed = list(known)
        if name not in allowed:
            self.add(node, f"there is no {what} {name!r}", did_you_mean(str(name), allowed))
        return name in allowed

    def run(self, node: Node, what: str, fixed: bool) -> None:
        """The root must be a head of fixed size and a counted list of a union, of members of one size where *fixed*."""
        last = self.head.fields[-1] if self.head.fields else None
        kind = plain_type(self.spec, last.type) if last is not None else None
        union = kind.name if isinstance(kind, Named) and kind.name in self.body.unions else ""
        counted = last is not None and last.count is not None and bool(last.count.path)
        sized = all(field_size(self.spec, field) is not None for field in self.head.fields[:-1])
        if not (union and counted and sized):
            self.add(node, f"{what} need a root of fixed size that ends with a list of a union, which a field counts")
        elif fixed and union_size(self.spec, union) is None:
            self.add(node, f"{what} need members of one fixed size, those of {union!r} are not")

    def row(self, node: Node, record: StructRecord, columns: Iterable[str]) -> None:
        """The sources of a row: numbers, fields, masked fields, bits."""
        for column, one in node.items():
            if column in ("all", "since") or isinstance(one.data, int):
                if column == "all":
                    self.bits(one, record, one.text())
                continue
            match = re.fullmatch(r"([^.& ]+)(?:\.([^.& ]+)| & ([0-9]+))?", one.text())
            if match is None:
                self.add(one, f"{one.data!r} is no number, `field`, `field & mask`, `word.bits` or `word.valid`")
            elif match[2]:
                self.bits(one, record, match[1], match[2])
            else:
                self.known(one, match[1], (field.label for field in record.fields), f"field of {record.name!r}")

    def version(self, node: Node) -> None:
        """A version of files, where one is said, is numbers and points."""
        if node.exists and not re.fullmatch(r"[0-9]+(\.[0-9]+)*", str(node.data)):
            self.add(node, f"{node.data!r} is no version, as 2.1")

    def bits(self, node: Node, record: StructRecord, label: str, part: str = "valid") -> None:
        """The field *label* is a word of bits that has the *part*."""
        fields = {field.label: field for field in record.fields}
        if self.known(node, label, fields, f"field of {record.name!r}"):
            kind = plain_type(self.spec, fields[label].type)
            word = self.body.bits.get(kind.name) if isinstance(kind, Named) else None
            if word is None:
                self.add(node, f"{label!r} is no word of bits")
            else:
                self.known(node, part, ["valid", *(one.name for one in word.fields)], f"field of bits of {word.name!r}")


def check_operations(spec: Spec, root: Node, context: Context) -> None:
    """Report rows, files, constants and operations that could not be printed or would not work."""
    checker = _Checker(spec, context)
    for node in root["rows"].values():
        _check_rows(checker, node)
    for node in root["files"].values():
        for table in node["empty"].values():
            _check_columns(checker, table["columns"], shaped=True)
    for name, node in root["objects"].items():
        for label in (*node["attributes"].table(), *node["constants"].table()):
            context.check_name(label, node.key_place, f"an attribute of {name!r}")
    for node in root["constants"].values():
        _check_constant(checker, node)
    for node in root["operations"].values():
        _check_operation(checker, node, root["operations"])


def _check_rows(checker: _Checker, node: Node) -> None:
    checker.run(node, "rows", fixed=True)
    columns = node["columns"].table()
    _check_columns(checker, node["columns"])
    checker.row(node["head"], checker.head, columns)
    for member, row in node["members"].items():
        checker.row(row, checker.body.structs[member], columns)
        checker.version(row["since"])
    blank = node["blank"]
    checker.version(blank["until"])
    if blank.exists:
        checker.known(blank["by"], blank["by"].text(), columns, "column")
        for value, names in blank["keep"].items():
            if not re.fullmatch("-?[0-9]{1,18}", value):
                checker.add(names, f"{value!r} is no number of the column {blank['by'].text()!r}")
            for one in names.elements():
                checker.known(one, one.text(), columns, "column")


def _check_columns(checker: _Checker, node: Node, shaped: bool = False) -> None:
    for name, one in node.items():
        said = one["type"] if isinstance(one.data, dict) else one
        code = re.sub(r"\[[1-9][0-9]{0,6}\]\Z", "", said.text()) if shaped else said.text()
        checker.version(one["since"])
        if not _COLUMN.fullmatch(code):
            checker.add(said, f"the column {name!r} has no type such as u1, <u4 or S8")


def _check_constant(checker: _Checker, node: Node) -> None:
    body = checker.body
    for word, one in node.items():
        owner, dot, name = str(one.data).partition(".")
        if word == "name" and checker.known(one, owner, body.enums, "enumeration"):
            checker.known(one, name, body.enums[owner], f"name of {owner!r}" if dot else "name")
        elif word == "tag" and checker.known(one, owner, body.unions, "union"):
            checker.known(one, name, body.unions[owner].members, f"member of {owner!r}" if dot else "member")
        elif word in ("head_size", "head_format", "formats"):
            checker.run(one, f"`{word}`", fixed=word == "formats")
        elif word == "size":
            size = union_size(checker.spec, owner) if owner in body.unions else record_size(checker.spec, owner)
            if size is None:
                checker.add(one, f"{owner!r} has no fixed size")


def _check_operation(checker: _Checker, node: Node, operations: Node) -> None:
    does = node["does"].text()
    if does not in PARTS:
        return
    for word in _NEEDS.get(does, ()):
        if word not in node:
            checker.add(node, f"to {does}, `{word}` must be said")
    checker.run(node, "operations", fixed=does in ("rows", "convert"))
    _check_arguments(checker, node, does)
    heads = [field.label for field in checker.head.fields]
    if "now" in node:
        checker.known(node["now"], node["now"].text(), heads, f"field of {checker.head.name!r}")
    if node["like"].exists and not operations[node["like"].text()]["members"].exists:
        checker.add(node["like"], f"the operation {node['like'].text()!r} has no members of its own")
    _check_making(checker, node["head"], checker.head)
    for member, making in node["members"].items():
        _check_making(checker, making, checker.body.structs[member])
    for names in node["writes"].values():
        for one in names.elements():
            checker.known(one, one.text(), checker.body.structs, "record")


def _check_arguments(checker: _Checker, node: Node, does: str) -> None:
    needed, allowed = PARTS[does]
    heads = [field.label for field in checker.head.fields]
    parts = [one.text() for _, one in node["arguments"].items()]
    for part in needed:
        if part not in parts:
            checker.add(node["arguments"], f"to {does}, an argument must be the {part}")
    given = False
    for label, one in node["arguments"].items():
        part = one.text()
        if not is_identifier(label):
            checker.context.problems.add("SPEC020", one.key_place, f"the argument {label!r} is no identifier")
        if parts.count(part) > 1:
            checker.add(one, f"two arguments are the {part}")
        if does == "format_head":
            checker.known(one, part, heads, f"field of {checker.head.name!r}")
        elif not (does == "format_objects" and part.startswith("missing ")):
            checker.known(one, part, (*needed, *allowed), f"part to {does}")
        optional = label in node["defaults"] or part in ("given", "version")
        if given and not optional and part != "fields":
            checker.add(one, f"the argument {label!r} must be given and follows one that may be")
        given = given or optional
    for label, one in node["defaults"].items():
        checker.known(one, label, node["arguments"].table(), "argument")


def _check_making(checker: _Checker, node: Node, record: StructRecord) -> None:
    """What an object is made of: the fields of a record."""
    fields = [field.label for field in record.fields]
    if node["word"].exists:
        checker.bits(node["word"], record, node["word"].text())
    for one in node["attributes"].values():
        table = isinstance(one.data, dict)
        said = one["field"] if table else one
        checker.known(said, said.data, fields, f"field of {record.name!r}")
        if table and one["mask"].maybe_integer() is None:
            checker.add(one, "a table says `field` and `mask`, a number")
