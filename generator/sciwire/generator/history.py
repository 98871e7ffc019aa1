"""Published versions: `specs/HISTORY` holds a digest for each, and from then on the file may not change.

The digest covers the specification file and every XSD beside it that the version names, itself or by another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from sciwire.model import Place, Problems, Spec

from .layouts import has_layouts, version_word

__all__ = ["check_history", "publish"]

_NAME = "HISTORY"
_HEAD = "# sha256 of every published version; a published version never changes. Written by `sciwire publish`.\n"


def check_history(specs: Path, loaded: Iterable[Spec], problems: Problems) -> None:
    """Add a problem for every published version whose file has changed, and for two files, or names, of one version.

    *specs* is the folder of specifications, or one file of it.
    """
    history = _read((specs if specs.is_dir() else specs.parent.parent) / _NAME)
    seen: dict[tuple[str, str], Path] = {}
    words: dict[tuple[str, str], str] = {}
    for spec in loaded:
        key = (spec.format, spec.version)
        place = Place(spec.path, 1, 1)
        if key in seen:
            problems.add("SPEC061", place, f"{spec.format} {spec.version} stands in {seen[key].name} already")
        seen[key] = spec.path
        other = words.setdefault((spec.format, version_word(spec.version)), spec.version)
        if other != spec.version and has_layouts(spec):
            text = f"the modules of the versions {other!r} and {spec.version!r} would have the same name"
            problems.add("SPEC064", place, text)
        if history.get(key, _digest(spec)) != _digest(spec):
            problems.add(
                "SPEC060", place, f"{spec.format} {spec.version} is published and may not change; add a new version"
            )


def publish(specs: Path, spec: Spec) -> str:
    """Write the digest of *spec* to the history; return it. ValueError if another digest is there already."""
    path = specs / _NAME
    history = _read(path)
    key, digest = (spec.format, spec.version), _digest(spec)
    if history.get(key, digest) != digest:
        raise ValueError(f"{spec.format} {spec.version} was published with another content")
    history[key] = digest
    lines = [f"{digest}  {name} {version}\n" for (name, version), digest in sorted(history.items())]
    path.write_bytes((_HEAD + "".join(lines)).encode())
    return digest


def _digest(spec: Spec) -> str:
    said = spec.path.read_bytes()
    digest = hashlib.sha256(said)
    schemas = {path.name: path.read_bytes() for path in sorted(spec.path.parent.glob("*.xsd"))}
    named: set[str] = set()
    while new := {name for name in schemas if name.encode() in said} - named:
        named |= new
        said = b"\n".join(schemas[name] for name in new)
    for name in sorted(named):
        digest.update(name.encode() + b"\0" + schemas[name])
    return digest.hexdigest()


def _read(path: Path) -> dict[tuple[str, str], str]:
    history: dict[tuple[str, str], str] = {}
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            parts = line.split()
            if len(parts) == 3 and not line.startswith("#"):
                history[(parts[1], parts[2])] = parts[0]
    return history
