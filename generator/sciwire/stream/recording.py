"""From a listener into a capture: every message that was taken out of the socket is written, or named as lost."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from .capture_writing import CaptureWriteError, CaptureWriter
from .kinds import Tally
from .listening import Listener
from .received import Received, Refusal

__all__ = ["Recorded", "record"]

_MOST_4, _MOST_8 = (1 << 32) - 1, (1 << 64) - 1  # that the fields of a refusal hold
_TOGETHER, _TOGETHER_SIZE = 64, 1 << 18  # messages, and bytes of them, that wait already and are written in one call
_TICK = 0.2  # seconds between two calls of `on_step` where nothing comes


@dataclass(slots=True)
class Recorded:
    """What a recording came to.

    reason : ``count``, ``duration``, ``end`` (of the series), ``stopped``, or ``full`` (could not be written).
    messages, size : kept, and the bytes in their parts.
    refused : messages that arrived and were too large; each left its word in the capture.
    left : messages that had arrived beyond the number that was asked for.
    cut : connections that ZeroMQ cut, with nobody knows how many messages; each left its word in the capture.
    lost : messages that had arrived and could not be written; the capture says how many, or has no end.
    problem : why, in words.
    writers : the captures, more than one where the recording had to go on in another.
    """

    reason: str = ""
    messages: int = 0
    size: int = 0
    refused: int = 0
    cut: int = 0
    left: int = 0
    lost: int = 0
    problem: str = ""
    writers: list[CaptureWriter] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether everything that arrived was kept."""
        return not (self.refused or self.cut or self.lost or self.left)


def record(
    listener: Listener,
    writer: CaptureWriter,
    *,
    count: int | None = None,
    duration: float | None = None,
    until_end: bool = False,
    tally: Tally | None = None,
    patience: float | None = None,
    overflow: Callable[[], CaptureWriter] | None = None,
    on_step: Callable[[Recorded], None] | None = None,
    on_trouble: Callable[[str], None] | None = None,
) -> Recorded:
    """Write what *listener* receives to *writer* until it is stopped, or as asked for, and close the capture.

    count : messages to keep. duration : seconds. until_end : stop behind the end of a series that was seen.
    tally : counts what comes. patience : seconds to wait, with the senders held back, where the capture can't be
    written; until the listener is stopped by default. overflow : makes another capture to go on in then.
    on_step : called often with the state so far. on_trouble : called with words when writing fails and again when it goes on.

    Before it ends, what waits in the queue is taken too: kept, or beyond *count* counted as `left`.
    """
    recording = _Recording(listener, writer, count, patience, overflow, on_step or _quiet, on_trouble or _quiet)
    seen = tally or (Tally(listener.format) if until_end else None)
    end = None if duration is None else time.monotonic() + duration
    state = recording.state
    while not state.reason:
        left = _TICK if end is None else max(min(_TICK, end - time.monotonic()), 0)
        most = _TOGETHER if count is None else min(_TOGETHER, count - state.messages)
        for found in recording.keep_all(listener.receive_waiting(left, most, _TOGETHER_SIZE)):
            if isinstance(found, Received) and seen is not None:
                sight = seen.see(found.parts)
                if until_end and not state.reason and seen.ends_what_was_seen(sight):
                    state.reason = "end"
        if not state.reason:
            state.reason = _reason(state, listener, count, end)
        recording.on_step(state)
    recording.finish(listener.drain(), seen)
    return state


def _reason(state: Recorded, listener: Listener, count: int | None, end: float | None) -> str:
    if count is not None and state.messages >= count:
        return "count"
    if listener.stopped:
        return "stopped"
    return "duration" if end is not None and time.monotonic() >= end else ""


