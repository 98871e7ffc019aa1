"""Images that cannot be cut as they are asked to be: a writer must refuse them."""

from __future__ import annotations

from typing import Any

from .kit import Group, elements, nd

__all__ = ["groups"]

SHAPE, CHUNK = (2, 3, 4), [1, 3, 2]
IMAGE = nd(elements(SHAPE, 2), "<u2", SHAPE)
BEYOND = {"$int": str(2**64)}


def groups() -> list[Group]:
    group = Group("unwritten")

    def row(what: str, rules: str, doc: str, path: str, **changes: Any) -> None:
        given = {"image": IMAGE, "chunk_size": CHUNK, "order": "C", "partial": False, **changes}
        group.unwritable(what, rules, doc, given, "constraint type size", path)

    _sizes(row)
    for name, order in {"lower": "c", "lower-f": "f", "a": "A", "k": "K", "empty": "", "both": "CF"}.items():
        row(f"order-{name}", "006", f"The order {order!r}", "order", order=order)
    one = [b"\0\0"]
    row("no-axes", "001", "A single number", "image", image=nd(one, "<u2", ()), chunk_size=[])
    row("five-axes", "001", "Five axes", "image", image=nd(one, "<u2", [1] * 5), chunk_size=[1] * 5)
    for name, given in {"number": 5, "lists": [[1, 2]], "null": None, "bytes": {"$bytes": "AAA="}, "strings": {"$strings": ["ab"]}}.items():  # fmt: skip
        row(f"image-{name}", "001 002", f"An image that is no array of numbers: {name}", "image", image=given, chunk_size=[1])  # fmt: skip
    return [group]


def _sizes(row: Any) -> None:
    numbers = {"zero": 0, "negative": -1, "fraction": 0.5, "fraction-above-one": 1.5, "null": None, "words": "one", "list": [1], "beyond-64": BEYOND}  # fmt: skip
    for name, number in numbers.items():
        for axis in (0, 2):
            chunk = [number if index == axis else extent for index, extent in enumerate(CHUNK)]
            row(f"{name}-{axis}", "011", f"An extent of {number!r}", f"chunk_size[{axis}]", chunk_size=chunk)
        row(f"{name}-partial", "011", f"An extent of {number!r}, and partial cutouts", "chunk_size[1]", chunk_size=[1, number, 2], partial=True)  # fmt: skip
    for name, chunk in {"none": [], "two": [1, 3], "four": [1, 3, 2, 1], "number": 2, "text": "132", "null": None}.items():  # fmt: skip
        row(f"extents-{name}", "010", f"A chunk size of {chunk!r} for three axes", "chunk_size", chunk_size=chunk)
    for axis, chunk in enumerate(([3, 3, 2], [1, 2, 2], [1, 3, 3])):
        row(f"no-divisor-{axis}", "012", f"Axis {axis} leaves a rest", f"chunk_size[{axis}]", chunk_size=chunk)
    row("beyond", "012", "A chunk size beyond the image, and no partial cutouts", "chunk_size[0]", chunk_size=[4, 6, 8])
    row(
        "no-divisor-of-nothing", "012", "An axis without elements does not hide another that leaves a rest", "chunk_size[1]",
        image=nd([], "<u2", [0, 3]), chunk_size=[1, 2],
    )  # fmt: skip
