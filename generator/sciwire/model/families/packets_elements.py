"""Elements of the `packets` family: names in the XML, the roles they play, and what the XSD files say of them."""

from __future__ import annotations

import re

from sciwire.runtime.packets import Attribute, Element, Framing

from ..context import Context
from ..nodes import Node
from ..problems import did_you_mean
from ..xsd import XsdElement, XsdError, load_xsd

__all__ = ["ROLES", "ROOTS", "read_elements"]

#: role of an element -> roles of its attributes; those with a star must be there
ROLES: dict[str, tuple[str, ...]] = {
    "stream": ("default*", "byte_order"),
    "packet": (),
    "comment": ("type", "message"),
    "exception": ("type", "message"),
    "enumeration": ("name*", "value*", "label*", "color"),
    "dataset": ("id*", "rank*", "join_id"),
    "properties": ("index",),
    "property": ("name*", "type*", "value*"),
    "values": ("encoding*", "length*", "inline", "index", "bundle", "join"),
    "map": (),
    "entry": ("key*", "type*", "value*"),
    "range": (),
}
ROOTS = ("stream", "packet", "comment", "exception", "enumeration")
_NEEDED = ("stream", "packet", "dataset", "properties", "property", "values")
_RANGE = re.compile(r"([0-9]+)(?:\s*-\s*([0-9]+))?")


def read_elements(
    root: Node, framing: Framing, context: Context, docs: dict[str, str]
) -> tuple[tuple[Element, ...], tuple[XsdElement, ...]]:
    """The elements, and all that the schemas declare; problems SPEC151, SPEC152, SPEC155, SPEC159."""
    schemas = _schemas(root["schemas"], context)
    elements: dict[str, Element] = {}
    for name, node in root["elements"].items():
        element = _element(name, node, framing, schemas, context, docs)
        if element.role in elements:
            problem = f"{elements[element.role].name!r} has the role {element.role!r} already"
            context.problems.add("SPEC151", node["role"].place, problem)
        elements.setdefault(element.role, element)
    missing = [role for role in _NEEDED if role not in elements]
    if "map" in elements and "entry" not in elements:
        missing.append("entry")
    if missing and root["elements"].exists:
        context.problems.add("SPEC151", root["elements"].place, f"no element has the role {', '.join(missing)}")
    return tuple(elements.values()), tuple(schemas.values())


def _schemas(node: Node, context: Context) -> dict[str, XsdElement]:
    found: dict[str, XsdElement] = {}
    for one in node.elements():
        path = one.place.path.parent / one.text()
        try:
            declared = load_xsd(path)
        except OSError as error:
            context.problems.add("SPEC155", one.place, f"the schema {one.text()!r} can't be read: {error.strerror}")
            continue
        except XsdError as error:
            context.problems.add("SPEC155", one.place, f"{one.text()}:{error.line}: {error.problem}")
            continue
        for name, element in declared.items():
            found[name] = _merged(found[name], element) if name in found else element
    return found


def _merged(one: XsdElement, other: XsdElement) -> XsdElement:
    """An element that two schemas declare, as a root and inside another: what either knows, required where both say so."""
    theirs = {attribute.name: attribute for attribute in other.attributes}
    both = [
        attribute
        if attribute.name not in theirs or theirs[attribute.name].required == attribute.required
        else (theirs[attribute.name] if attribute.required else attribute)
        for attribute in one.attributes
    ]
    known = {attribute.name for attribute in both}
    both += [attribute for attribute in other.attributes if attribute.name not in known]
    return XsdElement(
        one.name, one.doc or other.doc, tuple(both), tuple(dict.fromkeys((*one.children, *other.children)))
    )


