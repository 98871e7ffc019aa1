"""Write every vector of rawhdf5 anew: the .h5 files, valid.*.json, invalid.*.json and scenarios.*.json beside this file.

Third-party programs only: h5py for most files, larpix-control for a few, and edits of single bytes for the hostile ones.
What each file holds is stated by hand; no codec is asked. Run as ``python assemble.py [FOLDER]``.

HDF5 output depends on the library's version, so the files carry the versions that wrote them (`provenance`), and a
second run with other versions gives files that are equal in content, not in bytes.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import h5py

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from assembly.entries import Entry  # noqa: E402 - the neighbours are found only now
from assembly.invalid_vectors import invalid_groups  # noqa: E402
from assembly.scenarios import scenario_groups  # noqa: E402
from assembly.valid_vectors import valid_groups  # noqa: E402

__all__ = ["assemble"]


def assemble(folder: Path) -> int:
    """Write all files into *folder* and return the number of vectors."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for kind, groups in (
        ("invalid", invalid_groups(folder)),
        ("scenarios", scenario_groups(folder)),
        ("valid", valid_groups(folder)),
    ):
        for group, entries in groups.items():
            _write(folder / f"{kind}.{group}.json", group, entries)
            count += len(entries)
    return count


def _write(path: Path, group: str, entries: list[Entry]) -> None:
    provenance = f"assemble.py with h5py {h5py.__version__} on HDF5 {h5py.version.hdf5_version}"
    if any(entry.get("program") == "larpix-control" for entry in entries):
        provenance += f", larpix-control {version('larpix-control')} with its clock held still"
    if path.name.startswith("scenarios"):
        provenance = "assembled by hand with assemble.py (no codec involved)"
    document: dict[str, Any] = {"format": "rawhdf5", "version": "0.0", "group": group, "provenance": provenance}
    named = [
        {**{key: entry[key] for key in entry if key != "program"}, "id": f"rawhdf5/{group}/{entry['id']}"}
        for entry in entries
    ]
    text = json.dumps({**document, "vectors": named}, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    print(f"{assemble(target)} vectors in {target}")
