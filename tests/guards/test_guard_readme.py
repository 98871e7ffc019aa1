"""The README shows typed Python, names every error and limit as they are, and leads to every format."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import sciwire.runtime as runtime
from sciwire.runtime import CATEGORIES, CodecError, Limits

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.skipif(importlib.util.find_spec("mypy") is None, reason="mypy is not installed")
def test_the_examples_pass_mypy_strict(tmp_path: Path) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    for index, block in enumerate(blocks):
        (tmp_path / f"example_{index}.py").write_text(block, encoding="utf-8")
    roots = os.pathsep.join(str(ROOT / name) for name in ("generator", "generated", "conformance"))
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(tmp_path / "cache")]  # fmt: skip

    done = subprocess.run(
        [*command, *(str(path) for path in sorted(tmp_path.glob("*.py")))],
        cwd=ROOT,
        env={**os.environ, "MYPYPATH": roots},
        capture_output=True,
        text=True,
        check=False,
    )

    assert len(blocks) >= 2
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", sorted(one.name for one in (ROOT / "specs").iterdir() if list(one.glob("*.yaml"))))
def test_every_format_is_linked(name: str) -> None:
    assert f"](specs/{name}/README.md)" in README


def test_every_error_category_and_limit_is_mentioned() -> None:
    errors = [
        name for name in runtime.__all__
        if isinstance(found := getattr(runtime, name), type) and issubclass(found, CodecError)
    ]  # fmt: skip

    assert len(errors) == 7
    for word in (*errors, *CATEGORIES, *Limits.FIELDS, "CodecWarning"):
        assert f"`{word}`" in README, word


def test_the_ceilings_are_those_of_the_code() -> None:
    limits = Limits()

    assert f"`total_bytes` of an array ({limits.total_bytes >> 30} GiB)" in README
    assert f"`expansion` of compressed bytes ({limits.expansion}), `depth` ({limits.depth})" in README
    assert f"`items` ({limits.items:,}), `datasets` ({limits.datasets:,})" in README


def test_users_find_their_names_in_one_place() -> None:
    for name in ("DateTime", "Rational", "CompressedArray", "Limits", "Tagged", "DecodeError"):
        assert name in runtime.__all__
        assert name in dir(runtime)
        assert isinstance(getattr(runtime, name), type)
    with pytest.raises(AttributeError, match="nothing"):
        _ = runtime.nothing


def test_names_that_are_loaded_later_cost_nothing_before() -> None:
    program = "import sys, sciwire.runtime; print(*sys.modules)"
    roots = os.pathsep.join(str(ROOT / name) for name in ("generator", "generated", "conformance"))
    done = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": roots}, capture_output=True, text=True, check=True
    )  # fmt: skip

    assert "numpy" not in done.stdout.split()
    assert "sciwire.runtime.values" not in done.stdout.split()
