"""A model of a pipe: the canonical value of its input, and what each edit must make of the outputs.

The bytes of the input are put together here from the layout of BPX-1 (formats/bpipe.md), not by a codec under test:
a prefix, lines of definitions, header data, packets, padded to multiples of eight.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable

from ..strategies import drawing as st
from .model import Move

__all__ = ["Pipes", "stream"]

_KINDS = {"int": ("i", 4), "double": ("d", 8), "char": ("B", 1), "uint": ("I", 4)}
_OUTPUTS = ("x", "y")
_NAMES = ("alpha", "beta", "gamma", "delta")
_MAGIC = b"\x89BPX\r\n\x1a\n"

Row = tuple[str, str, bytes]  # name, type, the bytes of each packet (or of the header field)


class Pipes:
    """One input, two outputs: fields are deleted, added; header fields come and go; all packets are copied."""

    def __init__(self) -> None:
        self._header: list[tuple[str, str, bytes]] = []
        self._core: list[str] = []
        self._kinds: dict[str, str] = {}
        self._data: dict[str, list[bytes]] = {}
        self._gone: dict[str, set[str]] = {name: set() for name in _OUTPUTS}
        self._count = 0

    def first(self, draw: st.DrawFn) -> list[Move]:
        self._count = draw(st.integers(0, 3))
        self._core = draw(st.lists(st.sampled_from(_NAMES), min_size=1, max_size=3, unique=True))
        for name in self._core:
            self._kinds[name] = kind = draw(st.sampled_from(sorted(_KINDS)))
            size = _KINDS[kind][1]
            self._data[name] = [draw(st.octets(size)) for _ in range(self._count)]
        for name in draw(st.lists(st.sampled_from(_NAMES), max_size=2)):
            self._header.append((name, "int", draw(st.octets(4))))
        data = base64.b64encode(self._bytes(set())).decode()
        return [Move("open", {"data": {"$bytes": data}, "outputs": list(_OUTPUTS)}, {"value": None})]

    def rules(self) -> list[Callable[[st.DrawFn], Move]]:
        return [self._delete, self._delete_from_one, self._add, self._delete_header, self._wrong_type, self._wrong_site]

    def last(self) -> list[Move]:
        copied = Move("copy", {}, {"value": self._count})
        late = Move("add", {"name": "late", "type": "int"}, {"error": {"category": ["state", "constraint"]}})
        return [copied, late, *(self._written(name) for name in _OUTPUTS)]

    def _written(self, output: str) -> Move:
        data = base64.b64encode(self._bytes(self._gone[output])).decode()
        return Move("written", {"output": output}, {"value": {"$bytes": data}})

    def _delete(self, draw: st.DrawFn) -> Move:
        """From core, and so from all outputs; 1 where there is none. One field of the input has to stay."""
        stays = self._input_left()[:1]
        name = draw(st.sampled_from([one for one in _NAMES if one not in stays]))
        there = name in self._core
        self._core = [one for one in self._core if one != name]
        return Move("delete", {"name": name, "site": "core"}, {"value": 0 if there else 1})

    def _delete_from_one(self, draw: st.DrawFn) -> Move:
        stays = self._input_left()[:1]
        name = draw(st.sampled_from([one for one in _NAMES if one not in stays]))
        output = draw(st.sampled_from(_OUTPUTS))
        there, args = name in self._core, {"name": name, "site": "output", "channel": output}
        if there and name in self._gone[output]:
            return Move("delete", args, {"any": True})  # the sources do not say what a second time gives
        if there:
            self._gone[output].add(name)
        return Move("delete", args, {"value": 0 if there else 1})

    def _input_left(self) -> list[str]:
        return [one for one in self._core if one in _NAMES]

    def _add(self, draw: st.DrawFn) -> Move:
        """At the end of core, filled with noughts; 1 where the name is taken."""
        name, kind = draw(st.sampled_from(("epsilon", "zeta"))), draw(st.sampled_from(sorted(_KINDS)))
        taken = name in self._core
        if not taken:
            self._core.append(name)
            self._kinds[name] = kind
            self._data[name] = [bytes(_KINDS[kind][1])] * self._count
        return Move("add", {"name": name, "type": kind}, {"value": 1 if taken else 0})

    def _delete_header(self, draw: st.DrawFn) -> Move:
        """The last of a name."""
        name = draw(st.sampled_from(_NAMES))
        found = [index for index, row in enumerate(self._header) if row[0] == name]
        if found:
            del self._header[found[-1]]
        return Move("delete_header", {"name": name}, {"value": 0 if found else 1})

    def _wrong_type(self, draw: st.DrawFn) -> Move:
        return Move("add", {"name": "eta", "type": "quaternion"}, {"error": {"category": "type"}})

    def _wrong_site(self, draw: st.DrawFn) -> Move:
        return Move("delete", {"name": self._core[0] if self._core else "alpha", "site": "input"}, {"error": {"category": "constraint"}})  # fmt: skip

    def _bytes(self, gone: set[str]) -> bytes:
        fields = [(name, self._kinds[name]) for name in self._core if name not in gone]
        packets = [[self._data[name][index] for name, _ in fields] for index in range(self._count)]
        return stream(self._header, fields, packets)


def stream(header: list[Row], fields: list[tuple[str, str]], packets: list[list[bytes]]) -> bytes:
    """The bytes of a stream of scalars, big-endian."""
    text = "".join(f"{kind} {name}\n" for name, kind, _ in header) + "".join(
        f"{kind} {name}\n" for name, kind in fields
    )
    said = text.encode("ascii")
    held = b"".join(data for _, _, data in header)
    size = sum(_KINDS[kind][1] for _, kind in fields)
    prefix = _MAGIC + struct.pack(
        ">HHIIIIIIIq", 1, 0, 0x01020304, len(header), len(fields), len(said), len(held), size, 0, -1
    )
    return prefix + _padded(said) + _padded(held) + b"".join(b"".join(packet) for packet in packets)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 8)
