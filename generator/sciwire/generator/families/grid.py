"""Plan of a module of the `grid` family: the form as literals, the class, and the functions users know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sciwire.model import Spec
from sciwire.model.families.grid import GridBody, HeaderEntry, Operation
from sciwire.model.types import Number

from ..plan import Module
from ..text import layout_table, literal, sentence, source_list
from .grid_describe import describe

__all__ = ["describe", "plan"]

_EXPORTS = ("FORMAT", "VERSIONS", "decode", "encode", "from_plain", "sniff", "spans", "summary", "to_plain")
_KERNEL = {"array": "array", "chunk": "chunk", "order": "order", "edges": "request", "compression": "compression",
           "shape": "shape", "dtype": "dtype"}  # fmt: skip
_RETURNS = {"cut": "list[bytes]", "each": "Iterator[Cutout]", "join": "NDArray[Any]"}


@dataclass(frozen=True, slots=True)
class _Parameter:
    """One argument or attribute: `default` is its text, empty where it must be given."""

    name: str
    annotation: str
    default: str
    doc: str
    kernel: str

    @property
    def signature(self) -> str:
        return f"{self.name}: {self.annotation}" + (f" = {self.default}" if self.default else "")


@dataclass(frozen=True, slots=True)
class _Function:
    """One function by the name that users know."""

    name: str
    doc: str
    signature: tuple[str, ...]
    returns: str
    kernel: str
    first: str
    arguments: tuple[str, ...]
    joins: bool


def plan(specs: tuple[Spec, ...]) -> Module:
    """Plan the module of one version, the last of *specs*; `versions` joins the modules of several."""
    spec = specs[-1]
    body: GridBody = spec.body
    attributes = [_attribute(body, meaning) for meaning in _KERNEL if body.given(meaning)]
    options = [_option(body, meaning) for meaning in ("shape", "dtype", "chunk", "order", "edges", "compression")]
    functions = [_function(body, one) for one in body.operations]
    exports = {*_EXPORTS, body.cls, *(one.name for one in functions)}
    context = {
        "format": spec.format,
        "versions": tuple(one.version for one in specs),
        "doc": _module_doc(spec),
        "profiles": tuple(profile.name for profile in spec.profiles),
        "profile": spec.default_profile,
        "class_name": body.cls,
        "class_doc": sentence(body.doc) or f"An array of {spec.title}.",
        "form": _form(spec, body),
        "array": body.names["array"],
        "attributes": attributes,
        "options": [one for one in options if one is not None],
        "made": _made(body),
        "sniffs": bool(body.header) and body.header[0].role == "const",
        "keys": tuple(one.name for one in attributes),
        "functions": functions,
        "yields": any(one.kernel == "each" for one in functions),
        "exports": sorted(exports, key=lambda name: (not name.isupper(), not name[0].isupper(), name)),
    }
    return Module(spec.format, "grid/module.py.jinja", context)


def _attribute(body: GridBody, meaning: str) -> _Parameter:
    annotation, default, doc = _attribute_words(body)[meaning]
    return _Parameter(body.names[meaning], annotation, default, doc, _KERNEL[meaning])


def _attribute_words(body: GridBody) -> dict[str, tuple[str, str, str]]:
    axes = " or ".join(f"({', '.join(one.axes)})" for one in body.types if one.axes) or _rank_text(body)
    return {
        "array": ("NDArray[Any]", "", f"{axes}, {_type_text(body)}"),
        "chunk": ("tuple[int, ...]", "", "extents of a cutout, one for each axis"),
        "order": ('Literal["C", "F"]', '"C"', "order of the elements in a blob"),
        "edges": ("bool", "False", _edges_text(body)),
        "compression": ("str", literal(body.compressions[0]), f"of each blob: {', '.join(body.compressions)}"),
    }


def _option(body: GridBody, meaning: str) -> _Parameter | None:
    """A keyword of `decode`; None for what the caller has no say in."""
    written = body.in_header(meaning)
    words = {
        "shape": ("Sequence[int] | None", "None", "extents of the array"),
        "dtype": ("DTypeLike | None", "None", "type of its elements"),
        "chunk": ("Sequence[int] | None", "None", "extents of a cutout, one for each axis"),
        "order": ('Literal["C", "F"] | None' if written else "str", "None" if written else '"C"', "order of the elements in a blob, C or F"),
        "edges": ("bool", "False", _edges_text(body)),
        "compression": ("str | None", "None", f"of each blob: {', '.join(body.compressions)}"),
    }  # fmt: skip
    useful = meaning in ("shape", "dtype") or body.given(meaning)
    annotation, default, doc = words[meaning]
    if written:
        doc += "; None: as the header says"
    return _Parameter(body.names[meaning], annotation, default, doc, _KERNEL[meaning]) if useful else None


def _made(body: GridBody) -> tuple[str, ...]:
    """The arguments of the class, from what the kernel has joined."""
    found = {"array": "joined.array", "chunk": "joined.chunk", "order": "joined.order",
             "edges": body.names["edges"], "compression": "joined.compression"}  # fmt: skip
    return tuple(f"{body.names[meaning]}={text}" for meaning, text in found.items() if body.given(meaning))


def _function(body: GridBody, one: Operation) -> _Function:
    parameters = [_argument(body, name, meaning, one.does) for name, meaning in one.arguments]
    first = next(name for name, meaning in one.arguments if meaning in ("array", "blobs"))
    rest = tuple(f"{_KERNEL[meaning]}={name}" for name, meaning in one.arguments if meaning not in ("array", "blobs"))
    lines = [sentence(one.doc) or f"{one.name}.", ""]
    lines += [f"`{parameter.name}`: {parameter.doc}" for parameter in parameters]
    lines += ["", _RAISES[one.does]]
    return _Function(
        name=one.name,
        doc="\n".join(lines) + "\n",
        signature=tuple(parameter.signature for parameter in parameters),
        returns=_RETURNS[one.does],
        kernel=one.does,
        first=first,
        arguments=rest,
        joins=one.does == "join",
    )


_RAISES = {
    "cut": "Raises `EncodeError`, which is a ValueError and a TypeError, with the argument at fault as `path`.",
    "each": "Each `Cutout` has its `point` in the grid and its `data`. Raises `EncodeError` at once, as a whole.",
    "join": "Raises `DecodeError` (`TruncatedError`, `LimitError`); `path` names the blob at fault, as ``[7]``.",
}


def _argument(body: GridBody, name: str, meaning: str, does: str) -> _Parameter:
    axes = " or ".join(f"({', '.join(one.axes)})" for one in body.types if one.axes) or _rank_text(body)
    free = does == "join" and body.in_header(meaning)
    words = {
        "array": ("NDArray[Any]", "", f"{axes}, {_type_text(body)}; any layout, it is not copied as a whole"),
        "blobs": ("Iterable[Any]", "", "bytes of the cutouts in the order of the grid points; looked at once"),
        "chunk": ("Sequence[int]", "", "extents of a cutout, one for each axis"),
        "order": ("str", '"C"', "order of the elements in a blob: C, the last axis runs fastest; or F, the first"),
        "edges": ("bool", "False", _edges_text(body)),
        "compression": ("str | None", "None", f"of each blob: {', '.join(body.compressions)}"),
        "shape": ("Sequence[int]", "", "extents of the array"),
        "dtype": ("DTypeLike", "", "type of the elements, with their byte order"),
    }
    annotation, default, doc = words[meaning]
    if free or (does == "join" and meaning == "dtype" and not body.needed("dtype")):
        annotation, default = f"{annotation} | None", "None"
    if does == "join" and meaning == "shape" and body.shape is not None:
        annotation, default = f"{annotation} | None", "None"
    return _Parameter(name, annotation, default, doc, meaning)


def _rank_text(body: GridBody) -> str:
    low, high = body.ranks
    return f"{low} axes" if low == high else f"{low} to {high} axes"


def _type_text(body: GridBody) -> str:
    return " or ".join(body.dtypes) if body.dtypes else "elements of any fixed size"


def _edges_text(body: GridBody) -> str:
    words = {"cut": "smaller cutouts at the edges", "pad": f"cutouts at the edges are filled with {body.fill:g}"}
    return words.get(body.on_request, "")


def _form(spec: Spec, body: GridBody) -> dict[str, str]:
    """The arguments of the module's `Form`, as text; what says nothing is left out."""
    low, high = body.ranks
    form = {
        "subject": literal(f"{spec.format}.{body.cls}"),
        "types": literal(tuple((len(one.axes), one.dtypes) for one in body.types if one.axes)),
        "ranks": literal((low, high)),
        "shape": literal(body.shape),
        "chunk": literal(body.chunk),
        "order": literal(body.order),
        "points": literal(body.points),
        "edges": literal(body.edges),
        "on_request": literal(body.on_request),
        "fill": literal(body.fill if "pad" in (body.edges, body.on_request) else 0),
        "compressions": literal(body.compressions),
        "level": literal(body.level),
        "header": f"({''.join(f'{_header_field(one)}, ' for one in body.header)})",
        "names": literal(
            {meaning: name for meaning, name in body.names.items() if meaning != name and _said(body, meaning)}
        ),
        "rules": literal(dict(body.checks)),
    }
    silent = ("None", "()", "''", "0", "{}", "('none',)")
    form = {name: text for name, text in form.items() if text not in silent}
    if spec.limits:
        form["limits"] = f"Limits({', '.join(f'{name}={value}' for name, value in spec.limits.items())})"
    return form


def _said(body: GridBody, meaning: str) -> bool:
    """Whether the kernel ever has to call a *meaning* by its name: a compression only where there is any."""
    return meaning != "compression" or body.compressions != ("none",)


def _header_field(one: HeaderEntry) -> str:
    words: Mapping[str, object] = {
        "order": "big" if isinstance(one.type, Number) and one.type.order == ">" else "little",
        "signed": isinstance(one.type, Number) and one.type.code.startswith("i"),
        "value": one.value,
        "codes": dict(one.codes),
        "reverse": one.reverse,
    }
    plain = {"order": "little", "signed": False, "value": 0, "codes": {}, "reverse": False}
    said = "".join(f", {name}={literal(value)}" for name, value in words.items() if value != plain[name])
    return f"HeaderField({literal(one.name)}, {literal(one.role)}, {one.width}{said})"


def _module_doc(spec: Spec) -> str:
    parts = [sentence(spec.title), spec.doc.strip()]
    parts += [f"{section.title}\n\n{layout_table(section.columns, section.rows)}" for section in describe(spec)]
    parts.append(f"Sources\n\n{source_list(spec)}" if spec.sources else "")
    return "\n\n".join(part for part in parts if part)
