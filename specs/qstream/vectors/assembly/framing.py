"""Chunks: tags, ids, lengths, and what may stand between them."""

from __future__ import annotations

from .kit import INLINE_X, PLANE_Y, STREAM, Group, ascii10, cat, descriptor, ds, expect, packet, plane, type_

__all__ = ["groups"]

START = '<stream dataset_id="y"/>'  # 24 bytes
X = {"x": ds(1, [7.0, 8.0, 9.0])}
Y = {"y": ds(1, [1.0])}
ONE = packet("01", ascii10(1))


def groups() -> list[Group]:
    group = Group("framing")
    _valid(group)
    _lengths(group)
    _bad_lengths(group)
    _bad_length_fields(group)
    _ids(group)
    _between(group)
    return [group]


def _valid(group: Group) -> None:
    group.valid("empty-stream", "012", "no bytes at all", b"", expect({}, None))
    alone = descriptor("00", '<stream dataset_id="nothing"/>')
    group.valid("stream-alone", "012 035", "nothing but [00]", alone, expect({}, "nothing"))
    group.valid(
        "no-packets", "001 050", "a packet type that no packet uses", cat(STREAM, PLANE_Y), expect({"y": ds(1, [])})
    )
    group.valid("one-packet", "001 002 003", "one packet of one value", cat(STREAM, PLANE_Y, ONE), expect(Y))
    full = cat(STREAM, PLANE_Y, packet("01", "-1.00E-100"))
    group.valid(
        "ends-without-newline",
        "001 010",
        "the last byte of the stream is a digit",
        full,
        expect({"y": ds(1, [-1e-100])}),
    )
    tags = cat(STREAM, PLANE_Y, packet("01", ":01:[01]000"), packet("01", "[01]000010"))
    group.invalid(
        "eleven-bytes-in-ten",
        "010 001",
        "an eleventh byte of data starts no chunk",
        tags,
        "framing",
        at=len(STREAM + PLANE_Y) + 14,
    )
    alike = cat(STREAM, PLANE_Y, packet("01", "[01]000010"), packet("01", ":01:    5 "), packet("01", ":01::01:00"))
    nan = float("nan")
    group.valid(
        "data-like-tags", "010 079", "data that look like chunks are data", alike, expect({"y": ds(1, [nan, nan, nan])})
    )
    high = cat(STREAM, type_("99", plane()), packet("99", ascii10(1)))
    group.valid("id-99", "004 017", "the highest id", high, expect(Y))


def _lengths(group: Group) -> None:
    utf8 = descriptor("00", '<stream dataset_id="y" source="µ√"/>')
    group.valid("length-counts-bytes", "005 026", "the XML has multi-byte characters", cat(utf8, INLINE_X), expect(X))
    blanks = {"leading": "    24", "inside": "0 0 24", "behind": "24    "}
    for name, length in blanks.items():
        group.valid(
            f"length-blanks-{name}",
            "007",
            f"length field {length!r}",
            cat(descriptor("00", START, length), INLINE_X),
            expect(X),
        )
    long = descriptor("00", START + " " * 70_000)
    group.valid("length-70024", "123 009", "a descriptor of more than 65536 bytes", cat(long, INLINE_X), expect(X))
    white = descriptor("00", START + " \n\r\n\t ")
    group.valid(
        "white-space-counted", "009", "white space after the XML, inside the length", cat(white, INLINE_X), expect(X)
    )


def _bad_lengths(group: Group) -> None:
    nl = START + "\n"  # 25 bytes
    group.invalid(
        "length-one-short",
        "009 025",
        "length one short: the XML loses its last character",
        cat(descriptor("00", START, "000023"), INLINE_X),
        "syntax framing",
        at=0,
    )
    group.invalid(
        "length-short-newline",
        "009 001",
        "length one short: a newline stands before the next chunk",
        cat(descriptor("00", nl, "000024"), INLINE_X),
        "framing",
        at=34,
    )
    group.invalid(
        "length-one-long",
        "009 025",
        "length one long: the XML swallows the next bracket",
        cat(descriptor("00", nl, "000026"), INLINE_X),
        "syntax",
        at=0,
    )
    group.invalid(
        "length-one-long-at-end",
        "009 011",
        "length one long at the end of the stream",
        descriptor("00", nl, "000026"),
        "truncated",
        at=0,
    )
    group.invalid(
        "length-characters",
        "005 025",
        "length counts characters where the XML has multi-byte ones",
        cat(descriptor("00", '<stream dataset_id="µ√"/>', "000025"), INLINE_X),
        "syntax framing",
        at=0,
    )
    group.invalid(
        "length-with-header",
        "005 009 025",
        "length counts the ten bytes of the header too",
        cat(descriptor("00", nl, "000035"), INLINE_X),
        "syntax",
        at=0,
    )
    group.invalid(
        "length-all-nines",
        "009 011",
        "length 999999 of a short stream",
        cat(descriptor("00", nl, "999999"), INLINE_X),
        "truncated",
        at=0,
    )


