"""What a stream says beside its datasets: remarks, its own error, labels, and what nobody here knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..errors import DecodeError
from ..xml import Element as Node

__all__ = ["Comment", "Extra", "Label", "StreamError", "StreamException"]


class StreamError(DecodeError):
    """The producer says in the stream that it failed.

    `type` and `message` are the producer's; `partial` is the stream as far as it came.
    """

    default_category = "state"

    def __init__(self, problem: str, *, type: str = "", message: str = "", **where: Any) -> None:
        super().__init__(problem, **where)
        self.type = type
        self.message = message


@dataclass(slots=True)
class Extra:
    """What an element held that the format gives no meaning: kept as it came, written again."""

    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Comment:
    """A remark of the producer: its `type` (``log:INFO``) and `message`."""

    type: str
    message: str
    extra: Extra = field(default_factory=Extra)


@dataclass(slots=True)
class StreamException:
    """The producer's own error: its `type` (a word) and `message`."""

    type: str
    message: str
    extra: Extra = field(default_factory=Extra)


@dataclass(slots=True)
class Label:
    """What a code of an enumeration means, and the colour it is drawn in (text as on the wire)."""

    text: str
    color: str = ""
