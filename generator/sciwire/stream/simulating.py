"""A detector for people who have none at hand: the messages of a series, made with our own encoders.

A number of frames is compressed ahead and sent again and again under new numbers and times, so that the rate is not
bound by compression. The same parameters give the same bytes, everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from sciwire.runtime.values import DateTime, Rational

from .frames import frame
from .received import Buffer

__all__ = ["SIMULATED", "Simulated", "Simulator"]

_EPOCH = 1_767_225_600  # s: 2026-01-01, the day on which every simulated series was taken
_DATE = DateTime("2026-01-01T00:00:00.000+00:00")


class Simulated(NamedTuple):
    """How a format is simulated: its series by `make(simulator)`, the dtypes and compressions that it has, defaults first."""

    make: Callable[[Simulator], Iterator[list[Buffer]]]
    dtypes: tuple[str, ...]
    compressions: tuple[str, ...]
    dimensions: tuple[int, ...]


class Simulator:
    """Iterates over the messages of a series, each a list of parts: start, images, end.

    Parameters
    ----------
    format : simplon, simplon_v1 or lclstreamer.
    images : images of the series.
    shape : pixels (y, x), for lclstreamer also (panel, y, x).
    dtype, compression : the format's own usual ones by default. ValueError where it has no such.
    rate : images a second, as the messages state it.
    seed : of the pixels and of the name of the series.
    frames : different images that are made ahead; image *n* shows number *n* modulo this.
    """

    #: ns since the Unix epoch at which every simulated series begins
    EPOCH = _EPOCH * 10**9

    def __init__(
        self, format: str, *, images: int = 100, shape: tuple[int, ...] = (512, 1028), dtype: str | None = None,
        compression: str | None = None, rate: float = 100.0, seed: int = 0, frames: int = 16, series: int = 1,
    ) -> None:  # fmt: skip
        if format not in SIMULATED:
            raise ValueError(f"{format!r} can't be simulated; known: {', '.join(SIMULATED)}")
        self._kind = SIMULATED[format]
        self.format = format
        self.images = images
        self.shape = tuple(shape)
        self.dtype = _one_of(format, "dtype", dtype, self._kind.dtypes)
        self.compression = _one_of(format, "compression", compression, self._kind.compressions)
        self.rate = rate
        self.seed = seed
        self.series = series
        self.frames = max(1, min(frames, images))
        if len(self.shape) not in self._kind.dimensions or min(self.shape) < 1:
            numbers = " or ".join(map(str, self._kind.dimensions))
            raise ValueError(f"{format} has images of {numbers} dimensions of at least 1, got {shape}")

    def __iter__(self) -> Iterator[list[Buffer]]:
        return self._kind.make(self)

    def pixels(self, number: int) -> Any:
        """The pixels of image *number*."""
        return frame(self.shape, self.dtype, self.seed, number % self.frames)


def _one_of(format: str, what: str, said: str | None, known: tuple[str, ...]) -> str:
    if said is not None and said not in known:
        raise ValueError(f"{format} has no {what} {said!r}; known: {', '.join(known)}")
    return said or known[0]


def _simplon(one: Simulator) -> Iterator[list[Buffer]]:
    from sciwire.formats import simplon

    name = f"01SCWRE{one.seed % 10**9:09d}{one.series % 10**10:010d}"  # 26 characters, as a ULID has
    named: dict[str, Any] = {"series_id": one.series, "series_unique_id": name}
    options: Any = {"compression": one.compression, "header_detail": "basic"}
    ahead: list[Any] = [simplon.decode(simplon.encode(simplon.Image(**named, image_id=0, data={"threshold_1": one.pixels(n)}), **options), lazy=True) for n in range(one.frames)]  # fmt: skip
    yield [simplon.encode(simplon.Start(**named, **_simplon_start(one)), **options)]
    tick = 50_000_000  # of the clock, a second
    step = round(tick / one.rate)
    for number in range(one.images):
        image = ahead[number % one.frames]
        image.image_id, image.series_date = number, _DATE
        image.start_time, image.stop_time = Rational(number * step, tick), Rational((number + 1) * step - 5, tick)
        image.real_time = Rational(step - 5, tick)
        yield [simplon.encode(image)]  # the pixels go out as they are compressed already
    yield [simplon.encode(simplon.End(**named))]


def _simplon_start(one: Simulator) -> dict[str, Any]:
    from sciwire.formats import simplon

    height, width = one.shape
    still = simplon.Axis(increment=0.0, start=0.0)
    return {
        "arm_date": _DATE,
        "beam_center_x": width / 2, "beam_center_y": height / 2, "channels": ["threshold_1"],
        "count_time": 1 / one.rate - 1e-7, "countrate_correction_enabled": False,
        "detector_description": "sciwire simulated detector", "detector_serial_number": "S-00-0000",
        "detector_translation": [0.0, 0.0, 0.2], "flatfield_enabled": False, "frame_time": 1 / one.rate,
        "goniometer": {"chi": still, "omega": simplon.Axis(increment=0.1, start=0.0), "phi": still},
        "image_dtype": one.dtype, "image_size_x": width, "image_size_y": height, "incident_energy": 12400.0,
        "incident_wavelength": 0.99987, "number_of_images": one.images, "pixel_mask_enabled": True,
        "pixel_size_x": 7.5e-5, "pixel_size_y": 7.5e-5, "saturation_value": 2 ** (8 * _bytes(one)) - 2,
        "sensor_material": "Si", "sensor_thickness": 4.5e-4, "threshold_energy": {"threshold_1": 6200.0},
        "virtual_pixel_interpolation_enabled": False,
    }  # fmt: skip


def _simplon_v1(one: Simulator) -> Iterator[list[Buffer]]:
    from sciwire.formats import simplon_v1 as v1

    size = _bytes(one)
    encoding = {"lz4": "lz4<", "bslz4": f"bs{8 * size}-lz4<", "none": "<"}[one.compression]
    height, width = one.shape
    config = v1.Config(**_simplon_v1_config(one, width, height))
    ahead: list[Any] = [
        v1.decode(
            v1.encode(
                v1.Image(
                    dimage=v1.Dimage(series=one.series, frame=number),
                    dimage_d=v1.DimageD(encoding=encoding),
                    data=one.pixels(number),
                    dconfig=v1.Dconfig(start_time=0, stop_time=0, real_time=0),
                )
            )
        )
        for number in range(one.frames)
    ]
    yield list(v1.encode(v1.Header(dheader=v1.Dheader(series=one.series, header_detail="basic"), config=config)))
    step = round(1e9 / one.rate)
    for number in range(one.images):
        image = ahead[number % one.frames]
        image.dimage = v1.Dimage(series=one.series, frame=number)
        image.dconfig = v1.Dconfig(start_time=number * step, stop_time=(number + 1) * step - 100, real_time=step - 100)
        yield list(v1.encode(image))  # the pixels go out as they came
    yield list(v1.encode(v1.End(dseries_end=v1.DseriesEnd(series=one.series))))


def _simplon_v1_config(one: Simulator, width: int, height: int) -> dict[str, Any]:
    """All that a real detector says: receivers refuse a header without what they do not need."""
    size = _bytes(one)
    axes = ("chi", "kappa", "omega", "phi", "two_theta")
    return {
        **{f"{axis}_{word}": 0.0 for axis in axes for word in ("start", "increment")},
        "auto_summation": False, "beam_center_x": width / 2, "beam_center_y": height / 2,
        "bit_depth_image": 8 * size, "bit_depth_readout": min(8 * size, 16), "compression": one.compression,
        "count_time": 1 / one.rate - 1e-7, "countrate_correction_applied": False,
        "countrate_correction_count_cutoff": 2 ** (8 * size) - 2, "data_collection_date": "2026-01-01T00:00:00.000",
        "description": "sciwire simulated detector", "detector_distance": 0.2, "detector_number": "S-00-0000",
        "detector_readout_time": 1e-7, "detector_translation": [0.0, 0.0, 0.2], "eiger_fw_version": "simulated",
        "element": "", "flatfield_correction_applied": False, "frame_count_time": 1 / one.rate - 1e-7,
        "frame_period": 1 / one.rate, "frame_time": 1 / one.rate, "nimages": one.images, "ntrigger": 1,
        "number_of_excluded_pixels": 0, "photon_energy": 12400.0, "pixel_mask_applied": True, "roi_mode": "",
        "sensor_material": "Si", "sensor_thickness": 4.5e-4, "software_version": "1.8.0", "threshold_energy": 6200.0,
        "trigger_mode": "ints", "virtual_pixel_correction_applied": False, "wavelength": 0.99987,
        "x_pixel_size": 7.5e-5, "x_pixels_in_detector": width, "y_pixel_size": 7.5e-5, "y_pixels_in_detector": height,
    }  # fmt: skip


def _lclstreamer(one: Simulator) -> Iterator[list[Buffer]]:
    from sciwire.formats import lclstreamer as lcls

    run = str(one.series)
    start = lcls.Start(
        run_number=run, start_time=str(_EPOCH * 10**9), duration="N/A", beamline="SIM", experiment="sciwire",
        beam_type="X-ray", polarization=lcls.Polarization(fraction=1.0, axis=[1.0, 0.0, 0.0]),
        data_collection_rate=f"{one.rate:g}Hz", datatype=one.dtype, shape="x".join(map(str, one.shape)),
        algorithm="bitshuffle-lz4",
        detector=lcls.Detector(name="simulated", id="S-00-0000", type="simulated", geometry="", pixel_coords="",
                               material="???", thickness="???"),
        message_id=1, timestamp=float(_EPOCH),
    )  # fmt: skip
    ahead: list[Any] = []
    for number in range(one.frames):
        pixels = one.pixels(number)
        image = lcls.Image(run=run, compressed_data=pixels, dtype=one.dtype, sum=float(pixels.sum(dtype="f8")))
        image.message_id = 1
        image.timestamp = 0.0
        ahead.append(lcls.decode(lcls.encode(image)))  # the pixels stay as they are compressed
    yield [lcls.encode(start)]
    for number in range(one.images):
        image = ahead[number % one.frames]
        image.timestamp = _EPOCH + number / one.rate
        yield [lcls.encode(image)]
    yield [lcls.encode(lcls.Stop(run=run, timestamp=_EPOCH + one.images / one.rate))]


def _bytes(one: Simulator) -> int:
    import numpy as np

    return np.dtype(one.dtype).itemsize


_UNSIGNED = ("uint16", "uint32", "uint8")
_LCLS = ("float64", "float32", "uint16", "uint32", "uint8", "int16", "int32", "int64", "uint64", "int8")
SIMULATED = {
    "simplon": Simulated(_simplon, _UNSIGNED, ("bslz4", "lz4", "none"), (2,)),
    "simplon_v1": Simulated(_simplon_v1, _UNSIGNED, ("bslz4", "lz4", "none"), (2,)),
    "lclstreamer": Simulated(_lclstreamer, _LCLS, ("bslz4",), (2, 3)),
}
