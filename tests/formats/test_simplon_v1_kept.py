"""What a reader does not touch is written again byte for byte."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest
from vector_words import expanded

from sciwire.formats import simplon_v1

FILES = sorted((Path(__file__).parents[2] / "specs" / "simplon_v1" / "vectors").glob("valid.*.json"))
VECTORS = [expanded(vector) for file in FILES for vector in json.loads(file.read_bytes())["vectors"]]


def whole(part: str | list[tuple[str, int]]) -> bytes:
    """The bytes of a part; of one with a run, what repeats stands once with how often."""
    if isinstance(part, str):
        return bytes.fromhex(part)
    return b"".join(bytes.fromhex(text) * count for text, count in part)


@pytest.mark.parametrize("lazy", [False, True])
def test_what_was_not_changed_is_written_byte_for_byte(lazy: bool) -> None:
    """Rule SV1-009: whatever an implementation would write itself, the parts that came are kept."""
    for vector in VECTORS:
        parts = [whole(part) for part in vector["parts"]]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            message = simplon_v1.decode(parts, lazy=lazy, **vector.get("options", {}))
            assert simplon_v1.encode(message) == parts, vector["id"]

    assert len(VECTORS) > 50
