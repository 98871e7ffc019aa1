"""Do these parts begin like a message of a format?"""

from __future__ import annotations

from sciwire.runtime.errors import CodecError

from .decoding import read_record
from .form import Format, JsonPart
from .jsontext import parse_object
from .kinds import kind_of_message, word_of
from .passing import Parts, views_of

__all__ = ["sniff"]


def sniff(form: Format, data: Parts) -> bool:
    """Whether *data*, a message or its first part, begin like a message of this format."""
    views = views_of(data)
    if not views or views[0][:64].tobytes().lstrip()[:1] != b"{" or len(views[0]) > form.json_bytes:
        return False
    try:
        entries = parse_object(views[0], form, form.limits, 1)
        found = kind_of_message(form, word_of(form, entries), "part 1")
        if form.discriminator:
            return True
        first = found.parts[0]  # nothing tells but what must be there
        assert isinstance(first, JsonPart)
        read_record(first, entries, form, form.limits)
    except CodecError:
        return False
    return any(one.required for one in first.record.fields())
