"""What can be wrong in the body of a `grid` specification."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sciwire.runtime.grid import ALGORITHMS, FAULTS, WRITABLE

from ..context import Context
from ..members import number_range
from ..names import is_identifier
from ..nodes import Node
from ..problems import did_you_mean
from ..taken import SHADOWED, TAKEN
from ..types import Number, Scalar

if TYPE_CHECKING:
    from .grid import GridBody, HeaderEntry

__all__ = ["check_body"]

_LEVELS = {"gzip": 9, "zlib": 9, "deflate": 9, "bz2": 9, "xz": 9}
_DTYPE = re.compile(r"[<>]?[uif][1248]|b1")
_PER_AXIS = frozenset({"point", "start", "cutout", "chunk", "shape"})
_CODED = frozenset({"dtype", "order", "compression"})
_ARGUMENTS = {
    "cut": ("array", "chunk", "order", "edges", "compression"),
    "each": ("array", "chunk", "order", "edges", "compression"),
    "join": ("blobs", "shape", "chunk", "dtype", "order", "edges", "compression"),
}


def check_body(body: GridBody, root: Node, context: Context) -> None:
    """Run every check of the family."""
    _check_array(body, root["array"], context)
    _check_cutouts(body, root["cutouts"], context)
    _check_compression(body, root["compression"], context)
    _check_header(body, root["header"], context)
    _check_names(body, root, context)
    _check_operations(body, root["operations"], context)
    for name, node in root["checks"].items():
        if name not in FAULTS:
            context.problems.add("SPEC355", node.key_place, f"no check {name!r}", did_you_mean(name, FAULTS))


def _check_array(body: GridBody, node: Node, context: Context) -> None:
    low, high = body.ranks
    if node["rank"].exists and any(one.axes for one in body.types):
        context.problems.add("SPEC350", node["rank"].key_place, "the axes of the type say the number of axes already")
    if low > high:
        context.problems.add("SPEC350", node["rank"].place, f"no array has {low} or more and {high} or fewer axes")
    for one in body.types:
        if len(set(one.axes)) != len(one.axes):
            context.problems.add("SPEC039", node["type"].place, f"an axis stands twice in {', '.join(one.axes)}")
    axes = [len(one.axes) for one in body.types]
    if len(axes) != len(set(axes)):
        context.problems.add("SPEC350", node["type"].place, "arrays of the same number of axes are said twice")
    if body.shape is not None and not low <= len(body.shape) <= high:
        text = f"a shape of {len(body.shape)} extents for arrays of {low}{f' to {high}' if high > low else ''} axes"
        context.problems.add("SPEC350", node["shape"].place, text)


def _check_cutouts(body: GridBody, node: Node, context: Context) -> None:
    low, high = body.ranks
    for one in node["extents"].elements():
        if not (isinstance(one.data, int) and one.data > 0) and one.data != "all":
            context.problems.add("SPEC351", one.place, f"an extent is 1 or more, or the word all, not {one.data!r}")
    if body.chunk is not None and not (low == high == len(body.chunk)):
        text = f"{len(body.chunk)} extents for arrays of {low}{f' to {high}' if high > low else ''} axes"
        context.problems.add("SPEC351", node["extents"].place, text)
    elif body.chunk is not None and body.shape is not None and body.edges == "refuse" and not body.on_request:
        for axis, (step, extent) in enumerate(zip(body.chunk, body.shape, strict=True)):
            if step and extent % step:
                text = f"the axis {axis} of {extent} is no multiple of {step}, and edges are refused"
                context.problems.add("SPEC351", node["extents"].elements()[axis].place, text)
    if body.on_request and body.on_request == body.edges:
        context.problems.add("SPEC351", node["on_request"].place, f"edges are {body.edges} already, without a request")
    if node["fill"].exists and "pad" not in (body.edges, body.on_request):
        context.problems.add("SPEC351", node["fill"].key_place, "nothing is padded, so nothing is filled")
    elif body.dtypes and not any(_holds(dtype, body.fill) for dtype in body.dtypes):
        text = f"no array of this format can hold {body.fill}: {', '.join(body.dtypes)}"
        context.problems.add("SPEC070", node["fill"].place, text)


def _check_compression(body: GridBody, node: Node, context: Context) -> None:
    for one in node["algorithms"].elements():
        if one.text() not in WRITABLE:
            why = "can be read only" if one.text() in ALGORITHMS else "is unknown"
            text = f"the compression {one.text()!r} {why}, known: {', '.join(WRITABLE)}"
            context.problems.add("SPEC353", one.place, text, did_you_mean(one.text(), WRITABLE))
    level = node["level"]
    ceilings = [_LEVELS[name] for name in body.compressions if name in _LEVELS]
    if level.exists and not ceilings:
        context.problems.add("SPEC353", level.key_place, "none of the compressions has levels")
    elif body.level is not None and not (0 <= body.level <= 9 and (body.level or "bz2" not in body.compressions)):
        context.problems.add("SPEC353", level.place, f"a level is 0 to 9 (bz2: 1 to 9), not {body.level}")


def _check_header(body: GridBody, node: Node, context: Context) -> None:
    known_rank = body.ranks[0] == body.ranks[1] or not body.in_header("shape")
    seen: set[str] = set()
    for entry in body.header:
        one = node[entry.name]
        if entry.role in seen and entry.role not in ("const", "reserved"):
            context.problems.add("SPEC352", one.key_place, f"another field says the {entry.role} already")
        seen.add(entry.role)
        if entry.role in _PER_AXIS and not known_rank and "rank" not in seen:
            text = f"{entry.name!r} has an item for each axis, and their number is not known in front of it"
            context.problems.add("SPEC352", one.key_place, text)
        _check_entry(body, entry, one, context)


def _check_entry(body: GridBody, entry: HeaderEntry, node: Node, context: Context) -> None:
    def wrong(text: str, place: Node | None = None) -> None:
        context.problems.add("SPEC352", (place or node["type"]).place, text)

    kind = entry.type
    if kind == Scalar("unknown"):
        return
    if kind == Scalar("bytes"):
        if entry.role not in ("const", "reserved"):
            wrong(f"bytes are for const and reserved, {entry.name!r} is a {entry.role}")
        elif not entry.length:
            wrong("bytes need a value or a length")
        elif isinstance(entry.value, bytes) and len(entry.value) > entry.length:
            wrong(f"the value has {len(entry.value)} bytes, the field {entry.length}", node["length"])
    elif not isinstance(kind, Number) or kind.code.startswith("f"):
        wrong("a header holds integers and bytes")
    elif not kind.code.endswith("1") and not kind.order:
        context.problems.add("SPEC018", node["type"].place, f"the byte order of {entry.name!r} is missing: < or >")
    elif entry.role == "const" and not (isinstance(entry.value, int) and _fits(entry.value, kind)):
        wrong(f"the value {node['value'].data!r} does not fit {kind.name}", node["value"])
    elif any(not _fits(code, kind) for code in entry.codes):
        low, high = number_range(kind)
        for word, one in node["codes"].items():
            if not _fits(one.integer(), kind):
                text = f"the code {one.integer()} of {word!r} does not fit {kind.name}, {low} to {high}"
                context.problems.add("SPEC352", one.place, text)
    stated = {"shape": body.shape, "chunk": body.chunk}.get(entry.role) or ()
    if isinstance(kind, Number) and any(not _fits(extent, kind) for extent in stated):
        wrong(f"{kind.name} does not hold the {entry.role} {' x '.join(map(str, stated))}")
    if entry.role == "const" and not node["value"].exists:
        wrong("a const needs a value")
    if bool(entry.codes) != (entry.role in _CODED):
        wrong(f"codes are for {', '.join(sorted(_CODED))}, and these need them")
    words = {"order": ("C", "F"), "compression": body.compressions}.get(entry.role, tuple(entry.codes.values()))
    for word in entry.codes.values():
        if word not in words:
            wrong(f"the code of {word!r}, which this format does not have", node["codes"])
    if entry.role in ("crc32", "adler32") and isinstance(kind, Number) and int(kind.code[1:]) < 4:
        wrong(f"{entry.name!r} does not hold the 32 bits of {entry.role}")
    if len(entry.codes) != len(node["codes"].table()):
        wrong("two words have the same code", node["codes"])
    elif entry.codes and entry.role == "dtype" and body.dtypes:
        _check_dtype_codes(body, entry, node["codes"], context)


def _check_dtype_codes(body: GridBody, entry: HeaderEntry, node: Node, context: Context) -> None:
    """Every code is that of an element type which arrays have, and every such type has one."""
    for (word, one), dtype in zip(node.items(), entry.codes.values(), strict=True):
        known = _DTYPE.fullmatch(dtype)  # what is no element type is told of already
        if known and not any(dtype.endswith(had) for had in body.dtypes):  # a dtype without a byte order has both
            text = f"the code of {word!r}, which no array of this format has: {', '.join(body.dtypes)}"
            context.problems.add("SPEC070", one.key_place, text, did_you_mean(word, body.dtypes))
    for had in body.dtypes:
        if not any(dtype.endswith(had) for dtype in entry.codes.values()):
            text = f"arrays of {had} have no code, so none could be written"
            context.problems.add("SPEC352", node.key_place, text)


def _holds(dtype: str, value: float) -> bool:
    """Whether a number of *dtype* can be *value*."""
    kind = Number(dtype.lstrip("<>"))
    return kind.code.startswith("f") or (float(value).is_integer() and _fits(int(value), kind))


def _fits(value: int, kind: Number) -> bool:
    low, high = number_range(kind)
    return low <= value <= high


def _check_names(body: GridBody, root: Node, context: Context) -> None:
    taken = {
        **dict.fromkeys(SHADOWED, "Python"),
        "problems": "the list of problems",
        **dict.fromkeys(("data", "profile", "limits", "on_error"), "an option"),
    }
    for meaning, name in body.names.items():
        place = root["names"][meaning].place if meaning in root["names"] else root["cutouts"].place
        if not is_identifier(name):
            context.problems.add("SPEC020", place, f"the name {name!r} is no identifier")
        if name in taken:
            context.problems.add("SPEC356", place, f"{name!r} is the name of {taken[name]}, too")
        taken[name] = meaning
    owners = dict.fromkeys(TAKEN["grid"], "Python, or the module,")
    for name, node in ((body.cls, root["array"]["class"]), *((n, node) for n, node in root["operations"].items())):
        place = node.key_place if node.exists else root["array"].place
        if not is_identifier(name):
            context.problems.add("SPEC020", place, f"the name {name!r} is no identifier")
        if name in owners:
            context.problems.add("SPEC021", place, f"{owners[name]} has a {name!r} already")
        owners[name] = "the module"


def _check_operations(body: GridBody, node: Node, context: Context) -> None:
    for operation in body.operations:
        one = node[operation.name]
        allowed = _ARGUMENTS.get(operation.does, ())
        meanings = [meaning for _, meaning in operation.arguments]
        for name, argument in one["arguments"].items():
            meaning = argument.text()
            if allowed and meaning not in allowed:
                context.problems.add("SPEC354", argument.place, f"to {operation.does}, the {meaning} has no use")
            elif meaning not in ("array", "blobs", "shape", "dtype") and not body.given(meaning):
                context.problems.add("SPEC354", argument.place, f"the format itself states the {meaning}")
            if meanings.count(meaning) > 1:
                context.problems.add("SPEC354", argument.place, f"the {meaning} is asked for twice")
            if not is_identifier(name):
                context.problems.add("SPEC020", argument.key_place, f"the name {name!r} is no identifier")
        needs = [meaning for meaning in ("shape", "chunk", "dtype") if body.needed(meaning)]
        needs = (
            ["blobs", *needs] if operation.does == "join" else ["array", *(("chunk",) if body.chunk is None else ())]
        )
        for meaning in needs:
            if allowed and meaning not in meanings:
                context.problems.add(
                    "SPEC354", one.key_place, f"{operation.name!r} lacks an argument for the {meaning}"
                )
        optional = [meaning not in needs for meaning in meanings]
        if optional != sorted(optional):
            context.problems.add(
                "SPEC354", one["arguments"].place, "an argument that must be given follows one that may"
            )
