"""The module of a format of several versions: it hands on to its layouts, the modules that each version alone would be."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sciwire.model import Spec
from sciwire.model.version_places import NoPlaceError, VersionPlace, version_place
from sciwire.runtime.errors import SpecError

from .layouts import Layout, layout_names, layout_of, version_word
from .plan import Module
from .text import layout_table, literal

__all__ = ["plan_versions"]

_BY_DATA = ("decode", "decode_all")
_BY_VALUE = ("encode", "encode_parts", "to_plain", "summary")
_OWN = (*_BY_DATA, *_BY_VALUE, "from_plain", "sniff", "spans")


@dataclass(frozen=True, slots=True)
class _Function:
    """One function; without a signature it is a name that is None."""

    name: str
    doc: str
    signature: tuple[str, ...]
    returns: str
    statement: str


@dataclass(frozen=True, slots=True)
class _Class:
    """A decoder, encoder or session; *parameter* is the type of its messages."""

    name: str
    doc: str
    parameter: str


def plan_versions(specs: tuple[Spec, ...], texts: Mapping[str, str]) -> Module:
    """Plan the module that serves all *specs*, oldest first, from the *texts* of their layouts by version.

    Raises `SpecError` where a version has a name that the module needs for itself.
    """
    layouts = _layouts(specs, texts)
    newest = layouts[0]
    place, stated = _stated(specs)
    functions = [_function(name, layouts, place is None) for name in _OWN if name in newest.exports]
    classes = _classes(layouts)
    made = {"FORMAT", "VERSIONS", *(one.name for one in functions), *(one.name for one in classes)}
    names = [name for name in newest.exports if name not in made]
    exports = [*made, *names, "version_of", *(one.alias for one in layouts)]
    context = {
        "format": specs[-1].format,
        "versions": tuple(one.version for one in specs),
        "doc": _doc(layouts, place, stated),
        "imports": list(dict.fromkeys(line for one in layouts for line in one.imports({*names, *made}))),
        "layouts": layouts,
        "names": names,
        "exports": sorted(exports, key=lambda name: (name.lower(), name)),
        "arguments": _arguments(specs, newest, place, stated),
        "data": newest.subject("decode")[1],
        "choice": _choice(layouts),
        "functions": functions,
        "classes": classes,
    }
    return Module(specs[-1].format, "versions.py.jinja", context)


def _layouts(specs: tuple[Spec, ...], texts: Mapping[str, str]) -> list[Layout]:
    """The newest first. Their names may not be among those that the newest has."""
    names = layout_names(specs)
    found: list[Layout] = []
    for spec in reversed(specs):
        taken = found[0].exports if found else layout_of(spec, "", "", texts[spec.version], newest=True).exports
        alias = f"v{version_word(spec.version)}"
        while alias in taken:
            alias += "_"
        layout = layout_of(spec, names[spec.version], alias, texts[spec.version], newest=not found)
        for name in (*_BY_DATA, *_BY_VALUE, "from_plain"):
            if layout.function(name) is not None and "version" in layout.options(name):
                problem = f"the option 'version' of {name} can't be told from the version of the format"
                raise SpecError(f"{spec.format} {spec.version}: {problem}")
        if "version_of" in layout.exports:
            raise SpecError(f"{spec.format} {spec.version}: the module needs the name 'version_of' for itself")
        found.append(layout)
    return found


def _choice(layouts: Sequence[Layout]) -> str:
    return f"Literal[{', '.join(literal(one.version) for one in layouts)}]"


def _function(name: str, layouts: Sequence[Layout], silent: bool) -> _Function:
    having = [one for one in layouts if one.function(name) is not None]
    if not having:
        return _Function(name, "The bytes carry no sign of the format.", (), "", "")
    subject = having[0].subject(name)[0]
    signature = [f"{subject}: {_joined(one.subject(name)[1] for one in having)}"]
    returns = _joined(one.returns(name) for one in having)
    function = having[0].function(name)
    doc = (ast.get_docstring(function) or "").strip() if function is not None else ""
    if name in ("sniff", "spans"):
        return _Function(name, doc, tuple(signature), returns, f"_VERSIONS.{name}({subject})")
    told = f"version: {_choice(layouts)} | None = None"
    if name == "from_plain":
        doc = f"{doc}\n\nIt is of the newest version, or of *version*."
        return _Function(name, doc, (*signature, "*", told), returns, f"_VERSIONS.from_plain({subject}, version)")
    if name in ("to_plain", "summary"):
        return _Function(name, doc, tuple(signature), returns, f"_VERSIONS.by_value({literal(name)}, {subject})")
    options: dict[str, str] = {}
    for one in having:  # what several have is said by the newest of them
        options |= {option: text for option, text in one.options(name).items() if option not in options}
    words = "".join(f", {option}={option}" for option in options)
    how = "by_data" if name in _BY_DATA else "by_value"
    doc = f"{doc}\n\n{_BY_VERSION['silent' if silent and how == 'by_data' else how]}"
    statement = f"_VERSIONS.{how}({literal(name)}, {subject}, version{words})"
    return _Function(name, doc, (*signature, "*", told, *options.values()), returns, statement)


_BY_VERSION = {
    "by_data": "The layout of the version that the data state reads them; a version that is not known is a `VersionError`. With\n"
    "*version* they must be of that one, whose layout reads them where they state none, too.",
    "silent": "The newest version reads the data, or the one that *version* names: they do not state it.",
    "by_value": "It is written as the version that its class is of; with *version* it must be of that one.",
}


def _joined(texts: Iterable[str]) -> str:
    return " | ".join(dict.fromkeys(texts))


def _classes(layouts: Sequence[Layout]) -> list[_Class]:
    """The decoders and encoders of streams of messages, or packets; what else there is belongs to the newest version."""
    message = _joined(one.returns("decode") for one in layouts)
    found = []
    for name in ("Decoder", "Encoder", "Session"):
        made = layouts[0].class_of(name)
        base = ast.unparse(made.bases[0]) if made is not None else ""
        doc = f"{(ast.get_docstring(made) or '').strip() if made is not None else ''}\n\nA stream is of one version: that of its first message."
        if ".Stream" in base or ".Session" in base:
            found.append(_Class(name, doc, message))
        elif name == "Decoder" and made is not None:
            found.append(_Class(name, doc, "Any"))
    return found


def _stated(specs: tuple[Spec, ...]) -> tuple[VersionPlace | None, dict[str, tuple[Any, ...]]]:
    """The place of the newest version, and what stands there in each one that has the same place."""
    path = specs[-1].version_rule.at
    if not path:
        return None, {}
    newest = version_place(specs[-1], path)
    found = {specs[-1].version: newest}
    for spec in reversed(specs):
        with suppress(NoPlaceError):
            own = version_place(spec, path)
            if _where(own) == _where(newest):
                found[spec.version] = own
    prefixes = "".join(sorted({char for one in found.values() for char in dict(one.arguments).get("prefixes", "")}))
    arguments = (*_where(newest)[1], *((("prefixes", prefixes),) if prefixes else ()))
    return VersionPlace(newest.kind, arguments, ()), {version: own.values for version, own in found.items()}


def _where(place: VersionPlace) -> tuple[Any, ...]:
    """What tells one place from another; bytes in front of messages may come and go."""
    return place.kind, tuple(one for one in place.arguments if one[0] != "prefixes")


def _arguments(
    specs: tuple[Spec, ...], layout: Layout, place: VersionPlace | None, stated: Mapping[str, Any]
) -> list[str]:
    if place is None:
        return []
    words = [f"{name}={literal(value)}" for name, value in place.arguments]
    words += [f"form={layout.alias}.Decoder.form"] if place.kind == "Member" else []
    own = tuple(spec.version for spec in reversed(specs) if spec.version_rule.at and spec.version in stated)
    rule = [f"rule={literal(specs[-1].version_rule.rule)}"] if specs[-1].version_rule.rule else []
    return [f"_versions.{place.kind}({', '.join(words)})", literal(dict(stated)), f"own={literal(own)}", *rule]


def _doc(layouts: Sequence[Layout], place: VersionPlace | None, stated: Mapping[str, Any]) -> str:
    """The text of the newest layout, and behind its first paragraph where those of the versions are."""
    rows = []
    for one in layouts:
        words = " or ".join(map(literal, stated.get(one.version, ())))
        told = f"{dict(place.arguments)['path']} is {words}" if place is not None and words else ""
        rows.append((one.version, one.alias, told or "the data do not state it: ask for it"))
    head, _, rest = layouts[0].doc.partition("\n\n")
    table = layout_table(("version", "module", "told by"), rows)
    about = "The names of this module are those of the newest version; the others have modules of their own."
    return "\n\n".join(filter(None, (head, f"Versions\n\n{table}\n\n{about}", rest)))
