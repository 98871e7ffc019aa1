"""Write the vectors of captures, byte by byte from the layout in ../README.md; no codec is involved.

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
MAGIC = b"\x89SWC\r\n\x1a\n"
STARTED = 1_767_225_600_000_000_000
ONES4, ONES8 = 2**32 - 1, 2**64 - 1
CBOR_END = b"\xd9\xd9\xf7\xa1\x64type\x63end"

Value = dict[str, Any]
Block = tuple[bytes, Value]


def le(value: int, size: int) -> bytes:
    """*value* in *size* bytes, the least first."""
    return bytes(value >> 8 * index & 255 for index in range(size))


def tagged(data: bytes) -> dict[str, str]:
    return {"$bytes": base64.b64encode(data).decode()}


def header(name: bytes = b"simplon", software: bytes = b"hand", note: bytes = b"", started: int = STARTED,
           magic: bytes = MAGIC, version: int = 1) -> bytes:  # fmt: skip
    data = magic + le(version, 2) + le(started, 8) + le(len(name), 1) + name
    return data + le(len(software), 1) + software + le(len(note), 4) + note


def header_value(name: str = "simplon", software: str = "hand", note: str = "", started: int = STARTED) -> Value:
    return {"version": 1, "started": started, "format": name, "software": software, "note": note}


def block(tag: bytes, body: bytes, more: int = 0) -> bytes:
    return tag + le(len(body) + more, 8) + body


def message(*parts: bytes, elapsed: int = 1) -> Block:
    body = le(elapsed, 8) + le(len(parts), 4) + b"".join(le(len(part), 8) + part for part in parts)
    return block(b"MESG", body), {"block": "Message", "elapsed": elapsed, "parts": [{"data": tagged(part)} for part in parts]}  # fmt: skip


def refused(parts: int = 1, size: int = 10**12, reason: str = "too large", elapsed: int = 2) -> Block:
    body = le(elapsed, 8) + le(parts, 4) + le(size, 8) + reason.encode()
    return block(b"REFU", body), {"block": "Refused", "elapsed": elapsed, "parts": parts, "size": size, "reason": reason}  # fmt: skip


def end(messages: int = 0, size: int = 0, reason: str = "closed", elapsed: int = 3) -> Block:
    body = le(elapsed, 8) + le(messages, 8) + le(size, 8) + reason.encode()
    return block(b"DONE", body), {"block": "End", "elapsed": elapsed, "messages": messages, "size": size, "reason": reason}  # fmt: skip


def header_rule(size: int) -> str:
    """The rule of the field of the header that is not whole after *size* bytes."""
    return (
        "CAP-001"
        if size < 8
        else "CAP-002"
        if size < 10
        else "CAP-003"
        if size < 18
        else "CAP-004"
        if size < 21
        else "CAP-005"
    )


def valid(label: str, rules: list[str], doc: str, blocks: list[Block], **words: Any) -> Value:
    encoded = {key: value.encode() if isinstance(value, str) else value for key, value in words.items()}
    data = header(**encoded) + b"".join(data for data, _ in blocks)
    value = {"header": header_value(**words), "blocks": [one for _, one in blocks]}
    return {"id": f"capture/{label}", "kind": "valid", "level": "MUST", "rules": rules, "doc": doc, "hex": data.hex(),
            "value": value, "canonical": True}  # fmt: skip


def invalid(name: str, rules: list[str], doc: str, data: bytes, category: str | list[str], **where: Any) -> Value:
    return {"id": f"capture/{name}", "kind": "invalid", "level": "MUST", "rules": rules, "doc": doc, "hex": data.hex(),
            "error": {"category": category, **where}}  # fmt: skip


def either(row: Value, path: str) -> Value:
    """What a decoder may take, for it judges a block at a time, or refuse."""
    del row["canonical"]
    return {**row, "kind": "either", "level": "SHOULD", "error": {"category": ["constraint", "size", "framing"], "path": path}}  # fmt: skip


def headers() -> list[Value]:
    rows = [
        valid("header/empty", ["CAP-001", "CAP-002", "CAP-010"], "A capture of no blocks: begun, and not closed", []),
        valid("header/nothing-named", ["CAP-004", "CAP-005"], "No format, no software, no note", [], name="", software="", note=""),
        valid("header/format-255", ["CAP-004"], "A name of 255 bytes", [], name="f" * 255),
        valid("header/software-255", ["CAP-005"], "A program of 255 bytes", [], software="s" * 255),
        valid("header/software-utf8", ["CAP-005"], "Software in UTF-8", [], software="détecteur ✓"),
        valid("header/note-utf8", ["CAP-005"], "A note in UTF-8", [], note="µ-beam, crystal №7\nsecond line"),
        valid("header/note-300", ["CAP-005"], "A note whose length needs two bytes", [], note="n" * 300),
        valid("header/started-0", ["CAP-003"], "Begun at the epoch", [], started=0),
        valid("header/started-ones", ["CAP-003"], "The last nanosecond that 64 bits hold", [], started=ONES8),
        valid("header/started-bytes", ["CAP-003"], "A time whose eight bytes differ", [], started=0x0807060504030201),
    ]  # fmt: skip
    rows += [
        valid(f"header/format-{name}", ["CAP-004"], f"Messages of the format {name}", [end()], name=name)
        for name in ("simplon", "simplon_v1", "lclstreamer")
    ]
    return rows


def blocks() -> list[Value]:
    two = [message(b"one", elapsed=5), message(b"two", elapsed=9)]
    return [
        valid("block/message", ["CAP-011", "CAP-012", "CAP-014", "CAP-015"], "One message of one part", [message(CBOR_END)]),
        valid("block/message-no-parts", ["CAP-014"], "A message of no parts", [message()]),
        valid("block/message-empty-part", ["CAP-015"], "A message of one part of no bytes", [message(b"")]),
        valid("block/message-three-parts", ["CAP-014", "CAP-015"], "Three parts of different lengths", [message(b"{}", b"", b"abc")]),
        valid("block/message-257-parts", ["CAP-014"], "A number of parts whose two bytes are 1 and 1", [message(*[b"p"] * 257)]),
        valid("block/message-part-256", ["CAP-015", "CAP-012"], "A part whose length needs two bytes", [message(bytes(256))]),
        valid("block/message-all-bytes", ["CAP-015"], "A part of every byte", [message(bytes(range(256)))]),
        valid("block/message-looks-like-a-block", ["CAP-012", "CAP-015"], "A part that holds a whole block", [message(message(b"x")[0])]),
        valid("block/message-looks-like-an-end", ["CAP-012"], "A part that holds the block that ends captures", [message(end()[0]), end(1, 32)]),
        valid("block/elapsed-0", ["CAP-013"], "A message at the start", [message(b"a", elapsed=0)]),
        valid("block/elapsed-ones", ["CAP-013"], "The greatest time", [message(b"a", elapsed=ONES8)]),
        valid("block/elapsed-bytes", ["CAP-013"], "A time whose eight bytes differ", [message(b"a", elapsed=0x0807060504030201)]),
        valid("block/two-messages", ["CAP-010"], "Two messages", two),
        valid("block/times-go-back", ["CAP-013"], "The second message is stamped earlier: nothing is demanded", two[::-1]),
        valid("block/refused", ["CAP-016"], "A message was not kept", [refused()]),
        valid("block/refused-zeros", ["CAP-016"], "Nothing in it, and no reason", [refused(0, 0, "", 0)]),
        valid("block/refused-ones", ["CAP-016"], "Every number of it all ones", [refused(ONES4, ONES8, "why", ONES8)]),
        valid("block/refused-bytes", ["CAP-016"], "Numbers whose bytes differ", [refused(0x04030201, 0x0807060504030201, "µ")]),
        valid("block/end", ["CAP-017"], "Begun and closed", [end()]),
        valid("block/end-zeros", ["CAP-017"], "No reason", [end(0, 0, "", 0)]),
        valid("block/end-ones", ["CAP-017"], "Every number of it all ones", [end(ONES8, ONES8, "x", ONES8)]),
        valid("block/end-bytes", ["CAP-017"], "Numbers whose bytes differ", [end(0x0807060504030201, 0x100F0E0D0C0B0A09, "✓")]),
        valid("block/whole", ["CAP-010", "CAP-017"], "Messages, one that was not kept, the end", [*two, refused(), end(2, 6)]),
    ]  # fmt: skip


def judged() -> list[Value]:
    one = message(b"ab")
    return [
        either(valid("judged/behind-the-end", ["CAP-018", "CAP-017"], "A message stands behind the end", [end(), message(b"late")]), "blocks[1]"),
        either(valid("judged/end-twice", ["CAP-018", "CAP-017"], "Two ends", [one, end(1, 2), end(1, 2)]), "blocks[2]"),
        either(valid("judged/more-messages", ["CAP-017"], "The end counts messages that are not there", [one, end(3, 4)]), "blocks[1]"),
        either(valid("judged/other-size", ["CAP-017"], "The end counts other bytes", [one, end(1, 3)]), "blocks[1]"),
    ]  # fmt: skip


def wrong_headers() -> list[Value]:
    rows = [
        invalid(f"header/magic-{index}", ["CAP-001"], f"Byte {index} of the magic number is changed",
                header(magic=MAGIC[:index] + bytes([MAGIC[index] ^ 32]) + MAGIC[index + 1 :]), "framing", path="header.magic", at=0)
        for index in range(8)
    ]  # fmt: skip
    rows.append(invalid("header/magic-text-mode", ["CAP-001"], "Line ends were translated on the way",
                        header(magic=b"\x89SWC\n\x1a\n"), "framing", path="header.magic", at=0))  # fmt: skip
    rows += [
        invalid(f"header/version-{version}", ["CAP-002"], f"Version {version}", header(version=version), "version", path="header.version", at=8)
        for version in (0, 2, 256, 0xFFFF)
    ]  # fmt: skip
    rows += [
        invalid("header/format-not-ascii", ["CAP-004"], "A name that is not ASCII", header(b"simpl\xc3\xb6n"), "syntax", path="header.format"),
        invalid("header/software-not-utf8", ["CAP-005"], "Software that is not UTF-8", header(software=b"\xff"), "syntax", path="header.software"),
        invalid("header/note-not-utf8", ["CAP-005"], "A note that is not UTF-8", header(note=b"a\xc3"), "syntax", path="header.note"),
        invalid("header/note-length-ones", ["CAP-005"], "A note of 4294967295 bytes that are not there", header()[:-4] + le(ONES4, 4), "truncated", path="header.note"),
    ]  # fmt: skip
    whole = header(b"ab", b"cd", b"ef")
    rows += [
        invalid(
            f"header/cut-at-{size}",
            sorted({"CAP-001", header_rule(size)}),
            f"The header ends after {size} bytes",
            whole[:size],
            "truncated",
        )
        for size in (0, 1, 7, 8, 9, 10, 14, 18, 19, 20, 21, 22, 24, 27, 28, 29)
    ]
    return rows


def wrong_blocks() -> list[Value]:
    at = len(header())
    one = message(b"abc")[0]  # 4 tag, 8 length, 8 time, 4 number, 8 size, 3 bytes
    time, size_1 = le(1, 8), ["size", "limit"]
    most = {"path": "blocks[0].parts_count", "at": at + 20}

    def row(name: str, rules: list[str], doc: str, data: bytes, category: str | list[str], **where: Any) -> Value:
        return invalid(f"block/{name}", rules, doc, header() + data, category, **where)

    rows = [
        row(
            f"cut-at-{size}",
            ["CAP-010", "CAP-012"],
            f"The first message ends after {size} bytes",
            one[:size],
            "truncated",
        )
        for size in (1, 3, 4, 5, 11, 12, 19, 20, 23, 24, 31, 32, 34)
    ]
    rows += [
        row("cut-second", ["CAP-010", "CAP-012"], "The second message is cut", one + one[:-1], "truncated"),
        row("cut-end", ["CAP-010", "CAP-012", "CAP-017"], "The block that ends it is cut", one + end(1, 3)[0][:-1], "truncated"),
        row("cut-third-kept", ["CAP-010"], "The third block is cut inside its tag: those before it are good", one + one + b"DO", "truncated"),
    ]  # fmt: skip
    rows[-1]["partial"] = {"header": header_value(), "blocks": [message(b"abc")[1]] * 2}
    rows += [
        row(f"length-highest-bit-{tag.decode().lower()}", ["CAP-012", "CAP-010"], f"A {tag.decode()} block of 2 to the 63 bytes, which are not there",
            tag + le(2**63, 8) + bytes(28), "truncated")
        for tag in (b"MESG", b"REFU", b"DONE")
    ]  # fmt: skip
    rows += [
        row("tag-zeros", ["CAP-011"], "Zeros in place of a block, as a file system leaves them", bytes(24), "constraint", path="blocks[0]", at=at),
        row("tag-ones", ["CAP-011"], "Ones in place of a block", b"\xff" * 24, "constraint", path="blocks[0]", at=at),
        row("tag-lower-case", ["CAP-011"], "A tag in lower case", b"mesg" + one[4:], "constraint", path="blocks[0]", at=at),
        row("tag-backwards", ["CAP-011"], "A tag with its bytes exchanged", b"GSEM" + one[4:], "constraint", path="blocks[0]", at=at),
        row("tag-of-second", ["CAP-011"], "The second block is none", one + b"\0" + one, "constraint", path="blocks[1]", at=at + len(one)),
        row("header-again", ["CAP-011"], "Two captures in one file", header(), "constraint", path="blocks[0]", at=at),
        row("length-ones", ["CAP-012"], "A length of all ones", b"MESG" + le(ONES8, 8) + one[12:], ["truncated", "size", "limit"]),
        row("length-sign", ["CAP-012"], "A length with its highest bit set", b"MESG" + le(2**63, 8) + one[12:], ["truncated", "size", "limit"]),
        row("length-0", ["CAP-012", "CAP-013"], "A length of 0", b"MESG" + le(0, 8) + one[12:], "size"),
        row("length-one-less", ["CAP-012", "CAP-015"], "A length that ends inside the last part", b"MESG" + le(22, 8) + one[12:], "size"),
        row("length-one-more", ["CAP-012", "CAP-010"], "A length beyond the data", b"MESG" + le(24, 8) + one[12:], "truncated"),
        row("length-one-more-there", ["CAP-012"], "A byte behind the last part, which the length counts", b"MESG" + le(24, 8) + one[12:] + b"\0", "size"),
        row("count-ones", ["CAP-014"], "A number of parts of all ones", block(b"MESG", time + le(ONES4, 4) + le(3, 8) + b"abc"), "constraint", **most),
        row("count-65535-of-1", ["CAP-014", "CAP-015"], "As many parts as there may be are said, one is there", block(b"MESG", time + le(65535, 4) + le(3, 8) + b"abc"), "size"),
        row("count-65536", ["CAP-014"], "One part too many", block(b"MESG", time + le(65536, 4) + bytes(80)), "constraint", **most),
        row("count-one-more", ["CAP-014", "CAP-015"], "Two parts are said, one is there", block(b"MESG", time + le(2, 4) + le(3, 8) + b"abc"), "size"),
        row("count-one-less", ["CAP-014", "CAP-012"], "No part is said, one is there", block(b"MESG", time + le(0, 4) + le(3, 8) + b"abc"), "size"),
        row("part-ones", ["CAP-015"], "A part of all ones bytes", block(b"MESG", time + le(1, 4) + le(ONES8, 8) + b"abc"), size_1),
        row("part-one-more", ["CAP-015"], "A part that is longer than its block", block(b"MESG", time + le(1, 4) + le(4, 8) + b"abc"), "size"),
        row("part-one-less", ["CAP-015", "CAP-012"], "A part that is shorter than its block", block(b"MESG", time + le(1, 4) + le(2, 8) + b"abc"), "size"),
        row("part-wraps", ["CAP-015"], "Two parts whose lengths are a small sum modulo 2 to the 64", block(b"MESG", time + le(2, 4) + le(ONES8, 8) + le(4, 8) + b"abc"), size_1),
        row("refused-short", ["CAP-016", "CAP-012"], "A word about a message that is one byte too short", block(b"REFU", bytes(19)), "size"),
        row("refused-not-utf8", ["CAP-016"], "A reason that is not UTF-8", block(b"REFU", bytes(20) + b"\xff"), "syntax"),
        row("end-short", ["CAP-017", "CAP-012"], "An end that is one byte too short", block(b"DONE", bytes(23)), "size"),
        row("end-not-utf8", ["CAP-017"], "A reason that is not UTF-8", block(b"DONE", bytes(24) + b"\xc0"), "syntax"),
        row("end-trailing", ["CAP-010"], "Three bytes behind the end", end()[0] + b"DON", "truncated"),
    ]  # fmt: skip
    return rows


def main() -> None:
    groups = {
        "valid.header": headers(), "valid.block": blocks(), "invalid.header": wrong_headers(), "invalid.block": wrong_blocks(),
        "invalid.judged": judged(),
    }  # fmt: skip
    for name, vectors in groups.items():
        content = {"format": "capture", "version": "1", "group": name.split(".")[1], "provenance": PROVENANCE, "vectors": vectors}  # fmt: skip
        text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        (HERE / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
