"""`sciwire check`: everything that is wrong in specifications, all at once."""

from __future__ import annotations

import sys
from pathlib import Path

import click

__all__ = ["check"]


@click.command()
@click.argument("specs", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--codes", is_flag=True, help="List every kind of mistake with its code, and stop.")
def check(specs: tuple[Path, ...], codes: bool) -> None:
    """Check specifications: files, or folders of <format>/<version>.yaml; all of them by default.

    Every problem is printed with file, line, column, code, the line itself and, where there is one, a
    hint. Warnings do not change the exit code.

    \b
    Examples:
      sciwire check
      sciwire check specs/simplon/1.8.yaml
      sciwire check my_specs/
      sciwire check --codes
    """
    from sciwire.generator.history import check_history
    from sciwire.model import Problems, Spec, find_specs, load_spec, specs_dir
    from sciwire.model.codes import CODES

    if codes:
        for code, text in sorted(CODES.items()):
            click.echo(f"{code}  {text}")
        return
    problems = Problems()
    loaded: list[Spec] = []
    count = 0
    for root in specs or (specs_dir(),):
        paths = [root] if root.is_file() else find_specs(root) or sorted(root.glob("*.yaml"))
        count += len(paths)
        found = [spec for path in paths if (spec := load_spec(path.resolve(), problems)) is not None]
        check_history(root, found, problems)
        loaded += found
    if problems:
        click.echo(problems.render(Path.cwd()))
    errors = len(problems.errors)
    if not count:
        raise click.UsageError("there is no specification there")
    said = f"{count} specification{'s' * (count != 1)}"
    if len(loaded) == count:  # the rules of what is wrong are not known
        said += f", {sum(len(spec.rules) for spec in loaded)} rules"
    click.echo(f"{said}: {errors} error{'s' * (errors != 1)}")
    sys.exit(1 if errors else 0)
