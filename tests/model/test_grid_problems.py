"""Mistakes in a specification of the `grid` family: every code of the family is provoked here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from reported import reported

from sciwire.model.codes import CODES

GOOD = """\
sciwire: 1
format: demo
version: "1"
family: grid
title: A demonstration
array: {type: "ndarray[<u2; y, x] | ndarray[<u2|<f4; z, y, x]", class: Demo}
cutouts: {edges: refuse, on_request: pad, fill: 1}
names: {chunk: tile}
compression: {algorithms: [none, gzip], level: 3}
header:
  magic: {type: bytes, is: const, value: DEMO}
  rank: {type: u1, is: rank}
  kind: {type: u1, is: dtype, codes: {"<u2": 1, float32le: 2}}
  packing: {type: i1, is: compression, codes: {none: 0, gzip: 1}}
  extents: {type: "<u4", is: shape}
checks: {magic: DM-001}
operations:
  save: {does: cut, arguments: {image: array, tile: chunk, order: order}}
  load: {does: join, arguments: {tiles: blobs, tile: chunk}}
sources: [{id: note, text: a note}]
rules:
  - {id: DM-001, level: MUST, text: "It begins with DEMO", source: note}
"""
ANY = GOOD.replace('"ndarray[<u2; y, x] | ndarray[<u2|<f4; z, y, x]"', "any")
BOTH = '"ndarray[<u2; y, x] | ndarray[<u2|<f4; z, y, x]"'


def _changed(old: str, new: str, text: str = GOOD) -> str:
    assert text.count(old) == 1, f"{old!r} must stand once in the good specification"
    return text.replace(old, new)


MISTAKES: dict[str, tuple[str, str, str]] = {
    # name: (code, text of the specification, part of the message)
    "array of another type": ("SPEC350", _changed(BOTH, "text"), "an array is `any`, or ndarray[dtypes; axes]"),
    "rank beside axes": ("SPEC350", _changed("class: Demo", "class: Demo, rank: 2"), "the axes of the type say"),
    "ranks upside down": ("SPEC350", _changed("class: Demo", "class: Demo, rank: {min: 3, max: 2}", ANY), "3 or more and 2 or fewer"),
    "axes of one number twice": ("SPEC350", _changed("ndarray[<u2; y, x]", "ndarray[<u2; a, y, x]"), "said twice"),
    "axis twice": ("SPEC039", _changed("ndarray[<u2; y, x]", "ndarray[<u2; x, x]"), "an axis stands twice in x, x"),
    "shape of other axes": ("SPEC350", _changed("class: Demo", "class: Demo, shape: [2]"), "a shape of 1 extents for arrays of 2 to 3 axes"),
    "extent of zero": ("SPEC351", _changed("{edges:", "{extents: [0, 1], edges:"), "1 or more, or the word all, not 0"),
    "extent of a word": ("SPEC351", _changed("{edges:", "{extents: [most, 1], edges:"), "not 'most'"),
    "extents of other axes": ("SPEC351", _changed("{edges:", "{extents: [1, 1], edges:"), "2 extents for arrays of 2 to 3 axes"),
    "extents that do not divide": ("SPEC351", _changed("class: Demo", "class: Demo, rank: 1, shape: [7]", ANY).replace("{edges: refuse, on_request: pad, fill: 1}", "{extents: [2]}"), "the axis 0 of 7 is no multiple of 2"),
    "request for the same": ("SPEC351", _changed("edges: refuse", "edges: pad"), "edges are pad already"),
    "fill of nothing": ("SPEC351", _changed("on_request: pad", "on_request: cut"), "nothing is padded"),
    "compression unknown": ("SPEC353", _changed("[none, gzip]", "[none, gzipp]"), "did you mean 'gzip'?"),
    "compression to read only": ("SPEC353", _changed("[none, gzip]", "[none, gzip, bszstd]"), "can be read only"),
    "level of nothing": ("SPEC353", _changed("algorithms: [none, gzip]", "algorithms: [none, lz4]").replace("gzip: 1", "lz4: 1"), "none of the compressions has levels"),
    "level too high": ("SPEC353", _changed("level: 3", "level: 10"), "a level is 0 to 9"),
    "level zero of bz2": ("SPEC353", _changed("[none, gzip], level: 3", "[none, gzip, bz2], level: 0"), "bz2: 1 to 9"),
    "role twice": ("SPEC352", _changed("  extents:", "  axes: {type: u1, is: rank}\n  extents:"), "says the rank already"),
    "rank too late": ("SPEC352", _changed("  rank: {type: u1, is: rank}\n", ""), "their number is not known in front of it"),
    "bytes for a number": ("SPEC352", _changed("{type: u1, is: rank}", "{type: bytes, length: 1, is: rank}"), "'rank' is a rank"),
    "bytes of no length": ("SPEC352", _changed("is: const, value: DEMO", "is: reserved"), "bytes need a value or a length"),
    "value too long": ("SPEC352", _changed("value: DEMO", "value: DEMO, length: 3"), "the value has 4 bytes, the field 3"),
    "float in a header": ("SPEC352", _changed('"<u4", is: shape', '"<f4", is: shape'), "integers and bytes"),
    "no byte order": ("SPEC018", _changed('"<u4", is: shape', '"u4", is: shape'), "the byte order of 'extents' is missing"),
    "const too large": ("SPEC352", _changed("type: bytes, is: const, value: DEMO", "type: u1, is: const, value: 256"), "the value 256 does not fit uint8"),
    "const without a value": ("SPEC352", _changed("type: bytes, is: const, value: DEMO", "type: u1, is: const"), "a const needs a value"),
    "code too large": ("SPEC352", _changed("gzip: 1}", "gzip: 128}"), "the code 128 of 'gzip' does not fit int8, -128 to 127"),
    "codes missing": ("SPEC352", _changed(", codes: {none: 0, gzip: 1}", ""), "these need them"),
    "codes of a number": ("SPEC352", _changed("is: rank}", "is: rank, codes: {a: 1}}"), "codes are for"),
    "code of a stranger": ("SPEC352", _changed("gzip: 1}", "zlib: 1}"), "the code of 'zlib'"),
    "code of a dtype that no array has": ("SPEC070", _changed("float32le: 2", "float32le: 2, f8le: 3").replace("f8le", "float64le"), "the code of 'float64le', which no array of this format has"),
    "dtype without a code": ("SPEC352", _changed(", float32le: 2", ""), "have no code, so none could be written"),
    "code of a type without order": ("SPEC352", _changed("float32le: 2", "float32: 2"), "no element type with its byte order"),
    "two words for a code": ("SPEC352", _changed("float32le: 2", "float32le: 1"), "two words have the same code"),
    "argument without use": ("SPEC354", _changed("order: order", "order: order, shape: shape"), "to cut, the shape has no use"),
    "argument of what is stated": ("SPEC354", _changed("{edges: refuse", "{order: C, edges: refuse"), "the format itself states the order"),
    "argument twice": ("SPEC354", _changed("order: order}", "order: order, layout: order}"), "the order is asked for twice"),
    "argument missing": ("SPEC354", _changed("tiles: blobs, tile: chunk", "tiles: blobs"), "'load' lacks an argument for the chunk"),
    "array missing": ("SPEC354", _changed("image: array, tile: chunk", "tile: chunk"), "'save' lacks an argument for the array"),
    "argument in the wrong place": ("SPEC354", _changed("tile: chunk, order: order", "order: order, tile: chunk"), "follows one that may"),
    "argument of no name": ("SPEC020", _changed("image: array", "2d: array"), "'2d' is no identifier"),
    "check unknown": ("SPEC355", _changed("checks: {magic", "checks: {magics"), "did you mean 'magic'?"),
    "one name for two": ("SPEC356", _changed("{chunk: tile}", "{chunk: tile, edges: tile}"), "'tile' is the name of chunk, too"),
    "name of an option": ("SPEC356", _changed("{chunk: tile}", "{chunk: limits}"), "'limits' is the name of an option, too"),
    "name of no identifier": ("SPEC020", _changed("{chunk: tile}", "{chunk: a-b}"), "'a-b' is no identifier"),
    "class that is taken": ("SPEC021", _changed("class: Demo", "class: Limits"), "has a 'Limits' already"),
    "operation that is taken": ("SPEC021", _changed("  save:", "  Demo:"), "has a 'Demo' already"),
    "operation of no name": ("SPEC020", _changed("  save:", "  to-bytes:"), "'to-bytes' is no identifier"),
    "rule that is not listed": ("SPEC042", _changed("magic: DM-001", "magic: DM-002"), "did you mean 'DM-001'?"),
}  # fmt: skip


def test_the_specification_that_all_others_are_made_from_is_good(tmp_path: Path) -> None:
    for text in (GOOD, ANY):
        problems, report = reported(tmp_path, text)
        assert not problems.found, report


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_has_its_code_its_place_and_its_words(tmp_path: Path, name: str) -> None:
    code, text, part = MISTAKES[name]
    _, report = reported(tmp_path, text)

    lines = [line for line in report.splitlines() if f" {code} " in line and part in line]
    assert lines, report
    match = re.match(r"specs/demo/1\.yaml:(\d+):(\d+): ", lines[0])
    assert match is not None
    shown = text.splitlines()[int(match[1]) - 1]
    assert 1 <= int(match[2]) <= len(shown)


def test_every_code_of_the_family_is_provoked() -> None:
    family = {code for code in CODES if "SPEC350" <= code < "SPEC360"}

    assert family <= {code for code, _, _ in MISTAKES.values()}
