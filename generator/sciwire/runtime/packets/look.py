"""A stream for people: one line a dataset, and the descriptors as they stand in the bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..summary import describe_array
from ..xml import Element as Node
from ..xml import parse
from .dataset import Dataset
from .decoder import Decoder
from .framing import Descriptor
from .hexview import followed
from .stream import Stream
from .tables import PacketFormat

__all__ = ["descriptors", "summary"]

_LABELS_SHOWN = 6


def summary(stream: Stream) -> list[tuple[str, str]]:
    """Rows of (path, text): what the stream says, each dataset with shape, unit and statistics, its properties."""
    rows = [("dataset_id", stream.dataset_id or "none")]
    if stream.byte_order:
        rows.append(("byte_order", stream.byte_order))
    for id, dataset in stream.datasets.items():
        rows.extend(_dataset(f"datasets.{id}", dataset))
    rows.extend((f"comments[{index}]", f"{one.type}: {one.message}") for index, one in enumerate(stream.comments))
    if stream.exception is not None:
        rows.append(("exception", f"{stream.exception.type}: {stream.exception.message}"))
    rows.extend(("warning", text) for text in stream.warnings)
    if stream.error is not None:
        rows.append(("error", str(stream.error)))
    return rows


def _dataset(path: str, dataset: Dataset) -> Iterator[tuple[str, str]]:
    unit = dataset.units or ""
    moving = dataset.parts is None and not dataset.bundle and dataset.rows is None
    if dataset.parts is not None:
        yield path, f"rank {dataset.rank}, join of {len(dataset.parts)}"
        for index, part in enumerate(dataset.parts):
            yield from _dataset(f"{path}[{index}]", part)
    elif dataset.bundle:
        yield path, f"rank {dataset.rank}, bundle of {', '.join(dataset.bundle)}"
    elif dataset.rows is not None:
        yield path, f"rank {dataset.rank}, {len(dataset.rows)} rows inline"
    else:
        yield path, _described(dataset, unit) + (f"  ({dataset.encoding})" if dataset.encoding else "")
    if moving and dataset.is_time and dataset.values.size:
        times = dataset.times.ravel()
        yield f"{path}.times", f"{times[0]} to {times[-1]}"
    labels = dataset.labels
    if labels:
        shown = ", ".join(f"{code}: {text}" for code, text in list(labels.items())[:_LABELS_SHOWN])
        yield f"{path}.labels", shown + (", ..." if len(labels) > _LABELS_SHOWN else "")
    for name, found in dataset.properties.items():
        text = found.text if found.text is not None else str(found.value)
        yield f"{path}.properties.{name}", f"{found.type} {' '.join(text.split())[:100]}"


def _described(dataset: Dataset, unit: str) -> str:
    """One line about the values, whose statistics leave out what is fill."""
    values, fill = dataset.values, dataset.fill
    count = int(np.count_nonzero(fill & np.isfinite(values) if values.dtype.kind == "f" else fill))
    if not count:
        return describe_array(values, unit)
    # the shape is that of the whole, the numbers are those of the rest
    shape = " x ".join(str(length) for length in values.shape) or "scalar"
    rest = describe_array(values[~fill], unit)
    statistics = rest.removeprefix(f"{values.dtype.name} {values.size - int(np.count_nonzero(fill))}")
    return f"{values.dtype.name} {shape}{statistics}  fill {int(np.count_nonzero(fill))}"


def descriptors(
    data: bytes | bytearray | memoryview, decoder: Decoder[Any], table: PacketFormat
) -> Iterator[tuple[str, Any]]:
    """Every descriptor of *data* as (id, record of its root element); DecodeError at the first fault."""
    for chunk in followed(data, decoder, table):
        if isinstance(chunk, Descriptor):
            yield chunk.id, record_of(parse(chunk.document), table)


def record_of(node: Node, table: PacketFormat) -> Any:
    """The record that *table* has for the element *node*, its children included; *node* where it has none.

    A record class says in ``ATTRIBUTES`` and ``CHILDREN`` which of its fields holds what (name on the
    wire -> field); what it has no field for goes to ``extra`` and ``others``.
    """
    kind = table.records.get(node.tag)
    if kind is None:
        return node
    told: dict[str, Any] = {
        field: node.attributes[name] for name, field in kind.ATTRIBUTES.items() if name in node.attributes
    }
    for tag, field in kind.CHILDREN.items():
        told[field] = tuple(record_of(child, table) for child in node.children if child.tag == tag)
    return kind(
        **told,
        text=node.text.strip(),
        extra={name: text for name, text in node.attributes.items() if name not in kind.ATTRIBUTES},
        others=tuple(child for child in node.children if child.tag not in kind.CHILDREN),
    )
