"""The functions for headers, words and messages, and those that make objects: what they take, give and refuse."""

from __future__ import annotations

from typing import Any

from .kit import Group, data_word, message, packet, raw, sync_word, trig_word, tx_word

__all__ = ["groups"]

_BITS = packet(chip_id=5, channel_id=9, timestamp=0x12345678, dataword=200)
_OTHER = packet(packet_type=2, chip_id=255, register_address=128, register_data=7)

#: kind, word, its fields in wire order, its bytes
_WORDS: tuple[tuple[str, str, list[Any], bytes], ...] = (
    ("DATA", "DATA", [3, 77, raw(_BITS)], data_word(3, 77, _BITS)),
    ("DATA", "TRIG", [raw(b"\x05"), 4294967295], trig_word(b"\x05", 4294967295)),
    ("DATA", "SYNC", [raw(b"H"), 3, 258], sync_word(b"H", 3, 258)),
    ("REQ", "PING", [], b"P" + bytes(15)),
    ("REQ", "WRITE", [513, 4294967295], b"W\0\0\0\x01\x02\0\0\0\0\0\0\xff\xff\xff\xff"),
    ("REQ", "READ", [513, 0], b"R\0\0\0\x01\x02\0\0" + bytes(8)),
    ("REQ", "TX", [255, raw(_OTHER)], tx_word(255, _OTHER)),
    ("REP", "WRITE", [1, 2], b"W\0\0\0\x01\0\0\0\0\0\0\0\x02\0\0\0"),
    ("REP", "READ", [1, 2], b"R\0\0\0\x01\0\0\0\0\0\0\0\x02\0\0\0"),
    ("REP", "TX", [1, raw(_BITS)], tx_word(1, _BITS)),
    ("REP", "PONG", [], b"P" + bytes(15)),
    ("REP", "ERR", [9, raw(b"no such tile\0\0")], b"E\x09no such tile\0\0"),
)
_KINDS = {"DATA": b"D", "REQ": b"?", "REP": b"!"}


def groups() -> list[Group]:
    return [_tuples(), _refusals(), _objects(), _written()]


def _error(category: str | list[str], path: str | None = None) -> dict[str, Any]:
    return {"error": {"category": category, **({"path": path} if path else {})}}


def _tuples() -> Group:
    group = Group("tuples")
    for kind, word, fields, data in _WORDS:
        group.scenario(
            f"{kind.lower()}-{word.lower()}", "030 010", f"a {word} word of a {kind} message, to bytes and back",
            ("format_word", {"msg_type": kind, "word_type": word, "data": fields}, {"value": raw(data)}),
            ("parse_word", {"msg_type": kind, "word": raw(data)}, {"value": [word, *fields]}),
        )  # fmt: skip
    for kind, letter in _KINDS.items():
        mine = [(word, fields, data) for one, word, fields, data in _WORDS if one == kind]
        whole = message(letter, 16909060, *(data for *_, data in mine))
        tuples = [[word, *fields] for word, fields, _ in mine]
        group.scenario(
            f"{kind.lower()}-message", "030 003 005", "all words that it can have, read and, with the time of now, written",
            ("parse_header", {"msg": raw(whole)}, {"value": [kind, 16909060, len(mine)]}),
            ("parse_msg", {"msg": raw(whole)}, {"value": [[kind, 16909060, len(mine)], tuples]}),
            ("format_msg", {"msg_type": kind, "msg_words": tuples},
             {"like": {"$hex": f"{letter.hex()} [now:<u4] 00 {len(mine):02x} 00 {whole[8:].hex()}"}}),
        )  # fmt: skip
    group.scenario(
        "headers", "030 005", "headers with the time of now; the number of words in two bytes",
        *(("format_header", {"msg_type": kind, "msg_words": count}, {"like": {"$hex": f"{letter.hex()} [now:<u4] 00 {count.to_bytes(2, 'little').hex()}"}})
          for kind, letter in _KINDS.items() for count in (0, 258, 65535)),
    )  # fmt: skip
    group.scenario(
        "no-words", "030 007", "a message of no words, both ways",
        ("parse_msg", {"msg": raw(message(b"?", 1))}, {"value": [["REQ", 1, 0], []]}),
        ("format_msg", {"msg_type": "REQ", "msg_words": []}, {"like": {"$hex": "3f [now:<u4] 00 0000"}}),
    )  # fmt: skip
    group.scenario(
        "word-as-text", "030", "a word without fields may be its name alone, as the documentation of the original has it",
        ("format_msg", {"msg_type": "REP", "msg_words": ["PONG"]}, {"like": {"$hex": f"21 [now:<u4] 00 0100 50 {'00' * 15}"}}),
    )  # fmt: skip
    group.scenario(
        "short-text", "030 017", "a text that is too short is filled with NUL, which belong to it when it is read",
        ("format_word", {"msg_type": "REP", "word_type": "ERR", "data": [1, raw(b"no")]}, {"value": raw(b"E\x01no" + bytes(12))}),
        ("parse_word", {"msg_type": "REP", "word": raw(b"E\x01no" + bytes(12))}, {"value": ["ERR", 1, raw(b"no" + bytes(12))]}),
    )  # fmt: skip
    return group


