"""Write the vectors of PACMAN messages, byte by byte from the layout in ../README.md; no codec is involved.

    python assemble.py

Values are stated by hand beside the bytes; running it again writes the same files.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PROVENANCE = "assembled by hand with assemble.py (no codec involved)"


#: bytes that are there -> the rule of the field that is cut
_CUT = {size: [f"PAC-{rule:03}"] for size, rule in enumerate((2, 3, 3, 3, 3, 4, 5, 5))}


def le(value: int, size: int) -> bytes:
    """*value* in *size* bytes, the least first."""
    return bytes(value >> 8 * index & 255 for index in range(size))


def head(kind: bytes, time: int, words: int, pad: int = 0) -> bytes:
    return kind + le(time, 4) + bytes([pad]) + le(words, 2)


def tagged(data: bytes) -> dict[str, str]:
    return {"$bytes": base64.b64encode(data).decode()}


def packet(kind: int = 0, chip: int = 0, channel: int = 0, time: int = 0, first: int = 0, adc: int = 0, trigger: int = 0,
           local: int = 0, shared: int = 0, downstream: int = 0, even: bool = False) -> bytes:  # fmt: skip
    """A LArPix packet of data: its bits from the least significant on, the last one for odd parity."""
    word = kind | chip << 2 | channel << 10 | time << 16 | first << 47 | adc << 48 | trigger << 56 | local << 58
    word |= shared << 60 | downstream << 62
    ones = bin(word).count("1")
    if (ones % 2 == 0) is not even:
        word |= 1 << 63
    return le(word, 8)


def configuration(kind: int, chip: int, register: int, value: int) -> bytes:
    word = kind | chip << 2 | register << 10 | value << 18
    return le(word | (1 << 63 if bin(word).count("1") % 2 == 0 else 0), 8)


def data_word(channel: int, time: int, bits: bytes, pad: bytes = b"\0\0") -> bytes:
    return b"D" + le(channel, 1) + le(time, 4) + pad + bits


def data_value(channel: int, time: int, bits: bytes) -> dict[str, Any]:
    return {"word": "DATA", "io_channel": channel, "receipt_timestamp": time, "packet": tagged(bits)}


def trig_word(bits: int, time: int, pad: int = 0) -> bytes:
    return b"T" + bytes([bits]) + bytes([pad]) * 2 + le(time, 4) + bytes([pad]) * 8


def trig_value(bits: int, time: int) -> dict[str, Any]:
    return {"word": "TRIG", "trigger_type": tagged(bytes([bits])), "timestamp": time}


def sync_word(letter: bytes, source: int, time: int, pad: int = 0) -> bytes:
    return b"S" + letter + bytes([source, pad]) + le(time, 4) + bytes([pad]) * 8


def sync_value(letter: bytes, source: int, time: int) -> dict[str, Any]:
    return {"word": "SYNC", "sync_type": tagged(letter), "clk_source": source, "timestamp": time}


def register_word(letter: bytes, register: int, value: int, pad: int = 0) -> bytes:
    return letter + bytes([pad]) * 3 + le(register, 4) + bytes([pad]) * 4 + le(value, 4)


def register_value(name: str, register: int, value: int) -> dict[str, Any]:
    return {"word": name, "register": register, "value": value}


def tx_word(channel: int, bits: bytes, pad: int = 0) -> bytes:
    return b"D" + le(channel, 1) + bytes([pad]) * 6 + bits


def tx_value(channel: int, bits: bytes) -> dict[str, Any]:
    return {"word": "TX", "io_channel": channel, "packet": tagged(bits)}


def err_word(code: int, text: bytes) -> bytes:
    return b"E" + le(code, 1) + text


PING = b"P" + bytes(15)
ONES4, ONES8 = 2**32 - 1, b"\xff" * 8


def valid(name: str, rules: list[str], doc: str, kind: str, time: int, words: list[tuple[bytes, dict[str, Any]]],
          canonical: bool = True, pad: int = 0) -> dict[str, Any]:  # fmt: skip
    letter = {"DATA": b"D", "REQ": b"?", "REP": b"!"}[kind]
    data = head(letter, time, len(words), pad) + b"".join(word for word, _ in words)
    value = {"type": kind, "timestamp": time, "words": [one for _, one in words]}
    return {"id": f"pacman/{name}", "kind": "valid", "level": "MUST", "rules": rules, "doc": doc, "hex": data.hex(),
            "value": value, **({"canonical": True} if canonical else {})}  # fmt: skip


def invalid(
    name: str, rules: list[str], doc: str, data: bytes, category: str | list[str], **where: Any
) -> dict[str, Any]:
    return {"id": f"pacman/{name}", "kind": "invalid", "level": "MUST", "rules": rules, "doc": doc, "hex": data.hex(),
            "error": {"category": category, **where}}  # fmt: skip


def messages() -> list[dict[str, Any]]:
    rows = [
        valid(f"message/empty-{kind.lower()}", ["PAC-002", "PAC-007"], "A message of no words", kind, 1, [])
        for kind in ("DATA", "REQ", "REP")
    ]
    rows.append(valid("message/time-0", ["PAC-003"], "Sent at the epoch", "DATA", 0, []))
    rows.append(
        valid("message/time-ones", ["PAC-001", "PAC-003"], "The last second that 32 bits hold", "REP", ONES4, [])
    )
    rows.append(
        valid("message/time-bytes", ["PAC-001", "PAC-003"], "A time whose four bytes differ", "REQ", 0x04030201, [])
    )
    pad = valid("message/pad-ones", ["PAC-004"], "Padding of the header that is not 0", "DATA", 7, [], False, 255)
    rows.append(pad)
    ping = (PING, {"word": "PING"})
    rows.append(
        valid(
            "message/words-257",
            ["PAC-005", "PAC-001"],
            "A number of words whose two bytes are 1 and 1",
            "REQ",
            7,
            [ping] * 257,
        )
    )
    rows.append(valid("message/mixed-data", ["PAC-010"], "Every word that data may have, and again in another order", "DATA", 1700000000, [
        (data_word(3, 99, packet(chip=11, channel=5, time=123456, adc=200)), data_value(3, 99, packet(chip=11, channel=5, time=123456, adc=200))),
        (trig_word(1, 100), trig_value(1, 100)),
        (sync_word(b"S", 0, 10000000), sync_value(b"S", 0, 10000000)),
        (sync_word(b"H", 1, 5), sync_value(b"H", 1, 5)),
        (trig_word(2, 7), trig_value(2, 7)),
        (data_word(4, 100, packet(chip=12)), data_value(4, 100, packet(chip=12))),
    ]))  # fmt: skip
    rows.append(valid("message/mixed-request", ["PAC-010"], "Every word that a request may have", "REQ", 5, [
        ping, (register_word(b"W", 1, 2), register_value("WRITE", 1, 2)), (register_word(b"R", 3, 0), register_value("READ", 3, 0)),
        (tx_word(1, packet(chip=9)), tx_value(1, packet(chip=9))),
    ]))  # fmt: skip
    rows.append(valid("message/mixed-reply", ["PAC-010"], "Every word that a reply may have", "REP", 5, [
        (register_word(b"W", 1, 2), register_value("WRITE", 1, 2)), (register_word(b"R", 3, 4), register_value("READ", 3, 4)),
        (tx_word(1, packet(chip=9)), tx_value(1, packet(chip=9))), (PING, {"word": "PONG"}),
        (err_word(1, b"no such thing\0"), {"word": "ERR", "code": 1, "text": tagged(b"no such thing\0")}),
    ]))  # fmt: skip
    return rows


def words() -> list[dict[str, Any]]:
    rows = []

    def one(
        name: str, rules: list[str], doc: str, kind: str, word: bytes, value: dict[str, Any], canonical: bool = True
    ) -> None:
        rows.append(valid(f"word/{name}", rules, doc, kind, 1600000000, [(word, value)], canonical))

    for name, channel, time, bits in (
        ("zeros", 0, 0, bytes(8)), ("ones", 255, ONES4, ONES8), ("bytes", 1, 0x05040302, bytes(range(8, 16))),
        ("letters", 1, 2, b"testing!"),
    ):  # fmt: skip
        one(
            f"data-{name}",
            ["PAC-011", "PAC-001"],
            f"A data word, {name}",
            "DATA",
            data_word(channel, time, bits),
            data_value(channel, time, bits),
        )
    one(
        "data-pad",
        ["PAC-004", "PAC-011"],
        "Padding of a data word that is not 0",
        "DATA",
        data_word(1, 2, bytes(8), b"\xaa\x55"),
        data_value(1, 2, bytes(8)),
        False,
    )
    fields = {
        "chip": packet(chip=255), "channel": packet(channel=63), "timestamp": packet(time=2**31 - 1), "first": packet(first=1),
        "dataword": packet(adc=255), "trigger-type": packet(trigger=3), "local-fifo": packet(local=3),
        "shared-fifo": packet(shared=3), "downstream": packet(downstream=1), "even-parity": packet(chip=1, even=True),
        "test": packet(kind=1), "config-write": configuration(2, 12, 65, 0xA5), "config-read": configuration(3, 200, 238, 0),
    }  # fmt: skip
    for name, bits in fields.items():
        one(
            f"packet-{name}",
            ["PAC-011"],
            f"A packet with all bits of {name} set, or of that kind",
            "DATA",
            data_word(7, 8, bits),
            data_value(7, 8, bits),
        )
    for name, bits, time in (("zeros", 0, 0), ("ones", 255, ONES4), ("bytes", 4, 0x07060504)):
        one(
            f"trig-{name}",
            ["PAC-012"],
            f"A trigger word, {name}",
            "DATA",
            trig_word(bits, time),
            trig_value(bits, time),
        )
    one(
        "trig-pad",
        ["PAC-004", "PAC-012"],
        "Padding of a trigger word that is not 0",
        "DATA",
        trig_word(1, 2, 255),
        trig_value(1, 2),
        False,
    )
    for letter in (b"S", b"H", b"C", b"\0", b"\xff", b"z"):
        one(
            f"sync-{letter.hex()}",
            ["PAC-013"],
            f"A sync word of the letter {letter!r}",
            "DATA",
            sync_word(letter, 1, 0x07060504),
            sync_value(letter, 1, 0x07060504),
        )
    one(
        "sync-source-ones",
        ["PAC-013"],
        "A clock source and time of ones",
        "DATA",
        sync_word(b"C", 255, ONES4),
        sync_value(b"C", 255, ONES4),
    )
    one(
        "sync-pad",
        ["PAC-004", "PAC-013"],
        "Padding of a sync word that is not 0",
        "DATA",
        sync_word(b"S", 0, 2, 170),
        sync_value(b"S", 0, 2),
        False,
    )
    one("ping", ["PAC-014"], "A ping", "REQ", PING, {"word": "PING"})
    one("pong", ["PAC-014"], "A pong, the same bytes in a reply", "REP", PING, {"word": "PONG"})
    one(
        "ping-pad",
        ["PAC-004", "PAC-014"],
        "A ping whose padding is not 0",
        "REQ",
        b"P" + b"-" * 15,
        {"word": "PING"},
        False,
    )
    one(
        "pong-pad",
        ["PAC-004", "PAC-014"],
        "A pong whose padding is not 0",
        "REP",
        b"P" + b"\xff" * 15,
        {"word": "PONG"},
        False,
    )
    for letter, name in ((b"W", "WRITE"), (b"R", "READ")):
        for kind in ("REQ", "REP"):
            one(
                f"{name.lower()}-{kind.lower()}",
                ["PAC-015", "PAC-001"],
                f"{name} of register 0x07060504",
                kind,
                register_word(letter, 0x07060504, 0x0F0E0D0C),
                register_value(name, 0x07060504, 0x0F0E0D0C),
            )
        one(
            f"{name.lower()}-ones",
            ["PAC-015"],
            f"{name}, register and value of ones",
            "REQ",
            register_word(letter, ONES4, ONES4),
            register_value(name, ONES4, ONES4),
        )
        one(
            f"{name.lower()}-pad",
            ["PAC-004", "PAC-015"],
            f"{name}, padding that is not 0",
            "REP",
            register_word(letter, 1, 2, 255),
            register_value(name, 1, 2),
            False,
        )
    for kind in ("REQ", "REP"):
        one(
            f"tx-{kind.lower()}",
            ["PAC-016"],
            "A packet to send",
            kind,
            tx_word(200, b"testing!"),
            tx_value(200, b"testing!"),
        )
    one(
        "tx-pad",
        ["PAC-004", "PAC-016"],
        "Bytes of a tx word where data has a time are padding",
        "REQ",
        tx_word(1, ONES8, 255),
        tx_value(1, ONES8),
        False,
    )
    for name, code, text in (
        ("text", 1, b"123456789ABCDE"),
        ("empty", 0, bytes(14)),
        ("ones", 255, b"\xff" * 14),
        ("inner-nul", 2, b"a\0b" + bytes(11)),
    ):
        one(
            f"err-{name}",
            ["PAC-017"],
            f"An error word, {name}",
            "REP",
            err_word(code, text),
            {"word": "ERR", "code": code, "text": tagged(text)},
        )
    return rows


def wrong() -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    kinds = [
        invalid(
            f"type/message-{byte.hex()}",
            ["PAC-002"],
            f"A message of the type {byte!r}",
            head(byte, 1, 0),
            "constraint",
            path="type",
            at=0,
        )
        for byte in (b"\0", b"d", b"T", b"\xff", b"P")
    ]
    letters = {"D": b"DTS", "?": b"PWRD", "!": b"WRDPE"}
    for message, allowed in letters.items():
        for letter in b"DTSPWRE\0d":
            if letter not in allowed:
                doc = f"A word of the type {bytes([letter])!r} in a message of the type {message!r}"
                data = head(message.encode(), 1, 1) + bytes([letter]) + bytes(15)
                kinds.append(
                    invalid(
                        f"type/word-{ord(message):02x}-{letter:02x}",
                        ["PAC-010"],
                        doc,
                        data,
                        "constraint",
                        path="words[0]",
                        at=8,
                    )
                )
    late = head(b"D", 1, 3) + data_word(1, 2, bytes(8)) + trig_word(1, 2) + PING
    kinds.append(
        invalid(
            "type/third-word",
            ["PAC-010"],
            "The third word may not stand there",
            late,
            "constraint",
            path="words[2]",
            at=40,
        )
    )
    kept = [data_value(1, 2, bytes(8)), trig_value(1, 2)]
    kinds[-1]["partial"] = {"type": "DATA", "timestamp": 1, "words": kept}
    word = data_word(1, 2, bytes(8))
    counts = []
    for said, there in ((1, 0), (2, 1), (0xFFFF, 1), (256, 1), (257, 256)):
        counts.append(
            invalid(
                f"count/{said}-of-{there}",
                ["PAC-006", "PAC-005"],
                f"{said} words are said, {there} are there",
                head(b"D", 1, said) + word * there,
                ["truncated", "size"],
            )
        )
    counts += [
        invalid(
            f"count/{said}-cut",
            ["PAC-006", "PAC-001", "PAC-005"],
            f"{said} words are said, the number is unsigned, and one is there",
            head(b"D", 1, said) + word,
            "truncated",
        )
        for said in (0x7FFF, 0x8000, 0xFFFF)
    ]
    for said, there in ((0, 1), (1, 2), (1, 257), (256, 257)):
        at = 8 + 16 * said
        counts.append(
            invalid(
                f"count/{said}-of-{there}",
                ["PAC-006", "PAC-005"],
                f"{said} words are said, {there} are there",
                head(b"D", 1, said) + word * there,
                "size",
                at=at,
            )
        )
    counts.append(
        invalid(
            "count/one-byte-more",
            ["PAC-006"],
            "One byte behind the last word",
            head(b"D", 1, 1) + word + b"\0",
            "size",
            at=24,
        )
    )
    counts.append(
        invalid(
            "count/big-endian",
            ["PAC-001", "PAC-006"],
            "The number of words with its bytes exchanged",
            head(b"D", 1, 256) + word,
            ["truncated", "size"],
        )
    )
    whole = head(b"D", 1, 2) + word + sync_word(b"S", 0, 1)
    cut = [
        invalid(
            f"truncated/{size:02}",
            ["PAC-006", *_CUT.get(size, [])],
            f"Two words, cut after {size} bytes",
            whole[:size],
            "truncated",
        )
        for size in range(len(whole))
    ]
    return kinds, counts, cut


def write(name: str, group: str, vectors: list[dict[str, Any]]) -> None:
    body = {"format": "pacman", "version": "0.0", "group": group, "provenance": PROVENANCE, "vectors": vectors}
    (HERE / f"{name}.{group}.json").write_text(json.dumps(body, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    from assembly.scenarios import write as write_scenarios

    write_scenarios(HERE)
    write("valid", "message", messages())
    write("valid", "word", words())
    for group, vectors in zip(("type", "count", "truncated"), wrong(), strict=True):
        write("invalid", group, vectors)


if __name__ == "__main__":
    main()
