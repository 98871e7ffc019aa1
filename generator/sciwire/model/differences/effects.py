"""What a change of one fact of a body breaks: a table of patterns, the first that fits counts.

A family whose facts mean something else than the common rows say has rows of its own in front of them. The last row
is the careful one: a fact that nobody has judged may break everybody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .change import ALL

__all__ = ["Effect", "effect_of"]

_LENIENT = ("accept", "allow", "keep", "absent", "any", "declared", "warn", "ignore", "optional")


@dataclass(frozen=True, slots=True)
class Effect:
    """`kind` says what changed, `breaks` whom that breaks; `ignored` facts are not reported."""

    kind: str
    breaks: tuple[str, ...] = ()
    meaning: bool = False
    ignored: bool = False


Judge = Callable[[str, Any, Any], Effect]
_MORE, _LESS = ("readers",), ("writers", "files")


def effect_of(family: str, path: str, kind: str, old: Any, new: Any) -> Effect:
    """The effect of a fact that was ``added``, ``removed`` or ``changed``."""
    for pattern, judge in (*_FAMILIES.get(family, ()), *_COMMON):
        if re.search(pattern, path):
            return judge(kind, old, new)
    return _layout(kind, old, new)


def _ignored(kind: str, old: Any, new: Any) -> Effect:
    return Effect(kind, ignored=True)


def _words(kind: str, old: Any, new: Any) -> Effect:
    return Effect("reworded")


def _cites(kind: str, old: Any, new: Any) -> Effect:
    return Effect("citation")


def _names(kind: str, old: Any, new: Any) -> Effect:
    return Effect(kind, () if kind == "added" else ("source",))


def _unit(kind: str, old: Any, new: Any) -> Effect:
    return Effect("unit", ALL if old else (), meaning=bool(old))


def _layout(kind: str, old: Any, new: Any) -> Effect:
    return Effect(kind, ALL)


def _choice(kind: str, old: Any, new: Any) -> Effect:
    """One more is news to readers, one fewer to writers and files."""
    return Effect(kind, {"added": _MORE, "removed": _LESS}.get(kind, ALL))


def _part(kind: str, old: Any, new: Any) -> Effect:
    """A message, dataset or the like: code that uses it stands without it, too."""
    return Effect(kind, {"added": _MORE, "removed": (*_LESS, "source")}.get(kind, ALL))


def _object(kind: str, old: Any, new: Any) -> Effect:
    """What a file has: readers pass over objects that they do not know, and miss those that must be there."""
    needed = "not required" not in (old, new)
    if kind == "added":
        return Effect(kind, (*_LESS, "source") if needed else ())
    return Effect(kind, (*(_MORE if needed else ()), "source"))


def _reading(kind: str, old: Any, new: Any) -> Effect:
    """How forgiving a reader is: nobody minds more, who relied on it minds less."""
    looser = str(new) in _LENIENT or new is True or kind == "added"
    return Effect("loosened" if looser else "tightened", () if looser else _LESS)


def _writing(kind: str, old: Any, new: Any) -> Effect:
    return Effect("writing")


def _storage(kind: str, old: Any, new: Any) -> Effect:
    """HDF5 files say themselves how they are stored."""
    return Effect("storage")


def _ceiling(kind: str, old: Any, new: Any) -> Effect:
    if isinstance(old, (int, float)) and isinstance(new, (int, float)):
        return Effect("raised", _MORE) if new > old else Effect("lowered", _LESS)
    return Effect(kind, _LESS if old is None else _MORE if new is None else ALL)


def _floor(kind: str, old: Any, new: Any) -> Effect:
    if isinstance(old, (int, float)) and isinstance(new, (int, float)):
        return Effect("lowered", _MORE) if new < old else Effect("raised", _LESS)
    return Effect(kind, _LESS if old is None else _MORE if new is None else ALL)


def _flag(kind: str, old: Any, new: Any) -> Effect:
    """True allows more than false."""
    return Effect("widened", _MORE) if new else Effect("narrowed", _LESS)


def _demand(kind: str, old: Any, new: Any) -> Effect:
    return Effect("required", (*_LESS, "source")) if new else Effect("optional", _MORE)


def _default(kind: str, old: Any, new: Any) -> Effect:
    return Effect("default", ("files",), meaning=True)


def _meaning(kind: str, old: Any, new: Any) -> Effect:
    """The same bytes say something else."""
    return Effect(kind, _MORE if kind == "added" else ALL, meaning=kind != "added")


def _kinds_of_keys(kind: str, old: Any, new: Any) -> Effect:
    return Effect("widened", _MORE) if new == "any" else Effect("narrowed", _LESS if old == "any" else ALL)


_COMMON: tuple[tuple[str, Judge], ...] = (
    (r"(^|\.)(doc|docs|title|option_docs|text)(\.|$)", _words),
    (r"(^|\.)(rule|\w+_rule|rules|\w+_rules|checks|faults)(\.|$)", _cites),
    (r"(^|\.)unit$", _unit),
    (r"(^|\.)(cls|class|name)$", _names),
    (r"^(names|operations|constants|programs|errors|serializer|type_prefix|options)(\.|$)", _names),
    (r"\(order\)$", _ignored),
)
_STRICT = r"^tolerance\."

_FAMILIES: Mapping[str, tuple[tuple[str, Judge], ...]] = {
    "cbor": (
        (_STRICT, _reading),
        (r"^(prefix|compression)\.write(\.|$)", _writing),
        (r"^prefix(_bytes)?\.(read|mixed)$", _reading),
        (r"^compression\.read\.", _choice),
        (r"^compression\.block$", _writing),
        (r"^keys$", _kinds_of_keys),
        (r"^recognised_by|^refusals|\.stack$", _writing),
        (r"\.also(\.|$)", _choice),
        (r"^messages\.\w+$", _part),
    ),
    "multipart": (
        (_STRICT, _reading),
        (r"^json_bytes$", _ceiling),
        (r"^write(\.|$)", _writing),
        (r"^(dtypes|encodings)\.[^.]+$", _choice),
        (r"^messages\.\w+$", _part),
        (r"\.optional$", _flag),
    ),
    "struct": (
        (r"\.label$", _ignored),
        (r"^trailing$", _reading),
        (r"^structs\.\w+\.fields\.\w+\.default$", _default),
        (r"\.low$", _floor),
        (r"\.high$", _ceiling),
        (r"\.(others|overlong)$", _flag),
        (r"^mark\.(little|big)(\.\(order\))?$", _ignored),
        (r"^mark\.(little|big)\.[^.]+$", _choice),
        (r"^enums\.\w+$|\.enum$", _choice),
        (r"(^enums\.\w+|\.enum|\.known|\.members)\.[^.]+$", _choice),
        (r"\.known$", _ignored),
        (r"^structs\.\w+\.fields\.\(order\)$", _layout),
    ),
    "grid": (
        (r"^compressions\.[^.]+$", _choice),
        (r"^level$", _writing),
        (r"^ranks\.1$", _ceiling),
        (r"^ranks\.0$", _floor),
        (r"^types\.[^.]+(\.dtypes\.[^.]+)?$", _choice),
        (r"^header\.\(order\)$", _layout),
    ),
    "packets": (
        (r"^schemas(\.|$)", _ignored),
        (r"^writing(\.|$)", _writing),
        (r"^bounds\.", _ceiling),
        (r"^time_since$", _flag),
        (r"^names\.fill_below$", _default),
        (r"^names(\.|$)", _meaning),  # they are words on the wire, which say what a dataset is to another one
        (r"^times\.[^.]+\.\w+$", _meaning),
        (r"\.elsewhere$", _reading),
        (r"\.ids\.0$", _floor),
        (r"\.ids\.1$", _ceiling),
        (r"\.attributes\.[^.]+$", _choice),
        (r"^(encodings|times|property_types|elements|types)\.[^.]+$", _choice),
        (r"\.(aliases|words|ids|separators)(\.[^.]+)?$", _choice),
        (r"\.required$", _demand),
        (r"^prefix\.\(order\)$", _layout),
        (r"^core\.", _writing),
    ),
    "hdf5": (
        (r"\.(chunks|options)(\.|$)|\.filters(\.|$)", _storage),
        (r"\.required$", _demand),
        (r"\.columns\.\w+\.aliases(\.|$)", _names),  # what an argument may be called
        (r"\.columns\.\w+\.default$", _ignored),  # told with its field
        (r"\.(any_length|single)$", _flag),
        (r"^packings\.\w+$", _names),
        (r"^packings\.|^(steps|level)$", _storage),
        (r"^(datasets|attributes|groups)\.[^.]+$", _object),
        (r"\.default$", _default),
    ),
}
