"""Programs that some tests need: where one is missing they are skipped, unless this machine promised to have it.

``SCIWIRE_REQUIRE`` holds the names that must be there, as ``.ci/run`` sets it: a gate that skips is no gate.
"""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

__all__ = ["lacking"]


def lacking(name: str, reason: str) -> NoReturn:
    """Skip the test for want of *name*, or fail it where *name* was promised."""
    if name in os.environ.get("SCIWIRE_REQUIRE", "").split():
        pytest.fail(f"{reason}, but SCIWIRE_REQUIRE promises {name}")
    pytest.skip(reason)
