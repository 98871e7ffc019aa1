"""Implementations of the toy format: the one that is right, from `right`, and many that are wrong in one way each."""

from __future__ import annotations

import base64
import itertools
import os
import struct
import sys
import time
from collections.abc import Mapping
from typing import Any

import numpy as np
from right import Good as Good  # the adapter `miniatures:Good`

from sciwire.conformance.adapters.base import NotSupported, Refusal, Request
from sciwire.runtime import plain


class AlwaysWrong(Good):
    def read(self, data: bytes) -> Any:
        super().read(data)
        return {"items": plain.to_plain(np.array([1, 1, 2], "<u2"))}


class WrongByteOrder(Good):
    """Reads the numbers as big-endian, and writes them so."""

    def read(self, data: bytes) -> Any:
        items = plain.from_plain(super().read(data)["items"])
        return {"items": plain.to_plain(items.view(">u2"))}


class OffByOne(Good):
    """Leaves out the last number."""

    def read(self, data: bytes) -> Any:
        items = plain.from_plain(super().read(data)["items"])
        return {"items": plain.to_plain(items[:-1])}


class WrongType(Good):
    """Gives a list where an array is due."""

    def read(self, data: bytes) -> Any:
        return {"items": plain.from_plain(super().read(data)["items"]).tolist()}

    def encode(self, request: Request) -> bytes:
        items = plain.from_plain(request.value)["items"]
        return b"T" + struct.pack("<H", len(items)) + np.asarray(items, "<u2").tobytes()


class SwallowsErrors(Good):
    """Gives an empty value in place of a refusal."""

    def read(self, data: bytes) -> Any:
        try:
            return super().read(data)
        except Refusal:
            return {"items": plain.to_plain(np.array([], "<u2"))}


class ReturnsPartial(Good):
    """Gives the numbers that are there when some are missing."""

    def read(self, data: bytes) -> Any:
        try:
            return super().read(data)
        except Refusal as error:
            if error.category != "truncated":
                raise
            return {"items": plain.to_plain(np.frombuffer(data[3 : 3 + (len(data) - 3) // 2 * 2], "<u2"))}


class AlwaysTruncated(Good):
    """Refuses everything as cut short."""

    def read(self, data: bytes) -> Any:
        raise Refusal("truncated", path="items", at=3, rule=self.rule)


class WrongCategory(Good):
    def refusal(self, category: str | None, path: str | None, at: int | None) -> Exception:
        return super().refusal("checksum", path, at)


class NoCategory(Good):
    def refusal(self, category: str | None, path: str | None, at: int | None) -> Exception:
        return super().refusal(None, path, at)


class WrongPath(Good):
    def refusal(self, category: str | None, path: str | None, at: int | None) -> Exception:
        return super().refusal(category, "elsewhere", at)


class WrongOffset(Good):
    def refusal(self, category: str | None, path: str | None, at: int | None) -> Exception:
        return super().refusal(category, path, None if at is None else at + 1)


class ForgetsOffset(Good):
    """Promises to say where, and does not."""

    def refusal(self, category: str | None, path: str | None, at: int | None) -> Exception:
        return super().refusal(category, path, None)


class SaysNoPlace(Good):
    """Says what is wrong and not where, and does not promise to."""

    reports = ("category",)

    def refusal(self, category: str | None, path: str | None, at: int | None) -> Exception:
        return super().refusal(category, None, None)


class WrongRule(Good):
    """Cites another requirement than the one that is broken."""

    rule = "TOY-001"


class ForgetsRule(Good):
    """Promises to say which requirement is broken, and does not."""

    rule = None


class SaysNoRule(Good):
    """Does not promise it, either."""

    reports = ("category", "path", "offset")
    rule = None


class GuessesRule(Good):
    """Cites another requirement, without a promise that it would cite any."""

    reports = ("category", "path", "offset")
    rule = "TOY-001"


class RaisesForeign(Good):
    """Lets the exception of its own library through."""

    def refusal(self, category: str | None, path: str | None, at: int | None) -> Exception:
        return KeyError("count")


class Hangs(Good):
    """Never answers about what is cut short."""

    def read(self, data: bytes) -> Any:
        try:
            return super().read(data)
        except Refusal as error:
            while error.category == "truncated":
                time.sleep(0.01)
            raise


class Exits(Good):
    def refusal(self, category: str | None, path: str | None, at: int | None) -> Exception:
        sys.exit(3)


class NotCanonical(Good):
    def read(self, data: bytes) -> Any:
        super().read(data)
        return {"items": {"$nd": {"dtype": "object", "shape": [1], "data": ""}}}


class ShortArray(Good):
    """Gives an array that is shorter than it says, which no schema can tell."""

    def read(self, data: bytes) -> Any:
        super().read(data)
        return {"items": {"$nd": {"dtype": "<u2", "shape": [1], "data": ""}}}


class InventsCategory(Good):
    """Refuses with a word that the protocol does not have."""

    def refusal(self, category: str | None, path: str | None, at: int | None) -> Exception:
        return super().refusal("wrong", path, at)


class NegativeOffset(Good):
    """Counts from the end."""

    def refusal(self, category: str | None, path: str | None, at: int | None) -> Exception:
        return super().refusal(category, path, -5)


class ForgetsOnEncode(Good):
    """Writes a zero in place of the last number."""

    def encode(self, request: Request) -> bytes:
        data = super().encode(request)
        return data if len(data) == 3 else data[:-2] + b"\0\0"


class WritesRubbish(Good):
    def encode(self, request: Request) -> bytes:
        return b"X"


class RefusesToEncode(Good):
    def encode(self, request: Request) -> bytes:
        raise Refusal("constraint", message="not today")


class ChangesItsInput(Good):
    """Empties the value that it was given to write, after writing zeros."""

    def encode(self, request: Request) -> bytes:
        data = super().encode(request)
        request.value["items"]["$nd"]["data"] = base64.b64encode(bytes(len(data) - 3)).decode()
        return data[:3] + bytes(len(data) - 3)


class SplitDependent(Good):
    """Loses what it has when a piece is a single byte."""

    def joined(self, request: Request) -> bytes:
        data = super().joined(request)
        points = [0, *(request.splits or ()), len(data)]
        pieces = [data[start:end] for start, end in itertools.pairwise(points)]
        return b"".join(piece for piece in pieces if len(piece) != 1) if request.splits else data


class DecodesOnly(Good):
    can = ("decode",)


class DoesNotWantTo(Good):
    def decode(self, request: Request) -> Any:
        raise NotSupported("no toys here", "https://example.org/1")


class DoesNotStart(Good):
    def start(self) -> Mapping[str, Any]:
        raise OSError("no licence")


class OtherVersion(Good):
    def start(self) -> Mapping[str, Any]:
        about = super().start()
        return {**about, "formats": {"toy": {**about["formats"]["toy"], "versions": ["2"]}}}


class Dies(Good):
    """Ends the process without a word when it should refuse (only for a process of its own)."""

    def refusal(self, category: str | None, path: str | None, at: int | None) -> Exception:
        print("about to die", file=sys.stderr, flush=True)
        os._exit(7)


class Chatty(Good):
    """Prints to stdout with every answer (only for a process of its own)."""

    def read(self, data: bytes) -> Any:
        print("reading", len(data))
        return super().read(data)


class FloodsStderr(Good):
    """Writes 8 MB to stderr with every answer (only for a process of its own)."""

    def read(self, data: bytes) -> Any:
        for _ in range(128):
            sys.stderr.write("x" * 65535 + "\n")
        return super().read(data)
