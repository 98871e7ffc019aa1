"""A simulated series is what a detector sends, the same for the same seed, at the rate that is asked for."""

from __future__ import annotations

import hashlib
import importlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from loopback import call

from sciwire.formats import simplon_v1
from sciwire.stream import STREAMED, CaptureReader, Simulator, Tally
from sciwire.stream.frames import frame, gaps
from sciwire.stream.simulating import SIMULATED

CASES = [
    (name, dtype, compression)
    for name, kind in SIMULATED.items()
    for dtype in kind.dtypes
    for compression in kind.compressions
]


@pytest.mark.parametrize(("name", "dtype", "compression"), CASES)
def test_every_message_decodes_and_shows_the_pixels(name: str, dtype: str, compression: str) -> None:
    simulator = Simulator(name, images=5, shape=(30, 44), dtype=dtype, compression=compression, frames=2, series=3)
    read = STREAMED[name].reader()
    tally = Tally(name)
    values = []
    for parts in simulator:
        tally.see(parts)
        values.append(read(parts))

    assert (tally.starts, tally.images, tally.ends, tally.others) == (1, 5, 1, 0)
    assert tally.series == {"3": 5}
    for number, value in enumerate(values[1:-1]):
        pixels = {
            "simplon": lambda value: value.data["threshold_1"],
            "simplon_v1": lambda value: value.data,
            "lclstreamer": lambda value: value.compressed_data,
        }[name](value)
        assert pixels.dtype.name == dtype
        assert np.array_equal(pixels, frame((30, 44), dtype, 0, number % 2))
        assert _number(value) in (None, number)
    assert _times(values[1:-1]) == sorted(set(_times(values[1:-1])))


def _number(image: Any) -> int | None:
    dimage = getattr(image, "dimage", None)
    return dimage.frame if dimage is not None else getattr(image, "image_id", None)


def _times(images: list[Any]) -> list[float]:
    if hasattr(images[0], "dconfig"):
        return [one.dconfig.start_time for one in images]
    return [float(one.start_time) if hasattr(one, "start_time") else one.timestamp for one in images]


@pytest.mark.parametrize("name", SIMULATED)
def test_what_is_stated_about_the_series_is_true(name: str) -> None:
    start: Any = STREAMED[name].reader()(next(iter(Simulator(name, images=9, shape=(30, 44), rate=250.0))))

    said = {
        "simplon": lambda: (start.number_of_images, start.image_size_y, start.image_size_x, round(1 / start.frame_time), start.channels),
        "simplon_v1": lambda: (start.config.nimages, start.config.y_pixels_in_detector, start.config.x_pixels_in_detector, round(1 / start.config.frame_time), None),
        "lclstreamer": lambda: (9, *map(int, start.shape.split("x")), int(start.data_collection_rate[:-2]), None),
    }[name]()  # fmt: skip

    assert said[:4] == (9, 30, 44, 250)
    assert said[4] in (None, ["threshold_1"])


def test_a_simulated_header_says_all_that_a_real_one_does() -> None:
    """Receivers (libertem-dectris 0.3.2) refuse a header without trigger_mode, be it needed or not."""
    parts = next(iter(Simulator("simplon_v1", images=1, shape=(8, 8))))
    only_in_api_1_6 = {"efficiency_correction_applied"}

    said = json.loads(bytes(parts[1]))
    assert {name for name in simplon_v1.Config.__annotations__ if name not in {"extra", "raw"}} - set(
        said
    ) <= only_in_api_1_6
    assert (said["trigger_mode"], said["two_theta_start"], said["detector_translation"]) == (
        "ints",
        0.0,
        [0.0, 0.0, 0.2],
    )


