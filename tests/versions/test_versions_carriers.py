"""Multipart messages, grids and packets behind text in two versions: what tells them apart stands where each family has it."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Iterator
from types import ModuleType

import numpy as np
import pytest
from generating_versions import made

from sciwire.runtime import DecodeError, TruncatedError, VersionError

SHUTTER = """\
sciwire: 1
format: shutter
version: "{version}"
family: multipart
title: Frames with a header
versioning: {{kind: major, rule: SHU-001, at: {at}}}
sources: [{{id: note, text: "a note"}}]
rules: [{{id: SHU-001, level: MUST, text: "the version is one that is known", source: note}}]
discriminator: is
dtypes: {{short: u2, byte: u1}}
encodings: {{plain: {{algorithm: none}}}}
write: {{short: plain, byte: plain}}
messages:
  frame:
    parts:
      head: {{says: {says}, fields: {{{fields} size: {{type: "list[uint]", required: true}}, of: text, how: text}}}}
      pixels: {{kind: array, array: {{info: head, shape: size, dtype: of, encoding: how}}}}
  bye: {{parts: {{end: {{says: bye, fields: {{{fields}}}}}}}}}
"""


def _shutter(version: int, at: str, fields: str) -> str:
    says = f"frame-{version}.0" if at == "is" else "frame"
    return SHUTTER.format(version=version, at=at, says=says, fields=fields)


def _frame(says: str = "frame", **more: object) -> list[bytes]:
    return [json.dumps({"is": says, "size": [2], "of": "byte", "how": "plain", **more}).encode(), b"ab"]


@pytest.fixture(scope="module")
def shutter(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    fields = ("v: {type: uint, const: 1},", "v: {type: uint, const: 2}, gain: {type: float, required: true},")
    texts = (_shutter(version, "v", one) for version, one in enumerate(fields, 1))
    return made(tmp_path_factory.mktemp("shutter"), "shutter", *texts)


def test_messages_of_parts_are_told_by_a_key_of_the_first(shutter: ModuleType) -> None:
    one, two = shutter.decode(_frame(v=1)), shutter.decode(_frame(v=2, gain=0.5))

    assert (type(one), type(two)) == (shutter.v1.Frame, shutter.v2.Frame)
    assert two.head.gain == 0.5
    assert shutter.encode(one) == _frame(v=1)
    assert shutter.encode(two) == _frame(v=2, gain=0.5)
    assert shutter.decode([b'{"is":"bye","v":1}']) == shutter.v1.decode(b'{"is":"bye","v":1}')
    assert [type(message).__module__[-1] for message in shutter.decode_all([*_frame(v=1), b'{"is":"bye","v":1}'])] == [
        "1",
        "1",
    ]
    decoder = shutter.Decoder()
    with pytest.raises(VersionError, match="got 3"):
        decoder.feed(_frame(v=3))  # the next message may be better
    head, blob = _frame(v=1)
    assert decoder.feed(head, more=True) == []
    assert decoder.feed(blob) == [one]
    assert decoder.series is not None
    assert shutter.Encoder().encode(one) == _frame(v=1)


def test_parts_of_an_unknown_version_or_of_none(shutter: ModuleType) -> None:
    with pytest.raises(VersionError) as caught:
        shutter.decode(_frame(v=3))
    assert str(caught.value) == "shutter v at part 1: expected 2 (version 2) or 1 (version 1), got 3 [SHU-001]"
    for wrong in ("1", None, True, 1.0, [1], {}):
        with pytest.raises(
            DecodeError, match=r"shutter v at part 1: expected 2 \(version 2\) or 1 \(version 1\), got "
        ) as told:
            shutter.decode(_frame(v=wrong))
        assert told.value.category == "type"
    with pytest.raises(DecodeError, match="gain"):
        shutter.decode(_frame())
    for parts in ([b'{"is":"frame","v":1'], [b"nothing"], []):
        with pytest.raises(DecodeError) as newest:
            shutter.v2.decode(parts)
        with pytest.raises(DecodeError) as same:
            shutter.decode(parts)
        assert str(same.value) == str(newest.value)


def test_parts_of_which_one_is_missing(shutter: ModuleType) -> None:
    assert type(shutter.decode(_frame(v=1)[:1], missing=iter([2]))) is shutter.v1.Frame
    with pytest.raises(DecodeError, match="the first part says what the message is and can't be missing"):
        shutter.decode([b"ab"], missing=[1])


def test_parts_are_told_by_the_word_that_says_what_they_are(tmp_path_factory: pytest.TempPathFactory) -> None:
    texts = (_shutter(1, "is", ""), _shutter(2, "is", "gain: {type: float, required: true},"))
    shutter = made(tmp_path_factory.mktemp("words"), "shutter", *texts)

    assert type(shutter.decode(_frame("frame-1.0"))) is shutter.v1.Frame
    assert shutter.decode(_frame("frame-2.0", gain=1)).head.gain == 1
    with pytest.raises(VersionError, match=r"shutter is at part 1: expected .*, got 'frame-3\.0' \[SHU-001\]"):
        shutter.decode(_frame("frame-3.0"))
    with pytest.raises(DecodeError, match="got 'other'") as caught:
        shutter.decode(_frame("other"))
    assert not isinstance(caught.value, VersionError)


MOSAIC = """\
sciwire: 1
format: mosaic
version: "{version}"
family: grid
title: Tiles with a header
versioning: {{kind: exact, at: revision}}
array: {{type: "ndarray[<u2; y, x]"}}
cutouts: {{order: C, points: C}}
header:
  magic: {{type: bytes, is: const, value: TILE}}
  revision: {{type: <u2, is: const, value: {version}}}
  number: {{type: <u4, is: number}}
{fields}
"""
_SHAPES = "  shape: {type: <u4, is: shape}\n  chunk: {type: <u4, is: chunk}"
VOLUME = np.arange(8, dtype="<u2").reshape(2, 4)


def _tiles(version: int) -> list[bytes]:
    """The two halves of VOLUME; from version 2 on each says the extents of the array and of the cutouts."""
    extents = struct.pack("<4I", 2, 4, 2, 2) if version > 1 else b""
    heads = [struct.pack("<4sHI", b"TILE", version, number) + extents for number in range(2)]
    return [head + VOLUME[:, 2 * number : 2 * number + 2].tobytes() for number, head in enumerate(heads)]


@pytest.fixture(scope="module")
def mosaic(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    texts = (MOSAIC.format(version=1, fields=""), MOSAIC.format(version=2, fields=_SHAPES))
    return made(tmp_path_factory.mktemp("mosaic"), "mosaic", *texts)


def _one_by_one(blobs: list[bytes]) -> Iterator[bytes]:
    yield from blobs


def test_grids_are_told_by_a_field_of_the_header(mosaic: ModuleType) -> None:
    for make in (list, tuple, _one_by_one):
        old = mosaic.decode(make(_tiles(1)), shape=(2, 4), chunk=(2, 2))
        new = mosaic.decode(make(_tiles(2)))
        assert (type(old), type(new)) == (mosaic.v1.Grid, mosaic.v2.Grid)
        assert old.array.tolist() == new.array.tolist() == VOLUME.tolist()
    assert mosaic.encode(old) == _tiles(1)
    assert mosaic.encode(new) == _tiles(2)
    assert mosaic.sniff(_tiles(1)[0]) and mosaic.version_of(_tiles(1)[0]) == mosaic.version_of(_tiles(1)) == "1"


def test_tiles_of_an_unknown_version_cut_ones_and_none(mosaic: ModuleType) -> None:
    wrong = [one[:4] + b"\3\0" + one[6:] for one in _tiles(2)]
    with pytest.raises(VersionError) as caught:
        mosaic.decode(_one_by_one(wrong))
    assert str(caught.value) == "mosaic [0].revision at byte 4: expected 2 (version 2) or 1 (version 1), got 3"
    with pytest.raises(DecodeError, match="magic"):
        mosaic.decode([b"LITE" + one[4:] for one in wrong])
    for blobs in ([], [b""], [_tiles(1)[0][:5]], [None], None):
        with pytest.raises(Exception) as newest:
            mosaic.v2.decode(blobs)
        with pytest.raises(type(newest.value)) as same:
            mosaic.decode(blobs)
        assert str(same.value) == str(newest.value)
    with pytest.raises(DecodeError, match=r"\[1\].revision"):
        mosaic.decode([_tiles(2)[0], _tiles(1)[1]])


LEDGER = """\
sciwire: 1
format: ledger
version: "{version}"
family: packets
descriptors: text
title: Packets behind lines
versioning: {{kind: exact, at: revision}}
prefix:
  magic: {{bytes: "4c 47"}}
  order: {{big: "00 01", little: "01 00"}}
  revision: {{role: version, size: 2, const: {version}}}
  heads: {{role: header_fields, size: 2}}
  fields: {{role: packet_fields, size: 2}}
