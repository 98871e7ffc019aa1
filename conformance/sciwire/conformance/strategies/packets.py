"""Values of the `packets` family: streams of datasets with properties that refer to each other.

The form is that of conformance.md section 3 for self-describing packet streams: ``dataset_id``, ``datasets`` by
id, ``comments``, ``exception``. What the specification has no element for is not drawn.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sciwire.model.families.packets import PacketsBody, TextPacketsBody
from sciwire.model.ir import Spec
from sciwire.runtime import plain
from sciwire.runtime.packets import Binary

from . import drawing as st
from . import leaves
from .drawing import DrawFn, Drawn
from .packets_labels import text_only
from .packets_text import text_stream

__all__ = ["in_volume", "packet_count", "value"]

_MOST = 3  # datasets, properties, extents: what is drawn is to be small

#: XML 1.0 section 2.2; anything else cannot stand in a descriptor at all
_XML_TEXT = st.text(
    st.one_of(
        st.sampled_from("\t\n\r\"'&<>;:[]"),
        st.characters(codec="utf-8", min_codepoint=0x20, exclude_characters="\ufffe\uffff"),
    ),
    max_size=12,
)
_IDS = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,5}", fullmatch=True)
#: Names that no specification gives a meaning: those that have one are drawn where they belong.
_NAMES = st.from_regex(r"X[A-Z0-9_]{0,5}", fullmatch=True)
_LABELS = st.dictionaries(st.integers(-(2**15), 2**15).map(str), _XML_TEXT.filter(str.strip), max_size=_MOST)
_ROW = st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=_MOST)
_UNLIKE_ROWS = st.lists(_ROW, min_size=2, max_size=_MOST).filter(lambda rows: len({len(row) for row in rows}) > 1)
_COMMENTS = st.lists(st.fixed_dictionaries({"type": _XML_TEXT, "message": _XML_TEXT}), max_size=2)


def value(spec: Spec, label: str) -> Drawn[Any]:
    """Streams with up to a few datasets of every rank, kind and dtype; or with fields that text describes."""
    if isinstance(spec.body, TextPacketsBody):
        return text_stream(spec.body)
    return _stream(_Words(spec.body, text_only(spec, label)))


def in_volume(spec: Spec, label: str, records: int) -> Drawn[dict[str, Any]]:
    """Streams of which every dataset with packets has *records* of them, each with numbers of its own."""
    if isinstance(spec.body, TextPacketsBody):
        return text_stream(spec.body, records)
    return _stream(_Words(spec.body, text_only(spec, label), records))


def packet_count(value: dict[str, Any]) -> int:
    """The packets of a stream: of each dataset as many as it has records, where it is not a column of another."""
    if "packets" in value:
        return max([array["$nd"]["shape"][0] for array in value["packets"].values()], default=0)
    datasets = list(value["datasets"].values())
    datasets += [part for one in datasets for part in one.get("join", ())]
    return sum(one["values"]["$nd"]["shape"][0] for one in datasets if one["rank"] and "values" in one)


class _Words:
    """What the specification has words for, sorted by what it is drawn for."""

    def __init__(self, body: PacketsBody, text: bool, records: int | None = None) -> None:
        self.records = records
        self.names = body.names
        self.rank = body.bounds.rank
        self.roles = {element.role: element for element in body.elements}
        self.types: dict[str, list[str]] = {}
        for kind in body.property_types:
            self.types.setdefault(kind.kind, []).extend((kind.name, *kind.aliases))
        self.bits = {name: kind.bits for kind in body.property_types for name in (kind.name, *kind.aliases)}
        codes = [encoding.dtype for encoding in body.encodings if isinstance(encoding, Binary)]
        self.dtypes = ("<f8",) if text or not codes else tuple(f"{'|' if c.endswith('1') else '<'}{c}" for c in codes)
        self.enumeration = body.enumeration
        self.units = ["", "nT", *(time.name for time in body.times)]
        self.units += ["seconds since 2010-01-01T00:00"] if body.time_since else []
        shaped = {one.role for one in self.roles["values"].attributes}
        # made once: a strategy that is made anew for every draw costs more than what it draws
        self.plain_properties = st.dictionaries(_NAMES, _property(self), max_size=2)
        self.numbers = {dtype: _few(dtype) for dtype in self.dtypes}
        self.forms = [form for form in ("rows", "bundle", "join") if {"rows": "index"}.get(form, form) in shaped]


@st.composite
def _stream(draw: DrawFn, words: _Words) -> dict[str, Any]:
    ids = draw(st.lists(_IDS, max_size=_MOST + 1, unique=True))
    datasets: dict[str, Any] = {}
    for name in ids:
        datasets[name] = draw(_dataset(words, name, list(datasets.items()), ids))
    default = draw(st.sampled_from(ids)) if ids else draw(st.one_of(st.none(), _IDS))
    return {
        "dataset_id": default,
        "datasets": datasets,
        "comments": draw(_COMMENTS) if "comment" in words.roles and default is not None else [],
        "exception": None,
    }


@st.composite
def _dataset(draw: DrawFn, words: _Words, name: str, earlier: list[tuple[str, Any]], ids: list[str]) -> dict[str, Any]:
    columns = [key for key, one in earlier if one["rank"] == 1 and "values" in one]
    forms = [form for form in words.forms if form != "bundle" or columns]
    form = draw(st.sampled_from(["values", "values", *forms]))
    if form == "rows":
        return draw(_rows(words, ids))
    if form == "bundle":
        chosen = draw(st.lists(st.sampled_from(columns), min_size=1, max_size=_MOST, unique=True))
        about: dict[str, Any] = draw(_about(words, ids, enumerated=False))
        return {"rank": 2, **about, "bundle": chosen}
    if form == "join":
        return draw(_join(words, name, ids))
    return draw(_values(words, ids, st.one_of(st.just(1), st.integers(0, words.rank)), name))


@st.composite
def _values(draw: DrawFn, words: _Words, ids: list[str], ranks: Drawn[int], name: str) -> dict[str, Any]:
    """Values of any rank; the first dimension, which counts packets, may be empty, no other may."""
    rank = draw(ranks)
    records = (draw(st.integers(0, 5)) if words.records is None else words.records) if rank else 1
    shape = [records, *draw(st.lists(st.integers(1, _MOST), min_size=rank - 1, max_size=rank - 1))] if rank else []
    about = draw(_about(words, ids, enumerated=rank > 0, name=name))
    behind = about.pop("behind", {})
    return {"rank": rank, **about, "values": draw(_numbers(words, shape)), **behind}


@st.composite
def _numbers(draw: DrawFn, words: _Words, shape: list[int]) -> Any:
    dtype = draw(st.sampled_from(words.dtypes))
    few, count = draw(words.numbers[dtype]), math.prod(shape)
    if words.records and shape[:1] == [words.records]:
        return plain.plain_array(_many(draw(st.octets(count * (1 + int(dtype[2:])))), few, dtype).reshape(shape))
    picked = (few * (count // len(few) + 1))[:count]
    return plain.plain_array(np.array(picked, dtype).reshape(shape))


def _few(dtype: str) -> Drawn[list[Any]]:
    """The numbers that an array repeats: few are quick to draw, and their place does not matter."""
    return st.lists(leaves.number(dtype[1:]).map(plain.from_plain), min_size=1, max_size=4)


def _many(drawn: bytes, few: list[Any], dtype: str) -> NDArray[Any]:
    """A number of its own for every element: any bits, and one of the *few* (edges often) for one in sixteen."""
    size = int(dtype[2:])
    count = len(drawn) // (1 + size)
    picks = np.frombuffer(drawn, "u1", count)
    made = np.frombuffer(drawn, dtype, count, count).copy()
    edges = np.array(few, dtype)
    made[picks < 16] = edges[picks[picks < 16] % len(edges)]
    return made


@st.composite
def _rows(draw: DrawFn, words: _Words, ids: list[str]) -> dict[str, Any]:
    """Rows of unlike length, which stand in the descriptor; properties may belong to single rows."""
    rows = draw(_UNLIKE_ROWS)
    about: dict[str, Any] = draw(_about(words, ids, enumerated=False))
    found = {"rank": 2, **about}
    found["rows"] = [plain.plain_array(np.array(row, "<f8")) for row in rows]
    indexed = {}
    for index in range(len(rows)):
        if properties := draw(_properties(words, ids)):
            indexed[str(index)] = properties
    return {**found, "indexed_properties": indexed} if indexed and _has(words, "properties", "index") else found


@st.composite
def _join(draw: DrawFn, words: _Words, name: str, ids: list[str]) -> dict[str, Any]:
    """A list of parts with an id of their own, of one rank less."""
    rank = draw(st.integers(2, words.rank))
    parts = []
    for number in range(draw(st.integers(1, 2))):
        part = draw(_values(words, ids, st.just(rank - 1), f"{name}_{number}"))
        parts.append({"id": f"{name}_part", **part})
    about: dict[str, Any] = draw(_about(words, ids, enumerated=False))
    return {"rank": rank, **about, "join": parts}


@st.composite
def _about(draw: DrawFn, words: _Words, ids: list[str], *, enumerated: bool, name: str = "") -> dict[str, Any]:
    """Units and properties; an enumeration has a name of its own, for its labels belong to the name."""
    properties = draw(_properties(words, ids))
    kinds = ["none", *(kind for kind in ("units", "enumeration") if kind in words.types)]
    kind = draw(st.sampled_from(kinds if enumerated else [one for one in kinds if one != "enumeration"]))
    if kind == "none":
        return {"units": None, "properties": properties}
    word = draw(st.sampled_from(words.types[kind]))
    if kind == "units":
        text = draw(st.one_of(st.sampled_from(words.units), _XML_TEXT))
        return {"units": text, "properties": {**properties, words.names.units: {"type": word, "value": text}}}
    unit = f"{name}_unit"
    text = f"{unit}{words.enumeration.opening}{words.enumeration.closing}"
    properties = {**properties, words.names.units: {"type": word, "value": text}}
    return {"units": unit, "properties": properties, "behind": {"labels": draw(_LABELS)}}


@st.composite
def _properties(draw: DrawFn, words: _Words, ids: list[str]) -> dict[str, Any]:
    """Properties of any type; now and then a reference to any dataset, or to one that there is not."""
    found = draw(words.plain_properties)
    if "reference" in words.types and ids and draw(st.booleans()):
        name = words.names.depend[0].format(draw(st.integers(0, words.rank - 1)))
        word, target = draw(st.sampled_from(words.types["reference"])), draw(st.sampled_from([*ids, "missing"]))
        found = {**found, name: {"type": word, "value": target}}
    return found


def _property(words: _Words) -> Drawn[dict[str, Any]]:
    """A property of any type that the specification lists, and of one that it does not."""
    choices = [_typed(["unheard"], _XML_TEXT)]
    for kind, names in words.types.items():
        if kind in ("text", "opaque"):
            choices.append(_typed(names, _XML_TEXT))
        elif kind == "boolean":
            choices.append(_typed(names, st.booleans()))
        elif kind == "real":
            choices.append(_typed(names, leaves.real()))
        elif kind == "integer":
            choices += [_typed([name], _integer(words.bits[name])) for name in names]
    simple = st.one_of(*choices)
    if "map" in words.roles and "entry" in words.roles:
        table = st.dictionaries(_NAMES, simple, max_size=2)
        return st.one_of(simple, _typed([words.roles["map"].name], table))
    return simple


def _integer(bits: int) -> Drawn[Any]:
    bits = bits or 64
    return leaves.integer(-(1 << bits - 1), (1 << bits - 1) - 1)


def _typed(names: list[str], values: Drawn[Any]) -> Drawn[dict[str, Any]]:
    return st.fixed_dictionaries({"type": st.sampled_from(names), "value": values})


def _has(words: _Words, role: str, attribute: str) -> bool:
    return role in words.roles and any(one.role == attribute for one in words.roles[role].attributes)
