"""Text that a regular expression matches as a whole, from the words of a `volume.Source`.

Sets are drawn from ASCII only: what other characters a class has depends on the version of Unicode.
"""

from __future__ import annotations

import re
import string
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..volume.source import Source

__all__ = ["text_of"]

_MOST = 4  # repetitions where there may be any number
_LETTERS = string.digits + string.ascii_letters + string.punctuation + " "
_TRIES = 1000


def text_of(source: Source, pattern: str) -> str:
    """A text that fits; LookupError for an expression with words that are not known here."""
    tree, whole = _parsed(pattern)
    for _ in range(_TRIES):
        text = "".join(_piece(source, name, body) for name, body in tree)
        if whole.fullmatch(text):
            return text
    raise LookupError(f"none of {_TRIES} texts fits {pattern!r}")


@cache
def _parsed(pattern: str) -> tuple[Any, re.Pattern[str]]:
    parser: Any = re._parser  # type: ignore[attr-defined]  # what `re` itself parses with; the same tree since 3.11
    return parser.parse(pattern), re.compile(pattern)


def _piece(source: Source, name: Any, body: Any) -> str:
    match str(name):
        case "LITERAL":
            return chr(body)
        case "NOT_LITERAL":
            return _one(source, [one for one in _LETTERS if one != chr(body)])
        case "ANY":
            return _one(source, list(_LETTERS))
        case "IN":
            return _one(source, [one for one in _LETTERS if _within(one, body)])
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            low, high, inner = body
            count = source.between(low, min(int(high), low + _MOST))
            return "".join(_pieces(source, inner) for _ in range(count))
        case "SUBPATTERN":
            return _pieces(source, body[3])
        case "BRANCH":
            return _pieces(source, body[1][source.below(len(body[1]))])
        case "AT" | "ASSERT" | "ASSERT_NOT":
            return ""  # whether it holds, the match of the whole says
        case _:
            raise LookupError(f"no strategy for {name} in a pattern")


def _pieces(source: Source, tree: Any) -> str:
    return "".join(_piece(source, name, body) for name, body in tree)


def _one(source: Source, among: list[str]) -> str:
    return among[source.below(len(among))]


def _within(letter: str, parts: Any) -> bool:
    negated = bool(parts) and str(parts[0][0]) == "NEGATE"
    return negated != any(_fits(letter, str(name), body) for name, body in parts)


def _fits(letter: str, name: str, body: Any) -> bool:
    if name == "LITERAL":
        return letter == chr(body)
    if name == "RANGE":
        return bool(body[0] <= ord(letter) <= body[1])
    if name == "CATEGORY":
        said = str(body).removeprefix("CATEGORY_")
        sets = {"DIGIT": string.digits, "WORD": string.digits + string.ascii_letters + "_", "SPACE": string.whitespace}
        return (letter in sets[said.removeprefix("NOT_")]) != said.startswith("NOT_")
    return False
