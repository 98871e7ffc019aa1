"""Files that a reader gets wrong without noticing: numbers and texts at their edges, arrays without elements or axes."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import h5py
import numpy as np

from .kit import Group, blob

__all__ = ["groups"]

TEXTS = {
    "blanks-around": "  two blanks, and a tab\t", "line-ends": "a\r\nb\rc\n", "capitals": "MiXed \u0130\u00df", "markup": "<a&b>",
    "quotes": "\"'\\/", "not-composed": "e\u0301 is no \u00e9", "beyond-the-basic-plane": "\U0001d6fc and \U0010fffd",
    "mark-in-front": "\ufeffx", "number": "007", "nothing-but-blanks": "   ", "300-letters": "x" * 300,
}  # fmt: skip


def groups() -> list[Group]:
    return [_numbers(), _texts(), _shapes()]


def _numbers() -> Group:
    group = Group("numbers")
    for kind in "iu":
        for size in (1, 2, 4, 8):
            for order in "<>" if size > 1 else "|":
                dtype = np.dtype(f"{order}{kind}{size}")
                info = np.iinfo(dtype)
                middle = 2 ** (8 * size - 1)
                given = [info.min, info.max, 0, 1, min(info.max, middle - 1), max(info.min, min(info.max, middle)), info.max // 3, info.max - 1]  # fmt: skip
                value = {"/a": np.array(given, dtype).reshape(2, 4)}
                name = f"{'be-' if order == '>' else ''}{kind}{size}"
                group.valid(name, "021", f"The least, greatest and middle numbers of {name}", blob(value), value)
    for size in (2, 4, 8):
        for order in "<>":
            info_f = np.finfo(f"f{size}")
            given_f = [info_f.max, info_f.min, info_f.tiny, info_f.smallest_subnormal, -0.0, np.inf, 1 / 3, 1 + info_f.eps]  # fmt: skip
            value = {"/a": np.array(given_f, f"{order}f{size}").reshape(2, 4)}
            name = f"{'be-' if order == '>' else ''}f{size}"
            group.valid(name, "021", f"The least, greatest and closest numbers of {name}", blob(value), value)
    complexes: dict[str, Any] = {"/a": np.array([[1 + 2j, -0.0 - 1e300j], [complex(np.inf, -3), 1 / 3 - 2j]], "<c16")}
    group.valid("c16", "021", "Complex numbers whose parts differ", blob(complexes), complexes)
    fixed = {"/a": np.array([[b" a ", b"b\0c"], [b"\r\n", b"\xff\x80"]], "S3")}
    group.valid("fixed-bytes", "021", "Fixed bytes with blanks, NUL inside and beyond ASCII", blob(fixed), fixed)
    return group


def _texts() -> Group:
    group = Group("texts")
    for name, text in TEXTS.items():
        value = {"/a": np.array([text, "x", text], object)}
        group.valid(name, "017", f"Texts: {name.replace('-', ' ')}", blob(value), value)
    names = {"/A": np.arange(2.0), "/a": np.arange(2.0) + 5, "/ b ": np.arange(2.0) + 9}
    group.valid("names", "003 030", "Names that differ in their case, and one with blanks around", blob(names), names)
    return group


def _shapes() -> Group:
    """Not what the serializer writes; whatever has a shape is read with that shape."""
    group = Group("shapes")
    kept = {"encode": "an encoder writes at least one event, and an axis of events"}
    for name, shape in {"no-events": (0,), "no-events-2": (0, 3), "no-rows": (2, 0), "no-columns-3": (2, 3, 0), "no-rows-3": (2, 0, 4), "no-axes": (), "ones": (1, 1, 1)}.items():  # fmt: skip
        array = np.full(shape, 7, "<u2")
        buffer = BytesIO()
        with h5py.File(buffer, "w") as file:
            file.create_dataset("/a", data=array)
        group.valid(f"{name}", "021 030", f"An array of the shape {list(shape)}", buffer.getvalue(), {"/a": array}, **kept)  # fmt: skip
    return group
