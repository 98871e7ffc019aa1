"""The bytes of one cutout, as they are or compressed; every size is known before anything is expanded."""

from __future__ import annotations

from typing import Any

from ..errors import CodecError, DecodeError
from ..limits import Limits
from .faults import fault
from .form import Form

__all__ = ["ALGORITHMS", "WRITABLE", "chosen", "pack", "unpack"]

#: What a payload may be; in the framings of `sciwire.runtime.compression` from ``lz4`` on.
ALGORITHMS = ("none", "gzip", "zlib", "deflate", "bz2", "xz", "lz4_block", "lz4", "bslz4", "bszstd")
#: What can be written.
WRITABLE = tuple(name for name in ALGORITHMS if name != "bszstd")
_WINDOWS = {"gzip": 31, "zlib": 15, "deflate": -15}


def chosen(form: Form, name: str | None, kind: type[CodecError]) -> str:
    """Return the compression called *name*, or the format's first."""
    if name is None:
        return form.compressions[0]
    if name not in form.compressions:
        problem = f"expected a compression of {', '.join(form.compressions)}, got {name!r}"
        raise fault(form, "algorithm", problem, kind=kind, path=form.said("compression"))
    return name


def pack(raw: bytes, name: str, level: int | None, itemsize: int) -> bytes:
    """Return *raw* compressed; the same bytes give the same payload (no times, no names)."""
    if name == "none":
        return raw
    if name in _WINDOWS:
        import zlib

        packer = zlib.compressobj(-1 if level is None else level, zlib.DEFLATED, _WINDOWS[name])
        return packer.compress(raw) + packer.flush()
    if name == "bz2":
        import bz2

        return bz2.compress(raw, 9 if level is None else level)
    if name == "xz":
        import lzma

        return lzma.compress(raw, preset=level)
    from .. import compression

    if name == "lz4_block":
        return compression.compress_block(raw)
    import numpy as np

    return b"".join(compression.compress(np.frombuffer(raw, np.uint8), name, itemsize))


def unpack(form: Form, payload: memoryview, name: str, size: int, itemsize: int, limits: Limits, at: int) -> memoryview:
    """Return exactly *size* bytes from *payload*, which begins *at* that byte of its blob."""
    if name == "none":
        return payload
    if size > len(payload) * limits.expansion:
        problem = f"{len(payload)} bytes are to hold {size}, the limit expansion is {limits.expansion}"
        raise fault(form, "compression", problem, at=at)
    if name in _WINDOWS or name in ("bz2", "xz"):
        return memoryview(_stream(form, payload, name, size, at))
    from .. import compression

    place = compression.Place()
    try:
        if name == "lz4_block":
            return memoryview(compression.decompress_block(payload, size, limits=limits, place=place))
        flat = compression.decompress(payload, name, itemsize, expected=size, limits=limits, place=place)
    except DecodeError as error:
        error.at, error.subject, error.rule = at, form.subject, form.rules.get("compression", "")
        raise
    return memoryview(flat)


def _stream(form: Form, payload: memoryview, name: str, size: int, at: int) -> bytes:
    """Expand a stream that says itself where it ends; one byte too much is asked for, and not more."""
    reader: Any
    if name in _WINDOWS:
        import zlib

        reader = zlib.decompressobj(_WINDOWS[name])
        failures: tuple[type[Exception], ...] = (zlib.error,)
    elif name == "bz2":
        import bz2

        reader, failures = bz2.BZ2Decompressor(), (OSError, ValueError)
    else:
        import lzma

        reader, failures = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=1 << 28), (lzma.LZMAError,)
    parts: list[bytes] = []
    left, data = size + 1, bytes(payload)
    try:
        while left and not reader.eof:
            part = reader.decompress(data, left)
            data = getattr(reader, "unconsumed_tail", b"")
            parts.append(part)
            left -= len(part)
            if not part and not data:
                break
    except failures as error:
        raise fault(form, "compression", f"the payload is no {name} stream: {error}", at=at) from error
    flat = b"".join(parts)
    if len(flat) != size or not reader.eof:
        problem = f"the payload expands to {_found(flat, size)}, the cutout needs {size} bytes"
        if len(flat) == size:
            problem = f"the {name} stream does not end with the {size} bytes of the cutout"
        raise fault(form, "compression", problem, at=at)
    if reader.unused_data:
        at += len(payload) - len(reader.unused_data)
        raise fault(form, "long", f"{len(reader.unused_data)} bytes follow the end of the payload", at=at)
    return flat


def _found(flat: bytes, size: int) -> str:
    return "more" if len(flat) > size else f"{len(flat)} bytes"
