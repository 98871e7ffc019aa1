"""The report as one HTML file: style, script and data within it, so that it works from a file without network.

The style and the script are files of their own in ``page/``; they are put together here, and a Content-Security-Policy
with their digests keeps everything else from running or loading.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from ..coverage import judged_coverage, load_rules
from .exhibits import load_exhibits
from .matrix import Cell, Matrix, headline, share_text
from .pack import pack
from .record import Record
from .text import visible

__all__ = ["html_report"]

#: In the order in which they need one another.
_SCRIPTS = ("dom.js", "data.js", "list.js", "hex.js", "panel.js", "rules.js", "main.js")
_WORDS = {
    "pass": "passed",
    "fail": "failed",
    "error": "errors",
    "known": "known failures",
    "unsupported": "unsupported",
}


def html_report(record: Record, specs: Path) -> str:
    """The page; *specs* gives bytes, expected values and the text of rules."""
    exhibits, changed = load_exhibits(specs, record)
    rules = load_rules(specs, record.about.get("formats", {}))
    covered = [
        (one.format, level, count, count - len(missing))
        for one in judged_coverage(rules, record.cases)
        for level, count, missing in one.rows
    ]
    page: str = _template().render(_facts(record, changed), data=pack(record, exhibits, rules, covered), **_assets())
    return page


def _facts(record: Record, changed: Sequence[str]) -> dict[str, Any]:
    """What stands in the page without its script: headline, matrix, and what the run was."""
    matrix = Matrix(record)
    word, sentence = headline(record)
    totals = [(matrix.total.count(name), text, name) for name, text in _WORDS.items() if matrix.total.count(name)]
    return {
        "word": word,
        "sentence": visible(sentence),
        "totals": totals,
        "notes": list(_notes(record, changed, matrix)),
        "impls": [visible(impl) for impl in matrix.impls],
        "rows": [
            (visible(name), [_cell(matrix.cell(impl, name), impl, name) for impl in matrix.impls])
            for name in matrix.formats
        ],
        "facts": [visible(f"{key} {value}") for key, value in _about(record.about)],
    }


def _cell(cell: Cell, impl: str, format_name: str) -> Mapping[str, Any]:
    marks = {
        "none": "not supported" if cell.count() else "not run",
        "bad": f"✗ {cell.breaking:,} wrong",
        "some": f"✓ MUST, {cell.count('fail', 'known'):,} noted",
        "good": "✓ all judged met" if cell.count("unsupported") else "✓ all met",
    }
    wrong = {"outcome": "error,fail"} if cell.state == "bad" else {}
    query = urlencode({"format": format_name, "impl": impl, **wrong}, encoding="utf-8", errors="replace")
    return {
        "state": cell.state,
        "mark": marks[cell.state],
        "levels": cell.levels,
        "shares": cell.shares,
        "unsupported": cell.count("unsupported"),
        "link": f"#{query}",
    }


def _notes(record: Record, changed: Sequence[str], matrix: Matrix) -> Iterator[str]:
    if not record.complete:
        yield "This report is incomplete: what is missing from it was not judged, and may be wrong."
    skipped, wanted = matrix.total.unsupported
    if skipped:
        yield f"{share_text(skipped, wanted)} of the cases are unsupported: they were not judged."
    if changed:
        names = visible(", ".join(changed))
        yield f"The specification has changed since the run, so bytes and expected values are not shown: {names}."


def _about(about: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key in ("suite", "python", "seed", "examples"):
        if key in about:
            yield key, about[key]
    for name, digest in about.get("formats", {}).items():
        yield name, digest[:12]


def _assets() -> dict[str, Any]:
    from markupsafe import Markup

    style = _read("page.css")
    script = f'(() => {{\n"use strict";\n{"".join(_read(name) for name in _SCRIPTS)}}})();'
    texts = {"style": style, "script": script}
    if any("</" in text for text in texts.values()):
        raise ValueError("a style or script of the page holds '</', which would end its element")
    hashes = {f"{name}_hash": f"sha256-{_digest(text)}" for name, text in texts.items()}
    return {
        **{name: Markup(text) for name, text in texts.items()},
        **{name: Markup(text) for name, text in hashes.items()},
    }


def _template() -> Any:
    from jinja2 import Environment, StrictUndefined

    return Environment(autoescape=True, undefined=StrictUndefined).from_string(_read("page.html.j2"))


def _read(name: str) -> str:
    return (files("sciwire.conformance.report") / "page" / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
