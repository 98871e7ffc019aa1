"""user_data of every kind, unknown keys and tags, dates."""

from __future__ import annotations

from typing import Any

from .cbor import (
    FALSE,
    NULL,
    TRUE,
    array,
    blob,
    chunks,
    date,
    f16,
    f32,
    f64,
    integer,
    mapping,
    tag,
    text,
)
from .messages import PIXELS, PIXELS_VALUE
from .parts import BASE, base, compressed, image, image_value, message, start, start_value
from .payload import bslz4, lz4
from .vectors import Group, b64, dated, nd

__all__ = ["groups"]

RAW = bytes(range(64)) * 3

# (name, item, canonical value, an encoder writes the same)
KINDS: tuple[tuple[str, bytes, Any, bool], ...] = (
    ("text", text("run 7"), "run 7", True),
    ("empty-text", text(""), "", True),
    ("json-text", text('{"run": 7}'), '{"run": 7}', True),
    ("zero", integer(0), 0, True),
    ("negative", integer(-1), -1, True),
    ("all-ones", integer(2**64 - 1), {"$int": "18446744073709551615"}, True),
    ("most-negative", integer(-(2**64)), {"$int": "-18446744073709551616"}, True),
    ("minus-2-53-and-1", integer(-(2**53) - 1), {"$int": "-9007199254740993"}, True),
    ("bignum", tag(2, blob(bytes.fromhex("010000000000000000"))), {"$int": "18446744073709551616"}, True),
    ("negative-bignum", tag(3, blob(bytes.fromhex("010000000000000000"))), {"$int": "-18446744073709551617"}, True),
    ("float", f64(1.5), 1.5, True),
    ("whole-float", f64(2.0), 2.0, True),
    ("half", f16(-0.5), -0.5, False),
    ("single", f32(0.5), 0.5, False),
    ("false", FALSE, False, True),
    ("true", TRUE, True, True),
    ("empty-map", mapping(), {}, True),
    ("empty-array", array(), [], True),
    ("null-in-array", array(NULL, array(), mapping()), [None, [], {}], True),
    ("bytes", blob(b"\x00\xff"), {"$bytes": b64(b"\x00\xff")}, True),
    ("empty-bytes", blob(b""), {"$bytes": ""}, True),
    ("date", date("2026-06-01T12:00:00Z"), dated("2026-06-01T12:00:00Z"), True),
    ("nested", mapping(("a", array(integer(1), mapping(("b", array(f64(0.5))))))), {"a": [1, {"b": [0.5]}]}, True),
    ("integer-keys", mapping((integer(1), text("a")), (integer(-1), text("b"))), {"$map": [[1, "a"], [-1, "b"]]}, True),
    ("bytes-key", mapping((blob(b"k"), integer(1))), {"$map": [[{"$bytes": b64(b"k")}, 1]]}, True),
    ("dollar-key", mapping(("$int", text("5"))), {"$map": [["$int", "5"]]}, True),
    ("mixed-keys", mapping(("a", integer(1)), (integer(0), integer(2))), {"$map": [["a", 1], [0, 2]]}, True),
    (
        "field-names",
        mapping(("count_time", integer(1)), ("series_id", text("x"))),
        {"count_time": 1, "series_id": "x"},
        True,
    ),
    ("typed-array", tag(85, blob(bytes.fromhex("0000803f00000040"))), nd([1.0, 2.0], "<f4"), True),
    ("typed-array-in-array", array(tag(64, blob(b"\x01\x02")), integer(3)), [nd([1, 2], "|u1"), 3], True),
    ("array", PIXELS, PIXELS_VALUE, True),
    ("compressed-bytes", compressed(bslz4(RAW, 1), 1), {"$bytes": b64(RAW)}, False),
    ("compressed-lz4-bytes", compressed(lz4(RAW, 50), 0, "lz4"), {"$bytes": b64(RAW)}, False),
    ("compressed-typed-array", tag(70, compressed(bslz4(RAW, 4), 4)), nd(RAW, "<u4", (48,)), False),
    ("unknown-tag", tag(4000, text("x")), {"$tag": [4000, "x"]}, True),
    ("largest-tag", tag(2**64 - 1, integer(1)), {"$tag": [{"$int": "18446744073709551615"}, 1]}, True),
    ("epoch", tag(1, integer(1696348068)), {"$tag": [1, 1696348068]}, True),
    ("shareable", tag(28, array(integer(1))), {"$tag": [28, [1]]}, True),
    ("shared-reference", array(tag(28, array()), tag(29, integer(0))), [{"$tag": [28, []]}, {"$tag": [29, 0]}], True),
    ("reference-to-nothing", tag(29, integer(9)), {"$tag": [29, 9]}, True),
    ("regular-expression", tag(35, text("(a+)+$")), {"$tag": [35, "(a+)+$"]}, True),
    ("broken-regular-expression", tag(35, text("(")), {"$tag": [35, "("]}, True),
    ("set", tag(258, array(integer(1), integer(1))), {"$tag": [258, [1, 1]]}, True),
    ("tags-in-tags", tag(4000, tag(4001, mapping(("a", NULL)))), {"$tag": [4000, {"$tag": [4001, {"a": None}]}]}, True),
)


