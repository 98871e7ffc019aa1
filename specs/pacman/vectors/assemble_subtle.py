"""Write the vectors of PACMAN messages that find small slips: signs, and where a fault is; standard library only.

python assemble_subtle.py [FOLDER]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from assemble import (  # fmt: skip
    HERE,
    data_value,
    data_word,
    err_word,
    head,
    register_value,
    register_word,
    tagged,
    trig_value,
    trig_word,
)

PROVENANCE = "assembled by hand with assemble_subtle.py (no codec involved)"
NUMBERS = (127, 128, 255, 256, 32767, 32768, 40_000, 65535, 65536, 2**31 - 1, 2**31, 2**31 + 1, 2**32 - 1)


def right() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for value in NUMBERS:
        time = {"hex": head(b"D", value, 0).hex(), "value": {"type": "DATA", "timestamp": value, "words": []}}
        rows.append({"id": f"time-{value}", "rules": ["PAC-003"], "doc": f"The time {value}", **time})
        word = head(b"D", 1, 1) + trig_word(1, value)
        trigger = {"hex": word.hex(), "value": {"type": "DATA", "timestamp": 1, "words": [trig_value(1, value)]}}
        rows.append({"id": f"trigger-time-{value}", "rules": ["PAC-012"], "doc": f"A trigger at {value}", **trigger})
    for value in NUMBERS:
        register = 2**32 - 1 - value
        data = head(b"?", 1, 1) + register_word(b"W", register, value)
        told = {"type": "REQ", "timestamp": 1, "words": [register_value("WRITE", register, value)]}
        rows.append({"id": f"write-{value}", "rules": ["PAC-015"], "doc": f"{value} into register {register}", "hex": data.hex(), "value": told})  # fmt: skip
    rows += octets()
    return [
        {**row, "id": f"pacman/subtle/{row['id']}", "kind": "valid", "level": "MUST", "canonical": True} for row in rows
    ]


def octets() -> list[dict[str, Any]]:
    """Bytes that a reader of text would change, in packets and in the text of an error; words that are equal."""
    rows: list[dict[str, Any]] = []
    eight = {"line-ends": b"\r\na\nb\rc\n", "blanks-around": b" \t  x \n ", "nul-behind": b"x\0y\0\0\0\0\0", "nul-in-front": b"\0\0x\0\0\0\0y", "high": bytes(range(248, 256))}  # fmt: skip
    for name, bits in eight.items():
        told = f"A packet: {name.replace('-', ' ')}"
        words = {"type": "DATA", "timestamp": 1, "words": [data_value(1, 2, bits)]}
        rows.append({"id": f"packet-{name}", "rules": ["PAC-011"], "doc": told, "hex": (head(b"D", 1, 1) + data_word(1, 2, bits)).hex(), "value": words})  # fmt: skip
        text = (bits + b" \0z\r\n ")[:14]
        words = {"type": "REP", "timestamp": 1, "words": [{"word": "ERR", "code": 1, "text": tagged(text)}]}
        rows.append({"id": f"text-{name}", "rules": ["PAC-017"], "doc": f"A text: {name.replace('-', ' ')}", "hex": (head(b"!", 1, 1) + err_word(1, text)).hex(), "value": words})  # fmt: skip
    for bits in (1, 10, 13, 32, 0x55, 0xF0):
        words = {"type": "DATA", "timestamp": 1, "words": [trig_value(bits, 1), trig_value(bits, 1)]}
        rows.append({"id": f"trigger-bits-{bits}", "rules": ["PAC-012"], "doc": f"The same trigger twice, bits {bits:#x}", "hex": (head(b"D", 1, 2) + trig_word(bits, 1) * 2).hex(), "value": words})  # fmt: skip
    return rows


def wrong() -> list[dict[str, Any]]:
    """What is cut is a field: its name and its first byte."""
    whole = head(b"D", 1, 20) + trig_word(1, 1) * 20
    cuts = [(0, "type", 0, "PAC-002"), (1, "timestamp", 1, "PAC-003"), (4, "timestamp", 1, "PAC-003"), (6, "words_count", 6, "PAC-005"), (7, "words_count", 6, "PAC-005")]  # fmt: skip
    cuts += [(size, "words", 8, "PAC-006") for size in (8, 9, 24, 200, 300, 327)]
    rows: list[dict[str, Any]] = []
    for size, path, at, rule in cuts:
        place: dict[str, Any] = {"at": at} if path == "words_count" else {"path": path, "at": at}
        error = {"category": "truncated", **place}
        rows.append({"id": f"cut-{size:03}", "rules": [rule], "doc": f"Twenty words, cut after {size} bytes", "hex": whole[:size].hex(), "error": error})  # fmt: skip
    for index in (9, 10, 16, 19):
        at = 8 + 16 * index
        data = whole[:at] + b"P" + whole[at + 1 :]
        error = {"category": "constraint", "path": f"words[{index}]", "at": at}
        rows.append({"id": f"word-{index}", "rules": ["PAC-010"], "doc": f"Word {index} belongs to requests", "hex": data.hex(), "error": error})  # fmt: skip
    return [{**row, "id": f"pacman/subtle/{row['id']}", "kind": "invalid", "level": "MUST"} for row in rows]


def unwritable() -> list[dict[str, Any]]:
    """Values that no message holds: a writer must refuse them."""
    rows: list[dict[str, Any]] = []

    def row(name: str, rule: str, doc: str, path: str, kind: str = "DATA", time: int = 1, *words: Any) -> None:
        told = {"type": kind, "timestamp": time, "words": list(words)}
        error = {"category": ["constraint", "type", "size"], "path": path}
        rows.append({"id": f"pacman/subtle/{name}", "kind": "encode", "level": "MUST", "rules": [rule], "doc": doc, "value": told, "error": error})  # fmt: skip

    row("write-time-negative", "PAC-003", "A time before the epoch", "timestamp", "DATA", -1)
    row("write-time-of-33-bits", "PAC-003", "A time of 33 bits", "timestamp", "DATA", 2**32)
    row("write-type-unknown", "PAC-002", "A type that is none", "type", "DATUM")
    row("write-word-unknown", "PAC-010", "A word of requests in data", "words[0]", "DATA", 1, {"word": "PING"})
    row("write-trigger-time-negative", "PAC-012", "A trigger before the epoch", "words[1].timestamp", "DATA", 1, trig_value(1, 1), trig_value(1, -1))  # fmt: skip
    row("write-trigger-time-of-33-bits", "PAC-012", "A trigger's time of 33 bits", "words[0].timestamp", "DATA", 1, trig_value(1, 2**32))  # fmt: skip
    row("write-register-of-33-bits", "PAC-015", "A register of 33 bits", "words[0].register", "REQ", 1, register_value("WRITE", 2**32, 1))  # fmt: skip
    row("write-value-negative", "PAC-015", "A negative value for a register", "words[0].value", "REQ", 1, register_value("WRITE", 1, -1))  # fmt: skip
    return rows


def main(folder: Path) -> None:
    for name, vectors in (("valid", right()), ("invalid", wrong()), ("encode", unwritable())):
        content = {
            "format": "pacman",
            "version": "0.0",
            "group": "subtle",
            "provenance": PROVENANCE,
            "vectors": vectors,
        }
        (folder / f"{name}.subtle.json").write_text(
            json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
