"""Write the vectors of simplon_v1: parts assembled by hand, expected values reasoned from `../README.md`.

    python assemble.py [FOLDER]

Standard library and numpy only; LZ4 blocks are literals, or one literal and one match, written by hand.
The same files come out on every machine.
"""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from assembly import edges, writing
from assembly.kit import (
    CONFIG,
    CONFIG_VALUE,
    EVERY,
    FLAT,
    PIXELS,
    PROVENANCE,
    TABLE_VALUES,
    TABLES,
    Vector,
    bslz4,
    header,
    image,
    image_value,
    invalid,
    literals,
    nd,
    octets,
    run,
    text,
    valid,
)


def headers() -> Iterator[Vector]:
    whole = [header(), CONFIG, *TABLES]
    value = {"kind": "header", "dheader": {"series": 6, "header_detail": "all"}, "config": CONFIG_VALUE, **TABLE_VALUES}
    yield valid("header/all", whole, value, "SV1-001 SV1-002 SV1-020 SV1-022 SV1-023 SV1-030 SV1-033", "eight parts", canonical=True, kept=[])  # fmt: skip
    yield valid("header/all-appendix", [*whole, b'{"acqID": "test_1"}'], {**value, "appendix": octets(b'{"acqID": "test_1"}')},
                "SV1-027", "nine parts, the last is kept as bytes though it is JSON", canonical=True)  # fmt: skip
    yield valid("header/appendix-binary", [*whole, bytes(range(256))], {**value, "appendix": octets(bytes(range(256)))},
                "SV1-027", "an appendix of every byte", canonical=True)  # fmt: skip
    basic = {"kind": "header", "dheader": {"series": 6, "header_detail": "basic"}, "config": CONFIG_VALUE}
    yield valid("header/basic", [header("basic"), CONFIG], basic, "SV1-021 SV1-022", "two parts", canonical=True)
    yield valid("header/basic-appendix", [header("basic"), CONFIG, b"x"], {**basic, "appendix": octets(b"x")}, "SV1-027", "three parts", canonical=True)  # fmt: skip
    none = {"kind": "header", "dheader": {"series": 6, "header_detail": "none"}}
    yield valid("header/none", [header("none")], none, "SV1-021", "one part", canonical=True)
    yield valid("header/none-appendix", [header("none"), b"\0"], {**none, "appendix": octets(b"\0")}, "SV1-027", "two parts, the second is no config", canonical=True)  # fmt: skip
    yield valid("header/empty-config", [header("basic"), b"{}"], {**basic, "config": {}}, "SV1-022 SV1-011", "a config without keys", canonical=True)  # fmt: skip
    undefined = [header(), CONFIG]
    for name in ("dflatfield", "dpixelmask", "dcountrate_table"):
        undefined += [text(htype=f"{name}-1.0", shape=[], type="undefined"), b""]
        value = {key: one for key, one in value.items() if key not in ("flatfield", "pixel_mask", "countrate_table")}
        value[name] = {"shape": [], "type": "undefined"}
    yield valid("header/undefined-tables", undefined, value, "SV1-024", "no table is available", canonical=True)
    lacking = [part for index, part in enumerate([header(), CONFIG, *TABLES], 1) if index not in (4, 6)]
    kept = {key: one for key, one in {**value, **TABLE_VALUES}.items() if key not in ("flatfield", "pixel_mask")}
    yield valid("header/missing-blobs", lacking, {**kept, "missing": [4, 6]}, "SV1-055", "a recording without the two big blobs", options={"missing": [4, 6]})  # fmt: skip


