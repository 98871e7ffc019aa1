"""CBOR, payloads and messages that many vectors share; no sciwire, no compressor: bytes are put together by hand."""

from __future__ import annotations

import base64
import struct
from typing import Any

import numpy as np

PROVENANCE = "assembled by hand with assemble.py (no codec involved)"
Vector = dict[str, Any]
Items = list[tuple[str, Any]]


def head(major: int, number: int) -> bytes:
    """The shortest head of a CBOR item."""
    if number < 24:
        return bytes([major << 5 | number])
    width = next(index for index in range(4) if number < 1 << (8 << index))
    return bytes([major << 5 | 24 + width]) + number.to_bytes(1 << width, "big")


def cbor(value: Any) -> bytes:
    """CBOR of Python data; a list of pairs is a map in that order."""
    if value is None or isinstance(value, bool):
        return {None: b"\xf6", True: b"\xf5", False: b"\xf4"}[value]
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, float):
        return b"\xfb" + struct.pack(">d", value)
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, list) and value and isinstance(value[0], tuple):
        return head(5, len(value)) + b"".join(cbor(key) + cbor(item) for key, item in value)
    assert isinstance(value, list)
    return head(4, len(value)) + b"".join(map(cbor, value))


def plain(value: Any) -> Any:
    """The canonical value of the same data."""
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, float) and value != value:
        return {"$float": "nan"}
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 1 << 53:
        return {"$int": str(value)}
    if isinstance(value, list) and value and isinstance(value[0], tuple):
        return {key: plain(item) for key, item in value}
    return [plain(item) for item in value] if isinstance(value, list) else value


def nd(array: Any) -> Any:
    return {"$nd": {"dtype": array.dtype.str, "shape": list(array.shape), "data": base64.b64encode(array.tobytes()).decode()}}  # fmt: skip


def literals(raw: bytes) -> bytes:
    """One LZ4 block that holds *raw* as literals."""
    if len(raw) < 15:
        return bytes([len(raw) << 4]) + raw
    more, last = divmod(len(raw) - 15, 255)
    return b"\xf0" + b"\xff" * more + bytes([last]) + raw


def zeros_block(size: int) -> bytes:
    """A block of *size* zeros behind its length: one literal, a match with it of all but five bytes, five literals."""
    more, last = divmod(size - 6 - 19, 255)
    packed = b"\x1f\0\1\0" + b"\xff" * more + bytes([last]) + b"\x50" + bytes(5)
    return struct.pack(">I", len(packed)) + packed


def shuffled(raw: bytes, element: int) -> bytes:
    """Plane k holds bit k of every element, lowest bit first."""
    bits = np.unpackbits(np.frombuffer(raw, np.uint8).reshape(-1, element), axis=1, bitorder="little")
    return np.packbits(bits.T, axis=1, bitorder="little").tobytes()


def blocks(array: Any, block: int = 4096) -> bytes:
    """Blocks of 4096 elements behind their lengths, then what is left of the last multiple of 8."""
    raw, element = array.tobytes(), array.dtype.itemsize
    whole = array.size // 8 * 8
    parts = []
    for start in range(0, whole, block):
        packed = literals(shuffled(raw[start * element : min(start + block, whole) * element], element))
        parts += [struct.pack(">I", len(packed)), packed]
    return b"".join([*parts, raw[whole * element :]])


START: Items = [
    ("type", "start"), ("run_number", "51"), ("start_time", "4764000000000000000"), ("duration", "N/A"),
    ("beamline", "MFX"), ("experiment", "mfx100852324"), ("beam_type", "X-ray"),
    ("polarization", [("fraction", 0.99), ("axis", [0.0, 1.0, 0.0])]), ("data_collection_rate", "120 Hz"),
    ("datatype", "float64"), ("shape", "4x6"), ("algorithm", "bitshuffle-lz4"),
    ("detector", [("name", "jungfrau"), ("id", "jungfrau_0000"), ("type", "Jungfrau 1M"), ("geometry", "# TITLE\n"),
                  ("pixel_coords", ""), ("material", "???"), ("thickness", "???")]),
    ("message_id", 1), ("timestamp", 1795212352.5),
]  # fmt: skip
FRAME = np.arange(24, dtype="<f8").reshape(4, 6) * 0.5
BEAM: Items = [("angle_x", 1.5e-06), ("angle_y", -2.5e-06), ("position_x", 0.01), ("position_y", -0.02)]
IMAGE: Items = [
    ("type", "image"), ("run", "51"), ("compressed_data", blocks(FRAME)), ("beam_direction", BEAM),
    ("photon_energy", 9500.25), ("photon_wavelength", 0), ("dtype", "float64"), ("sum", 138.0), ("message_id", 1),
    ("timestamp", 4.764e18),
]  # fmt: skip
STOP: Items = [("type", "stop"), ("run", "51"), ("timestamp", 1795212352.75)]
ASKED = {"shape": [4, 6], "dtype": "float64"}


def changed(items: Items, **changes: Any) -> Items:
    """*items* with other values; None takes a key away, a new key goes to the end."""
    result = [(key, changes.pop(key, value)) for key, value in items]
    return [(key, value) for key, value in (*result, *changes.items()) if value is not None]


def expected(items: Items, prefix: str, /, **changes: Any) -> Any:
    value = {**plain(items), "prefix": prefix}
    value.update({key: one for key, one in changes.items() if one is not None})
    return {key: one for key, one in value.items() if key not in changes or changes[key] is not None}


def valid(name: str, data: bytes, value: Any, rules: str, doc: str, **more: Any) -> Vector:
    return {"id": f"lclstreamer/{name}", "kind": "valid", "level": "MUST", "rules": rules.split(), "doc": doc,
            "hex": data.hex(), "value": value, **more}  # fmt: skip


def invalid(name: str, data: bytes, category: Any, rules: str, doc: str, path: str | None = None, at: int | None = None, **more: Any) -> Vector:  # fmt: skip
    error = {"category": category} | ({"path": path} if path is not None else {}) | ({"at": at} if at is not None else {})  # fmt: skip
    return {"id": f"lclstreamer/{name}", "kind": "invalid", "level": "MUST", "rules": rules.split(), "doc": doc,
            "hex": data.hex(), "error": error, **more}  # fmt: skip
