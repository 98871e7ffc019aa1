"""Integers of as many bytes as they need, in three forms: as values, counts, sizes, tags, lengths and under sums.

What bytes they are is written down by hand, or by a few lines here that do it another way: with text of bits.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made import module_of, run

from sciwire.conformance import strategies
from sciwire.model import load_spec_or_raise
from sciwire.runtime import DecodeError, EncodeError, LimitError, TruncatedError, plain

FORMS = ("leb128", "vlq", "vlq9")
ONE = """\
sciwire: 1
format: one_FORM
version: "1"
family: struct
title: One number
order: little
root: One
records: {One: {fields: {number: {type: uint, encoding: FORM}}}}
"""
ALL = """\
sciwire: 1
format: all_FORM
version: "1"
family: struct
title: Numbers that tell of what follows
order: little
root: Message
records:
  Message:
    length: {field: head.length, of: rest}
    fields:
      head: Head
      crc: {type: u4, sum: {algorithm: crc32, from: head, to: body}}
      count: {type: uint, encoding: FORM}
      size: {type: uint, encoding: FORM}
      name: {type: text, size: size}
      values: {type: uint, encoding: FORM, count: count}
      kind: {type: uint, encoding: FORM, enum: {odd: 1, even: 200, far: 70000}}
      mode: {type: uint, encoding: FORM, max: 300, default: 200}
      inside: Inside
      body: {type: Body}
  Head: {fields: {mark: {type: bytes, const: V}, length: {type: uint, encoding: FORM}, end: u1}}
  Inside:
    fields:
      sum: {type: u4, sum: {algorithm: crc32, from: size, to: data}}
      size: {type: uint, encoding: FORM}
      data: {type: bytes, size: size}
      again: {type: u4, sum: {algorithm: adler32, from: data}}
  Odd: {fields: {value: u2}}
  Even: {fields: {}}
  Deep: {fields: {count: {type: uint, encoding: FORM}, nodes: {type: Body, count: count}}}
  Told: {fields: {which: {type: uint, encoding: FORM}, what: What}}
unions:
  Body: {type: uint, encoding: FORM, members: {Odd: 1, Even: 300, Deep: 20000, Told: 7}}
  What: {on: which, members: {Odd: 5, Even: 1000000}}
