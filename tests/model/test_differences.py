"""What breaks for whom when a specification changes: each line is one edit and what it must be called."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sciwire.model import Spec, load_spec_or_raise
from sciwire.model.differences import Change, bump, compare_specs

CBOR = """\
sciwire: 1
format: demo
version: "1.0"
family: cbor
title: A demonstration
versioning: {kind: minor}
limits: {depth: 32}
sources: [{id: note, text: a note}]
discriminator: kind
compression: {tag: 56500, read: [bslz4, lz4], write: [bslz4, none]}
tolerance: {null: error}
types:
  Mode: enum[fast, slow]
  Axis: {fields: {start: {type: float, unit: deg}, end: float}}
messages:
  frame:
    fields:
      number: {type: uint, required: true, max: 100, rule: DM-001}
      mode: {type: Mode, default: fast}
      label: {type: text, doc: what it shows}
      axis: Axis
      table: "array[u4]"
      data: "ndarray[u1|u2; y, x]"
  stop: {fields: {number: u2}}
rules:
  - {id: DM-001, level: MUST, binds: encode, text: "number is at most 100", source: note}
"""
STRUCT = """\
sciwire: 1
format: demo
version: "1"
family: struct
title: A demonstration
order: little
root: Whole
enums: {Kind: {a: 1, b: 2}}
records:
  Whole:
    fields:
      kind: {type: u1, enum: Kind}
      time: {type: u4, unit: s, max: 10}
      spare: {type: u2, doc: nothing yet}
"""
TOLD_HEAD = "order: {by: kind, little: [a], big: [b, c]}\nroot: Whole\nenums: {Kind: {a: 1, b: 2, c: 3}}"
TOLD = STRUCT.replace("order: little\nroot: Whole\nenums: {Kind: {a: 1, b: 2}}", TOLD_HEAD)
GRID = """\
sciwire: 1
format: demo
version: "1"
family: grid
title: A demonstration
array: {type: "ndarray[u1; y, x]"}
cutouts: {extents: [2, 2], order: C}
compression: {algorithms: [none, gzip]}
header: {number: {type: <u4, is: number}, sum: {type: <u4, is: crc32}}
"""
MULTIPART = """\
sciwire: 1
format: demo
version: "1"
family: multipart
title: A demonstration
discriminator: is
tolerance: {unknown: error}
dtypes: {half: f2, whole: i4}
messages:
  shot: {parts: {head: {says: shot, fields: {a: uint}}}}
