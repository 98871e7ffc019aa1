"""Records are equal by what they hold: arrays by type, shape and elements, NaN like NaN, whatever the byte order."""

from __future__ import annotations

import copy
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "formats"))
from made import module_of

from sciwire.formats import bpipe, qstream, simplon
from sciwire.runtime.equality import same

HEAD = 'sciwire: 1\nversion: "1"\ntitle: Equal\n'
SPECS = {
    "cbor": 'format: eqc\nfamily: cbor\ntypes: {In: {fields: {x: float, a: "array[u2]"}}}\n'
    'messages: {m: {fields: {a: "ndarray[<u2|<f4; y, x]", b: "list[In]", c: "map[text, array[f8]]", d: any, e: float}}}\n',
    "struct": "format: eqs\nfamily: struct\norder: big\nroot: R\nrecords:\n"
    "  R: {fields: {n: u1, a: {type: f4, count: n}, i: In, e: f8, t: {type: In, count: 2, as: table}}}\n  In: {fields: {x: f4}}\n",
    "grid": 'format: eqg\nfamily: grid\narray: {type: "ndarray[f4; y, x]"}\ncutouts: {extents: [2, 2], order: C, points: C, edges: cut}\n',
    "hdf5": "format: eqh\nfamily: hdf5\ndatasets: {a: {at: /a, type: <f4, shape: [3]}, b: {at: /b, type: 'vlen[<u2]', shape: [2]}}\n",
    "multipart": "format: eqm\nfamily: multipart\ndiscriminator: t\ndtypes: {f: f4}\nmessages: {m: {parts: "
    '{h: {says: m, fields: {s: "list[uint]", d: text}}, a: {kind: array, array: {info: h, shape: s, dtype: d}}}}}\n',
}


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ModuleType]:
    return {name: module_of(tmp_path_factory.mktemp(name), HEAD + text) for name, text in SPECS.items()}


def _values(modules: dict[str, ModuleType], number: float) -> dict[str, Any]:
    cbor, struct, grid, hdf5, multipart = (modules[name] for name in SPECS)
    array = np.array([1, number, np.nan], "f4")
    return {
        "cbor": cbor.M(a=array.reshape(1, 3), b=[cbor.In(x=float("nan"), a=np.arange(3, dtype="<u2"))],
                       c={"k": np.array([number, np.nan])}, d={"z": [np.arange(2)]}, e=float("nan")),
        "struct": struct.R(a=array, i=struct.In(x=float("nan")), e=float("nan"),
                           t=np.array([(np.nan,), (number,)], [("x", ">f4")])),
        "grid": grid.Grid(array=np.resize(array, (3, 4))),
        "hdf5": hdf5.File(a=array, b=[np.array([1, 2], "<u2"), np.zeros(0, "<u2")]),
        "multipart": multipart.M(h=multipart.H(s=[3], d="f"), a=array),
    }  # fmt: skip


@pytest.mark.parametrize("family", SPECS)
def test_what_is_decoded_again_is_equal(family: str, modules: dict[str, ModuleType]) -> None:
    module, value = modules[family], _values(modules, 2.0)[family]
    options = {"shape": (3, 4), "dtype": "f4"} if family == "grid" else {}

    data = module.encode(value)
    once, again = module.decode(data, **options), module.decode(data, **options)

    assert once == again
    assert module.decode(module.encode(once), **options) == once
    assert copy.deepcopy(once) == once
    assert family == "hdf5" or once == value
    with pytest.raises(TypeError, match="unhashable"):
        hash(once)


@pytest.mark.parametrize("family", SPECS)
def test_one_element_makes_a_difference(family: str, modules: dict[str, ModuleType]) -> None:
    one, other = (_values(modules, number)[family] for number in (2.0, 3.0))

    assert one != other
    assert one != "text" and one is not None
    assert one == _values(modules, 2.0)[family]


def test_problems_and_sources_do_not_count(modules: dict[str, ModuleType]) -> None:
    value = _values(modules, 2.0)["multipart"]
    again = modules["multipart"].decode(modules["multipart"].encode(value))

    assert again.sources and not value.sources
    assert again == value
    again.missing = frozenset({2})
    assert again != value


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (np.arange(3, dtype="<u2"), np.arange(3, dtype=">u2"), True),
        (np.arange(3, dtype="u2"), np.arange(3, dtype="u4"), False),
        (np.arange(3), np.arange(3).reshape(3, 1), False),
        (np.arange(3), [0, 1, 2], False),
        ([0, 1, 2], np.arange(3), False),
        ([1], (1,), False),
        (np.float32("nan"), float("nan"), True),
        (float("nan"), 1.0, False),
        (0.0, -0.0, True),
        (np.array(["NaT"], "M8[ns]"), np.array(["NaT"], "M8[ns]"), True),
        (np.array(["a"], "S3"), np.array(["b"], "S3"), False),
        (np.ma.MaskedArray([1, 2], [False, True]), np.ma.MaskedArray([1, 3], [False, True]), True),
        (np.ma.MaskedArray([1, 2], [False, True]), np.ma.MaskedArray([1, 2], [True, False]), False),
        ({"a": np.arange(2)}, {"a": np.arange(2), "b": 1}, False),
        (np.zeros((0, 2)), np.zeros((0, 3)), False),
    ],
)
def test_when_values_are_the_same(one: Any, other: Any, equal: bool) -> None:
    assert same(one, other) is equal
    assert same(other, one) is equal


def test_shipped_streams_are_equal_by_content() -> None:
    image = simplon.Image(series_id=1, series_unique_id="a", image_id=0, data={"t": np.ones((2, 2), "<u2")})
    stream = qstream.Stream()
    dataset = stream.new_dataset("a", 1)
    dataset.values = np.array([1.0, np.nan])
    stream.datasets["a"], stream.dataset_id = dataset, "a"

    assert simplon.decode(simplon.encode(image)) == image
    assert qstream.decode(qstream.encode(stream)) == stream != qstream.Stream()
    pipe = bpipe.Stream()
    assert bpipe.decode(bpipe.encode(pipe)) == pipe
