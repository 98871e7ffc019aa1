"""Third parties behind the shipped adapters: what is known of them comes out by itself, and nothing else."""

from __future__ import annotations

import json
import re
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from test_conform_protocol import valid

from sciwire.conformance.adapters.process import Process
from sciwire.conformance.adapters.resolve import CLAIMS, NEEDS, SHIPPED, connect, installed
from sciwire.conformance.cli import conform
from sciwire.conformance.known import TO_EXPLAIN

ROOT = Path(__file__).parents[2]
KNOWN = {
    path.name.removesuffix(".json"): json.loads(path.read_text("utf-8"))
    for path in (files("sciwire.conformance") / "known_failures").iterdir()  # type: ignore[attr-defined]
    if path.name.endswith(".json")
}


def run(impl: str, tmp_path: Path, *arguments: str) -> list[dict[str, Any]]:
    """The cases of a run; a third party that is not installed skips the test."""
    if impl.split()[0] in NEEDS and impl not in installed():
        pytest.skip(f"{', '.join(NEEDS[impl])} is not installed")
    report = tmp_path / "r.jsonl"
    CliRunner().invoke(conform, ["--impl", impl, "--examples", "0", *arguments, "--jsonl", str(report)])
    return [json.loads(line) for line in report.read_text("utf-8").splitlines()[1:-1]]


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_every_known_failure_has_its_reason_and_a_link_that_is_there(name: str) -> None:
    assert valid(KNOWN[name], "known")
    for entry in KNOWN[name]["known"]:
        assert not entry["reason"].startswith(TO_EXPLAIN)
        page, _, anchor = entry["link"].partition("#")
        heads = re.findall(r"^#+ (.*)$", (ROOT / page).read_text("utf-8"), re.MULTILINE)
        assert anchor in {re.sub(r"[^a-z0-9_ -]", "", head.lower()).replace(" ", "-") for head in heads}


def test_every_shipped_adapter_says_what_it_needs() -> None:
    assert set(SHIPPED) == set(NEEDS) == {"sciwire", *CLAIMS}
    assert installed()[0] == "sciwire"


@pytest.mark.parametrize(("impl", "only"), [("fastremap", "*"), ("bitshuffle", "*"), ("dectris", "simplon/user-data/*"), ("dectris", "simplon/typed-arrays/*"), ("larpix-control", "pacman/*"), ("larpix-control", "rawhdf5/arguments/*")])  # fmt: skip
def test_nothing_is_found_that_is_not_known(impl: str, only: str, tmp_path: Path) -> None:
    cases = run(impl, tmp_path, "--known", "shipped", "--only", only)

    bad = [
        (case["id"], case["fault"]) for case in cases if case["verdict"] in ("fail", "error") and "known" not in case
    ]
    assert bad == []
    assert sum(case["verdict"] == "pass" for case in cases) > 1


def test_the_findings_about_larpix_control_come_out_by_themselves(tmp_path: Path) -> None:
    """Eight of the contradictions that are described are found without a list of them."""
    groups = ("arguments", "files", "io-versions", "requests", "writers")
    only = [word for group in groups for word in ("--only", f"rawhdf5/{group}/*")]
    found = {case["id"] for case in run("larpix-control", tmp_path, *only) if case["verdict"] == "fail"}

    reasons = {entry["id"]: entry["reason"] for entry in KNOWN["larpix-control"]["known"]}
    assert {reasons[name].partition(":")[0] for name in found} >= {"B1", "B2", "B3", "B5", "B7", "B9", "B10", "B11"}


def test_without_assertions_the_checks_of_larpix_control_are_gone(tmp_path: Path) -> None:
    """B4: what its versions and lengths are held against vanishes under ``python -O``."""
    if "larpix-control" not in installed():
        pytest.skip("larpix-control is not installed")
    command = f"cmd:{sys.executable} {{}} -m sciwire.conformance.adapters.serve {SHIPPED['larpix-control']}"
    only = ("--only", "rawhdf5/requests/*", "--only", "rawhdf5/arguments/*")

    plain, optimised = ({case["id"] for case in run(command.format(flag), tmp_path, "rawhdf5", *only) if case["verdict"] == "fail"} for flag in ("-B", "-O"))  # fmt: skip

    assert len(optimised - plain) >= 3


def test_the_categories_of_those_who_have_none_are_not_held_against_them(tmp_path: Path) -> None:
    cases = run("larpix-control", tmp_path, "--only", "pacman/type/*", "--check", "decode/invalid")

    assert {case["verdict"] for case in cases} == {"pass"}
    assert {case["aspects"]["category"] for case in cases} == {"unsupported"}


@pytest.mark.parametrize("name", [one for one in installed() if one != "sciwire"])
def test_no_third_party_shares_a_process_that_is_to_stay(name: str) -> None:
    assert isinstance(connect(name, apart=True), Process)
