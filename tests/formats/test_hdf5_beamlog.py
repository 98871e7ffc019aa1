"""A specification that the authors of the generator have not seen gives a codec for HDF5 files, from YAML alone.

`hdf5_specs/beamlog` has two tables, arrays of every rank, compounds, text of both kinds, filters of plugins,
optional objects, configured paths, and another version rule than any format of this project. h5py judges.
"""

from __future__ import annotations

import importlib.util
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from sciwire.runtime import DecodeError, EncodeError, VersionError, plain

ROOT = Path(__file__).resolve().parents[2]
IMAGES = np.arange(3 * 5 * 7, dtype="<u4").reshape(3, 5, 7)


@pytest.fixture(scope="module")
def beamlog(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The module that is generated from the invented specification."""
    output = tmp_path_factory.mktemp("generated")
    roots = os.pathsep.join(str(ROOT / name) for name in ("generator", "generated", "conformance"))
    words = ["generate", "--specs", str(Path(__file__).with_name("hdf5_specs")), "--output", str(output)]
    done = subprocess.run(
        [sys.executable, "-m", "sciwire.cli", *words],
        env={**os.environ, "PYTHONPATH": roots},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    name = "generated_beamlog"
    spec = importlib.util.spec_from_file_location(name, output / "sciwire" / "formats" / "beamlog.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def full(beamlog: Any, **changes: Any) -> Any:
    """A log with everything in it."""
    fields: dict[str, Any] = {
        "operator": "Ada",
        "images": IMAGES,
        "stamps": [1, 2, 2**64 - 1],
        "labels": ["a", "bé", ""],
        "pulses": {"time": [0.5, 1.5], "ch": [3, 15], "position": [[1, 2], [3, 4]]},
        "spectra": [[1, 2, 3], []],
        "remarks": ["x", "yy"],
        "raw": [b"", b"\0\xff"],
        "calibration": np.ones((3, 4)),
        "mask": np.eye(5, 7, dtype=bool),
        "energy": 12.5,
        "serial": b"abcd",
        "names": ["one", "two", "three"],
    }
    return beamlog.BeamLog(**{**fields, **changes})


def test_h5py_finds_what_the_specification_says(beamlog: Any) -> None:
    """Types, shapes, chunks, filters and attributes stand in the file as declared."""
    with h5py.File(io.BytesIO(beamlog.encode(full(beamlog)))) as file:
        run = file["run_1"]
        assert file.attrs["site"] == b"hall A" and file.attrs.get_id("site").dtype.itemsize == 8
        assert dict(run["images"].attrs) == {"unit": "counts", "gain": np.float32(1)}
        assert {name: run.attrs[name] for name in ("schema", "operator", "mode")} == {
            "schema": "2.1",
            "operator": "Ada",
            "mode": "fast",
        }
        assert run.attrs.get_id("touched").dtype == np.dtype(">f8")
        assert (run["images"].dtype, run["images"].chunks, run["images"].maxshape) == ("<u4", (1, 5, 7), (None, 5, 7))
        assert run["images"].id.get_create_plist().get_filter(0)[0] == 32008
        assert (run["stamps"].shuffle, run["stamps"].compression, run["stamps"].fletcher32) == (True, "gzip", True)
        assert run["pulses"].compression == "lzf" and run["pulses"].dtype["position"].shape == (2,)
        assert run["pulses"]["kind"].tolist() == [b"norm", b"norm"] and run["pulses"]["good"].tolist() == [True, True]
        assert [row.tolist() for row in run["spectra"]] == [[1, 2, 3], []]
        assert run["labels"].asstr()[:].tolist() == ["a", "bé", ""]
        assert run["names"].dtype == "S6" and run["serial"][()].tobytes() == b"abcd"
        assert run["mask"].dtype == bool and np.array_equal(run["images"][:], IMAGES)
        assert run["calibration"].maxshape == (3, 4)


def test_everything_comes_back(beamlog: Any) -> None:
    """decode(encode(x)) gives the values and types of x, and so does the canonical form."""
    log = beamlog.decode(beamlog.encode(full(beamlog)))

    assert np.array_equal(log.images, IMAGES) and log.images.dtype == "u4"
    assert log.stamps.tolist() == [1, 2, 2**64 - 1]
    assert list(log.labels) == ["a", "bé", ""] and list(log.remarks) == ["x", "yy"]
    assert log.pulses["channel"].tolist() == [3, 15] and log.pulses["position"].tolist() == [[1, 2], [3, 4]]
    assert [row.tolist() for row in log.spectra] == [[1, 2, 3], []]
    assert log.raw == [b"", b"\0\xff"] and log.serial == b"abcd" and log.names.tolist() == ["one", "two", "three"]
    assert (log.energy, log.mode, log.site, log.gain, log.image_unit) == (12.5, "fast", "hall A", 1.0, "counts")
    again = beamlog.decode(beamlog.encode(beamlog.from_plain(beamlog.to_plain(log))))
    assert not plain.difference(beamlog.to_plain(log), beamlog.to_plain(again))


def test_optional_objects_may_be_absent(beamlog: Any) -> None:
    """What is None is not in the file, its attributes neither, and is None again."""
    absent = ("operator", "labels", "raw", "calibration", "mask", "serial", "names")
    data = beamlog.encode(full(beamlog, **dict.fromkeys(absent)))
    with h5py.File(io.BytesIO(data)) as file:
        assert set(file["run_1"]) == {"images", "stamps", "pulses", "spectra", "remarks", "energy"}
        assert "operator" not in file["run_1"].attrs
    log = beamlog.decode(data)
    assert [getattr(log, name) for name in absent] == [None] * len(absent)


def test_paths_are_configured(beamlog: Any, tmp_path: Path) -> None:
    """The caller's name of the run stands in the file; another name is not found, and the error says where."""
    path = tmp_path / "a.h5"
    beamlog.encode(full(beamlog), path, run="night")
    with h5py.File(path) as file:
        assert list(file) == ["night"]
    assert beamlog.decode(path, run="night").energy == 12.5
    with pytest.raises(KeyError) as caught:
        beamlog.decode(path)
    assert (caught.value.at, caught.value.path, caught.value.rule) == ("/run_1", "run_1", "BL-001")  # type: ignore[attr-defined]


def test_tables_grow_apart(beamlog: Any, tmp_path: Path) -> None:
    """Each table has its own append; axes that no row has shown yet are given; followers see one table."""
    path = tmp_path / "a.h5"
    with beamlog.open_writer(path, energy=3.0, axes={"y": 2, "x": 2}) as writer:
        assert writer.append_frame([[[1, 2], [3, 4]]], [7]) == 1
        assert writer.append_event(time=[1.0], position=[[0, 0]], spectra=[[5]], remarks=["r"]) == 1
        assert writer.append_event({"time": [2.0], "position": [[1, 1]]}, [[]], [""], channel=[9]) == 1
        with pytest.raises(EncodeError, match="the file does not have this dataset"):
            writer.append_frame([[[1, 2], [3, 4]]], [8], ["label"])
        with pytest.raises(EncodeError, match="the column is missing"):
            writer.append_frame([[[1, 2], [3, 4]]])
    log = beamlog.decode(path)
    assert log.images.tolist() == [[[1, 2], [3, 4]]] and log.pulses["channel"].tolist() == [0, 9]
    [batch] = beamlog.follow(path, 1, table="event", timeout=0)
    assert batch.start == 1 and list(batch.remarks) == [""] and batch.images is None
    with pytest.raises(EncodeError, match="axis y needs a length"):
        beamlog.open_writer(tmp_path / "b.h5", energy=3.0)
    assert not (tmp_path / "b.h5").exists()


def test_operations_come_from_the_specification(beamlog: Any, tmp_path: Path) -> None:
    """Names, argument names and results are those of the YAML."""
    path = tmp_path / "a.h5"
    frame = np.zeros((1, 2, 2), "u2")
    with pytest.raises(EncodeError, match="the dataset is missing"):
        beamlog.log_frames(path, images=frame, stamps=[1])
    assert not path.exists()
    beamlog.log_frames(path, frame, [1], 2.5, made_as="2.1")
    beamlog.log_frames(path, images=frame, stamps=[2], energy=2.5)
    with pytest.raises(EncodeError, match="the file has another value"):
        beamlog.log_frames(path, images=frame, stamps=[3], energy=2.6)
    assert beamlog.decode(path).stamps.tolist() == [1, 2]
    assert beamlog.count_events(path, tries=3) == 0
    beamlog.encode(full(beamlog), path)
    assert beamlog.count_events(path) == 2
    with pytest.raises(DecodeError, match="the dataset is missing"):
        beamlog.count_events(path, of="night")
    read = beamlog.read_events(path, first=-1, quick=True)
    assert list(read) == ["schema", "pulses", "spectra", "energy"]
    assert (read["schema"], read["spectra"], read["energy"], read["pulses"]["channel"]) == ("2.1", None, 12.5, [15])
    assert [row.tolist() for row in beamlog.read_events(path, where=[True, False])["spectra"]] == [[1, 2, 3]]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"images": IMAGES.astype("f4") + 0.5}, "run_1.images[0, 0, 0]"),
        ({"images": IMAGES[0]}, "run_1.images"),
        ({"mask": np.zeros((5, 8), bool)}, "run_1.mask"),
        ({"stamps": [1, 2]}, "run_1.stamps"),
        ({"stamps": [1, 2, -3]}, "run_1.stamps[2]"),
        ({"labels": ["a", "b\0", "c"]}, "run_1.labels[1]"),
        ({"labels": ["a", 5, "c"]}, "run_1.labels[1]"),
        ({"pulses": {"time": [1, 2], "channel": [0, 16], "position": [[1, 2]] * 2}}, "run_1.pulses.channel[1]"),
        ({"pulses": {"time": [1, 2], "kind": ["abcde", ""], "position": [[1, 2]] * 2}}, "run_1.pulses.kind[0]"),
        ({"pulses": {"time": [1, 2], "position": [[1, 2, 3]] * 2}}, "run_1.pulses.position"),
        ({"pulses": {"time": [1, 2]}}, "run_1.pulses"),
        ({"spectra": [[1], [-2]]}, "run_1.spectra[1][0]"),
        ({"energy": -1}, "run_1.energy"),
        ({"energy": None}, "run_1.energy"),
        ({"serial": b"abc"}, "run_1.serial"),
        ({"names": ["one", "two", "seventh"]}, "run_1.names[2]"),
        ({"calibration": np.ones((4, 3))}, "run_1.calibration"),
        ({"mode": "medium"}, "run_1.mode"),
        ({"gain": 101}, "run_1.images.gain"),
        ({"image_unit": "V"}, "run_1.images.unit"),
        ({"schema": "3.0"}, "run_1.schema"),
        ({"site": "hall too long"}, "site"),
    ],
)
def test_wrong_values_are_named_and_nothing_is_written(
    beamlog: Any, tmp_path: Path, change: dict[str, Any], path: str
) -> None:
    """A value that breaks its declaration is refused with its dotted name."""
    with pytest.raises((EncodeError, VersionError)) as caught:
        beamlog.encode(full(beamlog, **change), tmp_path / "a.h5")

    assert caught.value.path == path
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("damage", "path", "category"),
    [
        (lambda run: run["images"].attrs.modify("unit", "V"), "run_1.images.unit", "constraint"),
        (lambda run: run["images"].attrs.modify("gain", np.float32(-1)), "run_1.images.gain", "constraint"),
        (lambda run: run.attrs.modify("mode", "medium"), "run_1.mode", "constraint"),
        (lambda run: run.attrs.modify("schema", "3.0"), "run_1.schema", "version"),
        (lambda run: replace(run, "energy", np.float32(1)), "run_1.energy", "type"),
        (lambda run: replace(run, "energy", np.float64(-1)), "run_1.energy", "constraint"),
        (lambda run: replace(run, "mask", np.zeros((4, 4), bool)), "run_1.mask", "constraint"),
        (lambda run: replace(run, "calibration", np.zeros((3, 3))), "run_1.calibration", "constraint"),
        (lambda run: replace(run, "images", np.zeros((3, 5, 7), "u1")), "run_1.images", "type"),
        (lambda run: replace(run, "images", np.zeros((3, 5), "u2")), "run_1.images", "type"),
        (lambda run: run.__delitem__("stamps"), "run_1.stamps", "constraint"),
        (lambda run: run["stamps"].resize(2, axis=0), "run_1.images", "state"),
    ],
)
def test_wrong_files_are_refused_with_the_object_at_fault(
    beamlog: Any, tmp_path: Path, damage: Any, path: str, category: str
) -> None:
    """A file that h5py has changed against the declaration is refused, by name."""
    place = tmp_path / "a.h5"
    beamlog.encode(full(beamlog), place)
    with h5py.File(place, "r+") as file:
        damage(file["run_1"])
    with pytest.raises(DecodeError) as caught:
        beamlog.decode(place)

    assert (caught.value.path, caught.value.category) == (path, category)


def replace(run: h5py.Group, name: str, value: Any) -> None:
    attributes = dict(run[name].attrs)
    del run[name]
    run[name] = value
    run[name].attrs.update(attributes)
