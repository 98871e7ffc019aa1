"""The looking steps of scenarios say what h5py wrote, and the steps that harm do harm."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from sciwire.conformance.adapters import h5look
from sciwire.conformance.adapters.files import FileSteps


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w", libver=("v110", "v110")) as file:
        meta = file.create_group("meta")
        meta.attrs["version"] = "0.0"
        meta.attrs["created"] = np.float64(5)
        meta.attrs["modified"] = np.float64(5)
        bytes_ = h5py.vlen_dtype(np.uint8)
        file.create_dataset("msgs", (2,), bytes_, maxshape=(None,), chunks=(4,), compression=3)
        file.create_dataset("msg_headers", (2,), [("io_groups", "u1")], maxshape=(None,), shuffle=True, chunks=(8,))
        file["site"] = 1
    return path


def test_a_layout_is_told_in_words(made: Path) -> None:
    assert h5look.layout(made) == {
        "superblock": 3,
        "flags": 0,
        "meta": {"version": "text", "created": "f64", "modified": "f64"},
        "others": ["site"],
        "msgs": {"type": "sequence of u8", "shape": [2], "maxshape": [None], "chunks": [4], "filters": [["deflate", 3]]},
        "msg_headers": {
            "type": {"io_groups": "u8"}, "shape": [2], "maxshape": [None], "chunks": [8], "filters": [["shuffle", 1]]
        },
        "layout_messages": {"msgs": 4, "msg_headers": 4},
        "beside": {name: {"attributes": [], "by_chunk": True, "times": False} for name in ("msgs", "msg_headers")},
    }  # fmt: skip


@pytest.mark.parametrize(("modified", "relation"), [(5.0, "equal"), (6.0, "later"), (4.0, "earlier")])
def test_times_are_told_as_a_relation(modified: float, relation: str, made: Path) -> None:
    with h5py.File(made, "r+") as file:
        file["meta"].attrs["modified"] = modified

    assert h5look.meta(made) == {"version": "0.0", "io_version": None, "modified": relation}


def test_an_older_superblock_has_no_flags_and_no_layout_message_that_is_looked_for(tmp_path: Path) -> None:
    path = tmp_path / "old.h5"
    with h5py.File(path, "w", libver=("earliest", "v110")) as file:
        file.create_group("meta")
        file["msgs"] = [1]

    found = h5look.layout(path)

    assert (found["superblock"], found["flags"], found["layout_messages"]) == (0, 0, {"msgs": None})
    assert found["msgs"] == {"type": "i64", "shape": [1], "maxshape": [1], "chunks": None, "filters": []}


@pytest.fixture
def rawhdf5() -> Any:
    if importlib.util.find_spec("sciwire.formats.rawhdf5") is None:
        pytest.skip("the module of rawhdf5 is not generated")
    from sciwire.formats import rawhdf5

    return rawhdf5


MESSAGE = {"$bytes": "YWxwaGE="}
ROWS = {"filename": "a.h5", "msgs": [MESSAGE], "msg_headers": {"io_groups": [7]}}


def test_a_killed_writer_leaves_its_marks_and_its_rows(rawhdf5: Any) -> None:
    with FileSteps(rawhdf5) as steps:
        answers = [
            steps.answer({"op": op, "args": args})
            for op, args in (
                ("to_rawfile", ROWS),
                ("kill", ROWS),
                ("to_rawfile", ROWS),
                ("repair", {"filename": "a.h5"}),
                ("layout", {"filename": "a.h5"}),
                ("len_rawfile", {"filename": "a.h5"}),
            )
        ]

    assert answers[:2] == [{"value": None}, {"value": None}]
    assert answers[2]["error"]["category"] == "state"
    assert answers[3] == {"value": None}
    assert answers[4]["value"]["flags"] == 0
    assert answers[5] == {"value": 2}


def test_following_gives_the_rows_from_the_start_that_is_named(rawhdf5: Any) -> None:
    with FileSteps(rawhdf5) as steps:
        for _ in range(3):
            steps.answer({"op": "to_rawfile", "args": ROWS})
        answer = steps.answer({"op": "follow", "args": {"filename": "a.h5", "start": 1}})

    assert answer == {
        "value": {"version": "0.0", "io_version": None, "msgs": [MESSAGE] * 2, "msg_headers": {"io_groups": [7, 7]}}
    }


def test_a_reader_in_another_process_holds_the_file_until_it_is_closed(rawhdf5: Any) -> None:
    with FileSteps(rawhdf5) as steps:
        steps.answer({"op": "to_rawfile", "args": ROWS})
        opened = steps.answer({"op": "open_reader", "args": {"filename": "a.h5"}})
        process = steps._open["reader"]._process
        alive = process.poll()
        closed = steps.answer({"op": "close_reader", "args": {}})

    assert (opened, closed) == ({"value": None}, {"value": None})
    assert alive is None
    assert process.poll() == 0