@pytest.mark.parametrize("name", SIMULATED)
def test_the_same_parameters_give_the_same_file_and_another_seed_another(name: str, tmp_path: Path) -> None:
    digests = []
    for number, seed in enumerate((5, 5, 6)):
        path = tmp_path / f"{number}.swc"
        words = ("--images", "4", "--shape", "30,44", "--rate", "50", "--seed", str(seed))
        assert call("simulate", name, *words, "-o", path).exit_code == 0
        digests.append(hashlib.sha256(path.read_bytes()).hexdigest())

    assert digests[0] == digests[1] != digests[2]
    with CaptureReader(tmp_path / "0.swc") as reader:
        assert [message.elapsed for message in reader] == [number * 20_000_000 for number in range(6)]
        assert reader.missing == ""


def test_pixels_are_those_of_this_seed_everywhere() -> None:
    """PCG64 and its Poisson numbers are the same on every machine; numpy promises no more than that for one version."""
    one, again, other = (
        frame((64, 80), "uint16", 7, 3),
        frame((64, 80), "uint16", 7, 3),
        frame((64, 80), "uint16", 7, 4),
    )

    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_images_are_sparse_with_spots_and_gaps() -> None:
    image = frame((1100, 1100), "uint16", 1, 0)
    masked = gaps(1100, 1100)
    counted = image[~masked]

    rows, columns = 2 * 38, 12  # behind 512, and from 1062 to 1100; behind 1028
    assert masked.sum() == rows * 1100 + columns * (1100 - rows)
    assert set(image[masked].tolist()) == {65535}
    assert 0.85 < (counted == 0).mean() < 0.99
    assert counted.max() > 50
    assert counted.max() < 65535
    assert frame((1100, 1100), "float32", 1, 0)[masked].max() == 0
    assert frame((100, 100), "uint8", 1, 0).max() <= 254
    assert frame((3, 40, 50), "float64", 1, 0).shape == (3, 40, 50)


def test_compression_does_not_bind_the_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many images, only those made ahead are drawn and compressed."""
    drawn: list[int] = []
    real = Simulator.pixels
    monkeypatch.setattr(Simulator, "pixels", lambda self, number: drawn.append(number) or real(self, number))
    for name in SIMULATED:
        drawn.clear()
        count = sum(1 for _ in Simulator(name, images=200, shape=(20, 20), frames=3))

        assert count == 202
        assert drawn == [0, 1, 2]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ({"format": "qstream"}, "can't be simulated; known: simplon, simplon_v1, lclstreamer"),
        ({"format": "simplon", "shape": (2, 3, 4)}, "2 dimensions"),
        ({"format": "simplon", "shape": (0, 4)}, "at least 1"),
        ({"format": "simplon", "dtype": "int8"}, "known: uint16, uint32, uint8"),
        ({"format": "lclstreamer", "compression": "none"}, "known: bslz4"),
    ],
)
def test_what_a_format_does_not_have_is_refused(words: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Simulator(**words)


@pytest.mark.parametrize("name", SIMULATED)
def test_a_series_of_no_images_is_a_start_and_an_end(name: str) -> None:
    assert len(list(Simulator(name, images=0, shape=(8, 8)))) == 2


@pytest.mark.parametrize("name", STREAMED)
@pytest.mark.parametrize("parts", [[], [b""], [b"\xff" * 100], [b"{" * 100_000], [b'{"htype": 5}'], [b"[1]", b"x"]])
def test_a_look_at_anything_is_never_an_error(name: str, parts: list[bytes]) -> None:
    tally = Tally(name)

    assert tally.see(parts).kind == ""
    assert tally.others == 1


def test_the_formats_of_streams_are_formats() -> None:
    for name in STREAMED:
        assert name == importlib.import_module(f"sciwire.formats.{name}").FORMAT
    assert set(SIMULATED) == set(STREAMED)


@pytest.mark.parametrize("name", STREAMED)
def test_only_the_end_of_a_series_that_was_seen_ends_it(name: str) -> None:
    """A receiver meets the end of an earlier series first, as it waits in the detector."""
    stale = list(Simulator(name, images=1, shape=(8, 8), series=6))
    start, image, end = Simulator(name, images=1, shape=(8, 8), series=7)
    tally = Tally(name)
    ends = [tally.ends_what_was_seen(tally.see(parts)) for parts in (stale[-1], start, image, stale[-1], end)]

    assert ends == [False, False, False, False, True]
