"""What a writer writes when it is told nothing, or told an option; what it must not write; what a reader kept."""

from __future__ import annotations

import struct
from typing import Any

from .cbor import array, blob, f64, integer, mapping, ratio, tag, text
from .fields import UINTS
from .messages import FULL, LEVELS, PIXELS, PIXELS_VALUE
from .parts import BASE, base, image, image_value, message, multi, start, start_value
from .vectors import Group, nd, rational

__all__ = ["groups"]

NONE = {"compression": "none"}
CODES = {"u1": (64, "|u1", "<B"), "u2": (69, "<u2", "<H"), "u4": (70, "<u4", "<I"), "f4": (85, "<f4", "<f")}


def groups() -> list[Group]:
    return [_written(), _unwritten(), _kept()]


def seven(code: str) -> tuple[bytes, Any]:
    """Seven elements: too few for a block of the bit shuffle, so that one payload only is right. Bytes and value."""
    numbers = [0, 1, 2, 3, 100, 7, 255]
    raw = b"".join(struct.pack(CODES[code][2], one) for one in numbers)
    return raw, nd(numbers, CODES[code][1], (1, 7))


def packed(code: str, algorithm: str) -> bytes:
    """The seven elements as a writer packs them: bslz4 without a block, lz4 as one block that is stored raw."""
    raw, _ = seven(code)
    head = struct.pack(">QI", len(raw), 8192)
    payload = head + raw if algorithm == "bslz4" else head + struct.pack(">I", len(raw)) + raw
    item = tag(56500, array(text(algorithm), integer(int(code[1]) if algorithm == "bslz4" else 0), blob(payload)))
    return tag(CODES[code][0], item)


def _written() -> Group:
    group = Group("written")
    channels = {code: seven(code)[1] for code in ("u1", "u2", "u4")}
    for name, algorithm, options in (("by-default", "bslz4", {}), ("bslz4", "bslz4", {"compression": "bslz4"})):
        data = image(*((code, multi((1, 7), packed(code, algorithm))) for code in channels))
        doc = f"Images of each type, {algorithm} {'unless something else is asked for' if not options else 'asked for'}"
        group.encode(f"image-{name}", "068 071 072 076", doc, data, image_value(channels), options)
    for code in channels:
        data = image((code, multi((1, 7), packed(code, "lz4"))))
        doc = f"An image of {code} in one block of lz4, which is stored as it is where that is not longer"
        group.encode(f"image-lz4-{code}", "068 071 081", doc, data, image_value({code: channels[code]}), {"compression": "lz4"}, level="SHOULD")  # fmt: skip
    tables = start(
        ("countrate_correction_lookup_table", packed("u4", "bslz4")),
        ("flatfield", mapping(("threshold_1", multi((1, 7), packed("f4", "bslz4"))))),
        ("pixel_mask", mapping(("threshold_1", multi((1, 7), packed("u4", "bslz4"))))),
    )
    value = start_value(
        countrate_correction_lookup_table=nd([0, 1, 2, 3, 100, 7, 255], "<u4"),
        flatfield={"threshold_1": seven("f4")[1]},
        pixel_mask={"threshold_1": channels["u4"]},
    )
    group.encode("tables-by-default", "030 033 039 068", "The three tables are compressed like images", tables, value, {})  # fmt: skip
    _by_detail(group)
    _order(group)
    return group


def _by_detail(group: Group) -> None:
    whole = start_value(**{key: value for key, _, value in FULL})
    for detail in ("all", "basic", "none"):
        left_out = LEVELS["basic"] if detail != "all" else ()
        data = start(*((key, item) for key, item, _ in FULL if key not in left_out))
        doc = f"A whole start message, written with header_detail {detail}"
        group.encode(f"detail-{detail}", "044", doc, data, whole, {**NONE, "header_detail": detail})


