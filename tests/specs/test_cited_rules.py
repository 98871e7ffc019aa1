"""What an error cites is a rule that its vector is about: a report that names another sentence sends people the wrong way."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from vector_words import expanded

from sciwire.runtime import CodecError, Limits

SPECS = Path(__file__).parents[2] / "specs"
FORMATS = ["bpipe", "capture", "chunks", "hdf5blob", "pacman", "qstream", "rawhdf5"]
MESSAGES = ["lclstreamer", "simplon", "simplon_v1"]


def refusals(name: str) -> Iterator[tuple[dict[str, Any], CodecError]]:
    """Every invalid vector with the error that it meets."""
    module = import_module(f"sciwire.formats.{name}")
    for file in sorted((SPECS / name / "vectors").glob("invalid.*.json")):
        for vector in map(expanded, json.loads(file.read_bytes())["vectors"]):
            if vector["kind"] != "invalid":  # one that may be refused is not bound to say why
                continue
            options = dict(vector.get("options", {}))
            if "limits" in options:
                options["limits"] = Limits(**options["limits"])
            data: Any = bytes.fromhex(vector["hex"]) if "hex" in vector else vector.get("text", "").encode()
            if "parts" in vector:
                data = [bytes.fromhex(part) for part in vector["parts"]]
            elif "file" in vector:
                data = (file.parent / vector["file"]).read_bytes()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    module.decode(data, **options)
                except CodecError as error:
                    yield vector, error


@pytest.mark.parametrize("name", [*FORMATS, *MESSAGES])
def test_an_error_cites_a_rule_of_its_vector(name: str) -> None:
    found = list(refusals(name))

    assert len(found) > 50
    wrong = [f"{vector['id']}: {error}" for vector, error in found if error.rule not in vector["rules"]]
    assert wrong == []


@pytest.mark.parametrize("name", FORMATS)
def test_an_error_can_be_read_aloud(name: str) -> None:
    """The subject in front, one sentence of bounded length without a full stop, the rule behind."""
    for vector, error in refusals(name):
        text = str(error)
        assert text.startswith(name) and text.endswith(f"[{error.rule}]"), vector["id"]
        assert 10 < len(error.problem) < 300 and not error.problem.endswith("."), vector["id"]
        assert (
            (error.problem.isprintable() and error.path not in ("", None)) or error.at is not None or error.path == ""
        )


@pytest.mark.parametrize("name", MESSAGES)
def test_an_error_of_a_message_has_a_place(name: str) -> None:
    assert [vector["id"] for vector, error in refusals(name) if error.at is None] == []
