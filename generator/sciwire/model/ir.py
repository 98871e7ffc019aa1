"""The specification as frozen data: what every family shares.

A `Spec` holds the head (names, sources, rules, profiles, limits), the named types, and the `body`
that its family defines. Everything else in the project is made from it; nothing here knows YAML.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .problems import Place
from .types import Type

__all__ = ["Constraints", "Field", "Profile", "Record", "Rule", "Source", "Spec", "VersionRule", "When"]


@dataclass(frozen=True, slots=True)
class Source:
    """A document or program from which facts come."""

    id: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A numbered requirement; `binds` is ``encode``, ``decode`` or ``both``."""

    id: str
    level: str
    text: str
    source: str
    binds: str
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class Profile:
    """A way to read where sources disagree; `settings` are switches that the family defines."""

    name: str
    doc: str
    default: bool
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class VersionRule:
    """How a version asked for and the version in the data go together.

    `kind` is ``exact``, ``major`` (same major) or ``minor`` (same major, data's minor not below the one asked for).
    `at` is the path of the constant field by which the data of this version are told from those of others.
    """

    kind: str = "exact"
    rule: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class When:
    """A field is written only when the encoding `option` has one of these `values`."""

    option: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Constraints:
    """What a value must satisfy besides its type; None means no constraint."""

    const: Any = None
    minimum: float | int | None = None
    maximum: float | int | None = None
    pattern: str | None = None
    min_length: int | None = None
    max_length: int | None = None

    def __bool__(self) -> bool:
        return self != Constraints()


@dataclass(frozen=True, slots=True)
class Field:
    """One named part of a record; `key` is what stands on the wire, `label` what the specification says, `name` what Python says."""

    @property
    def plain(self) -> str:
        """The name in canonical values: the wire's if that is text, else the specification's."""
        return self.key if isinstance(self.key, str) else self.label

    name: str
    label: str
    key: str | int
    type: Type
    doc: str = ""
    unit: str = ""
    required: bool = False
    when: When | None = None
    default: Any = None
    constraints: Constraints = Constraints()
    rule: str = ""
    last: bool = False
    wrong_type: str = ""
    also: tuple[str | int, ...] = ()
    place: Place = field(default=Place(Path(), 1, 1), compare=False)


@dataclass(frozen=True, slots=True)
class Record:
    """A named group of fields; `layout` is ``map`` or ``array`` (fields by position)."""

    name: str
    fields: tuple[Field, ...]
    doc: str = ""
    layout: str = "map"
    place: Place = field(default=Place(Path(), 1, 1), compare=False)

    @property
    def in_wire_order(self) -> tuple[Field, ...]:
        """The fields as they are written: those marked `last` behind all others."""
        return tuple(sorted(self.fields, key=lambda one: one.last))


@dataclass(frozen=True, slots=True)
class Spec:
    """One published version of one format."""

    format: str
    version: str
    family: str
    title: str
    doc: str
    sources: tuple[Source, ...]
    rules: tuple[Rule, ...]
    profiles: tuple[Profile, ...]
    version_rule: VersionRule
    limits: Mapping[str, int]
    types: Mapping[str, Record | Type]
    body: Any
    path: Path
    digest: str

    def rule(self, rule_id: str) -> Rule | None:
        """The rule with this id, or None."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    @property
    def default_profile(self) -> str:
        return next((profile.name for profile in self.profiles if profile.default), "documented")
