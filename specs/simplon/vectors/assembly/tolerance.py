"""What a reader takes in good part: other numbers, other types, null."""

from __future__ import annotations

from typing import Any

from .cbor import NULL, TRUE, array, blob, f16, f32, f64, integer, mapping, tag, text
from .fields import FLOATS, RULES, TOP
from .messages import FULL, PIXELS, PIXELS_VALUE
from .parts import BASE, UID, base, message, start, start_value
from .vectors import Group, b64

__all__ = ["groups"]


def groups() -> list[Group]:
    return [_numbers(), _raw()]


def _numbers() -> Group:
    group = Group("numbers")
    for key in FLOATS:
        data = start((key, integer(2)))
        group.valid(
            f"{key}-integer",
            f"088 {RULES[key].split()[0]}",
            f"{key} is the integer 2 and becomes 2.0",
            data,
            start_value(**{key: 2.0}),
        )
    value: Any
    for name, number, value in (("negative", -3, -3.0), ("zero", 0, 0.0), ("all-ones", TOP, float(TOP))):
        data = start(("beam_center_x", integer(number)))
        group.valid(
            f"integer-{name}",
            "088",
            f"A float field holds the integer {number}",
            data,
            start_value(beam_center_x=value),
        )
    for name, item, value in (
        ("half", f16(1.5), 1.5),
        ("half-subnormal", f16(2**-24), 2.0**-24),
        ("half-inf", f16(float("inf")), {"$float": "inf"}),
        ("half-nan", bytes.fromhex("f97e00"), {"$float": "nan"}),
        ("half-minus-zero", f16(-0.0), {"$float": "-0.0"}),
        ("single", f32(0.10000000149011612), 0.10000000149011612),
        ("single-largest", f32(3.4028234663852886e38), 3.4028234663852886e38),
        ("single-subnormal", bytes.fromhex("fa00000001"), 2.0**-149),
    ):
        data = start(("count_time", item))
        group.valid(
            f"float-{name}", "089", f"A float of the form {name.replace('-', ' ')}", data, start_value(count_time=value)
        )
    _numbers_inside(group)
    return group


def _numbers_inside(group: Group) -> None:
    data = start(("detector_translation", array(integer(0), integer(0), f32(-0.25))))
    group.valid(
        "translation-integers",
        "088 032",
        "Two integers and a single among the three floats",
        data,
        start_value(detector_translation=[0.0, 0.0, -0.25]),
    )
    data = start(("threshold_energy", mapping(("threshold_1", integer(6750)), ("threshold_2", f16(0.5)))))
    group.valid(
        "threshold-integers",
        "088 042",
        "An integer and a half among the threshold energies",
        data,
        start_value(threshold_energy={"threshold_1": 6750.0, "threshold_2": 0.5}),
    )
    data = start(("goniometer", mapping(("omega", mapping(("increment", integer(2)), ("start", integer(-30)))))))
    group.valid(
        "goniometer-integers",
        "088 034",
        "Integers in a goniometer axis",
        data,
        start_value(goniometer={"omega": {"increment": 2.0, "start": -30.0}}),
    )
    data = start(("goniometer", mapping(("omega", mapping(("start", f64(1.0)))))))
    group.valid(
        "goniometer-half-an-axis",
        "034 024",
        "An axis without increment",
        data,
        start_value(goniometer={"omega": {"start": 1.0}}),
    )


