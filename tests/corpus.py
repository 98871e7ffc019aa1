"""The folder of real files, where it is there: tests skip with a reason where it is not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

__all__ = ["corpus", "needs_corpus"]

_PLACE = os.environ.get("SCIWIRE_CORPUS", "")

needs_corpus = pytest.mark.skipif(not _PLACE, reason="SCIWIRE_CORPUS does not name the folder of real files")


def corpus(*parts: str) -> Path:
    """A path below the folder."""
    return Path(_PLACE).joinpath(*parts)
