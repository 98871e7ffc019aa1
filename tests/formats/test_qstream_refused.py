"""An encoder that is given something wrong says what, and of which dataset; large descriptions stay cheap."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from qstream_bytes import chunk, head, packet, plane, values

from sciwire.formats import qstream
from sciwire.runtime import DecodeError, EncodeError
from sciwire.runtime.packets import Property


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (object(), "no property type for object"),
        (2**70, "no property type for int"),
        ("a\0b", "XML can't hold the character U\\+0000"),
        ({"inner": [1]}, "no property type for list"),
    ],
)
def test_a_property_that_has_no_form_is_named(value: Any, problem: str) -> None:
    with pytest.raises(EncodeError, match=problem) as caught:
        qstream.Stream.of("density", [1.0], TITLE=value)

    inner = ".inner" if isinstance(value, dict) else ""
    assert caught.value.path == f"density.properties.TITLE{inner}"


@pytest.mark.parametrize(
    ("found", "problem"),
    [
        (Property(2**70, "Integer"), "does not fit 32 bits"),
        (Property("twelve", "Double", text="twelve"), "expected a number, got 'twelve'"),
        (Property(object(), "String"), "no text says object"),
        (Property("\ufffe", "String"), "XML can't hold the character"),
    ],
)
def test_a_property_that_no_reader_would_take_is_named(found: Property, problem: str) -> None:
    stream = qstream.Stream.of("density", [1.0])
    stream["density"].properties["COUNT"] = found

    with pytest.raises(EncodeError, match=problem) as caught:
        qstream.encode(stream)

    assert caught.value.path == "density.properties.COUNT"


def _plain(**more: Any) -> dict[str, Any]:
    """The canonical value of a stream with one dataset."""
    values = {"$nd": {"dtype": "<f8", "shape": [1], "data": "AAAAAAAA8D8="}}
    dataset = {"rank": 1, "units": None, "properties": {}, "values": values, **more}
    return {"dataset_id": "y", "datasets": {"y": dataset}, "comments": [], "exception": None}


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({**_plain(), "comments": ["x"]}, "comments[0]"),
        ({**_plain(), "comments": "x"}, "comments"),
        ({**_plain(), "exception": "x"}, "exception"),
        (_plain(join=["a"]), "y"),
        (_plain(join="a"), "y"),
        (_plain(bundle=5), "y"),
        (_plain(rows=[["a"]]), "y"),
        (_plain(rows=5), "y"),
        (_plain(labels={"e": "x"}), "y"),
        (_plain(labels=5), "y"),
        (_plain(indexed_properties={"a": {}}), "y"),
        (_plain(indexed_properties=5), "y"),
    ],
)
def test_a_canonical_value_that_is_no_stream_is_refused_by_name(value: Any, path: str) -> None:
    with pytest.raises(EncodeError) as caught:
        qstream.from_plain(value)

    assert (caught.value.category, caught.value.path) == ("type", path)


@pytest.mark.parametrize("rank", [1, 2])
def test_indexed_properties_are_those_of_inline_rows(rank: int) -> None:
    stream = qstream.Stream.of("y", np.ones((2,) * rank))
    stream["y"].indexed[0] = {"LABEL": Property("a", "String", text="a")}

    with pytest.raises(EncodeError, match="indexed properties belong to inline rows of rank 2") as caught:
        qstream.encode(stream)

    assert (caught.value.rule, caught.value.path) == ("QS-103", "y")


def test_an_id_is_added_once() -> None:
    stream = qstream.Stream.of("y", [1.0])

    with pytest.raises(EncodeError, match="has a dataset 'y' already") as caught:
        stream.add("y", [2.0])

    assert caught.value.path == "y"
    assert stream["y"].values.tolist() == [1.0]


def encoder_of_two() -> tuple[qstream.Encoder, int]:
    stream = qstream.Stream.of("x", np.empty(0))
    stream.add("y", np.empty((0, 2)))
    encoder = qstream.Encoder()
    return encoder, encoder.describe(stream["x"], stream["y"])[0]


@pytest.mark.parametrize(
    ("values", "path", "problem"),
    [
        ({"x": [1.0]}, ":01:.y", "those of 'y' are missing"),
        ({"x": [1.0], "y": [[1.0, 2.0]], "z": [1.0]}, ":01:.z", "got some of 'z' too"),
        ({"x": ["one"], "y": [[1.0, 2.0]]}, "x", "no encoding holds values of type <U3"),
        ({"x": [1.0, 2.0], "y": [[1.0, 2.0], [1.0]]}, "y", "expected an array"),
        ({"x": [object()], "y": [[1.0, 2.0]]}, "x", "no encoding holds values of type object"),
    ],
)
def test_records_that_do_not_fit_their_planes_are_named(values: dict[str, Any], path: str, problem: str) -> None:
    encoder, number = encoder_of_two()

    with pytest.raises(EncodeError, match=problem) as caught:
        encoder.records(number, values)

    assert caught.value.path == path


def test_records_of_a_type_that_was_not_described_are_refused() -> None:
    encoder, number = encoder_of_two()

    with pytest.raises(EncodeError, match=f"no packet type {number + 1} was described"):
        encoder.records(number + 1, {})


def test_an_id_that_stands_twice_in_a_packet_has_the_last_values() -> None:
    planes = "".join(f'<qdataset id="y" rank="1"><values values="{one}"/></qdataset>' for one in (1, 2, 3))

    assert qstream.decode(head() + chunk("01", f"<packet>{planes}</packet>"))["y"].values.tolist() == [3.0]


@pytest.mark.parametrize("length", ["+2", "+02", "2", "+0000000000000000000000002"])
@pytest.mark.parametrize("rank", ["2", "+2", "+02"])
def test_rank_and_length_are_integers_that_may_have_a_plus(rank: str, length: str) -> None:
    about = f'<qdataset id="y" rank="{rank}"><values encoding="ascii2" length="{length}"/></qdataset>'

    assert qstream.decode(head() + packet("01", about) + b":01:1 2 ")["y"].values.tolist() == [[1.0, 2.0]]


def test_the_length_of_inline_values_may_have_a_plus() -> None:
    about = '<qdataset id="y" rank="1"><values values="1,2" length="+2"/></qdataset>'

    assert qstream.decode(head() + packet("01", about))["y"].values.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("length", "category"), [("++2", "constraint"), ("+", "constraint"), ("+ 2", "constraint"), ("-2", "size")]
)
def test_a_length_with_another_sign_is_refused(length: str, category: str) -> None:
    with pytest.raises(DecodeError) as caught:
        qstream.decode(head() + packet("01", plane("y", 2, values("ascii2", length))))

    assert (caught.value.category, caught.value.path) == (category, "[01].y.values.length")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0x7fffffff", 2147483647),
        ("0x80000000", -2147483648),
        ("0xffffffff", -1),
        ("ffffffff", -1),
        ("0x0ffffffff", 4294967295),
        ("0x00000000ffffffff", 4294967295),
        ("0x123456789", 4886718345),
        ("0xffffffffffffffff", -1),
        ("0x8000000000000000", -(2.0**63)),
        ("0x0000ffffffffffffffff", -1),
        ("-0xff", -255),
        ("+0xffffffff", 4294967295),
        ("-ffffffff", -4294967295),
        ("-0x8000000000000000", -(2.0**63)),
        ("+0x8000000000000000", np.nan),
        ("0x20000000000001", 2.0**53),
        ("0x10000000000000000", np.nan),
        ("0x", np.nan),
        ("0X1F", 31),
        ("", np.nan),
    ],
)
def test_the_number_of_hexadecimal_digits_says_of_how_many_bits_they_are(text: str, number: float) -> None:
    data = head() + packet("01", plane("y", 1, values("hex25"))) + f":01:{text:<25}".encode()

    np.testing.assert_array_equal(qstream.decode(data)["y"].values, [number])


def test_the_rule_of_hexadecimal_fields_says_which_bits_they_are() -> None:
    specification = Path(__file__).resolve().parents[2] / "specs" / "qstream" / "1.1.yaml"
    text = next(line for line in specification.read_text(encoding="utf-8").splitlines() if "id: QS-089" in line)

    assert "up to 8 digits, leading zeros counted, are 32 bits in two's complement and more are 64 bits" in text


def test_many_datasets_in_one_descriptor_cost_each_the_same() -> None:
    """The steps of the interpreter are counted, for clocks are not to be trusted."""

    def steps(count: int) -> int:
        one = '<qdataset id="d{}" rank="1"><values values="1"/></qdataset>'
        data = head() + chunk("01", f"<packet>{''.join(map(one.format, range(count)))}</packet>")
        lines = 0

        def trace(frame: Any, event: str, _: Any) -> Any:
            nonlocal lines
            lines += event == "line"
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            qstream.decode(data)
        finally:
            sys.settrace(before)
        return lines

    steps(10)  # what is imported and cached at first use
    assert steps(800) < 2.5 * steps(400)


_MEASURED = """
from qstream_bytes import head, packet, plane, prop, values
from work import new_peak, peak
from sciwire.formats import qstream

data = head() + packet("01", plane("y", 2, values("time1", "999999"), prop("UNITS", "units", "us2000")))
data += (b":01:" + b"1" * 999_999) * 4
before = new_peak()
assert qstream.decode(data)["y"].values.shape == (4, 999_999)
print((peak() - before) >> 20)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the peak is told in KiB on Linux only")
def test_the_narrowest_text_fields_take_little_beside_their_column() -> None:
    import sciwire.formats

    roots = [str(Path(one).parents[1]) for one in sciwire.formats.__path__]
    roots += [str(Path(__file__).parent), *(one for one in sys.path if one)]
    code = f"import sys; sys.path[:0] = {roots!r}\n{_MEASURED}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)

    assert int(done.stdout) < 64  # MiB; the column takes 32