def configs() -> Iterator[Vector]:
    head = {"kind": "header", "dheader": {"series": 6, "header_detail": "basic"}}

    def case(name: str, raw: bytes, value: Any, rules: str, doc: str, **more: Any) -> Vector:
        return valid(f"config/{name}", [header("basic"), raw], {**head, "config": value}, rules, doc, **more)

    yield case("booleans", b'{"auto_summation":true,"pixel_mask_applied":false}', {"auto_summation": True, "pixel_mask_applied": False}, "SV1-026", "switches of API 1.8", canonical=True)  # fmt: skip
    yield case("numbers-as-switches", b'{"auto_summation":1,"pixel_mask_applied":0}', {"auto_summation": 1, "pixel_mask_applied": 0}, "SV1-026", "switches of API 1.6", canonical=True)  # fmt: skip
    yield case("integer-for-float", b'{"chi_start":0,"count_time":1}', {"chi_start": 0.0, "count_time": 1.0}, "SV1-025", "integers where floats are specified")  # fmt: skip
    yield case("unknown-keys", b'{"a key":[1,{"b":null}],"detector_orientation":[-1,0,0],"incident_energy":8047.5}', {"a key": [1, {"b": None}], "detector_orientation": [-1, 0, 0], "incident_energy": 8047.5}, "SV1-010", "keys of other firmware", canonical=True)  # fmt: skip
    yield case("unknown-big-integer", b'{"serial":123456789012345678901234567890}', {"serial": {"$int": "123456789012345678901234567890"}}, "SV1-010", "an integer beyond 64 bits", canonical=True)  # fmt: skip
    yield case("largest-uint", b'{"nimages":18446744073709551615}', {"nimages": {"$int": "18446744073709551615"}}, "SV1-025", "all 64 bits of nimages set", canonical=True)  # fmt: skip
    yield case("every-key", text(**EVERY), EVERY, "SV1-025 SV1-026", "every key that is known", canonical=True, kept=[])
    yield case("null", b'{"element":null,"nimages":3}', {"nimages": 3}, "SV1-011", "null is absent")
    yield case("newline", b'{"nimages":3}\n', {"nimages": 3}, "SV1-003", "API 1.6 ends JSON parts with a newline")
    yield case("blanks", b' {\t"nimages" :\r\n 3 } ', {"nimages": 3}, "SV1-003", "white space everywhere")
    yield case(
        "any-order", b'{"nimages":3,"element":"Cu"}', {"nimages": 3, "element": "Cu"}, "SV1-003", "keys in no order"
    )
    yield case("utf-8", '{"description":"Ä μ 漢 🎯"}'.encode(), {"description": "Ä μ 漢 🎯"}, "SV1-003", "text beyond ASCII", canonical=True)  # fmt: skip
    yield case("escapes", b'{"description":"\\u00e4\\ud83c\\udfaf\\n\\"\\\\/"}', {"description": 'ä🎯\n"\\/'}, "SV1-003", "escapes, a surrogate pair among them")  # fmt: skip
    yield case("short-float", b'{"detector_readout_time":1e-7}', {"detector_readout_time": 1e-7}, "SV1-025", "a float as firmware writes it")  # fmt: skip
    yield case("translation", b'{"detector_translation":[0,0.5,-0.25]}', {"detector_translation": [0.0, 0.5, -0.25]}, "SV1-025", "three numbers, integers among them")  # fmt: skip
    yield case("wrong-type-kept", b'{"count_time":"fast","nimages":-1}', {"count_time": "fast", "nimages": -1}, "SV1-012", "kept as they are, with a warning", kept=["config.count_time", "config.nimages"])  # fmt: skip
    yield case("translation-of-two-kept", b'{"detector_translation":[1,2]}', {"detector_translation": [1, 2]}, "SV1-012", "a list of another length is kept", kept=["config.detector_translation"])  # fmt: skip
    yield case("empty-texts", b'{"element":"","roi_mode":""}', {"element": "", "roi_mode": ""}, "SV1-025", "empty texts", canonical=True)  # fmt: skip
    yield case("empty-key", b'{"":1}', {"": 1}, "SV1-010", "an empty key", canonical=True)
    deep = {"a": 1}
    for _ in range(60):
        deep = {"a": deep}
    yield case("deep", text(**deep), deep, "SV1-010", "61 objects inside each other", canonical=True)
    for _ in range(3):
        deep = {"a": deep}
    deep["b"] = []
    yield case("deepest", text(**deep), deep, "SV1-060", "64 objects inside each other, as many as may be", canonical=True)  # fmt: skip
    floats = [key for key, one in EVERY.items() if isinstance(one, float)]
    whole = text(**dict.fromkeys(floats, 7))
    yield case("integer-for-every-float", whole, dict.fromkeys(floats, 7.0), "SV1-025", "an integer in every float key")
    yield case("many-digits", b'{"x":' + b"9" * 400 + b"}", {"x": {"$int": "9" * 400}}, "SV1-007", "an integer of 400 digits, the longest", canonical=True)  # fmt: skip


