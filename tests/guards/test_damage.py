"""Deliberate damage in small: a sample for every format; `python tests/damage.py FORMAT --sample 200` does it at length."""

from __future__ import annotations

import ast

import damage
import pytest

from sciwire.cli.modules import format_names

SAMPLE = 16
SOURCE = '''"""Docstring."""

import os  # comment

LIMIT: int = 1234


def read(data: "bytes" = b"ab") -> list[int]:
    """Words of no effect."""
    return [LIMIT, len(data)]
'''


def test_only_code_is_damaged() -> None:
    lines = SOURCE.splitlines()
    touched = {lines[line - 1][column] + str(line) for line, column in damage.positions(SOURCE)}
    text = "".join(lines[line - 1][column] for line, column in damage.positions(SOURCE))

    assert text == 'importosLIMIT:=1234defread(data:=b"ab")->:return[LIMIT,len(data)]'
    assert not {one for one in touched if one.endswith("9")}


def test_a_mutant_differs_in_one_character_and_the_seed_decides_which() -> None:
    chosen = damage.mutants(SOURCE, 20, 7)

    assert chosen == damage.mutants(SOURCE, 20, 7)
    assert chosen != damage.mutants(SOURCE, 20, 8)
    for one in chosen:
        changed = damage._changed(SOURCE, one)
        assert sum(a != b for a, b in zip(SOURCE, changed, strict=True)) == 1
        assert changed.splitlines()[one.line - 1][one.column] == one.after != one.before


@pytest.mark.parametrize("name", format_names())
def test_a_sample_of_damage_is_noticed_or_told(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """No share is demanded yet; what survives is printed, and a tool that notices nothing fails."""
    outcomes = list(damage.damage(name, SAMPLE, seed=1))
    survivors = [one for one in outcomes if not one.noticed]

    with capsys.disabled():
        print(f"\n{name}: {SAMPLE - len(survivors)} of {SAMPLE} mutants noticed")
        for one in survivors:
            print(f"  {one.mutant}")
    assert len(outcomes) == SAMPLE
    assert len(survivors) < SAMPLE
    ast.parse(damage._path(name).read_text(encoding="utf-8"))
