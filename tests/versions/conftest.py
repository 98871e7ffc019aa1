"""The formats that the tests of versions share, made by the command."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from camera import CAMERA, SECOND
from generating_versions import made
from probe import PROBE


@pytest.fixture(scope="session")
def camera(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """CBOR messages in two versions."""
    return made(tmp_path_factory.mktemp("camera"), "camera", CAMERA, SECOND)


@pytest.fixture(scope="session")
def probe(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """Binary records in three versions."""
    return made(tmp_path_factory.mktemp("probe"), "probe", *PROBE)


@pytest.fixture(scope="session")
def probe_folder(probe: ModuleType) -> Path:
    """The folder that the modules of `probe` were written to."""
    return Path(str(probe.__file__)).parents[2]
