"""Scenarios of writing: what is appended, what it looks like on the disk, and what is refused."""

from __future__ import annotations

from typing import Any

from .entries import Entry
from .steps import LAYOUT, META, STAT, append, empty, kept, length, put, read, same, scenario

__all__ = ["append_scenarios", "argument_scenarios"]

A, B, C = b"alpha", b"", b"\x00gamma\x00"
PAIR = ([A, B], [7, 255])
KEYS = ["created", "modified", "version", "io_version", "msgs", "msg_headers"]
FRESH = {"version": "text", "created": "f64", "modified": "f64"}
BARE = {"attributes": [], "times": False, "by_chunk": True}
ORDER = r"(?=.*[^_]version\x00.*created\x00.*modified\x00.*io_version\x00)(?=.*meta.*msgs.*msg_headers).*"
BYTES = {"op": "bytes", "args": {"filename": "a.h5"}}
Bad = tuple[str, str, str, tuple[Any, ...], dict[str, Any], str]


def append_scenarios() -> list[Entry]:
    """Return the scenarios of group append."""
    return [*_added(), *_on_disk()]


def argument_scenarios() -> list[Entry]:
    """Return the scenarios of group arguments."""
    entries = _defaults()
    early = {
        "unknown-key",
        "headers-short",
        "headers-long",
        "headers-for-none",
    }  # the original has only moved `modified`
    silent = {"group-fraction", "group-text"}  # the original makes a number of them
    for name, doc, rules, positional, named, category in _bad():
        steps = [append(*PAIR), STAT, append(*positional, refuse=category, **named), same(1), read(*PAIR)]
        harm = "B9" if name in early else "1.2.7" if name in silent else "1.2.8"
        entries.append(
            scenario(
                f"refused-{name}", f"{doc} is refused and the bytes are as before", f"{rules} RAW-068", steps, harm
            )
        )
    for name, positional, named, category in (
        ("unknown-key", ([A],), {"msg_headers": {"colour": [2]}}, "constraint"),
        ("message-text", (["beta"], [1]), {}, "type"),
    ):
        steps = [append(*positional, refuse=category, **named), ({**STAT[0]}, {"value": {"kind": None}})]
        entries.append(
            scenario(f"no-file-{name}", "A refused first call leaves no file behind", "RAW-068", steps, "1.2.8")
        )
    return entries


def _added() -> list[Entry]:
    return [
        scenario(
            "create-empty",
            "A call without messages makes a good file without rows",
            "RAW-060 RAW-030 RAW-050",
            [append(), length(0), read(*empty())],
        ),
        scenario(
            "create-rows",
            "A call with messages makes the file and fills it",
            "RAW-060 RAW-029 RAW-075",
            [append(*PAIR), length(2), read(*PAIR)],
        ),
        scenario(
            "append",
            "A second call appends behind the first",
            "RAW-060 RAW-027",
            [append(*PAIR), append([C], [3]), length(3), read([A, B, C], [7, 255, 3])],
        ),
        scenario(
            "append-no-rows", "An empty list appends nothing", "RAW-062", [append(*PAIR), append([], []), read(*PAIR)]
        ),
        scenario(
            "equal-lengths",
            "Messages of one length are messages, not a table",
            "RAW-029",
            [append([A, A], [1, 2]), append([A], [3]), read([A, A, A], [1, 2, 3])],
        ),
        scenario(
            "one-empty", "A single empty message is a row", "RAW-034", [append([B], [1]), length(1), read([B], [1])]
        ),
    ]