def _refusals() -> Group:
    group = Group("refused-tuples")
    size = ["size", "constraint"]
    for name, kind, word, fields, category, path, what in (
        ("packet-9", "DATA", "DATA", [1, 2, raw(bytes(9))], size, "packet", "nine bytes of packet would be cut"),
        ("packet-7", "REQ", "TX", [1, raw(bytes(7))], size, "packet", "seven bytes of packet would be filled up"),
        ("text-15", "REP", "ERR", [1, raw(b"fifteen letters")], size, "text", "a text of 15 bytes would be cut"),
        ("letter-2", "DATA", "SYNC", [raw(b"SS"), 0, 1], size, "sync_type", "two letters in place of one"),
        ("channel-256", "DATA", "DATA", [256, 2, raw(bytes(8))], "constraint", "io_channel", "an io channel beyond a byte"),
        ("channel-negative", "REQ", "TX", [-1, raw(bytes(8))], "constraint", "io_channel", "a negative io channel"),
        ("register-2-32", "REQ", "WRITE", [2**32, 1], "constraint", "register", "a register beyond 32 bits"),
        ("value-negative", "REQ", "READ", [1, -1], "constraint", "value", "a negative value"),
        ("time-2-32", "DATA", "TRIG", [raw(b"a"), 2**32], "constraint", "timestamp", "a time beyond 32 bits"),
        ("too-few", "DATA", "DATA", [1, 2], size, None, "a field is missing"),
        ("too-many", "REQ", "PING", [1], size, None, "a field too many"),
    ):  # fmt: skip
        args = {"msg_type": kind, "word_type": word, "data": fields}
        group.scenario(name, "030", what, ("format_word", args, _error(category, path)))
    for kind, word in (
        ("DATA", "PING"),
        ("REQ", "PONG"),
        ("REP", "SYNC"),
        ("REQ", "DATA"),
        ("DATA", "TX"),
        ("REQ", "ERR"),
    ):
        fields = next(fields for _, name, fields, _ in _WORDS if name == word)
        group.scenario(
            f"{word.lower()}-in-{kind.lower()}", "030 010", f"no {word} word may stand in a {kind} message",
            ("format_word", {"msg_type": kind, "word_type": word, "data": fields}, _error("constraint")),
        )  # fmt: skip
    word = data_word(1, 2, _BITS)
    for name, data, category, rules in (
        ("one-word-more", message(b"D", 1, word, word, count=1), size, "030 006"),
        ("one-word-less", message(b"D", 1, word, count=2), ["truncated"], "030 006"),
        ("cut", message(b"D", 1, word)[:-1], ["truncated"], "030 006"),
        ("one-byte-more", message(b"D", 1, word) + b"\0", size, "030 006"),
        ("type", message(b"X", 1, word), ["constraint"], "030 002"),
        ("word-type", message(b"?", 1, b"Z" + bytes(15)), ["constraint"], "030 010"),
    ):
        group.scenario(
            f"msg-{name}",
            rules,
            "a message that parse_msg refuses",
            ("parse_msg", {"msg": raw(data)}, _error(category)),
        )
    group.scenario(
        "header-cut",
        "030 006",
        "seven bytes are no header",
        ("parse_header", {"msg": raw(bytes(7))}, _error(["truncated", "constraint"])),
    )
    group.scenario(
        "word-cut",
        "030",
        "fifteen bytes are no word",
        ("parse_word", {"msg_type": "DATA", "word": raw(word[:15])}, _error("truncated")),
    )
    group.scenario(
        "kind",
        "030 002",
        "a kind of message that is none",
        ("format_msg", {"msg_type": "HELLO", "msg_words": []}, _error("constraint")),
    )
    group.scenario(
        "words-65536",
        "030 005",
        "more words than two bytes count",
        ("format_header", {"msg_type": "DATA", "msg_words": 65536}, _error("constraint")),
    )
    return group


