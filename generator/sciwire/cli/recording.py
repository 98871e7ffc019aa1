"""A folder as a recording: one file for each part of messages of several parts, as receivers write them down."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from sciwire.runtime.errors import CodecError

from .terminal import printable

__all__ = ["inspect_recording"]

_NUMBER = re.compile(r"(\d+)(?:\.[A-Za-z]\w*)?$")


def inspect_recording(folder: Path, name: str | None, options: dict[str, Any], as_json: bool) -> bool:
    """Print every message of the recording in *folder*; whether all could be read.

    The number at the end of a file's name is that of its part; a number that no file has is a part that is missing.
    """
    files = _files(folder)
    parts = [file.read_bytes() for file in files.values()]
    module = _recognised(parts, name)
    missing = frozenset(range(min(files), max(files) + 1)) - set(files)
    first = min(files) - 1
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
        if int(match[1]) in numbered:
            raise click.UsageError(f"{file} and {numbered[int(match[1])].name} are both part {int(match[1])}")
        numbered[int(match[1])] = file
    if not numbered:
        raise click.UsageError(f"{folder} has no files whose names end in a number, one for each part")
    return dict(sorted(numbered.items()))


def _recognised(parts: list[bytes], name: str | None) -> ModuleType:
    from .modules import format_names, load_format

    for candidate in [name] if name is not None else format_names():
        module = load_format(candidate)
        if hasattr(module, "decode_all") and (name is not None or module.sniff(parts[0])):
            return module
    known = ", ".join(one for one in format_names() if hasattr(load_format(one), "decode_all"))
    raise click.ClickException(f"the folder is no recording of messages in parts; those of {known} can be read")
