"""A stream of one rank-0 dataset, which the groups about properties dress."""

from __future__ import annotations

from typing import Any

from .kit import STREAM, cat, ds, expect, nd, plane, type_

__all__ = ["value_of", "with_inner", "with_properties"]


def with_inner(inner: str) -> bytes:
    """Return a stream of one rank-0 dataset whose value is 1, with *inner* before its values."""
    return cat(STREAM, type_("01", plane("y", 0, 'values="1"', inner)))


def with_properties(xml: str) -> bytes:
    return with_inner(f"<properties>{xml}</properties>")


def value_of(properties: dict[str, Any], units: str | None = None) -> object:
    return expect({"y": ds(0, nd(1.0), units, properties)})
