"""The small parts of a stream: properties, labels, remarks, its own error, and what nobody here knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..errors import DecodeError

if TYPE_CHECKING:
    from ..xml import Element as Node

__all__ = ["Comment", "Extra", "Label", "Property", "StreamError", "StreamException"]


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


@dataclass(slots=True)
class Property:
    """One property of a dataset.

    Attributes
    ----------
    value : the typed value: str, bool, int, float, or a dict of `Property` (maps) or str (ranges).
    type : the word on the wire; where the property had none, the tag of its child.
    text : the value as it stands on the wire; None where it is a child element.
    child : the child element, where the value came as one.
    attributes : attributes that the format gives no meaning, kept for writing.
    """

    value: Any
    type: str
    text: str | None = None
    child: Node | None = None
    attributes: dict[str, str] = field(default_factory=dict)
