"""The closed vocabulary of a run: verdicts, levels, checks, faults, and the result of one case.

Rule 1: a case has one verdict. ``fail`` means the implementation gave a wrong answer, ``error`` that it
gave none that can be judged (it crashed, hung or broke the protocol).
Rule 2: every ``fail`` and ``error`` names its `Fault`, so that reports can be searched by it.
Rule 3: a case that was given up, for the cases before it took all the time they had, is an error of the fault
``not-run``: what was not tested never looks better than what was.
Rule 4: a result holds data only; it pickles, and it looks the same on every machine but for `seconds`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["ASPECTS", "CHECKS", "NOT_CLAIMED", "OPTIONAL_CHECKS", "Fault", "Level", "Result", "Verdict", "worst"]


class Verdict(StrEnum):
    """What a case came to."""

    PASS = "pass"
    FAIL = "fail"
    UNSUPPORTED = "unsupported"
    ERROR = "error"


class Level(StrEnum):
    """How binding the rule behind a case is (RFC 2119); only MUST decides the exit code."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


#: The checks, in the order of reports.
CHECKS = (
    "decode/valid",
    "decode/invalid",
    "decode/rule",
    "decode/either",
    "decode/keep",
    "decode/kept",
    "recognise",
    "encode/bytes",
    "encode/invalid",
    "encode/reference",
    "encode/form",
    "roundtrip/value",
    "roundtrip/bytes",
    "feeding",
    "scenario",
    "fuzz/valid",
    "fuzz/volume",
    "fuzz/invalid",
    "again",
    "cross",
)

#: Checks of what only some implementations, or pairs of them, can say at all: their silence is no gap in what is tested.
OPTIONAL_CHECKS = frozenset({"decode/rule", "decode/kept", "recognise", "cross"})

#: How the message begins of a case that was not asked, for the implementation does not say that it can do it.
NOT_CLAIMED = "does not claim"

#: What a refusal is judged by, each on its own.
ASPECTS = ("refused", "category", "path", "offset")


class Fault(StrEnum):
    """What is wrong with an answer, in one word that stays the same between releases."""

    WRONG_VALUE = "wrong-value"
    NOT_CANONICAL = "not-canonical"
    REFUSED_VALID = "refused-valid"
    ACCEPTED_INVALID = "accepted-invalid"
    WRONG_CATEGORY = "wrong-category"
    NO_CATEGORY = "no-category"
    WRONG_PATH = "wrong-path"
    NO_PATH = "no-path"
    WRONG_OFFSET = "wrong-offset"
    NO_OFFSET = "no-offset"
    WRONG_KEPT = "wrong-kept"
    NOT_RECOGNISED = "not-recognised"
    TAKEN_FOR_ITS_OWN = "taken-for-its-own"
    WROTE_INVALID = "wrote-invalid"
    WRONG_RULE = "wrong-rule"
    NO_RULE = "no-rule"
    REFUSED_TO_ENCODE = "refused-to-encode"
    UNREADABLE_OUTPUT = "unreadable-output"
    WRONG_OUTPUT = "wrong-output"
    VALUE_LOST = "value-lost"
    BYTES_DIFFER = "bytes-differ"
    SPLIT_DEPENDENT = "split-dependent"
    WRONG_FORM = "wrong-form"
    WRONG_STEP = "wrong-step"
    FOREIGN_EXCEPTION = "foreign-exception"
    HANG = "hang"
    DIED = "died"
    PROTOCOL = "protocol"
    NO_START = "no-start"
    NOT_RUN = "not-run"
    UNSTABLE = "unstable"
    SUITE = "suite"
    UNEXPECTED_PASS = "unexpected-pass"
    OTHER_FAILURE = "other-failure"


@dataclass(frozen=True, slots=True)
class Result:
    """What one case came to, for one implementation.

    `id` is permanent: the vector's id, an ``@`` and the check (``qstream/framing/one@decode.valid``).
    `aspects` holds a verdict for each of `ASPECTS` that a refusal was judged by.
    `known` is the reason from the file of known failures where the outcome was expected.
    """

    id: str
    impl: str
    format: str
    version: str
    check: str
    level: Level
    verdict: Verdict
    rules: tuple[str, ...] = ()
    fault: Fault | None = None
    message: str = ""
    expected: str = ""
    got: str = ""
    stderr: str = ""
    doc: str = ""
    aspects: dict[str, Verdict] = field(default_factory=dict)
    examples: int = 0
    known: str = ""
    seconds: float = 0.0
    replay: str = ""

    @property
    def breaks_the_run(self) -> bool:
        """A MUST that failed, or an error of any level, and nobody said that it would."""
        if self.known:
            return False
        return self.verdict is Verdict.ERROR or (self.verdict is Verdict.FAIL and self.level is Level.MUST)


_ORDER = (Verdict.PASS, Verdict.UNSUPPORTED, Verdict.FAIL, Verdict.ERROR)


def worst(verdicts: list[Verdict]) -> Verdict:
    """The gravest of *verdicts*; `Verdict.PASS` of none."""
    return max(verdicts, key=_ORDER.index, default=Verdict.PASS)
