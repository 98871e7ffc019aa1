"""Converters that hold others as constants of a module: made once when it is loaded, not for each message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .records import PlannedAttribute, PlannedClass

__all__ = ["Constant", "with_constants"]

#: a name of the module and the text of its value
Constant = tuple[str, str]
_TAKEN = ("_FORM", "_KEY_NAMES", "_UNITS")  # by the templates


def with_constants(classes: Iterable[PlannedClass]) -> tuple[list[PlannedClass], list[Constant]]:
    """The *classes*, whose fields name their converters where these are more than a name; and those constants.

    A constant is called after its record and field; an underscore is added to a name that stands for something else.
    """
    planned = list(classes)
    taken = {*_TAKEN, *(f"_{one.function}".upper() for one in planned)}
    constants: list[Constant] = []
    made = []
    for one in planned:
        attributes: dict[str, PlannedAttribute] = {}
        for attribute in one.attributes:
            if "(" in attribute.converter:
                name = _free(f"_{one.function}_{attribute.name}".upper(), taken)
                constants.append((name, attribute.converter))
                attribute = replace(attribute, converter=name)
            attributes[attribute.name] = attribute
        made.append(one.with_attributes(attributes))
    return made, constants


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    taken.add(name)
    return name
