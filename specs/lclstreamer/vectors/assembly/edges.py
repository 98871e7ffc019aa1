"""Every field with values that a reader changes without noticing: texts, floats, integers and bytes at their edges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .kit import BEAM, IMAGE, START, STOP, Items, Vector, blocks, cbor, changed, expected, nd, valid

TEXTS = {
    "blanks-around": " a  b\t", "line-ends": "1\r\n2\r3\n", "nul-inside": "a\0b\0", "markup": "<a&b>", "quotes": "\"'\\/", "empty": "",
    "not-composed": "e\u0301 \u00e9", "beyond-the-basic-plane": "\U0001d6fc", "capitals": "MiXed \u0130\u00df", "number": "007", "300-letters": "x" * 300,
}  # fmt: skip
FLOATS = {
    "many-digits": -0.30000000000000004, "nought": 0.0, "smallest": 5e-324, "whole": -3.0, "largest": 1.7976931348623157e308,
    "third": 1 / 3, "negative": -12345.678901234567,
}  # fmt: skip
NUMBERS = (0, 1, 23, 24, 127, 128, 255, 256, 32768, 65536, 2**31, 2**32, 2**53 + 1, 2**63, 2**64 - 1)
OCTETS = {"line-ends": b"\r\na\nb\rc\n", "blanks-around": b" \t x \n", "nul-behind": b"x\0\0", "nothing": b"", "high": bytes(range(128, 256)), "300": bytes(300), "70000": b"\1" * 70_000}  # fmt: skip
NOT_TEXTS = ("type", "shape", "dtype", "datatype")


def each(items: Items, kind: type, change: Callable[[Any], Any]) -> Items:
    """*items* with every value of a kind changed, inside maps and lists too."""

    def one(key: str, value: Any) -> Any:
        if isinstance(value, list) and value and isinstance(value[0], tuple):
            return [(name, one(name, item)) for name, item in value]
        if isinstance(value, list):
            return [one(key, item) for item in value]
        return change(value) if type(value) is kind and key not in NOT_TEXTS else value

    return [(key, one(key, value)) for key, value in items]


def edges() -> Iterator[Vector]:
    """The three messages as they always are, but for all values of one kind."""
    messages = (("start", b"c", START), ("image", b"m", IMAGE), ("stop", b"c", STOP))
    for name, prefix, items in messages:
        for kind, given in ((str, TEXTS), (float, FLOATS)):
            for what, value in given.items():
                made = each(items, kind, lambda _, value=value: value)  # type: ignore[misc]
                if made == items:
                    continue
                yield _valid(f"{name}-{what}", made, prefix, f"Every {kind.__name__} of a {name}: {what}")
    for number in NUMBERS:
        numbers = changed(IMAGE, message_id=number, photon_wavelength=number)
        yield _valid(f"image-number-{number}", numbers, b"m", f"Integers of an image: {number}")
        if number not in (1, 2**64 - 1):  # messages/start and messages/message-id-all-ones
            started = changed(START, message_id=number)
            yield _valid(f"start-number-{number}", started, b"c", f"Integers of a start: {number}")
        if number:
            yield _valid(f"stop-number-{number}", changed(STOP, run=number), b"c", f"The run {number}")
    for what, octets in OCTETS.items():
        yield _valid(f"unknown-bytes-{what}", [*STOP, ("x", octets)], b"c", f"Bytes nobody knows: {what}")
        if what not in ("nothing", "70000"):
            yield _valid(f"frame-bytes-{what}", changed(IMAGE, compressed_data=octets), b"m", f"A frame that stays bytes: {what}")  # fmt: skip
    for what, value in {"list-empty": [], "list-300": [1, *[0] * 299], "list-equal": [5, 5, 5], "list-backwards": [3, 1, 2], "false": False, "true": True, "nought": 0, "minus-one": -1, "list-of-lists": [[1], [], [[2]]]}.items():  # fmt: skip
        yield _valid(f"unknown-{what}", [*STOP, ("x", value)], b"c", f"A value nobody knows: {what}")
    keys: Items = [
        ("Key", 1),
        ("key", 2),
        (" key ", 3),
        ("k\u00e9y", 4),
        ("", 5),
        ("k" * 300, 6),
        ("$key", 7),
        ("k.e/y", 8),
    ]
    del keys[6]  # a map with a key that begins with $ is written in another way
    yield _valid("keys", [*STOP, *keys], b"c", "Keys that differ in case, blanks, and beyond ASCII")
    yield from _frames()


def _valid(name: str, items: Items, prefix: bytes, doc: str, **more: Any) -> Vector:
    return valid(f"edges/{name}", prefix + cbor(items), expected(items, prefix.decode()), "LCL-004 LCL-011", doc, canonical=True, **more)  # fmt: skip


def _frames() -> Iterator[Vector]:
    """Frames whose numbers are others in a type of the same size."""
    for code in ("u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8"):
        info = np.iinfo(code)
        middle = 2 ** (info.bits - 1)
        given = [info.min, info.max, 0, 1, min(info.max, middle - 1), max(info.min, min(info.max, middle)), info.max // 3, info.max - 1, info.max // 7, 2]  # fmt: skip
        yield _frame(np.array(given, np.dtype(code).newbyteorder("<")).reshape(2, 5))
    for code in ("f4", "f8"):
        info_f = np.finfo(code)
        given_f = [info_f.max, info_f.min, info_f.tiny, info_f.smallest_subnormal, -0.0, np.inf, 1 / 3, 1 + info_f.eps, np.nan, 2]  # fmt: skip
        frame = np.array(given_f, f"<{code}").reshape(2, 5)
        frame.view("<u4" if code == "f4" else "<u8")[1, 3] += 5  # a NaN with bits of its own
        yield _frame(frame)
    for shape in ((1, 40_000), (300, 2), (1, 1, 1), (2, 0), (0, 3, 2)):
        yield _frame(np.ones(shape, "<u1"), f"-{'x'.join(map(str, shape))}")


def _frame(array: Any, more: str = "") -> Vector:
    items = changed(IMAGE, compressed_data=blocks(array), dtype=array.dtype.name, beam_direction=BEAM)
    options = {"shape": list(array.shape), "dtype": array.dtype.name}
    value = expected(items, "m", compressed_data=nd(array))
    return valid(f"edges/frame-{array.dtype.name}{more}", b"m" + cbor(items), value, "LCL-030 LCL-033", f"Numbers of {array.dtype.name}{more} at their edges", options=options)  # fmt: skip
