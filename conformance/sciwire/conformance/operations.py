"""What a scenario can ask of a format: its operations, with arguments and results in canonical kinds.

They are facts of the specification (``operations``, ``serializer``, ``collection``), read from it and not listed here: a
format that names a function gets it into scenarios, the manifest, the doctor and the adapters by that alone. Beside them
stand the steps that any adapter can take, for they ask nothing of the implementation, or only to decode and encode.

=========== ===================================================================================================
kind        canonical form
=========== ===================================================================================================
file        a name in the scenario's folder: text; ``$bytes``; or ``{"$path": name}``, a path object of the language
bytes       ``$bytes``
array       ``$nd`` or ``$strings``; an argument also ``$memory``, ``$masked`` or ``$fill`` (`arguments`)
columns     a map of column names to arrays or lists of equal length
objects     a list of maps: ``class``, then attributes; the bits of a word as ``$bytes`` under ``word``
value       the format's own canonical value
integer text truth list map nothing   as JSON has them; several of a kind: ``[kind]``
=========== ===================================================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Operation", "common_steps", "operations", "unknown_step"]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: argument name -> kind, what it `gives`, and the `rule` that it is about, if it is about one."""

    name: str
    arguments: Mapping[str, str]
    gives: str
    doc: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class _Family:
    """How the parts that operations of a family name become kinds."""

    parts: Mapping[str, str]
    gives: Mapping[str, str]
    special: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def kind(self, does: str, part: str) -> str:
        return self.special.get((does, part)) or self.parts.get(part, "value")


_TABLES = _Family(
    {"file": "file", "msgs": "[bytes]", "msg_headers": "columns", "mask": "array", "start": "integer", "stop": "integer",
     "attempts": "integer", "version": "text", "io_version": "text", "without msgs": "truth"},
    {"append": "nothing", "count": "integer", "read": "value"},
)  # fmt: skip
_RECORDS = _Family(
    {"data": "bytes", "kind": "text", "type": "text", "member": "text", "members": "list", "fields": "list",
     "objects": "objects", "missing": "integer", "words_count": "integer", "given": "integer", "version": "text", "source": "file", "target": "file"},
    {"parse": "list", "parse_head": "list", "parse_member": "list", "format": "bytes", "format_head": "bytes",
     "format_member": "bytes", "parse_objects": "objects", "format_objects": "bytes", "rows": "columns",
     "convert": "integer"},
    {("rows", "data"): "[bytes]", ("rows", "given"): "[integer]"},
)  # fmt: skip
_GRID = _Family(
    {"array": "array", "chunk": "[integer]", "order": "text", "edges": "truth", "blobs": "[bytes]", "shape": "[integer]",
     "dtype": "text"},
    {"cut": "[bytes]", "each": "list", "join": "array"},
)  # fmt: skip


def operations(spec: Any) -> tuple[Operation, ...]:
    """The operations of a specification, in its order; none where it names none."""
    body = spec.body
    if hasattr(body, "serializer") and body.serializer:
        return tuple(_serializer(spec))
    if type(body).__name__ == "TextPacketsBody":
        return _PIPE
    if hasattr(body, "names") and hasattr(body.names, "operations"):
        functions = tuple(_of_table(_RECORDS, body.names.operations))
        return (*functions, *_RECORD_LOOKS) if functions else ()
    if type(body).__name__ == "PacketsBody":
        return _ELEMENTS
    family = _GRID if spec.family == "grid" else _TABLES
    found = [_named(family, one) for one in getattr(body, "operations", ())]
    return (*found, *_LIVE) if found and family is _TABLES else tuple(found)


def common_steps(spec: Any) -> tuple[Operation, ...]:
    """The steps that every format has."""
    of_rows = spec.family == "hdf5" and getattr(spec.body, "operations", ())
    return (*_COMMON, *(_LOOKS if of_rows else ()))


def unknown_step(spec: Any, name: str, arguments: Mapping[str, Any]) -> str:
    """What no adapter can make anything of in a step, or an empty text."""
    known = {one.name: one for one in (*operations(spec), *common_steps(spec))}
    if name not in known:
        return f"{spec.format} has no operation {name!r}; it has {', '.join(sorted(known))}"
    strange = sorted(set(arguments) - set(known[name].arguments))
    has = ", ".join(known[name].arguments) or "none"
    return f"{name} has no argument {strange[0]!r}; it has {has}" if strange else ""


def _named(family: _Family, one: Any) -> Operation:
    arguments = {name: family.kind(one.does, part) for name, part in one.arguments}
    return Operation(one.name, arguments, family.gives.get(one.does, "value"), one.doc, one.rule)


def _of_table(family: _Family, table: Mapping[str, Any]) -> Iterator[Operation]:
    for name, one in table.items():
        does = one["does"]
        arguments = {label: family.kind(does, str(part).partition(" ")[0]) for label, part in one["arguments"].items()}
        yield Operation(name, arguments, family.gives.get(does, "value"), one.get("doc", ""), one.get("rule", ""))


