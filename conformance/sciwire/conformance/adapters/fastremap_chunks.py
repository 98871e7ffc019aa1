"""fastremap from PyPI under test: it writes chunks and does not read them.

Three axes and native numbers are all that it takes; its refusals of more are said to be unsupported, not wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from typing import Any

from .base import NotSupported, Refusal, Request
from .steps import Steps

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
            "formats": {"chunks": {"versions": ["1.21"], "can": ["encode", "call"], "operations": ["tobytes"]}},
        }

    def encode(self, request: Request) -> Sequence[bytes]:
        from sciwire.runtime import plain

        value = plain.from_plain(request.value)
        return _cut(**{name: value[name] for name in ("image", "chunk_size", "order", "partial")})

    def call(self, request: Request) -> Sequence[Mapping[str, Any]]:
        with _Steps(self, request) as steps:
            return [steps.answer(step) for step in request.steps]


class _Steps(Steps):
    def operation(self, name: str) -> Callable[..., Any]:
        return _cut if name == "tobytes" else super().operation(name)


def _cut(image: Any, chunk_size: Any, order: str = "C", partial: bool = False) -> Sequence[bytes]:
    import fastremap
    import numpy as np

    if not isinstance(image, np.ndarray):
        raise NotSupported("takes arrays only")
    if image.ndim != 3:
        raise NotSupported(f"takes images of three axes, not {image.ndim}")
    if image.dtype.char not in _DTYPES or not image.dtype.isnative:
        raise NotSupported(f"does not take elements of {image.dtype.str}")
    if partial:
        raise NotSupported("has no partial cutouts")
    try:
        blobs: Sequence[bytes] = fastremap.tobytes(image, chunk_size, order=order)
    except (TypeError, ValueError) as error:
        raise Refusal("constraint", message=str(error)) from error
    return blobs
