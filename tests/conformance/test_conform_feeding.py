"""Feeding: what comes in pieces is judged split by split."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import miniatures
import pytest

from sciwire.conformance.adapters.base import Request
from sciwire.conformance.adapters.inprocess import InProcess
from sciwire.conformance.feeding import feeding, ways_to_split
from sciwire.conformance.harness import Subject
from sciwire.conformance.vectors import Vector
from sciwire.runtime import CodecError


def vector(data: bytes, **more: Any) -> Vector:
    about: dict[str, Any] = {"id": "toy/plain/a", "format": "toy", "version": "1", "group": "plain", "kind": "valid"}
    return Vector(**{**about, "level": "MUST", "data": data, **more})


def test_every_way_to_split_covers_the_bytes_and_the_seed_decides() -> None:
    ways = dict(ways_to_split(vector(bytes(100)), 0))

    assert list(ways) == ["whole", "byte by byte", "in halves", "in halves with nothing between them", "in random pieces (1)", "in random pieces (2)"]  # fmt: skip
    assert ways["whole"] == []
    assert ways["byte by byte"] == list(range(1, 100))
    assert ways.pop("in halves with nothing between them") == [50, 50]
    assert all(sorted(set(points)) == points and all(0 < point < 100 for point in points) for points in ways.values())
    other = dict(ways_to_split(vector(bytes(100)), 1))
    assert ways.items() <= dict(ways_to_split(vector(bytes(100)), 0)).items()
    assert {name for name in ways if ways[name] != other[name]} == {"in random pieces (1)", "in random pieces (2)"}
    assert [name for name, _ in ways_to_split(vector(b""), 0)] == ["whole"]
    assert len(dict(ways_to_split(vector(bytes(10**6)), 0))["2500 bytes at a time"]) == 399
    assert list(dict(ways_to_split(vector(bytes(10**6)), 0))) == ["whole", "2500 bytes at a time", "in halves"]


def test_a_message_of_parts_comes_part_by_part() -> None:
    """The split points are numbers of parts; those that are late say so."""
    asked: list[Any] = []

    class Parts(miniatures.Good):
        def decode(self, request: Request) -> Any:
            asked.append(request.splits)
            return {"items": []} if request.splits == [1, 2, 3] else "all"

    parts = vector((b"a", b"b", b"c", b"d"), value="all", has_value=True)
    subject = Subject("x", InProcess(Parts))
    subject.start()
    finding = feeding(subject, parts, 0)

    assert (finding.verdict, finding.fault) == ("fail", "split-dependent")
    assert finding.message.startswith("fed part by part: ")
    assert asked == [[], [1, 2, 3]]


@pytest.mark.parametrize("late", [False, True])
def test_our_decoder_of_parts_is_fed_as_it_is_asked(late: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A decoder that forgets the parts before the last is found."""
    from sciwire.conformance.vectors import load_vectors
    from sciwire.model import specs_dir

    simplon_v1: Any = import_module("sciwire.formats.simplon_v1")  # as the adapter takes it
    if late:
        whole = simplon_v1.Decoder.feed
        monkeypatch.setattr(
            simplon_v1.Decoder, "feed", lambda self, parts, more=False: [] if more else whole(self, parts)
        )
    image = next(one for one in load_vectors(specs_dir(), "simplon_v1") if one.kind == "valid" and len(one.data) == 4)
    subject = Subject("sciwire", formats=["simplon_v1"])
    subject.start()

    finding = feeding(subject, image, 0)

    assert finding.verdict == ("fail" if late else "pass")
    assert finding.message.startswith("fed part by part: " if late else "")


def in_halves(answer: Callable[[], Any]) -> type[miniatures.Good]:
    """An implementation that answers otherwise when the bytes come in two pieces."""

    class Other(miniatures.Good):
        def decode(self, request: Request) -> Any:
            return answer() if request.splits and len(request.splits) == 1 else super().decode(request)

    return Other


def raise_(error: Exception) -> Any:
    raise error


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda: raise_(CodecError("m", category="state", at=3)), "the category 'truncated' as when fed whole, got 'state'"),
        (lambda: raise_(CodecError("m", category="truncated", at=4)), "the offset 3 as when fed whole, got 4"),
        (lambda: {"items": []}, "a refusal, got a value"),
    ],
)  # fmt: skip
def test_an_invalid_vector_must_be_refused_the_same_way_however_it_comes(
    answer: Callable[[], Any], message: str
) -> None:
    cut = vector(bytes.fromhex("54020001000200")[:6], kind="invalid", error={"category": ["truncated"]})
    good, bad = Subject("x", InProcess(miniatures.Good)), Subject("x", InProcess(in_halves(answer)))
    for subject in (good, bad):
        subject.start()

    assert feeding(good, cut, 0).verdict == "pass"
    finding = feeding(bad, cut, 0)
    assert (finding.verdict, finding.fault) == ("fail", "split-dependent")
    assert finding.message.startswith(f"fed in halves: expected {message}")
