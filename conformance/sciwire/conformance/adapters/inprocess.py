"""An adapter in this process, called in a thread of its own so that one that hangs can be left behind.

Python code that loops is stopped by an exception raised in its thread; code of another language that hangs
inside a call can only be abandoned (it keeps its thread), and one that ends the process ends the run: where
that may happen, run the adapter as ``cmd:python -m sciwire.conformance.adapters.serve package.module:Adapter``.
"""

from __future__ import annotations

import copy
import ctypes
import marshal
import queue
import threading
import traceback
import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

from ..answers import parse_answer
from ..protocol import Answer, Broken, Encoded, Refused, Request, Unsupported, Value, parse_start
from ..verdict import Fault
from .base import Able, Adapter, NotSupported, Refusal

__all__ = ["InProcess", "answer", "loud_answer"]

#: Fewer frames than this say where an exception came from without filling the report.
_FRAMES = 4


class InProcess:
    """A connection to an adapter object; *seconds* is the time limit of one request."""

    def __init__(self, make: Callable[[], Adapter], *, seconds: float = 10.0) -> None:
        self._make = make
        self._seconds = seconds
        self._adapter: Adapter | None = None
        self._worker: _Worker | None = None

    def start(self) -> Mapping[str, Any]:
        try:
            self._adapter = self._make()
            about = self._within(lambda: _adapter_of(self).start(), max(self._seconds, 30.0))
            return parse_start({"ok": True, **about})
        except (Exception, SystemExit) as error:
            raise ConnectionError(f"the adapter does not start: {_last_frames(error)}") from error

    def ask(self, request: Request) -> Answer:
        try:
            if self._adapter is None:
                self.start()
            got: Answer = self._within(lambda: answer(_adapter_of(self), request), self._seconds)
            return got
        except TimeoutError:
            return Broken(Fault.HANG, f"no answer within {self._seconds:g} s")
        except ConnectionError as error:
            return Broken(Fault.NO_START, str(error))

    def stop(self) -> None:
        if self._worker is not None:
            self._worker.end()
        self._worker = self._adapter = None

    def _within(self, task: Callable[[], Any], seconds: float) -> Any:
        if self._worker is None:
            self._worker = _Worker()
        worker = self._worker
        try:
            return worker.run(task, seconds)
        except TimeoutError:
            worker.abandon()
            self._worker = self._adapter = None  # what it had in hand may be half done
            raise


def answer(adapter: Adapter, request: Request) -> Answer:
    """Call the adapter and turn what it returns or raises into an answer."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a warning is no answer, and pytest may have made it an error
        return loud_answer(adapter, request)


def loud_answer(adapter: Adapter, request: Request) -> Answer:
    """What `answer` gives; warnings are for the caller to silence."""
    try:
        return _call(adapter, request)
    except NotSupported as error:
        return Unsupported(error.reason, error.issue)
    except Refusal as error:
        return Refused(error.category, error.path, error.at, error.message, error.rule, tuple(error.catches))
    except (Exception, SystemExit) as error:
        if refused := _codec_error(error):
            return refused
        return Broken(Fault.FOREIGN_EXCEPTION, f"raised {_last_frames(error)}")


def _call(adapter: Adapter, request: Request) -> Answer:
    able = cast(Able, adapter)  # a method that it claimed and does not have shows here
    if request.cmd == "decode":
        got = able.decode(request)
        return got if isinstance(got, Value) else Value(got)
    if request.cmd == "recognise":
        return Value(bool(able.recognise(request)))
    if request.cmd == "encode":
        # an adapter that changes what it was given must not change what the suite compares with
        data = able.encode(_with_own_value(request))
        if isinstance(data, (bytes, bytearray, memoryview)):
            return Encoded(bytes(data))
        return Encoded(tuple(bytes(part) for part in data))
    return parse_answer({"id": request.id, "results": list(able.call(request))}, request)


def _with_own_value(request: Request) -> Request:
    try:
        value = marshal.loads(marshal.dumps(request.value))  # what JSON has is copied fastest by it
    except ValueError:
        value = copy.deepcopy(request.value)
    return replace(request, value=value)


def _codec_error(error: BaseException) -> Refused | None:
    from sciwire.runtime.errors import CodecError

    if not isinstance(error, CodecError):
        return None
    return Refused(error.category or None, error.path, error.at, str(error), error.rule or None)


def _adapter_of(connection: InProcess) -> Adapter:
    adapter = connection._adapter
    if adapter is None:
        raise ConnectionError("the adapter is not started")
    return adapter


def _last_frames(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    calls = " < ".join(
        f"{frame.name} ({frame.filename.rsplit('/', 1)[-1]}:{frame.lineno})" for frame in reversed(frames)
    )
    return f"{type(error).__name__}: {str(error)[:500]} in {calls}"


class _Abandoned(BaseException):
    """Raised in the thread of a call that took too long."""


class _Worker:
    """A daemon thread that runs one task at a time."""

    def __init__(self) -> None:
        self._tasks: queue.SimpleQueue[Callable[[], Any] | None] = queue.SimpleQueue()
        self._outcomes: queue.SimpleQueue[tuple[Any, BaseException | None]] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._loop, name="implementation under test", daemon=True)
        self._thread.start()

    def run(self, task: Callable[[], Any], seconds: float) -> Any:
        """The result of *task*, or its exception; TimeoutError after *seconds*."""
        self._tasks.put(task)
        try:
            result, error = self._outcomes.get(timeout=seconds)
        except queue.Empty:
            raise TimeoutError from None
        if error is not None:
            raise error
        return result

    def end(self) -> None:
        self._tasks.put(None)

    def abandon(self) -> None:
        """Stop the task at its next Python instruction; the thread ends with it."""
        self._tasks.put(None)
        if self._thread.ident is not None:
            identity, raised = ctypes.c_ulong(self._thread.ident), ctypes.py_object(_Abandoned)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(identity, raised)

    def _loop(self) -> None:
        try:
            while (task := self._tasks.get()) is not None:
                try:
                    outcome: tuple[Any, BaseException | None] = (task(), None)
                except (Exception, SystemExit) as error:
                    outcome = (None, error)
                self._outcomes.put(outcome)
        except _Abandoned:
            pass
