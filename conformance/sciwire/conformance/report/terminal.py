"""What a person sees: progress while the run goes on, then the failures and the table.

rich is loaded only for a terminal; into a file or a pipe goes plain text, a line for each failure and the table.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any

from sciwire.runtime.errors import printable

from ..causes import by_cause
from ..runner import Totals
from ..verdict import Result, Verdict
from .table import Tally, text_table

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

__all__ = ["Terminal"]

_SHOWN = 20  # causes that are printed, each with its first failure in full; the report files have all
_NAMED = 3  # of the other cases of a cause


class Terminal:
    """Prints a run to *stream* (stdout); *live* forces or forbids progress, by default a terminal decides."""

    def __init__(self, stream: IO[str] | None = None, *, live: bool | None = None) -> None:
        self._stream = stream if stream is not None else sys.stdout
        self._live = self._stream.isatty() if live is None else live
        self._tally = Tally()
        self._bad: list[Result] = []
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    def begin(self, about: Mapping[str, Any], count: int | None) -> None:
        if self._live:
            self._start_progress(count)

    def case(self, result: Result) -> None:
        self._tally.add(result)
        if result.verdict in (Verdict.FAIL, Verdict.ERROR) and not result.known:
            self._bad.append(result)
        if self._progress is not None and self._task is not None:
            bad = f"{len(self._bad)} bad" if self._bad else ""
            self._progress.update(self._task, advance=1, description=f"{result.impl} {result.format} {bad}")

    def end(self, totals: Totals) -> None:
        self.close()
        groups = by_cause(self._bad)
        for group in groups[:_SHOWN]:
            self._print(failure_text(group[0], group[1:]))
        if len(groups) > _SHOWN:
            more = sum(map(len, groups[_SHOWN:]))
            self._print(f"… and {more} more, of {len(groups) - _SHOWN} other causes; --jsonl FILE has them all\n")
        if self._tally.cells:
            self._print(text_table(self._tally, shutil.get_terminal_size().columns if self._live else 0))
        self._print(_headline(totals))

    def close(self) -> None:
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def _start_progress(self, count: int | None) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
        self._progress = Progress(*columns, console=Console(file=self._stream), transient=True)
        self._task = self._progress.add_task("", total=count)
        self._progress.start()

    def _print(self, text: str) -> None:
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        harmless = "\n".join(map(printable, text.split("\n")))  # part of it is the implementation's
        print(harmless.encode(encoding, "replace").decode(encoding), file=self._stream, flush=True)


def failure_text(result: Result, others: Sequence[Result] = ()) -> str:
    """A failure in a few lines: what, why, where to read about it, how to run it alone; *others* have its cause."""
    rules = f" [{', '.join(result.rules)}]" if result.rules else ""
    lines = [f"{result.verdict.upper()} {result.level} {result.id} ({result.impl}): {result.fault}{rules}"]
    if result.doc:
        lines.append(f"  what:     {result.doc}")
    lines.append(f"  message:  {_cut(result.message)}")
    lines += [
        f"  {name:9} {_cut(text)}" for name, text in (("expected:", result.expected), ("got:", result.got)) if text
    ]
    lines += [f"  stderr:   {line}" for line in result.stderr.splitlines()[-5:]]
    lines.append(f"  again:    {result.replay}")
    if others:
        named = ", ".join(other.id for other in others[:_NAMED])
        lines.append(f"  {len(others) + 1} cases, one cause: also {named}{', …' if len(others) > _NAMED else ''}")
    return "\n".join([*lines, ""])


def _cut(text: str) -> str:
    text = text.replace("\n", "\n            ")
    return text if len(text) <= 600 else f"{text[:599]}…"


def _headline(totals: Totals) -> str:
    counts = totals.verdicts
    shown = [f"{counts[verdict]} {word}" for verdict, word in _WORDS if counts[verdict]]
    share = f" ({100 * totals.unsupported:.0f} % unsupported)" if totals.cases else ""
    verdict = "INCOMPLETE" if totals.interrupted else "FAILED" if totals.failed else "ok"
    silent = "".join(f"; nothing of {impl} could be judged" for impl in totals.silent)
    limit = f"; more than {totals.most_unsupported:.0%} are unsupported" if totals.too_much_unsupported else ""
    waived = ", ".join(f"{count} {level} failed" for level, count in sorted(totals.waived.items(), reverse=True))
    given_up = f"; {totals.not_run} NOT RUN, given up after others hung" if totals.not_run else ""
    stale = f"; of no case any more, take from the list: {', '.join(totals.stale[:_SHOWN])}" if totals.stale else ""
    tail = f"{'; ' if waived else ''}{waived}{given_up}{silent}{limit}{stale}"
    return (
        f"{verdict}: {totals.cases} cases: {', '.join(shown) or 'none'}{share}, {totals.breaking} break the run{tail}"
    )


_WORDS = (
    (Verdict.PASS, "passed"),
    (Verdict.FAIL, "failed"),
    (Verdict.UNSUPPORTED, "unsupported"),
    (Verdict.ERROR, "errors"),
)
