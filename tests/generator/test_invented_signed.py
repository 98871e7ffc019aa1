"""An invented message in the manner of COSE_Sign1: one array of four under a tag; the bytes are those of cbor2."""

from __future__ import annotations

import json
from types import ModuleType
from typing import Any

import cbor2
import pytest
from cbor2 import CBORTag

from sciwire.runtime.errors import DecodeError, EncodeError, TruncatedError
from sciwire.runtime.limits import Limits

ITEMS: list[Any] = [b"\xa1\x01\x26", {1: -7, 2: [1, "b"], 3: "text/plain", 4: b"11"}, b"This is it", bytes(64)]
SHORT: list[Any] = [b"", {}, None, b"\1"]


def message(items: Any, tag: int = 18) -> bytes:
    return cbor2.dumps(CBORTag(tag, items))


def test_a_message_is_decoded(signed: ModuleType) -> None:
    one = signed.decode(message(ITEMS))

    assert type(one) is signed.Signed
    assert (one.protected, one.payload, one.signature) == (ITEMS[0], ITEMS[2], ITEMS[3])
    assert (one.unprotected.algorithm, one.unprotected.critical) == (-7, [1, "b"])
    assert (one.unprotected.content_type, one.unprotected.key_id) == ("text/plain", b"11")
    assert signed.decode(cbor2.dumps(ITEMS)) == one  # the tag may be left out


@pytest.mark.parametrize("items", [ITEMS, SHORT], ids=["whole", "short"])
def test_what_is_encoded_is_what_cbor2_would_write(signed: ModuleType, items: list[Any]) -> None:
    one = signed.decode(message(items))

    assert signed.encode(one) == message(items)
    assert signed.from_plain(json.loads(json.dumps(signed.to_plain(one)))) == one


@pytest.mark.parametrize("missing", ["protected", "unprotected", "signature"])
def test_what_is_required_must_be_given(signed: ModuleType, missing: str) -> None:
    one = signed.decode(message(ITEMS))
    setattr(one, missing, None)

    with pytest.raises(EncodeError) as caught:
        signed.encode(one)

    assert (caught.value.path, caught.value.category) == (missing, "constraint")


# name: bytes, category, path, offset, rule
WRONG: dict[str, tuple[bytes, str, str, int, str]] = {
    "three items": (message(SHORT[:3]), "constraint", "signature", 1, "SGN-005"),
    "five items": (message([*SHORT, 1]), "constraint", "", 1, "SGN-002"),
    "no items": (message([]), "constraint", "protected", 1, "SGN-004"),
    "a map": (message({0: 1}), "type", "", 1, "SGN-003"),
    "a map without the tag": (cbor2.dumps({}), "type", "", 0, "SGN-003"),
    "another tag": (message(SHORT, 19), "type", "", 0, "SGN-003"),
    "the tag twice": (message(CBORTag(18, SHORT)), "type", "", 1, "SGN-003"),
    "null for what is required": (message([None, *SHORT[1:]]), "type", "protected", 2, "SGN-004"),
    "text for bytes": (message([*SHORT[:2], "text", b"\1"]), "type", "payload", 4, "SGN-003"),
    "an array for the header": (message([b"", [], None, b"\1"]), "type", "unprotected", 3, "SGN-004"),
    "inside the header": (message([b"", {2: []}, None, b"\1"]), "constraint", "unprotected.critical", 5, "SGN-003"),
    "too long a signature": (message([*SHORT[:3], bytes(65)]), "constraint", "signature", 5, "SGN-005"),
    "bytes behind": (message(SHORT) + b"\0", "framing", "", 7, ""),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_refusal_names_place_and_rule(signed: ModuleType, name: str) -> None:
    data, category, path, at, rule = WRONG[name]

    with pytest.raises(DecodeError) as caught:
        signed.decode(data)

    error = caught.value
    assert (error.category, error.path, error.at, error.rule) == (category, path, at, rule), str(error)


def test_every_truncation_is_told_and_leaves_what_is_good(signed: ModuleType) -> None:
    whole = message(ITEMS)
    for end in range(len(whole)):
        with pytest.raises(TruncatedError) as caught:
            signed.decode(whole[:end])
        assert isinstance(caught.value.at, int)
        assert 0 <= caught.value.at <= end
    kept = signed.decode(whole[:-1], on_error="keep")
    assert (kept.payload, kept.signature, kept.problems[0].category) == (ITEMS[2], None, "truncated")


def test_a_map_that_is_cut_leaves_what_is_good_too(ticket: ModuleType) -> None:
    kept = ticket.decode(cbor2.dumps({"seat": "A1", "price": 2})[:-1], on_error="keep")

    assert (kept.seat, kept.price) == ("A1", None)


def test_spans_have_names_under_the_tag(signed: ModuleType) -> None:
    for data in (message(ITEMS), b"\xd9\xd9\xf7" + message(ITEMS), cbor2.dumps(ITEMS)):
        paths = [span.path for span in signed.spans(data) if span.kind in ("payload", "negative")]
        names = ["protected", "unprotected.algorithm", "unprotected.key-id", "payload", "signature"]
        assert paths == names


def test_sniff_counts_the_items(signed: ModuleType) -> None:
    for data in (message(ITEMS), cbor2.dumps(SHORT), b"\xd9\xd9\xf7" + message(ITEMS), b"\x9f\x40"):
        assert signed.sniff(data)
    for data in (message(SHORT[:3]), message([*SHORT, 1]), message(SHORT, 19), cbor2.dumps({}), message({}), b"\xd2", b""):  # fmt: skip
        assert not signed.sniff(data)


def test_limits_count_below_the_array(signed: ModuleType) -> None:
    limits = Limits(items=10)
    with pytest.raises(DecodeError, match="limit"):
        signed.decode(message([b"", {2: list(range(20))}, None, b"\1"]), limits=limits)
    assert signed.decode(message(SHORT), limits=limits).signature == b"\1"
