"""What a machine promised to have is not skipped for want of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from needs import lacking

GATE = Path(__file__).resolve().parents[2] / ".ci" / "run"


def test_what_is_missing_is_skipped_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCIWIRE_REQUIRE", "gcc chromiumoxide")

    with pytest.raises(pytest.skip.Exception, match=r"there is no Chromium \(apt-get install chromium\)"):
        lacking("chromium", "there is no Chromium (apt-get install chromium)")


def test_what_was_promised_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCIWIRE_REQUIRE", "gcc chromium")

    with pytest.raises(pytest.fail.Exception, match="no Chromium, but SCIWIRE_REQUIRE promises chromium"):
        lacking("chromium", "no Chromium")


def test_the_gate_promises_what_tests_need_beside_python() -> None:
    promised = re.search(r"\$\{SCIWIRE_REQUIRE-([\w ]+)\}", GATE.read_text("utf-8"))

    assert promised is not None
    assert promised[1].split() == ["chromium", "gcc", "h5dump", "node"]
