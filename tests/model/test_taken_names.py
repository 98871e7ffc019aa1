"""The table of names that modules need for themselves holds every name that the templates give at the top of a module."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sciwire.generator.render as render
from sciwire.model.taken import TAKEN

TEMPLATES = Path(render.__file__).parent / "templates"
FILES = {family: TEMPLATES / family / "module.py.jinja" for family in TAKEN if family != "packets-text"}
FILES["packets-text"] = TEMPLATES / "packets" / "text.py.jinja"


@pytest.mark.parametrize("family", FILES)
def test_every_name_of_a_template_is_taken(family: str) -> None:
    text = FILES[family].read_text(encoding="utf-8")
    imports = re.findall(r"^\s*from [\w.]+ import (?:\(([^)]*)\)|(.*))$", text, re.MULTILINE)
    names = {one.split(" as ")[-1].strip() for pair in imports for one in "".join(pair).split(",") if one.strip()}
    names |= set(re.findall(r"^(?:def|class) ([A-Za-z]\w*)\(", text, re.MULTILINE))
    names |= set(re.findall(r"^([A-Za-z]\w*)(?::.*)? = ", text, re.MULTILINE))

    assert len(names) > 10
    assert not {name for name in names if name.isidentifier()} - TAKEN[family]
