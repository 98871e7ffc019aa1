"""fastremap from PyPI under test: it writes chunks and does not read them.

Three axes and native numbers are all that it takes; its refusals of more are said to be unsupported, not wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from .base import NotSupported, Refusal, Request

__all__ = ["FastremapAdapter"]

_DTYPES = frozenset("?bBhHiIlLqQfd")


class FastremapAdapter:
    """``fastremap.tobytes`` behind the protocol."""

    def start(self) -> Mapping[str, Any]:
        return {
            "implementation": {
                "name": "fastremap",
                "version": version("fastremap"),
                "language": "python",
                "homepage": "https://pypi.org/project/fastremap/",
            },
            "formats": {"chunks": {"versions": ["1.21"], "can": ["encode"]}},
        }

    def encode(self, request: Request) -> Sequence[bytes]:
        import fastremap

        from sciwire.runtime import plain

        value = plain.from_plain(request.value)
        image = value["image"]
        if image.ndim != 3:
            raise NotSupported(f"takes images of three axes, not {image.ndim}")
        if image.dtype.char not in _DTYPES or not image.dtype.isnative:
            raise NotSupported(f"does not take elements of {image.dtype.str}")
        if value["partial"]:
            raise NotSupported("has no partial cutouts")
        try:
            blobs: Sequence[bytes] = fastremap.tobytes(image, value["chunk_size"], order=value["order"])
        except (TypeError, ValueError) as error:
            raise Refusal("constraint", message=str(error)) from error
        return blobs