def _objects() -> Group:
    group = Group("objects")
    words = (data_word(3, 77, _BITS), sync_word(b"S", 3, 258), trig_word(b"\x05", 9), data_word(0, 0, _OTHER))

    def objects(io_group: int | None) -> list[dict[str, Any]]:
        given = {"io_group": io_group}
        return [
            {"class": "TimestampPacket", "timestamp": 16909060, **given},
            {"class": "Packet_v2", "word": raw(_BITS), "io_channel": 3, "receipt_timestamp": 77, **given},
            {"class": "SyncPacket", "sync_type": raw(b"S"), "clk_source": 1, "timestamp": 258, **given},
            {"class": "TriggerPacket", "trigger_type": raw(b"\x05"), "timestamp": 9, **given},
            {"class": "Packet_v2", "word": raw(_OTHER), "io_channel": 0, "receipt_timestamp": 0, **given},
        ]

    data = raw(message(b"D", 16909060, *words))
    group.scenario(
        "data",
        "031",
        "an object for the header and one for each word; of the clock source bit 0",
        ("parse", {"msg": data, "io_group": 9}, {"value": objects(9)}),
    )
    group.scenario(
        "no-io-group",
        "031",
        "where no io group is given the objects have none",
        ("parse", {"msg": data}, {"value": objects(None)}),
    )
    even = raw(message(b"D", 1, sync_word(b"C", 254, 1)))
    sync = {"class": "SyncPacket", "sync_type": raw(b"C"), "clk_source": 0, "timestamp": 1, "io_group": 1}
    group.scenario(
        "clock-source",
        "031",
        "all bits of the clock source but bit 0",
        ("parse", {"msg": even, "io_group": 1}, {"like": [{}, sync]}),
    )
    for kind, letter, others in (
        ("request", b"?", (b"P" + bytes(15), b"W" + bytes(15), b"R" + bytes(15))),
        ("reply", b"!", (b"P" + bytes(15), b"E" + bytes(15), b"R" + bytes(15))),
    ):
        whole = message(letter, 7, others[0], tx_word(200, _OTHER), *others[1:], tx_word(1, _BITS))
        group.scenario(
            kind, "031 016", "an object for each TX word, none for the others; it has no time of receipt",
            ("parse", {"msg": raw(whole), "io_group": 255},
             {"value": [{"class": "TimestampPacket", "timestamp": 7, "io_group": 255},
                        {"class": "Packet_v2", "word": raw(_OTHER), "io_channel": 200, "io_group": 255},
                        {"class": "Packet_v2", "word": raw(_BITS), "io_channel": 1, "io_group": 255}]}),
        )  # fmt: skip
    group.scenario(
        "cut",
        "031 006",
        "a message that is cut gives no objects",
        ("parse", {"msg": raw(message(b"D", 1, words[0])[:-1])}, _error("truncated")),
    )
    return group


def _written() -> Group:
    group = Group("written-objects")
    packets = [
        {"class": "Packet_v2", "word": raw(_BITS), "io_channel": 3, "receipt_timestamp": 77},
        {"class": "SyncPacket", "sync_type": raw(b"S"), "clk_source": 1, "timestamp": 258},
        {"class": "TimestampPacket", "timestamp": 5},
        {"class": "TriggerPacket", "trigger_type": raw(b"\x05"), "timestamp": 9},
        {"class": "Packet_v2", "word": raw(_OTHER), "io_channel": 200},
    ]
    words = {
        "DATA": (data_word(3, 77, _BITS), sync_word(b"S", 1, 258), trig_word(b"\x05", 9), data_word(200, 0, _OTHER)),
        "REQ": (tx_word(3, _BITS), tx_word(200, _OTHER)),
        "REP": (tx_word(3, _BITS), tx_word(200, _OTHER)),
    }
    for kind, letter in _KINDS.items():
        body = b"".join(words[kind])
        group.scenario(
            kind.lower(), "032", "what can stand in it is written, in its order; the others are left out",
            ("format", {"packets": packets, "msg_type": kind},
             {"like": {"$hex": f"{letter.hex()} [now:<u4] 00 {len(words[kind]):02x} 00 {body.hex()}"}}),
        )  # fmt: skip
    hexed = (data_word(3, 77, _BITS) + data_word(200, 1000, _OTHER)).hex()
    group.scenario("receipt", "032", "a time of receipt for packets that have none", ("format", {"packets": [packets[0], packets[4]], "msg_type": "DATA", "ts_pacman": 1000}, {"like": {"$hex": f"44 [now:<u4] 00 0200 {hexed}"}}))  # fmt: skip
    nothing = [
        {"class": "Packet_v2", "word": raw(_BITS), "io_channel": None},
        {"class": "SyncPacket", "sync_type": raw(b"S"), "clk_source": None, "timestamp": None},
        {"class": "TriggerPacket", "trigger_type": raw(b"\x05"), "timestamp": None},
    ]
    zeros = (data_word(0, 0, _BITS) + sync_word(b"S", 0, 0) + trig_word(b"\x05", 0)).hex()
    group.scenario("none-is-zero", "032", "an attribute that is None is written as 0", ("format", {"packets": nothing, "msg_type": "DATA"}, {"like": {"$hex": f"44 [now:<u4] 00 0300 {zeros}"}}))  # fmt: skip
    group.scenario("usual-kind", "032", "a request where no kind is said", ("format", {"packets": [packets[4]]}, {"like": {"$hex": f"3f [now:<u4] 00 0100 {tx_word(200, _OTHER).hex()}"}}))  # fmt: skip
    big = {"class": "Packet_v2", "word": raw(_BITS), "io_channel": 256}
    group.scenario(
        "channel-256",
        "032",
        "an io channel beyond a byte is refused",
        ("format", {"packets": [big]}, _error("constraint")),
    )
    return group
