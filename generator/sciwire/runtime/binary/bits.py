"""Fields of some bits inside an integer, counted from the least significant bit.

Fields that share bits are several readings of one word: its value stays the bytes. Else the value is
a record of the fields; bits that no field has must be 0 when they are reserved, and are kept by no one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from ..errors import CodecError, DecodeError, EncodeError
from ..value import Value
from .cursor import Reader, Writer
from .scalars import Codec

__all__ = ["BitField", "BitView", "Bits", "InWord", "has_parity"]


class BitField(Value):
    """Bits `at` to ``at + width - 1``; signed ones are two's complement; `names` gives numbers names."""

    name: str
    at: int
    width: int
    signed: bool = False
    names: Mapping[str, int] | None = None
    flag: bool = False

    def __hash__(self) -> int:
        return hash((self.name, self.at, self.width))

    @property
    def mask(self) -> int:
        return (1 << self.width) - 1

    def of(self, word: int) -> Any:
        """The value in *word*."""
        number = word >> self.at & self.mask
        if self.signed and number >> (self.width - 1):
            number -= 1 << self.width
        if self.flag:
            return bool(number)
        for name, value in (self.names or {}).items():
            if value == number:
                return name
        return number

    def column(self, words: NDArray[Any]) -> NDArray[Any]:
        """The field of every word (uint64) as `of` gives it, but for names: uint64, int64 where signed, bool for flags."""
        numbers = (words >> np.uint64(self.at)) & np.uint64(self.mask)
        if self.flag:
            return cast("NDArray[Any]", numbers != 0)
        if self.signed:  # the highest bit of the field is brought to that of the integer, and back
            up = np.int64(64 - self.width)
            return cast("NDArray[Any]", (numbers.view(np.int64) << up) >> up)
        return cast("NDArray[Any]", numbers)

    def put(self, value: Any) -> int:
        """*value* as bits in their place. EncodeError where they do not hold it."""
        number = (self.names or {}).get(value, value) if isinstance(value, str) else value
        if self.flag and isinstance(number, (bool, np.bool_)):
            number = int(number)
        if isinstance(number, bool) or not isinstance(number, (int, np.integer)):
            raise EncodeError(f"expected a whole number, got {value!r}", category="type", path=self.name)
        low = -(1 << (self.width - 1)) if self.signed else 0
        high = low + self.mask
        if not low <= number <= high:
            raise EncodeError(f"expected {low} to {high}, got {number}", path=self.name)
        return (int(number) & self.mask) << self.at


