"""What a caller gives an encoder of packets comes back as itself, or is refused with an error of the codec."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
import pytest

from sciwire.formats import qstream
from sciwire.runtime import CodecError, EncodeError, packets
from sciwire.runtime.packets import Binary, Text

TABLE = dataclasses.replace(
    qstream.Stream.table,
    encodings=(*(Binary(f"{kind}x", kind) for kind in ("i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8")), Text("hx", "hex")),
)  # fmt: skip


class Stream(packets.Stream):
    __slots__ = ()
    table: ClassVar[packets.PacketFormat] = TABLE


class Decoder(packets.Decoder[Stream]):
    stream_type = Stream


def back(values: Any, write_as: str, exact: bool = True, units: str | None = None, of: Any = qstream) -> Any:
    """What comes back of *values* that are written in an encoding."""
    stream = Stream() if of is TABLE else qstream.Stream()
    stream.add("a", values, units=units).write_as = write_as
    data = packets.encode_stream(stream, exact=exact)
    if of is not TABLE:
        return qstream.decode(data)["a"].values
    decoder = Decoder()
    decoder.feed(data)
    decoder.finish()
    return decoder.stream["a"].values


KINDS = ("i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "g")


@pytest.mark.parametrize("source", [*KINDS, "?"])
@pytest.mark.parametrize("target", KINDS[:8])
def test_an_integer_never_comes_back_as_another_one(source: str, target: str) -> None:
    dtype = np.dtype(source)
    if dtype.kind in "iu":
        numbers = [np.iinfo(dtype).min, np.iinfo(dtype).max, 0, 1, 100]
    else:
        numbers = [0, 1] if source == "?" else [0, 1.5, -1, 128, 255, 32768.0, float("nan"), float("inf"), -0.0]
        numbers += [2.0**31, 2.0**32, 2.0**63, 2.0**64, -(2.0**63)] if source in ("f4", "f8", "g") else []
    info = np.iinfo(target)
    for number in numbers:
        value = np.array([number], dtype)
        plain = value[0].item()
        fits = plain == plain and abs(plain) != float("inf") and plain == int(plain) and info.min <= plain <= info.max
        if fits and str(plain) != "-0.0":
            assert int(back(value, f"{target}x", of=TABLE)[0]) == int(plain)
        else:
            with pytest.raises(EncodeError) as caught:
                back(value, f"{target}x", of=TABLE)
            assert (caught.value.rule, caught.value.path) == ("QS-082", "a")


@pytest.mark.parametrize(
    ("values", "name"),
    [
        (np.array([65535, 40000], "u2"), "int2"),
        (np.array([2**64 - 1], "u8"), "int8"),
        (np.array([2**32 - 1], "u4"), "int4"),
        (np.array([2**63], "u8"), "ascii24"),
        (np.array([2**63 + 5], "u8"), "time30"),
        (np.array([1], "g") + np.finfo("g").eps, "ascii24"),
        (np.array([1], "g") + np.finfo("g").eps, "time30"),
    ],
)
def test_numbers_that_an_encoding_does_not_hold_are_refused(values: Any, name: str) -> None:
    if values.dtype == np.dtype("g") == np.dtype("f8"):
        pytest.skip("long doubles are doubles here")
    with pytest.raises(EncodeError) as caught:
        back(values, name, units="us2000" if name == "time30" else None)
    assert (caught.value.rule, caught.value.path) == ("QS-082", "a")


@pytest.mark.parametrize("kind", ["f2", "f4", ">f4", "f8", "g"])
@pytest.mark.parametrize("number", [1.5, -0.5, -0.0, float("nan"), float("inf")])
def test_hexadecimal_fields_do_not_cut_fractions(kind: str, number: float) -> None:
    with pytest.raises(EncodeError) as caught:
        back(np.array([number], kind), "hx11", of=TABLE)
    assert (caught.value.rule, caught.value.path) == ("QS-082", "a")
    assert back(np.array([7], kind), "hx11", of=TABLE).tolist() == [7]


@pytest.mark.parametrize("number", [2**63, 2**64 - 1, 2**53 + 1])
def test_hexadecimal_fields_hold_what_doubles_hold(number: int) -> None:
    with pytest.raises(EncodeError) as caught:
        back(np.array([number], "u8"), "hx19", of=TABLE)
    assert caught.value.rule == "QS-082"


def test_hexadecimal_fields_round_where_that_is_asked_for_and_wrap_never() -> None:
    assert back(np.array([1.7, -0.2, -3]), "hx11", exact=False, of=TABLE).tolist() == [2, 0, -3]
    for wrong in (np.array([np.nan]), np.array([1e30]), np.array([2**64 - 1], "u8")):
        with pytest.raises(EncodeError):
            back(wrong, "hx19", exact=False, of=TABLE)


def test_binary_fields_round_where_that_is_asked_for_and_wrap_never() -> None:
    assert back(np.array([1.7, -0.2, -3]), "int2", exact=False).tolist() == [2, 0, -3]
    assert back(np.array([1 / 3, np.inf, np.nan]), "float", exact=False).tolist()[:2] == [
        float(np.float32(1 / 3)),
        np.inf,
    ]
    for wrong, kind in (
        (np.array([65535, 40000], "u2"), "int2"),
        (np.array([2**64 - 1], "u8"), "int8"),
        (np.array([70000.0]), "int2"),
        (np.array([2.0**63]), "int8"),
        (np.array([np.nan]), "int4"),
        (np.array([1e300]), "float"),
    ):
        with pytest.raises(EncodeError) as caught:
            back(wrong, kind, exact=False)
        assert caught.value.rule == "QS-082"


def test_fields_that_came_in_hexadecimal_leave_it_for_what_it_does_not_hold() -> None:
    for values in (np.array([2**64 - 1], "u8"), np.array([0.5]), np.array([1.5], "f4"), np.array([2**53 + 1])):
        stream = Stream()
        stream.add("a", values).encoding = "hx19"
        if values.dtype.kind == "f":
            with pytest.raises(EncodeError):  # there is no other encoding of fractions here
                packets.encode_stream(stream)
        else:
            decoder = Decoder()
            decoder.feed(packets.encode_stream(stream))
            decoder.finish()
            assert decoder.stream["a"].values.tolist() == values.tolist()


ROW = np.array([0.0, 1.5, 3.0], np.float64)
Dataset = packets.Dataset


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: qstream.Stream().add(5, ROW),  # type: ignore[arg-type]
        lambda: qstream.Stream().add(None, ROW),  # type: ignore[arg-type]
        lambda: qstream.Stream().add("a", ROW, depend=(5,)),  # type: ignore[arg-type]
        lambda: qstream.Stream().add("a", ROW, units=5),  # type: ignore[arg-type]
        lambda: qstream.Stream().add("a", ROW, labels={1.5: "x"}),  # type: ignore[dict-item]
        lambda: qstream.Stream().add("a", ROW, labels={2**70: "x"}),
        lambda: qstream.Stream().add("a", ROW, labels={1: 5}),  # type: ignore[dict-item]
        lambda: qstream.Stream().add("a", ROW, much=10**5000),
        lambda: qstream.Encoder().begin(5),  # type: ignore[arg-type]
        lambda: qstream.Encoder().describe(Dataset("a", 1, ROW)),
        lambda: qstream.Encoder().describe(5),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_id_unit_or_label_is_refused(attempt: Callable[[], object]) -> None:
    with pytest.raises(CodecError):
        attempt()


@pytest.mark.parametrize(
    "datasets",
    [
        {5: Dataset(5, 1, ROW)},  # type: ignore[arg-type]
        {"a": Dataset(None, 1, ROW)},  # type: ignore[arg-type]
        {"a": Dataset("a", "1", ROW)},  # type: ignore[arg-type]
        {"a": Dataset("a", 1, ROW, write_as=5)},  # type: ignore[arg-type]
        {"a": Dataset("a", 1, ROW, properties={"UNITS": "s"})},  # type: ignore[dict-item]
        {"a": Dataset("a", 1, [[1], [2, 3]])},  # type: ignore[arg-type]
        {"a": Dataset("a", 1, bundle=(5,))},  # type: ignore[arg-type]
        {"a": Dataset("a", 2, parts=[5])},  # type: ignore[list-item]
        {"a": Dataset("a", 1, rows=[ROW])},
        {"a": Dataset("a", 2, rows=[np.array([2**53 + 1])])},  # type: ignore[list-item]
        {"a": Dataset("b", 1, ROW), "c": Dataset("b", 1, ROW)},
        {"a": ROW},
        [Dataset("a", 1, ROW)],
    ],
)
def test_datasets_that_no_stream_can_have_are_refused(datasets: Any) -> None:
    with pytest.raises(EncodeError):
        qstream.encode(qstream.Stream("a", datasets))


def test_datasets_given_to_the_constructor_belong_to_the_stream() -> None:
    stream = qstream.Stream("a", {"a": Dataset("a", 1, ROW), "b": Dataset("b", 1, [1.0, 2.0])})  # type: ignore[arg-type]
    stream.datasets["j"] = Dataset("j", 2, parts=[Dataset("p", 1, ROW), Dataset("q", 1, ROW)])
    stream.datasets["r"] = Dataset("r", 2, rows=[[1, 2], [3]])  # type: ignore[list-item]

    found = qstream.decode(qstream.encode(stream))

    assert stream["a"].units is None
    assert found["a"].values.tolist() == ROW.tolist()
    assert found["b"].values.tolist() == [1, 2]
    assert found["j"].values.tolist() == [ROW.tolist()] * 2
    assert [row.tolist() for row in found["r"].values] == [[1, 2], [3]]


def test_a_property_of_a_long_double_is_the_double_or_refused() -> None:
    assert qstream.Stream.of("a", ROW, x=np.longdouble(1.5))["a"].get("x") == 1.5
    if np.finfo("g").nmant > 52:
        with pytest.raises(EncodeError) as caught:
            qstream.Stream.of("a", ROW, x=np.longdouble(1) / 3)
        assert caught.value.rule == "QS-082"
