"""The attributes of generated classes in words: type with shape and dtypes, unit, presence, constraints, rule, sources."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from sciwire.model import Spec

__all__ = ["attributes_text", "described"]

_WIDTH = 104


def described(kind: str, unit: str, *words: str, meaning: str = "", rule: str = "") -> str:
    """``float, in s, required, at least 0: how long [SV2-046]``; empty *words* are left out."""
    said = ", ".join([kind, *([f"in {unit}"] if unit else []), *(word for word in words if word)])
    text = " ".join(meaning.split())
    return f"{said}{f': {text}' if text else ''}{f' [{rule}]' if rule else ''}"


def attributes_text(doc: str, attributes: Sequence[tuple[str, str]], rules: Iterable[str], spec: Spec) -> str:
    """*doc*, a list of *attributes*, and where the *rules* among them come from."""
    if not attributes:
        return doc
    lines = [doc, "", "Attributes", "----------"]
    for name, text in attributes:
        lines += textwrap.wrap(f"{name} : {text}", _WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)  # fmt: skip
    sources = _sources(rules, spec)
    if sources:
        lines += ["", f"Source: {', '.join(sources)}."]
    return "\n".join(lines)


def _sources(rules: Iterable[str], spec: Spec) -> list[str]:
    """The ids of the sources that the *rules* name, in the order of the specification."""
    cited = set(rules)
    named = {
        word for rule in spec.rules if rule.id in cited for word in rule.source.replace(",", " ").split()
    }  # fmt: skip
    return [one.id for one in spec.sources if one.id in named]
