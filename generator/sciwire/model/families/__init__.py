"""One file a family: its section of the language, read into frozen data and checked."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

__all__ = ["FAMILIES", "family_module"]

FAMILIES = ("cbor", "grid", "hdf5", "multipart", "packets", "struct")


def family_module(family: str) -> ModuleType:
    """The module that reads the body of *family*: ``load(root, context) -> Body`` and ``check(spec, context)``."""
    return import_module(f"{__name__}.{family}")