"""


def bits_of(form: str, number: int) -> bytes:
    """*number* in a form: its bits as text, cut into sevens from the right."""
    if form == "vlq9" and number >= 1 << 56:
        bits = f"{number:064b}"
        groups, last = [bits[at : at + 7] for at in range(0, 56, 7)], int(bits[56:], 2)
        return bytes([int("1" + group, 2) for group in groups] + [last])
    bits = f"{number:b}"
    bits = bits.rjust(-(-len(bits) // 7) * 7, "0")
    groups = [bits[at : at + 7] for at in range(0, len(bits), 7)]
    groups = groups[::-1] if form == "leb128" else groups
    return bytes([int("1" + group, 2) for group in groups[:-1]] + [int(groups[-1], 2)])


Made = tuple[str, ModuleType, ModuleType]


@pytest.fixture(scope="module", params=FORMS)
def made(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("varints")
    one, both = (module_of(folder, text.replace("FORM", request.param)) for text in (ONE, ALL))
    return request.param, one, both


# 624485 is the example that everybody gives for leb128, 106903 that for vlq
KNOWN = [
    ("leb128", 624485, "e58e26"), ("leb128", 0, "00"), ("leb128", 127, "7f"), ("leb128", 128, "8001"),
    ("leb128", 2**64 - 1, "ffffffffffffffffff01"),
    ("vlq", 106903, "86c317"), ("vlq", 0, "00"), ("vlq", 0x3FFF, "ff7f"), ("vlq", 0x4000, "818000"),
    ("vlq", 0x0FFFFFFF, "ffffff7f"), ("vlq", 2**64 - 1, "81ffffffffffffffff7f"),
    ("vlq9", 0x4000, "818000"), ("vlq9", 2**56 - 1, "ffffffffffffff7f"), ("vlq9", 2**56, "80c080808080808000"),
    ("vlq9", 2**64 - 1, "ffffffffffffffffff"), ("vlq9", 2**63, "c08080808080808000"),
]  # fmt: skip


@pytest.mark.parametrize(("form", "number", "wire"), KNOWN)
def test_known_numbers(made: Made, form: str, number: int, wire: str) -> None:
    if form == made[0]:
        assert made[1].decode(bytes.fromhex(wire)).number == number
        assert made[1].encode(made[1].One(number)).hex() == wire
        assert bits_of(form, number).hex() == wire


def test_any_number_comes_back(made: Made) -> None:
    form, one, _ = made
    edges = [2 ** (7 * width) + more for width in range(1, 10) for more in (-1, 0)]

    @settings(max_examples=200, deadline=None, database=None)
    @given(st.integers(0, 2**64 - 1) | st.sampled_from(edges))
    def law(number: int) -> None:
        data = bits_of(form, number)
        assert one.encode(one.One(number)) == data
        assert one.decode(data).number == number
        for size in range(len(data)):
            with pytest.raises(TruncatedError) as caught:
                one.decode(data[:size])
            assert (caught.value.at, caught.value.path) == (0, "number")

    law()


@pytest.mark.parametrize(
    ("form", "wire"),
    [
        ("leb128", "8000"), ("leb128", "ff00"), ("leb128", "80" * 9 + "00"), ("leb128", "81808000"),
        ("vlq", "8000"), ("vlq", "80ff7f"), ("vlq", "80" * 9 + "01"),
        ("vlq9", "8000"), ("vlq9", "80" * 8 + "00"), ("vlq9", "80bfffffffffffffff"),
    ],
)  # fmt: skip
def test_longer_forms_are_refused_unless_they_are_asked_for(made: Made, form: str, wire: str, tmp_path: Path) -> None:
    if form != made[0]:
        return
    with pytest.raises(DecodeError, match="in its shortest form of") as caught:
        made[1].decode(bytes.fromhex(wire))
    assert (caught.value.category, caught.value.path, caught.value.at) == ("constraint", "number", 0)
    loose = module_of(tmp_path, ONE.replace("FORM}", "FORM, overlong: true}").replace("FORM", form))
    value = loose.decode(bytes.fromhex(wire))
    assert loose.encode(value) == bits_of(form, value.number)
    assert len(loose.encode(value)) < len(wire) // 2


@pytest.mark.parametrize(
    ("form", "wire"),
    [("leb128", "ff" * 9 + "02"), ("leb128", "ff" * 10), ("leb128", "80" * 1000), ("leb128", "ff" * 9 + "7f"),
     ("vlq", "82" + "80" * 8 + "00"), ("vlq", "ff" * 10), ("vlq", "80" * 1000), ("vlq", "ff" * 9 + "7f")],
)  # fmt: skip
def test_more_than_64_bits_or_no_end_is_refused(made: Made, form: str, wire: str, tmp_path: Path) -> None:
    if form != made[0]:
        return
    loose = module_of(tmp_path, ONE.replace("FORM}", "FORM, overlong: true}").replace("FORM", form))
    for module in (made[1], loose):
        with pytest.raises(DecodeError, match="a number of at most 64 bits in at most 10 bytes") as caught:
            module.decode(bytes.fromhex(wire))
        assert (caught.value.path, caught.value.at, caught.value.category) == ("number", 0, "constraint")


@pytest.mark.parametrize("number", [-1, 2**64, 1.0, True, None, "1"])
def test_an_encoder_refuses_what_is_no_such_number(made: Made, number: Any) -> None:
    with pytest.raises(EncodeError) as caught:
        made[1].encode(made[1].One(number))
    assert caught.value.path == "number"


def message(form: str, name: bytes, values: list[int], data: bytes, body: bytes, kind: int = 200) -> bytes:
    """A message, its length and sums right."""

    def number(value: int) -> bytes:
        return bits_of(form, value)

    inside = number(len(data)) + data
    rest = number(len(values)) + number(len(name)) + name + b"".join(map(number, values)) + number(kind) + number(200)
    rest += struct.pack("<I", zlib.crc32(inside)) + inside + struct.pack("<I", zlib.adler32(data)) + body
    head = b"V" + number(len(rest) + 4) + b"\x09"
    return head + struct.pack("<I", zlib.crc32(head + bytes(4) + rest)) + rest


def bodies(form: str) -> dict[str, bytes]:
    number = {value: bits_of(form, value) for value in (1, 2, 5, 7, 300, 20000, 1000000)}
    odd, even, told = number[1] + b"\xff\x00", number[300], number[7] + number[1000000]
    return {"odd": odd, "even": even, "told": told, "told odd": number[7] + number[5] + b"\1\0",
            "deep": number[20000] + number[2] + odd + number[20000] + number[1] + told}  # fmt: skip


@pytest.mark.parametrize("body", ["odd", "even", "told", "told odd", "deep"])
@pytest.mark.parametrize(
    ("name", "count", "size"), [(b"", 0, 0), (b"n" * 127, 1, 127), (b"n" * 128, 3, 128), (b"ab", 130, 20000)]
)
def test_what_is_told_takes_the_bytes_that_it_needs(made: Made, body: str, name: bytes, count: int, size: int) -> None:
    form, _, module = made
    values = [number * 100003 for number in range(count)]
    data = message(form, name, values, b"d" * size, bodies(form)[body])
    value = module.decode(data)

    assert (value.name, value.values, value.kind, value.head.end) == (name.decode(), values, "even", 9)
    assert module.encode(value) == data
    assert module.encode(module.from_plain(module.to_plain(value))) == data
    spans = list(module.spans(data))
    assert [span.start for span in spans] == [0, *(span.stop for span in spans[:-1])] and spans[-1].stop == len(data)


def test_a_stream_of_them(made: Made) -> None:
    form, _, module = made
    parts = [message(form, b"x" * size, [size], b"", bodies(form)["deep"]) for size in (0, 200, 20000)]
    decoder, found = module.Decoder(), []
    for at in range(0, len(b"".join(parts)), 97):
        found += decoder.feed(b"".join(parts)[at : at + 97])
    decoder.finish()
    assert [module.Encoder().encode(one) for one in found] == parts


def test_cut_anywhere_and_damaged_anywhere(made: Made) -> None:
    form, _, module = made
    data = message(form, b"n" * 130, [1, 2**63], b"d" * 5, bodies(form)["deep"])
    for size in range(len(data)):
        with pytest.raises(TruncatedError) as caught:
            module.decode(data[:size])
        assert caught.value.at in range(size + 1)
    for bit in range(8 * len(data)):
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(DecodeError):
            module.decode(bytes(damaged))
    for at in range(len(data)):
        with pytest.raises(DecodeError):
            module.decode(data[:at] + b"\xff" * 12)


def test_counts_and_sizes_that_nobody_has_bytes_for(made: Made, tmp_path: Path) -> None:
    form = made[0]
    text = ONE.replace(
        "number: {type: uint, encoding: FORM}",
        "number: {type: uint, encoding: FORM}, items: {type: PART, count: number}",
    )
    lists = module_of(tmp_path, text.replace("PART", "uint, encoding: FORM").replace("FORM", form))
    with pytest.raises(LimitError):
        lists.decode(bits_of(form, 2**64 - 1) + bytes(100))
    with pytest.raises(TruncatedError):
        lists.decode(bits_of(form, 1000) + bytes(999))
    arrays = module_of(tmp_path, text.replace("one_", "arrays_").replace("PART", "u4").replace("FORM", form))
    with pytest.raises(TruncatedError):
        arrays.decode(bits_of(form, 2**64 - 1) + bytes(100))


def test_drawn_values_come_back(made: Made, tmp_path: Path) -> None:
    form, _, module = made
    path = tmp_path / "1.yaml"
    path.write_text(ALL.replace("FORM", form))
    spec = load_spec_or_raise(path)

    @settings(
        max_examples=60,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
    @given(strategies.value(spec, "Message"))
    def law(drawn: Any) -> None:
        data = module.encode(module.from_plain(drawn))
        assert plain.difference(drawn, module.to_plain(module.decode(data))) == ""
        assert module.encode(module.decode(data)) == data

    law()


@pytest.mark.parametrize("index", [1, 2])
def test_the_modules_pass_mypy_strict(made: Made, index: int, tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    done = run("mypy", "--config-file", "pyproject.toml", "--cache-dir", tmp_path / "cache", str(made[index].__file__))  # type: ignore[union-attr]
    assert done.returncode == 0, done.stdout + done.stderr
