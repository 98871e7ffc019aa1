"""Scenarios on larpix-control's functions for PACMAN messages, and its tables: ``parse`` and ``to_file`` one after the other.

What it has no function for (rows of many messages, a file of rows of a raw file) is done as its users do it, with its
own functions and nothing in between.
"""

from __future__ import annotations

import contextlib
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from .base import NotSupported, Refusal, Request
from .module_steps import ModuleSteps

__all__ = ["PacmanSteps", "refusing"]

_NEWEST = "2.4"
#: The attributes of its packets that come from a message.
_ATTRIBUTES = {
    "Packet_v2": ("io_group", "io_channel", "receipt_timestamp"),
    "TimestampPacket": ("timestamp", "io_group"),
    "SyncPacket": ("sync_type", "clk_source", "timestamp", "io_group"),
    "TriggerPacket": ("trigger_type", "timestamp", "io_group"),
}


def refusing(function: Callable[..., Any]) -> Callable[..., Any]:
    """*function*, whose every exception is a refusal of no category, caught by the names of its classes."""

    def call(*arguments: Any, **keywords: Any) -> Any:
        with _refused():
            return function(*arguments, **keywords)

    return call


@contextlib.contextmanager
def _refused() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except Exception as error:
            catches = [one.__name__ for one in type(error).__mro__]
            raise Refusal(None, message=f"{type(error).__name__}: {str(error)[:300]}", catches=catches) from error


class PacmanSteps(ModuleSteps):
    """The steps of one scenario on ``larpix.format.pacman_msg_format`` and what stands on it."""

    _FUNCTIONS = (
        "parse_header",
        "format_header",
        "parse_word",
        "format_word",
        "parse_msg",
        "format_msg",
        "parse",
        "format",
    )

    def __init__(self, adapter: Any, request: Request) -> None:
        super().__init__(import_module("larpix.format.pacman_msg_format"), adapter, request)
        self._own: dict[str, Callable[..., Any]] = {
            "to_packets": _to_packets,
            "raw_to_packets_file": _raw_to_packets_file,
        }

    def operation(self, name: str) -> Callable[..., Any]:
        if name in self._own:
            return refusing(self._own[name])
        if name not in self._FUNCTIONS:
            raise NotSupported(f"no operation {name!r}")
        function = getattr(self._module, name)

        def call(**arguments: Any) -> Any:
            with _refused():
                made = {key: self.made(one) for key, one in arguments.items()}
                if name != "format_word":
                    return function(**made)
                return function(made["msg_type"], made["word_type"], *made["data"])

        return call

    def told(self, value: Any) -> Any:
        names = _ATTRIBUTES.get(type(value).__name__)
        if names is not None:
            there = [name for name in names if name == "io_group" or hasattr(value, name)]
            word = {"word": bytes(value.bytes())} if type(value).__name__ == "Packet_v2" else {}
            return {
                "class": type(value).__name__,
                **word,
                **{name: self.told(getattr(value, name, None)) for name in there},
            }
        return super().told(value)

    def new(self, name: str, word: bytes | None) -> Any:
        kind = getattr(import_module("larpix"), name)
        if word is not None:
            return kind(word)
        return kind(**dict.fromkeys((one for one in _ATTRIBUTES[name] if one != "io_group"), 0))


def _to_packets(msgs: Sequence[bytes], io_groups: Sequence[int] | None = None, version: str = _NEWEST) -> Any:
    """The table that its file has."""
    import h5py

    groups = [None] * len(msgs) if io_groups is None else io_groups
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "packets.h5"))
        _write(zip(msgs, groups, strict=True), path, version)
        with h5py.File(path, "r") as file:
            packets: Any = file["packets"]
            return _columns(packets[:])


def _raw_to_packets_file(filename: Any, new_filename: Any, version: str = _NEWEST) -> int:
    read = import_module("larpix.format.rawhdf5format").from_rawfile(filename)
    return _write(zip(read["msgs"], read["msg_headers"]["io_groups"], strict=True), new_filename, version)


def _write(rows: Any, path: Any, version: str) -> int:
    parse = import_module("larpix.format.pacman_msg_format").parse
    packets = [packet for data, group in rows for packet in parse(bytes(data), io_group=group)]
    import_module("larpix.format.hdf5format").to_file(path, packets, version=version)
    return len(packets)


def _columns(table: Any) -> Mapping[str, Any]:
    return {name: table[name] for name in table.dtype.names}
