"""Choose how the values of a dataset are written, and write them: nothing is lost unless that is asked for.

Without a wish, values are text where text gives back the same array, dtype included: doubles with as
many digits as they need, times as ISO text. Everything else is binary, in the encoding of its dtype.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import CodecError
from ..textfields import format_decimal, format_hex
from ..times import TimeUnit, format_iso
from .dataset import Dataset
from .encodings import Codec, find_codec, read_times
from .masks import unmasked
from .runs import Bytes
from .tables import Binary, PacketFormat, Text

__all__ = ["Column", "Wish", "came_through", "write_column"]

_PLAIN_NAN = 0x7FF8000000000000


class Wish(NamedTuple):
    """What the caller wants: `mode` is ``text``, ``binary`` or empty (see the module); `order` of binary numbers.

    With `exact` False, fields that a dataset asks for by name may round; what is out of range is refused all the same.
    """

    mode: str = ""
    order: str = "little"
    exact: bool = True


class Column(NamedTuple):
    """The written values of one plane: the encoding's name, and `data` (records, bytes a record) uint8."""

    encoding: str
    data: Bytes
    binary: bool


def write_column(dataset: Dataset, values: NDArray[Any], wish: Wish, table: PacketFormat) -> Column:
    """Write *values* (records, ...) of *dataset* as one plane.

    Raises EncodeError where the format has no encoding for their dtype, or no exact one is left.
    """
    with table.faults.citing("not_exact"):
        values = unmasked(values, dataset.get(table.references.fill), dataset.id)
    if values.dtype.kind not in "biuf":
        raise table.faults.encode("not_writable", f"no encoding holds values of type {values.dtype}", path=dataset.id)
    native = np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("="))
    flat = native.reshape(len(values), math.prod(values.shape[1:]))
    unit = table.times.find(dataset.units or "")
    if dataset.write_as:
        return _as_asked(dataset, flat, unit, wish, table)
    if wish.mode != "binary":
        column = (
            _kept_hex(dataset, flat, table) or _as_time(flat, unit, table) or _as_decimal(dataset, flat, wish, table)
        )
        if column is not None:
            return column
    return _as_binary(dataset, flat, wish, table)


def _as_asked(dataset: Dataset, flat: NDArray[Any], unit: TimeUnit | None, wish: Wish, table: PacketFormat) -> Column:
    codec = find_codec(dataset.write_as, table)
    if dataset.write_as == "inline":
        problem = f"inline is for doubles of rank 0, 1, or 2 with a row at least, not for {flat.dtype.name} of rank {dataset.rank} and {len(flat)} records"
        raise table.faults.encode("not_writable", problem, path=dataset.id)
    if isinstance(codec, str):
        raise table.faults.encode(codec, f"there is no encoding {dataset.write_as!r}", path=dataset.id)
    if codec.kind == "binary":
        return _binary(dataset, flat, codec, wish, table)
    if codec.kind == "hex" and not _may_be_hex(dataset, table):
        problem = f"{codec.name} is written only for a dataset that came in such fields"
        raise table.faults.encode("encoding_kept", problem, path=dataset.id)
    numbers = _text_numbers(dataset, flat, codec, wish, table)
    try:
        if codec.kind == "time":
            if unit is None:
                raise table.faults.encode(
                    "time_units", f"{codec.name} needs a unit of time, not {dataset.units!r}", path=dataset.id
                )
            text = format_iso(numbers, unit, codec.width, exact=wish.exact)
        elif codec.kind == "hex":
            text = format_hex(numbers, codec.width)
        else:
            text = format_decimal(numbers, codec.width, exact=wish.exact)
    except CodecError as error:
        raise _at_home(error, dataset, table) from error
    return Column(codec.name, text.reshape(len(flat), flat.shape[1] * text.shape[1]), False)


def _text_numbers(dataset: Dataset, flat: NDArray[Any], codec: Codec, wish: Wish, table: PacketFormat) -> NDArray[Any]:
    """*flat* (n, m) as the numbers (n * m,) that text is made of: doubles or integers of 64 bits, for hex integers only."""
    if wish.exact and codec.kind != "time":
        _check_whole(dataset, flat, codec.name, table)
    wanted = np.dtype("f8" if flat.dtype.kind == "f" else "i8")
    if flat.dtype == np.uint64 and codec.kind == "decimal":
        wanted = flat.dtype
    numbers = _held(dataset, flat, flat, wanted, codec, wish, table)
    if codec.kind == "hex" and numbers.dtype.kind == "f":
        numbers = _held(dataset, flat, numbers if wish.exact else np.rint(numbers), np.dtype("i8"), codec, wish, table)
    return numbers.reshape(-1)


