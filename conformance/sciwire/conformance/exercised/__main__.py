"""``python -m sciwire.conformance.exercised [FORMAT…]``: what is exercised, and every cell that is not."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..strategies import load_specs
from ..vectors import formats_with_vectors, load_vectors
from .fields import drawn_names, field_cover
from .rules import judged_rules, read_lines, rule_cover

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Print the coverage of each format; 1 where a MUST rule has no vector."""
    parser = argparse.ArgumentParser(prog="python -m sciwire.conformance.exercised", description=__doc__)
    parser.add_argument("formats", nargs="*")
    parser.add_argument("--jsonl", type=Path, help="JSON lines of a run: coverage of each implementation")
    parser.add_argument("--specs", type=Path, help="folder of specifications and vectors, in place of ours")
    words = parser.parse_args(arguments)
    specs = words.specs or _specs()
    runs = judged_rules(read_lines(words.jsonl)) if words.jsonl else {}
    missing = [_format(specs, name, runs) for name in words.formats or formats_with_vectors(specs)]
    return 1 if any(missing) else 0


def _format(specs: Path, name: str, runs: dict[str, dict[str, tuple[int, int]]]) -> int:
    bare = 0
    for spec in load_specs(specs, name):
        vectors = [one for one in load_vectors(specs, name) if one.version == spec.version]
        drawn = drawn_names(spec)
        rules = rule_cover(spec, vectors, drawn)
        must = [one for one in rules if one.level == "MUST"]
        without = [one for one in must if not one.vectors]
        bare += len(without)
        counts = f"{sum(1 for one in must if one.vectors)} of {len(must)} MUST rules have vectors"
        print(f"{name} {spec.version}: {counts}; {sum(one.generated for one in rules)} rules have generated values")
        for one in without:
            print(f"  no vector   {one.id} ({one.binds}): {one.text}")
        for field in field_cover(spec, vectors, drawn):
            if not (field.vectors and field.generated):
                lacks = " and ".join(what for what, there in (("vector", field.vectors), ("generated value", field.generated)) if not there)  # fmt: skip
                print(f"  {field.kind:<5} {field.name}: no {lacks}")
        known = {one.id for one in rules}
        for impl, judged in runs.items():
            own = {rule: counts for rule, counts in judged.items() if rule in known}
            met = sum(1 for count, good in own.values() if count == good)
            print(f"  {impl}: {len(own)} of {len(known)} rules judged, {met} met in every case")
    return bare


def _specs() -> Path:
    from sciwire.model import specs_dir

    return specs_dir()


if __name__ == "__main__":
    sys.exit(main())
