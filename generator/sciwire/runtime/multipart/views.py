"""Looking at messages: the tree of a summary, the spans of a hex view."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sciwire.runtime.cbor import Span
from sciwire.runtime.messages.views import record_rows
from sciwire.runtime.summary import describe_value

from .decoding import parts_by_number
from .form import Format, JsonPart
from .jsonspans import json_spans
from .packed import PackedArray
from .passing import Parts, views_of

__all__ = ["spans", "summary"]

_SHOWN = 60


def spans(form: Format, parts: Parts) -> Iterator[Span]:
    """Every byte of *parts*, offsets as if they stood one behind another: JSON value by value, a blob as payload.

    Nothing is raised for wrong parts; where they are no message, paths begin with ``part 2`` in place of its name.
    """
    views = views_of(parts)
    known = parts_by_number(form, views)
    start = 0
    for number, data in enumerate(views, 1):
        part = known.get(number)
        path = f"part {number}" if part is None else part.label
        is_json = isinstance(part, JsonPart) if part is not None else data[:_SHOWN].tobytes().lstrip()[:1] == b"{"
        stop = start + len(data)
        if is_json and len(data) <= form.json_bytes:
            yield from json_spans(data, start, path)
        elif stop > start:
            yield Span(start, stop, path, "payload", f"{len(data)} bytes")
        start = stop


def summary(form: Format, value: Any, units: Mapping[str, str]) -> list[tuple[str, str]]:
    """A path and a line of text for each field and array that is there, with the units of the profile."""
    found = form.message_of(value)
    assert found is not None, "a message of this module"
    rows = [("kind", repr(found.name))]
    chosen = {**units, **value.units}
    for part in found.parts:
        one = getattr(value, part.name)
        if one is None:
            continue
        if isinstance(part, JsonPart):
            names = {plain: name for name, plain in getattr(type(one), "PLAIN_NAMES", {}).items()}
            fields = {
                path.partition(".")[2]: unit for path, unit in chosen.items() if path.startswith(f"{part.label}.")
            }
            own = {names.get(plain, plain): unit for plain, unit in fields.items()}
            record_rows(one, part.label, {type(one).__name__: own}, rows)
        elif isinstance(one, PackedArray):
            rows.append((part.label, f"{one.dtype} {tuple(one.shape)}  {one.encoding}, {len(one.payload)} bytes"))
        else:
            rows.append((part.label, describe_value(one, chosen.get(part.label, ""))))
    if value.missing:
        rows.append(("missing", ", ".join(map(str, sorted(value.missing)))))
    return rows
