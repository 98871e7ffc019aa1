"""Specifications that the authors of the generator have not seen give codecs for grids, from YAML alone.

`grid_specs` has blobs with a header that says everything, every compression, fixed types, fixed cutouts, padded
edges, both orders of grid points. Expected bytes are made with `struct` and the libraries of the compressions.
"""

from __future__ import annotations

import bz2
import importlib.util
import lzma
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sciwire.conformance import strategies
from sciwire.runtime import DecodeError, EncodeError, TruncatedError

ROOT = Path(__file__).resolve().parents[2]
SPECS = Path(__file__).with_name("grid_specs")
VOLUME = np.arange(5 * 4, dtype="<u2").reshape(5, 4)


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The modules that are generated from the invented specifications."""
    output = tmp_path_factory.mktemp("generated")
    roots = os.pathsep.join(str(ROOT / name) for name in ("generator", "generated", "conformance"))
    done = subprocess.run(
        [sys.executable, "-m", "sciwire.cli", "generate", "--specs", str(SPECS), "--output", str(output)],
        env={**os.environ, "PYTHONPATH": roots},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {path.stem: _load(path) for path in (output / "sciwire" / "formats").glob("*.py")}


def _load(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(f"invented_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tilestore(modules: dict[str, Any]) -> Any:
    return modules["tilestore"]


@pytest.fixture
def mosaic(modules: dict[str, Any]) -> Any:
    return modules["mosaic"]


@pytest.fixture
def bricks(modules: dict[str, Any]) -> Any:
    return modules["bricks"]


def tile(number: int, at: tuple[int, int], here: tuple[int, int], raw: bytes, payload: bytes, packing: int) -> bytes:
    """One blob of `VOLUME` in tiles of 2 x 3, order F, by hand."""
    head = struct.pack("<6s2xBBbB3sIIHH", b"TILE\x1a", 2, 2, 1, packing, b"", 6, number, at[1], at[0])
    head = head[:6] + b"\0\4" + head[8:]
    head += struct.pack(">qq", 2 * at[0], 3 * at[1]) + struct.pack("<HHHH", *here, 2, 3) + struct.pack("<QQ", 4, 5)
    return head + struct.pack("<QQI", len(payload), len(raw), zlib.crc32(payload)) + struct.pack(">I", zlib.adler32(payload)) + payload  # fmt: skip


def test_a_header_stands_in_front_of_every_blob_as_specified(tilestore: Any) -> None:
    blobs = tilestore.save(VOLUME, (2, 3), "F")

    first = struct.pack("<6H", 0, 4, 1, 5, 2, 6)
    assert blobs[0] == tile(0, (0, 0), (2, 3), first, first, 0)
    assert blobs[1] == tile(1, (0, 1), (2, 1), struct.pack("<2H", 3, 7), struct.pack("<2H", 3, 7), 0)
    assert blobs[5] == tile(5, (2, 1), (1, 1), struct.pack("<H", 19), struct.pack("<H", 19), 0)
    assert [piece.point for piece in tilestore.stream(VOLUME, (2, 3))] == [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "code", "expand"),
    [
        ("gzip", 1, lambda data: zlib.decompress(data, 31)),
        ("zlib", 2, zlib.decompress),
        ("bz2", 3, bz2.decompress),
        ("xz", 4, lzma.decompress),
        ("lz4_block", 5, lambda data: __import__("lz4.block").block.decompress(data, uncompressed_size=4000)),
        ("lz4", 6, lambda data: __import__("dectris.compression").compression.decompress(data, "lz4", elem_size=1)),
        ("bslz4", 7, lambda data: __import__("dectris.compression").compression.decompress(data, "bslz4", elem_size=4)),
    ],
)
def test_blobs_are_compressed_as_asked_and_read_without_being_told(
    tilestore: Any, name: str, code: int, expand: Callable[[bytes], bytes]
) -> None:
    image = np.arange(10 * 200, dtype="<f4").reshape(10, 200) // 7
    blobs = tilestore.save(image, (10, 100), compression=name)

    assert [blob[11] for blob in blobs] == [code, code]
    assert expand(blobs[1][91:]) == image[:, 100:].tobytes()
    assert tilestore.save(image, (10, 100), compression=name) == blobs
    again = tilestore.decode(blobs)
    assert (again.compression, again.order, again.tile) == (name, "C", (10, 100))
    np.testing.assert_array_equal(again.volume, image)
    np.testing.assert_array_equal(tilestore.load(iter(blobs)), image)


@pytest.mark.parametrize(
    ("at", "new", "text"),
    [
        (0, b"t", "tilestore.Tiles [1].magic at byte 0: expected b'TILE\\x1a\\x00', got b'tILE\\x1a\\x00' [TS-001]"),
        (7, b"\5", "tilestore.Tiles [1].version at byte 6: expected 4, got 5 [TS-001]"),
        (8, b"\3", "tilestore.Tiles [1].rank at byte 8: expected 2, got 3 [TS-003]"),
        (9, b"\3", "tilestore.Tiles [1].kind at byte 9: expected '<u2', got '>u2' [TS-003]"),
        (9, b"\xff", "tilestore.Tiles [1].kind at byte 9: the code 255 stands for nothing, known are 1, 2, 3, 4, 5, 6"),
        (10, b"\xff", "tilestore.Tiles [1].layout at byte 10: expected 'F', got 'C' [TS-003]"),
        (12, b"\1", "tilestore.Tiles [1].spare at byte 12: expected b'\\x00\\x00\\x00', got b'\\x01\\x00\\x00' [TS-001]"),
        (15, b"\7", "tilestore.Tiles [1].tiles at byte 15: expected 6, got 7 [TS-003]"),
        (19, b"\2", "tilestore.Tiles [1].tile_number at byte 19: expected 1, got 2 [TS-003]"),
        (23, b"\0", "tilestore.Tiles [1].at at byte 23: expected 0 x 1, got 0 x 0 [TS-003]"),
        (34, b"\1", "tilestore.Tiles [1].first at byte 27: expected 0 x 3, got 1 x 3 [TS-003]"),
        (43, b"\1", "tilestore.Tiles [1].here at byte 43: expected 2 x 1, got 1 x 1 [TS-003]"),
        (47, b"\1", "tilestore.Tiles [1].tile at byte 47: expected 2 x 3, got 1 x 3 [TS-003]"),
        (51, b"\5", "tilestore.Tiles [1].extents at byte 51: expected 5 x 4, got 5 x 5 [TS-003]"),
        (67, b"\5", "tilestore.Tiles [1].bytes_stored at byte 67: the header declares 5 bytes, 4 are there"),
        (67, b"\3", "tilestore.Tiles [1].bytes_stored at byte 67: the header declares 3 bytes, 4 are there"),
        (75, b"\5", "tilestore.Tiles [1].bytes_raw at byte 75: expected 4, got 5"),
    ],
)  # fmt: skip
def test_a_header_that_says_something_else_names_blob_field_and_offset(
    tilestore: Any, at: int, new: bytes, text: str
) -> None:
    blobs = tilestore.save(VOLUME, (2, 3), "F")
    blobs[1] = blobs[1][:at] + new + blobs[1][at + 1 :]

    with pytest.raises(DecodeError) as caught:
        tilestore.decode(blobs)
    assert str(caught.value) == text


def test_a_sum_that_does_not_agree_names_both(tilestore: Any) -> None:
    blobs = tilestore.save(VOLUME, (2, 3), "F")
    blobs[1] = blobs[1][:-1] + b"\xff"
    sums = zlib.crc32(blobs[1][91:]), zlib.crc32(struct.pack("<2H", 3, 7))

    with pytest.raises(DecodeError) as caught:
        tilestore.decode(blobs)
    problem = f"the payload has {sums[0]:#010x}, the header says {sums[1]:#010x} [TS-002]"
    assert str(caught.value) == f"tilestore.Tiles [1].sum at byte 83: {problem}"
    assert caught.value.category == "checksum"


def test_every_cut_and_every_flipped_bit_of_a_blob_is_refused(tilestore: Any) -> None:
    """But for the element type and the extents of a tile that is cut, which the caller confirms here."""
    blobs = tilestore.save(VOLUME[:2, :3], (2, 3), compression="zlib")
    for size in range(len(blobs[0])):
        with pytest.raises(DecodeError):
            tilestore.decode([blobs[0][:size]])
    for bit in range(8 * len(blobs[0])):
        wrong = bytearray(blobs[0])
        wrong[bit // 8] ^= 1 << bit % 8
        with pytest.raises(DecodeError):
            tilestore.decode([bytes(wrong)], dtype="<u2", tile=(2, 3))


def test_what_the_caller_and_the_header_both_say_must_agree(tilestore: Any) -> None:
    blobs = tilestore.save(VOLUME, (2, 3))

    assert tilestore.decode(blobs, shape=(5, 4), dtype="<u2", tile=(2, 3), order="C").volume.shape == (5, 4)
    for wrong in ({"shape": (5, 5)}, {"dtype": ">u2"}, {"tile": (2, 2)}, {"order": "F"}, {"compression": "gzip"}):
        with pytest.raises(DecodeError):
            tilestore.decode(blobs, **wrong)


def test_a_constant_at_the_front_is_a_sign_of_the_format(tilestore: Any, mosaic: Any, bricks: Any) -> None:
    assert tilestore.sniff(tilestore.save(VOLUME, (2, 3))[3])
    assert not tilestore.sniff(b"TILE")
    assert bricks.sniff(b"\xfe\xe1\xde\xad rest") and not bricks.sniff(b"\xad\xde\xe1\xfe")
    assert mosaic.sniff is None


def test_spans_cover_every_byte_with_its_field(tilestore: Any, bricks: Any) -> None:
    blob = tilestore.save(VOLUME, (2, 3))[1]
    spans = list(tilestore.spans([blob, blob]))

    assert [span.start for span in spans[1:]] == [span.stop for span in spans[:-1]]
    assert (spans[0].start, spans[-1].stop) == (0, 2 * len(blob))
    assert spans[9][2:] == ("[0].at", "header", "0 x 1")
    assert [span.kind for span in bricks.spans(b"\xfe\xe1")] == ["invalid"]


def test_numbers_that_do_not_fit_the_header_are_refused(tilestore: Any) -> None:
    with pytest.raises(EncodeError, match=r"\[0\]\.here: 65536 does not fit 2 bytes of here"):
        tilestore.save(np.zeros((1, 65536), "u1"), (1, 65536))
    with pytest.raises(EncodeError, match=r"\[0\]\.kind: there is no code for <i8"):
        tilestore.save(np.zeros((1, 2), "<i8"), (1, 1))


def test_edges_are_padded_and_the_first_axis_runs_fastest(mosaic: Any) -> None:
    from dectris.compression import decompress

    image = np.arange(12, dtype="<f4").reshape(3, 4)
    blobs = mosaic.encode(mosaic.Mosaic(image))
    found = [np.frombuffer(decompress(blob, "bslz4", elem_size=4), "<f4").tolist() for blob in blobs]

    assert found == [[0, 4, 1, 5, 2, 6], [3, 7, -1, -1, -1, -1], [8, -1, 9, -1, 10, -1], [11, -1, -1, -1, -1, -1]]
    np.testing.assert_array_equal(mosaic.decode(blobs, shape=(3, 4), dtype="<f4").array, image)


def test_a_declared_byte_order_is_written_and_an_open_one_is_kept(mosaic: Any, bricks: Any) -> None:
    big, little = np.arange(4, dtype=">f4").reshape(2, 2), np.arange(4, dtype="<f4").reshape(2, 2)
    assert mosaic.encode(mosaic.Mosaic(big)) == mosaic.encode(mosaic.Mosaic(little))
    assert mosaic.encode(mosaic.Mosaic(big.astype(">i2"))) != mosaic.encode(mosaic.Mosaic(big.astype("<i2")))
    assert bricks.cut_bricks(np.arange(2, dtype="<i2").reshape(1, 2), (1, 2))[0][8:] == b"\0\0\0\1"
    with pytest.raises(EncodeError, match="expected <f4 or i2, got <f8"):
        mosaic.encode(mosaic.Mosaic(little.astype("<f8")))


def test_types_go_with_the_number_of_axes(bricks: Any) -> None:
    assert len(bricks.cut_bricks(np.zeros((2, 2, 2), "u1"), (1, 1, 1))) == 8
    with pytest.raises(EncodeError, match="expected >i2, got u1"):
        bricks.cut_bricks(np.zeros((2, 2), "u1"), (1, 1))
    with pytest.raises(EncodeError, match="expected 2 to 3 axes, got 1"):
        bricks.cut_bricks(np.zeros(2, ">i2"), (1,))
    assert bricks.decode(bricks.cut_bricks(np.zeros((2, 2), ">i2"), (1, 2)), shape=(2, 2), brick=(1, 2)).plane.dtype == ">i2"  # fmt: skip


def test_padding_on_request_with_another_fill(bricks: Any) -> None:
    image = np.arange(3, dtype=">i2").reshape(1, 3)
    with pytest.raises(EncodeError, match=r"brick\[1\]: an axis of 3 is no multiple of 2"):
        bricks.cut_bricks(image, (1, 2))
    blobs = bricks.cut_bricks(image, (1, 2), fill_up=True)

    assert blobs == [b"\xfe\xe1\xde\xad\0\0\0\4\0\0\0\1", b"\xfe\xe1\xde\xad\0\0\0\4\0\2\0\7"]
    np.testing.assert_array_equal(bricks.lay_bricks(blobs, (1, 3), ">i2", (1, 2), True), image)
    with pytest.raises(TruncatedError, match=r"\[1\]\.length at byte 4: the header declares 4 bytes, 3 are there"):
        bricks.lay_bricks([blobs[0], blobs[1][:-1]], (1, 3), ">i2", (1, 2), True)


def test_a_fill_that_the_type_can_not_hold_is_refused(mosaic: Any) -> None:
    with pytest.raises(EncodeError, match="edges are filled with 7"):
        _load_padded_text()
    assert mosaic.encode(mosaic.Mosaic(np.zeros((1, 1), "<i2")))


def _load_padded_text() -> None:
    from sciwire.runtime import grid

    grid.cut(grid.Form(subject="x", edges="pad", fill=7), np.array(["a", "b", "c"]), chunk=(2,))


@pytest.mark.parametrize("name", ["tilestore", "mosaic", "bricks"])
def test_drawn_values_survive(modules: dict[str, Any], name: str) -> None:
    from hypothesis import given, settings
    from hypothesis import strategies as st

    from sciwire.runtime import plain

    (spec,) = strategies.load_specs(SPECS, name)
    module = modules[name]

    @settings(max_examples=60, deadline=None, database=None)
    @given(st.data())
    def survives(data: st.DataObject) -> None:
        value = data.draw(strategies.value(spec, "array"))
        options = dict(strategies.decode_options(spec, value))
        try:
            blobs = module.encode(module.from_plain(value))
        except EncodeError as error:
            assert error.path.endswith("kind")  # an element type that has no code
            return
        again = module.to_plain(module.decode(blobs, **options))
        assert plain.equal(value, again)

    survives()
