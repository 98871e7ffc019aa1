"""Valid vectors: order of grid points and elements, axes, element types, edges."""

from __future__ import annotations

import struct

from .kit import Group, elements

__all__ = ["groups"]

#: dtype of the value, and bytes of one element
_TYPES = {
    "|b1": 1, "|u1": 1, "|i1": 1, "<u2": 2, "<i2": 2, "<u4": 4, "<i4": 4, "<u8": 8, "<i8": 8, "<f4": 4, "<f8": 8,
    "<f2": 2, "<c8": 8, "<c16": 16, ">u2": 2, ">i2": 2, ">u4": 4, ">i4": 4, ">u8": 8, ">i8": 8, ">f2": 2, ">f4": 4,
    ">f8": 8, ">c8": 8, ">c16": 16, "|S3": 3, "|V5": 5, "<M8[ns]": 8, ">M8[s]": 8, "<m8[us]": 8,
}  # fmt: skip


def groups() -> list[Group]:
    return [_order(), _axes(), _types(), _edges(), _extreme(), _numbers()]


def _order() -> Group:
    group = Group("order")
    for order in "CF":
        fast = "last" if order == "C" else "first"
        lower = order.lower()
        group.array(
            f"grid-{lower}", "003 004 005", f"2 x 1 x 2 points; in a blob the {fast} axis runs fastest",
            (2, 3, 4), (1, 3, 2), order=order,
        )  # fmt: skip
        group.array(
            f"three-by-two-by-two-{lower}", "003 004 005", "Twelve points: the first index runs fastest in the list",
            (6, 4, 2), (2, 2, 1), order=order,
        )  # fmt: skip
        group.array(
            f"whole-{lower}",
            "003 005",
            "A chunk size of the whole image gives one blob",
            (2, 3, 4),
            (2, 3, 4),
            order=order,
        )
        group.array(
            f"single-elements-{lower}", "003 004", "A chunk size of ones: each blob is one element, and the list is in Fortran order",
            (2, 3, 2), (1, 1, 1), order=order,
        )  # fmt: skip
        for axis, name in enumerate("xyz"):
            chunk = [2, 2, 2]
            chunk[axis] = 1
            group.array(
                f"cut-along-{name}-{lower}", "003 004", f"Two points along {name} only", (2, 2, 2), chunk, order=order
            )
    group.array(
        "written-out-c", "004 005", "Every byte by hand: u1, 2 x 2 x 2 in halves along x, last axis fastest",
        (2, 2, 2), (1, 2, 2), dtype="|u1", items=[bytes([one]) for one in range(8)], itemsize=1,
        parts=[bytes([0, 1, 2, 3]), bytes([4, 5, 6, 7])],
    )  # fmt: skip
    group.array(
        "written-out-f", "004 005", "The same, first axis fastest in a blob", (2, 2, 2), (1, 2, 2), dtype="|u1",
        order="F", items=[bytes([one]) for one in range(8)], itemsize=1,
        parts=[bytes([0, 2, 1, 3]), bytes([4, 6, 5, 7])],
    )  # fmt: skip
    return group


def _axes() -> Group:
    group = Group("axes")
    shapes = {1: ((6,), (2,)), 2: ((4, 6), (2, 3)), 3: ((2, 4, 6), (1, 2, 3)), 4: ((2, 4, 3, 4), (1, 2, 3, 2))}
    for axes, (shape, chunk) in shapes.items():
        for order in "CF":
            group.array(
                f"{axes}-{order.lower()}", "001 004 005", f"{axes} axes, order {order}", shape, chunk, order=order
            )
    group.array("1-whole", "001", "One axis, one blob", (3,), (3,))
    group.array("4-ones", "001", "Four axes of one element", (1, 1, 1, 1), (1, 1, 1, 1))
    for axis in range(3):
        shape = [2, 3, 4]
        shape[axis] = 0
        group.array(
            f"no-elements-{axis}", "014", f"Axis {axis} has no elements: there are no blobs", shape, (1, 3, 2), items=[]
        )
    group.array("no-elements-at-all", "014", "No axis has elements", (0, 0, 0), (5, 6, 7), items=[])
    group.array(
        "no-elements-partial", "013 014", "Nothing is cut in parts either", (0, 5), (3, 3), items=[], partial=True
    )
    return group


