"""What the invented format refuses: each refusal with its category, path, offset and rule."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import cbor2
import pytest
from cbor2 import CBORTag
from test_invented_sonde import GREETING, READING, message

from sciwire.runtime.errors import DecodeError, EncodeError


def _with(base: dict[Any, Any], **changes: Any) -> bytes:
    return message({**base, **{int(key[1:].replace("m", "-")): value for key, value in changes.items()}})


def _without(base: dict[Any, Any], key: int) -> bytes:
    return message({one: value for one, value in base.items() if one != key})


def _at(data: bytes, item: Any) -> int:
    """The only place where *item* stands in *data*."""
    encoded = cbor2.dumps(item)
    assert data.count(encoded) == 1, "choose an item that stands once"
    return data.index(encoded)


# name: bytes, category, path, the item at fault (or an offset), rule
WRONG: dict[str, tuple[bytes, str, str, Any, str]] = {
    "required key missing": (_without(READING, 1), "constraint", "number", ("map", 3), "SND-016"),
    "required key missing without a rule of its own": (_without(READING, 2), "constraint", "place", ("map", 3), "SND-005"),
    "below the minimum": (_with(READING, k1=0, k4="rising"), "constraint", "number", None, "SND-016"),
    "above the maximum": (_with(READING, k1=100001), "constraint", "number", 100001, "SND-016"),
    "another type": (_with(READING, k1="one!"), "type", "number", "one!", "SND-016"),
    "another type, no rule of its own": (_with(READING, k6="four"), "type", "raw", "four", "SND-006"),
    "null": (_with(READING, k4=None), "type", "state", None, "SND-006"),
    "not of the enum": (_with(READING, k4="sunken"), "constraint", "state", "sunken", "SND-006"),
    "pattern": (_with(GREETING, k1="s1234"), "constraint", "serial", "s1234", "SND-014"),
    "pattern, more behind it": (_with(GREETING, k1="S1234\n"), "constraint", "serial", "S1234\n", "SND-014"),
    "constant": (_with(GREETING, k2="copied"), "constraint", "maker", "copied", "SND-006"),
    "too long a list": (_with(GREETING, k4=["ptu"] * 4), "constraint", "sensors", ["ptu"] * 4, "SND-015"),
    "too short a list": (_with(GREETING, k4=[], k6={}), "constraint", "sensors", None, "SND-015"),
    "item of a list": (_with(GREETING, k4=["ptu", "sonar"]), "constraint", "sensors[1]", "sonar", "SND-015"),
    "length of bytes": (_with(READING, k6=b"12345"), "constraint", "raw", b"12345", "SND-006"),
    "fixed length of a list": (_with(READING, k7=[7, 8, 9]), "constraint", "pair", [7, 8, 9], "SND-006"),
    "beyond an int8": (_with(GREETING, k7=-129), "constraint", "class", -129, "SND-006"),
    "in an array of fields": (_with(READING, k2=[91.5, 0]), "constraint", "place.latitude", 91.5, "SND-013"),
    "array of fields too long": (_with(READING, k2=[1, 2, 3, 4]), "constraint", "place", [1, 2, 3, 4], "SND-006"),
    "deep in records": (
        _with(GREETING, k6={"ptu": [{1: 0.5, 3: {1: 0.25, 3: {1: "deep"}}}]}),
        "type", "calibration.ptu[0].parent.parent.value", "deep", "SND-006",
    ),
    "tag missing": (_with(GREETING, k9=b"no tag"), "type", "token", b"no tag", "SND-006"),
    "another tag": (_with(GREETING, k9=CBORTag(38, b"x")), "type", "token", CBORTag(38, b"x"), "SND-006"),
    "none of a union": (_with(READING, k10={"a": 1}), "type", "mixed", {"a": 1}, "SND-006"),
    "another dtype": (_with(READING, k11=CBORTag(64, b"\1\2\3")), "type", "counts", CBORTag(64, b"\1\2\3"), "SND-006"),
    "ragged bytes": (_with(READING, k11=CBORTag(69, b"\1\2\3")), "size", "counts", None, "SND-012"),
    "unknown key": (_with(READING, k77="new"), "constraint", "[77]", "new", "SND-007"),
    "unknown message": (_with({}, k0=9), "constraint", "[0]", ("map", 3), "SND-003"),
    "text for a key": (message({0: 3, "text": 1}), "type", "", "text", "SND-004"),
    "no prefix": (cbor2.dumps({0: 3}), "framing", "", ("map", 0), "SND-002"),
    "the predecessor": (message({0: 2, 99: 1}), "version", "", ("map", 3), "SND-001"),
    "bytes behind": (message({0: 3}) + b"\0", "framing", "", ("map", 6), "SND-009"),
    "key twice": (bytes.fromhex("d9cafe a2 0003 0003"), "constraint", "[0]", None, "SND-008"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_refusal_names_place_and_rule(sonde: ModuleType, name: str) -> None:
    data, category, path, item, rule = WRONG[name]

    with pytest.raises(DecodeError) as caught:
        sonde.decode(data)

    error = caught.value
    assert (error.category, error.path, error.rule) == (category, path, rule), str(error)
    if item is not None:
        assert error.at == (item[1] if isinstance(item, tuple) else _at(data, item)), str(error)
    assert str(error).startswith("sonde")


@pytest.mark.parametrize("key", [1, 2, 3, 4, 6, 7, 8, 9, 11, 12, 13, -1])
def test_every_typed_field_refuses_another_type_at_its_offset(sonde: ModuleType, key: int) -> None:
    wrong = CBORTag(4321, "wrong")
    data = message({**READING, key: wrong})

    with pytest.raises(DecodeError) as caught:
        sonde.decode(data)

    assert (caught.value.category, caught.value.at) == ("type", _at(data, wrong))


def test_the_message_is_one_sentence_with_subject_path_place_and_rule(sonde: ModuleType) -> None:
    with pytest.raises(DecodeError) as caught:
        sonde.decode(_with(READING, k1=100001))

    expected = "sonde.Reading number at byte 7: expected at most 100000, got 100001 [SND-016]"
    assert str(caught.value) == expected


def test_keep_gives_what_is_good_and_the_errors(sonde: ModuleType) -> None:
    one = sonde.decode(_with(READING, k4="sunken", k6="four"), on_error="keep")

    assert (one.state, one.raw_, one.number) == (None, None, 1)
    assert [(error.path, error.category) for error in one.problems] == [("state", "constraint"), ("raw", "type")]


# attribute, value, category, path
UNWRITABLE: dict[str, tuple[str, Any, str, str]] = {
    "required": ("number", None, "constraint", "number"),
    "range": ("number", 0, "constraint", "number"),
    "type": ("rate", 0.5, "type", "rate"),
    "enum": ("state", "sunken", "constraint", "state"),
    "width": ("half", 1e6, "constraint", "half"),
    "length": ("raw_", b"12345", "constraint", "raw"),
    "list length": ("pair", [1], "constraint", "pair"),
    "integer": ("pair", [1, 2**64], "constraint", "pair[1]"),
    "boolean is no integer": ("pair", [1, True], "type", "pair[1]"),
    "key of a map": ("by_number", {-1: 1}, "type", "by_number"),
    "value of a map": ("by_number", {1: 40000}, "constraint", "by_number[1]"),
    "dtype": ("images", {"a": [[1.5]]}, "type", "images.a"),
    "axes": ("images", {"a": b""}, "type", "images.a"),
    "no form": ("anything", {"a": object()}, "type", "anything.a"),
}


@pytest.mark.parametrize("name", UNWRITABLE)
def test_a_value_that_the_specification_forbids_is_not_written(sonde: ModuleType, name: str) -> None:
    attribute, value, category, path = UNWRITABLE[name]
    one = sonde.decode(message(READING))
    setattr(one, attribute, value)

    with pytest.raises(EncodeError) as caught:
        sonde.encode(one)

    got = caught.value.path
    assert (caught.value.category, got[: len(path)]) == (category, path), str(caught.value)


def test_something_else_than_a_message_is_not_written(sonde: ModuleType) -> None:
    with pytest.raises(EncodeError, match="expected one of Greeting, Reading, Command, got a dict"):
        sonde.encode({"number": 1})