"""
ALL = {"readers", "writers", "files"}
NEW, OLD = {"readers"}, {"writers", "files"}

INVENTED = Path(__file__).parents[1] / "formats"
HDF5 = (INVENTED / "hdf5_specs" / "beamlog" / "2.1.yaml").read_text(encoding="utf-8")
PACKETS = (INVENTED / "specs" / "beacon" / "3.yaml").read_text(encoding="utf-8")

EDITS: list[tuple[str, str, str, str, str, set[str]]] = [
    # (text, old, new, path, kind, breaks)
    (CBOR, "start: {type: float, unit: deg}", "start: {type: float, unit: rad}", "types.Axis.start", "unit", ALL),
    (CBOR, "Mode: enum[fast, slow]", "Mode: enum[fast, slow, off]", "types.Mode", "widened", NEW),
    (CBOR, "Mode: enum[fast, slow]", "Mode: enum[fast]", "types.Mode", "narrowed", OLD),
    (CBOR, "max: 100", "max: 50", "messages.frame.number", "narrowed", OLD),
    (CBOR, "max: 100", "max: 500", "messages.frame.number", "widened", NEW),
    (CBOR, "required: true, max: 100", "max: 100", "messages.frame.number", "optional", NEW),
    (CBOR, "label: {type: text,", "label: {type: text, required: true,", "messages.frame.label", "required", OLD | {"source"}),
    (CBOR, "label: {type: text,", "label: {type: text, pattern: a+,", "messages.frame.label", "narrowed", OLD),
    (CBOR, "label: {type: text,", "label: {type: bytes,", "messages.frame.label", "changed", ALL),
    (CBOR, "label: {type: text,", "label: {type: text, key: lbl,", "messages.frame.label", "rekeyed", ALL),
    (CBOR, "label: {type: text,", "label: {type: text, key: lbl, also: [label],", "messages.frame.label", "rekeyed", set()),
    (CBOR, "label: {type: text,", "caption: {type: text, key: label,", "messages.frame.label", "renamed", {"source"}),
    (CBOR, "label: {type: text,", "caption: {type: text,", "messages.frame.caption", "rekeyed", ALL | {"source"}),
    (CBOR, "      axis: Axis\n", "      axis: Axis\n      more: text\n", "messages.frame.more", "added", set()),
    (CBOR, "      axis: Axis\n", "      axis: Axis\n      more: {type: text, required: true}\n", "messages.frame.more", "added", OLD | {"source"}),
    (CBOR, '      table: "array[u4]"\n', "", "messages.frame.table", "removed", {"source"}),
    (CBOR, "array[u4]", "array[u4|u8]", "messages.frame.table", "widened", NEW),
    (CBOR, "u1|u2; y, x", "u2; y, x", "messages.frame.data", "narrowed", OLD),
    (CBOR, "u1|u2; y, x", "u1|u2; x, y", "messages.frame.data", "axes", ALL),
    (CBOR, "number: u2", "number: u4", "messages.stop.number", "widened", NEW),
    (CBOR, "number: u2", "number: i2", "messages.stop.number", "changed", ALL),
    (CBOR, "default: fast", "default: slow", "messages.frame.mode", "default", {"files"}),
    (CBOR, "  stop: {fields: {number: u2}}\n", "", "messages.stop", "removed", OLD | {"source"}),
    (CBOR, "rules:", "  more: {fields: {a: uint}}\nrules:", "messages.more", "added", NEW),
    (CBOR, "  stop: {", "  stop: {value: halt, ", "messages.stop.value", "changed", ALL),
    (CBOR, "read: [bslz4, lz4]", "read: [bslz4]", "compression.read.lz4", "removed", OLD),
    (CBOR, "read: [bslz4, lz4]", "read: [bslz4, lz4, bszstd]", "compression.read.bszstd", "added", NEW),
    (CBOR, "null: error", "null: absent", "tolerance.null", "loosened", set()),
    (CBOR, "tolerance: {null: error}", "tolerance: {unknown: error}", "tolerance.unknown", "tightened", OLD),
    (CBOR, "depth: 32", "depth: 16", "limits.depth", "lowered", OLD),
    (CBOR, "depth: 32", "depth: 64", "limits.depth", "raised", NEW),
    (CBOR, "level: MUST", "level: SHOULD", "DM-001", "rule", NEW),
    (CBOR, '"number is at most 100"', '"the number is at most 100"', "DM-001", "reworded", set()),
    (CBOR, "rules:", "rules:\n  - {id: DM-002, level: MUST, binds: decode, text: more}", "DM-002", "rule", {"readers"}),
    (CBOR, "A demonstration", "Another", "title", "reworded", set()),
    (CBOR, "doc: what it shows", "doc: what it says", "messages.frame.label", "", set()),
    (STRUCT, "unit: s", "unit: ms", "structs.Whole.fields.time.unit", "unit", ALL),
    (STRUCT, "time: {type: u4", "time: {type: u8", "structs.Whole.fields.time.type", "changed", ALL),
    (STRUCT, "max: 10", "max: 20", "structs.Whole.fields.time.high", "raised", NEW),
    (STRUCT, "order: little", "order: big", "order", "changed", ALL),
    (STRUCT, "order: little", "order: {by: kind, little: [a], big: [b]}", "order", "changed", ALL),
    (TOLD, TOLD_HEAD, TOLD_HEAD.replace("[b, c]", "[b]").replace(", c: 3", ""), "mark.big.c", "removed", OLD),
    (TOLD, TOLD_HEAD, TOLD_HEAD.replace("[a]", "[a, d]").replace("3}", "3, d: 4}"), "mark.little.d", "added", NEW),
    (TOLD, "little: [a], big: [b, c]", "little: [b, c], big: [a]", "mark.big.a", "added", NEW),
    (TOLD, "little: [a], big: [b, c]", "little: [b, c], big: [a]", "mark.big.b", "removed", OLD),
    (STRUCT, "b: 2}", "b: 2, c: 3}", "enums.Kind.c", "added", NEW),
    (STRUCT, "b: 2}", "c: 2}", "enums.Kind.c", "renamed", {"source"}),
    (STRUCT, "b: 2}", "b: 3}", "enums.Kind.b", "changed", ALL),
    (STRUCT, "spare:", "rest:", "structs.Whole.fields.rest", "renamed", {"source"}),
    (STRUCT, "      spare: {type: u2, doc: nothing yet}\n", "", "structs.Whole.fields.spare", "removed", ALL),
    (STRUCT, "kind: {type: u1, enum: Kind}\n      time: {type: u4, unit: s, max: 10}",
     "time: {type: u4, unit: s, max: 10}\n      kind: {type: u1, enum: Kind}", "structs.Whole.fields", "changed", ALL),
    (GRID, "[none, gzip]", "[none, gzip, bz2]", "compressions.bz2", "added", NEW),
    (GRID, "[none, gzip]", "[none]", "compressions.gzip", "removed", OLD),
    (GRID, "[2, 2]", "[2, 4]", "chunk.1", "changed", ALL),
    (GRID, "number: {type: <u4, is: number}, sum: {type: <u4, is: crc32}",
     "sum: {type: <u4, is: crc32}, number: {type: <u4, is: number}", "header", "changed", ALL),
    (MULTIPART, "a: uint", "a: uint, b: text", "messages.shot.parts.head.b", "added", NEW),
    (MULTIPART, "half: f2", "halves: f2", "dtypes.half", "removed", OLD),
    (MULTIPART, "whole: i4}", "whole: i4, byte: u1}", "dtypes.byte", "added", NEW),
    (PACKETS, "units: unit", "units: units", "names.units", "changed", ALL),
    (PACKETS, 'depend: ["x{}"]', 'depend: ["x{}", "axis{}"]', "names.depend.axis{}", "added", NEW),
    (PACKETS, "fill_below: -9000", "fill_below: -900", "names.fill_below", "default", {"files"}),
    (PACKETS, "digits: 8", "digits: 9", "framing.descriptor.length.digits", "changed", ALL),
    (PACKETS, "aliases: [octet], ", "", "encodings.byte.aliases", "removed", OLD),
    (PACKETS, "  word: {binary: i2}\n", "", "encodings.word", "removed", OLD),
    (PACKETS, "binary: i2", "binary: i4", "encodings.word.dtype", "changed", ALL),
    (PACKETS, '"1/1000"', '"1/100"', "times.since2020.step", "changed", ALL),
    (PACKETS, '"000-009"', '"000-019"', "elements.buoy.ids.1", "raised", NEW),
    (PACKETS, '"900-998"', '"910-998"', "elements.meaning.ids.0", "raised", OLD),
    (PACKETS, "inline_up_to: 2", "inline_up_to: 3", "writing.inline_up_to", "writing", set()),
    (HDF5, "chunks: [64]", "chunks: [32]", "datasets.stamps.chunks.0", "storage", set()),
    (HDF5, "touched: {", "touched: {required: false, ", "attributes.touched.required", "optional", NEW),
    (HDF5, "aliases: [ch]", "aliases: [ch, line]", "datasets.pulses.columns.channel.aliases.line", "added", set()),
    (HDF5, "aliases: [ch]", "aliases: [line]", "datasets.pulses.columns.channel.aliases.ch", "removed", {"source"}),
    (HDF5, "time: {type: <f8, unit: s}", "time: {type: <f8, unit: ms}",
     "datasets.pulses.columns.time", "unit", ALL),
    (HDF5, "type: <i4, shape: [3]", "type: <i4, shape: [4]", "attributes.offsets.shape.0", "changed", ALL),
    (MULTIPART, "says: shot", "says: shoot", "messages.shot.parts.head.says", "changed", ALL),
]  # fmt: skip


def _load(folder: Path, text: str) -> Spec:
    path = folder / "spec.yaml"
    folder.mkdir(parents=True)
    shutil.copy(INVENTED / "specs" / "beacon" / "beacon.xsd", folder)
    path.write_text(text, encoding="utf-8")
    return load_spec_or_raise(path)


def _compare(tmp_path: Path, old: str, new: str) -> tuple[Spec, Spec, list[Change]]:
    before, after = _load(tmp_path / "old", old), _load(tmp_path / "new", new)
    return before, after, compare_specs(before, after)


@pytest.mark.parametrize(("text", "old", "new", "path", "kind", "breaks"), EDITS)
def test_an_edit_breaks_what_it_must(
    text: str, old: str, new: str, path: str, kind: str, breaks: set[str], tmp_path: Path
) -> None:
    assert text.count(old) == 1

    _, _, changes = _compare(tmp_path, text, text.replace(old, new))

    found = [change for change in changes if (change.path, change.kind) == (path, kind)]
    if kind:
        assert [set(change.breaks) for change in found] == [breaks], changes
    else:
        assert not changes


UNION = """\
sciwire: 1
format: choice
version: "1"
family: cbor
title: Choices
types:
  One: {fields: {a: {type: uint, required: true}}}
  Two: {fields: {b: {type: uint, required: true}}}
  Either: One
