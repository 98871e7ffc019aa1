"""Checks of the `packets` family that need the whole body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sciwire.runtime.packets import Text

from ..context import Context
from ..ir import Spec
from ..nodes import Node

if TYPE_CHECKING:
    from .packets import PacketsBody

__all__ = ["check_body"]


def check_body(spec: Spec, body: PacketsBody, root: Node, context: Context) -> None:
    """Everything that two parts of the body must agree on."""
    _check_profiles(spec, body, root, context)
    _check_times(body, root, context)
    _check_elements(body, root, context)
    _check_types(body, root, context)


def _check_profiles(spec: Spec, body: PacketsBody, root: Node, context: Context) -> None:
    for profile in spec.profiles:
        settings = root["profiles"][profile.name]["settings"]
        encoding = profile.settings.get("inline_packets", "refuse")
        if isinstance(encoding, str) and encoding != "refuse" and not _is_text_encoding(encoding, body):
            problem = f"{encoding!r} is no text encoding of the format with a width"
            context.problems.add("SPEC156", settings["inline_packets"].place, problem)
        rank = profile.settings.get("whole_rank", 1)
        if isinstance(rank, int) and rank > body.bounds.rank:
            problem = f"datasets have rank {body.bounds.rank} at most, not {rank}"
            context.problems.add("SPEC156", settings["whole_rank"].place, problem)


def _is_text_encoding(name: str, body: PacketsBody) -> bool:
    for encoding in body.encodings:
        if isinstance(encoding, Text) and encoding.kind != "time" and name.startswith(encoding.name):
            return name[len(encoding.name) :].isdigit()
    return False


def _check_times(body: PacketsBody, root: Node, context: Context) -> None:
    for encoding in body.encodings:
        if isinstance(encoding, Text) and encoding.kind == "time" and not (body.times or body.time_since):
            problem = f"{encoding.name!r} writes times, and no unit of time is there to count them"
            context.problems.add("SPEC154", root["encodings"][encoding.name].key_place, problem)


def _check_elements(body: PacketsBody, root: Node, context: Context) -> None:
    for element in body.elements:
        node = root["elements"][element.name]
        if element.wild != "no" and not body.framing.ids.wild:
            context.problems.add("SPEC152", node["wild"].place, "the framing has no wild id")
        values = {attribute.role for attribute in element.attributes}
        if element.role == "values" and "index" in values and "inline" not in values:
            context.problems.add("SPEC151", node.key_place, "rows have an index, but no attribute has the role inline")
        if element.role == "values" and "join" in values and not _has(body, "dataset", "join_id"):
            context.problems.add(
                "SPEC151", node.key_place, "there are joins, but no dataset can say that it is a part of one"
            )
    sharing = [one for one in body.elements if one.role in ("stream", "packet") and one.ids is not None]
    if len(sharing) == 2 and sharing[0].ids and sharing[1].ids:
        (first, last), (low, high) = sharing[0].ids, sharing[1].ids
        if first <= high and low <= last:
            node = root["elements"][sharing[1].name]["ids"]
            context.problems.add("SPEC152", node.place, "stream and packet descriptors share an id")


def _has(body: PacketsBody, role: str, attribute: str) -> bool:
    return any(one.maybe_attribute(attribute) is not None for one in body.elements if one.role == role)


def _check_types(body: PacketsBody, root: Node, context: Context) -> None:
    kinds = {one.kind for one in body.property_types}
    for kind in ("text", "units", "reference"):
        if kind not in kinds:
            place = root["properties"]["types"].place
            context.problems.add("SPEC157", place, f"no property type has the kind {kind!r}, which an encoder needs")
