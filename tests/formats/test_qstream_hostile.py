"""Bytes that somebody made on purpose: a DecodeError with a place, soon, and without much memory."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from qstream_bytes import chunk, enumeration, head, inline, packet, plane, prop, values
from work import frugal, in_proportion, steps, taken

from sciwire.formats import qstream
from sciwire.runtime import DecodeError, EncodeError

pytestmark = pytest.mark.filterwarnings("ignore::sciwire.runtime.CodecWarning")


CHUNKS = [
    head(),
    packet("02", inline("e", "1,2.5")),
    packet(
        "01",
        plane("t", 1, values("time24"), prop("UNITS", "units", "us2000")),
        plane("y", 2, values("ascii6", "2"), prop("DEPEND_0", "qdataset", "t") + prop("FILL_VALUE", "Double", "-1e31")),
        plane("s", 1, values("int4"), prop("UNITS", "enumerationUnit", "state[1:ON]")),
    ),
    enumeration("state", "2", "OFF"),
    b":01:2000-01-01T00:00:00.000      1     2\x01\x00\x00\x00",
    b":01:2000-01-01T00:00:01.000    3.5   NaN\x02\x00\x00\x00",
    chunk("xx", '<comment type="log" message="done"/>'),
]
STREAM = b"".join(CHUNKS)
STARTS = [sum(map(len, CHUNKS[:index])) for index in range(len(CHUNKS))]
_BOUNDARIES = {*STARTS, len(STREAM)}


@pytest.fixture(autouse=True, scope="module")
def _loaded() -> None:
    """What is imported when it is first used counts as nobody's work."""
    qstream.encode(qstream.decode(STREAM))


def test_the_stream_itself_is_good() -> None:
    stream = qstream.decode(STREAM)

    assert stream["y"].values.tolist()[0] == [1, 2] and stream["s"].labelled.tolist() == ["ON", "OFF"]


@pytest.mark.parametrize("length", range(len(STREAM)))
def test_any_truncation_is_truncated_or_a_shorter_stream(length: int) -> None:
    if length in _BOUNDARIES:
        qstream.decode(STREAM[:length])
        return

    with pytest.raises(DecodeError) as caught:
        qstream.decode(STREAM[:length])

    assert caught.value.category == "truncated"
    assert caught.value.at == max(start for start in STARTS if start < length)


@pytest.mark.parametrize("start", [start for start in STARTS if STREAM[start : start + 1] == b"["])
@pytest.mark.parametrize(
    "length", [b"999999", b"000000", b"000001", b"      ", b"-00001", b"+00001", b"0x0010", b"1e0005"]
)
def test_any_length_that_is_wrong_is_an_error_of_its_chunk(start: int, length: bytes) -> None:
    data = STREAM[: start + 4] + length + STREAM[start + 10 :]

    with frugal(10, 100_000), pytest.raises(DecodeError) as caught:
        qstream.decode(data)

    assert caught.value.at == start
    assert caught.value.category in ("truncated", "framing", "syntax")
    assert caught.value.rule


def test_random_damage_never_does_more_than_a_decode_error() -> None:
    rng = random.Random(20261120)
    for _ in range(800):
        data = bytearray(STREAM)
        for _ in range(rng.choice((1, 1, 2, 5))):
            at = rng.randrange(len(data))
            kind = rng.randrange(4)
            if kind == 0:
                data[at] ^= 1 << rng.randrange(8)
            elif kind == 1:
                data[at : at + rng.randrange(1, 40)] = b""
            elif kind == 2:
                data[at:at] = data[rng.randrange(len(data)) :][: rng.randrange(1, 60)]
            else:
                data[at : at + 1] = rng.choice((b"9", b"\0", b"\xff", b"-", b'"', b"[", b":"))
        _decode_and_look(bytes(data), rng.choice(("documented", "autoplot")))


