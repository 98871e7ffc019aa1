"""What is no message at all: of no known type, not a map, not CBOR."""

from __future__ import annotations

from .cbor import (
    NULL,
    PREFIX,
    TRUE,
    array,
    blob,
    chunks,
    f64,
    head,
    integer,
    loose_array,
    mapping,
    tag,
    text,
)
from .parts import BASE, end, message, start
from .vectors import Group, after

__all__ = ["groups"]


def groups() -> list[Group]:
    return [_type(), _syntax(), _breaks(), _text()]


def _type() -> Group:
    group = Group("type")
    rest = BASE("end")[1:]
    group.invalid("missing", "006", "The key type is missing", message(*rest), "constraint type framing", "type", 3)
    group.invalid(
        "missing-without-prefix",
        "006",
        "The key type is missing in a bare map",
        message(*rest, prefix=b""),
        "constraint type framing",
        "type",
        0,
    )
    group.invalid("empty-map", "006", "A map without any key", message(), "constraint type framing", "type", 3)
    for word in ("stop", "End", "", "images", "end ", "header", "dimage-1.0"):
        data = message(("type", text(word)), *rest)
        group.invalid(
            f"unknown-{word.strip().lower() or 'empty'}{'-space' if word.endswith(' ') else ''}",
            "006",
            f"The type is {word!r}",
            data,
            "constraint unsupported type",
            "type",
            3,
        )
    for name, item in (
        ("integer", integer(1)),
        ("null", NULL),
        ("bytes", blob(b"end")),
        ("array", array(text("end"))),
        ("bool", TRUE),
    ):
        group.invalid(
            f"is-{name}",
            "006",
            f"The type is no text but {name}",
            message(("type", item), *rest),
            "type constraint",
            "type",
        )
    group.invalid(
        "upper-case-key",
        "006",
        "The key is Type",
        message(("Type", text("end")), *rest),
        "constraint type framing",
        "type",
        3,
    )
    _no_map(group)
    return group


def _no_map(group: Group) -> None:
    for name, item in (
        ("array", array(text("end"))),
        ("text", text("end")),
        ("integer", integer(1)),
        ("null", NULL),
        ("bytes", blob(end())),
        ("float", f64(1.0)),
        ("tag", tag(40, mapping(*BASE("end")))),
    ):
        group.invalid(
            f"no-map-but-{name}",
            "004",
            f"The item is no map but {name}",
            PREFIX + item,
            "type framing unsupported",
            "",
            3,
        )
        group.invalid(
            f"no-map-but-bare-{name}",
            "004",
            f"The item, without prefix, is no map but {name}",
            item,
            "type framing unsupported",
            "",
            0,
        )
    for name, key in (
        ("integer", integer(7)),
        ("bytes", blob(b"k")),
        ("null", NULL),
        ("array", array()),
        ("tagged", tag(4000, text("k"))),
    ):
        data = message(*BASE("end"), (key, integer(1)))
        group.invalid(f"key-{name}", "004", f"A key of the message is {name}", data, "type constraint", "", len(end()))
    for name, broken, data in (
        ("json", "004 015", b'{"htype":"dheader-1.0","series":1,"header_detail":"all"}'),  # a text far longer
        ("zeros", "004 014", bytes(64)),
        ("ones", "004 017", b"\xff" * 64),
        ("hdf5", "004 014", bytes.fromhex("894844460d0a1a0a") + bytes(40)),  # an array of nine, and more
    ):
        group.invalid(
            f"other-format-{name}",
            broken,
            f"The bytes are {name}",
            data,
            "type framing syntax unsupported truncated limit",
        )


def _syntax() -> Group:
    group = Group("syntax")
    for major in range(8):
        for info in (28, 29, 30):
            byte = bytes([major << 5 | info])
            data = message(*BASE("end"), ("x", byte + bytes(8)))
            group.invalid(
                f"reserved-{byte.hex()}",
                "016",
                f"Initial byte {byte.hex()}: reserved additional information",
                data,
                "syntax",
                "",
                after(data, text("x")),
            )
    for initial in (0x1F, 0x3F, 0xDF):
        data = message(*BASE("end"), ("x", bytes([initial, 0, 0xFF])))
        group.invalid(
            f"indefinite-{initial:02x}",
            "020",
            f"Initial byte {initial:02x}: no indefinite length exists here",
            data,
            "syntax",
            "",
            after(data, text("x")),
        )
    for number in (0, 20, 22, 24, 31):
        data = message(*BASE("end"), ("x", bytes([0xF8, number])))
        group.invalid(
            f"simple-f8{number:02x}",
            "020",
            f"Simple value {number} in two bytes",
            data,
            "syntax",
            "",
            after(data, text("x")),
        )
    group.invalid("reserved-first", "016", "The first byte of all is reserved", b"\xbc" + end()[3:], "syntax", "", 0)
    group.invalid(
        "reserved-after-prefix",
        "016",
        "The byte after the prefix is reserved",
        PREFIX + b"\xbd" + end()[4:],
        "syntax",
        "",
        3,
    )
    _chunks(group)
    return group


