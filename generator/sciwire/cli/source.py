"""The bytes of what a command was given: files are mapped, what has no size is read up to a bound, devices are refused."""

from __future__ import annotations

import mmap
import os
import select
import stat
import sys
from pathlib import Path
from typing import Any

import click

from sciwire.runtime.limits import DEFAULT_LIMITS

__all__ = ["MOST", "read_source"]

#: bytes that are taken from what has no size, and that a command makes text of
MOST = DEFAULT_LIMITS.total_bytes

_PIECE = 1 << 20
_PATIENCE = 1000  # milliseconds before it is said that nothing has come yet
_ENDLESS = {stat.S_ISCHR: "a device", stat.S_ISBLK: "a disk"}


def read_source(file: Path) -> tuple[Any, bool]:
    """The bytes of *file* (``-`` for standard input), and whether it is a file on a disk; UsageError where it can't be read.

    A file takes no memory, however large it is. Pipes and the like are read to their end, which must come before `MOST`
    bytes and half of the memory that is free; devices have none.
    """
    if str(file) == "-":
        return _standard_input(), False
    try:
        mode = file.stat().st_mode
        for is_one, what in _ENDLESS.items():
            if is_one(mode) and not _is_null(file):
                text = f"{file} is {what}, which has no end: copy what is meant into a file"
                raise click.UsageError(text)
        # a pipe is opened at once, and not when its writer comes
        handle = os.open(file, os.O_RDONLY | (os.O_NONBLOCK if stat.S_ISFIFO(mode) else 0))
        try:
            if stat.S_ISFIFO(mode):
                _await_writer(handle, file)
            return _mapped_or_read(handle, str(file)), stat.S_ISREG(mode)
        finally:
            os.close(handle)
    except OSError as error:
        raise click.UsageError(f"{file}: {error.strerror}") from error


def _standard_input() -> Any:
    try:
        handle = sys.stdin.buffer.fileno()
    except OSError:  # something in its place, that is no file of the system
        return sys.stdin.buffer.read()
    begin = os.lseek(handle, 0, os.SEEK_CUR) if stat.S_ISREG(os.fstat(handle).st_mode) else 0
    return _mapped_or_read(handle, "standard input")[begin:]


def _mapped_or_read(handle: int, name: str) -> Any:
    try:
        return memoryview(mmap.mmap(handle, 0, access=mmap.ACCESS_READ))
    except (ValueError, OSError):  # an empty file can't be mapped, nor can a pipe
        return _read(handle, name)


def _read(handle: int, name: str) -> bytes:
    from sciwire.stream.memory import available

    most = min(MOST, available() // 2)
    data = bytearray()
    while len(data) <= most:
        piece = os.read(handle, _PIECE)
        if not piece:
            return bytes(data)
        data += piece
    text = f"{name} has more than {most:,} bytes, and no size that could be known: save it to a file, which takes no memory"
    raise click.UsageError(text)


def _await_writer(handle: int, file: Path) -> None:
    """Wait until something was written to the named pipe *handle*, and say so where that takes long."""
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    if not poll.poll(_PATIENCE):
        click.echo(f"{file} is a pipe, nothing was written to it yet: waiting", err=True)
        poll.poll()
    os.set_blocking(handle, True)


def _is_null(file: Path) -> bool:
    return file.samefile(os.devnull)
