"""``sciwire conform list``: what a run would test."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .settings import Settings

__all__ = ["list_cases"]


def list_cases(settings: Settings, *, as_json: bool = False) -> int:
    """Print a line for each case: id, level, rules and what is special about it."""
    from sciwire.runtime.errors import SpecError

    from .vectors import VectorError

    try:
        plan = settings.plan()
        reference = plan.subject("sciwire")
        reference.start()
        cases = plan.cases(reference)
        reference.stop()
    except (VectorError, SpecError, FileNotFoundError, ValueError) as error:
        print(f"sciwire conform list: {error}", file=sys.stderr)
        return 2 if isinstance(error, ValueError) else 3
    for case in cases:
        about: dict[str, object] = {"id": case.id, "format": case.format, "version": case.version, "check": case.check}
        about |= {"level": str(case.level), "rules": list(case.rules), "doc": case.doc}
        rules = f" [{', '.join(case.rules)}]" if case.rules else ""
        print(json.dumps(about) if as_json else f"{case.id}  {case.level}{rules}  {case.doc}".rstrip())
    if not as_json:
        print(f"{len(cases)} cases")
    return 0 if cases else 1
