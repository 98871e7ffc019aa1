"""A folder as a recording: one file for each part of messages of several parts, as receivers write them down."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from sciwire.runtime.errors import CodecError, printable

from .source import read_source

__all__ = ["inspect_recording"]

_NUMBER = re.compile(r"(\d{1,18})(?:\.[A-Za-z]\w*)?$", re.ASCII)
_MAPPED = 1 << 24  # bytes from which a file is mapped: there may be many of them, and few maps
_GAPS = 10_000  # numbers without a file: those of a date or a run, not of parts


def inspect_recording(folder: Path, name: str | None, options: dict[str, Any], as_json: bool) -> bool:
    """Print every message of the recording in *folder*; whether all could be read.

    The number at the end of a file's name is that of its part; a number that no file has is a part that is missing.
    """
    files = _files(folder)
    first = min(files) - 1
    module = _recognised(folder, files[first + 1], name)
    parts = [read_source(file)[0] if file.stat().st_size > _MAPPED else file.read_bytes() for file in files.values()]
    missing = frozenset(range(min(files), max(files) + 1)) - set(files)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            messages = module.decode_all(parts, missing={one - first for one in missing}, **options)
        except CodecError as error:
            click.echo(f"error ({error.category}): {printable(str(error))}", err=True)
            return False
    for text in dict.fromkeys(str(warning.message) for warning in caught):
        click.echo(f"warning: {printable(text)}", err=True)
    if as_json:
        click.echo(json.dumps([module.to_plain(message) for message in messages], ensure_ascii=False, indent=1))
        return True
    click.echo(f"{module.FORMAT} {'/'.join(module.VERSIONS)}  {len(messages)} messages in {len(parts)} parts")
    for message in messages:
        click.echo(f"{type(message).__name__}")
        for path, text in module.summary(message):
            click.echo(f"  {printable(path):<40} {printable(text)}".rstrip())
    return True


def _files(folder: Path) -> dict[int, Path]:
    """The files of the recording by number, ascending."""
    numbered: dict[int, Path] = {}
    for file in sorted(folder.iterdir()):
        match = _NUMBER.search(file.name)
        if match is None or not file.is_file():
            continue
        other = numbered.setdefault(int(match[1]), file)
        if other is not file:
            raise _unlike(folder, f"{other.name} and {file.name} are both part {int(match[1])}")
    if not numbered:
        raise _unlike(folder, "it has no files whose names end in a number")
    if max(numbered) - min(numbered) + 1 - len(numbered) > _GAPS:
        raise _unlike(folder, f"its files end in {min(numbered)} to {max(numbered)}, and most between are missing")
    return dict(sorted(numbered.items()))


def _recognised(folder: Path, first: Path, name: str | None) -> ModuleType:
    from .modules import format_names, load_format

    data, _ = read_source(first)
    for candidate in [name] if name is not None else format_names():
        module = load_format(candidate)
        if hasattr(module, "decode_all") and (name is not None or module.sniff(data)):
            return module
    if name is not None:
        raise _unlike(folder, f"and {name} is no format of messages in parts")
    raise _unlike(folder, f"{first.name} begins no message of a known format")


def _unlike(folder: Path, why: str) -> click.UsageError:
    """What to say of a folder that is no recording: which folders are."""
    from .modules import format_names, load_format

    known = ", ".join(one for one in format_names() if hasattr(load_format(one), "decode_all"))
    return click.UsageError(
        f"{folder} is no recording: {why}. Of folders only recordings of messages in parts ({known}) can be read, a file "
        "for each part, whose name ends in the part's number (part.000001, part.000002, ...); give other files one by one"
    )
