"""What can be wrong with a stream of text-described packets or with a request, and the four errors that say so.

The original library of such a format has four error codes; a specification names them, and a generated
module derives a class from each of the kinds here. A check's name is permanent: specifications tie their
numbered rules to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..errors import CodecError, DecodeError, EncodeError, LimitError, TruncatedError

__all__ = ["CHECKS", "KINDS", "ArgumentFault", "Faults", "IOFault", "Kinds", "MemoryFault", "StreamFault"]


class ArgumentFault(EncodeError):  # noqa: N818 - a fault, which a format names
    """A request that can't be met: an illegal name, type, extent or place, or work out of order."""


class StreamFault(DecodeError):  # noqa: N818 - a fault, which a format names
    """A stream whose definitions are not what the specification says, or an image that holds nothing."""


class IOFault(TruncatedError, OSError):  # noqa: N818 - a fault, which a format names
    """A stream that ends inside its header or a packet, or a source or target that fails."""


class MemoryFault(LimitError, MemoryError):  # noqa: N818 - a fault, which a format names
    """More memory than there is, or than the caller's limits allow."""


class Kinds(NamedTuple):
    """The classes that the errors of one format have."""

    argument: type[ArgumentFault] = ArgumentFault
    stream: type[StreamFault] = StreamFault
    io: type[IOFault] = IOFault
    memory: type[MemoryFault] = MemoryFault


#: the words by which a specification names the kinds
KINDS = Kinds._fields

#: check -> (kind, category)
CHECKS: Mapping[str, tuple[str, str]] = {
    # the prefix: what stands in front of the lines
    "magic": ("stream", "framing"),
    "byte_order": ("stream", "framing"),
    "version": ("stream", "version"),
    "constant": ("stream", "unsupported"),  # a number that must be what the specification says
    "cut": ("io", "truncated"),  # the bytes end inside the header
    "header_limit": ("memory", "limit"),  # more definitions, text or data than the limits allow
    # lines
    "line_count": ("stream", "framing"),  # another number of lines than the prefix says
    "line_end": ("stream", "framing"),  # the text does not end with a line
    "line_form": ("stream", "syntax"),
    "type": ("stream", "type"),  # a word that names no type
    "name": ("stream", "constraint"),
    "duplicate": ("stream", "constraint"),  # two packet fields of one name
    "extent": ("stream", "constraint"),  # 0, a leading zero, too many dimensions or elements
    # sizes and data
    "header_length": ("stream", "size"),
    "packet_length": ("stream", "size"),
    "padding": ("stream", "framing"),
    "packet_cut": ("io", "truncated"),  # the last packet is not whole
    "trailing": ("stream", "framing"),  # bytes behind the header of a stream that has no packet fields
    # requests
    "argument": ("argument", "constraint"),
    "argument_type": ("argument", "type"),
    "submatrix": ("argument", "size"),
    "order": ("argument", "state"),  # definitions after map, packets before it, a second input
    "input_emptied": ("stream", "state"),  # every input field was deleted
    "output_emptied": ("stream", "state"),  # every field of one output was deleted
    "io": ("io", "io"),
    "write_limit": ("argument", "size"),  # a length or a count that its field can't hold
    "value": ("argument", "type"),  # a value that a field can't hold
}


class Faults:
    """Makes the errors of one format: each cites the rule that the specification ties to its check."""

    __slots__ = ("_kinds", "_rules", "_subject")

    def __init__(self, rules: Mapping[str, str], subject: str, kinds: Kinds) -> None:
        unknown = sorted(set(rules) - set(CHECKS))
        if unknown:
            raise ValueError(f"no check is called {', '.join(unknown)}")
        self._rules, self._subject, self._kinds = dict(rules), subject, kinds

    def rule(self, check: str) -> str:
        """The id of the rule that *check* enforces, or an empty text."""
        return self._rules.get(check, "")

    def make(self, check: str, problem: str, *, path: str = "", at: int | None = None, needed: int = 1) -> CodecError:
        """The error of *check*; *needed* bytes are missing where the check is about an end that comes too early."""
        word, category = CHECKS[check]
        where: dict[str, Any] = {"category": category, "path": path, "at": at, "rule": self.rule(check)}
        where["subject"] = self._subject
        kind: type[CodecError] = getattr(self._kinds, word)
        return kind(problem, needed=needed, **where) if issubclass(kind, TruncatedError) else kind(problem, **where)
