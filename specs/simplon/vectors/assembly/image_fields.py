"""The keys of an image message, and the three fields whose type is not forgiven."""

from __future__ import annotations

from .cbor import TRUE, array, blob, date, f64, integer, mapping, ratio, tag, text
from .fields import BIG, TOP
from .messages import PIXELS, PIXELS_VALUE
from .parts import BASE, UID, base, image, image_value, message
from .vectors import Group, after, dated, nd, rational

__all__ = ["groups"]


def groups() -> list[Group]:
    return [_image_fields(), _required()]


def _image_fields() -> Group:
    group = Group("image-fields")
    for name, key, item, value in (
        ("image-id-zero", "image_id", integer(0), 0),
        ("image-id-all-ones", "image_id", integer(TOP), BIG),
        ("real-time-zero-by-zero", "real_time", ratio(0, 0), rational(0, 0)),
        ("real-time-not-reduced", "real_time", ratio(2, 4), rational(2, 4)),
        ("real-time-all-ones", "real_time", ratio(TOP, TOP), rational(BIG, BIG)),
        ("start-time-one-tick", "start_time", ratio(1, 50_000_000), rational(1, 50_000_000)),
        ("stop-time-beyond-2-53", "stop_time", ratio(2**53 + 1, 1), rational({"$int": str(2**53 + 1)}, 1)),
        (
            "series-date-milliseconds",
            "series_date",
            date("2023-02-10T15:49:05.281+01:00"),
            dated("2023-02-10T15:49:05.281+01:00"),
        ),
        ("series-date-zulu", "series_date", date("2023-02-10T14:49:05.281001Z"), dated("2023-02-10T14:49:05.281001Z")),
        ("user-data-empty-text", "user_data", text(""), ""),
        ("data-empty-name", "data", mapping(("", PIXELS)), {"": PIXELS_VALUE}),
    ):
        rule = {"image_id": "045", "real_time": "046", "series_date": "048", "user_data": "043", "data": "049"}.get(
            key, "047"
        )
        doc = f"An image message with {key} alone: {name.replace('-', ' ')}"
        group.canonical(name, f"{rule} 024", doc, message(*BASE("image"), (key, item)), base("image") | {key: value})
    data = image(("1", PIXELS), before=(("channels", array(text("0"))), ("hardware_start_time", text("FIX"))))
    value = image_value({"1": PIXELS_VALUE}, channels=["0"], hardware_start_time="FIX")
    group.valid(
        "simulator-keys",
        "087",
        "Stray keys of a simulator: channels and hardware_start_time are kept as they are",
        data,
        value,
    )
    data = message(*BASE("end"), ("user_data", integer(1)))
    group.valid(
        "end-unknown-key",
        "052 087",
        "A key that an end message does not know is kept",
        data,
        base("end") | {"user_data": 1},
    )
    return group


def _required() -> Group:
    group = Group("required")
    uid = ("series_unique_id", text(UID))
    for name, item in (
        ("text", text("1")),
        ("negative", integer(-1)),
        ("float", f64(1.0)),
        ("bool", TRUE),
        ("array", array(integer(1))),
        ("bytes", blob(b"\x01")),
    ):
        data = message(("type", text("end")), ("series_id", item), uid)
        group.invalid(
            f"series-id-{name}",
            "094 021",
            f"series_id is {name}",
            data,
            "type constraint",
            "series_id",
            after(data, text("series_id")),
        )
        data = message(*BASE("image"), ("image_id", item))
        group.invalid(
            f"image-id-{name}",
            "094 045",
            f"image_id is {name}",
            data,
            "type constraint",
            "image_id",
            after(data, text("image_id")),
        )
    _required_data(group)
    return group


def _required_data(group: Group) -> None:
    for name, item in (
        ("array", array(PIXELS)),
        ("one-array", PIXELS),
        ("text", text("threshold_1")),
        ("bytes", blob(b"\0")),
    ):
        data = message(*BASE("image"), ("data", item))
        group.invalid(
            f"data-{name}", "094 049", f"data is no map but {name}", data, "type", "data", after(data, text("data"))
        )
    for name, item in (
        ("text", text("x")),
        ("bytes", blob(bytes(12))),
        ("integer", integer(0)),
        ("plain-list", array(integer(0), integer(1))),
        ("unknown-tag", tag(4000, PIXELS)),
    ):
        data = image(("threshold_1", item))
        group.invalid(
            f"channel-{name}",
            "094 049",
            f"A channel holds no array but {name}",
            data,
            "type",
            "data.threshold_1",
            after(data, text("data") + mapping(("threshold_1", b""))),
        )
    data = image(("threshold_1", PIXELS), ("threshold_2", text("x")))
    group.invalid(
        "second-channel-text",
        "094 049",
        "The second of two channels holds no array",
        data,
        "type",
        "data.threshold_2",
        after(data, text("threshold_2")),
    )
    typed = tag(69, blob(bytes(4)))
    group.either(
        "channel-without-dimensions",
        "049 053",
        "A channel holds a typed array without dimensions",
        image(("1", typed)),
        image_value({"1": nd([0, 0], "<u2")}),
        "type",
        "data.1",
        level="SHOULD",
    )
