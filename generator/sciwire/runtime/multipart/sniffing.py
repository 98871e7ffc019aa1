"""Do these parts begin like a message of a format?"""

from __future__ import annotations

from sciwire.runtime.errors import CodecError

from .decoding import Parts, Pass, kind_of_message, views_of
from .form import Format

__all__ = ["sniff"]


def sniff(form: Format, data: Parts) -> bool:
    """Whether *data*, a message or its first part, begin like a message of this format."""
    views = views_of(data)
    if not views or views[0][:64].tobytes().lstrip()[:1] != b"{" or len(views[0]) > form.json_bytes:
        return False
    try:
        kind_of_message(form, Pass(form, views[:1], form.limits, False, 0))
    except CodecError:
        return False
    return True
