"""Every field with values that a reader changes without noticing: texts, numbers, names of channels, arrays at their edges."""

from __future__ import annotations

from typing import Any

import numpy as np

from .cbor import FALSE, NULL, TRUE, array, blob, date, f64, integer, mapping, ratio, tag, text
from .parts import BASE, UID, base, image, image_value, message, multi, start, start_value
from .vectors import Group, b64, dated, nd, rational

__all__ = ["groups"]

TEXTS = {
    "blanks-around": " a  b\t", "line-ends": "1\r\n2\r3\n", "nul-inside": "a\0b\0", "markup": "<a&b>", "quotes": "\"'\\/", "empty": "",
    "not-composed": "e\u0301 \u00e9", "beyond-the-basic-plane": "\U0001d6fc", "capitals": "MiXed \u0130\u00df", "number": "007", "300-letters": "x" * 300,
}  # fmt: skip
FLOATS = {
    "many-digits": -0.30000000000000004, "nought": 0.0, "smallest": 5e-324, "whole": -3.0, "largest": 1.7976931348623157e308,
    "third": 1 / 3, "negative": -12345.678901234567,
}  # fmt: skip
NUMBERS = (0, 1, 23, 24, 127, 128, 255, 256, 32768, 65536, 2**31, 2**32, 2**53 + 1, 2**63, 2**64 - 1)
OCTETS = {"line-ends": b"\r\na\nb\rc\n", "blanks-around": b" \t x \n", "nul-behind": b"x\0\0", "high": bytes(range(128, 256)), "300": bytes(300), "70000": b"\1" * 70_000}  # fmt: skip
DATES = {
    "nanoseconds": "2026-06-01T12:00:00.123456789Z", "whole": "2026-06-01T12:00:00Z", "noughts": "2026-06-01T12:00:00.100000Z",
    "no-zone-name": "2026-06-01T12:00:00+00:00", "behind": "2026-06-01T00:30:00.5-11:30", "last-second": "1999-12-31T23:59:59.999999+14:00",
}  # fmt: skip
OF_TEXT = ("detector_description", "detector_serial_number", "sensor_material", "user_data")
OF_FLOAT = (
    "beam_center_x", "beam_center_y", "count_time", "frame_time", "incident_energy", "incident_wavelength", "pixel_size_x",
    "pixel_size_y", "sensor_thickness", "user_data",
)  # fmt: skip
OF_NUMBER = ("image_size_x", "image_size_y", "number_of_images", "saturation_value", "user_data")
SWITCHES = ("countrate_correction_enabled", "flatfield_enabled", "pixel_mask_enabled", "virtual_pixel_interpolation_enabled", "user_data")  # fmt: skip
RULES = "026 028 031 036 037 038 040 041 043"
PIXELS = multi((1, 2), tag(69, blob(b"\1\0\2\0")))
PIXELS_VALUE = nd([[1, 2]], "<u2")


def groups() -> list[Group]:
    group = Group("edges")
    _texts(group)
    _numbers(group)
    _user_data(group)
    _arrays(group)
    return [group]


def _item(value: Any) -> bytes:
    """CBOR of Python data."""
    if value is None or isinstance(value, bool):
        return {None: NULL, True: TRUE, False: FALSE}[value]
    if isinstance(value, dict):
        return mapping(*((key, _item(one)) for key, one in value.items()))
    if isinstance(value, list):
        return array(*map(_item, value))
    kinds: tuple[tuple[type, Any], ...] = ((int, integer), (float, f64), (str, text), (bytes, blob))
    return next(make for kind, make in kinds if isinstance(value, kind))(value)  # type: ignore[no-any-return]


