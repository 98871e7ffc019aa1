"""Names that fill in the parameters of a layout's paths: checked, so that no two objects fall together.

What HDF5 takes for no name of its own (nothing, ``.``) or can't hold would give files that nobody finds again; a name
that some other object of the layout has would make one object of two, or a group of a dataset.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import EncodeError
from ..value import shown
from .faults import by

if TYPE_CHECKING:
    from .layout import Layout

__all__ = ["above", "fill", "placed"]

_PLACE = re.compile(r"\{([^{}]*)\}")
_SHOWN = 80  # characters of a name in a message


def placed(layout: Layout, places: Mapping[str, Any]) -> Layout:
    """*layout* with its paths filled in.

    Raises
    ------
    EncodeError : a value is no name (``type``, ``constraint``), or makes two objects one; `path` is the place.
    """
    names = {place: _name(place, value) for place, value in places.items()}
    groups = tuple(g._replace(path=fill(g.path, names)) for g in layout.groups)
    attributes = tuple(a._replace(owner=fill(a.owner, names)) for a in layout.attributes)
    datasets = tuple(d._replace(path=fill(d.path, names)) for d in layout.datasets)
    older = tuple((version, one.placed(places)) for version, one in layout.older)
    filled = layout._replace(groups=groups, attributes=attributes, datasets=datasets, older=older)
    _check_apart(layout, filled, names)
    return filled._replace(places=names, origin=layout)


def fill(path: str, places: Mapping[str, str]) -> str:
    """*path* with its parameters replaced, all at once: a name may look like a parameter."""
    filled = _PLACE.sub(lambda found: places.get(found[1], found[0]), path)
    return "/" + filled.strip("/")


def above(path: str) -> Iterator[str]:
    """The groups on the way to *path*, without the root."""
    parts = path.strip("/").split("/")[:-1]
    for count in range(1, len(parts) + 1):
        yield "/" + "/".join(parts[:count])


def _name(place: str, value: Any) -> str:
    """*value* as part of a path, without the slashes around it."""
    if not isinstance(value, str):
        problem = f"the name of a group or dataset is expected, got {type(value).__name__}"
        raise by("place", EncodeError(problem, category="type", path=place))
    name = value.strip("/")
    problem = ""
    if any(part in ("", ".", "..") for part in name.split("/")):
        problem = "a name is expected, or several joined by slashes, none of them empty, '.' or '..'"
    elif "\0" in name:
        problem = "a name can't hold a NUL"
    elif not name.isascii():
        try:
            name.encode()
        except UnicodeEncodeError:
            problem = "a name in UTF-8 is expected"
    if problem:
        raise by("place", EncodeError(f"{problem}, got {shown(value)[:_SHOWN]}", path=place))
    return str(name)


def _check_apart(layout: Layout, filled: Layout, names: Mapping[str, str]) -> None:
    """Raise where two datasets, two attributes, or a dataset and a group have one path."""
    datasets: dict[str, str] = {}  # what is stated, by filled path
    for stated, one in zip(layout.datasets, filled.datasets, strict=True):
        if one.path in datasets:
            raise _clash(one.path, "two datasets", (stated.path, datasets[one.path]), names)
        datasets[one.path] = stated.path
    groups: dict[str, str] = {}
    owners = {one.path for one in layout.datasets}
    paths = [one.path for one in layout.groups] + [one.path for one in layout.datasets]
    paths += [one.owner for one in layout.attributes]
    for path in paths:
        for group in (*above(fill(path, names)), *([] if path in owners else [fill(path, names)])):
            groups.setdefault(group, path)
    both = min(set(groups) & set(datasets), default="")
    if both:
        raise _clash(both, "a group and a dataset", (groups[both], datasets[both]), names)
    attributes: dict[str, str] = {}
    for given, attribute in zip(layout.attributes, filled.attributes, strict=True):
        if attribute.at in attributes:
            raise _clash(attribute.at, "two attributes", (given.at, attributes[attribute.at]), names)
        attributes[attribute.at] = given.at


def _clash(at: str, what: str, stated: tuple[str, str], names: Mapping[str, str]) -> EncodeError:
    """The error of names by which the objects *stated* fall together."""
    place = next((one for one in _PLACE.findall("".join(stated)) if one in names), "")
    problem = f"by {shown(names.get(place, ''))[:_SHOWN]} {at[:_SHOWN]} would be {what}, {' and '.join(stated)}"
    return by("place", EncodeError(problem, path=place, at=at))
