"""Two implementations as one: the first writes, the second reads. ``--impl "A -> B"`` names them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..protocol import Answer, Request
from .base import Connection

__all__ = ["ARROW", "Pair"]

#: What stands between the two in the text of ``--impl``.
ARROW = " -> "


class Pair:
    """A connection that asks *writer* to encode and *reader* to decode."""

    def __init__(self, writer: Connection, reader: Connection) -> None:
        self._writer, self._reader = writer, reader

    def start(self) -> Mapping[str, Any]:
        writer, reader = self._writer.start(), self._reader.start()
        name = ARROW.join(one["implementation"]["name"] for one in (writer, reader))
        shared = [one for one in writer["formats"] if one in reader["formats"]]
        formats = {one: _both(writer["formats"][one], reader["formats"][one]) for one in shared}
        return {"ok": True, "implementation": {"name": name}, "formats": formats}

    def ask(self, request: Request) -> Answer:
        return (self._writer if request.cmd == "encode" else self._reader).ask(request)

    def stop(self) -> bool | None:
        went = [self._writer.stop(), self._reader.stop()]
        return None if None in went else all(went)


def _both(writer: Mapping[str, Any], reader: Mapping[str, Any]) -> dict[str, Any]:
    """What the two can do together; none listed means all."""
    can = [what for what, one in (("encode", writer), ("decode", reader)) if what in one.get("can", ("decode",))]
    found: dict[str, Any] = {"can": can, "reports": list(reader.get("reports", ("category",)))}
    for key in ("versions", "profiles"):
        lists = [one[key] for one in (writer, reader) if one.get(key)]
        if lists:
            found[key] = [item for item in lists[0] if all(item in other for other in lists)]
    return found
