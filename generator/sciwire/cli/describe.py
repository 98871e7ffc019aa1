"""`sciwire describe`: the reference of a format, made from its specification."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["describe"]


@click.command()
@click.argument("name", metavar="FORMAT|FILE")
@click.option("--version", help="A published version; the newest by default.")
@click.option("--rules/--no-rules", default=True, help="Print the numbered rules too.")
@click.option("--specs", type=click.Path(exists=True, path_type=Path), help="Folder of specifications.")
def describe(name: str, version: str | None, rules: bool, specs: Path | None) -> None:
    """Print what FORMAT is: layout tables with types, units, presence and rules.

    A FILE is a specification, with its path.

    \b
    Examples:
      sciwire describe simplon
      sciwire describe rawhdf5 --no-rules
      sciwire describe my_specs/survey/1.0.yaml
    """
    from sciwire.generator.plan import describe as sections_of
    from sciwire.generator.text import layout_table
    from sciwire.generator.tree import UnknownFormatError, load_formats
    from sciwire.model import specs_dir
    from sciwire.runtime.errors import SpecError

    try:
        if name.endswith((".yaml", ".yml")) or "/" in name:
            file = Path(name).resolve()
            if not file.is_file():
                raise click.UsageError(f"there is no file {name}")
            [versions] = load_formats(file).values()
        else:
            versions = load_formats((specs or specs_dir()).resolve(), (name,))[name]
    except UnknownFormatError as error:
        raise click.UsageError(str(error)) from error
    except SpecError as error:
        raise click.ClickException(str(error)) from error
    spec = next((one for one in versions if version in (None, one.version)), None) if version else versions[-1]
    if spec is None:
        raise click.UsageError(f"{name} has no version {version}; known: {', '.join(one.version for one in versions)}")
    click.echo(f"{spec.title}\n{spec.format} {spec.version}, family {spec.family}\n")
    if spec.doc:
        click.echo(spec.doc.strip() + "\n")
    for section in sections_of(spec):
        if section.title == "Rules" and not rules:
            continue
        click.echo(section.title)
        if section.doc:
            click.echo(section.doc)
        click.echo(layout_table(section.columns, section.rows) + "\n")
