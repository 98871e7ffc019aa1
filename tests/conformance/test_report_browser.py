"""The HTML report in a real browser, from a file: filters, cases, keyboard, phone, dark, paper, no network, no errors."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from needs import lacking
from runs import HOSTILE, case, failed, record

from sciwire.conformance.report.page import html_report
from sciwire.conformance.vectors import digest
from sciwire.model import specs_dir

BAD = "qstream/framing/length-one-short"
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        lacking("chromium", "playwright is not installed (pip install playwright)")
    if program is None:
        lacking("chromium", "there is no Chromium (apt-get install chromium)")
    arguments = (
        ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    )  # as root there is no other way
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of 400 cases of real vectors and invented verdicts, hostile texts among them."""
    specs = specs_dir()
    cases = [case(f"qstream/many/n{number:03}", version="1.1", rules=["QS-001"]) for number in range(380)]
    cases += [
        failed(BAD, check="decode/invalid", version="1.1", id=f"{BAD}@decode/invalid", rules=["QS-009"], stderr="last words", doc="one short"),
        failed("qstream/text/hostile", message=HOSTILE, doc=HOSTILE, expected=HOSTILE, got=HOSTILE, stderr=HOSTILE),
        failed("qstream/text/optional", level="SHOULD", message="a needle in it"),
        failed("qstream/text/expected", known="the vendor knows"),
        case("qstream/text/absent", verdict="unsupported", message="not made yet"),
        case("qstream/text/dead", verdict="error", fault="died", message="signal 11"),
        case(BAD, "decode/invalid", impl="second", version="1.1", rules=["QS-009"]),
    ]  # fmt: skip
    run = record(*cases, formats={"qstream": digest(specs / "qstream")}, implementations=["cmd:./mine", "second"])
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(html_report(run, specs), encoding="utf-8")
    return path


@pytest.fixture
def visit(chromium: Any, report: Path) -> Iterator[Open]:
    """Opens the page; at the end of the test nothing must have been fetched, logged or thrown."""
    complaints: list[str] = []
    with ExitStack() as stack:

        def go(address: str = "", *, width: int = 1280, file: Path = report, **options: Any) -> Any:
            context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
            stack.callback(context.close)
            page = context.new_page()
            page.on("console", lambda message: complaints.append(f"console: {message.text}"))
            page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
            page.on(
                "request", lambda one: complaints.append(one.url) if not one.url.startswith(file.as_uri()) else None
            )
            page.goto(file.as_uri() + address)
            page.wait_for_selector("#list li")
            return page

        yield go
        assert complaints == []


def count(page: Any) -> str:
    text: str = page.locator("#count").inner_text()
    return text


def rows(page: Any) -> list[str]:
    found: list[str] = page.locator("#list .id").all_inner_texts()
    return found


def test_the_worst_stands_first(visit: Open) -> None:
    page = visit()

    assert count(page) == "387 of 387 cases"
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

    assert rows(page) == expected
    assert count(page) == f"{len(expected)} of 387 cases"
    again = visit("#" + page.evaluate("location.hash.slice(1)"))
    assert rows(again) == expected

    page.locator("#filters [type=reset]").click()
    assert count(page) == "387 of 387 cases"


def test_verdicts_are_buttons_that_add_up(visit: Open) -> None:
    page = visit()
    page.locator("[data-outcome=fail]").click()
    assert count(page) == "3 of 387 cases"
    page.locator("[data-outcome=known]").click()
    assert count(page) == "4 of 387 cases"
    page.locator("[data-outcome=fail]").click()
    assert rows(page) == ["qstream/text/expected@decode/valid"]
    assert page.locator("[data-outcome=known]").get_attribute("aria-pressed") == "true"


def test_a_cell_of_the_matrix_filters(visit: Open) -> None:
    page = visit()
    page.locator(".matrix td.bad a").click()

    assert count(page) == "4 of 387 cases"
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
    assert "second" in page.locator("#panel .badges").first.inner_text()
    assert page.locator("#replay").inner_text() == f"sciwire conform qstream --impl second --only {BAD}@decode/invalid"
    nowhere = visit("#case=qstream/no/such")
    assert count(nowhere) == "There is no case qstream/no/such in this report."


def test_it_works_by_keyboard(visit: Open) -> None:
    page = visit()
    focused = "document.activeElement.id || document.activeElement.name"
    page.keyboard.press("/")
    assert page.evaluate(focused) == "text"
    page.keyboard.type("text/")
    assert count(page) == "5 of 387 cases"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(focused) == "list"
    chosen = page.locator("#list [aria-selected=true]")
    assert chosen.locator(".id").inner_text() == "qstream/text/optional@decode/valid"
    assert page.locator("#list").get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    page.keyboard.press("Enter")
    assert page.evaluate(focused) == "case-title"
    assert "case=qstream/text/optional@decode/valid" in page.evaluate("location.hash")
    page.keyboard.press("Escape")
    assert page.locator("#panel").is_hidden()
    assert page.evaluate(focused) == "list"
    page.keyboard.press("ArrowUp")
    assert page.locator("#list [aria-selected=true] .id").inner_text() == "qstream/text/hostile@decode/valid"
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    assert count(page) == "387 of 387 cases"


