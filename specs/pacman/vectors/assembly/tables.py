"""Rows of many messages, and files of rows: what stands in every column, version by version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .kit import (
    Group,
    Step,
    columns_of,
    config,
    data_row,
    data_word,
    message,
    nd,
    packet,
    raw,
    raw_file,
    sync_word,
    table,
    time_row,
    trig_word,
    tx_word,
)  # fmt: skip

__all__ = ["groups"]

VERSIONS = ("2.0", "2.1", "2.2", "2.3", "2.4")
_DATA = packet(chip_id=5, channel_id=41, timestamp=0x12345678, first_packet=1, dataword=200, trigger_type=1, local_fifo=2, shared_fifo=3, downstream_marker=1)  # fmt: skip
_ONES = b"\xfc" + b"\xff" * 7  # a packet of data with every other bit set
_EVEN = packet(chip_id=5, channel_id=1, even=True)
_TEST = packet(packet_type=1, chip_id=3, channel_id=63, timestamp=2**31 - 1, dataword=255)
_WRITE, _READ = config(2, 254, 128, 85), config(3, 1, 255, 170)
_MAP = "\n0: 'data',\n1: 'test',\n2: 'config write',\n3: 'config read',\n4: 'timestamp',\n5: 'message',\n"
_LATER = "6: 'sync',\n7: 'trigger',\n"


def groups() -> list[Group]:
    return [_rows(), _looks(), _refused_rows(), _files(), _refused_files()]


def _asked(msgs: Sequence[bytes], io_groups: Sequence[int] | None, version: str | None, expect: Any) -> Step:
    more = {"io_groups": io_groups, "version": version}
    args = {"msgs": [raw(one) for one in msgs], **{key: one for key, one in more.items() if one is not None}}
    return "to_packets", args, expect


def _sync_rows(group: int, version: str) -> list[dict[str, int]]:
    """A sync of clock source 3 and a trigger, where the version has them."""
    if version < "2.2":
        return []
    sync = {"io_group": group, "packet_type": 6, "trigger_type": ord("S"), "dataword": 1, "timestamp": 258}
    return [sync, {"io_group": group, "packet_type": 7, "trigger_type": 5, "timestamp": 9}]


def _mixed(version: str) -> tuple[list[tuple[bytes, int]], list[dict[str, int]]]:
    """Three messages with words of all kinds and their io groups, and their rows."""
    first = message(
        b"D", 100, data_word(3, 77, _DATA), sync_word(b"S", 3, 258), data_word(4, 78, _WRITE), trig_word(b"\x05", 9)
    )
    second = message(b"!", 2**32 - 1, b"P" + bytes(15), tx_word(9, _READ), b"E" + bytes(15))
    third = message(b"?", 0, b"W" + bytes(15), tx_word(255, _TEST), b"R" + bytes(15))
    sync, trigger = [*_sync_rows(7, version), None, None][:2]
    rows = [
        time_row(7, 100), data_row(7, 3, _DATA, version, 77), sync, data_row(7, 4, _WRITE, version, 78), trigger,
        time_row(255, 2**32 - 1), data_row(255, 9, _READ, version), time_row(0, 0), data_row(0, 255, _TEST, version),
    ]  # fmt: skip
    return [(first, 7), (second, 255), (third, 0)], [row for row in rows if row is not None]


def _rows() -> Group:
    group = Group("rows")
    for version in VERSIONS:
        msgs, rows = _mixed(version)
        group.scenario(
            f"mixed-{version}", "018 019 020 021 022 023 024", f"words of all kinds in three messages, as rows of {version}",
            _asked([data for data, _ in msgs], [number for _, number in msgs], version, {"value": table(version, rows)}),
        )  # fmt: skip
        board = message(b"D", 100, data_word(3, 77, _DATA), sync_word(b"S", 3, 258), trig_word(b"\x05", 9))
        rows = [time_row(7, 100), data_row(7, 3, _DATA, version, 77), *_sync_rows(7, version)]
        group.scenario(
            f"board-{version}", "020 022 023 024", f"what a board sends of its own, as rows of {version}",
            _asked([board], [7], version, {"value": table(version, rows)}),
        )  # fmt: skip
        for name, bits in (
            ("data", _DATA),
            ("test", _TEST),
            ("config-write", _WRITE),
            ("config-read", _READ),
            ("ones", _ONES),
        ):
            group.scenario(
                f"{name}-{version}", "018 019 021", f"one packet and what its columns are in {version}",
                _asked([message(b"D", 1, data_word(2, 3, bits))], [0], version,
                       {"like": table(version, [time_row(0, 1), data_row(0, 2, bits, version, 3)])}),
            )  # fmt: skip
    for name, bits in (("parity-even", _EVEN), ("parity-odd", _DATA), ("no-bits", bytes(8))):
        group.scenario(
            name, "018", "whether the number of ones is odd, and the bit that is to make it so",
            _asked([message(b"D", 1, data_word(2, 3, bits))], [1], "2.4",
                   {"value": table("2.4", [time_row(1, 1), data_row(1, 2, bits, "2.4", 3)])}),
        )  # fmt: skip
    single = [(1 << bit).to_bytes(8, "little") for bit in range(64)]
    group.scenario(
        "every-bit", "018 019 021", "64 packets with one bit each: which column it is in, and as which number",
        _asked([message(b"D", 1, *(data_word(2, 3, bits) for bits in single))], [1], "2.4",
               {"value": table("2.4", [time_row(1, 1), *(data_row(1, 2, bits, "2.4", 3) for bits in single)])}),
    )  # fmt: skip
    plain = message(b"D", 1, data_word(2, 3, _DATA))
    newest = {"value": table("2.4", [time_row(0, 1), data_row(0, 2, _DATA, "2.4", 3)])}
    group.scenario(
        "no-groups",
        "024 023",
        "io group 0 where none is given, and the newest version",
        _asked([plain], None, None, newest),
    )
    group.scenario("no-messages", "020", "no messages, no rows", _asked([], [], "2.4", {"value": table("2.4", [])}))
    group.scenario(
        "no-words", "020", "a row for each message without words",
        _asked([message(b"?", 5), message(b"!", 6), message(b"D", 7)], [1, 2, 3], "2.4",
               {"value": table("2.4", [time_row(1, 5), time_row(2, 6), time_row(3, 7)])}),
    )  # fmt: skip
    clock = message(b"D", 1, sync_word(b"H", 254, 2**32 - 1), sync_word(b"C", 255, 0))
    syncs = [{"io_group": 9, "packet_type": 6, "trigger_type": ord(letter), "dataword": bit, "timestamp": time} for letter, bit, time in (("H", 0, 2**32 - 1), ("C", 1, 0))]  # fmt: skip
    group.scenario(
        "clock-source",
        "022",
        "only bit 0 of the clock source",
        _asked([clock], [9], "2.4", {"value": table("2.4", [time_row(9, 1), *syncs])}),
    )
    return group


def _looks() -> Group:
    """Runs of equal records behind their tags, and the constants of the original."""
    group = Group("looks")
    numbers, packets = (b"\x01\x02\x03\x04", b"\x05\x06\x07\x08"), (bytes(range(8, 16)), bytes(range(16, 24)))
    clock = {"timestamp": nd("<u4", [0x04030201, 0x08070605])}
    pairs = {"register": nd("<u4", [0x04030201, 0x08070605]), "value": nd("<u4", [0x04030201, 0x08070605])}
    wire = {"packet": nd("<u8", [0x0F0E0D0C0B0A0908, 0x1716151413121110])}
    texts = (b"123456789ABCDE", b"fourteen bytes")
    for record, rules, runs, columns in (
        ("DATA", "011", [bytes([7 + i]) + numbers[i] + bytes(2) + packets[i] for i in (0, 1)],
         {"io_channel": nd("|u1", [7, 8]), "receipt_timestamp": clock["timestamp"], **wire}),
        ("TRIG", "012", [bytes([65 + i]) + bytes(2) + numbers[i] + bytes(8) for i in (0, 1)], {"trigger_type": nd("|u1", [65, 66]), **clock}),
        ("SYNC", "013", [bytes([83, i]) + bytes(1) + numbers[i] + bytes(8) for i in (0, 1)],
         {"sync_type": nd("|u1", [83, 83]), "clk_source": nd("|u1", [0, 1]), **clock}),
        ("PING", "014", [bytes(15)] * 2, {}),
        ("PONG", "014", [bytes(15)] * 2, {}),
        ("WRITE", "015", [bytes(3) + numbers[i] + bytes(4) + numbers[i] for i in (0, 1)], pairs),
        ("READ", "015", [bytes(3) + numbers[i] + bytes(4) + numbers[i] for i in (0, 1)], pairs),
        ("TX", "016", [bytes([7 + i]) + bytes(6) + packets[i] for i in (0, 1)], {"io_channel": nd("|u1", [7, 8]), **wire}),
        ("ERR", "017", [bytes([7 + i]) + texts[i] for i in (0, 1)],
         {"code": nd("|u1", [7, 8]), "text": nd("|u1", b"".join(texts), [2, 14])}),
    ):  # fmt: skip
        args = {"data": raw(b"".join(runs)), "record": record}
        group.scenario(
            f"view-{record.lower()}",
            rules,
            f"two {record} words behind their tags, as columns",
            ("view", args, {"value": columns}),
        )
    letters = {"DATA": raw(b"D"), "REQ": raw(b"?"), "REP": raw(b"!")}
    words = {name: raw(name[:1].encode()) for name in ("DATA", "TRIG", "SYNC", "PING", "WRITE", "READ", "PONG")}
    tags = {**words, "TX": raw(b"D"), "ERR": raw(b"E")}
    said = {
        "REQ": ("PING", "WRITE", "READ", "TX"),
        "REP": ("WRITE", "READ", "TX", "PONG", "ERR"),
        "DATA": ("DATA", "TRIG", "SYNC"),
    }
    allowed = {kind: {word: tags[word] for word in names} for kind, names in said.items()}
    for name, value in (
        ("latest_version", "0.0"), ("HEADER_LEN", 8), ("WORD_LEN", 16), *((f"MSG_TYPE_{kind}", one) for kind, one in letters.items()),
        *((f"WORD_TYPE_{word}", one) for word, one in words.items()), ("WORD_TYPE_TX", raw(b"D")), ("WORD_TYPE_ERR", raw(b"E")),
        ("msg_type_table", letters), ("word_type_table", allowed),
    ):  # fmt: skip
        group.scenario(
            f"constant-{name.lower().replace('_', '-')}",
            "030",
            f"the constant {name}",
            ("constant", {"name": name}, {"value": value}),
        )
    return group


def _refused_rows() -> Group:
    group = Group("refused-rows")
    good = message(b"D", 1, data_word(2, 3, _DATA))
    for name, rules, doc, msgs, numbers, version, category in (
        ("io-group-256", "024", "an io group beyond a byte", [good], [256], "2.4", ["constraint", "type"]),
        ("io-group-negative", "024", "a negative io group", [good], [-1], "2.4", ["constraint", "type"]),
        ("io-groups-fewer", "024", "an io group too few", [good, good], [1], "2.4", ["size", "constraint"]),
        ("io-groups-more", "024", "an io group too many", [good], [1, 2], "2.4", ["size", "constraint"]),
        ("version-1.0", "023", "a version without these columns", [good], [1], "1.0", ["version", "constraint", "unsupported"]),
        ("version-2.5", "023", "a version that nobody knows", [good], [1], "2.5", ["version", "constraint", "unsupported"]),
        ("cut", "020 006", "the second of two messages is cut", [good, good[:-1]], [1, 2], "2.4", ["truncated"]),
        ("word", "020 010", "a word that may not stand there", [message(b"D", 1, b"P" + bytes(15))], [1], "2.4", ["constraint"]),
    ):  # fmt: skip
        group.scenario(name, rules, doc, _asked(msgs, numbers, version, {"error": {"category": category}}))
    return group


def _file(version: str, rows: Sequence[dict[str, int]]) -> dict[str, Any]:
    """What stands in a file of rows."""
    clock = {"$now": 600}
    objects: dict[str, Any] = {
        "/": {"kind": "group"},
        "/_header": {"kind": "group", "attributes": {"version": version, "created": clock, "modified": clock}},
        "/packets": {
            "dtype": [list(one) for one in columns_of(version)], "maxshape": [None], "value": table(version, rows),
            "attributes": {"packet_types": _MAP + (_LATER if version >= "2.2" else "")},
        },
        "/messages": {"dtype": [["message", "|S64"], ["timestamp", "<u8"], ["index", "<u4"]], "shape": [0], "maxshape": [None]},
    }  # fmt: skip
    if version >= "2.4":
        head = [["timestamp", "<u8"], *([name, "|u1"] for name in ("io_group", "io_channel", "chip_id"))]
        objects["/configs"] = {
            "shape": [0], "maxshape": [None], "dtype": [*head, ["registers", "|u1", 239]], "value": {"registers": nd("|u1", [], [0, 239])},
        }  # fmt: skip
    return objects


def _converted(group: Group, name: str, rows: Sequence[tuple[bytes, int]], version: str | None, count: int, objects: Any) -> tuple[Step, ...]:  # fmt: skip
    args = {"filename": "raw.h5", "new_filename": "packets.h5", **({"version": version} if version else {})}
    return (
        group.put(f"raw-{name}.h5", raw_file(rows)),
        ("raw_to_packets_file", args, {"value": count}),
        ("bytes", {"filename": "packets.h5"}, {"like": {"$hdf5": objects}}),
    )


def _files() -> Group:
    group = Group("files")
    for version in VERSIONS:
        msgs, rows = _mixed(version)
        steps = _converted(group, "mixed", msgs, version, len(rows), _file(version, rows))
        group.scenario(
            f"mixed-{version}",
            "025 020 021 022 023 024",
            f"three messages of a raw file, as a file of rows of {version}",
            *steps,
        )
    one = [(message(b"D", 1, data_word(2, 3, _DATA)), 9)]
    rows = [time_row(9, 1), data_row(9, 2, _DATA, "2.4", 3)]
    group.scenario(
        "newest",
        "025 023",
        "version 2.4 where none is asked for",
        *_converted(group, "one", one, None, 2, _file("2.4", rows)),
    )
    group.scenario(
        "empty",
        "025",
        "no messages, no rows; the tables are there",
        *_converted(group, "empty", [], "2.4", 0, _file("2.4", [])),
    )
    return group


def _refused_files() -> Group:
    group = Group("refused-files")
    one = [(message(b"D", 1, data_word(2, 3, _DATA)), 9)]
    args = {"filename": "raw.h5", "new_filename": "packets.h5", "version": "2.4"}
    gone: Step = ("stat", {"filename": "packets.h5"}, {"value": {"kind": None}})

    def refused(name: str, rules: str, doc: str, content: bytes | None, category: list[str], **more: Any) -> None:
        steps = [group.put(f"raw-{name}.h5", content)] if content is not None else []
        group.scenario(
            name, rules, doc, *steps, ("raw_to_packets_file", {**args, **more}, {"error": {"category": category}}), gone
        )

    refused("no-source", "025", "there is no raw file", None, ["io"])
    refused(
        "cut-message",
        "025 006",
        "the second message is cut: no file is left behind",
        raw_file([*one, (one[0][0][:-1], 1)]),
        ["truncated"],
    )
    refused(
        "fewer-headers", "025 024", "messages without an io group", raw_file([*one, *one], headers=1), ["state", "size"]
    )
    refused(
        "io-version", "025", "messages of an encoding that nobody knows", raw_file(one, io_version="1.0"), ["version"]
    )
    refused(
        "version",
        "025 023",
        "a version of the table that nobody knows",
        raw_file(one),
        ["version", "constraint", "unsupported"],
        version="3.0",
    )
    there = ("put", {"filename": "packets.h5", "data": raw(b"mine")}, {"value": None})
    kept = ("bytes", {"filename": "packets.h5"}, {"value": raw(b"mine")})
    group.scenario(
        "target-there", "025", "a file that is there is not written over", group.put("raw-target-there.h5", raw_file(one)), there,
        ("raw_to_packets_file", args, {"error": {"category": ["io", "state"]}}), kept,
    )  # fmt: skip
    return group
