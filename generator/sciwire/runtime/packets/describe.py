"""Read a packet descriptor: its document becomes the planes of the packets that follow.

Every check here is made once a descriptor, so that packets need none. Names of elements and attributes
come from the format's tables; what they do not know is kept in `Extra`.
"""

from __future__ import annotations

import re

from ..errors import DecodeError
from ..xml import Element as Node
from .encodings import Codec, find_codec
from .inline import read_inline
from .lengths import Shape, read_lengths, reconcile
from .parts import Extra, Label
from .planes import Fields, PacketType, Plane, coded_integer, fields_of
from .properties import number, read_property
from .tables import Attribute, Element, PacketFormat, Profile

__all__ = ["Reader"]

_RANK = re.compile(r"[+-]?[0-9]{1,40}", re.ASCII)


class Reader:
    """Reads packet descriptors of one format under one profile."""

    def __init__(self, table: PacketFormat, profile: Profile) -> None:
        self._table = table
        self._profile = profile
        self._at = 0
        inside = [table.roles[role] for role in ("enumeration", "values", "properties") if role in table.roles]
        self._roles = {element.name: element.role for element in inside}

    def packet_type(self, node: Node, id: str, path: str, at: int) -> PacketType:
        """The packet type that the root element *node* describes; DecodeError names the first fault."""
        self._at = at
        element = self._table.roles["dataset"]
        planes: list[Plane] = []
        latest: dict[str, Plane] = {}
        children = []
        for child in node.children:
            if child.tag == element.name:
                plane = self._plane(child, element, path)
                if plane.id in latest:
                    # the bytes of an id that stands twice stay where they are, its values are the last one's
                    latest[plane.id].hidden = True
                latest[plane.id] = plane
                planes.append(plane)
            else:
                children.append(child)
        found = PacketType(id, at, path, planes, Extra(dict(node.attributes), children))
        self._check_together(found)
        return found

    def _fault(self, check: str, problem: str, path: str) -> DecodeError:
        return self._table.faults.decode(check, problem, path=path, at=self._at)

    def _check_together(self, found: PacketType) -> None:
        limit = self._table.limits.read_data
        if found.size > limit:
            raise self._fault(
                "packet_limit", f"the planes take {found.size} bytes a packet, the limit is {limit}", found.path
            )
        moving = [plane for plane in found.planes if not plane.in_descriptor and plane.rank > 0]
        wholes = {plane.shape.whole for plane in moving if plane.shape is not None}
        if len(wholes) > 1 and self._profile.mixed == "refuse":
            raise self._fault("mixed", "whole and streaming planes in one packet", found.path)

    # -- one dataset

    def _plane(self, node: Node, element: Element, path: str) -> Plane:
        fields = fields_of(node, element)
        name = fields.get("id") or ""
        if not name.strip():
            raise self._fault("dataset_id", f"a {element.name} has no {element.attribute('id').name}", path)
        where = f"{path}.{name}"
        plane = Plane(name, self._rank(fields.get("rank"), element, where), where, join_id=fields.get("join_id"))
        plane.extra = Extra(fields.extra)
        values = []
        for child in node.children:
            role = self._roles.get(child.tag)
            if role == "properties":
                self._properties(child, plane)
            elif role == "values":
                values.append(child)
            elif role == "enumeration":
                plane.labels.append(self._label(child, where, colored=True))
            else:
                plane.extra.children.append(child)
        self._values(values, plane)
        self._check_plane(plane)
        return plane

    def _rank(self, text: str | None, element: Element, path: str) -> int:
        name = element.attribute("rank").name
        where = f"{path}.{name}"
        if text is None:
            raise self._fault("rank_missing", f"a {element.name} has no {name}", where)
        if not _RANK.fullmatch(text):
            raise self._fault("rank_type", f"expected an integer, got {text[:40]!r}", where)
        rank = int(text)
        if not 0 <= rank <= self._table.limits.rank:
            raise self._fault("rank", f"expected a rank from 0 to {self._table.limits.rank}, got {rank}", where)
        return rank

    def _properties(self, node: Node, plane: Plane) -> None:
        element = self._table.roles["properties"]
        one = self._table.roles["property"]
        fields = fields_of(node, element)
        index = fields.get("index")
        where = f"{plane.path}.{element.name}"
        target = plane.properties
        if index is not None:
            if not index.isascii() or not index.isdigit() or len(index) > 9:
                raise self._fault("indexed_properties", f"expected an index, got {index[:40]!r}", where)
            target = plane.indexed.setdefault(int(index), {})
        extra = plane.properties_extra.setdefault(int(index) if index is not None else None, Extra())
        extra.attributes.update(fields.extra)
        for child in node.children:
            if child.tag == one.name:
                name, found = read_property(child, self._table, where, self._at)
                target.pop(name, None)  # the last of equal names holds, in its own place
                target[name] = found
            else:
                extra.children.append(child)

    def label(self, node: Node, path: str, at: int) -> tuple[str, int, Label]:
        """Unit name, code and label of an enumeration chunk, whose code may be any integral number."""
        self._at = at
        return self._label(node, path, colored=False)

    def _label(self, node: Node, path: str, *, colored: bool) -> tuple[str, int, Label]:
        element = self._table.roles["enumeration"]
        fields = fields_of(node, element)
        where = f"{path}.{element.name}"
        check = "enumeration" if colored else "label"
        required = ("name", "value", "label", "color") if colored else ("name", "value", "label")
        for role in required:
            attribute = element.maybe_attribute(role)
            if attribute is not None and fields.get(role) is None:
                raise self._fault(check, f"{element.name} has no {attribute.name}", f"{where}.{attribute.name}")
        text, color = fields.get("value") or "", fields.get("color") or ""
        code = coded_integer(text) if colored else self._code(text)
        if code is None or (colored and color and coded_integer(color) is None):
            role = "value" if code is None else "color"
            name = element.attribute(role).name
            raise self._fault(check, f"expected an integer, got {(fields.get(role) or '')[:40]!r}", f"{where}.{name}")
        return fields.get("name") or "", code, Label(fields.get("label") or "", color)

    def _code(self, text: str) -> int | None:
        try:
            value = number(text)
        except ValueError:
            return coded_integer(text)
        return int(value) if value == value and abs(value) < 2**63 and value == int(value) else None

    # -- its values

    def _values(self, nodes: list[Node], plane: Plane) -> None:
        element = self._table.roles["values"]
        if not nodes:
            raise self._fault("values_missing", f"expected a {element.name} element", plane.path)
        where = f"{plane.path}.{element.name}"
        for node in nodes:
            fields = fields_of(node, element)
            plane.values_extra = Extra(fields.extra, list(node.children))
            listed = fields.get("bundle")
            if listed is not None:
                plane.bundle = self._names(listed, element.attribute("bundle"), where)
            elif fields.get("join") is not None:
                plane.join = fields.get("join") or ""
                if not plane.join.strip():
                    raise self._fault(
                        "join_empty", "a join names no parts", f"{where}.{element.attribute('join').name}"
                    )
            elif fields.get("inline") is not None:
                self._check_encoding(fields.get("encoding"), plane, where)
                plane.codec, plane.shape = None, None
                read_inline(plane, fields, self._table, where, self._at)
            elif fields.get("index") is not None:
                raise self._fault(
                    "inline_number", "a row has an index and no values", f"{where}.{element.attribute('inline').name}"
                )
            else:
                self._moving(fields, plane, where)

    def _names(self, text: str, attribute: Attribute, where: str) -> tuple[str, ...]:
        names = tuple(piece.strip() for piece in text.split(attribute.separator))
        if not all(names):
            raise self._fault("bundle_empty", f"expected ids, got {text[:60]!r}", f"{where}.{attribute.name}")
        return names

    def _check_encoding(self, name: str | None, plane: Plane, where: str) -> None:
        if name is not None:
            self._codec(name, plane, f"{where}.{self._table.roles['values'].attribute('encoding').name}")

    def _moving(self, fields: Fields, plane: Plane, where: str) -> None:
        element = self._table.roles["values"]
        plane.inline, plane.rows = None, None
        name = fields.get("encoding")
        named = f"{where}.{element.attribute('encoding').name}"
        if name is None:
            raise self._fault("encoding_missing", f"{element.name} says neither an encoding nor the values", named)
        plane.codec = self._codec(name, plane, named)
        attribute = element.attribute("length")
        listed = f"{where}.{attribute.name}"
        lengths = read_lengths(fields.get("length") or "", attribute.separator, self._table, listed, self._at)
        plane.shape = reconcile(plane.rank, lengths, self._profile, self._table, listed, self._at)
        if plane.size > self._table.limits.read_data:
            problem = f"{plane.shape.values} values of {plane.codec.width} bytes, a packet has at most {self._table.limits.read_data}"
            raise self._fault("packet_limit", problem, listed)

    def _codec(self, name: str, plane: Plane, where: str) -> Codec:
        codec = find_codec(name, self._table)
        if isinstance(codec, str):
            problem = {"encoding": "expected one of the encodings", "text_width": "the field is too wide"}.get(
                codec, "the field is wider than a packet"
            )
            raise self._fault(codec, f"{problem}, got {name[:40]!r}", where)
        if codec.kind != "time":
            return codec
        units = plane.properties.get(self._table.references.units)
        unit = self._table.times.find(str(units.value)) if units is not None else None
        if unit is None:
            told = "no unit" if units is None else f"unit {str(units.value)[:40]!r}"
            raise self._fault(
                "time_units", f"text times need a unit that counts from an epoch, the dataset has {told}", where
            )
        return codec._replace(unit=unit, dtype="i8" if unit.integer else "f8")

    def _check_plane(self, plane: Plane) -> None:
        if plane.indexed and plane.rows is None:
            where = f"{plane.path}.{self._table.roles['properties'].name}"
            raise self._fault("indexed_properties", "indexed properties belong to inline rows of rank 2", where)
        encoding = self._profile.inline_packets
        if encoding != "refuse" and plane.inline is not None and plane.rank == 1:
            codec = find_codec(encoding, self._table)
            assert isinstance(codec, Codec)  # the specification's own check has proved the name
            plane.codec = codec
            plane.shape = Shape((), plane.inline_length, whole=True)
