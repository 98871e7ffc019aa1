"""A model of files of messages (`to_rawfile`, `len_rawfile`, `from_rawfile`): a list of messages a file, and versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..strategies import drawing as st
from ..strategies import leaves
from .model import Move

__all__ = ["RawFiles"]

_NAMES = ("a.h5", "b.h5")
_MESSAGES = st.lists(st.tuples(leaves.byte_string(0, 12), st.integers(0, 255)), max_size=4)
_BOUNDS = st.one_of(st.none(), st.integers(-6, 6))
_IO = st.sampled_from(["0.0", "0.1", "2.4"])


class RawFiles:
    """Two files, each of them there or not."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[str | None, list[tuple[Any, int]]]] = {}

    def first(self, draw: st.DrawFn) -> list[Move]:
        return []

    def rules(self) -> list[Callable[[st.DrawFn], Move]]:
        always: list[Callable[[st.DrawFn], Move]] = [self._append, self._refused_lengths]
        versioned = [self._other_io] if self._versioned() else []
        return [*always, self._length, self._slice, *versioned] if self._files else always

    def last(self) -> list[Move]:
        return [Move("from_rawfile", {"filename": name}, {"value": self._value(name)}) for name in sorted(self._files)]

    def _append(self, draw: st.DrawFn) -> Move:
        """Messages to a new file or behind those that are there."""
        name, rows = draw(st.sampled_from(_NAMES)), draw(_MESSAGES)
        args = {"filename": name, **_columns(rows)}
        if name not in self._files:
            version = draw(st.one_of(st.none(), _IO))
            args |= {"io_version": version} if version else {}
            self._files[name] = (version, [])
        self._files[name][1].extend(rows)
        return Move("to_rawfile", args, {"value": None})

    def _refused_lengths(self, draw: st.DrawFn) -> Move:
        """A header too few: refused, and nothing on disk has changed, which the last steps see."""
        rows = [*draw(_MESSAGES), draw(st.tuples(leaves.byte_string(0, 12), st.integers(0, 255)))]
        columns = _columns(rows)
        columns["msg_headers"] = {"io_groups": columns["msg_headers"]["io_groups"][:-1]}
        names = sorted(self._files) or list(_NAMES)
        args = {"filename": draw(st.sampled_from(names)), **columns}
        return Move("to_rawfile", args, {"error": {"category": ["size", "constraint"]}})

    def _other_io(self, draw: st.DrawFn) -> Move:
        """A version of the content that the file does not have (the major number differs): refused."""
        name = draw(st.sampled_from(self._versioned()))
        return Move("from_rawfile", {"filename": name, "io_version": "9.0"}, {"error": {"category": "version"}})

    def _versioned(self) -> list[str]:
        """The files that state a version of their content: of others nobody can ask for another."""
        return [name for name, (version, _) in sorted(self._files.items()) if version is not None]

    def _length(self, draw: st.DrawFn) -> Move:
        name = draw(st.sampled_from(sorted(self._files)))
        return Move("len_rawfile", {"filename": name}, {"value": len(self._files[name][1])})

    def _slice(self, draw: st.DrawFn) -> Move:
        """Rows as a slice of a list gives them."""
        name = draw(st.sampled_from(sorted(self._files)))
        start, end = draw(_BOUNDS), draw(_BOUNDS)
        given = {key: value for key, value in (("start", start), ("end", end)) if value is not None}
        return Move("from_rawfile", {"filename": name, **given}, {"value": self._value(name, start, end)})

    def _value(self, name: str, start: int | None = None, end: int | None = None) -> dict[str, Any]:
        version, rows = self._files[name]
        return {"version": "0.0", "io_version": version, **_columns(rows[start:end])}


def _columns(rows: list[tuple[Any, int]]) -> dict[str, Any]:
    return {"msgs": [one for one, _ in rows], "msg_headers": {"io_groups": [group for _, group in rows]}}
