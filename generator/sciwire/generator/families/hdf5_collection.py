"""Plan of a module for files whose arrays a configuration names: the form as literals, and two classes."""

from __future__ import annotations

from sciwire.model import Spec
from sciwire.model.families.hdf5_collection import CollectionBody, CollectionFilter, Packing

from ..plan import Module, Section
from ..text import layout_table, literal, sentence, source_list

__all__ = ["describe_collection", "plan_collection"]

_EXPORTS = ("Batch", "FORMAT", "VERSIONS", "decode", "encode", "from_plain", "sniff", "spans", "summary", "to_plain")


def plan_collection(specs: tuple[Spec, ...]) -> Module:
    """Plan the module that serves *specs*; the newest version states the collection."""
    spec = specs[-1]
    body: CollectionBody = spec.body
    exports = (*_EXPORTS, body.serializer, body.config)
    names = tuple(one.name for one in body.packings)
    context = {
        "format": spec.format,
        "versions": tuple(one.version for one in specs),
        "doc": _module_doc(spec),
        "profiles": tuple(profile.name for profile in spec.profiles),
        "profile": spec.default_profile,
        "serializer": body.serializer,
        "config": body.config,
        "serializer_doc": sentence(body.doc) or f"Makes files of {spec.title}.",
        "fields": body.names["fields"],
        "compression": body.names["compression"],
        "level": body.names["level"],
        "default_level": body.level,
        "compression_type": f"Literal[{', '.join(literal(name) for name in names)}] | None" if names else "None",
        "form": _form(spec, body),
        "exports": sorted(exports, key=lambda name: (not name.isupper(), not name[0].isupper(), name)),
    }
    return Module(spec.format, "hdf5/collection.py.jinja", context)


def _form(spec: Spec, body: CollectionBody) -> dict[str, str]:
    """The arguments of the module's form, as text."""
    packings = "".join(f"{literal(one.name)}: {_packing(one)}, " for one in body.packings)
    form = {
        "subject": literal(f"{spec.format}.Batch"),
        "packings": f"{{'none': Packing(), {packings}}}",
        "level": str(body.level),
        "chunk": str(body.steps),
        "libver": literal(body.bounds),
        "names": literal(dict(body.names)),
        "rules": literal(dict(body.checks)),
    }
    if spec.limits:
        form["limits"] = f"Limits({', '.join(f'{name}={value}' for name, value in spec.limits.items())})"
    return form


def _packing(one: Packing) -> str:
    filters = "".join(f"{_filter(step)}, " for step in one.filters)
    levels = f", level={literal(one.levels)}" if one.levels else ""
    kinds = f", kinds={literal(one.types)}" if one.types else ""
    return f"Packing(({filters}){levels}{kinds})"


def _filter(step: CollectionFilter) -> str:
    options = f", {literal(step.options)}" if step.options else ""
    return f"Filter({literal(step.name)}{options})"


def _module_doc(spec: Spec) -> str:
    parts = [sentence(spec.title), spec.doc.strip()]
    sections = describe_collection(spec)
    parts += [f"{section.title}\n\n{layout_table(section.columns, section.rows)}" for section in sections]
    parts.append(f"Sources\n\n{source_list(spec)}" if spec.sources else "")
    return "\n\n".join(part for part in parts if part)


def describe_collection(spec: Spec) -> list[Section]:
    """Tables of the datasets and of the compressions."""
    body: CollectionBody = spec.body
    bounds = f"{body.bounds[0]} to {body.bounds[1]}" if body.bounds else "those of the library"
    rows = (
        ("datasets", f"one for each source of a batch, at the path that `{body.names['fields']}` gives it"),
        ("shape", "that of the array, which does not grow; the first axis is of equal length in all"),
        ("chunks", f"{body.steps} along the first axis, all of the others"),
        ("elements", "the array's own, byte order kept; text as UTF-8 of variable length"),
        ("generations of the file format", bounds),
    )
    packings = tuple(
        (one.name, ", ".join(map(_step, one.filters)), _levels(one, body.level), ", ".join(one.types) or "all",
         " ".join(one.doc.split()))
        for one in body.packings
    )  # fmt: skip
    sections = [Section("Files", ("what", "is"), rows)]
    if packings:
        columns = (body.names["compression"], "filters", body.names["level"], "element types", "meaning")
        sections.append(Section("Compressions", columns, packings))
    return sections


def _step(one: CollectionFilter) -> str:
    return " ".join([one.name, *(f"{key} {value}" for key, value in one.options)])


def _levels(one: Packing, default: int) -> str:
    return f"{one.levels[0]} to {one.levels[1]}, {default} by default" if one.levels else "without meaning"
