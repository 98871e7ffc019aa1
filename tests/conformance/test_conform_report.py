"""Reports hold what happened, whatever an implementation says and wherever they are read."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from sciwire.conformance.report.junit import JUnit
from sciwire.conformance.report.table import Tally, text_table
from sciwire.conformance.report.terminal import Terminal
from sciwire.conformance.runner import Totals
from sciwire.conformance.verdict import Fault, Level, Verdict
from sciwire.conformance.verdict import Result as CaseResult


def case(**changes: Any) -> CaseResult:
    fields: dict[str, Any] = {
        "id": "toy/plain/two@decode/valid",
        "impl": "x",
        "format": "toy",
        "version": "1",
        "check": "decode/valid",
        "level": Level.MUST,
        "verdict": Verdict.FAIL,
        "fault": Fault.WRONG_VALUE,
        "message": "items[0]: expected 1, got 2",
        "seconds": 0.5,
        "replay": "sciwire conform toy",
    }
    return CaseResult(**{**fields, **changes})


def junit(tmp_path: Path, *results: CaseResult) -> ET.Element:
    report = JUnit(tmp_path / "r.xml")
    for result in results:
        report.case(result)
    report.end(Totals())
    return ET.fromstring((tmp_path / "r.xml").read_bytes())


def test_junit_counts_what_it_holds(tmp_path: Path) -> None:
    root = junit(
        tmp_path,
        case(),
        case(verdict=Verdict.PASS, fault=None, message=""),
        case(verdict=Verdict.ERROR, fault=Fault.HANG, stderr="last words"),
        case(verdict=Verdict.UNSUPPORTED, fault=None),
        case(known="a reason"),
        case(level=Level.SHOULD),
        case(format="other"),
    )

    assert root.tag == "testsuites"
    assert {key: root.get(key) for key in ("tests", "failures", "errors", "time")} == {
        "tests": "7", "failures": "2", "errors": "1", "time": "3.500000",
    }  # fmt: skip
    assert [(suite.get("name"), suite.get("tests")) for suite in root] == [("x.toy", "6"), ("x.other", "1")]
    for suite in root:
        for kind, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert suite.get(kind) == str(len(suite.findall(f"testcase/{tag}")))
    assert root.findtext("testsuite/testcase/system-err") == "last words"


def test_junit_is_xml_whatever_an_implementation_says(tmp_path: Path) -> None:
    root = junit(tmp_path, case(message="a\x00b\x1b[31m\ud800 <&>]]>", stderr="\ufffe", id="toy/a"))

    failure = root.find("testsuite/testcase/failure")
    assert failure is not None
    assert failure.get("message") == "wrong-value: a�b�[31m� <&>]]>"
    assert failure.get("type") == "wrong-value"


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_live_on_a_terminal_only() -> None:
    terminal, pipe = Tty(), io.StringIO()
    for stream in (terminal, pipe):
        report = Terminal(stream)
        report.begin({}, 1)
        totals = Totals()
        totals.add(case())
        report.case(case())
        report.end(totals)

    assert "\x1b[" in terminal.getvalue()
    assert "\x1b[" not in pipe.getvalue()
    assert pipe.getvalue().splitlines() == [
        "FAIL MUST toy/plain/two@decode/valid (x): wrong-value",
        "  message:  items[0]: expected 1, got 2",
        "  again:    sciwire conform toy",
        "",
        "implementation  format  decode",
        "--------------  ------  ------",
        "x               toy     0/1",
        "FAILED: 1 cases: 1 failed (0 % unsupported), 1 break the run",
    ]


def test_a_table_too_wide_for_the_terminal_is_turned() -> None:
    tally = Tally()
    tally.add(case())
    tally.add(case(check="decode/invalid", aspects={"category": Verdict.PASS}))
    tally.add(case(format="other", verdict=Verdict.ERROR))
    tally.add(case(format="other", verdict=Verdict.UNSUPPORTED))
    tally.add(case(format="other", known="why"))

    assert text_table(tally).splitlines() == [
        "implementation  format  decode        refuse  category",
        "--------------  ------  ------------  ------  --------",
        "x               toy     0/1           0/1     1/1",
        "x               other   0/2 !1 ~1 -1  .       .",
    ]
    assert text_table(tally, width=40).splitlines() == [
        "check     x toy  x other",
        "--------  -----  ------------",
        "decode    0/1    0/2 !1 ~1 -1",
        "refuse    0/1    .",
        "category  1/1    .",
    ]
    assert text_table(tally, width=200) == text_table(tally)


def test_a_stream_that_knows_only_ascii_is_written_to() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    report = Terminal(stream, live=False)
    report.begin({}, 1)
    report.case(case(message="µ → ✗"))

    report.end(Totals())

    stream.seek(0)
    assert "? ? ?" in stream.read()
