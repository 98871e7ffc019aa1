"""Help, names, completion, exit codes: what the command line says of itself is true."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest
from commands import COMMANDS, FORMATS, ROOT, call, run

from sciwire.cli.app import app
from sciwire.formats import simplon
from sciwire.generator.tree import load_formats

SPECS = load_formats(ROOT / "specs")


def test_the_commands_are_these() -> None:
    assert tuple(app.list_commands(click.Context(app))) == COMMANDS


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_ends_with_examples_that_can_be_parsed(command: str) -> None:
    """Every line of an example names a command that is there, and options that it has."""
    text = call(*([command] if command else []), "--help").output
    examples = re.findall(r"^ {4,}((?:\S+ \S+ \| )?sciwire .*)$", text.split("Example")[-1], re.MULTILINE)

    assert examples, text
    for example in examples:
        words = example.split("sciwire ", 1)[1].split("  ")[0].split()
        found = app.get_command(click.Context(app), words[0])
        assert found is not None, example
        assert words[0] == command or not command, example
        if isinstance(found, click.Group):  # one of its commands, or what it does without one
            found = found.commands.get(words[1] if len(words) > 1 else "run", found.commands["run"])
        known = {option for one in found.params for option in (*one.opts, *one.secondary_opts)} | {"--help"}
        assert {word.split("=")[0] for word in words if word.startswith("--") and word != '--fast"'} <= known, example


def test_exit_codes_are_documented_where_people_look() -> None:
    text = " ".join(call("--help").output.split())
    assert (
        "Exit codes: 0 all is well; 1 the data, the specification, the generated code or an implementation is wrong; 2"
        in text
    )


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["inspect"],
        ["inspect", "--no-such-option", "x"],
        ["describe"],
        ["describe", "nothing"],
        ["check", "no-such-file.yaml"],
        ["generate", "nothing"],
        ["generate", "--specs", "no-such-folder"],
        ["publish", "simplon"],
        ["publish", "simplon", "0.0.0"],
        ["completion", "tcsh"],
        ["conform", "nothing"],
        ["inspect", "no-such-file"],
        ["inspect", "."],
        ["inspect", "--format", "nothing", "README.md"],
        ["inspect", "--json", "--hex", "README.md"],
    ],
    ids=" ".join,
)
def test_a_wrong_command_line_exits_with_2_and_says_why(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    result = call(*words)

    assert result.exit_code == 2
    assert result.stderr.strip()
    assert "Traceback" not in result.output


def test_version_and_module_start(tmp_path: Path) -> None:
    done = run("--version")

    assert (done.returncode, done.stdout.startswith(b"sciwire")) == (0, True)


@pytest.mark.parametrize(
    ("package", "words", "extra"),
    [("click", ("formats",), "cli"), ("yaml", ("describe", "simplon"), "generate"), ("jinja2", ("generate", "--check"), "generate")],
)  # fmt: skip
def test_a_missing_tool_is_named_with_the_pip_line(
    tmp_path: Path, package: str, words: tuple[str, ...], extra: str
) -> None:
    """Without the extra the package is not there; the command says how to get it."""
    done = run(*words, PYTHONPATH=_without(tmp_path, package))

    assert done.returncode == 2
    assert done.stderr == f"sciwire: {package} is missing: pip install 'sciwire[{extra}]'\n".encode()


def test_looking_at_data_needs_the_extra_cli_alone(tmp_path: Path) -> None:
    path = _without(tmp_path, "yaml", "jsonschema", "jinja2", "lxml", "rich", "ruff", "zmq", "hypothesis")
    data = tmp_path / "end.cbor"
    data.write_bytes(simplon.encode(simplon.End(series_id=7, series_unique_id="x")))

    assert run("formats", PYTHONPATH=path).returncode == 0
    done = run("inspect", str(data), PYTHONPATH=path)
    assert (done.returncode, b"series_id" in done.stdout) == (0, True)


def _without(folder: Path, *packages: str) -> str:
    """A path to import from on which these *packages* can't be had."""
    for name in packages:
        (folder / f"{name}.py").write_text(f"raise ModuleNotFoundError('No module named {name}', name='{name}')\n")
    return ":".join([str(folder), *(str(ROOT / name) for name in ("generator", "generated", "conformance"))])


def test_formats_lists_each_module_with_version_and_title() -> None:
    lines = call("formats").output.splitlines()

    assert [line.split()[0] for line in lines] == FORMATS
    for line in lines:
        versions = SPECS[line.split()[0]]
        assert all(spec.version in line for spec in versions)
        assert versions[-1].title.split()[0] in line


