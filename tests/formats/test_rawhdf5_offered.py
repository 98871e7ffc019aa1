"""What rawhdf5 offers beside the functions of the original: a writer that stays open, values, spans and sniffing.

B7 is a number of the list of contradictions in the description of the format.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from pathlib import Path

import h5py
from test_rawhdf5 import GROUPS, MSGS, filled

from sciwire.formats import rawhdf5
from sciwire.formats.rawhdf5 import from_rawfile, to_rawfile


def test_import_leaves_the_environment_alone() -> None:
    """B7: no variable is set, and h5py is not loaded before the first file."""
    code = (
        "import os, sys; before = dict(os.environ); import sciwire.formats.rawhdf5; "
        "print(before == dict(os.environ), 'h5py' in sys.modules, 'cbor2' in sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(part for part in sys.path if part)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.split() == ["True", "False", "False"]


def test_the_writer_takes_columns_by_name(tmp_path: Path) -> None:
    """The same file through a writer that is kept open, followed from its second row on."""
    path = tmp_path / "raw.h5"
    with rawhdf5.open_writer(path, io_version="0.3") as writer:
        assert writer.append(MSGS, io_groups=GROUPS) == 3
        assert writer.append(MSGS, {"io_group": GROUPS}) == 3
        assert from_rawfile(path)["msgs"] == MSGS * 2
    [batch] = rawhdf5.follow(path, 1, timeout=0)
    assert (batch.start, batch.version, batch.io_version, list(batch.msgs)) == (1, "0.0", "0.3", (MSGS * 2)[1:])
    assert rawhdf5.repair(path).rows == {"message": 6}


def test_unknown_attributes_survive(tmp_path: Path) -> None:
    """Attributes of known objects come back after decode and encode, and are let be by an append."""
    path = filled(tmp_path / "raw.h5")
    with h5py.File(path, "r+") as file:
        file["meta"].attrs["operator"] = "Ada"
        file["msgs"].attrs["runs"] = [1, 2]
    value = rawhdf5.decode(path)
    again = rawhdf5.decode(rawhdf5.encode(value))
    assert again.extra.keys() == {"/meta@operator", "/msgs@runs"} and again.extra["/meta@operator"] == "Ada"
    assert (again.created, again.modified) == (value.created, value.modified)
    to_rawfile(path, [b"x"])
    assert rawhdf5.decode(path).extra.keys() == again.extra.keys()


def test_spans_cover_every_byte(tmp_path: Path) -> None:
    """Superblock, references and heap objects are named; what lies between is metadata."""
    data = filled(tmp_path / "raw.h5").read_bytes()
    spans = list(rawhdf5.spans(data))
    assert spans[0].start == 0 and spans[-1].stop == len(data)
    assert all(one.stop == after.start for one, after in itertools.pairwise(spans))
    [first] = [span for span in spans if span.path.startswith("heap") and data[span.start + 16 :].startswith(b"first")]
    assert data[first.start : first.stop].endswith(b"first\0\0\0")
    assert {"superblock.consistency flags", "msgs[0]", "msg_headers[0]"} <= {span.path for span in spans}
    assert list(rawhdf5.spans(b"")) == []
    for wrong in (data[:100], b"no file"):
        spans = list(rawhdf5.spans(wrong))
        assert (spans[0].start, spans[-1].stop, spans[-1].kind) == (0, len(wrong), "invalid")


def test_sniffing_asks_for_the_objects(tmp_path: Path) -> None:
    """HDF5 of another kind is not taken for this format; a damaged file is, so that reading says what is wrong."""
    path = filled(tmp_path / "raw.h5")
    data = path.read_bytes()
    assert rawhdf5.sniff(data) and rawhdf5.sniff(memoryview(data)) and rawhdf5.sniff(data[:-5])
    with h5py.File(path, "w") as file:
        file["data"] = [1, 2]
    assert not rawhdf5.sniff(path.read_bytes()) and not rawhdf5.sniff(b"") and not rawhdf5.sniff(b"[00]000000")
