"""The generated modules that are installed: found by name, loaded one at a time."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from types import ModuleType

import click

__all__ = ["format_names", "load_format"]


def format_names() -> list[str]:
    """The names of all generated modules that can be imported."""
    try:
        package = import_module("sciwire.formats")
    except ImportError:
        return []
    return sorted(found.name for found in pkgutil.iter_modules(package.__path__) if not found.name.startswith("_"))


def load_format(name: str) -> ModuleType:
    """The module of the format *name*; a usage error that lists the known ones if there is none."""
    if name not in format_names():
        raise click.UsageError(f"there is no format {name!r}; known: {', '.join(format_names())}")
    try:
        return import_module(f"sciwire.formats.{name}")
    except Exception as error:
        raise click.ClickException(f"the module of {name} does not import ({error}); run `sciwire generate`") from error
