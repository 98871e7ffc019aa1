"""What the serializer makes of batches, message by message and byte by byte, and what it refuses before it sends anything.

Frames have fewer than 8 elements, which stand in a message as they are: no compressor has a choice to make. Where the
two libraries of the deployed serializer are installed, they have to write the same bytes.
"""

from __future__ import annotations

import base64
import importlib.util
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["write"]

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


def _made(here: Scenarios, say: Messages) -> None:
    rules, total = (
        "LCL-051 LCL-004 LCL-020 LCL-021 LCL-022 LCL-023 LCL-024 LCL-025 LCL-030 LCL-031 LCL-033",
        float(FRAME.sum()),
    )
    three = np.stack([FRAME * 0, FRAME * -1, FRAME])
    two = [batch(three), batch(FRAME[None], timestamp=[8.5])]
    images = [say.image(FRAME, 3.0, total), say.image(FRAME, 8.5, total)]
    here.add(
        "one-worker",
        rules,
        "start, the last event of each batch, stop",
        two,
        {"like": [say.start(), *images, say.stop()]},
    )
    here.add(
        "first-of-two",
        "LCL-051 LCL-022",
        "a worker that is not the last sends images only",
        two,
        {"like": images},
        worker=(0, 2),
    )
    last = [say.image(FRAME, 3.0, total, 10001), say.image(FRAME, 8.5, total, 10001)]
    here.add(
        "last-of-two",
        "LCL-051 LCL-022",
        "the last worker sends start and stop",
        two,
        {"like": [say.start(number=10001), *last, say.stop()]},
        worker=(1, 2),
    )
    here.add("middle-of-three", "LCL-051", "the second of three is not the last", two, {"like": last}, worker=(1, 3))
    here.add("no-batches", "LCL-051 LCL-021", "the last worker's stop without a run", [], {"like": [say.stop(0)]})
    here.add(
        "no-batches-first-of-two", "LCL-051", "nothing at all from another worker", [], {"like": []}, worker=(0, 2)
    )
    beam = np.array([[0.0] * 5, BEAM])
    here.add(
        "beam", "LCL-027 LCL-028 LCL-051", "beam data of the last event", [batch(three[1:], beam=beam)],
        {"like": [say.start(), say.image(FRAME, 2.0, total, beam=BEAM), say.stop()]},
    )  # fmt: skip
    here.add(
        "beam-list",
        "LCL-027",
        "beam data as lists",
        [batch(FRAME[None], beam=[BEAM])],
        {"like": [say.start(), say.image(FRAME, 1.0, total, beam=BEAM), say.stop()]},
    )
    named = {**CONFIG, "data_source_to_serialize": "jungfrau"}
    other = batch(FRAME[None], detector_data=np.zeros((1, 2)), jungfrau=FRAME[None])
    here.add(
        "other-source",
        "LCL-051",
        "the frames of the source that is named",
        [other],
        {"like": [say.start(), say.image(FRAME, 1.0, total), say.stop()]},
        config=named,
    )
    for name, fraction in (("none", 0), ("whole", 1)):
        config = {**CONFIG, "polarization_fraction": fraction, "polarization_axis": [0, 1, 0]}
        here.add(f"polarization-{name}", "LCL-050 LCL-024", "integers become floats", [batch(FRAME[None])],
                 {"like": [say.start(fraction=float(fraction)), say.image(FRAME, 1.0, total), say.stop()]}, config=config)  # fmt: skip
    text = "1700000000.123456789"
    here.add(
        "timestamp-text",
        "LCL-023",
        "a time stamp of psana1",
        [batch(FRAME[None], timestamp=[text])],
        {"like": [say.start(), say.image(FRAME, text, total), say.stop()]},
    )
    coords = b"0\0\0\0.\0\0\0"
    pixels = batch(FRAME[None], detector_geometry=[{**GEOMETRY, "pixel_coords": coords}])
    here.add(
        "pixel-coords",
        "LCL-026",
        "bytes that mean nothing",
        [pixels],
        {"like": [say.start(pixel_coords=coords), say.image(FRAME, 1.0, total), say.stop()]},
    )
    _shapes(here, say)


def _shapes(here: Scenarios, say: Messages) -> None:
    for name, frame in (
        ("one-element", FRAME[:1, :1]),
        ("rank-1", FRAME[0]),
        ("rank-4", FRAME.reshape(1, 3, 2, 1)),
        ("empty", np.zeros((0, 3))),
    ):
        here.add(f"shape-{name}", "LCL-031 LCL-051", "the shape is that of one frame", [batch(frame[None])],
                 {"like": [say.start(frame), say.image(frame, 1.0, float(frame.sum())), say.stop()]})  # fmt: skip
    nan = np.array([[float("nan"), 1.0]])
    like = [say.start(nan), say.image(nan, 1.0, float("nan")), say.stop()]
    here.add("sum-nan", "LCL-029", "a frame with NaN", [batch(nan[None])], {"like": like}, level="SHOULD")
    for code in ("<f4", "|u1", "<u2", "<u4", "<u8", "|i1", "<i2", "<i4", "<i8"):
        frame = np.array([[1, 2, 3], [4, 5, 100]], code)
        like = [say.start(frame), say.image(frame, 1.0, 115.0), say.stop()]
        here.add(
            f"dtype-{frame.dtype.name}",
            "LCL-039",
            f"a frame of {frame.dtype.name}",
            [batch(frame[None])],
            {"like": like},
            level="MAY",
        )


