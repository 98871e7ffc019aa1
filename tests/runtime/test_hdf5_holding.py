"""A file that a living writer holds is not mended: the marks in it do not say whether the writer lives."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hdf5_files import LAYOUT

from sciwire.runtime import hdf5
from sciwire.runtime.hdf5 import FileInUseError, Writer, holding


def test_repair_refuses_what_a_writer_of_this_process_holds(tmp_path: Path) -> None:
    """And takes it when the last of its writers has closed; the file is as it was."""
    path = tmp_path / "a.h5"
    writer = Writer(path, LAYOUT, attributes={"version": "1.0"})
    before = path.read_bytes()
    with pytest.raises(FileInUseError, match="a program has the file open and writes it"):
        hdf5.repair(path, LAYOUT, backup=tmp_path / "b.h5")
    assert path.read_bytes() == before and not (tmp_path / "b.h5").exists()
    writer.close()
    writer.close()
    assert hdf5.repair(path, LAYOUT).flags == 0
    lost = Writer(path, LAYOUT)
    del lost
    assert hdf5.repair(path, LAYOUT).rows == {"row": 0}


@pytest.mark.skipif(holding.fcntl is None, reason="this system has no advisory locks")
def test_repair_refuses_what_a_writer_of_another_process_holds(tmp_path: Path) -> None:
    """A lock says that the process lives; one that was killed has lost it, and its file is mended."""
    path = tmp_path / "a.h5"
    program = (
        "import os, sys\n"
        "from sciwire.formats import rawhdf5\n"
        "writer = rawhdf5.open_writer(sys.argv[1])\n"
        "writer.append([b'x'])\n"
        "print('open', flush=True)\n"
        "sys.stdin.read()\n"
        "os._exit(9)\n"
    )
    command = [sys.executable, "-c", program, str(path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(part for part in sys.path if part)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as child:
        assert child.stdout is not None and child.stdin is not None
        assert child.stdout.readline().strip() == b"open"
        from sciwire.formats import rawhdf5

        with pytest.raises(FileInUseError, match=r"close the writer first \[RAW-071\]"):
            rawhdf5.repair(path)
        child.stdin.close()
        child.wait(30)
    assert rawhdf5.repair(path).flags == 5 and rawhdf5.len_rawfile(path) == 1
