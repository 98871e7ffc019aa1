"""The command ``sciwire conform report``: the reports of a run from its JSON lines."""

from __future__ import annotations

import sys
from pathlib import Path

import click

__all__ = ["report"]

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


@click.command(epilog=_EPILOG)
@click.argument("runs", metavar="RUN.jsonl...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="One HTML file that needs no network.")
@click.option("--markdown", type=click.Path(dir_okay=False, path_type=Path), help="A summary in Markdown.")
@click.option("--badge", "badges", multiple=True, type=click.Path(dir_okay=False, path_type=Path), help="A badge, .svg or .json (for shields.io). May be given several times.")  # fmt: skip
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
