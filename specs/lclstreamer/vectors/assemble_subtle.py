"""Write the vectors of LCLStreamer messages that find small slips: signs, texts, and where a message is cut.

python assemble_subtle.py [FOLDER]
"""

from __future__ import annotations

import json
import struct
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PROVENANCE = "assembled by hand with assemble_subtle.py (no codec involved)"
NUMBERS = (
    23,
    24,
    127,
    128,
    255,
    256,
    32767,
    32768,
    65535,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**32,
    2**53 + 1,
    2**63 - 1,
    2**63,
)
FLOATS = {"seventeen-digits": 0.1 + 0.2, "next-to-one": 1 + 2**-52, "minus-nought": -0.0, "third": 1 / 3}
TEXTS = {"blanks-around": "  x\t", "nul-inside": "a\0b", "newlines": "1\r\n2", "beyond-the-basic-plane": "\U0001d6fc", "quotes": "\"'\\", "capitals": "MiXed"}  # fmt: skip


def head(major: int, number: int) -> bytes:
    """The shortest head (RFC 8949 section 3)."""
    if number < 24:
        return bytes([major << 5 | number])
    size = next(size for size in (1, 2, 4, 8) if number < 1 << 8 * size)
    return bytes([major << 5 | 23 + size.bit_length()]) + number.to_bytes(size, "big")


def text(value: str) -> bytes:
    return head(3, len(value.encode())) + value.encode()


def stop(*more: tuple[str, bytes]) -> bytes:
    fields = [text("type") + text("stop"), text("run") + text("51"), *(text(key) + item for key, item in more)]
    return b"m" + head(5, len(fields)) + b"".join(fields)


def value(**more: Any) -> dict[str, Any]:
    return {"type": "stop", "run": "51", **more, "prefix": "m"}


def right() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []

    def row(name: str, doc: str, item: bytes, expected: Any) -> None:
        rows.append(
            {"id": name, "rules": ["LCL-011"], "doc": doc, "hex": stop(("x", item)).hex(), "value": value(x=expected)}
        )

    for one in NUMBERS:
        row(f"number-{one}", f"The number {one}", head(0, one), one if one <= 2**53 else {"$int": str(one)})
        below = -1 - one
        row(f"below-nought-{one}", f"-1 - {one}", head(1, one), below if below >= -(2**53) else {"$int": str(below)})
    for name, real in FLOATS.items():
        told = {"$float": "-0.0"} if name == "minus-nought" else real
        row(f"float-{name}", f"A float: {name.replace('-', ' ')}", b"\xfb" + struct.pack(">d", real), told)
    for name, one_text in TEXTS.items():
        row(f"text-{name}", f"A text: {name.replace('-', ' ')}", text(one_text), one_text)
    return [{**row, "id": f"lclstreamer/subtle/{row['id']}", "kind": "valid", "level": "MUST"} for row in rows]


def wrong() -> list[dict[str, Any]]:
    """A message that is cut inside its third value: the value's head is where the fault is."""
    rows: list[dict[str, Any]] = []
    for size in (5, 100, 300):
        before = stop(("a" * size, b""))
        error = {"category": "truncated", "path": "a" * size, "at": len(before)}
        items = {
            "text": b"\x64abc",
            "number": b"\x1a\0\0",
            "float": b"\xfb\0\0\0",
            "bytes": b"\x58\x20" + bytes(31),
            "list": b"\x83\1\2",
        }
        for name, item in items.items():
            inner = {"list": {"category": "truncated", "at": len(before)}}.get(name, error)
            told = f"A value is cut, a {name}, {len(before)} bytes in"
            rows.append(
                {
                    "id": f"cut-{name}-{size}",
                    "rules": ["LCL-015"],
                    "doc": told,
                    "hex": (before + item).hex(),
                    "error": inner,
                }
            )
        reserved = {"category": "syntax", "at": len(before)}
        rows.append({"id": f"reserved-{size}", "rules": ["LCL-015"], "doc": f"A head that is reserved, {len(before)} bytes in", "hex": (before + b"\x1c").hex(), "error": reserved})  # fmt: skip
        whole = stop(("a" * size, b"\1"))
        behind = {"category": ["framing", "syntax"], "at": len(whole)}
        rows.append({"id": f"trailing-{size}", "rules": ["LCL-014"], "doc": f"A byte behind {len(whole)}", "hex": (whole + b"\0").hex(), "error": behind})  # fmt: skip
    return [{**row, "id": f"lclstreamer/subtle/{row['id']}", "kind": "invalid", "level": "MUST"} for row in rows]


def main(folder: Path) -> None:
    for name, vectors in (("valid", right()), ("invalid", wrong())):
        content = {
            "format": "lclstreamer",
            "version": "1",
            "group": "subtle",
            "provenance": PROVENANCE,
            "vectors": vectors,
        }
        (folder / f"{name}.subtle.json").write_text(
            json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