def _decode_and_look(data: bytes, profile: Any) -> None:
    """Everything that one does with a stream; DecodeError is fine, and EncodeError, and nothing else."""
    list(qstream.spans(data))
    stream = qstream.decode(data, profile=profile, on_error="keep")
    qstream.to_plain(stream)
    qstream.summary(stream)
    for dataset in stream.datasets.values():
        assert repr(dataset)
        assert len(dataset.depend) == dataset.rank
        assert dataset.columns is not None
    try:
        again = qstream.decode(qstream.encode(stream))
    except EncodeError:
        return
    assert list(again) == list(stream) or set(again) == set(stream)


@pytest.mark.parametrize(
    "length",
    [
        "999999999,999999999",
        "9" * 400_000,
        ",".join(["9"] * 200_000),
        ",".join(["0"] * 200_000),
        "1000001",
        "0,0,0,0,0",
    ],
    ids=["product", "long", "many", "zeros", "more", "rank"],
)
@pytest.mark.parametrize("rank", ["1", "3", "4"])
def test_lengths_that_no_packet_has_are_refused_at_once(length: str, rank: str) -> None:
    document = (
        f'<packet><qdataset id="y" rank="{rank}"><values encoding="double" length="{length}"/></qdataset></packet>'
    )

    with frugal(10, 100_000), pytest.raises(DecodeError) as caught:
        qstream.decode(head() + chunk("01", document))

    assert caught.value.path == "[01].y.values.length"
    assert caught.value.at == len(head())


@pytest.mark.parametrize(
    "encoding", ["ascii" + "9" * 100_000, "ascii1000001", "hex99999999999", "time50", "time999999999999"]
)
def test_widths_that_no_field_has_are_refused_at_once(encoding: str) -> None:
    described = plane("y", 1, values(encoding), prop("UNITS", "units", "us2000"))

    with frugal(10, 100_000), pytest.raises(DecodeError) as caught:
        qstream.decode(head() + packet("01", described))

    assert caught.value.path.startswith("[01].y.values.")


@pytest.mark.parametrize("rank", ["99999999999999999999", "-1", "5", "1.0", "", "٣"])
def test_ranks_that_none_has_are_refused(rank: str) -> None:
    with frugal(10, 100_000), pytest.raises(DecodeError) as caught:
        qstream.decode(
            head() + chunk("01", f'<packet><qdataset id="y" rank="{rank}">{values("int2")}</qdataset></packet>')
        )

    assert caught.value.path == "[01].y.rank"


def test_fields_without_width_can_not_fill_the_memory() -> None:
    data = head() + packet("01", plane("y", 2, values("ascii0", "1000000"))) + b":01:" * 10_000

    with frugal(10, 100_000), pytest.raises(DecodeError) as caught:
        qstream.decode(data)

    assert caught.value.category == "limit"


def test_nesting_is_bounded() -> None:
    deep = (
        '<property name="M"><map>' + '<entry key="k"><map>' * 20_000 + "</map></entry>" * 20_000 + "</map></property>"
    )

    with frugal(10, 100_000), pytest.raises(DecodeError) as caught:
        qstream.decode(head() + packet("01", inline("y", "1", deep)))

    assert (caught.value.category, caught.value.rule) == ("limit", "QS-033")


@pytest.mark.parametrize(
    "document",
    [
        '<!DOCTYPE s SYSTEM "file:///etc/passwd"><stream dataset_id="y"/>',
        '<!DOCTYPE s [<!ENTITY a "a"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><stream dataset_id="&b;"/>',
        '<!DOCTYPE s [<!ENTITY x SYSTEM "http://127.0.0.1/">]><stream dataset_id="&x;"/>',
    ],
)
def test_declarations_are_refused(document: str) -> None:
    with frugal(10, 100_000), pytest.raises(DecodeError) as caught:
        qstream.decode(chunk("00", document))

    assert (caught.value.rule, caught.value.path) == ("QS-028", "[00]")


