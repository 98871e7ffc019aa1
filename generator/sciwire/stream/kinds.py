"""The formats that come as live streams: what their messages are, read from as few bytes as possible."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, NamedTuple

from sciwire.runtime import CodecError

from .received import Buffer

__all__ = ["STREAMED", "Sight", "Streamed", "Tally", "streamed"]

_MOST_SERIES = 10_000  # names of series that a tally remembers
_MOST_JSON = 1 << 16  # bytes of a JSON part that tells what a message is


class Sight(NamedTuple):
    """What a message is: *kind* is ``start``, ``image``, ``end`` or empty where that can't be told; its *series*."""

    kind: str
    series: str = ""


class Streamed(NamedTuple):
    """A format of live streams.

    port : where its documents have the sender.
    look : what a message is, from its parts, without opening its pixels.
    reader : makes a function that decodes one message after another; ``profile=`` names a profile of the format.
    """

    name: str
    port: int
    look: Callable[[Sequence[Buffer]], Sight]
    reader: Callable[..., Callable[[Sequence[Buffer]], Any]]


def streamed(name: str) -> Streamed:
    """The format *name*. ValueError where it is none of live streams."""
    if name not in STREAMED:
        raise ValueError(f"{name!r} is no format of live streams; known: {', '.join(STREAMED)}")
    return STREAMED[name]


class Tally:
    """Counts of what was seen in a stream, by the cheapest look at each message."""

    def __init__(self, format: str) -> None:
        self.format = format
        self._look = streamed(format).look
        self._likely: list[str] = []  # formats that the first message looks like which can't be told
        self.images = 0
        self.starts = 0
        self.ends = 0
        self.others = 0  # messages that can't be told
        self.series: dict[str, int] = {}  # images by series, of the first ten thousand series

    def see(self, parts: Sequence[Buffer]) -> Sight:
        """Count the message of *parts*, and say what it is."""
        sight = self._look(parts)
        if sight.kind == "image":
            self.images += 1
            if sight.series in self.series or len(self.series) < _MOST_SERIES:
                self.series[sight.series] = self.series.get(sight.series, 0) + 1
        elif sight.kind == "start":
            self.starts += 1
            if len(self.series) < _MOST_SERIES:
                self.series.setdefault(sight.series, 0)
        elif sight.kind == "end":
            self.ends += 1
        else:
            if not self.others:
                self._likely = [one.name for one in STREAMED.values() if one.look(parts).kind]
            self.others += 1
        return sight

    def ends_what_was_seen(self, sight: Sight) -> bool:
        """Whether *sight* is the end of a series of which something was seen; a stale end is of none."""
        return sight.kind == "end" and sight.series in self.series

    @property
    def stranger(self) -> str:
        """What to say where messages came and none was of the format; empty otherwise."""
        if not self.others or self.images or self.starts or self.ends:
            return ""
        looks = f"; they look like {' or '.join(self._likely)}" if self._likely else ""
        return f"none of the messages is of {self.format}{looks}"

    def __str__(self) -> str:
        counts = [(self.images, "image"), (self.starts, "start"), (self.ends, "end"), (self.others, "unknown")]
        return f"{len(self.series)} series: " + ", ".join(f"{count} {kind}" for count, kind in counts if count)


def _look_cbor(name: str, series: Sequence[str]) -> Callable[[Sequence[Buffer]], Sight]:
    def look(parts: Sequence[Buffer]) -> Sight:
        module = import_module(f"sciwire.formats.{name}")
        try:
            message = module.decode(parts[0], lazy=True, on_error="keep", trailing="ignore")
        except (CodecError, IndexError):
            return Sight("")
        kind = {"Start": "start", "Image": "image", "End": "end", "Stop": "end"}[type(message).__name__]
        found = next((value for one in series if (value := getattr(message, one, None)) is not None), "")
        return Sight(kind, str(found))

    return look


def _look_json(parts: Sequence[Buffer]) -> Sight:
    try:
        found = json.loads(bytes(memoryview(parts[0])[:_MOST_JSON]))
    except (ValueError, IndexError, RecursionError):
        return Sight("")
    said = found.get("htype") if isinstance(found, dict) else None
    kinds = {"dheader": "start", "dimage": "image", "dseries": "end"}
    kind = next((kinds[begin] for begin in kinds if isinstance(said, str) and said.startswith(begin)), "")
    return Sight(kind, str(found.get("series", ""))[:100] if kind else "")


def _one_part(name: str) -> Callable[..., Callable[[Sequence[Buffer]], Any]]:
    def reader(**options: Any) -> Callable[[Sequence[Buffer]], Any]:
        decode = import_module(f"sciwire.formats.{name}").decode
        return lambda parts: decode(_only(parts), **options)

    return reader


def _session(name: str) -> Callable[..., Callable[[Sequence[Buffer]], Any]]:
    def reader(profile: str = "documented") -> Callable[[Sequence[Buffer]], Any]:
        if profile != "documented":  # a session has no other
            raise ValueError(f"{name} has no profile {profile!r}; known: documented")
        session = import_module(f"sciwire.formats.{name}").Session()
        return lambda parts: session.decode(_only(parts))

    return reader


def _all_parts(name: str) -> Callable[..., Callable[[Sequence[Buffer]], Any]]:
    def reader(**options: Any) -> Callable[[Sequence[Buffer]], Any]:
        decode = import_module(f"sciwire.formats.{name}").decode
        return lambda parts: decode(list(parts), **options)

    return reader


def _only(parts: Sequence[Buffer]) -> Buffer:
    from sciwire.runtime import DecodeError

    if len(parts) != 1:
        raise DecodeError(f"expected a message of one part, got {len(parts)}", category="framing")
    return parts[0]


STREAMED = {
    one.name: one
    for one in (
        Streamed("simplon", 31001, _look_cbor("simplon", ("series_id",)), _one_part("simplon")),
        Streamed("simplon_v1", 9999, _look_json, _all_parts("simplon_v1")),
        Streamed("lclstreamer", 12321, _look_cbor("lclstreamer", ("run_number", "run")), _session("lclstreamer")),
    )
}
