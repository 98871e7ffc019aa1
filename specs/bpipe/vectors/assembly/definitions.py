"""Lines: types, blanks, names, extents, repeated names."""

from __future__ import annotations

import struct

from .kit import Group, field_, head, header_, nd, pad, stream, value

__all__ = ["groups"]


def one(line: str) -> bytes:
    """Return a stream whose one packet field, of one int, has this line; one packet with 7."""
    return stream([], [line], b"", 4, struct.pack(">i", 7))


def seven(name: str) -> object:
    return value([], [field_(name, "int")], {name: nd(">i4", [[7]])})


def groups() -> list[Group]:
    group = Group("definitions")
    _valid(group)
    _repeated(group)
    _invalid_lines(group)
    _invalid_counts(group)
    return [group]


def _valid(group: Group) -> None:
    longest = "n" * 255
    group.valid("name-one-letter", "015", "a name of one letter", one("int a"), seven("a"))
    group.valid(
        "name-underscore",
        "015",
        "a name that begins with an underscore: reserved, and legal",
        one("int _x"),
        seven("_x"),
    )
    group.valid("name-digits", "015", "digits behind the first letter", one("int a0_9Z"), seven("a0_9Z"))
    group.valid("name-longest", "015", "a name of 255 bytes", one(f"int {longest}"), seven(longest))
    group.valid("name-is-a-type", "013", "a field whose name is that of a type", one("int double"), seven("double"))
    group.valid("name-python-word", "015", "a name that languages reserve", one("int class"), seven("class"))
    for name, blank in (("two-blanks", "  "), ("tab", "\t"), ("mixed", " \t \t"), ("forty", " " * 40)):
        group.valid(
            f"blanks-{name}",
            "013",
            "other blanks between type and name are read",
            one(f"int{blank}a"),
            seven("a"),
            canonical=False,
        )
    group.valid("scalar-in-brackets", "018", "[1] is a scalar", one("int a[1]"), seven("a"), canonical=False)
    flat = [1, 2, 3, 4, 5, 6]
    group.valid(
        "extents-3-2", "018", "int a[3][2]: three of the lowest dimension lie side by side",
        stream([], ["int a[3][2]"], b"", 24, struct.pack(">6i", *flat)),
        value([], [field_("a", "int", [3, 2])], {"a": nd(">i4", [[[1, 2, 3], [4, 5, 6]]])}),
    )  # fmt: skip
    group.valid(
        "extents-1-1", "018", "two dimensions of 1 are not a scalar",
        stream([], ["int a[1][1]"], b"", 4, struct.pack(">i", 7)),
        value([], [field_("a", "int", [1, 1])], {"a": nd(">i4", [[[7]]])}),
    )  # fmt: skip
    most = [2, *[1] * 14, 3]
    group.valid(
        "extents-16", "017", "sixteen dimensions",
        stream([], ["int a" + "".join(f"[{extent}]" for extent in most)], b"", 24, struct.pack(">6i", *flat)),
        value([], [field_("a", "int", most)], {"a": nd(">i4", flat, [1, 3, *[1] * 14, 2])}),
    )  # fmt: skip


def _repeated(group: Group) -> None:
    lines = ["char history[4]", "int shell", "char history[5]"]
    data = b"one\0" + struct.pack(">i", 3) + b"four\0"
    expected = [
        header_("history", "char", [4], nd("|u1", list(b"one\0"))),
        header_("shell", "int", [1], nd(">i4", [3])),
        header_("history", "char", [5], nd("|u1", list(b"four\0"))),
    ]
    group.valid(
        "header-names-repeat", "016", "two header fields called history", stream(lines, [], data), value(expected)
    )
    twice = [header_("v", "int", [1], nd(">i4", [1])), header_("v", "double", [1], nd(">f8", [2.0]))]
    group.valid(
        "header-names-repeat-types-differ",
        "016",
        "one name, two types",
        stream(["int v", "double v"], [], struct.pack(">id", 1, 2.0)),
        value(twice),
    )
    both = value([header_("a", "int", [1], nd(">i4", [1]))], [field_("a", "int")], {"a": nd(">i4", [[7]])})
    group.valid(
        "header-and-packet-share-a-name",
        "016",
        "a header field and a packet field of one name",
        stream(["int a"], ["int a"], struct.pack(">i", 1), 4, struct.pack(">i", 7)),
        both,
    )
    data = stream([], ["double a", "double a"], b"", 16)
    group.invalid("packet-names-twice", "016", "two packet fields of one name", data, "constraint", "fields[1]", 57)
    data = stream([], ["double a", "int b", "int a[2]"], b"", 20)
    group.invalid(
        "packet-names-twice-types-differ", "016", "the second has another type", data, "constraint", "fields[2]", 63
    )