def _on_disk() -> list[Entry]:
    return [
        scenario(
            "times-fresh",
            "A fresh file has one time for created and modified",
            "RAW-014",
            [append(*PAIR), ({"op": "meta", "args": {"filename": "a.h5"}}, {"includes": {"modified": "equal"}})],
        ),
        scenario(
            "times-later",
            "A later write moves modified only, with rows or without",
            "RAW-015",
            [
                append(*PAIR),
                kept({"op": "wait", "args": {"seconds": 0.05}}),
                append(),
                (META, {"includes": {"modified": "later"}}),
            ],
        ),
        scenario(
            "times-of-a-file",
            "A write to an old file leaves created, a read gives both times, in their places",
            "RAW-015 RAW-075",
            [
                put("clock.h5"),
                (
                    {"op": "times", "args": {"filename": "a.h5"}},
                    {"value": {"keys": KEYS, "created": True, "modified": True}},
                ),
                (META, {"includes": {"modified": "earlier"}}),
                append(*PAIR),
                (META, {"includes": {"modified": "later"}}),
                (
                    {"op": "times", "args": {"filename": "a.h5"}},
                    {"value": {"keys": KEYS, "created": True, "modified": True}},
                ),
            ],
        ),
        scenario(
            "times-of-a-file-without-rows",
            "Without rows it is the same",
            "RAW-015",
            [put("clock.h5"), append(), (META, {"includes": {"modified": "later"}})],
        ),
        scenario(
            "layout-fresh",
            "The objects of a fresh file are those of the layout",
            "RAW-002 RAW-012 RAW-013 RAW-020 RAW-021 RAW-023 RAW-005",
            [append(*PAIR), (LAYOUT, {"includes": _layout(2, FRESH)})],
        ),
        scenario(
            "layout-empty",
            "A file without rows has the same objects",
            "RAW-030 RAW-023",
            [append(), (LAYOUT, {"includes": _layout(0, FRESH)})],
        ),
        scenario(
            "layout-io-version",
            "An io_version is one more text attribute",
            "RAW-016",
            [append(io_version="0.0"), (LAYOUT, {"includes": _layout(0, {**FRESH, "io_version": "text"})})],
        ),
        scenario(
            "layout-bare",
            "Both datasets have rows and nothing else, and room for them chunk by chunk",
            "RAW-026",
            [append(*PAIR), (LAYOUT, {"includes": {"beside": {"msgs": BARE, "msg_headers": BARE}}})],
            level="SHOULD",
        ),
        scenario(
            "layout-order",
            "The names stand in the file in the order in which they are made",
            "RAW-043",
            [append(*PAIR, io_version="0.1"), (BYTES, {"like": {"$text": ORDER}})],
            level="SHOULD",
        ),
        scenario(
            "layout-v110",
            "The data layout message is one that HDF5 1.10 knows",
            "RAW-003",
            [append(*PAIR), (LAYOUT, {"includes": {"layout_messages": {"msgs": 4, "msg_headers": 4}}})],
            "1.1 (library bounds), with HDF5 2.0",
        ),
    ]


def _layout(count: int, meta: dict[str, str]) -> dict[str, Any]:
    shape = {"shape": [count], "maxshape": [None], "chunks": [1024], "filters": [["deflate", 4]]}
    msgs, headers = {"type": "sequence of u8", **shape}, {"type": {"io_groups": "u8"}, **shape}
    return {"superblock": 3, "flags": 0, "meta": meta, "msgs": msgs, "msg_headers": headers}


def _defaults() -> list[Entry]:
    return [
        scenario(
            "no-headers", "Without headers every io_group is 0", "RAW-064", [append([A, B]), read([A, B], [0, 0])], "B1"
        ),
        scenario(
            "empty-headers",
            "An empty mapping of headers means the same",
            "RAW-064",
            [append([A, B], msg_headers={}), read([A, B], [0, 0])],
            "B2",
        ),
        scenario(
            "key-io-group",
            "The key io_group is io_groups",
            "RAW-065",
            [append([A, B], msg_headers={"io_group": [1, 2]}), read([A, B], [1, 2])],
            "B3",
        ),
        scenario(
            "headers-alone",
            "Headers without messages are not used",
            "RAW-062",
            [append(*PAIR), append(None, [1, 2, 3]), read(*PAIR)],
        ),
        scenario(
            "groups-edges",
            "The smallest and the largest io_group",
            "RAW-067",
            [append([A, B], [0, 255]), read([A, B], [0, 255])],
        ),
    ]


def _bad() -> list[Bad]:
    return [
        (
            "unknown-key",
            "An unknown header key",
            "RAW-065",
            ([A],),
            {"msg_headers": {"io_groups": [1], "colour": [2]}},
            "constraint",
        ),
        ("headers-short", "Fewer io_groups than messages", "RAW-066", ([A, B], [1]), {}, "size constraint"),
        ("headers-long", "More io_groups than messages", "RAW-066", ([A], [1, 2]), {}, "size constraint"),
        ("headers-for-none", "An io_group for an empty list of messages", "RAW-066", ([], [1]), {}, "size constraint"),
        ("group-256", "io_group 256", "RAW-067", ([A, B], [1, 256]), {}, "constraint size type"),
        ("group-negative", "io_group -1", "RAW-067", ([A], [-1]), {}, "constraint size type"),
        (
            "group-huge",
            "An io_group beyond 64 bits",
            "RAW-067",
            ([A], [{"$int": "18446744073709551616"}]),
            {},
            "constraint size type",
        ),
        ("group-fraction", "io_group 1.5", "RAW-067", ([A], [1.5]), {}, "constraint type"),
        ("group-text", "An io_group that is text", "RAW-067", ([A], ["7"]), {}, "constraint type"),
        ("group-null", "An io_group that is null", "RAW-067", ([A], [None]), {}, "constraint type"),
        ("message-text", "A message that is text", "RAW-063", ([A, "beta"], [1, 2]), {}, "type"),
        ("message-number", "A message that is a number", "RAW-063", ([A, 7], [1, 2]), {}, "type"),
        ("message-null", "A message that is null", "RAW-063", ([None], [1]), {}, "type"),
    ]
