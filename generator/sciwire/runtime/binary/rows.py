"""Many records to one table of rows, without an object for each record or element.

A record here is a head of fixed size and a run of tagged members of one size that the head counts. Records
are joined, their heads and members gathered as structured arrays, and columns computed a member at a time.
Rule 1: all records are checked before a row is made; the first that is wrong is read again by the ordinary
reader, which says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from ..errors import CodecError, EncodeError, about
from ..value import Value
from .arrays import ListOf
from .bits import Bits
from .format import Format, decode
from .gather import Records, check_version, gathered, newer, number_of, parity_of
from .parts import Align, Const, Derived, Pad, Part, record_dtype
from .records import Record
from .scalars import Choice, Number
from .unions import Union

__all__ = ["Blank", "Column", "Rows"]

_BATCH = 1 << 16  # records at a time, and bytes: what is gathered stays small beside what the caller holds
_WINDOW = 1 << 18  # measured: what fits the cache is fastest


class Column(Value):
    """A column: its name, its numpy type, and the version of the table from which on it is there."""

    name: str
    dtype: str
    since: str = ""


class Blank(Value):
    """Before version `until` a column of `keep` is 0 unless its row has the value of column `by` under which it stands."""

    until: str
    by: str
    keep: Mapping[int, tuple[str, ...]]


class Rows:
    """A table of rows.

    head : column -> constant, or the field of the head. members : the same for each kind of member that has a
    row; ``field & mask`` and ``word.bits`` are fields too, ``word.valid`` is 1 where the parity of the word is right.
    since : member -> version of the table from which on it has a row. given : the column that the caller gives, and
    `called` how callers call it. versions : those of the table, the newest last; none are checked where it is empty.
    """

    def __init__(
        self,
        form: Format,
        columns: Sequence[Column],
        head: Mapping[str, Any] | None,
        members: Mapping[str, Mapping[str, Any]],
        *,
        given: str = "",
        called: str = "",
        versions: tuple[str, ...] = (),
        since: Mapping[str, str] | None = None,
        blank: Blank | None = None,
    ) -> None:
        self.form = form
        self.columns = tuple(columns)
        self.head = head
        self.members = members
        self.given = given
        self.called = called or given
        self.versions = versions
        self.since = dict(since or {})
        self.blank = blank
        parts = form.root.parts
        run = parts[-1]
        assert isinstance(run, Part) and isinstance(run.codec, ListOf) and isinstance(run.codec.codec, Union)
        self._parts = parts[:-1]
        self._head = record_dtype(self._parts)
        self._count = run.codec.extent.path
        self._union = run.codec.codec
        self._member = {name: self._member_dtype(record) for name, record in self._union.members.items()}

    def dtype(self, version: str = "") -> np.dtype[Any]:
        """The structured type of the rows of a *version* of the table; of the newest where none is named."""
        return np.dtype([(one.name, one.dtype) for one in self.columns if not newer(one.since, version)])

    def of(self, records: Any, given: Any = None, version: str = "") -> NDArray[Any]:
        """The rows of *records*, an iterable of bytes (or rows of a file): shape (rows,).

        given : one integer for each record; None for 0.

        Raises
        ------
        DecodeError : a record is wrong; `path` begins with its number, offsets count from its first byte.
        EncodeError : *given* has another length, or a number that its column can't hold; the version is not known.
        """
        wanted = check_version(version or None, self.versions, self.form.subject) if self.versions else version or ""
        with about(self.form.subject):
            source = Records(records)
            numbers = self._given(given, len(source))
        lead, step = int(self.head is not None), self._union.size or 1
        words = np.maximum(source.lengths - self._head.itemsize, 0) // step
        table = np.zeros(int(words.sum()) + lead * len(source), self.dtype(wanted))  # as many as there can be
        count = 0
        for window in source.windows(_WINDOW, _BATCH):
            rows = self._batch(source, window, numbers[window], wanted, table[count:])
            count += rows
        if count < len(table):
            table.resize(count, refcheck=False)  # in place
        return table

    def _given(self, given: Any, count: int) -> NDArray[Any]:
        dtype = np.dtype(next((one.dtype for one in self.columns if one.name == self.given), "u1"))
        if given is None:
            return np.zeros(count, dtype)
        if not hasattr(given, "__iter__"):
            problem = f"expected a number for each record, got {type(given).__name__}"
            raise EncodeError(problem, category="type", path=self.called)
        numbers = np.asarray(given if hasattr(given, "__len__") else list(given))
        if numbers.size and numbers.dtype.kind not in "iu":
            raise EncodeError(f"expected whole numbers, got {numbers.dtype}", category="type", path=self.called)
        if numbers.shape != (count,):
            problem = f"expected {count} numbers, one for each record, got {numbers.shape}"
            raise EncodeError(problem, category="size", path=self.called)
        if count and not (np.iinfo(dtype).min <= int(numbers.min()) and int(numbers.max()) <= np.iinfo(dtype).max):
            problem = f"expected {np.iinfo(dtype).min} to {np.iinfo(dtype).max}, got {numbers.min()} to {numbers.max()}"
            raise EncodeError(problem, path=self.called)
        return numbers.astype(dtype)

    def _batch(self, source: Records, window: slice, given: NDArray[Any], version: str, table: NDArray[Any]) -> int:
        """Make the rows of a window at the beginning of *table*; return how many they are."""
        data, starts, lengths = source.window(window)
        count, first = len(starts), window.start
        size, step = self._head.itemsize, self._union.size or 1
        self._refuse(lengths < size, data, starts, lengths, first)
        heads = gathered(data, starts, self._head)
        counts = heads[self._count].astype(np.int64)
        self._refuse(lengths != size + step * counts, data, starts, lengths, first)
        self._refuse(~self._good_heads(heads), data, starts, lengths, first)
        owner = np.repeat(np.arange(count), counts)
        before = np.cumsum(counts) - counts
        places = np.repeat(starts + size - step * before, counts) + step * np.arange(len(owner))
        words = gathered(data, places, np.dtype(f"V{step}"))
        kinds, names = self._kinds(heads, owner, words)
        self._refuse(np.bincount(owner[kinds < 0], minlength=count) > 0, data, starts, lengths, first)
        rows = [name for name in names if name in self.members and not newer(self.since.get(name, ""), version)]
        kept = np.isin(kinds, [names.index(name) for name in rows])
        if kept.all():
            return self._fill(heads, words, kinds, owner, given, names, version, table)
        return self._fill(heads, words[kept], kinds[kept], owner[kept], given, names, version, table)

    def _fill(
        self, heads: NDArray[Any], words: NDArray[Any], kinds: NDArray[Any], owner: NDArray[Any], given: NDArray[Any],
        names: list[str], version: str, room: NDArray[Any],
    ) -> int:  # fmt: skip
        count, lead = len(heads), int(self.head is not None)
        table = room[: len(words) + lead * count]
        present = set(table.dtype.names or ())
        own = np.bincount(owner, minlength=count)
        places = np.arange(len(words)) + lead * (owner + 1)
        if self.head is not None:
            heads_at = np.arange(count) + np.cumsum(own) - own
            self._place(table, heads_at, heads, self.head, self._parts)
        for number in np.unique(kinds):
            chosen = kinds == number
            name = names[number]
            record = self._union.members[name]
            whole = bool(chosen.all())
            block = (words if whole else words[chosen]).view(self._member[name])
            self._place(table, places if whole else places[chosen], block, self.members[name], record.parts)
        if self.given in present:
            table[self.given] = np.repeat(given, own + lead)
        if self.blank is not None and version and newer(self.blank.until, version):
            self._blank(table, places)
        return len(table)

    def _place(
        self,
        table: NDArray[Any],
        at: NDArray[Any],
        block: NDArray[Any],
        sources: Mapping[str, Any],
        parts: Sequence[Any],
    ) -> None:
        """Make the rows of *block* one beside the other, and put each in its place at once: that is the fastest way."""
        rows = np.zeros(len(block), table.dtype)
        words: dict[str, NDArray[Any]] = {}
        for column, source in sources.items():
            if column in (table.dtype.names or ()):
                rows[column] = self._values(block, source, parts, words)
        size = f"V{table.dtype.itemsize}"
        table.view(size)[at] = rows.view(size)

    def _blank(self, table: NDArray[Any], places: NDArray[Any]) -> None:
        assert self.blank is not None
        kind = table[self.blank.by]
        for column in {name for names in self.blank.keep.values() for name in names} & set(table.dtype.names or ()):
            owners = [value for value, names in self.blank.keep.items() if column in names]
            others = [value for value in self.blank.keep if value not in owners]
            table[column][np.isin(kind, others)] = 0

    def _values(self, block: NDArray[Any], source: Any, parts: Sequence[Any], known: dict[str, NDArray[Any]]) -> Any:
        """The column that *source* means: a constant, a field, some of its bits."""
        if isinstance(source, int):
            return source
        field, _, mask = source.partition(" & ")
        field, _, bits = field.partition(".")
        values = block[field]
        if mask:
            values = values & values.dtype.type(int(mask))
        if not bits:
            return values
        codec = next(part.codec for part in parts if part.name == field)
        assert isinstance(codec, Bits)
        words = known.get(field)
        if words is None:
            words = known[field] = np.ascontiguousarray(values).astype(np.uint64)
        if bits == "valid":
            return parity_of(words) == (codec.parity or (0, 1))[1]
        return next(one for one in codec.fields if one.name == bits).column(words)

    def _good_heads(self, heads: NDArray[Any]) -> NDArray[np.bool_]:
        good = np.ones(len(heads), bool)
        for part in self._parts:
            if isinstance(part, (Pad, Align)):
                continue
            if isinstance(part, Const):
                good &= heads[part.name] == number_of(part.value)
            elif isinstance(part.codec, Choice) and not part.codec.others:
                good &= np.isin(heads[part.name], [number_of(wire) for wire in part.codec.names.values()])
            elif not isinstance(part, (Part, Derived)) or not isinstance(part.codec, (Number, Bits, Choice)):
                raise TypeError(f"{part.name} can't be checked for many records at once")
        return good

    def _kinds(self, heads: NDArray[Any], owner: NDArray[Any], words: NDArray[Any]) -> tuple[NDArray[Any], list[str]]:
        """The number of the member of each word, -1 for none that may stand there; and the members."""
        union = self._union
        names = list(union.members)
        kinds = np.full(len(words), -1, np.int8)
        assert union.codec is not None
        tags = words.view(
            np.dtype({"names": ["tag"], "formats": [union.codec.dtype], "offsets": [0], "itemsize": words.itemsize})
        )["tag"]
        for key, table in union.tables.items():
            chosen: Any = True
            if union.select:
                part = next(part for part in self._parts if part.name == union.select)
                assert isinstance(part, Part)
                wire = part.codec.names[key] if isinstance(part.codec, Choice) else key
                chosen = (heads[union.select] == number_of(wire))[owner]
            for name, tag in table.items():
                kinds[chosen & (tags == number_of(tag))] = names.index(name)
        return kinds, names

    def _refuse(
        self, wrong: NDArray[Any], data: NDArray[Any], starts: NDArray[Any], lengths: NDArray[Any], first: int
    ) -> None:
        """Let the ordinary reader say what is wrong with the first record of those that are."""
        if not wrong.any():
            return
        index = int(np.argmax(wrong))
        start = int(starts[index])
        try:
            decode(self.form, data[start : start + int(lengths[index])].tobytes())
        except CodecError as error:
            error.partial = None
            raise error.within(f"[{first + index}]") from None
        raise AssertionError("a record was found wrong that is not")

    def _member_dtype(self, record: Record) -> np.dtype[Any]:
        tag = self._union.codec
        assert tag is not None and record.dtype is not None
        fields = cast("Mapping[str, Any]", record.dtype.fields or {})
        offsets = [place[1] + (tag.size or 0) for place in fields.values()]
        formats = [place[0] for place in fields.values()]
        shape = {"names": list(fields), "formats": formats, "offsets": offsets, "itemsize": self._union.size}
        return np.dtype(shape)  # type: ignore[call-overload, no-any-return]
