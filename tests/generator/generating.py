"""What the tests of the generator share: small specifications, the command line, modules loaded from a folder."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType

__all__ = ["INVENTED", "ROOT", "SMALL", "generate", "load", "module_path", "run", "write_spec"]

ROOT = Path(__file__).resolve().parents[2]
INVENTED = Path(__file__).with_name("specs")

#: A whole specification; `{format}` is replaced by `write_spec`.
SMALL = """\
sciwire: 1
format: {format}
version: "1"
family: cbor
title: A demonstration
discriminator: kind
messages:
  frame:
    doc: One frame.
    fields:
      number: {type: uint, required: true}
      label: {type: text, doc: what it is called}
"""


def write_spec(specs: Path, name: str, text: str = SMALL, version: str = "1") -> Path:
    """Write *text* as the specification of the format *name* below the folder *specs*."""
    path = specs / name / f"{version}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.replace("{format}", name), encoding="utf-8")
    return path


def run(
    *words: str | Path, env: Mapping[str, str] | None = None, cwd: Path | None = None, code: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run ``sciwire`` with *words* (or Python with *code*) in a process of its own, and never wait for ever."""
    command: Sequence[str | Path] = [sys.executable, "-c", code] if code else [sys.executable, "-m", "sciwire.cli"]
    roots = os.pathsep.join(str(ROOT / name) for name in ("generator", "generated", "conformance"))
    return subprocess.run(
        [*command, *words],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        env={**os.environ, "PYTHONPATH": roots, **(env or {})},
        cwd=cwd,
        check=False,
    )


def generate(specs: Path, output: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run ``sciwire generate`` from *specs* into *output*."""
    return run("generate", "--specs", specs, "--output", output, *words)


def module_path(output: Path, name: str) -> Path:
    return output / "sciwire" / "formats" / f"{name}.py"


def load(output: Path, name: str) -> ModuleType:
    """Import the generated module *name* below *output*, under a name that hides no other module."""
    path = module_path(output, name)
    alias = f"generated_for_tests_{name}_{abs(hash(path))}"
    spec = importlib.util.spec_from_file_location(alias, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[alias] = module
    spec.loader.exec_module(module)
    return module