class _Recording:
    def __init__(
        self, listener: Listener, writer: CaptureWriter, count: int | None, patience: float | None,
        overflow: Callable[[], CaptureWriter] | None, on_step: Callable[[Recorded], None],
        on_trouble: Callable[[str], None],
    ) -> None:  # fmt: skip
        self.listener = listener
        self.writer = writer
        self.count = count
        self.patience = patience
        self.overflow = overflow
        self.on_step = on_step
        self.on_trouble = on_trouble
        self.state = Recorded(writers=[writer])
        self.lost_parts = 0
        self.lost_size = 0

    def keep_all(self, several: Sequence[Received | Refusal]) -> Sequence[Received | Refusal]:
        """Write *several*, small ones in one call; those that could be written."""
        messages = [found for found in several if isinstance(found, Received)]
        if len(several) > 1 and len(messages) == len(several):
            try:
                self.writer.write_all(messages)
            except CaptureWriteError:
                pass  # one by one, up to that which does not fit
            else:
                self.state.messages += len(messages)
                self.state.size += sum(found.size for found in messages)
                return messages
        return [found for found in several if self.keep(found)]

    def keep(self, found: Received | Refusal) -> bool:
        """Write *found*, waiting for space; whether it could be. A message that can't be written ends the recording."""
        state = self.state
        if state.reason == "full":
            self._lose(found)
            return False
        if isinstance(found, Refusal):
            self.on_trouble(f"not kept: {found.reason}")
        if not self._written(found):
            state.reason = "full"
            self._lose(found)
            return False
        if isinstance(found, Received):
            state.messages += 1
            state.size += found.size
        elif found.parts:
            state.refused += 1
        else:
            state.cut += 1
        return True

    def _lose(self, found: Received | Refusal) -> None:
        self.state.lost += 1
        self.lost_size += found.size
        self.lost_parts += found.parts if isinstance(found, Refusal) else len(found.parts)

    def finish(self, waiting: Iterable[Received | Refusal], seen: Tally | None) -> None:
        """Take what waits in the queue, and close the capture."""
        state = self.state
        for found in waiting:
            if self.count is not None and state.messages >= self.count:
                state.left += 1
            else:
                kept = self.keep(found)
                if kept and isinstance(found, Received) and seen is not None:
                    seen.see(found.parts)
        try:
            self.writer.close(state.reason if self._said_what_is_lost() else None)
        except CaptureWriteError as error:
            state.problem = state.problem or error.problem

    def _said_what_is_lost(self) -> bool:
        """Leave the number of what is lost in the capture; False where not even that can be written."""
        lost = self.state.lost
        if not lost:
            return True
        reason = f"{lost} lost, they had arrived and could not be written"
        try:
            self.writer.refuse(min(self.lost_parts, _MOST_4), min(self.lost_size, _MOST_8), reason)
        except CaptureWriteError:
            return False
        return True

    def _written(self, found: Received | Refusal) -> bool:
        begin = time.monotonic()
        told = False
        while True:
            try:
                self._write(found)
            except CaptureWriteError as error:
                if not told:
                    self.on_trouble(f"{error.problem}; the senders are held back until it can be")
                    told = True
                if self._goes_on_elsewhere(error):
                    begin = time.monotonic()
                    continue
                waited = time.monotonic() - begin
                if self.listener.stopped or error.category == "state" or waited >= (self.patience or float("inf")):
                    self.state.problem = error.problem
                    return False
                time.sleep(_TICK)
                self.on_step(self.state)
            else:
                if told:
                    self.on_trouble("writing goes on")
                return True

    def _write(self, found: Received | Refusal) -> None:
        if isinstance(found, Refusal):
            self.writer.refuse(found.parts, found.size, found.reason, found.elapsed)
        else:
            self.writer.write(found.parts, found.elapsed)

    def _goes_on_elsewhere(self, error: CaptureWriteError) -> bool:
        if self.overflow is None:
            return False
        make, self.overflow = self.overflow, None
        try:
            other = make()
        except OSError as problem:
            self.on_trouble(f"the other capture can't be written either ({problem})")
            return False
        with contextlib.suppress(CaptureWriteError):
            self.writer.close("full")  # where that block does not fit, the capture is whole up to its last message
        self.writer = other
        self.state.writers.append(other)
        self.on_trouble("going on in the other capture")
        return True


def _quiet(_: object) -> None:
    pass
