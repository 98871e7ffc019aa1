"""Which of a format's layouts a file has, or is to get: that of its version.

A module serves all versions of its format; where the layouts of older ones differ, `Layout.older` holds them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import CodecError, VersionError
from .layout import Layout, VersionRule
from .numbers import said
from .objects import find, read_attribute
from .optional import absent_in, bare
from .source import Source
from .versions import parse

__all__ = ["layout_for", "layout_in"]


def layout_in(source: Source, layout: Layout) -> Layout:
    """The layout of the file: by the version that it states; where it states none, the newest whose objects are there.

    Where the version is not known the newest layout: what reads it says what is wrong. Groups that may be absent ask
    for nothing where they are.
    """
    return absent_in(source, _of_version(source, layout) if layout.older else layout)


def _of_version(source: Source, layout: Layout) -> Layout:
    stated = False
    for one in layout.all:
        rule = _rule(one)
        if rule is None:
            continue
        stated = True
        try:
            version = read_attribute(source, one.attribute(rule.attribute)._replace(const=None), one)
        except CodecError:
            continue
        if version is not None:
            return _chosen(layout, rule, str(version))
    return layout if stated else next((one for one in layout.all if _fits(source, one)), layout)


def layout_for(layout: Layout, values: Mapping[str, Any]) -> Layout:
    """The layout of a file that holds *values* (by field): that of the version among them, else the newest."""
    for one in layout.all if layout.older else ():
        rule = _rule(one)
        if rule is not None and values.get(rule.attribute) is not None:
            return _chosen(layout, rule, said(values[rule.attribute]))
    return layout


def _rule(layout: Layout) -> VersionRule | None:
    return next((rule for rule in layout.versions if rule.known), None)


def _chosen(layout: Layout, rule: VersionRule, version: str) -> Layout:
    """The layout of *version*: that of the newest known minor which is not above its own."""
    older = dict(layout.older)
    if rule.kind == "exact":
        return older.get(version, layout)
    try:
        have = parse(version, known=rule.known)
        known = [(parse(one, known=rule.known), one) for one in rule.known]
    except VersionError:
        return layout
    same = sorted((numbers, one) for numbers, one in known if numbers[0] == have[0])
    below = [one for numbers, one in same if numbers <= have]
    found = below[-1] if below else same[0][1] if same else ""
    return older.get(found, layout)


def _fits(source: Source, layout: Layout) -> bool:
    layout = bare(layout)
    paths = [(group.path, "group") for group in layout.groups]
    paths += [(dataset.path, "dataset") for dataset in layout.datasets if dataset.required]
    try:
        return all(find(source, path, kind) is not None for path, kind in paths)
    except CodecError:
        return False
