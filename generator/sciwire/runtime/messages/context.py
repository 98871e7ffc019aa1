"""What one call of a decoder or encoder carries along: limits, tolerance, compression, the caller's wishes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sciwire.runtime.arrays import COMPRESSED
from sciwire.runtime.errors import CodecError, LimitError
from sciwire.runtime.limits import DEFAULT_LIMITS, Limits
from sciwire.runtime.value import Value

from .fault import Key
from .kept import kept_of

__all__ = ["STRICT", "Compression", "Payload", "Prefix", "PrefixBytes", "Reading", "Refusal", "Tolerance", "Writing"]


class Prefix(Value):
    """A tag around the whole message."""

    tag: int
    write: bool = True
    read: str = "optional"
    rule: str = ""


class Tolerance(Value):
    """What a decoder forgives; `rules` gives the id that a refusal of each kind cites."""

    missing: str = "error"
    wrong_type: str = "error"
    null: str = "error"
    unknown: str = "keep"
    arrays: str = "declared"
    duplicates: str = "error"
    trailing: str = "error"
    rules: Mapping[str, str] = MappingProxyType({})


STRICT = Tolerance()
_NOTHING = memoryview(b"")
_MOST_PROBLEMS = 1000  # faults that are kept of one message; more say that it was made to cost time
_NO_PATHS: Mapping[str, str] = MappingProxyType({})


class Compression(Value):
    """Byte strings compressed under a tag: which algorithms are read, which written (the first by default)."""

    tag: int
    read: tuple[str, ...]
    write: tuple[str, ...]
    block: int = 8192
    rule: str = ""


class PrefixBytes(Value):
    """A byte in front of a message: which one each kind has (by its class's name), and whether it may be absent."""

    of: Mapping[str, str]
    read: str = "optional"
    mixed: str = "error"
    rule: str = ""


class Payload(Value):
    """A byte string that holds an array: field *name*, on the wire *key*.

    *shape* and *dtype* are where they are said, in order: (None, field) is this message, (kind, field) another
    one. *match* lists (field, kind, field of it) that must agree; *tells* what the encoder fills in, the shape as a
    list where it is *listed*; *keys* the keys on the wire of fields that have other ones than their name in Python.
    """

    name: str
    key: str | Key
    algorithm: str
    block: int
    shape: tuple[tuple[Any, str], ...]
    dtype: tuple[tuple[Any, str], ...]
    separator: str = "x"
    raw: bool = False
    match: tuple[tuple[str, Any, str], ...] = ()
    tells: tuple[tuple[str, str], ...] = ()
    listed: bool = False
    keys: Mapping[str, tuple[str | Key, ...]] = MappingProxyType({})
    rule: str = ""


class Refusal(Value):
    """A key by which another format is recognised, and what to say then."""

    key: str | int
    text: str
    category: str = "unsupported"
    rule: str = ""


class Reading:
    """One decode: `base` is the caller's data, `warnings` and `problems` are gathered on the way."""

    items = 0  # of containers so far, as `Limits.items` counts them
    tags = 0  # around the value that the pass is at, and are no steps to it

    def __init__(
        self,
        *,
        base: memoryview = _NOTHING,
        limits: Limits = DEFAULT_LIMITS,
        tolerance: Tolerance = STRICT,
        compression: Compression | None = None,
        start: int = 0,
        size_rule: str = "",
        array_rules: Mapping[str, str] = MappingProxyType({}),
        lazy: bool = False,
        keep: bool = False,
        shape: Sequence[int] | str | None = None,
        dtype: object = None,
    ) -> None:
        self.base = base
        self.limits = limits
        self.tolerance = tolerance
        self.compression = compression
        self.start = start
        self.size_rule = size_rule
        self.array_rules = array_rules
        self.lazy = lazy
        self.keep = keep
        self.shape = shape
        self.dtype = dtype
        self.steps: list[str | int] = []
        self.known: dict[int, Any] = {}  # what was learned of places, see `cbor.locate`
        self.raw: list[str] = []
        self.arrays = 0  # so far
        self.opened = 0  # bytes that compressed byte strings have become so far
        self.odd = 0  # arrays so far that are not as declared, where that is tolerated
        self.warnings: list[str] = []
        self.problems: list[CodecError] = []

    def note(self, error: CodecError) -> None:
        """Put *error* among the problems; LimitError where there are too many for a message that is worth keeping."""
        if len(self.problems) >= _MOST_PROBLEMS:
            raise LimitError(f"more than {_MOST_PROBLEMS} faults, the message is not kept", at=error.at)
        self.problems.append(error.with_traceback(None))  # which would hold all that stood around the fault

    @property
    def compressed(self) -> int | None:
        """The tag of compressed byte strings, if the format has one."""
        return self.compression.tag if self.compression is not None else None


class Writing:
    """One encode: the compression chosen, and the value of every option that fields depend on."""

    embedded = False  # whether something is to be written inside a byte string

    def __init__(
        self,
        *,
        compression: Compression | None = None,
        algorithm: str = "none",
        chosen: bool = False,
        tolerance: Tolerance = STRICT,
        limits: Limits = DEFAULT_LIMITS,
        options: Mapping[str, str] = MappingProxyType({}),
        raw: Iterable[str] = (),
    ) -> None:
        self.compression = compression
        self.algorithm = algorithm
        self.chosen = chosen  # by the caller: arrays that are still compressed are opened if theirs differs
        self.tolerance = tolerance
        self.limits = limits
        self.options = options
        self.raw = kept_of(raw) if raw else _NO_PATHS
        self.steps: list[str | int] = []

    @property
    def block(self) -> int:
        """Bytes in a block of a compressed payload."""
        return self.compression.block if self.compression is not None else 8192

    @property
    def compressed(self) -> int:
        """The tag of compressed byte strings; the registered one where the format names none."""
        return self.compression.tag if self.compression is not None else COMPRESSED
