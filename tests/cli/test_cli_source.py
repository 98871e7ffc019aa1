"""What `sciwire inspect` is given may have no end, no size or no bytes yet: it says so, and takes no memory for it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import cbor2
import click
import pytest
from commands import call, run
from work import new_peak, peak

from sciwire.cli import source

DATA = cbor2.dumps({"type": "end", "series_id": 3, "series_unique_id": "s"})
HUGE = 1 << 42

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")


def _pipe(folder: Path) -> Path:
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    return pipe


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no endless device here")
def test_a_device_without_an_end_is_refused_at_once() -> None:
    done = run("inspect", "/dev/zero")

    assert done.returncode == 2
    assert b"/dev/zero is a device, which has no end: copy what is meant into a file" in done.stderr


def test_the_empty_device_is_empty() -> None:
    done = run("inspect", os.devnull)

    assert done.returncode == 1
    assert b"it is empty" in done.stderr


def test_a_pipe_without_an_end_is_read_up_to_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MOST", 3_000_000)
    pipe = _pipe(tmp_path)
    endless = subprocess.Popen(["cat", "/dev/zero"], stdout=os.open(pipe, os.O_RDWR))
    try:
        with pytest.raises(click.UsageError, match="has more than 3,000,000 bytes, and no size that could be known"):
            source.read_source(pipe)
    finally:
        endless.kill()
        endless.wait()


def test_a_pipe_that_nobody_writes_to_yet_is_waited_for_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, told, pipe = list[tuple[str, bool]](), threading.Event(), _pipe(tmp_path)

    def echo(text: str, err: bool) -> None:
        said.append((text, err))
        told.set()

    def write() -> None:
        told.wait(60)
        pipe.write_bytes(DATA)

    monkeypatch.setattr(source, "_PATIENCE", 50)
    monkeypatch.setattr(click, "echo", echo)
    writer = threading.Thread(target=write)
    writer.start()

    data, on_disk = source.read_source(pipe)

    writer.join()
    assert (bytes(data), on_disk) == (DATA, False)
    assert said == [(f"{pipe} is a pipe, nothing was written to it yet: waiting", True)]


def test_standard_input_is_read_from_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "two"
    path.write_bytes(b"first\n" + DATA)
    with path.open("rb") as file:
        os.lseek(file.fileno(), 6, os.SEEK_SET)
        done = subprocess.run([sys.executable, "-m", "sciwire.cli", "inspect", "-"], stdin=file, capture_output=True, check=False)  # fmt: skip

    assert done.stdout.startswith(b"simplon "), done.stderr


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell the memory of a process")
def test_a_file_of_holes_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "holes"
    path.write_bytes(DATA)
    os.truncate(path, HUGE)

    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, str(path)], capture_output=True, encoding="utf-8", check=False
    )

    assert f"{HUGE - len(DATA)} more bytes follow" in done.stderr
    assert int(done.stdout.splitlines()[-1]) < 500_000, "KiB"


_MEASURED = """\
import sys
from pathlib import Path
from sciwire.cli import main
sys.argv[1:1] = ["inspect"]
try:
    main()
finally:
    print(next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line))
"""


def test_json_of_more_than_a_text_can_hold_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "holes"
    path.write_bytes(DATA)
    os.truncate(path, HUGE)

    result = call("inspect", path, "--json")

    assert result.exit_code == 2
    assert f"has {HUGE:,} bytes, and --json makes one text of all" in result.stderr


def test_a_recording_with_a_file_of_holes_takes_no_memory(tmp_path: Path) -> None:
    (tmp_path / "part.000001").write_bytes(b'{"htype":"dheader-1.0","series":1,"header_detail":"none"}')
    (tmp_path / "part.000002").write_bytes(b"")
    os.truncate(tmp_path / "part.000002", HUGE)
    before = new_peak()

    result = call("inspect", tmp_path)

    assert result.exit_code == 1
    assert peak() - before < 200_000_000
