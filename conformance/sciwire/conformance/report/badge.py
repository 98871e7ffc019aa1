"""The badge: an SVG of our own, or JSON for those who let shields.io draw it (https://shields.io/badges/endpoint-badge)."""

from __future__ import annotations

import json
from xml.sax.saxutils import escape

from ..verdict import Level
from .matrix import Matrix, headline, share_text
from .record import Record
from .text import cut, visible

__all__ = ["badge_text", "endpoint_badge", "svg_badge"]

_COLOURS = {"passed": "#1c7a45", "failed": "#b3261e", "incomplete": "#8a5a00"}
#: Advance widths of Verdana at 11 px, rounded up, by class of character; the text is fitted to its box anyway.
_NARROW, _WIDE = frozenset("iljtfrI.,:;'|!()[] "), frozenset("mwMWO@%—")


def badge_text(record: Record) -> tuple[str, str, str]:
    """Label, message and colour; the share that was not judged is part of the message."""
    matrix = Matrix(record)
    word, _ = headline(record)
    label = f"{matrix.formats[0]} conformance" if len(matrix.formats) == 1 else "conformance"
    must, passed = matrix.total.judged(Level.MUST), matrix.total.count("pass", level=Level.MUST)
    message = f"{share_text(passed, must)} of MUST" if must else "nothing judged"
    skipped, wanted = matrix.total.unsupported
    if skipped:
        message += f", {share_text(skipped, wanted)} unsupported"
    if word == "incomplete":
        missing = f"{record.expected - len(record.cases):,} not run" if record.expected else message
        message = f"incomplete, {missing}"
    elif word == "failed" and must:
        message = f"{matrix.total.breaking:,} wrong, {message}"
    return cut(visible(label), 60), message, _COLOURS[word]


def endpoint_badge(record: Record) -> str:
    """JSON of the schema that the endpoint badge of shields.io reads."""
    label, message, colour = badge_text(record)
    badge = {"schemaVersion": 1, "label": label, "message": message, "color": colour.removeprefix("#")}
    if colour == _COLOURS["failed"]:
        badge["isError"] = True
    return json.dumps(badge, indent=1) + "\n"


def svg_badge(record: Record) -> str:
    """A flat badge of 20 px height; nothing in it is fetched from elsewhere."""
    label, message, colour = badge_text(record)
    left, right = _width(label), _width(message)
    boxes = (("#3c4149", 0, left, label), (colour, left, right, message))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img"',
        f'     aria-label="{escape(f"{label}: {message}", {chr(34): "&quot;"})}">',
        f"<title>{escape(f'{label}: {message}')}</title>",
        f'<clipPath id="r"><rect width="{left + right}" height="20" rx="3"/></clipPath>',
        '<g clip-path="url(#r)">',
        *(f'<rect x="{x}" width="{width}" height="20" fill="{fill}"/>' for fill, x, width, _ in boxes),
        '</g>\n<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11" text-anchor="middle">',
        *(
            f'<text x="{x + width / 2:g}" y="14" textLength="{width - 12}" lengthAdjust="spacingAndGlyphs">{escape(text)}</text>'
            for _, x, width, text in boxes
        ),
        "</g>\n</svg>\n",
    ]
    return "\n".join(lines)


def _width(text: str) -> int:
    return 12 + round(sum(4.2 if mark in _NARROW else 10.2 if mark in _WIDE else 7 for mark in text))
