"""Every refusal of rawhdf5 cites a rule that the vector is about, so that coverage of the rules can be counted."""

from __future__ import annotations

import math
import warnings
from pathlib import Path
from typing import Any

import pytest

from sciwire.conformance.vectors import Vector, load_vectors
from sciwire.formats import rawhdf5
from sciwire.runtime import CodecError, CodecWarning

VECTORS = load_vectors(Path(__file__).resolve().parents[2] / "specs", "rawhdf5")


@pytest.mark.parametrize("vector", [one for one in VECTORS if one.kind == "invalid"], ids=lambda one: one.id)
def test_a_refused_file_cites_the_rule_that_it_breaks(vector: Vector) -> None:
    """The rules of a vector are those that it was made for; another rule leads a reader astray."""
    with warnings.catch_warnings(), pytest.raises(CodecError) as caught:
        warnings.simplefilter("ignore", CodecWarning)
        rawhdf5.decode(vector.data)
    assert caught.value.rule in vector.rules, f"{caught.value}, the vector is about {', '.join(vector.rules)}"


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        ({"msg_headers": {"io_groups": [256]}}, "RAW-067"),
        ({"msg_headers": {"io_groups": ["7"]}}, "RAW-067"),
        ({"msg_headers": {"colour": [1]}}, "RAW-065"),
        ({"msg_headers": {"io_groups": [1, 2]}}, "RAW-066"),
        ({"msgs": ["text"]}, "RAW-063"),
        ({"version": "zero"}, "RAW-046"),
        ({"version": "0.7"}, "RAW-050"),
        ({"io_version": "1"}, "RAW-046"),
        ({"filename": "no/such/folder/a.h5"}, "RAW-070"),
    ],
)
def test_a_refused_call_cites_the_rule_of_the_argument(tmp_path: Path, arguments: dict[str, Any], rule: str) -> None:
    """And names the file where it is the file."""
    given: dict[str, Any] = {"filename": "a.h5", "msgs": [b"x"], **arguments}
    given["filename"] = tmp_path / given["filename"]
    with pytest.raises(CodecError) as caught:
        rawhdf5.to_rawfile(**given)
    assert caught.value.rule == rule
    if rule == "RAW-070":
        assert str(given["filename"]) in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_refused_read_cites_the_rule_of_the_argument(tmp_path: Path) -> None:
    """Bounds, masks and versions each have a rule; a missing file is named."""
    path = tmp_path / "a.h5"
    rawhdf5.to_rawfile(path, [b"x"], io_version="0.2")
    cases: list[tuple[dict[str, Any], str]] = [
        ({"start": math.nan}, "RAW-077"),
        ({"mask": [True, False]}, "RAW-079"),
        ({"version": "0.9"}, "RAW-048"),
        ({"io_version": "0.3"}, "RAW-057"),
    ]
    for arguments, rule in cases:
        with pytest.raises(CodecError) as caught:
            rawhdf5.from_rawfile(path, **arguments)
        assert caught.value.rule == rule, arguments
    with pytest.raises(FileNotFoundError, match=r"missing\.h5', or a folder"):
        rawhdf5.from_rawfile(tmp_path / "missing.h5")


def test_equal_versions_are_stored_as_one_text(tmp_path: Path) -> None:
    """00.0 is 0.0 (RAW-046): two files of one version do not differ in how it is written."""
    path = tmp_path / "a.h5"
    rawhdf5.to_rawfile(path, version="0.00", io_version="01.002")
    found = rawhdf5.from_rawfile(path)
    assert (found["version"], found["io_version"]) == ("0.0", "1.2")
    rawhdf5.to_rawfile(path, [b"x"], version="0.000", io_version="1.2")
