"""The command ``sciwire conform`` and its subcommands; what they need beyond click is loaded when they run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

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
  sciwire conform --impl installed --jobs 0 --known shipped
  sciwire conform --impl mine --known mine.json --update-known
  sciwire conform --dask tcp://host:8786 --jsonl run.jsonl
  sciwire conform --html run.html --markdown run.md --badge run.svg

\b
Other commands:
  sciwire conform doctor [FORMAT]... --impl X
                                       is this adapter fit to be judged, and what is to mend
  sciwire conform replay CASE-ID       one case again, with its bytes
  sciwire conform list [FORMAT]...     the cases
  sciwire conform operations [FORMAT]  what scenarios can ask of an implementation
  sciwire conform rules [FORMAT]...    which rules the vectors, or a run, exercise
  sciwire conform compare A B          two reports (--jsonl): what changed
  sciwire conform report RUN.jsonl     the reports of a run that was made before
  sciwire conform export PATH          all vectors as a folder or .zip that needs no sciwire

\b
Exit codes:
  0  every MUST was met (or its failure is a known one)
  1  a MUST failed, an error occurred (crash, hang, protocol), too much was unsupported, or nothing was run,
     for no case fits or an implementation does not start
  2  the command line is wrong, or names a format or an adapter that is not there
  3  a vector, a specification or a file of known failures cannot be used
  130  interrupted; the reports so far are readable and incomplete
"""

_File = click.Path(dir_okay=False, path_type=Path)
_Command = TypeVar("_Command", bound=Callable[..., Any])


class _Shard(click.ParamType[Any]):
    """``2/5``: the second of five parts."""

    name = "i/n"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, tuple):
            return value
        number, _, count = str(value).partition("/")
        if number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count):
            return int(number), int(count)
        return self.fail(f"expected i/n with i from 1 to n, such as 2/5; got {value!r}", param, ctx)


