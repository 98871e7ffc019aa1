"""YAML as plain data in which every node still knows its line and column.

The scalars follow YAML 1.2: `yes`, `on`, `0x10` and `12:30` stay text; only `true`, `false`, `null`,
decimal integers and decimal floats are anything else. Keys are always text. A key said twice, an
alias, a merge key and a tag of the author's own are errors, each with its place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
_BARE_BRACKETS = re.compile(r"\{.*?:\s*((?:list|map|ndarray|array|vlen|enum|tag)\[)")  # in a table on one line
_MAX_NODES = 200_000
_MAX_DEPTH = 64  # libyaml would follow much deeper nesting until the stack is gone
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
    builder = _Builder(path, problems)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            builder.take(event)
    except yaml.YAMLError as error:
        mark = _mark_of(error, path)
        lines = text.splitlines()
        inside = _BARE_BRACKETS.search(lines[mark.line - 1]) if mark.line <= len(lines) else None
        hint = f'a type with brackets stands in quotes here: "{inside[1]}..."' if inside else ""
        problems.add("SPEC002", mark, _sentence(error), hint)
        return None
    except _TooMuch as error:
        problems.add("SPEC002", error.place, error.text)
        return None
    return Marked(path, tuple(text.splitlines()), builder.root, builder.values, builder.keys)


class _TooMuch(Exception):  # noqa: N818 - never leaves this file
    def __init__(self, place: Place, text: str) -> None:
        super().__init__(text)
        self.place = place
        self.text = text


def _mark_of(error: yaml.YAMLError, path: Path) -> Place:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return Place(path, mark.line + 1, mark.column + 1) if mark is not None else Place(path, 1, 1)


def _sentence(error: yaml.YAMLError) -> str:
    problem = getattr(error, "problem", None) or str(error)
    context = getattr(error, "context", None)
    return f"not YAML: {problem}" + (f" ({context})" if context else "")


@dataclass(slots=True)
class _Open:
    """A mapping or sequence that is being read; `key` waits for its value."""

    value: dict[str, Any] | list[Any]
    pointer: Pointer
    key: str | None = None
    skipping: bool = False


class _Builder:
    """Takes events one by one and puts the plain data together, without recursion."""

    def __init__(self, path: Path, problems: Problems) -> None:
        self.path = path
        self.problems = problems
        self.root: Any = None
        self.values: dict[Pointer, Place] = {}
        self.keys: dict[Pointer, Place] = {}
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, event: Any) -> None:
        place = Place(self.path, event.start_mark.line + 1, event.start_mark.column + 1)
        if len(self.values) > _MAX_NODES:
            raise _TooMuch(place, f"the file has more than {_MAX_NODES} nodes")
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise _TooMuch(place, "a second document in the same file")
            case yaml.ScalarEvent():
                self._check_tag(event, place)
                self._scalar(event, place)
            case yaml.AliasEvent():
                self.problems.add(
                    "SPEC009", place, "aliases are not used here: write the value out, or name a type in `types`"
                )
                self._put(None, place)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._check_tag(event, place)
                self._begin({} if isinstance(event, yaml.MappingStartEvent) else [], place)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._open.pop()
            case _:
                pass

    def _begin(self, value: dict[str, Any] | list[Any], place: Place) -> None:
        if len(self._open) >= _MAX_DEPTH:
            raise _TooMuch(place, f"the YAML is nested more than {_MAX_DEPTH} deep")
        parent = self._open[-1] if self._open else None
        if parent is not None and isinstance(parent.value, dict) and parent.key is None:
            self.problems.add("SPEC008", place, "a key must be text")
            parent.key, parent.skipping = "", True
            self._open.append(_Open(value, (*parent.pointer, "?")))  # read and forgotten
            return
        self._open.append(_Open(value, self._put(value, place)))

    def _scalar(self, event: Any, place: Place) -> None:
        parent = self._open[-1] if self._open else None
        if parent is None or isinstance(parent.value, list) or parent.key is not None:
            self._put(_resolve(event), place)
            return
        key = str(event.value)
        pointer = (*parent.pointer, key)
        parent.key, parent.skipping = key, True
        if key == "<<" and not _quoted(event):
            self.problems.add("SPEC009", place, "merge keys (`<<`) are not used here: write the keys out")
        elif key in parent.value:
            first = self.keys[pointer].line
            self.problems.add("SPEC003", place, f"the key {key!r} stands here twice (first in line {first})")
        else:
            parent.skipping = False
            self.keys[pointer] = place

    def _put(self, value: Any, place: Place) -> Pointer:
        """Put *value* into the open container; return its pointer."""
        if not self._open:
            self.root = value
            self.values[()] = place
            return ()
        parent = self._open[-1]
        if isinstance(parent.value, list):
            pointer: Pointer = (*parent.pointer, len(parent.value))
            parent.value.append(value)
        else:
            key, parent.key = parent.key or "", None
            pointer = (*parent.pointer, key)
            if parent.skipping:
                return (*pointer, "?")
            parent.value[key] = value
        self.values[pointer] = place
        return pointer

    def _check_tag(self, event: Any, place: Place) -> None:
        if event.tag is not None and event.tag != "!":
            self.problems.add("SPEC009", place, f"the tag {event.tag!r} is not used here")


def _quoted(event: Any) -> bool:
    return event.style in ("'", '"', "|", ">")


def _resolve(event: Any) -> Any:
    """The value of a scalar by the rules of YAML 1.2."""
    text = str(event.value)
    if _quoted(event):
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INT.match(text):
        return int(text) if len(text) < 400 else text
    return float(text) if _FLOAT.match(text) else text
