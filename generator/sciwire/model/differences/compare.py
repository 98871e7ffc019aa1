"""Two versions of a specification side by side: the head, the named types, the records, the rest of the body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sciwire.runtime.limits import DEFAULT_LIMITS

from ..ir import Record, Spec
from ..types import type_text
from .change import ALL, Change, Changes
from .effects import effect_of
from .fields import compare_records
from .flat import ORDER, facts, records
from .value_sets import compare_types

__all__ = ["compare_specs"]

#: families in which the names of the parts of a body never stand on the wire
_OWN_NAMES = ("struct", "grid")

Path = tuple[str, ...]
Facts = Mapping[Path, Any]


def compare_specs(old: Spec, new: Spec) -> list[Change]:
    """Every change from *old* to *new*, in the order of a file: head, types, body, rules."""
    changes = Changes()
    if old.family != new.family:
        changes.add("family", "family", f"{old.family} is {new.family} now", *ALL, "source")
        return changes.found
    if old.format != new.format:
        changes.add("format", "format", f"{old.format!r} is {new.format!r} now", "source")
    for word in ("title", "doc"):
        if getattr(old, word) != getattr(new, word):
            changes.add("reworded", word, "it reads differently")
    _compare_limits(old, new, changes)
    _compare_profiles(old, new, changes)
    if old.version_rule.kind != new.version_rule.kind:
        text = f"the version rule {old.version_rule.kind} is {new.version_rule.kind} now"
        changes.add("versioning", "versioning.kind", text, "readers", "files")
    if old.version_rule.at != new.version_rule.at:
        was, now = (f"stands at {rule.at!r}" if rule.at else "is not said to stand anywhere" for rule in (old.version_rule, new.version_rule))  # fmt: skip
        changes.add("versioning", "versioning.at", f"the version {was}, and {now} now", *(("files",) if old.version_rule.at else ()))  # fmt: skip
    _compare_types(old, new, changes)
    _compare_bodies(old, new, changes)
    _compare_rules(old, new, changes)
    return changes.found


def _compare_limits(old: Spec, new: Spec, changes: Changes) -> None:
    for name in sorted({*old.limits, *new.limits}):
        before, after = (spec.limits.get(name, getattr(DEFAULT_LIMITS, name, 0)) for spec in (old, new))
        if before != after:
            text = f"{before} is {after} now"
            lower = after < before
            breaks = ("writers", "files") if lower else ("readers",)
            changes.add("lowered" if lower else "raised", f"limits.{name}", text, *breaks)


def _compare_profiles(old: Spec, new: Spec, changes: Changes) -> None:
    before = {one.name: one for one in old.profiles}
    after = {one.name: one for one in new.profiles}
    for name in [*before, *(one for one in after if one not in before)]:
        path = f"profiles.{name}"
        if name not in after:
            changes.add("removed", path, "a profile is gone", "source")
        elif name not in before:
            changes.add("added", path, "a profile")
        elif dict(before[name].settings) != dict(after[name].settings):
            changes.add("changed", path, "the same bytes are read by other settings", "files", meaning=True)
    if old.default_profile != new.default_profile:
        text = f"{old.default_profile!r} is {new.default_profile!r} now"
        changes.add("default", "profiles", text, "files", meaning=True)


def _compare_types(old: Spec, new: Spec, changes: Changes) -> None:
    """The named types; an alias counts where it is used, so that here it only comes and goes."""
    specs = (old, new)
    for name, before in old.types.items():
        after = new.types.get(name)
        if isinstance(before, Record) and isinstance(after, Record):
            compare_records(f"types.{name}", before, after, specs, changes)
        elif isinstance(before, Record) or isinstance(after, Record):
            text = "a record is gone" if after is None else "a record is a type now, or a type a record"
            changes.add("removed" if after is None else "changed", f"types.{name}", text, *((*ALL, "source") if after else ("source",)))  # fmt: skip
        elif after is not None and type_text(before) != type_text(after):
            word = {"wider": "widened", "narrower": "narrowed", "same": "restated", "other": "changed"}
            found = compare_types(before, after, old, new)
            breaks = {"wider": ("readers",), "narrower": ("writers", "files"), "other": ALL}.get(found, ())
            text = f"{type_text(before)} is {type_text(after)} now"
            changes.add(word[found], f"types.{name}", text, *breaks)


def _compare_bodies(old: Spec, new: Spec, changes: Changes) -> None:
    before, after = records(old.body), records(new.body)
    for path, record in before.items():
        if path in after:
            alone = path[-1] == "field" and [path[-2]] == [field.label for field in record.fields]
            compare_records(_shown(path[:-2] if alone else path), record, after[path], (old, new), changes)
    _compare_facts(old, new, changes)


def _compare_facts(old: Spec, new: Spec, changes: Changes) -> None:
    before, after = facts(old.body), facts(new.body)
    here, there = _prefixes({*before, *records(old.body)}), _prefixes({*after, *records(new.body)})
    told: set[tuple[str, ...]] = set()
    renamed = _renamed(before, after, here, there) if old.family in _OWN_NAMES else ()
    for gone, come in renamed:
        told |= {gone, come}
        changes.add("renamed", _shown(come), f"{gone[-1]!r} is called {come[-1]!r} now", "source")
    for path in sorted({*here, *there}, key=lambda one: (len(one), one)):
        if any(path[:length] in told for length in range(1, len(path) + 1)):
            continue
        if path[-1] == ORDER and set(before.get(path, ())) != set(after.get(path, ())):
            continue  # what came and went is told as such
        if path not in there or path not in here:
            kind = "added" if path not in here else "removed"
            side = after if kind == "added" else before
            value = side.get(path)
            if (*path, "required") in side:
                value = "required" if side[(*path, "required")] else "not required"
            told.add(path)
            _note(old.family, path, kind, None if kind == "added" else value, value if kind == "added" else None, changes)  # fmt: skip
        elif path in before and path in after and before[path] != after[path]:
            kind = "added" if before[path] is None else "removed" if after[path] is None else "changed"
            _note(old.family, path, kind, before[path], after[path], changes)


def _renamed(before: Facts, after: Facts, here: set[Path], there: set[Path]) -> Iterator[tuple[Path, Path]]:
    """Pairs of things that have another name and are the same else, at the same place of a sequence or table."""
    for gone in sorted(here - there):
        if gone[:-1] in there:
            inside = _below(before, gone)
            alike = [path for path in there - here if path[:-1] == gone[:-1] and _below(after, path) == inside]
            if inside and len(alike) == 1 and _place(before, gone) == _place(after, alike[0]):
                yield gone, alike[0]


def _below(table: Facts, path: Path) -> dict[Path, Any]:
    """The facts below *path*, without its names and its words."""
    quiet = ("name", "label", "doc", "cls", ORDER)
    return {
        one[len(path) :]: value for one, value in table.items() if one[: len(path)] == path and one[-1] not in quiet
    }


def _place(table: Facts, path: Path) -> int:
    order = table.get((*path[:-1], ORDER), ())
    return order.index(path[-1]) if path[-1] in order else -1


def _note(family: str, path: tuple[str, ...], kind: str, old: Any, new: Any, changes: Changes) -> None:
    effect = effect_of(family, ".".join(path), kind, old, new)
    if effect.ignored:
        return
    if path[-1] == ORDER:
        text = "they stand in another order"
        path = path[:-1]
    elif kind == "changed":
        text = "it reads differently" if effect.kind == "reworded" else f"{_value(old)} is {_value(new)} now"
    else:
        value = new if kind == "added" else old
        what = value if value in ("required", "not required") else _value(value)
        text = ("new" if kind == "added" else "gone") + ("" if value is None else f": {what}")
    changes.add(effect.kind, _shown(path), text, *effect.breaks, meaning=effect.meaning)


def _prefixes(paths: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    return {path[:length] for path in paths for length in range(1, len(path) + 1)}


def _shown(path: tuple[str, ...]) -> str:
    """Without the words of the IR that the author has not written."""
    return ".".join(part for part in path if part not in ("record", "body"))


def _value(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _compare_rules(old: Spec, new: Spec, changes: Changes) -> None:
    before = {rule.id: rule for rule in old.rules}
    after = {rule.id: rule for rule in new.rules}
    for name, rule in before.items():
        twin = after.get(name)
        breaks: tuple[str, ...]
        if twin is None:
            breaks = ("readers",) if rule.level == "MUST" and rule.binds != "decode" else ()
            changes.add("rule", name, f"the {rule.level} is gone: {rule.text}", *breaks, rule=name)
        elif twin.level != rule.level:
            harder = twin.level == "MUST"
            softer = rule.level == "MUST" and rule.binds != "decode"
            breaks = _obliges(twin.binds) if harder else ("readers",) if softer else ()
            changes.add("rule", name, f"{rule.level} is {twin.level} now", *breaks, rule=name)
        elif twin.binds != rule.binds:
            more = _obliges(twin.binds) if rule.level == "MUST" and rule.binds != "both" else ()
            changes.add("rule", name, f"it bound {rule.binds} and binds {twin.binds} now", *more, rule=name)
        elif twin.text != rule.text:
            changes.add("reworded", name, f"{rule.text!r} reads {twin.text!r} now", rule=name)
    for name, rule in after.items():
        if name not in before:
            obliged = _obliges(rule.binds) if rule.level == "MUST" else ()
            changes.add("rule", name, f"a new {rule.level}: {rule.text}", *obliged, rule=name)


def _obliges(binds: str) -> tuple[str, ...]:
    """Whom a new requirement may put in the wrong."""
    return {"encode": ("writers",), "decode": ("readers",)}.get(binds, ("readers", "writers"))
