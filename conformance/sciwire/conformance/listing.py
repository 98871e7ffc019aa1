"""``sciwire conform list`` and ``operations``: what a run would test, and what scenarios can ask for."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .settings import Settings

__all__ = ["list_cases", "list_operations"]


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


def list_operations(settings: Settings, *, as_json: bool = False) -> int:
    """Print what a scenario can ask of each format: operation, arguments with their kinds, and what it gives."""
    from sciwire.runtime.errors import SpecError

    from .operations import common_steps, operations
    from .strategies import load_specs

    try:
        plan = settings.plan()
        specs = [spec for name in plan.formats for spec in load_specs(plan.specs, name)[-1:]]
    except (SpecError, FileNotFoundError, ValueError) as error:
        print(f"sciwire conform operations: {error}", file=sys.stderr)
        return 2 if isinstance(error, ValueError) else 3
    for spec in specs:
        own, common = operations(spec), common_steps(spec)
        if as_json:
            print(json.dumps({"format": spec.format, "version": spec.version, "operations": [asdict(one) for one in (*own, *common)]}))  # fmt: skip
            continue
        print(
            f"{spec.format} {spec.version}: {len(own)} operations of its own, {len(common)} steps that others have, too"
        )
        for one in (*own, *common):
            arguments = ", ".join(f"{name}: {kind}" for name, kind in one.arguments.items())
            print(
                f"  {one.name}({arguments}) -> {one.gives}{f'  [{one.rule}]' if one.rule else ''}\n      {one.doc}".rstrip()
            )
    return 0
