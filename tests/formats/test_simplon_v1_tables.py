"""Tables and pixels that the format has not are refused when they are written, from fresh objects and from edited ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sciwire.formats import simplon_v1
from sciwire.runtime import CodecWarning, EncodeError

TABLES: list[tuple[str, Any, str, str]] = [
    # field, array, category, rule
    ("flatfield", np.ones((4, 6), "u4"), "type", "SV1-031"),
    ("flatfield", np.ones((4, 6), "f8"), "type", "SV1-031"),
    ("flatfield", np.ones(6, "f4"), "constraint", "SV1-030"),
    ("pixel_mask", np.ones((4, 6), "f4"), "type", "SV1-031"),
    ("pixel_mask", np.ones((4, 6), "u2"), "type", "SV1-031"),
    ("pixel_mask", np.ones((1, 4, 6), "u4"), "constraint", "SV1-030"),
    ("countrate_table", np.ones((5, 2), "u4"), "type", "SV1-031"),
    ("countrate_table", np.ones((5, 3), "f4"), "constraint", "SV1-030"),
    ("countrate_table", np.ones((2, 5), "f4"), "constraint", "SV1-030"),
    ("countrate_table", np.ones(2, "f4"), "constraint", "SV1-030"),
]
PIXELS: list[tuple[Any, str, str]] = [
    (np.ones(6, "u2"), "constraint", "SV1-030"),
    (np.ones((2, 2, 2, 2), "u2"), "constraint", "SV1-030"),
    (np.ones((2, 2), "i2"), "type", "SV1-031"),
    (np.ones((2, 2), "u8"), "type", "SV1-031"),
]


def header(**tables: Any) -> simplon_v1.Header:
    head = simplon_v1.Dheader(series=6, header_detail="all")
    return simplon_v1.Header(dheader=head, config=simplon_v1.Config(), **tables)


def frame(pixels: Any) -> simplon_v1.Image:
    first = simplon_v1.Dimage(series=6, frame=0)
    return simplon_v1.Image(dimage=first, data=pixels, dconfig=simplon_v1.Dconfig())


@pytest.mark.parametrize(("field", "array", "category", "rule"), TABLES)
def test_a_table_of_another_type_or_shape_is_refused(field: str, array: Any, category: str, rule: str) -> None:
    with pytest.raises(EncodeError) as caught:
        simplon_v1.encode(header(**{field: array}))

    assert (caught.value.category, caught.value.path, caught.value.rule) == (category, field, rule)


@pytest.mark.parametrize(("field", "array", "category", "rule"), TABLES)
def test_so_is_one_that_is_put_into_a_header_that_came(field: str, array: Any, category: str, rule: str) -> None:
    good = {"flatfield": np.ones((4, 6), "f4"), "pixel_mask": np.ones((4, 6), "u4"), "countrate_table": np.ones((5, 2), "f4")}  # fmt: skip
    came = simplon_v1.decode(simplon_v1.encode(header(**good)))
    setattr(came, field, array)

    with pytest.raises(EncodeError) as caught:
        simplon_v1.encode(came)
    assert (caught.value.category, caught.value.path) == (category, field)


@pytest.mark.parametrize(("array", "category", "rule"), PIXELS)
def test_pixels_of_another_type_or_shape_are_refused(array: Any, category: str, rule: str) -> None:
    with pytest.raises(EncodeError) as caught:
        simplon_v1.encode(frame(array))

    assert (caught.value.category, caught.value.path, caught.value.rule) == (category, "data", rule)


def test_what_came_in_another_shape_is_told_and_kept() -> None:
    """Nobody can ask a detector again: a table of triples is read, with a warning, and refused when it is written anew."""
    parts = simplon_v1.encode(header(countrate_table=np.ones((3, 2), "f4")))
    parts[6] = parts[6].replace(b"[2,3]", b"[3,2]")

    with pytest.warns(CodecWarning, match="expected 2 along axis"):
        came = simplon_v1.decode(parts)
    assert isinstance(came, simplon_v1.Header)
    assert isinstance(came.countrate_table, np.ndarray)
    assert came.countrate_table.shape == (2, 3)
    assert simplon_v1.encode(came) == parts
