"""A pipe: packets come from one input, pass through the core image, and go to any number of outputs.

The order of work: input, outputs, edits of header and fields, `map`, `write_header`, packets. `map` computes
once what is copied where; after it nothing of the definitions changes. Packets move in batches, structured
arrays in the layout of the core image, so that a stream of any length takes constant memory.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from ..errors import CodecError
from ..limits import DEFAULT_LIMITS, Limits
from .field_edits import CoreField, Output
from .fields import HeaderField, values_of
from .heading import Heading, read_heading, write_heading
from .inout import Reader, Writer, raw_bytes
from .mapping import PipeMaps
from .waiting import Waiting

__all__ = ["Pipe"]

_BATCH = 1 << 20  # bytes of core image that move at once


class Pipe(PipeMaps):
    """One pipe; it belongs to one thread at a time, and is a context manager that closes what it opened.

    Parameters
    ----------
    source : a path, ``stdin``, an open binary file, bytes, or None for a pipe that makes its packets itself.
    outputs : paths, ``stdout`` or open binary files; a mapping gives them names.
    limits : see `sciwire.runtime.Limits`; None for those of the format.
    batch : packets that iteration gives at once; None: about a megabyte.

    Raises the system's own error where a path can't be opened, and the format's errors for a bad header.
    """

    default_limits: ClassVar[Limits] = DEFAULT_LIMITS

    def __init__(
        self, source: Any = None, outputs: Any = (), *, limits: Limits | None = None, batch: int | None = None
    ) -> None:
        super().__init__()
        self._limits = limits if limits is not None else self.default_limits
        self._batch = batch
        self._reader: Reader | None = None
        self._guarded: list[Reader] = []
        self._opened = False
        self._cut: CodecError | None = None
        try:
            if source is not None:
                self.input(source)
            for name, target in _targets(outputs):
                self.output(target, name)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- attaching

    def input(self, source: Any) -> None:
        """Attach the one input and read its header; its fields come behind those that are there already.

        Raises the format's argument error for a second input or after `map`, and its errors for a bad header.
        """
        self._before_map("an input is attached")
        if self._reader is not None:
            raise self.table.faults.make("order", "a pipe has one input, a second is attached")
        self._reader = Reader(source, self.table)
        self._guarded.append(self._reader)
        for output in self.outputs:
            self._check_place(output.writer, str(output.target))
        heading = self._heading = self._read_heading(self._reader)
        last: dict[str, int] = {}
        for one in self._header:
            last[one.name] = max(one.index, last.get(one.name, -1))
        for one in heading.header:  # there may be many of one name
            last[one.name] = last.get(one.name, -1) + 1
            data = values_of(self.table, one.definition, one.data, one.definition.shape)
            self._header.append(HeaderField(one.definition, data, last[one.name]))
        mine, self._fields, self._named = self._fields, [], {}
        for field in heading.fields:
            self._put(CoreField(field, field))
        for own in mine:
            if own.definition.name in self._named:
                raise self.table.faults.make("duplicate", f"the input has {own.definition.name!r} too", path="fields")
            self._put(own)

    def _read_heading(self, reader: Reader) -> Heading:
        have, waiting = bytearray(), Waiting(self.table, self._limits)
        while True:
            missing = waiting.missing(have)
            if not missing:
                try:
                    return read_heading(memoryview(bytes(have)), self.table, self._limits)
                except self.table.kinds.io as error:
                    if not self._grown(have, error.needed, reader):
                        raise
            elif not self._grown(have, missing, reader):
                return read_heading(memoryview(bytes(have)), self.table, self._limits)  # says what is cut

    def _grown(self, have: bytearray, missing: int, reader: Reader) -> bool:
        """Read *missing* bytes more; False where the source ends before."""
        while missing > 0 and (piece := reader.read(missing)):
            have += piece
            missing -= len(piece)
        return missing <= 0

    def output(self, target: Any, name: str = "") -> Output:
        """Attach an output; returns the channel. Raises the format's argument error after `map`."""
        self._before_map("an output is attached")
        index = len(self.outputs)
        made = Output(target, name or str(index), index, self.table)
        try:
            self._check_place(made.writer, str(target))
        except CodecError:
            made.writer.close()
            raise
        self.outputs.append(made)
        return made

    def guard(self, other: Pipe) -> None:
        """What *other* reads may be no output of this pipe."""
        self._guarded += other._guarded

    def _check_place(self, writer: Writer, name: str) -> None:
        """An output that is an input, or another output, would destroy it."""
        others: list[Reader | Writer] = [*self._guarded, *(output.writer for output in self.outputs)]
        for one in others:
            if one is not writer and one.place == writer.place:
                what = "an input" if isinstance(one, Reader) else "another output"
                problem = f"the output {name!r:.80} is {what} too"
                raise self.table.faults.make("argument", problem, path="output")

    # -- packets

    def write_header(self) -> None:
        """Write the header to all outputs; after `map`, before any packet, once."""
        self._after_map("the header is written")
        if self._opened:
            raise self.table.faults.make("order", "the header is written a second time")
        header = [self._final(one) for one in self._header]
        made = [(route, write_heading(self.table, header, route.layout.definitions)) for route in self._routes]
        for route, data in made:
            route.output.writer.write(data)
        self._opened = True

    def _final(self, one: HeaderField) -> HeaderField:
        data = values_of(self.table, one.definition, one.data, one.definition.shape)
        return HeaderField(one.definition, data, one.index)

    def read(self, count: int | None = None) -> NDArray[Any]:
        """The next packets as a new array of the core image: at least one, at most *count*; empty at the end.

        Raises the format's input error where a packet is cut or the source fails, and its argument error before `map`.
        """
        self._after_map("packets are read")
        if self._cut is not None:
            raise self._cut
        size, reader = self._incoming.size, self._reader
        if count is not None and not 0 <= count < 1 << 62:
            raise self.table.faults.make("argument", f"0 packets or more can be read, not {count}", path="packets")
        if reader is None or count == 0:
            return self.packets(0)
        if not size:
            self._refuse_rest(reader)
            return self.packets(0)
        wanted = count or self._batch or max(1, _BATCH // max(size, self._core.size))
        if self._feed.identity:
            core = self._room(wanted, self._core)
            return core[: self._fill(core)]
        if len(self._raw) < wanted:
            self._raw = self._room(wanted, self._incoming)
        got = self._fill(self._raw[:wanted])
        core = self._room(got, self._core) if self._feed.complete else self.packets(got)
        self._feed.apply(self._raw[:got], core)
        return core

    def _fill(self, into: NDArray[Any]) -> int:
        """Read packets of the input; a cut one is told at once, or by the next call where others came before it."""
        reader, size = self._reader, self._incoming.size
        assert reader is not None
        have = reader.fill(raw_bytes(into), size)
        if rest := have % size:
            problem = f"the stream ends after {rest} of the {size} bytes of a packet"
            at = reader.at - rest
            assert self._heading is not None
            path = f"packets[{(at - self._heading.size) // size}]"
            self._cut = self.table.faults.make("packet_cut", problem, path=path, at=at, needed=size - rest)
            if have < size:
                raise self._cut
        return have // size

    def _refuse_rest(self, reader: Reader) -> None:
        if reader.read(1):
            problem = "bytes follow the header of a stream that has no packet fields"
            self._cut = self.table.faults.make("trailing", problem, path="packets", at=reader.at - 1)
            raise self._cut

    def __iter__(self) -> Iterator[NDArray[Any]]:
        """Batches of packets to the end of the input."""
        while len(batch := self.read()):
            yield batch

    def write(self, packets: NDArray[Any], channel: Any = None) -> None:
        """Write packets of the core image to one output, or (None) to all.

        Raises the format's argument error before `write_header` or for another dtype, its input error where it fails.
        """
        if not self._opened:
            raise self.table.faults.make("order", "packets are written before the header")
        chosen = self._channels(channel)
        if not isinstance(packets, np.ndarray) or packets.dtype != self._core.dtype or packets.ndim > 1:
            problem = f"packets of the core image are needed, not {getattr(packets, 'dtype', type(packets))!s:.80}"
            raise self.table.faults.make("value", problem, path="packets")
        core = np.ascontiguousarray(packets).reshape(-1)
        if not len(core) or not self._core.size:
            return
        for route in self._routes:
            if any(one is route.output for one in chosen):
                route.output.writer.write(route.data(core))

    def write_some(self, packets: NDArray[Any], count: int, channel: Any = None) -> None:
        """Write the first *count* packets of an array, which has as many; as `write`."""
        there = len(packets) if isinstance(packets, np.ndarray) and packets.ndim else 0
        if not 0 <= count <= there:
            raise self.table.faults.make(
                "argument", f"0 to {there} packets can be written, not {count}", path="packets"
            )
        self.write(packets[:count], channel)

    def map_packets(self, count: int = 1) -> NDArray[Any]:
        """`map`, and *count* new packets in the core image."""
        self.map()
        return self.packets(count)

    def copy(self) -> int:
        """Map if that is still to be done, write the header, and pass all packets on; returns their number."""
        if not self._mapped:
            self.map()
        if not self._opened:
            self.write_header()
        count = 0
        for batch in self:
            self.write(batch)
            count += len(batch)
        return count

    def close(self) -> None:
        """Close what the pipe opened."""
        if self._reader is not None:
            self._reader.close()
        for one in self.outputs:
            one.writer.close()


def _targets(outputs: Any) -> list[tuple[str, Any]]:
    """Names and targets: of a mapping, a list, or one target alone."""
    if isinstance(outputs, Mapping):
        return list(outputs.items())
    alone = isinstance(outputs, (str, os.PathLike)) or hasattr(outputs, "write")
    several: Any = (outputs,) if alone else outputs
    return [("", one) for one in several]
