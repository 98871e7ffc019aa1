"""The text of a module is a function of its specification, and of nothing else."""

from __future__ import annotations

import hashlib
import socket
from datetime import date
from pathlib import Path

import pytest
from generating import INVENTED, ROOT, generate, module_path, run
from jinja2 import UndefinedError

from sciwire.generator.plan import Module, plan_module
from sciwire.generator.render import _environment, render_format, render_module
from sciwire.generator.tree import load_formats
from sciwire.runtime.errors import SpecError

SURROUNDINGS = [
    {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "UTC"},
    {"PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8", "TZ": "Asia/Kathmandu", "PYTHONUTF8": "1"},
    {"PYTHONHASHSEED": "4242", "LANG": "de_DE.ISO-8859-1", "TZ": "America/St_Johns", "PYTHONUTF8": "0"},
]


def _tree(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("specs", [INVENTED, ROOT / "specs"], ids=["invented", "ours"])
def test_hash_seed_locale_and_time_zone_change_no_byte(specs: Path, tmp_path: Path) -> None:
    trees = []
    for number, env in enumerate(SURROUNDINGS):
        done = run("generate", "--unproved", "--specs", specs, "--output", tmp_path / str(number), env=env)
        assert done.returncode == 0, done.stderr
        trees.append(_tree(tmp_path / str(number)))

    assert len(trees[0]) > 1
    assert trees[0] == trees[1] == trees[2]


def test_the_banner_names_each_file_and_its_digest_and_nothing_of_the_machine(invented_output: Path) -> None:
    text = module_path(invented_output, "sonde").read_text(encoding="utf-8")
    banner = text.split('"""')[0]
    digest = hashlib.sha256((INVENTED / "sonde" / "1.yaml").read_bytes()).hexdigest()

    assert f"specs/sonde/1.yaml  sha256 {digest[:32]}" in banner
    assert "do not edit" in banner
    for trace in (str(ROOT), str(INVENTED), str(Path.home()), socket.gethostname(), str(date.today().year)):
        assert trace not in banner
    assert str(ROOT) not in text


def test_a_second_version_stands_in_the_banner_and_the_newest_states_the_layout(tmp_path: Path) -> None:
    specs = tmp_path / "specs"
    old = (INVENTED / "ticket" / "1.yaml").read_text()
    (specs / "ticket").mkdir(parents=True)
    (specs / "ticket" / "9.yaml").write_text(old.replace('version: "1"', 'version: "9"'))
    newest = old.replace('version: "1"', 'version: "10"').replace("seat: text", "seat: uint")
    (specs / "ticket" / "10.yaml").write_text(newest)

    text = render_format(load_formats(specs)["ticket"])

    assert text.index("specs/ticket/9.yaml") < text.index("specs/ticket/10.yaml")
    assert 'VERSIONS = ("9", "10")' in text
    assert "seat: int | None" in text


def test_a_name_that_the_plan_does_not_give_is_an_error_and_not_nothing() -> None:
    template = _environment().from_string("{{ nowhere }}")
    with pytest.raises(UndefinedError, match="nowhere"):
        template.render({})

    planned = plan_module(load_formats(INVENTED)["ticket"])
    context = {name: value for name, value in planned.context.items() if name != "message_union"}
    with pytest.raises(UndefinedError, match="message_union"):
        render_module(Module("ticket", planned.template, context))


def test_text_that_is_not_python_is_refused_with_the_line() -> None:
    planned = plan_module(load_formats(INVENTED)["ticket"])
    broken = Module("ticket", planned.template, {**planned.context, "message_union": "Ticket ) ("})

    with pytest.raises(SpecError, match=r"(?s)the text printed for ticket is not Python.*Message = Ticket \) \("):
        render_module(broken)


def test_check_of_unchanged_output_says_nothing_differs(invented_output: Path) -> None:
    done = generate(INVENTED, invented_output, "--check")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{len(list(INVENTED.iterdir()))} modules, 0 that differ\n"
