"""Run by the tree step in a process of its own: import new modules from a folder, run the vectors over them.

``python -m sciwire.generator.prove FOLDER SPECS FORMAT...`` exits with 1 and says why if a module must not
replace the one that is there. Of each module that may, the last lines say ``proved FORMAT by N vectors``: a module that
ends the process while it is imported gives no such answer, whatever the exit code.
"""

from __future__ import annotations

import importlib
import sys
import traceback
from importlib.util import find_spec
from pathlib import Path

__all__ = ["PROVED", "main"]

PROVED = "proved "


def main(arguments: list[str]) -> int:
    """Import and prove each format; 0 if all is well."""
    folder, specs, *formats = arguments
    _prefer(folder)
    failed = 0
    proved: list[str] = []
    for name in formats:
        try:
            module = importlib.import_module(f"sciwire.formats.{name}")
        except BaseException:  # SystemExit too: a module has no business to end the process
            print(f"{name} does not import:\n{traceback.format_exc()}")
            failed += 1
            continue
        if Path(str(module.__file__)).parent.resolve() != (Path(folder) / "sciwire" / "formats").resolve():
            print(f"{name} was imported from {module.__file__}, not from {folder}")
            failed += 1
            continue
        count = _run_vectors(name, module, Path(specs))
        failed += count is None
        proved.append(f"{PROVED}{name} by {count} vectors")
    if not failed:
        print("\n".join(proved))
    return 1 if failed else 0


def _prefer(folder: str) -> None:
    """Let `sciwire.formats` be looked up in *folder* first."""
    import sciwire

    sys.path.insert(0, folder)
    importlib.invalidate_caches()
    path = [str(Path(folder) / "sciwire"), *list(sciwire.__path__)]
    sciwire.__path__ = path


def _run_vectors(name: str, module: object, specs: Path) -> int | None:
    """How many vectors prove *module*; None, with the reasons printed, where one fails."""
    if find_spec("sciwire.conformance") is None:
        return 0  # the suite is not installed; the import alone has to do
    conformance = importlib.import_module("sciwire.conformance.prove")
    problems: list[str] = conformance.failed_vectors(name, module, specs)
    for problem in problems[:20]:
        print(problem)
    if len(problems) > 20:
        print(f"... and {len(problems) - 20} more vectors of {name} that fail")
    if problems:
        return None
    count: int = conformance.vector_count(name, specs)
    return count


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
