"""`sciwire formats`: which formats there are."""

from __future__ import annotations

import click

__all__ = ["formats"]


@click.command()
def formats() -> None:
    """List the formats that are installed: name, versions, title.

    \b
    Example:
      sciwire formats
    """
    from .modules import format_names, load_format

    rows = []
    for name in format_names():
        module = load_format(name)
        title = (module.__doc__ or "").strip().splitlines()[0]
        rows.append((name, ", ".join(module.VERSIONS), title))
    widths = [max((len(row[index]) for row in rows), default=0) for index in (0, 1)]
    for name, versions, title in rows:
        click.echo(f"{name:<{widths[0]}}  {versions:<{widths[1]}}  {title}")
