"""Two recordings of detectors (API 1.8.0 and 1.6.6), one file a part, against decoders that are not ours."""

from __future__ import annotations

import struct

import lz4.block
import numpy as np
from corpus import corpus, needs_corpus
from dectris.compression import decompress

from sciwire.formats import simplon_v1

pytestmark = needs_corpus


def recording(folder: str) -> list[bytes]:
    """The parts in the order of the numbers that their files end with."""
    files = sorted(corpus("simplon", folder).iterdir(), key=lambda path: int(path.name.replace(".", "_").split("_")[-1]))  # fmt: skip
    return [path.read_bytes() for path in files]


def test_an_eiger2_recording_is_a_header_and_images() -> None:
    parts = recording("stream_v1_eiger2_lz4")

    header, *images = simplon_v1.decode_all(parts)

    assert len(parts) == 20
    assert isinstance(header, simplon_v1.Header) and len(images) == 3
    assert header.flatfield is None and header.pixel_mask is None
    assert header.dflatfield is not None and header.dflatfield.type == "undefined"
    assert header.config is not None and header.config.software_version == "1.8.0"
    assert np.array_equal(header.countrate_table, np.frombuffer(parts[7], "<f4").reshape(1001, 2))  # type: ignore[arg-type]
    for number, one in enumerate(images):
        assert isinstance(one, simplon_v1.Image) and one.dimage is not None
        assert one.dimage.frame == number
        blob = parts[8 + 4 * number + 2]
        expected = np.frombuffer(lz4.block.decompress(blob, uncompressed_size=1028 * 1062 * 4), "<u4")
        assert np.array_equal(one.data, expected.reshape(1062, 1028))  # type: ignore[arg-type]


def test_an_eiger1_recording_lacks_two_tables() -> None:
    parts = recording("stream_v1_eiger1_bslz4")

    header, image = simplon_v1.decode_all(parts, missing={4, 6}, profile="api_1_6")

    assert isinstance(header, simplon_v1.Header) and isinstance(image, simplon_v1.Image)
    assert header.missing == {4, 6}
    assert header.appendix == b'{"acqID": "test_1"}'
    assert header.config is not None and header.config.pixel_mask_applied == 1
    assert header.config.extra["calibration_type"] == "standard"
    blob = parts[-2]
    assert struct.unpack_from(">QI", blob) == (2070 * 2167 * 2, 8192)
    expected = np.frombuffer(decompress(blob, "bslz4", elem_size=2), "<u2").reshape(2167, 2070)
    assert np.array_equal(image.data, expected)  # type: ignore[arg-type]
    assert dict(simplon_v1.summary(image))["dconfig.real_time"] == "99251 x 20 ns"


def test_untouched_recordings_are_written_byte_for_byte() -> None:
    for folder, missing in (("stream_v1_eiger2_lz4", ()), ("stream_v1_eiger1_bslz4", (4, 6))):
        parts = recording(folder)
        messages = simplon_v1.decode_all(parts, missing=missing)

        assert [part for one in messages for part in simplon_v1.encode(one)] == parts
