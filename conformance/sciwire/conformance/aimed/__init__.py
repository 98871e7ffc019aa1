"""Valid messages with one thing made wrong: a length, a count, an id, a tag, an offset, a checksum, an end.

Each mutation knows what must become of it: ``refuse`` where a rule of every such format is broken (a length beyond
the end, a chunk that is none, a count that does not fit), ``either`` where it may have made another valid message.
Either way there is an answer: no crash, no hang, and a value that is given is canonical.
"""

from __future__ import annotations

from .check import aimed, aimed_cases
from .mutations import Mutation, mutations

__all__ = ["Mutation", "aimed", "aimed_cases", "mutations"]
