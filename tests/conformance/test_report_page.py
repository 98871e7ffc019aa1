"""The HTML report as a file: small, whole, and safe from what it shows. What a browser does with it is tested apart."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import random
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import toy
from runs import HOSTILE, case, failed, record

from sciwire.conformance.coverage import judged_coverage, load_rules
from sciwire.conformance.report.exhibits import load_exhibits
from sciwire.conformance.report.pack import pack
from sciwire.conformance.report.page import html_report
from sciwire.conformance.report.record import Record
from sciwire.conformance.vectors import digest
from sciwire.model import specs_dir


class Page(HTMLParser):
    """Elements with their attributes, and the text of each kind of element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open.append(dict(attrs).get("id") or tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts[self._open[-1]] = self.texts.get(self._open[-1], "") + data


def data_of(page: Page) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(page.texts["data"])))
    return content


def test_ten_thousand_failures_stay_below_two_megabytes(tmp_path: Path) -> None:
    draw = random.Random(1)
    noise = [draw.randbytes(600).hex() for _ in range(50)]
    cases = [
        failed(f"toy/plain/n{number}", message=draw.randbytes(300).hex(), got=noise[number % 50], stderr=draw.randbytes(1000).hex())
        for number in range(10_000)
    ]  # fmt: skip

    page = html_report(record(*cases), tmp_path)

    assert len(page.encode()) < 2_000_000
    packed = data_of(Page(page))
    assert len(packed["cases"]["vector"]) == 10_000
    assert {more["message"][-1] for more in packed["cases"]["more"]} == {"…"}


def test_a_small_page_keeps_all_of_its_texts(tmp_path: Path) -> None:
    page = html_report(record(failed(message="m" * 3999, stderr="line\n" * 700)), tmp_path)

    more = data_of(Page(page))["cases"]["more"][0]
    assert (len(more["message"]), len(more["stderr"])) == (3999, 3500)


def test_nothing_is_loaded_and_only_our_script_may_run(tmp_path: Path) -> None:
    text = html_report(record(failed(message=HOSTILE, impl=HOSTILE, format=HOSTILE, doc=HOSTILE)), tmp_path)
    page = Page(text)

    assert [tag for tag, _ in page.elements].count("script") == 2
    assert not [name for tag, _ in page.elements for name in [tag] if name in ("img", "iframe", "object", "form-x")]
    links = [attributes.get(name) for _, attributes in page.elements for name in ("href", "src") if name in attributes]
    assert all(link is not None and link.startswith(("#", "data:,")) for link in links), links
    policy = next(a["content"] for _, a in page.elements if a.get("http-equiv") == "Content-Security-Policy") or ""
    assert policy.startswith("default-src 'none';")
    for element in ("script", "style"):
        content = re.findall(rf"<{element}>(.*?)</{element}>", text, re.DOTALL)[-1]
        allowed = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{element}-src 'sha256-{allowed}'" in policy
    assert "\u202e" not in text
    assert "\x00" not in text


def test_the_matrix_and_the_verdict_are_there_without_the_script(tmp_path: Path) -> None:
    text = html_report(
        record(case(), failed("other/a/b"), impl := case(impl="second", verdict="unsupported")), tmp_path
    )
    page = Page(text)

    assert impl["verdict"] == "unsupported"
    assert page.texts["span"].startswith("failed") or "failed" in page.texts["span"]
    assert "1 of 3 results breaks the run." in text
    assert "✗ 1 wrong" in text
    assert "✓ all met" in text
    links = [a["href"] for tag, a in page.elements if tag == "a" and "format=" in (a.get("href") or "")]
    assert "#format=other&impl=mine&outcome=error%2Cfail" in links


def test_an_incomplete_run_says_so(tmp_path: Path) -> None:
    text = html_report(record(case(), ended=False, expected=7), tmp_path)

    assert "<title>incomplete" in text
    assert "The run did not end: 1 of 7 cases were judged." in text
    assert "This report is incomplete" in text


