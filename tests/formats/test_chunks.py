"""Chunked images as people cut and join them; the error messages are literal."""

from __future__ import annotations

import itertools
import pickle
import tracemalloc
from typing import Any

import numpy as np
import pytest

from sciwire.formats import chunks
from sciwire.runtime import CodecError, DecodeError, EncodeError, LimitError, Limits, TruncatedError

IMAGE = np.arange(2 * 3 * 4, dtype="<u2").reshape(2, 3, 4)
SHAPES = {1: ((12,), (4,)), 2: ((6, 8), (3, 4)), 3: ((4, 6, 8), (2, 3, 4)), 4: ((2, 4, 6, 4), (1, 2, 3, 4))}


def by_hand(image: Any, chunk: tuple[int, ...], order: str) -> list[bytes]:
    """The definition: for every grid point, the first axis fastest, the bytes of the cutout."""
    counts = [-(-extent // step) for extent, step in zip(image.shape, chunk, strict=True)]
    points = [point[::-1] for point in itertools.product(*map(range, counts[::-1]))]
    places = [tuple(slice(i * s, (i + 1) * s) for i, s in zip(point, chunk, strict=True)) for point in points]
    return [image[place].tobytes(order) for place in places]


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("axes", [1, 2, 3, 4])
@pytest.mark.parametrize("dtype", ["u1", "<u2", ">f4", "?", "<f8", ">c16", "S3", "U2", "V7", "<M8[ns]", "i2,>f8"])
def test_every_element_type_in_every_layout_gives_its_bytes_and_comes_back(dtype: str, axes: int, order: Any) -> None:
    shape, chunk = SHAPES[axes]
    rng = np.random.default_rng(20261121)
    size = np.dtype(dtype).itemsize * int(np.prod(shape))
    raw = bytes(rng.integers(0, 2 if dtype == "?" else 90, size, "u1"))
    image = np.frombuffer(b"".join(bytes([0, 0, 0, one]) for one in raw)[:size] if dtype == "U2" else raw, dtype)
    image = image.reshape(shape)
    layouts = (image, np.asfortranarray(image), image[::-1].copy()[::-1], np.repeat(image, 2, axis=-1)[..., ::2])
    expected = by_hand(image, chunk, order)

    for layout in layouts:
        assert chunks.tobytes(layout, chunk, order) == expected
    again = chunks.frombytes(expected, shape, chunk, dtype, order)
    assert again.dtype == image.dtype and again.dtype.byteorder == image.dtype.byteorder
    assert again.tobytes() == image.tobytes()


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize(("shape", "chunk"), [((5,), (2,)), ((5, 4), (2, 3)), ((3, 5, 4), (2, 2, 3)), ((3, 2, 2, 5), (2, 9, 1, 3))])  # fmt: skip
def test_partial_cutouts_hold_what_is_left(shape: tuple[int, ...], chunk: tuple[int, ...], order: Any) -> None:
    image = np.arange(np.prod(shape), dtype=">i4").reshape(shape)
    for layout in (image, np.asfortranarray(image)):
        blobs = chunks.tobytes(layout, chunk, order, partial=True)
        assert blobs == by_hand(image, chunk, order)
    again = chunks.frombytes(blobs, shape, chunk, image.dtype, order, partial=True)
    np.testing.assert_array_equal(again, image)


def test_cutouts_come_one_at_a_time_with_their_grid_points() -> None:
    pieces = chunks.itertobytes(IMAGE, (1, 3, 2))
    first = next(pieces)

    assert first == ((0, 0, 0), IMAGE[:1, :, :2].tobytes())
    assert [piece.point for piece in pieces] == [(1, 0, 0), (0, 0, 1), (1, 0, 1)]
    assert [piece.data for piece in chunks.itertobytes(IMAGE, (1, 3, 2))] == chunks.tobytes(IMAGE, (1, 3, 2))


def test_a_wrong_request_for_cutouts_is_refused_before_the_first_is_asked_for() -> None:
    with pytest.raises(EncodeError):
        chunks.itertobytes(IMAGE, (0, 3, 2))


def test_blobs_may_come_from_anything_that_gives_them_one_by_one() -> None:
    pieces = (piece.data for piece in chunks.itertobytes(IMAGE, (1, 3, 2), "F"))

    np.testing.assert_array_equal(chunks.frombytes(pieces, IMAGE.shape, (1, 3, 2), "<u2", "F"), IMAGE)
    views = [memoryview(bytearray(blob)) for blob in chunks.tobytes(IMAGE, (1, 3, 2))]
    np.testing.assert_array_equal(chunks.frombytes(views, IMAGE.shape, (1, 3, 2), "<u2"), IMAGE)


def test_joining_gives_an_array_of_its_own() -> None:
    blobs = chunks.tobytes(IMAGE, IMAGE.shape)
    again = chunks.frombytes(blobs, IMAGE.shape, IMAGE.shape, "<u2")
    again[0, 0, 0] = 99

    assert blobs == chunks.tobytes(IMAGE, IMAGE.shape)


WRONG_REQUESTS = [
    ((IMAGE.tolist(), (1, 3, 2)), "chunks.ChunkedImage image: expected an array, got list [CHK-001]"),
    ((np.array(5), ()), "chunks.ChunkedImage image: expected 1 to 4 axes, got 0 [CHK-001]"),
    ((np.zeros((1,) * 5), (1,) * 5), "chunks.ChunkedImage image: expected 1 to 4 axes, got 5 [CHK-001]"),
    ((np.array([None]), (1,)), "chunks.ChunkedImage image: expected elements of a fixed size, got object [CHK-002]"),
    ((np.zeros(2, "V0"), (1,)), "chunks.ChunkedImage image: expected elements of a fixed size, got |V0 [CHK-002]"),
    ((IMAGE, 2), "chunks.ChunkedImage chunk_size: expected one extent for each axis, got 2 [CHK-011]"),
    ((IMAGE, {1, 2, 3}), "chunks.ChunkedImage chunk_size: expected one extent for each axis, got {1, 2, 3} [CHK-011]"),
    ((IMAGE, None), "chunks.ChunkedImage chunk_size: expected one extent for each axis, got None [CHK-011]"),
    ((IMAGE, (1, 3)), "chunks.ChunkedImage chunk_size: expected 3 extents, one for each axis, got 2 [CHK-010]"),
    ((IMAGE, (1, 0, 2)), "chunks.ChunkedImage chunk_size[1]: expected an extent of 1 or more, got 0 [CHK-011]"),
    ((IMAGE, (-2, -3, 4)), "chunks.ChunkedImage chunk_size[0]: expected an extent of 1 or more, got -2 [CHK-011]"),
    ((IMAGE, (0.5, 3, 2)), "chunks.ChunkedImage chunk_size[0]: expected a whole number, got 0.5 [CHK-011]"),
    ((IMAGE, (1, 3, float("nan"))), "chunks.ChunkedImage chunk_size[2]: expected a whole number, got nan [CHK-011]"),
    ((IMAGE, (1, 3, float("inf"))), "chunks.ChunkedImage chunk_size[2]: expected a whole number, got inf [CHK-011]"),
    ((IMAGE, (1, 3, "x")), "chunks.ChunkedImage chunk_size[2]: expected a whole number, got 'x' [CHK-011]"),
    ((IMAGE, (1, 3, 2**64)), "chunks.ChunkedImage chunk_size[2]: an extent of 18446744073709551616 is beyond any array [CHK-021]"),
    ((IMAGE, (1, 2, 2)), "chunks.ChunkedImage chunk_size[1]: an axis of 3 is no multiple of 2, and no partial cutouts are asked for [CHK-012]"),
    ((IMAGE, (1, 3, 2), "c"), "chunks.ChunkedImage order: expected the order 'C' or 'F', got 'c' [CHK-006]"),
    ((IMAGE, (1, 3, 2), None), "chunks.ChunkedImage order: expected the order 'C' or 'F', got None [CHK-006]"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "text"), WRONG_REQUESTS, ids=[text[20:60] for _, text in WRONG_REQUESTS])
def test_what_can_not_be_cut_is_refused_with_argument_and_rule(arguments: Any, text: str) -> None:
    with pytest.raises(EncodeError) as caught:
        chunks.tobytes(*arguments)

    assert str(caught.value) == text
    assert isinstance(caught.value, ValueError) and isinstance(caught.value, TypeError)
    assert str(pickle.loads(pickle.dumps(caught.value))) == text


def test_blobs_that_do_not_go_with_the_grid_are_named() -> None:
    blobs = chunks.tobytes(IMAGE, (1, 3, 2))
    wrong = {
        "chunks.ChunkedImage [2] at byte 0: a cutout of 1 x 3 x 2 of uint16 needs 12 bytes, there are 11 [CHK-025]":
            [*blobs[:2], blobs[2][1:], blobs[3]],
        "chunks.ChunkedImage [1] at byte 12: a cutout of 1 x 3 x 2 of uint16 needs 12 bytes, there are 13 [CHK-025]":
            [blobs[0], blobs[1] + b"!", *blobs[2:]],
        "chunks.ChunkedImage [3]: the grid of 2 x 1 x 2 needs 4 blobs, there are 3 [CHK-024]": blobs[:3],
        "chunks.ChunkedImage [4]: the grid of 2 x 1 x 2 needs 4 blobs, there are more [CHK-024]": [*blobs, b""],
        "chunks.ChunkedImage [0]: expected the bytes of a cutout, got str [CHK-023]": ["text", *blobs[1:]],
    }  # fmt: skip
    for text, given in wrong.items():
        for feed in (given, iter(given)):
            with pytest.raises(DecodeError) as caught:
                chunks.frombytes(feed, IMAGE.shape, (1, 3, 2), "<u2")
            assert str(caught.value) == text


def test_an_error_carries_what_was_put_together_before() -> None:
    blobs = chunks.tobytes(IMAGE, (1, 3, 2))
    with pytest.raises(TruncatedError) as caught:
        chunks.decode([*blobs[:3], blobs[3][:5]], shape=IMAGE.shape, dtype="<u2", chunk_size=(1, 3, 2))

    assert caught.value.needed == 7
    np.testing.assert_array_equal(caught.value.partial.image[0], IMAGE[0])
    assert caught.value.partial.image[1, :, 2:].tolist() == [[0, 0]] * 3


def test_keeping_what_is_good_leaves_zeros_and_lists_the_errors() -> None:
    blobs = chunks.tobytes(IMAGE, (1, 3, 2))
    kept = chunks.decode([blobs[0], b"", blobs[2], 5], shape=IMAGE.shape, dtype="<u2", chunk_size=(1, 3, 2), on_error="keep")  # fmt: skip

    assert [(error.path, error.category) for error in kept.problems] == [("[1]", "truncated"), ("[3]", "type")]
    np.testing.assert_array_equal(kept.image[0], IMAGE[0])
    assert not kept.image[1].any()
    with pytest.raises(ValueError, match="on_error must be 'raise' or 'keep', not 'ignore'"):
        chunks.decode([], on_error="ignore")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="chunks has no profile 'odd'; known: documented"):
        chunks.decode([], profile="odd")


def test_sizes_are_looked_at_before_anything_is_allocated() -> None:
    tracemalloc.start()
    try:
        for shape in ((2**62,), (2**40, 2**40), (2**31 + 1,), (0, 2**62, 2**62)):
            with pytest.raises(LimitError):
                chunks.frombytes([b"\0\0"], shape, (1,) * len(shape), "<u2")
        with pytest.raises(LimitError, match="24 bytes are asked for, the limit total_bytes is 23"):
            chunks.decode([b""], shape=(12,), dtype="<u2", chunk_size=(12,), limits=Limits(total_bytes=23))
        with pytest.raises(TruncatedError):
            chunks.frombytes([b"\0"] * 9, (2**31,), (1,), "u1")
        with pytest.raises(DecodeError):
            chunks.frombytes(iter([b""]), (2**31,), (2**31,), "u1")
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_memory_stays_below_three_times_the_image() -> None:
    image = np.zeros((64, 256, 256), "<f4")
    blobs = chunks.tobytes(image, (64, 64, 64))
    for make in (
        lambda: chunks.tobytes(image, (64, 64, 64)),
        lambda: chunks.tobytes(image, (64, 64, 64), "F"),
        lambda: chunks.tobytes(image, image.shape, "F"),
        lambda: chunks.frombytes(blobs, image.shape, (64, 64, 64), "<f4"),
        lambda: chunks.frombytes(blobs, image.shape, (64, 64, 64), "<f4", "F"),
    ):
        tracemalloc.start()
        kept = make()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 1.2 * image.nbytes, "the image itself is the first of the three"
        del kept


def test_the_uniform_interface_goes_round() -> None:
    value = chunks.ChunkedImage(IMAGE, (1, 2, 4), order="F", partial=True)
    plain = chunks.to_plain(value)
    again = chunks.from_plain(plain)
    options = {"shape": IMAGE.shape, "dtype": IMAGE.dtype, "chunk_size": (1, 2, 4), "order": "F", "partial": True}
    blobs = chunks.encode(again)

    assert {key: one for key, one in plain.items() if key != "image"} == {"chunk_size": [1, 2, 4], "order": "F", "partial": True}  # fmt: skip
    assert chunks.to_plain(chunks.decode(blobs, **options)) == plain
    assert chunks.sniff is None
    assert chunks.summary(value) == [
        ("image", "uint16 2 x 3 x 4  min 0  max 23  mean 11.5"),
        ("chunk_size", "1 x 2 x 4"),
        ("order", "F"),
        ("partial", "True"),
        ("grid", "2 x 2 x 1  4 blobs"),
    ]
    assert [(span.start, span.stop, span.path) for span in chunks.spans(blobs)] == [(0, 16, "[0]"), (16, 32, "[1]"), (32, 40, "[2]"), (40, 48, "[3]")]  # fmt: skip


@pytest.mark.parametrize(
    "obj",
    [
        None,
        [],
        {},
        {"image": 5},
        {"image": {"$strings": ["a"]}, "chunk_size": [1]},
        {"image": {"$nd": {"dtype": "u1", "shape": [1], "data": "AA=="}}, "other": 1},
        {"image": {"$nd": {"dtype": "|u1", "shape": [1], "data": "AA=="}}},
    ],
)
def test_what_is_no_canonical_value_is_refused(obj: Any) -> None:
    with pytest.raises(CodecError):
        chunks.from_plain(obj)


def test_elements_without_a_canonical_form_are_refused() -> None:
    for dtype in ("U2", "i2,f4"):
        with pytest.raises(EncodeError, match="have no canonical form"):
            chunks.to_plain(chunks.ChunkedImage(np.zeros(2, dtype), (1,)))


def test_an_entry_that_is_no_blob_is_told_wherever_it_stands() -> None:
    for blobs in ([None, b"\1\2"], [None, b"\1\2", b"\3\4"], iter([None, b"\1\2", b"\3\4"])):
        with pytest.raises(DecodeError):
            chunks.frombytes(blobs, (4,), (2,), "u1")
    with pytest.raises(DecodeError) as caught:
        chunks.frombytes([None, b"\1\2"], (4,), (2,), "u1")
    assert (caught.value.path, caught.value.rule) == ("[0]", "CHK-023")
    kept = chunks.decode([None, b"\1\2"], shape=(4,), chunk_size=(2,), dtype="u1", on_error="keep")
    assert kept.image.tolist() == [0, 0, 1, 2] and [one.path for one in kept.problems] == ["[0]"]
    for wrong in (np.zeros(2, "M8[D]"), np.zeros((2, 2), "u1").T[::2], 5, "ab"):
        with pytest.raises(DecodeError) as caught:
            chunks.frombytes([wrong], (16,), (16,), "u1")
        assert (caught.value.path, caught.value.rule, caught.value.category) == ("[0]", "CHK-023", "type")
    for wrong in (None, 5):
        with pytest.raises(DecodeError, match="expected blobs one after another") as caught:
            chunks.frombytes(wrong, (4,), (2,), "u1")  # type: ignore[arg-type]
        assert caught.value.rule == "CHK-023"


def test_a_chunk_size_without_an_axis_or_without_an_end_is_refused() -> None:
    for wrong in (np.array(2), itertools.count(1), None, 2):
        with pytest.raises(EncodeError) as caught:
            chunks.tobytes(np.zeros((2, 2)), wrong)  # type: ignore[arg-type]
        assert caught.value.path == "chunk_size" and caught.value.rule in ("CHK-010", "CHK-011")


def test_a_canonical_value_says_order_and_edges_in_its_own_words() -> None:
    plain = chunks.to_plain(chunks.ChunkedImage(IMAGE, (1, 3, 2)))
    assert chunks.to_plain(chunks.from_plain(plain)) == plain
    for key, wrong in (("order", "Q"), ("order", 1), ("partial", "no"), ("partial", 1)):
        with pytest.raises(DecodeError) as caught:
            chunks.from_plain({**plain, key: wrong})
        assert caught.value.path == key


@pytest.mark.parametrize("axes", [0, 5])
def test_a_wrong_number_of_axes_is_one_of_the_shape(axes: int) -> None:
    with pytest.raises(DecodeError) as caught:
        chunks.frombytes([b"a"], (1,) * axes, (1,) * axes, "u1")
    assert (caught.value.path, caught.value.rule) == ("shape", "CHK-001")
