"""Spellings of encodings and htypes; what is written by default; what is not written; what a reader kept."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import Any

import numpy as np

from .kit import (
    CONFIG,
    CONFIG_VALUE,
    EVERY,
    FLAT,
    MASK,
    PIXELS,
    TABLE,
    TABLE_VALUES,
    TABLES,
    TIMES,
    Vector,
    bslz4,
    header,
    image,
    image_value,
    invalid,
    literals,
    nd,
    text,
    valid,
)

__all__ = ["broken_tables", "dialects", "kept", "refused", "spelled", "tables", "unspelled", "unwritten", "written"]

HEADER = {"kind": "header", "dheader": {"series": 6, "header_detail": "all"}, "config": CONFIG_VALUE, **TABLE_VALUES}
RESPELLED = "an encoder writes the usual spelling"
PARTS = ("dflatfield", "dpixelmask", "dcountrate_table")
BLOBS = ("flatfield", "pixel_mask", "countrate_table")


def told(name: str, parts: list[bytes], value: Any, rules: str, doc: str, **more: Any) -> Vector:
    """What a writer must write, and nothing else."""
    return {**valid(name, parts, value, rules, doc, **more), "kind": "encode"}


def unwritable(name: str, value: Any, category: str, rules: str, doc: str, path: str) -> Vector:
    """A value that a writer must refuse."""
    error = {"category": category.split(), "path": path}
    return {"id": f"simplon_v1/{name}", "kind": "encode", "level": "MUST", "rules": rules.split(), "doc": doc, "value": value, "error": error}  # fmt: skip


def spelled() -> Iterator[Vector]:
    """The hyphen may be missing, and so may the sign, which is then <."""
    for stem, size in (("lz4", 0), ("bs8-lz4", 1), ("bs16-lz4", 2), ("bs32-lz4", 4)):
        loose = f"-{stem}" if not size else stem.replace("-", "")
        for sign in "<>":
            blob = blob_of(PIXELS.astype(f"{sign}u2").tobytes(), size)
            words = [f"{loose}{sign}", *([stem, loose] if sign == "<" else [])]
            for word in words:
                label = word.replace("<", "-little").replace(">", "-big").lstrip("-")
                label = f"{'hyphen-' if word.startswith('-') else ''}{label}"
                doc = f"The encoding {word}"
                yield valid(f"spelled/{label}", image(blob, word), image_value(PIXELS, word), "SV1-040", doc, encode=RESPELLED)  # fmt: skip
            usual = image_value(PIXELS, f"{stem}{sign}")
            more = {} if sign == ">" or size != 1 else {"kept": []}
            label = f"{stem}-{'little' if sign == '<' else 'big'}-on-uint16"
            yield valid(f"spelled/{label}", image(blob, f"{stem}{sign}"), usual, "SV1-041 SV1-046", f"{stem}{sign} on uint16", **more)  # fmt: skip


def blob_of(raw: bytes, size: int) -> bytes:
    return bslz4(raw, size) if size else literals(raw)


def unspelled() -> Iterator[Vector]:
    """Words that the grammar of encodings does not have, or that mean a shuffle without compression."""
    for word in ("bs16<", "bs16", "lz4<>", "<lz4", "lz4 <", "LZ4<", "bs-lz4<", "--lz4<", "bs16_lz4<"):
        second = text(htype="dimage_d-1.0", shape=[4, 3], type="uint16", encoding=word, size=24)
        name = word.replace("<", "-little").replace(">", "-big").replace(" ", "-blank").replace("--lz4", "hyphens-lz4")
        parts = image(PIXELS.tobytes(), second=second)
        yield invalid(f"unspelled/{name.lstrip('-')}", parts, "unsupported", "SV1-040", f"The encoding {word!r}", "dimage_d.encoding", "part 2")  # fmt: skip


def dialects() -> Iterator[Vector]:
    """An htype of another version, in each part that says one."""
    whole = [header(), CONFIG, *TABLES]
    for index in (0, 2, 4, 6):
        said = json.loads(whole[index])
        parts = [*whole[:index], text(**{**said, "htype": said["htype"].replace("1.0", "2.0")}), *whole[index + 1 :]]
        yield valid(f"dialects/{said['htype'][:-4]}", parts, HEADER, "SV1-006", f"{said['htype'][:-4]}-2.0 in its place", level="SHOULD")  # fmt: skip
    frame = image(PIXELS.tobytes())
    late = text(htype="dconfig-2.0", **TIMES)
    yield valid("dialects/dconfig", [*frame[:3], late], image_value(PIXELS), "SV1-006", "dconfig-2.0 in its place")
    end = {"kind": "end", "dseries_end": {"series": 6}}
    yield valid("dialects/dseries_end", [text(htype="dseries_end-2.0", series=6)], end, "SV1-006", "dseries_end-2.0")


def tables() -> Iterator[Vector]:
    """Tables that are not square, of the other type, and pairs that are missing."""
    rows = np.array([[0.0, 0.5], [10.0, 10.5], [20.0, 21.5]], "<f4")
    parts = [header(), CONFIG, *TABLES[:4], text(htype="dcountrate_table-1.0", shape=[2, 3], type="float32"), rows.tobytes()]  # fmt: skip
    value = {**HEADER, "dcountrate_table": {"shape": [2, 3], "type": "float32"}, "countrate_table": nd(rows)}
    yield valid("tables/three-pairs", parts, value, "SV1-030 SV1-023", "[2, 3] are three pairs", canonical=True, kept=[])  # fmt: skip
    for number, (name, blob) in enumerate(zip(PARTS, BLOBS, strict=True)):
        array = (FLAT.astype("<u4"), MASK.astype("<f4"), TABLE.astype("<u4"))[number]
        dtype = "uint32" if array.dtype.kind == "u" else "float32"
        shape = list(array.shape[::-1])
        parts = [header(), CONFIG, *TABLES]
        parts[2 + 2 * number : 4 + 2 * number] = [text(htype=f"{name}-1.0", shape=shape, type=dtype), array.tobytes()]
        value = {**HEADER, name: {"shape": shape, "type": dtype}, blob: nd(array)}
        why = f"an encoder writes the {blob.replace('_', ' ')} in its own type"
        yield valid(f"tables/{blob}-{dtype}", parts, value, "SV1-031", f"The {blob} in {dtype}", encode=why)


def broken_tables() -> Iterator[Vector]:
    for number, (name, blob) in enumerate(zip(PARTS, BLOBS, strict=True)):
        place = 2 + 2 * number

        def case(what: str, second: dict[str, Any], category: Any, path: str, at: str, rules: str, doc: str, data: bytes = bytes(24), *, place: int = place, name: str = name, blob: str = blob) -> Vector:  # fmt: skip
            parts = [header(), CONFIG, *TABLES]
            parts[place : place + 2] = [text(htype=f"{name}-1.0", **second), data]
            return invalid(f"tables/{blob}-{what}", parts, category, rules, doc, path, at)

        own = {"shape": [2, 3], "type": "float32"}
        spot, behind = f"part {place + 1}", f"part {place + 2}"
        yield case("of-bytes", {**own, "type": "uint8"}, "unsupported", f"{name}.type", spot, "SV1-031", "uint8 is for pixels")  # fmt: skip
        yield case("type-number", {**own, "type": 4}, "type", f"{name}.type", spot, "SV1-031 SV1-012", "A number as type")  # fmt: skip
        yield case("extent-negative", {**own, "shape": [2, -3]}, ["constraint", "type"], f"{name}.shape[1]", spot, "SV1-030", "A negative extent")  # fmt: skip
        yield case("one-byte-more", own, "size", blob, f"{behind} byte 0", "SV1-034", "One byte too many", bytes(25))
        parts = [header(), CONFIG, *TABLES]
        del parts[place : place + 2]
        if number < 2:  # of the last one it is a message that is cut
            yield invalid(f"tables/no-{blob}", parts, "framing", "SV1-023 SV1-005", f"The two parts of the {blob} are missing", f"{name}.htype", spot)  # fmt: skip


def written() -> Iterator[Vector]:
    """Seven pixels are too few for a block of the bit shuffle: one payload only is right."""
    for dtype, size in (("uint8", 1), ("uint16", 2), ("uint32", 4)):
        array = np.array([[0, 1, 2, 3, 100, 7, 255]], f"<u{size}")
        for sign, chosen in (("<", None), ("<", "little"), (">", "big")):
            raw = array.astype(f"{sign}u{size}").tobytes()
            encoding = f"bs{8 * size}-lz4{sign}"
            parts = image(struct.pack(">QI", len(raw), 8192) + raw, encoding, dtype, (7, 1))
            value = image_value(array, encoding, dtype, (7, 1))
            if chosen is None:
                value["dimage_d"] = {}
            doc = f"{dtype} as {encoding}" + (" where nobody says how" if chosen is None else "")
            yield told(f"written/{dtype}-{chosen or 'by-default'}", parts, value, "SV1-040 SV1-043 SV1-044 SV1-050", doc, level="SHOULD")  # fmt: skip
    value = {**HEADER, **{name: {} for name in PARTS}}
    yield told("written/tables", [header(), CONFIG, *TABLES], value, "SV1-023 SV1-030 SV1-033", "The parts in front of the tables tell of them")  # fmt: skip
    undefined = [part for name in PARTS for part in (text(htype=f"{name}-1.0", shape=[], type="undefined"), b"")]
    value = {key: one for key, one in HEADER.items() if key not in (*PARTS, *BLOBS)}
    yield told("written/no-tables", [header(), CONFIG, *undefined], value, "SV1-024", "Tables that are not given are not available")  # fmt: skip
    unsorted = {"z": 1, "nimages": 2, "a": 3}
    parts = [header("basic"), b'{"a":3,"nimages":2,"z":1}']
    value = {"kind": "header", "dheader": {"series": 6, "header_detail": "basic"}, "config": unsorted}
    yield told("written/sorted", parts, value, "SV1-009", "Keys in order, no blanks")


def unwritten() -> Iterator[Vector]:
    for number, (name, blob) in enumerate(zip(PARTS, BLOBS, strict=True)):
        dtype = "<f4" if number != 1 else "<u4"
        other = "<u4" if number != 1 else "<f4"

        def case(what: str, array: Any, category: str, rules: str, doc: str, *, name: str = name, blob: str = blob) -> Vector:  # fmt: skip
            value = {**HEADER, name: {}, blob: nd(array)}
            return unwritable(f"unwritten/{blob}-{what}", value, category, rules, doc, blob)

        yield case("other-type", np.ones((3, 2), other), "type", "SV1-031", f"The {blob} in the type of another table")
        yield case("doubles", np.ones((3, 2), "<f8"), "type", "SV1-031", f"The {blob} in float64")
        yield case("line", np.ones(2, dtype), "constraint", "SV1-030", f"The {blob} in one dimension")
        yield case("cube", np.ones((1, 3, 2), dtype), "constraint", "SV1-030", f"The {blob} in three dimensions")
        lacking = {key: one for key, one in HEADER.items() if key != blob}
        yield unwritable(f"unwritten/{blob}-without-shape", {**lacking, name: {"type": "undefined"}}, "constraint", "SV1-024 SV1-030", "An undefined table without a shape", f"{name}.shape")  # fmt: skip
    for what, shape in (("triples", (2, 3)), ("squares", (3, 3)), ("singles", (2, 1))):
        value = {**HEADER, "dcountrate_table": {}, "countrate_table": nd(np.ones(shape, "<f4"))}
        yield unwritable(f"unwritten/countrate_table-{what}", value, "constraint", "SV1-030", "Rows that are no pairs", "countrate_table")  # fmt: skip
    for what, array, category in (
        ("line", np.ones(6, "<u2"), "constraint"), ("four-dimensions", np.ones((2, 2, 2, 2), "<u2"), "constraint"),
        ("signed", np.ones((2, 2), "<i2"), "type"), ("wide", np.ones((2, 2), "<u8"), "type"), ("floats", np.ones((2, 2), "<f4"), "type"),
    ):  # fmt: skip
        value = {**image_value(array), "dimage_d": {"encoding": "<"}}
        yield unwritable(f"unwritten/pixels-{what}", value, category, "SV1-030 SV1-031", "Pixels that no message has", "data")  # fmt: skip
    for what, value, path, rules in (
        ("series-of-header", {**HEADER, "dheader": {"header_detail": "all"}}, "dheader.series", "SV1-013 SV1-020"),
        ("series-of-end", {"kind": "end", "dseries_end": {}}, "dseries_end.series", "SV1-013 SV1-029"),
        ("frame", {**image_value(PIXELS), "dimage": {"series": 6}}, "dimage.frame", "SV1-015"),
        ("dconfig", {key: one for key, one in image_value(PIXELS).items() if key != "dconfig"}, "dconfig", "SV1-005"),
        ("config", {key: one for key, one in HEADER.items() if key != "config"}, "config", "SV1-022"),
    ):
        yield unwritable(f"unwritten/no-{what}", value, "constraint", rules, "A part, or a key of it, that must be there", path)  # fmt: skip
    basic = {**HEADER, "dheader": {"series": 6, "header_detail": "basic"}}
    yield unwritable("unwritten/tables-of-basic", basic, "constraint", "SV1-023", "Tables are sent with all only", "dflatfield")  # fmt: skip
    yield unwritable("unwritten/encoding", image_value(PIXELS, "bs16<"), "unsupported", "SV1-040", "An encoding that nobody knows", "dimage_d.encoding")  # fmt: skip


def kept() -> Iterator[Vector]:
    """A value of another type than specified is kept, and told; what is as specified is not."""
    head = {"kind": "header", "dheader": {"series": 6, "header_detail": "basic"}}
    switches = [key for key, one in EVERY.items() if isinstance(one, bool) or one == 0]

    def config(name: str, value: Any, doc: str, *of: str, **more: Any) -> Vector:
        return valid(f"kept/{name}", [header("basic"), text(**value)], {**head, "config": value}, "SV1-012 SV1-025 SV1-026", doc, kept=[f"config.{key}" for key in of], canonical=True, **more)  # fmt: skip

    for word, value in (("true", True), ("false", False), ("one", 1), ("zero", 0)):
        yield config(f"nothing-{word}", dict.fromkeys(switches, value), f"Every switch is {word}")
    negative = [key for key, one in EVERY.items() if type(one) is int and key not in switches]
    yield config("negative", dict.fromkeys(negative, -1), "-1 in every unsigned integer", *negative)
    yield config("switches", dict.fromkeys(switches, -1), "-1 is neither a boolean nor 0 or 1", *switches)
    swapped = {key: 1 if isinstance(one, str) else "no" for key, one in EVERY.items()}
    yield config("every-key", swapped, "Text where there is none, a number in place of every text", *EVERY)
    for name, value in (("four", [1, 2, 3, 4]), ("text-among-them", [0.5, 1.5, "z"])):
        yield config(f"translation-{name}", {"detector_translation": value}, "No three floats", "detector_translation")
    parts = image(PIXELS.tobytes(), series=-1)
    value = {**image_value(PIXELS), "dimage": {"series": -1, "frame": 0}}
    yield valid("kept/series", parts, value, "SV1-012 SV1-014", "-1 as the series of an image", kept=["dimage.series"])
    parts = image(PIXELS.tobytes(), hash=5)
    yield valid("kept/hash", parts, image_value(PIXELS), "SV1-012 SV1-050", "A number as hash proves nothing", kept=["dimage.hash"])  # fmt: skip
    below = dict.fromkeys(TIMES, -1)
    value = {**image_value(PIXELS), "dconfig": below}
    yield valid("kept/times", image(PIXELS.tobytes(), times=text(htype="dconfig-1.0", **below)), value, "SV1-012 SV1-051", "Times of -1", kept=[f"dconfig.{key}" for key in TIMES])  # fmt: skip


def refused() -> Iterator[Vector]:
    """A required key of another type is an error."""
    raw = PIXELS.tobytes()
    yield invalid("refused/series-of-header", [header("none", series=-1)], ["constraint", "type"], "SV1-013", "A negative series", "dheader.series", "part 1")  # fmt: skip
    yield invalid("refused/frame-negative", image(raw, frame=-1), ["constraint", "type"], "SV1-015", "A negative frame", "dimage.frame", "part 1")  # fmt: skip
    for key, value, rule in (("type", 4, "SV1-031"), ("encoding", 5, "SV1-040")):
        entries = {"htype": "dimage_d-1.0", "shape": [4, 3], "type": "uint16", "encoding": "<", "size": 24, key: value}
        yield invalid(f"refused/{key}-number", image(raw, second=text(**entries)), "type", f"{rule} SV1-012", f"A number as {key}", f"dimage_d.{key}", "part 2")  # fmt: skip