lines: {{form: "{{type}} {{name}}{{extents}}"}}
data_types: {{{word}: i2}}
errors: {{argument: Wrong, stream: Bad, io: Broken, memory: Full}}
"""


def _ledger(version: int, order: str = "<") -> bytes:
    mark = b"\1\0" if order == "<" else b"\0\1"
    word = b"small" if version == 1 else b"short"
    return (
        b"LG" + mark + struct.pack(f"{order}3H", version, 0, 1) + word + b" m\n" + struct.pack(f"{order}3h", 5, 6, -7)
    )


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    words = (LEDGER.format(version=1, word="small"), LEDGER.format(version=2, word="short"))
    return made(tmp_path_factory.mktemp("ledger"), "ledger", *words)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("version", [1, 2])
def test_packets_behind_text_are_told_by_the_prefix(ledger: ModuleType, version: int, order: str) -> None:
    data = _ledger(version, order)
    stream = ledger.decode(data)

    assert type(stream) is getattr(ledger, f"v{version}").Stream
    assert stream["m"].tolist() == [5, 6, -7]
    assert ledger.version_of(data) == str(version)
    decoder = ledger.Decoder()
    for start in range(len(data)):
        decoder.feed(data[start : start + 1])
    assert decoder.finish()["m"].tolist() == [5, 6, -7]
    if order == ">":
        assert ledger.encode(stream) == data


def test_a_prefix_of_an_unknown_version_or_cut(ledger: ModuleType) -> None:
    for order in "<>":
        with pytest.raises(ledger.Bad, match=r"expected .* \(version 2\) or .* \(version 1\), got ") as caught:
            ledger.decode(_ledger(3, order))
        assert (caught.value.path, caught.value.at, caught.value.category) == ("revision", 4, "version")
    with pytest.raises(TruncatedError):
        ledger.decode(_ledger(1)[:5])
    with pytest.raises(DecodeError, match="expected the bytes 4c 47"):
        ledger.decode(b"XX" + _ledger(3)[2:])
    assert ledger.Pipe is ledger.v2.Pipe
    with ledger.Pipe(io.BytesIO(_ledger(2)), outputs=[]) as pipe:
        assert pipe.map() == 8, "bytes of a packet in the core"
