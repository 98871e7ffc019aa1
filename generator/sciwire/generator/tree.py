"""What the folder of generated modules must hold, and how it comes to hold it: whole and proved, or not at all.

Rule 1: the expected text of every file is a pure function of the specifications.
Rule 2: a module replaces another only after it was imported and passed the vectors of its format.
Rule 3: a file that was changed by hand is not overwritten unless that is asked for.
"""

from __future__ import annotations

import difflib
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from sciwire.model import Problems, Spec, find_specs, load_spec
from sciwire.runtime.errors import SpecError

from .history import check_history
from .layouts import layout_names
from .prover import Prover
from .render import BODY_MARK, body_digest, prepare, render_format, render_versions

__all__ = ["Drift", "Tree", "UnknownFormatError", "expected_tree", "load_formats", "write_tree"]

_PACKAGE = Path("sciwire") / "formats"


class UnknownFormatError(SpecError):
    """A format was asked for by a name that no specification has."""


@dataclass(frozen=True, slots=True)
class Drift:
    """One file that is not what it must be; `kind` is missing, stale, edited (by hand) or orphan.

    An orphan may have been changed, or written, by hand too: `by_hand`.
    """

    path: Path
    kind: str
    diff: str
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Tree:
    """The folder `root` and the text that each file below it must have."""

    root: Path
    texts: dict[Path, str]
    complete: bool
    layouts: dict[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # the modules that one of several versions hands on to

    def drift(self) -> list[Drift]:
        """Everything that differs, in a fixed order."""
        found = [
            drift for path, text in self.texts.items() if (drift := _compare(self.root / path, path, text)) is not None
        ]
        folder = self.root / _PACKAGE
        for path in sorted(folder.glob("*")) if self.complete and folder.is_dir() else []:
            inside = path.relative_to(self.root)
            if inside not in self.texts and path.suffix in (".py", ".pyi", ".jinja"):
                text = _read(path)
                found.append(Drift(inside, "orphan", _diff(inside, text, ""), _edited(text)))
        return found

    def proved_with(self, changed: set[str]) -> dict[str, dict[str, str]]:
        """The formats that have a module among those *changed*, each with the texts of all its modules."""
        of = {module: name for name, modules in self.layouts.items() for module in modules}
        names = [of.get(module, module) for module in sorted(changed)]
        return {name: {one: _text_of(self, one) for one in self.layouts.get(name, (name,))} for name in names}


def _text_of(tree: Tree, module: str) -> str:
    return tree.texts[_PACKAGE / f"{module}.py"]


def load_formats(
    specs: Path, formats: tuple[str, ...] = (), begin: Callable[[tuple[Spec, ...]], None] | None = None
) -> dict[str, tuple[Spec, ...]]:
    """The specifications below *specs* (a folder, or one file), by format, oldest version first.

    *begin* is called with those of each folder of which none has a problem before the next are loaded, those first that
    have the most vectors; what is said of all of them together comes behind that.

    Raises `SpecError` with all problems, `UnknownFormatError` where one of *formats* is not there.
    """
    problems = Problems()
    paths = (
        [specs] if specs.is_file() else find_specs(specs, formats) or ([] if formats else sorted(specs.glob("*.yaml")))
    )
    loaded: dict[Path, Spec] = {}
    folders = sorted({path.parent for path in paths}, key=lambda folder: (-_vector_bytes(folder), folder))
    for folder in folders:
        inside = [path for path in paths if path.parent == folder]
        loaded |= {path: spec for path in inside if (spec := load_spec(path, problems)) is not None}
        if begin is not None and not problems.errors:
            for versions in _grouped(loaded[path] for path in inside).values():
                begin(versions)
    if not specs.is_file():
        _refuse_unknown(specs, formats, {path.parent.name for path in paths})
    in_order = [loaded[path] for path in paths if path in loaded]
    check_history(specs, in_order, problems)
    problems.raise_any()
    grouped = _grouped(in_order)
    _refuse_unknown(specs, formats, set(grouped))
    return grouped


def _grouped(specs: Iterable[Spec]) -> dict[str, tuple[Spec, ...]]:
    grouped: dict[str, tuple[Spec, ...]] = {}
    for spec in specs:
        grouped[spec.format] = (*grouped.get(spec.format, ()), spec)
    return grouped


def _refuse_unknown(specs: Path, formats: tuple[str, ...], there: set[str]) -> None:
    if missing := sorted(set(formats) - there):
        names = {path.parent.name for path in find_specs(specs)} if specs.is_dir() else there
        known = ", ".join(sorted(names)) or "none"
        raise UnknownFormatError(f"no specification of {', '.join(missing)} in {specs}; known: {known}")


def expected_tree(specs: Path, root: Path, formats: tuple[str, ...] = (), *, prover: Prover | None = None) -> Tree:
    """What *root* must hold for the specifications below *specs* (only these *formats*, if any are named).

    The *prover* gets each module that is not there as soon as its text is made.
    """
    prepare()
    begun: dict[tuple[Path, ...], Future[dict[str, str]]] = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # one text is laid out by another program while the next is made

        def begin(versions: tuple[Spec, ...]) -> None:
            begun[_paths(versions)] = pool.submit(_made, versions, root, prover)

        grouped = load_formats(specs, formats, begin)
        for versions in grouped.values():
            if _paths(versions) not in begun:  # they lie in several folders
                begin(versions)
        made = {name: begun[_paths(versions)].result() for name, versions in grouped.items()}
    texts = {_PACKAGE / f"{module}.py": text for name in grouped for module, text in made[name].items()}
    complete = not formats and specs.is_dir()
    if complete:
        texts[_PACKAGE / "py.typed"] = ""
    return Tree(root, texts, complete, {name: tuple(made[name]) for name in grouped if len(made[name]) > 1})


def _paths(specs: tuple[Spec, ...]) -> tuple[Path, ...]:
    return tuple(spec.path for spec in specs)


def _made(specs: tuple[Spec, ...], root: Path, prover: Prover | None) -> dict[str, str]:
    """The texts of the modules of *specs*, which the *prover* gets unless they lie below *root* already."""
    modules = _modules_of(specs)
    paths = {root / _PACKAGE / f"{module}.py": text for module, text in modules.items()}
    if prover is not None and not all(path.exists() and _read(path) == text for path, text in paths.items()):
        name = specs[-1].format
        prover.offer(name, modules[name], modules)
    return modules


def _modules_of(specs: tuple[Spec, ...]) -> dict[str, str]:
    """The texts of the module that serves *specs*, the last, and of the layouts that it hands on to."""
    names = layout_names(specs)
    if not names:
        return {specs[-1].format: render_format(specs)}
    texts = {spec.version: render_format((spec,)) for spec in specs}
    return {
        **{names[version]: text for version, text in texts.items()},
        specs[-1].format: render_versions(specs, texts),
    }


def _vector_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("vectors/*") if path.suffix != ".py")


