"""What the serializer makes of batches, message by message, and what it refuses before it sends anything."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from .batches import BEAM, CONFIG, FRAME, GEOMETRY, RUN, Messages, Scenarios, batch

__all__ = ["write"]


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
        ("parameter-unknown", "LCL-052", {"polarisation_fraction": 0.5}, None),
    ):  # fmt: skip
        here.refused(name, rules, "refused with the configuration", one, wrong, path, config={**CONFIG, **changes})
    for name in CONFIG:
        config = {key: value for key, value in CONFIG.items() if key != name}
        here.refused(
            f"no-{name.replace('_', '-')}", "LCL-052", "a parameter is missing", one, wrong, name, config=config
        )
    for name in ("timestamp", "detector_data", "detector_geometry", "run_info"):
        gone = batch(FRAME[None], **{name: None})
        here.refused(
            f"no-source-{name.replace('_', '-')}", "LCL-053", "a source that is needed is missing", [gone], wrong, name
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
        rule = "LCL-054" if name.startswith("frames") and name != "frames-masked" else "LCL-053"
        here.refused(name, rule, "nothing is sent, no start message either", [batch(whole, **changes)], wrong, source)
    good, total = batch(whole), float(FRAME.sum())
    sent = [say.start(), say.image(FRAME, 1.0, total)]
    for name, other in (("shape", FRAME[:1]), ("dtype", np.zeros((2, 3), "<f4"))):
        here.refused(
            f"another-{name}",
            "LCL-054",
            "frames that are not as the start message says",
            [good, batch(other[None])],
            wrong,
            frame,
            sent,
        )
    here.refused(
        "second-batch",
        "LCL-053",
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
