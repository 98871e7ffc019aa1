"""A root that ends in a run of elements: its module walks over them one at a time, as far as they are good.

The specification is invented, and the bytes are put together here with the `struct` module of Python.
"""

from __future__ import annotations

import importlib.util
import os
import struct
import subprocess
import sys
import tracemalloc
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from sciwire.runtime import DecodeError, TruncatedError

ROOT = Path(__file__).resolve().parents[2]
SPEC = Path(__file__).with_name("struct_specs") / "journal" / "1.yaml"
HEAD = b"JOUR" + b"DO" + b"\x02"
LINE = struct.pack(">HBxcH", 7, 3, b"B", 5) + b"hello"
MARK = struct.pack(">HI", 258, 99)


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Any:
    output = tmp_path_factory.mktemp("generated")
    roots = os.pathsep.join(str(ROOT / folder) for folder in ("generator", "generated", "conformance"))
    done = subprocess.run(
        [sys.executable, "-m", "sciwire.cli", "generate", "--specs", str(SPEC), "--output", str(output)],
        env={**os.environ, "PYTHONPATH": roots},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    spec = importlib.util.spec_from_file_location("journal_1", output / "sciwire" / "formats" / "journal.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["journal_1"] = module
    spec.loader.exec_module(module)
    return module


def test_a_walk_gives_the_head_at_once_and_the_elements_that_decode_gives(journal: Any) -> None:
    data = HEAD + LINE + MARK + LINE
    walk = journal.walk(data)

    assert (walk.head["head"].station, walk.head["colour"], walk.at, walk.count) == ("DO", "blue", len(HEAD), 0)
    places = [(walk.at, walk.count, element) for element in walk]
    assert [place[:2] for place in places] == [
        (len(HEAD) + len(LINE), 1),
        (len(HEAD) + len(LINE) + len(MARK), 2),
        (len(data), 3),
    ]
    assert [place[2] for place in places] == journal.decode(data).entries


def test_a_walk_over_data_cut_anywhere_gives_what_is_whole(journal: Any) -> None:
    data = HEAD + LINE + MARK
    for size in range(len(data)):
        found = []
        with pytest.raises(TruncatedError) if size not in (len(HEAD), len(HEAD + LINE)) else nullcontext():
            walk = journal.walk(data[:size])
            found.extend(walk)
        assert len(found) == (size >= len(HEAD + LINE))


def test_a_fault_names_the_element_and_its_offset_in_the_data(journal: Any) -> None:
    walk = journal.walk(HEAD + LINE + struct.pack(">HBxcH", 7, 10, b"A", 0))
    with pytest.raises(DecodeError, match="expected at most 9, got 10") as caught:
        list(walk)

    assert (caught.value.path, caught.value.at) == ("entries[1].urgency", len(HEAD + LINE) + 2)
    assert (walk.at, walk.count) == (len(HEAD + LINE), 1)
    with pytest.raises(DecodeError, match=r"head\.magic"):
        journal.walk(b"JOUT" + HEAD[4:])


def test_a_walk_takes_no_more_memory_for_more_elements(journal: Any) -> None:
    peaks = []
    for count in (10, 5000):
        data = HEAD + LINE * count
        tracemalloc.start()
        assert sum(1 for _ in journal.walk(data)) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] + 20_000


def test_a_magic_number_is_enough_to_recognise_the_format(journal: Any) -> None:
    assert journal.sniff(HEAD + LINE[:-1])
    assert journal.sniff(b"JOUR")
    assert not journal.sniff(b"JOU")
    assert not journal.sniff(b"JOUT" + HEAD[4:])
    assert "magic number" in journal.sniff.__doc__


def test_formats_for_the_struct_module_are_those_of_the_wire(journal: Any) -> None:
    tag, layout = journal.ENTRY_FORMATS["Line"]

    assert journal.HEAD_FORMAT == "<4s"  # no number, no order
    assert journal.ENTRY_FORMATS["Mark"] == (258, ">HI")
    assert struct.pack(layout, tag, 3, b"B", 5) + b"hello" == LINE


def test_two_byte_orders_in_one_format_are_refused() -> None:
    from sciwire.runtime import binary

    record = binary.Record(
        type("Both", (), {}), (binary.Part("a", binary.Number("<u2")), binary.Part("b", binary.Number(">u2")))
    )
    with pytest.raises(ValueError, match="two byte orders"):
        binary.leading_format(record)
