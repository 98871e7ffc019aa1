"""Write the vectors of chunks: blobs element by element, expected values stated by hand.

    python assemble.py [FOLDER]

Standard library only. The same files come out on every machine.
"""

from __future__ import annotations

import sys
from pathlib import Path

from assembly import calls, grids, refusals, unwritten
from assembly.kit import save

__all__ = ["main"]


def main(folder: Path) -> int:
    """Write every `valid.<group>.json`, `invalid.<group>.json` and `scenarios.<group>.json` into *folder*; the number of vectors."""
    return calls.write(folder) + save([*grids.groups(), *refusals.groups(), *unwritten.groups()], folder)


if __name__ == "__main__":
    print(f"{main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)} vectors")
