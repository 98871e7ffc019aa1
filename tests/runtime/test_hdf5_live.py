"""Files while they grow, and after their writer was killed: real processes, real signals."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hdf5_files import LAYOUT, columns, digest, made, rows_of

from sciwire.runtime import DecodeError, TruncatedError, hdf5
from sciwire.runtime.hdf5 import FileInUseError, Reader, UnevenRowsError, Writer
from sciwire.runtime.hdf5.superblock import patched

GROWING = """
import sys, time
from hdf5_files import LAYOUT
from sciwire.runtime.hdf5 import Writer
path, batch, reopen = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "reopen"
writer = None if reopen else Writer(path, LAYOUT)
number = 0
while True:
    rows = range(number, number + batch)
    table = {"words": [b"%d" % n * (n % 50) for n in rows], "heads": {"site": [n % 256 for n in rows]}}
    if reopen:
        Writer(path, LAYOUT, first=("row", table)).close()
        time.sleep(0.001)
    else:
        writer.append_to("row", table)
    number += batch
    if number == batch:
        print("growing", flush=True)
"""


def word(number: int) -> bytes:
    return b"%d" % number * (number % 50)


@contextmanager
def growing(path: Path, batch: int, how: str = "kept") -> Iterator[subprocess.Popen[str]]:
    """A process that appends to *path* until it is killed."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(part for part in sys.path if part)}
    command = [sys.executable, "-c", GROWING, str(path), str(batch), how]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stdout is not None and process.stdout.readline() == "growing\n"
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(("batch", "how"), [(1, "kept"), (20, "kept"), (3000, "kept"), (5, "reopen")])
def test_reads_beside_a_writer_give_whole_rows(tmp_path: Path, batch: int, how: str) -> None:
    """Every read succeeds, never goes back, and has every row as it was written."""
    path = tmp_path / "a.h5"
    last = reads = 0
    with growing(path, batch, how):
        end = time.monotonic() + 1.0
        while reads < 5 or last <= batch or time.monotonic() < end:
            words = rows_of(path, seconds=60)
            assert len(words) >= last
            for number in {0, last, len(words) - 1} & set(range(len(words))):
                assert words[number] == word(number)
            last, reads = len(words), reads + 1


def test_following_gives_each_row_once(tmp_path: Path) -> None:
    """The batches join without gap or repetition while the file grows, from any row on."""
    path = tmp_path / "a.h5"
    seen: list[bytes] = []
    sites: list[int] = []
    with growing(path, 7):
        for table in hdf5.follow(path, LAYOUT, "row", columns, start=3, rows=100, timeout=60):
            assert 0 < len(table["words"]) <= 100
            seen += table["words"]
            sites += table["heads"]["site"].tolist()
            if len(seen) > 500:
                break
    assert seen == [word(number) for number in range(3, 3 + len(seen))]
    assert sites == [number % 256 for number in range(3, 3 + len(seen))]


def test_following_waits_and_ends(tmp_path: Path) -> None:
    """Without new rows it ends after the time given; the file may come later; a shorter file is an error."""
    path = tmp_path / "a.h5"
    with pytest.raises(FileNotFoundError):
        list(hdf5.follow(path, LAYOUT, "row", columns, timeout=0))
    made(path, [b"a", b"b"])
    begin = time.monotonic()
    assert [len(table["words"]) for table in hdf5.follow(path, LAYOUT, "row", columns, timeout=0.2)] == [2]
    assert time.monotonic() - begin >= 0.2
    assert list(hdf5.follow(path, LAYOUT, "row", columns, start=2, timeout=0)) == []
    assert list(hdf5.follow(path, LAYOUT, "row", columns, start=99, timeout=0)) == []
    following = hdf5.follow(path, LAYOUT, "row", columns, timeout=0.2)
    next(following)
    made(path, [b"a"])
    with pytest.raises(DecodeError, match="the file has 1 rows, 2 were read before") as caught:
        next(following)
    assert caught.value.category == "state"


@pytest.mark.parametrize("batch", [1, 20, 3000])
def test_a_killed_writer_leaves_a_file_that_can_be_repaired(tmp_path: Path, batch: int) -> None:
    """Marked, read all the same, refused for writing; repaired it has every row that was flushed, and grows on."""
    path = tmp_path / "a.h5"
    for attempt in range(3):
        path.unlink(missing_ok=True)
        with growing(path, batch):
            time.sleep(0.03 + 0.07 * attempt)
            flushed = len(rows_of(path, seconds=60))
        assert path.read_bytes()[11] == 5
        before = digest(path)
        with pytest.raises(FileInUseError):
            Writer(path, LAYOUT)
        assert digest(path) == before

        kept = tmp_path / f"kept{attempt}.h5"
        done = hdf5.repair(path, LAYOUT, backup=kept)

        words = rows_of(path)
        assert done.flags == 5 and done.rows == {"row": len(words)} and digest(kept) == before
        assert len(words) >= flushed and words == [word(number) for number in range(len(words))]
        Writer(path, LAYOUT, first=("row", {"words": [b"more"]})).close()
        assert rows_of(path)[-1] == b"more" and path.read_bytes()[11] == 0


