"""What the scenarios of the serializer are built with: batches as arguments, messages byte by byte.

Frames have fewer than 8 elements, which stand in a message as they are: no compressor has a choice to make. Where the
two libraries of the deployed serializer are installed, they have to write the same bytes.
"""

from __future__ import annotations

import base64
import importlib.util
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

__all__ = ["BEAM", "CONFIG", "FRAME", "GEOMETRY", "RUN", "Messages", "Scenarios", "batch"]

CONFIG = {
    "data_source_to_serialize": "detector_data", "polarization_fraction": 0.99, "polarization_axis": [0.0, 1.0, 0.0],
    "data_collection_rate": "120 Hz", "detector_name": "jungfrau", "detector_type": "Jungfrau 1M",
}  # fmt: skip
RUN = {
    "run_number": "51",
    "start_time": 4764000000000000000,
    "experiment": "mfx100852324",
    "source_identifier": "exp=mfx100852324,run=51",
}
GEOMETRY = {"id": "jungfrau_0000", "geometry": "# TITLE\n", "pixel_coords": ""}
BEAM = [1.5e-06, -2.5e-06, 0.01, -0.02, 9500.25]
FRAME = np.array([[0.5, -1.0, 2.25], [1e300, 0.0, 4.0]], "<f8")
_CLOCK = 1.234567890625e-300  # stands for the time of now until the bytes are there
Batch = dict[str, Any]


def nd(array: Any) -> dict[str, Any]:
    array = np.asarray(array)
    data = base64.b64encode(array.tobytes()).decode()
    return {"$nd": {"dtype": array.dtype.str, "shape": list(array.shape), "data": data}}


def argument(value: Any) -> Any:
    """A value as an argument of a step."""
    if isinstance(value, np.ma.MaskedArray):
        return {"$masked": {"data": nd(value.data), "mask": nd(np.ma.getmaskarray(value))}}
    if isinstance(value, np.ndarray):
        return nd(value)
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 1 << 53:
        return {"$int": str(value)}
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        return {"$float": "nan" if value != value else "inf" if value > 0 else "-inf"}
    if isinstance(value, Mapping):
        return {key: argument(item) for key, item in value.items()}
    return [argument(item) for item in value] if isinstance(value, list) else value


def batch(frames: Any, *, beam: Any = None, **changes: Any) -> Batch:
    """Events of every source that is needed; a source of the changes that is None is left out."""
    count = len(frames)
    found = {
        "timestamp": [float(index) for index in range(1, count + 1)], "detector_data": frames,
        "detector_geometry": [GEOMETRY] * count, "run_info": [RUN] * count, "beam_data": beam, **changes,
    }  # fmt: skip
    return {name: events for name, events in found.items() if events is not None}


class Messages:
    """Messages as the bytes of hand-made CBOR; `cbor` makes them of lists of pairs."""

    def __init__(self, cbor: Callable[[Any], bytes]) -> None:
        self._cbor = cbor

    def hexed(self, prefix: bytes, items: list[tuple[str, Any]]) -> dict[str, str]:
        data = prefix + self._cbor(items)
        _as_deployed(data, prefix, items)
        return {"$hex": data.hex().replace(self._cbor(_CLOCK)[1:].hex(), " [now:>f8] ")}

    def start(self, frame: Any = FRAME, number: int = 1, **changes: Any) -> dict[str, str]:
        geometry = {**GEOMETRY, **{key: changes.pop(key) for key in GEOMETRY if key in changes}}
        polarization = [("fraction", changes.pop("fraction", 0.99)), ("axis", [0.0, 1.0, 0.0])]
        items = [
            ("type", "start"), ("run_number", "51"), ("start_time", "4764000000000000000"), ("duration", "N/A"),
            ("beamline", "MFX"), ("experiment", "mfx100852324"), ("beam_type", "X-ray"), ("polarization", polarization),
            ("data_collection_rate", "120 Hz"), ("datatype", frame.dtype.name), ("shape", "x".join(map(str, frame.shape))),
            ("algorithm", "bitshuffle-lz4"),
            ("detector", [("name", "jungfrau"), ("id", geometry["id"]), ("type", "Jungfrau 1M"), ("geometry", geometry["geometry"]),
                          ("pixel_coords", geometry["pixel_coords"]), ("material", "???"), ("thickness", "???")]),
            ("message_id", number), ("timestamp", _CLOCK),
        ]  # fmt: skip
        return self.hexed(b"c", [(key, changes.get(key, value)) for key, value in items])

    def image(
        self, frame: Any, time: Any, total: float, number: int = 1, beam: Any = None, run: str = "51"
    ) -> dict[str, str]:
        directions = ("angle_x", "angle_y", "position_x", "position_y")
        beamed = [] if beam is None else [
            ("beam_direction", list(zip(directions, beam, strict=False))), ("photon_energy", beam[4]), ("photon_wavelength", 0),
        ]  # fmt: skip
        head = [("type", "image"), ("run", run), ("compressed_data", frame.tobytes())]
        tail = [("dtype", frame.dtype.name), ("sum", total), ("message_id", number), ("timestamp", time)]
        return self.hexed(b"m", [*head, *beamed, *tail])

    def stop(self, run: Any = "51") -> dict[str, str]:
        return self.hexed(b"c", [("type", "stop"), ("run", run), ("timestamp", _CLOCK)])


def _as_deployed(data: bytes, prefix: bytes, items: list[tuple[str, Any]]) -> None:
    """The same message by `cbor` and `bitshuffle`, where they are there."""
    if any(importlib.util.find_spec(name) is None for name in ("cbor", "bitshuffle")):
        return
    import bitshuffle
    import cbor

    def table(value: Any) -> Any:
        if isinstance(value, list) and value and isinstance(value[0], tuple):
            return {key: table(item) for key, item in value}
        return value

    message = table(items)
    if "compressed_data" in message:
        frame = np.frombuffer(message["compressed_data"], message["dtype"])
        message["compressed_data"] = bytes(bitshuffle.compress_lz4(frame, 4096).tobytes())
    assert prefix + cbor.dumps(message) == data, message


class Scenarios:
    def __init__(self) -> None:
        self.vectors: list[dict[str, Any]] = []

    def add(
        self, name: str, rules: str, doc: str, batches: list[Batch], expect: Any, sent: Any = None, *, level: str = "MUST",
        config: Mapping[str, Any] = CONFIG, worker: tuple[int, int] = (0, 1),
    ) -> None:  # fmt: skip
        args = {"config": argument(config), "batches": argument(batches), "rank": worker[0], "size": worker[1]}
        steps = [{"op": "serialize", "args": args}] + ([{"op": "sent", "args": {}}] if sent is not None else [])
        expects = [expect] + ([{"like": sent}] if sent is not None else [])
        self.vectors.append(
            {"id": f"lclstreamer/serializer/{name}", "kind": "scenario", "level": level, "rules": rules.split(), "doc": doc,
             "steps": steps, "expect": expects}
        )  # fmt: skip

    def refused(self, name: str, rules: str, doc: str, batches: list[Batch], category: Any, path: str | None, sent: Any = (), **more: Any) -> None:  # fmt: skip
        error = {"category": category} | ({"path": path} if path else {})
        self.add(name, rules, doc, batches, {"error": error}, list(sent), **more)
