"""Files of large rows are read and proved in memory that does not grow with them."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hdf5_files import LAYOUT, columns, made

from sciwire.runtime import hdf5

ROW = 1 << 20
ROWS = 96


def large(number: int) -> bytes:
    return bytes([number]) * (ROW + number)


def peak(body: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        body()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("options", [{}, {"compression": "lzf"}], ids=["deflate", "lzf"])
def test_large_rows_come_a_few_at_a_time(tmp_path: Path, options: dict[str, str]) -> None:
    """Each row once and in order, whatever is asked for at a time; a row beyond the bytes of a window comes alone."""
    path = made(tmp_path / "a.h5", [large(0), b"", b"x" * (20 << 20), b"y", *map(large, range(4, 40))], **options)
    seen: list[bytes] = []
    sizes: list[int] = []
    for table in hdf5.follow(path, LAYOUT, "row", columns, timeout=0):
        sizes.append(sum(map(len, table["words"])))
        seen += table["words"]
    assert [len(one) for one in seen] == [ROW, 0, 20 << 20, 1, *(ROW + number for number in range(4, 40))]
    assert [one[:1] for one in seen[4:]] == [bytes([number]) for number in range(4, 40)]
    if not options:
        assert max(sizes) == 20 << 20 and sizes[0] == ROW and len(sizes) == 5


def test_following_large_rows_takes_constant_memory(tmp_path: Path) -> None:
    path = made(tmp_path / "a.h5", [large(number) for number in range(ROWS)])

    def follow() -> None:
        total = 0
        for table in hdf5.follow(path, LAYOUT, "row", columns, timeout=0):
            total += sum(map(len, table["words"]))
        assert total == sum(ROW + number for number in range(ROWS))

    assert peak(follow) < 64 << 20  # of 96 MiB of rows


def test_repairing_a_file_of_large_rows_takes_constant_memory(tmp_path: Path) -> None:
    path = made(tmp_path / "a.h5", [large(number) for number in range(ROWS)])
    assert peak(lambda: hdf5.repair(path, LAYOUT)) < 64 << 20
