"""Versions as ``major.minor``, compared as numbers: majors equal, stored minor not less than the requested one.

Versions of three numbers, ``major.minor.patch``, are those of a format whose own have as many; patches go together.
"""

from __future__ import annotations

import re
from typing import Any

from ..errors import VersionError
from ..value import shown
from .faults import by
from .layout import Attribute, VersionRule
from .numbers import said

__all__ = ["agree", "newest", "parse", "text_of"]

Numbers = tuple[int, ...]

_FORM = re.compile(r"\d{1,9}(?:\.\d{1,9}){1,2}", re.ASCII)
_WORDS = {2: "two decimal numbers, major.minor", 3: "three decimal numbers, major.minor.patch"}


def parse(text: object, what: str = "version", known: tuple[str, ...] = ()) -> Numbers:
    """Return (major, minor) of ``0.10``, or (major, minor, patch); anything else is a `VersionError`.

    known : versions of the format; one has as many numbers as one of them, two where there are none.
    """
    counts = sorted({one.count(".") + 1 for one in known}) or [2]
    match = _FORM.fullmatch(text) if isinstance(text, str) else None
    numbers = tuple(map(int, match[0].split("."))) if match else ()
    if len(numbers) not in counts:
        form = ", or ".join(_WORDS.get(count, "") for count in counts)
        raise by("version_form", VersionError(f"a {what} is {form}, found {shown(text)[:80]}"))
    return numbers


def text_of(numbers: Numbers) -> str:
    """A version as it is written: 0.00 is 0.0, equal numbers are equal versions."""
    return ".".join(map(str, numbers))


def newest(rule: VersionRule) -> str:
    """The newest known version: the last one."""
    return rule.known[-1]


def agree(rule: VersionRule, stored: Any, requested: Any, attribute: Attribute, *, writing: bool = False) -> Any:
    """Compare the *stored* version with the *requested* one; return the one that the file is read as.

    Where the rule is ``exact`` both are compared as text, and need not be two numbers. The result
    is the stored one; where versions are known its minor is lowered to the requested one. None where
    the file has none.

    Raises
    ------
    VersionError : either is no version, they do not go together, or the stored major is not known.
    """
    where = {"path": attribute.path, "at": attribute.at, "rule": rule.rule}
    word = f"{'version' if rule.known else 'content'}_{'append' if writing else 'read'}"
    if rule.kind == "exact":
        return _exactly(rule, stored, requested, where, word)
    try:
        wanted = parse(requested, f"requested {attribute.name}", rule.known) if requested is not None else None
        have = parse(stored, f"stored {attribute.name}", rule.known) if stored is not None else None
    except VersionError as error:
        error.path, error.at, error.rule = attribute.path, attribute.at, rule.rule
        raise
    if have is None:
        if wanted is not None and rule.absent[writing]:
            problem = f"{attribute.name} {requested} is asked for, the file has none"
            raise by("content_absent", VersionError(problem, **where))
        return None
    if wanted is not None and not _go_together(rule.kind, have, wanted):
        raise by(word, VersionError(f"{attribute.name} {requested} is asked for, the file has {stored}", **where))
    if rule.known and have[0] not in [int(one.partition(".")[0]) for one in rule.known]:
        problem = f"{attribute.name} {stored} is stored, known are {', '.join(rule.known)}"
        raise by("version_unknown", VersionError(problem, **where))
    if wanted is None or not rule.known:
        return text_of(have)
    return text_of(have if have[1] <= wanted[1] else wanted)


def _exactly(rule: VersionRule, stored: Any, requested: Any, where: dict[str, Any], word: str) -> str | int | None:
    if stored is None:
        return None
    have = str(stored)
    found = stored if isinstance(stored, str) else int(stored)
    if requested is not None and said(requested) != have:
        raise by(word, VersionError(f"version {said(requested)} is asked for, the file has {have}", **where))
    if rule.known and have not in rule.known:
        problem = f"version {have} is stored, known are {', '.join(rule.known)}"
        raise by("version_unknown", VersionError(problem, **where))
    return found


def _go_together(kind: str, have: Numbers, wanted: Numbers) -> bool:
    return have[0] == wanted[0] and (kind == "major" or have[1] >= wanted[1])
