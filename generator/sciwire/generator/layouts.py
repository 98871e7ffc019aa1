"""The modules that single versions are printed as, seen from the module of the format: what their text offers, and how.

It is read from the text itself, so that no family has to say it twice.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from sciwire.model import Spec

__all__ = ["Layout", "has_layouts", "layout_names", "layout_of", "version_word"]


def layout_names(specs: tuple[Spec, ...]) -> dict[str, str]:
    """Version to the name of the module of its layout; none where the family has its own way, or there is one version that
    does not say where others would be told from it.

    No two formats can meet in a name: it begins with an underscore, and behind the last two of them is the version.
    """
    alone = len(specs) == 1 and not specs[-1].version_rule.at
    if alone or not has_layouts(specs[-1]):
        return {}
    return {spec.version: f"_{spec.format}__{version_word(spec.version)}" for spec in specs}


def has_layouts(spec: Spec) -> bool:
    """Whether versions of the format have a module each; files of tables in HDF5 have one that reads them all."""
    return not hasattr(spec.body, "datasets")


def version_word(version: str) -> str:
    """*version* as it stands in names of modules, that differ in more than capitals."""
    return re.sub(r"_+", "_", re.sub(r"[^a-z0-9]", "_", version.lower())).strip("_") or "x"


@dataclass(frozen=True, slots=True)
class Layout:
    """The text of the module of one version: what it exports, defines, and is called in the module of the format.

    The names of the `newest` one are those of the module of the format, too; what another defines has its alias in front.
    """

    version: str
    module: str
    alias: str
    newest: bool
    tree: ast.Module
    exports: tuple[str, ...]
    own: frozenset[str]

    @property
    def doc(self) -> str:
        """The text in front of the module."""
        return ast.get_docstring(self.tree) or ""

    def function(self, name: str) -> ast.FunctionDef | None:
        """The function of this name."""
        found = (one for one in self.tree.body if isinstance(one, ast.FunctionDef) and one.name == name)
        return next(found, None)

    def class_of(self, name: str) -> ast.ClassDef | None:
        """The class of this name."""
        return next((one for one in self.tree.body if isinstance(one, ast.ClassDef) and one.name == name), None)

    def subject(self, name: str) -> tuple[str, str]:
        """The first parameter of a function, and its annotation."""
        first = self._there(name).args.args[0]
        return first.arg, self._spelled(first.annotation)

    def returns(self, name: str) -> str:
        """The annotation of what a function gives."""
        return self._spelled(self._there(name).returns)

    def options(self, name: str) -> dict[str, str]:
        """The keywords of a function, each as it stands in a signature."""
        arguments = self._there(name).args
        found = {}
        for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            value = "" if default is None else f" = {ast.unparse(default)}"
            found[one.arg] = f"{one.arg}: {self._spelled(one.annotation)}{value}"
        return found

    def imports(self, there: set[str]) -> list[str]:
        """What the module imports, apart from the names that are *there* already."""
        found = []
        for one in ast.walk(self.tree):
            if isinstance(one, (ast.Import, ast.ImportFrom)) and getattr(one, "module", "") != "__future__":
                names = [alias for alias in one.names if (alias.asname or alias.name) not in there]
                one = ast.Import(names) if isinstance(one, ast.Import) else ast.ImportFrom(one.module, names, one.level)
                found += [ast.unparse(one)] if names else []
        return found

    def _there(self, name: str) -> ast.FunctionDef:
        found = self.function(name)
        assert found is not None
        return found

    def _spelled(self, annotation: ast.expr | None) -> str:
        text = "Any" if annotation is None else ast.unparse(annotation)
        return text if self.newest else ast.unparse(_Qualified(self).visit(ast.parse(text, mode="eval")).body)


class _Qualified(ast.NodeTransformer):
    """Puts the alias of a layout in front of the names that it defines."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self._layout.own:
            return node
        return ast.Attribute(ast.Name(self._layout.alias, ast.Load()), node.id, ast.Load())


def layout_of(spec: Spec, module: str, alias: str, text: str, *, newest: bool) -> Layout:
    """The layout of *spec*, whose *text* is that of the *module*."""
    tree = ast.parse(text)
    defined = {one.name for one in tree.body if isinstance(one, (ast.FunctionDef, ast.ClassDef))}
    assigned = {
        target.id: one.value
        for one in tree.body
        if isinstance(one, ast.Assign)
        for target in one.targets
        if isinstance(target, ast.Name)
    }
    exports = tuple(ast.literal_eval(assigned["__all__"]))
    return Layout(spec.version, module, alias, newest, tree, exports, frozenset({*defined, *assigned}))
