"""`sciwire completion`: the script that makes a shell complete commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

__all__ = ["completion"]


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script for SHELL.

    \b
    Examples:
      sciwire completion bash >> ~/.bashrc
      sciwire completion zsh >> ~/.zshrc
      sciwire completion fish > ~/.config/fish/completions/sciwire.fish
    """
    from .app import app

    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(app, {}, "sciwire", "_SCIWIRE_COMPLETE").source())
