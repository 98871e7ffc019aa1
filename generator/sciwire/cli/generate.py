"""`sciwire generate` and `sciwire publish`: specifications become modules; a version becomes immutable."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import time
from pathlib import Path

import click

from sciwire.generator.proof_start import Started, start_for

__all__ = ["generate", "publish_version"]


@click.command()
@click.argument("formats", nargs=-1)
@click.option(
    "--check", is_flag=True, help="Change nothing; print what differs as a diff and exit with 1 if anything does."
)
@click.option("--diff-only", is_flag=True, help="Change nothing; print the diff of what would be written.")
@click.option("--watch", is_flag=True, help="Stay, and generate again whenever a specification changes.")
@click.option("--force", is_flag=True, help="Overwrite modules that were changed by hand.")
@click.option("--unproved", is_flag=True, help="Do not import the modules and run their vectors first (to look at one that fails).")  # fmt: skip
@click.option("--specs", type=click.Path(exists=True, path_type=Path), help="Folder of specifications, or one file.")
@click.option("--output", type=click.Path(path_type=Path), help="Folder that gets sciwire/formats/<format>.py.")
def generate(
    formats: tuple[str, ...],
    check: bool,
    diff_only: bool,
    watch: bool,
    force: bool,
    unproved: bool,
    specs: Path | None,
    output: Path | None,
) -> None:
    """Print modules from specifications: those of FORMATS, or all.

    A module replaces the one that is there only after it was imported and passed the vectors of its
    format; otherwise nothing is changed. What was proved before, with the same vectors, kernel and libraries,
    is not proved again (SCIWIRE_CACHE names the folder that remembers; empty: none does). A folder given by --output works as soon as it is on sys.path.
    A whole folder of specifications owns its output: modules there without a specification are removed.

    \b
    Examples:
      sciwire generate
      sciwire generate simplon --diff-only
      sciwire generate --check
      sciwire generate --specs my_specs/ --output build/
      sciwire generate --specs myformat.yaml --output build/
    """
    from sciwire.model import specs_dir
    from sciwire.runtime.errors import SpecError

    source = (specs or specs_dir()).resolve()
    target = (output or _default_output(source)).resolve()
    while True:
        started = None if check or diff_only or unproved else start_for(source, target, formats)
        _load_numpy()
        before = _stamps(source)
        gc.disable()  # many objects, of which hardly any becomes garbage
        try:
            failed = _once(source, target, formats, check, diff_only, {"force": force, "prove": not unproved}, started)
        except SpecError as error:
            _complain(error, watch)
            failed = True
        except OSError as error:
            click.echo(f"{error.filename or target}: {error.strerror}", err=True)
            failed = True
        finally:
            gc.enable()
        if not watch:
            sys.exit(1 if failed else 0)
        while _stamps(source) == before:
            time.sleep(0.3)


def _load_numpy() -> None:
    """Load numpy without the threads that its library of matrices starts for each core, which nothing here gives work."""
    name = "OPENBLAS_NUM_THREADS"
    known = os.environ.get(name)
    os.environ.setdefault(name, "1")
    try:
        import numpy as np  # noqa: F401
    finally:
        if known is None:
            del os.environ[name]


def _complain(error: Exception, watch: bool) -> None:
    """Print *error*; a name on the command line that is no format is the fault of the command line."""
    from sciwire.generator.tree import UnknownFormatError

    if isinstance(error, UnknownFormatError) and not watch:
        raise click.UsageError(str(error)) from error
    click.echo(str(error), err=True)


def _once(
    source: Path,
    target: Path,
    formats: tuple[str, ...],
    check: bool,
    diff_only: bool,
    how: dict[str, bool],
    started: Started | None,
) -> bool:
    from sciwire.generator.prover import Prover
    from sciwire.generator.tree import expected_tree, write_tree

    if not check and not diff_only:
        unjudged: list[str] = []
        with Prover(source, started=started) as prover:
            tree = expected_tree(source, target, formats, prover=prover if how["prove"] else None)
            changed = write_tree(tree, source, **how, unjudged=unjudged, prover=prover)
        count = sum(1 for path in tree.texts if path.suffix == ".py")
        for drift in changed:
            click.echo(f"{'removed' if drift.kind == 'orphan' else 'wrote'} {drift.path.as_posix()}")
        for name in unjudged:
            click.echo(f"{name} has no vectors: it was imported, and nothing more", err=True)
        click.echo(f"{count} module{'s' * (count != 1)}, {len(changed)} changed")
        return False
    tree = expected_tree(source, target, formats)
    count = sum(1 for path in tree.texts if path.suffix == ".py")
    drifts = tree.drift()
    for drift in drifts:
        click.echo(drift.diff or f"{drift.path.as_posix()} is {drift.kind}")
    if check:
        for drift in drifts:
            kind = "foreign" if drift.kind == "orphan" and drift.by_hand else drift.kind
            click.echo(f"{drift.path.as_posix()}: {_SAYS[kind]}", err=True)
        click.echo(f"{count} module{'s' * (count != 1)}, {len(drifts)} that differ")
    return check and bool(drifts)


_SAYS = {
    "missing": "is missing; run `sciwire generate`",
    "stale": "is not what the specification says now; run `sciwire generate`",
    "edited": "was changed by hand; put the change into the specification",
    "foreign": "has no specification and is not as sciwire wrote it; move it out of the folder of generated modules",
    "orphan": "has no specification; run `sciwire generate` to remove it",
}


def _default_output(source: Path) -> Path:
    """Beside a folder `specs` stands the folder `generated`; an installed package has no such place."""
    candidate = source.parent / "generated"
    if candidate.is_dir():
        return candidate
    raise click.UsageError("say with --output where the modules go")


def _stamps(source: Path) -> dict[str, int]:
    """The time of change of every file that a module depends on; one that goes meanwhile is left out."""
    paths = sorted(source.parent.glob("*")) if source.is_file() else sorted(source.rglob("*"))
    stamps = {}
    for path in paths:
        if path.suffix in (".yaml", ".xsd", ".json"):
            with contextlib.suppress(OSError):
                stamps[str(path)] = path.stat().st_mtime_ns
    return stamps


@click.command("publish")
@click.argument("name")
@click.argument("version")
@click.option(
    "--specs", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of specifications."
)
def publish_version(name: str, version: str, specs: Path | None) -> None:
    """Publish VERSION of the format NAME: from then on `generate` refuses a changed file.

    \b
    Example:
      sciwire publish simplon 1.8
    """
    from sciwire.generator.history import publish
    from sciwire.generator.tree import UnknownFormatError, load_formats
    from sciwire.model import specs_dir
    from sciwire.runtime.errors import SpecError

    root = (specs or specs_dir()).resolve()
    try:
        versions = load_formats(root, (name,))[name]
        spec = next((one for one in versions if one.version == version), None)
        if spec is None:
            known = ", ".join(one.version for one in versions)
            raise click.UsageError(f"{name} has no version {version}; known: {known}")
        click.echo(f"{name} {version} {publish(root, spec)}")
    except UnknownFormatError as error:
        raise click.UsageError(str(error)) from error
    except (SpecError, ValueError) as error:
        raise click.ClickException(str(error)) from error