messages: {m: {fields: {x: Either, y: Two, z: "list[Either]"}}}
"""


def test_one_more_record_in_a_union_widens_it(tmp_path: Path) -> None:
    _, _, changes = _compare(tmp_path, UNION, UNION.replace("Either: One", "Either: One | Two"))

    assert {(change.path, change.kind, change.breaks) for change in changes} == {
        (path, "widened", ("readers",)) for path in ("types.Either", "messages.m.x", "messages.m.z")
    }
    assert {change.text for change in changes} == {
        "One is One | Two now", "Either stands for other values now", "list[Either] stands for other values now",
    }  # fmt: skip


@pytest.mark.parametrize(("required", "added", "removed"), [
    ("true", ("writers", "files", "source"), ("readers", "source")), ("false", (), ("source",)),
])  # fmt: skip
def test_a_dataset_that_a_file_may_have_breaks_no_reader(
    required: str, added: tuple[str, ...], removed: tuple[str, ...], tmp_path: Path
) -> None:
    more = HDF5.replace("datasets:\n", f"datasets:\n  more: {{at: /more, type: <u2, required: {required}}}\n", 1)
    assert more != HDF5
    _, _, come = _compare(tmp_path / "a", HDF5, more)
    _, _, gone = _compare(tmp_path / "b", more, HDF5)

    assert [(one.path, one.kind, one.breaks) for one in come] == [("datasets.more", "added", added)]
    assert [(one.path, one.kind, one.breaks) for one in gone] == [("datasets.more", "removed", removed)]


@pytest.mark.parametrize(
    "text",
    [CBOR, STRUCT, GRID, MULTIPART, PACKETS, HDF5],
    ids=["cbor", "struct", "grid", "multipart", "packets", "hdf5"],
)
def test_a_specification_does_not_differ_from_itself(text: str, tmp_path: Path) -> None:
    before, after, changes = _compare(tmp_path, text, text)

    assert not changes
    assert bump(before, after, changes).asked == "none"


@pytest.mark.parametrize("path", sorted((Path(__file__).parents[2] / "specs").glob("*/*.yaml")), ids=lambda one: one.parent.name)  # fmt: skip
def test_every_shipped_specification_is_compared_whole(path: Path) -> None:
    """Each family's body opens; nothing differs from itself, and a title that differs is the only change."""
    from dataclasses import replace

    spec = load_spec_or_raise(path)

    assert not compare_specs(spec, spec)
    assert [one.path for one in compare_specs(spec, replace(spec, title="another"))] == ["title"]


def test_meaning_is_marked(tmp_path: Path) -> None:
    _, _, changes = _compare(tmp_path, CBOR, CBOR.replace("unit: deg", "unit: rad"))

    assert [change.meaning for change in changes] == [True]


@pytest.mark.parametrize(
    ("old", "new", "asked", "enough"),
    [
        ("max: 100", "max: 50", "major", {"1.0": False, "1.1": False, "2.0": True}),
        (
            "      axis: Axis\n",
            "      axis: Axis\n      more: text\n",
            "minor",
            {"1.0": False, "1.1": True, "2.0": True},
        ),
        ("title: A", "title: B", "none", {"1.0": True, "1.1": True, "2.0": True}),
    ],
)
def test_the_version_rule_says_which_step_is_asked_for(
    old: str, new: str, asked: str, enough: dict[str, bool], tmp_path: Path
) -> None:
    for version, expected in enough.items():
        text = CBOR.replace(old, new).replace('version: "1.0"', f'version: "{version}"')
        folder = tmp_path / version.replace(".", "_")
        folder.mkdir()

        step = bump(*_compare(folder, CBOR, text))

        assert (step.asked, step.enough) == (asked, expected)
