"""Element types as a file has them, compared with those that a layout describes; byte order may differ."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from ..errors import DecodeError
from .faults import by
from .layout import Element
from .numbers import bounds_text
from .texts import fault_of_bytes, first_fault

__all__ = ["alike", "bare", "check_element", "check_values", "opaque", "runs_of", "seen", "stored_name"]


def alike(found: Any, wanted: str) -> bool:
    """Whether the dtype *found* is the type *wanted*, in either byte order."""
    return _same(found, np.dtype(wanted))


def check_element(dtype: Any, element: Element) -> None:
    """Raise a DecodeError (``type``) unless the h5py *dtype* is what *element* describes; byte order may differ."""
    import h5py  # a file is open, so it is loaded

    dtype = _parts_of(dtype) if element.kind == "compound" else dtype
    found = stored_name(dtype)
    text = h5py.check_string_dtype(dtype)
    inner = h5py.check_vlen_dtype(dtype) if text is None else None
    if element.kind == "text":
        fits = text is not None and (element.free or (dtype.kind == "O") == (element.length == 0))
        wanted = f"text of {element.length} bytes" if element.length else f"text of {_length_of(element)} length"
    elif element.kind == "bytes":
        fits = dtype.kind in "SV" and dtype.itemsize == element.length and not dtype.names
        wanted = f"{element.length} bytes"
    elif element.kind in ("vlen", "blob"):
        fits = inner is not None and any(_same(inner, np.dtype(choice)) for choice in element.dtypes)
        wanted = " or ".join(f"vlen[{np.dtype(choice).str.lstrip('<|')}]" for choice in element.dtypes)
    elif element.kind == "compound":
        names = dtype.names or ()
        fits = all(c.name in names and _same(dtype[c.name], np.dtype((c.dtype, c.shape))) for c in element.columns)
        wanted = (
            "compound{" + ", ".join(f"{c.name}: {np.dtype(c.dtype).str.lstrip('<|')}" for c in element.columns) + "}"
        )
    else:
        fits = text is None and inner is None and any(_same(dtype, np.dtype(choice)) for choice in element.dtypes)
        wanted = " or ".join(np.dtype(choice).str.lstrip("<|") for choice in element.dtypes)
    if not fits:
        problem = f"elements of {wanted} are expected, found {found}"
        raise by("dataset_type", DecodeError(problem, category="type"))


def _length_of(element: Element) -> str:
    return "any" if element.free else "variable"


def check_values(values: Any, element: Element, rows: Any = None) -> None:
    """Raise a DecodeError (``constraint``) where numbers that were read are out of bounds, or a text is not allowed
    or could not be written again.

    rows : numbers of the rows (a range or an array) of which *values* are read, for the message; the error then
    has the rows before the first bad one as `partial`.
    """
    found = _first_fault(values, element)
    if found is None:
        return
    index, member, problem, rule = found
    where = list(index)
    partial = values[: index[0]] if rows is not None and index else None
    if rows is not None and where:
        where[0] = int(rows[where[0]])
    joint = "][" if element.kind == "vlen" else ", "
    path = (f".{member}" if member else "") + (f"[{joint.join(map(str, where))}]" if where else "")
    raise by("range", DecodeError(problem, path=path, rule=rule, partial=partial))


_Fault = tuple[tuple[int, ...], str, str, str]  # index, member, problem, rule


def _first_fault(values: Any, element: Element) -> _Fault | None:
    """The fault in the first row that has one."""
    found: list[_Fault] = []
    if element.kind == "compound":
        for column in element.columns:
            one = np.asarray(values[column.name])
            bad = fault_of_bytes(one) if one.dtype.kind == "S" else _outside(one, column.low, column.high)
            if bad is not None:
                found.append((bad[0], column.name, bad[1], column.rule))
    elif element.kind == "text":
        bad = first_fault(values, element)
        found += [(bad[0], "", bad[1], "")] if bad is not None else []
    elif element.kind == "number":
        bad = _outside(values, element.low, element.high)
        found += [(bad[0], "", bad[1], "")] if bad is not None else []
    elif element.kind == "vlen" and (element.low is not None or element.high is not None):
        single = isinstance(values, np.ndarray) and values.dtype.kind != "O"
        for number, row in enumerate([values] if single else values):
            bad = _outside(row, element.low, element.high)
            if bad is not None:
                found.append((bad[0] if single else (number, *bad[0]), "", bad[1], ""))
                break
    return min(found, key=lambda one: one[0], default=None)


def _outside(values: Any, low: float | None, high: float | None) -> tuple[tuple[int, ...], str] | None:
    """Index and description of the first number that is not between the bounds; NaN is not."""
    if low is None and high is None:
        return None
    array = np.asarray(values)
    bad = np.zeros(array.shape, bool)
    if low is not None:
        bad |= ~(array >= low)
    if high is not None:
        bad |= ~(array <= high)
    if not bad.any():
        return None
    index = tuple(map(int, np.unravel_index(int(np.flatnonzero(bad)[0]), array.shape)))
    return index, f"{array[index]} is outside {bounds_text(low, high)}"


def _same(found: Any, wanted: np.dtype[Any]) -> bool:
    if found.subdtype or wanted.subdtype:
        return bool(found.shape == wanted.shape and _same(found.base, wanted.base))
    return bool(found.kind == wanted.kind and found.itemsize == wanted.itemsize)


def stored_name(dtype: Any) -> str:
    """The name of an h5py dtype in messages: ``u1``, ``vlen[u1]``, ``text``, ``compound{a, b}``."""
    import h5py  # a file is open, so it is loaded

    if h5py.check_string_dtype(dtype) is not None:
        return "text" if dtype.kind == "O" else f"text of {dtype.itemsize} bytes"
    inner = h5py.check_vlen_dtype(dtype)
    if inner is not None:
        return f"vlen[{stored_name(inner)}]"
    if dtype.names:
        return "compound{" + ", ".join(f"{name}: {stored_name(dtype[name])}" for name in dtype.names) + "}"
    return dtype.str.lstrip("<|") if dtype.kind not in "OV" else str(dtype)


def _parts_of(dtype: Any) -> Any:
    """A complex number as the compound that it is in the file; every other *dtype* as it is."""
    import h5py  # a file is open, so it is loaded

    if dtype.kind != "c":
        return dtype
    part = np.dtype(f"{dtype.byteorder}f{dtype.itemsize // 2}")
    return np.dtype([(name, part) for name in h5py.get_config().complex_names])


def seen(values: Any, element: Element) -> Any:
    """Return what h5py read as the caller sees it: fixed text as str, compounds without members that are unknown.

    h5py makes complex numbers of every compound of two floats that are called as its own are, r and i.
    """
    if element.kind == "compound" and values.dtype.kind == "c":
        values = values.view(_parts_of(values.dtype))
    if element.kind == "text" and getattr(values, "dtype", None) is not None and values.dtype.kind == "S":
        return np.char.decode(values, "utf-8", "surrogateescape")
    if element.kind == "text" and getattr(values, "dtype", None) is not None and values.dtype.kind == "O":
        flat = [item.decode("utf-8", "surrogateescape") if isinstance(item, bytes) else item for item in values.flat]
        return np.array(flat, dtype=object).reshape(values.shape)
    if element.kind == "compound" and values.dtype.names != tuple(c.name for c in element.columns):
        picked = np.empty(values.shape, element.numpy())
        for column in element.columns:
            picked[column.name] = values[column.name]
        return picked
    return values


def runs_of(values: Any, dtype: Any) -> Any:
    """Runs of variable length as h5py read them, with the *dtype* that their elements have in the file.

    h5py gives elements of foreign byte order in the file's bytes, under the type of native ones.
    """
    import h5py  # a file is open, so it is loaded

    inner = np.dtype(h5py.check_vlen_dtype(dtype))
    if inner.isnative:
        return values
    swapped = _swaps()

    def told(run: Any) -> Any:
        return np.frombuffer(run.tobytes(), inner) if swapped else np.asarray(run).astype(inner)

    if isinstance(values, np.ndarray) and values.dtype.kind == "O":
        runs = np.empty(values.shape, object)
        for index in np.ndindex(values.shape):
            runs[index] = told(values[index])
        return runs
    return told(values)


@cache
def _swaps() -> bool:
    """Whether this h5py has the fault: seen in 3.16, it may be mended some day."""
    import h5py  # a file is open, so it is loaded

    foreign = np.dtype("u2").newbyteorder("S")
    with h5py.File("probe", "w", driver="core", backing_store=False) as file:
        dataset = file.create_dataset("run", (1,), h5py.vlen_dtype(foreign))
        dataset[0] = np.array([1], foreign)
        return int(dataset[0][0]) != 1


def opaque(values: Any, element: Element) -> Any:
    """Bytes of a fixed length as V, whatever type the file has: numpy takes NULs off the end of S."""
    if element.kind == "bytes" and isinstance(values, np.ndarray) and values.dtype.kind == "S":
        return values.view(f"V{element.length}")
    return values


def bare(value: Any) -> Any:
    """A numpy scalar as Python's own int, bool or bytes; float64 is a float already, a compound stays what it is."""
    if isinstance(value, np.void):
        return value if value.dtype.names else value.tobytes()
    return value.item() if isinstance(value, np.generic) and not isinstance(value, float) else value
