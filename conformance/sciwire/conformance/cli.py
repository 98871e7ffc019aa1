"""The command ``sciwire conform``; what it needs beyond click is loaded when it runs."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["conform"]

_EPILOG = """
\b
Examples:
  sciwire conform                                        every format, our own codecs
  sciwire conform qstream --jsonl run.jsonl --junit run.xml
  sciwire conform rawhdf5 --impl "cmd:./my_adapter --fast" --impl sciwire
  sciwire conform simplon --impl python:my_package.adapter:Adapter --time-limit 30
  sciwire conform qstream --only "qstream/framing/*" --check decode

\b
Exit codes:
  0  every MUST was met (or its failure is a known one)
  1  a MUST failed, an error occurred (crash, hang, protocol), or nothing was run
  2  the command line is wrong, or names a format or an adapter that is not there
  3  a vector, a specification or a file of known failures cannot be used
"""


@click.command(epilog=_EPILOG)
@click.argument("formats", metavar="[FORMAT]...", nargs=-1)
@click.option("--impl", "impls", multiple=True, metavar="X", help="Implementation under test: sciwire (default), python:package.module:Adapter, or cmd:program. May be given several times.")  # fmt: skip
@click.option("--check", "checks", multiple=True, metavar="CHECK", help="Only this check (decode, decode/invalid, roundtrip, …). May be given several times.")  # fmt: skip
@click.option("--only", multiple=True, metavar="PATTERN", help="Only cases whose id fits this pattern (* and ?). May be given several times.")  # fmt: skip
@click.option("--jsonl", type=click.Path(dir_okay=False, path_type=Path), help="Write a line of JSON for every case.")
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="Write JUnit XML.")
@click.option("--known", "known_files", multiple=True, type=click.Path(dir_okay=False, path_type=Path), help="File of known failures. May be given several times.")  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the generated values and split points.")
@click.option("--examples", type=click.IntRange(0, 100_000), default=100, show_default=True, help="Generated values for each kind of message; 0 for none.")  # fmt: skip
@click.option("--volume", type=click.IntRange(0, 1_000_000_000), default=0, show_default=True, help="Cases of the seeded volume generator for each kind of message.")  # fmt: skip
@click.option("--time-limit", type=click.FloatRange(0.1, 3600), default=10.0, show_default=True, help="Seconds that one request may take.")  # fmt: skip
@click.option("--specs", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of specifications and vectors, in place of ours.")  # fmt: skip
@click.pass_context
def conform(context: click.Context, /, **options: object) -> None:
    """Judge implementations of the formats by their specifications.

    Runs the vectors of every FORMAT (all of them by default), and values generated from its specification, through an
    implementation; prints progress, every failure and a table.
    """
    from .session import Settings, session

    context.exit(session(Settings.of(options)))
