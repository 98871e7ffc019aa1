"""The command ``sciwire conform``; what it needs beyond click is loaded when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .report.cli import report, report_options

__all__ = ["conform"]

_EPILOG = """
\b
Examples:
  sciwire conform                                        every format, our own codecs
  sciwire conform qstream --jsonl run.jsonl --junit run.xml
  sciwire conform rawhdf5 --impl "cmd:./my_adapter --fast" --impl sciwire
  sciwire conform simplon --impl python:my_package.adapter:Adapter --time-limit 30
  sciwire conform qstream --only "qstream/framing/*" --check decode
  sciwire conform --html run.html --markdown run.md --badge run.svg

\b
Other commands:
  sciwire conform report RUN.jsonl     the reports of a run that was made before

\b
Exit codes:
  0  every MUST was met (or its failure is a known one)
  1  a MUST failed, an error occurred (crash, hang, protocol), or nothing was run
  2  the command line is wrong, or names a format or an adapter that is not there
  3  a vector, a specification or a file of known failures cannot be used
"""


class _Group(click.Group):
    """``conform`` with a subcommand, or without one: then it is the run."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] not in self.commands:
            args = ["run", *args]
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        name, command, rest = super().resolve_command(ctx, args)
        return ("" if name == "run" else name), command, rest  # the user did not say it, so the help does not, either


@click.group(cls=_Group)
def conform() -> None:
    """Judge implementations of the formats by their specifications."""


conform.add_command(report)


@conform.command(epilog=_EPILOG, hidden=True)
@click.argument("formats", metavar="[FORMAT]...", nargs=-1)
@click.option("--impl", "impls", multiple=True, metavar="X", help="Implementation under test: sciwire (default), python:package.module:Adapter, or cmd:program. May be given several times.")  # fmt: skip
@click.option("--check", "checks", multiple=True, metavar="CHECK", help="Only this check (decode, decode/invalid, roundtrip, …). May be given several times.")  # fmt: skip
@click.option("--only", multiple=True, metavar="PATTERN", help="Only cases whose id fits this pattern (* and ?). May be given several times.")  # fmt: skip
@click.option("--jsonl", type=click.Path(dir_okay=False, path_type=Path), help="Write a line of JSON for every case.")
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="Write JUnit XML.")
@report_options
@click.option("--known", "known_files", multiple=True, type=click.Path(dir_okay=False, path_type=Path), help="File of known failures. May be given several times.")  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the generated values and split points.")
@click.option("--examples", type=click.IntRange(0, 100_000), default=100, show_default=True, help="Generated values for each kind of message; 0 for none.")  # fmt: skip
@click.option("--volume", type=click.IntRange(0, 1_000_000_000), default=0, show_default=True, help="Cases of the seeded volume generator for each kind of message.")  # fmt: skip
@click.option("--time-limit", type=click.FloatRange(0.1, 3600), default=10.0, show_default=True, help="Seconds that one request may take.")  # fmt: skip
@click.option("--specs", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of specifications and vectors, in place of ours.")  # fmt: skip
@click.pass_context
def run(context: click.Context, /, **options: object) -> None:
    """Judge implementations of the formats by their specifications.

    Runs the vectors of every FORMAT (all of them by default), and values generated from its specification, through an
    implementation; prints progress, every failure and a table.
    """
    from .session import Settings, session

    context.exit(session(Settings.of(options)))