def test_bytes_come_with_their_fields_and_the_fault() -> None:
    specs = specs_dir()
    name = "qstream/framing/length-one-short"
    run = record(case(name, "decode/invalid"), formats={"qstream": digest(specs / "qstream")})

    exhibits, changed = load_exhibits(specs, run)

    assert changed == []
    exhibit = exhibits[name]
    assert list(exhibits) == [name]
    assert exhibit.data.startswith(b"[00]000023<stream dataset_id=")
    assert exhibit.at == 0
    assert exhibit.expected == "a refusal, category syntax or framing, at 0"
    assert exhibit.spans[0][:4] == (0, 129, "[00]", "invalid")


def test_every_vector_of_every_format_can_be_shown() -> None:
    specs = specs_dir()
    names = sorted(path.parent.name for path in specs.glob("*/vectors"))
    ids = [item["id"] for name in names for path in (specs / name / "vectors").glob("*.json") for item in json.loads(path.read_text("utf-8"))["vectors"]]  # fmt: skip
    run = record(*(case(one) for one in ids), formats={name: digest(specs / name) for name in names})

    exhibits, changed = load_exhibits(specs, run)

    assert changed == []
    assert sorted(exhibits) == sorted(ids)
    bare = [one.id for one in exhibits.values() if one.data and not one.spans]
    assert bare == []


def test_bytes_of_other_specifications_are_not_passed_off_as_those_of_the_run(tmp_path: Path) -> None:
    specs = toy.write_vectors(tmp_path)
    run = record(case(), formats={"toy": digest(specs / "toy")})
    assert list(load_exhibits(specs, run)[0]) == ["toy/plain/two"]

    toy.write_vectors(tmp_path, [{**toy.VECTORS[0], "hex": "54 0200 0100 0204"}])

    assert load_exhibits(specs, run) == ({}, ["toy"])
    assert "The specification has changed since the run" in html_report(run, specs)


def test_a_format_that_leads_out_of_the_folder_is_none(tmp_path: Path) -> None:
    toy.write_vectors(tmp_path)
    run = record(case(), formats={"../specs/toy": digest(tmp_path / "specs" / "toy")})

    assert load_exhibits(tmp_path / "specs", run) == ({}, ["../specs/toy"])


@pytest.mark.parametrize(("at", "first"), [(None, 0), (10, 0), (4095, 0), (4096, 2048), (9990, 7936)])
def test_of_long_bytes_those_around_the_fault_are_kept(at: int | None, first: int, tmp_path: Path) -> None:
    error = {"category": "size"} | ({} if at is None else {"at": at})
    vector = {
        "id": "toy/plain/long",
        "kind": "invalid",
        "hex": random.Random(2).randbytes(10_000).hex(),
        "error": error,
    }
    specs = toy.write_vectors(tmp_path, [vector])
    run = record(case("toy/plain/long"), formats={"toy": digest(specs / "toy")})

    more = data_of(Page(html_report(run, specs)))["vectors"][0][5]

    assert (more["first"], more["size"]) == (first, 10_000)
    assert base64.b64decode(more["data"]) == bytes.fromhex(str(vector["hex"]))[first : first + 4096]


def test_rules_have_their_text_and_source_and_those_that_nothing_met_are_named() -> None:
    rules = load_rules(specs_dir(), ["qstream", "nosuch"])
    assert rules["nosuch"] == {}
    texts = rules["qstream"]
    assert texts["QS-001"].text.startswith("A stream is a plain concatenation")
    assert "das2java" in texts["QS-001"].source

    run = record(
        case(rules=["QS-001"]) | {"format": "qstream"},
        case(rules=["QS-002"], verdict="unsupported") | {"format": "qstream"},
    )
    whole = judged_coverage(rules, run.cases)[0]
    level, count, missing = whole.rows[0]

    assert (whole.format, level, count - len(missing)) == ("qstream", "MUST", 1)
    assert "QS-002" in missing
    assert "QS-001" not in missing


def test_the_same_run_gives_the_same_page(tmp_path: Path) -> None:
    run: Record = record(case(), failed())

    assert html_report(run, tmp_path) == html_report(run, tmp_path)
    assert pack(run, {}, {}, limit=1) != pack(record(case()), {}, {}, limit=1)
