"""A small layout and files of it, made by h5py, for the tests of the HDF5 kernel."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from sciwire.runtime import hdf5
from sciwire.runtime.hdf5 import Attribute, Column, Dataset, Element, Filter, Group, Layout, Reader, VersionRule

__all__ = ["LAYOUT", "columns", "digest", "made", "rows_of"]

_FILTERS = (Filter("deflate", (("level", 4),)),)
#: bytes and a compound that grow in step, a version, a time of change, and a constant
LAYOUT = Layout(
    "demo",
    "File",
    groups=(Group("/about"),),
    attributes=(
        Attribute("version", "/about", "version", Element("text"), rule="DE-001"),
        Attribute("touched", "/about", "touched", Element("number", "<f8"), stamp="modified"),
        Attribute("unit", "/about", "unit", Element("text"), const="V"),
    ),
    datasets=(
        Dataset("words", "/words", Element("blob", "u1"), (None,), (8,), _FILTERS, table="row", rule="DE-002"),
        Dataset(
            "heads",
            "/heads",
            Element("compound", columns=(Column("site", "u1", default=0), Column("gain", "<i2", default=-1))),
            (None,),
            (8,),
            _FILTERS,
            table="row",
        ),
    ),
    versions=(VersionRule("version", ("1.0", "1.2")),),
    swmr=True,
    rules={"lengths": "DE-003", "missing": "DE-004", "heap": "DE-005", "in_use": "DE-006"},
)


def made(path: Path, words: Sequence[bytes], **options: Any) -> Path:
    """A file of `LAYOUT` written row by row with h5py alone; *options* are those of ``create_dataset``."""
    settings = {"chunks": (8,), "compression": "gzip", "maxshape": (None,), **options}
    with h5py.File(path, "w", libver=("v110", "v110")) as file:
        about = file.create_group("about").attrs
        about["version"], about["touched"], about["unit"] = "1.0", 1.5, "V"
        rows = file.create_dataset("words", (len(words),), dtype=h5py.vlen_dtype("u1"), **settings)
        for number, word in enumerate(words):
            rows[number] = np.frombuffer(word, "u1")
        heads = file.create_dataset("heads", (len(words),), dtype=[("site", "u1"), ("gain", "<i2")], **settings)
        heads["site"] = np.arange(len(words)) % 256
    return path


def columns(reader: Reader) -> dict[str, Any]:
    """What `hdf5.read` builds in these tests: the columns of the table."""
    return reader.table("row")


def rows_of(source: Any, **options: Any) -> list[bytes]:
    """The words of a file, as a list."""
    found = hdf5.read(source, LAYOUT, columns, **options)["words"]
    words: list[bytes] = found.tolist()
    return words


def digest(path: Path) -> str:
    """What must not change when a call is refused."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "absent"
