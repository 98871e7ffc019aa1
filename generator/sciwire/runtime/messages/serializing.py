"""Batches of events from named sources become the messages of a stream, one worker of several.

A batch is a map of source name to the events of the batch, one item an event; the last event of each batch is
sent. What a message needs is looked up and encoded before anything is given out, so that nothing is half sent.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from sciwire.runtime.errors import EncodeError, about
from sciwire.runtime.masked import MASKED, hides
from sciwire.runtime.value import Value

from .batches import check_counts, is_finite, item_of, last_of, of_array
from .encoding import encode_parts
from .form import Format
from .parameters import Parameters
from .scalars import kind_of

__all__ = ["Filled", "Plan", "StreamSerializer"]

Batch = Mapping[str, Any]
_ANNOUNCED = ("shape", "dtype")  # what a first message says of all frames


class Filled(Value):
    """Where the field at *path* (attribute names) comes from; *make* are the classes of the records on the way.

    *wire* is the path by names of the wire, where it is another one.
    """

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
    wire: str = ""

    @property
    def place(self) -> str:
        """The field as errors of the message name it."""
        return self.wire or ".".join(self.path)


class Plan(Value):
    """What a serializer needs and makes: sources, the parameter that names the frames, three classes and their fields.

    `rules` are those that refusals of ``sources`` and ``frames`` cite.
    """

    sources: tuple[str, ...]
    frames: str
    dtypes: tuple[str, ...]
    first: type[Any]
    each: type[Any]
    last: type[Any]
    fill: Mapping[type[Any], tuple[Filled, ...]]
    rules: Mapping[str, str] = MappingProxyType({})


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
        if any(isinstance(one, bool) or not isinstance(one, (int, np.integer)) for one in (rank, size)):
            problem = f"the rank and the size are integers, got {rank!r} of {size!r}"
            raise EncodeError(problem, category="type", subject=type(self).__name__)
        rank, size = int(rank), int(size)
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
        missing, has another number of events or nothing for the last one, an item of it that is missing, a mask, what
        must be a number and is none, frames of a dtype that is not sent or not as the first message announced them.
        """
        is_last = self.rank == self.size - 1
        begun: Any = None
        for batch in batches:
            with about(f"{self.form.name}.{type(self).__name__}"):
                try:
                    event = self._event(batch)
                    if event is None:
                        continue
                    self._check_alike(event, begun)
                    each = self._message(self.plan.each, event)
                    first = self._message(self.plan.first, event) if is_last and begun is None else None
                except EncodeError as error:
                    error.rule = error.rule or self.plan.rules.get("sources", "")
                    raise
            begun = event
            if first is not None:
                yield first
            yield each
        if is_last:
            yield self._message(self.plan.last, begun or {})

    def _configured(self, parameters: Mapping[str, Any]) -> Any:
        self.config_class.check_names((), parameters)  # a key need not be text, where a keyword must
        return self.config_class(**parameters)

    def _event(self, batch: Batch) -> dict[str, Any] | None:
        """The last event of *batch*, by source; None where the batch has none. Proves sources, events and dtype."""
        if not isinstance(batch, Mapping):
            raise EncodeError(f"expected a map of sources, got {kind_of(batch)}", category="type")
        frames = getattr(self.config, self.plan.frames)
        needed = dict.fromkeys((frames, *self.plan.sources))
        for name in needed:
            if batch.get(name) is None:
                known = ", ".join(sorted(str(one) for one, value in batch.items() if value is not None)) or "none"
                raise EncodeError(f"the source is {'None' if name in batch else 'missing'}; there are {known}", path=name)  # fmt: skip
        used = dict.fromkeys((*needed, *(one.what for fill in self.plan.fill.values() for one in fill if one.origin == "source")))  # fmt: skip
        given = {name: batch[name] for name in used if batch.get(name) is not None}
        if not check_counts(given, frames):
            return None
        event = {name: last_of(value) for name, value in given.items()}
        for name, value in event.items():
            if value is None and name in needed:
                raise EncodeError("the source has nothing for the last event", path=name)
            if hides(value):
                raise EncodeError(MASKED, category="type", path=name)
        event[""] = self._frame(event[frames], frames)
        return event

    def _frame(self, given: Any, frames: str) -> Any:
        rule = self.plan.rules.get("frames", "")
        try:
            array = np.asarray(given)
        except (ValueError, TypeError):
            raise EncodeError(f"expected a frame, got a {type(given).__name__} that is no array", category="type", path=frames, rule=rule) from None  # fmt: skip
        if array.dtype.str[1:] not in self.plan.dtypes:
            names = ", ".join(np.dtype(code).name for code in self.plan.dtypes)
            raise EncodeError(
                f"expected frames of {names}, got {array.dtype.name}", category="type", path=frames, rule=rule
            )
        if array.ndim == 0:
            raise EncodeError(
                "expected frames with at least one dimension, got a number", category="size", path=frames, rule=rule
            )
        return array

    def _check_alike(self, event: Mapping[str, Any], begun: Mapping[str, Any] | None) -> None:
        """Raise EncodeError where the frame is not what the first message says of the one that it was made of."""
        told = [one.what for one in self.plan.fill[self.plan.first] if one.origin == "array" and one.what in _ANNOUNCED]
        for what in told if begun is not None else ():
            first, own = of_array(begun[""], what), of_array(event[""], what)  # type: ignore[index] # begun is there
            if first != own:
                problem = f"expected the {what} {first} of the first frame, which the receiver goes by, got {own}"
                path, rule = getattr(self.config, self.plan.frames), self.plan.rules.get("frames", "")
                raise EncodeError(problem, category="size", path=path, rule=rule)

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
        try:
            return b"".join(encode_parts(self.form, message, compression=None, options={}))
        except EncodeError as error:
            raise self._traced(error, cls) from None

    def _traced(self, error: EncodeError, cls: type[Any]) -> EncodeError:
        """*error* with the source or parameter as its path that gave the field which can't be written."""
        field, _, _ = error.path.partition("[")
        origin = next((one for one in self.plan.fill[cls] if one.place == field), None)
        if origin is None or origin.origin not in ("source", "parameter"):
            return error
        item = "" if origin.item is None else f"the item {origin.item!r}: "
        return EncodeError(item + error.problem, category=error.category, path=origin.what, rule=error.rule)

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
            return of_array(event[""], one.what)
        value = event.get(one.what)
        if value is None:
            return one.default
        if one.constant is not None:
            return one.constant
        if one.item is not None:
            value = item_of(value, one.item)
            if value is None and one.default is None:
                raise EncodeError(f"the source has no {one.item!r}", path=one.what)
            value = one.default if value is None else value
        if one.as_text or one.cut is not None or one.upper:
            text = str(value)
            text = text if one.cut is None else text[one.cut[0] : one.cut[1]]
            return text.upper() if one.upper else text
        if one.item is None and not is_finite(value):
            raise EncodeError(
                f"expected a finite number of 64 bits, got {kind_of(value)}", category="type", path=one.what
            )
        return value.item() if isinstance(value, np.generic) else value


def _worker() -> Sequence[int]:
    """Rank and size where mpi4py is installed; else the only worker."""
    try:
        from mpi4py import MPI  # type: ignore[import-not-found,import-untyped,unused-ignore]  # not a dependency
    except ImportError:
        return (0, 1)
    return (MPI.COMM_WORLD.Get_rank(), MPI.COMM_WORLD.Get_size())
