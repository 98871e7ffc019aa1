"""Every captured message gives what two independent decoders found in it (EXPECTED.json beside the files)."""

from __future__ import annotations

import hashlib
import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from corpus import corpus, needs_corpus

from sciwire.formats import simplon
from sciwire.runtime import CodecWarning

pytestmark = needs_corpus


def _expected() -> dict[str, Any]:
    path = corpus("simplon", "EXPECTED.json")
    every: dict[str, Any] = json.loads(path.read_text()) if path.is_file() else {}
    return {name: one for name, one in every.items() if name.startswith(("stream_v2/", "simulator/"))}


EXPECTED = _expected()


def _read(name: str) -> tuple[bytes, Any]:
    data = corpus("simplon", *Path(name).parts).read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CodecWarning)
        return data, simplon.decode(data)


def test_the_corpus_is_present() -> None:
    assert len(EXPECTED) >= 15


@pytest.mark.parametrize("name", EXPECTED)
def test_a_captured_message_has_the_expected_keys_and_pixels(name: str) -> None:
    _, message = _read(name)
    expected = EXPECTED[name]

    assert type(message).__name__.lower() == expected["type"]
    plain = simplon.to_plain(message)
    null = {key for key in expected["keys"] if key not in plain}
    assert set(plain) | null == set(expected["keys"])
    for channel, one in expected.get("data", {}).items():
        array = message.data[channel]
        assert array.dtype == np.dtype(one["dtype"])
        assert list(array.shape) == one["shape"]
        assert int(array.sum(dtype=np.uint64)) == one["sum"]
        assert hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest() == one["sha256"]
    for key in ("series_id", "image_id", "series_unique_id"):
        if key in expected:
            assert getattr(message, key) == expected[key]


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("compression", ["bslz4", "lz4", "none"])
def test_what_is_encoded_again_decodes_to_the_same(name: str, compression: Any) -> None:
    _, message = _read(name)

    again = simplon.encode(message, compression=compression)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CodecWarning)
        assert simplon.to_plain(simplon.decode(again)) == simplon.to_plain(message)
    assert again.startswith(b"\xd9\xd9\xf7")


@pytest.mark.parametrize("name", [name for name in EXPECTED if EXPECTED[name].get("data")])
def test_lazy_arrays_pass_through_unopened(name: str) -> None:
    data, eager = _read(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CodecWarning)
        lazy = simplon.decode(data, lazy=True)

    for channel, array in lazy.data.items():
        assert not isinstance(array, np.ndarray)
        assert bytes(array.payload) in data
        assert bytes(array.chunk) == bytes(array.payload)[12:]
        buffer = np.empty(array.shape, array.dtype)
        assert array.open(out=buffer) is buffer
        assert np.array_equal(buffer, eager.data[channel])
    assert simplon.to_plain(simplon.decode(simplon.encode(lazy))) == simplon.to_plain(eager)
    assert lazy.stack().shape == (len(eager.data), *next(iter(eager.data.values())).shape)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_canonical_value_survives_json(name: str) -> None:
    _, message = _read(name)

    plain = simplon.to_plain(message)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CodecWarning)
        assert simplon.to_plain(simplon.from_plain(json.loads(json.dumps(plain)))) == plain


def test_the_published_start_message_keeps_its_edited_tables_with_a_warning() -> None:
    data = corpus("simplon", "stream_v2", "start.cbor").read_bytes()

    with pytest.warns(CodecWarning) as caught:
        start = simplon.decode(data)

    assert {str(one.message).split(": ")[1] for one in caught} == {
        "countrate_correction_lookup_table",
        "flatfield",
        "pixel_mask",
    }
    assert start.countrate_correction_lookup_table == b"\0\0\0\0"
    assert set(start.raw) == {"countrate_correction_lookup_table", "flatfield", "pixel_mask"}


def test_messages_come_out_of_a_stream_however_it_is_cut() -> None:
    names = [name for name in EXPECTED if name.startswith("simulator/")]
    whole = b"".join(_read(name)[0] for name in names)
    expected = [simplon.to_plain(_read(name)[1]) for name in names]

    for step in (len(whole), 1_000_003, 65_536, 4_096):
        decoder = simplon.Decoder()
        got = [one for at in range(0, len(whole), step) for one in decoder.feed(whole[at : at + step])]
        decoder.finish()
        assert [simplon.to_plain(one) for one in got] == expected
