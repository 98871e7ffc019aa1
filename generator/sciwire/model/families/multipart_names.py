"""The names of classes in a module of the `multipart` family."""

from __future__ import annotations

from collections import Counter

from ..names import class_name
from ..nodes import Node
from ..taken import TAKEN

__all__ = ["class_of", "names_said_twice"]


def class_of(label: str, kind: str) -> str:
    """The class of a *kind* (``Part``, ``Message``) that the specification calls *label*: ``source`` gives ``SourcePart``."""
    name = class_name(label)
    return f"{name}{kind}" if name in TAKEN["multipart"] else name


def names_said_twice(root: Node) -> frozenset[str]:
    """Classes that several parts, or a part and a message or type, would have: parts then say their message too."""
    names = Counter(class_name(name) for name, _ in root["types"].items())
    for name, message in root["messages"].items():
        names[message["class"].text() or class_of(name, "Message")] += 1
        for label, part in message["parts"].items():
            if part["kind"].text("json") == "json":
                names[part["class"].text() or class_of(label, "Part")] += 1
    return frozenset(name for name, count in names.items() if count > 1)
