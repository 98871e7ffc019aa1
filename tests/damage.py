"""Deliberate damage: change one character of a generated module at a time; what do its vectors not notice?

    python tests/damage.py simplon --sample 200 --seed 1 --jobs 2

A mutant is noticed when it is no Python, does not import, or fails a vector that the sound module passes. What
only the comparison with a fresh rendering would notice is printed: each is a vector that is missing, or text
without effect. Comments, docstrings and annotations (which the type checkers judge) are not damaged.
"""

from __future__ import annotations

import argparse
import ast
import io
import multiprocessing
import os
import random
import sys
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

__all__ = ["Mutant", "Outcome", "damage", "mutants", "positions"]

ROOT = Path(__file__).resolve().parents[1]
_SECONDS = 60  # a mutant that takes longer hangs, which is noticed
_PROCESSES = multiprocessing.get_context("spawn")  # a fork of a process whose libraries have threads may never wake
_SAME = str.maketrans("()[]{}.,:=<>+-*/|&@'\"_", "[]()}{,.;-><-+/*&|=\"'x")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed character: *line* from 1, *column* from 0."""

    line: int
    column: int
    before: str
    after: str
    text: str

    def __str__(self) -> str:
        return f"{self.line}:{self.column + 1}  {self.before!r} -> {self.after!r}  {self.text.strip()[:110]}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mutant; `noticed` says by what, and is empty where nothing did."""

    mutant: Mutant
    noticed: str


def positions(source: str) -> list[tuple[int, int]]:
    """The (line, column) of every character of the code itself."""
    hidden = _hidden(ast.parse(source), source.splitlines())
    found = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in (tokenize.NAME, tokenize.NUMBER, tokenize.STRING, tokenize.OP):
            continue
        (line, column), (last, _) = token.start, token.end
        if line == last and not any(start <= (line, column) < stop for start, stop in hidden):
            found += [(line, column + index) for index in range(len(token.string))]
    return found


def mutants(source: str, sample: int, seed: int) -> list[Mutant]:
    """*sample* mutants of *source*, the same for the same *seed*, in the order of the file."""
    draw = random.Random(seed)
    places = positions(source)
    lines = source.splitlines()
    chosen = sorted(draw.sample(places, min(sample, len(places))))
    return [_mutant(lines[line - 1], line, column, draw) for line, column in chosen]


def damage(name: str, sample: int, seed: int = 0, jobs: int = 2) -> Iterator[Outcome]:
    """Yield the outcome of every mutant of the module *name*, in the order of the file."""
    source = _path(name).read_text(encoding="utf-8")
    known = _judge((name, source, frozenset()))
    if isinstance(known, str):
        raise RuntimeError(f"{name} is wrong before any damage: {known}")
    chosen = mutants(source, sample, seed)
    tasks = [(name, _changed(source, one), known) for one in chosen]
    pool = _PROCESSES.Pool(jobs)
    try:
        waiting = [pool.apply_async(_judge, (task,)) for task in tasks]
        for index, mutant in enumerate(chosen):
            try:
                verdict = waiting[index].get(_SECONDS)
            except multiprocessing.TimeoutError:
                verdict = f"no end within {_SECONDS} s"
                pool.terminate()
                pool = _PROCESSES.Pool(jobs)
                waiting[index + 1 :] = [pool.apply_async(_judge, (task,)) for task in tasks[index + 1 :]]
            yield Outcome(mutant, verdict if isinstance(verdict, str) else "")
    finally:
        pool.terminate()


def _hidden(tree: ast.Module, lines: Sequence[str]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Where docstrings and annotations stand; columns of the syntax tree count bytes and are turned into characters."""
    nodes: list[ast.AST | None] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            nodes.append(node)
        elif isinstance(node, (ast.AnnAssign, ast.arg)):
            nodes.append(node.annotation)
        elif isinstance(node, ast.FunctionDef):
            nodes.append(node.returns)

    def place(line: int, column: int) -> tuple[int, int]:
        return line, len(lines[line - 1].encode()[:column].decode())

    return [
        (place(node.lineno, node.col_offset), place(node.end_lineno, node.end_col_offset))  # type: ignore[attr-defined]
        for node in nodes
        if node is not None
    ]


def _mutant(text: str, line: int, column: int, draw: random.Random) -> Mutant:
    before = text[column]
    if before.isdigit():
        after = str((int(before) + draw.randrange(1, 10)) % 10)
    elif before.isalpha():
        after = before.swapcase() if draw.random() < 0.5 else draw.choice([one for one in "abcxyz" if one != before])
    else:
        after = before.translate(_SAME)
        after = after if after != before else "x"
    return Mutant(line, column, before, after, text)


def _changed(source: str, mutant: Mutant) -> str:
    lines = source.splitlines(keepends=True)
    line = lines[mutant.line - 1]
    lines[mutant.line - 1] = line[: mutant.column] + mutant.after + line[mutant.column + 1 :]
    return "".join(lines)


def _judge(task: tuple[str, str, frozenset[str]]) -> str | frozenset[str]:
    """What noticed that *source* is wrong; else the failures, all *known* ones, that it has."""
    import warnings

    from sciwire.conformance.prove import failures

    name, source, known = task
    module = ModuleType(f"sciwire.formats.{name}")
    module.__file__ = str(_path(name))
    before = sys.modules.get(module.__name__)
    warnings.simplefilter("ignore")
    sys.stderr = io.StringIO()  # a mutant may warn, and must not talk
    try:
        sys.modules[module.__name__] = module
        exec(compile(source, name, "exec"), module.__dict__)
    except Exception as error:
        _put_back(module, before)
        return f"import: {type(error).__name__}"
    found: set[str] = set()
    try:
        for failure in failures(name, module, ROOT / "specs"):
            case = failure.partition(":")[0]
            if known and case not in known:
                return f"vector {case}"
            found.add(case)
    except Exception as error:
        return f"run: {type(error).__name__}"
    finally:
        sys.stderr = sys.__stderr__
        _put_back(module, before)
    return frozenset(found) | {"(sound)"}


def _put_back(module: ModuleType, before: ModuleType | None) -> None:
    if before is None:
        sys.modules.pop(module.__name__, None)
    else:
        sys.modules[module.__name__] = before


def _path(name: str) -> Path:
    return ROOT / "generated" / "sciwire" / "formats" / f"{name}.py"


def main() -> int:
    """Print every mutant that survives, and the share of those that do not."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("format")
    parser.add_argument("--sample", type=int, default=200, help="mutants (default 200)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    words = parser.parse_args()
    count, survivors = 0, 0
    for outcome in damage(words.format, words.sample, words.seed, words.jobs):
        count += 1
        if not outcome.noticed:
            survivors += 1
            print(outcome.mutant, flush=True)
    print(f"{words.format}: {count - survivors} of {count} mutants noticed ({(count - survivors) / count:.1%})")
    return 0


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / root) for root in ("generator", "generated", "conformance")]
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
