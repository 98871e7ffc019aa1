"""Streams to bytes, at once or piece by piece. What does the work is loaded when it is first needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from numpy.typing import ArrayLike

from ..errors import EncodeError
from .dataset import Dataset
from .stream import Stream
from .tables import PacketFormat

__all__ = ["Encoder", "encode_stream"]


class Encoder:
    """An incremental encoder: each call returns the bytes of one chunk or stretch of packets.

    Begin with `begin`, then `describe` packet types and give them `records`; `comment`, `label` and
    `exception` may stand anywhere after. Text fields are as wide as any double needs, and times are
    written as numbers, unless a dataset's `write_as` says otherwise (``ascii12``, ``time30``).

    Parameters
    ----------
    encoding : None (text where that loses nothing, dtype included), ``binary``, or the name of the format's decimal text.
    byte_order : one of the format's words; None for little-endian.
    exact : refuse fields that can't hold a value exactly; with False they round what is in their range.
    """

    table: ClassVar[PacketFormat]

    def __init__(self, *, encoding: str | None = None, byte_order: str | None = None, exact: bool = True) -> None:
        from .writer import Writer, wish_of

        self._writer = Writer(self.table, wish_of(self.table, encoding, byte_order, exact))

    def begin(self, dataset_id: str, *, byte_order: bool = True) -> bytes:
        """The stream descriptor; *dataset_id* names the default dataset. *byte_order*: binary data may follow.

        Where no byte order was said, `describe` refuses binary planes.
        """
        return self._writer.begin(dataset_id, byte_order=byte_order)

    def describe(self, *datasets: Dataset) -> tuple[int, bytes]:
        """Describe datasets that travel in the same packets; their values only give dtype and record shape.

        Returns the number of the packet type, for `records`, and the bytes of the descriptor.
        """
        return self._writer.describe(*datasets)

    def records(self, number: int, values: Mapping[str, ArrayLike]) -> bytes:
        """Packets of a described type: *values* by dataset id, equally many records of each."""
        return self._writer.records(number, values)

    def comment(self, type: str, message: str) -> bytes:
        """A remark."""
        return self._writer.comment(type, message)

    def label(self, name: str, code: int, text: str, color: str = "") -> bytes:
        """The label of one code of the enumeration *name*; it stands before the first record that uses it."""
        return self._writer.label(name, code, text, color)

    def exception(self, type: str, message: str) -> bytes:
        """The producer's own error; readers stop here."""
        return self._writer.exception(type, message)


def encode_stream(
    stream: Stream, *, encoding: str | None = None, byte_order: str | None = None, exact: bool = True
) -> bytes:
    """All of *stream* as bytes; parameters of `Encoder`.

    Raises EncodeError, and gives nothing, where a value can't be written.
    """
    from .whole import Whole

    given: object = stream
    if not isinstance(given, Stream):
        raise EncodeError(f"expected a stream, got {type(given).__name__}", category="type")
    return Whole(stream, encoding, byte_order, exact).encode()
