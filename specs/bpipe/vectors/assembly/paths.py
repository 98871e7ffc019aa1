"""Pipes on files: paths that can be opened, and those that cannot, which is the system's own error."""

from __future__ import annotations

from typing import Any

from .kit import Group, raw
from .pipes import COPY, A, written

__all__ = ["groups"]

_PUT = ("put", {"filename": "in.bpx", "data": raw(A)}, None)


def _open(**more: Any) -> tuple[str, dict[str, Any], Any]:
    answer = more.pop("answer", None)
    return "open", {"filename": "in.bpx", "outputs": ["a"], **more}, answer


def groups() -> list[Group]:
    group = Group("paths")
    group.scenario("file", "039", "the input is a file", _PUT, _open(), COPY, written("a", A))
    later = ("input", {"filename": "in.bpx"}, None)
    group.scenario(
        "file-later",
        "039",
        "a file that is attached later",
        _PUT,
        ("open", {"outputs": ["a"]}, None),
        later,
        COPY,
        written("a", A),
    )
    group.scenario("missing", "043", "there is no such input", _open(answer="!io"))
    missing = ("input", {"filename": "in.bpx"}, "!io")
    group.scenario(
        "missing-later", "043", "nor where it is attached later", ("open", {"outputs": ["a"]}, None), missing
    )
    group.scenario(
        "folder", "043", "the input is a folder", ("mkdir", {"filename": "in.bpx"}, None), _open(answer="!io")
    )
    group.scenario(
        "no-folder",
        "043",
        "the folder of an output is not there",
        _PUT,
        _open(output_filename="none/out.bpx", answer="!io"),
    )
    group.scenario(
        "output-is-folder",
        "043",
        "an output is a folder",
        _PUT,
        ("mkdir", {"filename": "out"}, None),
        _open(output_filename="out", answer="!io"),
    )
    return [group]
