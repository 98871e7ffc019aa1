"""Plan of a module of the `multipart` family: a class a message, a class a JSON part, and the parts in order."""

from __future__ import annotations

from dataclasses import dataclass

from sciwire.model import Record, Spec
from sciwire.model.families.multipart import ArrayWords, Encoding, MultipartBody, MultipartMessage, Part
from sciwire.model.names import class_name

from ..plan import Module, Section
from ..text import layout_table, literal, sentence, source_list
from .attributes import attributes_text, described
from .cbor_types import snake
from .records import COLUMNS, PlannedClass, field_rows, nested_classes, plan_class, type_rows

__all__ = ["describe", "plan"]

_EXPORTS = (
    "Decoder", "Encoder", "FORMAT", "VERSIONS", "Message", "decode", "decode_all", "encode", "from_plain", "sniff", "spans", "summary", "to_plain",
)  # fmt: skip
_PART_COLUMNS = ("part", "kind", "says", "presence", "unit", "rule", "meaning")


@dataclass(frozen=True, slots=True)
class _PlannedPart:
    """One part as the template places it."""

    name: str
    annotation: str
    form: str


@dataclass(frozen=True, slots=True)
class _PlannedMessage:
    """One message as the template places it."""

    name: str
    cls: str
    doc: str
    parts: tuple[_PlannedPart, ...]


def plan(specs: tuple[Spec, ...]) -> Module:
    """Plan the module of one version, the last of *specs*; `versions` joins the modules of several."""
    spec = specs[-1]
    body: MultipartBody = spec.body
    classes = [*nested_classes(spec), *_part_classes(spec, body)]
    messages = [_message(spec, message) for message in body.messages]
    context = {
        "format": spec.format,
        "versions": tuple(one.version for one in specs),
        "doc": _module_doc(spec),
        "profiles": tuple(profile.name for profile in spec.profiles),
        "profile": spec.default_profile,
        "classes": classes,
        "messages": messages,
        "message_union": " | ".join(message.cls for message in body.messages),
        "form": _form(spec, body),
        "encodings": {one.name: _encoding(one) for one in body.encodings},
        "units": _units(spec, body),
        "exports": sorted(
            [*_EXPORTS, *(one.name for one in classes), *(one.cls for one in messages)],
            key=lambda name: (name.lower(), name),
        ),
    }
    return Module(spec.format, "multipart/module.py.jinja", context)


def _part_classes(spec: Spec, body: MultipartBody) -> list[PlannedClass]:
    return [
        plan_class(spec, part.record, part.cls, is_message=True)
        for message in body.messages
        for part in message.parts
        if part.record is not None
    ]


def _message(spec: Spec, message: MultipartMessage) -> _PlannedMessage:
    labels = {part.label: part for part in message.parts}
    parts = tuple(_PlannedPart(part.name, _annotation(part), _part_form(part, labels)) for part in message.parts)
    doc = sentence(message.doc) or f"{message.cls} message."
    told = [(part.name, _told(part)) for part in message.parts]
    doc = attributes_text(doc, told, (part.rule for part in message.parts), spec)
    return _PlannedMessage(message.name, message.cls, doc, parts)


def _annotation(part: Part) -> str:
    return {"json": part.cls, "array": "NDArray[Any] | PackedArray | bytes", "bytes": "bytes"}[part.kind]


def _told(part: Part) -> str:
    """What the docstring of a message says of a part."""
    kind = {"json": part.cls, "array": "array", "bytes": "bytes"}[part.kind]
    return described(kind, part.unit, _presence(part), meaning=_meaning(part), rule=part.rule)


def _presence(part: Part) -> str:
    if part.when is not None:
        return f"{part.when.part}.{part.when.field} {'/'.join(part.when.values)}"
    return "optional" if part.optional else "required"


def _meaning(part: Part) -> str:
    words = [" ".join(part.doc.split())]
    if part.array is not None:
        words.append(f"axes ({', '.join(part.array.axes)})" if part.array.axes else "")
        said = [
            f"{word} in {part.array.info}.{name}"
            for word in ("shape", "dtype", "encoding", "size")
            if (name := getattr(part.array, word))
        ]
        words.append(", ".join(said))
    words.append(f"also {part.accept}" if part.accept else "")
    words += [f"{one.field} is the {one.algorithm} of {one.of}" for one in part.checksums]
    return "; ".join(word for word in words if word)


def _part_form(part: Part, labels: dict[str, Part]) -> str:
    head = f"{literal(part.name)}, {literal(part.label)}"
    words: list[str] = []
    if part.kind == "json":
        words.append(f"_{snake(part.cls).upper()}")
        words += [f"says={literal(part.says)}"] if part.says else []
        words += [f"accept={literal(part.accept)}"] if part.accept else []
        if part.checksums:
            sums = ", ".join(
                f"Checksum({literal(_attribute(part, one.field))}, {literal(one.algorithm)}, {literal(one.of)}, {literal(one.rule)})"
                for one in part.checksums
            )
            words.append(f"checksums=({sums},)")
    elif part.array is not None:
        words += _array_words(part.array, labels)
    if part.when is not None:
        field = _attribute(labels[part.when.part], part.when.field)
        words.append(f"when=Condition({literal(part.when.part)}, {literal(field)}, {literal(part.when.values)})")
    words += ["optional=True"] if part.optional else []
    words += [f"rule={literal(part.rule)}"] if part.rule else []
    kind = {"json": "JsonPart", "array": "ArrayPart", "bytes": "BytesPart"}[part.kind]
    return f"{kind}({', '.join([head, *words])})"


