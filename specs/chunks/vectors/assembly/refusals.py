"""Invalid vectors: sizes, orders and types that can't be, and blobs that do not go with the grid."""

from __future__ import annotations

from typing import Any

from .kit import Group, blobs, elements, nd, options

__all__ = ["groups"]

SHAPE, CHUNK = [2, 3, 4], [1, 3, 2]
GOOD = blobs(elements(SHAPE, 2), SHAPE, CHUNK)  # four blobs of 12 bytes


def groups() -> list[Group]:
    return [_chunk_size(), _asked(), _blobs(), _sizes()]


def _said(**changes: Any) -> dict[str, Any]:
    return options(SHAPE, "<u2", CHUNK) | changes


def _chunk_size() -> Group:
    group = Group("chunk-size")
    numbers = {
        "zero": 0, "negative": -1, "very-negative": -(2**70), "fraction": 0.5, "fraction-above-one": 1.5,
        "null": None, "words": "one", "list": [1], "map": {}, "empty-text": "",
    }  # fmt: skip
    for name, number in numbers.items():
        for axis in (0, 2) if name in ("zero", "negative", "fraction") else (0,):
            chunk: list[Any] = list(CHUNK)
            chunk[axis] = number
            where = f"-{axis}" if axis else ""
            group.wrong(
                f"{name}{where}", "011", f"An extent of {number!r}", GOOD, _said(chunk_size=chunk), "constraint type",
                f"chunk_size[{axis}]",
            )  # fmt: skip
    for name, chunk, partial in (("two-negative", [-2, -3, 4], False), ("zero-partial", [0, 3, 2], True)):
        group.wrong(
            name, "011", f"A chunk size of {chunk}", GOOD, _said(chunk_size=chunk, partial=partial), "constraint",
            "chunk_size[0]",
        )  # fmt: skip
    for name, chunk in {"none": [], "two": [1, 3], "four": [1, 3, 2, 1]}.items():
        group.wrong(
            f"extents-{name}", "010", f"{len(chunk)} extents for three axes", GOOD, _said(chunk_size=chunk),
            "constraint", "chunk_size",
        )  # fmt: skip
    for name, chunk in {"number": 2, "text": "132"}.items():
        group.wrong(
            f"is-{name}",
            "010 011",
            "No list of extents",
            GOOD,
            _said(chunk_size=chunk),
            "constraint type",
            "chunk_size",
        )
    for axis, chunk in enumerate(([3, 3, 2], [1, 2, 2], [1, 3, 3])):
        group.wrong(
            f"no-divisor-{axis}", "012", f"The extent of axis {axis} does not divide the image", GOOD,
            _said(chunk_size=chunk), "constraint", f"chunk_size[{axis}]",
        )  # fmt: skip
    group.wrong(
        "beyond", "012", "A chunk size beyond the image, and no partial cutouts asked for", GOOD,
        _said(chunk_size=[4, 6, 8]), "constraint", "chunk_size[0]",
    )  # fmt: skip
    group.wrong(
        "no-divisor-of-nothing", "012", "An axis without elements does not hide another that leaves a rest", [],
        options([0, 3, 4], "<u2", [1, 2, 2]), "constraint", "chunk_size[1]",
    )  # fmt: skip
    return group


def _asked() -> Group:
    group = Group("asked")
    for name, order in {"lower": "c", "a": "A", "k": "K", "empty": "", "both": "CF", "number": 0}.items():
        group.wrong(
            f"order-{name}", "006", f"The order {order!r}", GOOD, _said(order=order), "constraint type", "order"
        )
    for name, dtype in {"unknown": "u3", "words": "unsigned", "number": 7, "empty": "V0", "text": "U0"}.items():
        group.wrong(f"type-{name}", "002", f"The type {dtype!r}", GOOD, _said(dtype=dtype), "type", "dtype")
    group.wrong("type-objects", "002", "Objects have no bytes", GOOD, _said(dtype="O"), "type", "dtype")
    group.wrong("type-nested", "002", "An array as element", GOOD, _said(dtype="(2,2)u1"), "type", "dtype")
    for name in ("shape", "dtype", "chunk_size"):
        said = {key: one for key, one in _said().items() if key != name}
        group.wrong(f"no-{name}", "022", f"{name} is not given", GOOD, said, "state", name)
    for name, number in {"negative": -2, "fraction": 2.5, "text": "two", "null": None}.items():
        group.wrong(
            f"shape-{name}", "020", f"An extent of {number!r}", GOOD, _said(shape=[number, 3, 4]), "constraint type",
            "shape[0]",
        )  # fmt: skip
    group.wrong("shape-number", "020", "A number for a shape", GOOD, _said(shape=24), "constraint type", "shape")
    group.wrong("no-axes", "001", "An array without axes", [b"\0\0"], options([], "<u2", []), "constraint", "shape")
    group.wrong("five-axes", "001", "Five axes", [b"\0\0"], options([1] * 5, "<u2", [1] * 5), "constraint", "shape")
    return group


