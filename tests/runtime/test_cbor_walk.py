"""Hex views: which bytes belong to which field."""

from __future__ import annotations

from sciwire.runtime import cbor


def shown(text: str) -> list[tuple[int, int, str, str, str]]:
    return [tuple(span) for span in cbor.walk(bytes.fromhex(text))]


def test_each_kind_of_item_is_named() -> None:
    assert shown("d9d9f7a461618218ff20 0141ab 6162f97e00 6163d8285f4100ff".replace(" ", "")) == [
        (0, 3, "", "tag", "tag 55799"),
        (3, 4, "", "map", "4"),
        (4, 6, "a", "key", "'a'"),
        (6, 7, "a", "array", "2"),
        (7, 9, "a[0]", "unsigned", "255"),
        (9, 10, "a[1]", "negative", "-1"),
        (10, 11, "[1]", "key", "1"),
        (11, 12, "[1]", "bytes", "1"),
        (12, 13, "[1]", "payload", "1 bytes"),
        (13, 15, "b", "key", "'b'"),
        (15, 18, "b", "float", "nan"),
        (18, 20, "c", "key", "'c'"),
        (20, 22, "c", "tag", "tag 40"),
        (22, 23, "c", "chunks", "indefinite length"),
        (23, 24, "c", "bytes", "1"),
        (24, 25, "c", "payload", "1 bytes"),
        (25, 26, "c", "break", "end"),
    ]


def test_paths_do_not_enter_a_value_made_by_a_tag() -> None:
    assert [path for _, _, path, _, _ in shown("a16161d82882810141ff")] == ["", *["a"] * 7]


def test_what_can_not_be_read_is_one_span() -> None:
    assert shown("8201ff00")[-1] == (2, 4, "[1]", "invalid", "a break stands where no indefinite-length item may end")
    assert shown("8261")[-1] == (0, 2, "", "invalid", "this array declares 2 items, 1 bytes are left")
    assert shown("")[-1] == (0, 0, "", "invalid", "an item is expected, the data end")
    assert shown("0102")[-1] == (1, 2, "", "trailing", "1 bytes behind the item")
    assert shown("81f6") == [(0, 1, "", "array", "1"), (1, 2, "[0]", "simple", "null")]


def test_walk_is_lazy() -> None:
    spans = cbor.walk(b"\x9f" + b"\0" * 10_000_000)

    assert next(spans).kind == "array"
    assert next(spans).path == "[0]"


def test_deep_nesting_ends_the_walk() -> None:
    spans = list(cbor.walk(b"\x81" * 20_000 + b"\0"))

    assert spans[-1].kind == "invalid"
    assert spans[-1].stop == 20_001


def test_a_key_of_another_kind_has_no_name() -> None:
    assert [span[2] for span in shown("a1f501")] == ["", "?", "?"]
    assert [span[2] for span in shown("a1810201")] == ["", "?", "[0]", "?"]
