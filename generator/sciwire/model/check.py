"""The checks that need the whole specification: names, constraints, citations, types that nobody uses.

Each pass takes the `Spec` and adds problems; none changes anything.
"""

from __future__ import annotations

from collections.abc import Iterator

from sciwire.runtime.limits import Limits

from .context import Context
from .cycles import on_cycles
from .field_checks import check_field, check_map_keys
from .followed import DEEPEST, alternatives, carried, resolve
from .ir import Record, Spec
from .members import accepts
from .names import is_identifier
from .nodes import Node
from .problems import did_you_mean
from .types import Named, Type, walk_type

__all__ = ["accepts", "all_records", "alternatives", "carried", "check_spec", "resolve"]

_BIGGEST = 1000  # parts of a type when its names are written out


def check_spec(spec: Spec, root: Node, context: Context) -> None:
    """Run every pass that does not depend on the family."""
    _check_head(spec, root, context)
    _check_citations(spec, root, context)
    _check_extent(spec, root, context)
    _check_cycles(spec, root, context)
    for name, kind in spec.types.items():
        if not isinstance(kind, Record):
            check_map_keys(kind, root["types"][name].place, spec.types, context)
    for record in all_records(spec):
        for field in record.fields:
            check_field(field, spec, context)


def all_records(spec: Spec) -> Iterator[Record]:
    """The records among the named types, and those that the body of the family holds."""
    for kind in spec.types.values():
        if isinstance(kind, Record):
            yield kind
    yield from getattr(spec.body, "records", ())


def _check_head(spec: Spec, root: Node, context: Context) -> None:
    if not (is_identifier(spec.format) and spec.format == spec.format.lower() and spec.format[0].isalpha()):
        context.problems.add(
            "SPEC020",
            root["format"].place,
            f"the format {spec.format!r} is no lower-case identifier that begins with a letter",
        )
    elif spec.path.parent.name != spec.format and spec.path.parent.parent.name == "specs":
        context.problems.add("SPEC023", root["format"].place, f"{spec.format!r} belongs in a folder of that name")
    if spec.path.parent.parent.name == "specs" and spec.path.stem != spec.version:
        context.problems.add(
            "SPEC023", root["version"].place, f"version {spec.version!r} belongs in {spec.version}.yaml"
        )
    known = set(Limits.FIELDS)
    for name, node in root["limits"].items():
        if name not in known:
            context.problems.add("SPEC045", node.key_place, f"unknown limit {name!r}", did_you_mean(name, known))


def _check_citations(spec: Spec, root: Node, context: Context) -> None:
    cited = {word for rule in spec.rules for word in rule.source.replace(",", " ").split()}
    for node in root["sources"].elements():
        if spec.rules and node["id"].text() not in cited:
            context.problems.add("SPEC046", node.place, f"no rule cites the source {node['id'].text()!r}")
    for name, node in root["types"].items():
        if name not in context.used_types:
            context.problems.add("SPEC016", node.key_place, f"nothing uses the type {name!r}")


def _check_cycles(spec: Spec, root: Node, context: Context) -> None:
    """An alias may lead back to itself only through a record (whose fields may be absent)."""
    edges = {
        name: {part.name for part in walk_type(kind) if isinstance(part, Named)}
        for name, kind in spec.types.items()
        if not isinstance(kind, Record)
    }
    circles = on_cycles(edges)
    for name in edges:
        if name in circles:
            context.problems.add(
                "SPEC015", root["types"][name].place, f"the type {name!r} is defined in terms of itself"
            )


def _check_extent(spec: Spec, root: Node, context: Context) -> None:
    """Named types may stand for something that is too big to be written out, or too deep to be read."""
    sizes: dict[str, int] = {}
    depths: dict[str, int] = {}
    for name in _inner_first(spec):
        kind = spec.types[name]
        inside = _inside(kind)
        parts = (sizes.get(one.name, 1) if isinstance(one, Named) else 1 for one in inside)
        sizes[name] = 1 if isinstance(kind, Record) else sum(parts)
        depths[name] = 1 + max((depths.get(one.name, 0) for one in inside if isinstance(one, Named)), default=0)
        if sizes[name] > _BIGGEST:
            text = f"the type {name!r} has more than {_BIGGEST:,} parts when its names are written out"
        elif depths[name] > DEEPEST:
            text = f"the type {name!r} leads through more than {DEEPEST} other types"
        else:
            continue
        context.problems.add("SPEC015", root["types"][name].place, text)
        return


def _inside(kind: Record | Type) -> list[Type]:
    types = [field.type for field in kind.fields] if isinstance(kind, Record) else [kind]
    return [part for one in types for part in walk_type(one)]


def _inner_first(spec: Spec) -> list[str]:
    """The named types such that each stands behind those inside it, except where one leads back to itself."""
    order: dict[str, None] = {}
    names = {
        name: [one.name for one in _inside(kind) if isinstance(one, Named) and one.name in spec.types]
        for name, kind in spec.types.items()
    }
    for name in names:
        waiting, above = [name], {name}
        while waiting:
            missing = next((one for one in names[waiting[-1]] if one not in order and one not in above), None)
            if missing is None:
                order[waiting.pop()] = None
            else:
                waiting.append(missing)
                above.add(missing)
    return list(order)