def images() -> Iterator[Vector]:
    raw = PIXELS.tobytes()
    yield valid("image/raw", image(raw), image_value(PIXELS), "SV1-001 SV1-004 SV1-030 SV1-032 SV1-041 SV1-050 SV1-051", "four parts, uncompressed", canonical=True, kept=[])  # fmt: skip
    yield valid("image/appendix", [*image(raw), b"note"], image_value(PIXELS, appendix=octets(b"note")), "SV1-028", "five parts", canonical=True)  # fmt: skip
    yield valid("image/appendix-empty", [*image(raw), b""], image_value(PIXELS, appendix=octets(b"")), "SV1-028", "an appendix without bytes", canonical=True)  # fmt: skip
    for dtype, code in (("uint8", "u1"), ("uint16", "u2"), ("uint32", "u4")):
        full = np.array([[0, 1, 2, 3], [2**8 - 1, 77, 5, 0], [9, 8, 7, np.iinfo(code).max]], dtype=f"<{code}")
        for order in "<>":
            swapped = full.astype(order + code)
            bits = 8 * full.itemsize
            little = nd(full)
            cases = {order: swapped.tobytes(), f"lz4{order}": literals(swapped.tobytes()), f"bs{bits}-lz4{order}": bslz4(swapped.tobytes(), full.itemsize)}  # fmt: skip
            for encoding, blob in cases.items():
                label = encoding.replace("<", "-little").replace(">", "-big").lstrip("-")
                value = {**image_value(full, encoding, dtype), "data": little}
                yield valid(f"image/{dtype}-{label}", image(blob, encoding, dtype), value, "SV1-031 SV1-040 SV1-041 SV1-042 SV1-043 SV1-044", f"{dtype} as {encoding}", canonical=encoding in "<>")  # fmt: skip
    large = np.arange(8 * 600, dtype="<u2").reshape(80, 60)
    yield valid("image/blocks", image(bslz4(large.tobytes(), 2), "bs16-lz4<", shape=(60, 80)), image_value(large, "bs16-lz4<", shape=(60, 80)), "SV1-044", "one full block and a short one")  # fmt: skip
    yield valid("image/block-of-128", image(bslz4(large.tobytes(), 2, 128), "bs16-lz4<", shape=(60, 80)), image_value(large, "bs16-lz4<", shape=(60, 80)), "SV1-043 SV1-044", "75 blocks of another size")  # fmt: skip
    tail = np.arange(21, dtype="<u2").reshape(3, 7) * 999
    yield valid("image/raw-tail", image(bslz4(tail.tobytes(), 2), "bs16-lz4<", shape=(7, 3)), image_value(tail, "bs16-lz4<", shape=(7, 3)), "SV1-044", "five elements behind the last multiple of 8")  # fmt: skip
    other = np.arange(16, dtype="<u4").reshape(4, 4)
    yield valid("image/shuffle-of-other-size", image(bslz4(other.tobytes(), 2), "bs16-lz4<", "uint32", (4, 4)), image_value(other, "bs16-lz4<", "uint32", (4, 4)), "SV1-046", "bs16 on uint32")  # fmt: skip
    for name, size in (("bs8-lz4>", 1), ("bs32-lz4>", 4)):
        blob = bslz4(other.astype(">u2").tobytes(), size)
        yield valid(f"image/{name[:-5]}-on-uint16-big", image(blob, name, "uint16", (4, 4)), image_value(other.astype("<u2"), name, "uint16", (4, 4)), "SV1-041 SV1-046", f"{name[:-5]} on big-endian uint16")  # fmt: skip
    zeros = np.zeros((64, 64), "<u4")
    yield valid("image/match", image(run(0, zeros.nbytes), "lz4<", "uint32", (64, 64)), image_value(zeros, "lz4<", "uint32", (64, 64)), "SV1-042", "a block that is a match over the whole frame")  # fmt: skip
    cube = np.arange(24, dtype="<u2").reshape(4, 3, 2)
    yield valid("image/three-dimensions", image(cube.tobytes(), shape=(2, 3, 4)), image_value(cube, shape=(2, 3, 4)), "SV1-030", "[x, y, z] gives (z, y, x)", canonical=True)  # fmt: skip
    one = np.array([[65535]], "<u2")
    yield valid("image/one-pixel", image(one.tobytes(), shape=(1, 1)), image_value(one, shape=(1, 1)), "SV1-030", "one pixel with all bits set", canonical=True)  # fmt: skip
    like = text(htype="dseries_end-1.0", series=6)
    yield valid("image/appendix-like-an-end", [*image(raw), like], {**image_value(PIXELS), "appendix": octets(like)}, "SV1-028", "the fifth part is the appendix, whatever it looks like", canonical=True)  # fmt: skip
    yield from image_forms(raw)


