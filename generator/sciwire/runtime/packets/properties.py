"""Properties of datasets: the text on the wire and the Python value it stands for, side by side.

The text is kept as it came, so that what nobody here understands survives a decode and encode; the
value is what the type says. Nothing in a text is ever executed or deserialised: maps in attribute
form stay opaque.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..errors import EncodeError
from ..limits import DEFAULT_LIMITS
from ..textfields.decimal import parse_number
from ..xml import Element as Node
from ..xml import canonical, write
from .parts import Property
from .planes import fields_of
from .tables import PacketFormat, PropertyType

__all__ = [
    "check_characters",
    "check_id",
    "check_map_depth",
    "check_named",
    "checked_text",
    "number",
    "property_of",
    "property_path",
    "read_property",
    "text_of",
    "type_of",
]

_INTEGER = re.compile(r"[+-]?\d{1,40}", re.ASCII)


def check_id(id: object, table: PacketFormat, path: str = "") -> None:
    """Refuse an id of a dataset that is no text, or blank."""
    if not check_named(id, table, path).strip():
        raise table.faults.encode("dataset_id", "a dataset needs an id", path=path)


def check_named(id: object, table: PacketFormat, path: str = "") -> str:
    """Refuse the id by which something names a dataset if it is no text; it may be one that no dataset has, a blank one too."""
    if not isinstance(id, str):
        raise table.faults.encode("dataset_id", f"the id of a dataset is text, not {id!r:.40}", path=path)
    return id


def number(text: str) -> float:
    """The value of a decimal (or hexadecimal floating) number as the wire writes them; ValueError for any other text.

    Blanks around it, a trailing ``d`` or ``f``, ``NaN`` and ``Infinity`` are part of the grammar;
    ``nan``, ``inf``, ``1_0`` and ``0x10`` are not.
    """
    value = parse_number(text.strip(_BLANKS).encode("ascii", "replace"))
    if value is None:
        raise ValueError(f"expected a number, got {text[:40]!r}")
    return value


_BLANKS = "".join(map(chr, range(0x21)))


def read_property(node: Node, table: PacketFormat, path: str, at: int) -> tuple[str, Property]:
    """Return name and `Property` of the element *node*; *path* and *at* tell errors where it stands."""
    element = table.roles["property"]
    names = {attribute.role: attribute.name for attribute in element.attributes}
    fields = fields_of(node, element)
    name, kind, value, extra = fields.get("name") or "", fields.get("type"), fields.get("value"), fields.extra
    if not name.strip():
        raise table.faults.decode("property_name", f"a property has no {names['name']}", path=path, at=at)
    where = f"{path}.{name}"
    if kind is None or (kind == "" and node.children):
        if len(node.children) != 1:
            problem = f"expected a {names['type']} or exactly one child element, got {len(node.children)} children"
            raise table.faults.decode("property_form", problem, path=where, at=at)
        child = node.children[0]
        return name, Property(_child_value(child, table, where, at), child.tag, child=child, attributes=extra)
    if value is None and not node.text.strip() and len(node.children) == 1:
        child = node.children[0]
        return name, Property(_child_value(child, table, where, at), kind, child=child, attributes=extra)
    text = node.text if value is None else value
    return name, Property(_typed(text, kind, table, where, at), kind, text=text, attributes=extra)


def _typed(text: str, word: str, table: PacketFormat, path: str, at: int) -> Any:
    kind = table.types.get(word)
    if kind is None:
        return text
    if kind.kind == "boolean":
        return text.lower() == "true"
    try:
        if kind.kind == "real":
            return number(text)
        if kind.kind == "integer":
            return _integer(text, kind)
    except ValueError as error:
        raise table.faults.decode("property_number", f"a property of type {word}: {error}", path=path, at=at) from None
    return text


def _integer(text: str, kind: PropertyType) -> int:
    if not _INTEGER.fullmatch(text):
        raise ValueError(f"expected a decimal integer, got {text[:40]!r}")
    value = int(text)
    if kind.bits and not -(1 << (kind.bits - 1)) <= value < 1 << (kind.bits - 1):
        raise ValueError(f"{text} does not fit {kind.bits} bits")
    return value


def _child_value(child: Node, table: PacketFormat, path: str, at: int) -> Any:
    """The value of a child form: a dict of properties for a map, of texts for a range, else canonical XML."""
    element = table.roles.get("map")
    if element is not None and child.tag == element.name:
        return _map(child, table, path, at)
    ranged = table.roles.get("range")
    if ranged is not None and child.tag == ranged.name:
        said = child.attributes
        return {
            one.name: next((said[name] for name in (one.name, *one.aliases) if name in said), "")
            for one in ranged.attributes
        }
    return canonical(child)


def _map(node: Node, table: PacketFormat, path: str, at: int) -> dict[str, Property]:
    # the depth of the document is bounded when it is parsed, so this recursion is
    entry = table.roles["entry"]
    result: dict[str, Property] = {}
    for one in node.children:
        if one.tag != entry.name:
            continue
        fields = fields_of(one, entry)
        key, kind = fields.get("key") or "", fields.get("type")
        where = f"{path}.{key}"
        if kind is None:
            if len(one.children) != 1:
                problem = f"an entry has no {entry.attribute('type').name} and not exactly one child"
                raise table.faults.decode("property_form", problem, path=where, at=at)
            child = one.children[0]
            result[key] = Property(_child_value(child, table, where, at), child.tag, child=child)
        else:
            value = fields.get("value")
            text = one.text if value is None else value
            result[key] = Property(_typed(text, kind, table, where, at), kind, text=text)
    return result


def property_path(id: str, name: str, table: PacketFormat) -> str:
    """How errors name property *name* of dataset *id*."""
    return f"{id}.{table.roles['properties'].name}.{name}"


def type_of(value: Any, table: PacketFormat, path: str = "") -> PropertyType:
    """The property type that a Python *value* is written with; EncodeError (``type``) where the format has none."""
    if isinstance(value, (bool, np.bool_)):
        found = _first(table, "boolean")
    elif isinstance(value, (int, np.integer)):
        found = _integer_type(int(value), table)
    elif isinstance(value, (float, np.floating)):
        if float(value) != value and value == value:
            raise table.faults.encode("not_exact", f"no double is {value!r}", path=path)
        found = _first(table, "real")
    else:
        found = _first(table, "text") if isinstance(value, str) else None
    if found is None:
        # the text of a very long integer is an error of its own
        told = "of more than 128 bits" if isinstance(value, int) and abs(value) >= 1 << 128 else repr(str(value)[:40])
        problem = f"no property type for {type(value).__name__} {told}"
        raise table.faults.encode("not_writable", problem, path=path)
    return found


def checked_text(found: Property, table: PacketFormat, path: str) -> str:
    """The text that *found* is written as; EncodeError where a reader would refuse it for its type."""
    kind = table.types.get(found.type)
    if found.text is None and not isinstance(found.value, (str, int, float, np.generic)):
        problem = f"no text says {type(found.value).__name__} {str(found.value)[:40]!r}"
        raise table.faults.encode("not_writable", problem, path=path)
    text = found.text if found.text is not None else text_of(plain_of(found.value))
    try:
        if kind is not None and kind.kind == "real":
            number(text)
        elif kind is not None and kind.kind == "integer":
            _integer(text, kind)
    except ValueError as error:
        problem = f"a property of type {found.type}: {error}"
        raise table.faults.encode("property_number", problem, path=path) from None
    check_characters(text, table, path)
    return text


def _integer_type(value: int, table: PacketFormat) -> PropertyType | None:
    """The usual integer type (32 bits) that holds *value*, else a wider one, else a narrower one, else a real number."""
    bits = (value if value >= 0 else ~value).bit_length() + 1
    fitting = [one for one in table.property_types if one.kind == "integer" and (one.bits or 64) >= bits]
    if fitting:
        return min(fitting, key=lambda one: ((one.bits or 64) < 32, abs((one.bits or 64) - 32)))
    return _first(table, "real") if abs(value) <= 1 << 53 else None


def _first(table: PacketFormat, kind: str) -> PropertyType | None:
    return next((one for one in table.property_types if one.kind == kind), None)


def property_of(value: Any, table: PacketFormat, path: str = "", depth: int = 0) -> Property:
    """Make a `Property` of a Python value: str, bool, int, float (numpy scalars too), a mapping, or a Property.

    *depth* is in how many mappings it stands; a reader's `Limits` say how many there may be.
    """
    if isinstance(value, Property):
        return value
    if isinstance(value, Mapping):
        check_map_depth(depth, table, path)
        element = table.roles.get("map")
        if element is None:
            raise table.faults.encode("not_writable", "the format has no property type for a mapping", path=path)
        items = {str(key): property_of(item, table, f"{path}.{key}", depth + 1) for key, item in value.items()}
        return Property(items, element.name)
    kind = type_of(value, table, path)
    plain = plain_of(value)
    found = Property(plain, kind.name, text=text_of(plain))
    if isinstance(plain, str):
        check_characters(plain, table, path)
    return found


def check_map_depth(depth: int, table: PacketFormat, path: str) -> None:
    """EncodeError where a mapping inside *depth* others is one that a reader's default `Limits` refuse."""
    # packet, dataset, properties, property; then a map and an entry for each level
    if depth >= (DEFAULT_LIMITS.depth - 4) // 2:
        problem = f"mappings are nested deeper than {depth}, which readers refuse"
        raise table.faults.encode("xml_depth", problem, path=path[:80])


def check_characters(text: str, table: PacketFormat, path: str) -> None:
    """EncodeError where *text* has a character that XML can't hold."""
    try:
        write(Node("text", text=text))
    except EncodeError as error:
        raise table.faults.encode("not_exact", error.problem, path=path) from None


def plain_of(value: Any) -> Any:
    """*value* as Python has it."""
    if isinstance(value, np.floating):
        return float(value)  # item() of a long double is one again
    return value.item() if isinstance(value, np.generic) else value


def text_of(value: Any) -> str:
    """How a plain value is written: ``true``, ``12``, ``-1e+31``, ``NaN``, ``Infinity``; text as it is."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if value != value:
            return "NaN"
        return repr(value).replace("inf", "Infinity")
    return str(value)
