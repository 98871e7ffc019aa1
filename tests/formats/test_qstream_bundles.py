"""Bundles whose columns are not all there, or that are made of themselves: said, and never filled with other columns."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from qstream_bytes import chunk, head, inline, packet, plane
from work import frugal

from sciwire.formats import qstream
from sciwire.runtime import CodecError, CodecWarning, EncodeError
from sciwire.runtime.packets import Dataset

COLUMNS = packet("01", inline("a", "1,2"), inline("b", "3,4"))
START = chunk("00", '<stream dataset_id="B" byte_order="little_endian"/>')


def bundle(names: str, id: str = "B", rank: int = 2, more: str = "") -> str:
    return plane(id, rank, f'<values bundle="{names}"/>', more=more)


def decoded(data: bytes) -> qstream.Stream:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CodecWarning)
        return qstream.decode(data)


def test_a_column_that_the_stream_does_not_have_is_told_and_no_other_takes_its_place() -> None:
    with pytest.warns(CodecWarning, match=r"qstream: the bundle 'B' names 'typo', .* \[QS-115\]") as caught:
        stream = qstream.decode(START + COLUMNS + packet("02", bundle("a,typo,b")))

    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert stream.warnings == ["the bundle 'B' names 'typo', which the stream does not have"]
    assert stream["B"].missing_columns == ("typo",)
    assert qstream.to_plain(stream)["datasets"]["B"]["bundle"] == ["a", "typo", "b"]
    with pytest.raises(CodecError, match="names 'typo'") as error:
        _ = stream["B"].values
    assert (error.value.category, error.value.path, error.value.rule) == ("state", "B", "QS-115")


def test_a_bundle_with_a_missing_column_is_written_as_it_came() -> None:
    stream = decoded(START + COLUMNS + packet("02", bundle("a,typo,b")))

    again = decoded(qstream.encode(stream))

    assert again["B"].bundle == ("a", "typo", "b")
    assert qstream.summary(stream)
    assert repr(stream["B"])


def test_a_column_may_come_behind_its_bundle() -> None:
    stream = qstream.decode(START + packet("02", bundle("a,b")) + COLUMNS)

    assert stream["B"].values.tolist() == [[1.0, 3.0], [2.0, 4.0]]
    assert not stream.warnings


def test_the_end_is_told_once() -> None:
    decoder = qstream.Decoder()
    decoder.feed(START + packet("02", bundle("a")))
    with pytest.warns(CodecWarning) as caught:
        decoder.finish()
        decoder.finish()

    assert len(caught) == 1
    assert len(decoder.stream.warnings) == 1


def test_a_part_of_a_join_that_misses_a_column_is_named() -> None:
    join = packet("03", plane("J", 3, '<values join="P"/>'))
    part = packet("04", bundle("a,typo", "P", more=' joinId="J"'))
    with pytest.warns(CodecWarning, match="the bundle 'P' names 'typo'"):
        stream = qstream.decode(START + COLUMNS + join + part)

    with pytest.raises(CodecError, match="names 'typo'") as error:
        _ = stream["J"].values
    assert (error.value.category, error.value.path, error.value.rule) == ("state", "P", "QS-115")
    with pytest.raises(EncodeError, match="names 'typo'") as refused:
        qstream.encode(stream)
    assert refused.value.path == "P"


def test_a_bundle_inside_a_bundle_names_its_own_missing_column() -> None:
    stream = decoded(START + COLUMNS + packet("02", bundle("a,C"), bundle("b,typo", "C")))

    with pytest.raises(CodecError, match="the bundle 'C' names 'typo'") as error:
        _ = stream["B"].values
    assert error.value.path == "C"


@pytest.mark.parametrize(
    "bundles",
    [
        [bundle("B")],
        [bundle("C"), bundle("B", "C")],
        [bundle("B1"), *(bundle(f"B{index + 1}", f"B{index}") for index in range(1, 12)), inline("B12", "1")],
    ],
)
def test_values_of_a_bundle_that_is_nested_for_ever_are_refused(bundles: list[str]) -> None:
    stream = qstream.decode(head() + packet("01", *bundles))

    with pytest.raises(CodecError, match="nested too deep, or made of itself") as error:
        _ = stream["B"].values
    assert (error.value.category, error.value.path, error.value.rule) == ("constraint", "B", "QS-115")


def test_a_bundle_of_a_join_that_has_it_for_a_part_is_refused() -> None:
    join = packet("03", plane("J", 3, '<values join="P"/>'))
    stream = qstream.decode(
        START + packet("02", bundle("J")) + join + packet("04", bundle("B", "P", more=' joinId="J"'))
    )

    for id in ("B", "J"):
        with pytest.raises(CodecError, match="nested too deep, or made of itself") as error:
            _ = stream[id].values
        assert (error.value.category, error.value.rule) == ("constraint", "QS-115")


def test_a_bundle_of_no_stream_has_no_columns() -> None:
    with pytest.raises(CodecError, match="names 'a'") as error:
        _ = Dataset("B", 2, bundle=("a",)).values
    assert error.value.path == "B"


def test_bundles_inside_bundles_have_all_columns() -> None:
    stream = qstream.decode(START + COLUMNS + packet("02", bundle("a,C"), bundle("b,a", "C")))

    np.testing.assert_array_equal(stream["B"].values, [[1.0, 3.0, 1.0], [2.0, 4.0, 2.0]])


@pytest.mark.parametrize(("width", "depth"), [(30, 6), (4000, 7)])
def test_wide_bundles_inside_bundles_are_counted_before_they_are_made(width: int, depth: int) -> None:
    names = [f"B{level + 1}" if level < depth - 1 else "a" for level in range(depth)]
    data = head() + COLUMNS + b"".join(packet("02", bundle(",".join([name] * width), f"B{level}")) for level, name in enumerate(names))  # fmt: skip
    stream = qstream.decode(data)

    told = f"is one of {width**depth} columns, the limit datasets is 100000"
    with frugal(10, 100 * width * depth), pytest.raises(CodecError, match=told) as error:
        _ = stream["B0"].values

    assert (error.value.category, error.value.path, error.value.rule) == ("constraint", "B0", "QS-115")
    assert stream[f"B{depth - 2}"].columns[0].id == f"B{depth - 1}"


def test_bundles_as_parts_of_a_join_are_written_in_descriptors_and_in_their_order() -> None:
    join = packet("03", plane("J", 3, '<values join="P"/>'))
    part = [
        packet(f"0{4 + index}", bundle(names, "P", more=' joinId="J"')) for index, names in enumerate(("a,b", "b,a"))
    ]
    moving = (
        packet("06", plane("P", 2, '<values encoding="ascii4" length="2"/>', more=' joinId="J"'))
        + b":06:7.0 8.0\n:06:9.0 1.0\n"
    )
    for parts in ([part[0], moving, part[1]], [moving, *part], [*part, moving]):
        stream = qstream.decode(START + COLUMNS + join + b"".join(parts))

        again = qstream.decode(qstream.encode(stream))

        assert again["J"].values.tolist() == stream["J"].values.tolist()
        assert len(again["J"].values) == 3
        assert [one.bundle for one in again["J"].parts or ()] == [one.bundle for one in stream["J"].parts or ()]


def test_a_length_of_minus_nothing_is_nothing() -> None:
    data = (
        START.replace(b'"B"', b'"a"')
        + packet("01", plane("a", 2, '<values encoding="ascii4" length="-0"/>'))
        + b":01::01:"
    )

    assert qstream.decode(data)["a"].values.shape == (2, 0)