def _order(group: Group) -> None:
    """A key that nobody knows comes behind those that are known, and in front of data."""
    later = ("zinc", text("30"))
    data = start(*((key, item) for key, item, _ in FULL), later)
    value = start_value(**{key: one for key, _, one in FULL}, zinc="30")
    group.canonical("start-unknown-last", "009 087", "An unknown key behind the last known one", data, value)
    value = {**base("end"), "zinc": "30"}
    group.canonical("end-unknown-last", "009 087", "An unknown key in an end message", message(*BASE("end"), later), value)  # fmt: skip
    data = image(("1", PIXELS), before=(("user_data", integer(1)), later))
    value = image_value({"1": PIXELS_VALUE}, user_data=1, zinc="30")
    group.canonical("image-unknown-before-data", "009 087", "An unknown key between user_data and data", data, value)
    axis = mapping(("increment", f64(0.5)), ("start", f64(1.5)), later)
    value = start_value(goniometer={"chi": {"increment": 0.5, "start": 1.5, "zinc": "30"}})
    data = start(("goniometer", mapping(("chi", axis))))
    group.canonical("axis-unknown-last", "009 034 087", "An unknown key in an axis of the goniometer", data, value)


def _unwritten() -> Group:
    group = Group("unwritten")
    whole = {"start": start_value(), "image": image_value({"1": PIXELS_VALUE}), "end": base("end")}
    for kind, value in whole.items():
        for key in ("series_id", "series_unique_id", *(("image_id", "data") if kind == "image" else ())):
            lacking = {name: one for name, one in value.items() if name != key}
            doc = f"{key} is missing in a message of type {kind}"
            group.unwritable(f"{kind}-without-{key.replace('_', '-')}", "023", doc, lacking, "constraint", key)
    for key in ("series_id", "image_id"):
        wrong = {**whole["image"], key: -1}
        group.unwritable(f"{key.replace('_', '-')}-negative", "021 045", f"{key} is -1", wrong, "type constraint", key)
    for name, options in (("detail-unknown", {"header_detail": "some"}), ("algorithm-unknown", {"compression": "zip"})):
        doc = f"{'header_detail' if 'detail' in name else 'An algorithm'} that nobody knows"
        group.unwritable(name, "044" if "detail" in name else "070", doc, whole["start"], "constraint unsupported", "", encode_options=options)  # fmt: skip
    group.unwritable("type-unknown", "006", "A type that nobody knows", {**whole["end"], "type": "halt"}, "constraint")
    group.unwritable("type-missing", "006", "No type", {"series_id": 1, "series_unique_id": "u"}, "constraint")
    return group


def _kept() -> Group:
    """A value of another type than specified is kept, and told; what is as specified is not."""
    group = Group("kept")
    pixels = {code: seven(code)[1] for code in ("u1", "u2", "u4")}
    items = [(code, multi((1, 7), tag(CODES[code][0], blob(seven(code)[0])))) for code in pixels]
    zero = ratio(0, 1)
    times = ("real_time", "start_time", "stop_time")
    pairs = (*((key, zero) for key in times), ("user_data", mapping(("a", integer(1)))))
    data = message(*BASE("image"), ("image_id", integer(0)), *pairs, ("data", mapping(*items)))
    value = base("image") | {
        "image_id": 0,
        **dict.fromkeys(times, rational(0, 1)),
        "user_data": {"a": 1},
        "data": pixels,
    }
    group.canonical("nothing-of-an-image", "046 047 095", "Pixels of each type, times of 0, a map as user_data", data, value, kept=[])  # fmt: skip
    _kept_numbers(group, times)
    _kept_arrays(group)
    return group


