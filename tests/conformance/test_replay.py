"""Whatever kind of case fails: the line that the run prints replays that case alone, and it fails as it did."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sciwire.conformance.cli import conform

KINDS = {
    "decode/valid": ("pacman", "LosesWords", "pacman/word/*", "wrong-value"),
    "decode/invalid": ("pacman", "Swallows", "pacman/type/*", "accepted-invalid"),
    "decode/rule": ("pacman", "CitesAnother", "pacman/type/*", "wrong-rule"),
    "encode/reference": ("pacman", "WritesNoTime", "pacman/word/*", "wrong-output"),
    "roundtrip/value": ("pacman", "LosesWords", "pacman/word/*", "value-lost"),
    "roundtrip/bytes": ("pacman", "WritesNoTime", "pacman/word/*", "bytes-differ"),
    "feeding": ("pacman", "LosesWords", "pacman/word/*", None),
    "scenario": ("pacman", "MixesColumns", "pacman/rows/*", "wrong-step"),
    "stateful": ("bpipe", "LosesPackets", "*/stateful/*", "wrong-step"),
    "fuzz/valid": ("pacman", "LosesWords", "*", "value-lost"),
    "fuzz/invalid": ("pacman", "Crashes", "*", "foreign-exception"),
    "fuzz/volume": ("pacman", "LosesWords", "*", "value-lost"),
}


@pytest.fixture(autouse=True)
def find_the_adapters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))


def lines(path: Path) -> list[dict[str, Any]]:
    return [row for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()) if "verdict" in row]


@pytest.mark.parametrize("kind", KINDS)
def test_a_case_that_fails_is_replayed_alone_by_the_line_that_is_printed(kind: str, tmp_path: Path) -> None:
    name, adapter, only, fault = KINDS[kind]
    impl, report, again = f"python:bad_on_purpose:{adapter}", tmp_path / "run.jsonl", tmp_path / "again.jsonl"
    check = "scenario" if kind == "stateful" else kind
    volume = ["--volume", "70"] if kind == "fuzz/volume" else []
    words = [name, "--impl", impl, "--only", only, "--check", check, "--examples", "8", "--seed", "5", *volume]

    said = CliRunner().invoke(conform, [*words, "--jsonl", str(report)]).output
    failed = next(row for row in lines(report) if row["verdict"] in ("fail", "error"))
    assert fault in (None, failed["fault"])
    assert said.count(f"again:    {failed['replay']}\n") == 1

    command = shlex.split(failed["replay"])
    assert command[:4] == ["sciwire", "conform", "replay", failed["id"]]
    replayed = CliRunner().invoke(conform, [*command[2:], "--jsonl", str(again)])
    (row,) = lines(again)

    assert replayed.exit_code == 1
    assert failed["message"].splitlines()[0][:200] in replayed.output
    assert {**row, "seconds": 0} == {**failed, "seconds": 0}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_mended_passes_when_it_is_replayed(kind: str, tmp_path: Path) -> None:
    """The same line with an implementation that is right: it is the case that fails, and not its replay."""
    name, adapter, only, _ = KINDS[kind]
    report = tmp_path / "run.jsonl"
    check = "scenario" if kind == "stateful" else kind
    volume = ["--volume", "70"] if kind == "fuzz/volume" else []
    words = [
        name,
        "--impl",
        f"python:bad_on_purpose:{adapter}",
        "--only",
        only,
        "--check",
        check,
        "--examples",
        "8",
        *volume,
    ]
    CliRunner().invoke(conform, [*words, "--jsonl", str(report)])
    failed = next(row for row in lines(report) if row["verdict"] in ("fail", "error"))
    command = shlex.split(failed["replay"].replace(f"python:bad_on_purpose:{adapter}", "sciwire"))

    assert CliRunner().invoke(conform, command[2:]).exit_code == 0
