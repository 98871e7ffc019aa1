"""What is said where HDF5, or a package, can't do what is asked; and elements that are opaque to everybody."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from typing import Any

import h5py
import numpy as np
import pytest

from sciwire.formats import hdf5blob
from sciwire.runtime import DecodeError, EncodeError

WITHOUT_PLUGIN = """
import sys
sys.modules["hdf5plugin"] = None
import numpy as np
from sciwire.formats import hdf5blob
from sciwire.runtime import FilterUnavailable
serializer = hdf5blob.HDF5BinarySerializer({"fields": {"a": "/a"}, "compression": sys.argv[1]})
try:
    next(serializer([{"a": np.zeros((2, 3))}]))
except FilterUnavailable as error:
    print(error)
"""


@pytest.mark.parametrize("compression", ["bitshuffle_with_lz4", "bitshuffle_with_zstd", "zfp"])
def test_a_package_that_is_missing_is_named_with_the_parameter_that_asks_for_it(compression: str) -> None:
    command = [sys.executable, "-W", "ignore", "-c", WITHOUT_PLUGIN, compression]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.startswith("hdf5blob.Batch compression: writing with filter ")
    assert said.endswith("needs hdf5plugin: pip install hdf5plugin [HB-038]\n")


def test_more_axes_than_hdf5_has_are_refused_by_source() -> None:
    assert hdf5blob.encode({"a": np.zeros((1,) * 32)}, fields={"a": "/x/y"})
    with pytest.raises(EncodeError) as caught:
        hdf5blob.encode({"a": np.zeros((1,) * 33)}, fields={"a": "/x/y"})
    assert str(caught.value) == "hdf5blob.Batch a: HDF5 has at most 32 axes, this array has 33 [HB-011]"


def test_opaque_elements_are_written_as_h5py_does_and_come_back() -> None:
    array = np.frombuffer(bytes(range(24)), "V4").reshape(2, 3)
    with BytesIO() as buffer:
        with h5py.File(buffer, "w") as file:
            file.create_dataset("a", data=array, chunks=(1, 3))
        expected = buffer.getvalue()
    blob = hdf5blob.encode({"a": array}, fields={"a": "a"})
    assert blob == expected
    again = hdf5blob.decode(blob)["/a"]
    assert again.dtype == array.dtype and again.tobytes() == array.tobytes()


@pytest.mark.parametrize("level", [True, False, np.True_])
def test_yes_and_no_are_no_levels(level: Any) -> None:
    with pytest.raises(
        EncodeError, match=r"compression_level: expected an integer, got (np\.)?(True|False).*\[HB-007\]"
    ):
        hdf5blob.HDF5BinarySerializer({"fields": {}, "compression": "gzip", "compression_level": level})


def test_the_element_types_of_a_compression_have_their_usual_names() -> None:
    with pytest.raises(
        EncodeError, match="the compression takes elements of float32, float64, int32, int64, got uint8"
    ):
        hdf5blob.encode({"a": np.zeros((2, 3), "u1")}, fields={"a": "a"}, compression="zfp")


def test_text_that_its_heap_does_not_have_breaks_a_rule() -> None:
    blob = bytearray(hdf5blob.encode({"a": np.array(["text"])}, fields={"a": "a"}))
    number = blob.index(b"GCOL") + 16
    assert blob[number] == 1
    blob[number] = 9
    with pytest.raises(DecodeError) as caught:
        hdf5blob.decode(bytes(blob))
    assert (caught.value.path, caught.value.rule) == ("a[0]", "HB-036")
