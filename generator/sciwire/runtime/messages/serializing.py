"""Batches of events from named sources become the messages of a stream, one worker of several.

A batch is a map of source name to the events of the batch, one item an event; the last event of each batch is
sent. What a message needs is looked up and encoded before anything is given out, so that nothing is half sent.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from sciwire.runtime.errors import EncodeError, about
from sciwire.runtime.record import Record
from sciwire.runtime.value import Value

from .context import Reading
from .encoding import encode_parts
from .fault import Fault
from .form import Format

__all__ = ["Filled", "Parameters", "Plan", "StreamSerializer"]

Batch = Mapping[str, Any]


class Filled(Value):
    """Where the field at *path* (attribute names) comes from; *make* are the classes of the records on the way."""

    path: tuple[str, ...]
    origin: str
    what: Any = None
    item: str | int | None = None
    cut: tuple[int, int] | None = None
    upper: bool = False
    default: Any = None
    as_text: bool = False
    constant: Any = None
    make: tuple[Any, ...] = ()


class Plan(Value):
    """What a serializer needs and makes: sources, the parameter that names the frames, three classes and their fields."""

    sources: tuple[str, ...]
    frames: str
    dtypes: tuple[str, ...]
    first: type[Any]
    each: type[Any]
    last: type[Any]
    fill: Mapping[type[Any], tuple[Filled, ...]]


class Parameters(Record):
    """Base of the parameters of a serializer; proved when they are given, and not changed after that.

    EncodeError names the parameter that can't be; each is put into its own type (1 becomes 1.0 where a float is asked).
    """

    CONVERTERS: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, /, *values: Any, **named: Any) -> None:
        super().__init__(*values, **named)
        for parameter, converter in self.CONVERTERS.items():
            try:
                value = converter.decode(getattr(self, parameter), Reading())
            except Fault as fault:
                path = f"{parameter}{fault.path if fault.path.startswith('[') else ''}"
                subject = type(self).__name__
                raise EncodeError(fault.problem, category=fault.category, path=path, rule=fault.rule, subject=subject) from None  # fmt: skip
            object.__setattr__(self, parameter, value)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"a {type(self).__name__} can't be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a {type(self).__name__} can't be changed")

    def _content(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in type(self).__fields__)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and isinstance(other, Parameters) and self._content() == other._content()

    __hash__ = None  # type: ignore[assignment] # lists are among the parameters

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._content()


class StreamSerializer:
    """Makes messages of batches; belongs to one thread at a time.

    Parameters
    ----------
    config : the parameters, as an object of the config class or a map of their names.
    rank, size : which worker this is, of how many; taken from mpi4py where it is installed, else 0 of 1.
    clock : gives the time in seconds since 1970.
    """

    form: ClassVar[Format]
    plan: ClassVar[Plan]
    config_class: ClassVar[type[Parameters]]

    def __init__(
        self,
        config: Any,
        *,
        rank: int | None = None,
        size: int | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if isinstance(config, Mapping):
            config = self._configured(config)
        if not isinstance(config, self.config_class):
            problem = f"expected a {self.config_class.__name__} or a map, got a {type(config).__name__}"
            raise EncodeError(problem, category="type", subject=type(self).__name__)
        if rank is None or size is None:
            own_rank, own_size = _worker()
            rank, size = own_rank if rank is None else rank, own_size if size is None else size
        if type(rank) is not int or type(size) is not int:
            problem = f"the rank and the size are integers, got {rank!r} of {size!r}"
            raise EncodeError(problem, category="type", subject=type(self).__name__)
        if not 0 <= rank < size:
            raise EncodeError(
                f"the rank is {rank}, it can be 0 to {size - 1}"
                if size > 0
                else f"the rank is {rank} of {size}, there is at least one worker",
                subject=type(self).__name__,
            )
        self.config, self.rank, self.size = config, rank, size
        self._clock = clock

    def __call__(self, batches: Iterable[Batch]) -> Iterator[bytes]:
        """Yield the messages of *batches*: of each its last event; of the last worker a first and a last message too.

        EncodeError (`path` is the source at fault) before anything of the batch is given out: a source that is
        missing, an item of it that is missing, frames of another dtype.
        """
        is_last = self.rank == self.size - 1
        begun: Any = None
        for batch in batches:
            with about(f"{self.form.name}.{type(self).__name__}"):
                event = self._event(batch)
                if event is None:
                    continue
                each = self._message(self.plan.each, event)
                first = self._message(self.plan.first, event) if is_last and begun is None else None
            begun = event
            if first is not None:
                yield first
            yield each
        if is_last:
            yield self._message(self.plan.last, begun or {})

    def _configured(self, parameters: Mapping[str, Any]) -> Any:
        names = set(self.config_class.__fields__)
        for kind, found in (("unknown", set(parameters) - names), ("missing", names - set(parameters))):
            if found:
                name = sorted(map(str, found))[0]
                problem = f"the parameter is {kind}; known are {', '.join(sorted(names))}"
                raise EncodeError(problem, path=name, subject=self.config_class.__name__)
        return self.config_class(**parameters)

    def _event(self, batch: Batch) -> dict[str, Any] | None:
        """The last event of *batch*, by source; None where the batch has none. Proves sources and dtype."""
        frames = getattr(self.config, self.plan.frames)
        for name in dict.fromkeys((*self.plan.sources, frames)):
            if batch.get(name) is None:
                known = ", ".join(sorted(map(str, batch))) or "none"
                raise EncodeError(f"the source is missing; the batch has {known}", path=name)
        if len(batch[frames]) == 0:
            return None
        event = {name: _last(value, name) for name, value in batch.items() if value is not None}
        array = np.asarray(event[frames])
        if array.dtype.str[1:] not in self.plan.dtypes:
            names = ", ".join(np.dtype(code).name for code in self.plan.dtypes)
            raise EncodeError(f"expected frames of {names}, got {array.dtype.name}", category="type", path=frames)
        if array.ndim == 0:
            raise EncodeError("expected frames with at least one dimension, got a number", category="size", path=frames)
        event[""] = array
        return event

    def _message(self, cls: type[Any], event: Mapping[str, Any]) -> bytes:
        message = cls()
        for one in self.plan.fill[cls]:
            value = self._value(one, event)
            if value is None:
                continue
            record = message
            for name, kind in zip(one.path[:-1], one.make, strict=True):
                if getattr(record, name) is None:
                    setattr(record, name, kind())
                record = getattr(record, name)
            setattr(record, one.path[-1], value)
        return b"".join(encode_parts(self.form, message, compression=None, options={}))

    def _value(self, one: Filled, event: Mapping[str, Any]) -> Any:
        if one.origin == "value":
            return one.what
        if one.origin == "parameter":
            return getattr(self.config, one.what)
        if one.origin == "rank":
            return self.rank * int(one.what) + 1
        if one.origin == "clock":
            return float(self._clock())
        if one.origin == "array":
            return _of_array(event[""], one.what)
        value = event.get(one.what)
        if value is None:
            return one.default
        if one.constant is not None:
            return one.constant
        if one.item is not None:
            value = _item(value, one.item)
            if value is None and one.default is None:
                raise EncodeError(f"the source has no {one.item!r}", path=one.what)
            value = one.default if value is None else value
        if one.as_text or one.cut is not None or one.upper:
            text = str(value)
            text = text if one.cut is None else text[one.cut[0] : one.cut[1]]
            return text.upper() if one.upper else text
        return value.item() if isinstance(value, np.generic) else value


def _last(value: Any, name: str) -> Any:
    """The last of several events; what is one for all events is itself."""
    if isinstance(value, (Mapping, str, bytes)) or not hasattr(value, "__getitem__"):
        return value
    if len(value) == 0:
        raise EncodeError("the source has no events, the frames have some", category="size", path=name)
    return value[-1]


def _item(value: Any, item: str | int) -> Any:
    """An item of an event, None where it has none: a key of a map or structured row, an attribute, an index."""
    try:
        if isinstance(item, int):
            return value[item]
        if isinstance(value, Mapping) or (isinstance(value, np.void) and value.dtype.names):
            return value[item]
        return getattr(value, item)
    except (KeyError, IndexError, AttributeError, TypeError, ValueError):
        return None


def _of_array(array: Any, what: str) -> Any:
    if what == "shape":
        return "x".join(map(str, array.shape))
    if what == "dtype":
        return array.dtype.name
    return float(array.sum()) if what == "sum" else array


def _worker() -> Sequence[int]:
    """Rank and size where mpi4py is installed; else the only worker."""
    try:
        from mpi4py import MPI  # type: ignore[import-not-found,import-untyped,unused-ignore]  # not a dependency
    except ImportError:
        return (0, 1)
    return (MPI.COMM_WORLD.Get_rank(), MPI.COMM_WORLD.Get_size())
