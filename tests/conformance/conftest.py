"""Vectors of the toy format; and a browser with an HTML report in it, for tests that look at it as a reader does."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import toy
from needs import lacking
from runs import HOSTILE, Open, case, failed, record

from sciwire.conformance.report.page import html_report
from sciwire.conformance.vectors import digest
from sciwire.model import specs_dir

BAD = "qstream/framing/length-one-short"
_PATIENCE = 200_000  # milliseconds; on a busy machine a browser is slow, not wrong


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """A folder of specifications with the vectors of the toy format."""
    return toy.write_vectors(tmp_path)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Debian's Chromium through playwright; skipped where either is missing."""
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
        browser = playwright.chromium.launch(executable_path=program, args=arguments, timeout=_PATIENCE)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of 387 cases of real vectors and invented verdicts, hostile texts among them."""
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
            context.set_default_timeout(_PATIENCE)
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
