"""Write the vectors of captures that find small slips: blanks, signs, offsets far in; nothing but the standard library.

python assemble_subtle.py [FOLDER]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from assemble import HERE, Value, block, end, header, header_value, invalid, le, message, refused, valid

PROVENANCE = "assembled by hand with assemble_subtle.py (no codec involved)"


def right() -> list[Value]:
    texts = {
        "blanks-around": "  two blanks, and a tab\t", "ends-in-newline": "a line\r\n", "nul-inside": "a\0b", "quotes": "\"'\\/",
        "beyond-the-basic-plane": "\U0001d6fc and \U0010fffd", "not-composed": "e\u0301 is no \u00e9", "mark-in-front": "\ufeffx",
        "capitals": "MiXed \u0130\u00df", "markup": "<a&b>", "carriage-return": "a\rb", "number": "007", "300-letters": "x" * 300,
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
    rows += names(texts)
    for name, data in BYTES.items():
        rows.append(
            valid(f"block/bytes-{name}", ["CAP-015"], f"A part: {name.replace('-', ' ')}", [message(data, data)])
        )
    return [renamed(row) for row in rows]


BYTES = {"line-ends": b"\r\na\nb\rc", "blanks-around": b" \t x \n", "ends-in-nul": b"x\0\0", "begins-with-nul": b"\0x", "high": bytes(range(128, 256)), "block": b"MESG" + bytes(8), "base64": b"eHl6"}  # fmt: skip


def names(texts: dict[str, str]) -> list[Value]:
    """The same texts as program and as reasons; numbers of the time of the beginning."""
    rows = []
    for name, text in texts.items():
        told = name.replace("-", " ")
        if len(text.encode()) < 256:
            rows.append(valid(f"header/software-{name}", ["CAP-005"], f"A program: {told}", [], software=text))
        given = [refused(0, 0, text), end(1, 1, text)]
        rows.append(valid(f"block/reason-{name}", ["CAP-016", "CAP-017"], f"Reasons: {told}", given))
    for name, text in {"blanks-around": " a b\t", "capitals": "MiXed", "line-ends": "a\r\nb", "nul-inside": "a\0b", "quotes": "\"'\\/", "number": "007"}.items():  # fmt: skip
        rows.append(valid(f"header/format-{name}", ["CAP-004"], f"A format: {name.replace('-', ' ')}", [], name=text))
    for number in (1, 999, 1_000_001, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**53 - 1, 2**53 + 1, 2**63 - 1, 2**63):
        told = {"$int": str(number)} if number > 2**53 else number
        row = valid(f"header/begun-{number}", ["CAP-003"], f"Begun {number} ns after the epoch", [], started=number)
        row["value"]["header"]["started"] = told
        rows.append(row)
    same = message(b"twice", elapsed=5)
    rows.append(valid("block/equal", ["CAP-010", "CAP-013"], "The same message twice, then one that came before", [same, same, message(b"x", elapsed=4)]))  # fmt: skip
    return rows


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
