"""``sciwire conform replay``: one case again, and everything that there is to know about it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from .cases import Case
from .known import Known
from .runner import Totals, run
from .verdict import Result, Verdict

if TYPE_CHECKING:
    from .plan import Plan
    from .settings import Settings
    from .vectors import Vector

__all__ = ["hex_lines", "replay"]

_SHOWN = 2048  # bytes of a vector that are printed


def replay(case_id: str, settings: Settings) -> int:
    """Run the case (or every check of a vector) and print it; the exit code is that of the run."""
    from sciwire.runtime.errors import SpecError

    from .report.jsonl import JsonLines
    from .vectors import VectorError

    try:
        plan = _plan_of(case_id, settings)
        reference = plan.subject("sciwire")
        reference.start()
        cases = plan.cases(reference)
        if not cases:  # no vector of that name: generated then, which takes longer to plan
            plan = replace(plan, examples=settings.examples, volume=settings.volume)
            cases = plan.cases(reference)
        if not cases:
            raise ValueError(
                f"there is no case {case_id!r}; sciwire conform list {case_id.partition('/')[0]} has them all"
            )
        lines = JsonLines(settings.jsonl) if settings.jsonl else None
        rules = _rule_texts(settings, cases)
        totals = Totals()
        if lines:
            lines.begin({"seed": settings.seed, "implementations": list(settings.impls)}, len(cases))
        subjects = [plan.subject(text) for text in settings.impls]
        shown = ""
        for result in run(cases, subjects, reference, known=Known(), again=settings.again):
            case = next(case for case in cases if case.id == result.id)
            name = case.id.partition("@")[0]
            if name != shown:
                print("\n".join(_about(case, rules)))
                shown = name
            print("\n".join(_outcome(result)))
            totals.add(result)
            if lines:
                lines.case(result)
        reference.stop()
        if lines:
            lines.end(totals)
        return 1 if totals.failed and totals.verdicts[Verdict.UNSUPPORTED] < totals.cases else 0
    except (VectorError, SpecError, FileNotFoundError) as error:
        print(f"sciwire conform replay: {error}", file=sys.stderr)
        return 3
    except ValueError as error:
        print(f"sciwire conform replay: {error}", file=sys.stderr)
        return 2


def _plan_of(case_id: str, settings: Settings) -> Plan:
    """The plan of the vectors' cases; which seed and how many examples is for the caller to say."""
    format_name = case_id.partition("/")[0]
    return replace(settings, formats=(format_name,), only=(case_id,), examples=0, volume=0).plan()


def _about(case: Case, rules: Mapping[str, str]) -> Iterator[str]:
    """What the case is, before anybody is asked."""
    yield f"{case.id.partition('@')[0]}  ({case.format} {case.version}, {case.level})"
    if case.doc:
        yield f"  what:       {case.doc}"
    for rule in case.rules:
        yield f"  rule:       {rule} {rules.get(rule, '')}".rstrip()
    if case.vector is not None:
        yield from _vector(case.vector)


def _vector(vector: Vector) -> Iterator[str]:
    yield f"  file:       specs/{vector.format}/vectors/{vector.file} ({vector.provenance})"
    for name, content in (
        ("profile", vector.profile),
        ("options", vector.options),
        ("written as", vector.encode_options),
    ):
        if content:
            yield f"  {name + ':':11} {content if isinstance(content, str) else json.dumps(content)}"
    if vector.steps:
        for index, step in enumerate(vector.steps):
            yield f"  step {index}:     {step.op} {_cut(json.dumps(step.args), 400)}"
            yield f"              expects {_cut(json.dumps(step.expect), 400)}"
        return
    parts = [vector.data] if isinstance(vector.data, bytes) else list(vector.data)
    for index, part in enumerate(parts):
        yield f"  {'bytes' if len(parts) == 1 else f'part {index + 1}'}:      {len(part)}"
        yield from (f"    {line}" for line in hex_lines(part[:_SHOWN]))
        if len(part) > _SHOWN:
            yield f"    … {len(part) - _SHOWN} more bytes"
    if vector.has_value:
        yield f"  value:      {_cut(json.dumps(vector.value, ensure_ascii=False), 2000)}"
    if vector.error:
        yield f"  refusal:    {json.dumps(vector.error)}"


def _outcome(result: Result) -> Iterator[str]:
    fault = f" ({result.fault})" if result.fault else ""
    yield f"  {result.impl} {result.check}: {result.verdict.upper()}{fault} in {result.seconds * 1e3:.1f} ms"
    for name, text in (("message", result.message), ("expected", result.expected), ("got", result.got)):
        if text:
            yield f"    {name + ':':10} {_cut(text, 4000)}"
    yield from (f"    stderr:    {line}" for line in result.stderr.splitlines()[-40:])


def hex_lines(data: bytes) -> Iterator[str]:
    """Sixteen bytes a line: offset, hex, text."""
    for start in range(0, len(data), 16):
        row = data[start : start + 16]
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        yield f"{start:8}  {row.hex(' '):<47}  {text}"


def _rule_texts(settings: Settings, cases: Sequence[Case]) -> dict[str, str]:
    from .coverage import rules_of

    root = settings.plan().specs
    return {rule.id: f"({rule.level}) {rule.text}" for rule in rules_of(root, cases[0].format)}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
