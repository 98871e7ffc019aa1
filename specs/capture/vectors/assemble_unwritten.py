"""Write the vectors of values that no capture holds, and of captures that are long; standard library only.

python assemble_unwritten.py [FOLDER]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from assemble import HERE, Value, end, header, header_value, le, message, refused, tagged

PROVENANCE = "assembled by hand with assemble_unwritten.py (no codec involved)"
CATEGORIES = ["constraint", "type", "size"]


def unwritable() -> list[Value]:
    rows: list[Value] = []

    def row(name: str, rule: str, doc: str, path: str, *blocks: Any, categories: Any = CATEGORIES, **head: Any) -> None:
        value = {"header": {**header_value(), **head}, "blocks": list(blocks)}
        rows.append({"id": f"capture/unwritten/{name}", "kind": "encode", "level": "MUST", "rules": [rule], "doc": doc, "value": value, "error": {"category": categories, "path": path}})  # fmt: skip

    def arrived(**words: Any) -> Value:
        return {**message(b"x")[1], **words}

    row("version-2", "CAP-002", "The version 2", "header.version", version=2, categories=[*CATEGORIES, "version"])
    row("version-0", "CAP-002", "The version 0", "header.version", version=0, categories=[*CATEGORIES, "version"])
    row("started-before-the-epoch", "CAP-003", "Begun a nanosecond before the epoch", "header.started", started=-1)
    row("started-of-65-bits", "CAP-003", "Begun when 64 bits end", "header.started", started=number(2**64))
    row("started-a-fraction", "CAP-003", "Begun between two nanoseconds", "header.started", started=0.5)
    row("format-256", "CAP-004", "A name of 256 bytes", "header.format", format="f" * 256)
    row("format-not-ascii", "CAP-004", "A name beyond ASCII", "header.format", format="simpl\u00f6n")
    row("software-256", "CAP-005", "A program of 256 bytes", "header.software", software="s" * 256)
    row("software-128-letters", "CAP-005", "A program of 128 letters, which are 256 bytes of UTF-8", "header.software", software="\u00e9" * 128)  # fmt: skip
    row("note-a-number", "CAP-005", "A note that is no text", "header.note", note=7)
    row("block-unknown", "CAP-011", "A block that is none", "blocks[0].block", {"block": "Lost", "elapsed": 1})
    row(
        "block-unknown-later",
        "CAP-011",
        "The second block is none",
        "blocks[1].block",
        message(b"x")[1],
        {"block": "Lost"},
    )
    row("elapsed-negative", "CAP-013", "A message that came before the capture was begun", "blocks[0].elapsed", arrived(elapsed=-1))  # fmt: skip
    row("elapsed-of-65-bits", "CAP-013", "A message after 2^64 ns", "blocks[1].elapsed", arrived(), arrived(elapsed=number(2**64)))  # fmt: skip
    parts = {"$repeat": [[{"data": tagged(b"")}], 65536]}
    row("parts-65536", "CAP-014", "A message of 65536 parts", "blocks[0].parts", arrived(parts=parts))
    row("part-of-text", "CAP-015", "A part that is text", "blocks[0].parts[1].data", arrived(parts=[{"data": tagged(b"x")}, {"data": "x"}]))  # fmt: skip
    row("refused-parts-of-33-bits", "CAP-016", "2^32 parts were refused", "blocks[0].parts", refused(parts=0)[1] | {"parts": 2**32})  # fmt: skip
    row("refused-parts-negative", "CAP-016", "Fewer than no parts were refused", "blocks[0].parts", refused(parts=0)[1] | {"parts": -1})  # fmt: skip
    row("refused-size-negative", "CAP-016", "Fewer than no bytes were refused", "blocks[0].size", refused(size=0)[1] | {"size": -1})  # fmt: skip
    row("refused-size-of-65-bits", "CAP-016", "2^64 bytes were refused", "blocks[0].size", refused(size=0)[1] | {"size": number(2**64)})  # fmt: skip
    row("end-messages-negative", "CAP-017", "Closed after fewer than no messages", "blocks[0].messages", end()[1] | {"messages": -1})  # fmt: skip
    row("end-size-of-65-bits", "CAP-017", "Closed after 2^64 bytes", "blocks[0].size", end()[1] | {"size": number(2**64)})  # fmt: skip
    return rows


def bare() -> list[Value]:
    """Nothing is said, so nothing is named: no endpoint, host, user or program stands in the bytes."""
    data = header(b"", b"", b"") + message(b"x")[0] + end(1, 1, "")[0]
    value = {"header": header_value("", "", ""), "blocks": [message(b"x")[1], end(1, 1, "")[1]]}
    row = {"id": "capture/written/nothing-named", "kind": "encode", "level": "SHOULD", "rules": ["CAP-006"], "doc": "A capture of which nothing is told names nothing", "hex": data.hex(), "value": value}  # fmt: skip
    return [row]


def number(one: int) -> Any:
    return one if abs(one) <= 2**53 else {"$int": str(one)}


def long() -> list[Value]:
    """Counts and lengths that fewer bytes, or a sign, would not hold."""
    rows: list[Value] = []

    def row(name: str, rule: str, doc: str, runs: Any, value: Value) -> None:
        rows.append({"id": f"capture/long/{name}", "kind": "valid", "level": "MUST", "rules": [rule], "doc": doc, "runs": [[data.hex(), count] for data, count in runs], "value": value, "canonical": True})  # fmt: skip

    for size in (128, 32768, 65536, 70001):
        head = header(note=b"")[:-4] + le(size, 4)
        note = {"$repeat": ["n", size]}
        row(f"note-{size}", "CAP-005", f"A note of {size} bytes", [(head, 1), (b"n", size)], {"header": header_value() | {"note": note}, "blocks": []})  # fmt: skip
    for size in (128, 200):
        row(f"names-{size}", "CAP-004", f"A format and a program of {size} bytes", [(header(name=b"f" * size, software=b"s" * size), 1)], {"header": header_value(name="f" * size, software="s" * size), "blocks": []})  # fmt: skip
    for size in (128, 256, 32768, 65536):
        data, value = message(b"p" * size)
        row(f"part-{size}", "CAP-015", f"A part of {size} bytes", [(header() + data[: 32], 1), (b"p", size)], {"header": header_value(), "blocks": [value]})  # fmt: skip
    one, told = message(b"p")
    for count in (17, 300):
        row(f"blocks-{count}", "CAP-010", f"{count} messages", [(header(), 1), (one, count)], {"header": header_value(), "blocks": {"$repeat": [[told], count]}})  # fmt: skip
    for count in (255, 256, 32768):
        body = le(1, 8) + le(count, 4)
        head = header() + b"MESG" + le(len(body) + 9 * count, 8) + body
        parts = {"$repeat": [[{"data": tagged(b"p")}], count]}
        row(f"parts-{count}", "CAP-014", f"A message of {count} parts", [(head, 1), (le(1, 8) + b"p", count)], {"header": header_value(), "blocks": [{"block": "Message", "elapsed": 1, "parts": parts}]})  # fmt: skip
    return rows


def main(folder: Path) -> None:
    for kind, group, vectors in (
        ("encode", "unwritten", unwritable()),
        ("encode", "written", bare()),
        ("valid", "long", long()),
    ):
        content = {"format": "capture", "version": "1", "group": group, "provenance": PROVENANCE, "vectors": vectors}
        text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        (folder / f"{kind}.{group}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
