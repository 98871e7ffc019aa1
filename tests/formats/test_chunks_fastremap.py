"""Beside the original from PyPI: wherever it succeeds, and is not one of its three mistakes, the blobs are equal."""

from __future__ import annotations

import itertools
import warnings
from typing import Any

import numpy as np
import pytest

from sciwire.formats import chunks
from sciwire.runtime import EncodeError

fastremap = pytest.importorskip("fastremap", reason="fastremap is not installed")

DTYPES = ("?", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f4", "f8")
SIZES = (1, 2, 3, 0, -1, -2, 0.5, 1.5, 2.0, True, "2", np.int8(3), 7, None, 2**70)
ORDERS = ("C", "F", "c", "A", "", None)


def original(*arguments: Any) -> list[bytes] | None:
    """What the original gives; None where it refuses."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found: list[bytes] = fastremap.tobytes(*arguments)
        except Exception:
            return None
    return found


def ours(*arguments: Any) -> list[bytes] | None:
    try:
        return chunks.tobytes(*arguments)
    except EncodeError:
        return None


def layouts(image: Any) -> list[Any]:
    locked = image.copy()
    locked.setflags(write=False)
    return [image, np.asfortranarray(image), image[::-1], np.repeat(image, 2, axis=2)[:, :, ::2], image.swapaxes(0, 1).copy().swapaxes(0, 1), locked, np.broadcast_to(image[:1], image.shape)]  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
def test_blobs_are_equal_in_every_type_layout_and_order(dtype: str) -> None:
    rng = np.random.default_rng(3)
    image = (
        rng.integers(0, 2, (4, 6, 8)).astype(dtype) if dtype == "?" else rng.integers(0, 100, (4, 6, 8)).astype(dtype)
    )
    for layout, order in itertools.product(layouts(image), "CF"):
        for chunk in ((2, 3, 4), (1, 1, 1), (4, 6, 8), (4, 1, 8), (1, 6, 2)):
            found = original(layout, chunk, order)
            assert found is not None
            assert ours(layout, chunk, order) == found


def test_the_same_requests_are_refused_but_for_its_mistakes() -> None:
    """Negative and fractional sizes, which it wraps and truncates, are refused here."""
    image = np.arange(6 * 6 * 6, dtype="u2").reshape(6, 6, 6)
    compared = 0
    for size in itertools.product(SIZES, (1, 3, -3, 4), (2, 0, 6.0)):
        numbers = [float(one) for one in size if one is not None]
        mistaken = any(one < 1 or not one.is_integer() for one in numbers)
        found = original(image, size, "C")
        assert ours(image, size, "C") == (None if mistaken else found), size
        compared += not mistaken and found is not None
    assert compared > 20


@pytest.mark.parametrize("order", ORDERS)
def test_orders_are_taken_and_refused_alike(order: Any) -> None:
    image = np.arange(8, dtype="u1").reshape(2, 2, 2)

    assert ours(image, (1, 2, 2), order) == original(image, (1, 2, 2), order)


@pytest.mark.parametrize("shape", list(itertools.product((0, 4), repeat=3)))
@pytest.mark.parametrize("chunk", [(2, 2, 2), (4, 1, 2), (3, 2, 2), (2, 2, 5)])
def test_axes_without_elements(shape: tuple[int, ...], chunk: tuple[int, ...]) -> None:
    image = np.ones(shape, "f4")

    assert ours(image, chunk) == original(image, chunk)


def test_sizes_may_be_lists_and_arrays_and_names_may_be_given() -> None:
    image = np.arange(24, dtype="i4").reshape(2, 3, 4)
    for size in ([1, 3, 2], np.array([1, 3, 2]), np.array([1.0, 3.0, 2.0]), (1, 3, 2)):
        assert ours(image, size) == original(image, size) is not None
    named = {"image": image, "chunk_size": (1, 3, 2), "order": "F"}
    assert chunks.tobytes(**named) == fastremap.tobytes(**named)  # type: ignore[arg-type]


def test_subclasses_are_read_as_the_memory_that_they_are() -> None:
    image = np.ma.masked_greater(np.arange(24, dtype="i4").reshape(2, 3, 4), 5)

    assert ours(image, (1, 3, 2)) == original(image, (1, 3, 2)) is not None


def test_random_requests() -> None:
    rng = np.random.default_rng(20261121)
    for _ in range(400):
        chunk = rng.integers(1, 5, 3)
        shape = chunk * rng.integers(0, 4, 3) + rng.integers(0, 9, 3) // 8
        image = rng.integers(0, 2**8, shape, "u1").view(rng.choice(["u1", "i1"]))
        order = rng.choice(["C", "F"])
        layout = layouts(image)[rng.integers(0, 6)] if image.size else image
        assert ours(layout, tuple(chunk), str(order)) == original(layout, tuple(chunk), str(order))
