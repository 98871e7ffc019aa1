"""What a JSON part is, by what its discriminator says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sciwire.runtime.errors import DecodeError

from .form import Format, JsonPart, MessageOf

__all__ = ["belongs", "is_taken", "kind_of_message", "word_of"]


def kind_of_message(form: Format, says: Any, place: str) -> MessageOf:
    """The kind of message whose first part *says* this. DecodeError at *place* (``constraint``) where there is none."""
    if not form.discriminator:
        return form.messages[0]  # the only one
    exact = {part.says for message in form.messages for part in message.parts if isinstance(part, JsonPart)}
    for message in form.messages:
        first = message.parts[0]
        assert isinstance(first, JsonPart)
        if first.says == says or (isinstance(says, str) and says not in exact and is_taken(first, says)):
            return message
    known = ", ".join(message.parts[0].says for message in form.messages)  # type: ignore[union-attr] # JSON, see above
    got = "it is missing" if says is None else f"got {says!r}"[:80]
    problem = f"expected {form.discriminator!r} to be one of {known}, {got}"
    raise DecodeError(problem, category="constraint", path=form.discriminator, at=place, rule=form.discriminator_rule)


def word_of(form: Format, entries: Mapping[str, Any]) -> Any:
    """What a JSON part says of itself, None where it says nothing."""
    return entries.get(form.discriminator) if form.discriminator else None


def is_taken(part: JsonPart, says: Any) -> bool:
    """Whether *says* is a word that a decoder takes for that of *part*."""
    return (
        bool(part.accept) and isinstance(says, str) and len(says) < 200 and re.fullmatch(part.accept, says) is not None
    )


def belongs(says: Any, form: Format) -> bool:
    """Whether *says* names a part of the format."""
    parts = [part for message in form.messages for part in message.parts]
    return isinstance(says, str) and any(isinstance(part, JsonPart) and part.says == says for part in parts)
