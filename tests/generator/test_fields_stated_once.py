"""The fields of a record are stated once, for reading and writing, and made when they are first needed."""

from __future__ import annotations

import pytest

from sciwire.runtime.messages import UINT, FieldOf, ListOf, MapReader, MapWriter, Record, RecordOf
from sciwire.runtime.messages.context import Reading, Writing


class Node(Record):
    number: int | None = None
    below: list[Node] | None = None
    extra: dict[object, object] | None = None


def test_a_record_that_holds_its_own_kind_is_made_once() -> None:
    calls = []

    def fields() -> tuple[FieldOf, ...]:
        calls.append(1)
        return (FieldOf("below", ListOf(node), last=True), FieldOf("number", UINT, required=True))

    node = RecordOf(Node, fields)
    assert not calls
    value = {"number": 1, "below": [{"number": 2, "below": []}], "odd": 3}
    record = node.decode(value, Reading())
    writer = MapWriter(Writing())
    node.write(writer, record)

    assert record == Node(1, [Node(2, [], {})], {"odd": 3})
    assert list(writer.entries) == ["number", "odd", "below"]
    assert len(calls) == 1


@pytest.mark.parametrize("name", ["number", "below"])
def test_records_share_nothing(name: str) -> None:
    node = RecordOf(Node, lambda: (FieldOf("number", UINT), FieldOf("below", ListOf(UINT))))
    first, second = (node.read(MapReader({}, Reading())) for _ in range(2))
    first.extra["x"] = 1
    assert second.extra == {}
    assert getattr(first, name) is None