def _invalid_lines(group: Group) -> None:
    def refused(name: str, rule: str, line: str, category: str) -> None:
        group.invalid(name, rule, f"the line {line[:40]!r}", one(line), category, "fields[0]", 48)

    for name, line in (
        ("type-unknown", "float a"), ("type-case", "Int a"), ("type-prefixed", "BPDType_int a"), ("type-string", "string a"),
    ):  # fmt: skip
        refused(name, "014", line, "type")
    for name, line in (
        ("name-digit-first", "int 2pos"), ("name-hyphen", "int a-b"), ("name-latin", "int \xe4"), ("name-nul", "int a\0"),
        ("name-too-long", "int " + "n" * 256), ("name-bracket-closed", "int a]"),
    ):  # fmt: skip
        refused(name, "015", line, "constraint syntax")
    for name, line in (
        ("name-empty-extents", "int [2]"), ("no-blank", "inta"), ("no-name", "int"), ("no-name-blank", "int "), ("blank-first", " int a"), ("blank-last", "int a "),
        ("blank-before-extents", "int a [1]"), ("carriage-return", "int a\r"), ("three-words", "int a b"), ("form-feed", "int\fa"),
        ("extent-empty", "int a[]"), ("extent-open", "int a[1"), ("extent-blank", "int a[ 1]"), ("extent-word", "int a[one]"),
        ("extent-comma", "int a[1,1]"), ("extent-behind", "int a[1]b"), ("extent-digits-not-ascii", "int a[\xb2]"),
    ):  # fmt: skip
        refused(name, "013", line, "syntax constraint type")
    for name, line in (
        ("extent-0", "int a[0]"), ("extent-0-second", "int a[1][0]"), ("extent-leading-zero", "int a[01]"),
        ("extent-2-to-the-31", "int a[2147483648]"), ("extent-2-to-the-32", "int a[4294967297]"),
        ("extent-2-to-the-64", "int a[18446744073709551617]"), ("extents-product", "int a[65536][32768]"),
        ("extents-product-2-to-the-64", "int a[65536][65536][65536][65536]"), ("extents-17", "int a" + "[1]" * 17),
    ):  # fmt: skip
        refused(name, "017", line, "constraint")
    for name, line in (("extent-negative", "int a[-1]"), ("extent-plus", "int a[+1]"), ("extent-hex", "int a[0x1]")):
        refused(name, "013 017", line, "constraint syntax")
    data = stream(["int ok", "int 2"], ["int a"], bytes(8), 4)
    group.invalid("header-line", "015", "the second header line is wrong", data, "constraint", "header[1]", 55)


def _invalid_counts(group: Group) -> None:
    data = stream([], ["int a"], b"", 4)

    def text(lines: bytes, n_hdrf: int, n_dpktf: int) -> bytes:
        return head(n_hdrf, n_dpktf, len(lines), 0, 4) + pad(lines)

    group.invalid("one-line-too-many", "006", "two lines, one is counted", text(b"int a\nint b\n", 0, 1), "framing")
    group.invalid(
        "one-line-missing", "006", "two lines are counted, one is there", text(b"int aaaaaaaa\n", 0, 2), "framing"
    )
    group.invalid("no-line", "006", "a line is counted, there is none", head(0, 1, 0, 0, 4), "framing")
    group.invalid("not-counted", "006", "a line is there, none is counted", text(b"int a\n", 0, 0), "framing size")
    group.invalid(
        "blank-line", "006 013", "a blank line between two lines", text(b"int a\n\nint b\n", 0, 2), "framing syntax"
    )
    group.invalid(
        "blank-line-counted", "013", "a blank line that is counted", text(b"int a\n\nint b\n", 0, 3), "syntax framing"
    )
    group.invalid("no-line-feed", "007", "the last line has no end", text(b"int a\nint b", 0, 2), "framing")
    group.invalid(
        "text_len-short",
        "007",
        "text_len ends in the middle of the line",
        data[:24] + struct.pack(">I", 5) + data[28:],
        "framing",
        "definitions",
        48,
    )
    group.invalid("crlf", "013", "lines end with CR LF", text(b"int a\r\n", 0, 1), "syntax constraint")
    group.invalid("nul-inside", "006 007 013", "NUL where a line should be", text(bytes(8), 0, 1), "framing syntax")
