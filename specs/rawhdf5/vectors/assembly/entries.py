"""The form of one vector, so that the lists of them stay readable."""

from __future__ import annotations

import base64
from typing import Any

__all__ = ["Entry", "bytes_text", "either", "invalid", "valid"]

Entry = dict[str, Any]


def bytes_text(data: bytes) -> dict[str, str]:
    """Return the canonical form of a byte string."""
    return {"$bytes": base64.b64encode(data).decode("ascii")}


def valid(name: str, doc: str, rules: str, file: str, value: Any, **more: Any) -> Entry:
    """A file that must be read as *value*; *more* may say level, needs and program."""
    return {**_head("valid", name, doc, rules, more), "file": file, "value": value}


def either(name: str, doc: str, rules: str, file: str, value: Any, categories: list[str]) -> Entry:
    """A file that may be read as *value* or refused with one of *categories*, and nothing else."""
    return {
        **_head("either", name, doc, rules, {"level": "MAY"}),
        "file": file,
        "value": value,
        "error": {"category": categories},
    }


def invalid(name: str, doc: str, rules: str, source: str | bytes, category: str, *place: str, **more: Any) -> Entry:
    """A file (or few bytes) that must be refused; *category* may be several words, *place* is (path, at) where settled."""
    words = category.split()
    error: dict[str, Any] = {"category": words[0] if len(words) == 1 else words}
    if place:
        error |= {"path": place[0], "at": place[1]}
    partial = {"partial": more.pop("partial")} if "partial" in more else {}
    data = {"hex": source.hex()} if isinstance(source, bytes) else {"file": source}
    return {**_head("invalid", name, doc, rules, more), **data, "error": error, **partial}


def _head(kind: str, name: str, doc: str, rules: str, more: dict[str, Any]) -> Entry:
    head = {"id": name, "kind": kind, "level": more.pop("level", "MUST"), "rules": rules.split(), "doc": doc}
    return {**head, **more}
