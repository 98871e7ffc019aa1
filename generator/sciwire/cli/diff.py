"""`sciwire diff`: what changes for whom between two versions of a specification."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sciwire.runtime.errors import printable

if TYPE_CHECKING:
    from sciwire.model import Spec
    from sciwire.model.differences import Bump, Change

__all__ = ["diff"]

_WORDS = ("readers", "writers", "files", "source")


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--json", "as_json", is_flag=True, help="Print the changes as JSON.")
@click.option("--for", "whom", multiple=True, type=click.Choice(_WORDS), help="Exit with 1 only if it breaks for these.")  # fmt: skip
@click.option("--specs", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of specifications, for FORMAT@VERSION.")  # fmt: skip
def diff(old: str, new: str, as_json: bool, whom: tuple[str, ...], specs: Path | None) -> None:
    """Compare two versions of a specification and say what breaks for whom.

    OLD and NEW are files, FORMAT@VERSION, or REVISION:PATH of the git repository around the current folder.

    \b
    readers  programs that read by OLD may refuse, or miss, what is written by NEW
    writers  programs that write by OLD may write what NEW refuses
    files    what exists may be refused, or read as something else
    source   code that uses the generated module has to change

    Exit code 0: nothing breaks (for those named by --for; by default readers, writers and files);
    1: something does, or a specification is wrong; 2: the command line is.

    \b
    Examples:
      sciwire diff simplon@1.8 simplon@1.9
      sciwire diff HEAD:specs/qstream/1.1.yaml specs/qstream/1.1.yaml
      sciwire diff old.yaml new.yaml --json --for files
    """
    from sciwire.model.differences import bump, compare_specs

    with tempfile.TemporaryDirectory(prefix="sciwire-diff-") as folder:
        before = _load(old, specs, Path(folder) / "old")
        after = _load(new, specs, Path(folder) / "new")
    changes = compare_specs(before, after)
    step = bump(before, after, changes)
    if as_json:
        click.echo(json.dumps(_plain(before, after, changes, step), ensure_ascii=False, indent=1))
    else:
        _print(before, after, changes, step)
    minded = set(whom or ("readers", "writers", "files"))
    sys.exit(1 if any(minded & set(change.breaks) for change in changes) else 0)


def _load(text: str, specs: Path | None, folder: Path) -> Spec:
    from sciwire.model import load_spec_or_raise
    from sciwire.runtime.errors import SpecError

    path = _find(text, specs, folder)
    try:
        return load_spec_or_raise(path, Path.cwd())
    except SpecError as error:
        raise click.ClickException(f"{text} is wrong:\n{error}") from error


def _find(text: str, specs: Path | None, folder: Path) -> Path:
    from sciwire.model import specs_dir

    path = Path(text)
    if path.is_file():
        return path.resolve()
    name = re.fullmatch(r"([a-z][a-z0-9_]*)@([^/\\]+)", text)
    if name:
        root = (specs or specs_dir()).resolve()
        found = root / name[1] / f"{name[2]}.yaml"
        if not found.is_file():
            known = ", ".join(sorted(one.stem for one in found.parent.glob("*.yaml"))) or "none"
            raise click.UsageError(f"{name[1]} has no version {name[2]}; known: {known}")
        return found
    revision, colon, inside = text.partition(":")
    if colon and revision and not revision.startswith("-"):
        return _checked_out(revision, inside, folder)
    raise click.UsageError(f"{text!r} is no file, no FORMAT@VERSION and no REVISION:PATH")


def _checked_out(revision: str, inside: str, folder: Path) -> Path:
    """The file of a *revision*, with the schemas that stand beside it there, in *folder*."""
    parent, _, name = inside.rpartition("/")
    target = folder / "specs" / (parent.rpartition("/")[2] or "here")
    target.mkdir(parents=True)
    (target / name).write_bytes(_git("show", f"{revision}:{inside}"))
    beside = _git("ls-tree", "--name-only", f"{revision}:{parent}").decode("utf-8", "replace").splitlines()
    for schema in (one for one in beside if re.fullmatch(r"[\w.-]+\.xsd", one)):
        (target / schema).write_bytes(_git("show", f"{revision}:{parent}/{schema}" if parent else f"{revision}:{schema}"))  # fmt: skip
    return target / name


def _git(*arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, check=False)
    except OSError as error:
        raise click.UsageError(f"git can't be run: {error.strerror}") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["git failed"]
        raise click.UsageError(said[0])
    return done.stdout


def _plain(old: Spec, new: Spec, changes: list[Change], step: Bump) -> dict[str, object]:
    return {
        "old": {"format": old.format, "version": old.version, "digest": old.digest},
        "new": {"format": new.format, "version": new.version, "digest": new.digest},
        "breaks": {word: sum(word in change.breaks for change in changes) for word in _WORDS},
        "version": {"rule": step.rule, "asked": step.asked, "given": step.given, "enough": step.enough},
        "changes": [change.plain() for change in changes],
    }


def _print(old: Spec, new: Spec, changes: list[Change], step: Bump) -> None:
    click.echo(f"{old.format} {old.version} -> {new.format} {new.version}")
    if not changes:
        click.echo("no change")
        return
    for title, chosen in (
        ("breaks", [one for one in changes if one.breaks]),
        ("breaks nothing", [one for one in changes if not one.breaks]),
    ):
        if chosen:
            click.echo(f"\n{title}")
        for one in chosen:
            meaning = ", in silence: the meaning changes" if one.meaning else ""
            rule = f" [{one.rule}]" if one.rule and one.rule != one.path else ""
            whom = f"  ({', '.join(one.breaks)}{meaning})" if one.breaks else ""
            click.echo(printable(f"  {one.path}  {one.kind}: {one.text}{rule}{whom}"))
    counts = ", ".join(f"{word} {sum(word in one.breaks for one in changes)}" for word in _WORDS)
    click.echo(f"\n{len(changes)} change{'s' * (len(changes) != 1)}; that break {counts}")
    click.echo(_advice(step))


def _advice(step: Bump) -> str:
    asks = {
        "none": "no new version",
        "minor": "a new version" if step.rule == "exact" else "a new minor version",
        "major": "a new major version",
    }[step.asked]
    given = {"none": "the version is the same", "minor": "the major version is the same", "major": "the major version is new"}  # fmt: skip
    return f"the version rule ({step.rule}) asks for {asks}; {given[step.given]}: {'enough' if step.enough else 'NOT enough'}"  # fmt: skip