def _plain(value: Any) -> Any:
    """The canonical value of the same data."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, bytes):
        return {"$bytes": b64(value)}
    return {"$int": str(value)} if type(value) is int and abs(value) > 2**53 else value


def _start(group: Group, name: str, doc: str, fields: dict[str, Any]) -> None:
    pairs = [(key, _item(fields[key])) for key in sorted(fields)]  # as a writer orders them
    group.canonical(f"start-{name}", RULES, doc, start(*pairs), start_value(**_plain(fields)))


def _texts(group: Group) -> None:
    for name, given in TEXTS.items():
        names = {given: 1.5, "x": 2.5}
        axes = {given: {"increment": 0.5, "start": 1.5}, "x": {"increment": 2.5, "start": 3.5}}
        _start(group, name, f"Every text of a start: {name}", {"channels": [given, "x", "a"], **dict.fromkeys(OF_TEXT, given)})  # fmt: skip
        _start(group, f"names-{name}", f"Names of axes and thresholds: {name}", {"goniometer": axes, "threshold_energy": names})  # fmt: skip
        channels = (("x", PIXELS), (given, PIXELS), ("a", PIXELS))
        value = image_value({"x": PIXELS_VALUE, given: PIXELS_VALUE, "a": PIXELS_VALUE})
        group.canonical(f"image-channels-{name}", "049", f"A channel named {name}", image(*channels), value)
        if given:
            other = message(("type", text("end")), ("series_id", integer(1)), ("series_unique_id", text(given)))
            group.canonical(f"end-{name}", "022", f"The id of a series: {name}", other, {"type": "end", "series_id": 1, "series_unique_id": given})  # fmt: skip


def _numbers(group: Group) -> None:
    for name, real in FLOATS.items():
        translation = {"detector_translation": [real, 1.5, real]}
        axes = {"goniometer": {"chi": {"increment": real, "start": real}, "x": {"increment": 1.5, "start": real}}}
        fields: dict[str, Any] = {**dict.fromkeys(OF_FLOAT, real), **translation, **axes, "threshold_energy": {"a": real, "b": 1.5}}  # fmt: skip
        _start(group, name, f"Every float of a start: {name}", fields)
    for number in NUMBERS:
        _start(group, f"number-{number}", f"Every integer of a start: {number}", dict.fromkeys(OF_NUMBER, number))
        told = {"$int": str(number)} if number > 2**53 else number
        pairs = [("type", text("image")), ("series_id", integer(number)), ("series_unique_id", text(UID)), ("image_id", integer(number))]  # fmt: skip
        times = [(key, ratio(number, max(1, number))) for key in ("real_time", "start_time", "stop_time")]
        data = message(*pairs, *times, ("data", mapping(("a", PIXELS))))
        value = {"type": "image", "series_id": told, "series_unique_id": UID, "image_id": told}
        value |= {key: rational(told, told if number else 1) for key in ("real_time", "start_time", "stop_time")}
        group.canonical(f"image-number-{number}", "021 045 046 047", f"Every integer of an image: {number}", data, value | {"data": {"a": PIXELS_VALUE}})  # fmt: skip
    for name, when in DATES.items():
        data = start(("arm_date", date(when)))
        group.canonical(f"start-date-{name}", "025", f"The date {when}", data, start_value(arm_date=dated(when)))
        pairs = [
            *BASE("image"),
            ("image_id", integer(0)),
            ("series_date", date(when)),
            ("data", mapping(("a", PIXELS))),
        ]
        value = base("image") | {"image_id": 0, "series_date": dated(when), "data": {"a": PIXELS_VALUE}}
        group.canonical(f"image-date-{name}", "048", f"The date {when}", message(*pairs), value)
    for switch in (True, False):
        _start(group, f"switch-{str(switch).lower()}", f"Every switch of a start: {switch}", dict.fromkeys(SWITCHES, switch))  # fmt: skip


def _user_data(group: Group) -> None:
    given: dict[str, Any] = {
        "list-300": [1, *[0] * 299], "list-equal": [5, 5, 5], "list-backwards": [3, 1, 2], "list-of-lists": [[1], [], [[2]]],
        "list-one": [1], "map-in-list": [{}, {"a": {}}], "nothings": [None, False, "", 0, 0.0, [], {}],
        "keys": {"Key": 1, "key": 2, " key ": 3, "k\u00e9y": 4, "": 5, "k" * 300: 6, "k.e/y": 7, "k\0": 8, "e\u0301": 9, "\u00e9": 10},
        "map-300": {f"key {number}": number for number in range(300)}, "values": {"a": None, "b": False, "c": "", "d": [], "e": {}, "f": 0},
    }  # fmt: skip
    given |= {f"bytes-{name}": octets for name, octets in OCTETS.items()}
    for name, value in given.items():
        _start(group, f"user-data-{name}", f"User data: {name}", {"user_data": value})
    whole = start(("user_data", b""))
    runs = [[(whole + b"\x9a\0\1\0\0").hex(), 1], ["f5", 65_536]]
    listed = {"id": "simplon/edges/start-user-data-list-65536", "kind": "valid", "level": "MUST", "rules": ["SV2-043"], "doc": "A list of 65536"}  # fmt: skip
    told = {"canonical": True, "value": start_value(user_data={"$repeat": [[True], 65_536]})}
    group.vectors.append({**listed, "runs": runs, **told})
    pairs = ((256, "a"), (65_536, "b"), (2**32, "c"), (2**63, "d"), (-129, "e"), (-(2**31) - 1, "f"))
    keys = mapping(*((integer(key), text(one)) for key, one in pairs))
    expected = {"$map": [[_plain(key), one] for key, one in pairs]}
    group.canonical("start-user-data-large-keys", "043", "Integers as keys, of every width", start(("user_data", keys)), start_value(user_data=expected))  # fmt: skip
    texts = mapping((text(" A "), integer(300)), (text("a"), f64(1.5)), (integer(1), integer(-(2**31) - 1)), (text("1"), integer(2)))  # fmt: skip
    expected = {"$map": [[" A ", 300], ["a", 1.5], [1, -(2**31) - 1], ["1", 2]]}
    group.canonical("start-user-data-mixed-keys", "043", "The keys 1 and \"1\"", start(("user_data", texts)), start_value(user_data=expected))  # fmt: skip


def _arrays(group: Group) -> None:
    """Pixels and tables whose numbers are others in a type of the same size, in each order of bytes and of axes."""
    for size, little, big in ((1, 64, 64), (2, 69, 65), (4, 70, 66)):
        top = 2 ** (8 * size)
        given = [top - 1, 0, 1, top // 2 - 1, top // 2, top - 2, top // 3, top // 7]
        for order, number in (("<", little), (">", big)) if size > 1 else (("|", little),):
            raw = np.array(given, f"{order}u{size}").tobytes()
            value = image_value({"a": nd(raw, f"{order}u{size}", (2, 4))})
            name = f"{'big-' if order == '>' else ''}u{size}"
            group.canonical(f"image-{name}", "049 061", f"Numbers of {name} at their edges", image(("a", multi((2, 4), tag(number, blob(raw))))), value)  # fmt: skip
            columns = np.array(given, f"{order}u{size}").reshape(2, 4)
            turned = image(("a", multi((2, 4), tag(number, blob(columns.T.tobytes())), 1040)))
            group.valid(f"image-columns-{name}", "049 059 061", f"The same, columns first, {name}", turned, value)
    wide = (np.arange(40_000) % 251).astype("u1").tobytes()
    group.canonical("image-row-of-40000", "049", "An extent that a signed number of 16 bits does not hold", image(("a", multi((1, 40_000), tag(64, blob(wide))))), image_value({"a": nd(wide, "|u1", (1, 40_000))}))  # fmt: skip
    for name, dimensions in {"one": (1, 1), "column": (5, 1), "row": (1, 5)}.items():
        raw = bytes(range(1, 1 + dimensions[0] * dimensions[1]))
        group.canonical(f"image-{name}", "049", f"An image of {dimensions}", image(("a", multi(dimensions, tag(64, blob(raw))))), image_value({"a": nd(raw, "|u1", dimensions)}))  # fmt: skip
