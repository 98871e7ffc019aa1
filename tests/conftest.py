"""What every test may rely on."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# the same examples in every run, or a test passes with one change and fails with the next that has nothing to do with it;
# what nobody has tried yet is for `sciwire conform --seed`
settings.register_profile("tests", derandomize=True, database=None)
settings.load_profile("tests")

_LOCKING = "HDF5_USE_FILE_LOCKING"
_BEFORE = os.environ.get(_LOCKING)


@pytest.fixture(autouse=True)
def no_proof_from_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test generates is proved in the test."""
    monkeypatch.setenv("SCIWIRE_CACHE", "")


@pytest.fixture(autouse=True)
def locking_as_the_user_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """larpix-control turns the locks of HDF5 off for the whole process when it is imported, whichever test that was."""
    if _BEFORE is None:
        monkeypatch.delenv(_LOCKING, raising=False)
    else:
        monkeypatch.setenv(_LOCKING, _BEFORE)
