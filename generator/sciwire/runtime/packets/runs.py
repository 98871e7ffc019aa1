"""Find the packets in a stretch of bytes without one Python step a packet.

A packet is a tag (whose bytes name its type) and as many data bytes as its type says. What is found
is what a sequential walk would find: the next packet begins where the last one ends, and nothing
that stands inside the data is ever taken for a tag. Two ways lead there, chosen by what the bytes
look like, never with another result:

* a *run* of one type has a fixed stride, so its tags are one strided view and one comparison;
* *interleaved* types are found by scanning for bytes that look like tags (candidates), and checking
  for all candidates at once whether the next candidate stands where the packet ends. Where data
  look like tags that fails, and the true chain is marked by pointer doubling over the candidates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bytes", "Run", "Stretch", "Types", "walk"]

Bytes = NDArray[np.uint8]

#: packets compared in the first step of a run; every further step is 8 times as long
FIRST_STEP = 32
#: bytes scanned for candidates at a time: the memory of a scan stays small, its calls few
WINDOW = 1 << 20
#: so many runs in a row, shorter than `SHORT_RUN` on average, and the types count as interleaved
PATIENCE = 4
SHORT_RUN = 24


class Run(NamedTuple):
    """Packets of one type, in stream order.

    Attributes
    ----------
    key : the type's key, as given to `walk`.
    first : offset of the first packet's tag.
    data : (packets, data bytes of one packet) uint8; a strided view where the packets are equally
        spaced, else a contiguous copy.
    step : distance between the tags where the packets are equally spaced, else 0.
    further : (packets,) distances of the tags from `first` where they are not (they came in one window), else None.
    """

    key: str
    first: int
    data: Bytes
    step: int = 0
    further: NDArray[np.int32] | None = None

    def at(self, index: int) -> int:
        """The offset of the tag of packet *index*."""
        return self.first + (index * self.step if self.further is None else int(self.further[index]))


class Stretch(NamedTuple):
    """What `walk` found: its runs, and where it ended: `stop` begins no whole packet of a known type."""

    runs: list[Run]
    stop: int


class Types(dict[str, tuple[bytes, int]]):
    """Packet types: key -> (tag, number of data bytes); all tags are different and equally long.

    A stream may bind a key anew before every packet, so that what `walk` needs is kept while it holds, and what only
    interleaved types need is made where they are.
    """

    def __init__(self, types: Mapping[str, tuple[bytes, int]], between: int = 0) -> None:
        super().__init__()
        self.by_tag: dict[bytes, tuple[str, int]] = {}  # tag -> key, and bytes behind the tag
        self.width = 0  # of a tag
        self.between = between  # bytes of a length field, which stand between tag and data
        self._columns: _Columns | None = None
        for key, (tag, size) in types.items():
            self[key] = (tag, size)

    def __setitem__(self, key: str, kind: tuple[bytes, int]) -> None:
        if self.get(key) == kind:
            return
        tag, size = kind
        if key in self:
            del self.by_tag[self[key][0]]
        super().__setitem__(key, kind)
        self.by_tag[tag] = key, size + self.between
        self.width, self._columns = len(tag), None

    @property
    def columns(self) -> _Columns:
        """The types as parallel columns."""
        if self._columns is None:
            sizes = np.array([size for _, size in self.values()], dtype=np.int64) + self.between
            self._columns = _Columns(list(self), [tag for tag, _ in self.values()], sizes, sizes + self.width)
        return self._columns


class _Columns(NamedTuple):
    keys: list[str]
    tags: list[bytes]
    sizes: NDArray[np.int64]  # (types,), bytes behind the tag of one packet
    strides: NDArray[np.int64]  # (types,), with the tag


def walk(data: Bytes, start: int, types: Mapping[str, tuple[bytes, int]]) -> Stretch:
    """Walk over the packets that stand one after the other from *start*.

    Parameters
    ----------
    data : (bytes,) uint8, contiguous.
    start : offset of the first packet.
    types : key -> (tag, number of data bytes); all tags are different and equally long. `Types` keep what is made of them.

    Returns
    -------
    The runs, and the offset of the first byte that begins no whole packet of these types.
    """
    types = types if isinstance(types, Types) else Types(types)
    runs: list[Run] = []
    position, found, short = start, 0, 0
    while (kind := _type_at(data, position, types)) is not None:
        tag, key, size = kind
        stride = types.width + size
        count = _run_length(data, position, stride, tag)
        rows = _strided(data, position + types.width, count, stride, size)
        runs.append(Run(key, position, rows, step=stride))
        position += count * stride
        found, short = found + count, short + 1
        if short >= PATIENCE:
            if found < SHORT_RUN * short and len(types) > 1:
                position = _scan(data, position, types, runs)
            found, short = 0, 0
    return Stretch(runs, position)


def _type_at(data: Bytes, position: int, types: Types) -> tuple[bytes, str, int] | None:
    """Tag, key and bytes behind the tag of the type whose whole packet stands at *position*, or None."""
    tag = data[position : position + types.width].tobytes()
    found = types.by_tag.get(tag)
    if found is None or position + types.width + found[1] > data.size:
        return None
    return tag, *found


def _strided(data: Bytes, offset: int, count: int, stride: int, size: int) -> Bytes:
    """View (count, size) uint8, rows *stride* apart; the caller has checked that the last row ends inside."""
    return np.ndarray((count, size), dtype=np.uint8, buffer=data, offset=offset if size else 0, strides=(stride, 1))


def _run_length(data: Bytes, position: int, stride: int, tag: bytes) -> int:
    """How many whole packets with *tag* follow each other at *position*, where the first is known to be one."""
    limit = (data.size - position) // stride
    count, step = 1, FIRST_STEP
    while count < limit:
        rows = min(step, limit - count)
        same = _tags_equal(data, position + count * stride, rows, stride, tag)
        if not same.all():
            return count + int(same.argmin())
        count += rows
        step *= 8
    return count


def _tags_equal(data: Bytes, offset: int, rows: int, stride: int, tag: bytes) -> NDArray[np.bool_]:
    """(rows,) bool: is *tag* at offset, offset + stride, ...: one comparison for the usual widths."""
    width = len(tag)
    if width in (1, 2, 4, 8):
        # the tag's bytes read as one integer; the order does not matter, both sides have the same
        words: NDArray[Any] = np.ndarray((rows,), dtype=f"<u{width}", buffer=data, offset=offset, strides=(stride,))
        return np.asarray(words == np.frombuffer(tag, dtype=f"<u{width}")[0])
    return np.asarray((_strided(data, offset, rows, stride, width) == np.frombuffer(tag, dtype=np.uint8)).all(axis=1))


def _scan(data: Bytes, start: int, types: Types, runs: list[Run]) -> int:
    """Append the packets of the interleaved types that follow *start*; return where it stopped."""
    position, table, width = start, types.columns, types.width
    while _type_at(data, position, types) is not None:
        stop = min(position + max(WINDOW, int(table.strides.max())), data.size)
        places, kinds = _candidates(data, position, stop, table, width)
        ends = places + table.strides[kinds]
        on_chain = _chain(places, ends)
        places, kinds, ends = places[on_chain], kinds[on_chain], ends[on_chain]
        if ends[-1] > data.size:  # only the last packet of a chain can be cut
            places, kinds, ends = places[:-1], kinds[:-1], ends[:-1]
        first_of: list[Run] = []
        for kind in np.flatnonzero(np.bincount(kinds)).tolist():
            chosen = places[kinds == kind]
            gathered = _gather(data, chosen + width, int(table.sizes[kind]))
            first = int(chosen[0])
            first_of.append(Run(table.keys[kind], first, gathered, further=(chosen - first).astype(np.int32)))
        runs.extend(sorted(first_of, key=lambda run: run.first))
        position = int(ends[-1])
        if _stopped_interleaving(kinds):
            break
    return position


def _stopped_interleaving(kinds: NDArray[np.int64]) -> bool:
    """Whether the tail of a window is one long run, which the run comparison takes much faster."""
    tail = kinds[-8 * SHORT_RUN :]
    return tail.size == 8 * SHORT_RUN and bool((tail == tail[0]).all())


def _candidates(
    data: Bytes, start: int, stop: int, table: _Columns, width: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Offsets in [start, stop) where the bytes of a known tag stand, and the type of each."""
    last = min(stop, data.size - width + 1)
    opening = table.tags[0][0]
    if all(tag[0] == opening for tag in table.tags):
        places = np.flatnonzero(data[start:last] == opening) + start
    else:
        places = np.flatnonzero(np.isin(data[start:last], [tag[0] for tag in table.tags])) + start
    # of a tag longer than a number the end is looked up, which holds the id, and the rest compared
    lead = max(width - 8, 0)
    codes = _codes(data, places + lead, width - lead)
    wanted = np.array([int.from_bytes(tag[lead:], "little") for tag in table.tags], dtype=np.uint64)
    order = np.argsort(wanted)
    slot = np.minimum(np.searchsorted(wanted[order], codes), wanted.size - 1)
    kinds = order[slot].astype(np.int64)
    known = wanted[kinds] == codes
    if lead:
        heads = np.array([np.frombuffer(tag[:lead], dtype=np.uint8) for tag in table.tags])
        known &= (data[places[:, None] + np.arange(lead)] == heads[kinds]).all(axis=1)
    return places[known], kinds[known]


