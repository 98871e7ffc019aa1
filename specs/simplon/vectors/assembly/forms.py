"""CBOR in forms that no encoder here writes, and keys that come twice."""

from __future__ import annotations

from .cbor import (
    NULL,
    PREFIX,
    array,
    blob,
    chunks,
    f64,
    integer,
    loose_array,
    loose_mapping,
    mapping,
    tag,
    text,
)
from .messages import FULL, PIXELS, PIXELS_VALUE
from .parts import BASE, UID, base, image, image_value, message, multi, start, start_value
from .payload import bslz4
from .vectors import Group, dated

__all__ = ["groups"]


def groups() -> list[Group]:
    return [_forms(), _duplicates()]


def _forms() -> Group:
    group = Group("forms")
    pairs = BASE("end")
    for width in (1, 2, 4, 8):
        data = message(pairs[0], ("series_id", integer(1, width)), pairs[2])
        group.valid(
            f"integer-in-{width}-bytes", "091", f"series_id 1 in {width} byte(s) after the head", data, base("end")
        )
        long = [(text(key, width) if isinstance(key, str) else key, value) for key, value in pairs]
        group.valid(
            f"lengths-in-{width}-bytes",
            "091",
            f"The lengths of the keys and the count of the map in {width} byte(s)",
            PREFIX + mapping(*long, width=width),
            base("end"),
        )
        data = start(("arm_date", tag(0, text("2026-06-01T12:00:00Z", width), width)))
        group.valid(
            f"tag-in-{width}-bytes",
            "091",
            f"Tag 0 in {width} byte(s)",
            data,
            start_value(arm_date=dated("2026-06-01T12:00:00Z")),
        )
    group.valid("prefix-in-4-bytes", "091 003", "Tag 55799 in four bytes", tag(55799, mapping(*pairs), 4), base("end"))
    group.valid(
        "map-without-count",
        "091",
        "The message is a map of indefinite length",
        PREFIX + loose_mapping(*pairs),
        base("end"),
    )
    group.valid(
        "map-without-count-or-prefix",
        "091 003",
        "A map of indefinite length without prefix",
        loose_mapping(*pairs),
        base("end"),
    )
    data = message((chunks(text("ty"), text("pe")), chunks(text("e"), text("n"), text(""), text("d"))), *pairs[1:])
    group.valid("type-in-chunks", "091", "The key type and its value in chunks", data, base("end"))
    data = message(*pairs[:2], ("series_unique_id", b"\x7f\xff"))
    group.valid(
        "text-of-no-chunk",
        "091",
        "series_unique_id in chunks, of which there is none",
        data,
        base("end") | {"series_unique_id": ""},
    )
    _loose_fields(group)
    return group


def _loose_fields(group: Group) -> None:
    loose = start(
        ("channels", loose_array(text("a"), text("b"))),
        ("threshold_energy", loose_mapping(("a", f64(1.0)))),
        ("goniometer", loose_mapping(("phi", loose_mapping()))),
    )
    group.valid(
        "fields-without-count",
        "091",
        "An array and maps of indefinite length in a start message",
        loose,
        start_value(channels=["a", "b"], threshold_energy={"a": 1.0}, goniometer={"phi": {}}),
    )
    data = message(*BASE("image"), ("real_time", loose_array(integer(1), integer(3, 8))))
    group.valid(
        "ratio-without-count",
        "091 046",
        "real_time as an array of indefinite length",
        data,
        base("image") | {"real_time": {"$ratio": [1, 3]}},
    )
    _loose_arrays(group)


def _loose_arrays(group: Group) -> None:
    raw = bytes.fromhex("000001000200fffffefffdff")
    parts = chunks(blob(raw[:5]), blob(b""), blob(raw[5:]))
    channel = tag(40, loose_array(loose_array(integer(2), integer(3, 2)), tag(69, parts, 4)), 8)
    group.valid(
        "array-in-chunks",
        "091 053",
        "An image whose array, dimensions and bytes all have indefinite length",
        image(("1", channel)),
        image_value({"1": PIXELS_VALUE}),
    )
    payload = bslz4(raw, 2)
    packed = tag(
        56500, loose_array(chunks(text("bs"), text("lz4")), integer(2, 4), chunks(blob(payload[:7]), blob(payload[7:])))
    )
    channel = tag(40, array(array(integer(2), integer(3)), tag(69, packed)))
    group.valid(
        "payload-in-chunks",
        "091 068",
        "A compressed payload in two chunks, cut inside its header",
        image(("1", channel)),
        image_value({"1": PIXELS_VALUE}),
    )
    wide = blob(raw, 8)
    channel = tag(40, array(array(integer(2), integer(3)), tag(69, wide)))
    group.valid(
        "bytes-with-long-length",
        "091",
        "The length of the pixels in eight bytes",
        image(("1", channel)),
        image_value({"1": PIXELS_VALUE}),
    )
    everything = loose_mapping(*BASE("start"), *((key, item) for key, item, _ in FULL))
    group.valid(
        "whole-start-without-count",
        "091 087",
        "A whole start message as a map of indefinite length",
        PREFIX + everything,
        start_value(**{key: value for key, _, value in FULL}),
    )


def _duplicates() -> Group:
    group = Group("duplicates")
    pairs = BASE("end")
    data = message(pairs[0], ("series_id", integer(7)), pairs[1], pairs[2])
    group.valid("series-id", "093", "series_id twice, the last wins", data, base("end"))
    data = message(pairs[0], ("series_id", text("x")), pairs[1], pairs[2])
    group.either(
        "series-id-first-wrong",
        "093 094",
        "series_id twice, the one that loses is text",
        data,
        base("end"),
        "type constraint",
        "series_id",
        level="SHOULD",
    )
    data = message(("type", text("start")), *pairs)
    group.valid("type", "093 006", "type twice, the last wins", data, base("end"))
    group.valid(
        "null-last",
        "093 090",
        "count_time twice, the last is null",
        start(("count_time", f64(1.0)), ("count_time", NULL)),
        start_value(),
    )
    group.valid(
        "unknown", "093 087", "An unknown key twice", start(("x", integer(1)), ("x", text("b"))), start_value(x="b")
    )
    data = start(("user_data", mapping(("a", integer(1)), ("b", integer(2)), ("a", integer(3)))))
    group.valid(
        "in-user-data", "093 043", "A key twice in a map of user_data", data, start_value(user_data={"a": 3, "b": 2})
    )
    data = start(("threshold_energy", mapping(("t", f64(1.0)), ("t", f64(2.0)))))
    group.valid("in-threshold-energy", "093 042", "A threshold twice", data, start_value(threshold_energy={"t": 2.0}))
    group.valid(
        "channel",
        "093 049",
        "A channel twice in data",
        image(("1", multi((1, 1), tag(64, blob(b"\0")))), ("1", PIXELS)),
        image_value({"1": PIXELS_VALUE}),
    )
    data = message(("type", text("end")), (text("series_id", 1), integer(3)), *pairs[1:])
    group.valid(
        "in-another-form",
        "093 091",
        "series_id twice, the first key with a longer head",
        data,
        base("end") | {"series_unique_id": UID},
    )
    return group
