"""An invented multipart format, from its specification alone: other words, orders, conditions, encodings, checksums."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import subprocess
import sys
import zlib
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from sciwire.runtime import DecodeError, EncodeError, LimitError, TruncatedError

SPECS = Path(__file__).parent / "multipart_specs"


@pytest.fixture(scope="module")
def shutter(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    output = tmp_path_factory.mktemp("shutter")
    words = ["generate", "--specs", str(SPECS), "--output", str(output)]
    done = subprocess.run([sys.executable, "-m", "sciwire.cli", *words], capture_output=True, text=True, check=False, env={"PYTHONPATH": ":".join(path for path in sys.path if path)})  # fmt: skip
    assert done.returncode == 0, done.stderr
    spec = importlib.util.spec_from_file_location("generated_shutter", output / "sciwire" / "formats" / "shutter.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["generated_shutter"] = module
    spec.loader.exec_module(module)
    return module


OPENING = b'{"class":"G2","is-a":"night","mode":"crowd"}'
SEAL = (
    b'{"is-a":"seal","of-note":"%08x","of-opening":"%s"}'
    % (zlib.adler32(b"psst"), hashlib.sha256(OPENING).hexdigest().encode())
)  # fmt: skip
PEOPLE = b'{"who":[{"age":3,"name":"Eve"},{"name":"Bob"}]}'
WEATHER = b'{"is-a":"weather","wind":2.5}'
PIXELS = np.arange(6, dtype="<f2").reshape(2, 3)


def exposure(blob: bytes, packing: str = "zip", numbers: str = "half", **more: object) -> list[bytes]:
    entries = {"is-a": "exposure", "extents": [2, 3], "numbers": numbers, "packing": packing, "octets": len(blob), "sum": f"{zlib.crc32(blob):08x}"}  # fmt: skip
    return [json.dumps({**entries, **more}).encode(), blob]


@pytest.mark.parametrize("weather", [[], [WEATHER]])
def test_parts_depend_on_an_earlier_field_and_may_be_left_out(shutter: ModuleType, weather: list[bytes]) -> None:
    parts = [OPENING, PEOPLE, *weather, SEAL, b"psst"]

    night = shutter.decode(parts)

    assert (night.opening.mode, night.opening.star_class) == ("crowd", "G2")
    assert [one.name for one in night.people.who] == ["Eve", "Bob"]
    assert (night.weather is not None and night.weather.wind) == (2.5 if weather else False)
    assert shutter.encode(night) == parts
    assert shutter.to_plain(shutter.from_plain(shutter.to_plain(night))) == shutter.to_plain(night)


def test_checksums_follow_an_edit_of_what_they_cover(shutter: ModuleType) -> None:
    night = shutter.decode([OPENING, PEOPLE, SEAL, b"psst"])
    night.opening.mode, night.people, night.note = "alone", None, b"loud"

    opening, seal, note = shutter.encode(night)

    assert opening == b'{"class":"G2","is-a":"night","mode":"alone"}'
    assert json.loads(seal)["of-opening"] == hashlib.sha256(opening).hexdigest()
    assert json.loads(seal)["of-note"] == f"{zlib.adler32(note):08x}"


@pytest.mark.parametrize("packing", ["zip", "framed", "plain", "shuffled"])
@pytest.mark.parametrize(("numbers", "dtype"), [("half", "<f2"), ("whole", ">i4"), ("byte", "u1")])
def test_every_encoding_holds_every_dtype(shutter: ModuleType, packing: str, numbers: str, dtype: str) -> None:
    pixels = np.arange(64, dtype=dtype).reshape(2, 32)
    message = shutter.Exposure(what=shutter.What(packing=packing), pixels=pixels)

    parts = shutter.encode(message)
    again = shutter.decode(parts)

    assert json.loads(parts[0])["extents"] == [2, 32]
    assert again.what.numbers == numbers
    assert np.array_equal(again.pixels, pixels)


def test_an_independent_zlib_stream_is_read(shutter: ModuleType) -> None:
    message = shutter.decode(exposure(zlib.compress(PIXELS.astype(">f2").tobytes())))

    assert np.array_equal(message.pixels, PIXELS)


RAW = PIXELS.astype(">f2").tobytes()
ZIPPED = zlib.compress(RAW)
MISTAKES = {
    "unknown key": ([b'{"is-a":"night","mode":"alone","x":1}'], DecodeError, "shutter.Night opening.x at part 1: unknown key 'x' [SHU-002]"),
    "unknown word": ([b'{"is-a":"day"}'], DecodeError, "shutter is-a at part 1: expected 'is-a' to be one of night, exposure, dawn, got 'day' [SHU-001]"),
    "required": ([b'{"is-a":"night"}'], DecodeError, "shutter.Night opening.mode at part 1: the required key 'mode' is missing"),
    "person": ([OPENING, b'{"who":[{"age":1}]}', SEAL, b""], DecodeError, "shutter.Night people.who[0].name at part 2: the required key 'name' is missing"),
    "order": ([OPENING, PEOPLE, WEATHER, WEATHER], DecodeError, "shutter.Night seal.is-a at part 4: expected 'is-a' to be 'seal', got 'weather' [SHU-004]"),
    "cut": ([OPENING, PEOPLE], TruncatedError, "shutter.Night seal at part 3: the message ends after 2 parts, this one is missing"),
    "sum": (exposure(ZIPPED, sum="00000000"), DecodeError, f"shutter.Exposure what.sum at part 1: the crc32 of pixels is {zlib.crc32(ZIPPED):08x}, '00000000' is stated [SHU-005]"),
    "octets": (exposure(ZIPPED, octets=3), DecodeError, f"shutter.Exposure what.octets at part 1: the blob has {len(ZIPPED)} bytes, 3 are declared [SHU-003]"),
    "zlib": (exposure(ZIPPED[:-1]), DecodeError, "shutter.Exposure pixels at part 2 byte 0: the zlib stream does not hold exactly 12 bytes"),
    "zlib bomb": (exposure(zlib.compress(bytes(10**6))), DecodeError, "shutter.Exposure pixels at part 2 byte 0: the zlib stream does not hold exactly 12 bytes"),
    "no zlib": (exposure(b"abc"), DecodeError, "shutter.Exposure pixels at part 2 byte 0: the zlib stream is damaged: Error -3 while decompressing data: incorrect header check"),
    "extents": (exposure(ZIPPED, extents=[2**40, 2**40]), LimitError, "shutter.Exposure what.extents at part 1: 2417851639229258349412352 bytes are asked for, the limit total_bytes is 4294967296"),
    "json bytes": ([b'{"is-a":"night","mode":"alone"}' + b" " * 4096], LimitError, "shutter at part 1: a JSON part may take 4096 bytes, this has 4127"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_an_error_says_part_path_and_rule(shutter: ModuleType, name: str) -> None:
    parts, kind, text = MISTAKES[name]

    with pytest.raises(kind) as caught:
        shutter.decode(parts)

    assert str(caught.value) == text


def test_a_series_may_be_called_anything(shutter: ModuleType) -> None:
    encoder, decoder = shutter.Encoder(), shutter.Decoder(order="alone", lazy=True)
    night = shutter.Night(opening=shutter.Opening(mode="alone", night="of May 3"), seal=shutter.Seal(), note=b"")
    exposures = [shutter.Exposure(what=shutter.What(packing="zip"), pixels=PIXELS) for _ in range(2)]

    sent = [encoder.encode(one) for one in (night, *exposures, shutter.Dawn())]
    got = [message for parts in sent for message in decoder.feed(parts)]

    assert [type(one).__name__ for one in got] == ["Night", "Exposure", "Exposure", "Dawn"]
    assert [(one.what.night, one.what.nr) for one in got[1:3]] == [("of May 3", 0), ("of May 3", 1)]
    assert got[3].last.night == "of May 3"
    assert np.array_equal(got[1].pixels.open(), PIXELS)
    assert bytes(got[1].pixels.chunk) == sent[1][1]
    with pytest.raises(DecodeError, match=r"shutter.Exposure what.night: series of May 3 is over \[SHU-006\]"):
        decoder.feed(sent[2])


@pytest.mark.parametrize("packing", ["zip", "framed", "shuffled"])
def test_a_lazy_array_opens_whatever_its_compression(shutter: ModuleType, packing: str) -> None:
    pixels = np.arange(64, dtype="<f2").reshape(2, 32)
    parts = shutter.encode(shutter.Exposure(what=shutter.What(packing=packing), pixels=pixels))

    message = shutter.decode(parts, lazy=True)

    assert np.array_equal(message.pixels.open(out=np.empty((2, 32), message.pixels.dtype)), pixels)
    assert shutter.encode(message) == parts
    message.what.packing = "plain"
    assert shutter.encode(message)[1] == pixels.astype(">f2").tobytes()


def test_a_value_that_is_needed_is_asked_for(shutter: ModuleType) -> None:
    with pytest.raises(EncodeError, match=r"shutter\.Exposure pixels: a value is required, got None"):
        shutter.encode(shutter.Exposure(what=shutter.What(extents=[1], numbers="half", packing="zip")))
    with pytest.raises(EncodeError, match=r"shutter\.Night note: expected bytes, got None"):
        shutter.encode(shutter.Night(opening=shutter.Opening(mode="alone"), seal=shutter.Seal()))
