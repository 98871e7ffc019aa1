"""Parts that somebody made to hurt: an error of ours, quickly, in little memory."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path

import numpy as np
import pytest
from hostile import refusals
from work import frugal

from sciwire.formats import simplon_v1
from sciwire.runtime import CodecError, LimitError, Limits
from sciwire.runtime.multipart.jsontext import _outside_text

END = b'{"htype":"dseries_end-1.0","series":'
HOSTILE = {
    "a million lists": b"[" * 1_000_000,
    "a million objects": b'{"a":' * 1_000_000,
    "lists in a text and out": END + b'"' + b"[" * 100_000 + b'"' + b"[" * 100_000,
    "ten million items": END + b"[" + b"1," * 10_000_000 + b"1]}",
    "ten million empty lists": END + b"[" + b"[]," * 5_000_000 + b"[]]}",
    "two million digits": END + b"1" * 2_000_000 + b"}",
    "two million digits behind a point": b'{"a":0.' + b"1" * 2_000_000 + b"}",
    "a text of 20 MB": END + b'"' + b"a" * 20_000_000 + b'"}',
    "a text without end": END + b'"' + b"\\" * 1_000_000,
    "a million keys": b"{" + b",".join(b'"%d":1' % number for number in range(1_000_001)) + b"}",
    "the same key again and again": b"{" + b'"a":1,' * 900_000 + b'"a":1}',
    "a hundred lists and a text of escapes": END + b"[" * 100 + b'"' + b'\\"' * 7_000_000,
    "20,000 lists, closed": END + b"[" * 20_000 + b"]" * 20_000 + b"}",
    "NaN": END + b'1,"x":NaN}',
    "half of a surrogate pair": END + b'1,"x":"\\ud800"}',
    "a key twice": END + b'1,"series":2}',
    "digits of 16 MB": END + b"1" * 16_700_000 + b"}",
    "an exponent": END + b"1e99999999999999999999}",
    "nothing but blanks": b" " * 10_000_000,
}


def test_hostile_parts_are_refused_in_time_and_memory(tmp_path: Path) -> None:
    files = []
    for number, data in enumerate(HOSTILE.values()):
        file = tmp_path / f"{number:02}.json"
        file.write_bytes(data)
        files.append(file)

    outcomes = refusals("simplon_v1", files)

    accepted = [name for name, outcome in zip(HOSTILE, outcomes, strict=True) if "accepted" in outcome]
    assert not accepted
    assert all(str(outcome["at"]).startswith("part 1") for outcome in outcomes)


def _image(encoding: str = "bs16-lz4<") -> list[bytes]:
    described = simplon_v1.DimageD(encoding=encoding)
    message = simplon_v1.Image(
        dimage=simplon_v1.Dimage(series=6, frame=2, extra={"a": [1, "b", None, 1.5]}),
        dimage_d=described,
        data=np.arange(640, dtype="<u2").reshape(8, 80),
        dconfig=simplon_v1.Dconfig(start_time=5, stop_time=15, real_time=10),
    )
    return simplon_v1.encode(message)


@pytest.mark.parametrize("part", [0, 1, 3])
def test_any_truncation_of_a_json_part_is_a_syntax_error_at_its_number(part: int) -> None:
    parts = _image()
    for end in range(len(parts[part])):
        cut = [*parts[:part], parts[part][:end], *parts[part + 1 :]]
        with pytest.raises(CodecError) as caught:
            simplon_v1.decode(cut)
        assert caught.value.category == "syntax", end
        assert str(caught.value.at).startswith(f"part {part + 1}")


@pytest.mark.filterwarnings("ignore::sciwire.runtime.CodecWarning")
@pytest.mark.parametrize("encoding", ["bs16-lz4<", "lz4>", "<"])
def test_damaged_parts_never_raise_anything_but_our_errors(encoding: str) -> None:
    """Seeded mutations of one message: bits flipped, bytes doubled, pieces cut out, parts left out."""
    parts = _image(encoding)
    rng = random.Random(20)
    refused = 0
    for _ in range(700):
        damaged = [bytearray(part) for part in parts]
        for _ in range(rng.randint(1, 3)):
            one = damaged[rng.randrange(len(damaged))]
            at = rng.randrange(len(one) or 1)
            what = rng.randrange(3)
            if what == 0 and one:
                one[at] ^= 1 << rng.randrange(8)
            elif what == 1:
                one[at:at] = one[at : at + rng.randint(1, 8)]
            else:
                del one[at : at + rng.randint(1, 8)]
        if rng.random() < 0.1:
            del damaged[rng.randrange(4)]
        try:
            message = simplon_v1.decode([bytes(one) for one in damaged])
            simplon_v1.to_plain(message)
            simplon_v1.encode(message)
        except CodecError as error:
            refused += 1
            assert error.category
            assert str(error)
    assert refused > 300


def _header() -> list[bytes]:
    message = simplon_v1.Header(
        dheader=simplon_v1.Dheader(series=1, header_detail="all"),
        config=simplon_v1.Config(count_time=0.5, extra={"x": [1, {"y": None}]}),
        flatfield=np.ones((4, 5), "<f4"),
        pixel_mask=np.zeros((3, 5), "<u4"),
        countrate_table=np.ones((3, 2), "<f4"),
        appendix=b"\xff",
    )
    return simplon_v1.encode(message)


MESSAGES = {"image": _image(), "lz4": _image("lz4<"), "raw": _image(">"), "header": _header()}


@pytest.mark.filterwarnings("ignore::sciwire.runtime.CodecWarning")
@pytest.mark.parametrize("name", MESSAGES)
def test_any_part_cut_anywhere_doubled_emptied_left_out_or_swapped_is_ours_to_refuse(name: str) -> None:
    parts = MESSAGES[name]
    last = len(parts) - (parts[-1] == b"\xff")  # an appendix may be anything
    cases = [[*parts[:at], parts[at][:end], *parts[at + 1 :]] for at in range(last) for end in range(len(parts[at]))]
    cases += [[*parts[:at], *parts[at + 1 :]] for at in range(last)]
    cases += [[*parts[: at + 1], parts[at], *parts[at + 1 :]] for at in range(last - 1)]
    for one in range(last):
        for other in range(one + 1, last):
            swapped = list(parts)
            swapped[one], swapped[other] = swapped[other], swapped[one]
            if swapped != parts:
                cases.append(swapped)

    accepted = []
    for case in cases:
        try:
            simplon_v1.decode(case)
            accepted.append(case)
        except CodecError as error:
            assert error.at is not None and error.rule, str(error)
    assert not accepted


def bracketed(text: bytes) -> tuple[list[int], int] | None:
    """What stands outside the texts in quotes, letter by letter; None where a backslash does: that is no JSON."""
    signs, commas, inside, escaped = [], 0, False, False
    for letter in text.decode():
        if inside:
            escaped, inside = letter == "\\" and not escaped, letter != '"' or escaped
            continue
        if letter == "\\":
            return None
        inside = letter == '"'
        commas += letter == ","
        signs += [1] if letter in "[{" else [-1] if letter in "]}" else []
    return signs, commas


def test_what_stands_in_quotes_is_not_counted() -> None:
    """Every text of seven of the letters that matter."""
    told = 0
    for letters in itertools.product(b'"\\[,}', repeat=7):
        text = bytes(letters)
        expected = bracketed(text)
        if expected is not None:
            told += 1
            signs, commas = _outside_text(text)
            assert (signs.tolist(), commas) == expected, text
    assert told > 10_000


@pytest.mark.parametrize("unit", [b'"",', b'{"a":', b'"\\"",', b"[],"])
def test_millions_of_small_items_cost_little_to_count(unit: bytes) -> None:
    text = b'{"htype":"dseries_end-1.0","a":[' + unit * (12_000_000 // len(unit))
    with frugal(12 * len(text) / 1e6, 100_000), pytest.raises(LimitError, match="the limit items is 500000"):
        simplon_v1.decode([text])


def test_an_appendix_beyond_the_limit_is_not_copied() -> None:
    header = json.dumps({"htype": "dheader-1.0", "series": 1, "header_detail": "none"}).encode()

    with pytest.raises(LimitError, match="appendix at part 2: 101 bytes are asked for, the limit total_bytes is 100") as caught:  # fmt: skip
        simplon_v1.decode([header, bytes(101)], limits=Limits(total_bytes=100))

    assert caught.value.rule == "SV1-060"
