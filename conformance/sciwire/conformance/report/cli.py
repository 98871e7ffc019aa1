"""The command ``sciwire conform report``, the reports of a run from its JSON lines, and the options that it shares."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

__all__ = ["report", "report_options"]

_EPILOG = """
\b
Examples:
  sciwire conform report run.jsonl --html run.html
  sciwire conform report shard-1.jsonl shard-2.jsonl --markdown run.md --badge run.svg --badge run.json

\b
Exit codes:
  0  the reports are written (whatever they say)
  2  the command line is wrong
  3  a file is no report of a run
"""


_FILE = click.Path(dir_okay=False, path_type=Path)
_Command = TypeVar("_Command", bound=Callable[..., Any])


def report_options(command: _Command) -> _Command:
    """The options of a command that writes reports of a whole run."""
    for option in (
        click.option("--badge", "badges", multiple=True, type=_FILE, help="Write a badge: .svg is a picture, .json an endpoint for shields.io. May be given several times."),
        click.option("--markdown", type=_FILE, help="Write a summary in Markdown."),
        click.option("--html", type=_FILE, help="Write the report as one HTML file that needs no network."),
    ):  # fmt: skip
        command = option(command)
    return command


@click.command(epilog=_EPILOG)
@click.argument("runs", metavar="RUN.jsonl...", nargs=-1, required=True, type=click.Path(path_type=Path))
@report_options
@click.option("--specs", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of specifications and vectors, in place of ours.")  # fmt: skip
def report(
    runs: tuple[Path, ...], html: Path | None, markdown: Path | None, badges: tuple[Path, ...], specs: Path | None
) -> None:
    """Write reports of a run from the JSON lines of `sciwire conform --jsonl`.

    Several files are the shards of one run. A run that did not come to its end gives a report that says so.
    """
    from sciwire.model import specs_dir

    from .record import RecordError, read_run
    from .writers import report_writers

    try:
        record = read_run(runs)
        writers = report_writers(html=html, markdown=markdown, badges=badges, specs=specs or specs_dir())
    except (RecordError, FileNotFoundError) as error:
        print(f"sciwire conform report: {error}", file=sys.stderr)
        sys.exit(3)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if not writers:
        raise click.UsageError("give at least one of --html, --markdown, --badge")
    for write in writers:
        write(record)
    for path in (html, markdown, *badges):
        if path is not None:
            print(f"written: {path}")
