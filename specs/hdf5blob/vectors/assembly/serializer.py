"""What the serializer makes of batches, as h5py sees it, and what it refuses; nothing here writes a file."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import hdf5plugin
import numpy as np

from .kit import nd

__all__ = ["write"]

_PATHS = {"frames": "/data/frames", "energy": "/data/beam/energy"}
_FRAMES = np.arange(24, dtype="<u2").reshape(2, 3, 4)
_ENERGY = np.array([9500.25, -0.5], ">f8")
_KINDS = {
    "boolean": np.array([[True, False], [False, False]]),
    "half": np.array([1.5, -2.0], "<f2"),
    "single": np.array([[1.5], [-2.0]], ">f4"),
    "complex": np.array([1 + 2j, -3.5j], "<c16"),
    "signed": np.array([-128, 127], "|i1"),
    "unsigned": np.array([2**64 - 1, 0], "<u8"),
    "bytes": np.array([b"mfx", b"cxi12"], "|S5"),
}
#: id and client data of the filters of a compression, for elements of *size* bytes
_FILTERS = {
    "gzip": lambda size: [[1, 3]],
    "gzip_with_shuffle": lambda size: [[2, size], [1, 3]],
}


def _argument(value: Any) -> Any:
    """A value as an argument of a step."""
    if isinstance(value, np.ma.MaskedArray):
        return {"$masked": {"data": nd(value.data), "mask": nd(np.ma.getmaskarray(value))}}
    if isinstance(value, np.ndarray):
        return {"$strings": value.tolist()} if value.dtype.kind == "O" else nd(value)
    if isinstance(value, Mapping):
        return {key: _argument(item) for key, item in value.items()}
    return [_argument(item) for item in value] if isinstance(value, list) else value


def _file(arrays: Mapping[str, Any], filters: Any = None) -> dict[str, Any]:
    """The file of arrays by path: their groups, and one dataset for each."""
    bare = {"attribute_names": [], "times": False}
    objects: dict[str, Any] = {"/": {"kind": "group", "superblock": 0, **bare}}
    for path, array in arrays.items():
        steps = path.strip("/").split("/")
        for count in range(1, len(steps)):
            objects["/" + "/".join(steps[:count])] = {"kind": "group", **bare}
        text = array.dtype.kind == "O"
        shape = list(array.shape)
        objects["/" + "/".join(steps)] = {
            "kind": "dataset", **bare, "shape": shape, "maxshape": shape, "chunks": [1, *shape[1:]], "value": _argument(array),
            **({"text": "variable"} if text else {"dtype": array.dtype.str}),
            **({} if filters is None else {"filters": filters(array.dtype.itemsize)}),
        }  # fmt: skip
    return {"$hdf5": objects}


def _filters_of(array: Any, packed: Mapping[str, Any]) -> list[list[int]]:
    """Id and client data of the filters that h5py and hdf5plugin give a dataset like *array*, of one event a chunk."""
    with h5py.File(io.BytesIO(), "w") as file:
        dataset = file.create_dataset("a", data=array, chunks=(1, *array.shape[1:]), **packed)
        properties = dataset.id.get_create_plist()
        found = [properties.get_filter(number) for number in range(properties.get_nfilters())]
    return [[code, *values] for code, _, values, _ in found]


class Scenarios:
    def __init__(self) -> None:
        self.vectors: list[dict[str, Any]] = []

    def add(
        self, name: str, rules: str, doc: str, batches: Sequence[Any], expect: Any, sent: Any = None, **config: Any
    ) -> None:
        args = {"config": {"fields": _PATHS, **config}, "batches": _argument(list(batches))}
        steps = [{"op": "serialize", "args": args}] + ([{"op": "sent", "args": {}}] if sent is not None else [])
        expects = [expect] + ([{"like": sent}] if sent is not None else [])
        self.vectors.append(
            {"id": f"hdf5blob/serializer/{name}", "kind": "scenario", "level": "MUST", "rules": [f"HB-{one}" for one in rules.split()],
             "doc": doc, "steps": steps, "expect": expects}
        )  # fmt: skip

    def made(
        self, name: str, rules: str, doc: str, batches: Sequence[Any], files: Sequence[Any], **config: Any
    ) -> None:
        self.add(name, rules, doc, batches, {"like": list(files)}, **config)

    def refused(self, name: str, rules: str, doc: str, batches: Sequence[Any], path: str | None, sent: Sequence[Any] = (), **config: Any) -> None:  # fmt: skip
        error = {"category": ["constraint", "type", "size", "unsupported"], **({"path": path} if path else {})}
        self.add(name, rules, doc, batches, {"error": error}, list(sent), **config)


def _files(here: Scenarios) -> None:
    both = {"frames": _FRAMES, "energy": _ENERGY}
    none = lambda _: []  # noqa: E731 - no filters
    whole = _file({_PATHS[name]: array for name, array in both.items()}, none)
    here.made("two-batches", "001 010 020 021 022 023", "a file for each batch: no attributes, no times, a chunk an event", [both, {**both, "energy": -_ENERGY}],
              [whole, _file({_PATHS["frames"]: _FRAMES, _PATHS["energy"]: -_ENERGY}, none)])  # fmt: skip
    here.made("no-batches", "010", "no batches, no files", [], [])
    only = _file({_PATHS["energy"]: _ENERGY}, none)
    here.made(
        "source-not-named",
        "010",
        "a source that fields does not name is left out",
        [{**both, "laser": _ENERGY}],
        [whole],
    )
    here.made("source-null", "010", "a source that is null is left out", [{"frames": None, "energy": _ENERGY}], [only])
    here.made("source-missing", "010", "a source that is not in the batch is left out", [{"energy": _ENERGY}], [only])
    here.made(
        "no-slash",
        "003",
        "the leading slash may be left out",
        [{"energy": _ENERGY}],
        [_file({"/a/b": _ENERGY})],
        fields={"energy": "a/b"},
    )
    for name, array in _KINDS.items():
        here.made(
            f"kind-{name}",
            "011 021",
            "elements as they are, byte order included",
            [{"energy": array}],
            [_file({_PATHS["energy"]: array}, none)],
        )
    text = np.array(["Jungfrau", "μ 𝛾"], object)
    here.made(
        "kind-text",
        "011 017",
        "text as variable-length UTF-8",
        [{"energy": text}],
        [_file({_PATHS["energy"]: text}, none)],
    )
    one = np.array([2.5])
    here.made("one-event", "014 022", "a batch of one event", [{"energy": one}], [_file({_PATHS["energy"]: one}, none)])
    here.made(
        "compression-null",
        "001 006",
        "null is no compression",
        [both],
        [whole],
        compression=None,
        compression_level=None,
    )
    for name, filters in _FILTERS.items():
        packed = _file({_PATHS[source]: array for source, array in both.items()}, filters)
        here.made(
            f"compression-{name.replace('_', '-')}",
            "001 006 007 024 027",
            "every dataset, level 3",
            [both],
            [packed],
            compression=name,
        )
    level = _file({_PATHS["frames"]: _FRAMES}, lambda _: [[1, 9]])
    here.made(
        "level-9",
        "001 007",
        "the level that is asked for",
        [{"frames": _FRAMES}],
        [level],
        compression="gzip",
        compression_level=9,
    )
    lossless = {"energy": np.array([1e-300, 1e300, 0.1, -0.0], "<f8")}
    for name, packed, level in (
        ("bitshuffle_with_lz4", hdf5plugin.Bitshuffle(cname="lz4"), None),
        ("bitshuffle_with_zstd", hdf5plugin.Bitshuffle(cname="zstd", clevel=3), None),
        ("bitshuffle_with_zstd", hdf5plugin.Bitshuffle(cname="zstd", clevel=22), 22),
        ("zfp", hdf5plugin.Zfp(reversible=True), None),
    ):
        seen = _filters_of(lossless["energy"], packed)
        here.made(
            f"compression-{name.replace('_', '-')}{'' if level is None else f'-{level}'}",
            "006 007 025 026 027",
            "what is read again is what was given, through the filters of hdf5plugin",
            [lossless],
            [_file({_PATHS["energy"]: lossless["energy"]}, lambda _, seen=seen: seen)],
            compression=name,
            **({} if level is None else {"compression_level": level}),
        )
        if name in ("bitshuffle_with_lz4", "zfp"):  # the warning itself is no part of an answer
            here.made(
                f"level-of-{name.replace('_', '-')}",
                "008",
                "a level for a compression without levels changes nothing and is no refusal: it is worth a warning",
                [lossless],
                [_file({_PATHS["energy"]: lossless["energy"]}, lambda _, seen=seen: seen)],
                compression=name,
                compression_level=5,
            )
            here.vectors[-1]["level"] = "SHOULD"


def _refusals(here: Scenarios) -> None:
    good = {"frames": _FRAMES, "energy": _ENERGY}
    for name, rules, path, config in (
        ("parameter-unknown", "001", None, {"compresion": "gzip"}),
        ("parameter-of-h5py", "001", None, {"shuffle": True}),
        ("fields-null", "001 002", "fields", {"fields": None}),
        ("fields-list", "002", "fields", {"fields": ["frames"]}),
        ("compression-unknown", "001 006", "compression", {"compression": "lzf"}),
        ("compression-upper-case", "001 006", "compression", {"compression": "GZIP"}),
        ("level-10", "001 007", "compression_level", {"compression": "gzip", "compression_level": 10}),
        (
            "level-negative",
            "001 007",
            "compression_level",
            {"compression": "gzip_with_shuffle", "compression_level": -1},
        ),
        ("level-23", "001 007", "compression_level", {"compression": "bitshuffle_with_zstd", "compression_level": 23}),
        (
            "level-10-shuffle",
            "001 007",
            "compression_level",
            {"compression": "gzip_with_shuffle", "compression_level": 10},
        ),
        (
            "level-negative-zstd",
            "001 007",
            "compression_level",
            {"compression": "bitshuffle_with_zstd", "compression_level": -1},
        ),
        ("level-text", "001 007", "compression_level", {"compression": "gzip", "compression_level": "best"}),
        ("level-fraction", "001 007", "compression_level", {"compression": "gzip", "compression_level": 2.5}),
        ("two-on-one-path", "004", None, {"fields": {"frames": "/a", "energy": "a"}}),
        ("path-below", "005", None, {"fields": {"frames": "/a", "energy": "/a/b"}}),
    ):
        here.refused(name, rules, "refused with the configuration", [good], path, **config)
    masked = np.ma.MaskedArray(_FRAMES, mask=_FRAMES == 5)
    for name, rules, path, batch, doc in (
        ("dates", "011", "energy", {"energy": np.zeros(2, "<M8[s]")}, "dates are no numbers"),
        ("spans", "011", "energy", {"energy": np.zeros(2, "<m8[ms]")}, "nor are spans of time"),
        ("masked", "011", "frames", {"frames": masked}, "nothing may be masked"),
        ("number", "012", "energy", {"energy": np.array(2.5)}, "a number has no axis of events"),
        ("number-beside", "012", "energy", {**good, "energy": np.array(2.5)}, "beside one that has"),
        ("empty-batch", "013", None, {}, "a batch of no sources"),
        ("all-null", "013", None, {"frames": None, "energy": None}, "a batch of sources without arrays"),
        ("none-named", "013 010", None, {"laser": _ENERGY}, "a batch of sources that are not named"),
        ("no-events", "013", "energy", {"energy": np.zeros(0)}, "no events"),
        ("no-elements", "013", "frames", {"frames": np.zeros((2, 0, 4))}, "events without elements"),
        ("events-more", "014", "energy", {**good, "energy": np.zeros(3)}, "an event more than in the source before it"),
        ("events-fewer", "014", "energy", {**good, "energy": np.zeros(1)}, "an event less"),
    ):
        here.refused(name, rules, doc, [batch], path)
    first = [_file({_PATHS[name]: array for name, array in good.items()})]
    here.refused(
        "second-batch",
        "014",
        "the file of the batch before it was given",
        [good, {**good, "energy": np.zeros(3)}],
        "energy",
        first,
    )
    here.refused("zfp-16-bits", "025", "what zfp does not take", [{"frames": _FRAMES}], "frames", compression="zfp")


def write(folder: Path, provenance: str) -> int:
    """Write `scenarios.serializer.json`; the number of vectors."""
    here = Scenarios()
    _files(here)
    _refusals(here)
    body = {
        "format": "hdf5blob",
        "version": "1",
        "group": "serializer",
        "provenance": provenance,
        "vectors": here.vectors,
    }
    (folder / "scenarios.serializer.json").write_bytes((json.dumps(body, indent=1, ensure_ascii=False) + "\n").encode())
    return len(here.vectors)
