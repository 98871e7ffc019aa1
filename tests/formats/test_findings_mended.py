"""Edges of formats: spellings of encodings, shapes that a table does not have, columns of packets, files that are there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sciwire.formats import bpipe, hdf5blob, pacman, simplon_v1
from sciwire.runtime import CodecError, CodecWarning, EncodeError


def image(encoding: str, shape: str = "[3,2]") -> list[bytes]:
    second = b'{"htype":"dimage_d-1.0","shape":%s,"type":"uint16","encoding":"%s","size":12}' % (
        shape.encode(),
        encoding.encode(),
    )
    return [
        b'{"htype":"dimage-1.0","series":1,"frame":0}',
        second,
        np.arange(6, dtype="<u2").tobytes(),
        b'{"htype":"dconfig-1.0"}',
    ]


def test_spellings_without_hyphen_or_sign_are_read_and_written_as_usual() -> None:
    value = simplon_v1.decode(image("<"))
    value.dimage_d.encoding = "bs16lz4<"
    value.data = np.arange(6, dtype="<u2").reshape(2, 3).copy()
    parts = simplon_v1.encode(value)
    assert b'"bs16-lz4<"' in parts[1]
    for word, hint in (("bs16lz4<", False), ("bs16-lz4", True), ("bs16lz4", True)):
        said = [image("<")[0], parts[1].replace(b"bs16-lz4<", word.encode()), *parts[2:]]
        if hint:
            with pytest.warns(CodecWarning, match="SV1-040"):
                found = simplon_v1.decode(said)
        else:
            found = simplon_v1.decode(said)
        assert found.data.tolist() == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize("array", [np.zeros(6, "u2"), np.zeros((2, 2, 2, 2), "u2")])
def test_an_image_of_another_rank_is_refused(array: np.ndarray) -> None:
    value = simplon_v1.decode(image("<"))
    value.data = array
    with pytest.raises(EncodeError, match="SV1-030"):
        simplon_v1.encode(value)


def test_an_image_of_another_rank_is_read_with_a_warning() -> None:
    with pytest.warns(CodecWarning, match="SV1-030"):
        assert simplon_v1.decode(image("<", "[6]")).data.shape == (6,)


def test_bpipe_columns_are_never_repeated() -> None:
    stream = bpipe.Stream()
    with pytest.raises(CodecError):
        stream.add("p", "DVector3", [1.0, 2.0, 3.0])
    stream.add("p", "DVector3", np.ones((2, 3)))
    stream.add("c", "DComplex", [1 + 2j, 3])
    assert len(stream) == 2 and stream["c"].tolist() == [[1, 2], [3, 0]]
    empty = bpipe.Stream()
    empty.add("a", "int", [])
    assert len(empty) == 0


@pytest.mark.parametrize("extents", [1.5, object(), "12", b"12"])
def test_bpipe_extents_that_are_none(extents: object) -> None:
    with pytest.raises(CodecError):
        bpipe.Pipe().add_header("v", "int", extents)


def test_bpipe_a_cut_packet_has_its_number_from_a_pipe_too() -> None:
    stream = bpipe.Stream()
    stream.add("a", "double", [1.0, 2.0, 3.0])
    pipe = bpipe.Pipe(bpipe.encode(stream)[:-3])
    with pytest.raises(CodecError) as caught:
        pipe.copy()
    assert caught.value.path == "packets[2]"


def test_pacman_a_file_that_is_there_is_an_error_of_the_codec(tmp_path: Path) -> None:
    from sciwire.formats import rawhdf5

    rawhdf5.to_rawfile(tmp_path / "raw.h5", [])
    (tmp_path / "there").write_bytes(b"x")
    with pytest.raises(CodecError, match="is there already") as caught:
        pacman.raw_to_packets_file(tmp_path / "raw.h5", tmp_path / "there")
    assert isinstance(caught.value, FileExistsError)


def test_hdf5blob_compound_elements_have_an_honest_word() -> None:
    with pytest.raises(EncodeError, match="compound"):
        hdf5blob.encode({"/a": np.zeros(3, [("p", "u1"), ("q", "f8")])})


def test_hdf5blob_reads_zfp_as_deployed() -> None:
    import io

    h5py, plugin = pytest.importorskip("h5py"), pytest.importorskip("hdf5plugin")
    buffer, array = io.BytesIO(), np.arange(120.0).reshape(4, 5, 6)
    with h5py.File(buffer, "w") as file:
        file.create_dataset("a", array.shape, "f8", chunks=(1, 5, 6), **plugin.Zfp())[:] = array
    np.testing.assert_array_equal(hdf5blob.decode(buffer.getvalue())["/a"], array)