def image_forms(raw: bytes) -> Iterator[Vector]:
    base = image_value(PIXELS)
    parts = image(raw)
    value = {**base, "dimage": {"series": 6, "frame": 2**64 - 1}}
    value["dimage"]["frame"] = {"$int": str(2**64 - 1)}
    yield valid("image/largest-frame", image(raw, frame=2**64 - 1), value, "SV1-015", "all 64 bits of frame set", canonical=True)  # fmt: skip
    zero = {"start_time": 0, "stop_time": 0, "real_time": 0}
    yield valid("image/times-zero", image(raw, times=text(htype="dconfig-1.0", **zero)), {**base, "dconfig": zero}, "SV1-051", "the first image of a specification", canonical=True)  # fmt: skip
    most = 2**64 - 1
    all_set = text(htype="dconfig-1.0", start_time=most, stop_time=most, real_time=most)
    number = {"$int": str(most)}
    yield valid("image/times-all-ones", image(raw, times=all_set), {**base, "dconfig": {"start_time": number, "stop_time": number, "real_time": number}}, "SV1-051", "all 64 bits of the times set", canonical=True)  # fmt: skip
    yield valid("image/clock-of-1-6", image(raw, times=text(htype="dconfig-1.0", real_time=99251, start_time=143051295370, stop_time=143051394995)), {**base, "dconfig": {"start_time": 143051295370, "stop_time": 143051394995, "real_time": 99251}}, "SV1-051", "ticks of 20 ns", profile="api_1_6", canonical=True)  # fmt: skip
    yield valid("image/no-times", image(raw, times=text(htype="dconfig-1.0")), {**base, "dconfig": {}}, "SV1-011", "a dconfig that says nothing", canonical=True)  # fmt: skip
    without = json.loads(parts[0])
    del without["series"]
    yield valid("image/no-series", [text(**without), *parts[1:]], {**base, "dimage": {"frame": 0}}, "SV1-014", "the example of API 1.6", canonical=True)  # fmt: skip
    spelled = text(**{**json.loads(parts[0]), "series": "six"})
    yield valid("image/series-text-kept", [spelled, *parts[1:]], {**base, "dimage": {"series": "six", "frame": 0}}, "SV1-012 SV1-014", "text as series, kept with a warning", canonical=True, kept=["dimage.series"])  # fmt: skip
    del without["hash"]
    yield valid("image/no-hash", [text(**without), *parts[1:]], {**base, "dimage": {"frame": 0}}, "SV1-011 SV1-050", "nothing to check")  # fmt: skip
    digest = json.loads(parts[0])["hash"].upper()
    yield valid("image/hash-upper-case", image(raw, hash=digest), base, "SV1-050", "digits A to F in upper case")
    second = text(htype="dimage_d-1.0", shape=[4, 3], type="uint16", encoding="<", size=24) + b"\n"
    yield valid("image/newlines", image(raw, second=second), base, "SV1-003 SV1-050", "the hash covers the newline too")
    typo = text(htype="dimaged-1.0", shape=[4, 3], type="uint16", encoding="<", size=24)
    yield valid("image/htype-typo", image(raw, second=typo), base, "SV1-006", "a simulator's htype in the second part")
    yield valid("image/htype-version", [text(**{**json.loads(parts[0]), "htype": "dimage-1.1"}), *parts[1:]], base, "SV1-006", "another version of the word")  # fmt: skip
    bare = text(htype="dimage_d-1.0", shape=[4, 3], type="uint16", encoding="<")
    yield valid("image/no-size", image(raw, second=bare), base, "SV1-011 SV1-032", "no size to check")
    extra = text(htype="dimage_d-1.0", shape=[4, 3], type="uint16", encoding="<", size=24, threshold=1)
    value = {**base, "dimage_d": {**base["dimage_d"], "threshold": 1}}
    yield valid("image/unknown-keys", image(raw, second=extra, note={"a": []}), {**value, "dimage": {"series": 6, "frame": 0, "note": {"a": []}}}, "SV1-010", "keys that nobody knows in two parts", canonical=True)  # fmt: skip
    empty = np.zeros((0, 4), "<u2")
    yield valid("image/no-rows", image(b"", shape=(4, 0)), image_value(empty, shape=(4, 0)), "SV1-030 SV1-034", "no rows and no bytes", canonical=True)  # fmt: skip
    lacking = [parts[0], parts[1], parts[3]]
    value = {key: one for key, one in base.items() if key != "data"}
    yield valid("image/missing-blob", lacking, {**value, "missing": [3]}, "SV1-055", "a recording without the pixels", options={"missing": [3]})  # fmt: skip