def _bad_length_fields(group: Group) -> None:
    for name, length, rules in (
        ("zero", "000000", "008"),
        ("blank", "      ", "008"),
        ("letters", "0000xx", "007"),
        ("hexadecimal", "00001a", "007"),
        ("sign-plus", "+00024", "007"),
        ("sign-minus", "-00024", "007"),
        ("tab", "\t00024", "007"),
        ("underscore", "0_0024", "007"),
        ("point", "0024.0", "007"),
        ("five-digits", "00024", "002 007"),
    ):
        group.invalid(
            f"length-{name}",
            rules,
            f"length field {length!r}",
            cat(descriptor("00", START, length), INLINE_X),
            "framing",
            at=0,
        )
    wide = cat(b"[00]", "０００".encode()[:6], START.encode(), INLINE_X)
    group.invalid("length-wide-digits", "007", "length in full-width digits", wide, "framing", at=0)
    second = cat(STREAM, descriptor("01", "<packet/>", "00000O"))
    group.invalid(
        "length-letter-second-chunk",
        "007",
        "a letter O in the length of the second chunk",
        second,
        "framing",
        at=len(STREAM),
    )


def _ids(group: Group) -> None:
    for name, tag in (
        ("letter", b"[0a]"),
        ("blank", b"[ 1]"),
        ("upper-xx", b"[XX]"),
        ("minus", b"[-1]"),
        ("three-digits", b"[100]"),
        ("one-digit", b"[1]"),
        ("x-and-digit", b"[x1]"),
        ("round-brackets", b"[01)"),
    ):
        data = cat(STREAM, tag, b"000010<packet/>\n")
        group.invalid(f"id-{name}", "004 002", f"descriptor tag {tag.decode()}", data, "framing", at=len(STREAM))
    where = len(STREAM + PLANE_Y)
    for name, tag in (
        ("xx", b":xx:"),
        ("letter", b":0a:"),
        ("blank", b": 1:"),
        ("open", b":01;"),
        ("three-digits", b":001:"),
    ):
        data = cat(STREAM, PLANE_Y, tag, ascii10(1).encode())
        group.invalid(f"packet-id-{name}", "004 003", f"packet tag {tag.decode()}", data, "framing", at=where)


def _between(group: Group) -> None:
    body = cat(STREAM, PLANE_Y)
    for name, gap in (("newline", b"\n"), ("crlf", b"\r\n"), ("blank", b" "), ("nul", b"\x00"), ("junk", b"abcd")):
        group.invalid(
            f"{name}-between-chunks",
            "001 009",
            "something between two chunks",
            cat(STREAM, gap, PLANE_Y),
            "framing",
            at=len(STREAM),
        )
        end = cat(body, ONE, gap)
        group.invalid(
            f"{name}-at-end", "001", "something after the last chunk", end, "framing truncated", at=len(body + ONE)
        )
    group.invalid("newline-first", "001", "a newline before the first chunk", b"\n" + body, "framing", at=0)
    group.invalid(
        "bom-first", "001", "a byte order mark before the first chunk", b"\xef\xbb\xbf" + body, "framing", at=0
    )
    alt = b'|Qs|0|25|\n<stream dataset_id="y"/>\n'
    group.invalid("bars", "001 002", "the framing with bars that was tried once", alt, "framing", at=0)
    group.invalid("xml-alone", "001 002", "XML without a chunk around it", START.encode(), "framing", at=0)