def _array_words(array: ArrayWords, labels: dict[str, Part]) -> list[str]:
    info = labels[array.info]
    words = [f"info={literal(array.info)}"]
    for word in ("shape", "dtype", "encoding", "size"):
        name = getattr(array, word)
        words += [f"{word}={literal(_attribute(info, name))}"] if name else []
    words += ["fastest_first=True"] if array.order == "fastest_first" else []
    words += [f"byte_order={literal(array.byte_order)}"] if array.byte_order != "<" else []
    words += [f"undefined={literal(array.undefined)}"] if array.undefined else []
    words += [f"dtypes={literal(array.dtypes)}"] if array.dtypes else []
    words += [f"writes={literal(array.writes)}"] if array.writes else []
    words += [f"rank={literal(array.rank)}"] if array.rank else []
    lengths = {array.axes.index(axis) - len(array.axes): length for axis, length in array.lengths.items()}
    words += [f"lengths={literal(lengths)}"] if lengths else []
    return words


def _attribute(part: Part, label: str) -> str:
    """The Python name of the field that the specification calls *label*."""
    assert part.record is not None
    return next(field.name for field in part.record.fields if field.label == label)


def _encoding(one: Encoding) -> str:
    words = [literal(one.algorithm), literal(one.order)]
    words += [str(one.element)] if one.element else []
    words += [f"block={one.block}"] if one.block != 8192 else []
    words += [f"aliases={literal(one.aliases)}"] if one.aliases else []
    words += [f"guessed={literal(one.guessed)}"] if one.guessed else []
    return f"Encoding({', '.join(words)})"


def _form(spec: Spec, body: MultipartBody) -> dict[str, str]:
    """The arguments of the module's `Format`, as text; those that say nothing are left out."""
    form = {"discriminator": literal(body.discriminator)}
    if body.discriminator_rule:
        form["discriminator_rule"] = literal(body.discriminator_rule)
    if body.json_bytes != 1 << 24:
        form["json_bytes"] = str(body.json_bytes)
    names = ("missing", "wrong_type", "null", "unknown")
    words = [f"{name}={literal(getattr(body.tolerance, name))}" for name in names]
    form["tolerance"] = f"Tolerance({', '.join(words)}, rules={literal(dict(body.tolerance.rules))})"
    for name in ("dtypes", "write", "faults"):
        if getattr(body, name):
            form[name] = literal(dict(getattr(body, name)))
    if body.series is not None:
        form["series"] = _series(body)
    if spec.limits:
        form["limits"] = f"Limits({', '.join(f'{name}={value}' for name, value in spec.limits.items())})"
    return form


def _series(body: MultipartBody) -> str:
    series = body.series
    assert series is not None
    places: list[str] = []
    for origins in (series.number, series.count):
        found: dict[str, tuple[str, str]] = {}
        for name, (label, field) in origins.items():
            message = next(one for one in body.messages if one.name == name)
            part = next(one for one in message.parts if one.label == label)
            found[name] = (part.name, _attribute(part, field))
        places.append(literal(found))
    return f"Series({literal(series.begin)}, {literal(series.end)}, {', '.join(places)}, {literal(series.rule)})"


def _units(spec: Spec, body: MultipartBody) -> dict[str, dict[str, str]]:
    """Units by profile, then by path: those of the fields, changed by what the profile says of them."""
    stated: dict[str, str] = {}
    for message in body.messages:
        for part in message.parts:
            if part.unit:
                stated[part.label] = part.unit
            fields = part.record.fields if part.record is not None else ()
            stated |= {f"{part.label}.{field.plain}": field.unit for field in fields if field.unit}
    profiles = sorted(spec.profiles, key=lambda profile: profile.name != spec.default_profile)  # the default first
    return {profile.name: {**stated, **profile.settings.get("units", {})} for profile in profiles}


def _module_doc(spec: Spec) -> str:
    parts = [sentence(spec.title), spec.doc.strip()]
    parts += [f"{section.title}\n\n{layout_table(section.columns, section.rows)}" for section in describe(spec)]
    parts.append(f"Sources\n\n{source_list(spec)}" if spec.sources else "")
    return "\n\n".join(part for part in parts if part)


def describe(spec: Spec) -> list[Section]:
    """One table a message (its parts), one a JSON part and a record, and the encodings."""
    body: MultipartBody = spec.body
    sections: list[Section] = []
    for message in body.messages:
        rows = tuple(_part_row(part) for part in message.parts)
        sections.append(Section(f"Message {message.cls}", _PART_COLUMNS, rows, sentence(message.doc)))
        for part in message.parts:
            if part.record is not None:
                title = f"Part {part.label} of {message.cls}"
                sections.append(Section(title, COLUMNS, tuple(field_rows(part.record)), sentence(part.doc)))
    for name, kind in spec.types.items():
        if isinstance(kind, Record):
            sections.append(Section(f"Record {class_name(name)}", COLUMNS, tuple(field_rows(kind)), sentence(kind.doc)))
    if type_rows(spec):
        sections.append(Section("Types", ("name", "type"), type_rows(spec)))
    if body.dtypes:
        numbers = tuple((name, code, body.write.get(name, "")) for name, code in body.dtypes.items())
        sections.append(Section("Dtypes", ("name", "numpy", "written in"), numbers))
    if body.encodings:
        encodings = tuple(
            (one.name, one.algorithm, {"<": "little", ">": "big"}[one.order], str(one.element or ""))
            for one in body.encodings
        )
        sections.append(Section("Encodings", ("name", "compression", "byte order", "element"), encodings))
    return sections


def _part_row(part: Part) -> tuple[str, ...]:
    return (part.label, part.kind, part.says, _presence(part), part.unit, part.rule, _meaning(part))
