"""Packets of one type that arrived together, decoded when somebody looks."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .encodings import read_values
from .planes import PacketType
from .runs import Bytes

__all__ = ["Records"]


class Records:
    """Packets of one type: `type` says which, ``len()`` how many, ``records["B"]`` gives the values of a plane."""

    __slots__ = ("_data", "_order", "type")

    def __init__(self, type: PacketType, data: Bytes, order: str) -> None:
        self.type = type
        self._data = data
        self._order = order

    def __len__(self) -> int:
        return len(self._data)

    def __repr__(self) -> str:
        return f"<Records {self.type.path}, {len(self)} packets>"

    def __getitem__(self, id: str) -> NDArray[Any]:
        """The values of dataset *id* in these packets, (packets, ...), or (packets * n,) where each holds n records."""
        start, found = 0, None
        for plane in self.type.planes:
            if plane.id == id and plane.shape is not None:
                found = (start, plane)
            start += plane.size
        if found is None:
            raise KeyError(f"{id!r} has no values in packets of {self.type.path}")
        begin, plane = found
        assert plane.codec is not None and plane.shape is not None
        out = np.empty((len(self._data), plane.shape.values), dtype=plane.codec.array)
        read_values(plane.codec, self._data[:, begin : begin + plane.size], self._order, out)
        return out.reshape((-1, *plane.shape.record))
