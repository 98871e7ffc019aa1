"""From blobs to the array: what is asked for, what the header says and the bytes that are there must agree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sized
from itertools import islice
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..errors import CodecError, DecodeError, LimitError, TruncatedError
from ..limits import Limits
from ..value import Value
from .asked import asked_order, asked_type, checked_bytes, checked_geometry, extents, whole_axes, wire_type
from .faults import fault
from .form import Form
from .geometry import Point
from .headers import Facts, check_header, decoded, read_header
from .payloads import chosen, unpack
from .pieces import Paster

__all__ = ["Joined", "join"]

T = TypeVar("T")

_MOST_PROBLEMS = 1000  # wrong blobs that are kept of one array


class Joined(Value):
    """What a list of blobs holds; *problems* are those of the blobs that are missing from *array* (left zero)."""

    array: NDArray[Any]
    chunk: tuple[int, ...]
    order: Literal["C", "F"]
    compression: str
    problems: list[CodecError]


def join(
    form: Form,
    blobs: Iterable[Any],
    make: Callable[[Joined], T],
    *,
    shape: Any = None,
    dtype: Any = None,
    chunk: Any = None,
    order: Any = None,
    request: bool = False,
    compression: str | None = None,
    limits: Limits | None = None,
    on_error: str = "raise",
) -> T:
    """Put the array together from *blobs*, any iterable of bytes in the order of the format, looked at once.

    What neither the format nor a header states must be given; what both say must agree. The array is a new
    one, its memory in the order of the elements. With ``on_error="keep"`` blobs that are wrong leave zeros.

    Raises `DecodeError` (`TruncatedError`, `LimitError`); path ``[7]`` is blob 7, `at` a byte of it, `partial` what
    was put together before, if there is anything.
    """
    if on_error not in ("raise", "keep"):
        raise ValueError(f"on_error must be 'raise' or 'keep', not {on_error!r}")
    one = isinstance(blobs, (bytes, bytearray, memoryview))
    source = _Source(form, [blobs] if one else blobs)
    given = {"shape": shape, "dtype": dtype, "chunk": chunk, "order": order, "compression": compression}
    return _Joining(form, source, given, bool(request), limits or form.limits).run(make, on_error == "keep")


class _Source:
    """The blobs, with a look at the first before it is taken."""

    def __init__(self, form: Form, blobs: Iterable[Any]) -> None:
        self._form = form
        self.size = len(blobs) if isinstance(blobs, Sized) else None  # None: an iterator does not say
        try:
            self._iterator = iter(blobs)
        except TypeError as error:
            problem = f"expected blobs one after another, got {type(blobs).__name__}"
            raise fault(form, "blob", problem) from error
        self._ahead: list[Any] = []

    def first(self) -> memoryview | None:
        """The first blob, or None where there is none."""
        self._ahead = self._ahead or list(islice(self._iterator, 1))
        return self.view(0, self._ahead[0]) if self._ahead else None

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return self._ahead.pop() if self._ahead else next(self._iterator)

    def view(self, number: int, blob: Any) -> memoryview:
        """The bytes of a blob."""
        try:
            return memoryview(blob).cast("B")
        except (TypeError, ValueError, BufferError) as error:  # no memory to look at, or not in one piece
            problem = f"expected the bytes of a cutout, got {type(blob).__name__}"
            raise fault(self._form, "blob", problem, path=f"[{number}]") from error


class _Joining:
    def __init__(self, form: Form, source: _Source, given: dict[str, Any], request: bool, limits: Limits) -> None:
        self.form, self.source, self.limits = form, source, limits
        self.given = {**given, **self._learned(given)}
        shape = self._shape()
        steps = whole_axes(form, shape) if form.chunk is not None else self._extents("chunk")
        if not form.order and self.given["order"] is None:
            raise self._missing("order")
        self.order: Literal["C", "F"] = asked_order(form, self.given["order"], DecodeError)
        self.geometry = checked_geometry(form, shape, steps, form.edges_for(request), DecodeError)
        self.dtype = self._type(len(shape))
        self.packing = chosen(form, self.given["compression"], DecodeError)
        self.facts = Facts(form, self.geometry, self.dtype, self.order, self.packing)
        self.nbytes = checked_bytes(form, shape, self.dtype.itemsize, limits, form.said("shape"))

    def run(self, make: Callable[[Joined], T], keep: bool) -> T:
        """Walk over grid points and blobs in step."""
        problems: list[CodecError] = []
        if not keep and self.source.size is not None:
            self._check_number(self.source.size)  # before there is an array
        array = self._room(keep)
        joined = Joined(array, self.geometry.chunk, self.order, self.packing, problems)
        paste = Paster(array, self.geometry, self.order) if array.size else None
        number = seen = 0
        points = self.geometry.walk()
        try:
            for blob in self.source:
                point = next(points, None)
                seen += 1
                if point is None or paste is None:
                    break
                try:
                    paste(point, self._payload(number, point, blob))
                except CodecError as error:
                    if not keep:
                        raise
                    if len(problems) >= _MOST_PROBLEMS:
                        raise self._too_many(number) from None
                    problems.append(error.with_traceback(None))  # which would hold the blob and more
                number += 1
            self._check_end(seen, joined, keep)
        except CodecError as error:
            error.partial = make(joined) if number else None
            raise
        return make(joined)

    def _too_many(self, number: int) -> CodecError:
        problem = f"more than {_MOST_PROBLEMS} blobs are wrong, they are no longer kept"
        rule = self.form.rules.get("size", "")
        return LimitError(problem, path=f"[{number}]", subject=self.form.subject, rule=rule)

    def _check_end(self, seen: int, joined: Joined, keep: bool) -> None:
        """Neither too few nor too many; an iterator was looked at no further than one too many."""
        try:
            self._check_number(seen if self.source.size is None else self.source.size)
        except CodecError as error:
            if not keep:
                raise
            joined.problems.append(error)

    def _check_number(self, found: int) -> None:
        need = self.geometry.number
        grid = f"the grid of {' x '.join(map(str, self.geometry.counts))} needs {need} blobs"
        if found < need:
            raise fault(
                self.form, "few", f"{grid}, there are {found}", kind=TruncatedError, path=f"[{found}]", needed=1
            )
        if found > need:
            raise fault(self.form, "many", f"{grid}, there are more", path=f"[{need}]")

    def _payload(self, number: int, point: Point, blob: Any) -> memoryview:
        """The bytes of the cutout in *blob*, exactly as many as it needs."""
        view = self.source.view(number, blob)
        try:
            found, at = read_header(self.form, view, len(point)) if self.form.header else ({}, 0)
            payload = view[at:]
            if self.form.header:
                check_header(self.form, self.facts, number, point, found, payload)
            size = self.dtype.itemsize
            for extent in self.geometry.stored(point):
                size *= extent
            payload = unpack(self.form, payload, self.packing, size, self.dtype.itemsize, self.limits, at)
            self._check_size(payload, size, point, at)
        except CodecError as error:
            error.within(f"[{number}]")
            raise
        return payload

    def _check_size(self, payload: memoryview, size: int, point: Point, at: int) -> None:
        if len(payload) == size:
            return
        extents_of = " x ".join(map(str, self.geometry.stored(point)))
        problem = f"a cutout of {extents_of} of {self.dtype} needs {size} bytes, there are {len(payload)}"
        if len(payload) > size:
            raise fault(self.form, "long", problem, at=at + size)
        raise fault(self.form, "short", problem, kind=TruncatedError, at=at, needed=size - len(payload))

    def _room(self, keep: bool) -> NDArray[Any]:
        """The array, of zeros that cost nothing until they are written to."""
        first = self.source.first() if self.nbytes and not keep else None
        if first is not None:
            self._payload(0, (0,) * len(self.geometry.shape), first)  # raises before there is an array
        try:
            return np.zeros(self.geometry.shape, self.dtype, order="F" if self.order == "F" else "C")
        except (MemoryError, ValueError) as error:
            problem = f"{self.nbytes} bytes are asked for, there is not so much memory"
            path = self.form.said("shape")
            rule = self.form.rules.get("size", "")
            raise LimitError(problem, path=path, subject=self.form.subject, rule=rule) from error

    def _learned(self, given: dict[str, Any]) -> dict[str, Any]:
        """What the header of the first blob says of the whole, where the caller does not."""
        fields = {one.role: one for one in self.form.header if one.role in given}
        wanted = [role for role in fields if given[role] is None]
        if not wanted:
            return {}
        first = self.source.first()
        if first is None:
            return {}
        low, high = self.form.ranks
        try:
            found, _ = read_header(self.form, first, low if low == high else _rank_of(given))
            words = {role: found[fields[role].name] for role in wanted}
            return {
                role: decoded(self.form, fields[role], word, None) if fields[role].codes else word
                for role, word in words.items()
            }
        except CodecError as error:
            error.within("[0]")
            raise

    def _shape(self) -> tuple[int, ...]:
        form = self.form
        if form.shape is None or self.given["shape"] is not None:
            shape = self._extents("shape")
            if form.shape is not None and shape != form.shape:
                wanted, got = (" x ".join(map(str, one)) for one in (form.shape, shape))
                raise fault(form, "shape", f"expected an array of {wanted}, got {got}", path=form.said("shape"))
            return shape
        return form.shape

    def _extents(self, meaning: str) -> tuple[int, ...]:
        if self.given[meaning] is None:
            raise self._missing(meaning)
        return extents(self.form, meaning, self.given[meaning], DecodeError)

    def _type(self, rank: int) -> np.dtype[Any]:
        given = self.given["dtype"]
        if given is None:
            codes = [code for axes, group in self.form.types if axes in (None, rank) for code in group]
            if len(codes) != 1:
                raise self._missing("dtype")
            given = codes[0]
        name = self.form.said("dtype")
        return wire_type(self.form, asked_type(self.form, given, DecodeError), rank, name, DecodeError)

    def _missing(self, meaning: str) -> CodecError:
        name = self.form.said(meaning)
        return fault(self.form, "missing", f"{name} must be given: the blobs do not say it", path=name)


def _rank_of(given: dict[str, Any]) -> int | None:
    """The number of axes of what the caller gives."""
    for meaning in ("shape", "chunk"):
        if hasattr(given[meaning], "__len__"):
            return len(given[meaning])
    return None
