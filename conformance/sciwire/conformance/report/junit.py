"""JUnit XML: one suite for each implementation and format, one testcase for each case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from ..runner import Totals
from ..verdict import Level, Result, Verdict

__all__ = ["JUnit"]

#: What XML 1.0 (section 2.2) has no way to say, not even as a character reference.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class JUnit:
    """Collects the results and writes *path* at the end of the run; until then it says that the run did not end.

    A known failure, and a failure of a case that is no MUST, is reported as skipped: consumers of JUnit fail a build
    for every failure.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._suites: dict[tuple[str, str], list[Result]] = {}
        self._ended = False
        self._write()  # a path that cannot be written is known before the run; who kills the run finds an error there

    def begin(self, about: Mapping[str, Any], count: int | None) -> None:
        pass

    def case(self, result: Result) -> None:
        self._suites.setdefault((result.impl, result.format), []).append(result)

    def end(self, totals: Totals) -> None:
        self._ended = True
        self._write()

    def close(self) -> None:
        if not self._ended:
            self._write()

    def _write(self) -> None:
        everything = [result for results in self._suites.values() for result in results]
        counts = _counts(everything, incomplete=not self._ended)
        del counts["skipped"]  # the schema of Jenkins knows it in a testsuite only
        root = ET.Element("testsuites", {"name": "sciwire conform", **counts})
        for (impl, format_name), results in self._suites.items():
            suite = ET.SubElement(root, "testsuite", {"name": _clean(f"{impl}.{format_name}"), **_counts(results)})
            for result in results:
                _testcase(suite, result)
        if not self._ended:
            suite = ET.SubElement(root, "testsuite", {"name": "sciwire conform", **_counts([], incomplete=True)})
            case = ET.SubElement(suite, "testcase", classname="sciwire conform", name="the run ended", time="0")
            ET.SubElement(
                case, "error", message="the run did not end; what is missing was not judged", type="incomplete"
            )
        ET.indent(root)
        self._path.write_bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")


def _testcase(suite: ET.Element, result: Result) -> None:
    classname = _clean(f"{result.impl}.{result.format}.{result.check}")
    case = ET.SubElement(suite, "testcase", classname=classname, name=_clean(result.id), time=f"{result.seconds:.6f}")
    kind = _kind(result)
    if kind:
        fault = f"{result.fault}: " if result.fault else ""
        note = f"known: {result.known}. " if result.known else ("" if kind != "skipped" else f"{result.level}: ")
        attributes = {"message": _clean(f"{note}{fault}{result.message}")[:1000]}
        if kind != "skipped":
            attributes["type"] = str(result.fault or result.verdict)
        ET.SubElement(case, kind, attributes).text = _clean(_body(result))
    if result.stderr:
        ET.SubElement(case, "system-err").text = _clean(result.stderr)


def _kind(result: Result) -> str:
    if result.verdict is Verdict.PASS:
        return ""
    if result.verdict is Verdict.UNSUPPORTED or result.known:
        return "skipped"
    if result.verdict is Verdict.ERROR:
        return "error"
    return "failure" if result.level is Level.MUST else "skipped"


def _counts(results: list[Result], *, incomplete: bool = False) -> dict[str, str]:
    kinds = [_kind(result) for result in results]
    return {
        "tests": str(len(results) + incomplete),
        "failures": str(kinds.count("failure")),
        "errors": str(kinds.count("error") + incomplete),
        "skipped": str(kinds.count("skipped")),
        "time": f"{sum(result.seconds for result in results):.6f}",
    }


def _body(result: Result) -> str:
    rows = {
        "what": result.doc,
        "rules": ", ".join(result.rules),
        "message": result.message,
        "expected": result.expected,
        "got": result.got,
        "replay": result.replay,
    }
    return "\n".join(f"{name}: {text}" for name, text in rows.items() if text)


def _clean(text: str) -> str:
    return _NOT_XML.sub("�", text)
