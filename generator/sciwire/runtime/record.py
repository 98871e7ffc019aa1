"""Mutable records with slots, made without generated code.

`dataclasses` writes and compiles the methods of each class when it is made, which is most of what the import
of a codec costs. A `Record` is one to everybody who looks: `dataclasses.fields`, `replace`, `asdict`,
`is_dataclass`, ``match`` and `inspect.signature` work, and are prepared when first asked for. Records are equal
if they are of one class and hold the same (`sciwire.runtime.equality`), fields that `repr` leaves out apart; they have no
hash, as they can be changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from typing import TYPE_CHECKING, Any, ClassVar, dataclass_transform

from .equality import same
from .value import shown

if TYPE_CHECKING:
    from dataclasses import Field
    from inspect import Signature

__all__ = ["Record", "attribute", "blank"]

_set = object.__setattr__  # a record may forbid changes


class _Made:
    """The default of a field, made anew for every record; `repr` may leave the field out."""

    __slots__ = ("factory", "shown")

    def __init__(self, factory: Callable[[], Any], shown: bool) -> None:
        self.factory = factory
        self.shown = shown


def attribute(*, default_factory: Callable[[], Any], repr: bool = True) -> Any:
    """A field whose default is made anew for each record; as `dataclasses.field`."""
    return _Made(default_factory, repr)


def _needed(owner: str, field: str) -> Callable[[], Any]:
    """What stands for a default where there is none."""

    def fail() -> Any:
        raise TypeError(f"{owner} needs {field!r}")

    return fail


class _RecordType(type):
    """Takes the defaults out of a class, so that the names can be slots."""

    __fields__: tuple[str, ...]
    __defaults__: dict[str, Any]
    __plan__: tuple[tuple[str, Any], ...]
    __compared__: tuple[str, ...]

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any) -> _RecordType:
        annotations: Mapping[str, str] = namespace.get("__annotations__", {})
        own = [field for field, kind in annotations.items() if not kind.startswith("ClassVar")]
        fields: tuple[str, ...] = ()
        defaults: dict[str, Any] = {}
        for base in bases:
            fields += getattr(base, "__fields__", ())
            defaults |= getattr(base, "__defaults__", {})
        defaults |= {field: namespace.pop(field) for field in own if field in namespace}
        namespace["__slots__"] = tuple(field for field in own if field not in fields)
        namespace["__fields__"] = namespace["__match_args__"] = (*fields, *namespace["__slots__"])
        namespace["__defaults__"] = defaults
        needed = {field: _Made(_needed(name, field), True) for field in (*fields, *own) if field not in defaults}
        namespace["__plan__"] = tuple((field, (defaults | needed)[field]) for field in namespace["__fields__"])
        silent = {field for field, value in defaults.items() if type(value) is _Made and not value.shown}
        namespace["__compared__"] = tuple(field for field in namespace["__fields__"] if field not in silent)
        return super().__new__(cls, name, bases, namespace, **options)

    @property
    def __signature__(cls) -> Signature:
        import dataclasses
        import inspect

        return inspect.signature(dataclasses.make_dataclass(cls.__name__, _described(cls)))


def _described(cls: _RecordType) -> list[tuple[str, Any, Any]]:
    """The fields of *cls* as `dataclasses.make_dataclass` wants them."""
    import dataclasses
    import inspect

    kinds: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        kinds |= inspect.get_annotations(base)
    described: list[tuple[str, Any, Any]] = []
    for name in cls.__fields__:
        default = cls.__defaults__.get(name, dataclasses.MISSING)
        if isinstance(default, _Made):
            described.append(
                (name, kinds[name], dataclasses.field(default_factory=default.factory, repr=default.shown))
            )
        else:
            described.append((name, kinds[name], dataclasses.field(default=default)))
    return described


def blank(cls: type[Any], unset: Set[str]) -> Callable[[], Any]:
    """What makes records of *cls* whose fields are their defaults, but for those that the caller sets: *unset*."""
    kept = [(name, default) for name, default in cls.__plan__ if name not in unset]
    made = tuple((name, default.factory) for name, default in kept if type(default) is _Made)
    plain = tuple((name, default) for name, default in kept if type(default) is not _Made)

    def make() -> Any:
        record = object.__new__(cls)
        for name, default in plain:
            _set(record, name, default)
        for name, factory in made:
            _set(record, name, factory())
        return record

    return make


class _Fields:
    """What `dataclasses` looks for in a class, made when it does."""

    def __get__(self, instance: object, owner: Any) -> dict[str, Field[Any]]:
        import dataclasses

        made: Any = dataclasses.make_dataclass(owner.__name__, _described(owner))
        return made.__dataclass_fields__  # type: ignore[no-any-return]


@dataclass_transform(eq_default=True, field_specifiers=(attribute,))
class Record(metaclass=_RecordType):
    """Base of records: ``class Shot(Record): number: int | None = None; extra: dict = attribute(default_factory=dict)``."""

    if TYPE_CHECKING:
        __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    else:
        __dataclass_fields__ = _Fields()

    def __init__(self, /, *values: Any, **named: Any) -> None:
        cls = type(self)
        if values:
            fields = cls.__fields__
            if len(values) == len(fields) and not named:
                for name, value in zip(fields, values):  # noqa: B905 - the usual case of small records
                    _set(self, name, value)
                return
            if len(values) > len(fields):
                raise TypeError(f"{cls.__name__} has {len(fields)} fields, {len(values)} values are given")
            for name in fields[: len(values)]:
                if name in named:
                    raise TypeError(f"{cls.__name__} got {name!r} twice")
            named |= zip(fields, values, strict=False)
        take = named.pop
        for name, default in cls.__plan__:
            value = take(name, default)
            if value is default and type(default) is _Made:
                value = default.factory()
            _set(self, name, value)
        if named:
            raise TypeError(f"{cls.__name__} has no field {next(iter(named))!r}")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(same(getattr(self, name), getattr(other, name)) for name in type(self).__compared__)

    __hash__ = None  # type: ignore[assignment]  # they can be changed

    def __repr__(self) -> str:
        hidden = [name for name, value in type(self).__defaults__.items() if type(value) is _Made and not value.shown]
        fields = [f"{name}={shown(getattr(self, name, None))}" for name in type(self).__fields__ if name not in hidden]
        return f"{type(self).__name__}({', '.join(fields)})"
