"""Digests of parts as hexadecimal text."""

from __future__ import annotations

__all__ = ["digest"]


def digest(algorithm: str, data: bytes | memoryview) -> str:
    """The digest of *data*: ``md5``, ``sha1``, ``sha256``, ``sha512``, ``crc32`` or ``adler32``."""
    if algorithm in ("crc32", "adler32"):
        import zlib

        number = zlib.crc32(data) if algorithm == "crc32" else zlib.adler32(data)
        return f"{number:08x}"
    import hashlib

    return hashlib.new(algorithm, data, usedforsecurity=False).hexdigest()
