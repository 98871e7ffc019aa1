"""What stands in front of every blob: written from the facts of the grid, and compared with them on reading."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..errors import EncodeError, TruncatedError
from .faults import fault
from .form import Form, HeaderField
from .geometry import Geometry, Point

__all__ = ["Facts", "check_header", "header_size", "read_header", "write_header"]

Items = int | bytes | tuple[int, ...]
_OF_PAYLOAD = frozenset({"stored", "crc32", "adler32"})


class Facts:
    """What is true of all blobs of one array."""

    def __init__(self, form: Form, geometry: Geometry, dtype: np.dtype[Any], order: str, packing: str) -> None:
        self.geometry = geometry
        self.dtype = dtype
        self.order = order
        self.packing = packing
        self._common: dict[str, Items | str] = {
            "count": geometry.number,
            "chunk": geometry.chunk,
            "shape": geometry.shape,
            "rank": len(geometry.shape),
            "dtype": dtype.str.lstrip("|"),
            "order": order,
            "compression": packing,
        }

    def of(self, field: HeaderField, number: int, point: Point) -> Items | str:
        """What *field* says of blob *number*; not for what depends on the payload."""
        match field.role:
            case "number":
                return number
            case "point":
                return point
            case "start":
                return self.geometry.start(point)
            case "cutout":
                return self.geometry.stored(point)
            case "size":
                return int(np.prod(self.geometry.stored(point), dtype=object)) * self.dtype.itemsize
            case "const" | "reserved":
                return field.value
            case role:
                return self._common[role]


def header_size(form: Form, rank: int) -> int:
    """Bytes in front of the payload, for an array of *rank* axes."""
    return sum(field.width * (rank if field.per_axis else 1) for field in form.header)


def write_header(form: Form, facts: Facts, number: int, point: Point, payload: bytes) -> bytes:
    """Return the header of blob *number*. EncodeError where a number does not fit its field."""
    parts = []
    for field in form.header:
        says: Any = _of_payload(field, payload) if field.role in _OF_PAYLOAD else facts.of(field, number, point)
        if field.codes:
            says = _code(form, field, str(says))
        if isinstance(says, bytes):
            parts.append(says.ljust(field.width, b"\0"))
            continue
        items = says if isinstance(says, tuple) else (says,)
        for item in reversed(items) if field.reverse else items:
            try:
                parts.append(item.to_bytes(field.width, field.order, signed=field.signed))
            except OverflowError as error:
                problem = f"{item} does not fit {field.width} bytes of {field.name}"
                raise fault(form, "header", problem, kind=EncodeError, path=field.name) from error
    return b"".join(parts)


def read_header(form: Form, blob: memoryview, rank: int | None) -> tuple[dict[str, Items], int]:
    """Return what the fields say, and where the payload begins. *rank* may stand in the header itself."""
    found: dict[str, Items] = {}
    at = 0
    for field in form.header:
        if field.per_axis and rank is None:
            raise fault(form, "missing", "the number of axes is not known here", path=field.name, at=at)
        count = (rank or 0) if field.per_axis else 1
        stop = at + field.width * count
        if stop > len(blob):
            problem = f"{field.name} needs {stop - at} bytes, {len(blob) - at} are left"
            raise fault(form, "short", problem, kind=TruncatedError, path=field.name, at=at, needed=stop - len(blob))
        raw = bytes(blob[at:stop])
        items = [
            int.from_bytes(raw[start : start + field.width], field.order, signed=field.signed)
            for start in range(0, len(raw), field.width)
        ]
        if field.per_axis:
            found[field.name] = tuple(reversed(items) if field.reverse else items)
        else:
            found[field.name] = raw if isinstance(field.value, bytes) else items[0]
        if field.role in ("const", "reserved"):  # before anything that follows is believed
            _check_constant(form, field, found[field.name], at)
        if field.role == "rank":
            rank = _checked_rank(form, field, items[0], rank, at)
        at = stop
    return found, at


def check_header(
    form: Form, facts: Facts, number: int, point: Point, found: Mapping[str, Items], payload: memoryview
) -> None:
    """Raise where the header of blob *number* says something that is not so."""
    rank = len(facts.geometry.shape)
    at = 0
    for field in form.header:
        size = field.width * (rank if field.per_axis else 1)
        if field.role in ("const", "reserved"):
            at += size
            continue
        want: Any = _of_payload(field, payload) if field.role in _OF_PAYLOAD else facts.of(field, number, point)
        got: Any = found[field.name]
        if field.codes:
            got = decoded(form, field, got, at)
        if got != want:
            raise _contradiction(form, field, got, want, at, len(payload))
        at += size


def decoded(form: Form, field: HeaderField, code: Any, at: int | None) -> str:
    """The word that a *code* of *field* stands for."""
    if code not in field.codes:
        known = ", ".join(map(str, field.codes))
        raise fault(form, "code", f"the code {code} stands for nothing, known are {known}", path=field.name, at=at)
    return field.codes[code]


def _contradiction(form: Form, field: HeaderField, got: Any, want: Any, at: int, size: int) -> Exception:
    problem = f"expected {_text(want)}, got {_text(got)}"
    if field.role in ("crc32", "adler32"):
        return fault(
            form, "checksum", f"the payload has {want:#010x}, the header says {got:#010x}", path=field.name, at=at
        )
    if field.role == "stored":
        if got > size:
            problem = f"the header declares {got} bytes, {size} are there"
            return fault(form, "short", problem, kind=TruncatedError, path=field.name, at=at, needed=got - size)
        return fault(form, "long", f"the header declares {got} bytes, {size} are there", path=field.name, at=at)
    name = "size" if field.role == "size" else "header"
    return fault(form, name, problem, path=field.name, at=at)


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return " x ".join(map(str, value))
    return repr(value) if isinstance(value, (bytes, str)) else str(value)


def _check_constant(form: Form, field: HeaderField, got: Items, at: int) -> None:
    want = field.value.ljust(field.width, b"\0") if isinstance(field.value, bytes) else field.value
    if got != want:
        raise fault(form, "magic", f"expected {_text(want)}, got {_text(got)}", path=field.name, at=at)


def _checked_rank(form: Form, field: HeaderField, rank: int, known: int | None, at: int) -> int:
    low, high = form.ranks
    if known is not None and rank != known:
        raise fault(form, "header", f"expected {known}, got {rank}", path=field.name, at=at)
    if not low <= rank <= high:
        wanted = f"{low}" if low == high else f"{low} to {high}"
        raise fault(form, "rank", f"expected {wanted} axes, got {rank}", path=field.name, at=at)
    return rank


def _of_payload(field: HeaderField, payload: bytes | memoryview) -> int:
    if field.role == "stored":
        return len(payload)
    return zlib.crc32(payload) if field.role == "crc32" else zlib.adler32(payload)


def _code(form: Form, field: HeaderField, word: str) -> int:
    for code, stands_for in field.codes.items():
        if stands_for == word:
            return code
    known = ", ".join(field.codes.values())
    problem = f"there is no code for {word}, only for {known}"
    raise fault(form, "code", problem, kind=EncodeError, path=field.name)
