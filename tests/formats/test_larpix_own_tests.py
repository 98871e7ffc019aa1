"""larpix-control's own tests of the raw format and of PACMAN messages pass with the import line changed to ours, and nothing else.

The tests are in its source distribution, not in the installed package, and are never kept here: pip fetches them into a
temporary folder. The source distribution of 3.7.0 can't be built (its setup.py reads a file that it does not carry), so
`pip download` fails after unpacking it; ``--no-clean`` leaves what it unpacked.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

VERSION = "3.7.0"
#: file -> its import line, ours in its place, and how many tests it has in 3.7.0: fewer would mean that some did not run
FILES = {
    "test_rawhdf5format.py": ("from larpix.format.rawhdf5format import", "from sciwire.formats.rawhdf5 import", 5),
    "test_format_pacman_msg_format.py": (
        "from larpix.format.pacman_msg_format import",
        "from sciwire.formats.pacman import",
        3,
    ),
}
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def own_tests(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the texts of `FILES` in the source distribution, or skip."""
    folder = tmp_path_factory.mktemp("sdist")
    command = [sys.executable, "-m", "pip", "download", "--no-clean", "--no-deps", "--no-binary", ":all:", "--quiet"]
    command += ["--disable-pip-version-check", "--dest", str(folder / "out"), f"larpix-control=={VERSION}"]
    environment = {**os.environ, "TMPDIR": str(folder), "TEMP": str(folder), "TMP": str(folder)}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("pip download of the source distribution took too long")
    found = {name: path for name in FILES for path in folder.rglob(f"test/{name}")}
    if len(found) != len(FILES):
        lines = (done.stderr or done.stdout).strip().splitlines()
        pytest.skip(
            f"the source distribution of larpix-control {VERSION} cannot be had: {lines[-1] if lines else 'no output'}"
        )
    return {name: path.read_text(encoding="utf-8") for name, path in found.items()}


def _run(name: str, text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / name).write_text(text, encoding="utf-8")
    roots = os.pathsep.join(str(ROOT / name) for name in ("generator", "generated", "conformance"))
    path = os.pathsep.join(part for part in (roots, os.environ.get("PYTHONPATH")) if part)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-c",
        os.devnull,
        "--rootdir",
        str(folder),
        "-p",
        "no:cacheprovider",
    ]
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([*command, str(folder)], env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", list(FILES))
def test_own_tests_pass_with_our_module(own_tests: dict[str, str], name: str, tmp_path: Path) -> None:
    """Drop-in: their tests pass when the one import line names sciwire."""
    theirs, ours, count = FILES[name]
    if "from larpix import" in own_tests[name]:
        pytest.importorskip("larpix", reason="larpix-control is not installed, and its test makes its packets")
    assert own_tests[name].count(theirs) == 1
    done = _run(name, own_tests[name].replace(theirs, ours), tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{count} passed" in done.stdout


@pytest.mark.parametrize("name", list(FILES))
def test_own_tests_pass_with_the_original(own_tests: dict[str, str], name: str, tmp_path: Path) -> None:
    """The oracle is sound here: the unchanged file passes against the original with this h5py and numpy."""
    pytest.importorskip("larpix", reason="larpix-control is not installed")
    done = _run(name, own_tests[name], tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{FILES[name][2]} passed" in done.stdout