def _serializer(spec: Any) -> Iterator[Operation]:
    """A serializer of batches: what it makes of them, and what it had made before it refused one."""
    arguments = {"config": "map", "batches": "[map]"}
    if spec.family == "cbor":  # one worker of several
        arguments |= {"rank": "integer", "size": "integer"}
    yield Operation(
        "serialize", arguments, "[bytes]", "All that the serializer of that configuration makes of the batches"
    )
    yield Operation("sent", {}, "[bytes]", "What the last `serialize` had made before it ended, or was refused")


def _steps(make: Callable[[], Mapping[str, tuple[str, str, str]]]) -> tuple[Operation, ...]:
    """name -> (arguments as ``name kind`` separated by commas, what it gives, what it does)."""
    found = []
    for name, (arguments, gives, doc) in make().items():
        found.append(Operation(name, _pairs(arguments), gives, doc))
    return tuple(found)


def _pairs(text: str) -> dict[str, str]:
    words = text.replace(",", "").split()
    return dict(zip(words[::2], words[1::2], strict=True))


_COMMON = _steps(
    lambda: {
        "put": ("filename file, data bytes, file text, after value", "nothing", "Put bytes in place; `after` so many seconds, while later steps run"),
        "mkdir": ("filename file", "nothing", "Make a folder"),
        "wait": ("seconds value", "nothing", "Let time pass"),
        "stat": ("filename file", "map", "Kind, size and sha256 of a file"),
        "bytes": ("filename file", "bytes", "The bytes of a file"),
        "encode": ("value value, options map, profile text", "bytes", "As the request `encode`; several parts are a list"),
        "decode": ("data bytes, options map, profile text", "value", "As the request `decode`; several parts are a list"),
    }
)  # fmt: skip
_LOOKS = _steps(
    lambda: {
        "meta": ("filename file", "map", "Versions and times of a file"),
        "times": ("filename file", "map", "Keys that a reader gives, and whether its two times are those of the file"),
        "layout": ("filename file", "map", "How its objects are stored"),
        "environment": ("", "map", "Variables of the environment that are not as they were"),
        "open_reader": ("filename file", "nothing", "Another process opens it for reading"),
        "close_reader": ("", "nothing", "That process ends"),
    }
)  # fmt: skip
_LIVE = _steps(
    lambda: {
        "open_writer": ("filename file, version text, io_version text", "nothing", "A writer that stays open"),
        "append": ("msgs [bytes], msg_headers columns", "nothing", "Rows by that writer"),
        "close_writer": ("", "nothing", "It is closed"),
        "follow": ("filename file, start integer", "value", "The rows that are there now"),
        "repair": ("filename file", "nothing", "Make the file of a killed writer good"),
        "kill": ("filename file, msgs [bytes], msg_headers columns", "nothing", "A writer is killed after its flush"),
    }
)  # fmt: skip
_RECORD_LOOKS = _steps(
    lambda: {
        "view": ("data bytes, record text, offset integer, count integer", "columns", "A run of equal records, as they stand on the wire"),
        "constant": ("name text", "value", "What a name among the specification's `constants` stands for"),
    }
)  # fmt: skip
_ELEMENTS = _steps(
    lambda: {"descriptors": ("data bytes", "list", "Every descriptor: its id, and its element as it stands there")}
)
#: What a pipe can be asked, by the names of its own operations.
_PIPE = _steps(
    lambda: {
        "open": ("data bytes, filename file, outputs [text], output_filename file", "nothing", "A pipe with this input and outputs of these names"),
        "input": ("data bytes, filename file", "nothing", "Attach the input later"),
        "written": ("output text", "bytes", "What an output has got so far"),
        "set": ("name text, values value", "nothing", "What a field of core begins with"),
        "read": ("count integer", "integer", "How many packets came"),
        "copy": ("", "integer", "All packets are passed on"),
        "map": ("", "integer", "Freeze the definitions; bytes of a packet in core"),
        "add": ("name text, type text, extents [integer]", "integer", "A field at the end of core"),
        "delete": ("name text, site text, channel text", "integer", "A field less"),
        "resize_core": (f"{(resized := 'name text, extents [integer], source_offset [integer], target_offset [integer], extent [integer]')}", "nothing", "A field of core in other extents"),
        "resize_output": (f"{resized}, channel text", "nothing", "A field of an output in other extents"),
        "add_header": ("name text, type text, extents [integer], data value", "nothing", "A header field more"),
        "add_string": ("name text, text text, length integer", "nothing", "A header field of text"),
        "resize_header": (f"{resized}, index value", "nothing", "A header field in other extents"),
        "delete_header": ("name text, index value", "integer", "A header field less"),
        "header_count": ("name text", "integer", "How many header fields of a name"),
        "header_type": ("name text, index value", "text", "The type of a header field"),
        "field_type": ("name text", "text", "The type of a field of core"),
        "offset": ("name text", "integer", "Where a field of core begins"),
        "write_header": ("", "nothing", "The headers of all outputs"),
    }
)  # fmt: skip
