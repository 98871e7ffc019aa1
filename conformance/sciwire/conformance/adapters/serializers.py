"""Scenarios of serializers as deployed ones behave, each made of the libraries that the deployed one uses.

They check what that one was seen to check (`specs/hdf5blob/README.md`, `specs/lclstreamer/README.md`) and nothing more;
what they do not refuse, or refuse too late, is a finding.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

from .base import NotSupported, Refusal, Request
from .steps import Steps

__all__ = ["SerializerSteps", "blobs", "messages"]

#: From parameters, batches and the worker to what is sent.
Serializer = Callable[..., Iterator[bytes]]


class SerializerSteps(Steps):
    """The steps of one scenario: ``serialize`` and ``sent``; whatever is raised is a refusal of no category."""

    def __init__(self, serializer: Serializer, adapter: Any, request: Request) -> None:
        super().__init__(adapter, request)
        self._serializer = serializer
        self._steps["serialize"] = self._serialize

    def _serialize(self, config: Mapping[str, Any], batches: Sequence[Any], **worker: int) -> list[bytes]:
        try:
            return self.serialized(self._serializer(dict(config), batches, **worker))
        except (Refusal, NotSupported):
            raise
        except Exception as error:
            raise Refusal(None, message=f"{type(error).__name__}: {str(error)[:300]}") from error


def blobs(
    filters: Callable[[str | None, int], Mapping[str, Any]], config: dict[str, Any], batches: Sequence[Any]
) -> Iterator[bytes]:
    """A file for each batch, by h5py."""
    import h5py

    fields, compression = config.pop("fields", None), config.pop("compression", None)
    level = config.pop("compression_level", None)
    if config or not isinstance(fields, dict) or not isinstance(level, (int, type(None))):
        raise Refusal(None, message="the configuration is none")
    options = filters(compression, 3 if level is None else level)
    for batch in batches:
        there = {name: array for name, array in batch.items() if array is not None}
        if strange := sorted(set(there) - set(fields)):
            raise Refusal(None, message=f"exits: data {strange[0]} not available")
        if len({array.shape[0] for array in there.values()}) != 1:
            raise Refusal(None, message="exits: the data have different depths")
        with BytesIO() as buffer:
            with h5py.File(buffer, "w") as file:
                for name, path in fields.items():
                    if name in there:
                        array = there[name]
                        dtype = h5py.string_dtype() if array.dtype.kind == "O" else array.dtype
                        chunks = (1, *array.shape[1:])
                        file.create_dataset(path, array.shape, dtype, chunks=chunks, **options)[:] = array
            yield buffer.getvalue()


def messages(config: Mapping[str, Any], batches: Sequence[Any], rank: int = 0, size: int = 1) -> Iterator[bytes]:
    """The messages of one worker, by cbor and bitshuffle."""
    import cbor

    last, begun = rank == size - 1, False
    run: Any = 0  # of a worker that saw no event
    _check_parameters(config)
    for batch in batches:
        event = _event(batch, config["data_source_to_serialize"])
        run = str(event["run_info"]["run_number"])
        if last and not begun:
            yield b"c" + cbor.dumps(_start(config, event, rank))
            begun = True
        yield b"m" + cbor.dumps(_image(event, run, rank))
    if last:
        yield b"c" + cbor.dumps({"type": "stop", "run": run, "timestamp": time.time()})


def _check_parameters(config: Mapping[str, Any]) -> None:
    """What its model is known to hold: names and types; which ranges it checks is not known."""
    names = {"data_source_to_serialize", "polarization_fraction", "polarization_axis", "data_collection_rate", "detector_name", "detector_type"}  # fmt: skip
    if set(config) != names or not all(isinstance(config[name], str) for name in names if not name.startswith("pol")):
        raise Refusal(None, message="the configuration is none")
    fraction, axis = config["polarization_fraction"], config["polarization_axis"]
    if not isinstance(fraction, (int, float)) or not isinstance(axis, list) or not all(isinstance(one, (int, float)) for one in axis):  # fmt: skip
        raise Refusal(None, message="the configuration is none")
    if not 0 <= fraction <= 1 or len(axis) != 3:
        raise NotSupported("which ranges the deployed model checks is not known")


def _event(batch: Mapping[str, Any], frames: str) -> dict[str, Any]:
    for name in ("timestamp", "detector_data", "detector_geometry", "run_info", frames):
        if batch.get(name) is None:
            raise Refusal(None, message=f"exits: {name} is missing")
    event = {name: events[-1] for name, events in batch.items()}
    event["frame"] = event[frames]
    if event["frame"].dtype.str not in ("<f8", "<i8"):
        raise Refusal(None, message=f"exits: {event['frame'].dtype} is neither int nor float")
    return event


def _start(config: Mapping[str, Any], event: Mapping[str, Any], rank: int) -> dict[str, Any]:
    run, geometry, frame = event["run_info"], event["detector_geometry"], event["frame"]
    axis = [float(one) for one in config["polarization_axis"]]
    detector = {"name": config["detector_name"], "id": geometry["id"], "type": config["detector_type"], "geometry": geometry["geometry"],
                "pixel_coords": geometry["pixel_coords"], "material": "???", "thickness": "???"}  # fmt: skip
    return {
        "type": "start", "run_number": str(run["run_number"]), "start_time": str(run["start_time"]), "duration": "N/A",
        "beamline": run["source_identifier"][4:7].upper(), "experiment": run["experiment"], "beam_type": "X-ray",
        "polarization": {"fraction": float(config["polarization_fraction"]), "axis": axis},
        "data_collection_rate": config["data_collection_rate"], "datatype": str(frame.dtype),
        "shape": "x".join(map(str, frame.shape)), "algorithm": "bitshuffle-lz4", "detector": detector,
        "message_id": rank * 10000 + 1, "timestamp": time.time(),
    }  # fmt: skip


def _image(event: Mapping[str, Any], run: str, rank: int) -> dict[str, Any]:
    import bitshuffle
    import numpy as np

    frame = np.ascontiguousarray(event["frame"])
    message = {"type": "image", "run": run, "compressed_data": bitshuffle.compress_lz4(frame, 4096).tobytes()}
    if (beam := event.get("beam_data")) is not None:
        names = ("angle_x", "angle_y", "position_x", "position_y")
        direction = {name: beam[index] for index, name in enumerate(names)}
        message |= {"beam_direction": direction, "photon_energy": beam[4], "photon_wavelength": 0}
    sizes = {"dtype": str(frame.dtype), "sum": event["frame"].sum(), "message_id": rank * 10000 + 1}
    return {**message, **sizes, "timestamp": event["timestamp"]}
