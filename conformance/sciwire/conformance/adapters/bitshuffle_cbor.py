"""bitshuffle with cbor under test: LCLStreamer messages by the two libraries that the deployed serializer uses.

A byte in front, ``cbor.loads``, and ``bitshuffle.decompress_lz4`` where options say the shape. It runs in a process of
its own: bitshuffle's decoder ends the process over lengths that are wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from .base import NotSupported, Refusal, Request
from .serializers import SerializerSteps, messages

__all__ = ["BitshuffleAdapter"]

_DTYPES = frozenset({"<f8", "float64"})


class BitshuffleAdapter:
    """``cbor`` 1.0 and ``bitshuffle``."""

    def start(self) -> Mapping[str, Any]:
        return {
            "implementation": {
                "name": "bitshuffle + cbor",
                "version": f"bitshuffle {version('bitshuffle')}, cbor {version('cbor')}",
                "language": "python",
                "homepage": "https://github.com/slac-lcls/lclstreamer",
            },
            "window": 1,  # its decoder may crash after the request that was at fault
            "formats": {"lclstreamer": {"versions": ["1"], "can": ["decode", "encode", "call"], "reports": []}},
        }

    def decode(self, request: Request) -> Any:
        import cbor

        from sciwire.runtime import plain

        if unknown := sorted(set(request.options) - {"shape", "dtype"}):
            raise NotSupported(f"has no option {unknown[0]!r}")
        assert isinstance(request.data, bytes)
        data = request.data
        try:
            prefix = data[:1].decode("ascii") if data[:1] in (b"c", b"m") else ""
            message = cbor.loads(data[len(prefix) :])
            if "compressed_data" in message and "shape" in request.options:
                message["compressed_data"] = _frame(message, request.options)
            return plain.to_plain({"prefix": prefix, **message})
        except Exception as error:  # neither has an error of its own: what is raised is the refusal
            raise Refusal(None, message=f"{type(error).__name__}: {str(error)[:300]}") from error

    def encode(self, request: Request) -> bytes:
        import cbor

        from sciwire.runtime import plain

        value = dict(plain.from_plain(request.value))
        try:
            prefix = str(value.pop("prefix", ""))
            frame = value.get("compressed_data")
            if frame is not None and not isinstance(frame, bytes):
                value["compressed_data"] = _compressed(frame)
            return prefix.encode("ascii") + bytes(cbor.dumps(value))
        except NotSupported:
            raise
        except ValueError as error:
            if "unknown object" in str(error):
                raise NotSupported(f"cbor writes no {str(error).partition('object: ')[2][:40]}") from error
            raise Refusal(None, message=str(error)[:300]) from error
        except Exception as error:
            raise Refusal(None, message=f"{type(error).__name__}: {str(error)[:300]}") from error

    def call(self, request: Request) -> Sequence[Mapping[str, Any]]:
        with SerializerSteps(messages, self, request) as steps:
            return [steps.answer(step) for step in request.steps]


def _frame(message: Mapping[str, Any], options: Mapping[str, Any]) -> Any:
    import bitshuffle
    import numpy as np

    dtype = np.dtype(message.get("image_dtype") or message.get("dtype") or options.get("dtype", "<f8"))
    packed = np.frombuffer(message["compressed_data"], np.uint8)
    return bitshuffle.decompress_lz4(packed, tuple(options["shape"]), dtype)


def _compressed(frame: Any) -> bytes:
    import bitshuffle
    import numpy as np

    if frame.dtype.str not in ("<f8",):
        raise NotSupported(f"the serializer sends float64 only, not {frame.dtype.str}")
    return bytes(bitshuffle.compress_lz4(np.ascontiguousarray(frame)).tobytes())
