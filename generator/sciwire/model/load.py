"""From a file to a `Spec`: read, check the shape, read the head, let the family read the body, check the whole.

All problems of a file are reported at once; `load_spec` gives a `Spec` only when there are none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .check import check_spec
from .context import Context
from .expressions import WORDS
from .families import FAMILIES, family_module
from .ir import Profile, Record, Rule, Source, Spec, VersionRule
from .marks import Marked, load_yaml
from .names import class_name, is_identifier
from .nodes import Node
from .problems import Problems, TooManyProblemsError, did_you_mean
from .structure import check_structure
from .types import SCALARS, Type

__all__ = ["load_spec", "load_spec_or_raise"]


def load_spec_or_raise(path: Path, root: Path | None = None) -> Spec:
    """Load *path*; raises `SpecError` with every problem, one headline a problem."""
    problems = Problems()
    spec = load_spec(path, problems)
    problems.raise_any(root)
    assert spec is not None
    return spec


def load_spec(path: Path, problems: Problems) -> Spec | None:
    """Load and check *path*; None when *problems* got new errors."""
    try:
        return _load(path, problems)
    except TooManyProblemsError:
        return None


def _load(path: Path, problems: Problems) -> Spec | None:
    before = len(problems.errors)
    marked = load_yaml(path, problems)
    if marked is None:
        return None
    if not isinstance(marked.data, dict):
        problems.add("SPEC006", marked.place(()), "a specification is a table of keys and values")
        return None
    root = Node.root(marked)
    family = root["family"].text()
    if root["sciwire"].data != 1:
        problems.add(
            "SPEC010", root["sciwire"].place, f"this is version {root['sciwire'].data!r} of the language, known: 1"
        )
    if family not in FAMILIES:
        node = root["family"]
        place = node.place if node.exists else root.place
        hint = did_you_mean(family, FAMILIES)
        problems.add("SPEC011", place, f"unknown family {family!r}, known: {', '.join(FAMILIES)}", hint)
        return None
    check_structure(marked, family, problems)
    shaped = len(problems.errors) == before
    try:
        spec = _read(root, marked, family, problems)
    except (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError):
        if shaped:
            raise
        return None  # a pass fell over a value of the wrong shape, which stands among the problems
    if root["versioning"]["at"].exists and len(problems.errors) == before:
        from .version_places import check_version_place

        check_version_place(spec, root["versioning"]["at"], problems)
    return spec if len(problems.errors) == before else None


def _read(root: Node, marked: Marked, family: str, problems: Problems) -> Spec:
    context = Context(problems)
    sources = _sources(root["sources"], context)
    rules = _rules(root["rules"], context)
    context.type_names = frozenset(root["types"].table())
    module = family_module(family)
    # a field spelled like the class of a type would hide it from the annotations beside it
    context.reserved = getattr(module, "RESERVED", frozenset()) | set(map(class_name, context.type_names))
    if hasattr(module, "options"):
        context.options = module.options(root)
    types = _types(root["types"], context)
    spec = Spec(
        format=root["format"].text(),
        version=root["version"].text(),
        family=family,
        title=root["title"].text(),
        doc=root["doc"].text(),
        sources=sources,
        rules=rules,
        profiles=_profiles(root["profiles"], getattr(module, "SWITCHES", {}), context),
        version_rule=VersionRule(
            root["versioning"]["kind"].text("exact"),
            context.cite(root["versioning"]["rule"]),
            root["versioning"]["at"].text(),
        ),
        limits={key: node.integer() for key, node in root["limits"].items()},
        types=types,
        body=module.load(root, context),
        path=marked.path,
        digest=_digest(marked.path, root["schemas"].texts()),
    )
    check_spec(spec, root, context)
    module.check(spec, root, context)
    return spec


def _digest(path: Path, schemas: tuple[str, ...]) -> str:
    """The digest of the file and of the XSD files that it names."""
    digest = hashlib.sha256(path.read_bytes())
    for name in schemas:
        schema = path.parent / name
        digest.update(schema.read_bytes() if schema.is_file() else b"")
    return digest.hexdigest()


def _sources(node: Node, context: Context) -> tuple[Source, ...]:
    sources: dict[str, Source] = {}
    for one in node.elements():
        source = Source(one["id"].text(), one["text"].text(), one["url"].text())
        if source.id in sources:
            context.problems.add("SPEC043", one["id"].place, f"the source {source.id!r} is listed twice")
        sources[source.id] = source
    context.source_ids = frozenset(sources)
    return tuple(sources.values())


def _rules(node: Node, context: Context) -> tuple[Rule, ...]:
    rules: dict[str, Rule] = {}
    for one in node.elements():
        source = one["source"].text()
        for word in source.replace(",", " ").split():
            if word not in context.source_ids:
                hint = did_you_mean(word, context.source_ids)
                context.problems.add(
                    "SPEC041", one["source"].place, f"the source {word!r} is not listed in `sources`", hint
                )
        binds = one["binds"].text("both")
        rule = Rule(one["id"].text(), one["level"].text(), one["text"].text(), source, binds, one.place)
        if rule.id in rules:
            context.problems.add("SPEC040", one["id"].place, f"the rule {rule.id!r} is listed twice")
        rules[rule.id] = rule
    context.rule_ids = frozenset(rules)
    return tuple(rules.values())


def _types(node: Node, context: Context) -> Mapping[str, Record | Type]:
    types: dict[str, Record | Type] = {}
    for name, one in node.items():
        if not is_identifier(name):
            context.problems.add("SPEC020", one.key_place, f"the type name {name!r} is no identifier")
        if name in WORDS or name in SCALARS:
            context.problems.add("SPEC017", one.key_place, f"the type {name!r} hides the built-in one")
        types[name] = context.record(name, one) if isinstance(one.data, dict) else context.type(one)
    return types


def _profiles(node: Node, switches: Mapping[str, Any], context: Context) -> tuple[Profile, ...]:
    profiles = []
    for name, one in node.items():
        settings = one["settings"]
        for switch, value in settings.items():
            allowed = switches.get(switch)
            if allowed is None:
                hint = did_you_mean(switch, switches)
                context.problems.add("SPEC047", value.key_place, f"this family has no switch {switch!r}", hint)
            elif value.data not in allowed:
                text = ", ".join(str(one) for one in allowed)
                context.problems.add(
                    "SPEC047", value.place, f"the switch {switch!r} is {value.data!r}, allowed: {text}"
                )
        profiles.append(Profile(name, one["doc"].text(), one["default"].flag(), dict(settings.table())))
    if profiles and sum(profile.default for profile in profiles) != 1:
        context.problems.add("SPEC044", node.place, "exactly one profile must say `default: true`")
    return tuple(profiles) or (Profile("documented", "As the specification says.", True, {}),)
