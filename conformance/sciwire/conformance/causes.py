"""Failures of one cause: what differs between two of them is names and numbers, not what went wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .verdict import Result, Verdict

__all__ = ["by_cause", "cause"]

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_NUMBER = re.compile(r"-?\b\d[\w.+-]*")
#: Where a message goes on with the value or the steps that it is about.
_ABOUT = re.compile(r"; the (value was|steps were) ")
_MOST = 200


def cause(result: Result) -> tuple[str, ...]:
    """What two failures have in common that one change may mend: who, what was asked, the fault and its words."""
    words = _NUMBER.sub("#", _QUOTED.sub("'…'", _ABOUT.split(result.message)[0]))[:_MOST]
    return result.impl, result.format, result.check, str(result.verdict), str(result.fault), words


def by_cause(results: Iterable[Result]) -> list[list[Result]]:
    """The failures and errors among *results* that nobody expected, grouped by cause, in their order."""
    groups: dict[tuple[str, ...], list[Result]] = {}
    for result in results:
        if result.verdict in (Verdict.FAIL, Verdict.ERROR) and not result.known:
            groups.setdefault(cause(result), []).append(result)
    return list(groups.values())