def groups() -> list[Group]:
    return [_user_data(), _dates()]


def _user_data() -> Group:
    group = Group("user-data")
    for name, item, value, writes in KINDS:
        rules = {
            "compressed": "043 067",
            "bignum": "043 096",
            "all": "043 096",
            "most": "043 096",
            "typed": "043 061",
        }.get(name.split("-")[0], "043")
        rules += " 097" if isinstance(value, dict) and "$tag" in value else ""
        add = group.canonical if writes else group.valid
        add(
            name,
            rules,
            f"user_data is {name.replace('-', ' ')}",
            start(("user_data", item)),
            start_value(user_data=value),
        )
        if name not in ("compressed-typed-array", "array", "bignum", "negative-bignum"):
            unknown = {"unknown_key": value}
            group.valid(
                f"unknown-key-{name}",
                f"087 {rules}",
                f"An unknown key holds {name.replace('-', ' ')}",
                start(("unknown_key", item)),
                start_value(**unknown),
            )
    nested: Any = 1
    item = integer(1)
    for _ in range(40):
        item, nested = array(item), [nested]
    group.canonical(
        "nested-40-deep",
        "043 098",
        "40 arrays in each other",
        start(("user_data", item)),
        start_value(user_data=nested),
    )
    item = mapping(("flat", PIXELS), ("pack", compressed(bslz4(RAW, 2), 2)))
    value_map = {"flat": PIXELS_VALUE, "pack": {"$bytes": b64(RAW)}}
    data = image(("threshold_1", PIXELS), before=(("user_data", item),))
    group.valid(
        "image-arrays",
        "043 067",
        "user_data of an image holds an array and a compressed string",
        data,
        image_value({"threshold_1": PIXELS_VALUE}, user_data=value_map),
    )
    return group


def _dates() -> Group:
    group = Group("dates")
    for name, wire in (
        ("no-fraction", "2023-10-03T17:47:48+02:00"),
        ("nine-digits", "2023-10-03T17:47:48.123456789+02:00"),
        ("leap-second", "2016-12-31T23:59:60Z"),
        ("unknown-offset", "2023-10-03T17:47:48-00:00"),
        ("lower-case", "2023-10-03t17:47:48z"),
        ("year-9999", "9999-12-31T23:59:59.999999Z"),
    ):
        group.canonical(
            name, "025 092", f"arm_date is {wire}", start(("arm_date", date(wire))), start_value(arm_date=dated(wire))
        )
    for name, wire in (
        ("no-offset", "2023-10-03T17:47:48"),
        ("month-13", "2023-13-03T17:47:48Z"),
        ("words", "yesterday, at noon"),
        ("empty", ""),
        ("day-only", "2023-10-03"),
    ):
        group.valid(
            f"bad-{name}",
            "092",
            f"arm_date is {wire!r} under tag 0",
            start(("arm_date", date(wire))),
            start_value(arm_date=dated(wire)),
        )
        data = message(*BASE("image"), ("series_date", text(wire)))
        group.valid(
            f"bad-untagged-{name}",
            "092",
            f"series_date is {wire!r} without tag",
            data,
            base("image") | {"series_date": dated(wire)},
        )
    wire = "2021-04-22T02:07:39.837+02:00"
    group.valid(
        "untagged",
        "092",
        "arm_date without tag 0, as simulators send it",
        start(("arm_date", text(wire))),
        start_value(arm_date=dated(wire)),
    )
    data = start(("arm_date", tag(0, chunks(text(wire[:10]), text(wire[10:])))))
    group.valid("in-chunks", "092 091", "arm_date in two chunks under tag 0", data, start_value(arm_date=dated(wire)))
    group.valid(
        "untagged-elsewhere",
        "043 092",
        "A date without tag in user_data is text",
        start(("user_data", text(wire))),
        start_value(user_data=wire),
    )
    return group