def _element(
    name: str, node: Node, framing: Framing, schemas: dict[str, XsdElement], context: Context, docs: dict[str, str]
) -> Element:
    role = node["role"].text()
    if role and role not in ROLES:
        hint = did_you_mean(role, ROLES)
        context.problems.add("SPEC151", node["role"].place, f"there is no role {role!r} for an element", hint)
    schema = schemas.get(name)
    if schemas and schema is None:
        hint = did_you_mean(name, schemas)
        context.problems.add("SPEC159", node.key_place, f"the schemas declare no element {name!r}", hint)
    docs[f"element.{name}"] = node["doc"].text() or (schema.doc if schema else "")
    attributes = tuple(
        _attribute(key, one, name, role, schema, context, docs) for key, one in node["attributes"].items()
    )
    _check_roles(role, attributes, node, context)
    return Element(
        name,
        role,
        attributes,
        ids=_ids(node, role, framing, context),
        wild=node["wild"].text("no"),
        elsewhere=node["elsewhere"].text("refuse"),
    )


def _attribute(
    key: str, node: Node, element: str, role: str, schema: XsdElement | None, context: Context, docs: dict[str, str]
) -> Attribute:
    table = isinstance(node.data, dict)
    told = node["role"].text() if table else node.text()
    place = node["role"].place if table else node.place
    allowed = [one.rstrip("*") for one in ROLES.get(role, ())]
    if told and role in ROLES and role != "range" and told not in allowed:
        hint = did_you_mean(told, allowed) or f"known for {role}: {', '.join(allowed) or 'none'}"
        context.problems.add("SPEC151", place, f"there is no role {told!r} for an attribute of {element!r}", hint)
    declared = {one.name: one for one in schema.attributes}.get(key) if schema else None
    if schema and declared is None:
        hint = did_you_mean(key, [one.name for one in schema.attributes])
        context.problems.add("SPEC159", node.key_place, f"the schema gives {element!r} no attribute {key!r}", hint)
    words = tuple((word, str(one.data)) for word, one in node["words"].items())
    if told == "byte_order" and {meaning for _, meaning in words} != {"little", "big"}:
        context.problems.add("SPEC151", node.place, "byte orders need words for little and for big")
    for word in dict(words):
        if declared and declared.words and word not in declared.words:
            hint = did_you_mean(word, declared.words)
            context.problems.add("SPEC159", node["words"].place, f"the schema does not allow the word {word!r}", hint)
    docs[f"attribute.{element}.{key}"] = node["doc"].text() or (declared.doc if declared else "")
    return Attribute(
        key,
        told,
        required=node["required"].flag(declared.required if declared else False),
        aliases=node["aliases"].texts(),
        words=words,
        separator=node["separator"].text(","),
    )


def _check_roles(role: str, attributes: tuple[Attribute, ...], node: Node, context: Context) -> None:
    told = [attribute.role for attribute in attributes]
    if role != "range" and len(set(told)) != len(told):
        context.problems.add("SPEC151", node["attributes"].place, "two attributes have the same role")
    missing = [one.rstrip("*") for one in ROLES.get(role, ()) if one.endswith("*") and one.rstrip("*") not in told]
    if missing:
        context.problems.add("SPEC151", node.key_place, f"no attribute has the role {', '.join(missing)}")
    names = [name for attribute in attributes for name in (attribute.name, *attribute.aliases)]
    if len(set(names)) != len(names):
        context.problems.add("SPEC161", node["attributes"].place, "an alias is the name of another attribute")


def _ids(node: Node, role: str, framing: Framing, context: Context) -> tuple[int, int] | None:
    text = node["ids"].text()
    if not node["ids"].exists:
        if role in ("stream", "packet"):
            context.problems.add("SPEC152", node.key_place, f"an element with the role {role!r} needs ids")
            return (0, 0)
        if node["wild"].exists and role in ROOTS:
            return (1, 0)  # under the wild id only
        return None
    if role not in ROOTS and role in ROLES:
        context.problems.add(
            "SPEC152", node["ids"].place, f"an element with the role {role!r} is never a root, it has no ids"
        )
    match = _RANGE.fullmatch(text)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if match is None or first > last or last >= 10**framing.ids.width:
        problem = (
            f"expected ids of {framing.ids.width} digits such as '{framing.ids.text(1)}', or a range, got {text!r}"
        )
        context.problems.add("SPEC152", node["ids"].place, problem)
    return (first, last)
