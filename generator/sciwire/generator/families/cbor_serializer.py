"""Plan of the serializer of a `cbor` module: its config class, and where every field comes from."""

from __future__ import annotations

from typing import Any

from sciwire.model import Record, Spec
from sciwire.model.check import resolve
from sciwire.model.families.cbor import CborBody
from sciwire.model.families.cbor_serializer import Filled
from sciwire.model.names import class_name
from sciwire.model.types import Named

from ..text import literal
from .records import plan_field

__all__ = ["plan_serializer"]


def plan_serializer(spec: Spec) -> dict[str, Any] | None:
    """What the template places; None where the format has no serializer."""
    body: CborBody = spec.body
    serializer = body.serializer
    if serializer is None:
        return None
    messages = {message.name: message for message in body.messages}
    parameters = []
    for field in serializer.parameters:
        converter, annotation, comment = plan_field(spec, field)
        parameters.append({"name": field.name, "annotation": annotation, "comment": comment, "converter": converter})
    rules = {field.name: field.rule for field in serializer.parameters if field.rule}
    usual = serializer.rules.get("parameters", "")
    payloads = messages[serializer.each].payloads
    return {
        "cls": serializer.cls,
        "config": serializer.config,
        "doc": serializer.doc or f"Makes messages of batches of events; see `{serializer.config}`.",
        "parameters": parameters,
        "parameter_rules": {**rules, **({"": usual} if usual else {})},
        "rules": {name: rule for name, rule in serializer.rules.items() if name != "parameters"},
        "sources": serializer.sources,
        "frames": next(field.name for field in serializer.parameters if field.label == serializer.frames),
        "dtypes": payloads[0].dtypes if payloads else (),
        "first": messages[serializer.first].cls,
        "each": messages[serializer.each].cls,
        "last": messages[serializer.last].cls,
        "fill": [
            (messages[name].cls, [_filled(one, messages[name].record, spec) for one in fields])
            for name, fields in serializer.fill
        ],
    }


def _filled(one: Filled, record: Record, spec: Spec) -> str:
    """The arguments of a `Filled`; the classes on the way to the field are those of its records."""
    path: list[str] = []
    make: list[str] = []
    found: Any = record
    for step in one.path.split("."):
        field = next(field for field in found.fields if field.label == step)
        path.append(field.name)
        found = resolve(field.type, spec)
        if isinstance(found, Record):
            assert isinstance(field.type, Named)
            make.append(class_name(found.name))
    what = one.what
    if one.origin == "parameter":
        what = next(field.name for field in spec.body.serializer.parameters if field.label == what)
    words = [literal(tuple(path)), literal(one.origin)]
    words += [literal(what)] if one.origin != "clock" else []
    for name, value in (("item", one.item), ("cut", one.cut), ("default", one.default), ("constant", one.constant)):
        words += [f"{name}={literal(value)}"] if value is not None else []
    words += ["upper=True"] if one.upper else []
    words += ["as_text=True"] if one.as_text else []
    words += [f"wire={literal(one.path)}"] if one.path != ".".join(path) else []
    words += [f"make=({', '.join(make)},)"] if make else []
    return f"Filled({', '.join(words)})"
