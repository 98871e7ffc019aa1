"""The HTML report for everybody: by keyboard, at phone width, in light, dark and on paper, with roles and visible focus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from runs import Open, case, record

from sciwire.conformance.report.page import html_report

BAD = "qstream/framing/length-one-short"


def shows(page: Any, text: str) -> None:
    """The line above the list says *text*, now or soon."""
    from playwright.sync_api import expect

    expect(page.locator("#count")).to_have_text(text)


def test_it_works_by_keyboard(visit: Open) -> None:
    page = visit()
    focused = "document.activeElement.id || document.activeElement.name"
    page.keyboard.press("/")
    assert page.evaluate(focused) == "text"
    page.keyboard.type("text/")
    shows(page, "5 of 387 cases")
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
    shows(page, "387 of 387 cases")


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


def test_the_way_past_the_matrix_keeps_the_filter(visit: Open) -> None:
    page = visit("#level=SHOULD")
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#cases")

    shows(page, "1 of 387 cases")


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


def test_a_phone_scrolls_the_matrix_and_not_the_page(visit: Open, tmp_path: Path) -> None:
    names = ["long-implementation-name"] * 6
    run = record(
        *(case(impl=f"{name}{number}", format="a_format_with_a_long_name") for number, name in enumerate(names))
    )
    file = tmp_path / "wide.html"
    file.write_text(html_report(run, tmp_path), encoding="utf-8")
    page = visit(file=file, width=390)

    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator(".wide").first.evaluate("(one) => one.scrollWidth > one.clientWidth")


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
