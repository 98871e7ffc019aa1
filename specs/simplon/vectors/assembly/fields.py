"""Every key of a start message: alone, and at its extremes."""

from __future__ import annotations

from .cbor import array, f64, integer, mapping, text
from .messages import FULL
from .parts import message, start, start_value
from .vectors import Group

__all__ = ["groups"]

RULES = {
    "arm_date": "025 013",
    "beam_center_x": "026 011",
    "beam_center_y": "026 011",
    "channels": "027",
    "count_time": "028 011",
    "countrate_correction_enabled": "029",
    "countrate_correction_lookup_table": "030 061",
    "detector_description": "031",
    "detector_serial_number": "031",
    "detector_translation": "032",
    "flatfield": "033 053",
    "flatfield_enabled": "029",
    "frame_time": "028 011",
    "goniometer": "034",
    "image_dtype": "035",
    "image_size_x": "036 010",
    "image_size_y": "036 010",
    "incident_energy": "037 011",
    "incident_wavelength": "037 011",
    "number_of_images": "038 010",
    "pixel_mask": "039 053",
    "pixel_mask_enabled": "029",
    "pixel_size_x": "040 011",
    "pixel_size_y": "040 011",
    "saturation_value": "041 010",
    "sensor_material": "031",
    "sensor_thickness": "040 011",
    "threshold_energy": "042",
    "user_data": "043",
    "virtual_pixel_interpolation_enabled": "029",
}
FLOATS = tuple(key for key, item, _ in FULL if item[0] == 0xFB)
UINTS = ("image_size_x", "image_size_y", "number_of_images", "saturation_value")
TOP = 2**64 - 1
BIG = {"$int": str(TOP)}


def groups() -> list[Group]:
    return [_alone(), _extremes()]


def _alone() -> Group:
    group = Group("start-fields")
    for key, item, value in FULL:
        group.canonical(
            key.replace("_", "-"),
            f"{RULES[key]} 024",
            f"A start message with {key} alone",
            start((key, item)),
            start_value(**{key: value}),
            kept=[],
        )
    return group


def _extremes() -> Group:
    group = Group("extremes")
    for key in UINTS:
        group.canonical(
            f"{key}-all-ones",
            f"{RULES[key]} 096",
            f"{key} is 2**64 - 1",
            start((key, integer(TOP))),
            start_value(**{key: BIG}),
        )
    for name, number in (
        ("0", 0),
        ("23", 23),
        ("24", 24),
        ("255", 255),
        ("256", 256),
        ("65535", 65535),
        ("65536", 65536),
        ("2-32", 2**32),
    ):
        data = start(("number_of_images", integer(number)))
        group.canonical(
            f"shortest-{name}",
            "010 038",
            f"The integer {number} in its shortest form",
            data,
            start_value(number_of_images=number),
        )
    for name, number in (("2-53", 2**53), ("2-53-and-1", 2**53 + 1), ("2-63", 2**63)):
        data = start(("saturation_value", integer(number)))
        value = number if number == 2**53 else {"$int": str(number)}
        group.canonical(
            f"integer-{name}",
            "096",
            f"The integer {number}, which a binary64 cannot tell from its neighbours",
            data,
            start_value(saturation_value=value),
        )
    data = message(("type", text("end")), ("series_id", integer(TOP)), ("series_unique_id", text("")))
    group.canonical(
        "series-id-all-ones",
        "021 022",
        "series_id is 2**64 - 1 and series_unique_id empty",
        data,
        {"type": "end", "series_id": BIG, "series_unique_id": ""},
    )
    uuid = "e9c34579-e816-46ba-b80c-7faf54e6848f"
    data = message(("type", text("end")), ("series_id", integer(0)), ("series_unique_id", text(uuid)))
    group.canonical(
        "series-unique-id-uuid",
        "022",
        "series_unique_id is a UUID",
        data,
        {"type": "end", "series_id": 0, "series_unique_id": uuid},
    )
    _floats(group)
    return group


def _floats(group: Group) -> None:
    for name, number, value in (
        ("nan", float("nan"), {"$float": "nan"}),
        ("inf", float("inf"), {"$float": "inf"}),
        ("minus-inf", float("-inf"), {"$float": "-inf"}),
        ("minus-zero", -0.0, {"$float": "-0.0"}),
        ("smallest", 5e-324, 5e-324),
        ("largest", 1.7976931348623157e308, 1.7976931348623157e308),
        ("tenth", 0.1, 0.1),
        ("whole", 12999.0, 12999.0),
    ):
        data = start(("incident_energy", f64(number)))
        group.canonical(
            f"float-{name}",
            "011 037",
            f"incident_energy is {number!r} in 64 bits",
            data,
            start_value(incident_energy=value),
        )
    _containers(group)


def _containers(group: Group) -> None:
    names = ("omega", "sample_x", "")
    axes = mapping(*((name, mapping(("increment", f64(0.25)), ("start", f64(-180.0)))) for name in names))
    value = {name: {"increment": 0.25, "start": -180.0} for name in names}
    group.canonical(
        "goniometer-other-axes",
        "034",
        "Axes of any name, one of them empty",
        start(("goniometer", axes)),
        start_value(goniometer=value),
    )
    group.canonical(
        "goniometer-empty",
        "034",
        "A goniometer without axes",
        start(("goniometer", mapping())),
        start_value(goniometer={}),
    )
    group.canonical("channels-empty", "027", "No channel", start(("channels", array())), start_value(channels=[]))
    group.canonical(
        "threshold-energy-empty",
        "042",
        "No threshold",
        start(("threshold_energy", mapping())),
        start_value(threshold_energy={}),
    )
    names_24 = [f"threshold_{i}" for i in range(24)]
    data = start(("channels", array(*map(text, names_24))))
    group.canonical(
        "channels-24",
        "010 027",
        "24 channels: the count of the array takes a second byte",
        data,
        start_value(channels=names_24),
    )
    long = "é" * 150
    group.canonical(
        "text-300-bytes",
        "010 031",
        "Text of 150 characters and 300 bytes",
        start(("detector_description", text(long))),
        start_value(detector_description=long),
    )
    group.canonical(
        "text-nul",
        "031",
        "Text with a NUL, a quote and a character beyond 16 bits",
        start(("sensor_material", text('Si\0"\U0001f52c'))),
        start_value(sensor_material='Si\0"\U0001f52c'),
    )
    for dtype in ("uint8", "uint32"):
        group.canonical(
            f"image-dtype-{dtype}",
            "035",
            f"image_dtype is {dtype}",
            start(("image_dtype", text(dtype))),
            start_value(image_dtype=dtype),
            kept=[],
        )
