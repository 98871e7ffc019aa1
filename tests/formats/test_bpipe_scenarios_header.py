"""The scenarios of the pipeline model that edit the header: fields are added, found, deleted and resized."""

from __future__ import annotations

import io

from bpipe_bytes import A
from test_bpipe_scenarios import copied

from sciwire.formats import bpipe


def test_s3_duplicate_header() -> None:
    pipe = bpipe.Pipe(A)
    pipe.add_string("history", "post")

    assert pipe.header_count("history") == 3
    last = pipe.find_header("history", "last")
    assert last is not None
    assert (last.text, last.index) == ("post", 2)


def test_s4_header_order() -> None:
    out = io.BytesIO()
    pipe = bpipe.Pipe(outputs=[out])
    pipe.add_string("history", "pre")
    pipe.input(A)
    pipe.add_string("history", "post")
    pipe.copy()

    found = bpipe.decode(out.getvalue()).header
    assert [one.text or int(one.data) for one in found] == ["pre", 3, "raygen", "surface_intercept", "post"]
    assert [one.index for one in found if one.name == "history"] == [0, 1, 2, 3]


def test_s5_delete_by_index_does_not_renumber_until_it_is_read_again() -> None:
    pipe = bpipe.Pipe(A)

    assert pipe.delete_header("history", 0) == 0
    assert pipe.header_count("history") == 1
    assert pipe.find_header("history", 0) is None
    kept = pipe.find_header("history", 1)
    assert kept is not None
    assert kept.text == "surface_intercept"
    added = pipe.add_string("history", "new")
    assert added.index == 2

    again = bpipe.decode(copied(A, lambda pipe: pipe.delete_header("history", 0))).all_named("history")
    assert [(one.index, one.text) for one in again] == [(0, "surface_intercept")]


def test_s6_delete_last_and_all() -> None:
    pipe = bpipe.Pipe(A)

    assert pipe.delete_header("history", bpipe.BPHdrfIdx_LAST) == 0
    assert [one.text for one in pipe.header_fields("history")] == ["raygen"]
    assert pipe.delete_header("history", bpipe.BPHdrfIdx_ALL) == 0
    assert pipe.header_count("history") == 0
    assert pipe.delete_header("history", bpipe.BPHdrfIdx_ALL) == 1


def test_s11_header_resize() -> None:
    pipe = bpipe.Pipe()
    pipe.add_header("v", "int", [2], [5, 6])

    pipe.resize_header("v", "last", [3])
    assert pipe.header_data("v").tolist() == [5, 6, 0]  # type: ignore[union-attr]  # it is there
    pipe.resize_header("v", "last", [3, 2])
    assert pipe.header_data("v").tolist() == [[5, 6, 0], [0, 0, 0]]  # type: ignore[union-attr]  # it is there
    pipe.resize_header("v", 0, [2], [1, 0], [0], [2, 1])
    assert pipe.header_data("v").tolist() == [6, 0]  # type: ignore[union-attr]  # it is there
    assert pipe.header_extents("v") == (2,)


def test_s18_strings() -> None:
    pipe = bpipe.Pipe()

    found = [
        pipe.add_string("s", text, length).data.tobytes() for text, length in (("abc", 0), ("abcdef", 4), ("ab", 5))
    ]

    assert found == [b"abc\0", b"abc\0", b"ab\0\0\0"]