@pytest.mark.parametrize("name", FORMATS)
def test_describe_shows_every_field_unit_rule_and_source(name: str) -> None:
    result = call("describe", name)
    spec = SPECS[name][-1]
    text = " ".join(result.output.split())

    assert result.exit_code == 0
    assert f"{name} {spec.version}, family {spec.family}" in text
    for record in spec.body.records:
        for field in record.fields:
            assert str(field.key) in text
            assert field.unit in text
    assert all(f"{rule.id} " in text for rule in spec.rules)
    assert all(f"{source.id} " in text for source in spec.sources)


@pytest.mark.parametrize("name", FORMATS)
def test_describe_without_rules_leaves_out_their_table(name: str) -> None:
    spec = SPECS[name][-1]
    whole, short = call("describe", name).output, call("describe", name, "--no-rules").output

    assert "\nRules\n" in whole
    assert "\nRules\n" not in short
    assert call("describe", name, "--version", spec.version).output == whole
    assert call("describe", name, "--version", "0.0.0.0").exit_code == 2


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_of_the_shell(shell: str, tmp_path: Path) -> None:
    result = call("completion", shell)

    assert result.exit_code == 0
    assert "_SCIWIRE_COMPLETE" in result.output
    if shutil.which(shell):
        script = tmp_path / "script"
        script.write_text(result.output)
        subprocess.run([shell, "-n", script], check=True)


@pytest.mark.parametrize(("typed", "expected"), [("ins", {"inspect"}), ("", set(COMMANDS))])
def test_completion_completes(typed: str, expected: set[str]) -> None:
    environment = {"_SCIWIRE_COMPLETE": "bash_complete", "COMP_WORDS": f"sciwire {typed}", "COMP_CWORD": "1"}
    done = run(**environment)

    assert {line.split(",")[1] for line in done.stdout.decode().splitlines()} == expected


GOOD = """\
sciwire: 1
format: demo
version: "1"
family: cbor
title: A demonstration
messages: {frame: {fields: {number: uint}}}
"""


def test_check_says_how_many_and_how_wrong(tmp_path: Path) -> None:
    path = tmp_path / "specs" / "demo" / "1.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(GOOD)
    assert call("check", path).output == "1 specification, 0 rules: 0 errors\n"

    path.write_text(GOOD.replace("uint", "unit").replace("A demo", "{a: demo"))
    syntax = call("check", path.parents[1])
    assert (syntax.exit_code, "SPEC002" in syntax.output) == (1, True)

    path.write_text(GOOD.replace("uint", "unit").replace("title:", "titel:"))
    both = call("check", path)
    assert both.exit_code == 1
    assert "demo/1.yaml:5:1: SPEC004" in both.output
    assert "demo/1.yaml:6:37: SPEC012 unknown type 'unit' (did you mean 'uint'?)" in both.output
    assert both.output.count("^") >= 2
    assert "1 specification: 3 errors" in both.output


def test_a_warning_is_shown_and_does_not_change_the_exit_code(tmp_path: Path) -> None:
    path = tmp_path / "1.yaml"
    path.write_text(GOOD + "types: {Unused: text}\n")

    result = call("check", path)

    assert result.exit_code == 0
    assert "SPEC016" in result.output
    assert result.output.endswith("0 errors\n")


def test_check_of_nothing_is_a_mistake_of_the_command_line(tmp_path: Path) -> None:
    assert call("check", tmp_path).exit_code == 2


def test_check_finds_ours_without_a_fault_and_lists_the_codes() -> None:
    assert call("check").exit_code == 0
    codes = call("check", "--codes").output.splitlines()
    assert len(codes) >= 40
    assert all(re.match(r"SPEC\d{3}  \S", line) for line in codes)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"\0" * 9, b"- 1\n", b"a: [", b"{" * 5000, b"a: &x [*x]\n", b"x: !!python/object:os.system {}"],
)
def test_check_of_any_bytes_is_a_report_and_no_traceback(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "1.yaml"
    path.write_bytes(content)

    result = call("check", path)

    assert result.exit_code == 1
    assert "SPEC" in result.output


def test_describe_takes_the_path_of_a_specification() -> None:
    """The file is described as it is, whatever folder it lies in; a path that is none is the command line's fault."""
    path = ROOT / "tests" / "formats" / "hdf5_strange" / "weather" / "1.0.yaml"
    result = call("describe", path)
    assert result.exit_code == 0
    assert "Stations and balloons" in result.output and "vlen[<float32], -90 to 90" in result.output
    assert call("describe", path.with_name("2.0.yaml")).exit_code == 2
