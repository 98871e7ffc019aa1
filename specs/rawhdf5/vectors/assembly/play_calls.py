"""Scenarios of what stands around a call: the form of a file name, the class of an error, a file that changes meanwhile."""

from __future__ import annotations

from typing import Any

from .entries import Entry, bytes_text
from .steps import Step, append, length, put, read, scenario

__all__ = ["call_scenarios"]

_ROWS = ([b"alpha", b""], [7, 255])
_FORMS: dict[str, Any] = {"text": "a.h5", "bytes": bytes_text(b"a.h5"), "path": {"$path": "a.h5"}}


def call_scenarios() -> list[Entry]:
    """Return the scenarios of group calls."""
    return [*_names(), *_mismatches(), *_meanwhile()]


def _names() -> list[Entry]:
    found = []
    for name, form in _FORMS.items():
        steps = [append(*_ROWS, filename=form), append([b"more"], [1], filename=form), length(3, filename=form),
                 read([*_ROWS[0], b"more"], [*_ROWS[1], 1], filename="a.h5")]  # fmt: skip
        found.append(
            scenario(f"name-{name}", "A file name may be text, bytes or a path object", "RAW-061 RAW-060", steps)
        )
    return found


def _mismatches() -> list[Entry]:
    """Whoever catches AssertionError, as one place of the original says, or RuntimeError, as another does, catches it."""

    def caught(step: Step) -> Step:
        return step[0], {"error": {"category": "version", "catches": ["AssertionError", "RuntimeError"]}}

    made = append(*_ROWS, io_version="0.3")
    cases = (
        ("read-version", read(filename="a.h5", version="1.0", refuse="version"), "RAW-048"),
        ("read-io-version", read(filename="a.h5", io_version="0.4", refuse="version"), "RAW-057"),
        ("append-version", append(*_ROWS, version="1.0", refuse="version"), "RAW-049"),
        ("append-io-version", append(*_ROWS, io_version="1.0", refuse="version"), "RAW-055"),
    )
    return [
        scenario(f"caught-{name}", "A mismatch is an AssertionError and a RuntimeError in one", f"RAW-054 {rule}", [made, caught(step)], "B4")
        for name, step, rule in cases
    ]  # fmt: skip


def _meanwhile() -> list[Entry]:
    """A writer is at work: what is on disk is a part of the file, and shortly after it is the whole of it."""
    whole: Step = (
        {"op": "put", "args": {"filename": "a.h5", "file": "being-written.h5", "after": 0.4}},
        {"value": None},
    )
    messages, groups = [b"first", b"", b"\x00third\x00"], [0, 1, 2]
    return [
        scenario(
            f"read-while-written-{name}", "A read is tried again until the file is whole", "RAW-082 RAW-006",
            [put(f"{file}.h5"), whole, read(messages, groups)], "B6",
        )
        for name, file in (("tail", "written-tail"), ("half", "written-half"))
    ]  # fmt: skip
