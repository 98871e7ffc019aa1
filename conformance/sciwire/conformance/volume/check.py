"""The check ``fuzz/volume``: so many cases written and read back; the finding names the batch that fails, and how to get it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..checks import Finding, roundtrip_value
from ..verdict import Level, Verdict
from .generate import Batch, batches

if TYPE_CHECKING:
    from ..cases import Case
    from ..fuzz import Target
    from ..harness import Subject

__all__ = ["volume", "volume_cases"]


def volume(subject: Subject, target: Target, *, seed: int, count: int) -> Finding:
    """Round-trip *count* cases of a target; it ends with the first batch that fails."""
    about = (target.spec.format, target.version)
    if reason := subject.lacks("encode", *about) or subject.lacks("decode", *about):
        return Finding(Verdict.UNSUPPORTED, message=reason)
    passed, unsupported = 0, None
    for batch in batches(target.spec, target.label, seed, count):
        finding = roundtrip_value(subject, target.vector(batch.value), subject)
        if finding.verdict is Verdict.UNSUPPORTED:
            unsupported = finding
        elif finding.verdict is not Verdict.PASS:
            return _named(finding, batch, passed)
        else:
            passed += batch.count
    return Finding(Verdict.PASS, examples=passed) if passed or unsupported is None else unsupported


def volume_cases(specs: Path, format_name: str, seed: int, count: int) -> Iterator[Case]:
    """One case of the plan for each target of a format."""
    from ..cases import Case
    from ..fuzz import targets

    def plan(target: Target) -> Case:
        name = f"{format_name}/{target.version}/volume/{target.label}@fuzz/volume"
        doc = f"{count} cases of {target.label} from the volume generator"
        return Case(
            name, format_name, target.version, "fuzz/volume", Level.MUST, (), doc,
            lambda subject, _: volume(subject, target, seed=seed, count=count),
        )  # fmt: skip

    yield from map(plan, targets(specs, format_name))


def _named(finding: Finding, batch: Batch, passed: int) -> Finding:
    held = f"{batch.count} cases" if batch.count != 1 else "one case"
    message = f"batch {batch.first} ({held}; {passed} cases before it passed): {finding.message}"
    return Finding(finding.verdict, finding.fault, message, finding.expected, finding.got, finding.stderr)
