"""An error cites the rule that is broken, one of those that the vector exercises."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import pytest

from sciwire.formats import qstream
from sciwire.runtime import CodecWarning, DecodeError, Limits

VECTORS = Path(__file__).resolve().parents[2] / "specs" / "qstream" / "vectors"

#: where a wrong length shows itself only in what follows, which breaks another rule
SHOWN_ELSEWHERE = {
    "qstream/descriptors/stale-width": "QS-001",
    "qstream/framing/length-short-newline": "QS-001",
    "qstream/framing/length-characters": "QS-025",
    "qstream/framing/length-with-header": "QS-025",
}


def _vectors() -> list[dict[str, Any]]:
    files = sorted(VECTORS.glob("invalid.*.json"))
    return [one for path in files for one in json.loads(path.read_text())["vectors"] if one["kind"] == "invalid"]


def _rule(vector: dict[str, Any]) -> str:
    data = bytes.fromhex(vector["hex"]) if "hex" in vector else vector["text"].encode()
    limits = Limits(**vector.get("options", {}).get("limits", {}))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CodecWarning)
        with pytest.raises(DecodeError) as caught:
            qstream.decode(data, profile=vector.get("profile", "documented"), limits=limits)
    return caught.value.rule


def test_every_refusal_cites_a_rule_of_its_vector() -> None:
    vectors = _vectors()

    wrong = {
        vector["id"]: (rule, vector["rules"])
        for vector in vectors
        if (rule := _rule(vector)) not in (*vector["rules"], SHOWN_ELSEWHERE.get(vector["id"]))
    }

    assert len(vectors) > 400
    assert not wrong


def test_every_rule_that_is_cited_is_listed() -> None:
    listed = (VECTORS.parent / "1.1.yaml").read_text()

    assert all(f"id: {rule}," in listed for rule in qstream.Stream.table.rules.values())
