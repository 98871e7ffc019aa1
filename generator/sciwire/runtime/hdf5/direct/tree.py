"""A whole file: its datasets by path."""

from __future__ import annotations

import struct

from ...errors import CodecError, DecodeError, LimitError
from ...limits import Limits
from ..faults import dotted
from ..source import RawBytes
from . import groups
from .budget import Budget
from .cursor import Cursor, framing
from .datasets import Stored
from .groups import Link, links_of, messages_of

__all__ = ["DirectFile"]

_ROOT = {0: 56, 1: 60}  # where the root's entry stands, by version of the superblock


class DirectFile:
    """The file in *raw*, whose superblock of version 0 or 1 is checked already (`superblock.parse`)."""

    def __init__(self, raw: RawBytes, version: int, limits: Limits) -> None:
        self._raw, self._limits = raw, limits
        head = Cursor(raw.read(0, min(raw.size, 104)), "the superblock", _ROOT[version])
        _, self._root = struct.unpack("<QQ", head.take(16))
        self._budget = Budget(raw.size, limits)
        self._found: dict[str, int] = {}
        self._headers: dict[int, list[groups.Message]] = {}
        self._stored: dict[int, Stored] = {}

    def paths(self) -> list[str]:
        """The paths of all datasets, sorted; soft links and links out of the file are passed over."""
        found: list[str] = []
        seen = {self._root}  # a link may lead back to a group above
        waiting = [("", self._root)]
        while waiting:
            path, address = waiting.pop()
            for link in self._links(path, self._messages(path or "/", address)):
                here = f"{path}/{link.name}"
                self._afford_path(here)
                if link.address is None or "/" in link.name or link.name == ".":
                    continue
                if _is_dataset(self._messages(here, link.address)):
                    self._found[here] = link.address
                    found.append(here)
                elif link.address not in seen:
                    seen.add(link.address)
                    self._check_depth(here)
                    waiting.append((here, link.address))
                if len(found) + len(waiting) > self._limits.datasets:
                    raise _limit(here, f"more than {self._limits.datasets} objects, the limit datasets")
        return sorted(found)

    def dataset(self, path: str) -> Stored | None:
        """The dataset at *path*, None where there is nothing. DecodeError for a group, or a link out of the file."""
        address = self._found.get(path) or self._walk(path)
        if address is None:
            return None
        messages = self._messages(path, address)
        try:
            if not _is_dataset(messages):
                raise DecodeError("a dataset is expected, found a group", category="type")
            if address not in self._stored:
                self._stored[address] = Stored(self._raw, messages, self._limits, self._budget)
            return self._stored[address]
        except KeyError as error:
            raise _named(framing("the dataset lacks a part of its description"), path) from error
        except CodecError as error:
            raise _named(error, path) from error.__cause__

    def _walk(self, path: str) -> int | None:
        address: int = self._root
        walked = ""
        for name in path.strip("/").split("/"):
            messages = self._messages(walked or "/", address)
            link = next((one for one in self._links(walked, messages) if one.name == name), None)
            walked += f"/{name}"
            if link is None or (link.address is None and not link.outside):
                return None
            if link.address is None:
                problem = "the object lies in another file, which is not followed"
                raise _named(framing(problem, "unsupported"), walked)
            address = link.address
        return address

    def _messages(self, path: str, address: int) -> list[groups.Message]:
        """The messages of an object header, which is read once however many names it has."""
        found = self._headers.get(address)
        if found is None:
            try:
                found = self._headers[address] = messages_of(self._raw, address)
                self._budget.parts(len(found))
            except CodecError as error:
                raise _named(error, path) from error.__cause__
        return found

    def _afford_path(self, path: str) -> None:
        try:
            self._budget.parts(1)
            self._budget.text(path)
        except CodecError as error:
            raise _named(error, "/") from error.__cause__

    def _links(self, path: str, messages: list[groups.Message]) -> list[Link]:
        """The entries of a group; of anything else none."""
        found: list[Link] = []
        try:
            for link in links_of(self._raw, messages, self._limits) or ():
                found.append(link)
                if len(found) > self._limits.datasets:
                    raise _limit(path, f"more than {self._limits.datasets} objects, the limit datasets")
        except CodecError as error:
            raise _named(error, path or "/") from error.__cause__
        return found

    def _check_depth(self, path: str) -> None:
        if path.count("/") > self._limits.depth:
            raise _limit(path, f"groups are nested more than {self._limits.depth} deep")


def _is_dataset(messages: list[groups.Message]) -> bool:
    return any(one.kind == groups.LAYOUT for one in messages)


def _named(error: CodecError, path: str) -> CodecError:
    """The error with the object at fault."""
    error.at = path if error.at is None else error.at
    error.path = error.path or dotted(path)
    return error


def _limit(path: str, problem: str) -> CodecError:
    return _named(LimitError(problem), path)
