"""What an error cites is a rule that its vector is about: people look it up."""

from __future__ import annotations

import importlib
import json
import warnings
from pathlib import Path
from typing import Any

import pytest

from sciwire.runtime import CodecError, Limits

SPECS = Path(__file__).parents[2] / "specs"


def invalid_vectors(name: str) -> list[dict[str, Any]]:
    """The invalid vectors of the format, whose bytes stand in them."""
    files = sorted((SPECS / name / "vectors").glob("*.json"))
    vectors = [one for file in files for one in json.loads(file.read_text())["vectors"]]
    return [one for one in vectors if one["kind"] == "invalid"]


def test_what_was_not_changed_is_written_byte_for_byte() -> None:
    """Rule SV1-009: whatever an implementation would write itself, the parts that came are kept."""
    from sciwire.formats import simplon_v1

    files = sorted((SPECS / "simplon_v1" / "vectors").glob("valid.*.json"))
    vectors = [one for file in files for one in json.loads(file.read_text())["vectors"]]
    for vector in vectors:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for lazy in (False, True):
                message = simplon_v1.decode(data_of(vector), lazy=lazy, **vector.get("options", {}))
                assert simplon_v1.encode(message) == data_of(vector), vector["id"]

    assert len(vectors) > 50


def data_of(vector: dict[str, Any]) -> Any:
    if "parts" in vector:
        return [bytes.fromhex(part) for part in vector["parts"]]
    return bytes.fromhex(vector["hex"]) if "hex" in vector else vector["text"].encode()


@pytest.mark.parametrize("name", ["simplon_v1", "lclstreamer"])
def test_every_error_cites_a_rule_of_its_vector(name: str) -> None:
    module = importlib.import_module(f"sciwire.formats.{name}")
    wrong: list[str] = []
    vectors = invalid_vectors(name)
    for vector in vectors:
        options = dict(vector.get("options", {}))
        if "limits" in options:
            options["limits"] = Limits(**options["limits"])
        with pytest.raises(CodecError) as caught, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module.decode(data_of(vector), **options)
        if caught.value.rule not in vector["rules"]:
            wrong.append(f"{vector['id']} is about {vector['rules']}: {caught.value}")
        if caught.value.at is None:
            wrong.append(f"{vector['id']} has no place: {caught.value}")

    assert len(vectors) > 50
    assert not wrong
