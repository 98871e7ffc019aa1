"""Write the vectors of captures that find small slips: blanks, signs, offsets far in; nothing but the standard library.

python assemble_subtle.py [FOLDER]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from assemble import HERE, Value, block, end, header, header_value, invalid, le, message, valid

PROVENANCE = "assembled by hand with assemble_subtle.py (no codec involved)"


def right() -> list[Value]:
    texts = {
        "blanks-around": "  two blanks, and a tab\t", "ends-in-newline": "a line\r\n", "nul-inside": "a\0b", "quotes": "\"'\\/",
        "beyond-the-basic-plane": "\U0001d6fc and \U0010fffd", "not-composed": "e\u0301 is no \u00e9", "mark-in-front": "\ufeffx",
        "capitals": "MiXed \u0130\u00df",
    }  # fmt: skip
    rows = [
        valid(f"note/{name}", ["CAP-005"], f"A note: {name.replace('-', ' ')}", [], note=note)
        for name, note in texts.items()
    ]
    for number in (127, 128, 255, 256, 32767, 32768, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**53 - 1, 2**53 + 1, 2**63 - 1, 2**63):  # fmt: skip
        rows.append(
            valid(
                f"block/elapsed-{number}", ["CAP-013"], f"A message after {number} ns", [message(b"x", elapsed=number)]
            )
        )
        rows.append(
            valid(f"block/counts-{number}", ["CAP-017"], f"An end that counts {number}", [end(number, number, "")])
        )
    return [renamed(row) for row in rows]


def wrong() -> list[Value]:
    """Where a field is cut: its name and its first byte."""
    names = (("magic", 0, 8), ("version", 8, 2), ("started", 10, 8), ("format_size", 18, 1), ("format", 19, 7), ("software_size", 26, 1), ("software", 27, 4), ("note_size", 31, 4), ("note", 35, 5))  # fmt: skip
    whole = header(note=b"12345")
    rows: list[Value] = []
    rules = {
        "magic": "CAP-001",
        "version": "CAP-002",
        "started": "CAP-003",
        "format_size": "CAP-004",
        "format": "CAP-004",
    }
    for name, at, size in names:
        for there in {0, size - 1}:
            cut = whole[: at + there]
            told = f"{there} of {size} bytes of {name} are there"
            rows.append(
                invalid(
                    f"cut-{name}-{there}",
                    [rules.get(name, "CAP-005")],
                    told,
                    cut,
                    "truncated",
                    path=f"header.{name}",
                    at=at,
                )
            )
    rows.append(
        invalid(
            "note-not-utf8",
            ["CAP-005"],
            "The note is a byte of two",
            header(note=b"\xc3"),
            "syntax",
            path="header.note",
            at=35,
        )
    )
    far = header(note=b"n" * 300) + message(bytes(70_000))[0]
    rows.append(
        invalid(
            "tag-far-in",
            ["CAP-011"],
            "No block behind 70 kB",
            far + b"NOPE" + le(0, 8),
            "constraint",
            path="blocks[1]",
            at=len(far),
        )
    )
    near = header(note=b"n" * 300) + b"".join(message(b"x")[0] for _ in range(12))
    rows.append(invalid("tag-of-thirteenth", ["CAP-011"], "The thirteenth block is none", near + b"NOPE", "constraint", path="blocks[12]", at=len(near)))  # fmt: skip
    reason = near + block(b"REFU", bytes(20) + b"\xff")
    rows.append(invalid("reason-far-in", ["CAP-016"], "A reason that is no UTF-8, far in", reason, "syntax", path="blocks[12].reason", at=len(reason) - 1))  # fmt: skip
    return [renamed(row) for row in rows]


def renamed(row: Value) -> Value:
    """The vector in the group of this file."""
    _, *words = row["id"].split("/")
    return {**row, "id": f"capture/subtle/{'-'.join(word for word in words if word not in ('header', 'block'))}"}


def main(folder: Path) -> None:
    assert header_value()["version"] == 1
    for name, vectors in (("valid", right()), ("invalid", wrong())):
        content = {"format": "capture", "version": "1", "group": "subtle", "provenance": PROVENANCE, "vectors": vectors}
        (folder / f"{name}.subtle.json").write_text(
            json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
