"""A collection that the authors of the generator have not seen gives a serializer, from YAML alone."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from sciwire.runtime import EncodeError

ROOT = Path(__file__).resolve().parents[2]
SPEC = Path(__file__).with_name("hdf5_specs") / "snapshots" / "3.yaml"
BATCH = {"a": np.arange(10 * 3, dtype=">u2").reshape(10, 3), "b": np.arange(10.0)}
WHERE = {"a": "/x/a", "b": "/b"}


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The module that is generated from the invented specification."""
    output = tmp_path_factory.mktemp("generated")
    roots = os.pathsep.join(str(ROOT / name) for name in ("generator", "generated", "conformance"))
    done = subprocess.run(
        [sys.executable, "-m", "sciwire.cli", "generate", "--specs", str(SPEC), "--output", str(output)],
        env={**os.environ, "PYTHONPATH": roots},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    spec = importlib.util.spec_from_file_location("snapshots_3", output / "sciwire" / "formats" / "snapshots.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_parameters_classes_chunks_and_bounds_are_those_of_the_specification(snapshots: Any) -> None:
    settings = snapshots.SnapshotSettings(where=WHERE, pack="small", effort=8)
    (blob,) = snapshots.Snapshooter(settings)([BATCH])

    assert blob[8] >= 2, "bounds of v110 give a newer superblock"
    with h5py.File(BytesIO(blob)) as file:
        dataset = file["/x/a"]
        assert (dataset.chunks, dataset.dtype) == ((4, 3), ">u2")
        assert (dataset.shuffle, dataset.compression_opts, dataset.fletcher32) == (True, 8, True)
        np.testing.assert_array_equal(dataset[...], BATCH["a"])
    found = snapshots.decode(blob, where=WHERE)
    np.testing.assert_array_equal(found["a"], BATCH["a"])
    np.testing.assert_array_equal(found["b"], BATCH["b"])


def test_chunks_of_several_steps_are_written_from_a_template_too(snapshots: Any) -> None:
    """The last chunk is half full: its rest is zeros, and stays so."""
    first, second, third = list(snapshots.Snapshooter({"where": WHERE})([BATCH, BATCH, {**BATCH, "b": BATCH["b"] + 1}]))

    assert first == second != third
    np.testing.assert_array_equal(snapshots.decode(third, where=WHERE)["b"], BATCH["b"] + 1)
    np.testing.assert_array_equal(snapshots.decode(third)["/x/a"], BATCH["a"])


def test_levels_and_types_are_bounded_as_specified(snapshots: Any) -> None:
    with pytest.raises(EncodeError, match="effort: expected a level of 5 to 8 for small, got 4"):
        snapshots.Snapshooter({"where": WHERE, "pack": "small", "effort": 4})
    with pytest.raises(EncodeError, match=r"snapshots\.Batch b: the compression takes elements of uint16, got float64"):
        list(snapshots.Snapshooter({"where": WHERE, "pack": "fast"})([BATCH]))
    with pytest.raises(EncodeError, match="there is no parameter 'fields', known are where, pack, effort"):
        snapshots.Snapshooter({"fields": WHERE})


def test_one_file_in_one_call(snapshots: Any) -> None:
    blob = snapshots.encode({"/deep/a": BATCH["a"].astype("<u2")}, pack="fast")

    assert h5py.File(BytesIO(blob))["/deep/a"].compression == "lzf"
    np.testing.assert_array_equal(snapshots.decode(blob)["/deep/a"], BATCH["a"])
