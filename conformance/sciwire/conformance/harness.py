"""An implementation under test: what it says it can do, and how it is asked.

`Subject` numbers the requests, asks only for what the implementation says it can, and hands out answers; it
never raises because of what the implementation does. Where the connection can send ahead, the first request of
cases to come is on its way while the case at hand is judged.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .adapters.base import Ahead, Connection
from .adapters.resolve import MEMORY, connect
from .answers import identical, well_formed
from .finding import Finding
from .protocol import Answer, Broken, Refused, Request, Unsupported, Value
from .vectors import Vector
from .verdict import NOT_CLAIMED, Fault, Verdict

__all__ = ["HANGS", "Subject"]

#: Cases of one check and format whose requests are made up that may end with the time over, before no more are asked.
HANGS = 3

_DEFAULT_CAN = ("decode",)


class Subject:
    """An implementation behind a connection; `name` and `version` are its own words.

    Parameters
    ----------
    text : what ``--impl`` says, kept for the lines that replay a case.
    connection : made by `adapters.resolve.connect` if not given.
    seconds : time limit of one request.
    memory : bytes of address space that a process may have; 0 for any number.
    formats : the only ones that it will be asked for, where that is known.
    apart : an adapter in Python runs in a process of its own.
    """

    def __init__(
        self,
        text: str,
        connection: Connection | None = None,
        *,
        seconds: float = 10.0,
        memory: int = MEMORY,
        formats: Sequence[str] = (),
        apart: bool = False,
    ) -> None:
        self.text = text
        if connection is None:
            connection = connect(text, seconds=seconds, memory=memory, formats=formats, apart=apart)
        self.connection = connection
        self.name = text
        self.version = ""
        self.problem = ""  # why it did not start
        self._hangs: Counter[tuple[str, str]] = Counter()
        self.about: Mapping[str, Any] = {}  # its answer to start
        self._formats: Mapping[str, Mapping[str, Any]] = {}
        self._numbers = itertools.count(1)
        self._line = self.connection if isinstance(self.connection, Ahead) else None
        self._early: dict[str, list[Request]] = {}  # sent ahead, by vector
        self._dry = False
        self._last: tuple[Vector, Answer] | None = None  # the vector's own bytes, asked last

    def start(self) -> None:
        """Start it and learn what it can do; `problem` says why it did not."""
        try:
            about = self.connection.start()
        except ConnectionError as error:
            self.problem = str(error)
            return
        self.about = about
        self.name = about["implementation"]["name"]
        self.version = str(about["implementation"].get("version", ""))
        self._formats = about["formats"]

    def count_hang(self, format_name: str, check: str, answer: Answer) -> None:
        """Remember that a case of *check* ended with its time over, if that is how it did."""
        self._hangs[format_name, check] += isinstance(answer, Broken) and answer.fault is Fault.HANG

    def given_up(self, format_name: str, check: str) -> Finding | None:
        """The finding where `HANGS` cases of *check* had no answer in time: who makes up requests asks no more of it."""
        if self._hangs[format_name, check] < HANGS:
            return None
        text = f"not run: {HANGS} cases of {check} before this one had no answer in time"
        return Finding(Verdict.ERROR, Fault.NOT_RUN, text)

    def forgive(self) -> None:
        """Forget how often it hung."""
        self._hangs.clear()

    def stop(self) -> bool | None:
        """End it; whether it went when it was asked to, None where nobody can tell."""
        return self.connection.stop()

    @property
    def room(self) -> int:
        """How many requests may be sent ahead."""
        return self._line.room if self._line is not None and not self.problem else 0

    def ahead(self, ask: Callable[[Subject], object]) -> None:
        """Send what *ask* would ask, ``lambda subject: subject.decode(vector)``; the same call later gets its answer."""
        self._dry = True
        try:
            ask(self)
        finally:
            self._dry = False

    def said(self) -> str:
        """What the implementation wrote to stderr of late, where it has one."""
        return self._line.said() if self._line is not None else ""

    @property
    def formats(self) -> list[str]:
        return sorted(self._formats)

    def can(self, format_name: str, what: str) -> bool:
        """Whether it says that it can ``decode``, ``encode``, ``call``, ``feed`` or ``recognise`` this format."""
        about = self._formats.get(format_name)
        return about is not None and what in about.get("can", _DEFAULT_CAN)

    def reports(self, format_name: str, what: str) -> bool:
        """Whether it promises to name the ``category``, ``path``, ``offset`` or ``rule`` of an error.

        A category is expected of everyone who does not say what they name: leaving it out takes a word.
        """
        return what in self._formats.get(format_name, {}).get("reports", ("category",))

    def lacks(self, what: str, format_name: str, version: str, profile: str = "") -> str:
        """Why it need not be asked (format, version, profile or command that it does not claim), or an empty text."""
        about = self._formats.get(format_name)
        if about is None:
            return "" if self.problem else f"{NOT_CLAIMED} the format {format_name}"
        versions, profiles = about.get("versions"), about.get("profiles")
        if versions and version not in versions:
            return f"{NOT_CLAIMED} version {version} of {format_name}"
        if profiles and profile and profile not in profiles:
            return f"{NOT_CLAIMED} the profile {profile}"
        return "" if self.can(format_name, what) else f"{NOT_CLAIMED} to {what} {format_name}"

    def other_operation(self, vector: Vector) -> str:
        """The first operation of a scenario that it does not list, where it lists those that it has."""
        listed = self._formats.get(vector.format, {}).get("operations")
        return next((step.op for step in vector.steps if listed and step.op not in listed), "")

    def decode(
        self,
        vector: Vector,
        data: bytes | Sequence[bytes] | None = None,
        *,
        options: Mapping[str, Any] | None = None,
        splits: Sequence[int] | None = None,
    ) -> Answer:
        """Ask for the value of *data* (the vector's own bytes if not given)."""
        own = data is None and options is None and splits is None
        answer = self._ask(
            vector,
            cmd="decode",
            data=vector.data if data is None else data,
            options=vector.options if options is None else options,
            splits=splits,
        )
        if own and not self._dry:
            self._last = vector, answer
        return answer

    def decoded(self, vector: Vector) -> Answer:
        """The answer to `decode`, asked for only where it was not the last one that was."""
        return self._last[1] if self._last is not None and self._last[0] is vector else self.decode(vector)

    def recognise(self, vector: Vector) -> Answer:
        """Ask whether the vector's bytes look like a message of its format."""
        return self._ask(vector, cmd="recognise", data=vector.data)

    def encode(self, vector: Vector, value: Any) -> Answer:
        """Ask for the bytes of a canonical value."""
        return self._ask(vector, cmd="encode", value=value, options=vector.encode_options)

    def call(self, vector: Vector) -> Answer:
        """Ask for the steps of a scenario, unless it says which operations it has and these are others."""
        if self.can(vector.format, "call") and (strange := self.other_operation(vector)):
            return Unsupported(f"{NOT_CLAIMED} the operation {strange!r} of {vector.format}")
        return self._ask(vector, cmd="call", steps=[step.request for step in vector.steps])

    def _ask(self, vector: Vector, *, cmd: str, splits: Sequence[int] | None = None, **body: Any) -> Answer:
        if self.problem:
            return Broken(Fault.NO_START, self.problem)
        what = "feed" if splits is not None else cmd
        if reason := self.lacks(what, vector.format, vector.version, vector.profile):
            return Unsupported(reason)
        about = (vector.format, vector.version, vector.profile)
        number = str(next(self._numbers)) if self._line is None else ""  # what is sent ahead is told by all else
        request = Request(cmd, number, *about, splits=splits, **body)
        answer = self._exchange(vector.id, request)
        if cmd == "decode" and isinstance(answer, Value) and vector.has_value and identical(vector.value, answer.value):
            return replace(answer, value=vector.value)  # most are: that of a vector is looked at when it is loaded
        if isinstance(broken := well_formed(answer), Broken) and broken is not answer:
            return replace(broken, stderr=self.said())
        if isinstance(answer, Refused) and vector.needs:
            needs = ", ".join(f"{name} {version}" for name, version in sorted(vector.needs.items()))
            return Unsupported(f"needs {needs} and was refused: {answer.message}")
        return answer

    def _exchange(self, name: str, request: Request) -> Answer:
        """Ask now, or take the answer to the same request that was sent ahead for the vector *name*."""
        if request.id:
            return self.connection.ask(request)
        early = self._early.get(name, []) if not self._dry else []
        for index, sent in enumerate(early):
            if self._line is not None and replace(sent, id="") == request:
                del early[index]
                return self._line.receive(sent)
        numbered = replace(request, id=str(next(self._numbers)))
        if not self._dry or self._line is None:
            return self.connection.ask(numbered)
        self._early.setdefault(name, []).append(numbered)
        self._line.send(numbered)
        return Unsupported("sent ahead")
