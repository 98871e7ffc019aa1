"""larpix-control's own tests of the raw format and of PACMAN messages pass with the import line changed to ours, and nothing else.

Its scripts, which are its users' tools, take the files that are written here.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sdists import pytest_of_theirs, unpacked

from sciwire.formats import pacman, rawhdf5

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


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpacked(f"larpix-control=={VERSION}", "test/test_rawhdf5format.py", tmp_path_factory.mktemp("sdist"))


def _run(name: str, text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / name).write_text(text, encoding="utf-8")
    return pytest_of_theirs(folder)


@pytest.mark.parametrize("name", list(FILES))
def test_own_tests_pass_with_our_module(theirs: Path, name: str, tmp_path: Path) -> None:
    """Drop-in: their tests pass when the one import line names sciwire."""
    line, ours, count = FILES[name]
    text = (theirs / "test" / name).read_text("utf-8")
    if "from larpix import" in text:
        pytest.importorskip("larpix", reason="larpix-control is not installed, and its test makes its packets")
    assert text.count(line) == 1
    done = _run(name, text.replace(line, ours), tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{count} passed" in done.stdout


@pytest.mark.parametrize("name", list(FILES))
def test_own_tests_pass_with_the_original(theirs: Path, name: str, tmp_path: Path) -> None:
    """The oracle is sound here: the unchanged file passes against the original with this h5py and numpy."""
    pytest.importorskip("larpix", reason="larpix-control is not installed")
    done = _run(name, (theirs / "test" / name).read_text("utf-8"), tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{FILES[name][2]} passed" in done.stdout


def _script(theirs: Path, name: str, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, str(theirs / "scripts" / name), *words], capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_their_scripts_take_our_files(theirs: Path, tmp_path: Path) -> None:
    """Merged, split and converted by their tools; each result is read here again."""
    h5py = pytest.importorskip("h5py")
    pytest.importorskip("larpix", reason="larpix-control is not installed")
    words = [("DATA", 3, 77, bytes([4, 1, 0, 9, 0, 0, 0, 128])), ("TRIG", b"\x07", 5), ("SYNC", b"S", 1, 6)]
    messages = [pacman.format_msg("DATA", words * (number % 4)) for number in range(50)]
    groups = [number % 8 for number in range(50)]
    raw, merged, rows, ours = (str(tmp_path / f"{name}.h5") for name in ("raw", "merged", "rows", "ours"))
    rawhdf5.to_rawfile(raw, messages, msg_headers={"io_groups": groups}, io_version="0.0")

    _script(theirs, "raw_hdf5_tool.py", "--merge", "-i", raw, raw, "-o", merged, "--block_size", "7")
    found = rawhdf5.from_rawfile(merged)
    assert (found["msgs"], found["msg_headers"]["io_groups"]) == (messages * 2, groups * 2)

    _script(theirs, "convert_rawhdf5_to_hdf5.py", "-i", raw, "-o", rows, "--block_size", "7")
    pacman.raw_to_packets_file(raw, ours)
    with h5py.File(rows) as one, h5py.File(ours) as other:
        table, own = one["packets"][:], other["packets"][:]
    assert len(table) == 50 + 3 * sum(number % 4 for number in range(50))
    assert table.dtype == own.dtype
    assert (table == own).all()
