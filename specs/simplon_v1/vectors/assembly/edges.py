"""Every key with values that a reader changes without noticing: texts, numbers and tables at their edges."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from .kit import EVERY, PIXELS, Vector, header, image, image_value, invalid, nd, octets, text, valid

TEXTS = {
    "blanks-around": " a  b\t", "line-ends": "1\r\n2\r3\n", "nul-inside": "a\0b\0", "markup": "<a&b>", "quotes": "\"'\\/", "empty": "",
    "not-composed": "e\u0301 \u00e9", "beyond-the-basic-plane": "\U0001d6fc", "capitals": "MiXed \u0130\u00df", "number": "007", "300-letters": "x" * 300,
}  # fmt: skip
FLOATS = {
    "many-digits": -0.30000000000000004, "nought": 0.0, "smallest": 5e-324, "whole": -3.0, "largest": 1.7976931348623157e308,
    "third": 1 / 3, "negative": -12345.678901234567,
}  # fmt: skip
NUMBERS = (0, 2, 127, 128, 255, 256, 32768, 65536, 2**31, 2**32, 2**53, 2**53 + 1, 2**63, 2**64 - 1)
OCTETS = {"line-ends": b"\r\na\nb\rc\n", "blanks-around": b" \t x \n", "nul-behind": b"x\0\0", "high": bytes(range(128, 256)), "300": bytes(300), "json": b'{"a":1}', "70000": b"\1" * 70_000}  # fmt: skip
SWITCHES = ("auto_summation", *(key for key in EVERY if key.endswith("_applied")))


def edges() -> Iterator[Vector]:
    """Headers whose values of one kind are all the same, images of numbers at their edges, and appendices."""
    for name, given in TEXTS.items():
        yield _config(f"text-{name}", {key: given if isinstance(value, str) else value for key, value in EVERY.items()}, f"Every text: {name}")  # fmt: skip
    for name, real in FLOATS.items():
        made = {key: real if isinstance(value, float) else value for key, value in EVERY.items()}
        yield _config(f"float-{name}", {**made, "detector_translation": [real, 1.5, real]}, f"Every float: {name}")
    for number in NUMBERS:
        made = {key: number if type(value) is int and key not in SWITCHES else value for key, value in EVERY.items()}
        yield _config(f"number-{number}", made, f"Every integer: {number}")
        yield _image(f"image-number-{number}", number)
    for switch in (True, False, 1, 0):
        yield _config(f"switch-{json.dumps(switch)}", {**EVERY, **dict.fromkeys(SWITCHES, switch)}, f"Every switch: {json.dumps(switch)}")  # fmt: skip
    keys = {
        "Key": 1,
        "key": 2,
        " key ": 3,
        "k\u00e9y": 4,
        "k" * 300: 5,
        "k.e/y": 6,
        "k\u0000": 7,
        "e\u0301": 8,
        "\u00e9": 9,
    }
    yield _config("keys", keys, "Keys that differ in case, blanks, composition, and beyond ASCII")
    lists = {"a": [], "b": {}, "c": [0] * 300, "d": [5, 5, 5], "e": [3, 1, 2], "f": [[1], [], [[2]]], "g": [None, False, "", 0], "h": None}  # fmt: skip
    yield _config("lists", lists, "Lists and maps, empty, long, with equal items and with none")
    for name, given_bytes in OCTETS.items():
        parts, value = image(PIXELS.tobytes()), image_value(PIXELS)
        yield valid(f"edges/image-appendix-{name}", [*parts, given_bytes], {**value, "appendix": octets(given_bytes)}, "SV1-028", f"An appendix: {name}")  # fmt: skip
        if len(given_bytes) > 300:
            continue
        yield valid(f"edges/header-appendix-{name}", [header("none"), given_bytes], {"kind": "header", "dheader": {"series": 6, "header_detail": "none"}, "appendix": octets(given_bytes)}, "SV1-027", f"An appendix: {name}")  # fmt: skip
    yield from _pixels()
    yield from _tables()


def guarded() -> Iterator[Vector]:
    """The hash covers the second part, whatever else a message has."""
    other = text(htype="dimage_d-1.0", shape=[3, 4], type="uint16", encoding="<", size=24)
    parts = image(PIXELS.tobytes())
    for name, more in (("appendix", [b"more"]), ("empty-appendix", [b""])):
        yield invalid(f"guarded/{name}", [parts[0], other, *parts[2:], *more], "checksum", "SV1-050", "the second part was changed, and there is an appendix", "dimage.hash", "part 1")  # fmt: skip
    first = json.loads(parts[0])["hash"]
    for name, digits in (("last-digit", first[:-1] + "0123456789abcdef0"[int(first[-1], 16) + 1]), ("first-digit", "0123456789abcdef0"[int(first[0], 16) + 1] + first[1:]), ("middle-digit", first[:16] + "0123456789abcdef0"[int(first[16], 16) + 1] + first[17:]), ("longer", first + "0"), ("blank-behind", first + " ")):  # fmt: skip
        yield invalid(f"guarded/{name}", image(PIXELS.tobytes(), hash=digits), "checksum", "SV1-050", f"another hash: {name}", "dimage.hash", "part 1")  # fmt: skip


def series() -> Iterator[Vector]:
    """The messages of a series in their order, each by itself; the end of an earlier series may come first."""
    messages: list[tuple[list[bytes], Any]] = [
        ([text(htype="dseries_end-1.0", series=5)], {"kind": "end", "dseries_end": {"series": 5}}),
        ([header("none")], {"kind": "header", "dheader": {"series": 6, "header_detail": "none"}}),
    ]
    for frame in (0, 1, 4, 9):  # one of several receivers gets a part of them
        pixels = PIXELS + frame
        told = {**image_value(pixels), "dimage": {"series": 6, "frame": frame}}
        messages.append((image(pixels.tobytes(), frame=frame), told))
    messages.append(([text(htype="dseries_end-1.0", series=6)], {"kind": "end", "dseries_end": {"series": 6}}))
    yield {
        "id": "simplon_v1/series/one-receiver", "kind": "scenario", "level": "SHOULD", "rules": ["SV1-016"],
        "doc": "The end of an earlier series, a header, images whose frames count up with gaps, and the end",
        "steps": [{"op": "decode", "args": {"data": [octets(part) for part in parts]}} for parts, _ in messages],
        "expect": [{"value": value} for _, value in messages],
    }  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return {"$int": str(value)} if type(value) is int and abs(value) > 2**53 else value


def _config(name: str, config: dict[str, Any], doc: str) -> Vector:
    value = {"kind": "header", "dheader": {"series": 6, "header_detail": "basic"}, "config": _plain(config)}
    return valid(f"edges/{name}", [header("basic"), text(**config)], value, "SV1-010 SV1-025", doc)


def _image(name: str, number: int) -> Vector:
    times = {"start_time": number, "stop_time": number, "real_time": number}
    parts = image(PIXELS.tobytes(), frame=number, times=text(htype="dconfig-1.0", **times), series=number)
    value = {**image_value(PIXELS), "dimage": _plain({"series": number, "frame": number}), "dconfig": _plain(times)}
    return valid(f"edges/{name}", parts, value, "SV1-013 SV1-015 SV1-051", f"Every integer of an image: {number}")


def _pixels() -> Iterator[Vector]:
    for code in ("u1", "u2", "u4"):
        info = np.iinfo(code)
        given = [info.max, 0, 1, info.max // 2, info.max // 2 + 1, info.max - 1, info.max // 3, info.max // 7]
        for order, sign in (("<", "<"), (">", ">")):
            array = np.array(given, f"{order}{code}").reshape(2, 4)
            yield valid(f"edges/pixels-{'big-' if sign == '>' else ''}{code}", image(array.tobytes(), sign, array.dtype.name, (4, 2)), image_value(array.astype(f"<{code}"), sign, array.dtype.name, (4, 2)), "SV1-031 SV1-041", f"Numbers of {array.dtype.name} at their edges")  # fmt: skip
    wide = (np.arange(40_000) % 251).astype("u1").reshape(1, 40_000)
    yield valid("edges/row-of-40000", image(wide.tobytes(), "<", "uint8", (40_000, 1)), image_value(wide, "<", "uint8", (40_000, 1)), "SV1-030", "An extent that a signed number of 16 bits does not hold")  # fmt: skip


def _tables() -> Iterator[Vector]:
    info = np.finfo("f4")
    flat = np.array([[info.max, info.min, info.tiny, info.smallest_subnormal], [-0.0, np.inf, 1 / 3, np.nan]], "<f4")
    flat.view("<u4")[1, 3] += 5  # a NaN with bits of its own
    mask = np.array([[0, 1, 2**31 - 1, 2**31], [2**32 - 1, 5, 0, 65536]], "<u4")
    table = np.array([[-0.0, 1e-45], [65536, 3.4e38]], "<f4")
    parts = [
        header("all"), text(), text(htype="dflatfield-1.0", shape=[4, 2], type="float32"), flat.tobytes(),
        text(htype="dpixelmask-1.0", shape=[4, 2], type="uint32"), mask.tobytes(),
        text(htype="dcountrate_table-1.0", shape=[2, 2], type="float32"), table.tobytes(),
    ]  # fmt: skip
    value = {
        "kind": "header", "dheader": {"series": 6, "header_detail": "all"}, "config": {},
        "dflatfield": {"shape": [4, 2], "type": "float32"}, "flatfield": nd(flat),
        "dpixelmask": {"shape": [4, 2], "type": "uint32"}, "pixel_mask": nd(mask),
        "dcountrate_table": {"shape": [2, 2], "type": "float32"}, "countrate_table": nd(table),
    }  # fmt: skip
    yield valid("edges/tables", parts, value, "SV1-023 SV1-033", "Tables of numbers at their edges")
