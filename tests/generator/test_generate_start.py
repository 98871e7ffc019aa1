"""The process that proves is started before the specifications are read, where one of their modules is missing."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest
from generating import generate, module_path, numbers, write_spec, write_vectors

from sciwire.generator import tree
from sciwire.generator.proof_process import END
from sciwire.generator.proof_start import Started, start, start_for
from sciwire.generator.prover import Prover
from sciwire.model import Spec
from sciwire.runtime.errors import SpecError

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a module is proved by one process")


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCIWIRE_CACHE", "")


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """A folder of specifications of three formats, of which `middle` has many more vectors."""
    for name in ("left", "middle", "right"):
        write_spec(tmp_path / "specs", name)
    write_vectors(tmp_path / "specs", "left", *numbers("left", range(3)))
    write_vectors(tmp_path / "specs", "middle", *numbers("middle", range(300)))
    return tmp_path / "specs"


def _begun(specs: Path, root: Path, *formats: str) -> bool:
    """Whether a process was started, which is ended again."""
    started = start_for(specs, root, formats)
    with Prover(specs, started=started):
        return started is not None


def test_it_is_started_where_a_module_is_missing(specs: Path, tmp_path: Path) -> None:
    assert _begun(specs, tmp_path)
    assert generate(specs, tmp_path).returncode == 0
    assert not _begun(specs, tmp_path)
    (one,) = (specs / "left").glob("*.yaml")
    assert not _begun(one, tmp_path / "elsewhere"), "one file is proved when its module is there"

    module_path(tmp_path, "left").unlink()
    assert _begun(specs, tmp_path) and _begun(specs, tmp_path, "left") and not _begun(specs, tmp_path, "right")


def test_what_was_started_is_ended_with_its_folder(specs: Path, tmp_path: Path) -> None:
    started = start_for(specs, tmp_path)
    assert isinstance(started, Started) and started.folder.is_dir()
    with Prover(specs, started=started):
        pass
    assert started.process.returncode is not None and not started.folder.exists()


def test_each_format_begins_as_soon_as_it_is_loaded_and_none_behind_a_problem(specs: Path) -> None:
    begun: list[str] = []

    def begin(versions: tuple[Spec, ...]) -> None:
        begun.append(versions[-1].format)

    assert list(tree.load_formats(specs, (), begin)) == ["left", "middle", "right"]
    assert begun == ["middle", "left", "right"], "those first that take longest to prove"

    begun.clear()
    path = next((specs / "left").glob("*.yaml"))
    path.write_text(path.read_text() + "\nunheard: of\n")
    with pytest.raises(SpecError, match="unheard"):
        tree.load_formats(specs, (), begin)
    assert begun == ["middle"]


@LINUX
def test_a_module_that_closes_what_is_open_is_heard_nevertheless(
    specs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It closes the pipe by which it would be told that the module is proved, and that by which it gets the next."""
    real = tree.render_format

    def rendered(versions: tuple[Spec, ...]) -> str:
        return real(versions) + "\nimport os\n\nos.closerange(3, 64)\n"

    monkeypatch.setattr(tree, "render_format", rendered)
    with Prover(specs, started=start_for(specs, tmp_path)) as prover:
        tree.write_tree(tree.expected_tree(specs, tmp_path, prover=prover), specs, prover=prover, force=True)
    assert module_path(tmp_path, "middle").exists()


def test_a_prover_that_was_ended_refuses(specs: Path) -> None:
    started = start(specs, 60)
    with (
        Prover(specs, 60, started) as one,
        pytest.raises(SpecError, match="left ended the process that was to prove it"),
    ):
        started.process.send_signal(signal.SIGTERM)
        started.process.wait()
        one.settle({"left": {"left": "FORMAT = 'left'\n"}})


@LINUX
def test_nothing_stays_when_who_waited_is_gone_before_the_answers_are_read(specs: Path) -> None:
    started = start(specs, 60)
    with Prover(specs, 60, started) as one:
        one.offer("left", "FORMAT = 'left'\n")
        one._say(END)
        assert started.process.stdin is not None and started.process.stdout is not None
        assert started.process.stdout.read(1) == b"." and (started.folder / "left.proof").exists()
        started.process.stdin.close()
        started.process.wait(60)
        assert not started.folder.exists()
