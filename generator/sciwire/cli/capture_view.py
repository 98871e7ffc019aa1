"""`sciwire inspect` of a capture: what was caught, and its messages decoded with the format that it names."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import click

from sciwire.runtime.errors import CodecError, printable

from .live import amount, seconds

__all__ = ["show_capture"]

_SHOWN = 10  # messages whose fields are printed
_MOST_REFUSALS = 20


def show_capture(
    data: Any, options: dict[str, Any], as_json: bool, everything: bool, print_tree: Callable[[ModuleType, Any], None]
) -> bool:  # fmt: skip
    """Print the capture in *data*; whether it is sound: closed in order, whole, and every message looked at decodes.

    options : those of the decoder of the messages. ValueError where it has no such profile.
    """
    from sciwire.stream import CaptureReader

    try:
        found = CaptureReader(data)
    except CodecError:
        if options.get("profile", "documented") != "documented":
            raise ValueError(f"capture has no profile {options['profile']!r}; known: documented") from None
        raise
    with found as reader, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        sound = _as_json(reader, options) if as_json else _as_text(reader, options, everything, print_tree)
    for text in dict.fromkeys(str(warning.message) for warning in caught):
        click.echo(f"warning: {printable(text)}", err=True)
    return sound


def _as_text(
    reader: Any, options: dict[str, Any], everything: bool, print_tree: Callable[[ModuleType, Any], None]
) -> bool:
    from sciwire.stream import STREAMED, Tally

    from .modules import format_names, load_format

    known = reader.format in STREAMED and reader.format in format_names()
    click.echo(
        f"capture of {printable(reader.format) or '(no format named)'}, begun {reader.date:%Y-%m-%d %H:%M:%S} UTC"
    )
    for name in ("software", "note"):
        if getattr(reader, name):
            click.echo(f"  {name}  {printable(getattr(reader, name))}")
    read = STREAMED[reader.format].reader(**options) if known else None
    tally = Tally(reader.format) if known else None
    damage: list[CodecError] = []
    sound, last = True, 0
    for number, message in enumerate(_messages(reader, damage)):
        last = message.elapsed
        sight = tally.see(message.parts) if tally is not None else None
        if not everything and number >= _SHOWN:
            continue
        kind = f"  {sight.kind}" if sight is not None and sight.kind else ""
        parts = f"{len(message.parts)} part{'s' * (len(message.parts) != 1)}"
        click.echo(f"[{number}]  +{message.elapsed / 1e9:.6f} s  {parts}, {message.size} bytes{kind}")
        if read is not None:
            value = _value(read, message.parts, number)
            sound = sound and value is not None
            if value is not None:
                print_tree(load_format(reader.format), value)
    if not everything and reader.messages > _SHOWN:
        click.echo(f"... {reader.messages - _SHOWN} more messages; --all shows them")
    click.echo(f"{reader.messages} messages, {amount(reader.size)}, {seconds(last / 1e9)} from the start to the last")
    if tally is not None and reader.messages:
        click.echo(f"  {tally}")
        for series, images in list(tally.series.items())[:_MOST_REFUSALS]:
            click.echo(f"  series {printable(series)}: {images} images")
    return _say_what_is_missing(reader, damage) and sound


def _as_json(reader: Any, options: dict[str, Any]) -> bool:
    """One object, its messages one a line, printed as they are read."""
    from sciwire.stream import STREAMED

    from .modules import load_format

    streamed = STREAMED.get(reader.format)
    head = {name: getattr(reader, name) for name in ("format", "started", "software", "note")}
    click.echo(f'{{"header": {json.dumps(head, ensure_ascii=False)},\n "messages": [', nl=False)
    read = streamed.reader(**options) if streamed is not None else None
    damage: list[CodecError] = []
    sound = True
    for number, message in enumerate(_messages(reader, damage)):
        row: dict[str, Any] = {"elapsed": message.elapsed, "sizes": [len(part) for part in message.parts]}
        if read is not None:
            value = _value(read, message.parts, number)
            sound = sound and value is not None
            row["value"] = None if value is None else load_format(reader.format).to_plain(value)
        click.echo(f"{',' if number else ''}\n  {json.dumps(row, ensure_ascii=False)}", nl=False)
    refusals = [one._asdict() for one in reader.refusals]
    rest = {"refused": refusals, "missing": reader.missing}
    click.echo(f"\n ],\n {json.dumps(rest, ensure_ascii=False)[1:]}")
    return _say_what_is_missing(reader, damage, quiet=True) and sound


def _messages(reader: Any, damage: list[CodecError]) -> Iterator[Any]:
    """The messages in front of the first damage, which is printed."""
    try:
        yield from reader
    except CodecError as error:
        damage.append(error)
        click.echo(f"error ({error.category}): {printable(str(error))}", err=True)


def _value(read: Callable[[Any], Any], parts: Any, number: int) -> Any:
    try:
        return read(parts)
    except CodecError as error:
        click.echo(f"error ({error.category}): message {number}: {printable(str(error))}", err=True)
        return None


def _say_what_is_missing(reader: Any, damage: list[CodecError], quiet: bool = False) -> bool:
    for one in reader.refusals[: 0 if quiet else _MOST_REFUSALS]:
        click.echo(f"not kept, +{one.elapsed / 1e9:.6f} s: {printable(one.reason)}")
    if reader.refused > _MOST_REFUSALS and not quiet:
        click.echo(f"... {reader.refused - _MOST_REFUSALS} more were not kept")
    if damage:
        return False
    if reader.missing:
        click.echo(f"warning: {printable(reader.missing)}", err=True)
        return False
    if not quiet and reader.end is not None:
        click.echo(f"closed in order ({printable(reader.end.reason)})")
    return True
