"""The form of an HDF5 file: superblock, storage and filters of every dataset, attributes; seen with h5py."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from ..vectors import Vector

__all__ = ["look"]

_SHUFFLE, _DEFLATE, _BITSHUFFLE, _ZFP = 2, 1, 32008, 32013


def look(data: bytes, vector: Vector) -> Iterator[str]:
    """What is not in its form, the rule in front; nothing where h5py is not there or can't open the file."""
    try:
        import h5py
    except ImportError:
        return
    try:
        file = h5py.File(io.BytesIO(data), "r")
    except OSError:  # that it can't be read other checks say
        return
    with file:
        yield from (_rows(data, file) if vector.format == "rawhdf5" else _blob(data, file, vector))


def _rows(data: bytes, file: Any) -> Iterator[str]:
    if data[8] != 3 or data[9:11] != b"\x08\x08":
        yield f"RAW-002: expected superblock version 3 with 8-byte offsets and lengths, got {data[8:11].hex(' ')}"
    if int.from_bytes(data[28:36], "little") != len(data):
        yield f"RAW-002: expected the file to end at byte {int.from_bytes(data[28:36], 'little')} as it says, got {len(data)}"
    if data[11]:
        yield f"RAW-005: expected no consistency flags in a closed file, got {data[11]}"
    times = [file["meta"].attrs.get(name) for name in ("created", "modified")]
    if times[0] != times[1]:
        yield "RAW-014: expected created and modified of a fresh file to be one time"
    for name in ("msgs", "msg_headers"):
        found = file[name]
        if found.chunks != (1024,) or found.maxshape != (None,):
            yield f"RAW-023: expected {name} unlimited in chunks of 1024 rows, got {found.chunks} of {found.maxshape}"
        if _filters(found) != [(_DEFLATE, (4,))]:
            yield f"RAW-023: expected deflate level 4 as the only filter of {name}, got {_filters(found)}"
        if len(found.attrs):
            yield f"RAW-026: expected no attributes at {name}, got {sorted(found.attrs)}"


def _blob(data: bytes, file: Any, vector: Vector) -> Iterator[str]:
    if data[8] != 0:
        yield f"HB-020: expected superblock version 0, got {data[8]}"
    elif int.from_bytes(data[40:48], "little") != len(data):
        yield f"HB-020: expected the file to end at byte {int.from_bytes(data[40:48], 'little')} as it says, got {len(data)}"
    found: list[tuple[str, Any]] = []
    file.visititems(lambda name, item: found.append((f"/{name}", item)))
    for name, item in (("/", file), *found):
        if len(item.attrs):
            yield f"HB-023: expected no attributes, got {sorted(item.attrs)} at {name}"
        if hasattr(item, "chunks"):
            yield from _dataset(name, item, vector.encode_options)


def _dataset(name: str, found: Any, options: Any) -> Iterator[str]:
    if found.maxshape != found.shape:
        yield f"HB-021: expected {name} not to grow, got {found.maxshape}"
    if found.chunks != (1, *found.shape[1:]):
        yield f"HB-022: expected chunks of one event in {name}, got {found.chunks}"
    wanted, filters = _wanted(options, found.dtype.itemsize), _filters(found)
    if found.dtype.kind == "O":  # the size of a reference in the file is not that in memory
        wanted, filters = [one[:1] for one in wanted], [one[:1] for one in filters]
    if not _alike(wanted, filters):
        yield f"{_rule(options)}: expected the filters {wanted} for {name}, got {filters}"


def _wanted(options: Any, size: int) -> list[tuple[Any, ...]]:
    """Ids of filters with the numbers that they are told; None for one that may be any."""
    level = options.get("compression_level", 3)
    found: dict[Any, list[tuple[Any, ...]]] = {
        None: [],
        "gzip": [(_DEFLATE, (level,))],
        "gzip_with_shuffle": [(_SHUFFLE, (size,)), (_DEFLATE, (level,))],
        "bitshuffle_with_lz4": [(_BITSHUFFLE, (None, None, size, 0, 2))],
        "bitshuffle_with_zstd": [(_BITSHUFFLE, (None, None, size, 0, 3, level))],
        "zfp": [(_ZFP, None)],
    }
    return found[options.get("compression")]


def _rule(options: Any) -> str:
    rules = {None: "HB-006", "zfp": "HB-025", "bitshuffle_with_lz4": "HB-026", "bitshuffle_with_zstd": "HB-026"}
    return rules.get(options.get("compression"), "HB-024")


def _alike(wanted: list[tuple[Any, ...]], filters: list[tuple[Any, ...]]) -> bool:
    if [one[0] for one in wanted] != [one[0] for one in filters]:
        return False
    for want, got in zip(wanted, filters, strict=True):
        if len(want) > 1 and want[1] is not None:
            pairs = list(zip(want[1], got[1], strict=False))
            if len(want[1]) != len(got[1]) or any(one is not None and one != other for one, other in pairs):
                return False
    return True


def _filters(found: Any) -> list[tuple[Any, ...]]:
    plist = found.id.get_create_plist()
    rows = [plist.get_filter(index) for index in range(plist.get_nfilters())]
    return [(number, tuple(values)) for number, _, values, _ in rows]
