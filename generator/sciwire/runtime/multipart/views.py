"""Looking at messages: the tree of a summary, the spans of a hex view."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sciwire.runtime.cbor import Span
from sciwire.runtime.messages.views import record_rows
from sciwire.runtime.summary import describe_value

from .decoding import Parts
from .form import Format, JsonPart
from .packed import PackedArray

__all__ = ["spans", "summary"]

_SHOWN = 60


def spans(parts: Parts) -> Iterator[Span]:
    """Every part as one run, offsets as if they stood one behind another: a JSON object is text, the rest payload."""
    several = [parts] if isinstance(parts, (bytes, bytearray, memoryview)) else parts
    start = 0
    for number, one in enumerate(several, 1):
        data = memoryview(one).cast("B")
        stop = start + len(data)
        head = data[:_SHOWN].tobytes()
        text = head.lstrip().startswith(b"{")
        words = head.decode("utf-8", "replace") if text else f"{len(data)} bytes"
        if stop > start:
            yield Span(start, stop, f"part {number}", "text" if text else "payload", words)
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
