"""Values of a format, drawn from its specification: one module a family, each with ``value(spec, label)``.

`labels` says what there is to draw without loading Hypothesis; `values` draws any of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from sciwire.model import Spec

    from .drawing import Drawn

__all__ = ["Label", "decode_options", "drawn", "labels", "load_specs", "value", "values"]

#: Families that have a module here.
FAMILIES = frozenset({"cbor", "grid", "hdf5", "multipart", "packets", "struct"})


@dataclass(frozen=True, slots=True)
class Label:
    """Something to draw: a name that never changes, and the options that go to the encoder."""

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)
    any_nan: bool = False


def load_specs(root: Path, format_name: str) -> list[Spec]:
    """The specifications of a format, oldest first; none where the folder has none (a format under construction)."""
    from sciwire.model import find_specs, load_spec_or_raise

    return [load_spec_or_raise(path) for path in find_specs(root, (format_name,))]


def labels(spec: Spec) -> tuple[Label, ...]:
    """What can be drawn for *spec*; nothing for a family without strategies."""
    if spec.family not in FAMILIES:
        return ()
    found: tuple[Label, ...] = import_module(f"{__name__}.{spec.family}_labels").labels(spec)
    return found


def drawn(spec: Spec, label: str) -> Drawn[Any]:
    """The description of what *label* names, from which Hypothesis and the volume generator draw."""
    module = import_module(f"{__name__}.{spec.family}")
    found: Drawn[Any] = module.value(spec, label)
    return found


def value(spec: Spec, label: str) -> SearchStrategy[Any]:
    """Canonical values of what *label* names."""
    return drawn(spec, label).hypothesis()


def decode_options(spec: Spec, value: Any) -> Mapping[str, Any]:
    """What a decoder must be told to read *value* again, for formats whose bytes do not say it all."""
    if spec.family not in FAMILIES:
        return {}
    module = import_module(f"{__name__}.{spec.family}")
    found: Mapping[str, Any] = module.decode_options(spec, value) if hasattr(module, "decode_options") else {}
    return found


def values(spec: Spec) -> SearchStrategy[Any]:
    """Canonical values of anything that *spec* describes; LookupError for a family without strategies."""
    from hypothesis import strategies as st

    found = labels(spec)
    if not found:
        raise LookupError(f"no strategies for the family {spec.family}")
    return st.one_of(*(value(spec, label.name) for label in found))
