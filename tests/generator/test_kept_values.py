"""What a tolerant decoder keeps though it does not fit is written as it came; what fits no date is none."""

from __future__ import annotations

import copy
import pickle
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import cbor2
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "formats"))
from made import module_of

from sciwire.runtime import CodecWarning, DateTime, DecodeError, EncodeError

SPEC = """\
sciwire: 1
format: diary
version: "1"
family: cbor
title: A diary
sources: [{id: us, text: ourselves}]
tolerance: {wrong_type: keep, rules: {wrong_type: DI-002}}
types: {Line: {fields: {at: {type: datetime, also: [time]}, n: uint}}}
messages:
  page:
    fields:
      sure: {type: datetime, wrong_type: error, rule: DI-001}
      when: datetime
      token: "tag[37, bytes]"
      lines: "list[Line]"
      either: "datetime | uint"
rules:
  - {id: DI-001, level: MUST, text: dates are dates, source: us}
  - {id: DI-002, level: SHOULD, text: types are those of the table, source: us}
"""


@pytest.fixture(scope="module")
def diary(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return module_of(tmp_path_factory.mktemp("diary"), SPEC)


@pytest.mark.parametrize("text", ["yesterday", "2026-02-30T00:00:00Z", "2026-02-03", "2026-02-03T00:00:00", "2026-02-03T00:00:60Zz"])  # fmt: skip
@pytest.mark.parametrize("tagged", [True, False])
def test_what_is_no_date_is_refused_both_ways(diary: ModuleType, text: str, tagged: bool) -> None:
    data = cbor2.dumps({"sure": cbor2.CBORTag(0, text) if tagged else text})

    with pytest.raises(DecodeError, match="expected RFC 3339 text") as caught:
        diary.decode(data)
    assert (caught.value.category, caught.value.path, caught.value.at, caught.value.rule) == ("constraint", "sure", 6, "DI-001")  # fmt: skip
    for value in (text, DateTime(text)):
        with pytest.raises(EncodeError, match="expected RFC 3339 text"):
            diary.encode(diary.Page(sure=value))


@pytest.mark.parametrize(
    "text", ["2026-02-03T04:05:06Z", "2016-12-31T23:59:60Z", "2026-02-03t04:05:06.123456789-00:00"]
)
def test_dates_are_taken_both_ways(diary: ModuleType, text: str) -> None:
    assert diary.decode(diary.encode(diary.Page(sure=text))).sure == DateTime(text)


@pytest.mark.parametrize(
    "message",
    [
        {"when": "yesterday"},
        {"when": cbor2.CBORTag(0, "yesterday")},
        {"token": b"no tag"},
        {"token": cbor2.CBORTag(38, b"another")},
        {"token": "text"},
        {"lines": [{"at": "soon", "n": 1}, {"n": 2}, {"at": "late"}]},
        {"either": "never"},
    ],
)
def test_what_is_kept_is_written_as_it_came(diary: ModuleType, message: dict[str, Any]) -> None:
    data = cbor2.dumps(message)

    with pytest.warns(CodecWarning, match="kept as it is"):
        page = diary.decode(data)

    assert page.raw
    for one in (page, copy.deepcopy(page), pickle.loads(pickle.dumps(page))):
        assert diary.encode(one) == data
    with pytest.warns(CodecWarning):
        assert diary.decode(diary.encode(page)) == page


def test_a_date_that_is_none_is_a_date_in_canonical_values(diary: ModuleType) -> None:
    with pytest.warns(CodecWarning):
        page = diary.decode(cbor2.dumps({"when": "yesterday"}))

    assert diary.to_plain(page)["when"] == {"$date": "yesterday"}
    assert diary.encode(diary.from_plain(diary.to_plain(page))) == cbor2.dumps({"when": cbor2.CBORTag(0, "yesterday")})


def test_another_value_in_its_place_is_written_as_its_type_says(diary: ModuleType) -> None:
    with pytest.warns(CodecWarning):
        page = diary.decode(cbor2.dumps({"token": b"no tag", "when": "yesterday"}))
    page.token = b"tagged"
    page.when = datetime(2026, 1, 2, tzinfo=UTC)

    assert diary.encode(page) == cbor2.dumps(
        {"when": cbor2.CBORTag(0, "2026-01-02T00:00:00Z"), "token": cbor2.CBORTag(37, b"tagged")}
    )


def test_another_key_of_a_field_keeps_what_came_under_it(diary: ModuleType) -> None:
    with pytest.warns(CodecWarning):
        page = diary.decode(cbor2.dumps({"lines": [{"time": "soon"}]}))

    assert diary.encode(page) == cbor2.dumps({"lines": [{"at": "soon"}]})
