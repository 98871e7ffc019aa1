"""The reports that need the whole run, written at its end, after it was cut short, or later from its JSON lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from .record import Record

__all__ = ["report_writers"]


def report_writers(
    *, markdown: Path | None = None, badges: Sequence[Path] = (), html: Path | None = None, specs: Path
) -> list[Callable[[Record], None]]:
    """A writer for every file that is asked for; ValueError for one that cannot be written or has no known ending.

    A file that is there is removed at once: a run that is killed must not leave the report of another one.
    """
    texts = list(_texts(markdown, badges, html, specs))
    for path, _ in texts:
        try:
            path.open("a", encoding="utf-8").close()  # known before the run, not after an hour of it
            if not _is_passed_on(path):
                path.unlink()
        except OSError as error:
            raise ValueError(f"the report {path} cannot be written: {error.strerror}") from error
    return [partial(_write, path, text) for path, text in texts]


def _texts(
    markdown: Path | None, badges: Sequence[Path], html: Path | None, specs: Path
) -> Iterator[tuple[Path, Callable[[Record], str]]]:
    from .badge import endpoint_badge, svg_badge
    from .markdown import markdown_report
    from .page import html_report

    if markdown is not None:
        yield markdown, lambda record: markdown_report(record, specs)
    for path in badges:
        if path.suffix not in (".svg", ".json"):
            raise ValueError(
                f"expected a badge that ends in .svg (a picture) or .json (a shields endpoint), got {path}"
            )
        yield path, svg_badge if path.suffix == ".svg" else endpoint_badge
    if html is not None:
        yield html, lambda record: html_report(record, specs)


def _is_passed_on(path: Path) -> bool:
    """Whether it leads to something else, as /dev/stdout does, and must stay."""
    return path.is_symlink() or (path.exists() and not path.is_file())


def _write(path: Path, text: Callable[[Record], str], record: Record) -> None:
    """All of the file or none of it: a reader of the old one is not left with half of the new one."""
    content = text(record).encode("utf-8")
    if _is_passed_on(path):
        path.write_bytes(content)
        return
    new = path.with_name(f"{path.name}.new")
    new.write_bytes(content)
    new.replace(path)
