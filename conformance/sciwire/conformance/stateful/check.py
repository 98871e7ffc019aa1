"""The check ``scenario/stateful``: scenarios drawn from a model; a failing one is shrunk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ..checks import Finding
from ..fuzz import quiet_hypothesis
from ..harness import Subject
from ..scenario import scenario
from ..vectors import Step, Vector
from ..verdict import Fault, Level, Verdict
from .model import Model, walk
from .pipes import Pipes
from .raw_files import RawFiles

if TYPE_CHECKING:
    from ..cases import Case

__all__ = ["MODELS", "stateful", "stateful_cases"]

#: The formats whose operations a model knows.
MODELS: dict[str, Callable[[], Model]] = {"rawhdf5": RawFiles, "bpipe": Pipes}
_WALKS = 4  # the share of the examples: a scenario has many steps, and files on disk


def stateful(subject: Subject, format_name: str, version: str, make: Callable[[], Model], *, seed: int, examples: int, shrink: bool = True) -> Finding:  # fmt: skip
    """Run *examples* scenarios; the finding is that of the shortest that fails as the first one did.

    Without *shrink* it is that of the first.
    """
    if reason := subject.lacks("call", format_name, version):
        return Finding(Verdict.UNSUPPORTED, message=reason)
    worst: list[Finding] = []
    passed = unsupported = 0

    def holds(steps: Sequence[Step]) -> None:
        nonlocal passed, unsupported
        finding = scenario(subject, _vector(format_name, version, steps))
        passed += finding.verdict is Verdict.PASS
        unsupported += finding.verdict is Verdict.UNSUPPORTED
        another = bool(worst) and worst[-1].fault is not finding.fault
        if finding.verdict in (Verdict.FAIL, Verdict.ERROR) and not another:
            told = "; ".join(f"{step.op}({', '.join(f'{key}={item!r}'[:80] for key, item in step.args.items())})" for step in steps)  # fmt: skip
            worst.append(Finding(finding.verdict, finding.fault, f"{finding.message}; the steps were {told}"[:4000], finding.expected, finding.got, finding.stderr))  # fmt: skip
            raise AssertionError(finding.fault)

    with quiet_hypothesis():
        import hypothesis
        from hypothesis.errors import Flaky

        number = int.from_bytes(hashlib.sha256(f"{seed} {format_name} stateful".encode()).digest()[:8], "big")
        test = hypothesis.seed(number)(_profile(examples, shrink)(hypothesis.given(walk(make).hypothesis())(holds)))
        try:
            test()
        except AssertionError:
            pass
        except Flaky:
            worst.append(Finding(Verdict.FAIL, Fault.UNSTABLE, "the same steps came out differently the second time"))
    if worst:
        return worst[-1]
    if not passed and unsupported:
        return Finding(Verdict.UNSUPPORTED, message="no scenario is supported as a whole")
    return Finding(Verdict.PASS, examples=passed)


def stateful_cases(format_name: str, version: str, seed: int, examples: int, *, shrink: bool = True) -> Iterator[Case]:
    """The case of a format that has a model."""
    from ..cases import Case

    make = MODELS.get(format_name)
    if make is not None:
        count = max(1, examples // _WALKS)
        doc = f"{count} scenarios of operations drawn from a model"
        name = f"{format_name}/{version}/stateful/operations@scenario"
        yield Case(
            name, format_name, version, "scenario", Level.MUST, (), doc,
            lambda subject, _: stateful(subject, format_name, version, make, seed=seed, examples=count, shrink=shrink),
        )  # fmt: skip


def _profile(examples: int, shrink: bool) -> Any:
    import hypothesis
    from hypothesis import HealthCheck, Phase, Verbosity

    return hypothesis.settings(
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


def _vector(format_name: str, version: str, steps: Sequence[Step]) -> Vector:
    name = f"{format_name}/stateful/drawn"
    return Vector(name, format_name, version, "stateful", "scenario", Level.MUST, b"", steps=tuple(steps))
