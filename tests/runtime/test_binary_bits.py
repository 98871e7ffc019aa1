"""Fields of some bits: of one word, and of a column of words."""

from __future__ import annotations

import numpy as np
import pytest

from sciwire.runtime.binary.bits import BitField

WORDS = [0, 1, 2, 3, 0x80, 0xFF, 1 << 47, 1 << 63, (1 << 64) - 1]


@pytest.mark.parametrize(
    "field",
    [
        BitField("a", 0, 2),
        BitField("a", 7, 1),
        BitField("a", 0, 8, signed=True),
        BitField("a", 0, 64, signed=True),
        BitField("a", 63, 1, signed=True),
        BitField("a", 0, 2, flag=True),
        BitField("a", 63, 1, flag=True),
    ],
    ids=lambda one: f"{one.at}-{one.width}{'-signed' * one.signed}{'-flag' * one.flag}",
)
def test_a_column_has_what_each_word_has(field: BitField) -> None:
    column = field.column(np.array(WORDS, np.uint64)).tolist()

    assert column == [field.of(word) for word in WORDS]
