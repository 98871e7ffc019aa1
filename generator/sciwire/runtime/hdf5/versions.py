"""Versions as ``major.minor``, compared as numbers: majors equal, stored minor not less than the requested one."""

from __future__ import annotations

import re
from typing import Any

from ..errors import VersionError
from ..value import shown
from .faults import by
from .layout import Attribute, VersionRule
from .numbers import said

__all__ = ["agree", "newest", "parse"]

_FORM = re.compile(r"(\d{1,9})\.(\d{1,9})", re.ASCII)


def parse(text: object, what: str = "version") -> tuple[int, int]:
    """Return (major, minor) of ``0.10``; anything else is a `VersionError`."""
    match = _FORM.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        problem = f"a {what} is two decimal numbers, major.minor, found {shown(text)[:80]}"
        raise by("version_form", VersionError(problem))
    return int(match[1]), int(match[2])


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
        wanted = parse(requested, f"requested {attribute.name}") if requested is not None else None
        have = parse(stored, f"stored {attribute.name}") if stored is not None else None
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
    known = [minor for major, minor in map(parse, rule.known) if major == have[0]]
    if rule.known and not known:
        problem = f"{attribute.name} {stored} is stored, known are {', '.join(rule.known)}"
        raise by("version_unknown", VersionError(problem, **where))
    if wanted is None or not rule.known:
        return f"{have[0]}.{have[1]}"
    return f"{have[0]}.{min(have[1], wanted[1])}"


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


def _go_together(kind: str, have: tuple[int, int], wanted: tuple[int, int]) -> bool:
    return have[0] == wanted[0] and (kind == "major" or have[1] >= wanted[1])