def test_rows_are_made_as_they_are_needed(visit: Open) -> None:
    page = visit()
    assert 100 <= page.locator("#list li").count() < 387
    page.locator("#list").focus()
    page.keyboard.press("End")

    last = page.locator("#list [aria-selected=true]")
    assert last.get_attribute("aria-posinset") == last.get_attribute("aria-setsize") == "387"
    assert last.evaluate(
        "(row) => row.getBoundingClientRect().bottom <= row.parentNode.getBoundingClientRect().bottom + 1"
    )


def test_the_focus_can_be_seen_everywhere(visit: Open) -> None:
    page = visit()
    page.wait_for_selector("#rules details")
    for number in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            assert number > 12
            break
        style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert style == "solid", page.evaluate("document.activeElement.outerHTML.slice(0, 200)")


@pytest.mark.parametrize("address", ["", f"#case={BAD}@decode/invalid", "#case=qstream/text/hostile@decode/valid"])
def test_a_phone_needs_no_sideways_scrolling(address: str, visit: Open) -> None:
    page = visit(address, width=390)

    assert page.evaluate("document.documentElement.scrollWidth") == 390
    if address:
        box = page.locator("#panel").bounding_box()
        assert (box["x"], box["width"]) == (0, 390)
        assert page.evaluate("document.getElementById('panel').scrollWidth") <= 390
        page.locator("#panel header button").click()
        assert page.locator("#panel").is_hidden()


def contrast(page: Any, selector: str) -> float:
    """The ratio of WCAG 2 between the text of an element and the nearest ground behind it."""
    ratio: float = page.locator(selector).first.evaluate("""(element) => {
      const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
      const light = (colour) => {
        const [r, g, b] = parts(colour).map((part) => part / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      let ground = element;
      while (ground.parentElement && parts(getComputedStyle(ground).backgroundColor)[3] === 0) ground = ground.parentElement;
      const levels = [light(getComputedStyle(element).color), light(getComputedStyle(ground).backgroundColor)].sort();
      return (Math.max(...levels) + 0.05) / (Math.min(...levels) + 0.05);
    }""")
    return ratio


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_light_and_dark(scheme: str, visit: Open) -> None:
    page = visit(f"#case={BAD}@decode/invalid", color_scheme=scheme)

    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(251, 250, 248)", "dark": "rgb(20, 22, 26)"}[scheme]
    selectors = ["h1", ".stamp", ".facts", ".matrix strong", ".level", "#list .error", "#list .fail", "#list .known",
                 "#list .unsupported", "#list .pass", "#list .why", "#list .of", "#panel .doc", ".rule a", ".hex .f0",
                 ".hex .at", ".hex .ascii", "#filters label", ".facts .quiet, .keys", "footer"]  # fmt: skip
    for selector in selectors:
        page.locator("#list").evaluate("(list) => { window.scrollTo(0, 0); }")
        assert contrast(page, selector) >= 4.5, selector


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

    row = fold.locator("tr", has_text="QS-009").first
    assert row.locator("td").all_inner_texts()[2:] == ["1 fail", "1 pass"]
    assert "open" in (fold.locator("tr", has_text="QS-002").first.get_attribute("class") or "")
    row.get_by_role("link").click()
    assert count(page) == "2 of 387 cases"


def test_paper_shows_cases_and_no_controls(visit: Open) -> None:
    page = visit(f"#case={BAD}@decode/invalid", color_scheme="dark")
    page.emulate_media(media="print", color_scheme="light")

    assert page.locator("#filters").is_hidden()
    assert page.locator("#panel").is_visible()
    assert page.evaluate("getComputedStyle(document.getElementById('list')).maxHeight") == "none"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_roles_tell_what_is_what(visit: Open) -> None:
    page = visit()

    assert page.get_by_role("listbox", name="Cases").count() == 1
    assert page.get_by_role("search").count() == 1
    assert page.get_by_role("status").inner_text() == "387 of 387 cases"
    options = page.get_by_role("listbox", name="Cases").get_by_role("option")
    assert options.count() >= 100
    options.first.click()
    assert page.get_by_role("article", name="qstream/text/dead@decode/valid").count() == 1
    assert page.get_by_role("button", name="Close (Escape)").count() == 1


def test_a_page_of_ten_thousand_cases_is_quick(visit: Open, tmp_path: Path) -> None:
    cases = (failed(f"toy/many/n{number}", message=f"message {number}") for number in range(10_000))
    file = tmp_path / "big.html"
    file.write_text(html_report(record(*cases), tmp_path), encoding="utf-8")
    page = visit(file=file)

    assert count(page) == "10,000 of 10,000 cases"
    page.locator("[name=text]").fill("message 99")
    found = sum("99" in str(number) for number in range(10_000))
    assert count(page) == f"{found} of 10,000 cases"
    assert page.locator("#list li").count() == 100
