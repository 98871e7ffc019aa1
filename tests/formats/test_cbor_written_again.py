"""Values that are awkward to write: lists that are no arrays, keys that are neither text nor numbers."""

from __future__ import annotations

from typing import Any

import pytest

from sciwire.runtime.messages.anything import ANY
from sciwire.runtime.messages.containers import UnionOf
from sciwire.runtime.messages.context import Writing
from sciwire.runtime.messages.ndarrays import TypedArrayOf


@pytest.mark.parametrize("value", [[[1], [2, 3]], ["a", b"\x80"], [[1, 2], [3]]])
def test_a_list_that_is_no_array_is_left_to_the_next_of_several_types(value: Any) -> None:
    assert UnionOf((TypedArrayOf(("<f4",)), ANY)).encode(value, Writing()) == value