def _held(
    dataset: Dataset,
    flat: NDArray[Any],
    numbers: NDArray[Any],
    wanted: np.dtype[Any],
    codec: Codec,
    wish: Wish,
    table: PacketFormat,
) -> NDArray[Any]:
    """*numbers* as *wanted*. Doubles may round if nothing has to be exact; integers are never other ones."""
    if np.can_cast(numbers.dtype, wanted, "safe") and wanted.kind in (numbers.dtype.kind, "i"):
        return numbers.astype(wanted, copy=False)
    with np.errstate(over="ignore", invalid="ignore"):
        values = numbers.astype(wanted)
        without_sign = numbers if wish.exact or numbers.dtype.kind != "f" else numbers + 0.0  # -0 rounds to 0
        same = (not wish.exact and wanted.kind == "f") or came_through(without_sign, values)
    if not same:
        raise table.faults.encode(
            "not_exact", f"{codec.name} can't hold these {flat.dtype.name} values exactly", path=dataset.id
        )
    return values


def _at_home(error: CodecError, dataset: Dataset, table: PacketFormat) -> CodecError:
    error.path = error.path or dataset.id
    error.rule = error.rule or table.faults.rule("not_exact")
    error.subject = error.subject or table.name
    return error


def _kept_hex(dataset: Dataset, flat: NDArray[Any], table: PacketFormat) -> Column | None:
    """Hexadecimal fields for a dataset that came in them, as long as its values still fit."""
    codec = find_codec(dataset.encoding, table) if dataset.encoding else ""
    if not isinstance(codec, Codec) or codec.kind != "hex" or not flat.size:
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        whole = flat.astype(np.int64)
        if not came_through(flat, whole):
            return None
    most = 2**31 if flat.dtype.kind == "f" else 2**53  # fields are read as doubles
    if int(whole.min()) < -most or int(whole.max()) > most:
        return None
    try:
        text = format_hex(whole.reshape(-1), codec.width)
    except CodecError:
        return None
    return Column(codec.name, text.reshape(len(flat), flat.shape[1] * text.shape[1]), False)


def _as_time(flat: NDArray[Any], unit: TimeUnit | None, table: PacketFormat) -> Column | None:
    """ISO text of the shortest width that gives back every number; None where none does."""
    family = _text(table, "time")
    if unit is None or family is None or flat.dtype != np.dtype("i8" if unit.integer else "f8") or not flat.size:
        return None
    if flat.dtype.kind == "f" and not bool(np.isfinite(flat).all()):
        return None  # fill has no text that every reader takes
    values = flat.reshape(-1)
    try:
        text = format_iso(values, unit)
    except CodecError:
        return None
    if (family.below and text.shape[1] >= family.below) or not np.array_equal(read_times(text, unit), values):
        return None
    return Column(f"{family.name}{text.shape[1]}", text.reshape(len(flat), flat.shape[1] * text.shape[1]), False)


def _as_decimal(dataset: Dataset, flat: NDArray[Any], wish: Wish, table: PacketFormat) -> Column | None:
    """Decimal text; None where it would lose something and is not asked for."""
    family = _text(table, "decimal")
    if family is None:
        return None
    asked = wish.mode == "text"
    if not asked and (flat.dtype != np.float64 or _has_payload(flat)):
        return None
    if flat.dtype.kind not in "fiub" or flat.dtype.itemsize > 8:
        return None
    _check_whole(dataset, flat, family.name, table)
    text = format_decimal(flat.reshape(-1).astype(np.float64))
    if family.below and text.shape[1] >= family.below:
        if not asked:
            return None
        problem = f"{text.shape[1]} characters are needed, {family.name} fields have less than {family.below}"
        raise table.faults.encode("not_exact", problem, path=dataset.id)
    return Column(f"{family.name}{text.shape[1]}", text.reshape(len(flat), flat.shape[1] * text.shape[1]), False)