def _blobs() -> Group:
    group = Group("blobs")
    for number in (0, 1, 3):
        short = [one[:-1] if index == number else one for index, one in enumerate(GOOD)]
        group.wrong(
            f"short-{number}", "025", f"A byte is missing in blob {number}", short, _said(), "truncated size",
            f"[{number}]", partial=_left_out(number),
        )  # fmt: skip
        long = [one + b"\0" if index == number else one for index, one in enumerate(GOOD)]
        group.wrong(
            f"long-{number}", "025", f"A byte too many in blob {number}", long, _said(), "size", f"[{number}]", 12,
            partial=_left_out(number),
        )  # fmt: skip
    group.wrong(
        "empty", "025", "A blob without bytes", [GOOD[0], b"", *GOOD[2:]], _said(), "truncated size", "[1]",
        partial=_left_out(1),
    )  # fmt: skip
    group.wrong("few", "024", "The last blob is missing", GOOD[:-1], _said(), "truncated", "[3]", partial=_left_out(3))
    group.wrong("none", "024", "There is no blob", [], _said(), "truncated", "[0]", partial=_left_out(0, 1, 2, 3))
    group.wrong("many", "024", "A blob too many", [*GOOD, GOOD[0]], _said(), "size", "[4]", partial=_left_out())
    group.wrong("many-empty", "024", "An empty blob too many", [*GOOD, b""], _said(), "size", "[4]")
    group.wrong(
        "some-for-nothing", "024 014", "A blob for an image without elements", [b""], options([0, 3], "<u2", [1, 3]),
        "size", "[0]",
    )  # fmt: skip
    group.wrong("one-for-all", "024", "All bytes in one blob", [b"".join(GOOD)], _said(), "truncated size", "[1]")
    edge = blobs(elements((5, 4), 2), (5, 4), (2, 3))
    said = options([5, 4], "<u2", [2, 3], partial=True)
    group.wrong(
        "edge-padded", "025 013", "A partial cutout as long as a whole one", [*edge[:2], edge[2] + bytes(6), *edge[3:]],
        said, "size", "[2]", 6,
    )  # fmt: skip
    group.wrong(
        "edge-short", "025 013", "The smallest cutout, in the corner, lacks its bytes", [*edge[:-1], b""], said,
        "truncated size", "[5]",
    )  # fmt: skip
    group.wrong("wrong-type", "025", "Elements of twice the size", GOOD, _said(dtype="<u4"), "truncated size", "[0]")
    group.wrong("half-type", "025", "Elements of half the size", GOOD, _said(dtype="u1"), "size", "[0]", 6)
    return group


def _left_out(*numbers: int) -> dict[str, Any]:
    """What is left of the image when these blobs are lost: zeros in their place."""
    items = elements(SHAPE, 2)
    for number in numbers:
        x, z = number % 2, number // 2  # two points along x, one along y, two along z
        for index in range(len(items)):
            if index // 12 == x and index % 4 // 2 == z:
                items[index] = bytes(2)
    return {"image": nd(items, "<u2", SHAPE), "chunk_size": CHUNK, "order": "C", "partial": False}


def _sizes() -> Group:
    group = Group("sizes")
    one = [b"\0\0"]
    large = {
        "all-ones-32": [2**32 - 1] * 3, "all-ones-64": [2**64 - 1, 1, 1], "wraps-to-zero": [2**32, 2**32, 1],
        "wraps-to-two": [2**63, 2, 1], "sign": [2**63, 1, 1], "beyond-64": [2**200, 1, 1], "four-gib": [2**31 + 1, 1, 1],
    }  # fmt: skip
    for name, shape in large.items():
        group.wrong(
            f"shape-{name}", "021", f"A shape of {' x '.join(map(hex, shape))}", one,
            options(shape, "<u2", [1, 1, 1]), "limit size", "shape" if max(shape) < 2**63 else "shape[0]",
        )  # fmt: skip
    group.wrong(
        "empty-but-large", "021", "No elements, but the other extents multiply beyond all memory", [],
        options([0, 2**62, 2**62], "<u2", [1, 2**62, 2**62]), "limit size", "shape",
    )  # fmt: skip
    for name, extent in {"all-ones-64": 2**64 - 1, "beyond-64": 2**200}.items():
        group.wrong(
            f"chunk-{name}", "021", f"A chunk size of {extent:#x}", one,
            options([1, 1, 1], "<u2", [1, extent, 1], partial=True), "limit size constraint", "chunk_size[1]",
        )  # fmt: skip
    group.wrong(
        "large-element", "021", "An element of a gigabyte, eight of them", one, options([8, 1, 1], "V1073741824", [1, 1, 1]),
        "limit size", "shape",
    )  # fmt: skip
    group.wrong(
        "many-points", "021 024", "Two thousand million points and one blob", one, options([2**30, 1, 1], "u1", [1, 1, 1]),
        "size truncated", "[1]",
    )  # fmt: skip
    group.wrong(
        "limit", "021", "More bytes than the caller allows", GOOD, _said(limits={"total_bytes": 47}), "limit", "shape"
    )
    return group
