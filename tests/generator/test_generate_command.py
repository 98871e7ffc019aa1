"""`sciwire generate` and `publish` as commands: sources that are wrong, watching, versions that may not change."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from generating import ROOT, SMALL, generate, load, module_path, run, write_spec
from versioned import formats_below

from sciwire.runtime import DecodeError


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    write_spec(tmp_path / "specs", "left")
    return tmp_path / "specs"


def test_a_wrong_specification_is_reported_with_its_place_and_writes_nothing(specs: Path, tmp_path: Path) -> None:
    write_spec(specs, "left", SMALL.replace("type: uint", "type: unit"))

    done = generate(specs, tmp_path / "out")

    assert done.returncode == 1
    assert "left/1.yaml:11:22: SPEC012" in done.stderr
    assert "did you mean 'uint'?" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("words", [["nowhere"], ["left", "nowhere"]])
def test_a_format_that_is_not_there_is_a_mistake_of_the_command_line(
    specs: Path, tmp_path: Path, words: list[str]
) -> None:
    done = generate(specs, tmp_path / "out", *words)

    assert done.returncode == 2
    assert "no specification of nowhere" in done.stderr
    assert "known: left" in done.stderr


def test_a_name_beside_one_file_must_be_its_format(specs: Path, tmp_path: Path) -> None:
    done = run("generate", "right", "--specs", specs / "left" / "1.yaml", "--output", tmp_path / "out")

    assert (done.returncode, "known: left" in done.stderr) == (2, True)


def test_a_folder_that_cannot_be_written_is_an_error_and_no_traceback(specs: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")

    done = generate(specs, tmp_path / "file", "--unproved")

    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert str(tmp_path / "file") in done.stderr


def test_without_a_place_for_modules_output_is_asked_for(specs: Path) -> None:
    done = run("generate", "--specs", specs)

    assert (done.returncode, "--output" in done.stderr) == (2, True)


# a job in the background, as the tests themselves may be, starts with SIGINT ignored
_INTERRUPTIBLE = """
import signal
from sciwire.cli import main
signal.signal(signal.SIGINT, signal.default_int_handler)
main()
"""


@pytest.fixture
def watching(specs: Path, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    roots = os.pathsep.join(str(ROOT / name) for name in ("generator", "generated", "conformance"))
    words = ["generate", "--watch", "--unproved", "--specs", str(specs), "--output", str(tmp_path / "out")]
    with (tmp_path / "said").open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-c", _INTERRUPTIBLE, *words],
            env={**os.environ, "PYTHONPATH": roots, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
    yield process
    process.kill()
    process.wait()


def _until(path: Path, text: str, seconds: float = 200) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if path.is_file() and text in path.read_text():
            return True
        time.sleep(0.05)
    return False


def test_watch_generates_again_after_every_change_and_survives_a_mistake(
    specs: Path, tmp_path: Path, watching: subprocess.Popen[bytes]
) -> None:
    path = module_path(tmp_path / "out", "left")

    assert _until(path, "number: int")
    write_spec(specs, "left", SMALL.replace("type: uint", "type: unit"))
    assert _until(tmp_path / "said", "SPEC012")
    assert watching.poll() is None
    write_spec(specs, "left", SMALL.replace("number:", "count:"))
    assert _until(path, "count: int")
    write_spec(specs, "right")
    assert _until(module_path(tmp_path / "out", "right"), 'FORMAT = "right"')
    watching.send_signal(signal.SIGINT)
    watching.wait()


def _publish(specs: Path, version: str = "1", name: str = "left") -> subprocess.CompletedProcess[str]:
    return run("publish", name, version, "--specs", specs)


def test_a_published_version_that_changed_is_refused_everywhere(specs: Path, tmp_path: Path) -> None:
    assert generate(specs, tmp_path / "out", "--unproved").returncode == 0
    published = _publish(specs)
    assert published.returncode == 0, published.stderr
    path = write_spec(specs, "left", SMALL.replace("One frame", "Another frame"))

    for done in (
        generate(specs, tmp_path / "out"),
        generate(specs, tmp_path / "out", "--check"),
        run("check", specs),
        run("check", path),
        run("describe", "left", "--specs", specs),
        _publish(specs),
    ):
        assert done.returncode == 1
        assert "SPEC060 left 1 is published and may not change" in done.stdout + done.stderr
    assert load(tmp_path / "out", "left").Frame.__doc__.startswith("One frame.\n")


def test_a_published_version_makes_way_for_the_next(specs: Path, tmp_path: Path) -> None:
    assert _publish(specs).returncode == 0
    write_spec(specs, "left", SMALL.replace('version: "1"', 'version: "2"').replace("number:", "count:"), "2")

    assert generate(specs, tmp_path / "out").returncode == 0
    left = formats_below(tmp_path / "out", "left")["left"]
    assert left.VERSIONS == ("1", "2")
    # {"kind": "frame", "number": 7}: the newest can't read it, and says so unless the version is named
    data = b"\xa2\x64kind\x65frame\x66number\x07"
    assert left.decode(data, version="1").number == 7
    with pytest.raises(DecodeError, match="the required key 'count' is missing"):
        left.decode(data)


def test_publishing_twice_writes_the_same_line(specs: Path) -> None:
    write_spec(specs, "early")
    assert _publish(specs).returncode == 0
    assert _publish(specs, name="early").returncode == 0
    history = (specs / "HISTORY").read_bytes()

    assert _publish(specs).returncode == 0

    assert (specs / "HISTORY").read_bytes() == history
    lines = [line.split() for line in history.decode().splitlines() if not line.startswith("#")]
    assert [line[1:] for line in lines] == [["early", "1"], ["left", "1"]]
    assert all(len(line[0]) == 64 for line in lines)


def test_an_xsd_counts_where_the_version_names_it_and_only_there(specs: Path) -> None:
    write_spec(specs, "left", SMALL + "doc: Descriptors follow one.xsd.\n")
    folder = specs / "left"
    (folder / "one.xsd").write_text('<xs:include schemaLocation="two.xsd"/>')
    (folder / "two.xsd").write_text("<two/>")
    assert _publish(specs).returncode == 0

    (folder / "later.xsd").write_text("<for-the-next-version/>")
    assert run("check", specs).returncode == 0
    (folder / "two.xsd").write_text("<changed/>")
    assert "SPEC060" in run("check", specs).stdout


def test_two_files_of_one_version_are_refused(tmp_path: Path) -> None:
    for name in ("1", "one"):  # outside a folder called specs the name of the file is free
        write_spec(tmp_path / "drafts", "left", version=name)

    done = generate(tmp_path / "drafts", tmp_path / "out")

    assert (done.returncode, "SPEC061" in done.stderr) == (1, True)


@pytest.mark.parametrize(("name", "version"), [("left", "7"), ("nowhere", "1")])
def test_publishing_what_is_not_there_is_a_mistake_of_the_command_line(specs: Path, name: str, version: str) -> None:
    done = _publish(specs, version, name)

    assert (done.returncode, "known: " in done.stderr) == (2, True)
    assert not (specs / "HISTORY").exists()
