"""The table at the end of a run: implementations and formats by check, with counts, as plain text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ..verdict import ASPECTS, CHECKS, Result, Verdict

__all__ = ["Tally", "columns", "text_table"]

_SHORT = {
    "decode/valid": "decode",
    "decode/invalid": "refuse",
    "decode/rule": "rule",
    "decode/either": "either",
    "decode/keep": "keep",
    "decode/kept": "kept",
    "recognise": "known",
    "encode/bytes": "written",
    "encode/invalid": "unwritten",
    "encode/reference": "encode",
    "encode/form": "form",
    "roundtrip/value": "values",
    "roundtrip/bytes": "bytes",
    "feeding": "feeding",
    "scenario": "scenario",
    "fuzz/valid": "generated",
    "fuzz/volume": "volume",
    "fuzz/invalid": "mutated",
    "again": "again",
    "cross": "cross",
}


class Tally:
    """Counts of verdicts by implementation, format and column; the aspects of refusals have columns of their own."""

    def __init__(self) -> None:
        self.cells: dict[tuple[str, str], dict[str, Counter[str]]] = {}

    def add(self, result: Result) -> None:
        row = self.cells.setdefault((result.impl, result.format), {})
        row.setdefault(_SHORT.get(result.check, result.check), Counter())[_counted(result)] += 1
        if result.check == "decode/invalid":
            for aspect in ASPECTS[1:]:  # that it was refused is the column of the check itself
                if aspect in result.aspects:
                    row.setdefault(aspect, Counter())[str(result.aspects[aspect])] += 1


def columns(tally: Tally) -> list[str]:
    """The columns that have a count anywhere, in the order of `CHECKS`."""
    order: list[str] = []
    for check in CHECKS:
        order.append(_SHORT[check])
        if check == "decode/invalid":
            order += ASPECTS[1:]
    return [name for name in order if any(name in row for row in tally.cells.values())]


def text_table(tally: Tally, width: int = 0) -> str:
    """The table as aligned text; a cell reads ``passed/judged``, ``!n`` errors, ``~n`` known, ``-n`` unsupported.

    Where *width* characters (0: any number) do not hold it, the checks become the rows.
    """
    names = columns(tally)
    rows = [["implementation", "format", *names]]
    for (impl, format_name), row in tally.cells.items():
        rows.append([impl, format_name, *(cell(row.get(name, Counter())) for name in names)])
    lines = _lines(rows)
    if 0 < width < max(map(len, lines)):
        turned = [[row[index] for row in rows] for index in range(len(rows[0]))]
        head = [" ".join(names) for names in zip(turned[0], turned[1], strict=True)]
        lines = _lines([["check", *head[1:]], *turned[2:]])
    return "\n".join(lines)


def cell(counts: Counter[str]) -> str:
    """One cell: how many of those that could be judged passed."""
    if not counts:
        return "."
    passed, failed = counts[Verdict.PASS], counts[Verdict.FAIL]
    errors, unsupported, known = counts[Verdict.ERROR], counts[Verdict.UNSUPPORTED], counts["known"]
    text = f"{passed}/{passed + failed + errors + known}"
    for mark, count in (("!", errors), ("~", known), ("-", unsupported)):
        text += f" {mark}{count}" if count else ""
    return text


def _counted(result: Result) -> str:
    return "known" if result.known else str(result.verdict)


def _lines(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows in aligned columns, with a rule under the first."""
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    lines = [_line(row, widths) for row in rows]
    return [lines[0], "  ".join("-" * width for width in widths), *lines[1:]]


def _line(row: Sequence[str], widths: Iterable[int]) -> str:
    return "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