def _types() -> Group:
    group = Group("types")
    for dtype, size in _TYPES.items():
        name = dtype.translate(str.maketrans({"<": "le-", ">": "be-", "|": "", "[": "-", "]": ""}))
        items = (
            [bytes([one % 2]) for one in range(8)] if dtype == "|b1" else elements((2, 2, 2), size, 2 ** (8 * size - 4))
        )
        if dtype in ("|S3", "|V5"):
            items = [bytes(range(65 + one, 65 + one + size)) for one in range(8)]
        group.array(
            name, "002", f"Elements of {dtype.lstrip('|')}: their bytes as they are in memory", (2, 2, 2), (1, 2, 2),
            dtype=dtype, order="F", items=items,
        )  # fmt: skip
    special = [0.0, -0.0, float("inf"), float("-inf"), 5e-324, 1.7976931348623157e308]
    nans = [bytes.fromhex("010000000000f07f"), bytes.fromhex("0123456789abf8ff")]
    group.array(
        "f8-special", "002", "Infinities, signed zeros, the least and greatest double, and two NaNs with payload bits",
        (8,), (4,), dtype="<f8", items=[*(struct.pack("<d", one) for one in special), *nans],
    )  # fmt: skip
    group.array(
        "u8-all-ones", "002", "Every bit of every element is set", (4,), (2,), dtype="<u8", items=[b"\xff" * 8] * 4
    )
    return group


def _edges() -> Group:
    group = Group("edges")
    for order in "CF":
        lower = order.lower()
        group.array(
            f"partial-{lower}", "013 004 005", "Both axes leave a rest: the cutouts there are smaller",
            (5, 4), (2, 3), order=order, partial=True,
        )  # fmt: skip
        group.array(
            f"partial-3-{lower}",
            "013 004 005",
            "Three axes, each with a rest",
            (3, 5, 4),
            (2, 2, 3),
            order=order,
            partial=True,
        )
        group.array(
            f"partial-4-{lower}",
            "013 004 005",
            "Four axes, two with a rest",
            (3, 2, 2, 5),
            (2, 2, 1, 3),
            order=order,
            partial=True,
        )
    group.array("partial-1", "013", "One axis: two whole cutouts and one element", (5,), (2,), partial=True)
    group.array("partial-even", "013", "Asked for where nothing is left over", (4, 4), (2, 2), partial=True)
    group.array(
        "beyond",
        "013",
        "A chunk size beyond the image: one cutout of the image's extents",
        (2, 3),
        (5, 7),
        partial=True,
    )
    group.array(
        "beyond-one-axis", "013", "Beyond the image along one axis only", (2, 6), (5, 2), partial=True, order="F"
    )
    group.array(
        "beyond-all-numbers", "013", "A chunk size of 2**62: the far edge of the cutout is not computed in 64 bits",
        (3,), (2**62,), partial=True,
    )  # fmt: skip
    group.array("rest-of-one", "013", "The rest is a single element of a single axis", (4, 3), (4, 2), partial=True)
    return group


def _extreme() -> Group:
    group = Group("extreme")
    group.array(
        "long-and-thin",
        "003 004",
        "300 points along one axis: the number of a blob does not fit a byte",
        (300, 1, 1),
        (1, 1, 1),
    )
    group.array(
        "thin-last", "003 004", "300 points along the last axis", (1, 1, 300), (1, 1, 1), dtype="|u1", itemsize=1
    )
    group.array(
        "longer-runs", "005", "Runs of 40 elements along the last axis", (2, 4, 80), (1, 2, 40), dtype="<u4", itemsize=4
    )
    group.array(
        "longer-runs-f",
        "005",
        "Runs of 40 elements along the first axis",
        (80, 4, 2),
        (40, 2, 1),
        dtype="<u4",
        itemsize=4,
        order="F",
    )
    return group


def _numbers() -> Group:
    """Elements that another type of the same size would make other numbers of: their highest bits differ."""
    group = Group("numbers")
    for dtype, size in _TYPES.items():
        if dtype[1] not in "uifc":
            continue
        name = dtype.translate(str.maketrans({"<": "le-", ">": "be-", "|": ""}))
        items = [bytes([first, *range(1, size - 1), last])[-size:] for first in (0, 127, 128, 255) for last in (0, 127, 128, 255)]  # fmt: skip
        for order in "CF":
            group.array(
                f"{name}-{order.lower()}", "002 005", f"Elements of {dtype.lstrip('|')} whose outer bytes are 0, 127, 128 and 255",
                (4, 4), (2, 2), dtype=dtype, order=order, items=items,
            )  # fmt: skip
    ones = [bytes([one % 251]) for one in range(40_000)]
    group.array("row-of-40000", "003", "An extent that a signed number of 16 bits does not hold", (1, 40_000), (1, 40_000), dtype="|u1", items=ones)  # fmt: skip
    return group
