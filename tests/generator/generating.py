"""What the tests of the generator share: small specifications, the command line, modules loaded from a folder."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from types import ModuleType

__all__ = [
    "INVENTED",
    "ROOT",
    "SMALL",
    "generate",
    "load",
    "module_path",
    "numbers",
    "run",
    "write_spec",
    "write_vectors",
]

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


def numbers(name: str, of: Iterable[int], wrong: Collection[int] = ()) -> list[dict[str, object]]:
    """A vector of the format *name*, a `SMALL` one, for each number below 2**16; those of *wrong* ones tell another."""
    return [
        {
            "id": f"{name}/numbers/n{number}",
            "kind": "valid",
            "doc": "a number",
            # {"kind": "frame", "number": number}, by hand: a2 64 kind 65 frame 66 number, and an integer in two bytes
            "hex": "a2" + "64" + b"kind".hex() + "65" + b"frame".hex() + "66" + b"number".hex() + f"19{number:04x}",
            "value": {"kind": "frame", "number": number + (number in wrong)},
        }
        for number in of
    ]


def write_vectors(specs: Path, name: str, *vectors: Mapping[str, object]) -> None:
    """Write *vectors* as those of the format *name* below the folder *specs*."""
    folder = specs / name / "vectors"
    folder.mkdir(exist_ok=True)
    head = {"format": name, "version": "1", "group": "numbers", "provenance": "by hand, after RFC 8949"}
    (folder / "valid.numbers.json").write_text(json.dumps({**head, "vectors": list(vectors)}))


def run(
    *words: str | Path, env: Mapping[str, str] | None = None, cwd: Path | None = None, code: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run ``sciwire`` with *words* (or Python with *code*) in a process of its own."""
    command: Sequence[str | Path] = [sys.executable, "-c", code] if code else [sys.executable, "-m", "sciwire.cli"]
    roots = os.pathsep.join(str(ROOT / name) for name in ("generator", "generated", "conformance"))
    return subprocess.run(
        [*command, *words],
        capture_output=True,
        encoding="utf-8",
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
