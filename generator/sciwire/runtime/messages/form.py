"""What a specification says of all its messages, as the generated module states it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sciwire.runtime.limits import DEFAULT_LIMITS, Limits
from sciwire.runtime.value import Value

from .context import STRICT, Compression, Payload, Prefix, PrefixBytes, Reading, Refusal, Tolerance
from .fault import Key
from .records import RecordOf

if TYPE_CHECKING:
    from .direct import DirectForm

__all__ = ["Format"]


class Format(Value):
    """What a specification says of all its messages; `records` maps discriminator values to messages.

    Messages of the `layout` array are arrays whose items stand in the order of `positions`.
    """

    name: str
    records: Mapping[str | int | None, RecordOf[Any]]
    discriminator: str | int | None = None
    discriminator_rule: str = ""
    keys: tuple[str, str] = ("text", "")
    prefix: Prefix | None = None
    prefix_bytes: PrefixBytes | None = None
    recognised_by: tuple[str, ...] = ()
    tolerance: Tolerance = STRICT
    compression: Compression | None = None
    array_rules: Mapping[str, str] = MappingProxyType({})
    refusals: tuple[Refusal, ...] = ()
    options: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    limits: Limits = DEFAULT_LIMITS
    layout: str = "map"

    @cached_property
    def payloads(self) -> Mapping[type, tuple[Payload, ...]]:
        """The payloads of those messages that have some, by class."""
        return {record.cls: record.payloads for record in self.records.values() if record.payloads}

    @cached_property
    def positions(self) -> Mapping[Any, Mapping[str | int, Key]]:
        """Of each kind of message that is an array: the key of each field, and of the discriminator, in order."""
        at = self.discriminator
        orders = {
            kind: (*one.keys[:at], at, *one.keys[at:]) if isinstance(at, int) else one.keys
            for kind, one in self.records.items()
        }
        return {kind: {key: Key(index, str(key)) for index, key in enumerate(keys)} for kind, keys in orders.items()}

    @cached_property
    def direct(self) -> DirectForm:
        """What reads messages straight from their bytes, where all in them is as usual."""
        from .direct import DirectForm

        return DirectForm(self)

    def reading(
        self, limits: Limits | None, *, base: memoryview | None = None, lazy: bool = False, keep: bool = False
    ) -> Reading:
        return Reading(
            base=base if base is not None else memoryview(b""),
            limits=limits or self.limits,
            tolerance=self.tolerance,
            compression=self.compression,
            size_rule=self.array_rules.get("size", ""),
            array_rules=self.array_rules,
            lazy=lazy,
            keep=keep,
        )
