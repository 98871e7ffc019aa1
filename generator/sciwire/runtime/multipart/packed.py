"""An array in a blob that is still compressed: it knows its shape and dtype, and opens when asked."""

from __future__ import annotations

from typing import Any

from sciwire.runtime.compression.framing import HEADER
from sciwire.runtime.compression.lazy import CompressedArray
from sciwire.runtime.compression.payloads import open_payload
from sciwire.runtime.compression.place import Place
from sciwire.runtime.errors import CodecError, about

__all__ = ["BlobPlace", "PackedArray"]

_WITH_HEADER = ("lz4", "bslz4", "bszstd")


class BlobPlace(Place):
    """A place in a blob, whose offsets count from its first byte."""

    def at(self, *steps: str | int, tags: int = 0) -> int | None:
        return 0


class PackedArray(CompressedArray):
    """A compressed array of a part, unopened: `shape`, `dtype`, `payload` (the exact bytes of the part), `open`.

    Attributes
    ----------
    encoding : what the message calls the compression and byte order; empty where it has no word for it.
    block : bytes of a block where the payload does not say them.
    part, subject : where it came from, for errors: ``part 3``, ``camera.Shot``.
    """

    encoding: str = ""
    block: int = 8192
    part: str = ""
    subject: str = ""

    @property
    def chunk(self) -> memoryview:
        """The payload without its 12-byte header, where it has one."""
        return self.payload[HEADER.size :] if self.algorithm in _WITH_HEADER else self.payload

    def _check_algorithm(self) -> None:
        """`_flat` knows more of them."""

    def _flat(self, shape: tuple[int, ...]) -> Any:
        with about(self.subject):
            try:
                return open_payload(
                    self.payload,
                    self.algorithm,
                    self.nbytes,
                    element=self.element_size,
                    block=self.block,
                    limits=self.limits,
                    place=self.place,
                )
            except CodecError as error:
                error.at = f"{self.part} byte {error.at}" if self.part and isinstance(error.at, int) else error.at
                raise

    def __reduce__(self) -> tuple[Any, ...]:
        names = [name for name in type(self).__fields__ if name not in ("payload", "place")]
        state = {name: getattr(self, name) for name in names}
        return _restore, (bytes(self.payload), (self.place.path, self.place.rule, dict(self.place.rules)), state)


def _restore(payload: bytes, place: tuple[str, str, dict[str, str]], state: dict[str, Any]) -> PackedArray:
    """What unpickling calls: the payload becomes a view again."""
    path, rule, rules = place
    view = memoryview(payload)
    return PackedArray(payload=view, place=BlobPlace(path, view, rule=rule, rules=rules), **state)
