"""`sciwire inspect`: what is in these bytes, for people (a tree), for programs (--json), for the curious (--hex)."""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from sciwire.runtime.errors import CodecError, EncodeError, printable

from .source import MOST, read_source

__all__ = ["inspect"]

_HDF5 = b"\x89HDF\r\n\x1a\n"
_STRUCTURE = ("map", "array", "tag", "key", "break", "invalid", "trailing")  # kinds of span that hold no value


@click.command()
@click.argument("file", metavar="FILE|-", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--format", "name", help="Say which format it is instead of recognising it.")
@click.option("--profile", help="Read by this profile of the format.")
@click.option("--json", "as_json", is_flag=True, help="Print the canonical value as JSON.")
@click.option("--hex", "as_hex", is_flag=True, help="Print the bytes, each run with the field that it belongs to.")
@click.option("--all", "everything", is_flag=True, help="With --hex: every byte of long fields too. Of a capture: every message.")  # fmt: skip
def inspect(file: Path, name: str | None, profile: str | None, as_json: bool, as_hex: bool, everything: bool) -> None:
    """Recognise the format of FILE (- for standard input) and show what is in it.

    A folder is taken for a recording of messages in parts (those of simplon_v1), a file for each part, numbered at the
    end of their names: part.000001, part.000002. Other files are given one by one. A file may be of any size; what has
    none, a pipe or standard input, is read up to 4 GiB or half of the free memory, and devices are refused.

    Data that are wrong are shown as far as they are good; the error goes to standard error, with path,
    offset and rule, and the exit code is 1, as it is for data of no known format. A capture of a live stream
    is shown message by message, decoded with the format that it names; one that was cut, or says that messages were
    lost or refused, is exit code 1 too.

    \b
    Examples:
      sciwire inspect image.cbor
      sciwire inspect run.h5 --json
      sciwire inspect stream.qds --profile autoplot
      sciwire inspect run7.swc --all
      sciwire inspect recording/ --profile api_1_6
      cat stream.qds | sciwire inspect - --hex
    """
    if as_json and as_hex:
        raise click.UsageError("--json and --hex are two views, ask for one")
    if file.is_dir():
        from .recording import inspect_recording

        if as_hex:
            raise click.UsageError("--hex shows one file, not a folder")
        sys.exit(0 if inspect_recording(file, name, {"profile": profile} if profile else {}, as_json) else 1)
    data, on_disk = read_source(file)
    path = file if on_disk else None
    if as_json and len(data) > MOST:
        raise click.UsageError(
            f"{file} has {len(data):,} bytes, and --json makes one text of all: at most {MOST:,} are taken"
        )
    module = _recognise(data, name)
    if as_hex:
        from .hexview import print_spans

        sys.exit(0 if print_spans(module, data, everything) else 1)
    options = {"profile": profile} if profile else {}
    if module.FORMAT == "capture":
        from .capture_view import show_capture

        try:
            sys.exit(0 if show_capture(data, options, as_json, everything, _print_rows) else 1)
        except CodecError as problem:  # of the header
            _print_error(problem)
            sys.exit(1)
        except ValueError as problem:
            raise click.UsageError(str(problem)) from problem
    try:
        value, errors = _decode(module, path if path is not None and data[:8] == _HDF5 else data, options)
    except ValueError as problem:
        if isinstance(problem, CodecError) and not isinstance(problem, EncodeError):  # which is about what was asked
            if not as_json:
                _print_beginning(module, data)
            _print_error(problem)
            sys.exit(1)
        raise click.UsageError(str(problem)) from problem
    if as_json:
        click.echo(json.dumps(module.to_plain(value), ensure_ascii=False, indent=1))
    else:
        _print_tree(module, value, len(data))
    for error in errors:
        _print_error(error)
    sys.exit(1 if errors else 0)


def _recognise(data: Any, name: str | None) -> ModuleType:
    from .modules import format_names, load_format

    if name is not None:
        return load_format(name)
    head = bytes(data[:8])
    for candidate in format_names():
        module = load_format(candidate)
        if getattr(module, "sniff", None) is not None and module.sniff(data):
            return module
    begin = f"it begins with {head.hex(' ')}" if head else "it is empty"
    raise click.ClickException(f"no known format ({begin}); say --format, one of {', '.join(format_names())}")


def _decode(module: ModuleType, source: Any, options: dict[str, Any]) -> tuple[Any, list[CodecError]]:
    """The value as far as it is good, and what is wrong with the rest; warnings go to standard error."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            value, errors = module.decode(source, **options), []
        except CodecError as error:
            try:
                value = module.decode(source, on_error="keep", **options)
            except CodecError:
                raise error from None
            errors = [error]
    for text in dict.fromkeys(str(warning.message) for warning in caught):
        click.echo(f"warning: {printable(text)}", err=True)
    return value, errors


def _print_tree(module: ModuleType, value: Any, size: int) -> None:
    layout = sys.modules.get(type(value).__module__, module)  # that of one version, where there are several
    versions = getattr(layout, "VERSIONS", module.VERSIONS)
    click.echo(f"{module.FORMAT} {'/'.join(versions)}  {type(value).__name__}  {size} bytes")
    _print_rows(module, value)


def _print_rows(module: ModuleType, value: Any) -> None:
    rows = module.summary(value)
    shown: list[str] = []
    width = min(max((2 * path.count(".") + len(path.rsplit(".", 1)[-1]) for path, _ in rows), default=0) + 2, 48)
    for path, text in rows:
        parts = path.split(".")
        for depth, part in enumerate(parts[:-1]):
            if shown[depth : depth + 1] != [part]:
                click.echo(f"{'  ' * (depth + 1)}{printable(part)}")
                shown[depth:] = [part]
        shown[len(parts) - 1 :] = parts[-1:]  # its children need no heading of their own
        lead = "  " * len(parts) + printable(parts[-1])
        click.echo(f"{lead:<{width + 2}}{printable(text)}".rstrip())


def _print_beginning(module: ModuleType, data: Any) -> None:
    """The fields in front of the fault, where the data are so wrong that no value can be made of them."""
    click.echo(f"{module.FORMAT} {'/'.join(module.VERSIONS)}  {len(data)} bytes, which can be read in part")
    for span in module.spans(data):
        if span.path and span.text and span.kind not in _STRUCTURE:
            click.echo(f"  {printable(span.path)}  {printable(span.text)}")


def _print_error(error: CodecError) -> None:
    click.echo(f"error ({error.category}): {printable(str(error))}", err=True)
