"""Integer keys and words have others beside them; a float that does not fit is kept and goes back."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import cbor2
import pytest
from click.testing import CliRunner

from sciwire.cli.app import app

SPEC = """\
sciwire: 1
format: aliased
version: "1"
family: cbor
title: Integer keys with others beside them
doc: Invented, to try other keys.
sources:
  - {id: note, text: an invented note}
discriminator: 0
tolerance: {wrong_type: keep}
messages:
  shot:
    value: 2
    also: [3]
    fields:
      number: {type: uint, key: 1, also: [7], required: true}
      level: {type: float32, key: 4}
"""


def test_integer_keys_and_words_have_others(tmp_path: Path) -> None:
    (tmp_path / "specs" / "aliased").mkdir(parents=True)
    (tmp_path / "specs" / "aliased" / "1.yaml").write_text(SPEC)
    done = CliRunner().invoke(app, ["generate", "--specs", str(tmp_path / "specs"), "--output", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    found = importlib.util.spec_from_file_location("aliased", next((tmp_path / "out").rglob("aliased.py")))
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    assert module.decode(cbor2.dumps({0: 3, 7: 5})).number == 5
    with pytest.warns(UserWarning, match="can't be held"):
        message = module.decode(cbor2.dumps({0: 2, 1: 5, 4: 1 / 3}))
    assert module.decode(cbor2.dumps({0: 2, 1: 5, 4: 0.5})).level == 0.5
    with pytest.warns(UserWarning, match="can't be held"):
        assert module.decode(module.encode(message)).level == 1 / 3