def test_bundles_and_references_in_circles_end() -> None:
    data = head() + packet("01", plane("y", 2, '<values bundle="y,z"/>', prop("DEPEND_0", "qdataset", "z")))
    data += packet(
        "02",
        plane("z", 2, '<values bundle="y"/>', prop("DEPEND_0", "qdataset", "y") + prop("BUNDLE_1", "qdataset", "z")),
    )

    stream = qstream.decode(data)

    assert repr(stream["y"]) and qstream.summary(stream) and qstream.to_plain(stream)
    with pytest.raises(ValueError, match="made of itself"):
        _ = stream["y"].values
    assert set(qstream.decode(qstream.encode(stream))) == {"y", "z"}


def test_data_full_of_tags_cost_no_more_than_others() -> None:
    described = packet("01", plane("y", 2, values("int4", "3"))) + packet("02", plane("z", 1, values("int4")))
    data = head() + described + (b":01:" + b":02::01::02:" + b":02:" + b":01:") * 50_000

    with frugal(60, 100_000):
        stream = qstream.decode(data)

    assert (stream["y"].values.shape, stream["z"].values.shape) == ((50_000, 3), (50_000,))
    assert np.unique(stream["y"].values, axis=0).shape == (1, 3)


def test_many_small_things_stay_linear() -> None:
    part = packet(
        "02",
        plane("t", 1, values("int2")),
        plane("p", 1, values("int2"), prop("DEPEND_0", "qdataset", "t"), ' joinId="y"'),
    )

    def again(count: int) -> None:
        data = head() + packet("01", plane("y", 2, '<values join="p"/>')) + (part + b":02:\x01\x00\x02\x00") * count
        stream = qstream.decode(data)

        assert stream["y"].parts is not None and len(stream["y"].parts) == count
        assert len(qstream.decode(qstream.encode(stream))["y"].parts or ()) == count

    in_proportion(lambda count: steps(partial(again, count)), 75)


def test_one_byte_at_a_time_stays_linear() -> None:
    def fed(width: int) -> list[Callable[[], object]]:
        data = head() + packet("01", plane("y", 2, values("int4", str(width)))) + (b":01:" + bytes(4 * width)) * 5
        decoder = qstream.Decoder()
        pieces: list[Callable[[], object]] = [partial(decoder.feed, data[at : at + 1]) for at in range(len(data))]
        return [*pieces, lambda: shapes.append(decoder.finish()["y"].values.shape)]

    shapes: list[tuple[int, ...]] = []
    in_proportion(lambda width: steps(*fed(width)), 100)
    in_proportion(lambda width: taken(*fed(width)), 250)
    assert shapes[-1] == (5, 2000)


@pytest.mark.parametrize("text", ["1,2,x", "1,,2", ",", "0x10,1", "1 2", "2000-01-01", "1" * 4000 + "x," * 2000])
def test_inline_values_that_are_no_numbers_are_refused(text: str) -> None:
    with frugal(10, 100_000), pytest.raises(DecodeError) as caught:
        qstream.decode(head() + packet("01", inline("y", text)))

    assert caught.value.rule in ("QS-060", "QS-063")


def test_a_long_list_of_inline_values_is_read_soon() -> None:
    text = ",".join(["-1.25e-3"] * 100_000)

    with frugal(40, 300_000):
        assert qstream.decode(head() + packet("01", inline("y", text)))["y"].values.tolist() == [-0.00125] * 100_000


def test_parts_of_joins_in_one_packet_share_what_stands_beside_them() -> None:
    """A million references between a thousand parts took more memory than all of their bytes."""
    count = 1000
    joins = b"".join(packet("xx", plane(f"j{one}", 2, '<values join="p"/>')) for one in range(count))
    parts = [
        plane(f"p{one}", 1, values("int2"), prop("DEPEND_0", "qdataset", f"p{one - 1}"), f' joinId="j{one}"')
        for one in range(count)
    ]
    data = head() + joins + (packet("01", *parts) + b":01:" + bytes(range(250)) * 8) * 2

    with frugal(40, 3_000_000):
        stream = qstream.decode(data)

    parts_of = [stream[f"j{one}"].parts or [] for one in range(count)]
    first, second = parts_of[9]
    assert first.near is parts_of[500][0].near is not second.near
    assert first.depend == (parts_of[8][0],)
    assert second.depend[0] is not first.depend[0]
