"""Do these parts begin like a message of a format?"""

from __future__ import annotations

from sciwire.runtime.errors import CodecError

from .form import Format
from .jsontext import parse_object
from .kinds import kind_of_message
from .passing import Parts, views_of

__all__ = ["sniff"]


def sniff(form: Format, data: Parts) -> bool:
    """Whether *data*, a message or its first part, begin like a message of this format."""
    views = views_of(data)
    if not views or views[0][:64].tobytes().lstrip()[:1] != b"{" or len(views[0]) > form.json_bytes:
        return False
    try:
        kind_of_message(form, parse_object(views[0], form, form.limits, 1).get(form.discriminator), "part 1")
    except CodecError:
        return False
    return True
