"""Words of the `packets` family: encodings, units of time, property types and names, checks."""

from __future__ import annotations

import re

from sciwire.runtime.packets import Binary, EnumerationText, PropertyType, References, Text, TimeWord, Writing
from sciwire.runtime.packets.checks import CHECKS

from ..context import Context
from ..nodes import Node
from ..problems import did_you_mean

__all__ = [
    "read_checks",
    "read_encodings",
    "read_enumeration",
    "read_names",
    "read_times",
    "read_types",
    "read_writing",
]

BINARY = ("f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8")
KINDS = ("text", "boolean", "integer", "real", "units", "enumeration", "reference", "opaque")


def read_encodings(node: Node, context: Context, docs: dict[str, str]) -> tuple[Binary | Text, ...]:
    """The encodings; problems SPEC153 and SPEC161."""
    found: list[Binary | Text] = []
    names: dict[str, str] = {}
    for name, one in node.items():
        docs[f"encoding.{name}"] = one["doc"].text()
        encoding = _encoding(name, one, context)
        for word in (name, *one["aliases"].texts()):
            if word in names:
                context.problems.add("SPEC161", one.key_place, f"{word!r} is the encoding {names[word]!r} already")
            names[word] = name
        found.append(encoding)
    _check_widths(found, node, context)
    return tuple(found)


def _check_widths(found: list[Binary | Text], node: Node, context: Context) -> None:
    """No binary encoding is called as a text encoding with a width; problem SPEC161."""
    texts = [one.name for one in found if isinstance(one, Text)]
    for one in found:
        if not isinstance(one, Binary):
            continue
        for word in (one.name, *one.aliases):
            for name in texts:
                if re.fullmatch(re.escape(name) + "[0-9]+", word):
                    problem = f"{word!r} is the text encoding {name!r} with the width {word[len(name) :]} already"
                    context.problems.add("SPEC161", node[one.name].key_place, problem)


def _encoding(name: str, node: Node, context: Context) -> Binary | Text:
    if node["binary"].exists == node["text"].exists:
        context.problems.add("SPEC153", node.key_place, f"the encoding {name!r} must say `binary` or `text`")
    if node["binary"].exists:
        dtype = node["binary"].text()
        if dtype not in BINARY:
            hint = did_you_mean(dtype, BINARY)
            context.problems.add(
                "SPEC153", node["binary"].place, f"no number is called {dtype!r}, known: {', '.join(BINARY)}", hint
            )
            dtype = "f8"
        for key in ("below", "write"):
            if node[key].exists:
                context.problems.add("SPEC153", node[key].place, f"{key!r} is for text encodings")
        return Binary(name, dtype, node["aliases"].texts())
    if node["aliases"].exists:
        context.problems.add("SPEC153", node["aliases"].place, "aliases are for binary encodings")
    if name[-1:].isdigit():
        problem = f"{name!r} ends in a digit, the width of its fields could not be told from it"
        context.problems.add("SPEC153", node.key_place, problem)
    return Text(name, node["text"].text("decimal"), node["below"].integer(0), node["write"].text("free") == "free")


def read_times(node: Node, context: Context, docs: dict[str, str]) -> tuple[TimeWord, ...]:
    """The units of time; problem SPEC154."""
    found = []
    for name, one in node.items():
        docs[f"time.{name}"] = one["doc"].text()
        integer = one["integer"].flag() if one["integer"].exists else None
        word = TimeWord(name, one["epoch"].text(), str(one["step"].data), one["leap_seconds"].flag(), integer)
        try:
            _ = word.unit
        except (ValueError, ZeroDivisionError) as error:
            context.problems.add("SPEC154", one.place, f"the unit {name!r}: {error}")
            continue
        found.append(word)
    return tuple(found)


def read_types(node: Node, context: Context, docs: dict[str, str]) -> tuple[PropertyType, ...]:
    """The types of properties; problems SPEC157 and SPEC161."""
    found: list[PropertyType] = []
    names: dict[str, str] = {}
    for name, one in node.items():
        table = isinstance(one.data, dict)
        kind = one["kind"].text() if table else one.text()
        if kind not in KINDS:
            hint = did_you_mean(kind, KINDS)
            place = one["kind"].place if table else one.place
            context.problems.add(
                "SPEC157", place, f"there is no kind {kind!r} of properties, known: {', '.join(KINDS)}", hint
            )
        if one["bits"].exists and kind != "integer":
            context.problems.add("SPEC157", one["bits"].place, "bits are for integers")
        for word in (name, *one["aliases"].texts()):
            if word in names:
                context.problems.add("SPEC161", one.key_place, f"{word!r} is the property type {names[word]!r} already")
            names[word] = name
        docs[f"type.{name}"] = one["doc"].text()
        found.append(PropertyType(name, kind, one["aliases"].texts(), one["bits"].integer(0)))
    return tuple(found)


def read_names(node: Node, context: Context) -> References:
    """The names of properties with a meaning; problem SPEC162."""
    names = node["names"]
    usual = References()
    patterns = {}
    for key in ("depend", "bundle", "plane"):
        patterns[key] = names[key].texts() or getattr(usual, key)
        for one in names[key].elements():
            if re.sub(r"\{\}", "", one.text(), count=1).count("{") or one.text().count("{}") != 1:
                context.problems.add(
                    "SPEC162", one.place, f"{one.text()!r} needs {{}} once, for the number of the dimension"
                )
    fill_below = node["fill_below"].maybe_number()
    return References(
        units=names["units"].text(usual.units),
        fill=names["fill"].text(usual.fill),
        name=names["name"].text(usual.name),
        label=names["label"].text(usual.label),
        companions=names["companions"].texts(),
        fill_below=float(fill_below) if fill_below is not None else None,
        **patterns,
    )


def read_enumeration(node: Node) -> EnumerationText:
    """How a property's text names an enumeration."""
    usual = EnumerationText()
    return EnumerationText(
        node["open"].text(usual.opening),
        node["close"].text(usual.closing),
        node["separators"].texts() or usual.separators,
        node["joint"].text(usual.joint),
    )


def read_writing(node: Node) -> Writing:
    """Habits of the encoder."""
    attributes = tuple((name, one.text()) for name, one in node["stream_attributes"].items())
    return Writing(node["inline_up_to"].integer(100), attributes, node["color"].text())


def read_checks(node: Node, context: Context) -> dict[str, str]:
    """Which rule each check of the kernel enforces; problem SPEC158."""
    for name, one in node.items():
        if name not in CHECKS:
            context.problems.add(
                "SPEC158", one.key_place, f"the kernel has no check {name!r}", did_you_mean(name, CHECKS)
            )
    return {name: context.cite(one) for name, one in node.items() if name in CHECKS}
