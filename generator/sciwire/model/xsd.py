"""What an XSD says of the elements of XML descriptors: attributes, children, and what they mean.

Read from XSD 1.0 (https://www.w3.org/TR/xmlschema-1/): named and nested types, extensions, groups of
attributes and elements, references. Of types only enumerated words are kept. Where content is open
(``xs:any``), the children that are meant may be listed in ``xs:appinfo source="children"``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sciwire.runtime.errors import DecodeError
from sciwire.runtime.xml import Element as Node
from sciwire.runtime.xml import parse

__all__ = ["XsdAttribute", "XsdElement", "XsdError", "load_xsd"]

_NAMESPACE = "http://www.w3.org/2001/XMLSchema"
_DEPTH = 32


class XsdError(Exception):
    """A file that is no XSD, or refers to what is not in it; `line` is where."""

    def __init__(self, problem: str, line: int = 1) -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = line


@dataclass(frozen=True, slots=True)
class XsdAttribute:
    """An attribute: whether it must be there, what it means, and the `words` it may say (none: any text)."""

    name: str
    required: bool
    doc: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class XsdElement:
    """An element with its attributes and the names of its children."""

    name: str
    doc: str
    attributes: tuple[XsdAttribute, ...]
    children: tuple[str, ...]


def load_xsd(path: Path) -> dict[str, XsdElement]:
    """The elements that the schema at *path* declares, by name; `XsdError` where it is none, OSError where it is missing."""
    try:
        root = parse(path.read_bytes())
    except DecodeError as error:
        raise XsdError(error.problem) from error
    prefixes = [
        name.partition(":")[2]
        for name, uri in root.attributes.items()
        if uri == _NAMESPACE and name.startswith("xmlns")
    ]
    if not prefixes or _local(root.tag) != "schema":
        raise XsdError(f"the root element is {root.tag}, not the schema of {_NAMESPACE}", root.line)
    return _Reader(root).elements()


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


class _Reader:
    """Follows the names of one schema."""

    def __init__(self, root: Node) -> None:
        self._named: Mapping[tuple[str, str], Node] = {
            (_local(node.tag), node.attributes["name"]): node for node in root.children if "name" in node.attributes
        }
        self._found: dict[str, XsdElement] = {}

    def elements(self) -> dict[str, XsdElement]:
        for kind, name in self._named:
            if kind == "element":
                self._element(self._named[kind, name], 0)
        return self._found

    def _element(self, node: Node, depth: int) -> str:
        """Take up the declaration *node* and return the element's name."""
        if "ref" in node.attributes:
            if ("element", _local(node.attributes["ref"])) not in self._named:
                raise XsdError(f"there is no element {node.attributes['ref']!r}", node.line)
            return _local(node.attributes["ref"])
        name = node.attributes.get("name", "")
        if not name or depth > _DEPTH:
            raise XsdError("an element without a name, or nested too deep", node.line)
        if name not in self._found:
            self._found[name] = XsdElement(name, _doc(node), (), ())
            attributes, children = self._content(node, depth + 1)
            children += _listed(node)
            self._found[name] = XsdElement(name, _doc(node), tuple(attributes), tuple(dict.fromkeys(children)))
        return name

    def _content(self, node: Node, depth: int) -> tuple[list[XsdAttribute], list[str]]:
        """Attributes and children of an element, a type, or what stands inside one."""
        if depth > _DEPTH:
            raise XsdError("types are nested too deep, or defined in terms of themselves", node.line)
        attributes: list[XsdAttribute] = []
        children: list[str] = []
        for part in self._parts(node):
            kind = _local(part.tag)
            if kind == "attribute":
                attributes.append(self._attribute(part))
            elif kind == "element":
                children.append(self._element(part, depth))
            elif kind in _INSIDE:
                more, others = self._content(part, depth + 1)
                attributes += more
                children += others
        return attributes, children

    def _parts(self, node: Node) -> Iterator[Node]:
        """The children of *node*, and before them what it refers to."""
        kind = _local(node.tag)
        if kind == "element" and "type" in node.attributes:
            yield from self._look_up("complexType", node.attributes["type"], node)
        elif kind in ("extension", "restriction") and "base" in node.attributes:
            yield from self._look_up("complexType", node.attributes["base"], node)
        elif kind in ("attributeGroup", "group") and "ref" in node.attributes:
            yield from self._look_up(kind, node.attributes["ref"], node)
        yield from node.children

    def _look_up(self, kind: str, name: str, node: Node) -> Iterator[Node]:
        found = self._named.get((kind, _local(name)))
        if found is not None:
            yield found
        elif kind != "complexType":
            raise XsdError(f"there is no {kind} {name!r}", node.line)

    def _attribute(self, node: Node) -> XsdAttribute:
        if "ref" in node.attributes:
            node = self._named.get(("attribute", _local(node.attributes["ref"])), node)
        name = node.attributes.get("name", _local(node.attributes.get("ref", "")))
        kinds = [child for child in node.children if _local(child.tag) == "simpleType"]
        kinds += self._look_up_simple(node.attributes.get("type", ""))
        words = [
            value.attributes.get("value", "")
            for kind in kinds
            for restriction in kind.children
            for value in restriction.children
            if _local(value.tag) == "enumeration"
        ]
        return XsdAttribute(name, node.attributes.get("use") == "required", _doc(node), tuple(words))

    def _look_up_simple(self, name: str) -> list[Node]:
        found = self._named.get(("simpleType", _local(name)))
        return [found] if found is not None else []


_INSIDE = (
    "complexType", "complexContent", "simpleContent", "extension", "restriction", "sequence", "choice", "all",
    "group", "attributeGroup",
)  # fmt: skip


def _annotations(node: Node, kind: str) -> Iterator[Node]:
    for annotation in node.children:
        if _local(annotation.tag) == "annotation":
            yield from (part for part in annotation.children if _local(part.tag) == kind)


def _doc(node: Node) -> str:
    return " ".join(" ".join(part.text for part in _annotations(node, "documentation")).split())


def _listed(node: Node) -> list[str]:
    """The children that the annotation of an element with open content names."""
    texts = (part.text for part in _annotations(node, "appinfo") if part.attributes.get("source") == "children")
    return [word.rstrip("?*+") for text in texts for word in text.split()]
