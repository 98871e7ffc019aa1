"""One writer, or one path, in the hands of several threads; interrupts in the middle of an append."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hdf5_files import LAYOUT, made, rows_of

from sciwire.runtime import hdf5
from sciwire.runtime.hdf5 import Writer
from sciwire.runtime.hdf5.growing import Growing


def _together(work: Callable[[int], None]) -> None:
    """Run *work* with 0 to 3 in a thread each; what one raises is raised."""
    failed: list[BaseException] = []

    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def test_appends_of_threads_come_one_after_the_other(tmp_path: Path) -> None:
    """Each append stands there whole, with the heads of its own words."""
    path = tmp_path / "a.h5"
    with Writer(path, LAYOUT) as writer:

        def append(number: int) -> None:
            for _ in range(25):
                writer.append_to("row", {"words": [b"%d" % number] * 9, "heads": {"site": [number] * 9}})

        _together(append)
        assert writer.count("row") == 4 * 25 * 9
    table = hdf5.read(path, LAYOUT, lambda reader: reader.table("row"))
    words = [int(word) for word in table["words"].tolist()]
    assert words == table["heads"]["site"].tolist()
    assert all(len(set(words[at : at + 9])) == 1 for at in range(0, len(words), 9))


def test_files_of_threads_at_one_path_are_whole(tmp_path: Path) -> None:
    """The last one stands there; none is refused."""
    path = tmp_path / "a.h5"
    columns = {"words": [b"one", b"two"], "heads": {"site": [1, 2], "gain": [0, 0]}}

    def write(number: int) -> None:
        for _ in range(10):
            hdf5.encode(LAYOUT, {"version": "1.0"}, columns, path)

    _together(write)
    assert rows_of(path) == [b"one", b"two"]
    assert [one.name for one in tmp_path.iterdir()] == ["a.h5"]


@pytest.mark.parametrize("where", ["resize", "write"])
def test_signals_that_strike_an_append_twice_leave_the_rows_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Once in the append, behind what HDF5 did, and once while that is taken back: then the end of the writer does it."""
    path = made(tmp_path / "a.h5", [b"one"])
    writer = Writer(path, LAYOUT)
    left = 2

    def struck(honest: Callable[..., None]) -> Callable[..., None]:
        def call(self: Growing, *arguments: Any) -> None:
            nonlocal left
            before = self.length
            honest(self, *arguments)
            if left:
                left -= 1
                self.length = before  # as where the signal comes before it is known
                raise KeyboardInterrupt

        return call

    monkeypatch.setattr(Growing, where, struck(getattr(Growing, where)))
    if where == "write":
        monkeypatch.setattr(Growing, "resize", _second(struck(Growing.resize)))
    with pytest.raises(KeyboardInterrupt):
        writer.append_to("row", {"words": [b"two"]})
    writer.close()
    assert left == 0 and path.read_bytes()[11] == 0 and rows_of(path) == [b"one"]


def _second(struck: Callable[..., None]) -> Callable[..., None]:
    """*struck* from the third call on: the first two extend the datasets."""
    calls = 0

    def call(self: Growing, length: int) -> None:
        nonlocal calls
        calls += 1
        if calls > 2:
            struck(self, length)
        else:
            self._id.set_extent((length, *self.inner))
            self.length = length

    return call
