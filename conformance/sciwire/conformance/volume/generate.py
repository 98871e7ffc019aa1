"""Cases by number: which value each is, and many of them at a time.

A label of a packet stream gives *batches*: one stream, drawn once, with up to `_PACKETS` packets in each dataset, of
which every packet is a case. Of all other formats a batch is one value, and a case.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import strategies
from .source import Source

if TYPE_CHECKING:
    from sciwire.model import Spec

__all__ = ["STRATEGY", "Batch", "Case", "batches", "canonical_bytes", "case_value"]

#: The version of the descriptions in `strategies`.
STRATEGY = 1
_PACKETS = 1024  # in each dataset of a stream: many share what a stream costs, and there are many streams


@dataclass(frozen=True, slots=True)
class Case:
    """The name of a case; the same name is the same value everywhere."""

    digest: str
    strategy: int
    seed: int
    label: str
    index: int

    def __str__(self) -> str:
        return f"{self.digest[:12]}/{self.strategy}/{self.seed}/{self.label}/{self.index}"


@dataclass(frozen=True, slots=True)
class Batch:
    """Cases that stand in one `value`, the first of them `first`; `count` says how many."""

    first: Case
    value: Any
    count: int


def batches(spec: Spec, label: str, seed: int, count: int) -> Iterator[Batch]:
    """At least *count* cases of a label; the last batch may hold more than are wanted.

    The index of a batch is its number, so that any of them can be made alone with `case_value`.
    """
    done = index = 0
    while done < count:
        case = Case(spec.digest, STRATEGY, seed, label, index)
        value, cases = _value(spec, case)
        yield Batch(case, value, cases)
        done, index = done + max(1, cases), index + 1


def case_value(spec: Spec, label: str, seed: int, index: int) -> Any:
    """The canonical value of one batch."""
    return _value(spec, Case(spec.digest, STRATEGY, seed, label, index))[0]


def canonical_bytes(value: Any) -> bytes:
    """The bytes of a canonical value: JSON without blanks, keys in the order in which they were drawn."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def _value(spec: Spec, case: Case) -> tuple[Any, int]:
    source = Source.of(case.digest, case.strategy, case.seed, case.label, case.index)
    if spec.family == "packets":
        from ..strategies import packets

        value = packets.in_volume(spec, case.label, source.between(1, _PACKETS)).seeded(source)
        return value, packets.packet_count(value)
    return strategies.drawn(spec, case.label).seeded(source), 1
