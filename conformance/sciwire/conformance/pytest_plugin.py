"""The cases of the suite as tests of pytest: ``pytest --sciwire-impl cmd:./adapter``.

pytest loads this module wherever the suite is installed, so it only knows the options; `pytest_suite` has the rest.
"""

from __future__ import annotations

from pathlib import Path

import pytest

__all__ = ["pytest_addoption", "pytest_configure"]

_MARKERS = (
    "sciwire: a case of the conformance suite; the name of its format is a marker, too",
    "must: a case behind a rule that binds",
    "should: a case behind a recommendation",
    "may: a case behind an option",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("sciwire", "conformance to specifications of scientific formats")

    def option(name: str, help_text: str, **about: object) -> None:
        group.addoption(f"--sciwire-{name}", help=help_text, **about)

    option("impl", "implementation under test: cmd:program, python:package.module:Adapter, or a shipped adapter (repeatable)", action="append", default=[], metavar="IMPL")  # fmt: skip
    option("format", "only this format, claimed or not (repeatable)", action="append", default=[], metavar="FORMAT")
    option("check", "only this check: decode, roundtrip, … (repeatable)", action="append", default=[], metavar="CHECK")
    option("only", "only cases whose id fits this pattern (repeatable)", action="append", default=[], metavar="PATTERN")
    option("known", "file of known failures, which become xfail, or shipped for those of the shipped adapters (repeatable)", action="append", default=[], type=Path, metavar="FILE")  # fmt: skip
    option("seed", "seed of the generated values and split points", type=int, default=0, metavar="N")
    option("examples", "generated values for each kind of message; 0 for none", type=int, default=100, metavar="N")
    option("time-limit", "seconds that one request may take", type=float, default=10.0, metavar="SECONDS")
    option("specs", "folder of specifications and vectors, in place of ours", type=Path, metavar="DIRECTORY")


def pytest_configure(config: pytest.Config) -> None:
    for marker in _MARKERS:
        config.addinivalue_line("markers", marker)
    if config.getoption("sciwire_impl"):
        from .pytest_suite import Suite

        config.pluginmanager.register(Suite(config), "sciwire-suite")