def ends() -> Iterator[Vector]:
    yield valid("end/end", [text(htype="dseries_end-1.0", series=1)], {"kind": "end", "dseries_end": {"series": 1}}, "SV1-029 SV1-013", "one part", canonical=True)  # fmt: skip
    yield valid("end/series-zero", [text(htype="dseries_end-1.0", series=0)], {"kind": "end", "dseries_end": {"series": 0}}, "SV1-013", "series 0", canonical=True)  # fmt: skip
    yield valid("end/series-all-ones", [text(htype="dseries_end-1.0", series=2**64 - 1)], {"kind": "end", "dseries_end": {"series": {"$int": str(2**64 - 1)}}}, "SV1-013", "all 64 bits set", canonical=True)  # fmt: skip
    yield valid("end/newline", [b'{"htype":"dseries_end-1.0","series":1}\n'], {"kind": "end", "dseries_end": {"series": 1}}, "SV1-003", "a newline at the end")  # fmt: skip
    yield valid("end/unknown-key", [b'{"htype":"dseries_end-1.0","reason":"abort","series":1}'], {"kind": "end", "dseries_end": {"series": 1, "reason": "abort"}}, "SV1-010", "a key that nobody knows", canonical=True)  # fmt: skip


def texts() -> Iterator[Vector]:
    """JSON that is none, or that does harm: always the second part of a header."""

    def case(name: str, raw: bytes, category: Any, rules: str, doc: str, path: str = "config", at: str = "part 2", **more: Any) -> Vector:  # fmt: skip
        return invalid(f"json/{name}", [header("basic"), raw], category, rules, doc, path, at, **more)

    yield case("empty", b"", "syntax", "SV1-003", "no bytes", at="part 2 byte 0")
    whole = b'{"nimages":3,"element":"Cu"}'
    for end in range(1, len(whole)):
        yield invalid(f"json/cut-at-{end:02}", [header("basic"), whole[:end]], "syntax", "SV1-003", "the text ends early", "config")  # fmt: skip
    yield case("trailing", b'{"nimages":3}x', "syntax", "SV1-003", "a letter behind the object", at="part 2 byte 13")
    yield case("two-objects", b"{}{}", "syntax", "SV1-003", "two objects", at="part 2 byte 2")
    yield case("list", b"[]", "type", "SV1-003", "a list")
    yield case("text", b'"x"', "type", "SV1-003", "text")
    yield case("number", b"7", "type", "SV1-003", "a number")
    yield case("null", b"null", "type", "SV1-003", "null")
    yield case("bom", b"\xef\xbb\xbf{}", "syntax", "SV1-003", "a byte order mark", at="part 2 byte 0")
    yield case("utf-16", '{"a":1}'.encode("utf-16"), "syntax", "SV1-003", "UTF-16", at="part 2 byte 0")
    yield case("not-utf-8", b'{"element":"\xff"}', "syntax", "SV1-003", "a byte that is no UTF-8", at="part 2 byte 12")
    yield case("surrogate", b'{"element":"\\ud800"}', "syntax", "SV1-003", "half of a surrogate pair")
    yield case("control", b'{"element":"a\nb"}', "syntax", "SV1-003", "a newline in a text", at="part 2 byte 13")
    yield case("single-quotes", b"{'a':1}", "syntax", "SV1-003", "single quotes", at="part 2 byte 1")
    yield case("comment", b"{}//", "syntax", "SV1-003", "a comment", at="part 2 byte 2")
    yield case("nan", b'{"count_time":NaN}', "syntax", "SV1-007", "NaN", "config.count_time")
    yield case("infinity", b'{"a":[0,{"b":-Infinity}]}', "syntax", "SV1-007", "an infinity, deep", "config.a[1].b")
    yield case("beyond-floats", b'{"count_time":1e999}', "constraint", "SV1-007", "a number beyond every float", "config.count_time")  # fmt: skip
    yield case("digits", b'{"x":' + b"9" * 401 + b"}", "limit", "SV1-007", "401 digits", "config.x")
    yield case("duplicate", b'{"nimages":1,"nimages":2}', "constraint", "SV1-008", "a key twice", "config.nimages")
    yield case(
        "duplicate-deep", b'{"a":[{"b":1,"b":1}]}', "constraint", "SV1-008", "a key twice, deep", "config.a[0].b"
    )
    yield case("deep-lists", b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}", "limit", "SV1-060", "5000 lists inside each other")  # fmt: skip
    yield case("deep-objects", b'{"a":' * 64 + b"{}" + b"}" * 64, "limit", "SV1-060", "65 objects, the limit is 64")
    yield case("deep-and-cut", b"[" * 5000, "limit", "SV1-060", "nothing but brackets")
    yield case("items", b'{"a":[1,1,1,1]}', "limit", "SV1-060", "more items than the caller allows", options={"limits": {"items": 4}})  # fmt: skip
    yield case("deep-65", b'{"a":' * 65 + b"1" + b"}" * 65, "limit", "SV1-060", "65 objects inside each other")


