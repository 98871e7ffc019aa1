"""From a mutant to a codec: planned and rendered by the generator, compiled in memory, never written to disk.

The generator is looked up when it is needed: the suite runs without it, and only this part of it needs one.
"""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from sciwire.model import Spec

__all__ = ["StillbornError", "code_of", "module_of", "text_of"]


class StillbornError(Exception):
    """No codec can be made of a mutant."""


def text_of(spec: Spec) -> str:
    """The text of the module for *spec*, not laid out; `StillbornError` where the generator cannot print it."""
    plan: Any = import_module("sciwire.generator.plan")
    render: Any = import_module("sciwire.generator.render")
    try:
        module = plan.plan_module((spec,))
        text: str = render._environment().get_template(module.template).render(module.context)
    except Exception as error:
        raise StillbornError(f"{type(error).__name__}: {error}") from error
    return text


def code_of(text: str) -> str:
    """What *text* does, without what it says: two texts that differ only in prose have the same."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError) as error:
        raise StillbornError(f"no Python: {error}") from error
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            kept = [one for one in body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))]
            node.body = kept  # type: ignore[attr-defined]  # it was there
        if isinstance(node, ast.arg):
            node.annotation = None  # the type checkers judge annotations
        elif isinstance(node, ast.FunctionDef):
            node.returns = None
        elif isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(0)
    return ast.dump(tree)


def module_of(name: str, text: str) -> ModuleType:
    """The module, executed; `StillbornError` where that fails."""
    import sys

    module = ModuleType(f"sciwire.formats.{name}")
    module.__file__ = str(Path(f"<mutant of {name}>"))
    before = sys.modules.get(module.__name__)
    sys.modules[module.__name__] = module  # dataclasses look their module up
    try:
        exec(compile(text, module.__file__, "exec"), module.__dict__)
    except Exception as error:
        del sys.modules[module.__name__]
        if before is not None:
            sys.modules[module.__name__] = before
        raise StillbornError(f"{type(error).__name__}: {error}") from error
    return module
