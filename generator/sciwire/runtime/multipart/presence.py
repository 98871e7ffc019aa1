"""Which parts of a message are there: by conditions, by what JSON parts say, by how many parts are left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sciwire.runtime.errors import CodecError

from .form import Condition, JsonPart, MessageOf, PartForm
from .kinds import is_taken, word_of

if TYPE_CHECKING:
    from .passing import Pass

__all__ = ["applies", "is_left", "is_there"]


def applies(when: Condition | None, state: Pass) -> bool:
    """Whether a part is sent, by the field that its condition names."""
    if when is None:
        return True
    value = getattr(state.by_label.get(when.part), when.field, None)
    if value is None and state.number:  # nobody says it: what is there is taken
        return state.index < len(state.parts)
    return value in when.values


def is_there(part: PartForm, state: Pass) -> bool:
    """Whether the next part may be the optional *part*; one that begins another message is not."""
    if state.index >= len(state.parts):
        return False
    if state.alone and not isinstance(part, JsonPart):
        return True
    try:
        says = word_of(state.form, state.object_at(state.index))
    except CodecError:
        return not isinstance(part, JsonPart)
    firsts = [message.parts[0] for message in state.form.messages]
    if any(isinstance(one, JsonPart) and one.says == says for one in firsts):
        return False
    return not isinstance(part, JsonPart) or (says == part.says if part.says else says is None) or is_taken(part, says)


def _is_sure(when: Condition | None, state: Pass) -> bool:
    return when is None or getattr(state.by_label.get(when.part), when.field, None) in when.values


def is_left(part: PartForm, message: MessageOf, state: Pass) -> bool:
    """Whether the next part can be spared for *part*, which is no JSON: those that must follow come out of the same."""
    if isinstance(part, JsonPart):
        return True
    later = message.parts[message.parts.index(part) + 1 :]
    needed = sum(not one.optional and _is_sure(one.when, state) for one in later)
    left = 1
    while left <= needed and state.index + left < len(state.parts) and not _begins(state, state.index + left):
        left += 1
    return left > needed


def _begins(state: Pass, index: int) -> bool:
    """Whether the part at *index* is the first of a message."""
    try:
        says = word_of(state.form, state.object_at(index))
    except CodecError:
        return False
    firsts = [message.parts[0] for message in state.form.messages]
    return any(isinstance(one, JsonPart) and one.says == says for one in firsts)
