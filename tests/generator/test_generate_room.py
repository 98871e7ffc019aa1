"""Modules are replaced when all of them are written: what can't be written replaces none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from generating import SMALL, write_spec

from sciwire.generator import tree


def test_nothing_is_replaced_where_there_is_no_room_for_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    specs, output = tmp_path / "specs", tmp_path / "out"
    for name in ("left", "right"):
        write_spec(specs, name)
    tree.write_tree(tree.expected_tree(specs, output), specs, prove=False)
    before = _contents(output)
    for name in ("left", "right"):
        write_spec(specs, name, SMALL.replace("number:", "count:"))
    wanted, opened, real = tree.expected_tree(specs, output), [], os.fdopen

    def full(handle: int, mode: str) -> object:
        opened.append(handle)
        if len(opened) == 1:
            return real(handle, mode)
        os.close(handle)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(OSError, match="No space left"):
        tree.write_tree(wanted, specs, prove=False)
    assert _contents(output) == before


def _contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
