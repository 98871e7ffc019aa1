"""Write every vector of hdf5blob anew: the .h5 files, valid.*.json and invalid.*.json beside this file.

    python assemble.py [FOLDER]

Third-party programs only: h5py and hdf5plugin write the files, edits of single bytes make the hostile ones. What each
file holds is stated by the arrays that were given to h5py. HDF5 output depends on the library's version, so the files
carry the versions that wrote them (`provenance`).
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

import h5py

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from assembly import bad, edges, good, serializer  # noqa: E402 - the neighbours are found only now
from assembly.kit import save  # noqa: E402

__all__ = ["main"]


def main(folder: Path) -> int:
    """Write all files into *folder*; the number of vectors."""
    folder.mkdir(parents=True, exist_ok=True)
    programs = f"h5py {h5py.__version__} on HDF5 {h5py.version.hdf5_version}, hdf5plugin {version('hdf5plugin')}"
    count = serializer.write(folder, "stated by hand with assemble.py (no serializer involved)")
    return count + save([*good.groups(), *edges.groups(), *bad.groups()], folder, f"assemble.py with {programs}")


if __name__ == "__main__":
    print(f"{main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)} vectors")