def orders() -> Iterator[Vector]:
    raw = image(PIXELS.tobytes())
    whole = [header(), CONFIG, *TABLES]
    yield invalid("order/no-parts", [b""], "syntax", "SV1-003", "an empty part", at="part 1 byte 0")
    yield invalid("order/no-htype", [b'{"series":1}'], "constraint", "SV1-002", "htype is missing", "htype", "part 1")
    yield invalid("order/unknown-htype", [text(htype="dimagine-1.0")], "constraint", "SV1-002", "a word that nobody knows", "htype", "part 1")  # fmt: skip
    yield invalid("order/htype-no-text", [text(htype=1)], "constraint", "SV1-002", "a number as htype", "htype", "part 1")  # fmt: skip
    yield invalid("order/htype-list", [text(htype=["dimage-1.0"])], "constraint", "SV1-002", "a list as htype", "htype", "part 1")  # fmt: skip
    yield invalid("order/begins-with-second", raw[1:], "constraint", "SV1-002", "an image without its first part", "htype", "part 1")  # fmt: skip
    for count in range(1, 4):
        name = ("", "dimage_d", "data", "dconfig")[count]
        yield invalid(f"order/image-of-{count}", raw[:count], "truncated", "SV1-005", "the message ends early", name, f"part {count + 1}")  # fmt: skip
    for count in range(1, 8):
        yield invalid(f"order/header-of-{count}", whole[:count], "truncated", "SV1-005", "the message ends early", at=f"part {count + 1}")  # fmt: skip
    yield invalid("order/image-of-6", [*raw, b"a", b"b"], "framing", "SV1-005", "two appendices", at="part 6")
    yield invalid("order/header-of-10", [*whole, b"a", b"b"], "framing", "SV1-005", "two appendices", at="part 10")
    yield invalid("order/end-of-2", [text(htype="dseries_end-1.0", series=1), b""], "framing", "SV1-005", "a part behind the end", at="part 2")  # fmt: skip
    swapped = [raw[0], raw[3], raw[2], raw[1]]
    yield invalid("order/swapped", swapped, "framing", "SV1-004", "the fourth part in place of the second", "dimage_d.htype", "part 2")  # fmt: skip
    yield invalid("order/config-is-table", [whole[0], whole[2], *whole[2:]], "framing", "SV1-022", "a table in place of the config", "config.htype", "part 2")  # fmt: skip
    yield invalid("order/tables-swapped", [*whole[:2], *whole[4:6], *whole[2:4], *whole[6:]], "framing", "SV1-023", "the mask before the flatfield", "dflatfield.htype", "part 3")  # fmt: skip
    yield invalid("order/no-htype-later", [raw[0], b"{}", *raw[2:]], "framing", "SV1-004", "the second part does not say what it is", "dimage_d.htype", "part 2")  # fmt: skip
    yield invalid("order/missing-first", raw[1:], "state", "SV1-002 SV1-055", "the first part is named as missing", at="part 1", options={"missing": [1]})  # fmt: skip


