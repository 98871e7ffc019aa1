"""An invented stream of an instrument: messages are arrays, the second item names them, bytes are those of cbor2."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import cbor2
import numpy as np
import pytest
from cbor2 import CBORTag
from generating import INVENTED, ROOT, module_path, run, write_vectors

from sciwire.runtime.errors import CodecError, CodecWarning, DecodeError, EncodeError, LimitError, TruncatedError
from sciwire.runtime.messages import NULL, UINT, FieldOf, RecordOf, UnionOf
from sciwire.runtime.messages.context import Writing
from sciwire.runtime.messages.fault import Fault
from sciwire.runtime.record import Record, attribute

IMAGE = CBORTag(40, [[1, 2], CBORTag(65, b"\0\1\1\2")])
START: list[Any] = [7, 0, "2x2", "uint8", [1.5, 2.5], "line 9"]
FRAME: list[Any] = [7, "line", 1, 0.5, "2x2", b"abcd", {"a": IMAGE}, [[0.5, -1.0]]]
END: list[Any] = [7, -1]


def test_items_are_fields_in_the_order_of_the_file(scanline: ModuleType) -> None:
    start = scanline.decode(cbor2.dumps(START))
    assert (type(start), start.series, start.shape, start.dtype) == (scanline.Start, 7, "2x2", "uint8")
    assert (start.place.x, start.place.y, start.hardware_name, start.extra) == (1.5, 2.5, "line 9", {})

    frame = scanline.decode(cbor2.dumps(FRAME), dtype="uint8")
    assert (frame.number, frame.time, frame.pixels.tolist()) == (1, 0.5, [[97, 98], [99, 100]])
    assert frame.stack().tolist() == [[[1, 258]]]
    assert [(one.x, one.y) for one in frame.places] == [(0.5, -1.0)]
    assert type(scanline.decode(cbor2.dumps(END))) is scanline.End


@pytest.mark.parametrize("items", [START, FRAME, END, [None, -1]], ids=["start", "frame", "end", "no series"])
@pytest.mark.parametrize("front", ["", "own"])
def test_what_is_encoded_is_what_cbor2_would_write(scanline: ModuleType, items: list[Any], front: str) -> None:
    byte = {"": b"", "own": {0: b"s", "line": b"f", -1: b"e"}[items[1]]}[front]
    data = byte + cbor2.dumps(items)

    value = scanline.decode(data)

    assert value.prefix == byte.decode()
    want = cbor2.loads(data[len(byte) :])
    if items is FRAME:  # typed arrays are written little-endian where the type states no order
        assert cbor2.loads(scanline.encode(value)[len(byte) :])[:6] == want[:6]
        value.channels = None
        want = [*want[:6], None, want[7]]
    assert scanline.encode(value) == byte + cbor2.dumps(want)
    assert scanline.from_plain(json.loads(json.dumps(scanline.to_plain(value)))) == value


def test_what_is_absent_at_the_end_is_left_out_and_null_before_it(scanline: ModuleType) -> None:
    short = scanline.Frame(series=1, number=2, pixels=b"", prefix="")
    behind = scanline.Frame(series=1, number=2, pixels=b"", places=[], prefix="")

    assert scanline.encode(short) == cbor2.dumps([1, "line", 2, None, None, b""])
    assert scanline.encode(behind) == cbor2.dumps([1, "line", 2, None, None, b"", None, []])
    assert scanline.decode(scanline.encode(short)) == short
    assert scanline.decode(cbor2.dumps([1, 0, "1", "uint8"])).hardware_name == "line"  # its default
    assert scanline.decode(cbor2.dumps([1, 0, "1", "uint8", None, None])).hardware_name == "line"


def test_items_behind_the_fields_are_kept_by_position(scanline: ModuleType) -> None:
    data = cbor2.dumps([7, -1, "more", None, [1, {2: 3}]])

    one = scanline.decode(data)

    assert one.extra == {2: "more", 3: None, 4: [1, {2: 3}]}
    one.prefix = ""
    assert scanline.encode(one) == data
    assert scanline.from_plain(json.loads(json.dumps(scanline.to_plain(one)))) == one
    for extra in ({3: 1}, {0: 1}, {"more": 1}, {2: 1, 4: 1}, {True: 1}, {10**12: 1}):
        with pytest.raises(EncodeError):
            scanline.encode(scanline.End(series=1, extra=extra))
    with pytest.raises(DecodeError, match="position of an item behind the fields, 2 and on, got 'more'"):
        scanline.from_plain({"1": -1, "more": 1})


class _Pair(Record):
    first: int | None = None
    second: int | None = None
    extra: dict[Any, Any] = attribute(default_factory=dict)


def test_records_that_are_arrays_have_null_in_front_where_their_type_has() -> None:
    fields = (FieldOf("first", UnionOf((UINT, NULL))), FieldOf("second", UINT))
    pair = RecordOf(_Pair, lambda: fields, keys=("first", "second"))

    assert pair.encode(_Pair(second=5), Writing()) == [None, 5]
    assert pair.encode(_Pair(first=5), Writing()) == [5]
    strict = RecordOf(_Pair, lambda: (FieldOf("first", UINT), fields[1]), keys=("first", "second"))
    with pytest.raises(Fault, match="required in front"):
        strict.encode(_Pair(second=5), Writing())
    with pytest.raises(Fault, match="an array of at most 2 has no place for it"):
        pair.encode(_Pair(first=5, extra={2: 1}), Writing())


def test_another_word_of_the_discriminator_and_options(scanline: ModuleType) -> None:
    assert type(scanline.decode(cbor2.dumps([7, "row", 1, None, None, b""]))) is scanline.Frame
    start = scanline.decode(cbor2.dumps(START))

    assert scanline.encode(start, detail="short") == cbor2.dumps([*START[:4], None, "line 9"])
    assert scanline.encode(start, detail="full") == cbor2.dumps(START)


# name: bytes, category, path, offset, rule
WRONG: dict[str, tuple[bytes, str, str, int, str]] = {
    "no item that names it": (b"\x81\x07", "constraint", "[1]", 0, "SCN-001"),
    "an empty array": (b"\x80", "constraint", "[1]", 0, "SCN-001"),
    "another word": (b"\x82\x07\x05", "constraint", "[1]", 0, "SCN-001"),
    "true is no 1": (b"\x82\x07\xf5", "constraint", "[1]", 0, "SCN-001"),
    "a list for a word": (b"\x82\x07\x81\x00", "constraint", "[1]", 0, "SCN-001"),
    "a map": (b"f\xa1\x00\x00", "type", "", 1, "SCN-004"),
    "a typed array": (b"f\xd8\x40\x41\x00", "type", "", 1, "SCN-004"),
    "no array in front": (b"\xa0", "framing", "", 0, "SCN-002"),
    "byte of another message": (b"e" + cbor2.dumps(START), "framing", "prefix", 0, "SCN-002"),
    "required item missing at the end": (b"\x84\x07\x64line\x01\xf6", "constraint", "pixels", 0, "SCN-003"),
    "required item null": (b"\x84\x07\x00\xf6\x65uint8", "constraint", "shape", 3, "SCN-003"),
    "beyond its range": (b"f\x86\x07\x64line\x00\xf6\xf6\x40", "constraint", "number", 8, "SCN-005"),
    "another type": (b"\x86\x61a\x64line\x01\xf6\xf6\x40", "type", "series", 1, "SCN-005"),
    "a shape that is none": (b"\x86\x07\x64line\x01\xf6\x61a\x40", "constraint", "extents", 9, "SCN-006"),
    "bytes of another size": (b"\x86\x07\x64line\x01\xf6\x612\x43abc", "size", "pixels", 12, "SCN-006"),
    "reserved head": (b"\x82\x1c\x00", "syntax", "[0]", 1, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_refusal_names_place_and_rule(scanline: ModuleType, name: str) -> None:
    data, category, path, at, rule = WRONG[name]

    with pytest.raises(DecodeError) as caught:
        scanline.decode(data, dtype="uint8")

    error = caught.value
    assert (error.category, error.path, error.at, error.rule) == (category, path, at, rule), str(error)


def test_keep_gives_what_is_good_and_the_errors(scanline: ModuleType) -> None:
    whole = cbor2.dumps([7, "line", 0, 0.5, None, b"abcd"])

    one = scanline.decode(whole, on_error="keep")
    assert (one.series, one.number, one.time, one.pixels) == (7, None, 0.5, b"abcd")
    assert [(error.path, error.at) for error in one.problems] == [("number", 7)]

    cut = scanline.decode(whole[:-2], on_error="keep")
    assert (cut.series, cut.time, cut.pixels) == (7, 0.5, None)
    assert cut.problems[0].category == "truncated"


def test_a_value_of_another_type_is_kept_where_the_format_says_so(scanline: ModuleType) -> None:
    data = cbor2.dumps([7, "line", 1, "late", None, b""])

    with pytest.warns(CodecWarning, match="time: expected a float"):
        one = scanline.decode(data)

    assert (one.time, one.raw) == ("late", ("time",))
    assert scanline.encode(one) == data


def test_a_session_remembers_the_start(scanline: ModuleType) -> None:
    session = scanline.Session()
    session.decode(cbor2.dumps(START))

    one = session.decode(cbor2.dumps([7, "line", 1, None, None, b"abcd"]))

    assert np.array_equal(one.pixels, [[97, 98], [99, 100]])


def test_a_stream_is_cut_anywhere(scanline: ModuleType) -> None:
    stream = b"s" + cbor2.dumps(START) + cbor2.dumps(FRAME) + b"e" + cbor2.dumps(END)
    for step in (1, 2, 7, len(stream)):
        decoder = scanline.Decoder()
        got = [one for at in range(0, len(stream), step) for one in decoder.feed(stream[at : at + step])]
        decoder.finish()
        assert [type(one).__name__ for one in got] == ["Start", "Frame", "End"]
        assert got[1].pixels.tolist() == [[97, 98], [99, 100]]


@pytest.mark.parametrize("items", [START, FRAME, END], ids=["start", "frame", "end"])
def test_every_truncation_is_told_with_its_place(scanline: ModuleType, items: list[Any]) -> None:
    whole = cbor2.dumps(items)
    for end in range(len(whole)):
        with pytest.raises(TruncatedError) as caught:
            scanline.decode(whole[:end])
        assert isinstance(caught.value.at, int)
        assert 0 <= caught.value.at <= end


def test_counts_with_all_bits_set_and_nesting_are_refused(scanline: ModuleType) -> None:
    for head in (b"\x9b", b"\xbb", b"\x5b", b"\x7b"):
        for whole in (head + b"\xff" * 8, b"\x82" + head + b"\xff" * 8, b"\x83\x07\x00" + head + b"\xff" * 8):
            with pytest.raises(CodecError):
                scanline.decode(whole)
            assert scanline.sniff(whole) in (True, False)
    deep = b"\x83\x07\x20" + b"\x81" * 100_000 + b"\x00"
    with pytest.raises(LimitError):
        scanline.decode(deep)
    assert scanline.decode(deep, on_error="keep").series == 7
    assert not scanline.sniff(b"\x82" + b"\x81" * 100_000)
    endless = b"\x9f\x07\x20\xff"
    assert scanline.decode(endless).series == 7


def test_every_byte_has_a_name(scanline: ModuleType) -> None:
    whole = b"f" + cbor2.dumps(FRAME)
    spans = list(scanline.spans(whole))

    assert [span.start for span in spans] == [0, *(span.stop for span in spans[:-1])]
    assert spans[-1].stop == len(whole)
    said = {span.path: span.text for span in spans if span.kind in ("float", "unsigned", "text")}
    assert (said["series"], said["[1]"], said["number"], said["time"]) == ("7", "'line'", "1", "0.5")
    assert (said["places[0].x"], said["places[0].y"]) == ("0.5", "-1.0")


def test_sniff_knows_its_own(scanline: ModuleType, signed: ModuleType, sonde: ModuleType) -> None:
    assert scanline.sniff(cbor2.dumps(START))
    assert scanline.sniff(b"e" + cbor2.dumps(END))
    for other in (b"", b"\x80", b"\x81\x00", b"\x81\x00\x00", b"\x9f\x00\xff", cbor2.dumps([7, "no"]), cbor2.dumps([7, [0]]), cbor2.dumps({1: 0}), b"e", b"\xc6" + cbor2.dumps(END)):  # fmt: skip
        assert not scanline.sniff(other)
    assert not scanline.sniff(b"\x82" + cbor2.dumps([[1] * 2000]) + b"\x00")  # too far away to be looked for
    assert not sonde.sniff(cbor2.dumps(START))
    assert not signed.sniff(cbor2.dumps(START))


def test_a_summary_and_a_description(scanline: ModuleType) -> None:
    rows = dict(scanline.summary(scanline.decode(cbor2.dumps(FRAME))))
    assert (rows["[1]"], rows["series"], rows["time"]) == ("'line'", "7", "0.5 s")
    told = run("describe", INVENTED / "scanline" / "1.yaml").stdout
    assert "Message Frame (1: line)" in told
    assert "2 (number)" in told
    assert "item 1" in told


def test_a_text_without_a_form_is_told_by_the_name_of_its_field(scanline: ModuleType) -> None:
    with pytest.raises(EncodeError, match=r"scanline\.Start shape: the text can't be UTF-8"):
        scanline.encode(scanline.Start(series=1, shape="\ud800", dtype="uint8"))


def test_modules_pass_mypy_strict(invented_output: Path, tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    files = [module_path(invented_output, name) for name in ("scanline", "signed")]
    words = ["--config-file", "pyproject.toml", "--cache-dir", str(tmp_path), *map(str, files)]

    done = run(code=f"from mypy.main import main; main(args={words})", env={"MYPYPATH": "generator"}, cwd=ROOT)

    assert done.returncode == 0, done.stdout + done.stderr


def test_conform_judges_drawn_values_and_aimed_mutations(invented_output: Path, tmp_path: Path) -> None:
    """Specifications with a vector each, by hand: what stands in the arrays is written beside them."""
    place = cbor2.dumps([1.5, 2.5]).hex()
    vectors = {
        "scanline": (
            f"73860700 63{b'2x2'.hex()} 65{b'uint8'.hex()} {place} 61{b'l'.hex()}",
            {"1": 0, "series": 7, "shape": "2x2", "dtype": "uint8", "place": {"x": 1.5, "y": 2.5}, "hardware-name": "l", "prefix": "s"},
        ),
        "signed": (
            "d28443a10126a10126f64401020304",
            {"protected": {"$bytes": "oQEm"}, "unprotected": {"algorithm": -7}, "signature": {"$bytes": "AQIDBA=="}},
        ),
    }  # fmt: skip
    for name, (data, value) in vectors.items():
        specs = tmp_path / name
        shutil.copytree(INVENTED / name, specs / name)
        one = {"id": f"{name}/numbers/one", "kind": "valid", "doc": "one", "hex": data.replace(" ", ""), "value": value}
        write_vectors(specs, name, {**one, "canonical": True})
    for name in vectors:
        words = ("conform", "--specs", tmp_path / name, "--examples", "12", name)
        done = run(*words, env={"PYTHONPATH": os.pathsep.join((str(invented_output), *(str(ROOT / one) for one in ("generator", "conformance"))))})  # fmt: skip
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr
