"""Text of others in our reports: what cannot be seen, or would change what is seen around it, is spelled out."""

from __future__ import annotations

import re

__all__ = ["cut", "visible"]

#: Controls, bidirectional and zero-width marks, line separators, halves of surrogate pairs; `visible.js` has the same.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def visible(text: str) -> str:
    """*text* with every character that hides as ``\\u{202e}``; tab and newline stay."""
    return _HIDDEN.sub(lambda found: f"\\u{{{ord(found[0]):x}}}", text)


def cut(text: str, most: int) -> str:
    """At most *most* characters of *text*, the last one an ellipsis where there were more."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
