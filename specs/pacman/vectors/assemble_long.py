"""Write the vectors of PACMAN messages with more words than a signed count holds; standard library only.

python assemble_long.py [FOLDER]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from assemble import HERE, PING, head, register_value, register_word, trig_value, trig_word, tx_value, tx_word

PROVENANCE = "assembled by hand with assemble_long.py (no codec involved)"


def right() -> list[dict[str, Any]]:
    """What repeats stands there once: bytes under `runs`, words under `$repeat`."""
    words = ((trig_word(1, 7), trig_value(1, 7)), (trig_word(128, 2**31), trig_value(128, 2**31)))
    three = (PING, register_word(b"R", 5, 6), tx_word(3, bytes(range(8))))
    told = ({"word": "PING"}, register_value("READ", 5, 6), tx_value(3, bytes(range(8))))
    rows: list[dict[str, Any]] = []
    for count, kind, letter, data, values in (
        (32768, "DATA", b"D", [one for one, _ in words], [one for _, one in words]),
        (65535, "REQ", b"?", three, list(told)),
    ):
        often = count // len(values)
        runs = [[head(letter, 1, count).hex(), 1], [b"".join(data).hex(), often]]
        value = {"type": kind, "timestamp": 1, "words": {"$repeat": [values, often]}}
        doc = f"{count} words, a count that a signed number of 16 bits does not hold"
        rows.append({"id": f"pacman/long/words-{count}", "kind": "valid", "level": "MUST", "rules": ["PAC-005", "PAC-006"], "doc": doc, "runs": runs, "value": value, "canonical": True})  # fmt: skip
    del rows[1]["canonical"]  # the longest is only written: reading it again in every way takes seconds
    return [rows[0], {**rows[1], "kind": "encode"}]


def wrong() -> list[dict[str, Any]]:
    """The count is believed as it stands: of 32768 words the last one is missing."""
    runs = [[head(b"D", 1, 32768).hex(), 1], [trig_word(1, 7).hex(), 32767]]
    error = {"category": "truncated", "path": "words", "at": 8}
    return [{"id": "pacman/long/cut-32768", "kind": "invalid", "level": "MUST", "rules": ["PAC-006"], "doc": "32768 words, the last one is missing", "runs": runs, "error": error}]  # fmt: skip


def unwritable() -> list[dict[str, Any]]:
    value = {"type": "REQ", "timestamp": 1, "words": {"$repeat": [[{"word": "PING"}], 65536]}}
    error = {"category": ["constraint", "type", "size", "limit"], "path": "words"}
    return [{"id": "pacman/long/write-65536", "kind": "encode", "level": "MUST", "rules": ["PAC-005"], "doc": "65536 words, which two bytes cannot count", "value": value, "error": error}]  # fmt: skip


def main(folder: Path) -> None:
    read, written = right()
    for name, vectors in (("valid", [read]), ("invalid", wrong()), ("encode", [written, *unwritable()])):
        content = {"format": "pacman", "version": "0.0", "group": "long", "provenance": PROVENANCE, "vectors": vectors}
        text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        (folder / f"{name}.long.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
