"""Generated values: drawn from the specification, written and read back; a failure is shrunk to its smallest form.

Rule 1: the same seed draws the same values, whatever else the process has loaded.
Rule 2: an implementation that hangs or dies is not asked again and again: the first such value ends the case.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .checks import PASS, Finding, written_and_read
from .harness import Subject
from .vectors import Vector
from .verdict import Fault, Level, Verdict

if TYPE_CHECKING:
    from sciwire.model import Spec

__all__ = ["Target", "fuzz", "quiet_hypothesis", "targets"]

_SHRINK_SECONDS = 10.0  # after the first failure


@dataclass(frozen=True, slots=True)
class Target:
    """Something to draw values of: a kind of message, with the options that its encoder is given."""

    spec: Spec
    label: str
    options: Mapping[str, Any] = field(default_factory=dict)
    any_nan: bool = False

    @property
    def version(self) -> str:
        return self.spec.version

    def vector(self, value: Any) -> Vector:
        """A vector without bytes, so that generated values go the way of all others."""
        name = f"{self.spec.format}/{self.version}/fuzz-{self.label}"
        about = {"format": self.spec.format, "version": self.version, "group": "fuzz", "kind": "valid"}
        given = {"value": value, "has_value": True, "encode_options": self.options, "any_nan": self.any_nan}
        if value is not None:
            from . import strategies

            given["options"] = strategies.decode_options(self.spec, value)
        return Vector(id=name, level=Level.MUST, data=b"", **about, **given)  # type: ignore[arg-type]  # see `about`


def targets(specs: Path, format_name: str) -> list[Target]:
    """What can be drawn for a format; nothing where its family has no strategies or the model is not installed."""
    from . import strategies

    return [
        Target(spec, label.name, label.options, label.any_nan)
        for spec in strategies.load_specs(specs, format_name)
        for label in strategies.labels(spec)
    ]


def fuzz(
    subject: Subject,
    target: Target,
    *,
    seed: int,
    examples: int,
    shrink: bool = True,
    reference: Subject | None = None,
) -> Finding:
    """Round-trip *examples* values; the finding is that of the smallest value that fails as the first one did.

    Without *shrink* it is that of the first. The *reference* reads what was written, too: two faults that undo each other
    are faults, and of a value that was lost it says on which way.
    """
    if reason := _not_asked(subject, target):
        return Finding(Verdict.UNSUPPORTED, message=reason)
    law = _Law(subject, target, reference)
    with quiet_hypothesis():
        import hypothesis
        from hypothesis import HealthCheck, Phase, Verbosity
        from hypothesis.errors import Flaky

        from . import strategies

        profile = hypothesis.settings(
            max_examples=examples,
            derandomize=True,
            database=None,
            deadline=None,
            verbosity=Verbosity.quiet,
            phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
            print_blob=False,
            report_multiple_bugs=False,
        )
        strategy = strategies.value(target.spec, target.label)
        number = int.from_bytes(hashlib.sha256(f"{seed} {target.vector(None).id}".encode()).digest()[:8], "big")
        try:
            hypothesis.seed(number)(profile(hypothesis.given(strategy)(law.holds)))()
        except _Enough:
            pass
        except Flaky:
            law.worst = Finding(Verdict.FAIL, Fault.UNSTABLE, "the same value came out differently the second time")
        except AssertionError:
            pass
    return law.finding()


class _Enough(BaseException):
    """Ends a Hypothesis run at once; it is no Exception, so that Hypothesis does not shrink it."""


class _Law:
    """A value survives being written and read; keeps the last, hence smallest, value that did not."""

    def __init__(self, subject: Subject, target: Target, reference: Subject | None) -> None:
        self._subject = subject
        self._target = target
        self._reference = reference if reference is not None and reference.name != subject.name else None
        self.worst: Finding | None = None
        self._unsupported: Finding | None = None
        self._passed = 0
        self._since: float | None = None

    def holds(self, value: Any) -> None:
        finding = written_and_read(self._subject, self._target.vector(value), self._reference)
        if finding.verdict is Verdict.PASS:
            self._passed += 1
        elif finding.verdict is Verdict.UNSUPPORTED:
            self._unsupported = finding
        elif self.worst is None or self.worst.fault is finding.fault:  # another fault is another failure's to tell
            self._keep(finding, value)

    def _keep(self, finding: Finding, value: Any) -> None:
        import json

        text = json.dumps(value, ensure_ascii=False)
        text = text if len(text) <= 4000 else f"{text[:3999]}…"
        message = f"{finding.message}; the value was {text}"
        self.worst = Finding(finding.verdict, finding.fault, message, text, finding.got, finding.stderr)
        self._since = self._since or time.monotonic()
        costly = finding.verdict is Verdict.ERROR and finding.fault is not Fault.FOREIGN_EXCEPTION
        if costly or time.monotonic() - self._since > _SHRINK_SECONDS:
            raise _Enough
        raise AssertionError(finding.fault)

    def finding(self) -> Finding:
        """What it came to."""
        if self.worst is not None:
            return self.worst
        if self._passed == 0 and self._unsupported is not None:
            return self._unsupported
        return Finding(Verdict.PASS, examples=self._passed) if self._passed else PASS


def _not_asked(subject: Subject, target: Target) -> str:
    about = (target.spec.format, target.version)
    return subject.lacks("encode", *about) or subject.lacks("decode", *about)


@contextmanager
def quiet_hypothesis() -> Iterator[None]:
    """Hypothesis without a folder in the caller's, and without values taken from whatever modules are loaded."""
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(Path(tempfile.gettempdir(), "sciwire-hypothesis")))
    from hypothesis.errors import HypothesisWarning
    from hypothesis.internal.conjecture import providers

    # constants of "local" modules would make the values depend on where sciwire is installed
    name = "is_local_module_file"
    original = getattr(providers, name, None)  # older releases take no constants and have no such function
    try:
        setattr(providers, name, lambda path: False)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", HypothesisWarning)  # about the size of a strategy's repr
            yield
    finally:
        if original is not None:
            setattr(providers, name, original)
