"""A file that a living writer holds is not mended: the marks in it do not say whether the writer lives."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hdf5_files import LAYOUT, made, rows_of

from sciwire.runtime import hdf5
from sciwire.runtime.hdf5 import FileInUseError, FileThereError, UnwritableFileError, Writer, holding, writer
from sciwire.runtime.hdf5.holding import Hold
from sciwire.runtime.hdf5.superblock import patched


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


def table(*words: bytes) -> tuple[str, dict[str, list[bytes]]]:
    return "row", {"words": list(words)}


needs_locks = pytest.mark.skipif(holding.fcntl is None, reason="this system has no advisory locks")
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")


@needs_locks
def test_two_that_look_at_the_same_time_do_not_both_write(tmp_path: Path) -> None:
    """Before the marks are in the file the lock tells; what mends has the file alone."""
    path = made(tmp_path / "a.h5", [b"one"])
    before = path.read_bytes()
    first = Hold(path)
    for call in (lambda: Writer(path, LAYOUT), lambda: hdf5.repair(path, LAYOUT), lambda: Hold(path, alone=True)):
        with pytest.raises(FileInUseError):
            call()
    first.share()
    Writer(path, LAYOUT).close()  # others may have it as well now: a program that reads, of which no mark tells
    first.release()
    assert rows_of(path) == [b"one"] and len(path.read_bytes()) == len(before)
    alone = Hold(path, alone=True)
    with pytest.raises(FileInUseError, match="a program has the file open and writes it"):
        Writer(path, LAYOUT)
    alone.release()
    Writer(path, LAYOUT).close()


@needs_locks
@pytest.mark.parametrize("step", ["make", "publish"])
def test_who_comes_second_to_a_new_file_leaves_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """A file that another writer makes between the look and the making is not made anew, and not removed."""
    path = tmp_path / "a.h5"
    honest = getattr(writer, step)

    def late(*arguments: object, **options: object) -> object:
        monkeypatch.undo()
        Writer(path, LAYOUT, first=table(b"theirs")).close()
        return honest(*arguments, **options)

    monkeypatch.setattr(writer, step, late)
    with pytest.raises(FileThereError, match="another program has made the file meanwhile"):
        Writer(path, LAYOUT, first=table(b"ours"))
    assert rows_of(path) == [b"theirs"] and [one.name for one in tmp_path.iterdir()] == ["a.h5"]


@needs_fork
def test_a_forked_child_does_not_write(tmp_path: Path) -> None:
    """Neither by the writer that it has from its parent, nor when it ends and the library closes its files."""
    path = tmp_path / "a.h5"
    program = (
        "import os, sys\n"
        "from hdf5_files import LAYOUT\n"
        "from sciwire.runtime.hdf5 import UnwritableFileError, Writer\n"
        "writer = Writer(sys.argv[1], LAYOUT, first=('row', {'words': [b'one']}))\n"
        "for number in range(50):\n"
        "    writer.append_to('row', {'words': [b'%d' % number]})\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    try:\n"
        "        writer.append_to('row', {'words': [b'lost'] * 3000})\n"
        "    except UnwritableFileError as error:\n"
        "        print(error.problem, flush=True)\n"
        "    writer._file['words'].resize(0, axis=0)\n"
        "    writer._file.flush()\n"
        "    writer.close()\n"
        "    sys.exit(0)\n"
        "os.waitpid(child, 0)\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    sys.stdin.read()\n"
        "    os._exit(0)\n"
        "print('killed', flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(part for part in sys.path if part)}
    command = [sys.executable, "-c", program, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as parent:
        assert parent.stdout is not None and parent.stdin is not None
        assert parent.stdout.readline() == "the writer belongs to the process that opened it\n"
        assert parent.stdout.readline() == "killed\n"
        parent.wait(30)
        assert hdf5.repair(path, LAYOUT).rows == {"row": 51}, "the child that lives does not have the lock"
        assert rows_of(path) == [b"one", *(b"%d" % number for number in range(50))]
        parent.stdin.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows does not delete files that are open")
def test_a_file_that_was_deleted_gets_no_rows(tmp_path: Path) -> None:
    """They would be lost, and nobody told; a file that was given another name is still there."""
    path = tmp_path / "a.h5"
    with Writer(path, LAYOUT, first=table(b"one")) as kept:
        path.rename(tmp_path / "b.h5")
        assert kept.append_to(*table(b"two")) == 1
        assert rows_of(tmp_path / "b.h5") == [b"one", b"two"]
        (tmp_path / "b.h5").unlink()
        with pytest.raises(UnwritableFileError, match="the file was deleted"):
            kept.append_to(*table(b"three"))


def test_an_append_that_could_not_be_taken_back_leaves_the_marks(tmp_path: Path) -> None:
    """Though HDF5 closes the file, and says that it ends where its last bytes did not fit."""
    path = tmp_path / "a.h5"
    kept = Writer(path, LAYOUT, first=table(b"one"))
    assert kept._appender is not None

    def full(file: object) -> None:
        raise OSError("no space left on device")

    kept._appender._flush = full
    with pytest.raises(UnwritableFileError, match=r"the append failed, the file needs repair\(\)"):
        kept.append_to(*table(b"two"))
    assert path.read_bytes()[11] == 5
    with pytest.raises(FileInUseError):
        Writer(path, LAYOUT)
    data = path.read_bytes()
    path.write_bytes(patched(data, flags=0, end=len(data) + 4096) + data[48:])
    hdf5.redo.leave_marked(path)
    assert path.read_bytes()[11] == 5
    hdf5.repair(path, LAYOUT)
    assert rows_of(path) == [b"one"]


@pytest.mark.skipif(os.name == "nt", reason="this system has no limit of the length of files")
def test_the_limit_of_a_file_is_seen_before_it_is_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that fails in mid-append spoils the file, and HDF5 may end the process over it."""
    import resource

    path = made(tmp_path / "a.h5", [b"one"])
    before = path.read_bytes()
    monkeypatch.setattr(resource, "getrlimit", lambda _: (len(before) + 5, resource.RLIM_INFINITY))
    with pytest.raises(UnwritableFileError, match="may grow by 5 here"):
        Writer(path, LAYOUT, first=table(b"two"))
    assert path.read_bytes() == before