def write_tree(
    tree: Tree,
    specs: Path,
    *,
    force: bool = False,
    prove: bool = True,
    unjudged: list[str] | None = None,
    prover: Prover | None = None,
) -> list[Drift]:
    """Bring the folder to what it must hold; return what was changed. Raises `SpecError`, and then nothing is.

    Every new module is imported, and run against the vectors of its format, in a folder of its own first, unless
    *prove* is false. *unjudged* gets the names of modules that have no vectors. A *prover* that `expected_tree` knew
    has begun with that already.
    """
    drift = tree.drift()
    if not force:
        _refuse_work_of_hands(tree, [one for one in drift if one.by_hand])
    changed = [one for one in drift if one.kind != "orphan"]
    if prove:
        modules = tree.proved_with({one.path.stem for one in changed if one.path.suffix == ".py"})
        with prover or Prover(specs) as proving:
            counts = proving.settle(modules)
        if unjudged is not None:
            unjudged += [name for name in modules if not counts[name]]
    _replace({tree.root / one.path: tree.texts[one.path] for one in changed})
    for one in drift:
        if one.kind == "orphan":
            (tree.root / one.path).unlink()
    return drift


def _refuse_work_of_hands(tree: Tree, found: list[Drift]) -> None:
    """Raise `SpecError` for modules that were changed, and for files without a specification that people wrote."""
    edited = ", ".join(one.path.as_posix() for one in found if one.kind != "orphan")
    strange = ", ".join(one.path.as_posix() for one in found if one.kind == "orphan")
    said = []
    if edited:
        said.append(f"changed by hand: {edited}; put the change into the specification, or generate with --force")
    if strange:
        said.append(
            f"not as sciwire wrote it, and of no specification: {strange} in {tree.root}; a folder of specifications "
            "owns its output: move the file out, choose another --output, or let --force remove it"
        )
    if said:
        raise SpecError("\n".join(said))


def _compare(path: Path, inside: Path, text: str) -> Drift | None:
    if not path.exists():
        return Drift(inside, "missing", _diff(inside, "", text))
    current = _read(path)
    if current == text:
        return None
    edited = _edited(current)
    return Drift(inside, "edited" if edited else "stale", _diff(inside, current, text), edited)


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="replace")


def _edited(text: str) -> bool:
    """Whether the body is not the one that the banner was written for."""
    _, mark, rest = text.partition(BODY_MARK)
    digest, _, body = rest.partition("\n")
    return not mark or digest.strip() != body_digest(body)


def _diff(path: Path, old: str, new: str) -> str:
    lines = difflib.unified_diff(
        old.splitlines(),
        new.splitlines(),
        f"{path.as_posix()} (as it is)",
        f"{path.as_posix()} (as it must be)",
        lineterm="",
    )
    return "\n".join(lines)


def _replace(texts: Mapping[Path, str]) -> None:
    """Give each path its text, when there is room for all of them."""
    written: dict[Path, str] = {}
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, written[path] = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode())
            os.chmod(written[path], 0o644)  # noqa: PTH101 - mkstemp gives a name
        for path in texts:
            os.replace(written[path], path)  # noqa: PTH105 - atomic on one file system
    except OSError as error:
        if error.filename in written.values():
            error.filename = next(str(path) for path, name in written.items() if name == error.filename)
        raise
    finally:
        for name in written.values():
            Path(name).unlink(missing_ok=True)
