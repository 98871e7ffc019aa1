"""Messages on their way out at the speed that is asked for: those of a capture, or any others."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .capture_reading import CaptureReader
from .received import Buffer, Received
from .sending import Sender

__all__ = ["Rate", "Replayed", "Replayer", "send_all"]

Rate = float | Literal["as-recorded", "max"]
_TICK = 0.1  # seconds after which a pause looks whether it was to end


@dataclass(slots=True)
class Replayed:
    """What was sent: messages, bytes in their parts, seconds it took; `late` is how far the last one was behind its time."""

    messages: int = 0
    size: int = 0
    seconds: float = 0.0
    late: float = 0.0
    rounds: int = 0


class Replayer:
    """Sends the messages of a capture again.

    Parameters
    ----------
    capture : a `CaptureReader`, or the path of a capture.
    sender : where to.
    rate : messages a second, ``as-recorded`` for the distances of the capture, or ``max``.
    loop : how many times, 0 for ever.
    """

    def __init__(self, capture: Any, sender: Sender, *, rate: Rate = "as-recorded", loop: int = 1) -> None:
        self._owned = not isinstance(capture, CaptureReader)
        self.capture = CaptureReader(capture) if self._owned else capture
        self.sender = sender
        self.rate: Rate = rate
        self.loop = loop

    def run(self, on_step: Callable[[Replayed], None] | None = None) -> Replayed:
        """Wait for a receiver and send; what was sent is returned. Raises `NoReceiverError`, `DecodeError`."""
        done = Replayed()
        step = None if on_step is None else lambda: on_step(done)
        try:
            while not self.sender.stopped and (not self.loop or done.rounds < self.loop):
                before = done.messages
                send_all(self.sender, self.capture, self.rate, done, step)
                done.rounds += 1
                if done.messages == before:
                    break  # an empty capture would turn for ever
        finally:
            if self._owned:
                self.capture.close()
        return done


def send_all(
    sender: Sender, messages: Iterable[Received | Sequence[Buffer]], rate: Rate, done: Replayed | None = None,
    on_step: Callable[[], None] | None = None,
) -> Replayed:  # fmt: skip
    """Send *messages* at *rate*, the first at once; adds to *done* and returns it. Ends early where the sender is stopped."""
    done = done or Replayed()
    if not sender.wait():
        return done
    step = on_step
    begin: float | None = None  # making the first message is not part of the time
    past = done.seconds
    for due, parts in _timed(messages, rate):
        begin = time.monotonic() if begin is None else begin
        if due is not None and not _pause(sender, begin + due, step):
            break
        if not sender.send(parts, step):
            break
        now = time.monotonic()
        done.messages, done.size, done.seconds = sender.sent, sender.size, past + now - begin
        done.late = 0.0 if due is None else max(0.0, now - begin - due)
        if step is not None:
            step()
    return done


def _timed(
    messages: Iterable[Received | Sequence[Buffer]], rate: Rate
) -> Iterator[tuple[float | None, Sequence[Buffer]]]:
    """Each message with the seconds after the first at which it is due."""
    first: int | None = None
    for number, message in enumerate(messages):
        parts: Sequence[Buffer] = message.parts if isinstance(message, Received) else message
        if isinstance(rate, (int, float)):
            yield number / rate, parts
        elif rate == "as-recorded" and isinstance(message, Received):
            first = message.elapsed if first is None else first
            yield (message.elapsed - first) / 1e9, parts
        else:
            yield None, parts


def _pause(sender: Sender, until: float, step: Callable[[], None] | None) -> bool:
    """Sleep; False where the sender was stopped meanwhile."""
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(left, _TICK))
        if sender.stopped:
            return False
        if left > _TICK and step is not None:
            step()
    return not sender.stopped