class Bits(Codec):
    """An integer of `size` bytes in byte `order` (``little``, ``big``) and its fields.

    `cls` is None where fields share bits. `parity` is ``(bit, wanted)``: that bit makes the number of ones in
    the whole word odd (1) or even (0); `reserved` says whether bits without a field must be 0.
    """

    def __init__(
        self,
        cls: Any,
        size: int,
        order: Literal["little", "big"],
        fields: tuple[BitField, ...],
        reserved: bool = False,
        parity: tuple[int, int] | None = None,
        rule: str = "",
    ) -> None:
        self.cls = cls
        self.size = self.width = size
        self.order: Literal["little", "big"] = order
        self.fields = fields
        self.reserved = reserved
        self.parity = parity
        self.rule = rule
        self.letters = f"={size}s" if cls is None else ""
        whole = size in (1, 2, 4, 8)
        self.dtype = np.dtype(f"{'<' if order == 'little' else '>'}u{size}") if whole else np.dtype(("u1", (size,)))

    @property
    def free(self) -> int:
        """The bits that no field has, as a mask."""
        taken = sum(field.mask << field.at for field in self.fields) if self.cls is not None else 0
        return ~(taken | (1 << self.parity[0] if self.parity else 0)) & ((1 << 8 * self.width) - 1)

    def read(self, reader: Reader) -> Any:
        start = reader.take(self.width)
        data = bytes(reader.data[start : reader.at])
        word = int.from_bytes(data, self.order)
        reader.span(start, "bits", "  ".join(f"{field.name}={field.of(word)}" for field in self.fields))
        if self.cls is None:
            return data
        self._check(word, start)
        return self.cls(**{field.name: field.of(word) for field in self.fields})

    def _check(self, word: int, start: int) -> None:
        if self.reserved and word & self.free:
            bit = (word & self.free).bit_length() - 1
            raise DecodeError(f"bit {bit} is reserved and must be 0", at=start, rule=self.rule)
        if self.parity is not None and not has_parity(word, self.parity):
            word_text = "odd" if self.parity[1] else "even"
            raise DecodeError(
                f"the number of ones must be {word_text}, it is {word.bit_count()}",
                category="checksum",
                at=start,
                rule=self.rule,
            )

    def write(self, writer: Writer, value: Any) -> None:
        if self.cls is None:
            if not isinstance(value, (bytes, bytearray, memoryview)) or len(value) != self.width:
                got = f"{len(value)}" if isinstance(value, (bytes, bytearray, memoryview)) else type(value).__name__
                raise EncodeError(f"expected {self.width} bytes, got {got}", category="size")
            writer.buffer += value
            return
        if not isinstance(value, self.cls):
            raise EncodeError(f"expected {self.cls.__name__}, got {type(value).__name__}", category="type")
        writer.marks[""] = len(writer.buffer)
        word = 0
        for field in self.fields:
            given = getattr(value, field.name)
            word |= field.put(0 if given is None else given)
        writer.buffer += self._sealed(word).to_bytes(self.width, self.order)

    def fill(self, buffer: bytearray, start: int, field: BitField, value: Any) -> None:
        """Put *value* into *field*, which was written as 0, of the word that stands at *start*."""
        word = int.from_bytes(buffer[start : start + self.width], self.order) | field.put(value)
        if self.parity is not None:
            word &= ~(1 << self.parity[0])
        buffer[start : start + self.width] = self._sealed(word).to_bytes(self.width, self.order)

    def _sealed(self, word: int) -> int:
        """*word* with its parity, whose bit is 0."""
        if self.parity is not None and not has_parity(word, self.parity):
            word |= 1 << self.parity[0]
        return word

    def said(self, value: Any) -> dict[str, Any]:
        """What a reader will find in each field of *value*: one that is not given is written as 0."""
        given = {field.name: getattr(value, field.name) for field in self.fields}
        return {field.name: field.of(0) if given[field.name] is None else given[field.name] for field in self.fields}

    def tree(self, value: Any) -> Any:
        return value if self.cls is None else {field.name: getattr(value, field.name) for field in self.fields}

    def build(self, tree: Any) -> Any:
        if self.cls is None:
            return tree
        names = {field.name for field in self.fields}
        if not isinstance(tree, Mapping) or set(tree) - names:
            raise DecodeError(f"expected a map of {', '.join(sorted(names))}", category="type")
        return self.cls(**tree)


def has_parity(word: int, parity: tuple[int, int]) -> bool:
    """Whether the number of ones in *word* is as *parity* wants it."""
    return (word.bit_count() & 1) == parity[1]


class InWord(Codec):
    """The field `name` of the word `bits`, where it tells of what follows: the user's class has it, and may leave it out."""

    def __init__(self, bits: Bits, name: str) -> None:
        self.bits = bits
        self.field = next(field for field in bits.fields if field.name == name)


class BitView:
    """A word and its fields as attributes; subclasses name them. `bytes()` gives the word as it stands on the wire."""

    CODEC: Bits
    __slots__ = ("_word",)

    def __init__(self, data: bytes | bytearray | memoryview | None = None) -> None:
        size = self.CODEC.width
        given = bytes(size) if data is None else bytes(data)
        if len(given) != size:
            raise CodecError(f"expected {size} bytes, got {len(given)}", category="size")
        self._word = int.from_bytes(given, self.CODEC.order)

    def as_int(self) -> int:
        """The word as a number."""
        return self._word

    def bytes(self) -> bytes:
        """The word as it stands on the wire."""
        return self._word.to_bytes(self.CODEC.width, self.CODEC.order)

    def _get(self, at: int, width: int) -> int:
        return self._word >> at & ((1 << width) - 1)

    def _set(self, at: int, width: int, value: int) -> None:
        mask = (1 << width) - 1
        if not 0 <= value <= mask:
            raise EncodeError(f"expected 0 to {mask}, got {value}")
        self._word = self._word & ~(mask << at) | value << at
