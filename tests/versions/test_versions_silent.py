"""Data that state no version, and messages that describe each other: of shipped formats, as if they had another version."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import cbor2
import numpy as np
import pytest
from generating_versions import ROOT, made

from sciwire.runtime import VersionError


def _twice(name: str, version: str) -> tuple[str, str]:
    text = (ROOT / "specs" / name / f"{version}.yaml").read_text(encoding="utf-8")
    return text, text.replace(f'version: "{version}"', 'version: "99"', 1)


def test_files_of_arrays_are_read_by_the_version_that_is_named(tmp_path: Path) -> None:
    blob = made(tmp_path, "hdf5blob", *_twice("hdf5blob", "1"))
    batch = {"/data": np.arange(6, dtype="<u2").reshape(2, 3)}
    data = blob.encode(batch)

    assert data == blob.encode(batch, version="1") == blob.v1.encode(batch)
    for version in (None, "1", "99"):
        assert blob.decode(data, version=version)["/data"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert blob.version_of(data) == "99"
    assert "do not state it" in blob.decode.__doc__


def test_packets_behind_xml_are_read_by_the_version_that_is_named(tmp_path: Path) -> None:
    specs = tmp_path / "specs" / "qstream"
    specs.mkdir(parents=True)
    for path in (ROOT / "specs" / "qstream").glob("*.xsd"):
        (specs / path.name).write_bytes(path.read_bytes())
    qstream = made(tmp_path, "qstream", *_twice("qstream", "1.1"))
    document = b'<stream dataset_id="B" byte_order="little_endian"/>'
    packet = b'<packet><qdataset id="B" rank="1"><properties/><values encoding="int4" length=""/></qdataset></packet>'
    data = b"[00]%06d%s[01]%06d%s" % (len(document), document, len(packet), packet) + b":01:\0\0\0\x07"

    for version, layout in ((None, qstream.v99), ("1.1", qstream.v1_1), ("99", qstream.v99)):
        with pytest.raises(ValueError, match="no version '2'"):
            qstream.decode(data, version="2")
        decoder = qstream.Decoder(version=version)
        decoder.feed(data[:30])
        decoder.feed(data[30:])
        stream = decoder.finish()
        assert type(stream) is type(qstream.decode(data, version=version)) is layout.Stream
        assert qstream.encode(stream, version=version) == qstream.encode(stream)
    assert qstream.Encoder is qstream.v99.Encoder


RUN = """\
sciwire: 1
format: run
version: "{version}"
family: cbor
title: Frames that a message before them describes
versioning: {{kind: exact, at: version}}
discriminator: kind
messages:
  start:
    fields: {{version: {{type: uint, const: {version}}}, {shape}: text, number: text}}
  frame:
    fields: {{version: {{type: uint, const: {version}}}, pixels: {{type: bytes, required: true}}}}
    payloads:
      pixels: {{algorithm: none, dtypes: [u2], shape: [start.{shape}], dtype: [start.number]}}
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    texts = (RUN.format(version=1, shape="size"), RUN.format(version=2, shape="shape"))
    return made(tmp_path_factory.mktemp("run"), "run", *texts)


@pytest.mark.parametrize("version", [1, 2])
def test_a_session_is_of_the_version_of_its_first_message(run: ModuleType, version: int) -> None:
    words = {"size" if version == 1 else "shape": "2x2", "number": "uint16"}
    start = cbor2.dumps({"kind": "start", "version": version, **words})
    frame = cbor2.dumps({"kind": "frame", "version": version, "pixels": bytes([1, 0, 2, 0, 3, 0, 4, 0])})
    layout = getattr(run, f"v{version}")
    for session in (run.Session(), run.Session(version=str(version)), run.Session(lazy=False)):
        assert type(session.decode(start)) is layout.Start
        assert session.decode(frame).pixels.tolist() == [[1, 2], [3, 4]]
        assert list(session.remembered)
    later = run.Session()
    later.remember(run.decode(start))
    assert later.decode(frame).pixels.tolist() == [[1, 2], [3, 4]]
    assert run.decode(frame, shape=(2, 2), dtype="uint16").pixels.tolist() == [[1, 2], [3, 4]]
    with pytest.raises(VersionError, match="got 3"):
        run.Session().decode(cbor2.dumps({"kind": "start", "version": 3}))
    with pytest.raises(
        VersionError, match=f"expected version {3 - version}, as asked for, the data state version {version}"
    ):
        run.Session(version=str(3 - version)).decode(start)
    with pytest.raises(AttributeError, match="is there when the first message has said"):
        _ = run.Session().remembered
