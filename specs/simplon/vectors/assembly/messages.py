"""The three messages, smallest and whole, with and without the prefix; order of keys; bytes after the item."""

from __future__ import annotations

from .cbor import FALSE, PREFIX, TRUE, array, blob, date, f64, integer, mapping, tag, text
from .parts import BASE, DATE, base, end, image, image_value, message, multi, start, start_value
from .vectors import Group, dated, nd

__all__ = ["FULL", "groups"]

TABLE = tag(70, blob(bytes.fromhex("000000000100000002000000fffffffe")))
MASK = multi((2, 3), tag(70, blob(bytes.fromhex("000000000100000002000000040000000800000010000000"))))
FLAT = multi((2, 3), tag(85, blob(bytes.fromhex("0000803f000000400000003f0000803e0000c07f000000c0"))))
FLAT_VALUE = nd(bytes.fromhex("0000803f000000400000003f0000803e0000c07f000000c0"), "<f4", (2, 3))

# (key, item, canonical value) of a whole start message, in the order of real messages
FULL = (
    ("arm_date", date(DATE), dated(DATE)),
    ("beam_center_x", f64(1517.25), 1517.25),
    ("beam_center_y", f64(1635.1815809383788), 1635.1815809383788),
    (
        "channels",
        array(text("threshold_1"), text("threshold_2"), text("difference")),
        ["threshold_1", "threshold_2", "difference"],
    ),
    ("count_time", f64(0.0199999), 0.0199999),
    ("countrate_correction_enabled", TRUE, True),
    ("countrate_correction_lookup_table", TABLE, nd([0, 1, 2, 0xFEFFFFFF], "<u4")),
    ("detector_description", text("Dectris EIGER2 Si 500K"), "Dectris EIGER2 Si 500K"),
    ("detector_serial_number", text("E-08-0000"), "E-08-0000"),
    ("detector_translation", array(f64(0.0), f64(-0.0), f64(-0.21)), [0.0, {"$float": "-0.0"}, -0.21]),
    (
        "flatfield",
        mapping(("threshold_1", FLAT), ("threshold_2", FLAT)),
        {"threshold_1": FLAT_VALUE, "threshold_2": FLAT_VALUE},
    ),
    ("flatfield_enabled", TRUE, True),
    ("frame_time", f64(0.02), 0.02),
    (
        "goniometer",
        mapping(
            ("chi", mapping(("increment", f64(0.0)), ("start", f64(30.0)))),
            ("kappa", mapping(("increment", f64(0.5)), ("start", f64(-1.5)))),
            ("omega", mapping(("increment", f64(0.1)), ("start", f64(0.0)))),
            ("phi", mapping(("increment", f64(0.0)), ("start", f64(0.0)))),
            ("two_theta", mapping(("increment", f64(0.0)), ("start", f64(12.0)))),
        ),
        {
            "chi": {"increment": 0.0, "start": 30.0},
            "kappa": {"increment": 0.5, "start": -1.5},
            "omega": {"increment": 0.1, "start": 0.0},
            "phi": {"increment": 0.0, "start": 0.0},
            "two_theta": {"increment": 0.0, "start": 12.0},
        },
    ),
    ("image_dtype", text("uint16"), "uint16"),
    ("image_size_x", integer(3), 3),
    ("image_size_y", integer(2), 2),
    ("incident_energy", f64(13500.299829398293), 13500.299829398293),
    ("incident_wavelength", f64(0.918381073013), 0.918381073013),
    ("number_of_images", integer(1000), 1000),
    (
        "pixel_mask",
        mapping(("threshold_1", MASK), ("threshold_2", MASK)),
        {"threshold_1": nd([[0, 1, 2], [4, 8, 16]], "<u4"), "threshold_2": nd([[0, 1, 2], [4, 8, 16]], "<u4")},
    ),
    ("pixel_mask_enabled", TRUE, True),
    ("pixel_size_x", f64(7.5e-05), 7.5e-05),
    ("pixel_size_y", f64(7.5e-05), 7.5e-05),
    ("saturation_value", integer(65534), 65534),
    ("sensor_material", text("Si"), "Si"),
    ("sensor_thickness", f64(0.00045), 0.00045),
    (
        "threshold_energy",
        mapping(("threshold_1", f64(6750.5)), ("threshold_2", f64(18900.25))),
        {"threshold_1": 6750.5, "threshold_2": 18900.25},
    ),
    ("user_data", mapping(("run", integer(7)), ("note", text("a µ-crystal"))), {"run": 7, "note": "a µ-crystal"}),
    ("virtual_pixel_interpolation_enabled", FALSE, False),
)
LEVELS = {
    "all": (),
    "basic": ("countrate_correction_lookup_table", "flatfield", "pixel_mask"),
    "basic-of-the-reference": ("flatfield", "pixel_mask"),
    "firmware-2022": ("image_dtype", "user_data"),
    "none": tuple(key for key, _, _ in FULL),
}
LEVELS_DOC = {
    "basic-of-the-reference": "header_detail basic (by the API reference, which keeps the lookup table)",
    "firmware-2022": "firmware 2022.1 with header_detail all and no user data",
}
PIXELS = multi((2, 3), tag(69, blob(bytes.fromhex("000001000200fffffefffdff"))))
PIXELS_VALUE = nd([[0, 1, 2], [65535, 65534, 65533]], "<u2")


