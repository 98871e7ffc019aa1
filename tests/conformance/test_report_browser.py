"""The HTML report in a real browser, from a file: filters, cases, links, hostile text, no network, no errors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from runs import HOSTILE, Open, failed, record

from sciwire.conformance.report.page import html_report

BAD = "qstream/framing/length-one-short"


def shows(page: Any, text: str) -> None:
    """The line above the list says *text*, now or soon."""
    from playwright.sync_api import expect

    expect(page.locator("#count")).to_have_text(text)


def rows(page: Any) -> list[str]:
    found: list[str] = page.locator("#list .id").all_inner_texts()
    return found


def test_the_worst_stands_first(visit: Open) -> None:
    page = visit()

    shows(page, "387 of 387 cases")
    assert rows(page)[:5] == [
        "qstream/text/dead@decode/valid",
        f"{BAD}@decode/invalid",
        "qstream/text/hostile@decode/valid",
        "qstream/text/optional@decode/valid",
        "qstream/text/expected@decode/valid",
    ]
    assert page.locator("h1").inner_text() == "failed 3 of 387 results break the run."


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"text": "needle"}, ["qstream/text/optional@decode/valid"]),
        ({"text": "VENDOR knows"}, ["qstream/text/expected@decode/valid"]),
        ({"text": "nowhere to be found"}, []),
        ({"level": "SHOULD"}, ["qstream/text/optional@decode/valid"]),
        ({"impl": "second"}, [f"{BAD}@decode/invalid"]),
        ({"rule": "QS-009"}, [f"{BAD}@decode/invalid"] * 2),
        ({"check": "decode/invalid", "impl": "mine"}, [f"{BAD}@decode/invalid"]),
    ],
)
def test_filters_leave_what_fits(wanted: dict[str, str], expected: list[str], visit: Open) -> None:
    page = visit()
    for name, value in wanted.items():
        field = page.locator(f"#filters [name={name}]")
        field.fill(value) if name == "text" else field.select_option(value)

    shows(page, f"{len(expected)} of 387 cases")
    assert rows(page) == expected
    again = visit("#" + page.evaluate("location.hash.slice(1)"))
    shows(again, f"{len(expected)} of 387 cases")
    assert rows(again) == expected

    page.locator("#filters [type=reset]").click()
    shows(page, "387 of 387 cases")


def test_verdicts_are_buttons_that_add_up(visit: Open) -> None:
    page = visit()
    page.locator("[data-outcome=fail]").click()
    shows(page, "3 of 387 cases")
    page.locator("[data-outcome=known]").click()
    shows(page, "4 of 387 cases")
    page.locator("[data-outcome=fail]").click()
    assert rows(page) == ["qstream/text/expected@decode/valid"]
    assert page.locator("[data-outcome=known]").get_attribute("aria-pressed") == "true"


def test_a_cell_of_the_matrix_filters(visit: Open) -> None:
    page = visit()
    page.locator(".matrix td.bad a").click()

    shows(page, "4 of 387 cases")
    assert set(page.locator("#list .of").all_inner_texts()) == {"MUST · mine", "SHOULD · mine"}


def test_a_case_opens_to_all_that_is_known_of_it(visit: Open) -> None:
    page = visit()
    page.locator("#list li", has_text=BAD).first.click()
    panel = page.locator("#panel")
    text = panel.inner_text()

    for part in (
        "one short", "items[0]: expected 1, got 2", "[2]", "wrong-value", "last words",
        "QS-009 MUST: The length lands exactly on the start of the next chunk", "Source: What the reference reader",
        "129 bytes", "5b 30 30 5d", "[00]0000", "byte 0: the fault", f"sciwire conform toy --only {BAD}", "Provenance",
    ):  # fmt: skip
        assert part in text.replace("\n", "") or part in text, part
    assert panel.locator(".hex .at").inner_text() == "5b"
    panel.locator(".fields button").first.click()
    assert panel.locator(".hex .lit").count() > 0
    panel.get_by_role("link", name="second").click()
    assert panel.locator(".badges").first.inner_text().startswith("pass")


def test_a_link_opens_its_case(visit: Open) -> None:
    page = visit(f"#case={BAD}@decode/invalid&impl=second")

    assert page.locator("#panel h2").inner_text() == f"{BAD}@decode/invalid"
    assert page.locator("#list [aria-selected=true] .of").inner_text() == "MUST · second"
    assert "second" in page.locator("#panel .badges").first.inner_text()
    assert page.locator("#replay").inner_text() == f"sciwire conform qstream --impl second --only {BAD}@decode/invalid"
    nowhere = visit("#case=qstream/no/such")
    shows(nowhere, "There is no case qstream/no/such in this report.")


def test_rows_are_made_as_they_are_needed(visit: Open) -> None:
    page = visit()
    made = page.locator("#list li").count()
    assert 100 <= made < 387
    page.locator("#list").evaluate("(list) => { list.scrollTop = list.scrollHeight; }")
    page.locator(f"#list li:nth-child({made + 1})").wait_for(state="attached")
    page.locator("#list").focus()
    page.keyboard.press("End")

    last = page.locator("#list [aria-selected=true]")
    assert last.get_attribute("aria-posinset") == last.get_attribute("aria-setsize") == "387"
    assert last.evaluate(
        "(row) => row.getBoundingClientRect().bottom <= row.parentNode.getBoundingClientRect().bottom + 1"
    )


def test_hostile_text_is_text(visit: Open) -> None:
    page = visit("#case=qstream/text/hostile@decode/valid")

    assert page.evaluate("window.broken") is None
    assert page.locator("#panel img, #panel script").count() == 0
    shown = page.locator("#panel .text").first.inner_text()
    assert shown == HOSTILE.replace("\u202e", "\\u{202e}").replace("\x00", "\\u{0}").replace("\x1b", "\\u{1b}")


def test_rules_say_what_exercised_them(visit: Open) -> None:
    page = visit()
    fold = page.locator("#rules details")
    assert "qstream MUST 2/" in fold.locator("summary").inner_text()
    assert fold.locator("table").count() == 0
    fold.locator("summary").click()
    fold.locator("table").wait_for()

    row = fold.locator("tr", has_text="QS-009").first
    assert row.locator("td").all_inner_texts()[2:] == ["1 fail", "1 pass"]
    assert "open" in (fold.locator("tr", has_text="QS-002").first.get_attribute("class") or "")
    row.get_by_role("link").click()
    shows(page, "2 of 387 cases")


def test_a_page_of_ten_thousand_cases_is_quick(visit: Open, tmp_path: Path) -> None:
    cases = (failed(f"toy/many/n{number}", message=f"message {number}") for number in range(10_000))
    file = tmp_path / "big.html"
    file.write_text(html_report(record(*cases), tmp_path), encoding="utf-8")
    page = visit(file=file)

    shows(page, "10,000 of 10,000 cases")
    page.locator("[name=text]").fill("message 99")
    found = sum("99" in str(number) for number in range(10_000))
    shows(page, f"{found} of 10,000 cases")
    assert page.locator("#list li").count() == 100
