"""Values of `packets` specifications with descriptors in text: header fields, definitions, packets.

The form is that of conformance.md section 3: ``header``, ``fields``, ``packets``.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sciwire.model.families.packets_text import TextPacketsBody
from sciwire.runtime import plain
from sciwire.runtime.pipes import DataType

from . import drawing as st
from .drawing import DrawFn, Drawn

__all__ = ["text_stream"]

_MOST = 3  # fields, extents: what is drawn is to be small


def text_stream(body: TextPacketsBody, records: int | None = None) -> Drawn[dict[str, Any]]:
    """Streams with up to a few fields of every type in the header and in the packets, of which there are *records*."""
    names = st.from_regex(f"(?:{body.lines.name})\\Z", fullmatch=True).filter(
        lambda name: name.isascii() and len(name) <= body.lines.longest_name
    )
    return _stream(body, names, records)


@st.composite
def _stream(draw: DrawFn, body: TextPacketsBody, names: Drawn[str], records: int | None) -> dict[str, Any]:
    kinds = st.sampled_from(body.types)
    header = []
    for name in draw(st.lists(names, max_size=_MOST)):  # names may repeat
        kind, extents = draw(kinds), draw(_extents(body))
        header.append([name, kind.name, extents, draw(_array(kind, _shape(kind, extents)))])
    fields, packets = [], {}
    count = draw(st.integers(0, 4)) if records is None else records
    for name in draw(st.lists(names, max_size=_MOST, unique=True)):
        kind, extents = draw(kinds), draw(_extents(body))
        fields.append([name, kind.name, extents])
        packets[name] = draw(_array(kind, (count, *_shape(kind, extents)), alike=records is None))
    return {"header": header, "fields": fields, "packets": packets}


def _extents(body: TextPacketsBody) -> Drawn[list[int]]:
    many = st.lists(st.integers(1, _MOST), min_size=1, max_size=min(_MOST, body.bounds.dimensions))
    return st.one_of(st.just([1]), many).filter(lambda extents: math.prod(extents) <= body.bounds.elements)


def _shape(kind: DataType, extents: list[int]) -> tuple[int, ...]:
    return (*reversed(extents), *((kind.atoms,) if kind.atoms > 1 else ()))


def _array(kind: DataType, shape: tuple[int, ...], *, alike: bool = True) -> Drawn[Any]:
    """Any bits there are: few bytes are drawn and repeated, which is quick, if elements may be *alike*."""
    size, code = math.prod(shape) * kind.atom_size, ("|" if kind.atom_size == 1 else ">") + kind.atom

    def filled(seed: bytes) -> Any:
        data = (seed * (size // len(seed) + 1))[:size]
        return plain.plain_array(np.frombuffer(data, code).reshape(shape))

    return (st.binary(min_size=1, max_size=24) if alike else st.octets(max(1, size))).map(filled)
