"""Where an item stands in the caller's bytes, worked out only when an error has to say it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sciwire.runtime.errors import DecodeError
from sciwire.runtime.value import Value

__all__ = ["Place"]

# a fault that a format has no rule of its own for cites the rule of the wider one
_WIDER = {
    "lz4_block": "blocks",
    "product": "size",
    "missing": "blocks",
    "expansion": "blocks",
    "tail": "blocks",
    "element_size": "header",
    "count": "size",
    "reserved": "dtype",
    "payload": "size",
    "multiple": "size",
    "content": "elements",
    "compressed": "algorithm",
}


class Place(Value):
    """The place of a value: its field *path*, and what is needed to find offsets in *data*.

    Attributes
    ----------
    path : as errors show it, ``data.threshold_1``; or what `str` makes that of, when there is an error.
    data : the bytes that the item was decoded from; None where offsets can't be had.
    start : offset in *data* of the item that *steps* lead down from.
    steps : map keys and array indices from there to the value, for `sciwire.runtime.cbor.locate`.
    rule : id of the requirement that an error names when *rules* has no better one.
    rules : ids by fault: ``compressed algorithm element_size header payload block_size blocks missing expansion tail
        lz4_block product trailing limit`` for payloads, each also as ``fault.algorithm`` for one algorithm alone;
        ``array dimensions zero size multiple dtype reserved elements count content`` for arrays.
    algorithms : the compressions that the format reads, all where empty; `algorithm_rule` says so.
    known : what `locate` learned of *data*; one for all places in them, so that many errors cost what one does.
    """

    path: Any = ""
    data: Any = None
    start: int = 0
    steps: tuple[str | int, ...] = ()
    rule: str = ""
    rules: Mapping[str, str] = MappingProxyType({})
    algorithms: tuple[str, ...] = ()
    algorithm_rule: str = ""
    known: Any = None

    def at(self, *steps: str | int, tags: int = 0) -> int | None:
        """Return the offset of the item at *steps* below this place, behind *tags* of its tags."""
        if self.data is None:
            return None
        from sciwire.runtime.cbor.locate import locate

        return locate(self.data, (*self.steps, *steps), self.start, tags=tags, known=self.known)

    def below(self, *steps: str | int) -> Place:
        """Return the place of what *steps* lead to from here; the path stays that of the field."""
        # as `but`, and faster: every n-d array makes one
        of_format = (self.rule, self.rules, self.algorithms, self.algorithm_rule, self.known)
        return Place(self.path, self.data, self.start, (*self.steps, *steps), *of_format)

    def detached(self) -> Place:
        """Return the place without the bytes, as it can be pickled."""
        of_format = (self.rule, dict(self.rules), self.algorithms, self.algorithm_rule)
        return Place(str(self.path), None, 0, (), *of_format)

    def of(self, view: memoryview) -> int | None:
        """Return the offset of *view* in the data, or of the item here when *view* is a copy."""
        if self.data is None:
            return None
        from sciwire.runtime.cbor.locate import offset_of

        offset = offset_of(view, self.data)
        return self.at() if offset is None else offset

    def error(
        self, fault: str, problem: str, category: str, at: int | None, kind: type[DecodeError] = DecodeError
    ) -> DecodeError:
        """Return (not raise) an error of *kind* here, with the rule for *fault* (or ``fault.algorithm``), its `check`."""
        error = kind(problem, category=category, path=str(self.path), at=at, rule=self._cited(fault))
        error.check = fault
        return error

    def _cited(self, fault: str) -> str:
        plain, _, algorithm = fault.partition(".")
        for word in (plain, _WIDER.get(plain, "")):
            if algorithm and (rule := self.rules.get(f"{word}.{algorithm}")):
                return rule
            if rule := self.rules.get(word):
                return rule
        return self.rule
