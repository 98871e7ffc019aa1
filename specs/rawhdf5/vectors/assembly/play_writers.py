"""Scenarios of writers that were killed, stay open, or are followed."""

from __future__ import annotations

from .entries import Entry, bytes_text
from .steps import ANY, LAYOUT, STAT, append, kept, length, put, read, refused, rows, same, scenario

__all__ = ["writer_scenarios"]

A, B, C = b"alpha", b"", b"\x00gamma\x00"
PAIR = ([A, B], [7, 255])
FIRST = [b"first", b"", b"\x00third\x00"]
REPAIR = kept({"op": "repair", "args": {"filename": "a.h5"}}, {"value": None})
KILL = {"op": "kill", "args": {"filename": "a.h5", **rows([C], [3])}}
WRITE = {"op": "append", "args": rows([C], [3])}
CLOSED = {"op": "close_writer", "args": {}}
OPENED = {"op": "open_writer", "args": {"filename": "a.h5"}}
DONE = {"value": None}
TAIL = {"value": {"version": "0.0", "io_version": None, "msgs": [bytes_text(C)], "msg_headers": {"io_groups": [3]}}}


def writer_scenarios() -> list[Entry]:
    """Return the scenarios of group writers."""
    return [*_killed(), *_repaired(), *_kept_open(), *_followed(), *_beside_a_reader()]


def _killed() -> list[Entry]:
    return [
        scenario(
            "killed-read",
            "A killed writer's file is read",
            "RAW-006",
            [put("killed-writer.h5"), length(3), read(FIRST, [0, 1, 2])],
        ),
        scenario(
            "killed-write",
            "A killed writer's file is refused for writing and left as it is",
            "RAW-071 RAW-068",
            [put("killed-writer.h5"), STAT, append(*PAIR, refuse="state"), same(1)],
        ),
        scenario(
            "killed-repair",
            "The repair clears the flags, then rows can be appended",
            "RAW-072",
            [
                put("killed-writer.h5"),
                REPAIR,
                (LAYOUT, {"includes": {"flags": 0}}),
                append([A], [9]),
                read([*FIRST, A], [0, 1, 2, 9]),
            ],
            needs=["repair"],
        ),
    ]


def _repaired() -> list[Entry]:
    return [
        scenario(
            "killed-uneven-repair",
            "The repair keeps the rows that both datasets have",
            "RAW-072",
            [
                put("killed-uneven.h5"),
                REPAIR,
                length(2),
                read(FIRST[:2], [7, 8]),
                append([A], [9]),
                read([*FIRST[:2], A], [7, 8, 9]),
            ],
            needs=["repair"],
        ),
        scenario(
            "repair-good",
            "The repair of a good file changes no row",
            "RAW-072",
            [append(*PAIR), REPAIR, read(*PAIR)],
            needs=["repair"],
        ),
        scenario(
            "repair-other",
            "The repair of a file of another kind is refused and changes nothing",
            "RAW-072 RAW-068",
            [put(data=b"no hdf5"), STAT, kept(REPAIR[0], refused("framing io")), same(1)],
            needs=["repair"],
        ),
    ]


def _kept_open() -> list[Entry]:
    return [
        scenario(
            "killed-live",
            "A writer is killed after an append; the rows are there, repair and go on",
            "RAW-044 RAW-071 RAW-072",
            [
                append(*PAIR),
                kept(KILL, DONE),
                length(3),
                read([A, B, C], [7, 255, 3]),
                append([A], [9], refuse="state"),
                REPAIR,
                append([A], [9]),
                read([A, B, C, A], [7, 255, 3, 9]),
            ],
            needs=["kill", "repair"],
        ),
        scenario(
            "kept-open",
            "A writer that stays open appends twice; rows are seen after each",
            "RAW-084",
            [
                kept(OPENED, DONE),
                kept(WRITE, DONE),
                length(1),
                kept(WRITE, DONE),
                length(2),
                kept(CLOSED, DONE),
                read([C, C], [3, 3]),
                (LAYOUT, {"includes": {"flags": 0}}),
            ],
            needs=["open_writer"],
        ),
    ]


def _followed() -> list[Entry]:
    return [
        scenario(
            "kept-open-refused",
            "A refused append of an open writer changes no row and does not close it",
            "RAW-084 RAW-068",
            [
                kept(OPENED, DONE),
                kept({"op": "append", "args": rows([C], [300])}, refused("constraint size type")),
                kept(WRITE, DONE),
                kept(CLOSED, DONE),
                read([C], [3]),
            ],
            needs=["open_writer"],
        ),
        scenario(
            "follow",
            "Following gives each row once",
            "RAW-085",
            [
                append(*PAIR),
                kept(
                    {"op": "follow", "args": {"filename": "a.h5", "start": 0}},
                    {
                        "value": {
                            "version": "0.0",
                            "io_version": None,
                            "msgs": [bytes_text(A), bytes_text(B)],
                            "msg_headers": {"io_groups": [7, 255]},
                        }
                    },
                ),
                append([C], [3]),
                kept({"op": "follow", "args": {"filename": "a.h5", "start": 2}}, TAIL),
            ],
            needs=["follow"],
        ),
        scenario(
            "follow-uneven",
            "Following gives only rows that both datasets have",
            "RAW-085 RAW-028",
            [
                put("lengths-more-msgs.h5"),
                kept(
                    {"op": "follow", "args": {"filename": "a.h5", "start": 1}},
                    {
                        "value": {
                            "version": "0.0",
                            "io_version": None,
                            "msgs": [bytes_text(b"")],
                            "msg_headers": {"io_groups": [8]},
                        }
                    },
                ),
            ],
            needs=["follow"],
        ),
    ]


def _beside_a_reader() -> list[Entry]:
    return [
        scenario(
            "reader-open",
            "Rows are appended while a reader holds the file, and a lock on it",
            "RAW-045 RAW-083",
            [
                append(*PAIR),
                kept({"op": "open_reader", "args": {"filename": "a.h5"}}, ANY),
                append([C], [3]),
                kept({"op": "close_reader", "args": {}}, ANY),
                read([A, B, C], [7, 255, 3]),
            ],
            "B7 (without its environment variable)",
            level="SHOULD",
        ),
        scenario(
            "environment",
            "Using the module changes nothing in the environment of its process",
            "RAW-083",
            [append(*PAIR), kept({"op": "environment", "args": {}}, {"value": {}})],
            "B7",
            needs=["environment"],
        ),
    ]
