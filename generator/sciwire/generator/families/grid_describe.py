"""Tables of a specification of the `grid` family, for people."""

from __future__ import annotations

from sciwire.model import Spec
from sciwire.model.families.grid import GridBody

from ..plan import Section
from .cbor_types import type_text

__all__ = ["describe"]

_EDGES = {
    "refuse": "an error",
    "cut": "smaller cutouts",
    "pad": "whole cutouts, filled",
}
_ROLES = {
    "const": "always {value}",
    "reserved": "zeros",
    "number": "place of the blob in the list, from 0",
    "count": "number of blobs",
    "point": "grid point, one item an axis",
    "start": "first element of the cutout, one item an axis",
    "cutout": "extents in this blob, one item an axis",
    "chunk": "extents of the cutouts, one item an axis",
    "shape": "extents of the array, one item an axis",
    "rank": "number of axes",
    "dtype": "type of the elements: {codes}",
    "order": "order of the elements: {codes}",
    "compression": "of the payload: {codes}",
    "stored": "bytes of the payload",
    "size": "bytes of the cutout before compression",
    "crc32": "CRC-32 of the payload",
    "adler32": "Adler-32 of the payload",
}


def describe(spec: Spec) -> list[Section]:
    """Tables of the grid, the header of a blob, and the operations."""
    body: GridBody = spec.body
    sections = [Section("Grid", ("what", "is"), tuple(_grid(body)))]
    if body.header:
        rows = []
        for one in body.header:
            codes = ", ".join(f"{code} {word}" for code, word in one.codes.items())
            says = _ROLES[one.role].format(value=_text(one.value), codes=codes)
            kind = f"bytes {one.length}" if one.length else type_text(one.type)
            turned = " (last axis first)" if one.reverse else ""
            rows.append((one.name, kind, f"{says}{turned}", " ".join(one.doc.split())))
        sections.append(Section("Header of a blob", ("field", "type", "says", "meaning"), tuple(rows)))
    if body.operations:
        operations = tuple(
            (f"{one.name}({', '.join(name for name, _ in one.arguments)})", one.rule, " ".join(one.doc.split()))
            for one in body.operations
        )
        sections.append(Section("Operations", ("call", "rule", "meaning"), operations))
    return sections


def _text(value: int | bytes) -> str:
    return repr(value) if isinstance(value, bytes) else str(value)


def _grid(body: GridBody) -> list[tuple[str, str]]:
    low, high = body.ranks
    axes = " or ".join(", ".join(one.axes) for one in body.types if one.axes)
    fill = f" with {body.fill:g}"
    edges = _EDGES[body.edges] + (fill if body.edges == "pad" else "")
    if body.on_request:
        edges += f"; on request ({body.names['edges']}) {_EDGES[body.on_request]}"
        edges += fill if body.on_request == "pad" else ""
    chunk = " x ".join(str(one) if one else "all" for one in body.chunk) if body.chunk else "given"
    order = {"C": "the last axis runs fastest", "F": "the first axis runs fastest", "": "given, C or F"}
    packing = ", ".join(body.compressions) + (f", level {body.level}" if body.level is not None else "")
    return [
        (body.names["array"], axes or (f"{low} axes" if low == high else f"{low} to {high} axes")),
        ("element types", " | ".join(body.dtypes) or "every type of fixed size, byte order kept"),
        (body.names["shape"], " x ".join(map(str, body.shape)) if body.shape else "given"),
        (body.names["chunk"], f"{chunk}: extents of a cutout"),
        ("elements in a blob", order[body.order]),
        ("blobs in the list", f"by grid point, {order[body.points]}"),
        ("at the edges", edges),
        ("compression", packing),
    ]
