"""The array in a byte string that other fields describe, still compressed; it opens when asked."""

from __future__ import annotations

from typing import Any

from sciwire.runtime.compression.framing import HEADER
from sciwire.runtime.compression.lazy import CompressedArray
from sciwire.runtime.compression.payloads import open_payload
from sciwire.runtime.compression.place import Place
from sciwire.runtime.errors import DecodeError, LimitError

__all__ = ["BytesPlace", "PayloadArray"]

_WITH_HEADER = ("lz4", "bslz4", "bszstd")
_BEHIND_BLOCKS = ("trailing", "tail")  # faults of a payload whose blocks are all sound


class BytesPlace(Place):
    """A byte string of a message; offsets are absolute."""

    def of(self, view: memoryview) -> int | None:
        return super().of(view) if self.data is not None and self.data.nbytes else None

    def at(self, *steps: str | int, tags: int = 0) -> int | None:
        return super().at(*steps, tags=tags) if self.data is not None and self.data.nbytes else None


class PayloadArray(CompressedArray):
    """A compressed array in a byte string, unopened: `shape`, `dtype`, `payload` (the exact bytes), `open`.

    Attributes
    ----------
    block : bytes of a block where the payload does not say them.
    raw : whether bytes that are no sound payload, and just as many as the array has, are the array itself.
    """

    block: int = 8192
    raw: bool = False

    @property
    def chunk(self) -> memoryview:
        """The payload without its 12-byte header, where it has one."""
        return self.payload[HEADER.size :] if self.algorithm in _WITH_HEADER else self.payload

    def _check_algorithm(self) -> None:
        """`_flat` knows more of them."""

    def _flat(self, shape: tuple[int, ...]) -> Any:
        need = self.nbytes
        if not need and not self.payload:
            return b""
        try:
            return open_payload(
                self.payload,
                self.algorithm,
                need,
                element=self.element_size,
                block=self.block,
                limits=self.limits,
                place=self.place,
            )
        except DecodeError as error:
            if self.raw and len(self.payload) == need and _in_blocks(error):
                return self.payload
            raise


def _in_blocks(error: DecodeError) -> bool:
    """Whether *error* tells of bytes that are no blocks; sound ones with padding behind them are no array."""
    return not isinstance(error, LimitError) and error.check.partition(".")[0] not in _BEHIND_BLOCKS