def _codes(data: Bytes, places: NDArray[np.int64], width: int) -> NDArray[np.uint64]:
    """The *width* (up to 8) bytes at each of *places* as one little-endian number, in a few overlapping reads."""
    codes = np.zeros(places.size, dtype=np.uint64)
    done = 0
    for size in (8, 4, 2, 1):
        if width - done >= size:
            words: NDArray[Any] = np.ndarray((data.size - size + 1,), dtype=f"<u{size}", buffer=data, strides=(1,))
            codes |= words[places + done].astype(np.uint64) << np.uint64(8 * done)
            done += size
    return codes


def _chain(places: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which candidates a sequential walk from the first one visits.

    Usually all, and one comparison shows it. Otherwise the set of visited candidates doubles its
    reach in each of log2(n) rounds, so the cost does not depend on what the data look like.
    """
    if bool((ends[:-1] == places[1:]).all()):
        return np.ones(places.size, dtype=np.bool_)
    count = places.size
    following = np.searchsorted(places, ends)
    missing = following == count
    following[missing] = 0
    following[missing | (places[following] != ends)] = count
    jump = np.append(following, count)  # the last entry is a trap: it leads to itself
    visited = np.zeros(count + 1, dtype=np.bool_)
    visited[0] = True
    while True:
        reached = jump[np.flatnonzero(visited)]
        if bool(visited[reached].all()):
            break
        visited[reached] = True
        jump = jump[jump]
    return visited[:count]


def _gather(data: Bytes, offsets: NDArray[np.int64], size: int) -> Bytes:
    """Copy the *size* bytes at each of *offsets* into (n, size) uint8."""
    if size == 0:
        return np.empty((offsets.size, 0), dtype=np.uint8)
    # one item of a void type a packet: numpy copies each whole, without an index a byte
    items: NDArray[Any] = np.ndarray((data.size - size + 1,), dtype=f"V{size}", buffer=data, strides=(1,))
    return np.asarray(items[offsets]).view(np.uint8).reshape(offsets.size, size)
