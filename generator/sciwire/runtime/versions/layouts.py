"""Which layout reads these data, which writes this value; calls are handed on to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from inspect import signature
from itertools import chain, islice
from types import ModuleType
from typing import Any

from sciwire.runtime.errors import CodecError, DecodeError, EncodeError, VersionError
from sciwire.runtime.limits import DEFAULT_LIMITS, Limits

from .places import Found, Gate, Place

__all__ = ["Versions"]

Values = tuple[int | str | bytes, ...]


class Versions:
    """The layouts of one format by version, the newest first.

    Parameters
    ----------
    name : of the format.
    layouts : version to module, the newest first.
    place : where the data state their version; None where they don't: then the newest layout reads what nobody names.
    stated : version to the values at that place that are its own. A version that is missing here states none.
    own : versions that say themselves where they are stated. Of others, asked for by name, the layout judges what stands
        there, as it did before there were several.
    rule : cited where a version is not known.
    """

    def __init__(
        self,
        name: str,
        layouts: Mapping[str, ModuleType],
        place: Place | None = None,
        stated: Mapping[str, Values] | None = None,
        own: Sequence[str] = (),
        rule: str = "",
    ) -> None:
        self.name = name
        self.layouts = dict(layouts)
        self.newest = next(iter(self.layouts))
        self.place = place
        self._stated = dict(stated or {})
        self._telling = frozenset(own)
        self._rule = rule
        self._silent = next((one for one in self.layouts if one not in self._stated), self.newest)
        self._known: dict[tuple[str, str], tuple[frozenset[str], Mapping[str, Any]]] = {}

    def of_data(self, data: Any, told: str | None = None, limits: Limits | None = None) -> str:
        """The version that reads *data*: the one that they state, or the one that is *told* where they state none.

        What is damaged in front of the place where they would is left to the newest layout, whose error is the right
        one. Raises `VersionError` for a version that is not known, or another than the one told; `DecodeError`
        (``type``) for a value that can't be a version; ValueError where there is none as *told*; TypeError for what is
        no data.
        """
        self._check(told)
        if self.place is None or self._is_trusted(told):
            return told or self.newest
        try:
            found = self.place.find(data, self.limits_of(limits))
        except CodecError:
            return told or self.newest
        own = self._own(found)
        if told is not None:
            if own and told not in own:
                raise self._error(found, f"expected version {told}, as asked for, the data state version {own[0]}")
            if found is not None and not own and told in self._telling:
                self._refuse(found)
            return told
        if own:
            return own[0]
        if found is None:
            return self._silent
        self._refuse(found)
        return self.newest

    def gate(self, told: str | None = None, limits: Limits = DEFAULT_LIMITS) -> Gate | None:
        """Tells for a stream of bytes whether enough is there for `of_data`; None where there is nothing to wait for."""
        return None if self.place is None or self._is_trusted(told) else self.place.gate(limits)

    def states(self, data: Any) -> bool:
        """Whether *data* say themselves of which of the versions they are."""
        try:
            return self.place is not None and bool(self._own(self.place.find(data)))
        except (CodecError, TypeError):
            return False

    def of_value(self, value: Any) -> str | None:
        """The version whose class *value* has; None where it has a class of none of them."""
        for cls in type(value).__mro__:
            if cls.__module__ in self._modules:
                return self._modules[cls.__module__]
        return None

    def by_data(self, function: str, data: Any, told: str | None = None, /, **options: Any) -> Any:
        """Call the *function* of the layout that reads *data*, a list of blobs or any iterable of them among others."""
        first = data
        if not _has_first(data):
            rest = iter(data)
            first = list(islice(rest, 1))
            data = chain(first, rest)
        limits = options.get("limits")
        version = self.checked(first, told, lambda newest: self.call(newest, function, first, options), limits)
        return self.call(version, function, data, options)

    def checked(self, data: Any, told: str | None, decode: Callable[[str], Any], limits: Limits | None = None) -> str:
        """As `of_data`, but what is wrong in front of the place counts first: what is of another format has no version.

        *decode* has a layout decode the *data*. Where the newest has a name of its own for errors of the version, that
        of another program, the error has it.
        """
        try:
            return self.of_data(data, told, limits)
        except TypeError:  # the layout says what it expects
            return told or self.newest
        except VersionError as error:
            if isinstance(error.at, int) and self.place is not None and self.place.fixed:
                try:
                    decode(self.newest)
                except CodecError as other:
                    if isinstance(other.at, int) and other.at < error.at:
                        raise other from None
                    if other.at == error.at and other.category == error.category:
                        other.problem = error.problem
                        raise other from None
            raise

    def by_value(self, function: str, value: Any, told: str | None = None, /, **options: Any) -> Any:
        """Call the *function* of the layout whose class *value* has. EncodeError where another version is *told*."""
        return self.call(self.version_of_value(value, told) or self.newest, function, value, options)

    def version_of_value(self, value: Any, told: str | None = None) -> str | None:
        """As `of_value`, or the one that is *told*. EncodeError where these are two versions."""
        self._check(told)
        own = self.of_value(value)
        if own is not None and told not in (None, own):
            problem = f"expected a value of version {told}, got {type(value).__name__} of version {own}"
            raise EncodeError(problem, category="version", rule=self._rule, subject=self.name)
        return own or told

    def from_plain(self, obj: Any, told: str | None = None) -> Any:
        """The value of a canonical one, as the version that is *told*, or the newest, has it."""
        self._check(told)
        return self.call(told or self.newest, "from_plain", obj, {})

    def sniff(self, data: Any) -> bool:
        """Whether *data* begin like those of one of the versions."""
        known: Iterable[Any] = (getattr(layout, "sniff", None) for layout in self.layouts.values())
        return any(sniff is not None and sniff(data) for sniff in known)

    def spans(self, data: Any) -> Any:
        """The spans of *data* by their layout, by the newest where they are of none."""
        if not _has_first(data):
            data = list(data)
        try:
            version = self.of_data(data)
        except (CodecError, TypeError):
            version = self.newest
        return self.call(version, "spans", data, {})

    def call(self, version: str, name: str, first: Any, options: Mapping[str, Any]) -> Any:
        """Call the function *name* of a layout with the *options* that are not the default ones.

        ValueError where the version has no such function, TypeError where it has no such option.
        """
        known, defaults = self._options(version, name)
        given = {}
        for option, value in options.items():
            default = defaults.get(option)
            if value is default or (isinstance(value, (str, int)) and value == default):
                continue
            if option not in known:
                raise TypeError(f"version {version} of {self.name} has no option {option!r}")
            given[option] = value
        return self.function(version, name)(first, **given)

    def function(self, version: str, name: str) -> Any:
        """What a layout has under this *name*. ValueError where it has nothing."""
        function = getattr(self.layouts[version], name, None)
        if function is None:
            raise ValueError(f"version {version} of {self.name} has no {name}")
        return function

    def limits_of(self, given: Limits | None) -> Limits:
        """Those that are *given*, or the widest that a version has."""
        return self._widest if given is None else given

    @cached_property
    def _widest(self) -> Limits:
        forms = [getattr(getattr(layout, "Decoder", None), "form", None) for layout in self.layouts.values()]
        known = [getattr(form, "limits", None) or DEFAULT_LIMITS for form in forms]
        return Limits(
            total_bytes=max(one.total_bytes for one in known),
            depth=max(one.depth for one in known),
            items=max(one.items for one in known),
        )

    @cached_property
    def _modules(self) -> dict[str, str]:
        return {layout.__name__: version for version, layout in self.layouts.items()}

    def _check(self, told: str | None) -> None:
        if told is not None and told not in self.layouts:
            raise ValueError(f"{self.name} has no version {told!r}; known: {', '.join(self.layouts)}")

    def _is_trusted(self, told: str | None) -> bool:
        """Whether what stands at the place means nothing: always there, in data of a version that states none."""
        return told is not None and told not in self._stated and self.place is not None and self.place.fixed

    def _own(self, found: Found | None) -> list[str]:
        """The versions that the value is of, the newest first: those may be several that were never told apart."""
        if found is None:
            return []
        return [version for version, values in self._stated.items() if found.value in values]

    def _refuse(self, found: Found) -> None:
        """Raise where the value at the place is that of no version, and not for others to judge."""
        assert self.place is not None
        known = [value for values in self._stated.values() for value in values]
        if not self.place.states(found.value, known):
            return
        words = " or ".join(f"{_shown(value)} (version {version})" for version, values in self._stated.items() for value in values)  # fmt: skip
        if found.value is None or not any(type(found.value) is type(one) for one in known):
            kind = DecodeError(f"expected {words}, got {found.kind or _shown(found.value)}", category="type")
            raise self._placed(kind, found)
        raise self._error(found, f"expected {words}, got {_shown(found.value)}")

    def _error(self, found: Found | None, problem: str) -> CodecError:
        return self._placed(VersionError(problem), found)

    def _placed(self, error: CodecError, found: Found | None) -> CodecError:
        assert self.place is not None
        error.path, error.rule, error.subject = self.place.path, self._rule, self.name
        error.at = found.at if found is not None else None
        return error

    def _options(self, version: str, name: str) -> tuple[frozenset[str], Mapping[str, Any]]:
        """The parameters of a function of a layout; and what every option is where nothing is given: as the newest says."""
        if (version, name) not in self._known:
            defaults: dict[str, Any] = {}
            for layout in reversed(self.layouts.values()):
                if hasattr(layout, name):
                    defaults |= {one.name: one.default for one in signature(getattr(layout, name)).parameters.values()}
            known = frozenset(signature(self.function(version, name)).parameters)
            self._known[version, name] = known, defaults
        return self._known[version, name]


def _has_first(data: Any) -> bool:
    """Whether the first of *data* can be looked at without taking it away; what is nothing of the kind is left to the layout."""
    if isinstance(data, Sequence) or not isinstance(data, Iterable):
        return True
    with suppress(TypeError):
        return bool(memoryview(data).itemsize)  # type: ignore[arg-type] # an array is bytes, too
    return False


def _shown(value: Any) -> str:
    if not isinstance(value, bytes):
        return repr(value)[:80]
    printable = value.isascii() and value.decode("ascii").isprintable()
    return (repr(value)[1:] if printable else value.hex(" "))[:80]