def fields() -> Iterator[Vector]:
    raw = PIXELS.tobytes()
    yield invalid("fields/detail", [header("some")], "constraint", "SV1-021", "a header_detail that nobody knows", "dheader.header_detail", "part 1")  # fmt: skip
    yield invalid("fields/detail-number", [text(htype="dheader-1.0", series=1, header_detail=1)], "type", "SV1-021 SV1-012", "a number as header_detail", "dheader.header_detail", "part 1")  # fmt: skip
    yield invalid("fields/series-negative", [text(htype="dseries_end-1.0", series=-1)], ["constraint", "type"], "SV1-013", "a negative series", "dseries_end.series", "part 1")  # fmt: skip
    yield invalid("fields/series-65-bits", [text(htype="dseries_end-1.0", series=2**64)], ["constraint", "type"], "SV1-013", "a series of 65 bits", "dseries_end.series", "part 1")  # fmt: skip
    yield invalid("fields/series-float", [b'{"htype":"dseries_end-1.0","series":1.0}'], "type", "SV1-013", "a float as series", "dseries_end.series", "part 1")  # fmt: skip
    yield invalid("fields/series-true", [text(htype="dseries_end-1.0", series=True)], "type", "SV1-013", "true as series", "dseries_end.series", "part 1")  # fmt: skip
    yield invalid("fields/frame-text", image(raw, frame="0"), "type", "SV1-015 SV1-012", "text as frame", "dimage.frame", "part 1")  # fmt: skip

    def second(name: str, rules: str, doc: str, path: str, category: Any, at: str = "part 2", **more: Any) -> Vector:
        entries = {"htype": "dimage_d-1.0", "shape": [4, 3], "type": "uint16", "encoding": "<", "size": 24, **more}
        part = text(**{key: one for key, one in entries.items() if one is not None})
        return invalid(f"fields/{name}", image(raw, second=part), category, rules, doc, path, at)

    yield second("shape-missing", "SV1-030 SV1-011", "no shape", "dimage_d.shape", "type", shape=None)
    yield second("shape-text", "SV1-030", "text as shape", "dimage_d.shape", "type", shape="4x3")
    yield second(
        "shape-negative", "SV1-030", "a negative extent", "dimage_d.shape[0]", ["constraint", "type"], shape=[-4, 3]
    )
    yield second("shape-float", "SV1-030", "a float as extent", "dimage_d.shape[1]", "type", shape=[4, 3.0])
    yield second("shape-33", "SV1-030", "33 dimensions", "dimage_d.shape", "constraint", shape=[1] * 33)
    yield second("type-unknown", "SV1-031", "a type that nobody knows", "dimage_d.type", "unsupported", type="uint64")
    yield second("type-missing", "SV1-031 SV1-011", "no type", "dimage_d.type", "unsupported", type=None)
    yield second("type-undefined", "SV1-031", "an image has pixels", "dimage_d.type", "unsupported", type="undefined")
    yield second("type-of-tables", "SV1-031", "pixels are integers", "dimage_d.type", "unsupported", type="float32")
    yield second("encoding-unknown", "SV1-040", "an encoding that nobody knows", "dimage_d.encoding", "unsupported", encoding="bs64-lz4<")  # fmt: skip
    yield second("encoding-empty", "SV1-040", "an empty encoding", "dimage_d.encoding", "unsupported", encoding="")
    yield second("encoding-missing", "SV1-040 SV1-011", "no encoding", "dimage_d.encoding", "unsupported", encoding=None)  # fmt: skip
    yield second("size-other", "SV1-032", "one byte less than there are", "dimage_d.size", "size", size=23)
    yield second("size-all-ones", "SV1-032", "all 64 bits of size set", "dimage_d.size", "size", size=2**64 - 1)
    yield second("shape-larger", "SV1-034", "13 pixels in 24 bytes", "data", "size", at="part 3 byte 0", shape=[13, 1])
    yield second("shape-overflows", "SV1-034 SV1-060", "a product beyond 64 bits", "dimage_d.shape", "limit", shape=[2**32, 2**32])  # fmt: skip
    yield second("shape-all-ones", "SV1-034 SV1-060", "extents with all 64 bits set", "dimage_d.shape", "limit", shape=[2**64 - 1, 2**64 - 1])  # fmt: skip
    none = text(htype="dimage_d-1.0", shape=[0, 2**62], type="uint16", encoding="<", size=0)
    yield invalid("fields/shape-zero-and-vast", image(b"", second=none), "limit", "SV1-034 SV1-060", "no pixels, in more columns than memory can count", "dimage_d.shape", "part 2")  # fmt: skip
    full = [header(), CONFIG, text(htype="dflatfield-1.0", shape=[], type="undefined"), b"x", *TABLES[2:]]
    yield invalid("fields/undefined-with-bytes", full, "size", "SV1-024", "an undefined table with a byte", "flatfield", "part 4")  # fmt: skip
    full[2:4] = [text(htype="dflatfield-1.0", shape=[3, 2], type="undefined"), b""]
    yield invalid("fields/undefined-with-extents", full, "size", "SV1-024", "an undefined table with extents", "flatfield", "part 4")  # fmt: skip
    full[2:4] = [text(htype="dflatfield-1.0", shape=[3, 2], type="float32"), FLAT.tobytes()[:-1]]
    yield invalid(
        "fields/table-short", full, "size", "SV1-033 SV1-034", "one byte too few", "flatfield", "part 4 byte 0"
    )


