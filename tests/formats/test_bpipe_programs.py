"""The programs of the original as library calls: bpmanip, mergerays, bp2rdb."""

from __future__ import annotations

import gc
import io
import struct
import warnings
from pathlib import Path

import pytest
from bpipe_bytes import HDATA, HEADER, LINES, A, floats, stream

from sciwire.formats import bpipe

NAMES = [line.split()[1].split("[")[0] for line in LINES]


def test_bpmanip_keeps_the_fields_that_are_named() -> None:
    out = io.BytesIO()

    assert bpipe.bpmanip(A, out, ["position"]) == 3
    assert out.getvalue() == stream(HEADER, LINES[:1], HDATA, 24, floats(["position"]))


def test_bpmanip_inverted_gives_the_complementary_set() -> None:
    kept, rest = io.BytesIO(), io.BytesIO()
    chosen = ["weight", "polarization"]
    bpipe.bpmanip(A, kept, chosen)
    bpipe.bpmanip(A, rest, chosen, invert=True)

    first = [one.name for one in bpipe.decode(kept.getvalue()).fields]
    second = [one.name for one in bpipe.decode(rest.getvalue()).fields]
    assert first == chosen
    assert sorted(first + second) == sorted(NAMES)


def test_bpmanip_refuses_a_field_that_is_not_there() -> None:
    with pytest.raises(bpipe.BPEBADARG, match="there is no packet field 'stuff'"):
        bpipe.bpmanip(A, io.BytesIO(), ["stuff"])
    with pytest.raises(bpipe.BPEBADPIPE):
        bpipe.bpmanip(A, io.BytesIO(), [])


def shell(number: int, lines: list[str], packets: bytes, size: int) -> bytes:
    return stream(["int shell", "char by[2]"], lines, struct.pack(">i", number) + b"x\0", size, packets)


FIRST = shell(1, ["double a", "int b[2]", "int c", "double d"], struct.pack(">d2iid", 1.5, 2, 3, 4, 5.5), 28)
SECOND = shell(6, ["double d", "double a", "int b[3]", "uint c"], struct.pack(">dd3iI", 9.5, 8.5, 1, 2, 3, 4) * 2, 32)


def test_mergerays_keeps_the_fields_that_are_defined_alike() -> None:
    out = io.BytesIO()

    assert bpipe.mergerays([FIRST, SECOND], out) == 3

    found = bpipe.decode(out.getvalue())
    assert [one.name for one in found.fields] == ["a", "d"]
    assert found["a"].tolist() == [1.5, 8.5, 8.5]
    assert found["d"].tolist() == [5.5, 9.5, 9.5]
    assert [one.text or int(one.data) for one in found.header] == [1, "x", 6, "x"]


def test_mergerays_transfers_header_fields_that_differ() -> None:
    out = io.BytesIO()
    bpipe.mergerays([FIRST, SECOND], out, transfer=["shell", "by"])

    found = bpipe.decode(out.getvalue())
    assert [one.name for one in found.fields] == ["a", "d", "shell"]
    assert found["shell"].tolist() == [1, 6, 6]
    assert [one.name for one in found.header] == ["by", "by"]


def test_mergerays_refuses_what_cant_be() -> None:
    with pytest.raises(bpipe.BPEBADARG, match="no source"):
        bpipe.mergerays([], io.BytesIO())
    with pytest.raises(bpipe.BPEBADARG, match="header field 'missing'"):
        bpipe.mergerays([FIRST, SECOND], io.BytesIO(), transfer=["missing"])
    clash = stream(["int a"], ["double a"], bytes(4), 8)
    other = stream(["int a"], ["double a"], struct.pack(">i", 1), 8)
    with pytest.raises(bpipe.BPEBADARG, match="a second packet field"):
        bpipe.mergerays([clash, other], io.BytesIO(), transfer=["a"])


TABLE = stream(
    [], ["char name[4]", "int b", "double e[2][3]", "DVector2 v"], b"", 72,
    struct.pack(">4si6d2d", b"ab\0", 7, 0.1, 1, 2, 3, 4, 5, 8, 9) + struct.pack(">4si6d2d", b"long", -1, *range(6), 0, -0.5),
)  # fmt: skip


def table(fields: str) -> list[list[str]]:
    return [line.split("\t") for line in bpipe.bp2rdb(TABLE, fields=fields)]


def test_bp2rdb_prints_first_elements_and_whole_strings() -> None:
    assert table("%all") == [
        ["name", "b", "e", "v.x", "v.y"],
        ["S", "N", "N", "N", "N"],
        ["ab", "7", "0.1", "8.0", "9.0"],
        ["long", "-1", "0.0", "0.0", "-0.5"],
    ]


def test_bp2rdb_selects_in_the_order_that_is_said() -> None:
    assert table("v,b")[0] == ["v.x", "v.y", "b"]
    assert table("-e,-v")[0] == ["name", "b"]
    assert table("-b")[0] == ["name", "e", "v.x", "v.y"]
    assert table("%all,-name")[0] == ["b", "e", "v.x", "v.y"]


def test_bp2rdb_indices_count_from_zero_lowest_dimension_first() -> None:
    assert [row[0] for row in table("e[1,2]")] == ["e[1,2]", "N", "5.0", "5.0"]
    assert [row[0] for row in table("e[1,0]")] == ["e[1,0]", "N", "1.0", "1.0"]
    assert table("%all,e[0,2]")[2] == ["ab", "7", "4.0", "8.0", "9.0"]


@pytest.mark.parametrize("fields", ["", "missing", "e[2,0]", "e[0]", "e[0,0,0]", "e[", "e[a]", "b,,e", "-missing"])
def test_bp2rdb_refuses_a_selector_that_names_nothing(fields: str) -> None:
    with pytest.raises(bpipe.BPEBADARG):
        list(bpipe.bp2rdb(TABLE, fields=fields))


def test_bp2rdb_members_of_an_element_of_a_matrix() -> None:
    data = stream([], ["IVector2 w[2][3]"], b"", 48, struct.pack(">12i", *range(12)))

    found = [line.split("\t") for line in bpipe.bp2rdb(data, fields="w[1,2]")]
    assert found == [["w[1,2].x", "w[1,2].y"], ["N", "N"], ["10", "11"]]


def test_a_text_is_no_list_of_names() -> None:
    """Its letters would be taken for names."""
    with pytest.raises(bpipe.BPEBADARG, match=r"^bpipe fields: expected a list of names, got 'd'"):
        bpipe.bpmanip(FIRST, io.BytesIO(), "d")
    with pytest.raises(bpipe.BPEBADARG, match=r"^bpipe transfer: expected a list of names, got 'shell'"):
        bpipe.mergerays([FIRST, SECOND], io.BytesIO(), transfer="shell")


def test_sources_are_closed_where_one_of_them_can_not_be_read(tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_bytes(FIRST)
    bad.write_bytes(b"no stream")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with pytest.raises(bpipe.BPEIOERR):
            bpipe.mergerays([good, bad], io.BytesIO())
        gc.collect()
    assert [one for one in caught if one.category is ResourceWarning] == []


def test_a_header_that_is_too_long_is_found_where_it_begins() -> None:
    head = bytearray(FIRST[:48])
    head[24:28] = struct.pack(">I", 2**31 - 1)
    with pytest.raises(bpipe.BPENOMEM) as caught:
        bpipe.decode(bytes(head))
    assert (caught.value.path, caught.value.at) == ("definitions", 48)
