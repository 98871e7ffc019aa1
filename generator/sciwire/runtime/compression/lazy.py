"""An array that is still compressed: it knows its shape and dtype, and opens when asked."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sciwire.runtime.errors import EncodeError
from sciwire.runtime.limits import DEFAULT_LIMITS, Limits
from sciwire.runtime.record import Record, attribute

from .decoding import ALGORITHMS, decompress, unknown_algorithm
from .framing import HEADER
from .place import Place

__all__ = ["CompressedArray"]


class CompressedArray(Record):
    """A compressed n-d array, unopened.

    Attributes
    ----------
    algorithm : ``bslz4``, ``lz4``, ``bszstd``, or a name that `open` refuses.
    element_size : bytes of an element for the bit shuffle; the dtype may have another size.
    dtype : of the items, with explicit byte order.
    dimensions : as declared, None for a typed array without (then `shape` follows from the payload's header).
    payload : the exact bytes, 12-byte header included; a view of the message.
    order : ``C``, or ``F`` where the first dimension runs fastest.
    """

    algorithm: str
    element_size: int
    dtype: np.dtype[Any]
    dimensions: tuple[int, ...] | None
    payload: memoryview
    order: Literal["C", "F"] = "C"
    limits: Limits = attribute(default_factory=lambda: DEFAULT_LIMITS, repr=False)
    place: Place = attribute(default_factory=Place, repr=False)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.algorithm}, {self.dtype}, {self.dimensions}, {len(self.payload)} bytes)"

    @property
    def chunk(self) -> memoryview:
        """The payload without its 12-byte header."""
        return self.payload[HEADER.size :]

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the opened array; DecodeError (``size``, ``compression``) where only the payload can say and is wrong."""
        if self.dimensions is not None:
            return self.dimensions
        if len(self.payload) < HEADER.size:
            problem = f"a payload begins with a header of {HEADER.size} bytes, this one has {len(self.payload)} bytes"
            raise self.place.error("header", problem, "compression", self.place.of(self.payload))
        size: int = HEADER.unpack_from(self.payload)[0]
        if size % self.dtype.itemsize:
            problem = f"{self.dtype.name} needs a multiple of {self.dtype.itemsize} bytes, the payload declares {size}"
            raise self.place.error("size", problem, "size", self.place.of(self.payload))
        return (size // self.dtype.itemsize,)

    @property
    def nbytes(self) -> int:
        """Uncompressed size in bytes."""
        size = self.dtype.itemsize
        for dimension in self.shape:
            size *= dimension
        return size

    def open(self, out: NDArray[Any] | None = None) -> NDArray[Any]:
        """Decompress: a read-only array, or *out* filled (one more copy, and no fresh memory kept).

        *out* must be a writable C-contiguous array of the same shape and dtype, EncodeError (``type``, ``size``)
        otherwise: the caller's mistake says nothing of the bytes. Else raises as
        `sciwire.runtime.compression.decompress`. *out* is unchanged then.
        """
        self._check_algorithm()
        shape = self.shape
        if out is not None:
            self._check_out(out, shape)
        array: NDArray[Any] = np.ndarray(shape, self.dtype, self._flat(shape), order=self.order)  # reinterprets
        array.flags.writeable = False
        if out is None:
            return array
        out[...] = array  # copies: the decoder can't be given a buffer
        return out

    def open_bytes(self) -> Any:
        """Decompress: the bytes of the array as they are stored, not copied again. Raises as `open`."""
        self._check_algorithm()
        return self._flat(self.shape)

    def _check_algorithm(self) -> None:
        if self.algorithm not in (self.place.algorithms or ALGORITHMS):
            raise unknown_algorithm(self.algorithm, self.place, self.place.at(0))

    def _flat(self, shape: tuple[int, ...]) -> Any:
        """The uncompressed bytes."""
        expected = self.dtype.itemsize
        for dimension in shape:
            expected *= dimension

        def need() -> str:
            return f"dimensions {' x '.join(map(str, shape))} of {self.dtype.name} need {expected} bytes"

        return decompress(
            self.payload,
            self.algorithm,
            self.element_size,
            expected=expected,
            need=need,
            limits=self.limits,
            place=self.place,
        )

    def __reduce__(self) -> tuple[Any, ...]:
        state = {name: getattr(self, name) for name in type(self).__fields__}
        state["payload"] = bytes(self.payload)
        state["place"] = self.place.detached()
        return _restore, (type(self), state)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        array = self.open()
        return array.astype(dtype) if copy or (dtype is not None and array.dtype != dtype) else array

    def _check_out(self, out: Any, shape: tuple[int, ...]) -> None:
        problem, category = "", "size"
        if not isinstance(out, np.ndarray):
            problem, category = f"out must be an array, it is a {type(out).__name__}", "type"
        elif out.shape != shape or out.dtype != self.dtype:
            problem = f"out must be {self.dtype} of shape {shape}, it is {out.dtype} of {out.shape}"  # says >u2 too
        elif not out.flags.c_contiguous or not out.flags.writeable:
            problem, category = "out must be writable and C-contiguous", "type"
        if problem:
            raise EncodeError(problem, category=category, path=str(self.place.path))


def _restore(cls: type[CompressedArray], state: dict[str, Any]) -> CompressedArray:
    """What unpickling calls: the payload becomes a view again."""
    return cls(**{**state, "payload": memoryview(state["payload"])})
