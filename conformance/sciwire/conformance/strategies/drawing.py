"""How values are described, once for both that draw them: Hypothesis, which shrinks, and the seeded volume generator.

The functions have the names and arguments of `hypothesis.strategies`, as far as the families need them. Each makes a
`Drawn`: `hypothesis()` turns it into a search strategy, `seeded(source)` draws from a `volume.Source`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar

from . import seeded as by_seed

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from ..volume.source import Source

__all__ = [
    "DrawFn", "Drawn", "binary", "booleans", "builds", "characters", "composite", "datetimes",
    "dictionaries", "fixed_dictionaries", "floats", "from_regex", "integers", "just", "lists", "none", "octets",
    "one_of", "recursive", "sampled_from", "text", "tuples",
]  # fmt: skip

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")
_DEEPEST = 3  # values inside values, where they may be nested without end


class Drawn(Generic[T]):
    """Values of one description."""

    __slots__ = ("_made", "_search", "_seeded")

    def __init__(self, search: Callable[[Any], Any], seeded: Callable[[Source], Any]) -> None:
        self._search = search
        self._seeded = seeded
        self._made: Any = None

    def hypothesis(self) -> SearchStrategy[T]:
        """The search strategy; made once, for it is costly to make."""
        if self._made is None:
            from hypothesis import strategies

            self._made = self._search(strategies)
        return self._made  # type: ignore[no-any-return]  # made of the same description

    def seeded(self, source: Source) -> T:
        """A value from the words of *source*."""
        return self._seeded(source)  # type: ignore[no-any-return]  # the same

    def map(self, change: Callable[[Any], Any]) -> Drawn[Any]:
        return Drawn(lambda st: self.hypothesis().map(change), lambda source: change(self._seeded(source)))

    def filter(self, wanted: Callable[[Any], Any]) -> Drawn[T]:
        return Drawn(
            lambda st: self.hypothesis().filter(wanted), lambda source: by_seed.wanted(source, self._seeded, wanted)
        )

    def flatmap(self, then: Callable[[Any], Drawn[Any]]) -> Drawn[Any]:
        return Drawn(
            lambda st: self.hypothesis().flatmap(lambda value: then(value).hypothesis()),
            lambda source: then(self._seeded(source)).seeded(source),
        )


class DrawFn(Protocol):
    """What a function under `composite` is given: it draws a value of what it is called with."""

    def __call__(self, drawn: Drawn[R], /) -> R: ...


def composite(function: Callable[Concatenate[DrawFn, P], R]) -> Callable[P, Drawn[R]]:
    """*function* draws with its first argument and gives a value; the others are those of what is returned."""

    @wraps(function)
    def made(*words: P.args, **named: P.kwargs) -> Drawn[R]:
        def search(st: Any) -> Any:
            return st.composite(lambda draw: function(lambda one: draw(one.hypothesis()), *words, **named))()

        return Drawn(search, lambda source: function(lambda one: one.seeded(source), *words, **named))

    return made


def just(value: Any) -> Drawn[Any]:
    return Drawn(lambda st: st.just(value), lambda source: value)


def none() -> Drawn[None]:
    return just(None)


def booleans() -> Drawn[bool]:
    return Drawn(lambda st: st.booleans(), lambda source: bool(source.word() >> 63))


def integers(low: int, high: int) -> Drawn[int]:
    return Drawn(lambda st: st.integers(low, high), lambda source: by_seed.integer(source, low, high))


def floats(
    low: float | None = None,
    high: float | None = None,
    *,
    width: int = 64,
    allow_nan: bool = True,
    allow_infinity: bool = True,
) -> Drawn[float]:
    given = {"width": width, "allow_nan": allow_nan, "allow_infinity": allow_infinity}
    return Drawn(
        lambda st: st.floats(low, high, **given),
        lambda source: by_seed.real(source, low, high, width, allow_nan, allow_infinity),
    )


def sampled_from(items: Any) -> Drawn[Any]:
    among = list(items)
    return Drawn(lambda st: st.sampled_from(among), lambda source: among[source.below(len(among))])


def one_of(*choices: Drawn[Any]) -> Drawn[Any]:
    return Drawn(
        lambda st: st.one_of(*(one.hypothesis() for one in choices)),
        lambda source: choices[source.below(len(choices))].seeded(source),
    )


def tuples(*parts: Drawn[Any]) -> Drawn[Any]:
    return Drawn(
        lambda st: st.tuples(*(one.hypothesis() for one in parts)),
        lambda source: tuple(one.seeded(source) for one in parts),
    )


def builds(make: Callable[..., Any], *parts: Drawn[Any]) -> Drawn[Any]:
    return tuples(*parts).map(lambda several: make(*several))


def lists(
    item: Drawn[Any],
    *,
    min_size: int = 0,
    max_size: int | None = None,
    unique: bool = False,
    unique_by: Callable[[Any], Any] | None = None,
) -> Drawn[list[Any]]:
    sizes: dict[str, Any] = {"min_size": min_size, "max_size": max_size}
    by = unique_by or ((lambda value: value) if unique else None)
    return Drawn(
        lambda st: st.lists(item.hypothesis(), **sizes, unique_by=by),
        lambda source: by_seed.several(source, item.seeded, min_size, max_size, by),
    )


def dictionaries(keys: Drawn[Any], items: Drawn[Any], *, max_size: int | None = None) -> Drawn[dict[Any, Any]]:
    pairs = lists(tuples(keys, items), max_size=max_size, unique_by=lambda pair: pair[0]).map(dict)
    return Drawn(lambda st: st.dictionaries(keys.hypothesis(), items.hypothesis(), max_size=max_size), pairs.seeded)


def fixed_dictionaries(
    required: Mapping[Any, Drawn[Any]], *, optional: Mapping[Any, Drawn[Any]] | None = None
) -> Drawn[dict[Any, Any]]:
    at_times = optional or {}

    def search(st: Any) -> Any:
        found = {key: one.hypothesis() for key, one in required.items()}
        return st.fixed_dictionaries(found, optional={key: one.hypothesis() for key, one in at_times.items()})

    def seeded(source: Source) -> dict[Any, Any]:
        found = {key: one.seeded(source) for key, one in required.items()}
        found |= {key: one.seeded(source) for key, one in at_times.items() if source.word() >> 63}
        return found

    return Drawn(search, seeded)


def characters(
    *,
    codec: str = "utf-8",
    min_codepoint: int = 0,
    max_codepoint: int | None = None,
    exclude_characters: str = "",
    exclude_categories: Sequence[str] = ("Cs",),
) -> Drawn[str]:
    """Single characters, never a surrogate: no other category can be left out, for categories change with Unicode."""
    last = min(0x10FFFF if max_codepoint is None else max_codepoint, 0x7F if codec == "ascii" else 0x10FFFF)
    given = {"min_codepoint": min_codepoint, "max_codepoint": last, "exclude_characters": exclude_characters}
    return Drawn(
        lambda st: st.characters(**given, exclude_categories=("Cs",)),
        lambda source: by_seed.character(source, min_codepoint, last, exclude_characters),
    )


def text(alphabet: Drawn[str] | None = None, *, min_size: int = 0, max_size: int | None = None) -> Drawn[str]:
    letters = alphabet or characters()
    return Drawn(
        lambda st: st.text(letters.hypothesis(), min_size=min_size, max_size=max_size),
        lambda source: "".join(by_seed.several(source, letters.seeded, min_size, max_size, None)),
    )


def binary(*, min_size: int = 0, max_size: int | None = None) -> Drawn[bytes]:
    return Drawn(
        lambda st: st.binary(min_size=min_size, max_size=max_size),
        lambda source: source.octets(by_seed.size(source, min_size, max_size)),
    )


def octets(count: int) -> Drawn[bytes]:
    """*count* bytes, however many: the volume generator makes them in one step."""
    return Drawn(lambda st: st.binary(min_size=count, max_size=count), lambda source: source.octets(count))


def datetimes() -> Drawn[Any]:
    return Drawn(lambda st: st.datetimes(), by_seed.moment)


def from_regex(pattern: str, *, fullmatch: bool = True) -> Drawn[str]:
    from .patterns import text_of

    return Drawn(lambda st: st.from_regex(pattern, fullmatch=fullmatch), lambda source: text_of(source, pattern))


def recursive(base: Drawn[Any], extend: Callable[[Drawn[Any]], Drawn[Any]], *, max_leaves: int) -> Drawn[Any]:
    def seeded(source: Source) -> Any:
        if source.depth >= _DEEPEST or source.word() >> 63:
            return base.seeded(source)
        source.depth += 1
        try:
            return larger.seeded(source)
        finally:
            source.depth -= 1

    def search(st: Any) -> Any:
        def inner(strategy: Any) -> Any:
            return extend(Drawn(lambda _: strategy, seeded)).hypothesis()

        return st.recursive(base.hypothesis(), inner, max_leaves=max_leaves)

    whole: Drawn[Any] = Drawn(search, seeded)
    larger = extend(whole)
    return whole
