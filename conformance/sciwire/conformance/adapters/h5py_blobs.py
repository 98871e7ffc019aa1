"""h5py with hdf5plugin under test: HDF5 blobs as the deployed serializer makes them, and as anybody reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from importlib.metadata import version
from io import BytesIO
from typing import Any

from .base import NotSupported, Refusal, Request
from .serializers import SerializerSteps, blobs

__all__ = ["H5pyBlobAdapter"]


class H5pyBlobAdapter:
    """Datasets of a file in memory, by h5py alone."""

    def start(self) -> Mapping[str, Any]:
        import h5py

        return {
            "implementation": {
                "name": "h5py",
                "version": f"{version('h5py')}, HDF5 {h5py.version.hdf5_version}, hdf5plugin {version('hdf5plugin')}",
                "language": "python",
                "homepage": "https://pypi.org/project/h5py/",
            },
            "formats": {"hdf5blob": {"versions": ["1"], "can": ["decode", "encode", "call"], "reports": []}},
        }

    def decode(self, request: Request) -> Any:
        import h5py
        import hdf5plugin  # noqa: F401 - importing it registers the filters

        from sciwire.runtime import plain

        if request.options.get("limits"):
            raise NotSupported("has no limits")
        assert isinstance(request.data, bytes)
        try:
            with h5py.File(BytesIO(request.data), "r") as file:
                fields = request.options.get("fields")
                paths = {path: path for path in _paths(file)} if fields is None else dict(fields)
                return {name: plain.to_plain(_array(file[path])) for name, path in paths.items() if path in file}
        except (OSError, RuntimeError, KeyError, ValueError, TypeError, AttributeError) as error:
            raise Refusal(None, message=str(error)) from error

    def encode(self, request: Request) -> bytes:
        import h5py

        from sciwire.runtime import plain

        value = plain.from_plain(request.value)
        fields = request.options.get("fields") or {path: path for path in value}
        filters = _filters(request.options.get("compression"), request.options.get("compression_level", 3))
        try:
            with BytesIO() as buffer:
                with h5py.File(buffer, "w") as file:
                    for name, array in value.items():
                        dtype = h5py.string_dtype() if array.dtype.kind == "O" else array.dtype
                        chunks = (1, *array.shape[1:])
                        file.create_dataset(fields[name], array.shape, dtype, chunks=chunks, **filters)[...] = array
                return buffer.getvalue()
        except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
            raise Refusal(None, message=str(error)) from error

    def call(self, request: Request) -> Sequence[Mapping[str, Any]]:
        with SerializerSteps(partial(blobs, _filters), self, request) as steps:
            return [steps.answer(step) for step in request.steps]


def _paths(file: Any) -> list[str]:
    import h5py

    found: list[str] = []
    file.visititems(lambda name, one: found.append(f"/{name}") if isinstance(one, h5py.Dataset) else None)
    return sorted(found)


def _array(dataset: Any) -> Any:
    import h5py

    text = h5py.check_string_dtype(dataset.dtype)
    array = dataset.asstr()[...] if text is not None and text.length is None else dataset[()]
    if getattr(array, "dtype", None) is None or (text is None and array.dtype.kind in "OV"):
        raise Refusal("type", message=f"elements of {dataset.dtype}")
    return array


def _filters(compression: str | None, level: int) -> Mapping[str, Any]:
    import hdf5plugin

    makers: dict[str | None, Any] = {
        None: dict,
        "gzip": lambda: {"compression": "gzip", "compression_opts": level},
        "gzip_with_shuffle": lambda: {"compression": "gzip", "compression_opts": level, "shuffle": True},
        "bitshuffle_with_lz4": lambda: hdf5plugin.Bitshuffle(nelems=0, cname="lz4"),
        "bitshuffle_with_zstd": lambda: hdf5plugin.Bitshuffle(nelems=0, cname="zstd", clevel=level),
        "zfp": lambda: hdf5plugin.Zfp(reversible=True),
    }
    if compression not in makers:
        raise Refusal("unsupported", message=f"no compression {compression!r}")
    found: Mapping[str, Any] = makers[compression]()
    return found
