"""Who may import whom, and what an import costs: a codec brings numpy, everything else comes when it is needed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sciwire.cli.modules import format_names

ROOT = Path(__file__).resolve().parents[2]
FORMATS = format_names()
TOOLS = ("jinja2", "yaml", "jsonschema", "click", "rich", "hypothesis", "pytest")
LAZY = ("h5py", "cbor2", "lxml", "dectris", "bitshuffle", "lz4", "zmq", "dask", "hdf5plugin")


def _loaded(code: str) -> set[str]:
    """The top-level modules that are there after *code*, in a fresh process."""
    roots = os.pathsep.join(str(ROOT / name) for name in ("generator", "generated", "conformance"))
    script = f"{code}\nimport sys; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": roots},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_the_look_into_a_process_sees_an_import() -> None:
    assert "yaml" in _loaded("import yaml")


@pytest.mark.parametrize("name", FORMATS)
def test_a_codec_loads_no_tool_and_no_library_before_it_is_needed(name: str) -> None:
    loaded = _loaded(f"import sciwire.formats.{name}")

    assert "numpy" in loaded
    assert sorted(loaded.intersection(TOOLS + LAZY)) == []


def test_the_runtime_alone_does_not_even_load_numpy() -> None:
    assert "numpy" not in _loaded("import sciwire.runtime")


def test_streams_load_sockets_and_tools_when_they_need_them() -> None:
    loaded = _loaded("import sciwire.stream; list(sciwire.stream.Simulator('simplon', images=1, shape=(8, 8)))")

    assert "numpy" in loaded
    assert sorted(loaded.intersection((*TOOLS, "zmq", "h5py"))) == []


def test_the_version_and_help_of_the_command_load_no_codec() -> None:
    loaded = _loaded("from sciwire.cli.app import app\ntry: app(['--help'])\nexcept SystemExit: pass")

    assert loaded.isdisjoint(("numpy", "h5py", "yaml", "jinja2", "hypothesis"))


def test_the_generator_never_imports_what_it_writes() -> None:
    """A broken module must not stop its own regeneration."""
    code = (
        "import sys; from pathlib import Path; from sciwire.generator.tree import expected_tree\n"
        f"expected_tree(Path({str(ROOT / 'specs')!r}), Path('nowhere'))\n"
        "assert not [name for name in sys.modules if name.startswith('sciwire.formats')]"
    )
    assert "jinja2" in _loaded(code)


def test_import_linter_contracts_hold() -> None:
    command = shutil.which("lint-imports", path=str(Path(sys.executable).parent)) or shutil.which("lint-imports")
    if command is None:
        pytest.skip("import-linter is not installed")
    roots = os.pathsep.join(str(ROOT / name) for name in ("generator", "generated", "conformance"))
    done = subprocess.run(
        [command, "--no-cache"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": roots},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert ", 0 broken" in done.stdout
