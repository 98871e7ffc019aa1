"""The worked adapters of the how-to: each is built and judged as the page says, and the page is found."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from needs import lacking

from sciwire.conformance.cli import conform

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "conformance" / "examples"


def python(folder: Path) -> str:
    return f"cmd:{sys.executable} {EXAMPLES / 'pacman_adapter.py'}"


def c(folder: Path) -> str:
    """Built by the first of the two lines in the file itself."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        lacking("gcc", "there is no C compiler (apt-get install gcc libc6-dev)")
    source = EXAMPLES / "pacman_adapter.c"
    (line,) = re.findall(r"^ \*     cc (.*)$", source.read_text("utf-8"), re.MULTILINE)
    words = [str(source) if word.endswith(".c") else word for word in line.split()]
    subprocess.run([compiler, "-Werror", *words], cwd=folder, check=True)
    return f"cmd:{folder / 'pacman_adapter'}"


def javascript(folder: Path) -> str:
    node = shutil.which("node") or shutil.which("nodejs")
    if node is None:
        lacking("node", "there is no Node (apt-get install nodejs)")
    return f"cmd:{node} {EXAMPLES / 'pacman_adapter.js'}"


@pytest.mark.parametrize("example", [python, c, javascript])
def test_a_worked_adapter_meets_every_must_and_has_nothing_to_mend(example: object, tmp_path: Path) -> None:
    impl = example(tmp_path)  # type: ignore[operator]

    run = CliRunner().invoke(conform, ["pacman", "--impl", impl, "--examples", "20"])
    doctor = CliRunner().invoke(conform, ["doctor", "--impl", impl])

    assert run.exit_code == 0, run.output
    assert re.search(r" (\d\d+)/\1 +(\d\d+)/\2 ", run.output), run.output  # read, and refused
    assert doctor.exit_code == 0, doctor.output


def test_node_runs_with_the_usual_memory_limit_or_says_what_to_do(tmp_path: Path) -> None:
    """V8 reserves address space; the limit that the suite sets by default must leave room for it."""
    result = CliRunner().invoke(conform, ["pacman", "--impl", javascript(tmp_path), "--only", "pacman/word/ping"])

    assert result.exit_code == 0, result.output


def test_the_python_adapter_has_at_most_forty_lines_and_needs_nothing() -> None:
    text = (EXAMPLES / "pacman_adapter.py").read_text("utf-8")

    assert len(text.splitlines()) <= 40
    assert "sciwire" not in text.replace("sciwire conform", "")
    done = subprocess.run(
        [sys.executable, "-I", str(EXAMPLES / "pacman_adapter.py")],
        input='{"cmd":"start"}\n{"cmd":"stop"}\n', capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert '"ok": true' in done.stdout


def test_a_wrong_worked_adapter_would_be_seen(tmp_path: Path) -> None:
    text = (EXAMPLES / "pacman_adapter.py").read_text("utf-8")
    wrong = tmp_path / "wrong.py"
    wrong.write_text(text.replace('"<xBLxx8s"', '"<xBxLx8s"'), encoding="utf-8")
    assert wrong.read_text("utf-8") != text

    result = CliRunner().invoke(conform, ["pacman", "--impl", f"cmd:{sys.executable} {wrong}", "--examples", "0"])

    assert result.exit_code == 1
    assert "wrong-value" in result.output


def test_the_page_is_two_clicks_from_the_readme_and_its_links_are_there() -> None:
    first = (ROOT / "README.md").read_text("utf-8")
    second = (ROOT / "conformance" / "README.md").read_text("utf-8")
    page = (ROOT / "conformance" / "ADAPTERS.md").read_text("utf-8")

    assert "](conformance/README.md)" in first
    assert "](ADAPTERS.md)" in second
    for link in re.findall(r"\]\((?!http)([^)#]+)\)", page):
        assert (ROOT / "conformance" / link).is_file(), link


def test_the_requests_of_the_page_are_those_of_the_suite() -> None:
    from sciwire.conformance.protocol import Request

    page = (ROOT / "conformance" / "ADAPTERS.md").read_text("utf-8")
    line = Request("decode", "1", "pacman", "0.0", data=bytes.fromhex("4401000000000000")).line().decode()

    assert f"    -> {line}" in page


if os.name != "posix":
    pytest.skip("the programs are started as on POSIX", allow_module_level=True)