class _Known(click.Path):
    """A file, or ``shipped`` for those of the shipped adapters."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return Path(value) if value == "shipped" else super().convert(value, param, ctx)


_CASES = (
    click.option("--seed", type=int, default=0, show_default=True, help="Seed of the generated values and split points."),
    click.option("--examples", type=click.IntRange(0, 100_000), default=100, show_default=True, help="Generated values for each kind of message; 0 for none."),
    click.option("--volume", type=click.IntRange(0, 1_000_000_000), default=0, show_default=True, help="Cases of the seeded volume generator for each kind of message."),
    click.option("--time-limit", type=click.FloatRange(0.1, 3600), default=10.0, show_default=True, help="Seconds that one request may take."),
    click.option("--memory-limit", type=click.IntRange(0), default=4096, show_default=True, help="MiB of address space that an adapter in a process of its own may have, where the platform can say so; 0 for any number."),
    click.option("--specs", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of specifications and vectors, in place of ours."),
)  # fmt: skip
_IMPL = click.option("--impl", "impls", multiple=True, metavar="X", help="Implementation under test: sciwire (default), python:package.module:Adapter, cmd:program, the short name of a shipped adapter, or installed for all of those that can run here. May be given several times.")  # fmt: skip
_FORMATS = click.argument("formats", metavar="[FORMAT]...", nargs=-1)
_CHECK = click.option("--check", "checks", multiple=True, metavar="CHECK", help="Only this check (decode, decode/invalid, roundtrip, …). May be given several times.")  # fmt: skip
_ONLY = click.option("--only", multiple=True, metavar="PATTERN", help="Only cases whose id fits this pattern (* and ?). May be given several times.")  # fmt: skip
_JSONL = click.option("--jsonl", type=_File, help="Write a line of JSON for every case.")


def _with(*options: Callable[[Any], Any]) -> Callable[[_Command], _Command]:
    def decorate(command: _Command) -> _Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


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
@_with(
    _FORMATS,
    _IMPL,
    _CHECK,
    _ONLY,
    _JSONL,
    click.option("--junit", type=_File, help="Write JUnit XML."),
    report_options,
    click.option("--known", "known_files", multiple=True, type=_Known(dir_okay=False, path_type=Path), help="File of known failures, or shipped for those of the shipped adapters. May be given several times."),
    click.option("--update-known", is_flag=True, help="Edit the files of known failures so that they say what this run found."),
    click.option("--failures", type=click.Path(file_okay=False, path_type=Path), help="Folder for a small file of each failure, with its bytes and seed."),
    click.option("--max-unsupported", type=click.FloatRange(0, 1), default=1.0, show_default=True, metavar="SHARE", help="Fail if a greater share of the cases is unsupported."),
    click.option("--jobs", type=click.IntRange(0), default=1, show_default=True, help="Processes that share the cases; 0 for one a core."),
    click.option("--dask", metavar="ADDRESS", default="", help="Run on the workers of the Dask scheduler at ADDRESS (tcp://host:8786), in place of processes of this machine."),
    click.option("--shard", type=_Shard(), default="1/1", show_default=True, help="Only part i of n of the cases; together the parts are all of them."),
    *_CASES,
)  # fmt: skip
@click.pass_context
def run(context: click.Context, /, **options: Any) -> None:
    """Judge implementations of the formats by their specifications.

    Runs the vectors of every FORMAT (all of them by default), and values generated from its specification, through an
    implementation; prints progress, every failure and a table.
    """
    from .session import session
    from .settings import Settings

    context.exit(session(Settings.of(options)))


@conform.command()
@click.argument("case_id", metavar="CASE-ID")
@_with(_IMPL, _JSONL, *_CASES)
@click.pass_context
def replay(context: click.Context, /, case_id: str, **options: Any) -> None:
    """Run one case again and show it: its rules, its bytes, what was expected and what came."""
    from .replay import replay
    from .settings import Settings

    context.exit(replay(case_id, Settings.of({**options, "only": (case_id,)})))


@conform.command()
@_with(_FORMATS, _IMPL, *_CASES)
@click.pass_context
def doctor(context: click.Context, /, **options: Any) -> None:
    """Check an adapter step by step, before any test runs, and say what is to mend.

    With FORMAT it is asked for these formats only, and has to have them; else for all that it says it has.
    """
    from .doctor import examine
    from .settings import Settings

    context.exit(examine(Settings.of(options)))


@conform.command("list")
@_with(_FORMATS, _CHECK, _ONLY, *_CASES)
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for every case.")
@click.pass_context
def list_cases(context: click.Context, /, as_json: bool, **options: Any) -> None:
    """The cases of a run, with their permanent ids."""
    from .listing import list_cases
    from .settings import Settings

    context.exit(list_cases(Settings.of(options), as_json=as_json))


@conform.command()
@_with(_FORMATS)
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for every format.")
@click.pass_context
def operations(context: click.Context, /, as_json: bool, **options: Any) -> None:
    """The operations that scenarios ask for, with the kinds of their arguments and results."""
    from .listing import list_operations
    from .settings import Settings

    context.exit(list_operations(Settings.of(options), as_json=as_json))


@conform.command()
@_with(_FORMATS)
@click.option(
    "--report",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A report of a run (--jsonl): what was exercised and met.",
)
@click.option(
    "--specs",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of specifications and vectors, in place of ours.",
)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_context
def rules(context: click.Context, /, report: Path | None, as_json: bool, **options: Any) -> None:
    """Which rules of each specification the vectors exercise and, with a report, each implementation."""
    from .coverage import rules
    from .settings import Settings

    context.exit(rules(Settings.of(options), report, as_json=as_json))


@conform.command()
@click.argument("before", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("after", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def compare(context: click.Context, /, before: Path, after: Path) -> None:
    """Compare two reports (--jsonl): exit code 1 if a case is worse in AFTER."""
    from .compare import compare

    context.exit(compare(before, after))


@conform.command()
@click.argument("target", type=click.Path(path_type=Path))
@_with(_FORMATS)
@click.option(
    "--specs",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of specifications and vectors, in place of ours.",
)
@click.pass_context
def export(context: click.Context, /, target: Path, **options: Any) -> None:
    """Write all vectors to TARGET, a new folder or a .zip, with manifests, schemas and a README; it needs no sciwire."""
    from .export import export
    from .settings import Settings

    context.exit(export(Settings.of(options), target))
