"""Regular expressions of a specification: whether they are any, and whether hostile text can make them run on and on."""

from __future__ import annotations

import re
import time

__all__ = ["pattern_fault"]

_LONGEST = 4096  # characters of a pattern
_REPEATED = 26  # of one character: 2 to that power steps are seconds
_PATIENCE = 0.05  # seconds for one such text
_CHARACTERS = 48


def pattern_fault(pattern: str, flags: int = 0) -> str:
    """What is wrong with *pattern*, empty where nothing is.

    Nested repetitions such as ``(a+)+`` try every way to divide a text that does not fit: texts of one repeated character
    grow here until the time for one of them shows it. That finds the usual mistakes, it is no proof.
    """
    if len(pattern) > _LONGEST:
        return f"the pattern has {len(pattern)} characters, at most {_LONGEST} are taken"
    try:
        compiled = re.compile(pattern, flags)
    except re.error as error:
        return f"the pattern is no regular expression: {error}"
    except (OverflowError, RecursionError, MemoryError):
        return "the pattern is no regular expression that Python can hold: it repeats too often or nests too deep"
    tried = sorted({char for char in pattern if char.isalnum() or char in " _-.:/"} | set("a0 ."))[:_CHARACTERS]
    slow = next((char for char in tried if _runs_on(compiled, char)), None)
    if slow is None:
        return ""
    return f"the pattern takes exponential time, as for many {slow!r} that are followed by something else"


def _runs_on(compiled: re.Pattern[str], char: str) -> bool:
    for count in range(4, _REPEATED):
        start = time.process_time()
        compiled.fullmatch(char * count + "\0")
        if time.process_time() - start > _PATIENCE:
            return True
    return False
