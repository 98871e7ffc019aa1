"""Plan of a module of the `struct` family: classes, codecs in the order of their parts, names of other programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sciwire.model import Spec
from sciwire.model.families.struct import BitWord, StructBody, StructField, StructRecord
from sciwire.model.families.struct_digits import has_digits
from sciwire.model.families.struct_links import field_size, hidden_fields, plain_type, record_size
from sciwire.model.families.struct_orders import mark_field, mark_offset, numbers_before
from sciwire.model.names import identifier
from sciwire.model.types import Named, Number, Scalar

from ..plan import Module
from ..text import layout_table, literal, sentence, source_list
from .attributes import attributes_text
from .struct_codecs import Codecs
from .struct_describe import bits_words, describe, field_words
from .struct_names import plan_names
from .struct_tellers import attribute_name, record_options, variable

__all__ = ["describe", "plan"]

_EXPORTS = ("FORMAT", "VERSIONS", "decode", "encode", "from_plain", "sniff", "spans", "summary", "to_plain")
_CERTAIN = 4  # bytes of a magic number by which the kernel recognises a format


@dataclass(frozen=True, slots=True)
class _Attribute:
    name: str
    annotation: str


@dataclass(frozen=True, slots=True)
class _Class:
    name: str
    doc: str
    attributes: tuple[_Attribute, ...]
    plain_names: str
    is_root: bool


@dataclass(frozen=True, slots=True)
class _Codec:
    """The definition of a codec: an expression, or a record with its parts.

    A union has an annotation, for it may stand in a record that it holds, and so has a record that stands in itself.
    """

    variable: str
    expression: str
    cls: str
    parts: tuple[str, ...]
    options: tuple[str, ...]
    annotation: str = ""


def plan(specs: tuple[Spec, ...]) -> Module:
    """Plan the module of one version, the last of *specs*; `versions` joins the modules of several."""
    spec = specs[-1]
    body: StructBody = spec.body
    hidden = hidden_fields(spec)
    codecs = Codecs(spec, hidden)
    other = Codecs(spec, hidden, "big") if body.mark is not None else None
    names = plan_names(specs)
    words = [_word_class(spec, word) for word in body.bits.values() if not word.shared]
    records = [_record_class(spec, record, hidden) for record in body.structs.values()]
    fixed = {record.name: variable(record.name) for record in body.structs.values()
             if record_size(spec, record.name) and not has_digits(spec, record.name)}  # fmt: skip
    alone = _tells_its_end(spec, body)
    exports = [*_EXPORTS, *(one.name for one in (*words, *records)), *names["exports"]]
    exports += ["Decoder", "Encoder"] if alone else []
    exports += ["view"] if fixed else []
    run = _run(spec, body)
    exports += ["walk"] if run else []
    context = {
        "format": spec.format,
        "versions": tuple(one.version for one in specs),
        "doc": _module_doc(spec),
        "profiles": tuple(profile.name for profile in spec.profiles),
        "profile": spec.default_profile,
        "limits": f"Limits({', '.join(f'{key}={value}' for key, value in spec.limits.items())})"
        if spec.limits
        else "None",
        "classes": [*words, *records],
        "codecs": [*_codecs(codecs, body), *(_codecs(other, body) if other else [])],
        "mark": _mark(spec, codecs, other) if other else "",
        "fixed_big": {name: other.variable(name) for name in fixed} if other else {},
        "root": body.structs[body.root].cls,
        "root_variable": variable(body.root),
        "trailing": body.trailing,
        "trailing_rule": body.trailing_rule,
        "alone": alone,
        "run": run,
        "sniffs": _sniffs(spec, body.root),
        "fixed": fixed,
        "units": dict(_units(spec, body.root, "", ())),
        "exports": sorted(exports, key=lambda name: (not name.isupper(), not name[0].isupper(), name)),
        "names": names,
    }
    return Module(spec.format, "struct/module.py.jinja", context)


def _codecs(codecs: Codecs, body: StructBody) -> list[_Codec]:
    words = [word for word in body.bits.values() if codecs.has(word.name)]
    found = [_Codec(codecs.variable(word.name), codecs.bits(word), "", (), ()) for word in words]
    for name in filter(codecs.has, codecs.order):
        if name in body.unions:
            found.append(_Codec(codecs.variable(name), codecs.union(body.unions[name]), "", (), (), ": binary.Union"))
        else:
            record = body.structs[name]
            options = tuple(record_options(codecs, record))
            said = ": binary.Record" if codecs.named_early(name) else ""
            found.append(_Codec(codecs.variable(name), "", record.cls, tuple(codecs.parts(record)), options, said))
    return found


def _mark(spec: Spec, codecs: Codecs, big: Codecs) -> str:
    """``binary.Mark("ident.data", 5, Choice(...), ("big",), _ROOT_big)``: what tells the byte order."""
    body: StructBody = spec.body
    told = mark_field(spec)
    assert told is not None and body.mark is not None
    path = ".".join(attribute_name(word) for word in body.mark.path.split("."))
    words = [literal(path), str(mark_offset(spec)), codecs.codec(told[1], told[0].name)]
    words += [literal(body.mark.big), big.variable(body.root)]
    words += ["numbers_before=True"] if numbers_before(spec) else []
    words += [f"default={literal(told[1].default)}"] if told[1].default is not None else []
    words += [f"rule={literal(told[1].rule)}"] if told[1].rule else []
    return f"binary.Mark({', '.join(words)})"


def _word_class(spec: Spec, word: BitWord) -> _Class:
    attributes = tuple(
        _Attribute(attribute_name(one.name), "bool" if one.flag else "str | int" if one.enum else "int")
        for one in word.fields
    )
    doc = sentence(word.doc) or f"{word.name}, {8 * word.size} bits."
    doc = attributes_text(doc, [(attribute_name(one.name), bits_words(one)) for one in word.fields], [word.rule], spec)
    return _Class(identifier(word.name), doc, attributes, "", False)


def _record_class(spec: Spec, record: StructRecord, hidden: set[tuple[str, str]]) -> _Class:
    fields = [
        one for one in record.fields if one.role in ("value", "version") and (record.name, one.label) not in hidden
    ]
    attributes = tuple(_Attribute(attribute_name(one.label), _annotation(spec, one)) for one in fields)
    plain_names = {attribute_name(one.label): one.label for one in fields if attribute_name(one.label) != one.label}
    is_root = record.name == spec.body.root
    doc = sentence(record.doc) or f"{record.cls} of {spec.title}."
    told = [(attribute_name(one.label), field_words(spec, one)) for one in fields]
    doc = attributes_text(doc, told, (one.rule for one in fields), spec)
    return _Class(record.cls, doc, attributes, literal(plain_names) if plain_names else "", is_root)


def _annotation(spec: Spec, field: StructField) -> str:
    kind = plain_type(spec, field.type)
    if field.count is not None and (
        field.table or (isinstance(kind, Number) and field.enum is None and field.low is None and field.high is None)
    ):
        return "NDArray[Any]"
    one = _one(spec, field)
    return f"list[{one}]" if field.count is not None else one


def _one(spec: Spec, field: StructField) -> str:
    body: StructBody = spec.body
    kind = plain_type(spec, field.type)
    if field.enum is not None:
        return "str | int" if field.others else "str"
    if isinstance(kind, Number):
        return "float" if kind.code.startswith("f") else "int"
    if isinstance(kind, Scalar):
        return {"uint": "int", "int": "int", "bool": "bool", "bytes": "bytes", "text": "str"}[kind.name]
    assert isinstance(kind, Named)
    if kind.name in body.bits:
        return "bytes" if body.bits[kind.name].shared else identifier(kind.name)
    if kind.name in body.structs:
        return body.structs[kind.name].cls
    union = body.unions[kind.name]
    return " | ".join([*(body.structs[name].cls for name in union.members), *(["Other"] if union.others else [])])


def _tells_its_end(spec: Spec, body: StructBody) -> bool:
    """Whether a value of the root says itself where it ends, so that several may follow each other in a stream."""
    return _closed(spec, body, body.root, ())


def _run(spec: Spec, body: StructBody) -> dict[str, str] | None:
    """The field of the root that is a run, up to the end, of elements that tell their own ends."""
    last = body.structs[body.root].fields[-1] if body.structs[body.root].fields else None
    kind = plain_type(spec, last.type) if last is not None else None
    if last is None or not isinstance(kind, Named) or last.table or last.count is None:
        return None
    if last.count.number is not None or last.count.path:
        return None
    if kind.name in body.bits or not _closed(spec, body, kind.name, (body.root,)):
        return None
    return {"field": attribute_name(last.label), "element": _one(spec, last)}


def _sniffs(spec: Spec, name: str) -> str:
    body: StructBody = spec.body
    first = body.structs[name].fields[0] if body.structs[name].fields else None
    kind = plain_type(spec, first.type) if first is not None else None
    if isinstance(kind, Named) and kind.name in body.structs and first is not None and first.count is None:
        return _sniffs(spec, kind.name)
    certain = first is not None and isinstance(first.const, bytes) and len(first.const) >= _CERTAIN
    if first is not None and first.enum and first.count is None and first.only is None and not first.others:
        names = kind == Scalar("bytes") and (first.size.number or 0) >= _CERTAIN if first.size else False
        certain = certain or names
    return "begin with the magic number of this format" if certain else "are one whole value of this format"


def _closed(spec: Spec, body: StructBody, name: str, above: tuple[str, ...]) -> bool:
    if name in above:
        return True
    if name in body.unions:
        union = body.unions[name]
        return not union.others and all(_closed(spec, body, member, (*above, name)) for member in union.members)
    record = body.structs[name]
    if record.length is not None:
        return True
    for field in record.fields:
        if any(one is not None and one.number is None and not one.path for one in (field.size, field.count)):
            return False
        kind = plain_type(spec, field.type)
        if (
            isinstance(kind, Named)
            and kind.name not in body.bits
            and not _closed(spec, body, kind.name, (*above, name))
        ):
            return False
    return bool(record.fields) and (record_size(spec, name) != 0 or any(field_size(spec, one) for one in record.fields))


def _units(spec: Spec, name: str, path: str, above: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The units of all fields by the path that leads to them, list indices left out."""
    body: StructBody = spec.body
    if name in above:
        return
    if name in body.unions:
        for member in body.unions[name].members:
            yield from _units(spec, member, path, (*above, name))
        return
    for field in body.structs[name].fields:
        here = f"{path}{field.label}"
        if field.unit:
            yield here, field.unit
        kind = plain_type(spec, field.type)
        if isinstance(kind, Named) and kind.name not in body.bits:
            yield from _units(spec, kind.name, f"{here}.", (*above, name))


def _module_doc(spec: Spec) -> str:
    parts = [sentence(spec.title), spec.doc.strip()]
    parts += [f"{section.title}\n\n{layout_table(section.columns, section.rows)}" for section in describe(spec)]
    parts.append(f"Sources\n\n{source_list(spec)}" if spec.sources else "")
    return "\n\n".join(part for part in parts if part)
