"""From wire names to Python names: the word survives, what Python can't say is changed as little as possible."""

from __future__ import annotations

import keyword
import re

__all__ = ["class_name", "identifier", "is_identifier", "is_word"]

_SOFT = {"type", "match", "case", "_"}


def is_identifier(name: str) -> bool:
    """ASCII, and no keyword of Python."""
    return name.isascii() and name.isidentifier() and not keyword.iskeyword(name)


def is_word(name: str) -> bool:
    """An ASCII identifier, a keyword too: the name of something that becomes a class of another name."""
    return name.isascii() and name.isidentifier()


def identifier(word: str) -> str:
    """``hardware-time`` -> ``hardware_time``, ``class`` -> ``class_``, ``2theta`` -> ``_2theta``."""
    name = re.sub(r"[^0-9A-Za-z_]", "_", word)
    if not name or name[0].isdigit():
        name = f"f_{name}"
    name = name.lstrip("_") or "f_"
    return f"{name}_" if keyword.iskeyword(name) else name


def class_name(word: str) -> str:
    """``series_start`` -> ``SeriesStart``; a word with capitals of its own keeps them."""
    parts = [part for part in re.split(r"[^0-9A-Za-z]+", word) if part]
    name = "".join(part[0].upper() + part[1:] for part in parts) or "Record"
    name = f"R{name}" if name[0].isdigit() else name
    return f"{name}_" if keyword.iskeyword(name) else name
