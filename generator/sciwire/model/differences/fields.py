"""Two versions of a record: fields that came, went, were renamed, or take other values.

These are the families that find fields by a key or a path (`cbor`, `multipart`, `hdf5`); a record of bytes is a
layout and is compared as one in `layout`.
"""

from __future__ import annotations

from ..ir import Constraints, Field, Record, Spec
from ..types import NDArray, type_text, walk_type
from ..words import constraint_words
from .change import ALL, Changes
from .value_sets import compare_constraints, compare_types

__all__ = ["compare_records"]

_BREAKS = {"wider": ("readers",), "narrower": ("writers", "files"), "other": ALL}
_SAYS = {"wider": "widened", "narrower": "narrowed", "other": "changed"}


def compare_records(path: str, old: Record, new: Record, specs: tuple[Spec, Spec], changes: Changes) -> None:
    """Add every change between two records of the same name."""
    before = {field.label: field for field in old.fields}
    after = {field.label: field for field in new.fields}
    gone = [field for label, field in before.items() if label not in after]
    come = [field for label, field in after.items() if label not in before]
    for field in list(gone):
        twin = _renamed(field, gone, come, specs)
        if twin is not None:
            gone.remove(field)
            come.remove(twin)
            _compare_renamed(path, field, twin, changes)
            _compare_fields(path, field, twin, specs, changes)
    for field in gone:
        _removed(path, field, specs, changes)
    for field in come:
        _added(path, field, specs, changes)
    for label, field in before.items():
        if label in after:
            _compare_fields(path, field, after[label], specs, changes)
    _compare_order(path, old, new, changes)


def _renamed(field: Field, gone: list[Field], come: list[Field], specs: tuple[Spec, Spec]) -> Field | None:
    """The new field that *field* became: the same key, an old key that it answers to, or the same words about it."""
    for one in come:
        if one.key == field.key or field.key in one.also:
            return one
    alike = [one for one in come if _alike(field, one, specs)]
    rivals = [one for one in gone if _alike(one, field, (specs[0], specs[0]))]
    return alike[0] if len(alike) == 1 and len(rivals) == 1 else None


def _alike(one: Field, other: Field, specs: tuple[Spec, Spec]) -> bool:
    said = (one.doc, one.unit, one.required, one.constraints) == (
        other.doc,
        other.unit,
        other.required,
        other.constraints,
    )
    return bool(one.doc) and said and compare_types(one.type, other.type, *specs) == "same"


def _compare_renamed(path: str, old: Field, new: Field, changes: Changes) -> None:
    text = f"{old.label!r} is called {new.label!r} now"
    if old.key == new.key:
        changes.add("renamed", f"{path}.{old.label}", f"{text}, under the same key {new.key!r}", "source")


def _removed(path: str, field: Field, specs: tuple[Spec, Spec], changes: Changes) -> None:
    breaks = ["source"]
    if field.required and _tolerance(specs[0], "missing") != "allow":
        breaks.append("readers")
    if _tolerance(specs[1], "unknown") == "error":
        breaks += ["writers", "files"]
    what = "a required field" if field.required else "a field"
    changes.add("removed", f"{path}.{field.label}", f"{what} of type {type_text(field.type)} is gone", *breaks, rule=field.rule)  # fmt: skip


def _added(path: str, field: Field, specs: tuple[Spec, Spec], changes: Changes) -> None:
    breaks = []
    if field.required:
        breaks += ["writers", "source"]
        breaks += ["files"] if _tolerance(specs[1], "missing") != "allow" else []
    if _tolerance(specs[0], "unknown") == "error":
        breaks.append("readers")
    what = "a required field" if field.required else "a field"
    changes.add("added", f"{path}.{field.label}", f"{what} of type {type_text(field.type)}", *breaks, rule=field.rule)