def _check_whole(dataset: Dataset, flat: NDArray[Any], name: str, table: PacketFormat) -> None:
    """Refuse integers that would be other ones after a reader has made doubles of their text."""
    if flat.dtype.kind in "iu" and flat.size and max(abs(int(flat.min())), abs(int(flat.max()))) > 2**53:
        problem = f"integers beyond 2**53 can't be written as {name} text, which is read as doubles; write them binary"
        raise table.faults.encode("not_exact", problem, path=dataset.id)


def _may_be_hex(dataset: Dataset, table: PacketFormat) -> bool:
    came = find_codec(dataset.encoding, table) if dataset.encoding else ""
    free = any(isinstance(one, Text) and one.kind == "hex" and one.written for one in table.encodings)
    return free or (isinstance(came, Codec) and came.kind == "hex")


def _text(table: PacketFormat, kind: str) -> Text | None:
    return next((one for one in table.encodings if isinstance(one, Text) and one.kind == kind and one.written), None)


def _has_payload(flat: NDArray[Any]) -> bool:
    """Whether a NaN carries bits that text would lose."""
    odd = flat[np.isnan(flat)]
    return bool((odd.view(np.uint64) != _PLAIN_NAN).any())


def _as_binary(dataset: Dataset, flat: NDArray[Any], wish: Wish, table: PacketFormat) -> Column:
    known = [one for one in table.encodings if isinstance(one, Binary)]
    fitting = [one for one in known if np.can_cast(flat.dtype, np.dtype(one.dtype), "safe")]
    if (
        flat.dtype == np.uint64
        and "u8" not in {one.dtype for one in known}
        and (not flat.size or int(flat.max()) < 2**63)
    ):
        fitting = [one for one in known if one.dtype == "i8"] or fitting
    kinds = "f" if flat.dtype.kind == "f" else "iu"
    same_kind = [one for one in fitting if one.dtype[0] in kinds] or fitting
    if flat.dtype.kind not in "biuf" or not same_kind:
        raise table.faults.encode(
            "not_writable", f"no encoding holds {flat.dtype.name} values exactly", path=dataset.id
        )
    best = min(same_kind, key=lambda one: (np.dtype(one.dtype) != flat.dtype, int(one.dtype[1:])))
    return _binary(dataset, flat, Codec(best.name, "binary", int(best.dtype[1:]), best.dtype), wish, table)


def _binary(dataset: Dataset, flat: NDArray[Any], codec: Codec, wish: Wish, table: PacketFormat) -> Column:
    numbers = flat
    if not wish.exact and flat.dtype.kind == "f" and codec.dtype[0] in "iu":
        numbers = np.rint(flat) + 0.0  # -0 rounds to 0
    with np.errstate(over="ignore", invalid="ignore"):
        values = numbers.astype(("<" if wish.order == "little" else ">") + codec.dtype)
        rounds = not wish.exact and codec.dtype[0] == "f" and bool((np.isfinite(values) | ~np.isfinite(flat)).all())
        same = rounds or flat.dtype == np.dtype(codec.dtype) or came_through(numbers, values)
    if not same:  # out of range, for one: that no rounding mends
        raise table.faults.encode(
            "not_exact", f"{codec.name} can't hold these {flat.dtype.name} values exactly", path=dataset.id
        )
    data = np.frombuffer(values.tobytes(), dtype=np.uint8)
    return Column(codec.name, data.reshape(len(flat), flat.shape[1] * codec.width), True)


def came_through(before: NDArray[Any], after: NDArray[Any]) -> bool:
    """Whether *after* holds the numbers of *before*, of whichever type; a comparison of the two would round or wrap one."""
    if not before.size:
        return True
    if after.dtype.kind in "iu" and before.dtype.kind in "iuf":
        info = np.iinfo(after.dtype)
        if before.dtype.kind == "f":
            wide = before.astype(np.result_type(before.dtype, np.float64))  # half floats have no 2**16
            inside = (wide >= float(info.min)) & (wide < float(info.max + 1))  # both bounds are doubles
            return bool((inside & (wide == np.rint(wide)) & ~((wide == 0) & np.signbit(wide))).all())
        return info.min <= int(before.min()) and int(before.max()) <= info.max
    if before.dtype.kind in "iu" and after.dtype.kind == "f":
        most: int = 1 << (int(np.finfo(after.dtype).nmant) + 1)
        return max(abs(int(before.min())), abs(int(before.max()))) <= most
    return bool(np.array_equal(after.astype(before.dtype), before, equal_nan=before.dtype.kind == "f"))
