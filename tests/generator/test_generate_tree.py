"""The folder of modules: what is missing, stale, edited or orphaned is found, and mended whole or not at all."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from generating import INVENTED, ROOT, SMALL, generate, load, module_path, run, write_spec, write_vectors


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """A folder of specifications of two formats, `left` and `right`."""
    for name in ("left", "right"):
        write_spec(tmp_path / "specs", name)
    return tmp_path / "specs"


@pytest.fixture
def output(specs: Path, tmp_path: Path) -> Path:
    """The folder in which both are generated."""
    folder = tmp_path / "out"
    done = generate(specs, folder, "--unproved")
    assert done.returncode == 0, done.stderr
    return folder


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*.py")}


@pytest.mark.parametrize("damage", ["missing", "stale", "edited", "orphan"])
def test_check_finds_it_shows_the_diff_and_changes_nothing(specs: Path, output: Path, damage: str) -> None:
    path = module_path(output, "left")
    shown = "-    number: int | None = None"
    if damage == "missing":
        path.unlink()
        shown = "+    number: int | None = None"
    elif damage == "stale":
        write_spec(specs, "left", SMALL.replace("number:", "count:"))
    elif damage == "edited":
        path.write_text(path.read_text().replace("number: int |", "number: float |"))
        shown = "-    number: float | None = None\n+    number: int | None = None"
    else:
        shutil.rmtree(specs / "left")
    before = _contents(output)

    done = generate(specs, output, "--check")

    assert done.returncode == 1
    assert shown in done.stdout
    assert "--- sciwire/formats/left.py (as it is)\n+++ sciwire/formats/left.py (as it must be)\n@@ " in done.stdout
    assert "1 that differ" in done.stdout
    says = {"missing": "is missing", "stale": "not what the spec", "edited": "by hand", "orphan": "no specification"}
    assert done.stderr.startswith("sciwire/formats/left.py: ")
    assert says[damage] in done.stderr
    assert _contents(output) == before


def test_check_names_an_orphan_that_is_no_text(specs: Path, output: Path) -> None:
    module_path(output, "strange").write_bytes(b"\xff\xfe\0")

    done = generate(specs, output, "--check")

    assert (done.returncode, "strange.py" in done.stderr) == (1, True)


def test_diff_only_shows_what_would_be_written_and_writes_nothing(specs: Path, output: Path) -> None:
    write_spec(specs, "left", SMALL.replace("number:", "count:"))
    before = _contents(output)

    done = generate(specs, output, "--diff-only")

    assert done.returncode == 0
    assert "+    count: int | None = None" in done.stdout
    assert _contents(output) == before


def test_an_edit_by_hand_is_overwritten_only_with_force(specs: Path, output: Path) -> None:
    path = module_path(output, "left")
    good = path.read_bytes()
    path.write_text(path.read_text() + "# mine\n")
    edited = path.read_bytes()
    module_path(output, "right").unlink()

    refused = generate(specs, output)

    assert refused.returncode == 1
    assert "changed by hand: sciwire/formats/left.py" in refused.stderr
    assert path.read_bytes() == edited
    assert not module_path(output, "right").exists(), "a refused run changes nothing else either"
    forced = generate(specs, output, "--force", "--unproved")
    assert (forced.returncode, path.read_bytes()) == (0, good)


def test_a_new_specification_replaces_an_old_rendering_without_force(specs: Path, output: Path) -> None:
    write_spec(specs, "left", SMALL.replace("number:", "count:"))

    done = generate(specs, output)

    assert (done.returncode, done.stdout) == (0, "wrote sciwire/formats/left.py\n2 modules, 1 changed\n")
    assert load(output, "left").Frame(count=1).count == 1


def test_a_module_whose_specification_is_gone_is_deleted(specs: Path, output: Path) -> None:
    shutil.rmtree(specs / "left")

    done = generate(specs, output)

    assert (done.returncode, "removed sciwire/formats/left.py" in done.stdout) == (0, True)
    assert sorted(_contents(output)) == ["right.py"]


def test_a_file_of_somebody_else_is_deleted_only_with_force(specs: Path, output: Path) -> None:
    stranger = module_path(output, "notes")
    stranger.write_text("important = True\n")

    assert generate(specs, output).returncode == 1
    assert stranger.exists()
    assert generate(specs, output, "--force").returncode == 0
    assert not stranger.exists()


def test_naming_one_format_leaves_the_others_alone(specs: Path, output: Path) -> None:
    shutil.rmtree(specs / "right")
    module_path(output, "left").unlink()

    done = generate(specs, output, "left", "--unproved")

    assert (done.returncode, sorted(_contents(output))) == (0, ["left.py", "right.py"])


def test_one_file_is_a_source_too_and_touches_nothing_else(specs: Path, output: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone.yaml"
    alone.write_text(SMALL.replace("{format}", "alone"))

    done = run("generate", "--specs", alone, "--output", output, cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert sorted(_contents(output)) == ["alone.py", "left.py", "right.py"]
    assert load(output, "alone").FORMAT == "alone"


def test_what_was_deleted_comes_back_byte_for_byte(tmp_path: Path) -> None:
    """The committed folder itself, in a copy: delete, regenerate, compare."""
    committed = ROOT / "generated" / "sciwire" / "formats"

    done = run("generate", "--unproved", "--specs", ROOT / "specs", "--output", tmp_path)

    assert done.returncode == 0, done.stderr
    again = {path.name: path.read_bytes() for path in (tmp_path / "sciwire" / "formats").iterdir()}
    assert again == {path.name: path.read_bytes() for path in committed.iterdir() if path.is_file()}


def test_a_folder_given_by_output_works_as_soon_as_it_is_on_the_path(tmp_path: Path) -> None:
    done = generate(INVENTED, tmp_path)
    assert done.returncode == 0, done.stderr

    code = "import sys; sys.path.append(sys.argv[1])\nfrom sciwire.formats import ticket, simplon; print(ticket.FORMAT)"
    used = run(tmp_path, code=code)

    assert (used.returncode, used.stdout) == (0, "ticket\n"), used.stderr


def _vector(name: str, hexadecimal: str, number: int) -> dict[str, object]:
    return {
        "id": f"left/numbers/{name}",
        "kind": "valid",
        "level": "MUST",
        "rules": [],
        "doc": "a number",
        "hex": hexadecimal,
        "value": {"kind": "frame", "number": number},
    }


# {"kind": "frame", "number": 5}, by hand: a2 64 kind 65 frame 66 number 05
FIVE = "a2" + "64" + b"kind".hex() + "65" + b"frame".hex() + "66" + b"number".hex() + "05"


def test_a_file_of_somebody_else_is_named_as_such(specs: Path, output: Path) -> None:
    """Nobody changed it by hand: it is no module of ours, and the message says what can be done."""
    stranger = module_path(output, "left").with_name("mine.py")
    stranger.write_text("x = 1\n", encoding="utf-8")
    done = generate(specs, output)
    assert done.returncode == 1 and stranger.exists()
    assert "of no specification: sciwire/formats/mine.py" in done.stderr and "changed by hand" not in done.stderr
    assert "is not as sciwire wrote it; move it out" in generate(specs, output, "--check").stderr


def test_a_module_that_passes_its_vectors_is_written(specs: Path, tmp_path: Path) -> None:
    write_vectors(specs, "left", _vector("five", FIVE, 5))

    done = generate(specs, tmp_path / "new")
    assert done.returncode == 0
    assert module_path(tmp_path / "new", "left").exists()
    assert "right has no vectors: it was imported, and nothing more" in done.stderr and "left has" not in done.stderr


def test_a_module_that_fails_its_vectors_replaces_nothing(specs: Path, output: Path) -> None:
    write_vectors(specs, "left", _vector("five", FIVE, 5), _vector("not-six", FIVE, 6))
    for name in ("left", "right"):
        write_spec(specs, name, SMALL.replace("One frame", "Another frame"))
    before = _contents(output)

    done = generate(specs, output)

    assert done.returncode == 1
    assert "nothing was replaced: left/numbers/not-six@decode/valid" in done.stderr
    assert "left/numbers/five" not in done.stderr
    assert _contents(output) == before, "the good module of the same run is not written either"
    assert [path.name for path in module_path(output, "left").parent.glob(".*")] == []
    assert generate(specs, output, "--unproved").returncode == 0


def test_vectors_that_are_none_are_reported_and_replace_nothing(specs: Path, tmp_path: Path) -> None:
    (specs / "left" / "vectors").mkdir()

    done = generate(specs, tmp_path / "new")

    assert (done.returncode, "the vectors cannot be used" in done.stderr) == (1, True)
    assert not (tmp_path / "new").exists()


def test_a_module_that_does_not_import_replaces_nothing(
    specs: Path, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sciwire.generator import tree
    from sciwire.runtime.errors import SpecError

    before = _contents(output)
    real = tree.render_format

    def broken(versions: tuple[object, ...]) -> str:
        return real(versions).replace("FORMAT = ", "FORMAT = no_such_name or ")  # type: ignore[arg-type]

    monkeypatch.setattr(tree, "render_format", broken)
    wanted = tree.expected_tree(specs, output)

    with pytest.raises(SpecError, match=r"(?s)nothing was replaced: left does not import.*no_such_name"):
        tree.write_tree(wanted, specs)
    assert _contents(output) == before


@pytest.mark.parametrize("end", ["raise SystemExit", "import os; os._exit(0)", "raise KeyboardInterrupt"])
def test_a_module_that_ends_the_process_replaces_nothing(
    end: str, specs: Path, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What proves a module has to say so: an exit code of 0 may be the module's own."""
    from sciwire.generator import tree
    from sciwire.runtime.errors import SpecError

    monkeypatch.setattr(tree, "render_format", lambda versions: f"{end}\n")
    with pytest.raises(SpecError, match=r"left does not import|left ended the process that was to prove it"):
        tree.write_tree(tree.expected_tree(specs, output, ("left",)), specs, force=True)
    assert end not in module_path(output, "left").read_text()


def test_a_module_that_never_comes_to_an_end_replaces_nothing(
    specs: Path, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sciwire.generator import tree
    from sciwire.runtime.errors import SpecError

    monkeypatch.setattr(tree, "render_format", lambda versions: "while True:\n    pass\n")
    monkeypatch.setattr(tree, "Prover", partial(tree.Prover, seconds=1))

    with pytest.raises(SpecError, match="left did not pass its vectors within 1 s"):
        tree.write_tree(tree.expected_tree(specs, output, ("left",)), specs, force=True)
    assert "while True" not in module_path(output, "left").read_text()


def test_proofs_lie_in_memory_where_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    from sciwire.generator.proof_start import temporary

    monkeypatch.setattr("os.access", lambda *words: True)
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=2**40))
    assert temporary() == "/dev/shm"

    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=2**26))
    assert temporary() is None

    monkeypatch.setattr("os.access", lambda *words: False)
    assert temporary() is None
