"""What the readers of one file share: the problems, the names that exist, the citations to be proved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .expressions import WORDS, TypeExpressionError, parse_type
from .hints import did_you_mean, form_hint, type_hint
from .ir import Constraints, Field, Record, When
from .names import identifier
from .nodes import Node
from .patterns import pattern_fault
from .problems import Place, Problems
from .types import Named, Scalar, Type, walk_type

__all__ = ["Context"]

_FALLBACK = Scalar("unknown")  # so that one mistake is not reported twice


@dataclass
class Context:
    """Reads the parts that all families have in common, and notes what is cited on the way."""

    problems: Problems
    type_names: frozenset[str] = frozenset()
    rule_ids: frozenset[str] = frozenset()
    source_ids: frozenset[str] = frozenset()
    options: dict[str, tuple[str, ...]] = field(default_factory=dict)
    used_types: set[str] = field(default_factory=set)
    reserved: frozenset[str] = frozenset()

    def cite(self, node: Node) -> str:
        """The id of a rule that must be listed; empty where the node is missing."""
        rule = node.text()
        if rule and rule not in self.rule_ids:
            hint = did_you_mean(rule, self.rule_ids)
            self.problems.add("SPEC042", node.place, f"the rule {rule!r} is not listed in `rules`", hint)
        return rule

    def type(self, node: Node) -> Type:
        """Read the type expression at *node*; after a problem it is a scalar called unknown."""
        expression = node.text()
        if not expression:
            return _FALLBACK
        try:
            kind = parse_type(expression, self.type_names)
        except TypeExpressionError as error:
            place = self._inside(node, error.column)
            known = (*WORDS, *self.type_names)
            hint = type_hint(error.word, known) if error.word else form_hint(expression, error.column)
            self.problems.add(error.code, place, error.text, hint)
            return _FALLBACK
        self.used_types.update(part.name for part in walk_type(kind) if isinstance(part, Named))
        return kind

    def fields(self, node: Node) -> tuple[Field, ...]:
        """Read a table of fields, in file order."""
        fields = tuple(self.field(name, one) for name, one in node.items())
        self._check_names(fields)
        return fields

    def field(self, name: str, node: Node) -> Field:
        """Read one field: a type expression, or a table."""
        table = node if isinstance(node.data, dict) else None
        kind = self.type(node["type"] if table else node)
        key = node["key"].data if "key" in node else name
        return Field(
            name=self._attribute(name),
            label=name,
            key=key if isinstance(key, (str, int)) else name,
            type=kind,
            doc=node["doc"].text(),
            unit=node["unit"].text(),
            required=node["required"].flag(),
            when=self._when(node["when"]),
            default=node["default"].data,
            constraints=self._constraints(node),
            rule=self.cite(node["rule"]),
            last=node["last"].flag(),
            wrong_type=node["wrong_type"].text(),
            also=node["also"].keys(),
            place=node.key_place,
        )

    def record(self, name: str, node: Node) -> Record:
        """Read a record: a table with `fields`."""
        return Record(name, self.fields(node["fields"]), node["doc"].text(), node["layout"].text("map"), node.key_place)

    def _attribute(self, name: str) -> str:
        """The name in Python; one that the generated class needs for itself gets an underscore."""
        attribute = identifier(name)
        return f"{attribute}_" if attribute in self.reserved else attribute

    def _when(self, node: Node) -> When | None:
        for option, values in node.items():
            known = self.options.get(option)
            if known is None:
                hint = did_you_mean(option, self.options)
                self.problems.add("SPEC035", node.place, f"there is no option {option!r}", hint)
            else:
                for value in set(values.texts()) - set(known):
                    hint = did_you_mean(value, known)
                    self.problems.add("SPEC035", values.place, f"the option {option!r} has no value {value!r}", hint)
            return When(option, values.texts())
        return None

    def _constraints(self, node: Node) -> Constraints:
        length = node["length"]
        exact = length.maybe_integer()
        pattern = node["pattern"]
        if pattern.exists:
            fault = pattern_fault(pattern.text())
            if fault:
                self.problems.add("SPEC033", pattern.place, fault)
                pattern = node["no such key"]
        return Constraints(
            const=node["const"].data,
            minimum=node["min"].maybe_number(),
            maximum=node["max"].maybe_number(),
            pattern=pattern.text() or None,
            min_length=exact if exact is not None else length["min"].maybe_integer(),
            max_length=exact if exact is not None else length["max"].maybe_integer(),
        )

    def check_name(self, name: str, place: Place, what: str) -> None:
        """Report a *name* that can't be shown on a line, such as an empty one."""
        if not name.strip() or not name.isprintable():
            self.problems.add("SPEC020", place, f"{name!r} is no name for {what}")

    def _check_names(self, fields: tuple[Field, ...]) -> None:
        for one in fields:
            self.check_name(one.label, one.place, "a field")
        by_name: dict[str, Field] = {}
        by_key: dict[Any, Field] = {}
        for one in fields:
            if one.name in by_name and by_name[one.name].key != one.key:
                self.problems.add(
                    "SPEC022", one.place, f"{one.key!r} and {by_name[one.name].key!r} are both {one.name!r} in Python"
                )
            if one.key in by_key:
                self.problems.add(
                    "SPEC030", one.place, f"the wire key {one.key!r} belongs to {by_key[one.key].name!r} already"
                )
            by_name[one.name] = by_key[one.key] = one
        for one in fields:
            for alias in one.also:
                if alias in by_key:
                    text = f"the other key {alias!r} belongs to {by_key[alias].name!r} already"
                    self.problems.add("SPEC030", one.place, text)
                by_key[alias] = one
        last = [one for one in fields if one.last]
        for one in last[1:]:
            self.problems.add("SPEC036", one.place, f"{one.name!r} can't be last, {last[0].name!r} is")

    def _inside(self, node: Node, column: int) -> Place:
        """The place of a character of a plain or quoted scalar that stands on one line."""
        place = node.place
        lines = node.marked.lines
        line = lines[place.line - 1] if 0 < place.line <= len(lines) else ""
        quoted = line[place.column - 1 : place.column] in ("'", '"')
        return Place(place.path, place.line, place.column + column + quoted)
