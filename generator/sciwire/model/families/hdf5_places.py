"""Defaults of places: they are names, and leave the objects of a file apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..context import Context
from ..nodes import Node
from ..problems import Place

if TYPE_CHECKING:
    from .hdf5_body import Hdf5Body

__all__ = ["check_places"]

_PLACE = re.compile(r"\{([^{}]*)\}")


def check_places(body: Hdf5Body, root: Node, context: Context) -> None:
    """Refuse defaults that `sciwire.runtime.hdf5.places` would refuse from a caller."""
    defaults = {place.name: place.default.strip("/") for place in body.places}
    for name, value in defaults.items():
        if "\0" in value or any(part in ("", ".", "..") for part in value.split("/")):
            text = f"the default {value!r} is no name of a group or dataset"
            context.problems.add("SPEC100", _of(root, name), text)
            return
    datasets: dict[str, str] = {}
    for one in body.datasets:
        filled = _filled(one.path, defaults)
        if filled in datasets and one.path != datasets[filled]:
            _clash(root, (one.path, datasets[filled]), filled, "two datasets", context)
            return
        datasets[filled] = one.path
    stated = {one.path for one in body.datasets}
    groups = [*(one.path for one in body.groups), *(one.owner for one in body.attributes if one.owner not in stated)]
    for path in [*groups, *(path.rpartition("/")[0] for path in (*groups, *stated))]:
        filled = _filled(path, defaults)
        own = next((one for one in datasets if filled == one or filled.startswith(f"{one}/")), "")
        if own and "{" in path + datasets[own]:
            _clash(root, (path, datasets[own]), own, "a group and a dataset", context)
            return


def _filled(path: str, defaults: dict[str, str]) -> str:
    return _PLACE.sub(lambda found: defaults.get(found[1], found[0]), path)


def _clash(root: Node, paths: tuple[str, str], filled: str, what: str, context: Context) -> None:
    names = [name for name in _PLACE.findall("".join(paths)) if root["places"][name].exists]
    if names:
        text = f"by its default {filled!r} would be {what}, {paths[0]!r} and {paths[1]!r}"
        context.problems.add("SPEC101", _of(root, names[0]), text)


def _of(root: Node, name: str) -> Place:
    return root["places"][name]["default"].place