def test_repair_cuts_what_is_not_whole(tmp_path: Path) -> None:
    """Rows that only one dataset has are cut off, and so are rows whose bytes are not there."""
    import h5py

    path = made(tmp_path / "a.h5", [b"one", b"two", b"three"])
    with h5py.File(path, "r+") as file:
        file["heads"].resize(2, axis=0)
    kept = path.read_bytes()
    done = hdf5.repair(path, LAYOUT, cut=False)
    assert (done.rows, done.cut, path.read_bytes()) == ({"row": 2}, {}, kept)
    done = hdf5.repair(path, LAYOUT)
    assert (done.flags, done.rows, done.cut) == (0, {"row": 2}, {"/words": 1})
    assert rows_of(path) == [b"one", b"two"]
    data = path.read_bytes()
    at = data.find(b"two")
    path.write_bytes(data[: at - 16] + b"\xee\xee" + data[at - 14 :])  # its number in the heap
    assert hdf5.repair(path, LAYOUT).cut == {"/words": 1, "/heads": 1}
    assert rows_of(path) == [b"one"]


def test_repair_leaves_what_it_can_not_mend(tmp_path: Path) -> None:
    """A good file is not touched; a cut one, and one with a wrong checksum, are refused and stay as they were."""
    path = made(tmp_path / "a.h5", [b"one"])
    data = path.read_bytes()
    assert hdf5.repair(path, LAYOUT).rows == {"row": 1} and path.read_bytes() == data
    marked = patched(data, flags=5, end=len(data)) + data[48:]
    wrong = marked[:11] + b"\4" + marked[12:]
    header = marked.find(b"OHDR")
    broken = marked[: header + 20] + bytes([marked[header + 20] ^ 1]) + marked[header + 21 :]
    for damaged, kind in ((marked[:-100], TruncatedError), (wrong, DecodeError), (broken, DecodeError)):
        path.write_bytes(damaged)
        with pytest.raises(kind):
            hdf5.repair(path, LAYOUT)
        assert path.read_bytes() == damaged


def test_uneven_rows_are_told_and_kept(tmp_path: Path) -> None:
    """Unequal lengths are an error of state with the rows that both have; asked to keep, they are given."""
    import h5py

    path = made(tmp_path / "a.h5", [b"one", b"two", b"three"])
    with h5py.File(path, "r+") as file:
        file["heads"].resize(2, axis=0)
    with pytest.raises(UnevenRowsError, match="/words has 3, /heads has 2") as caught:
        hdf5.read(path, LAYOUT, columns)
    error = caught.value
    assert (error.category, error.rule, error.at) == ("state", "DE-003", "/words") and isinstance(error, RuntimeError)
    assert error.partial["words"] == [b"one", b"two"] and len(error.partial["heads"]) == 2
    assert rows_of(path, on_error="keep") == [b"one", b"two"]
    assert hdf5.read(path, LAYOUT, lambda reader: reader.problems, even=False) == []


def test_a_read_gives_up_in_time(tmp_path: Path) -> None:
    """A damaged file with a writer's mark is tried again for a while, not for ever."""
    data = made(tmp_path / "a.h5", [b"one"]).read_bytes()
    at = data.rfind(b"OHDR")
    damaged = data[: at + 20] + bytes([data[at + 20] ^ 1]) + data[at + 21 :]
    path = tmp_path / "b.h5"
    path.write_bytes(patched(damaged, flags=5, end=len(damaged)) + damaged[48:])
    begin = time.monotonic()
    with pytest.raises(DecodeError):
        hdf5.read(path, LAYOUT, _everything, seconds=0.3)
    assert time.monotonic() - begin >= 0.3  # and it ended


def _everything(reader: Reader) -> object:
    return [reader.attribute(attribute.field) for attribute in LAYOUT.attributes], reader.table("row")


def test_a_writer_that_never_rests_is_read(tmp_path: Path) -> None:
    """Lengths that differ at every look: what one dataset had, all have a moment later, and that was a table."""
    import h5py

    path = made(tmp_path / "a.h5", [b"%d" % number for number in range(20)])
    data = path.read_bytes()
    looks: list[Path] = []
    for number, (words, heads) in enumerate([(8, 5), (12, 9), (15, 13)]):
        look = tmp_path / f"{number}.h5"
        look.write_bytes(data)
        with h5py.File(look, "r+") as file:
            file["words"].resize(words, axis=0)
            file["heads"].resize(heads, axis=0)
        marked = look.read_bytes()
        look.write_bytes(patched(marked, flags=5, end=len(marked)) + marked[48:])
        looks.append(look)
    waiting = iter(looks)

    def build(reader: Reader) -> list[bytes]:
        found: list[bytes] = reader.table("row")["words"].tolist()
        if upcoming := next(waiting, None):  # by the next look the writer has gone on
            path.write_bytes(upcoming.read_bytes())
        return found

    path.write_bytes(next(waiting).read_bytes())
    assert hdf5.read(path, LAYOUT, build, seconds=60) == [b"%d" % number for number in range(8)]
    with pytest.raises(UnevenRowsError):
        hdf5.read(looks[0], LAYOUT, columns, seconds=0.05)