def _compare_fields(path: str, old: Field, new: Field, specs: tuple[Spec, Spec], changes: Changes) -> None:
    where = f"{path}.{new.label}"
    rule = new.rule or old.rule
    _compare_keys(where, old, new, changes)
    word = compare_types(old.type, new.type, *specs)
    if word != "same" or type_text(old.type) != type_text(new.type):
        before, after = type_text(old.type), type_text(new.type)
        text = f"{before} is {after} now" if before != after else f"{after} stands for other values now"
        changes.add(_SAYS.get(word, "retyped"), where, text, *_BREAKS.get(word, ()), rule=rule)
    _compare_axes(where, old, new, changes)
    word = compare_constraints(old.constraints, new.constraints)
    if old.constraints != new.constraints:
        text = f"{_constraints(old.constraints)} is {_constraints(new.constraints)} now"
        changes.add(_SAYS.get(word, "restated"), where, text, *_BREAKS.get(word, ()), rule=rule)
    if old.required != new.required:
        _compare_presence(where, new, specs, changes)
    if old.unit != new.unit:
        text = f"the unit {old.unit or '(none)'} is {new.unit or '(none)'} now"
        changes.add("unit", where, text, *(ALL if old.unit else ()), meaning=bool(old.unit), rule=rule)
    if old.default != new.default:
        text = f"the default {old.default!r} is {new.default!r} now"
        changes.add("default", where, text, "files", meaning=True, rule=rule)
    if old.when != new.when:
        changes.add("presence", where, "it is written for other values of the encoding options", rule=rule)
    if old.wrong_type != new.wrong_type:
        strict = new.wrong_type == "error"
        text = f"values of another type: {old.wrong_type or 'as the format'} is {new.wrong_type or 'as the format'} now"
        changes.add("tolerance", where, text, *(("writers", "files") if strict else ()), rule=rule)


def _compare_keys(where: str, old: Field, new: Field, changes: Changes) -> None:
    if old.key != new.key:
        breaks = ["readers"] if old.key not in new.also else (["readers"] if old.required else [])
        breaks += ["writers", "files"] if old.key not in new.also else []
        also = ", and still found under the old one" if old.key in new.also else ""
        text = f"the key {old.key!r} is {new.key!r} now{also}"
        changes.add("rekeyed", where, text, *breaks, *(["source"] if old.name != new.name else []), rule=new.rule)
    lost = [key for key in old.also if key not in (new.key, *new.also)]
    if lost:
        text = f"no longer found under {', '.join(map(repr, lost))}"
        changes.add("narrowed", where, text, "writers", "files", rule=new.rule)


def _compare_axes(where: str, old: Field, new: Field, changes: Changes) -> None:
    axes = [[one.axes for one in walk_type(field.type) if isinstance(one, NDArray)] for field in (old, new)]
    for before, after in zip(*axes, strict=False):
        if before != after and len(before) == len(after):
            text = f"the axes {', '.join(before)} are {', '.join(after)} now"
            changes.add("axes", where, text, *ALL, meaning=True, rule=new.rule)


def _compare_presence(where: str, new: Field, specs: tuple[Spec, Spec], changes: Changes) -> None:
    if new.required:
        breaks = ["writers", "source", *(["files"] if _tolerance(specs[1], "missing") != "allow" else [])]
        changes.add("required", where, "it must be given now", *breaks, rule=new.rule)
    else:
        breaks = ["readers"] if _tolerance(specs[0], "missing") != "allow" else []
        changes.add("optional", where, "it may be absent now", *breaks, rule=new.rule)


def _compare_order(path: str, old: Record, new: Record, changes: Changes) -> None:
    """By position every place counts; by key the order is a matter of taste."""
    if old.layout != new.layout:
        changes.add("layout", path, f"the layout {old.layout} is {new.layout} now", *ALL)
        return
    before = [field.label for field in old.in_wire_order]
    after = [field.label for field in new.in_wire_order]
    if new.layout == "array" and after[: len(before)] != before:
        changes.add("layout", path, "fields stand at other positions", *ALL, meaning=True)
    elif new.layout == "map" and [one for one in before if one in after] != [one for one in after if one in before]:
        changes.add("order", path, "fields are written in another order")


def _tolerance(spec: Spec, name: str) -> str:
    return str(getattr(getattr(spec.body, "tolerance", None), name, ""))


def _constraints(limits: Constraints) -> str:
    return ", ".join(constraint_words(limits)) or "no constraint"
