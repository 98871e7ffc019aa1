"""The schemas of qstream descriptors: they pass what is real and valid, and refuse what breaks a rule that they can say."""

from __future__ import annotations

import json
import os
import re
from base64 import b64decode
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lxml import etree
from qstream_oracle import read
from vector_words import expanded

QSTREAM = Path(__file__).parents[2] / "specs" / "qstream"
SCHEMAS = {name: etree.XMLSchema(etree.parse(QSTREAM / f"{name}.xsd")) for name in ("stream", "packet")}
CHUNK = re.compile(rb"\[(?:[0-9]{2}|xx)\]([0-9]{6})")
CORPUS = Path(os.environ.get("SCIWIRE_CORPUS", "")) / "qstream"
REAL = sorted(CORPUS.glob("*.qds")) if os.environ.get("SCIWIRE_CORPUS") else []
needs_corpus = pytest.mark.skipif(not REAL, reason="SCIWIRE_CORPUS does not name the folder of real files")
# a default namespace is read all the same (QS-031), and byte_order of profile autoplot is free (QS-038)
NOT_BY_SCHEMA = {"qstream/xml/default-namespace"}
# what the schemas are able to say, by the start of the vector's id
SAYABLE = (
    *("stream/dataset-id-missing", "stream/dataset-id-empty", "stream/dataset-id-das2", "stream/byte-order-"),
    *("planes/id-", "planes/rank-missing", "planes/rank-1.0", "planes/rank-one", "planes/rank-empty", "planes/rank-5"),
    *("planes/rank--1", "planes/rank-99", "planes/length-", "binary/name-", "time/width-50", "time/width-99"),
    *("inline/hexadecimal", "inline/time", "inline/empty-middle", "inline/word", "inline/lower-case-nan"),
    *("inline/underscore", "inline/two-numbers", "inline/index-word", "inline/index-negative"),
    *("enumerations/child-", "enumerations/chunk-no-", "enumerations/chunk-value-word"),
    *("properties/no-name", "properties/index-", "joins/empty-join", "bundles/empty"),
)


def vectors(kind: str) -> list[dict[str, Any]]:
    files = sorted((QSTREAM / "vectors").glob("*.json"))
    every = (item for file in files for item in json.loads(file.read_bytes())["vectors"])
    return [expanded(item) for item in every if item["kind"] == kind]


def descriptors(data: bytes) -> list[etree._Element]:
    """Return the roots of all descriptors in *data*: data that look like a chunk hold no `<` behind it."""
    found = []
    for match in CHUNK.finditer(data):
        xml = data[match.end() : match.end() + int(match[1])]
        if len(xml) == int(match[1]) and b"<" in xml:
            xml = re.sub(rb"^<\?xml.*?\?>", b"", xml)
            found.append(
                etree.fromstring(xml, etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True))
            )
    return found


def valid(root: etree._Element) -> bool:
    return bool(SCHEMAS["packet" if root.tag == "packet" else "stream"].validate(root))


def named(item: Any) -> str:
    return item.name if isinstance(item, Path) else str(item["id"])


def test_every_annotation_cites_rules_and_every_wire_name_is_declared() -> None:
    names: set[str] = set()
    for schema in ("stream", "packet"):
        tree = etree.parse(QSTREAM / f"{schema}.xsd")
        names |= {str(node.get("name")) for node in tree.iter("{*}element", "{*}attribute")}
        for node in tree.getroot().findall("{*}element"):
            assert "QS-" in "".join(node.itertext()), node.get("name")
    elements = {"stream", "packet", "qdataset", "properties", "property", "values", "enumerationUnit", "comment"}
    elements |= {"exception", "map", "entry", "datumRange"}
    attributes = {"dataset_id", "byte_order", "version", "id", "rank", "joinId", "index", "name", "type", "value"}
    attributes |= {"encoding", "length", "inline", "bundle", "join", "color", "label", "key", "units", "message"}
    assert elements | attributes <= names


@pytest.mark.parametrize(
    "vector",
    [v for v in vectors("valid") if v["id"] not in NOT_BY_SCHEMA and v.get("profile") != "autoplot"],
    ids=named,
)
def test_descriptors_of_valid_vectors_pass(vector: dict[str, Any]) -> None:
    data = bytes.fromhex(vector["hex"]) if "hex" in vector else str(vector["text"]).encode()
    for root in descriptors(data):
        assert valid(root), (etree.tostring(root), SCHEMAS["packet"].error_log, SCHEMAS["stream"].error_log)


@pytest.mark.parametrize("vector", [v for v in vectors("invalid") if v["id"][8:].startswith(SAYABLE)], ids=named)
def test_descriptors_that_break_a_sayable_rule_are_refused(vector: dict[str, Any]) -> None:
    data = bytes.fromhex(vector["hex"]) if "hex" in vector else str(vector["text"]).encode()
    assert not all(valid(root) for root in descriptors(data))


@pytest.mark.parametrize("start", SAYABLE)
def test_every_sayable_rule_has_a_vector(start: str) -> None:
    assert any(vector["id"][8:].startswith(start) for vector in vectors("invalid"))


def test_a_descriptor_of_ten_thousand_numbers_passes() -> None:
    numbers = ",".join(f"{n}.5E-3" for n in range(10_000))
    root = etree.fromstring(f'<packet><qdataset id="x" rank="1"><values values="{numbers}"/></qdataset></packet>')
    assert valid(root)


@needs_corpus
@pytest.mark.parametrize("file", REAL, ids=named)
def test_descriptors_of_real_files_pass(file: Path) -> None:
    roots = descriptors(file.read_bytes())
    assert {"stream"} <= {root.tag for root in roots}
    assert [root.tag for root in roots if not valid(root)] == []


@needs_corpus
@pytest.mark.parametrize("file", [file for file in REAL if file.with_suffix(".json").exists()], ids=named)
def test_the_second_reader_agrees_with_the_reference_on_real_files(file: Path) -> None:
    expected = json.loads(file.with_suffix(".json").read_bytes())
    if not expected["ok"]:
        pytest.skip("the reference reads no data from this file")
    value = read(file.read_bytes(), "autoplot")
    compared = 0
    for dataset in expected["datasets"]:
        found = value["datasets"].get(dataset["id"], {})
        if isinstance(dataset["shape"], list) and "values" in found:
            array = found["values"]["$nd"]
            data = np.frombuffer(b64decode(array["data"]), array["dtype"]).reshape(array["shape"])
            assert dataset["shape"] == array["shape"]
            assert np.array_equal(np.array(dataset["values"], float), data.astype(float), equal_nan=True), dataset["id"]
            compared += 1
    assert compared