def payloads() -> Iterator[Vector]:
    raw = PIXELS.tobytes()
    pair = np.arange(4096 + 16, dtype="<u2")
    good = bslz4(raw, 2)

    def case(name: str, blob: bytes, rules: str, doc: str, at: int, encoding: str = "bs16-lz4<", category: Any = "compression", shape: Any = (4, 3)) -> Vector:  # fmt: skip
        return invalid(f"payload/{name}", image(blob, encoding, shape=shape), category, rules, doc, "data", f"part 3 byte {at}")  # fmt: skip

    packed = literals(raw)
    yield case("lz4-empty", b"", "SV1-042", "no bytes", 0, "lz4<")
    yield case("lz4-short", packed[:-1], "SV1-042", "the last literal is missing", 0, "lz4<")
    yield case("lz4-long", literals(raw + b"\0"), "SV1-042", "one byte too many comes out", 0, "lz4<")
    yield case("lz4-less", literals(raw[:-1]), "SV1-042", "one byte too few comes out", 0, "lz4<")
    yield case("lz4-offset-zero", bytes([0x1F, 0, 0, 0]) + bytes([0, 0x50]) + bytes(5), "SV1-042", "a match of offset 0", 0, "lz4<")  # fmt: skip
    yield case("lz4-bomb", b"\x1f\0\1\0" + b"\xff" * 20, "SV1-042", "a match that never ends", 0, "lz4<")
    yield case("lz4-with-header", good[:12] + packed, "SV1-042", "a header in front of a bare block", 0, "lz4<")
    for cut in range(12):
        yield case(f"header-of-{cut:02}", good[:cut], "SV1-043", "the header is cut", 0)
    yield case("size-all-ones", b"\xff" * 8 + good[8:], "SV1-043 SV1-060", "all 64 bits of the size set", 0, category="size")  # fmt: skip
    yield case("size-other", struct.pack(">Q", 22) + good[8:], "SV1-043", "another size", 0, category="size")
    yield case("block-size-zero", good[:8] + bytes(4) + good[12:], "SV1-043", "a block size of 0", 0)
    yield case("block-size-odd", good[:8] + struct.pack(">I", 8190) + good[12:], "SV1-043", "no multiple of 8 elements", 0)  # fmt: skip
    yield case("block-length-all-ones", good[:12] + b"\xff" * 4 + good[16:], "SV1-044", "all 32 bits of a block's length set", 12)  # fmt: skip
    yield case("block-length-zero", good[:12] + bytes(4) + good[16:], "SV1-044", "a block of no bytes", 12)
    yield case("trailing", good + b"\0", "SV1-045", "a byte behind the end", len(good))
    yield case("tail-short", good[:-1], "SV1-044", "the raw tail is cut", len(good) - 8)
    two = bslz4(pair.tobytes(), 2)
    (first,) = struct.unpack_from(">I", two, 12)
    yield case("trailing-without-tail", two + b"\0", "SV1-045", "a byte behind the last block", len(two), shape=(4112, 1))  # fmt: skip
    yield case("second-block-missing", two[: 16 + first], "SV1-044", "the payload ends between blocks", 16 + first, shape=(4112, 1))  # fmt: skip
    yield case("second-block-cut", two[:-1], "SV1-044", "the last byte is missing", 16 + first, shape=(4112, 1))


def hashes() -> Iterator[Vector]:
    raw = PIXELS.tobytes()
    parts = image(raw)
    other = text(htype="dimage_d-1.0", shape=[3, 4], type="uint16", encoding="<", size=24)
    yield invalid("hash/other-part", [parts[0], other, *parts[2:]], "checksum", "SV1-050", "the second part was changed", "dimage.hash", "part 1")  # fmt: skip
    yield invalid("hash/one-digit", image(raw, hash="0" * 32), "checksum", "SV1-050", "another hash", "dimage.hash", "part 1")  # fmt: skip
    yield invalid("hash/short", image(raw, hash=json.loads(parts[0])["hash"][:31]), "checksum", "SV1-050", "31 digits", "dimage.hash", "part 1")  # fmt: skip
    yield invalid("hash/empty", image(raw, hash=""), "checksum", "SV1-050", "no digits", "dimage.hash", "part 1")
    yield invalid("hash/newline-not-covered", [parts[0], parts[1] + b"\n", *parts[2:]], "checksum", "SV1-050", "a newline more", "dimage.hash", "part 1")  # fmt: skip


GROUPS = {
    "valid": (
        headers,
        configs,
        images,
        ends,
        writing.spelled,
        writing.dialects,
        writing.tables,
        writing.kept,
        edges.edges,
    ),
    "invalid": (
        texts,
        orders,
        fields,
        payloads,
        hashes,
        writing.unspelled,
        writing.broken_tables,
        writing.refused,
        edges.guarded,
    ),
    "encode": (writing.written, writing.unwritten),
    "scenarios": (edges.series,),
}


def main(folder: Path) -> None:
    """Write every `valid`, `invalid`, `encode` and `scenarios.<group>.json` into *folder*."""
    for kind, makers in GROUPS.items():
        for maker in makers:
            vectors = list(maker())
            group = vectors[0]["id"].split("/")[1]
            content = {"format": "simplon_v1", "version": "1.8", "group": group, "provenance": PROVENANCE, "vectors": vectors}  # fmt: skip
            written = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
            (folder / f"{kind}.{group}.json").write_text(written, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
