"""Does a value fit a JSON Schema? Yes at once where it does; what else there is to say, jsonschema says.

Nearly every specification fits, and jsonschema takes longer to load and to say so than all the rest of a file takes.
Rule: never yes where jsonschema would find an error; a keyword that is not known here is a no.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["Fits", "fits"]

Fits = Callable[[Any], bool]

_SILENT = frozenset({"$schema", "$id", "$comment", "$defs", "title", "description", "default", "examples", "format"})
_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}
_SIZES: Mapping[str, tuple[type | tuple[type, ...], Callable[[Any, Any], bool]]] = {
    "minLength": (str, lambda value, limit: len(value) >= limit),
    "maxLength": (str, lambda value, limit: len(value) <= limit),
    "minItems": (list, lambda value, limit: len(value) >= limit),
    "maxItems": (list, lambda value, limit: len(value) <= limit),
    "minProperties": (dict, lambda value, limit: len(value) >= limit),
    "maxProperties": (dict, lambda value, limit: len(value) <= limit),
    "minimum": ((int, float), lambda value, limit: value >= limit),
    "maximum": ((int, float), lambda value, limit: value <= limit),
    "required": (dict, lambda value, names: all(name in value for name in names)),
    "pattern": (str, lambda value, pattern: re.search(pattern, value) is not None),
    "uniqueItems": (list, lambda value, asked: not asked or (set(map(type, value)) <= {str} and len(set(value)) == len(value))),
}  # fmt: skip


def fits(schema: Any, root: Mapping[str, Any], load: Callable[[str], Mapping[str, Any]]) -> Fits:
    """What tells whether a value fits *schema*, a part of *root*; *load* gives the schema of another file."""
    return _Compiler(load).compiled(schema, root)


class _Compiler:
    def __init__(self, load: Callable[[str], Mapping[str, Any]]) -> None:
        self._load = load
        self._known: dict[tuple[int, str], Fits] = {}  # by the identity of the root, and the pointer

    def compiled(self, schema: Any, root: Mapping[str, Any]) -> Fits:
        if isinstance(schema, bool):
            return lambda value: schema
        checks = [self._check(key, body, schema, root) for key, body in schema.items() if key not in _SILENT]
        if len(checks) == 1:
            return checks[0]
        return lambda value: all(check(value) for check in checks)

    def _check(self, key: str, body: Any, schema: Mapping[str, Any], root: Mapping[str, Any]) -> Fits:
        if key == "type":
            kinds = [_TYPES[name] for name in ([body] if isinstance(body, str) else body)]
            return kinds[0] if len(kinds) == 1 else lambda value: any(kind(value) for kind in kinds)
        if key in ("enum", "const"):
            allowed = [(type(one), one) for one in (body if key == "enum" else [body])]
            return lambda value: (type(value), value) in allowed
        if key in _SIZES:
            kind, holds = _SIZES[key]
            return lambda value: not isinstance(value, kind) or holds(value, body)
        if key == "$ref":
            return self._reference(body, root)
        if key == "items":
            each = self.compiled(body, root)
            return lambda value: not isinstance(value, list) or all(map(each, value))
        if key in ("anyOf", "allOf"):
            parts = [self.compiled(one, root) for one in body]
            joined = any if key == "anyOf" else all
            return lambda value: joined(part(value) for part in parts)
        if key == "properties":
            return self._properties(body, root)
        if key == "additionalProperties" and "patternProperties" not in schema:
            return self._additional(body, frozenset(schema.get("properties", ())), root)
        return lambda value: False

    def _properties(self, body: Mapping[str, Any], root: Mapping[str, Any]) -> Fits:
        named = {name: self.compiled(one, root) for name, one in body.items()}

        def check(value: Any) -> bool:
            return not isinstance(value, dict) or all(named[key](item) for key, item in value.items() if key in named)

        return check

    def _additional(self, body: Any, named: frozenset[str], root: Mapping[str, Any]) -> Fits:
        other = self.compiled(body, root)

        def check(value: Any) -> bool:
            return not isinstance(value, dict) or all(other(item) for key, item in value.items() if key not in named)

        return check

    def _reference(self, reference: str, root: Mapping[str, Any]) -> Fits:
        """A schema elsewhere, compiled when it is first needed: it may lead to itself."""
        name, _, pointer = reference.partition("#")
        base = self._load(name) if name else root
        key = (id(base), pointer)

        def check(value: Any) -> bool:
            found = self._known.get(key)
            if found is None:
                target: Any = base
                for part in filter(None, pointer.split("/")):
                    target = target[part]
                found = self._known[key] = self.compiled(target, base)
            return found(value)

        return check
