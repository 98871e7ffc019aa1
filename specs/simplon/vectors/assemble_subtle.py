"""Write the vectors of SIMPLON messages that find small slips: signs of integers, texts, floats, offsets far in.

python assemble_subtle.py [FOLDER]
"""

from __future__ import annotations

import base64
import json
import struct
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PROVENANCE = "assembled by hand with assemble_subtle.py (no codec involved)"
ULID = "01HZX3W5T9QK7M2B4N6P8R0S1V"
NUMBERS = (23, 24, 127, 128, 255, 256, 32767, 32768, 40_000, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**53, 2**53 + 1, 2**63 - 1, 2**63)  # fmt: skip
TEXTS = {
    "blanks-around": "  blanks and a tab\t", "newlines": "one\r\ntwo\rthree\n", "nul-inside": "a\0b", "nul-behind": "a\0", "quotes": "\"'\\/",
    "beyond-the-basic-plane": "\U0001d6fc\U0010fffd", "not-composed": "e\u0301 \u00e9", "mark-in-front": "\ufeffx", "capitals": "MiXed \u0130\u00df",
    "256-letters": "x" * 256, "65536-letters": "y" * 65_536,
}  # fmt: skip
FLOATS = {"seventeen-digits": 0.1 + 0.2, "next-to-one": 1 + 2**-52, "smallest": 5e-324, "largest-of-32-bits": 3.4028234663852886e38, "beyond-32-bits": 1e39, "third": 1 / 3}  # fmt: skip


def head(major: int, number: int) -> bytes:
    """The shortest head (RFC 8949 section 3)."""
    if number < 24:
        return bytes([major << 5 | number])
    size = next(size for size in (1, 2, 4, 8) if number < 1 << 8 * size)
    return bytes([major << 5 | 23 + size.bit_length()]) + number.to_bytes(size, "big")


def text(value: str) -> bytes:
    return head(3, len(value.encode())) + value.encode()


def start(series: int = 1, *more: tuple[str, bytes]) -> bytes:
    """A start message with these fields behind the first three."""
    first = [text("type") + text("start"), text("series_id") + head(0, series), text("series_unique_id") + text(ULID)]
    fields = [*first, *(text(key) + item for key, item in more)]
    return b"\xd9\xd9\xf7" + head(5, len(fields)) + b"".join(fields)


def value(series: int = 1, **more: Any) -> dict[str, Any]:
    return {"type": "start", "series_id": number(series), "series_unique_id": ULID, **more}


#: numbers of images that `extremes/shortest-…` has
ELSEWHERE = (23, 24, 255, 256, 65535, 65536, 2**32)


def number(one: int) -> Any:
    return one if abs(one) <= 2**53 else {"$int": str(one)}


def right() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []

    def row(name: str, rule: str, doc: str, data: bytes, expected: Any) -> None:
        row = {"id": name, "rules": [rule], "doc": doc, "hex": data.hex(), "value": expected}
        rows.append({**row, "canonical": True, "encode_options": {"compression": "none"}})

    for one in NUMBERS:
        row(f"series-{one}", "SV2-021", f"The series {one}", start(one), value(one))
        if one not in ELSEWHERE:
            images = start(1, ("number_of_images", head(0, one)))
            row(f"images-{one}", "SV2-038", f"{one} images", images, value(number_of_images=number(one)))
        if one != 2**53:  # user-data/minus-2-53-and-1
            below = start(1, ("user_data", head(1, one)))
            row(f"below-nought-{one}", "SV2-043", f"-1 - {one}", below, value(user_data=number(-1 - one)))
    for name, one in TEXTS.items():
        data = start(1, ("user_data", text(one)))
        row(f"text-{name}", "SV2-043", f"A text: {name.replace('-', ' ')}", data, value(user_data=one))
    for name, real in FLOATS.items():
        data = start(1, ("count_time", b"\xfb" + struct.pack(">d", real)))
        row(f"float-{name}", "SV2-028", f"A time: {name.replace('-', ' ')}", data, value(count_time=real))
    for tag, dtype, data in ((85, "<f4", bytes.fromhex("0100c07f 000080ff 00008080 010000ff".replace(" ", ""))), (86, "<f8", bytes.fromhex("010000000000f87f 000000000000f0ff 0000000000000080"))):  # fmt: skip
        item = head(6, tag) + head(2, len(data)) + data
        array = {
            "$nd": {"dtype": dtype, "shape": [len(data) // int(dtype[2])], "data": base64.b64encode(data).decode()}
        }
        row(
            f"nan-bits-{dtype[1:]}",
            "SV2-061",
            "NaN with bits of its own, -inf, -0",
            start(1, ("user_data", item)),
            value(user_data=array),
        )
    for count in (23, 24, 255, 256, 300):
        data = start(1, ("user_data", head(4, count) + b"\xf5" * count))
        row(f"list-of-{count}", "SV2-043", f"A list of {count}", data, value(user_data=[True] * count))
    return [{**row, "id": f"simplon/subtle/{row['id']}", "kind": "valid", "level": "MUST"} for row in rows]


def wrong() -> list[dict[str, Any]]:
    """The same faults near and far in: an offset is not one of a byte, of 16 bits, or from somewhere else."""
    rows: list[dict[str, Any]] = []
    for size in (10, 200, 300, 70_000):
        whole = start(1, ("user_data", text("x" * size)))
        far = f"behind a text of {size}"
        rows.append({"id": f"trailing-{size}", "rules": ["SV2-014"], "doc": f"A byte {far}", "hex": (whole + b"\0").hex(), "error": {"category": ["framing", "syntax"], "at": len(whole)}})  # fmt: skip
        if size > 300:
            continue
        before = start(1, ("a", text("x" * size)), ("zzz", b""))
        at = len(before)
        rows.append({"id": f"reserved-{size}", "rules": ["SV2-016"], "doc": f"A head that is reserved {far}", "hex": (before + b"\x1c").hex(), "error": {"category": "syntax", "at": at}})  # fmt: skip
        rows.append({"id": f"cut-{size}", "rules": ["SV2-015"], "doc": f"A text is cut {far}", "hex": (before + b"\x64abc").hex(), "error": {"category": "truncated", "path": "zzz", "at": at}})  # fmt: skip
    return [{**row, "id": f"simplon/subtle/{row['id']}", "kind": "invalid", "level": "MUST"} for row in rows]


def main(folder: Path) -> None:
    for name, vectors in (("valid", right()), ("invalid", wrong())):
        content = {
            "format": "simplon",
            "version": "1.8",
            "group": "subtle",
            "provenance": PROVENANCE,
            "vectors": vectors,
        }
        (folder / f"{name}.subtle.json").write_text(
            json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
