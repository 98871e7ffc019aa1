"""One message, one part: what holds two of them, or the first half of one, is none; and nothing is written in pieces."""

from __future__ import annotations

from .messages import FULL, PIXELS, PIXELS_VALUE
from .parts import base, end, image, image_value, start, start_value
from .vectors import Group

__all__ = ["groups"]


def groups() -> list[Group]:
    group = Group("parts")
    whole = start(*((key, item) for key, item, _ in FULL))
    framed = image(("threshold_1", PIXELS))
    for name, data in (("start-and-end", whole + end()), ("image-and-image", framed + framed)):
        first = whole if name.startswith("start") else framed
        group.invalid(name, "001 014", "two messages in one part", data, "framing syntax", "", len(first))
    for name, data in (("start", whole), ("image", framed)):
        half = len(data) // 2
        group.invalid(
            f"first-half-of-{name}", "001 015", "a message that goes on in another part", data[:half], "truncated"
        )
    values = {
        "start": start_value(**{key: canonical for key, _, canonical in FULL}), "image": image_value({"threshold_1": PIXELS_VALUE}),
        "end": base("end"),
    }  # fmt: skip
    one = {"like": {"$text": ".+"}}
    group.scenario(
        "written-in-one", "001", "every message is written as one byte string, not as a list of parts",
        [({"op": "encode", "args": {"value": value}}, one) for value in values.values()],
    )  # fmt: skip
    return [group]
