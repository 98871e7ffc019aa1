"""The Markdown summary and the badge: they say the worst first, and nothing in a case can change their form."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from runs import HOSTILE, case, failed, record

from sciwire.conformance.report.badge import badge_text, endpoint_badge, svg_badge
from sciwire.conformance.report.markdown import markdown_report
from sciwire.conformance.report.record import Record


def test_the_summary_has_matrix_failures_and_notes(tmp_path: Path) -> None:
    text = markdown_report(
        record(
            case(), failed(rules=["TOY-001"]), failed("toy/plain/optional", level="SHOULD"),
            failed("toy/plain/expected", known="the vendor knows"), case(impl="other", verdict="unsupported"),
        ),
        tmp_path,
    )  # fmt: skip

    assert text.splitlines()[:9] == [
        "# Conformance: failed",
        "",
        "1 of 5 results breaks the run.",
        "20 % of the cases are unsupported: they were not judged.",
        "",
        "| format | mine | other |",
        "| --- | --- | --- |",
        "| toy | ❌ MUST 1/3 SHOULD 0/1 | – 1 unsupported |",
        "",
    ]
    assert "## What breaks the run: 1\n\n- **MUST** `toy/plain/bad@decode/valid` (mine) [TOY-001]\n" in text
    assert "  wrong-value: items\\[0\\]: expected 1, got 2\n  `sciwire conform toy --only toy/plain/bad`\n" in text
    assert "## What is noted (SHOULD, MAY, known failures): 2" in text
    assert "the vendor knows" in text


def test_the_summary_of_a_run_that_did_not_end_says_so_first(tmp_path: Path) -> None:
    text = markdown_report(record(case(), ended=False, expected=9), tmp_path)

    assert text.startswith("# Conformance: incomplete\n\nThe run did not end: 1 of 9 cases were judged.")


def test_nothing_in_a_case_is_markup(tmp_path: Path) -> None:
    text = markdown_report(record(failed(message=HOSTILE, impl=HOSTILE, replay=f"a `b` ``c`` {HOSTILE}")), tmp_path)

    outside = "".join(part for number, part in enumerate(text.split("```")) if number % 2 == 0)  # of the replay line
    assert "\\<script\\>" in outside
    assert "<" not in outside.replace("\\<", "")
    assert "\u202e" not in text
    assert "\x00" not in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {3}


def test_a_thousand_failures_fit_a_summary(tmp_path: Path) -> None:
    text = markdown_report(
        record(*(failed(f"toy/plain/n{number}", message="x" * 5000) for number in range(1000))), tmp_path
    )

    assert len(text) < 60_000
    assert "- … and 950 more" in text


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        (record(case()), ("toy conformance", "100 % of MUST", "#1c7a45")),
        (record(case(), case("other/a/b")), ("conformance", "100 % of MUST", "#1c7a45")),
        (record(case(), failed()), ("toy conformance", "1 wrong, 50 % of MUST", "#b3261e")),
        (record(case(), case(verdict="unsupported")), ("toy conformance", "100 % of MUST, 50 % unsupported", "#1c7a45")),
        (record(case(), case(check="decode/rule", verdict="unsupported")), ("toy conformance", "100 % of MUST", "#1c7a45")),
        (record(case(verdict="unsupported")), ("toy conformance", "nothing judged, 100 % unsupported", "#b3261e")),
        (record(case(), ended=False, expected=4), ("toy conformance", "incomplete, 3 not run", "#8a5a00")),
        (record(), ("conformance", "nothing judged", "#b3261e")),
    ],
)  # fmt: skip
def test_the_badge_says_what_was_judged_and_what_was_not(run: Record, expected: tuple[str, str, str]) -> None:
    assert badge_text(run) == expected


def test_the_badge_as_a_picture_is_xml_that_fetches_nothing() -> None:
    root = ET.fromstring(svg_badge(record(case(f"toy{HOSTILE}/a/b".replace("/script", "script")))))

    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    texts = [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[1] == "100 % of MUST"
    assert "<img" in texts[0]
    assert {element.tag.partition("}")[2] for element in root.iter()} == {
        "svg",
        "title",
        "clipPath",
        "rect",
        "g",
        "text",
    }
    assert "http" not in svg_badge(record(case())).replace("http://www.w3.org/2000/svg", "")


def test_the_badge_as_an_endpoint_is_what_shields_reads() -> None:
    assert json.loads(endpoint_badge(record(failed()))) == {
        "schemaVersion": 1, "label": "toy conformance", "message": "1 wrong, 0 % of MUST", "color": "b3261e", "isError": True,
    }  # fmt: skip