def _raw() -> Group:
    """Decision (d) 4: a wrong type in a field that is not required is kept, with a warning; null is absent."""
    group = Group("kept-raw")
    nothing = blob(bytes(4))
    kept: dict[str, Any] = {"$bytes": b64(bytes(4))}
    data = start(
        ("countrate_correction_lookup_table", nothing),
        ("flatfield", mapping(("threshold_1", nothing))),
        ("pixel_mask", mapping(("threshold_1", nothing))),
    )
    value = start_value(
        countrate_correction_lookup_table=kept, flatfield={"threshold_1": kept}, pixel_mask={"threshold_1": kept}
    )
    group.valid(
        "published-start",
        "095",
        "Byte strings of four zeros stand for the tables, as in a published start message",
        data,
        value,
        kept=["countrate_correction_lookup_table", "flatfield", "pixel_mask"],
    )
    for what, key, item, raw in (
        ("integer", "arm_date", integer(5), 5),
        ("epoch", "arm_date", tag(1, integer(1696348068)), {"$tag": [1, 1696348068]}),
        ("text", "beam_center_x", text("1517.65"), "1517.65"),
        ("text", "channels", text("threshold_1"), "threshold_1"),
        ("bool", "count_time", TRUE, True),
        ("integer", "countrate_correction_enabled", integer(1), 1),
        ("bytes", "detector_description", blob(b"Si"), {"$bytes": b64(b"Si")}),
        ("two-floats", "detector_translation", array(f64(0.5), f64(1.5)), [0.5, 1.5]),
        ("text-among-floats", "detector_translation", array(f64(0.5), f64(1.5), text("z")), [0.5, 1.5, "z"]),
        ("text", "flatfield", text("none"), "none"),
        ("array", "goniometer", array(), []),
        ("integer", "image_dtype", integer(16), 16),
        ("negative", "image_size_x", integer(-1), -1),
        ("text", "number_of_images", text("many"), "many"),
        ("array-without-channels", "pixel_mask", PIXELS, PIXELS_VALUE),
        ("float", "saturation_value", f64(65534.5), 65534.5),
        ("integer", "sensor_material", integer(14), 14),
        ("array", "threshold_energy", array(f64(6750.5)), [6750.5]),
        ("unknown-tag", "beam_center_y", tag(4000, f64(1.5)), {"$tag": [4000, 1.5]}),
    ):
        name = f"{key.replace('_', '-')}-{what}"
        doc = f"{key} has another type than it should: {what.replace('-', ' ')}"
        group.valid(
            name, f"095 {RULES[key].split()[0]}", doc, start((key, item)), start_value(**{key: raw}), kept=[key]
        )
    _raw_image_fields(group)
    return group


def _raw_image_fields(group: Group) -> None:
    for what, key, item, raw in (
        ("text", "real_time", text("EIX"), "EIX"),
        ("three-integers", "real_time", array(integer(1), integer(2), integer(3)), [1, 2, 3]),
        ("one-integer", "stop_time", array(integer(1)), [1]),
        ("float-numerator", "start_time", array(f64(1.5), integer(2)), [1.5, 2]),
        ("integer", "series_date", integer(0), 0),
    ):
        data = message(*BASE("image"), (key, item))
        doc = f"{key} has another type than it should: {what.replace('-', ' ')}"
        group.valid(f"{key.replace('_', '-')}-{what}", "095", doc, data, base("image") | {key: raw}, kept=[key])
    data = message(("type", text("end")), ("series_id", integer(1)), ("series_unique_id", integer(9)))
    group.valid(
        "series-unique-id-integer",
        "095 022",
        "series_unique_id is an integer",
        data,
        {"type": "end", "series_id": 1, "series_unique_id": 9},
        kept=["series_unique_id"],
    )
    data = start(*((key, NULL) for key, _, _ in FULL))
    group.valid(
        "every-field-null", "090 044", "Every known key of a start message is null and so absent", data, start_value()
    )
    data = message(
        *BASE("image"), *((key, NULL) for key in ("real_time", "series_date", "start_time", "stop_time", "user_data"))
    )
    group.valid(
        "image-fields-null", "090", "The optional keys of an image message are null and so absent", data, base("image")
    )
    data = message(("type", text("end")), ("series_id", NULL), ("series_unique_id", text(UID)))
    group.either(
        "series-id-null",
        "090 094",
        "series_id is null: absent, or not an unsigned integer",
        data,
        {"type": "end", "series_unique_id": UID},
        "type",
        "series_id",
    )
    group.valid(
        "unknown-key-null",
        "087 090",
        "null under an unknown key stays",
        start(("extra", NULL)),
        start_value(extra=None),
    )
