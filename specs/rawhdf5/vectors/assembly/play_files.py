"""Scenarios of files that are missing, foreign, damaged or uneven."""

from __future__ import annotations

from .entries import Entry
from .steps import LAYOUT, STAT, append, kept, length, put, read, refused, same, scenario

__all__ = ["file_scenarios"]

A, B, C = b"alpha", b"", b"\x00gamma\x00"
PAIR = ([A, B], [7, 255])


def file_scenarios() -> list[Entry]:
    """Return the scenarios of group files."""
    return [*_no_file(), *_other_files(), *_own_objects(), *_counts()]


def _no_file() -> list[Entry]:
    return [
        scenario(
            "missing",
            "A missing file cannot be read or counted, and reading does not make it",
            "RAW-070 RAW-083",
            [read(refuse="io"), length(refuse="io"), (STAT[0], {"value": {"kind": None}})],
        ),
        scenario(
            "missing-folder",
            "A file in a missing folder cannot be made",
            "RAW-070",
            [({"op": "to_rawfile", "args": {"filename": "nowhere/a.h5"}}, refused("io"))],
        ),
        scenario(
            "directory",
            "A directory is no file",
            "RAW-070",
            [
                kept({"op": "mkdir", "args": {"filename": "a.h5"}}),
                append(*PAIR, refuse="io"),
                read(refuse="io"),
                length(refuse="io"),
            ],
        ),
        scenario(
            "not-hdf5",
            "A file of another kind is refused by all three and left as it is",
            "RAW-070 RAW-001",
            [
                put(data=b"a,b,c\n1,2,3\n"),
                STAT,
                append(*PAIR, refuse="framing io"),
                read(refuse="framing io"),
                length(refuse="framing io"),
                same(1),
            ],
        ),
    ]


def _other_files() -> list[Entry]:
    return [
        scenario(
            "zero-bytes",
            "A file of zero bytes becomes a good one",
            "RAW-010",
            [put(data=b""), append(*PAIR), read(*PAIR)],
        ),
        scenario(
            "zero-bytes-read",
            "A file of zero bytes cannot be read",
            "RAW-009",
            [put(data=b""), read(refuse="framing truncated io")],
        ),
        scenario(
            "foreign",
            "A foreign HDF5 file gains the objects and keeps its own",
            "RAW-069 RAW-019",
            [put("foreign.h5"), append(*PAIR), read(*PAIR), (LAYOUT, {"includes": {"others": ["site"]}})],
        ),
        scenario(
            "foreign-old",
            "A foreign file with superblock 0 is refused and left as it is",
            "RAW-069",
            [
                put("foreign-old.h5"),
                STAT,
                append(*PAIR, refuse="unsupported state constraint framing version"),
                same(1),
            ],
            "1.2.2",
        ),
    ]


def _own_objects() -> list[Entry]:
    return [
        scenario(
            "extra-kept",
            "Objects that are not of the format survive an append",
            "RAW-019",
            [
                put("extra-objects.h5"),
                append([A], [9]),
                length(4),
                (LAYOUT, {"includes": {"others": ["configs", "other"]}}),
            ],
        ),
        scenario(
            "other-layout",
            "Rows are appended to a file with other chunks and filters",
            "RAW-024",
            [put("chunks-7.h5"), append([A], [9]), length(42), read([A], [9], start=41)],
        ),
        scenario(
            "truncated",
            "Half a file can be neither read nor appended to",
            "RAW-007 RAW-068",
            [
                put("cut-objects.h5"),
                STAT,
                read(refuse="truncated"),
                append(*PAIR, refuse="truncated framing io state"),
                same(1),
            ],
            needs=["prompt"],
        ),
    ]


def _counts() -> list[Entry]:
    return [
        scenario(
            "uneven",
            "A file of unequal lengths is not read, nor appended to",
            "RAW-028 RAW-073 RAW-081",
            [
                put("lengths-more-msgs.h5"),
                STAT,
                read(refuse="state"),
                length(refuse="state"),
                append(*PAIR, refuse="state"),
                same(1),
            ],
            "B10",
        ),
        scenario(
            "uneven-count",
            "attempts=0 counts messages without comparing",
            "RAW-074 RAW-081",
            [put("lengths-more-msgs.h5"), length(3, attempts=0)],
        ),
        scenario(
            "attempts",
            "attempts is how often unequal lengths are looked at again; 0 does not compare them",
            "RAW-081",
            [
                append(*PAIR),
                read(*PAIR, attempts=3),
                read(*PAIR, attempts=0),
                length(2, attempts=3),
                put("lengths-more-msgs.h5"),
                read(refuse="state", attempts=2),
                length(refuse="state", attempts=2),
                (read(attempts=0)[0], {"includes": {"version": "0.0", "io_version": None}}),
            ],
        ),
        scenario(
            "count-any-version",
            "Counting looks neither at the version nor at meta",
            "RAW-074",
            [put("version-major-1.h5"), length(3), put("no-meta.h5", "b.h5"), length(3, filename="b.h5")],
        ),
        scenario(
            "two-files",
            "Two files do not know of each other",
            "RAW-060",
            [append(*PAIR), append([C], [1], filename="b.h5"), read(*PAIR), read([C], [1], filename="b.h5")],
        ),
        scenario(
            "read-changes-nothing",
            "Reading and counting leave the bytes alone",
            "RAW-083",
            [append(*PAIR), STAT, read(*PAIR), length(2), same(1)],
        ),
    ]
