"""What the commands of live streams share: numbers as people read them, a line that is renewed, signals that stop."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

__all__ = ["Status", "amount", "needs_sockets", "rate_of", "seconds", "sized", "stopping"]

_RENEWED = 0.5  # seconds between two states of the line
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12, "ki": 2**10, "mi": 2**20, "gi": 2**30, "ti": 2**40}


class Status:
    """A line on standard error that is renewed in place on a terminal, and not written elsewhere."""

    def __init__(self, quiet: bool = False) -> None:
        self._shown = sys.stderr.isatty() and not quiet
        self._width = 0
        self._next = 0.0
        self._last = (time.monotonic(), 0, 0)

    def show(self, messages: int, size: int, more: str = "") -> None:
        """Renew the line: what there is so far, and how much of it came in the last moments."""
        now = time.monotonic()
        if not self._shown or now < self._next:
            return
        then, before, size_before = self._last
        past = max(now - then, 1e-9)
        self._last, self._next = (now, messages, size), now + _RENEWED
        rate = f"{(messages - before) / past:,.0f}/s, {amount((size - size_before) / past)}/s"
        text = f"{messages:,} messages, {amount(size)} ({rate}){more}"
        click.echo(f"\r{text:<{self._width}}", nl=False, err=True)
        self._width = len(text)

    def say(self, text: str) -> None:
        """A line of its own, which stays."""
        self.clear()
        click.echo(text, err=True)

    def clear(self) -> None:
        """Take the renewed line away."""
        if self._width:
            click.echo(f"\r{'':<{self._width}}\r", nl=False, err=True)
            self._width = 0


def amount(size: float) -> str:
    """Bytes as people read them: ``12.3 MB``."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} B" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.2f} TB"


def sized(_: click.Context, __: click.Parameter, said: str) -> int:
    """``64M``, ``1.5GB`` or ``4GiB`` as bytes."""
    text = said.strip().lower().removesuffix("b")
    digits = text.rstrip("kmgti")
    try:
        size = int(float(digits) * _UNITS[text[len(digits) :]])
    except (ValueError, KeyError, OverflowError):
        raise click.BadParameter(f"{said!r} is no number of bytes such as 64M, 1.5GB or 4GiB") from None
    if not 0 < size < 2**62:
        raise click.BadParameter(f"{said!r} is not between 1 byte and 4 EiB")
    return size


def rate_of(_: click.Context, __: click.Parameter, said: str) -> Any:
    """A positive number, ``as-recorded`` or ``max``."""
    if said in ("as-recorded", "max"):
        return said
    try:
        rate = float(said)
    except ValueError:
        rate = 0.0
    if not 0 < rate < 1e9:
        raise click.BadParameter(f"{said!r} is no rate: messages a second, as-recorded or max")
    return rate


def seconds(past: float) -> str:
    """A duration as people read it."""
    return f"{past:.2f} s" if past < 100 else f"{past:,.0f} s"


@contextmanager
def stopping(stop: Callable[[], None]) -> Iterator[None]:
    """Let SIGINT and SIGTERM call *stop* in place of ending the process; a second SIGINT ends it at once."""

    def handle(number: int, _: object) -> None:
        stop()
        if number == signal.SIGINT:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def needs_sockets() -> Iterator[None]:
    """Say what is missing where pyzmq is, and what is wrong with an endpoint, as faults of the command line."""
    from sciwire.stream import StreamUnavailable

    try:
        yield
    except (StreamUnavailable, OSError) as error:
        raise click.UsageError(str(getattr(error, "strerror", None) or error)) from error
