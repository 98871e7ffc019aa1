"""The report as Markdown (GitHub's), for the summary of a CI job or a comment on a change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..coverage import Coverage, judged_coverage, load_rules
from .matrix import Cell, Matrix, headline, share_text
from .record import Case, Record, breaks, outcome
from .text import cut, visible

__all__ = ["markdown_report"]

_SHOWN = 50  # a summary of a CI job holds 1 MiB
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&@!])")


def markdown_report(record: Record, specs: Path) -> str:
    """Headline, matrix, failures with their replay lines, what was noted, and the rules that no case exercised."""
    matrix = Matrix(record)
    word, sentence = headline(record)
    lines = [f"# Conformance: {word}", "", _plain(sentence)]
    skipped, wanted = matrix.total.unsupported
    if skipped:
        lines.append(f"{share_text(skipped, wanted)} of the cases are unsupported: they were not judged.")
    lines += ["", *_matrix(matrix)]
    bad = [case for case in record.cases if breaks(case)]
    noted = [case for case in record.cases if outcome(case) in ("known", "fail") and not breaks(case)]
    lines += _section("What breaks the run", bad, full=True)
    lines += _section("What is noted (SHOULD, MAY, known failures)", noted, full=False)
    rules = load_rules(specs, record.about.get("formats", {}))
    lines += _coverage(judged_coverage(rules, record.cases))
    lines += ["", f"Suite {_plain(record.about.get('suite', ''))}, seed {record.about.get('seed', 0)}."]
    return "\n".join(lines) + "\n"


def _matrix(matrix: Matrix) -> Iterator[str]:
    if not matrix.cells:
        return
    yield _row(["format", *map(_plain, matrix.impls)])
    yield _row(["---"] * (1 + len(matrix.impls)))
    for name in matrix.formats:
        yield _row([_plain(name), *(_cell(matrix.cell(impl, name)) for impl in matrix.impls)])


def _cell(cell: Cell) -> str:
    if cell.state == "none":
        return f"– {cell.count():,} unsupported" if cell.count() else "–"
    text = " ".join(f"{level} {passed:,}/{judged:,}" for level, passed, judged in cell.levels)
    mark = {"good": "✅", "some": "🟡", "bad": "❌"}[cell.state]
    skipped = cell.count("unsupported")
    return f"{mark} {text}" + (f", {skipped:,} unsupported" if skipped else "")


def _section(title: str, cases: list[Case], *, full: bool) -> Iterator[str]:
    if not cases:
        return
    yield from ("", f"## {title}: {len(cases):,}", "")
    for case in cases[:_SHOWN]:
        yield from _case(case, full)
    if len(cases) > _SHOWN:
        yield f"- … and {len(cases) - _SHOWN:,} more"


def _case(case: Case, full: bool) -> Iterator[str]:
    rules = f" [{_plain(', '.join(case['rules']))}]" if case["rules"] else ""
    fault = f"{_plain(case['fault'])}: " if case.get("fault") else ""
    yield f"- **{case['level']}** {_code(case['id'])} ({_plain(case['impl'])}){rules}"
    yield f"  {fault}{_plain(cut(case.get('known') or case.get('message', ''), 300))}"
    if full and case.get("replay"):
        yield f"  {_code(case['replay'])}"


def _coverage(formats: Iterable[Coverage]) -> Iterator[str]:
    rows = [(one.format, *row) for one in formats for row in one.rows]
    if not rows:
        return
    yield from (
        "",
        "## Rules exercised",
        "",
        _row(["format", "level", "exercised", "not exercised"]),
        _row(["---"] * 4),
    )
    for name, level, count, holes in rows:
        missing = ", ".join(holes[:20]) + (" …" if len(holes) > 20 else "")
        yield _row([_plain(name), level, f"{count - len(holes)}/{count}", _plain(missing)])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """Text of others on one line, with nothing left that Markdown or HTML would act on."""
    return _SPECIAL.sub(r"\\\1", " ".join(visible(str(text)).split())).replace("://", ":&#8203;//")


def _code(text: str) -> str:
    """A code span; its fence is longer than any run of backticks within (CommonMark 6.1)."""
    text = " ".join(visible(text).split()).replace("|", "¦")
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"
