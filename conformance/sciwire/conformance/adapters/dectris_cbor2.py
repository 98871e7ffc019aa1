"""cbor2 with dectris-compression under test: SIMPLON Stream V2 as the vendor's published client reads it.

cbor2 reads the message, a tag hook makes arrays of tags 40 and 64 to 87 and opens tag 56500 with
``dectris.compression``. There is no encoder in it, and whatever is raised is a refusal of no category.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import version
from io import BytesIO
from typing import Any

from .base import NotSupported, Refusal, Request

__all__ = ["DectrisAdapter"]

#: RFC 8746 section 2: tags and the elements that they stand for, as the client lists them.
_ELEMENTS = {
    64: "|u1", 65: ">u2", 66: ">u4", 67: ">u8", 68: "|u1", 69: "<u2", 70: "<u4", 71: "<u8",
    72: "|i1", 73: ">i2", 74: ">i4", 75: ">i8", 77: "<i2", 78: "<i4", 79: "<i8",
    80: ">f2", 81: ">f4", 82: ">f8", 84: "<f2", 85: "<f4", 86: "<f8",
}  # fmt: skip
_MULTI, _COMPRESSED, _SELF_DESCRIBED = 40, 56500, 55799
_FLOATS = frozenset(
    {"beam_center_x", "beam_center_y", "count_time", "frame_time", "incident_energy", "incident_wavelength"}
    | {"pixel_size_x", "pixel_size_y", "sensor_thickness", "increment", "start"}
)
_FLOATS_WITHIN = frozenset({"detector_translation", "threshold_energy"})
_RATIOS = frozenset({"real_time", "start_time", "stop_time"})
_DATES = frozenset({"arm_date", "series_date"})
_NULLABLE = frozenset(
    {"arm_date", "channels", "countrate_correction_lookup_table", "detector_description", "detector_serial_number"}
    | {"flatfield", "flatfield_enabled", "goniometer", "image_dtype", "image_size_x", "image_size_y", "number_of_images"}
    | {"pixel_mask", "pixel_mask_enabled", "saturation_value", "sensor_material", "series_date", "series_unique_id"}
    | {"user_data", "virtual_pixel_interpolation_enabled", "countrate_correction_enabled", "data"}
    | _FLOATS | _FLOATS_WITHIN | _RATIOS
)  # fmt: skip


class DectrisAdapter:
    """``cbor2.load`` with a tag hook."""

    def start(self) -> Mapping[str, Any]:
        names = f"cbor2 {version('cbor2')}, dectris-compression {version('dectris-compression')}"
        return {
            "implementation": {
                "name": "dectris-compression + cbor2",
                "version": names,
                "language": "python",
                "homepage": "https://github.com/dectris/documentation/tree/main/stream_v2/examples",
            },
            "formats": {"simplon": {"versions": ["1.8"], "can": ["decode"], "reports": []}},
        }

    def decode(self, request: Request) -> Any:
        import cbor2

        from sciwire.runtime import plain

        if request.options:
            raise NotSupported(f"has no option {sorted(request.options)[0]!r}")
        assert isinstance(request.data, bytes)
        try:
            message = cbor2.load(BytesIO(request.data), tag_hook=_tag_hook())
            return plain.to_plain(_message(message))
        except Exception as error:  # it has no error of its own: what any library below raises is its refusal
            raise Refusal(None, message=f"{type(error).__name__}: {str(error)[:300]}") from error


def _tag_hook() -> Callable[..., Any]:
    """The hook, for cbor2 before and since 6.0, which turned its arguments round."""

    def hook(*arguments: Any) -> Any:
        import cbor2

        return _tagged(next(one for one in arguments if isinstance(one, cbor2.CBORTag)))

    return hook


def _tagged(tag: Any) -> Any:
    import numpy as np

    if tag.tag == _SELF_DESCRIBED:
        return tag.value
    if tag.tag == _MULTI:
        dimensions, contents = tag.value
        if not isinstance(contents, np.ndarray):
            raise ValueError(f"expected a typed array, got {type(contents).__name__}")
        return contents.reshape(dimensions)
    if tag.tag in _ELEMENTS:
        return np.frombuffer(tag.value, dtype=_ELEMENTS[tag.tag])
    if tag.tag == _COMPRESSED:
        from dectris.compression import decompress

        algorithm, size, encoded = tag.value
        return decompress(encoded, algorithm, elem_size=size)
    return tag


def _message(message: Any) -> Any:
    """The message as the suite describes values: times as ratios, floats as floats, null left out."""
    if not isinstance(message, Mapping):
        return _plain(message)
    found = {key: _plain(value) for key, value in message.items() if value is not None or key not in _NULLABLE}
    return {key: _field(key, value) for key, value in found.items()}


def _field(key: Any, value: Any) -> Any:
    from sciwire.runtime.values import DateTime, Rational

    if key in _RATIOS and isinstance(value, list) and [type(part) for part in value] == [int, int]:
        return Rational(*value)
    if key in _DATES and isinstance(value, str):
        return DateTime(value)
    if key in _FLOATS and type(value) is int:
        return float(value)
    if key in _FLOATS_WITHIN:
        return {name: _float(one) for name, one in value.items()} if isinstance(value, dict) else [_float(one) for one in value] if isinstance(value, list) else value  # fmt: skip
    if key == "goniometer" and isinstance(value, dict):
        return {axis: {name: _field(name, one) for name, one in about.items()} if isinstance(about, dict) else about for axis, about in value.items()}  # fmt: skip
    return value


def _float(value: Any) -> Any:
    return float(value) if type(value) is int else value


def _plain(value: Any) -> Any:
    """Plain maps and lists of what cbor2 gives, its own classes among them."""
    import re

    import cbor2

    from sciwire.runtime.values import Tagged

    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return [_plain(item) for item in sorted(value, key=repr)]
    if isinstance(value, re.Pattern):
        return value.pattern
    return Tagged(value.tag, _plain(value.value)) if isinstance(value, cbor2.CBORTag) else value
