"""What no message can satisfy: records without end, constants that no float holds, a refusal of every message."""

from __future__ import annotations

import struct
from typing import Any

from ..check import all_records
from ..context import Context
from ..followed import NULL, alternatives
from ..ir import Field, Spec
from ..nodes import Node
from ..types import Number
from .endless import check_endless

__all__ = ["check_satisfiable"]

_PACKED = {"f2": "<e", "f4": "<f"}


def check_satisfiable(spec: Spec, root: Node, context: Context) -> None:
    """Report what would make a module that can't write, or can't read, a message."""
    check_endless(spec, context)
    for record in all_records(spec):
        for field in record.fields:
            _check_float(field, spec, context)
    for refusal, node in zip(spec.body.refusals, root["refuse"].elements(), strict=True):
        if spec.body.discriminator is not None and refusal.key == spec.body.discriminator:
            text = f"{refusal.key!r} is the discriminator: every message would be refused"
            context.problems.add("SPEC052", node["key"].place, text)


def _check_float(field: Field, spec: Spec, context: Context) -> None:
    """A decoder refuses a number that a narrow float can't hold exactly, be it a constant or a default."""
    kinds = [one for one in alternatives(field.type, spec) if one != NULL]
    narrow = [one for one in kinds if isinstance(one, Number) and one.code in _PACKED]
    if not narrow or len(narrow) < len(kinds):
        return
    kind = max(narrow, key=lambda one: int(one.code[1:]))
    said = (("SPEC037", "constant", field.constraints.const), ("SPEC034", "default", field.default))
    for code, word, value in said:
        if isinstance(value, (int, float)) and not _held(value, _PACKED[kind.code]):
            text = f"the {word} {str(value)[:40]} of {field.label!r} can't be held by a {kind.name}"
            context.problems.add(code, field.place, text)


def _held(value: Any, form: str) -> bool:
    try:
        return bool(value != value or struct.unpack(form, struct.pack(form, value))[0] == value)
    except (OverflowError, struct.error):
        return False
