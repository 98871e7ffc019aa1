"""The invented formats, generated once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from generating import INVENTED, generate, load


@pytest.fixture(scope="session")
def invented_output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the modules of the invented formats."""
    output = tmp_path_factory.mktemp("invented")
    done = generate(INVENTED, output)
    assert done.returncode == 0, done.stdout + done.stderr
    return output


@pytest.fixture(scope="session")
def sonde(invented_output: Path) -> ModuleType:
    return load(invented_output, "sonde")


@pytest.fixture(scope="session")
def ticket(invented_output: Path) -> ModuleType:
    return load(invented_output, "ticket")


@pytest.fixture(scope="session")
def signed(invented_output: Path) -> ModuleType:
    return load(invented_output, "signed")


@pytest.fixture(scope="session")
def scanline(invented_output: Path) -> ModuleType:
    return load(invented_output, "scanline")


@pytest.fixture(scope="session")
def parcel(invented_output: Path) -> ModuleType:
    return load(invented_output, "parcel")
