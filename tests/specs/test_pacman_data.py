"""The scenarios of PACMAN messages: their script writes them again, byte for byte, without any codec."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "specs" / "pacman" / "vectors"
WRITE = "import pathlib, sys; from assembly.scenarios import write; write(pathlib.Path(sys.argv[1]))"


def test_assembling_again_gives_the_same_scenarios(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-B", "-c", WRITE, str(tmp_path)], check=True, cwd=FOLDER)

    files = sorted(file.name for pattern in ("scenarios.*.json", "raw-*.h5") for file in FOLDER.glob(pattern))
    assert sorted(file.name for file in tmp_path.iterdir()) == files
    for name in files:
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name


def test_the_assembly_imports_no_codec() -> None:
    for file in FOLDER.rglob("*.py"):
        lines = [
            line.split()
            for line in file.read_text("utf-8").splitlines()
            if line.lstrip().startswith(("import ", "from "))
        ]
        roots = {words[1].split(".")[0] for words in lines}
        assert roots <= set(sys.stdlib_module_names) | {"h5py", "numpy", "assemble", "assembly", ""}, file.name
