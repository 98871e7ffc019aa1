"""Steps of a scenario, each as a pair: the operation and the answer expected."""

from __future__ import annotations

from typing import Any

from .entries import Entry, bytes_text

__all__ = [
    "ANY",
    "LAYOUT",
    "META",
    "STAT",
    "Step",
    "append",
    "empty",
    "kept",
    "length",
    "put",
    "read",
    "refused",
    "rows",
    "same",
    "scenario",
]

Step = tuple[dict[str, Any], dict[str, Any]]
ANY: dict[str, Any] = {"any": True}
DONE: dict[str, Any] = {"value": None}
META = {"op": "meta", "args": {"filename": "a.h5"}}
LAYOUT = {"op": "layout", "args": {"filename": "a.h5"}}
STAT: Step = ({"op": "stat", "args": {"filename": "a.h5"}}, ANY)


def scenario(
    name: str,
    doc: str,
    rules: str,
    steps: list[Step],
    deviates: str | None = None,
    *,
    level: str = "MUST",
    needs: list[str] | None = None,
) -> Entry:
    """One scenario; *deviates* names the finding for which larpix-control does otherwise, *needs* what it does not have."""
    head: Entry = {"id": name, "kind": "scenario", "level": level, "rules": rules.split(), "doc": doc}
    if deviates:
        head["deviates"] = {"larpix-control 3.7.0": deviates}
    if needs:
        head["needs"] = needs
    return {**head, "steps": [step for step, _ in steps], "expect": [answer for _, answer in steps]}


def kept(step: dict[str, Any], answer: dict[str, Any] | None = None) -> Step:
    """Any operation with the answer expected; without one, null."""
    return step, DONE if answer is None else answer


def refused(categories: str) -> dict[str, Any]:
    """The expectation of an error of one of *categories*."""
    words = categories.split()
    return {"error": {"category": words[0] if len(words) == 1 else words}}


def same(step: int) -> Step:
    """The file has the bytes that it had at *step*, which looked as well."""
    return STAT[0], {"same": step}


def rows(msgs: list[Any], io_groups: list[Any] | None) -> dict[str, Any]:
    """Messages and io_groups as arguments; only bytes are tagged, so that a wrong type can be sent as it is."""
    args: dict[str, Any] = {"msgs": [bytes_text(msg) if isinstance(msg, bytes) else msg for msg in msgs]}
    return args if io_groups is None else {**args, "msg_headers": {"io_groups": io_groups}}


def append(
    msgs: list[Any] | None = None,
    io_groups: list[Any] | None = None,
    *,
    filename: str = "a.h5",
    refuse: str = "",
    **named: Any,
) -> Step:
    """A call of to_rawfile that gives nothing, or is refused."""
    given = (
        rows(msgs, io_groups)
        if msgs is not None
        else {}
        if io_groups is None
        else {"msg_headers": {"io_groups": io_groups}}
    )
    return {"op": "to_rawfile", "args": {"filename": filename, **given, **named}}, refused(refuse) if refuse else DONE


def length(count: int = 0, *, filename: str = "a.h5", refuse: str = "", **named: Any) -> Step:
    """A call of len_rawfile."""
    return {"op": "len_rawfile", "args": {"filename": filename, **named}}, refused(refuse) if refuse else {
        "value": count
    }


def read(
    msgs: list[bytes] | None = None,
    io_groups: list[int] | None = None,
    *,
    filename: str = "a.h5",
    refuse: str = "",
    gives: dict[str, Any] | None = None,
    **named: Any,
) -> Step:
    """A call of from_rawfile that gives these rows; *gives* has the version and io_version where they are not 0.0 and null."""
    step = {"op": "from_rawfile", "args": {"filename": filename, **named}}
    if refuse:
        return step, refused(refuse)
    texts = None if msgs is None else [bytes_text(msg) for msg in msgs]
    value = {
        "version": "0.0",
        "io_version": None,
        **(gives or {}),
        "msgs": texts,
        "msg_headers": {"io_groups": io_groups},
    }
    return step, {"value": value}


def empty() -> tuple[list[bytes], list[int]]:
    """No rows."""
    return [], []


def put(file: str = "", filename: str = "a.h5", data: bytes | None = None) -> Step:
    """Put bytes, or a file that lies beside the vectors, in place before the next step."""
    what: dict[str, Any] = {"file": file} if data is None else {"data": bytes_text(data)}
    return {"op": "put", "args": {"filename": filename, **what}}, DONE
