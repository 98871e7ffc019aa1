"""The `hdf5` family without a fixed layout: arrays that a configuration names and places, one file for each batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sciwire.runtime.hdf5.blobs.form import FAULTS

from ..context import Context
from ..ir import Record, Spec
from ..names import is_identifier
from ..nodes import Node
from ..problems import did_you_mean
from ..types import Number
from .hdf5_filters import FILTERS, setting_fault

__all__ = ["CollectionBody", "CollectionFilter", "Packing", "check_collection", "load_collection"]

_MEANINGS = ("fields", "compression", "level")
_DEFAULTS = {"fields": "fields", "compression": "compression", "level": "level"}
_OPTIONS = frozenset({"data", "value", "profile", "limits", "on_error"})
_TAKEN = frozenset(
    {"Batch", "FORMAT", "VERSIONS", "decode", "encode", "from_plain", "sniff", "spans", "summary", "to_plain"}
)
_PACKERS = frozenset(FILTERS) - {"shuffle", "fletcher32"}
_LEVEL = "level"  # the word that stands for the level that is asked for


@dataclass(frozen=True, slots=True)
class CollectionFilter:
    """One step of a pipeline; the value ``level`` of an option is the level that is asked for."""

    name: str
    options: tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class Packing:
    """A compression by the name that users give; `levels` is None where a level has no meaning."""

    name: str
    filters: tuple[CollectionFilter, ...]
    levels: tuple[int, int] | None
    types: tuple[str, ...]
    doc: str


@dataclass(frozen=True, slots=True)
class CollectionBody:
    """Everything of such a specification that its head does not hold; `bounds` None are those of the library."""

    serializer: str
    config: str
    doc: str
    steps: int
    level: int
    bounds: tuple[str, str] | None
    names: Mapping[str, str]
    packings: tuple[Packing, ...]
    checks: Mapping[str, str]

    @property
    def records(self) -> tuple[Record, ...]:
        """None: what is written is for the caller to say."""
        return ()


def load_collection(root: Node, context: Context) -> CollectionBody:
    """Read the body; problems go to the context."""
    node = root["collection"]
    bounds = root["file"]["bounds"].texts()
    serializer = node["serializer"].text("Serializer")
    return CollectionBody(
        serializer=serializer,
        config=node["config"].text(f"{serializer}Config"),
        doc=node["doc"].text(),
        steps=node["steps"].integer(1),
        level=node["level"].integer(3),
        bounds=(bounds[0], bounds[1]) if len(bounds) == 2 else None,
        names={one: node["names"][one].text(_DEFAULTS[one]) for one in _MEANINGS},
        packings=tuple(_packing(name, one, context) for name, one in node["compressions"].items()),
        checks={name: context.cite(one) for name, one in node["checks"].items()},
    )


def _packing(name: str, node: Node, context: Context) -> Packing:
    levels = [one.integer() for one in node["levels"].elements()]
    types = []
    for one in node["types"].elements():
        kind = context.type(one)
        if not isinstance(kind, Number) or kind.order:
            context.problems.add("SPEC121", one.place, f"{one.text()!r} is no number without a byte order")
            continue
        types.append(kind.code)
    filters = tuple(_filter(one) for one in node["filters"].elements())
    return Packing(
        name, filters, (levels[0], levels[1]) if len(levels) == 2 else None, tuple(types), node["doc"].text()
    )


def _filter(node: Node) -> CollectionFilter:
    if isinstance(node.data, str):
        return CollectionFilter(node.data, ())
    for name, options in node.items():
        if isinstance(options.data, dict):
            return CollectionFilter(name, tuple((key, one.data) for key, one in options.items()))
        first = FILTERS.get(name, ()) or ("level",)
        return CollectionFilter(name, ((first[0], options.data),))
    return CollectionFilter("", ())


def check_collection(spec: Spec, root: Node, context: Context) -> None:
    """The checks of such a specification."""
    body: CollectionBody = spec.body
    node = root["collection"]
    for key in ("datasets", "attributes", "groups", "axes", "places", "operations"):
        if key in root:
            text = f"a collection has no {key}: what is written is for the caller to say"
            context.problems.add("SPEC120", root[key].key_place, text)
    for packing in body.packings:
        _check_packing(packing, node["compressions"][packing.name], context)
    _check_names(body, node, context)
    for name, one in node["checks"].items():
        if name not in FAULTS:
            context.problems.add("SPEC123", one.key_place, f"no check {name!r}", did_you_mean(name, FAULTS))


def _check_packing(packing: Packing, node: Node, context: Context) -> None:
    def wrong(text: str, place: Node, hint: str = "") -> None:
        context.problems.add("SPEC121", place.place, text, hint)

    if packing.name == "none":
        wrong("none is no compression: it is what there is without one", node)
    for one, step in zip(packing.filters, node["filters"].elements(), strict=True):
        if one.name not in FILTERS:
            hint = did_you_mean(one.name, FILTERS)
            wrong(f"unknown filter {one.name!r}, known: {', '.join(FILTERS)}", step, hint)
            continue
        for key, value in one.options:
            asks = value == _LEVEL and key in ("level", "clevel") and key in FILTERS[one.name]
            fault, hint = ("", "") if asks else setting_fault(one.name, key, value)
            if fault:
                wrong(fault, step, hint)
    if sum(one.name in _PACKERS for one in packing.filters) > 1:
        wrong("a pipeline compresses once", node["filters"])
    order = [{"shuffle": 0, "fletcher32": 2}.get(one.name, 1) for one in packing.filters]
    if order != sorted(order):
        wrong("the order is shuffle, one compression, fletcher32", node["filters"])
    asked = any(value == _LEVEL for one in packing.filters for _, value in one.options)
    if asked != (packing.levels is not None):
        wrong("levels go with a filter that says `level`, and the other way round", node["filters"])
    elif packing.levels is not None and packing.levels[0] > packing.levels[1]:
        wrong(f"no level is {packing.levels[0]} or more and {packing.levels[1]} or less", node["levels"])


def _check_names(body: CollectionBody, node: Node, context: Context) -> None:
    taken: dict[str, str] = dict.fromkeys(_OPTIONS, "an option")
    for meaning, name in body.names.items():
        place = node["names"][meaning].place
        if not is_identifier(name):
            context.problems.add("SPEC020", place, f"the name {name!r} is no identifier")
        if name in taken:
            context.problems.add("SPEC122", place, f"{name!r} is the name of {taken[name]}, too")
        taken[name] = meaning
    owners = dict.fromkeys(_TAKEN, "the module")
    for key, name in (("serializer", body.serializer), ("config", body.config)):
        place = node[key].place
        if not is_identifier(name):
            context.problems.add("SPEC020", place, f"the class name {name!r} is no identifier")
        if name in owners:
            context.problems.add("SPEC122", place, f"{owners[name]} has a {name!r} already")
        owners[name] = "the module"