def groups() -> list[Group]:
    return [_whole(), _order()]


def _whole() -> Group:
    group = Group("messages")
    group.canonical(
        "end", "002 005 006 007 012 023 052", "The whole end message: three keys", end(), base("end"), kept=[]
    )
    group.valid("end-without-prefix", "003", "The same without d9d9f7, as simulators send it", end(b""), base("end"))
    group.valid(
        "end-type-alone",
        "006 024",
        "Only the key type: every other key may be missing",
        message(("type", text("end"))),
        {"type": "end"},
    )
    group.valid(
        "start-type-alone", "006 024", "A start message of one key", message(("type", text("start"))), {"type": "start"}
    )
    group.valid(
        "image-type-alone",
        "006 024",
        "An image message of one key",
        message(("type", text("image"))),
        {"type": "image"},
    )
    for level, left_out in LEVELS.items():
        chosen = [field for field in FULL if field[0] not in left_out]
        for without, prefix in (("", PREFIX), ("-without-prefix", b"")):
            data = start(*((key, item) for key, item, _ in chosen), prefix=prefix)
            value = start_value(**{key: canonical for key, _, canonical in chosen})
            add = group.valid if without else group.canonical
            doc = f"A start message of {LEVELS_DOC.get(level, 'header_detail ' + level)}, {len(chosen) + 3} keys"
            rules = "003 044" if without else "005 007 009 012 044"
            add(
                f"start-{level}{without}",
                f"{rules} 101" if "firmware" in level else rules,
                doc + without.replace("-", " "),
                data,
                value,
                kept=[],
            )
    _images(group)
    return group


def _images(group: Group) -> None:
    channels = ("threshold_1", "threshold_2", "difference")
    for count in (1, 2, 3):
        data = image(*((name, PIXELS) for name in channels[:count]))
        value = image_value(dict.fromkeys(channels[:count], PIXELS_VALUE))
        group.canonical(
            f"image-{count}-channels",
            "005 007 009 012 046 047 049 050 053 056",
            f"An image message of nine keys with {count} channel(s)",
            data,
            value,
        )
    data = image(("threshold_1", PIXELS), before=(("user_data", text("run 7")),))
    group.canonical(
        "image-user-data",
        "009 043",
        "Ten keys: user_data stands before data",
        data,
        image_value({"threshold_1": PIXELS_VALUE}, user_data="run 7"),
    )
    group.valid(
        "image-without-prefix",
        "003",
        "An image without d9d9f7",
        image(("1", PIXELS), prefix=b""),
        image_value({"1": PIXELS_VALUE}),
    )
    group.canonical("image-no-channel", "049", "data is an empty map", image(), image_value({}))
    data = message(*BASE("image"), ("image_id", integer(5)))
    group.valid("image-without-data", "024", "data is missing", data, base("image") | {"image_id": 5})


def _order() -> Group:
    group = Group("order")
    pairs = BASE("end")
    group.valid("type-last", "008", "type is the last key", message(*pairs[1:], pairs[0]), base("end"))
    group.valid("type-second", "008", "series_id comes before type", message(pairs[1], pairs[0], pairs[2]), base("end"))
    data = message(("data", mapping(("threshold_1", PIXELS))), ("image_id", integer(3)), *BASE("image"))
    value = base("image") | {"image_id": 3, "data": {"threshold_1": PIXELS_VALUE}}
    group.valid("data-first", "008 087", "data is the first key and type comes after it", data, value)
    chosen = tuple((key, item) for key, item, _ in reversed(FULL))
    value = start_value(**{key: canonical for key, _, canonical in FULL})
    group.valid(
        "start-reversed",
        "008",
        "Every key of a start message in reverse order",
        message(*chosen, *reversed(BASE("start"))),
        value,
    )
    data = image(("difference", PIXELS), ("threshold_2", PIXELS), ("threshold_1", PIXELS))
    value = image_value(dict.fromkeys(("difference", "threshold_2", "threshold_1"), PIXELS_VALUE))
    group.canonical(
        "channels-any-order", "051", "The channels of data come in an order of their own, which is kept", data, value
    )
    for name, extra in (("one-byte", b"\x00"), ("a-break", b"\xff"), ("a-message", end())):
        doc = f"trailing='ignore' accepts what follows the item ({name.replace('-', ' ')})"
        group.valid(f"trailing-{name}-ignored", "014", doc, end() + extra, base("end"), options={"trailing": "ignore"})
        doc = f"What follows the item is an error by default ({name.replace('-', ' ')})"
        rules = "014 001" if name == "a-message" else "014"  # two items are two messages
        group.invalid(f"trailing-{name}", rules, doc, end() + extra, "framing syntax", "", len(end()))
    return group
