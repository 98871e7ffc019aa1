"""Configurations and batches that can't be a blob: refused with a literal message; what means nothing: a warning."""

from __future__ import annotations

import pickle
import warnings
from typing import Any

import numpy as np
import pytest
from test_hdf5blob import FIELDS, serialize

from sciwire.formats import hdf5blob
from sciwire.runtime import CodecWarning, EncodeError

WRONG_CONFIGS: list[tuple[Any, str]] = [
    (None, "hdf5blob.Batch: expected a table with fields, compression, compression_level, got NoneType [HB-001]"),
    ({}, "hdf5blob.Batch fields: the parameter fields is missing [HB-001]"),
    ({"fields": {}, "level": 3}, "hdf5blob.Batch level: there is no parameter 'level', known are fields, compression, compression_level [HB-001]"),
    ({"fields": ["a"]}, "hdf5blob.Batch fields: expected a table of sources and paths, got list [HB-002]"),
    ({"fields": {1: "/a"}}, "hdf5blob.Batch fields: expected the name of a source, got 1 [HB-002]"),
    ({"fields": {"a": ""}}, "hdf5blob.Batch fields.a: expected a path as /group/name, got '' [HB-003]"),
    ({"fields": {"a": None}}, "hdf5blob.Batch fields.a: expected a path, got NoneType [HB-003]"),
    ({"fields": {"a": "/x", "b": "x/"}}, "hdf5blob.Batch fields.b: /x is the path of a already [HB-004]"),
    ({"fields": {"a": "/x/y/z", "b": "/x"}}, "hdf5blob.Batch fields.a: /x/y/z lies below /x, which is the dataset of b [HB-005]"),
    ({"fields": FIELDS, "compression": "lzma"}, "hdf5blob.Batch compression: expected a compression of gzip, gzip_with_shuffle, bitshuffle_with_lz4, bitshuffle_with_zstd, zfp, or none, got 'lzma' [HB-006]"),
    ({"fields": FIELDS, "compression": 5}, "hdf5blob.Batch compression: expected a compression of gzip, gzip_with_shuffle, bitshuffle_with_lz4, bitshuffle_with_zstd, zfp, or none, got 5 [HB-006]"),
    ({"fields": FIELDS, "compression": "gzip", "compression_level": 10}, "hdf5blob.Batch compression_level: expected a level of 0 to 9 for gzip, got 10 [HB-007]"),
    ({"fields": FIELDS, "compression": "gzip", "compression_level": -1}, "hdf5blob.Batch compression_level: expected a level of 0 to 9 for gzip, got -1 [HB-007]"),
    ({"fields": FIELDS, "compression": "bitshuffle_with_zstd", "compression_level": 23}, "hdf5blob.Batch compression_level: expected a level of 0 to 22 for bitshuffle_with_zstd, got 23 [HB-007]"),
    ({"fields": FIELDS, "compression": "gzip", "compression_level": 1.5}, "hdf5blob.Batch compression_level: expected an integer, got 1.5 [HB-007]"),
]  # fmt: skip


@pytest.mark.parametrize(("config", "text"), WRONG_CONFIGS, ids=[text[14:60] for _, text in WRONG_CONFIGS])
def test_a_wrong_configuration_is_refused_at_once(config: Any, text: str) -> None:
    with pytest.raises(EncodeError) as caught:
        hdf5blob.HDF5BinarySerializer(config)

    assert str(caught.value) == text
    assert str(pickle.loads(pickle.dumps(caught.value))) == text
    assert isinstance(caught.value, ValueError) and isinstance(caught.value, TypeError)


WRONG_BATCHES: list[tuple[Any, str]] = [
    ([], "hdf5blob.Batch: expected a table of arrays by source, got list [HB-010]"),
    ({}, "hdf5blob.Batch: the batch is empty: it has none of timestamp, detector_data [HB-013]"),
    ({"timestamp": None}, "hdf5blob.Batch: the batch is empty: it has none of timestamp, detector_data [HB-013]"),
    ({"timestamp": [1.0]}, "hdf5blob.Batch timestamp: expected an array, got list [HB-011]"),
    ({"timestamp": np.float64(1)}, "hdf5blob.Batch timestamp: expected an array, got float64 [HB-011]"),
    ({"timestamp": np.array(1.0)}, "hdf5blob.Batch timestamp: expected an event along the first axis, got a single value [HB-012]"),
    ({"timestamp": np.zeros(0)}, "hdf5blob.Batch timestamp: expected events with elements, got an array of 0 [HB-013]"),
    ({"detector_data": np.zeros((3, 0, 4))}, "hdf5blob.Batch detector_data: expected events with elements, got an array of 3 x 0 x 4 [HB-013]"),
    ({"timestamp": np.zeros(3), "detector_data": np.zeros((2, 4))}, "hdf5blob.Batch detector_data: expected 3 events, as timestamp has, got 2 [HB-014]"),
    ({"timestamp": np.zeros(2, "M8[s]")}, "hdf5blob.Batch timestamp: HDF5 has no type for elements of datetime64[s] [HB-011]"),
    ({"timestamp": np.zeros(2, "i4,f8")}, "hdf5blob.Batch timestamp: compound elements have no place in this format, got [('f0', '<i4'), ('f1', '<f8')]; give each member a source [HB-011]"),
    ({"timestamp": np.array(["a", None], object)}, "hdf5blob.Batch timestamp[1]: expected text, got NoneType [HB-011]"),
    ({"timestamp": np.array([["a", "b\0c"]])}, "hdf5blob.Batch timestamp[0][1]: HDF5 can't hold the text 'b\\x00c' [HB-017]"),
    ({"timestamp": np.array(["\ud800"], object)}, "hdf5blob.Batch timestamp[0]: HDF5 can't hold the text '\\ud800' [HB-017]"),
]  # fmt: skip


@pytest.mark.parametrize(("batch", "text"), WRONG_BATCHES, ids=[text[14:60] for _, text in WRONG_BATCHES])
def test_a_wrong_batch_is_refused_with_its_source(batch: Any, text: str) -> None:
    with pytest.raises(EncodeError) as caught:
        serialize(batch)

    assert str(caught.value) == text


def test_zfp_takes_four_types_only() -> None:
    with pytest.raises(EncodeError) as caught:
        serialize({"timestamp": np.zeros((2, 8), "<u2")}, compression="zfp")

    assert (
        str(caught.value)
        == "hdf5blob.Batch timestamp: the compression takes elements of float32, float64, int32, int64, got uint16 [HB-025]"
    )


def test_a_level_without_meaning_is_a_warning_once_and_where_it_was_given() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        config = hdf5blob.HDF5BinarySerializerConfig(FIELDS, "bitshuffle_with_lz4", 5)
        hdf5blob.HDF5BinarySerializer(config)

    assert [str(one.message) for one in caught] == ["compression_level has no meaning for bitshuffle_with_lz4, it is left out"]  # fmt: skip
    assert caught[0].category is CodecWarning and caught[0].filename == __file__
