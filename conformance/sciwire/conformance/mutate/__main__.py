"""``python -m sciwire.conformance.mutate [FORMAT…]``: the share of the mutants that vectors kill; exit 1 below the floor, 3 where
something that it needs can't be used."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from ..vectors import formats_with_vectors
from .judge import Outcome, UnfitError, judge
from .score import Score
from .survivors_list import Survivors

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Print every survivor with its reason, and one line for each format."""
    parser = argparse.ArgumentParser(prog="python -m sciwire.conformance.mutate", description=__doc__)
    parser.add_argument("formats", nargs="*")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default 2)")
    parser.add_argument("--sample", type=int, default=0, help="about so many mutants, evenly spread (default: all)")
    parser.add_argument("--only", action="append", default=[], metavar="PATTERN", help="mutants of these ids only; * is any text")  # fmt: skip
    parser.add_argument("--specs", type=Path, help="folder of specifications and vectors, in place of ours")
    parser.add_argument("--verbose", action="store_true", help="print every mutant, not only those that survive")
    words = parser.parse_args(arguments)
    specs = words.specs or _specs()
    results = []
    for name in words.formats or formats_with_vectors(specs):
        try:
            found = judge(specs, name, sample=words.sample, jobs=words.jobs, only=words.only)
            results.append(_report(name, found, words))
        except UnfitError as error:
            print(f"{name}: {error}", file=sys.stderr)
            return 3
    return 0 if all(results) else 1


def _report(name: str, found: Iterable[Outcome], words: argparse.Namespace) -> bool:
    listed = Survivors.of(name)
    outcomes: list[Outcome] = []
    for one in found:
        outcomes.append(one)
        entry = listed.entry(one.mutant) if one.fate == "survived" else None
        if words.verbose or one.fate == "survived":
            said = f" ({entry.why}: {entry.reason})" if entry else f" {one.by}" if one.by else ""
            print(f"{one.fate:9} {one.mutant}{said}", flush=True)
    score = Score.of(name, outcomes, listed, whole=not (words.sample or words.only))
    print(*score.lines(), sep="\n", flush=True)
    return score.good


def _specs() -> Path:
    from sciwire.model import specs_dir

    return specs_dir()


if __name__ == "__main__":
    sys.exit(main())
