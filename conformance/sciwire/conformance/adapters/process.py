"""An adapter in a process of its own, in any language, that speaks the protocol on stdin and stdout.

One that dies, hangs, prints rubbish or answers another request is killed and started again; the case at hand gets
a `Broken` with what the process wrote to stderr, and what else was on its way is asked again. One that answers the
right request in a wrong form, or with ``crashed``, is asked on.

Rule 1: answers come in the order of the requests, so the oldest request without an answer is the one at fault.
Rule 2: a process that dies or hangs with several requests on their way may have been brought down by any of them:
they are asked again one at a time, and the one that does it alone is the one at fault.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from ..answers import parse_answer
from ..protocol import MAX_WINDOW, PROTOCOL, Answer, Broken, Request, parse_start
from ..verdict import Fault
from .child import MAX_ANSWER, Child, SilentError

__all__ = ["Process"]

_TRIES = 3  # starts in a row that may fail before the suite stops trying
_START = (
    30.0  # seconds that a start may take at least: what is loaded then has nothing to do with the limit of a request
)


class Process:
    """A connection to the command *arguments*.

    Parameters
    ----------
    seconds : the limit of one request; a start gets half a minute, or three times that where it is more.
    memory : bytes of address space that the process may have, where the platform can say so; 0 for any number.
    """

    def __init__(
        self, arguments: Sequence[str], *, seconds: float = 10.0, max_line: int = MAX_ANSWER, memory: int = 0
    ) -> None:
        self._arguments = list(arguments)
        self._seconds = seconds
        self._max_answer = max_line
        self._memory = memory
        self._child: Child | None = None
        self._failed_starts = 0
        self._window = 1
        self._frames = False
        self._flying: deque[Request] = deque()  # without an answer, oldest first
        self._written = 0  # how many of them this child was given
        self._answers: dict[str, Answer] = {}
        self._done = ""  # the request that was answered last
        self._suspects = 0  # how many of the oldest are to be asked alone
        self._unexplained: Broken | None = None

    def start(self) -> Mapping[str, Any]:
        """Start the process (anew) and return what it says about itself; ConnectionError where it does not."""
        self._drop()
        try:
            self._child = Child(self._arguments, max_answer=self._max_answer, memory=self._memory)
            hello = {"cmd": "start", "protocol": PROTOCOL, "frames": True}
            self._child.send(json.dumps(hello, separators=(",", ":")).encode() + b"\n")
            about = parse_start(self._child.message(max(self._seconds * 3, _START)))
        except (OSError, ValueError, SilentError) as error:
            self._failed_starts += 1
            stderr = self._drop()
            said = f"; it said on stderr: {stderr}" if stderr else ""
            raise ConnectionError(f"{' '.join(self._arguments)} does not start: {error}{said}") from error
        self._failed_starts = 0
        self._window, self._frames = min(about.get("window", 1), MAX_WINDOW), about.get("frames", False)
        return about

    def ask(self, request: Request) -> Answer:
        """The answer to *request*, after those to all that was sent before it."""
        self.send(request)
        return self.receive(request)

    @property
    def room(self) -> int:
        """How many requests may be sent ahead: none with a window of one, nor before half of it is free again.

        So they go out in bunches, each with one write.
        """
        free = self._window - len(self._flying)
        return free if self._window > 1 and 2 * free >= self._window else 0

    def send(self, request: Request) -> None:
        """Put *request* on its way, or in the queue behind a full window."""
        self._flying.append(request)

    def receive(self, request: Request) -> Answer:
        """The answer to a request that was sent."""
        while request.id not in self._answers:
            self._settle(self._flying[0])
        return self._answers.pop(request.id)

    def said(self) -> str:
        """What the process wrote to stderr since there was nothing on its way."""
        return self._child.stderr() if self._child is not None else ""

    def stop(self) -> bool | None:
        went = self._child.say_goodbye() if self._child is not None else None
        self._drop()
        return went

    def _settle(self, oldest: Request) -> None:
        """Get the answer to the oldest request; where the process breaks, whose fault is it?"""
        in_step = False
        try:
            child = self._running()
            self._write(child)
            message = child.message(self._seconds)
            answer = parse_answer(message, oldest)
            # after an answer with frames that is none nobody knows where the next one begins
            in_step = (
                isinstance(message, dict) and message.get("id") == oldest.id and not {"data", "parts"} & set(message)
            )
            if isinstance(answer, Broken) and isinstance(message, dict) and message.get("id") == self._done:
                answer = Broken(answer.fault, f"{answer.message}, to which there was an answer before")
        except ConnectionError as error:
            answer = Broken(Fault.NO_START, str(error))
        except SilentError as error:
            together = self._written
            answer = Broken(error.fault, str(error), self._drop())
            if error.fault is not Fault.PROTOCOL and together > 1:
                self._suspects, self._unexplained = together, answer
                return
        except ValueError as error:
            answer = Broken(Fault.PROTOCOL, f"expected a line of JSON, got something else: {error}")
        if isinstance(answer, Broken) and in_step:  # a bad answer to the right request: it can be asked on
            answer = Broken(answer.fault, answer.message, self.said())
        elif isinstance(answer, Broken):
            answer = Broken(answer.fault, answer.message, answer.stderr or self._drop())
            self._unexplained = None
        self._flying.popleft()
        self._done = oldest.id
        self._written = max(0, self._written - 1)
        self._answers[oldest.id] = self._alone(answer)

    def _alone(self, answer: Answer) -> Answer:
        """The answer to one of the suspects, or to any other; the last suspect stands for a fault that none explains."""
        if not self._suspects:
            return answer
        self._suspects -= 1
        if self._suspects or self._unexplained is None:
            return answer
        broken, self._unexplained = self._unexplained, None
        message = f"{broken.message}, with several requests on their way; alone each of them was answered"
        return Broken(broken.fault, message, broken.stderr)

    def _running(self) -> Child:
        if self._child is None:
            if self._failed_starts >= _TRIES:
                raise ConnectionError(f"the process failed to start {_TRIES} times in a row and is left alone")
            self.start()
        if self._child is None:
            raise ConnectionError("the process is not there")
        return self._child

    def _write(self, child: Child) -> None:
        """Give the child what it may have at once and does not have yet."""
        most = 1 if self._suspects else self._window
        due = [self._flying[index] for index in range(self._written, min(most, len(self._flying)))]
        if not due:
            return
        if self._written == 0:
            child.forget_stderr()
        child.send(b"".join(request.line(frames=self._frames) for request in due))
        self._written += len(due)

    def _drop(self) -> str:
        """Kill the process; what it wrote to stderr."""
        child, self._child = self._child, None
        self._written = 0
        return child.kill() if child is not None else ""
