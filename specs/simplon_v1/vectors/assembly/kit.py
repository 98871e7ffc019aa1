"""Parts, arrays and payloads that many vectors share; no sciwire, no compressor: bytes are put together by hand."""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from typing import Any

import numpy as np

PROVENANCE = "assembled by hand with assemble.py (no codec involved)"
Vector = dict[str, Any]


def text(**entries: Any) -> bytes:
    """A JSON part as firmware writes it: sorted keys, no blanks."""
    return json.dumps(entries, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def nd(array: Any) -> Any:
    """An array as a canonical value."""
    array = np.asarray(array)
    return {"$nd": {"dtype": array.dtype.str, "shape": list(array.shape), "data": base64.b64encode(array.tobytes()).decode()}}  # fmt: skip


def octets(data: bytes) -> dict[str, str]:
    return {"$bytes": base64.b64encode(data).decode()}


def literals(raw: bytes) -> bytes:
    """One LZ4 block that holds *raw* as literals: token, lengths of 255, the bytes."""
    if len(raw) < 15:
        return bytes([len(raw) << 4]) + raw
    more, last = divmod(len(raw) - 15, 255)
    return b"\xf0" + b"\xff" * more + bytes([last]) + raw


def run(byte: int, count: int) -> bytes:
    """One LZ4 block of *count* equal bytes: a literal, a match of offset 1, five last literals."""
    more, last = divmod(count - 6 - 4 - 15, 255)
    return bytes([0x1F, byte, 1, 0]) + b"\xff" * more + bytes([last, 0x50]) + bytes([byte]) * 5


def shuffled(raw: bytes, element: int) -> bytes:
    """Plane k holds bit k of every element, lowest bit first."""
    count = len(raw) // element
    planes = []
    for bit in range(8 * element):
        plane = bytearray(count // 8)
        for index in range(count):
            if raw[index * element + bit // 8] >> (bit % 8) & 1:
                plane[index // 8] |= 1 << (index % 8)
        planes.append(bytes(plane))
    return b"".join(planes)


def bslz4(raw: bytes, element: int, block: int = 8192) -> bytes:
    """The 12-byte header, blocks of literals, and what is left behind the last multiple of 8 elements."""
    whole = len(raw) // (8 * element) * 8 * element
    parts = [struct.pack(">QI", len(raw), block)]
    for start in range(0, whole, block):
        packed = literals(shuffled(raw[start : min(start + block, whole)], element))
        parts += [struct.pack(">I", len(packed)), packed]
    return b"".join([*parts, raw[whole:]])


def header(detail: str = "all", series: int = 6, **more: Any) -> bytes:
    return text(htype="dheader-1.0", series=series, header_detail=detail, **more)


CONFIG = text(beam_center_x=1.5, nimages=10, software_version="1.8.0")
CONFIG_VALUE = {"beam_center_x": 1.5, "nimages": 10, "software_version": "1.8.0"}
FLAT = np.array([[1.0, 0.5, 2.0], [1.25, 0.75, -1.0]], "<f4")
MASK = np.array([[0, 1, 2], [4, 2**31, 2**32 - 1]], "<u4")
TABLE = np.array([[0.0, 0.0], [1125.0, 1124.66]], "<f4")
TABLES = [
    text(htype="dflatfield-1.0", shape=[3, 2], type="float32"), FLAT.tobytes(),
    text(htype="dpixelmask-1.0", shape=[3, 2], type="uint32"), MASK.tobytes(),
    text(htype="dcountrate_table-1.0", shape=[2, 2], type="float32"), TABLE.tobytes(),
]  # fmt: skip
TABLE_VALUES = {
    "dflatfield": {"shape": [3, 2], "type": "float32"}, "flatfield": nd(FLAT),
    "dpixelmask": {"shape": [3, 2], "type": "uint32"}, "pixel_mask": nd(MASK),
    "dcountrate_table": {"shape": [2, 2], "type": "float32"}, "countrate_table": nd(TABLE),
}  # fmt: skip
PIXELS = np.arange(12, dtype="<u2").reshape(3, 4) * 5000  # 3 rows, 4 columns
TIMES = {"start_time": 2896044831605460, "stop_time": 2896045831605360, "real_time": 999999900}


def image(
    blob: bytes, encoding: str = "<", dtype: str = "uint16", shape: Any = (4, 3), *, second: bytes | None = None,
    times: bytes | None = None, frame: Any = 0, size: Any = None, **first: Any,
) -> list[bytes]:  # fmt: skip
    """The four parts of an image; the hash is that of the second."""
    if second is None:
        size = len(blob) if size is None else size
        second = text(htype="dimage_d-1.0", shape=list(shape), type=dtype, encoding=encoding, size=size)
    entries = {"htype": "dimage-1.0", "series": 6, "frame": frame, "hash": hashlib.md5(second).hexdigest(), **first}
    return [text(**entries), second, blob, text(htype="dconfig-1.0", **TIMES) if times is None else times]


def image_value(array: Any, encoding: str = "<", dtype: str = "uint16", shape: Any = (4, 3), **more: Any) -> Any:
    described = {"shape": list(shape), "type": dtype, "encoding": encoding}
    return {"kind": "image", "dimage": {"series": 6, "frame": 0}, "dimage_d": described, "data": nd(array), "dconfig": TIMES, **more}  # fmt: skip


def valid(name: str, parts: list[bytes], value: Any, rules: str, doc: str, **more: Any) -> Vector:
    rules += " SV1-009" if more.get("canonical") else ""  # untouched parts are written as they came
    return {"id": f"simplon_v1/{name}", "kind": "valid", "level": "MUST", "rules": rules.split(), "doc": doc,
            "parts": [part.hex() for part in parts], "value": value, **more}  # fmt: skip


def invalid(name: str, parts: list[bytes], category: Any, rules: str, doc: str, path: str | None = None, at: str | None = None, **more: Any) -> Vector:  # fmt: skip
    error = {"category": category} | ({"path": path} if path is not None else {}) | ({"at": at} if at else {})
    return {"id": f"simplon_v1/{name}", "kind": "invalid", "level": "MUST", "rules": rules.split(), "doc": doc,
            "parts": [part.hex() for part in parts], "error": error, **more}  # fmt: skip


#: every key of the config that the specification knows
EVERY = {
    "auto_summation": 0,
    "beam_center_x": 1.5,
    "beam_center_y": 2.5,
    "bit_depth_image": 4,
    "bit_depth_readout": 5,
    "chi_increment": 5.5,
    "chi_start": 6.5,
    "compression": "text 7",
    "count_time": 8.5,
    "countrate_correction_applied": True,
    "countrate_correction_count_cutoff": 11,
    "data_collection_date": "text 11",
    "description": "text 12",
    "detector_distance": 13.5,
    "detector_number": "text 14",
    "detector_readout_time": 15.5,
    "detector_translation": [0.5, -1.5, 16.0],
    "efficiency_correction_applied": True,
    "eiger_fw_version": "text 18",
    "element": "text 19",
    "flatfield_correction_applied": 0,
    "frame_count_time": 21.5,
    "frame_period": 22.5,
    "frame_time": 23.5,
    "kappa_increment": 24.5,
    "kappa_start": 25.5,
    "nimages": 27,
    "ntrigger": 28,
    "number_of_excluded_pixels": 29,
    "omega_increment": 29.5,
    "omega_start": 30.5,
    "phi_increment": 31.5,
    "phi_start": 32.5,
    "photon_energy": 33.5,
    "pixel_mask_applied": 0,
    "roi_mode": "text 35",
    "sensor_material": "text 36",
    "sensor_thickness": 37.5,
    "software_version": "text 38",
    "threshold_energy": 39.5,
    "trigger_mode": "text 40",
    "two_theta_increment": 41.5,
    "two_theta_start": 42.5,
    "virtual_pixel_correction_applied": True,
    "wavelength": 44.5,
    "x_pixel_size": 45.5,
    "x_pixels_in_detector": 47,
    "y_pixel_size": 47.5,
    "y_pixels_in_detector": 49,
}
