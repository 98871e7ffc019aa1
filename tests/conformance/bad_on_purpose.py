"""Our codecs with one fault each, for each kind of case one that it must find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sciwire.conformance.adapters.base import Refusal, Request, Value
from sciwire.conformance.adapters.sciwire_formats import SciwireAdapter
from sciwire.runtime import CodecError

__all__ = ["CitesAnother", "Crashes", "LosesPackets", "LosesWords", "MixesColumns", "Swallows", "WritesNoTime"]


class _Ours(SciwireAdapter):
    def __init__(self) -> None:
        super().__init__(("bpipe", "chunks", "pacman"))


class LosesWords(_Ours):
    """The last word of a message is not read."""

    def decode(self, request: Request) -> Any:
        found = super().decode(request)
        value = found.value if isinstance(found, Value) else found
        return {**value, "words": value["words"][:-1]}


class Swallows(_Ours):
    """What is wrong is an empty message, or what was good of it."""

    def decode(self, request: Request) -> Any:
        try:
            return super().decode(request)
        except CodecError:
            return {"type": "DATA", "timestamp": 0, "words": []}


class WritesNoTime(_Ours):
    def encode(self, request: Request) -> bytes | Sequence[bytes]:
        return super().encode(Request("encode", request.id, "pacman", value={**request.value, "timestamp": 0}))


class CitesAnother(_Ours):
    """Every refusal names a rule that has nothing to do with it."""

    def decode(self, request: Request) -> Any:
        try:
            return super().decode(request)
        except CodecError as error:
            raise Refusal(error.category, path=error.path, at=error.at, rule="PAC-099") from error


class Crashes(_Ours):
    """Where something is wrong it raises what nobody promised."""

    def decode(self, request: Request) -> Any:
        try:
            return super().decode(request)
        except CodecError as error:
            raise KeyError("words") from error


class MixesColumns(_Ours):
    """Of a table the columns of io group and io channel are each other's."""

    def call(self, request: Request) -> Sequence[Mapping[str, Any]]:
        results = [dict(one) for one in super().call(request)]
        for one in results:
            table = one.get("value")
            if isinstance(table, dict) and "io_group" in table and "io_channel" in table:
                one["value"] = {**table, "io_group": table["io_channel"], "io_channel": table["io_group"]}
        return results


class LosesPackets(_Ours):
    """A pipe says one packet too many."""

    def call(self, request: Request) -> Sequence[Mapping[str, Any]]:
        steps = zip(request.steps, super().call(request), strict=True)
        return [{"value": one["value"] + 1} if step["op"] == "copy" and "value" in one else one for step, one in steps]
