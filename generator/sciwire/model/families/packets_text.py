"""The carrier `descriptors: text` of the `packets` family: lines of text define the packets that follow.

The body holds the same frozen tables that the kernel reads (`sciwire.runtime.pipes`), so what is checked here
is what a codec does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sciwire.runtime.pipes import Bounds, Core, DataType, Lines, PrefixField

from ..context import Context
from ..ir import Record
from ..nodes import Node
from .packets_text_parts import read_bounds, read_lines, read_prefix, read_types
from .packets_text_words import read_checks, read_words

__all__ = ["TextPacketsBody", "load_text"]


@dataclass(frozen=True, slots=True)
class TextPacketsBody:
    """Everything of such a specification that its head does not hold.

    `errors` are class names by kind; `operations`, `constants` and `programs` are the names of the original by what
    the kernel calls them; `docs` the meaning of parts by a key such as ``type.double``.
    """

    prefix: tuple[PrefixField, ...]
    lines: Lines
    types: tuple[DataType, ...]
    order: str
    padding: int
    bounds: Bounds
    core: Core
    errors: Mapping[str, str]
    operations: Mapping[str, str]
    constants: Mapping[str, str]
    programs: Mapping[str, str]
    type_prefix: str
    checks: Mapping[str, str]
    docs: Mapping[str, str] = field(default_factory=dict)

    @property
    def records(self) -> tuple[Record, ...]:
        """The carrier has no records in the language of types."""
        return ()


def load_text(root: Node, context: Context) -> TextPacketsBody:
    """Read the body; problems go to the context."""
    docs: dict[str, str] = {}
    order = root["byte_order"].text("big")
    lines = read_lines(root["lines"], root["names"], context)
    return TextPacketsBody(
        prefix=read_prefix(root["prefix"], order, lines, context, docs),
        lines=lines,
        types=read_types(root["data_types"], lines, context, docs),
        order=order,
        padding=root["padding"].integer(1),
        bounds=read_bounds(root["bounds"]),
        core=Core(root["core"]["aligned"].flag(True), root["core"]["round"].integer(8)),
        errors=read_words("errors", root["errors"], context, inverse=True),
        operations=read_words("operations", root["operations"], context),
        constants=read_words("constants", root["constants"], context),
        programs=read_words("programs", root["programs"], context),
        type_prefix=root["type_constants"].text(),
        checks=read_checks(root["checks"], context),
        docs=docs,
    )
