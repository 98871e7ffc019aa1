"""The group of commands; each command is imported when it is called."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from sciwire.runtime.errors import CodecError

__all__ = ["app"]

_COMMANDS = {
    "check": ("sciwire.cli.check", "check"),
    "completion": ("sciwire.cli.completion", "completion"),
    "conform": ("sciwire.conformance.cli", "conform"),
    "describe": ("sciwire.cli.describe", "describe"),
    "diff": ("sciwire.cli.diff", "diff"),
    "formats": ("sciwire.cli.formats", "formats"),
    "generate": ("sciwire.cli.generate", "generate"),
    "inspect": ("sciwire.cli.inspect", "inspect"),
    "listen": ("sciwire.cli.listen", "listen"),
    "publish": ("sciwire.cli.generate", "publish_version"),
    "replay": ("sciwire.cli.replay", "replay"),
    "simulate": ("sciwire.cli.simulate", "simulate"),
}
_CLOSED = 141  # as shells say it of a program that SIGPIPE has ended


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = _COMMANDS.get(cmd_name)
        if found is None:
            return None
        try:
            command = getattr(import_module(found[0]), found[1])
        except ImportError as error:
            raise click.ClickException(f"{cmd_name} needs {error.name}: pip install 'sciwire[conformance]'") from error
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what the system refuses on the way is a line and an exit code, no traceback."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # whoever read has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is still to be flushed
            ctx.exit(_CLOSED)
        except OSError as error:
            where = f"{error.filename}: " if error.filename else "" if isinstance(error, CodecError) else "output: "
            raise click.ClickException(f"{where}{error.strerror or error}") from error


def _say_version(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if not asked or context.resilient_parsing:
        return
    from importlib.metadata import PackageNotFoundError, version  # a tenth of the time that a command takes to start

    try:
        found = version("sciwire")
    except PackageNotFoundError:
        found = "(not installed)"
    click.echo(f"sciwire, version {found}")
    context.exit()


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "-V",
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_say_version,
    help="Show the version and exit.",
)
def app() -> None:
    """Codecs for scientific stream and file formats, made from specifications and judged against them.

    \b
    Exit codes: 0 all is well; 1 the data, the specification, the generated code or an
    implementation is wrong; 2 the command line is; 141 nobody reads the output any more.

    \b
    Examples:
      sciwire inspect run.h5
      sciwire describe simplon
      sciwire check specs/simplon/1.8.yaml
      sciwire diff HEAD:specs/simplon/1.8.yaml simplon@1.8
      sciwire generate --check
      sciwire conform qstream
      sciwire listen tcp://detector:31001 --format simplon
    """
