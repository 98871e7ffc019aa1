"""YAML as plain data in which every node still knows its line and column.

The scalars follow YAML 1.2: `yes`, `on`, `0x10` and `12:30` stay text; only `true`, `false`, `null`,
decimal integers and decimal floats are anything else. Keys are always text. A key said twice, an
alias, a merge key and a tag of the author's own are errors, each with its place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import yaml

from .problems import Place, Problems

__all__ = ["Marked", "Pointer", "load_yaml"]

Pointer = tuple[str | int, ...]

_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_CONSTANTS: dict[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    ".nan": float("nan"), ".inf": float("inf"), "+.inf": float("inf"), "-.inf": float("-inf"),
}  # fmt: skip
_MAX_NODES = 200_000
_MAX_BYTES = 8 << 20

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Marked:
    """A loaded file: its plain `data`, and where each node (a pointer of keys and indices) stands."""

    path: Path
    lines: tuple[str, ...]
    data: Any
    values: dict[Pointer, Place] = field(repr=False)
    keys: dict[Pointer, Place] = field(repr=False)

    def place(self, pointer: Pointer, *, key: bool = False) -> Place:
        """The place of the value (or of the key) at *pointer*, or of the nearest node that holds it."""
        table = self.keys if key else self.values
        while pointer not in table:
            if not pointer:
                return Place(self.path, 1, 1)
            pointer = pointer[:-1]
        return table[pointer]


def load_yaml(path: Path, problems: Problems) -> Marked | None:
    """Read *path*; None when nothing can be made of it (the problems then say why)."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        problems.add("SPEC001", Place(path, 1, 1), f"the file can't be read: {error.strerror or error}")
        return None
    try:
        text = raw.decode("utf-8-sig") if len(raw) <= _MAX_BYTES else None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        problems.add("SPEC001", Place(path, line, column), "the file is not UTF-8")
        return None
    if text is None:
        problems.add("SPEC001", Place(path, 1, 1), f"the file has {len(raw)} bytes, the limit is {_MAX_BYTES}")
        return None
    problems.remember(path, text)
    try:
        root = _compose(text)
    except yaml.YAMLError as error:
        problems.add("SPEC002", _mark_of(error, path), _sentence(error))
        return None
    except RecursionError:
        problems.add("SPEC002", Place(path, 1, 1), "the YAML is nested too deeply")
        return None
    reader = _Reader(path, problems)
    data = reader.convert(root, ()) if root is not None else None
    return Marked(path, tuple(text.splitlines()), data, reader.values, reader.keys)


def _compose(text: str) -> yaml.Node | None:
    loader = _Loader(text)
    try:
        return cast("yaml.Node | None", loader.get_single_node())
    finally:
        loader.dispose()


def _mark_of(error: yaml.YAMLError, path: Path) -> Place:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return Place(path, mark.line + 1, mark.column + 1) if mark is not None else Place(path, 1, 1)


def _sentence(error: yaml.YAMLError) -> str:
    problem = getattr(error, "problem", None) or str(error)
    context = getattr(error, "context", None)
    return f"not YAML: {problem}" + (f" ({context})" if context else "")


class _Reader:
    def __init__(self, path: Path, problems: Problems) -> None:
        self.path = path
        self.problems = problems
        self.values: dict[Pointer, Place] = {}
        self.keys: dict[Pointer, Place] = {}
        self._seen: set[int] = set()

    def convert(self, node: yaml.Node, pointer: Pointer) -> Any:
        place = self._place(node)
        self.values[pointer] = place
        if id(node) in self._seen or len(self.values) > _MAX_NODES:
            self.problems.add("SPEC009", place, "aliases are not used here: write the value out (or name a type in `types`)")
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, pointer)
        if isinstance(node, yaml.SequenceNode):
            return [self.convert(item, (*pointer, index)) for index, item in enumerate(node.value)]
        return self._scalar(node, place)

    def _mapping(self, node: yaml.MappingNode, pointer: Pointer) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            place = self._place(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.add("SPEC008", place, "a key must be text")
                continue
            key = str(key_node.value)
            if key == "<<" and key_node.style not in ("'", '"'):
                self.problems.add("SPEC009", place, "merge keys (`<<`) are not used here: write the keys out")
                continue
            if key in result:
                first = self.keys[(*pointer, key)]
                self.problems.add("SPEC003", place, f"the key {key!r} stands here twice (first in line {first.line})")
                continue
            self.keys[(*pointer, key)] = place
            result[key] = self.convert(value_node, (*pointer, key))
        return result

    def _scalar(self, node: yaml.Node, place: Place) -> Any:
        text = str(node.value)
        if not node.tag.startswith("tag:yaml.org,2002:"):
            self.problems.add("SPEC009", place, f"the tag {node.tag!r} is not used here")
            return text
        if getattr(node, "style", None) in ("'", '"', "|", ">"):
            return text
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if _INT.match(text):
            return int(text) if len(text) < 400 else text
        return float(text) if _FLOAT.match(text) else text

    def _place(self, node: yaml.Node) -> Place:
        return Place(self.path, node.start_mark.line + 1, node.start_mark.column + 1)
