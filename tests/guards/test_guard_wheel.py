"""What people install works without this checkout: the wheel is built once, unpacked, and used alone."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FORMATS = sorted(path.stem for path in (ROOT / "generated" / "sciwire" / "formats").glob("*.py"))

#: Run by Python at its start: the roots of this checkout, or of another that is installed, are no place to import from.
_ALONE = """
import os, sys
here = os.path.dirname(__file__)
sys.path[:] = [path for path in sys.path if path == here or not os.path.isdir(os.path.join(path, "sciwire"))]
"""

_SMOKE = """
import importlib, sys, warnings
from pathlib import Path
import sciwire
from sciwire.conformance.prove import failed_vectors
from sciwire.conformance.vectors import load_vectors
from sciwire.model import specs_dir
target = Path(sys.argv[1])
assert {Path(path) for path in sciwire.__path__} == {target / "sciwire"}, list(sciwire.__path__)
assert specs_dir() == target / "sciwire" / "specs", specs_dir()
for name in sys.argv[2:]:
    module = importlib.import_module("sciwire.formats." + name)
    assert Path(module.__file__).is_relative_to(target)
    warnings.simplefilter("ignore")
    assert load_vectors(specs_dir(), name)
    failed = failed_vectors(name, module, specs_dir())
    assert not failed, failed[:5]
    print(name)
"""


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    pytest.importorskip("hatchling", reason="hatchling builds the wheel")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel unpacked in a folder that hides the checkout from Python."""
    target = tmp_path_factory.mktemp("installed").resolve()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    (target / "sitecustomize.py").write_text(_ALONE)
    return target


def _run(target: Path, *words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "SCIWIRE_SPECS"}
    return subprocess.run(
        [sys.executable, *words],
        cwd=cwd or target,
        env={**environment, "PYTHONPATH": str(target)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_it_holds_every_package_the_specifications_and_the_vectors(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())

    for package in ("cli", "conformance", "formats", "generator", "model", "runtime", "stream"):
        assert f"sciwire/{package}/py.typed" in names
    for folder, prefix in (("generator", ""), ("generated", ""), ("conformance", ""), ("specs", "sciwire/specs/")):
        wanted = {
            prefix + path.relative_to(ROOT / folder).as_posix()
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
            if folder != "conformance" or "sciwire" in path.relative_to(ROOT / folder).parts  # examples are no package
        }
        assert wanted
        assert wanted - names == set()
    assert "sciwire/__init__.py" not in names
    assert "sciwire/formats/__init__.py" not in names
    assert [name for name in names if name.startswith(("tests/", "benchmarks/"))] == []
    assert [name for name in names if name.endswith("licenses/LICENSE")]


def test_its_metadata_name_the_command_the_extras_and_what_codecs_need(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        (entries,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
        about, commands = archive.read(metadata).decode(), archive.read(entries).decode()

    assert "sciwire = sciwire.cli:main" in commands
    assert "[pytest11]\nsciwire = sciwire.conformance.pytest_plugin" in commands
    base = [line for line in about.splitlines() if line.startswith("Requires-Dist") and "extra ==" not in line]
    assert not [line for line in base if any(tool in line for tool in ("jinja2", "yaml", "click", "hypothesis"))]
    for extra in ("cli", "generate", "conformance", "stream", "dev"):
        assert f"Provides-Extra: {extra}" in about


def test_codecs_work_from_the_wheel_alone(installed: Path) -> None:
    done = _run(installed, "-c", _SMOKE, str(installed), *FORMATS)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.split() == FORMATS


@pytest.mark.parametrize(
    "words",
    [
        ["formats"],
        ["check"],
        ["describe", FORMATS[0]],
        ["generate", "--unproved", "--output", "again"],
        ["conform", "simplon", "--only", "simplon/messages/*", "--check", "decode", "--examples", "0"],
    ],
    ids=lambda words: words[0],
)
def test_commands_work_from_the_wheel_alone(installed: Path, words: list[str], tmp_path: Path) -> None:
    done = _run(installed, "-m", "sciwire.cli", *words, cwd=tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    if words[0] == "generate":
        for path in (tmp_path / "again" / "sciwire" / "formats").glob("*.py"):
            assert path.read_bytes() == (installed / "sciwire" / "formats" / path.name).read_bytes()


def test_tests_pass_against_the_wheel(installed: Path) -> None:
    """A sample of the suite, with the wheel in place of the checkout."""
    sample = [
        "tests/guards/test_guard_errors.py",
        "tests/runtime/test_cbor.py",
        "tests/generator/test_generate_hostile.py",
    ]
    options = ["-p", "no:cacheprovider", "-o", "pythonpath=tests", "-q", "-x"]

    done = _run(installed, "-m", "pytest", *options, *sample, cwd=ROOT)

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
