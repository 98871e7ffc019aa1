"""A proof is remembered as long as nothing that it leans on has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from sciwire.generator import proofs as module
from sciwire.generator.proofs import Proofs


@pytest.fixture
def specs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SCIWIRE_CACHE", str(tmp_path / "cache"))
    (tmp_path / "specs" / "toy" / "vectors").mkdir(parents=True)
    (tmp_path / "specs" / "toy" / "vectors" / "valid.a.json").write_text("{}")
    return tmp_path / "specs"


def test_what_was_proved_is_known_and_nothing_else(specs: Path) -> None:
    Proofs(specs).keep("toy", "text", 7)

    assert Proofs(specs).known("toy", "text") == 7
    assert Proofs(specs).known("toy", "other text") is None
    assert Proofs(specs).known("toys", "text") is None


def test_a_vector_that_changed_asks_for_a_new_proof(specs: Path) -> None:
    Proofs(specs).keep("toy", "text", 7)
    (specs / "toy" / "vectors" / "valid.b.json").write_text("{}")

    assert Proofs(specs).known("toy", "text") is None


def test_another_kernel_or_library_asks_for_a_new_proof(specs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Proofs(specs).keep("toy", "text", 7)
    monkeypatch.setattr("importlib.metadata.version", lambda name: "0.0")

    assert Proofs(specs).known("toy", "text") is None


def test_a_cache_that_is_off_broken_or_not_writable_is_no_cache(specs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Proofs(specs).keep("toy", "text", 7)
    (kept,) = (specs.parent / "cache" / "proofs").iterdir()
    kept.write_text("seven")
    assert Proofs(specs).known("toy", "text") is None

    monkeypatch.setenv("SCIWIRE_CACHE", "")
    Proofs(specs).keep("toy", "text", 7)
    assert Proofs(specs).known("toy", "text") is None

    (specs.parent / "file").write_text("")
    monkeypatch.setenv("SCIWIRE_CACHE", str(specs.parent / "file"))
    Proofs(specs).keep("toy", "text", 7)
    assert Proofs(specs).known("toy", "text") is None


def test_only_the_newest_proofs_are_kept(specs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_KEPT", 3)
    for number in range(6):
        Proofs(specs).keep("toy", f"text {number}", number)

    assert len(list((specs.parent / "cache" / "proofs").iterdir())) == 3
