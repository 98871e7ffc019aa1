"""``python -m sciwire.cli``."""

from __future__ import annotations

from . import main

if __name__ == "__main__":  # a process of a run that was started by this one imports it, too
    main()