def _kept_numbers(group: Group, times: tuple[str, ...]) -> None:
    data = start(*((key, integer(-1)) for key in UINTS))
    group.valid("negative-integers", "036 038 041 095", "-1 in every unsigned integer of a start message", data, start_value(**dict.fromkeys(UINTS, -1)), kept=list(UINTS))  # fmt: skip
    data = message(*BASE("image"), *((key, ratio(-1, 2)) for key in times))
    value = base("image") | {key: [-1, 2] for key in times}
    group.valid("negative-times", "046 047 095", "Times before 0 are no two unsigned integers", data, value, kept=list(times))  # fmt: skip
    data = start(("detector_translation", array(integer(1), integer(2))))
    group.valid("translation-of-two", "032 095", "Two integers in place of three floats stay integers", data, start_value(detector_translation=[1, 2]), kept=["detector_translation"])  # fmt: skip
    data = start(("image_dtype", text("uint64")))
    group.valid("dtype-unknown", "035 095", "A pixel type that the format has not", data, start_value(image_dtype="uint64"), kept=["image_dtype"])  # fmt: skip
    axis = mapping(("increment", text("fast")), ("start", f64(1.5)))
    data = start(("goniometer", mapping(("chi", axis), ("phi", mapping(("start", text("here")))))))
    value = start_value(goniometer={"chi": {"increment": "fast", "start": 1.5}, "phi": {"start": "here"}})
    group.valid("inside-an-axis", "034 095", "Texts in place of floats, in two axes", data, value, kept=["goniometer.chi.increment", "goniometer.phi.start"])  # fmt: skip
    for kind in ("start", "image", "end"):
        pairs = [("type", text(kind)), ("series_id", integer(1)), ("series_unique_id", integer(9))]
        value = {"type": kind, "series_id": 1, "series_unique_id": 9}
        if kind != "end":
            group.valid(f"unique-id-of-{kind}", "022 095", f"series_unique_id of a message of type {kind} is an integer", message(*pairs), value, kept=["series_unique_id"])  # fmt: skip
        pairs[1:2] = [("series_id", integer(-1))]
        group.invalid(f"series-id-of-{kind}", "021 094", f"series_id of a message of type {kind} is -1", message(*pairs), "type constraint", "series_id")  # fmt: skip


def _kept_arrays(group: Group) -> None:
    """Arrays of another type, or of other dimensions, than specified."""
    for name, key, item, value in (
        ("table", "countrate_correction_lookup_table", tag(69, blob(b"\1\0")), nd([1], "<u2")),
        ("table-rows", "countrate_correction_lookup_table", multi((1, 1), tag(70, blob(bytes(4)))), nd([[0]], "<u4")),
        ("flatfield", "flatfield", mapping(("1", multi((1, 1), tag(86, blob(bytes(8)))))), {"1": nd([[0]], "<f8")}),
        ("flatfield-list", "flatfield", mapping(("1", multi((2,), tag(85, blob(bytes(8)))))), {"1": nd([0, 0], "<f4")}),
        ("mask", "pixel_mask", mapping(("1", multi((1, 1), tag(69, blob(bytes(2)))))), {"1": nd([[0]], "<u2")}),
        ("mask-cube", "pixel_mask", mapping(("1", multi((1, 1, 1), tag(70, blob(bytes(4)))))), {"1": nd([[[0]]], "<u4")}),
    ):  # fmt: skip
        odd = len(name.split("-")) > 1  # other dimensions
        more = {"encode": "an encoder writes tables of the dimensions that are specified"} if odd else {}
        group.valid(f"array-{name}", "061 095", f"{key} has other {'dimensions' if odd else 'elements'}", start((key, item)), start_value(**{key: value}), kept=[key], **more)  # fmt: skip
    for name, item, value in (
        ("signed", multi((1, 1), tag(77, blob(bytes(2)))), nd([[0]], "<i2")),
        ("wide", multi((1, 1), tag(71, blob(bytes(8)))), nd([[0]], "<u8")),
        ("floats", multi((1, 1), tag(85, blob(bytes(4)))), nd([[0]], "<f4")),
        ("line", multi((1,), tag(64, blob(bytes(1)))), nd([0], "|u1")),
        ("cube", multi((1, 1, 1), tag(64, blob(bytes(1)))), nd([[[0]]], "|u1")),
    ):
        value = image_value({"1": value})
        group.valid(f"pixels-{name}", "049 061", "Pixels as no detector sends them", image(("1", item)), value, kept=["data"])  # fmt: skip
