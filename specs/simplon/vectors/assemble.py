"""Write the vectors of simplon: bytes assembled by hand, expected values reasoned from `../README.md`.

    python assemble.py [FOLDER]

Standard library and numpy only. The same files come out on every machine.
"""

from __future__ import annotations

import sys
from pathlib import Path

from assembly import (
    arrays,
    broken,
    bslz4,
    compression,
    damage,
    damaged_blocks,
    dimensions,
    edges,
    fields,
    forms,
    hostile,
    image_fields,
    messages,
    tolerance,
    transport,
    truncation,
    userdata,
    writing,
)
from assembly.vectors import save

__all__ = ["main"]

MODULES = (
    messages,
    fields,
    image_fields,
    tolerance,
    userdata,
    forms,
    arrays,
    dimensions,
    bslz4,
    compression,
    damage,
    damaged_blocks,
    broken,
    truncation,
    hostile,
    writing,
    transport,
    edges,
)


def main(folder: Path) -> None:
    """Write every `valid.<group>.json` and `invalid.<group>.json`, and `encode.<group>.json`, into *folder*."""
    save([group for module in MODULES for group in module.groups()], folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
