"""``sciwire conform export``: every vector as an archive that anybody can use without us.

The same specifications and vectors give the same bytes: no clock, no host, sorted names.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .export_readme import README
from .vectors import Vector, load_vectors

if TYPE_CHECKING:
    from .settings import Settings

__all__ = ["content", "export"]

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say


def export(settings: Settings, target: Path) -> int:
    """Write the archive to *target*, a folder that is empty or not there, or a file ``.zip``; the exit code."""
    from sciwire.runtime.errors import SpecError

    from .vectors import VectorError

    try:
        plan = settings.plan()
        archive = dict(content(plan.specs, plan.formats))
        _write_zip(target, archive) if target.suffix == ".zip" else _write_folder(target, archive)
    except (VectorError, SpecError) as error:
        return _complain(str(error), 3)
    except (OSError, ValueError) as error:
        return _complain(str(error), 2)
    count = sum(len(load_vectors(plan.specs, name)) for name in plan.formats)
    print(f"{target}: {count} vectors of {len(plan.formats)} formats in {len(archive)} files")
    return 0


def content(root: Path, formats: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """The files of the archive by name: README, schemas, and of each format README, vectors, rules and manifests."""
    rows = []
    for name in formats:
        vectors = load_vectors(root, name)
        rows.append(_row(name, vectors))
        for path in _vector_files(root / name / "vectors", vectors):
            yield f"{name}/vectors/{path.name}", path.read_bytes()
        for version, manifest in _manifests(root, name, vectors):
            yield f"{name}/manifest.{version}.json", _json(manifest)
        yield f"{name}/rules.json", _json(_rules(root, name))
        if (page := root / name / "README.md").is_file():  # what a value of the format looks like
            yield f"{name}/README.md", page.read_bytes()
    for schema in sorted((files("sciwire.conformance") / "schemas").iterdir(), key=lambda one: one.name):
        if schema.name.endswith(".json"):
            yield f"schemas/{schema.name}", schema.read_bytes()
    table = "\n".join(("| format | versions | vectors | valid | invalid | either | encode | scenarios |", "|---|---|---|---|---|---|---|---|", *rows))  # fmt: skip
    yield "README.md", README.format(table=table).encode()


def _vector_files(folder: Path, vectors: Iterable[Vector]) -> list[Path]:
    """The JSON files, and the files that they name; the scripts that made them stay with the specifications."""
    named: set[str] = set()
    found = []
    for path in sorted(folder.glob("*.json")):
        found.append(path)
        for item in json.loads(path.read_text(encoding="utf-8"))["vectors"]:
            named |= {item["file"]} if "file" in item else set()
            named |= {step["args"]["file"] for step in item.get("steps", ()) if "file" in step.get("args", {})}
    return [*found, *(folder / name for name in sorted(named))]


def _manifests(root: Path, name: str, vectors: Sequence[Vector]) -> Iterator[tuple[str, dict[str, Any]]]:
    """A manifest for each version: what there is, which rules it exercises, and digests to check it by."""
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in _vector_files(root / name / "vectors", vectors)}  # fmt: skip
    for version in sorted({vector.version for vector in vectors}):
        of_it = [vector for vector in vectors if vector.version == version]
        rules: Counter[str] = Counter()
        for vector in of_it:
            rules.update(vector.rules)
        yield (
            version,
            {
                "format": name,
                "version": version,
                "counts": dict(sorted(Counter(vector.kind for vector in of_it).items())),
                "files": digests,
                "rules": dict(sorted(rules.items())),
                "operations": _operations(root, name, version),
                "vectors": [_entry(vector) for vector in of_it],
            },
        )


def _entry(vector: Vector) -> dict[str, Any]:
    return {
        "id": vector.id,
        "kind": vector.kind,
        "level": str(vector.level),
        "rules": list(vector.rules),
        "file": vector.file,
        "provenance": vector.provenance,
    }


def _rules(root: Path, name: str) -> list[Mapping[str, str]]:
    from .coverage import rules_of

    keys = ("id", "level", "binds", "text", "source")
    return [{key: getattr(rule, key) for key in keys} for rule in rules_of(root, name)]


def _operations(root: Path, name: str, version: str) -> list[Mapping[str, Any]]:
    """What scenarios of a version can ask for; nothing where the folder has no specification of it."""
    from .operations import common_steps, operations
    from .strategies import load_specs

    specs = [spec for spec in load_specs(root, name) if spec.version == version]
    return [asdict(one) for spec in specs for one in (*operations(spec), *common_steps(spec))]


def _row(name: str, vectors: Sequence[Vector]) -> str:
    kinds = Counter(vector.kind for vector in vectors)
    counts = [kinds[kind] for kind in ("valid", "invalid", "either", "encode", "scenario")]
    versions = ", ".join(sorted({vector.version for vector in vectors}))
    return f"| {' | '.join(map(str, (name, versions, len(vectors), *counts)))} |"


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()


def _write_folder(target: Path, archive: Mapping[str, bytes]) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ValueError(f"{target} is there already; name a folder that is not, or is empty, or a .zip")
    for name, data in archive.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _write_zip(target: Path, archive: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in sorted(archive.items()):
            about = zipfile.ZipInfo(f"sciwire-vectors/{name}", _EPOCH)
            about.external_attr = 0o644 << 16
            zipped.writestr(about, data, zipfile.ZIP_DEFLATED)


def _complain(text: str, code: int) -> int:
    print(f"sciwire conform export: {text}", file=sys.stderr)
    return code
