"""The module of a format of several versions: it hands on to its layouts, the modules that each version alone would be.

What these offer, and how it is called, is read from their text, so that no family has to say it twice.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sciwire.model import Spec
from sciwire.model.version_places import NoPlaceError, VersionPlace, version_place
from sciwire.runtime.errors import SpecError

from .plan import Module
from .text import layout_table, literal

__all__ = ["layout_names", "plan_versions", "version_word"]

_BY_DATA = ("decode", "decode_all")
_BY_VALUE = ("encode", "encode_parts", "to_plain", "summary")
_OWN = (*_BY_DATA, *_BY_VALUE, "from_plain", "sniff", "spans")


def layout_names(specs: tuple[Spec, ...]) -> dict[str, str]:
    """Version to the name of the module of its layout, none where there is one version or the family has its own way.

    No two formats can meet in a name: it begins with an underscore, and behind the last two of them is the version.
    """
    if len(specs) == 1 or hasattr(specs[-1].body, "datasets"):
        return {}
    return {spec.version: f"_{spec.format}__{version_word(spec.version)}" for spec in specs}


@dataclass(frozen=True, slots=True)
class _Layout:
    """The text of the module of one version: what it exports, defines, and is called in the module of the format."""

    version: str
    module: str
    alias: str
    tree: ast.Module
    exports: tuple[str, ...]
    own: frozenset[str]

    def defined(self, name: str) -> ast.FunctionDef | ast.ClassDef | None:
        found = (one for one in self.tree.body if isinstance(one, (ast.FunctionDef, ast.ClassDef)) and one.name == name)
        return next(found, None)

    def spelled(self, expression: ast.expr | None, newest: bool) -> str:
        """The text of an annotation as it reads outside; names of the layout are its own there."""
        text = "Any" if expression is None else ast.unparse(expression)
        return text if newest else ast.unparse(_Qualified(self).visit(ast.parse(text, mode="eval")).body)


class _Qualified(ast.NodeTransformer):
    """Puts the alias of a layout in front of the names that it defines."""

    def __init__(self, layout: _Layout) -> None:
        self._layout = layout

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self._layout.own:
            return node
        return ast.Attribute(ast.Name(self._layout.alias, ast.Load()), node.id, ast.Load())


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
    name: str
    doc: str
    parameter: str


def plan_versions(specs: tuple[Spec, ...], texts: Mapping[str, str]) -> Module:
    """Plan the module that serves all *specs*, oldest first, from the *texts* of their layouts by version."""
    newest = specs[-1]
    taken = set(_exports(ast.parse(texts[newest.version])))
    layouts = [_layout(spec, layout_names(specs)[spec.version], texts[spec.version], taken) for spec in reversed(specs)]
    place, stated = _stated(specs)
    functions = _functions(layouts, place is None)
    classes = _classes(layouts)
    made = {*(one.name for one in functions), *(one.name for one in classes), "FORMAT", "VERSIONS"}
    names = [name for name in layouts[0].exports if name not in made]
    exports = [*made, *names, "version_of", *(one.alias for one in layouts)]
    context = {
        "format": newest.format,
        "versions": tuple(one.version for one in specs),
        "doc": _doc(layouts, place, stated),
        "imports": _imports(layouts, {*names, *made}),
        "layouts": layouts,
        "names": names,
        "exports": sorted(exports, key=lambda name: (name.lower(), name)),
        "arguments": _arguments(newest, layouts[0], place, stated),
        "data": _parameters(_found(layouts[0], "decode"), layouts[0])[0].partition(": ")[2],
        "choice": f"Literal[{', '.join(literal(one.version) for one in layouts)}]",
        "functions": functions,
        "classes": classes,
    }
    return Module(newest.format, "versions.py.jinja", context)


def version_word(version: str) -> str:
    """*version* as it stands in names of modules, that differ in more than capitals."""
    return re.sub(r"_+", "_", re.sub(r"[^a-z0-9]", "_", version.lower())).strip("_") or "x"


def _layout(spec: Spec, module: str, text: str, taken: set[str]) -> _Layout:
    alias = f"v{version_word(spec.version)}"
    while alias in taken:
        alias += "_"
    tree = ast.parse(text)
    defined = {one.name for one in tree.body if isinstance(one, (ast.FunctionDef, ast.ClassDef))}
    targets = [target for one in tree.body if isinstance(one, ast.Assign) for target in one.targets]
    own = frozenset({*defined, *(one.id for one in targets if isinstance(one, ast.Name))})
    layout = _Layout(spec.version, module, alias, tree, _exports(tree), own)
    for name in (*_BY_DATA, *_BY_VALUE, "from_plain"):
        if "version" in _keywords(layout.defined(name)):
            raise SpecError(
                f"{spec.format} {spec.version}: an option `version` of {name} can't be told from the version"
            )
    if "version_of" in layout.exports:
        raise SpecError(f"{spec.format} {spec.version}: the module needs the name 'version_of' for itself")
    return layout


def _exports(tree: ast.Module) -> tuple[str, ...]:
    for one in tree.body:
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name) and one.targets[0].id == "__all__":
            return tuple(ast.literal_eval(one.value))
    return ()


def _imports(layouts: Iterable[_Layout], there: set[str]) -> list[str]:
    """What the layouts import, for their annotations; what nobody needs is taken out when the text is laid out."""
    found: dict[str, None] = {}
    for layout in layouts:
        for one in ast.walk(layout.tree):
            if isinstance(one, (ast.Import, ast.ImportFrom)) and getattr(one, "module", "") != "__future__":
                one.names = [alias for alias in one.names if (alias.asname or alias.name) not in there]
                found |= {ast.unparse(one): None} if one.names else {}
    return list(found)


def _found(layout: _Layout, name: str) -> ast.FunctionDef:
    found = layout.defined(name)
    assert isinstance(found, ast.FunctionDef)
    return found


def _functions(layouts: list[_Layout], silent: bool) -> list[_Function]:
    found = []
    for name in (one for one in _OWN if one in layouts[0].exports):
        having = [one for one in layouts if isinstance(one.defined(name), ast.FunctionDef)]
        if not having:  # the bytes carry no sign of the format
            found.append(_Function(name, "The bytes carry no sign of the format.", (), "", ""))
        else:
            found.append(_function(name, having, layouts, silent))
    return found


def _function(name: str, having: list[_Layout], layouts: list[_Layout], silent: bool) -> _Function:
    newest = _found(having[0], name)
    first, *positional = _parameters(newest, having[0], keywords=False)
    subject = first.partition(":")[0]
    annotations = [
        _parameters(_found(one, name), one, newest=one is layouts[0])[0].partition(": ")[2] for one in having
    ]
    returns = _joined(one.spelled(_found(one, name).returns, one is layouts[0]) for one in having)
    doc = (ast.get_docstring(newest) or "").strip()
    choice = f"Literal[{', '.join(literal(one.version) for one in layouts)}] | None = None"
    signature = [f"{subject}: {_joined(annotations)}"]
    if name in ("sniff", "spans"):
        return _Function(name, doc, tuple(signature), returns, f"_VERSIONS.{name}({subject})")
    if name == "from_plain":
        doc += "\n\nIt is of the newest version, or of *version*."
        return _Function(
            name, doc, (*signature, "*", f"version: {choice}"), returns, f"_VERSIONS.from_plain({subject}, version)"
        )
    assert not positional
    options = _options(name, having, layouts)
    words = "".join(f", {option}={option}" for option in options)
    if name in ("to_plain", "summary"):
        return _Function(name, doc, tuple(signature), returns, f"_VERSIONS.by_value({literal(name)}, {subject}{words})")
    how = "by_data" if name in _BY_DATA else "by_value"
    doc += f"\n\n{_BY_VERSION['silent' if silent and how == 'by_data' else how]}"
    statement = f"_VERSIONS.{how}({literal(name)}, {subject}, version{words})"
    return _Function(name, doc, (*signature, "*", f"version: {choice}", *options.values()), returns, statement)


_BY_VERSION = {
    "by_data": "The layout of the version that the data state reads them; a version that is not known is a `VersionError`. With\n"
    "*version* they must be of that one, whose layout reads them where they state none, too.",
    "silent": "The newest version reads the data, or the one that *version* names: they do not state it.",
    "by_value": "It is written as the version that its class is of; with *version* it must be of that one.",
}


def _options(name: str, having: list[_Layout], layouts: list[_Layout]) -> dict[str, str]:
    """The keywords that any layout has, as the newest of those has them."""
    found: dict[str, str] = {}
    for one in having:
        function = _found(one, name)
        for text in _keyword_texts(function, one, one is layouts[0]):
            found.setdefault(text.partition(":")[0], text)
    return found


def _parameters(function: ast.FunctionDef, layout: _Layout, *, newest: bool = True, keywords: bool = True) -> list[str]:
    arguments = [*function.args.posonlyargs, *function.args.args, *(function.args.kwonlyargs if keywords else ())]
    return [f"{one.arg}: {layout.spelled(one.annotation, newest)}" for one in arguments]


def _keyword_texts(function: ast.FunctionDef, layout: _Layout, newest: bool) -> list[str]:
    pairs = zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
    texts = []
    for one, default in pairs:
        text = f"{one.arg}: {layout.spelled(one.annotation, newest)}"
        texts.append(text if default is None else f"{text} = {ast.unparse(default)}")
    return texts


def _keywords(function: ast.stmt | None) -> list[str]:
    return [one.arg for one in function.args.kwonlyargs] if isinstance(function, ast.FunctionDef) else []


def _joined(texts: Iterable[str]) -> str:
    return " | ".join(dict.fromkeys(texts))


def _classes(layouts: list[_Layout]) -> list[_Class]:
    """The decoders and encoders of streams of messages, or packets; what else there is belongs to the newest version."""
    message = _joined(one.spelled(_found(one, "decode").returns, one is layouts[0]) for one in layouts)
    found = []
    for name in ("Decoder", "Encoder", "Session"):
        made = layouts[0].defined(name)
        if not isinstance(made, ast.ClassDef):
            continue
        base = ast.unparse(made.bases[0])
        if ".Stream" in base or name == "Session":
            found.append(_Class(name, _stream_doc(made), message))
        elif name == "Decoder":
            found.append(_Class(name, _stream_doc(made), "Any"))
    return found


def _stream_doc(made: ast.ClassDef) -> str:
    return f"{(ast.get_docstring(made) or '').strip()}\n\nA stream is of one version: that of its first message."


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


def _arguments(spec: Spec, layout: _Layout, place: VersionPlace | None, stated: Mapping[str, Any]) -> list[str]:
    if place is None:
        return []
    words = [f"{name}={literal(value)}" for name, value in place.arguments]
    words += [f"form={layout.alias}.Decoder.form"] if place.kind == "Member" else []
    rule = [f"rule={literal(spec.version_rule.rule)}"] if spec.version_rule.rule else []
    return [f"_versions.{place.kind}({', '.join(words)})", literal(dict(stated)), *rule]


def _doc(layouts: list[_Layout], place: VersionPlace | None, stated: Mapping[str, Any]) -> str:
    """The text of the newest layout, and behind its first paragraph where those of the versions are."""
    path = dict(place.arguments)["path"] if place is not None else ""
    rows = []
    for one in layouts:
        words = " or ".join(map(literal, stated.get(one.version, ())))
        told = f"{path} is {words}" if words else "data do not state it: ask for it" if place is None or stated else ""
        rows.append((one.version, one.alias, told))
    head, _, rest = (ast.get_docstring(layouts[0].tree) or "").partition("\n\n")
    table = layout_table(("version", "module", "told by"), rows)
    about = "The names of this module are those of the newest version; the others have modules of their own."
    return "\n\n".join(filter(None, (head, f"Versions\n\n{table}\n\n{about}", rest)))
