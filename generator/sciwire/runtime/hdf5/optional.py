"""Groups that a file need not have: what lies below one is required only where the group is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..errors import CodecError
from .layout import Layout
from .objects import find
from .source import Source

__all__ = ["absent_in", "bare", "unsupplied"]


def absent_in(source: Source, layout: Layout) -> Layout:
    """The *layout* of a file, without what the groups ask for that it does not have."""

    def absent(path: str) -> bool:
        try:
            return find(source, path, "group") is None
        except CodecError:
            return False  # something stands there: reading it says what is wrong

    return _spared(layout, absent)


def unsupplied(layout: Layout, values: Mapping[str, Any]) -> Layout:
    """The *layout* of a file that is made of *values* (by field), without the groups for which there are none."""
    owners = {one.field: one.owner for one in layout.attributes} | {one.field: one.path for one in layout.datasets}
    given = [path for field, path in owners.items() if values.get(field) is not None]
    return _spared(layout, lambda group: not any(_below(path, group) for path in given))


def bare(layout: Layout) -> Layout:
    """What every file of the *layout* has."""
    return _spared(layout, lambda group: True)


def _spared(layout: Layout, absent: Callable[[str], bool]) -> Layout:
    gone = [group.path for group in layout.groups if not group.required and absent(group.path)]
    if not gone:
        return layout

    def kept(path: str) -> bool:
        return not any(_below(path, group) for group in gone)

    return layout._replace(
        groups=tuple(one for one in layout.groups if kept(one.path)),
        attributes=tuple(
            one if kept(one.owner) else one._replace(required=False, default=None, stamp="")
            for one in layout.attributes
        ),
        datasets=tuple(
            one if kept(one.path) else one._replace(required=False, default=None) for one in layout.datasets
        ),
    )


def _below(path: str, group: str) -> bool:
    return path == group or path.startswith(f"{group}/")