def _refused(here: Scenarios, say: Messages) -> None:
    one = [batch(FRAME[None])]
    wrong = ["constraint", "type", "size"]
    for name, rules, changes, path in (
        ("fraction-below", "LCL-050", {"polarization_fraction": -0.01}, "polarization_fraction"),
        ("fraction-above", "LCL-050", {"polarization_fraction": 1.01}, "polarization_fraction"),
        ("fraction-nan", "LCL-050", {"polarization_fraction": float("nan")}, "polarization_fraction"),
        ("fraction-text", "LCL-050", {"polarization_fraction": "most"}, "polarization_fraction"),
        ("axis-two", "LCL-050", {"polarization_axis": [0.0, 1.0]}, "polarization_axis"),
        ("axis-four", "LCL-050", {"polarization_axis": [0.0, 1.0, 0.0, 0.0]}, "polarization_axis"),
        ("axis-none", "LCL-050", {"polarization_axis": []}, "polarization_axis"),
        ("axis-number", "LCL-050", {"polarization_axis": 1.0}, "polarization_axis"),
        ("axis-texts", "LCL-050", {"polarization_axis": ["x", "y", "z"]}, None),
        ("parameter-unknown", "LCL-050", {"polarisation_fraction": 0.5}, None),
    ):  # fmt: skip
        here.refused(name, rules, "refused with the configuration", one, wrong, path, config={**CONFIG, **changes})
    for name in CONFIG:
        config = {key: value for key, value in CONFIG.items() if key != name}
        here.refused(
            f"no-{name.replace('_', '-')}", "LCL-050", "a parameter is missing", one, wrong, name, config=config
        )
    for name in ("timestamp", "detector_data", "detector_geometry", "run_info"):
        gone = batch(FRAME[None], **{name: None})
        here.refused(
            f"no-source-{name.replace('_', '-')}", "LCL-051", "a source that is needed is missing", [gone], wrong, name
        )
    _events(here, say)


def _events(here: Scenarios, say: Messages) -> None:
    wrong, frame = ["constraint", "type", "size"], "detector_data"
    whole = FRAME[None]
    masked = np.ma.MaskedArray(whole, mask=[[[False, True, False], [False] * 3]])
    for name, source, changes in (
        ("frames-complex", frame, {frame: whole.astype("<c16")}),
        ("frames-boolean", frame, {frame: whole > 0}),
        ("frames-half", frame, {frame: np.zeros((1, 2, 3), "<f2")}),
        ("frames-bytes", frame, {frame: np.zeros((1, 2), "|S4")}),
        ("frames-dates", frame, {frame: np.zeros((1, 2), "<M8[s]")}),
        ("frames-numbers", frame, {frame: np.zeros(1)}),
        ("frames-masked", frame, {frame: masked}),
        ("timestamps-more", "timestamp", {"timestamp": [1.0, 2.0]}),
        ("timestamps-none", "timestamp", {"timestamp": []}),
        ("timestamp-null", "timestamp", {"timestamp": [None]}),
        ("timestamp-nan", "timestamp", {"timestamp": [float("nan")]}),
        ("timestamp-word", "timestamp", {"timestamp": ["noon"]}),
        ("timestamp-masked", "timestamp", {"timestamp": np.ma.MaskedArray([1.0], mask=[True])}),
        ("run-info-no-number", "run_info", {"run_info": [{key: value for key, value in RUN.items() if key != "run_number"}]}),
        ("run-info-no-identifier", "run_info", {"run_info": [{key: value for key, value in RUN.items() if key != "source_identifier"}]}),
        ("geometry-no-id", "detector_geometry", {"detector_geometry": [{"geometry": "", "pixel_coords": ""}]}),
        ("beam-of-four", "beam_data", {"beam": [BEAM[:4]]}),
    ):  # fmt: skip
        here.refused(
            name, "LCL-051", "nothing is sent, no start message either", [batch(whole, **changes)], wrong, source
        )
    good, total = batch(whole), float(FRAME.sum())
    sent = [say.start(), say.image(FRAME, 1.0, total)]
    for name, other in (("shape", FRAME[:1]), ("dtype", np.zeros((2, 3), "<f4"))):
        here.refused(
            f"another-{name}",
            "LCL-051",
            "frames that are not as the start message says",
            [good, batch(other[None])],
            wrong,
            frame,
            sent,
        )
    here.refused(
        "second-batch",
        "LCL-051",
        "what was sent before stays sent, and no stop follows",
        [good, batch(whole, run_info=None)],
        wrong,
        "run_info",
        sent,
    )


def write(folder: Path, cbor: Callable[[Any], bytes], provenance: str) -> None:
    """Write `scenarios.serializer.json`."""
    here, say = Scenarios(), Messages(cbor)
    _made(here, say)
    _refused(here, say)
    body = {
        "format": "lclstreamer",
        "version": "1",
        "group": "serializer",
        "provenance": provenance,
        "vectors": here.vectors,
    }
    (folder / "scenarios.serializer.json").write_text(
        json.dumps(body, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n"
    )
