"""`sciwire describe`: the reference of a format, made from its specification."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sciwire.generator.plan import Section
    from sciwire.model import Spec

__all__ = ["describe"]


@click.command()
@click.argument("name", metavar="FORMAT|FILE")
@click.option("--version", help="A published version; the newest by default.")
@click.option("--rules/--no-rules", default=True, help="Print the numbered rules too.")
@click.option("--markdown", is_flag=True, help="Print tables of Markdown.")
@click.option("--json", "as_json", is_flag=True, help="Print the tables as JSON.")
@click.option("--specs", type=click.Path(exists=True, path_type=Path), help="Folder of specifications.")
def describe(name: str, version: str | None, rules: bool, markdown: bool, as_json: bool, specs: Path | None) -> None:
    """Print what FORMAT is, or what the specification FILE says: layout tables with types, units, presence,
    ranges, patterns, defaults and rules.

    A FILE is a specification, with its path.

    \b
    Examples:
      sciwire describe simplon
      sciwire describe rawhdf5 --no-rules
      sciwire describe specs/qstream/1.1.yaml --markdown
      sciwire describe pacman --json
    """
    from sciwire.generator.plan import describe as sections_of

    if markdown and as_json:
        raise click.UsageError("--markdown and --json are two views, ask for one")
    spec = _load(name, version, specs)
    sections = [one for one in sections_of(spec) if rules or one.title != "Rules"]
    if as_json:
        click.echo(json.dumps(_plain(spec, sections), ensure_ascii=False, indent=1))
    elif markdown:
        click.echo(_markdown(spec, sections))
    else:
        _print(spec, sections)


def _load(name: str, version: str | None, specs: Path | None) -> Spec:
    from sciwire.generator.tree import UnknownFormatError, load_formats
    from sciwire.model import load_spec_or_raise, specs_dir
    from sciwire.runtime.errors import SpecError

    try:
        if name.endswith((".yaml", ".yml")) or "/" in name:
            if not Path(name).is_file():
                raise click.UsageError(f"there is no file {name}")
            return load_spec_or_raise(Path(name).resolve(), Path.cwd())
        versions = load_formats((specs or specs_dir()).resolve(), (name,))[name]
    except UnknownFormatError as error:
        raise click.UsageError(str(error)) from error
    except SpecError as error:
        raise click.ClickException(str(error)) from error
    spec = next((one for one in versions if one.version == version), None) if version else versions[-1]
    if spec is None:
        raise click.UsageError(f"{name} has no version {version}; known: {', '.join(one.version for one in versions)}")
    return spec


def _print(spec: Spec, sections: Sequence[Section]) -> None:
    from sciwire.generator.text import layout_table

    click.echo(f"{spec.title}\n{spec.format} {spec.version}, family {spec.family}\n")
    if spec.doc:
        click.echo(spec.doc.strip() + "\n")
    for section in sections:
        click.echo(section.title)
        if section.doc:
            click.echo(section.doc)
        click.echo(layout_table(section.columns, section.rows) + "\n")


def _markdown(spec: Spec, sections: Sequence[Section]) -> str:
    parts = [f"# {_cell(spec.title)}", f"`{spec.format}` {spec.version}, family `{spec.family}`", spec.doc.strip()]
    for section in sections:
        rows = [section.columns, tuple("---" for _ in section.columns), *section.rows]
        table = "\n".join(f"| {' | '.join(_cell(one) for one in row)} |" for row in rows)
        parts += [f"## {_cell(section.title)}", section.doc, table]
    return "\n\n".join(part for part in parts if part)


def _cell(text: str) -> str:
    """*text* as it may stand in a cell: on one line, and with no mark of a table."""
    return " ".join(str(text).split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def _plain(spec: Spec, sections: Sequence[Section]) -> dict[str, object]:
    return {
        "format": spec.format,
        "version": spec.version,
        "family": spec.family,
        "title": spec.title,
        "doc": spec.doc.strip(),
        "sections": [
            {
                "title": one.title,
                "doc": one.doc,
                "columns": list(one.columns),
                "rows": [dict(zip(one.columns, row, strict=True)) for row in one.rows],
            }
            for one in sections
        ],
    }
