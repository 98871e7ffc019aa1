"""Enumerations in the text of a property: a name, and in brackets the codes with their labels."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .parts import Label

if TYPE_CHECKING:
    from .tables import EnumerationText

__all__ = ["enumeration_name", "read_labels"]

_CODE = re.compile(r"\s*([+-]?[0-9]{1,18})\s*", re.ASCII)


def enumeration_name(text: str, form: EnumerationText) -> str:
    """The name of the enumeration, without the labels behind it."""
    return text.split(form.opening, 1)[0] if form.opening else text


def read_labels(text: str, form: EnumerationText) -> dict[int, Label]:
    """The labels in *text*; pieces that are no code and label are passed over."""
    _, _, inside = text.partition(form.opening) if form.opening else ("", "", "")
    inside = inside[: -len(form.closing)] if form.closing and inside.endswith(form.closing) else inside
    if not inside:
        return {}
    pieces = [inside]
    for separator in form.separators:
        pieces = inside.split(separator)
        if len(pieces) > 1:
            break
    labels: dict[int, Label] = {}
    for piece in pieces:
        code, joint, label = piece.partition(form.joint)
        match = _CODE.fullmatch(code)
        if match and joint:
            labels[int(match[1])] = Label(label)
    return labels