def _chunks(group: Group) -> None:
    for name, parts in (
        ("bytes-in-text", (text("a"), blob(b"b"))),
        ("text-in-bytes", (blob(b"a"), text("b"))),
        ("integer-in-text", (text("a"), integer(1))),
        ("array-in-bytes", (blob(b"a"), array())),
        ("tag-in-text", (text("a"), tag(0, text("b")))),
        ("indefinite-in-text", (text("a"), chunks(text("b")))),
        ("indefinite-in-bytes", (blob(b"a"), chunks(blob(b"b")))),
    ):
        data = message(*BASE("end"), ("x", chunks(*parts)))
        group.invalid(
            f"chunk-{name}",
            "018",
            f"A chunk of another kind: {name.replace('-', ' ')}",
            data,
            "syntax",
            "",
            after(data, text("x")) + 1 + len(parts[0]),
        )


def _breaks() -> Group:
    group = Group("breaks")
    stop = b"\xff"
    for name, data, at in (
        ("as-value", message(*BASE("end"), ("x", stop)), len(end()) + 2),
        ("as-key", message(*BASE("end"), (stop, integer(1))), len(end())),
        ("in-array", message(*BASE("end"), ("x", head(4, 2) + integer(1) + stop)), len(end()) + 4),
        ("under-tag", message(*BASE("end"), ("x", tag(4000, stop))), len(end()) + 5),
        ("after-a-key", PREFIX + b"\xbf" + mapping(*BASE("end"))[1:] + text("x") + stop, len(end()) + 2),
        ("instead-of-a-message", PREFIX + stop, 3),
        ("alone", stop, 0),
    ):
        group.invalid(
            name,
            "017",
            f"A break stands where no item of indefinite length may end: {name.replace('-', ' ')}",
            data,
            "syntax",
            "",
            at,
        )
    data = message(*BASE("end"), ("x", loose_array(tag(4000, b""))))
    group.invalid(
        "under-tag-in-loose-array", "017", "The break of an array stands under a tag", data, "syntax", "", len(data) - 1
    )
    return group


def _text() -> Group:
    group = Group("utf-8")
    for name, raw in (
        ("lone-continuation", b"a\x80"),
        ("cut-short", b"a\xc3"),
        ("cut-short-4", b"\xf0\x9f\x94"),
        ("overlong", b"\xc0\x80"),
        ("overlong-3", b"\xe0\x80\xaf"),
        ("surrogate", b"\xed\xa0\x80"),
        ("beyond-unicode", b"\xf4\x90\x80\x80"),
        ("latin-1", b"\xb5m"),
        ("ff", b"\xff"),
    ):
        item = head(3, len(raw)) + raw
        data = message(*BASE("end")[:2], ("series_unique_id", item))
        group.invalid(
            f"value-{name}",
            "019",
            f"series_unique_id is not UTF-8: {name.replace('-', ' ')}",
            data,
            "syntax",
            "",
            after(data, text("series_unique_id")),
        )
        data = message(*BASE("end"), (item, integer(1)))
        group.invalid(
            f"key-{name}", "019", f"A key is not UTF-8: {name.replace('-', ' ')}", data, "syntax", "", len(end())
        )
    halves = chunks(head(3, 1) + b"\xc3", head(3, 1) + b"\xa9")
    data = start(("sensor_material", halves))
    group.invalid("character-across-chunks", "019 018", "A character is split over two chunks", data, "syntax")
    data = start(("user_data", mapping(("a", array(head(3, 1) + b"\xfe")))))
    group.invalid("in-user-data", "019", "Text in user_data is not UTF-8", data, "syntax", "", len(data) - 2)
    return group
