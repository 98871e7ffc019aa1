"""Datasets, comments and labels as the elements of descriptors, ready to be written.

Attributes come in the order of the format's tables, then what was read and not understood.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ..xml import Element as Node
from .dataset import Dataset
from .inline import write_inline
from .parts import Comment, Extra, Label, Property, StreamException
from .properties import check_characters, checked_text, property_path
from .tables import PacketFormat

__all__ = ["Elements", "Values", "laid_out"]


class Values(NamedTuple):
    """What a values element says of a plane in packets: its encoding and its dimensions."""

    encoding: str
    lengths: tuple[int, ...]


class Elements:
    """Makes the elements of one format."""

    def __init__(self, table: PacketFormat) -> None:
        self._table = table

    def _node(self, role: str, told: Mapping[str, str | None], extra: Extra | None = None) -> Node:
        element = self._table.roles[role]
        attributes = {one.name: text for one in element.attributes if (text := told.get(one.role)) is not None}
        if extra is not None:
            attributes.update({name: text for name, text in extra.attributes.items() if name not in attributes})
        return Node(element.name, attributes, _kept(extra.children) if extra is not None else [])

    def stream(self, default: str, order: str, extra: Extra) -> Node:
        """The stream descriptor; *default* may be empty, and *order* is where no binary data follow."""
        words = {meaning: word for word, meaning in self._table.orders.items()}
        node = self._node("stream", {"default": default or None, "byte_order": words.get(order)}, extra)
        for name, text in self._table.writing.stream_attributes:
            node.attributes.setdefault(name, text)
        return node

    def packet(self, planes: Iterable[Node], extra: Extra) -> Node:
        """A packet descriptor of *planes*."""
        node = self._node("packet", {}, extra)
        node.children = [*planes, *node.children]
        return node

    def comment(self, comment: Comment) -> Node:
        return self._node("comment", {"type": comment.type, "message": comment.message}, comment.extra)

    def exception(self, exception: StreamException) -> Node:
        return self._node("exception", {"type": exception.type, "message": exception.message}, exception.extra)

    def label(self, name: str, code: int, label: Label) -> Node:
        color = label.color or self._table.writing.color or None
        return self._node("enumeration", {"name": name, "value": str(code), "color": color, "label": label.text})

    def dataset(self, dataset: Dataset, *, values: Values | None = None, join_id: str | None = None) -> Node:
        """A dataset; without *values* its values stand in the descriptor, or are those of others."""
        check_characters(dataset.id, self._table, repr(dataset.id)[1:-1])
        node = self._node("dataset", {"id": dataset.id, "rank": str(dataset.rank), "join_id": join_id})
        node.attributes.update(
            {name: text for name, text in dataset.extra.attributes.items() if name not in node.attributes}
        )
        for index in sorted(dataset.indexed):
            node.children.append(self._properties(dataset, dataset.indexed[index], index))
        node.children.append(self._properties(dataset, dataset.properties, None))
        node.children.extend(_kept(dataset.extra.children))
        node.children.extend(self._values(dataset, values))
        return node

    def _properties(self, dataset: Dataset, properties: Mapping[str, Property], index: int | None) -> Node:
        told = {"index": str(index) if index is not None else None}
        node = self._node("properties", told, dataset.properties_extra.get(index))
        found = [
            self._property(name, one, property_path(dataset.id, name, self._table)) for name, one in properties.items()
        ]
        node.children = [*found, *node.children]
        return node

    def _property(self, name: str, found: Property, path: str) -> Node:
        check_characters(name, self._table, path)
        extra = Extra(found.attributes)
        if found.child is not None:
            node = self._node("property", {"name": name}, extra)
            node.children = _kept([found.child])
        elif isinstance(found.value, Mapping):
            node = self._node("property", {"name": name}, extra)
            node.children = [self._map(found, path)]
        else:
            text = checked_text(found, self._table, path)
            node = self._node("property", {"name": name, "type": found.type, "value": text}, extra)
        return node

    def _map(self, found: Property, path: str) -> Node:
        ranged = self._table.roles.get("range")
        if ranged is not None and found.type == ranged.name:
            return Node(ranged.name, {str(key): str(text) for key, text in found.value.items()})
        node = self._node("map", {})
        for key, one in found.value.items():
            where = f"{path}.{key}"
            if one.child is not None or isinstance(one.value, Mapping):
                entry = self._node("entry", {"key": key})
                entry.children = _kept([one.child]) if one.child is not None else [self._map(one, where)]
            else:
                text = checked_text(one, self._table, where)
                entry = self._node("entry", {"key": key, "type": one.type, "value": text})
            node.children.append(entry)
        return node

    def _values(self, dataset: Dataset, values: Values | None) -> list[Node]:
        element = self._table.roles["values"]
        extra = dataset.values_extra
        if values is not None:
            lengths = element.attribute("length").separator.join(map(str, values.lengths))
            return [self._node("values", {"encoding": values.encoding, "length": lengths}, extra)]
        if dataset.parts is not None:
            return [self._node("values", {"join": dataset.join or dataset.id}, extra)]
        if dataset.bundle:
            return [self._node("values", {"bundle": element.attribute("bundle").separator.join(dataset.bundle)}, extra)]
        separator = element.attribute("inline").separator
        if dataset.rows is not None or dataset.rank == 2:
            rows = dataset.rows if dataset.rows is not None else list(dataset.values)
            return [
                self._node(
                    "values",
                    {"index": str(index), "length": None if row.size else "0", "inline": write_inline(row, separator)},
                )
                for index, row in enumerate(rows)
            ]
        told = {"inline": write_inline(dataset.values, separator), "length": None if dataset.values.size else "0"}
        return [self._node("values", told, extra)]


def _kept(children: Iterable[Node]) -> list[Node]:
    """Copies of elements that were read: what stands behind them belonged to the document they came from."""
    return [_Kept(child.tag, child.attributes, child.children, child.text) for child in children]


class _Kept(Node):
    """An element that is written as it was read, white space included."""

    __slots__ = ()


def laid_out(node: Node, depth: int = 0, *, compact: bool = False) -> Node:
    """*node* with each child on a line of its own; elements that were read keep their own white space inside.

    *compact*: nothing between the elements, for what would be too long otherwise.
    """
    for place, child in enumerate(node.children):
        if not isinstance(child, _Kept):
            laid_out(child, depth + 1, compact=compact)
        child.tail = "" if compact else "\n" + _INDENT * (depth + (place + 1 < len(node.children)))
    if node.children:
        node.text = "" if compact else "\n" + _INDENT * (depth + 1)
    return node


_INDENT = "    "
