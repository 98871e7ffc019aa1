"""Lengths and counts with all bits set, nesting, and the format that came before this one."""

from __future__ import annotations

from .cbor import (
    FALSE,
    PREFIX,
    TRUE,
    array,
    blob,
    date,
    f64,
    head,
    integer,
    mapping,
    text,
)
from .messages import PIXELS
from .parts import BASE, DATE, base, end, image, message, start
from .vectors import Group, after, place

__all__ = ["groups"]


def groups() -> list[Group]:
    return [_all_ones(), _depth(), _alpha()]


def _all_ones() -> Group:
    """Lengths and counts with all bits set, in every width, at the end of a message and before more of it."""
    group = Group("lengths")
    pixels = image(("threshold_1", PIXELS))
    for width in (1, 2, 4, 8):
        top = 2 ** (8 * width) - 1
        for name, major in (("bytes", 2), ("text", 3), ("array", 4), ("map", 5)):
            data = message(*BASE("end"), ("x", head(major, top, width)))
            group.invalid(
                f"{name}-{width}-all-ones",
                "099 015",
                f"{name.capitalize()} of {top}: all ones in {width} byte(s), nothing follows",
                data,
                "truncated limit",
                "",
                len(data) - 1 - width,
            )
        data = PREFIX + head(5, top, width) + mapping(*BASE("end"))[1:]
        group.invalid(
            f"message-{width}-all-ones",
            "099 015",
            f"The count of the message map is {top}",
            data,
            "truncated limit",
            "",
            3,
        )
        at = place(pixels, blob(bytes.fromhex("000001000200fffffefffdff")))
        data = pixels[:at] + head(2, top, width) + pixels[at + 1 :]
        group.invalid(
            f"pixels-{width}-all-ones", "099 015", f"The length of the pixels is {top}", data, "truncated limit", "", at
        )
    _wrong_counts(group)
    return group


def _wrong_counts(group: Group) -> None:
    for name, count in (("one-more", 4), ("two-more", 5)):
        data = PREFIX + head(5, count) + mapping(*BASE("end"))[1:]
        group.invalid(f"message-{name}", "015", f"The map says {count} pairs and holds three", data, "truncated", "", 3)
    data = PREFIX + head(5, 2) + mapping(*BASE("end"))[1:]
    group.invalid(
        "message-one-less",
        "014",
        "The map says two pairs and holds three",
        data,
        "framing syntax",
        "",
        place(data, text("series_unique_id")),
    )
    data = message(*BASE("end"), ("x", head(4, 2**62) + integer(0) * 40))
    group.invalid(
        "array-2-62",
        "099 015",
        "An array of 2**62 items, 40 of which are there",
        data,
        "truncated limit",
        "",
        after(data, text("x")),
    )
    data = message(*BASE("end"), ("x", head(5, 2**63) + integer(0) * 40))
    group.invalid(
        "map-2-63",
        "099 015",
        "A map of 2**63 pairs, a number of items that overflows 64 bits",
        data,
        "truncated limit",
        "",
        after(data, text("x")),
    )


def _depth() -> Group:
    group = Group("depth")
    for depth in (200, 1000, 20_000):
        for name, one, close in (
            ("arrays", b"\x81", b""),
            ("loose-arrays", b"\x9f", b"\xff"),
            ("maps", b"\xa1\x61\x61", b""),
            ("loose-maps", b"\xbf\x61\x61", b"\xff"),
            ("tags", b"\xc6", b""),
        ):
            if depth == 20_000 and "maps" in name:
                continue  # bytes enough for the others
            data = start(("user_data", one * depth + integer(0) + close * depth))
            group.invalid(
                f"{name}-{depth}", "098", f"{depth} {name.replace('-', ' ')} in each other in user_data", data, "limit"
            )
        group.invalid(
            f"message-of-arrays-{depth}",
            "098 004",
            f"No message but {depth} arrays in each other",
            b"\x81" * depth + b"\x00",
            "limit type framing unsupported",
        )
    group.invalid(
        "prefixes-20000", "098", "The prefix 20,000 times", PREFIX * 20_000 + end(b""), "limit type framing unsupported"
    )
    data = start(("user_data", b"\x9f" * 20_000))
    group.invalid("loose-arrays-20000-open", "098 015", "20,000 arrays that never end", data, "limit truncated")
    data = message(*BASE("end"), (b"\x81" * 20_000 + b"\x00", integer(1)))
    group.invalid("key-20000", "098 004", "A key of 20,000 arrays in each other", data, "limit type")
    nested = b"\x81" * 12 + integer(0)
    group.invalid(
        "limit-of-8",
        "098",
        "12 arrays in each other where the caller's limit is 8",
        start(("user_data", nested)),
        "limit",
        options={"limits": {"depth": 8}},
    )
    return group


def _alpha() -> Group:
    group = Group("alpha")
    times = array(integer(12345), integer(10**9))
    channel = mapping(
        ("compression", text("bslz4")),
        ("data_type", text("uint32le")),
        ("lost_pixel_count", integer(0)),
        ("thresholds", array(integer(1))),
        ("data", array(array(integer(2), integer(2)), blob(bytes(16)))),
    )
    fields = {
        "start": (
            ("series_number", integer(1)),
            ("channels", array(mapping(("data_type", text("uint32le")), ("thresholds", array(integer(1)))))),
            ("countrate_correction_applied", TRUE),
            ("detector_distance", f64(0.1)),
            ("image_size", array(integer(2), integer(2))),
            ("images_per_trigger", integer(1)),
            ("number_of_triggers", integer(1)),
            ("roi_mode", text("disabled")),
            ("series_date", date(DATE)),
            ("threshold_energy", mapping((integer(1), f64(6000.0)))),
            ("pixel_mask_applied", FALSE),
        ),
        "image": (
            ("series_number", integer(1)),
            ("image_number", integer(0)),
            ("hardware_start_time", times),
            ("hardware_stop_time", times),
            ("hardware_exposure_time", times),
            ("channels", array(channel)),
        ),
        "end": (("series_number", integer(1)),),
    }
    for kind, pairs in fields.items():
        for name, prefix in (("", PREFIX), ("-without-prefix", b"")):
            data = message(("type", text(kind)), *pairs, prefix=prefix)
            group.invalid(
                f"{kind}{name}", "100", f"A {kind} message of the alpha format{name.replace('-', ' ')}", data, "version"
            )
    data = message(*BASE("end"), ("series_number", integer(1)))
    value = base("end") | {"series_number": 1}
    group.either(
        "series-number-beside-series-id",
        "100 087",
        "The key series_number beside series_id: unknown, or a sign of the alpha format",
        data,
        value,
        "version",
        level="SHOULD",
    )
    return group
