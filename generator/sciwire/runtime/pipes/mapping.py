"""`map`: the layouts of the core image and of every output, and what is copied where, computed once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..limits import DEFAULT_LIMITS, Limits
from .field_edits import FieldEdits, Output
from .fields import Definition, Layout, values_of
from .heading import Heading
from .images import ImageMap
from .inout import raw_bytes

__all__ = ["PipeMaps", "Route"]


class Route:
    """What `map` computes for one output: its layout, the map from core, and a buffer that is used again."""

    def __init__(self, output: Output, layout: Layout, plan: ImageMap) -> None:
        self.output, self.layout, self.plan = output, layout, plan
        self._buffer: NDArray[Any] = np.zeros(0, layout.dtype)

    def data(self, core: NDArray[Any]) -> memoryview:
        """The bytes of a batch as they are written; valid until the next call."""
        if self.plan.identity:
            return raw_bytes(core)
        if len(self._buffer) < len(core):
            self._buffer = np.zeros(len(core), self.layout.dtype)
        made = self._buffer[: len(core)]
        self.plan.apply(core, made)
        return raw_bytes(made)


class PipeMaps(FieldEdits):
    """What a pipe knows of its images: nothing before `map`, everything after it."""

    def __init__(self) -> None:
        super().__init__()
        self._limits: Limits = DEFAULT_LIMITS
        self._heading: Heading | None = None
        nothing = Layout((), self.table.order)
        self._core, self._incoming = nothing, nothing
        self._feed = ImageMap(nothing, nothing, ())
        self._routes: list[Route] = []
        self._raw: NDArray[Any] = np.zeros(0, nothing.dtype)
        self._template: NDArray[Any] = np.zeros(1, nothing.dtype)

    def map(self) -> int:
        """Freeze all definitions and compute the maps; returns the bytes of a packet in the core image.

        Raises the format's errors: argument when mapped already, stream when every field of the input or of one
        output is deleted, memory when a packet is larger than the limits.
        """
        self._before_map("map is called")
        faults, given = self.table.faults, self._heading.fields if self._heading else ()
        if given and not any(one.source is not None for one in self._fields):
            raise faults.make("input_emptied", "every packet field of the input is deleted", path="fields")
        order, core = self.table.order, self.table.core
        self._core = self._layout(self.fields, order, aligned=core.aligned, rounded=core.round)
        self._routes = [self._route(output) for output in self.outputs]
        fed = [one for one in self._fields if one.source is not None]
        self._incoming = self._layout(given, self._heading.order if self._heading else order)
        pairs = [(one.definition.name, one.source.name, one.part) for one in fed if one.source is not None]
        self._feed = ImageMap(self._incoming, self._core, pairs)
        self._raw, self._template = np.zeros(0, self._incoming.dtype), np.zeros(1, self._core.dtype)
        self._mapped = True
        for one in self._fields:
            if one.initial is not None:
                self.initialise(one.definition.name, one.initial)
        return self._core.size

    def _route(self, output: Output) -> Route:
        images = list(output.images(self._fields))
        if self._fields and not images:
            problem = f"every packet field of output {output.name!r} is deleted"
            raise self.table.faults.make("output_emptied", problem, path="fields")
        layout = self._layout([definition for _, definition, _ in images], self.table.order)
        pairs = [(wanted.name, one.definition.name, part) for one, wanted, part in images]
        return Route(output, layout, ImageMap(self._core, layout, pairs))

    def _layout(
        self, definitions: Iterable[Definition], order: str, *, aligned: bool = False, rounded: int = 1
    ) -> Layout:
        chosen, bound = list(definitions), min(2**31 - 64, self._limits.total_bytes)
        if sum(one.size + 8 for one in chosen) > bound:
            problem = f"a packet of {sum(one.size for one in chosen)} bytes, at most {bound}"
            raise self.table.faults.make("header_limit", problem, path="fields")
        return Layout(chosen, order, aligned=aligned, rounded=rounded)

    @property
    def mapped(self) -> bool:
        """Whether `map` froze the definitions."""
        return self._mapped

    @property
    def core_dtype(self) -> np.dtype[Any]:
        """The dtype of packets in the core image; after `map` only."""
        self._after_map("the core image has no layout")
        return self._core.dtype

    def initialise(self, name: str, values: Any) -> None:
        """Set what every packet of the core image holds before the input is copied in; all is 0 otherwise.

        Raises the format's argument error for an unknown field or values that do not fit.
        """
        found = self._found(name)
        data = values_of(self.table, found.definition, values, found.definition.shape)
        found.initial = data
        if self._mapped:
            self._template[name][0] = data

    def offset(self, name: str) -> int:
        """The offset of a field in the core image, bytes; after `map` only."""
        self._after_map("a field has no offset")
        return self._core.offsets[self._fields.index(self._found(name))]

    def data(self, packets: NDArray[Any], name: str) -> NDArray[Any] | None:
        """The column of a field in a batch, to be edited in place; None where there is no such field, or no map."""
        if not self._mapped or name not in self._named:
            return None
        column: NDArray[Any] = packets[name]
        return column

    def packets(self, count: int = 1) -> NDArray[Any]:
        """*count* new packets in the core image, as `initialise` set them."""
        self._after_map("packets are made")
        made = self._room(count, self._core)
        if self._core.size:
            made.view(f"V{self._core.size}")[:] = self._template.view(f"V{self._core.size}")
        return made

    def _room(self, count: int, layout: Layout) -> NDArray[Any]:
        """An array for *count* packets, its content not set; the format's error of memory where there is none."""
        try:
            made: NDArray[Any] = np.empty(count, layout.dtype)
        except (MemoryError, ValueError) as error:
            problem = f"there is no memory for {count} packets of {layout.size} bytes"
            raise self.table.faults.make("header_limit", problem, path="packets") from error
        return made

    def _after_map(self, what: str) -> None:
        if not self._mapped:
            raise self.table.faults.make("order", f"{what} before map")
